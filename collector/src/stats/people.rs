//! Who stands behind rows, by numbers: as small as can be, for millions of rows.

use std::collections::HashMap;

use crate::store::scan::Visit;

/// Numbers persons as they come: visitors, and visits whose visitor is not known.
#[derive(Debug, Default)]
pub(super) struct People {
    visitors: HashMap<[u8; 16], u32>,
    count: u32,
}

impl People {
    /// The number of a visit's person. To be asked once a visit: one without a visitor is somebody new
    /// each time.
    pub(super) fn of(&mut self, visit: &Visit<'_>) -> u32 {
        let new = self.count;
        let number = match visit.visitor {
            Some(visitor) => *self.visitors.entry(visitor).or_insert(new),
            None => new,
        };
        if number == new {
            self.count = new.checked_add(1).expect("visits fit into memory, so fewer than 2^32");
        }
        number
    }
}

/// Which persons stand behind which rows of a breakdown.
///
/// The first rows, which most visits are in, are bits of each person; the others are pairs, sorted when
/// they are counted.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    /// By person: bits of the first rows.
    bits: Vec<u64>,
    /// Row << 32 | person.
    pairs: Vec<u64>,
    /// As many pairs as were left when they were last settled.
    settled: usize,
}

impl Crowd {
    /// This person is behind this row (too).
    pub(super) fn add(&mut self, row: usize, person: u32) {
        if row < BITS {
            let person = person as usize;
            if person >= self.bits.len() {
                self.bits.resize(person + 1, 0);
            }
            self.bits[person] |= 1 << row;
            return;
        }
        let row = u64::try_from(row).expect("usize has at most 64 bits");
        self.pairs.push(row << 32 | u64::from(person));
        if self.pairs.len() >= 2 * self.settled.max(PAIRS_UNSETTLED) {
            self.settle();
        }
    }

    /// How many people stand behind each row, of at least `rows` rows.
    pub(super) fn counts(&mut self, rows: usize) -> Vec<u64> {
        self.settle();
        let last = self.pairs.last().map_or(0, |pair| row_of(*pair) + 1);
        let mut counts = vec![0; rows.max(last).max(BITS)];
        for bits in &self.bits {
            let mut left = *bits;
            while left != 0 {
                counts[left.trailing_zeros() as usize] += 1;
                left &= left - 1;
            }
        }
        for pair in &self.pairs {
            counts[row_of(*pair)] += 1;
        }
        counts
    }

    /// Gives each person of one row to `each`, once. Only after [`Self::counts`].
    pub(super) fn of_row(&self, row: usize, mut each: impl FnMut(usize)) {
        if row < BITS {
            let people = self.bits.iter().enumerate().filter(|(_, bits)| *bits >> row & 1 == 1);
            people.for_each(|(person, _)| each(person));
            return;
        }
        let start = self.pairs.partition_point(|pair| row_of(*pair) < row);
        let pairs = self.pairs[start..].iter().take_while(move |pair| row_of(**pair) == row);
        let person = |pair: &u64| usize::try_from(pair & u64::from(u32::MAX)).expect("32 bits");
        pairs.map(person).for_each(each);
    }

    /// Each pair once, in order.
    fn settle(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.settled = self.pairs.len();
    }
}

fn row_of(pair: u64) -> usize {
    usize::try_from(pair >> 32).expect("32 bits")
}

/// Rows that are bits.
const BITS: usize = 64;

/// Pairs that may wait before the first are settled: 16 MiB.
const PAIRS_UNSETTLED: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{BITS, Crowd};

    proptest! {
        /// As a set of pairs would have it, on both sides of the border between bits and pairs.
        #[test]
        fn each_person_counts_once_behind_each_row(
            pairs in prop::collection::vec((0..2 * BITS, 0_u32..9), 0..400),
        ) {
            let mut crowd = Crowd::default();
            for (row, person) in &pairs {
                crowd.add(*row, *person);
            }
            let counts = crowd.counts(2 * BITS);
            let set: BTreeSet<(usize, u32)> = pairs.into_iter().collect();
            for (row, count) in counts.into_iter().enumerate() {
                let people: Vec<usize> =
                    set.iter().filter(|it| it.0 == row).map(|it| it.1 as usize).collect();
                prop_assert_eq!(count, people.len() as u64);
                let mut told = Vec::new();
                crowd.of_row(row, |person| told.push(person));
                prop_assert_eq!(told, people);
            }
        }
    }
}
