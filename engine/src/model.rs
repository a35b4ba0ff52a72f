//! How likely is a purchase, how likely is leaving: a trained sum of hinges, in whole numbers.
//!
//! [`Features`] is what a model looks at, [`Model`] what was learned. Both are the same in page,
//! collector and training, and give the same bits everywhere: no float is computed.
//!
//! A term is `weight · max(0, value − knot)`, times a second value where two belong together. Terms
//! that share a value are one straight line with bends, so a term's part of the sum is a reason
//! that can be told. Nothing here decides: what a score means for a campaign is `decide`'s.

mod features;
mod forest;
mod logistic;
pub mod schema;

use alloc::vec::Vec;

use beacon::wire::{self, Reader, Wire};

pub use features::Features;
pub use forest::{Forest, Split, Tree};
pub use logistic::millionths;
use schema::{SCHEMA, fnv};

/// The model that is shipped: `engine/model/README.md` says how it was made and of what. For a shop
/// whose rate of purchases is 15 %; the collector moves it to the shop's own before it is published.
pub const PRIOR: &[u8] = include_bytes!("../model/prior.bin");

/// Layout of the bytes; another one is refused.
pub const FORMAT: u8 = 1;

/// Largest model, bytes.
pub const MODEL_BYTES_MAX: usize = 4_096;

/// Most terms: what fits in [`MODEL_BYTES_MAX`].
pub const TERMS_MAX: usize = 512;

/// Where a term has no second value.
pub const ALONE: u8 = u8::MAX;

/// A trained model with two heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// For which numbers it was made: [`schema::SCHEMA`] for [`Features`].
    pub schema: u32,
    /// Rate of purchases it was made for, ten-thousandths.
    pub rate: u16,
    /// Weights are in `2^-shift` logits a [`schema::ONE`].
    pub shift: u8,
    /// From which probabilities on a visitor counts as one who buys anyway, or leaves.
    pub bands: Bands,
    /// Logits when all values are zero, 65,536ths: of buying, of leaving.
    pub base: [i32; 2],
    /// What is added.
    pub terms: Vec<Term>,
}

/// One summand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Which value.
    pub feature: u8,
    /// By which other value it is multiplied; [`ALONE`]: by none.
    pub with: u8,
    /// From where on it counts.
    pub knot: i16,
    /// What it adds to the logits of buying and of leaving.
    pub weights: [i16; 2],
}

/// Two probabilities, millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chances {
    /// Purchase in this session.
    pub buy: u32,
    /// This view is the session's last.
    pub leave: u32,
}

/// One value's part of both logits, thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// Which value; [`schema::name`] says its name.
    pub feature: u8,
    /// Part of the logit of buying.
    pub buy: i32,
    /// Part of the logit of leaving.
    pub leave: i32,
}

/// From which probabilities on, thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// Buys anyway: an incentive would be given away.
    pub buys: u16,
    /// Leaves: too late for all but the last word.
    pub leaves: u16,
}

/// The three sorts of visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Will buy anyway.
    Buys,
    /// Neither: whom to help.
    Undecided,
    /// Is about to leave.
    Leaves,
}

/// Why bytes are not a model that can be used: keep the one that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// More than [`MODEL_BYTES_MAX`].
    TooLarge,
    /// Another layout than [`FORMAT`].
    Format,
    /// Not a model.
    Malformed,
    /// Made for other numbers than these.
    Schema,
}

