//! Keeps everything durable. The only module that knows SQL and Parquet; it knows nothing of HTTP.
//!
//! Two places in the data folder. `nunchi.sqlite` (WAL, `synchronous=FULL`) takes what comes: beacons' frames
//! with what their dedup marks derive from ([`journal`]), those of one commit together ([`sheaf`]). All
//! writes go through one thread ([`writer`]) that commits in groups, as soon as the commit before has
//! returned, and has the newest marks in its head ([`ledger`], [`marks`]); readers have connections of
//! their own and never wait for it. `segments/` holds history: Parquet files by
//! site and day that [`seal`] makes of the journal's older lines, named by the [`catalogue`].
//!
//! Everything but frames derives from frames: [`rows`] says how. [`history`] goes through the rows of
//! both places visit by visit; [`stories`] and [`kept`] go through the frames.

mod ahead;
mod audit;
mod backup;
mod beacons;
mod believed;
mod catalogue;
mod changes;
mod chats;
mod check;
mod clickhouse;
mod compact;
mod coupons;
mod customers;
mod drafts;
mod erasures;
mod filed;
mod held;
mod history;
mod inbox;
mod journal;
mod kept;
mod knowledge;
mod ledger;
mod marks;
mod orders;
mod plans;
mod products;
mod questions;
mod quota;
mod read_only;
mod retain;
mod room;
pub mod rows;
pub mod scan;
mod schema;
mod seal;
mod segments;
mod sheaf;
#[cfg(test)]
pub(crate) mod shops;
mod sites;
mod spool;
mod stories;
pub(crate) mod summary;
mod tail;
mod team;
mod writer;

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use audit::{AuditCheck, Did};
pub use backup::{BackupError, Listed, Manifest, restore};
pub use beacons::{Arrival, Written};

pub use catalogue::{Purpose, Segment};
pub(crate) use changes::SiteChange;
pub use chats::{Asked, Entry, Kept};
pub use check::Check;
pub use clickhouse::Address as ClickHouseAddress;
pub use compact::Compacted;
pub(crate) use coupons::{Claim, Given, Issued};
pub use customers::{Device, Joined};
pub(crate) use drafts::Draft;
pub(crate) use erasures::Erasure;
pub use held::{Held, Sum};
pub use inbox::{Deed, Done, Talk};
pub use knowledge::{Change, Unanswered};
pub use orders::KnownOrder;
pub(crate) use plans::{Plan, Step};
pub(crate) use questions::Span;
pub use quota::Usage;
pub use retain::{Dropped, Retention};
pub use room::Room;
pub use seal::{Rule, Sealed};
pub use sites::SiteRecord;
pub use spool::{Shipper, Spool};
pub(crate) use stories::{Compared, StoredRun, Visits};
pub use summary::Summarized;
pub(crate) use team::{Hash, PersonRecord, SessionRecord, Team, TeamChange, TokenRecord};
pub use writer::{COMMIT_BUCKETS_US, WriterStats};

use crate::fault::{self, Sabotage};
use ahead::Ahead;
use believed::Newest;
use clickhouse::ClickHouse;
use ledger::Ledger;
use quota::Quota;
use segments::Seen;
use tail::Tails;
use writer::{Desk, Writer};

