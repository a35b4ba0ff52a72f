//! Pages by the time spent on them.

use std::cmp::Reverse;

use nunchi_api::stats::{PageRow, Pages};

use super::Fold;
use super::folded::fold;
use super::people::{Crowd, People};
use super::tally::{ByName, median};
use super::views::{View, Views};
use crate::store::rows::Kind;
use crate::store::scan::{Column, Name, Names, Visit, Want};

/// Counts visit by visit.
#[derive(Debug, Default)]
pub(super) struct Counting {
    views: Views,
    paths: ByName<Tally>,
    people: People,
    crowd: Crowd,
}

#[derive(Debug, Default)]
struct Tally {
    views: u64,
    dwells: Vec<u64>,
    reach_percent: u64,
    reaches: u64,
    /// When it was viewed last, and as what.
    last: (u64, Name),
}

impl Tally {
    fn add(&mut self, view: &View, names: &Names) {
        self.views += 1;
        self.dwells.extend(view.dwell_ms);
        self.reach_percent += view.reach_percent.unwrap_or_default();
        self.reaches += u64::from(view.reach_percent.is_some());
        let (at, page) = self.last;
        if page == view.page {
            self.last.0 = at.max(view.at);
        } else if (view.at, names.text(view.page)) > (at, names.text(page)) {
            self.last = (view.at, view.page);
        }
    }

    fn dwell_ms(&self) -> u64 {
        self.dwells.iter().fold(0, |sum, dwell| sum.saturating_add(*dwell))
    }
}

impl Fold for Counting {
    type Answer = Pages;

    fn want(&self) -> Want {
        Views::WANT.columns(&[Column::Path, Column::Page])
    }

    fn visit(&mut self, visit: &Visit<'_>, names: &Names) {
        if !visit.rows.iter().any(|row| row.kind == Kind::Viewed) {
            return;
        }
        let person = self.people.of(visit);
        self.views.of(visit.rows, |view| {
            let (row, tally) = self.paths.row(view.path);
            tally.add(view, names);
            self.crowd.add(row, person);
        });
    }

    fn answer(mut self, names: &Names, below: u64) -> Pages {
        let paths = self.paths.rows();
        let dwells: Vec<u64> = paths.iter().map(|(_, tally)| tally.dwell_ms()).collect();
        let mut rows: Vec<usize> = (0..paths.len()).collect();
        rows.sort_by_key(|row| {
            let (path, tally) = &paths[*row];
            (Reverse((dwells[*row], tally.views)), names.text(*path))
        });
        let folded = fold(&mut self.crowd, rows, ROWS_MAX, below);
        let shown = folded.shown.iter().map(|row| page_row(&paths[*row], names));
        let other = folded.other(|rows| PageRow {
            views: rows.iter().map(|row| paths[*row].1.views).sum(),
            dwell_ms_total: rows.iter().map(|row| dwells[*row]).sum(),
            ..PageRow::default()
        });
        Pages { rows: shown.collect(), other }
    }
}

fn page_row((path, tally): &(Name, Tally), names: &Names) -> PageRow {
    let reach = tally.reach_percent.checked_div(tally.reaches).unwrap_or_default();
    PageRow {
        path: names.text(*path).into(),
        page: names.text(tally.last.1).into(),
        views: tally.views,
        dwell_ms_total: tally.dwell_ms(),
        dwell_ms_median: median(&mut tally.dwells.clone()),
        reach_percent: u8::try_from(reach).unwrap_or(u8::MAX),
    }
}

const ROWS_MAX: usize = 100;
