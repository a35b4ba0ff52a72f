//! Stored runs, whole, for those who replay them.

use std::ops::Range;

use beacon::Millis;
use rusqlite::{Connection, Row, params};

use super::{Span, Store, StoreError};

/// One page load as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredRun {
    /// Its number in the store.
    pub(crate) number: i64,
    /// The visit it belongs to: a session, or itself where consent gave none.
    pub(crate) visit: Vec<u8>,
    /// On the collector's clock.
    pub(crate) began_at: Millis,
    /// Numbers and bytes of its beacons, in their order.
    pub(crate) frames: Vec<(u32, Vec<u8>)>,
}

/// Visits to be read, in the order in which they came: 40 bytes a run.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    runs: Vec<Listed>,
    /// Where each begins in `runs`, and where the last one ends.
    borders: Vec<usize>,
}

/// A run of which nothing was read yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    visit: VisitKey,
    began_at: u64,
    number: i64,
}

/// A session's id, or a run's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct VisitKey {
    bytes: [u8; 16],
    length: usize,
}

/// Most runs replayed at once: their list takes 480 MB then.
const RUNS_MAX: usize = 10_000_000;

impl Visits {
    fn of(mut runs: Vec<Listed>) -> Self {
        runs.sort_unstable();
        let mut visits: Vec<&[Listed]> = runs.chunk_by(|a, b| a.visit == b.visit).collect();
        visits.sort_unstable_by_key(|visit| visit[0].number);
        let ends = visits.iter().scan(0, |end, visit| {
            *end += visit.len();
            Some(*end)
        });
        let borders = std::iter::once(0).chain(ends).collect();
        Self { borders, runs: visits.concat() }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.borders.len().saturating_sub(1)
    }

    /// How many runs they have.
    pub(crate) fn runs(&self) -> usize {
        self.runs.len()
    }

    fn some(&self, which: Range<usize>) -> impl Iterator<Item = &[Listed]> {
        let borders = self.borders.get(which.start..=which.end.min(self.len()));
        borders.unwrap_or_default().windows(2).map(|it| &self.runs[it[0]..it[1]])
    }
}

impl VisitKey {
    fn of(id: &[u8]) -> Self {
        let mut bytes = [0; 16];
        let length = id.len().min(bytes.len());
        bytes[..length].copy_from_slice(&id[..length]);
        Self { bytes, length }
    }
}

impl From<&Listed> for StoredRun {
    fn from(run: &Listed) -> Self {
        Self {
            number: run.number,
            visit: run.visit.bytes[..run.visit.length].into(),
            began_at: Millis(run.began_at),
            frames: Vec::new(),
        }
    }
}

/// What came of comparing a run's verdicts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) run: i64,
    /// How many of its beacons were there.
    pub(crate) beacons: u64,
    /// None of them was missing, and they were compared.
    pub(crate) is_complete: bool,
    /// Another version decided.
    pub(crate) is_foreign: bool,
    pub(crate) verdicts: u64,
    pub(crate) equal: u64,
    /// The first difference, in words.
    pub(crate) first: String,
}

/// Sums of what was compared.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ParityTotals {
    pub(crate) runs: u64,
    pub(crate) incomplete: u64,
    pub(crate) foreign: u64,
    pub(crate) verdicts: u64,
    pub(crate) equal: u64,
}

/// A run that differed.
#[derive(Clone, Debug)]
pub(crate) struct DifferentRow {
    pub(crate) visit: Vec<u8>,
    pub(crate) at: u64,
    pub(crate) differing: u64,
    pub(crate) first: String,
}

impl Store {
    /// Paths that were viewed in the span.
    pub(crate) fn paths(&self, span: Span) -> Result<Vec<String>, StoreError> {
        self.seen("path", span)
    }

    /// Sorts of pages that were viewed in the span.
    pub(crate) fn page_names(&self, span: Span) -> Result<Vec<String>, StoreError> {
        self.seen("page", span)
    }