/// Why the store did not do it. None of them loses what was acknowledged before.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The queue of the writer is full, or it is shutting down.
    #[error("the store has more to write than it can keep in memory")]
    Busy,
    /// The disk, or the size the store may have, is full.
    #[error("no space is left for the data folder")]
    Full,
    /// The data folder may not be written.
    #[error("the data folder is read-only")]
    ReadOnly,
    /// The tables were made by a later version of this program.
    #[error(
        "the data folder has version {found}, this program knows up to {known}: use the newer program"
    )]
    Newer {
        /// Version of the tables.
        found: usize,
        /// Newest version this program knows.
        known: usize,
    },
    /// The tables were made by an earlier version of this program, and are not to be touched.
    #[error(
        "the data folder has version {found}: `nunchi serve` brings it to version {known} when it starts"
    )]
    Older {
        /// Version of the tables.
        found: usize,
        /// Newest version this program knows.
        known: usize,
    },
    /// The file is not what it should be.
    #[error("{0} is damaged: restore it from a copy, or begin anew in another folder")]
    Damaged(String),
    /// History that this database knows nothing of.
    #[error("{0} is newer than the database beside it, or of another: restore both from one copy")]
    Foreign(PathBuf),
    /// Another server works on this folder.
    #[error("another server has the data folder {0} open: one folder, one server")]
    Locked(PathBuf),
    /// The folder cannot be made or opened.
    #[error("cannot use {path} as data folder: {cause}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// There is no data in this folder.
    #[error("{0} has no data: `nunchi serve --data {0}` makes it")]
    Nothing(PathBuf),
    /// A backup, not a data folder.
    #[error("{0} is a backup: `nunchi restore {0} --data NEW` makes a data folder of it")]
    Backup(PathBuf),
    /// The server stops.
    #[error("it was told to stop")]
    Stopped,
    /// The site is not registered.
    #[error("no site has the key `{0}`: see `nunchi site list`")]
    UnknownSite(String),
    /// More of something than is gone through at once.
    #[error("more {0} than are gone through at once: choose a shorter span")]
    TooMuch(&'static str),
    /// ClickHouse does not answer, or broke off; what was asked of it may have been done.
    #[error("ClickHouse cannot be reached: {0}")]
    Unreachable(String),
    /// ClickHouse answers, but does not do it.
    #[error("ClickHouse: {0}")]
    ClickHouse(String),
    /// A sealed file that the catalogue names is not there.
    #[error("{0} is missing from the data folder: restore it from a copy")]
    Missing(String),
    /// A sealed file cannot be written.
    #[error("cannot write {path}: {cause}")]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// Why not.
        cause: String,
    },
    /// Anything else SQLite says.
    #[error("SQLite: {0}")]
    Sqlite(String),
}

/// The store of one data folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    shared: Arc<Shared>,
    /// Where history is kept, if not in this folder.
    clickhouse: Option<ClickHouse>,
}

#[derive(Debug)]
struct Shared {
    /// Path, or an address that SQLite reads.
    file: PathBuf,
    /// The data folder.
    folder: PathBuf,
    readers: Mutex<Vec<Connection>>,
    /// Summaries that were asked for.
    summaries: Mutex<summary::Kept>,
    /// Rows of journals that were asked for.
    tails: Tails,
    /// Marks that are not written down yet.
    fresh: ledger::Shared,
    newest: Newest,
    /// Dropped (and joined) before the lock.
    writer: Writer,
    seen: Seen,
    quota: Quota,
    /// Held as long as this process may write beacons.
    _lock: Option<File>,
}

