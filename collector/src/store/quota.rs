//! How large the data folder may become: the database with its log, and the sealed files.
//!
//! What sealed files leave over is the database's. When nothing is left, beacons are refused like on a
//! full disk ([`StoreError::Full`]), and pages of the database that are free, and its log, go back to the disk.
//! Lines of the journal are sealed, or sent, all the same: that takes from the database more than it
//! gives to files, so a folder that is full of them has room again. Only when history itself is too much is
//! nothing more sealed, until something is past its time or more is allowed.
//!
//! What makes room may go beyond the limit for a moment: by [`BEYOND_BYTES`], and by the files that are
//! being written: a sealing of 20,000 beacons makes some 3 MB, a merge as much as the files that it
//! merges, at most 128 MiB.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::writer::Desk;
use super::{Store, StoreError};

/// What may be taken, and what the database was told of it.
#[derive(Debug)]
pub(super) struct Quota {
    bytes_max: AtomicU64,
    pages_told: AtomicU64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { bytes_max: AtomicU64::new(u64::MAX), pages_told: AtomicU64::new(0) }
    }
}

/// How much the data folder has of what it may have, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The database's file and its log.
    pub database: u64,
    /// Sealed files that belong to the data.
    pub files: u64,
    /// What both may have together; `None` is no limit but the disk's.
    pub most: Option<u64>,
}

impl Usage {
    /// Beacons are taken only as far as the database has room inside.
    pub fn is_full(self) -> bool {
        self.is_beyond(0)
    }

    fn is_beyond(self, bytes: u64) -> bool {
        let Self { database, files, most } = self;
        most.is_some_and(|most| database.saturating_add(files) >= most.saturating_add(bytes))
    }
}

impl Store {
    /// Lets the data folder have so many bytes; `None` is as many as the disk has. What it has already
    /// it keeps. Who opens the folder beside this server knows of it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn limit_bytes(&self, most: Option<u64>) -> Result<(), StoreError> {
        self.shared.quota.bytes_max.store(most.unwrap_or(u64::MAX), Ordering::Relaxed);
        if self.read(noted)? != most
            && let Err(error) = self.write_beyond_now(move |desk| note(desk.db, most))
        {
            // A server starts on a full disk too.
            tracing::warn!(%error, "data_mib_max could not be noted for commands beside this server");
        }
        self.share_out()
    }

    /// Takes over the limit of the server that this folder belongs to.
    pub(super) fn limit_as_noted(&self) -> Result<(), StoreError> {
        let Some(most) = self.read(noted)? else { return Ok(()) };
        self.shared.quota.bytes_max.store(most, Ordering::Relaxed);
        self.tell_pages(self.pages_left()?)
    }

    /// What is taken, and what may be.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn usage(&self) -> Result<Usage, StoreError> {
        let size = |ending: &str| {
            let mut path = self.shared.file.clone().into_os_string();
            path.push(ending);
            fs::metadata(path).map_or(0, |it| it.len())
        };
        let sum = "SELECT COALESCE(SUM(bytes), 0) FROM segment";
        let files = self.read(|db| db.prepare_cached(sum)?.query_row([], |row| row.get(0)))?;
        let most = self.shared.quota.bytes_max.load(Ordering::Relaxed);
        let most = Some(most).filter(|most| *most < u64::MAX);
        Ok(Usage { database: size("") + size("-wal"), files, most })
    }

    /// Gives the database what sealed files leave over, and the disk what the database does not need when
    /// the folder is full. To be called when there are more or fewer files or lines.
    pub(super) fn share_out(&self) -> Result<(), StoreError> {
        let is_full = self.usage()?.is_full();
        if is_full {
            self.give_back()?;
        }
        let pages = self.pages_left()?;
        // While it had more than it may have, SQLite may have kept more than it was told.
        if is_full || self.shared.quota.pages_told.load(Ordering::Relaxed) != pages {
            self.tell_pages(pages)?;
        }
        Ok(())
    }

    fn pages_left(&self) -> Result<u64, StoreError> {
        let Usage { files, most, .. } = self.usage()?;
        let bytes = most.map_or(u64::MAX, |most| most.saturating_sub(files));
        Ok((bytes / PAGE_BYTES).clamp(1, PAGES_MAX))
    }

    fn tell_pages(&self, pages: u64) -> Result<(), StoreError> {
        let told = &self.shared.quota.pages_told;
        told.store(pages, Ordering::Relaxed);
        // SQLite keeps the pages that it has, if they are more.
        let limited = self.limit_pages(u32::try_from(pages).unwrap_or(u32::MAX - 1));
        limited.inspect_err(|_| told.store(0, Ordering::Relaxed))
    }

    /// # Errors
    /// [`StoreError::Full`] when no more files may be made.
    pub(super) fn has_room_for_files(&self) -> Result<(), StoreError> {
        if !self.usage()?.is_full() {
            return Ok(());
        }
        self.give_back()?;
        if self.usage()?.is_beyond(BEYOND_BYTES) { Err(StoreError::Full) } else { Ok(()) }
    }

    /// Writes what makes room in the end: marks of lines that go away then, names of files. It may take
    /// pages that beacons may not.
    pub(super) fn write_beyond_now<T: Send + 'static>(
        &self,
        write: impl Fn(&mut Desk<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let told = self.shared.quota.pages_told.load(Ordering::Relaxed);
        self.write_at_desk_now(move |desk| {
            if !(1..PAGES_MAX).contains(&told) {
                return write(desk);
            }
            limit(desk.db, told.saturating_add(BEYOND_BYTES / PAGE_BYTES))?;
            let written = write(desk);
            limit(desk.db, told)?;
            written
        })
    }

    /// Free pages of the database and its log go back to the disk, as far as they go.
    fn give_back(&self) -> Result<(), StoreError> {
        while self.write_beyond_now(|desk| give_some_back(desk.db))? {}
        // Only now the file becomes shorter. Who still reads in the log keeps it: it is tried again.
        let flags = OpenFlags::default() & !OpenFlags::SQLITE_OPEN_CREATE;
        let db = Connection::open_with_flags(&self.shared.file, flags)?;
        db.busy_timeout(LOG_TIMEOUT)?;
        Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}

