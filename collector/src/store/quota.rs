//! How large the data folder may become: the database with its log, and the sealed files.
//!
//! What sealed files leave over is the database's. When nothing is left, beacons are refused like on a
//! full disk ([`StoreError::Full`]) and nothing more is sealed, until something is past its time or more
//! is allowed. Files that are being written are not counted: a sealing of 20,000 beacons makes
//! some 3 MB, a merge for a moment as much as the files that it merges, at most 128 MiB.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// Nothing more is sealed, and beacons are taken only as far as the database has room inside.
    pub fn is_full(self) -> bool {
        self.most.is_some_and(|most| self.database.saturating_add(self.files) >= most)
    }
}

impl Store {
    /// Lets the data folder have so many bytes; `None` is as many as the disk has. What it has already
    /// it keeps.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn limit_bytes(&self, most: Option<u64>) -> Result<(), StoreError> {
        self.shared.quota.bytes_max.store(most.unwrap_or(u64::MAX), Ordering::Relaxed);
        self.share_out()
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

    /// Gives the database what sealed files leave over. To be called when there are more or fewer.
    pub(super) fn share_out(&self) -> Result<(), StoreError> {
        let Usage { files, most, .. } = self.usage()?;
        let bytes = most.map_or(u64::MAX, |most| most.saturating_sub(files));
        let pages = (bytes / PAGE_BYTES).clamp(1, PAGES_MAX);
        if self.shared.quota.pages_told.swap(pages, Ordering::Relaxed) == pages {
            return Ok(());
        }
        // SQLite keeps the pages that it has, if they are more.
        let limited = self.limit_pages(u32::try_from(pages).unwrap_or(u32::MAX - 1));
        limited.inspect_err(|_| self.shared.quota.pages_told.store(0, Ordering::Relaxed))
    }

    /// # Errors
    /// [`StoreError::Full`] when no more files may be made.
    pub(super) fn has_room_for_files(&self) -> Result<(), StoreError> {
        if self.usage()?.is_full() { Err(StoreError::Full) } else { Ok(()) }
    }
}

/// Of SQLite, as this program makes its file.
const PAGE_BYTES: u64 = 4_096;

/// SQLite's own limit.
const PAGES_MAX: u64 = 4_294_967_294;

#[cfg(test)]
mod tests {
    use beacon::Millis;

    use super::super::seal::Rule;
    use super::super::seal::tests::{NOW, SMALL, filled, told};
    use super::super::{Retention, StoreError};

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
        assert_eq!(pages(), super::PAGES_MAX);
        assert_eq!(told(&store), before);
    }

    #[test]
    fn a_full_folder_seals_nothing_and_loses_nothing_until_something_goes() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        let before = told(&store);
        store.limit_bytes(Some(store.usage().unwrap().database)).unwrap();
        assert!(store.usage().unwrap().is_full());
        let error = store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap_err();
        assert!(matches!(error, StoreError::Full), "{error}");
        assert_eq!(told(&store), before);
        store.limit_bytes(None).unwrap();
        store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
        let files = store.usage().unwrap().files;
        store.limit_bytes(Some(1 << 20)).unwrap();
        let kept = Retention { history_days: 1, ..Retention::default() };
        store.retain(Millis(NOW + 100 * 86_400_000), kept).unwrap();
        assert!(store.usage().unwrap().files < files, "what went is room again");
    }
}
