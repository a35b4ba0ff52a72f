//! The catalogue: which sealed files belong to the data. A file that it does not name is not there.

use std::path::{Path, PathBuf};

use beacon::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a file is for; each purpose may be kept for a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Rows of history: what questions read.
    Items,
    /// Beacons byte for byte: what replays read.
    Frames,
}

impl Purpose {
    /// As it stands in the catalogue and in the file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Frames => "frames",
        }
    }

    fn by_name(name: &str) -> Self {
        if name == Self::Frames.name() { Self::Frames } else { Self::Items }
    }
}

/// One sealed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Number of its row in the catalogue; 0 as long as it has none.
    pub id: i64,
    /// The site's number, and its key.
    pub site: (i64, String),
    /// `2026-11-30`, UTC: of most of its rows. What is older than [`DAYS_BACK`](super::seal::DAYS_BACK)
    /// when it comes lies with that day.
    pub day: String,
    /// Counts up over all sites, once a sealing or compaction.
    pub number: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// How many rows it has.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// CRC32C of all its bytes.
    pub checksum: u32,
    /// Earliest and latest `at` of items, `began_at` of frames: milliseconds since 1970.
    pub span: (u64, u64),
    /// When it was made: not before the newest beacon in it was accepted.
    pub made_at: Millis,
}

impl Segment {
    /// Where it lies, from the data folder on.
    pub fn path(&self) -> PathBuf {
        let Self { site: (_, key), day, number, purpose, .. } = self;
        Path::new(FOLDER).join(key).join(day).join(format!("{number}.{}.parquet", purpose.name()))
    }
}

/// Of all sealed files, in the data folder.
pub(super) const FOLDER: &str = "segments";

/// A number that no file had before. Durable with the transaction.
pub(super) fn next_number(db: &Connection) -> rusqlite::Result<u64> {
    let sql = "UPDATE meta SET value = value + 1 WHERE name = 'segments' RETURNING value";
    db.query_row(sql, [], |row| row.get(0))
}

/// The last number that was given.
pub(super) fn last_number(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("SELECT value FROM meta WHERE name = 'segments'", [], |row| row.get(0))
}

/// Names a file: from the commit on it is part of the data.
pub(super) fn insert(db: &Connection, segment: &Segment) -> rusqlite::Result<()> {
    let sql = "INSERT INTO segment (site, day, number, purpose, rows, bytes, checksum, from_at,
                                    to_at, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let Segment { site, day, number, purpose, rows, bytes, checksum, span, made_at, .. } = segment;
    let values = params![
        site.0,
        day,
        number,
        purpose.name(),
        rows,
        bytes,
        checksum,
        span.0,
        span.1,
        made_at.0
    ];
    db.prepare_cached(sql)?.execute(values).map(drop)
}

/// Takes a file's name away: from the commit on it is no part of the data.
pub(super) fn remove(db: &Connection, id: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM segment WHERE id = ?")?.execute([id]).map(drop)
}

/// A site's files that hold something of the span (`from` included, `to` excluded).
pub(super) fn of_span(
    db: &Connection,
    site: i64,
    purpose: Purpose,
    (from, to): (u64, u64),
) -> rusqlite::Result<Vec<Segment>> {
    let sql = format!(
        "{SELECT} WHERE site = ? AND purpose = ? AND to_at >= ? AND from_at < ? ORDER BY number, day"
    );
    // Times are numbers that SQLite knows: up to 2^63.
    let whole = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
    let values = params![site, purpose.name(), whole(from), whole(to)];
    db.prepare_cached(&sql)?.query_map(values, read)?.collect()
}

/// All files of all sites.
pub(super) fn all(db: &Connection) -> rusqlite::Result<Vec<Segment>> {
    db.prepare(&format!("{SELECT} ORDER BY number, day"))?.query_map([], read)?.collect()
}

/// Numbers and keys of all sites.
pub(super) fn sites(db: &Connection) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut list = db.prepare_cached("SELECT id, key FROM site ORDER BY id")?;
    list.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The number up to which a site's journal is sealed.
pub(super) fn sealed_until(db: &Connection, site: i64) -> rusqlite::Result<i64> {
    let sql = "SELECT until FROM sealed WHERE site = ?";
    let until = db.prepare_cached(sql)?.query_row([site], |row| row.get(0)).optional()?;
    Ok(until.unwrap_or(0))
}

const SELECT: &str = "
    SELECT segment.id, site, site.key, day, number, purpose, rows, bytes, checksum, from_at, to_at,
           made_at
    FROM segment JOIN site ON site.id = segment.site";

fn read(row: &Row) -> rusqlite::Result<Segment> {
    Ok(Segment {
        id: row.get(0)?,
        site: (row.get(1)?, row.get(2)?),
        day: row.get(3)?,
        number: row.get(4)?,
        purpose: Purpose::by_name(row.get_ref(5)?.as_str()?),
        rows: row.get(6)?,
        bytes: row.get(7)?,
        checksum: row.get(8)?,
        span: (row.get(9)?, row.get(10)?),
        made_at: Millis(row.get(11)?),
    })
}
