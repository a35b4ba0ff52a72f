//! The loss meter: numbers of beacons that are missing, and what is kept apart.

use std::collections::HashMap;

use nunchi_api::questions::Losses;
use nunchi_api::stats::QuarantinedRow;

use super::{DAY_MS, History};
use crate::store::StoreError;
use crate::store::rows::Kind;
use crate::store::scan::{Column, Names, Row, Want};
use crate::suspicion::Suspicion;

/// `losses` of the span.
pub(super) fn losses(history: &dyn History, from: u64, to: u64) -> Result<Losses, StoreError> {
    let (first, last) = (from.saturating_sub(DAY_MS), to.saturating_add(DAY_MS));
    let mut runs = HashMap::<u64, Run>::new();
    let mut losses = Losses::default();
    let want = Want::NONE.kinds(Kind::ALL).columns(&[Column::Detail]);
    for want in [want, want.apart()] {
        history.visits(first, last, want, &mut Names::default(), &mut |visit, _| {
            for row in visit.rows {
                if row.ordinal >= 0 {
                    runs.entry(row.run).or_default().add(row);
                }
                let is_view = row.kind == Kind::Viewed && row.quarantine == 0;
                if is_view && (from..to).contains(&row.at) {
                    losses.views += 1;
                    losses.loader_views += u64::from(row.detail == 1);
                }
            }
        })?;
    }
    for run in runs.into_values().filter(|run| run.counts(from, to)) {
        let (sent, stored) = run.sent_and_stored();
        losses.runs += 1;
        losses.runs_with_loss += u64::from(stored < sent);
        losses.sent += sent;
        losses.stored += stored;
    }
    losses.lost = losses.sent - losses.stored;
    losses.lost_permille = (losses.lost * 1_000).checked_div(losses.sent);
    Ok(losses)
}

/// What is kept apart in the span, by reason.
pub(super) fn quarantined(
    history: &dyn History,
    from: u64,
    to: u64,
) -> Result<Vec<QuarantinedRow>, StoreError> {
    let mut rows = Suspicion::ALL
        .map(|it| QuarantinedRow { reason: it.name().into(), ..QuarantinedRow::default() });
    let want = Want::NONE.kinds(Kind::ALL).apart();
    history.visits(from, to, want, &mut Names::default(), &mut |visit, _| {
        for (row, reason) in rows.iter_mut().zip(Suspicion::ALL) {
            let events = visit.rows.iter().filter(|it| it.quarantine == reason.number());
            let events = events.count() as u64;
            row.events += events;
            row.sessions += events.min(1);
        }
    })?;
    Ok(rows.into_iter().filter(|row| row.events > 0).collect())
}

/// Beacons of a page load that are here.
#[derive(Debug, Default)]
struct Run {
    /// Its least `at`.
    first_at: Option<u64>,
    /// Something of it is not kept apart.
    is_trusted: bool,
    /// Numbers below this came, without a gap.
    next: u64,
    /// Others.
    rest: Vec<u64>,
}

impl Run {
    fn add(&mut self, row: &Row) {
        self.first_at = Some(self.first_at.map_or(row.at, |first| first.min(row.at)));
        self.is_trusted |= row.quarantine == 0;
        let number = row.ordinal.unsigned_abs() >> 12;
        if number == self.next {
            self.next += 1;
        } else if number > self.next && self.rest.last() != Some(&number) {
            self.rest.push(number);
        }
    }

    fn counts(&self, from: u64, to: u64) -> bool {
        self.is_trusted && self.first_at.is_some_and(|at| (from..to).contains(&at))
    }

    fn sent_and_stored(mut self) -> (u64, u64) {
        self.rest.retain(|number| *number >= self.next);
        self.rest.sort_unstable();
        self.rest.dedup();
        let last = self.rest.last().copied();
        (last.map_or(self.next, |last| last + 1), self.next + self.rest.len() as u64)
    }
}
