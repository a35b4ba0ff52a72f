//! Dedup marks: what was stored in the last 73 hours, and what is known of its run.

use beacon::{Millis, RunId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::journal::Run;

/// What is remembered of a beacon, or of a view that the loader counted (its sequence is below zero,
/// its checksum that of the path).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) sequence: i64,
    pub(super) checksum: u32,
    /// What its age counts from.
    pub(super) accepted_at: Millis,
    pub(super) run: Run,
    /// Its number in the journal.
    pub(super) entry: i64,
}

/// The mark of a beacon, or else that of another beacon of its run: one look in most cases, for
/// beacons mostly come in their order.
pub(super) fn nearest(
    db: &Connection,
    site: i64,
    run: RunId,
    sequence: i64,
) -> rusqlite::Result<Option<Mark>> {
    let before =
        "SELECT sequence, checksum, accepted_at, began_at, session, visitor, entry FROM mark
                  WHERE site = ? AND run = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1";
    let after =
        "SELECT sequence, checksum, accepted_at, began_at, session, visitor, entry FROM mark
                 WHERE site = ? AND run = ? AND sequence > ? ORDER BY sequence LIMIT 1";
    for sql in [before, after] {
        let values = params![site, run.0, sequence];
        let found = db.prepare_cached(sql)?.query_row(values, read).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// All marks of a run, by sequence.
pub(super) fn of_run(db: &Connection, site: i64, run: RunId) -> rusqlite::Result<Vec<Mark>> {
    let sql = "SELECT sequence, checksum, accepted_at, began_at, session, visitor, entry FROM mark
               WHERE site = ? AND run = ? ORDER BY sequence";
    db.prepare_cached(sql)?.query_map(params![site, run.0], read)?.collect()
}

/// Keeps a mark.
pub(super) fn write(db: &Connection, site: i64, run: RunId, mark: &Mark) -> rusqlite::Result<()> {
    let Mark { sequence, checksum, accepted_at, run: of_run, entry } = mark;
    let Run { began_at, session, visitor } = of_run;
    let values = params![
        site,
        run.0,
        sequence,
        checksum,
        accepted_at.0,
        began_at.0,
        session,
        visitor,
        entry
    ];
    let sql = "INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(values).map(drop)
}

fn read(row: &Row) -> rusqlite::Result<Mark> {
    let run = Run { began_at: Millis(row.get(3)?), session: row.get(4)?, visitor: row.get(5)? };
    Ok(Mark {
        sequence: row.get(0)?,
        checksum: row.get(1)?,
        accepted_at: Millis(row.get(2)?),
        run,
        entry: row.get(6)?,
    })
}