    fn seen(&self, column: &str, span: Span) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "SELECT DISTINCT {column} FROM item
             WHERE site = ?1 AND kind = 'viewed' AND at >= ?2 AND at < ?3"
        );
        let values = params![span.site, span.from, span.to];
        self.read(|db| db.prepare_cached(&sql)?.query_map(values, |row| row.get(0))?.collect())
    }

    /// The runs that began in the span, visit by visit: visits in the order in which they came, so that
    /// the file is read from its beginning to its end; each visit's runs in the order in which they
    /// began.
    pub(crate) fn visits(&self, span: Span) -> Result<Visits, StoreError> {
        let values = params![span.site, span.from, span.to, RUNS_MAX + 1];
        let read_row = |row: &Row| {
            let visit = VisitKey::of(row.get_ref(1)?.as_blob()?);
            Ok(Listed { visit, began_at: row.get(2)?, number: row.get(0)? })
        };
        let runs: Vec<Listed> =
            self.read(|db| db.prepare_cached(IN_SPAN)?.query_map(values, read_row)?.collect())?;
        if runs.len() > RUNS_MAX {
            return Err(StoreError::TooMuch(RUNS_MAX));
        }
        Ok(Visits::of(runs))
    }

    /// Some of these visits, each with its runs whole.
    pub(crate) fn read_visits(
        &self,
        visits: &Visits,
        which: Range<usize>,
    ) -> Result<Vec<Vec<StoredRun>>, StoreError> {
        self.read(|db| {
            let whole = |run: &Listed| with_frames(db, run.into());
            let visit = |runs: &[Listed]| runs.iter().map(whole).collect();
            visits.some(which).map(visit).collect()
        })
    }

    /// The runs of one visit; empty when there is no such visit.
    pub(crate) fn visit(&self, site: i64, visit: &[u8]) -> Result<Vec<StoredRun>, StoreError> {
        self.read(|db| {
            let mut list = db.prepare_cached(ONE_VISIT)?;
            let rows = list.query_map(params![site, visit], read_run)?;
            rows.map(|run| with_frames(db, run?)).collect()
        })
    }

    /// Runs of a site that got a beacon since they were last compared, but none since `before`; the
    /// longest silent first, at most `count` of them.
    pub(crate) fn runs_to_compare(
        &self,
        site: i64,
        before: Millis,
        count: u32,
    ) -> Result<Vec<StoredRun>, StoreError> {
        self.read(|db| {
            let mut list = db.prepare_cached(TO_COMPARE)?;
            let rows = list.query_map(params![site, before.0, count], read_run)?;
            rows.map(|run| with_frames(db, run?)).collect()
        })
    }

    /// Lets runs go that waited for their comparison since before `before`: a sample is enough.
    pub(crate) async fn drop_waiting(&self, before: Millis) -> Result<usize, StoreError> {
        let sql = "UPDATE run SET waits_since = NULL WHERE waits_since < ?";
        self.write(move |db| db.prepare_cached(sql)?.execute([before.0])).await
    }

    /// Keeps what came of comparing; a run compared again counts once.
    pub(crate) async fn keep_compared(
        &self,
        rows: Vec<Compared>,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |db| rows.iter().try_for_each(|row| keep(db, row, now))).await
    }

    /// What came of comparing the runs that began in the span.
    pub(crate) fn parity_totals(&self, span: Span) -> Result<ParityTotals, StoreError> {
        let values = params![span.site, span.from, span.to];
        self.read(|db| {
            db.query_row(TOTALS, values, |row| {
                Ok(ParityTotals {
                    runs: row.get(0)?,
                    incomplete: row.get(1)?,
                    foreign: row.get(2)?,
                    verdicts: row.get(3)?,
                    equal: row.get(4)?,
                })
            })
        })
    }

    /// The newest runs of the span that differed, at most `count`.
    pub(crate) fn different_runs(
        &self,
        span: Span,
        count: u32,
    ) -> Result<Vec<DifferentRow>, StoreError> {
        let values = params![span.site, span.from, span.to, count];
        let read_row = |row: &Row| {
            let (visit, at, differing, first) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(DifferentRow { visit, at, differing, first })
        };
        self.read(|db| db.prepare_cached(DIFFERENT)?.query_map(values, read_row)?.collect())
    }
}

