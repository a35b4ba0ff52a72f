//! A data folder that may only be read: a snapshot, a backup on a medium, somebody else's. Questions are
//! answered; whatever would be written is refused.

use std::fs::metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};

use super::quota::Quota;
use super::segments::Seen;
use super::tail::Tails;
use super::writer::Writer;
use super::{Shared, Store, StoreError, schema, unusable};

impl Store {
    /// Readers and no writer; the tables stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Folder`] when reading alone is not enough, with what to do.
    pub(super) fn open_to_read(file: &Path) -> Result<Self, StoreError> {
        let file_or_address = if is_at_rest(file)? { immutable(file) } else { file.into() };
        let readers = Mutex::default();
        let writer = Writer::none();
        let folder = file.parent().unwrap_or(file).into();
        let shared = Shared {
            file: file_or_address,
            folder,
            readers,
            fresh: super::ledger::Shared::default(),
            newest: super::believed::Newest::default(),
            summaries: Mutex::default(),
            tails: Tails::default(),
            writer,
            seen: Seen::default(),
            quota: Quota::default(),
            _lock: None,
        };
        let store = Self { shared: Arc::new(shared), clickhouse: None };
        let version: usize = store
            .open_reader()
            .and_then(|db| Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?))?;
        match version {
            schema::VERSION => Ok(store),
            found if found > schema::VERSION => {
                Err(StoreError::Newer { found, known: schema::VERSION })
            }
            _ => Err(unusable(file, OLDER)),
        }
    }
}

/// The version of a database's tables; 0 where there are none.
pub(super) fn version_of(file: &Path) -> rusqlite::Result<usize> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    db.busy_timeout(super::BUSY_TIMEOUT)?;
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Nobody has it open, and nothing waits in the log that is written ahead.
fn is_at_rest(file: &Path) -> Result<bool, StoreError> {
    let beside = |ending: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        metadata(name).ok()
    };
    match (beside("-wal"), beside("-shm")) {
        (_, Some(_)) => Ok(false),
        (Some(log), None) if log.len() > 0 => Err(unusable(file, LOGGED)),
        _ => Ok(true),
    }
}

/// SQLite makes files beside one that it reads, unless it is told that nobody will change it.
fn immutable(file: &Path) -> PathBuf {
    let path = file.display().to_string();
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1").into()
}

const OLDER: &str = "it may only be read, and its tables are those of an earlier version: copy it to \
                     where it may be written";

const LOGGED: &str = "it may only be read, and its newest data wait in nunchi.sqlite-wal: copy it to \
                      where it may be written";
