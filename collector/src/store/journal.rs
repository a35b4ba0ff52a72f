//! The journal: accepted frames as they came, and what derives from them.

use std::collections::{HashMap, HashSet};

use beacon::{Beacon, Header, Millis, RunId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{Kind, Origin, Record, VisitKey, records, run_number};
use super::segments::frames::Framed;
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) site: i64,
    /// The page load.
    pub(super) id: RunId,
    /// Of the beacon; below zero: a view that the loader counted.
    pub(super) sequence: i64,
    pub(super) accepted_at: Millis,
    /// [`Suspicion::number`]; 0 is nothing.
    pub(super) quarantine: u8,
    pub(super) run: Run,
}

/// A line of the journal.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// Counts up, also over sites.
    pub(super) number: i64,
    pub(super) entry: Entry,
    /// Of a view that the loader counted: path and sort of page, a line each.
    pub(super) frame: Vec<u8>,
}

/// Adds a line; returns its number.
pub(super) fn append(db: &Connection, entry: &Entry, frame: &[u8]) -> rusqlite::Result<i64> {
    let sql =
        "INSERT INTO journal (site, run, sequence, accepted_at, began_at, quarantine, session,
                                    visitor, frame) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let Entry { site, id, sequence, accepted_at, quarantine, run } = entry;
    let Run { began_at, session, visitor } = run;
    db.prepare_cached(sql)?.execute(params![
        site,
        id.0,
        sequence,
        accepted_at.0,
        began_at.0,
        quarantine,
        session,
        visitor,
        frame
    ])?;
    Ok(db.last_insert_rowid())
}

/// A site's lines that are not sealed, oldest first, at most `count`, and none after those that have
/// `bytes` together. Of each run they tell the first session and visitor that any of them knows.
pub(super) fn tail(
    db: &Connection,
    site: i64,
    count: usize,
    bytes: usize,
) -> rusqlite::Result<Vec<Held>> {
    let sql = format!(
        "{SELECT} WHERE site = ?1 AND id > COALESCE(
             (SELECT until FROM sealed WHERE site = ?1), 0) ORDER BY id LIMIT ?2"
    );
    let values = params![site, i64::try_from(count).unwrap_or(i64::MAX)];
    let mut list = db.prepare_cached(&sql)?;
    let (mut tail, mut taken) = (Vec::new(), 0);
    for held in list.query_map(values, read_held)? {
        let held = held?;
        taken += held.frame.len();
        tail.push(held);
        if taken >= bytes {
            break;
        }
    }
    learn(&mut tail);
    Ok(tail)
}

/// The newest lines of a site that are not sealed, accepted since, oldest first, at most `count`.
pub(super) fn lately(
    db: &Connection,
    site: i64,
    since: Millis,
    count: usize,
) -> rusqlite::Result<Vec<Held>> {
    let sql = format!(
        "{SELECT} WHERE site = ?1 AND accepted_at >= ?2 AND id > COALESCE(
             (SELECT until FROM sealed WHERE site = ?1), 0) ORDER BY id DESC LIMIT ?3"
    );
    let values = params![site, since.0, i64::try_from(count).unwrap_or(i64::MAX)];
    let mut lines: Vec<Held> =
        db.prepare_cached(&sql)?.query_map(values, read_held)?.collect::<Result<_, _>>()?;
    lines.reverse();
    learn(&mut lines);
    Ok(lines)
}

/// Lines of all sites with numbers from `first` to `last` that are not sealed, oldest first. Of each
/// run they tell the first session and visitor that any of them knows.
pub(super) fn between(db: &Connection, first: i64, last: i64) -> rusqlite::Result<Vec<Held>> {
    let sql = format!(
        "{SELECT} WHERE id BETWEEN ?1 AND ?2 AND id > COALESCE(
             (SELECT until FROM sealed WHERE sealed.site = journal.site), 0) ORDER BY id"
    );
    let mut lines: Vec<Held> =
        db.prepare_cached(&sql)?.query_map([first, last], read_held)?.collect::<Result<_, _>>()?;
    learn(&mut lines);
    Ok(lines)
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

/// What [`read_held`] reads.
pub(super) const SELECT: &str = "
    SELECT id, site, run, sequence, accepted_at, began_at, quarantine, session, visitor, frame
    FROM journal";

pub(super) fn read_held(row: &Row) -> rusqlite::Result<Held> {
    let run = Run { began_at: Millis(row.get(5)?), session: row.get(7)?, visitor: row.get(8)? };
    let entry = Entry {
        site: row.get(1)?,
        id: RunId(row.get(2)?),
        sequence: row.get(3)?,
        accepted_at: Millis(row.get(4)?),
        quarantine: row.get(6)?,
        run,
    };
    Ok(Held { number: row.get(0)?, entry, frame: row.get(9)? })
}

impl Held {
    /// The rows of history that it stands for.
    pub(super) fn records(&self, db: &Connection) -> rusqlite::Result<Vec<Record>> {
        if self.entry.sequence < 0 {
            return Ok(vec![self.hit()]);
        }
        let Entry { id, sequence, .. } = self.entry;
        // Checksums guard the frame; what stands beside it must say the same.
        let reopened = beacon::frame::reopen(&self.frame).ok();
        let is_its = |header: &Header| header.run == id && i64::from(header.sequence) == sequence;
        let Some(beacon) = reopened.filter(|beacon| is_its(&beacon.header)) else {
            tracing::error!(run = %id, sequence, "a stored beacon is damaged: see `nunchi verify`");
            return Ok(Vec::new());
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
        Ok(records(&beacon, &origin, is_first))
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

    fn hit(&self) -> Record {
        let Entry { id, sequence, accepted_at, run, .. } = self.entry;
        let text = String::from_utf8_lossy(&self.frame);
        let (path, page) = text.split_once('\n').unwrap_or((&text, ""));
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

/// Numbers of the orders that a beacon reports, as far as the shop gives any.
pub(super) fn orders(beacon: &Beacon) -> impl Iterator<Item = &str> {
    beacon.items.iter().filter_map(|item| match &item.body {
        beacon::Body::Stated(beacon::item::Fact::Purchased { order, .. }) if !order.is_empty() => {
            Some(order.as_str())
        }
        _ => None,
    })
}