fn read_run(row: &Row) -> rusqlite::Result<StoredRun> {
    Ok(StoredRun {
        number: row.get(0)?,
        visit: row.get(1)?,
        began_at: Millis(row.get(2)?),
        frames: Vec::new(),
    })
}

fn with_frames(db: &Connection, run: StoredRun) -> rusqlite::Result<StoredRun> {
    // Sorted here: they mostly come in their order, and SQLite would build a tree for each run.
    let mut list = db.prepare_cached("SELECT sequence, frame FROM journal WHERE run = ?")?;
    let frames = list.query_map([run.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut frames: Vec<(u32, Vec<u8>)> = frames.collect::<rusqlite::Result<_>>()?;
    frames.sort_unstable_by_key(|(sequence, _)| *sequence);
    Ok(StoredRun { frames, ..run })
}

fn keep(db: &Connection, row: &Compared, now: Millis) -> rusqlite::Result<()> {
    // A beacon that came meanwhile has the run compared again.
    let settle = "UPDATE run SET waits_since = NULL
                  WHERE id = ?1 AND ?2 = (SELECT COUNT(*) FROM journal WHERE run = ?1)";
    db.prepare_cached(settle)?.execute(params![row.run, row.beacons])?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO parity (run, at, is_complete, is_foreign, verdicts, equal, first)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        row.run,
        now.0,
        row.is_complete,
        row.is_foreign,
        row.verdicts,
        row.equal,
        row.first
    ])
    .map(drop)
}

const IN_SPAN: &str = "
    SELECT id, COALESCE(session, run), began_at FROM run
    WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3 LIMIT ?4";

const ONE_VISIT: &str = "
    SELECT id, COALESCE(session, run) AS visit, began_at FROM run
    WHERE site = ?1 AND COALESCE(session, run) = ?2 ORDER BY began_at, id";

const TO_COMPARE: &str = "
    SELECT id, COALESCE(session, run), began_at FROM run
    WHERE site = ?1 AND waits_since < ?2 ORDER BY waits_since LIMIT ?3";

const TOTALS: &str = "
    SELECT COALESCE(SUM(is_complete), 0), COALESCE(SUM(NOT is_complete AND NOT is_foreign), 0),
           COALESCE(SUM(is_foreign), 0), COALESCE(SUM(verdicts), 0), COALESCE(SUM(equal), 0)
    FROM parity JOIN run ON run.id = parity.run
    WHERE run.site = ?1 AND run.began_at >= ?2 AND run.began_at < ?3";

const DIFFERENT: &str = "
    SELECT COALESCE(run.session, run.run), parity.at, parity.verdicts - parity.equal, parity.first
    FROM parity JOIN run ON run.id = parity.run
    WHERE run.site = ?1 AND run.began_at >= ?2 AND run.began_at < ?3 AND verdicts > equal
    ORDER BY parity.at DESC, parity.run DESC LIMIT ?4";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_come_in_the_order_in_which_they_are_stored_and_stay_whole() {
        let run = |visit: &[u8], began_at, number| Listed {
            visit: VisitKey::of(visit),
            began_at,
            number,
        };
        let (early, late, single) = (b"zzzzzzzz", b"aaaaaaaa", b"a run of 16 byte");
        let visits = Visits::of(vec![
            run(late, 20, 2),
            run(early, 30, 3),
            run(single, 5, 4),
            run(early, 10, 1),
        ]);
        let numbers = |which| -> Vec<Vec<i64>> {
            visits.some(which).map(|it| it.iter().map(|run| run.number).collect()).collect()
        };
        assert_eq!(numbers(0..3), [vec![1, 3], vec![2], vec![4]]);
        assert_eq!(numbers(1..2), [vec![2]]);
        assert_eq!(numbers(2..9), [vec![4]]);
        assert_eq!((visits.len(), visits.runs()), (3, 4));
        assert_eq!(StoredRun::from(&visits.runs[3]).visit, single);
        assert_eq!(Visits::of(Vec::new()).some(0..0).count(), 0);
    }
}
