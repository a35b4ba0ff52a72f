//! Goes through a site's history, wherever it lies: sealed files and the tail of the journal, day by day, merged so
//! that each visit comes whole.

mod merge;
mod rounds;

use std::collections::HashSet;

use rusqlite::Connection;

use super::catalogue::{self, Purpose, Segment};
use super::filed::{Filed, Pieces};
use super::journal::{self, Held};
use super::kept::ALWAYS;
use super::scan::{Names, Visit, Want};
use super::segments::Opened;
use super::{Span, Store, StoreError};

impl Store {
    /// Hands each visit of a site that has wanted rows in the span to `each`, once and whole, in any order. The span
    /// includes `from`, excludes `to`: milliseconds since 1970 on the collector's clock.
    ///
    /// # Errors
    /// What SQLite or ClickHouse says, also when `each` was called already; [`StoreError::Damaged`] and
    /// [`StoreError::Missing`] name a sealed file; [`StoreError::TooMuch`] when there are too many of them, or too
    /// many different texts.
    pub fn scan(
        &self,
        site: i64,
        from: u64,
        to: u64,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError> {
        if let Some(clickhouse) = &self.clickhouse {
            let site = self.key_of(site)?;
            return clickhouse.scan(&site, from, to, want, names, each);
        }
        let span = (from, to);
        let (files, tail) = self.with_files(|moment| {
            let segments = catalogue::of_span(moment, site, Purpose::Items, span)?;
            let kept = self.shared.tails.rows(moment, site, span, want, names)?;
            let tail = kept.map_or_else(|| decoded(moment, site, span, want, names), Ok)?;
            Ok((segments, tail))
        })?;
        rounds::go_through(files, Pieces::of(&sorted(tail)), (want, span), names, each)
    }

    /// The same of all there is but these files, for a check. What keeps the tail from being read comes back instead of
    /// it; the files are gone through all the same.
    ///
    /// # Errors
    /// As [`scan`](Self::scan).
    pub(super) fn scan_without(
        &self,
        site: i64,
        left_out: &HashSet<i64>,
        want: Want,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<Option<StoreError>, StoreError> {
        let names = &mut Names::default();
        let (files, tail) = self.with_files(|moment| {
            let mut segments = catalogue::of_span(moment, site, Purpose::Items, ALWAYS)?;
            segments.retain(|segment| !left_out.contains(&segment.id));
            Ok((segments, decoded(moment, site, ALWAYS, want, names)))
        })?;
        let (tail, error) = tail.map_or_else(|error| (vec![], Some(error)), |tail| (tail, None));
        rounds::go_through(files, Pieces::of(&sorted(tail)), (want, ALWAYS), names, each)?;
        Ok(error.map(StoreError::from))
    }

    /// The same of sealed files alone.
    pub(crate) fn scan_sealed(
        &self,
        Span { site, from, to }: Span,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError> {
        let span = (from, to);
        let (files, ()) = self.with_files(|moment| {
            Ok((catalogue::of_span(moment, site, Purpose::Items, span)?, ()))
        })?;
        rounds::go_through(files, Pieces::default(), (want, span), names, each)
    }

    /// The sealed files of a span, open, and what `take` makes of the tail beside them: both of the
    /// same moment, so that nothing is in both, and nothing in neither.
    pub(super) fn snapshot<T>(
        &self,
        site: i64,
        purpose: Purpose,
        span: (u64, u64),
        mut take: impl FnMut(&Connection, Vec<Held>) -> rusqlite::Result<T>,
    ) -> Result<(Vec<Opened>, T), StoreError> {
        self.with_files(|moment| {
            let segments = catalogue::of_span(moment, site, purpose, span)?;
            let tail = journal::tail(moment, site, usize::MAX, usize::MAX)?;
            Ok((segments, take(moment, tail)?))
        })
    }

    /// Looks at one moment of the database, and opens the files that it finds named there.
    pub(super) fn with_files<T>(
        &self,
        mut look: impl FnMut(&Connection) -> rusqlite::Result<(Vec<Segment>, T)>,
    ) -> Result<(Vec<Opened>, T), StoreError> {
        let mut looks = 0;
        loop {
            let (segments, found) = self.read(|db| look(&*db.unchecked_transaction()?))?;
            looks += 1;
            if segments.len() > FILES_MAX {
                return Err(StoreError::TooMuch("sealed files"));
            }
            match self.open_all(&segments) {
                // Merged with others since we looked, perhaps.
                Err(StoreError::Missing(_)) if looks < LOOKS_MAX => {}
                files => return Ok((files?, found)),
            }
        }
    }

    fn open_all(&self, segments: &[Segment]) -> Result<Vec<Opened>, StoreError> {
        let super::Shared { folder, seen, .. } = &*self.shared;
        segments.iter().map(|segment| Opened::open(folder, segment, seen)).collect()
    }
}

/// The wanted rows of the journal's tail.
pub(super) fn decoded(
    db: &Connection,
    site: i64,
    (from, to): (u64, u64),
    want: Want,
    names: &mut Names,
) -> rusqlite::Result<Vec<Filed>> {
    let mut filed = Vec::new();
    for held in journal::tail(db, site, usize::MAX, usize::MAX)? {
        held.each_record(db, |record| {
            if (from..to).contains(&record.at) && want.has_row(&record) {
                filed.push(Filed::of(&record, want, names));
            }
        })?;
    }
    Ok(filed)
}

fn sorted(mut filed: Vec<Filed>) -> Vec<Filed> {
    filed.sort_unstable_by_key(Filed::place);
    filed
}

/// Looks at the catalogue, when files that it named are gone by the time they are opened.
const LOOKS_MAX: usize = 3;

/// Most files that are open for one question. A day has some ten once they are merged, and history is kept for 760 days
/// unless it is set otherwise; the system's own limit is higher as a rule.
const FILES_MAX: usize = 8_192;

#[cfg(test)]
mod tests;
