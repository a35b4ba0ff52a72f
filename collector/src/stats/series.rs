//! How it went, by hours, days, weeks or months of a time zone.

use jiff::tz::TimeZone;
use nunchi_api::questions::{Series, SeriesSlice, Unit};

use super::Fold;
use super::people::{Crowd, People};
use super::slices::{Slices, label};
use super::tally::Sums;
use crate::store::rows::Kind;
use crate::store::scan::{Column, Names, Visit, Want};

/// Counts visit by visit.
#[derive(Debug)]
pub(super) struct Counting {
    unit: Unit,
    zone: TimeZone,
    slices: Slices,
    tallies: Vec<Tally>,
    people: People,
    /// Visitors by slice.
    visitors: Crowd,
}

#[derive(Clone, Debug, Default)]
struct Tally {
    sessions: u64,
    views: u64,
    purchases: u64,
    revenue: Sums,
}

impl Counting {
    /// `slices` are those of `zone` by `unit`.
    pub(super) fn new(zone: TimeZone, unit: Unit, slices: Slices) -> Self {
        let tallies = vec![Tally::default(); slices.starts().len()];
        let (people, visitors) = (People::default(), Crowd::default());
        Self { unit, zone, slices, tallies, people, visitors }
    }
}

impl Fold for Counting {
    type Answer = Series;

    fn want(&self) -> Want {
        Want::NONE
            .kinds(&[Kind::Viewed, Kind::Purchased])
            .columns(&[Column::Value, Column::Currency])
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let visitor = visit.visitor.map(|_| self.people.of(visit));
        let (mut place, mut seen_in) = (0, None);
        for row in visit.rows {
            place = self.slices.place(row.at, place);
            let tally = &mut self.tallies[place];
            match row.kind {
                Kind::Viewed => {
                    tally.views += 1;
                    // Rows are in the order of time: a slice that was left does not come again.
                    if seen_in.replace(place) != Some(place) {
                        tally.sessions += 1;
                        if let Some(visitor) = visitor {
                            self.visitors.add(place, visitor);
                        }
                    }
                }
                Kind::Purchased => {
                    tally.purchases += 1;
                    tally.revenue.add(row.currency, row.value);
                }
                _ => {}
            }
        }
    }

    fn answer(mut self, names: &Names, _: u64) -> Series {
        let visitors = self.visitors.counts(self.tallies.len());
        let starts = self.slices.starts().iter();
        let slices =
            starts.zip(&self.tallies).zip(visitors).map(|((&from, tally), visitors)| SeriesSlice {
                from,
                label: label(&self.zone, self.unit, from),
                sessions: tally.sessions,
                visitors,
                views: tally.views,
                purchases: tally.purchases,
                revenue: tally.revenue.amounts(names),
            });
        Series { unit: self.unit, slices: slices.collect() }
    }
}
