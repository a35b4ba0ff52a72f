//! What was noticed, and why carts were hesitated over.

use std::cmp::Reverse;

use nunchi_api::stats::{SignalRow, Signals};

use super::Fold;
use super::folded::fold;
use super::hesitations::{causes, causes_of};
use super::people::{Crowd, People};
use crate::store::rows::Kind;
use crate::store::scan::{Column, Names, Row, Visit, Want};

/// Counts visit by visit.
#[derive(Debug)]
pub(super) struct Counting {
    people: People,
    /// By [`Kind`].
    counts: [u64; Kind::ALL.len()],
    /// Of each visit that something was noticed in: its person, and bits of the kinds.
    noticed: Vec<(u32, u64)>,
    /// Of each visit that hesitated: its person, and bits of the causes.
    hesitated: Vec<(u32, u16)>,
}

impl Counting {
    pub(super) fn new() -> Self {
        let (noticed, hesitated) = (Vec::new(), Vec::new());
        Self { people: People::default(), counts: [0; Kind::ALL.len()], noticed, hesitated }
    }
}

impl Fold for Counting {
    type Answer = Signals;

    fn want(&self) -> Want {
        let columns = [Column::Number, Column::Detail];
        let signals = Kind::ALL.iter().filter(|kind| kind.is_signal());
        signals.fold(Want::NONE, |want, kind| want.kinds(&[*kind])).columns(&columns)
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let (mut kinds, mut causes) = (0, 0);
        for row in visit.rows {
            if row.kind == Kind::CartHesitation {
                causes |= causes_of(row);
            }
            if is_noticed(row) {
                self.counts[row.kind as usize] += 1;
                kinds |= 1 << row.kind as u64;
            }
        }
        if kinds != 0 || causes != 0 {
            let person = self.people.of(visit);
            self.noticed.push((person, kinds));
            self.hesitated.extend((causes != 0).then_some((person, causes)));
        }
    }

    fn answer(self, _: &Names, below: u64) -> Signals {
        let mut crowd = Crowd::default();
        let kinds = || (0..Kind::ALL.len()).filter(|kind| self.counts[*kind] > 0);
        for (person, noticed) in &self.noticed {
            let noticed = kinds().filter(|kind| noticed >> kind & 1 == 1);
            noticed.for_each(|kind| crowd.add(kind, *person));
        }
        let mut order: Vec<usize> = kinds().collect();
        order.sort_by_key(|kind| (Reverse(self.counts[*kind]), Kind::ALL[*kind].name()));
        let folded = fold(&mut crowd, order, usize::MAX, below);
        let row = |signal: &str, kinds: &[usize]| {
            let bits = kinds.iter().fold(0_u64, |bits, kind| bits | 1 << kind);
            SignalRow {
                signal: signal.into(),
                count: kinds.iter().map(|kind| self.counts[*kind]).sum(),
                sessions: self.noticed.iter().filter(|it| it.1 & bits != 0).count() as u64,
            }
        };
        let rows = folded.shown.iter().map(|kind| row(Kind::ALL[*kind].name(), &[*kind]));
        let (causes, other_causes) = causes(&self.hesitated, below);
        Signals {
            rows: rows.collect(),
            other: folded.other(|kinds| row("", kinds)),
            causes,
            other_causes,
        }
    }
}

/// A signal that says something: hesitation that faded away to nothing does not.
pub(super) fn is_noticed(row: &Row) -> bool {
    row.kind.is_signal() && (row.kind != Kind::CartHesitation || row.number > 0)
}
