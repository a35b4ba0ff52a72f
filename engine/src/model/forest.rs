//! The second sort of model: a sum of small trees whose questions are the same on every branch.
//!
//! Three questions, eight answers, so a tree is three comparisons and one look-up.

use alloc::vec::Vec;

use beacon::wire::{self, Wire};

use super::{FORMAT, ModelError, millionths, open};

/// A sum of trees, one head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forest {
    /// For which numbers it was made.
    pub schema: u32,
    /// Leaves are in `2^-shift` logits.
    pub shift: u8,
    /// The logit that the trees start from, 65,536ths.
    pub base: i32,
    /// What is added.
    pub trees: Vec<Tree>,
}

/// Questions and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The answer to the first is the highest bit of the leaf's number.
    pub splits: [Split; 3],
    /// What each way adds.
    pub leaves: [i16; 8],
}

/// Is the value above the mark?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Which value.
    pub feature: u8,
    /// The highest value for which the answer is no.
    pub mark: i16,
}

impl Forest {
    /// Reads a forest made for these numbers.
    ///
    /// # Errors
    /// [`ModelError`] names the first thing that is wrong.
    pub fn decode_for(schema: u32, bytes: &[u8]) -> Result<Self, ModelError> {
        let mut from = open(bytes)?;
        from.byte();
        let forest = Self::read(&mut from);
        if !from.is_done() || forest.shift > 16 {
            return Err(ModelError::Malformed);
        }
        if forest.schema == schema { Ok(forest) } else { Err(ModelError::Schema) }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        wire::to_versioned(FORMAT, self)
    }

    /// The probability for these values, millionths.
    pub fn chance(&self, values: &[i16]) -> u32 {
        millionths(self.logit(values))
    }

    /// The sum, 65,536ths of a logit.
    pub fn logit(&self, values: &[i16]) -> i32 {
        let mut sum = 0;
        for tree in &self.trees {
            sum += i32::from(tree.leaves.get(tree.leaf(values)).copied().unwrap_or(0));
        }
        self.base.saturating_add(sum << (16 - self.shift.min(16)))
    }
}

impl Tree {
    /// The number of the leaf that these values come to.
    pub fn leaf(&self, values: &[i16]) -> usize {
        self.splits.iter().fold(0, |leaf, it| {
            let value = values.get(usize::from(it.feature)).copied().unwrap_or(0);
            leaf << 1 | usize::from(value > it.mark)
        })
    }
}

beacon::wire!(struct Forest { schema, shift, base, trees });
beacon::wire!(struct Tree { splits, leaves });
beacon::wire!(struct Split { feature, mark });
