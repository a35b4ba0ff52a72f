//! What the writer keeps in its head: the number of the next line, the marks of lines in the journal,
//! and the sheaves of the transaction under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beacon::RunId;
use rusqlite::{Connection, params};

use super::journal::{self, Entry};
use super::marks::{self, Fresh, Mark, Near};
use super::sheaf::Sheaf;

/// Marks that are not written down, for whoever reads beside the writer.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Mutex<Fresh>>);

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Fresh> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Belongs to the writer's thread.
#[derive(Debug)]
pub(super) struct Ledger {
    fresh: Shared,
    next: i64,
    sheaves: Vec<Sheaf>,
    /// Written down in the transaction under way: of one site or of all, up to this line.
    written: Vec<(Option<i64>, i64)>,
}

impl Ledger {
    /// As the journal tells it.
    pub(super) fn open(db: &Connection, fresh: Shared) -> rusqlite::Result<Self> {
        let last = "SELECT MAX((SELECT COALESCE(MAX(last), 0) FROM journal),
                               (SELECT COALESCE(MAX(until), 0) FROM sealed),
                               (SELECT value FROM meta WHERE name = 'lines'))";
        let last: i64 = db.query_row(last, [], |row| row.get(0))?;
        let mut marks = fresh.lock();
        for mark in journal::unmarked(db)? {
            // What else the table knows of its run nobody has looked for.
            marks.add(mark, true);
        }
        marks.settle(last);
        drop(marks);
        Ok(Self { fresh, next: last + 1, sheaves: Vec::new(), written: Vec::new() })
    }

    /// What is known of a beacon.
    pub(super) fn near(
        &self,
        db: &Connection,
        site: i64,
        run: RunId,
        sequence: i64,
    ) -> rusqlite::Result<Near> {
        let (near, may_be_more) = self.fresh.lock().near(site, run, sequence);
        if !may_be_more {
            return Ok(near);
        }
        let written = marks::nearest(db, site, run, sequence)?;
        Ok(Near {
            mark: written.filter(|mark| mark.sequence == sequence),
            run: near.run.or(written.map(|mark| mark.run)),
        })
    }

    /// All marks of a run, by sequence.
    pub(super) fn of_run(
        &self,
        db: &Connection,
        site: i64,
        run: RunId,
    ) -> rusqlite::Result<Vec<Mark>> {
        marks::all_of_run(db, site, run, self.fresh.lock().of_run(site, run))
    }

    /// Adds a line. Its mark is `checksum`'s, if it needs one; `is_known`: its run has other marks.
    pub(super) fn append(
        &mut self,
        entry: &Entry,
        checksum: Option<u32>,
        is_known: bool,
        frame: &[u8],
    ) {
        let number = self.next;
        self.next += 1;
        let Entry { site, id, sequence, accepted_at, marked_at, run, .. } = *entry;
        let is_open = |sheaf: &&mut Sheaf| sheaf.site() == site && !sheaf.is_full();
        if let Some(sheaf) = self.sheaves.iter_mut().find(is_open) {
            sheaf.add(number, entry, frame);
        } else {
            let mut sheaf = Sheaf::begin(site, number, accepted_at);
            sheaf.add(number, entry, frame);
            self.sheaves.push(sheaf);
        }
        if let Some(checksum) = checksum {
            let mark = Mark { sequence, checksum, accepted_at: marked_at, run, entry: number };
            self.fresh.lock().add((site, id, mark), is_known);
        }
    }

    /// Puts what was added into the journal, so that whoever reads it in this transaction finds it.
    pub(super) fn lay_down(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.sheaves.drain(..).try_for_each(|mut sheaf| sheaf.store(db))
    }

    /// The marks of lines up to this one, of a site or of all, are written down in this transaction.
    pub(super) fn wrote(&mut self, of: Option<i64>, until: i64) {
        self.written.push((of, until));
    }

    /// Writes down marks of which there are too many.
    pub(super) fn make_room(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let Some((until, mut marks)) = self.fresh.lock().surplus(WRITTEN_AT_ONCE) else {
            return Ok(());
        };
        marks::sort(&mut marks);
        marks::write_all(db, &marks)?;
        let sql = "UPDATE meta SET value = MAX(value, ?) WHERE name = 'marked'";
        db.prepare_cached(sql)?.execute(params![until])?;
        self.wrote(None, until);
        Ok(())
    }

    /// The transaction is durable.
    pub(super) fn settle(&mut self) {
        let mut fresh = self.fresh.lock();
        fresh.settle(self.next - 1);
        for (of, until) in self.written.drain(..) {
            fresh.forget(of, until);
        }
    }

    /// The transaction never was.
    pub(super) fn roll_back(&mut self) {
        self.sheaves.clear();
        self.written.clear();
        let mut fresh = self.fresh.lock();
        fresh.roll_back();
        self.next = fresh.durable() + 1;
    }
}

/// Marks written down together: about 10 ms of work, for beacons wait behind it.
pub(super) const WRITTEN_AT_ONCE: usize = 2_048;