impl Store {
    /// Opens the data folder for a server: makes it if it is not there, and locks it.
    ///
    /// # Errors
    /// Whatever keeps it from being written, in words for people.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let cannot = |cause: std::io::Error| StoreError::Folder {
            path: folder.into(),
            cause: cause.to_string(),
        };
        if backup::is_backup(folder) {
            return Err(StoreError::Backup(folder.into()));
        }
        // Conversations lie here: for their keeper's eyes only.
        let mut maker = std::fs::DirBuilder::new();
        maker.recursive(true).mode(0o700).create(folder).map_err(cannot)?;
        let lock = File::create(folder.join(LOCK_FILE)).map_err(cannot)?;
        lock.try_lock().map_err(|_| StoreError::Locked(folder.into()))?;
        let store = Self::open_file(&folder.join(DATA_FILE), Some(lock))?;
        match store.sweep_files()? {
            0 => {}
            files => tracing::info!(files, "removed files of a sealing that was broken off"),
        }
        Ok(store)
    }

    /// Opens the data folder beside a running server, for the command line. It must exist; one that
    /// may only be read is opened for reading.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`StoreError::Nothing`].
    pub fn open_beside(folder: &Path) -> Result<Self, StoreError> {
        let file = folder.join(DATA_FILE);
        File::open(&file).map_err(|cause| match cause.kind() {
            ErrorKind::NotFound => StoreError::Nothing(folder.into()),
            _ => unusable(&file, &format!("it cannot be read: {cause}")),
        })?;
        if backup::is_backup(folder) {
            return Self::open_to_read(&file);
        }
        match Self::open_file(&file, None) {
            Ok(store) => store.limit_as_noted().map(|()| store),
            Err(StoreError::Folder { .. }) => Self::open_to_read(&file),
            Err(other) => Err(other),
        }
    }

    /// As [`open_beside`](Self::open_beside), for a check: nothing is made, and nothing brought up to date.
    ///
    /// # Errors
    /// The same; [`StoreError::Older`]; [`StoreError::Damaged`] when there are no tables.
    pub fn open_to_check(folder: &Path) -> Result<Self, StoreError> {
        let file = folder.join(DATA_FILE);
        let known = schema::VERSION;
        match read_only::version_of(&file) {
            Ok(0) => Err(StoreError::Damaged(text(&file))),
            Ok(found) if found < known => Err(StoreError::Older { found, known }),
            // What keeps it from being read is told as ever.
            _ => Self::open_beside(folder),
        }
    }

    fn open_file(file: &Path, lock: Option<File>) -> Result<Self, StoreError> {
        let mut db = Connection::open(file).map_err(|cause| explain(cause, file))?;
        prepare(&db).map_err(|cause| explain(cause, file))?;
        schema::migrate(&mut db).map_err(|error| match error {
            StoreError::Sqlite(_) if is_damaged(&db) => StoreError::Damaged(text(file)),
            StoreError::ReadOnly => unusable(file, READ_ONLY),
            other => other,
        })?;
        if lock.is_some() {
            let_shrink(&db);
        }
        let fresh = ledger::Shared::default();
        let ledger = Ledger::open(&db, fresh.clone()).map_err(|cause| explain(cause, file))?;
        let ahead = Ahead::take_over(&mut db, file).map_err(|cause| explain(cause, file))?;
        let writer = Writer::start(db, ledger, ahead);
        let readers = Mutex::new(Vec::new());
        let folder = file.parent().unwrap_or(file).into();
        let shared = Shared {
            file: file.into(),
            folder,
            readers,
            summaries: Mutex::default(),
            tails: Tails::default(),
            fresh,
            newest: Newest::default(),
            writer,
            seen: Seen::default(),
            quota: Quota::default(),
            _lock: lock,
        };
        Ok(Self { shared: Arc::new(shared), clickhouse: None })
    }

    /// The same store, with its history in ClickHouse: there it is read, and a
    /// [`Shipper`] brings it there. Asks nothing yet.
    #[must_use]
    pub fn with_history_in(self, address: &ClickHouseAddress) -> Self {
        Self { clickhouse: Some(ClickHouse::at(address)), ..self }
    }

    /// What the writer did so far.
    pub fn writer_stats(&self) -> WriterStats {
        self.shared.writer.stats()
    }

    /// Lets the data file have at most so many pages (4 KiB each).
    ///
    /// # Errors
    /// What SQLite says.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.write_now(move |db| {
            db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
        })
    }

    /// Runs `read` on a connection of its own. Blocks: call it off the server's threads.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let pooled = self.shared.readers.lock().expect("nothing panics under this lock").pop();
        let db = match pooled {
            Some(db) => db,
            None => self.open_reader()?,
        };
        let answer = read(&db)?;
        let mut readers = self.shared.readers.lock().expect("nothing panics under this lock");
        if readers.len() < READERS_KEPT {
            readers.push(db);
        }
        Ok(answer)
    }

    /// Runs `write` in the writer's next transaction and waits until it is durable. `write` may run
    /// again if the transaction failed for another's sake.
    pub(crate) fn write_now<T: Send + 'static>(
        &self,
        write: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.write_at_desk_now(move |desk| write(desk.db))
    }

    fn write_at_desk_now<T: Send + 'static>(
        &self,
        write: impl Fn(&mut Desk<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (send, receive) = std::sync::mpsc::sync_channel(1);
        self.shared.writer.submit(writer::simple(write, move |result| {
            // Nobody waits any more: the caller was dropped.
            let _ = send.send(result);
        }))?;
        receive.recv().map_err(|_| StoreError::Busy)?
    }

    /// The same for handlers, which must not block.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.write_at_desk(move |desk| write(desk.db)).await
    }

    async fn write_at_desk<T: Send + 'static>(
        &self,
        write: impl Fn(&mut Desk<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (send, receive) = tokio::sync::oneshot::channel();
        self.shared.writer.submit(writer::simple(write, move |result| {
            // Nobody waits any more: the request was dropped.
            let _ = send.send(result);
        }))?;
        receive.await.map_err(|_| StoreError::Busy)?
    }

    fn open_reader(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let db = Connection::open_with_flags(&self.shared.file, flags)?;
        db.busy_timeout(BUSY_TIMEOUT)?;
        // As in `prepare`.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(db)
    }
}