/// Gives some free pages back; returns whether there are more. None can be where the file was made by a
/// version that could not.
fn give_some_back(db: &Connection) -> rusqlite::Result<bool> {
    let free = || db.query_row("PRAGMA freelist_count", [], |row| row.get::<_, u64>(0));
    let before = free()?;
    let mut vacuum = db.prepare(&format!("PRAGMA incremental_vacuum({PAGES_AT_ONCE})"))?;
    let mut steps = vacuum.query([])?;
    while steps.next()?.is_some() {}
    let after = free()?;
    Ok(0 < after && after < before)
}

fn limit(db: &Connection, pages: u64) -> rusqlite::Result<()> {
    let pages = pages.min(PAGES_MAX);
    db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
}

fn noted(db: &Connection) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT value FROM meta WHERE name = 'bytes_max'";
    db.query_row(sql, [], |row| row.get(0)).optional()
}

fn note(db: &Connection, most: Option<u64>) -> rusqlite::Result<()> {
    db.execute("DELETE FROM meta WHERE name = 'bytes_max'", [])?;
    if let Some(most) = most {
        db.execute("INSERT INTO meta VALUES ('bytes_max', ?)", [most])?;
    }
    Ok(())
}

/// Pages given back in one transaction: a MiB, for beacons wait behind it.
const PAGES_AT_ONCE: u64 = 256;

/// How far what makes room may go beyond the limit: the marks of 20,000 beacons have some 3 MB.
const BEYOND_BYTES: u64 = 8 << 20;

/// How long readers of the log are waited for; beacons wait too.
const LOG_TIMEOUT: Duration = Duration::from_millis(500);

/// Of SQLite, as this program makes its file.
const PAGE_BYTES: u64 = 4_096;

/// SQLite's own limit.
const PAGES_MAX: u64 = 4_294_967_294;

#[cfg(test)]
mod tests {
    use beacon::item::{PageKind, View};
    use beacon::{Body, Item, Millis};

