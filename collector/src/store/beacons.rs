//! Beacons in: mark, frame and derived rows in one transaction, or nothing.

use beacon::inbox::{Judgement, Mark, judge};
use beacon::{Beacon, Body, Millis, RunId, SiteKey};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::writer::Job;
use super::{Store, StoreError, items};
use crate::fault::{self, Sabotage};
use crate::suspicion::Suspicion;

/// A beacon that passed all that can be checked without the store.
#[derive(Debug)]
pub struct Arrival {
    /// Its site, as the store knows it.
    pub site: i64,
    /// What it says.
    pub beacon: Beacon,
    /// The bytes as they came.
    pub frame: Vec<u8>,
    /// When, milliseconds since 1970.
    pub now: Millis,
    /// What speaks against it: kept, but apart from the numbers.
    pub quarantine: Option<Suspicion>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// New, durable now.
    Stored,
    /// Durable before.
    Duplicate,
    /// The key was used for other bytes.
    Conflict,
    /// Nobody can tell any more whether it is new.
    TooOld,
}

impl Store {
    /// Queues a beacon. `done` is called once, on the writer's thread, after the commit (or its
    /// failure), whether or not anybody still waits for the answer.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue is full; `done` is then dropped unheard.
    pub fn accept<D>(&self, arrival: Arrival, done: D) -> Result<(), StoreError>
    where
        D: FnOnce(Result<Written, StoreError>, Arrival) + Send + 'static,
    {
        self.shared.writer.submit(Box::new(Accept { arrival, written: Written::Conflict, done }))
    }

    /// Counts one page view that the loader saw where the agent cannot run. The same run and path
    /// count once. Its ordinals are negative, so that they never meet those of an agent's beacon.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn accept_hit(
        &self,
        site: i64,
        run: RunId,
        path: String,
        page: String,
        now: Millis,
    ) -> Result<Written, StoreError> {
        self.write(move |db| write_hit(db, site, run, &path, &page, now)).await
    }

    /// Frames of a site accepted since, oldest first, each with when it was accepted.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn frames_since(
        &self,
        site: &SiteKey,
        since: Millis,
    ) -> Result<Vec<(Millis, Vec<u8>)>, StoreError> {
        let sql = "SELECT accepted_at, frame FROM journal
                   WHERE site = (SELECT id FROM site WHERE key = ?1) AND accepted_at >= ?2
                   ORDER BY accepted_at, id";
        let read_row = |row: &Row| Ok((Millis(row.get(0)?), row.get(1)?));
        self.read(|db| {
            db.prepare_cached(sql)?.query_map(params![site.as_str(), since.0], read_row)?.collect()
        })
    }

    /// Keys of all stored beacons with their checksums, for a ledger to be compared with.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn ledger(&self) -> Result<Vec<(RunId, u32, Vec<u8>)>, StoreError> {
        let sql = "SELECT run.run, journal.sequence, journal.frame
                   FROM journal JOIN run ON run.id = journal.run ORDER BY 1, 2";
        let read_row = |row: &Row| Ok((RunId(row.get(0)?), row.get(1)?, row.get(2)?));
        self.read(|db| db.prepare(sql)?.query_map([], read_row)?.collect())
    }

    /// Hands every place in which a beacon is stored to `each`: site, run, sequence, frame.
    ///
    /// # Errors
    /// What SQLite says, also when its file is damaged.
    pub fn each_beacon(
        &self,
        mut each: impl FnMut(&str, RunId, u32, &[u8]),
    ) -> Result<(), StoreError> {
        let sql = "SELECT site.key, run.run, journal.sequence, journal.frame
                   FROM journal JOIN run ON run.id = journal.run JOIN site ON site.id = journal.site";
        self.read(|db| {
            let mut statement = db.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (key, run) = (row.get::<_, String>(0)?, RunId(row.get(1)?));
                each(&key, run, row.get(2)?, row.get_ref(3)?.as_blob()?);
            }
            Ok(())
        })
    }

    /// What SQLite finds wrong with its file; nothing when it is sound.
    ///
    /// # Errors
    /// What SQLite says instead.
    pub fn damages(&self) -> Result<Vec<String>, StoreError> {
        self.read(|db| {
            let mut check = db.prepare("PRAGMA integrity_check(10)")?;
            let lines = check.query_map([], |row| row.get::<_, String>(0))?;
            lines.filter(|line| line.as_ref().map_or(true, |line| line != "ok")).collect()
        })
    }

    /// Drops dedup marks accepted before `before`, 5,000 at a time, so that beacons
    /// need not wait long. Returns how many.
    ///
    /// # Errors
    /// What SQLite says.
    pub async fn purge_marks(&self, before: Millis) -> Result<usize, StoreError> {
        let sql = "DELETE FROM mark WHERE (site, run, sequence) IN
                   (SELECT site, run, sequence FROM mark WHERE accepted_at < ?1 LIMIT ?2)";
        self.write(move |db| db.prepare_cached(sql)?.execute(params![before.0, PURGE_MAX])).await
    }
}

/// Marks dropped in one transaction.
const PURGE_MAX: usize = 5_000;

struct Accept<D> {
    arrival: Arrival,
    written: Written,
    done: D,
}

impl<D> Job for Accept<D>
where
    D: FnOnce(Result<Written, StoreError>, Arrival) + Send,
{
    fn write(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.written = write_beacon(db, &self.arrival)?;
        Ok(())
    }

    fn done(self: Box<Self>, result: Result<(), StoreError>) {
        (self.done)(result.map(|()| self.written), self.arrival);
    }
}

