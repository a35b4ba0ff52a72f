//! How much lies where: for whoever watches the server.

use beacon::Millis;
use rusqlite::{OptionalExtension, params};

use super::catalogue::{self, Purpose};
use super::{Store, StoreError};

/// What a data folder holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Lines of the journal that are not sealed.
    pub waiting: u64,
    /// When the oldest of them was accepted.
    pub oldest: Option<Millis>,
    /// Sealed files of rows.
    pub items: Sum,
    /// Sealed files of beacons.
    pub frames: Sum,
    /// Bytes of the database, without its log.
    pub database_bytes: u64,
    /// Verdicts of pages that were made again and came out alike.
    pub verdicts_equal: u64,
    /// And those that did not.
    pub verdicts_differing: u64,
}

/// Sealed files of one purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Their size.
    pub bytes: u64,
}

impl Store {
    /// Looks. Blocks for some milliseconds, more when much waits.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn held(&self) -> Result<Held, StoreError> {
        let tail = "SELECT COALESCE(SUM(lines), 0) FROM journal WHERE site = ? AND first > ?";
        let oldest =
            "SELECT accepted_at FROM journal WHERE site = ? AND first > ? ORDER BY first LIMIT 1";
        self.read(|db| {
            let mut held = Held::default();
            for (site, _) in catalogue::sites(db)? {
                let values = params![site, catalogue::sealed_until(db, site)?];
                held.waiting +=
                    db.prepare_cached(tail)?.query_row(values, |row| row.get::<_, u64>(0))?;
                let first =
                    db.prepare_cached(oldest)?.query_row(values, |row| row.get(0)).optional()?;
                held.oldest = held.oldest.into_iter().chain(first.map(Millis)).min();
            }
            (held.items, held.frames) = (sum(db, Purpose::Items)?, sum(db, Purpose::Frames)?);
            let pages =
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
            held.database_bytes = db.query_row(pages, [], |row| row.get(0))?;
            let verdicts = "SELECT COALESCE(SUM(equal), 0), COALESCE(SUM(verdicts - equal), 0)
                            FROM parity WHERE is_complete AND NOT is_foreign";
            (held.verdicts_equal, held.verdicts_differing) =
                db.query_row(verdicts, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(held)
        })
    }
}

fn sum(db: &rusqlite::Connection, purpose: Purpose) -> rusqlite::Result<Sum> {
    let sql = "SELECT COUNT(*), COALESCE(SUM(rows), 0), COALESCE(SUM(bytes), 0) FROM segment
               WHERE purpose = ?";
    db.prepare_cached(sql)?.query_row([purpose.name()], |row| {
        Ok(Sum { files: row.get(0)?, rows: row.get(1)?, bytes: row.get(2)? })
    })
}