    use super::super::seal::Rule;
    use super::super::seal::tests::{NOW, SMALL, arrival, filled, told};
    use super::super::{Retention, StoreError};
    use super::*;

    #[test]
    fn sealed_files_count_and_what_they_leave_over_is_the_databases() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        let before = told(&store);
        store.limit_bytes(Some(1 << 30)).unwrap();
        store.seal(Millis(NOW), SMALL, &|| true).unwrap();
        let usage = store.usage().unwrap();
        assert!(usage.files > 0 && usage.database > 0 && !usage.is_full(), "{usage:?}");
        let pages = || {
            let pages = store.write_now(|db| {
                db.query_row("PRAGMA max_page_count", [], |row| row.get::<_, u64>(0))
            });
            pages.unwrap()
        };
        assert_eq!(pages(), ((1 << 30) - usage.files) / 4_096);
        store.limit_bytes(None).unwrap();
        assert_eq!(pages(), PAGES_MAX);
        assert_eq!(told(&store), before);
    }

    #[test]
    fn a_folder_with_too_much_history_seals_nothing_and_loses_nothing_until_something_goes() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        let before = told(&store);
        store.shared.quota.bytes_max.store(1, Ordering::Relaxed);
        store.write_now(|db| db.execute_batch(LARGE)).unwrap();
        let error = store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap_err();
        assert!(matches!(error, StoreError::Full), "{error}");
        assert_eq!(told(&store), before);
        store.limit_bytes(None).unwrap();
        store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
        assert_eq!(told(&store), before);
        let files = store.usage().unwrap().files;
        store.limit_bytes(Some(1 << 20)).unwrap();
        let kept = Retention { history_days: 1, ..Retention::default() };
        store.drop_past(Millis(NOW + 100 * 86_400_000), kept).unwrap();
        assert!(store.usage().unwrap().files < files, "what went is room again");
    }

    #[test]
    fn a_folder_that_was_full_of_beacons_takes_more_once_they_are_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        store.limit_bytes(Some(MOST)).unwrap();
        let taken = fill_up(&store, 100, u32::MAX);
        assert!(taken > 20 && store.usage().unwrap().is_full(), "{taken}: {:?}", store.usage());
        let before = told(&store);
        store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
        assert_eq!(told(&store), before);
        let Usage { database, files, .. } = store.usage().unwrap();
        assert!(database + files < MOST, "the file is shorter: {database} + {files}");
        assert!(fill_up(&store, 101, 10) == 10);
    }

    #[test]
    fn who_opens_the_folder_beside_the_server_has_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        let beside = || Store::open_beside(folder.path()).unwrap();
        assert_eq!(beside().usage().unwrap().most, None);
        store.limit_bytes(Some(MOST)).unwrap();
        assert_eq!(beside().usage().unwrap().most, Some(MOST));
        let refused = beside().write_now(|db| db.execute_batch(LARGE)).unwrap_err();
        assert!(matches!(refused, StoreError::Full), "{refused}");
        store.limit_bytes(None).unwrap();
        assert_eq!(beside().usage().unwrap().most, None);
    }

    /// Has beacons of some 50 KB accepted until there is no room; returns how many were.
    fn fill_up(store: &Store, run: u8, most: u32) -> u32 {
        let path = |item: u32| format!("/{}", format!("{item:08x}").repeat(30));
        (0..most)
            .find(|sequence| {
                let view = |item| View { path: path(sequence * 200 + item), page: PageKind::Other };
                let item = |item| Item { at: Millis(0), body: Body::Viewed(view(item)) };
                let arrival = arrival(run, *sequence, Some(1), (0..200).map(item).collect());
                let (send, receive) = std::sync::mpsc::channel();
                store.accept(arrival, move |result, _| send.send(result).unwrap()).unwrap();
                let refused = receive.recv().unwrap().err();
                assert!(matches!(refused, None | Some(StoreError::Full)), "{refused:?}");
                refused.is_some()
            })
            .unwrap_or(most)
    }

    const MOST: u64 = 4 << 20;

    /// Ten MB.
    const LARGE: &str = "CREATE TABLE large AS SELECT zeroblob(10000000)";
}