fn write_beacon(db: &Connection, arrival: &Arrival) -> rusqlite::Result<Written> {
    let Arrival { site, beacon, frame, now, quarantine } = arrival;
    let header = &beacon.header;
    let checksum = beacon::frame::checksum(frame);
    let known = find_mark(db, *site, header.run, header.sequence)?;
    if known.is_some() && fault::is(Sabotage::SkipDedup) {
        let (run, _) = write_run(db, arrival)?;
        write_frame(db, arrival, run)?;
        return Ok(Written::Stored);
    }
    match judge(checksum, header.sent_at, *now, known) {
        Judgement::Store => {}
        Judgement::Duplicate => return Ok(Written::Duplicate),
        Judgement::Conflict => return Ok(Written::Conflict),
        Judgement::TooOld => return Ok(Written::TooOld),
    }
    // A visitor's clock ahead of ours lets copies in for longer, so the mark stays for longer
    // (`beacon::inbox::mark_until`).
    let kept_from = header.sent_at.max(*now);
    write_mark(db, *site, header.run, header.sequence, checksum, kept_from)?;
    let (run, began_at) = write_run(db, arrival)?;
    write_frame(db, arrival, run)?;
    if quarantine.is_none() {
        items::write(db, *site, run, began_at, arrival)?;
    }
    Ok(Written::Stored)
}

fn write_frame(db: &Connection, arrival: &Arrival, run: i64) -> rusqlite::Result<()> {
    let Arrival { site, beacon, frame, now, .. } = arrival;
    let sql =
        "INSERT INTO journal (site, run, sequence, accepted_at, frame) VALUES (?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(params![site, run, beacon.header.sequence, now.0, frame])?;
    Ok(())
}

fn write_hit(
    db: &Connection,
    site: i64,
    run: RunId,
    path: &str,
    page: &str,
    now: Millis,
) -> rusqlite::Result<Written> {
    let begin = "INSERT INTO run (site, run, began_at) VALUES (?, ?, ?)
                 ON CONFLICT DO UPDATE SET run = excluded.run RETURNING id";
    let run: i64 =
        db.prepare_cached(begin)?.query_row(params![site, run.0, now.0], |row| row.get(0))?;
    let view = "INSERT INTO item (run, ordinal, site, at, kind, path, page, detail)
                SELECT ?1, MIN(COALESCE(MIN(ordinal), 0), 0) - 1, ?2, ?3, 'viewed', ?4, ?5, 1
                FROM item WHERE run = ?1
                HAVING NOT EXISTS (SELECT 1 FROM item WHERE run = ?1 AND path = ?4)";
    let rows = db.prepare_cached(view)?.execute(params![run, site, now.0, path, page])?;
    Ok(if rows == 0 { Written::Duplicate } else { Written::Stored })
}

fn find_mark(
    db: &Connection,
    site: i64,
    run: RunId,
    sequence: u32,
) -> rusqlite::Result<Option<Mark>> {
    let sql = "SELECT checksum, accepted_at FROM mark WHERE site = ? AND run = ? AND sequence = ?";
    let read_mark =
        |row: &Row| Ok(Mark { checksum: row.get(0)?, accepted_at: Millis(row.get(1)?) });
    db.prepare_cached(sql)?.query_row(params![site, run.0, sequence], read_mark).optional()
}

fn write_mark(
    db: &Connection,
    site: i64,
    run: RunId,
    sequence: u32,
    checksum: u32,
    now: Millis,
) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO mark (site, run, sequence, checksum, accepted_at) VALUES (?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(params![site, run.0, sequence, checksum, now.0])?;
    Ok(())
}

/// Makes or finds the run. Its beginning is fixed by the first beacon that came, so that the order
/// of its items never changes; ids that consent gave later are filled in.
fn write_run(db: &Connection, arrival: &Arrival) -> rusqlite::Result<(i64, Millis)> {
    let sql = "INSERT INTO run (site, run, session, visitor, began_at, waits_since)
               VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (site, run) DO UPDATE SET
                   session = COALESCE(session, excluded.session),
                   visitor = COALESCE(visitor, excluded.visitor),
                   waits_since = excluded.waits_since
               RETURNING id, began_at";
    let header = &arrival.beacon.header;
    let values = params![
        arrival.site,
        header.run.0,
        header.session.map(|id| id.0),
        header.visitor.map(|id| id.0),
        began_at(&arrival.beacon, arrival.now).0,
        arrival.now.0,
    ];
    db.prepare_cached(sql)?.query_row(values, |row| Ok((row.get(0)?, Millis(row.get(1)?))))
}

/// When the run began, on our clock. A visitor's clock that is ahead is set right by the difference;
/// one that is behind looks the same as a beacon that was kept for later, so it is believed.
fn began_at(beacon: &Beacon, now: Millis) -> Millis {
    let sent_at = beacon.header.sent_at;
    let began = beacon.items.iter().find_map(|item| match &item.body {
        Body::Began(began) => Some(began.wall),
        _ => None,
    });
    let last_at = beacon.items.last().map_or(Millis(0), |item| item.at);
    let wall = began.unwrap_or(Millis(sent_at.since(last_at)));
    Millis(wall.since(Millis(sent_at.since(now))).min(now.0))
}
