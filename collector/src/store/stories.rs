//! Stored runs, whole, for those who replay them.

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

/// What came of comparing a run's verdicts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) run: i64,
    /// How many of its beacons were there.
    pub(crate) beacons: u64,
    /// None of them was missing.
    pub(crate) is_complete: bool,
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

    /// How many runs with beacons began in the span.
    pub(crate) fn count_runs(&self, span: Span) -> Result<u64, StoreError> {
        let values = params![span.site, span.from, span.to];
        self.read(|db| db.query_row(COUNT, values, |row| row.get(0)))
    }

    /// Hands over the runs that began in the span, visit by visit, each visit's in the order in
    /// which they began. One visit is in memory at a time.
    pub(crate) fn each_visit(
        &self,
        span: Span,
        mut visit: impl FnMut(Vec<StoredRun>),
    ) -> Result<(), StoreError> {
        self.read(|db| {
            let mut list = db.prepare_cached(BY_VISIT)?;
            let mut rows = list.query(params![span.site, span.from, span.to])?;
            let mut runs: Vec<StoredRun> = Vec::new();
            while let Some(row) = rows.next()? {
                let run = read_run(row)?;
                if runs.first().is_some_and(|first| first.visit != run.visit) {
                    visit(std::mem::take(&mut runs));
                }
                runs.push(with_frames(db, run)?);
            }
            if !runs.is_empty() {
                visit(runs);
            }
            Ok(())
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
                    verdicts: row.get(2)?,
                    equal: row.get(3)?,
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
    let sql = "SELECT sequence, frame FROM journal WHERE run = ? ORDER BY sequence";
    let mut list = db.prepare_cached(sql)?;
    let frames = list.query_map([run.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(StoredRun { frames: frames.collect::<rusqlite::Result<_>>()?, ..run })
}

fn keep(db: &Connection, row: &Compared, now: Millis) -> rusqlite::Result<()> {
    // A beacon that came meanwhile has the run compared again.
    let settle = "UPDATE run SET waits_since = NULL
                  WHERE id = ?1 AND ?2 = (SELECT COUNT(*) FROM journal WHERE run = ?1)";
    db.prepare_cached(settle)?.execute(params![row.run, row.beacons])?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO parity (run, at, is_complete, verdicts, equal, first)
         VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![row.run, now.0, row.is_complete, row.verdicts, row.equal, row.first])
    .map(drop)
}

const COUNT: &str = "
    SELECT COUNT(*) FROM run WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3";

const BY_VISIT: &str = "
    SELECT id, COALESCE(session, run) AS visit, began_at FROM run
    WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3 ORDER BY visit, began_at, id";

const ONE_VISIT: &str = "
    SELECT id, COALESCE(session, run) AS visit, began_at FROM run
    WHERE site = ?1 AND COALESCE(session, run) = ?2 ORDER BY began_at, id";

const TO_COMPARE: &str = "
    SELECT id, COALESCE(session, run), began_at FROM run
    WHERE site = ?1 AND waits_since < ?2 ORDER BY waits_since LIMIT ?3";

const TOTALS: &str = "
    SELECT COALESCE(SUM(is_complete), 0), COALESCE(SUM(NOT is_complete), 0),
           COALESCE(SUM(verdicts), 0), COALESCE(SUM(equal), 0)
    FROM parity JOIN run ON run.id = parity.run
    WHERE run.site = ?1 AND run.began_at >= ?2 AND run.began_at < ?3";

const DIFFERENT: &str = "
    SELECT COALESCE(run.session, run.run), parity.at, parity.verdicts - parity.equal, parity.first
    FROM parity JOIN run ON run.id = parity.run
    WHERE run.site = ?1 AND run.began_at >= ?2 AND run.began_at < ?3 AND verdicts > equal
    ORDER BY parity.at DESC, parity.run DESC LIMIT ?4";
