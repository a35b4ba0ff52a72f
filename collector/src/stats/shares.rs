//! Who visits were, and where they came from: breakdowns in which each visit stands once.

use std::cmp::Reverse;

use nunchi_api::questions::{Audiences, ShareRow, Shares};

use super::Fold;
use super::filter::{Look, Traits};
use super::folded::fold;
use super::milestones::{Milestones, fills_cart};
use super::people::{Crowd, People};
use super::tally::{ByName, Sums};
use crate::store::rows::Kind;
use crate::store::scan::{Column, Name, Names, Visit, Want};

/// Counts visit by visit, for `audiences`.
#[derive(Debug)]
pub(super) struct Audience {
    look: Look,
    people: People,
    visitors: Breakdown,
    devices: Breakdown,
    languages: Breakdown,
}

/// Counts visit by visit, for `sources`.
#[derive(Debug)]
pub(super) struct Sources {
    look: Look,
    people: People,
    by_source: Breakdown,
}

#[derive(Debug, Default)]
struct Breakdown {
    tallies: ByName<Tally>,
    people: Crowd,
}

#[derive(Clone, Debug, Default)]
struct Tally {
    sessions: u64,
    views: u64,
    carts: u64,
    bought: u64,
    purchases: u64,
    revenue: Sums,
}

impl Audience {
    pub(super) fn new(names: &mut Names) -> Self {
        Self {
            look: Look::new(names),
            people: People::default(),
            visitors: Breakdown::default(),
            devices: Breakdown::default(),
            languages: Breakdown::default(),
        }
    }
}

impl Fold for Audience {
    type Answer = Audiences;

    fn want(&self) -> Want {
        let columns = [Column::Device, Column::Audience, Column::Language];
        WANT.kinds(&[Kind::Began]).columns(&columns)
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let Some(tally) = tally(visit) else { return };
        let person = self.people.of(visit);
        let Traits { device, visitor, language, .. } = self.look.traits(visit.rows);
        self.visitors.add(visitor, person, &tally);
        self.devices.add(device, person, &tally);
        self.languages.add(language, person, &tally);
    }

    fn answer(self, names: &Names, below: u64) -> Audiences {
        Audiences {
            visitors: self.visitors.shares(names, below),
            devices: self.devices.shares(names, below),
            languages: self.languages.shares(names, below),
        }
    }
}

impl Sources {
    pub(super) fn new(names: &mut Names) -> Self {
        let (people, by_source) = (People::default(), Breakdown::default());
        Self { look: Look::new(names), people, by_source }
    }
}

impl Fold for Sources {
    type Answer = Shares;

    fn want(&self) -> Want {
        WANT.kinds(&[Kind::Began, Kind::Remembered]).columns(&[Column::Source])
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let Some(tally) = tally(visit) else { return };
        let person = self.people.of(visit);
        self.by_source.add(self.look.traits(visit.rows).source, person, &tally);
    }

    fn answer(self, names: &Names, below: u64) -> Shares {
        self.by_source.shares(names, below)
    }
}

/// What [`tally`] reads.
const WANT: Want = Milestones::CART
    .kinds(&[Kind::Viewed, Kind::Purchased])
    .columns(&[Column::Value, Column::Currency]);

/// One visit's share; `None` for one without a view.
fn tally(visit: &Visit<'_>) -> Option<Tally> {
    let mut tally = Tally { sessions: 1, ..Tally::default() };
    for row in visit.rows {
        match row.kind {
            Kind::Viewed => tally.views += 1,
            Kind::Purchased => {
                tally.purchases += 1;
                tally.revenue.add(row.currency, row.value);
            }
            _ if fills_cart(row) => tally.carts = 1,
            _ => {}
        }
    }
    tally.bought = tally.purchases.min(1);
    (tally.views > 0).then_some(tally)
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.sessions += other.sessions;
        self.views += other.views;
        self.carts += other.carts;
        self.bought += other.bought;
        self.purchases += other.purchases;
        self.revenue.add_all(&other.revenue);
    }
}

impl Breakdown {
    fn add(&mut self, name: Name, person: u32, visit: &Tally) {
        let (row, tally) = self.tallies.row(name);
        tally.add(visit);
        self.people.add(row, person);
    }

    fn shares(mut self, names: &Names, below: u64) -> Shares {
        let tallies = self.tallies.rows();
        let mut rows: Vec<usize> = (0..tallies.len()).collect();
        rows.sort_by_key(|row| (Reverse(tallies[*row].1.sessions), names.text(tallies[*row].0)));
        let folded = fold(&mut self.people, rows, ROWS_MAX, below);
        let shown = folded.shown.iter().map(|row| {
            let (name, tally) = &tallies[*row];
            share_row(names.text(*name), tally, folded.people[*row], names)
        });
        let other = folded.other(|rows| {
            let mut all = Tally::default();
            for row in rows {
                all.add(&tallies[*row].1);
            }
            share_row("", &all, folded.other_people, names)
        });
        Shares { rows: shown.collect(), other }
    }
}

fn share_row(name: &str, tally: &Tally, people: u64, names: &Names) -> ShareRow {
    let Tally { sessions, views, carts, bought, purchases, ref revenue } = *tally;
    let (name, revenue) = (name.into(), revenue.amounts(names));
    ShareRow { name, sessions, people, views, carts, bought, purchases, revenue }
}

const ROWS_MAX: usize = 100;
