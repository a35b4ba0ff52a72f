//! What the writer keeps in its head: the number of the next line, the marks of lines in the journal,
//! and the sheaves of the transaction under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beacon::RunId;
use rusqlite::{Connection, params};

use super::journal::{self, Entry};
use super::marks::{self, Fresh, Mark, Marked, Near};
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
    leaving: Option<Leaving>,
    /// Memory of a sheaf that is stored, for the next: as large as one at most.
    spare: Vec<u8>,
}

/// Marks on their way from memory into their table: many, in the order of the table, a part of them with each commit.
/// So each part touches few pages; the oldest few at each commit would touch one for each mark.
#[derive(Debug)]
struct Leaving {
    marks: Vec<Marked>,
    /// The last line that they are of.
    until: i64,
    /// So many are written, in the transaction under way; before it, so many were durable.
    written: usize,
    durable: usize,
}

impl Leaving {
    fn begin((until, mut marks): (i64, Vec<Marked>)) -> Self {
        marks::sort(&mut marks);
        Self { marks, until, written: 0, durable: 0 }
    }

    fn write_some(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let rest = &self.marks[self.written..];
        let some = &rest[..rest.len().min(WRITTEN_AT_ONCE)];
        marks::write_all(db, some)?;
        self.written += some.len();
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.written == self.marks.len()
    }
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
        let (sheaves, written) = (Vec::new(), Vec::new());
        Ok(Self { fresh, next: last + 1, sheaves, written, leaving: None, spare: Vec::new() })
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
            let mut sheaf =
                Sheaf::begin(site, number, accepted_at, std::mem::take(&mut self.spare));
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
        for mut sheaf in self.sheaves.drain(..) {
            sheaf.store(db)?;
            self.spare = sheaf.into_body();
        }
        Ok(())
    }

    /// The marks of lines up to this one, of a site or of all, are written down in this transaction.
    pub(super) fn wrote(&mut self, of: Option<i64>, until: i64) {
        self.written.push((of, until));
    }

    /// Writes down some of the marks of which there are too many.
    pub(super) fn make_room(&mut self, db: &Connection) -> rusqlite::Result<()> {
        if self.leaving.is_none() {
            self.leaving = self.fresh.lock().surplus(LEAVE_TOGETHER).map(Leaving::begin);
        }
        let Some(leaving) = &mut self.leaving else { return Ok(()) };
        leaving.write_some(db)?;
        if !leaving.is_over() {
            return Ok(());
        }
        let until = leaving.until;
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
        self.leaving.take_if(|it| it.is_over());
        if let Some(leaving) = &mut self.leaving {
            leaving.durable = leaving.written;
        }
    }

    /// The transaction never was.
    pub(super) fn roll_back(&mut self) {
        self.sheaves.clear();
        self.written.clear();
        if let Some(leaving) = &mut self.leaving {
            leaving.written = leaving.durable;
        }
        let mut fresh = self.fresh.lock();
        fresh.roll_back();
        self.next = fresh.durable() + 1;
    }
}

/// Marks written down together: about 10 ms of work, for beacons wait behind it.
pub(super) const WRITTEN_AT_ONCE: usize = 2_048;

/// Marks that leave memory together.
const LEAVE_TOGETHER: usize = 16 * WRITTEN_AT_ONCE;

#[cfg(test)]
mod tests {
    use beacon::Millis;

    use super::super::journal::Run;
    use super::super::marks::FRESH_MAX;
    use super::*;

    fn table() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE TABLE mark (site, run, sequence, checksum, accepted_at, began_at, session, visitor,
                                entry, PRIMARY KEY (site, run, sequence)) WITHOUT ROWID;
             CREATE TABLE meta (name PRIMARY KEY, value);
             INSERT INTO meta VALUES ('marked', 0)",
        )
        .unwrap();
        db
    }

    /// Has taken so many lines, each of a run of its own; they are durable.
    fn ledger(lines: usize) -> Ledger {
        let (sheaves, written, spare) = (Vec::new(), Vec::new(), Vec::new());
        let fresh = Shared::default();
        let mut ledger = Ledger { fresh, next: 1, sheaves, written, leaving: None, spare };
        for line in 0..lines {
            // Random page loads: neighbours in time are none in the table.
            let id = RunId(
                (line as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15).swap_bytes().to_be_bytes(),
            );
            let at = Millis(1);
            let run = Run { began_at: at, session: None, visitor: None };
            let (accepted_at, marked_at) = (at, at);
            let entry =
                Entry { site: 1, id, sequence: 0, accepted_at, marked_at, quarantine: 0, run };
            ledger.append(&entry, Some(7), false, b"");
        }
        ledger.sheaves.clear();
        ledger.settle();
        ledger
    }

    fn number(db: &Connection, sql: &str) -> i64 {
        db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    const MARKS: &str = "SELECT COUNT(*) FROM mark";
    const MARKED: &str = "SELECT value FROM meta";

    #[test]
    fn marks_leave_a_part_with_each_commit_and_stay_in_memory_until_all_have_left() {
        let (db, mut ledger) = (table(), ledger(FRESH_MAX + 1));
        let parts = i64::try_from(LEAVE_TOGETHER / WRITTEN_AT_ONCE).unwrap();
        for part in 1..=parts {
            assert_eq!(number(&db, MARKED), 0);
            // A commit that fails takes its part back.
            db.execute_batch("BEGIN").unwrap();
            ledger.make_room(&db).unwrap();
            db.execute_batch("ROLLBACK").unwrap();
            ledger.roll_back();
            assert_eq!(ledger.fresh.lock().of_site(1).count(), FRESH_MAX + 1);
            ledger.make_room(&db).unwrap();
            ledger.settle();
            assert_eq!(number(&db, MARKS), part * i64::try_from(WRITTEN_AT_ONCE).unwrap());
        }
        let left = i64::try_from(LEAVE_TOGETHER).unwrap();
        assert_eq!((number(&db, MARKS), number(&db, MARKED)), (left, left));
        assert_eq!(ledger.fresh.lock().of_site(1).count(), FRESH_MAX + 1 - LEAVE_TOGETHER);
        assert_eq!(number(&db, "SELECT MAX(entry) FROM mark"), left, "the oldest");
        ledger.make_room(&db).unwrap();
        assert_eq!(number(&db, MARKS), left, "there is room again");
    }
}
