//! The journal: accepted frames as they came, a line each, and what derives from them. Its rows are
//! sheaves of lines ([`super::sheaf`]); numbers of lines count up and are never used twice.

use std::collections::{HashMap, HashSet};

use beacon::{Beacon, Header, Millis, RunId};
use rusqlite::{Connection, OptionalExtension, Params, params};

use super::marks::{self, Mark, Marked};
use super::rows::{Kind, Origin, Record, Told, VisitKey, each_record, run_number};
use super::segments::frames::Framed;
use super::sheaf;
use crate::suspicion::Suspicion;

/// What is known of a page load beyond its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Fixed by the first beacon of it that came.
    pub(super) began_at: Millis,
    /// The first that consent gave.
    pub(super) session: Option<[u8; 8]>,
    pub(super) visitor: Option<[u8; 16]>,
}

impl Run {
    /// The visit it counts for.
    pub(super) fn visit(&self, id: RunId) -> VisitKey {
        self.session.map_or(VisitKey::new(&id.0), |session| VisitKey::new(&session))
    }

    pub(super) fn learn(&mut self, other: &Self) {
        self.session = self.session.or(other.session);
        self.visitor = self.visitor.or(other.visitor);
    }
}

/// A line of the journal without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) site: i64,
    /// The page load.
    pub(super) id: RunId,
    /// Of the beacon; below zero: a view that the loader counted.
    pub(super) sequence: i64,
    pub(super) accepted_at: Millis,
    /// What the age of its mark counts from.
    pub(super) marked_at: Millis,
    /// [`Suspicion::number`]; 0 is nothing.
    pub(super) quarantine: u8,
    pub(super) run: Run,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// Counts up, also over sites.
    pub(super) number: i64,
    /// Number of the first line that lies in the same row; the row is sealed, or sent, as a whole.
    pub(super) sheaf: i64,
    pub(super) entry: Entry,
    /// Of a view that the loader counted: path and sort of page, a line each.
    pub(super) frame: Vec<u8>,
}

/// A site's lines that are not sealed, oldest first, in whole sheaves: none after those that are `count`,
/// or have `bytes`, together. Of each run they tell the first session and visitor that any of them
/// knows.
pub(super) fn tail(
    db: &Connection,
    site: i64,
    count: usize,
    bytes: usize,
) -> rusqlite::Result<Vec<Held>> {
    let (mut tail, mut taken) = (Vec::new(), 0);
    each_sheaf(db, &sheaves_of_tail("ORDER BY first"), [site], |lines| {
        taken += lines.iter().map(|held| held.frame.len()).sum::<usize>();
        tail.extend(lines);
        tail.len() < count && taken < bytes
    })?;
    learn(&mut tail);
    Ok(tail)
}

/// A site's lines after this one, which ends a sheaf, oldest first, as they stand.
pub(super) fn after(db: &Connection, site: i64, number: i64) -> rusqlite::Result<Vec<Held>> {
    let mut lines = Vec::new();
    each_sheaf(db, "WHERE site = ? AND first > ? ORDER BY first", [site, number], |sheaf| {
        lines.extend(sheaf);
        true
    })?;
    Ok(lines)
}

/// The newest lines of a site that are not sealed, accepted since, oldest first, at most `count`.
pub(super) fn lately(
    db: &Connection,
    site: i64,
    since: Millis,
    count: usize,
) -> rusqlite::Result<Vec<Held>> {
    let mut lines = Vec::new();
    each_sheaf(db, &sheaves_of_tail("ORDER BY first DESC"), [site], |sheaf| {
        let newest_first = sheaf.into_iter().rev();
        lines.extend(newest_first.filter(|held| held.entry.accepted_at >= since));
        lines.len() < count
    })?;
    lines.truncate(count);
    lines.reverse();
    learn(&mut lines);
    Ok(lines)
}