/// Settings of a writing connection.
fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(64);
    // Kept statements stay as they are. Without this the look for a mark, which has a range, is read and planned
    // anew for each beacon, for other values might want another plan.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if is_new(db)? {
        db.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // Each commit is on the disk before it returns, also when the power fails.
    let sync = if fault::is(Sabotage::SkipFsync) { "OFF" } else { "FULL" };
    db.pragma_update(None, "synchronous", sync)?;
    // Marks lie anywhere in their table: what was read of it stays at hand.
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    db.pragma_update(None, "foreign_keys", true)
}

fn is_new(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA page_count", [], |row| row.get::<_, u64>(0)).map(|pages| pages == 0)
}

/// Lets free pages go back to the disk. A file that was made without that is written anew, once, which
/// needs as much free room as it has; where there is none the file stays as it is.
fn let_shrink(db: &Connection) {
    let can = db.query_row("PRAGMA auto_vacuum", [], |row| row.get::<_, u8>(0));
    if can.is_ok_and(|mode| mode > 0) {
        return;
    }
    let anew = "PRAGMA auto_vacuum = INCREMENTAL; VACUUM";
    if let Err(error) = db.execute_batch(anew) {
        tracing::warn!(%error, "what becomes free in nunchi.sqlite stays its own: it could not be written anew");
    }
}

fn is_damaged(db: &Connection) -> bool {
    let check = db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    check.map_or(true, |answer| answer != "ok")
}

fn explain(cause: rusqlite::Error, file: &Path) -> StoreError {
    match cause.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged(text(file))
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            unusable(file, &cause.to_string())
        }
        Some(ErrorCode::ReadOnly) => unusable(file, READ_ONLY),
        _ => cause.into(),
    }
}

fn unusable(file: &Path, cause: &str) -> StoreError {
    StoreError::Folder { path: file.parent().unwrap_or(file).into(), cause: cause.into() }
}

const READ_ONLY: &str = "its files are read-only";

fn text(file: &Path) -> String {
    file.display().to_string()
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(DATA_FILE.into())
            }
            _ => Self::Sqlite(error.to_string()),
        }
    }
}

/// The data.
const DATA_FILE: &str = "nunchi.sqlite";

/// Locked by the server that has the folder open; the system lets go of it when the process ends.
const LOCK_FILE: &str = "lock";

/// Of the database, in the memory of the connection that writes.
const CACHE_KIB: i64 = 16 << 10;

/// How long to wait for the command line beside the server, or the server beside it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Idle reading connections kept open.
const READERS_KEPT: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// What SQLite itself says of a file system that turned read-only under it.
    #[test]
    fn a_store_that_turns_read_only_refuses_and_still_answers() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.write_now(|db| db.pragma_update(None, "query_only", true)).unwrap();
        let insert = "INSERT INTO meta VALUES ('a', 1)";
        let error = store.write_now(move |db| db.execute(insert, [])).unwrap_err();
        assert!(matches!(error, StoreError::ReadOnly), "{error}");
        assert_eq!(store.writer_stats().failures, 1);
        let answer = crate::error::ApiError::from(error).to_string();
        assert_eq!(answer, "503 unavailable: nothing can be stored now");
        assert_eq!(store.sites_version().unwrap(), 1);
    }
}
