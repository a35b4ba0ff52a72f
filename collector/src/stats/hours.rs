//! When the week is busy, and when carts are hesitated over: by weekday and hour of the zone's clock.

use jiff::tz::TimeZone;
use nunchi_api::questions::{HourRow, Hours};

use super::Fold;
use super::slices::zoned;
use crate::store::rows::Kind;
use crate::store::scan::{Column, Names, Visit, Want};

/// Counts visit by visit.
#[derive(Debug)]
pub(super) struct Counting {
    zone: TimeZone,
    /// By hour of the week, Monday 0:00 first.
    tallies: Vec<Tally>,
    /// The quarter that was asked about last, and its hour of the week.
    last: (u64, usize),
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    sessions: u64,
    hesitated: u64,
    purchases: u64,
}

impl Counting {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone, tallies: vec![Tally::default(); HOURS], last: (u64::MAX, 0) }
    }

    /// All offsets from UTC are a number of quarters: rows of one quarter are of one hour.
    fn hour(&mut self, at: u64) -> usize {
        let quarter = at / QUARTER_MS;
        if self.last.0 != quarter {
            let time = zoned(&self.zone, quarter * QUARTER_MS);
            let day = time.weekday().to_monday_zero_offset();
            let hour = i32::from(day) * 24 + i32::from(time.hour());
            self.last = (quarter, usize::try_from(hour).unwrap_or_default());
        }
        self.last.1
    }
}

impl Fold for Counting {
    type Answer = Hours;

    fn want(&self) -> Want {
        Want::NONE
            .kinds(&[Kind::Viewed, Kind::CartHesitation, Kind::Purchased])
            .columns(&[Column::Number])
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let (mut seen, mut doubted) = (Vec::new(), Vec::new());
        for row in visit.rows {
            let hour = self.hour(row.at);
            match row.kind {
                Kind::Viewed if !seen.contains(&hour) => seen.push(hour),
                Kind::CartHesitation if row.number > 0 && !doubted.contains(&hour) => {
                    doubted.push(hour);
                }
                Kind::Purchased => self.tallies[hour].purchases += 1,
                _ => {}
            }
        }
        for hour in seen {
            self.tallies[hour].sessions += 1;
        }
        for hour in doubted {
            self.tallies[hour].hesitated += 1;
        }
    }

    fn answer(self, _: &Names, _: u64) -> Hours {
        let row = |(place, tally): (u16, &Tally)| {
            let Tally { sessions, hesitated, purchases } = *tally;
            let is_there = sessions + hesitated + purchases > 0;
            let [weekday, hour] = [place / 24, place % 24].map(|it| u8::try_from(it).unwrap_or(0));
            is_there.then_some(HourRow { weekday, hour, sessions, hesitated, purchases })
        };
        Hours { rows: (0..).zip(&self.tallies).filter_map(row).collect() }
    }
}

const HOURS: usize = 7 * 24;

const QUARTER_MS: u64 = nunchi_api::questions::QUARTER_MS;