/// Lines of all sites in sheaves from the one that begins with `first` to the one that begins with
/// `last`, as far as they are not sealed. Of each run they tell the first session and visitor that
/// any of them knows.
pub(super) fn between(db: &Connection, first: i64, last: i64) -> rusqlite::Result<Vec<Held>> {
    let sheaves = "WHERE first BETWEEN ? AND ? AND first > COALESCE(
                       (SELECT until FROM sealed WHERE sealed.site = journal.site), 0)
                   ORDER BY first";
    let mut lines = Vec::new();
    each_sheaf(db, sheaves, [first, last], |sheaf| {
        lines.extend(sheaf);
        true
    })?;
    learn(&mut lines);
    Ok(lines)
}

/// The sheaf that a line of a site stands in, unless it is sealed or gone.
pub(super) fn sheaf_of(db: &Connection, site: i64, number: i64) -> rusqlite::Result<Vec<Held>> {
    let sheaves = sheaves_of_tail("AND first <= ?2 AND last >= ?2");
    let mut found = Vec::new();
    each_sheaf(db, &sheaves, [site, number], |lines| {
        found = lines;
        false
    })?;
    Ok(found)
}

/// The marks of all lines that nobody wrote down and that are not sealed, by number.
pub(super) fn unmarked(db: &Connection) -> rusqlite::Result<Vec<Marked>> {
    let sheaves = "WHERE last > (SELECT value FROM meta WHERE name = 'marked')
                   AND first > COALESCE(
                       (SELECT until FROM sealed WHERE sealed.site = journal.site), 0)";
    let mut unmarked = Vec::new();
    each_sheaf(db, sheaves, [], |sheaf| {
        unmarked.extend(sheaf.iter().map(marks::marked));
        true
    })?;
    unmarked.sort_unstable_by_key(|(.., mark)| mark.entry);
    Ok(unmarked)
}

/// Which sheaves of a site (`?1`) are not sealed. They are sealed as a whole.
fn sheaves_of_tail(more: &str) -> String {
    format!(
        "WHERE site = ?1 AND first > COALESCE((SELECT until FROM sealed WHERE site = ?1), 0) {more}"
    )
}

/// Reads sheaves as long as `each` wants more.
fn each_sheaf(
    db: &Connection,
    which: &str,
    values: impl Params,
    mut each: impl FnMut(Vec<Held>) -> bool,
) -> rusqlite::Result<()> {
    let sql = format!("SELECT {} FROM journal {which}", sheaf::COLUMNS);
    let mut list = db.prepare_cached(&sql)?;
    let mut rows = list.query(values)?;
    while let Some(row) = rows.next()? {
        if !each(sheaf::read(row)?) {
            break;
        }
    }
    Ok(())
}

fn learn(lines: &mut [Held]) {
    let mut runs = HashMap::<(i64, RunId), Run>::new();
    for Held { entry, .. } in &*lines {
        runs.entry((entry.site, entry.id)).or_insert(entry.run).learn(&entry.run);
    }
    for Held { entry, .. } in lines {
        entry.run.learn(&runs[&(entry.site, entry.id)]);
    }
}

impl Held {
    /// What is remembered of it so that it is not stored twice.
    pub(super) fn mark(&self) -> Mark {
        let Entry { sequence, marked_at, run, .. } = self.entry;
        let checksum = if sequence < 0 {
            let path = self.frame.split(|byte| *byte == b'\n').next().unwrap_or_default();
            beacon::crc32c(path)
        } else {
            beacon::frame::checksum(&self.frame)
        };
        Mark { sequence, checksum, accepted_at: marked_at, run, entry: self.number }
    }

