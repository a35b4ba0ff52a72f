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
#[derive(Debug, Default)]
pub(super) struct Crowd {
    /// Row << 32 | person.
    pairs: Vec<u64>,
    /// As many as were left when they were last settled.
    settled: usize,
}

impl Crowd {
    /// This person is behind this row (too).
    pub(super) fn add(&mut self, row: usize, person: u32) {
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
        let mut counts = vec![0; rows.max(last)];
        for pair in &self.pairs {
            counts[row_of(*pair)] += 1;
        }
        counts
    }

    /// Persons of one row. Only after [`Self::counts`].
    pub(super) fn of_row(&self, row: usize) -> impl Iterator<Item = usize> {
        let start = self.pairs.partition_point(|pair| row_of(*pair) < row);
        let pairs = self.pairs[start..].iter().take_while(move |pair| row_of(**pair) == row);
        pairs.map(|pair| usize::try_from(pair & u64::from(u32::MAX)).expect("32 bits"))
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

/// Pairs that may wait before the first are settled: 16 MiB.
const PAIRS_UNSETTLED: usize = 1 << 20;
