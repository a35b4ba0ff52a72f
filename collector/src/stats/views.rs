//! Views with what was reported of them: `nunchi_api::stats::PageRow` has the words.

use std::collections::HashMap;

use super::tally::count;
use crate::store::rows::Kind;
use crate::store::scan::{Column, MISSING, Name, Row, Want};

/// One view of a visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) at: u64,
    pub(super) path: Name,
    pub(super) page: Name,
    /// Active time; `None` when nothing was reported.
    pub(super) dwell_ms: Option<u64>,
    /// How much of it was on screen.
    pub(super) reach_percent: Option<u64>,
}

/// Finds views; keeps its working memory from visit to visit.
#[derive(Debug, Default)]
pub(super) struct Views {
    /// The latest view of each page load but the current one.
    others: HashMap<u64, View>,
}

impl Views {
    /// What has to be read besides path and page.
    pub(super) const WANT: Want = Want::NONE
        .kinds(&[Kind::Viewed, Kind::Dwell, Kind::ScrollReach])
        .columns(&[Column::Number]);

    /// Gives each view of a visit to `each`, in any order.
    pub(super) fn of(&mut self, rows: &[Row], mut each: impl FnMut(&View)) {
        let mut run = None;
        let mut view: Option<View> = None;
        for row in rows {
            if !matches!(row.kind, Kind::Viewed | Kind::Dwell | Kind::ScrollReach) {
                continue;
            }
            // Page loads seldom interleave: the table is for those that do.
            if run != Some(row.run) {
                self.others.extend(run.replace(row.run).zip(view));
                view = self.others.remove(&row.run);
            }
            match (row.kind, &mut view) {
                (Kind::Viewed, view) => view.replace(begin(row)).iter().for_each(&mut each),
                (Kind::Dwell, Some(view)) => raise(&mut view.dwell_ms, row.number),
                (_, Some(view)) => raise(&mut view.reach_percent, row.number),
                (_, None) => {}
            }
        }
        view.iter().for_each(&mut each);
        self.others.drain().for_each(|(_, view)| each(&view));
    }
}

fn begin(row: &Row) -> View {
    let Row { at, path, page, .. } = *row;
    View { at, path, page, dwell_ms: None, reach_percent: None }
}

/// The greatest of what was reported is what holds.
fn raise(figure: &mut Option<u64>, number: i64) {
    if number != MISSING {
        *figure = (*figure).max(Some(count(number)));
    }
}
