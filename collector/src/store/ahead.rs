//! What SQLite wrote ahead comes to its place beside the writer, so that beacons do not wait for it.
//!
//! A thread with a connection of its own brings the log home while commits go on. What they add meanwhile
//! is little: the writer brings that itself, right after, and the log begins anew. SQLite sees to it that
//! nothing is overwritten before it is on the disk, whoever does it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags};

/// The thread. It ends when the writer's connection is closed; [`Ahead::wait`] waits for that.
#[derive(Debug)]
pub(super) struct Ahead(JoinHandle<()>);

impl Ahead {
    /// Takes over from SQLite, which would do it within a commit. `file` is what `db` has open.
    pub(super) fn take_over(db: &mut Connection, file: &Path) -> rusqlite::Result<Self> {
        let own = Connection::open_with_flags(
            file,
            OpenFlags::default() & !OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        own.pragma_update(None, "synchronous", "FULL")?;
        let (bell, rings) = sync_channel(1);
        let is_home = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_home);
        db.wal_hook(Some(move |log: &mut Wal, pages| {
            if pages < PAGES_ENOUGH {
                return Ok(());
            }
            if is_home.swap(false, Ordering::Acquire) || pages >= PAGES_MAX {
                // If it cannot be done now, it is done next time: what is in the log is on the disk.
                let _ = log.checkpoint();
            } else {
                // It rings already.
                let _ = bell.try_send(());
            }
            Ok(())
        }))?;
        let thread = std::thread::Builder::new().name("ahead".into());
        let thread = thread.spawn(move || bring_home(&own, &rings, &told));
        Ok(Self(thread.expect("a process that starts can have one more thread")))
    }

    /// Waits for its end, once the connection that it works for is closed.
    pub(super) fn wait(self) {
        // It panicked: that was logged by the panic hook.
        let _ = self.0.join();
    }
}

fn bring_home(db: &Connection, rings: &Receiver<()>, is_home: &AtomicBool) {
    while rings.recv().is_ok() {
        // The second time there is less: what came during the first.
        for _ in 0..2 {
            let brought = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            if let Err(error) = brought {
                tracing::debug!(%error, "what was written ahead stays in the log for now");
            }
        }
        is_home.store(true, Ordering::Release);
    }
}

/// Pages of the log (4 KiB each) from which on it is brought home: as SQLite would.
const PAGES_ENOUGH: i32 = 1_000;

/// From which on nobody waits for the thread: commits do it.
const PAGES_MAX: i32 = 16_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_stays_short_and_everything_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sqlite");
        let mut db = Connection::open(&file).unwrap();
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
        db.execute_batch("CREATE TABLE page (number INTEGER PRIMARY KEY, body BLOB)").unwrap();
        let ahead = Ahead::take_over(&mut db, &file).unwrap();
        for number in 0..400_i64 {
            db.execute("INSERT INTO page VALUES (?, zeroblob(400000))", [number]).unwrap();
        }
        let log = std::fs::metadata(folder.path().join("a.sqlite-wal")).unwrap().len();
        // 160 MB went through it.
        assert!(log < 100_000_000, "{log} bytes");
        drop(db);
        ahead.wait();
        let db = Connection::open(&file).unwrap();
        let sum = "SELECT COUNT(*), SUM(LENGTH(body)) FROM page";
        let found: (i64, i64) = db.query_row(sum, [], |it| Ok((it.get(0)?, it.get(1)?))).unwrap();
        assert_eq!(found, (400, 400 * 400_000));
    }
}