impl Model {
    /// Reads a model for [`Features`].
    ///
    /// # Errors
    /// [`ModelError`] names the first thing that is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::decode_for(SCHEMA, bytes)
    }

    /// Reads a model for other numbers, such as a data set's columns.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn decode_for(schema: u32, bytes: &[u8]) -> Result<Self, ModelError> {
        let mut from = open(bytes)?;
        let model = Self::read(&mut from);
        if !from.is_done() || model.shift > SHIFT_MAX || model.terms.len() > TERMS_MAX {
            return Err(ModelError::Malformed);
        }
        if model.schema == schema { Ok(model) } else { Err(ModelError::Schema) }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        wire::to_versioned(FORMAT, self)
    }

    /// Its name: the hash of its bytes.
    pub fn id(&self) -> u32 {
        fnv(0x811c_9dc5, &self.encode())
    }

    /// The probabilities for these values.
    pub fn chances(&self, values: &[i16]) -> Chances {
        let [buy, leave] = self.logits(values).map(millionths);
        Chances { buy, leave }
    }

    /// The sums, 65,536ths of a logit.
    pub fn logits(&self, values: &[i16]) -> [i32; 2] {
        let mut sums = [0; 2];
        for term in &self.terms {
            let part = term.part(values);
            for (sum, weight) in sums.iter_mut().zip(term.weights) {
                *sum += part * i64::from(weight);
            }
        }
        // From 2^-(8 + shift) logits to 2^-16.
        let [buy, leave] = sums.map(|sum| (sum << 8) >> self.shift);
        let [base_buy, base_leave] = self.base.map(i64::from);
        [clamp(base_buy + buy), clamp(base_leave + leave)]
    }

    /// The values whose parts of the logits are largest, largest first: why the chances are what
    /// they are. A value's part is what it adds to a session in which nothing was seen.
    pub fn reasons<const N: usize>(&self, values: &[i16]) -> [Reason; N] {
        let mut top = [Reason::default(); N];
        let mut at = 0;
        // Terms of one value stand together.
        while let Some(first) = self.terms.get(at) {
            let mut reason = Reason { feature: first.feature, ..Reason::default() };
            while let Some(term) = self.terms.get(at).filter(|it| it.feature == first.feature) {
                let part = term.part(values) * 1_000;
                let [buy, leave] =
                    term.weights.map(|it| clamp((part * i64::from(it)) >> (self.shift + ONE_BITS)));
                (reason.buy, reason.leave) = (reason.buy + buy, reason.leave + leave);
                at += 1;
            }
            let place = top.iter().take_while(|it| it.size() >= reason.size()).count();
            if let Some(rest) = top.get_mut(place..) {
                rest.rotate_right(usize::from(!rest.is_empty()));
                if let Some(it) = rest.first_mut() {
                    *it = reason;
                }
            }
        }
        top
    }

    /// Which sort of visitor this is.
    pub fn band(&self, chances: Chances) -> Band {
        if chances.buy >= u32::from(self.bands.buys) * 1_000 {
            Band::Buys
        } else if chances.leave >= u32::from(self.bands.leaves) * 1_000 {
            Band::Leaves
        } else {
            Band::Undecided
        }
    }
}

impl Term {
    /// What the weights are multiplied by, in units of [`schema::ONE`].
    pub fn part(&self, values: &[i16]) -> i64 {
        let value = |at: u8| i64::from(values.get(usize::from(at)).copied().unwrap_or(0));
        let over = (value(self.feature) - i64::from(self.knot)).max(0);
        if self.with == ALONE { over } else { (over * value(self.with)) >> ONE_BITS }
    }
}

impl Reason {
    fn size(self) -> u32 {
        self.buy.unsigned_abs() + self.leave.unsigned_abs()
    }
}

/// What is behind the format's number, for a reader of either kind of model.
fn open(bytes: &[u8]) -> Result<Reader<'_>, ModelError> {
    if bytes.len() > MODEL_BYTES_MAX {
        return Err(ModelError::TooLarge);
    }
    let (format, rest) = bytes.split_first().ok_or(ModelError::Malformed)?;
    if *format == FORMAT { Ok(Reader::new(rest)) } else { Err(ModelError::Format) }
}

/// Finest unit of weights.
const SHIFT_MAX: u8 = 14;
const ONE_BITS: u8 = 8;

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn clamp(value: i64) -> i32 {
    value.clamp(i64::from(-LOGIT_MAX), i64::from(LOGIT_MAX)) as i32
}

/// A sum never counts as more: 2^28, which is 4,096 logits.
const LOGIT_MAX: i32 = 1 << 28;

beacon::wire!(struct Model { schema, rate, shift, bands, base, terms });
beacon::wire!(struct Term { feature, with, knot, weights });
beacon::wire!(struct Bands { buys, leaves });

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "small numbers of tests")]
mod tests;