    /// Hands the rows of history that it stands for to `each`.
    pub(super) fn each_record(
        &self,
        db: &Connection,
        mut each: impl FnMut(Told<'_>),
    ) -> rusqlite::Result<()> {
        if self.entry.sequence < 0 {
            each(self.hit());
            return Ok(());
        }
        let Entry { id, sequence, .. } = self.entry;
        // Checksums guard the frame; what stands beside it must say the same.
        let reopened = beacon::frame::reopen(&self.frame).ok();
        let is_its = |header: &Header| header.run == id && i64::from(header.sequence) == sequence;
        let Some(beacon) = reopened.filter(|beacon| is_its(&beacon.header)) else {
            tracing::error!(run = %id, sequence, "a stored beacon is damaged: see `nunchi verify`");
            return Ok(());
        };
        let Entry { accepted_at, quarantine, run, .. } = self.entry;
        let origin = Origin {
            began_at: run.began_at,
            accepted_at,
            quarantine: Suspicion::from_number(quarantine),
            session: run.session,
            visitor: run.visitor,
        };
        let repeated = self.repeated(db, &beacon)?;
        let mut met = HashSet::new();
        let is_first = |order: &str| !repeated.contains(order) && met.insert(order.to_owned());
        each_record(&beacon, &origin, is_first, each);
        Ok(())
    }

    /// Numbers of the orders that it reports.
    pub(super) fn orders(&self) -> Vec<String> {
        let beacon = beacon::frame::reopen(&self.frame).ok().filter(|_| self.entry.sequence >= 0);
        beacon.iter().flat_map(orders).map(str::to_owned).collect()
    }

    fn reports(&self, order: &str) -> bool {
        self.entry.quarantine == 0 && self.orders().iter().any(|it| it == order)
    }

    /// As it stands in a file; `None` for a view that the loader counted.
    pub(super) fn framed(self) -> Option<Framed> {
        let Entry { id, sequence, accepted_at, quarantine, run, .. } = self.entry;
        Some(Framed {
            visit: run.visit(id),
            visitor: run.visitor,
            began_at: run.began_at,
            run: id,
            sequence: u32::try_from(sequence).ok()?,
            accepted_at,
            quarantine,
            frame: self.frame,
        })
    }

    /// The orders in it that another beacon reported first.
    fn repeated(&self, db: &Connection, beacon: &Beacon) -> rusqlite::Result<HashSet<String>> {
        let sql = "SELECT 1 FROM ordered
                   WHERE site = ? AND number = ? AND NOT (run = ? AND sequence = ?)";
        let Entry { site, id, sequence, .. } = self.entry;
        let mut repeated = HashSet::new();
        for order in orders(beacon) {
            let values = params![site, order, id.0, sequence];
            if db.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional()?.is_some() {
                repeated.insert(order.to_owned());
            }
        }
        Ok(repeated)
    }

    fn hit(&self) -> Told<'_> {
        let Entry { id, sequence, accepted_at, run, .. } = self.entry;
        let text = str::from_utf8(&self.frame).unwrap_or_default();
        let (path, page) = text.split_once('\n').unwrap_or((text, ""));
        Record {
            visit: run.visit(id),
            visitor: run.visitor,
            run: run_number(id),
            ordinal: sequence,
            at: accepted_at.0,
            path: Some(path.into()),
            page: Some(page.into()),
            detail: Some(1),
            ..Record::of(Kind::Viewed)
        }
    }
}

/// The oldest line of a site's journal that reports this order and is believed.
pub(super) fn first_report(
    db: &Connection,
    site: i64,
    order: &str,
) -> rusqlite::Result<Option<Entry>> {
    let mut first = None;
    each_sheaf(db, &sheaves_of_tail("ORDER BY first"), [site], |lines| {
        first = lines.into_iter().find(|held| held.reports(order)).map(|held| held.entry);
        first.is_none()
    })?;
    Ok(first)
}

/// Numbers of the orders that a beacon reports, as far as the shop gives any.
pub(super) fn orders(beacon: &Beacon) -> impl Iterator<Item = &str> {
    beacon.items.iter().filter_map(|item| match &item.body {
        beacon::Body::Stated(beacon::item::Fact::Purchased { order, .. }) if !order.is_empty() => {
            Some(order.as_str())
        }
        _ => None,
    })
}
