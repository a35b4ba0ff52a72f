//! Goes through a site's history, wherever it lies: sealed files and the tail of the journal, merged
//! so that each visit comes whole.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rusqlite::Connection;

use super::catalogue::{self, Purpose, Segment};
use super::filed::{Filed, Piece, Pieces};
use super::journal::{self, Held};
use super::rows::VisitKey;
use super::scan::{Names, Row, Visit, Want};
use super::segments::Opened;
use super::segments::items::Reading;
use super::{Span, Store, StoreError};

impl Store {
    /// Hands each visit of a site that has wanted rows in the span to `each`, once and whole, in the
    /// order of the visits' keys. The span includes `from`, excludes `to`: milliseconds since 1970
    /// on the collector's clock.
    ///
    /// # Errors
    /// What SQLite or ClickHouse says, also when `each` was called already; [`StoreError::Damaged`] and
    /// [`StoreError::Missing`] name a sealed file.
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
        let mut sources = sources_of(files, want, span);
        sources.push(Source { pieces: Pieces::of(&sorted(tail)), more: None });
        merge(&mut sources, names, each)
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
        merge(&mut sources_of(files, want, span), names, each)
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
        let records = held.records(db)?.into_iter();
        let records = records.filter(|it| (from..to).contains(&it.at) && want.has_row(it));
        filed.extend(records.map(|record| Filed::of(&record, want, names)));
    }
    Ok(filed)
}

fn sources_of(files: Vec<Opened>, want: Want, span: (u64, u64)) -> Vec<Source> {
    let readings = files.into_iter().map(|file| Some(Reading::new(file, want, span)));
    readings.map(|more| Source { pieces: Pieces::default(), more }).collect()
}

fn sorted(mut filed: Vec<Filed>) -> Vec<Filed> {
    filed.sort_unstable_by_key(Filed::place);
    filed
}

/// Rows in their order, from one place.
struct Source {
    pieces: Pieces,
    /// Where more come from.
    more: Option<Reading>,
}

impl Source {
    /// The visit that comes next.
    fn peek(&mut self, names: &mut Names) -> Result<Option<VisitKey>, StoreError> {
        loop {
            if let Some(piece) = self.pieces.list.front() {
                return Ok(Some(piece.visit));
            }
            let Some(more) = &mut self.more else { return Ok(None) };
            if !more.next(names, &mut self.pieces)? {
                return Ok(None);
            }
        }
    }

    /// The next visit, if all its rows of this place are at hand.
    fn take_whole(&mut self) -> Option<Piece> {
        let is_whole = self.pieces.list.len() > 1 || self.more.is_none();
        self.pieces.list.pop_front_if(|_| is_whole)
    }

    /// Adds the rows of this visit, which comes next.
    fn gather(
        &mut self,
        visit: VisitKey,
        names: &mut Names,
        whole: &mut Whole,
    ) -> Result<(), StoreError> {
        while self.peek(names)? == Some(visit) {
            let Some(Piece { rows, visitor, .. }) = self.pieces.list.pop_front() else { break };
            whole.rows.extend_from_slice(&self.pieces.rows[rows]);
            whole.visitor = match (whole.visitor, visitor) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        Ok(())
    }
}

/// A visit whose rows lie in several places.
#[derive(Default)]
struct Whole {
    rows: Vec<Row>,
    visitor: Option<((u64, u64, i64), [u8; 16])>,
}

fn merge(
    sources: &mut [Source],
    names: &mut Names,
    each: &mut dyn FnMut(&Visit<'_>, &Names),
) -> Result<(), StoreError> {
    let mut heads = BinaryHeap::new();
    for (place, source) in sources.iter_mut().enumerate() {
        heads.extend(source.peek(names)?.map(|key| Reverse((key, place))));
    }
    let mut whole = Whole::default();
    while let Some(Reverse((key, place))) = heads.pop() {
        let is_alone = heads.peek().is_none_or(|Reverse((next, _))| *next != key);
        if is_alone && let Some(piece) = sources[place].take_whole() {
            let rows = &sources[place].pieces.rows[piece.rows];
            each(&Visit { key, visitor: piece.visitor.map(|it| it.1), rows }, names);
            heads.extend(sources[place].peek(names)?.map(|key| Reverse((key, place))));
            continue;
        }
        whole.rows.clear();
        whole.visitor = None;
        let mut next = Some(place);
        while let Some(place) = next {
            sources[place].gather(key, names, &mut whole)?;
            heads.extend(sources[place].peek(names)?.map(|key| Reverse((key, place))));
            next = heads.peek().filter(|it| it.0.0 == key).map(|it| it.0.1);
            if next.is_some() {
                heads.pop();
            }
        }
        if !is_alone {
            whole.rows.sort_unstable_by_key(Row::place);
        }
        each(&Visit { key, visitor: whole.visitor.map(|it| it.1), rows: &whole.rows }, names);
    }
    Ok(())
}

/// Looks at the catalogue, when files that it named are gone by the time they are opened.
const LOOKS_MAX: usize = 3;
