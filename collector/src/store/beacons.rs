//! Beacons in: the frame and what its mark derives from in one transaction, or nothing.

use beacon::inbox::{self, Judgement, judge};
use beacon::{Beacon, Body, Header, Millis, RunId};
use rusqlite::{Connection, params};

use super::believed::Newest;
use super::journal::{self, Entry, Run};
use super::marks::Mark;
use super::sheaf;
use super::writer::{self, Desk, Job};
use super::{Store, StoreError, tail};
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
        let newest = self.shared.newest.clone();
        let accept = Accept { arrival, written: Written::Conflict, newest, done };
        self.shared.writer.submit(Box::new(accept))
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
        let hit = Hit { site, run, path, page, now };
        self.write_at_desk(move |desk| write_hit(desk, &hit)).await
    }

    /// Sets beacons (site, run, sequence) apart that were taken for good, as far as they are not sealed. Queued: nobody
    /// waits for it. An order that they reported first counts by its next report.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue is full.
    pub fn set_apart(
        &self,
        beacons: Vec<(i64, RunId, u32)>,
        suspicion: Suspicion,
    ) -> Result<(), StoreError> {
        let write = move |desk: &mut Desk<'_>| {
            beacons.iter().try_for_each(|beacon| write_apart(desk, *beacon, suspicion))
        };
        self.shared.writer.submit(writer::simple(write, |result: Result<(), StoreError>| {
            if let Err(error) = result {
                tracing::warn!(%error, "could not set beacons apart");
            }
        }))
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
                   (SELECT mark.site, run, sequence FROM site CROSS JOIN mark
                    WHERE mark.site = site.id AND accepted_at < ?1 LIMIT ?2)";
        self.write(move |db| db.prepare_cached(sql)?.execute(params![before.0, PURGE_MAX])).await
    }
}

/// Marks dropped in one transaction.
const PURGE_MAX: usize = 5_000;

struct Accept<D> {
    arrival: Arrival,
    written: Written,
    newest: Newest,
    done: D,
}

impl<D> Job for Accept<D>
where
    D: FnOnce(Result<Written, StoreError>, Arrival) + Send,
{
    fn write(&mut self, desk: &mut Desk<'_>) -> rusqlite::Result<()> {
        self.written = write_beacon(desk, &self.arrival)?;
        Ok(())
    }

    fn done(self: Box<Self>, result: Result<(), StoreError>) {
        if result.is_ok() && self.written == Written::Stored {
            self.newest.stored(&self.arrival);
        }
        (self.done)(result.map(|()| self.written), self.arrival);
    }
}

fn write_beacon(desk: &mut Desk<'_>, arrival: &Arrival) -> rusqlite::Result<Written> {
    let Arrival { site, beacon, frame, now, .. } = arrival;
    let header = &beacon.header;
    let sequence = i64::from(header.sequence);
    let near = desk.ledger.near(desk.db, *site, header.run, sequence)?;
    let checksum = beacon::frame::checksum(frame);
    let known =
        near.mark.map(|Mark { checksum, accepted_at, .. }| inbox::Mark { checksum, accepted_at });
    match judge(checksum, header.sent_at, *now, known) {
        Judgement::Store => {}
        _ if known.is_some() && fault::is(Sabotage::SkipDedup) => {}
        Judgement::Duplicate => return Ok(Written::Duplicate),
        Judgement::Conflict => return Ok(Written::Conflict),
        Judgement::TooOld => return Ok(Written::TooOld),
    }
    let run = Run {
        began_at: near.run.map_or_else(|| began_at(beacon, *now), |run| run.began_at),
        session: near.run.and_then(|run| run.session).or(header.session.map(|id| id.0)),
        visitor: near.run.and_then(|run| run.visitor).or(header.visitor.map(|id| id.0)),
    };
    let quarantine = arrival.quarantine.map_or(0, Suspicion::number);
    let entry = Entry {
        site: *site,
        id: header.run,
        sequence,
        accepted_at: *now,
        // A visitor's clock ahead of ours lets copies in for longer, so the mark stays for longer
        // (`beacon::inbox::mark_until`).
        marked_at: header.sent_at.max(*now),
        quarantine,
        run,
    };
    let mark = known.is_none().then_some(checksum);
    desk.ledger.append(&entry, mark, near.run.is_some(), frame);
    if quarantine == 0 {
        write_orders(desk.db, *site, beacon, *now)?;
    }
    Ok(Written::Stored)
}

fn write_apart(
    desk: &mut Desk<'_>,
    (site, run, sequence): (i64, RunId, u32),
    suspicion: Suspicion,
) -> rusqlite::Result<()> {
    let (db, number) = (desk.db, i64::from(sequence));
    let Some(mark) = desk.ledger.near(db, site, run, number)?.mark else { return Ok(()) };
    let mut lines = journal::sheaf_of(db, site, mark.entry)?;
    let Some(first) = lines.first().map(|held| held.number) else { return Ok(()) };
    let mut is_meant = |held: &&mut journal::Held| {
        held.number == mark.entry && held.entry.id == run && held.entry.quarantine == 0
    };
    let Some(held) = lines.iter_mut().find(&mut is_meant) else { return Ok(()) };
    held.entry.quarantine = suspicion.number();
    let orders = held.orders();
    sheaf::rewrite(db, first, &lines)?;
    let sql = "INSERT OR IGNORE INTO apart VALUES (?, ?)";
    db.prepare_cached(sql)?.execute([site, mark.entry])?;
    tail::note_apart(db)?;
    orders.iter().try_for_each(|order| hand_over(db, site, order, (run, sequence)))
}

/// An order whose first report is not believed any more counts by the next one, if there is any that is not sealed.
fn hand_over(
    db: &Connection,
    site: i64,
    order: &str,
    (run, sequence): (RunId, u32),
) -> rusqlite::Result<()> {
    let free = "DELETE FROM ordered WHERE site = ? AND number = ? AND run = ? AND sequence = ?";
    if db.prepare_cached(free)?.execute(params![site, order, run.0, sequence])? == 0 {
        return Ok(());
    }
    let Some(next) = journal::first_report(db, site, order)? else { return Ok(()) };
    let sql = "INSERT INTO ordered VALUES (?, ?, ?, ?, ?)";
    let values = params![site, order, next.id.0, next.sequence, next.accepted_at.0];
    db.prepare_cached(sql)?.execute(values).map(drop)
}

/// Notes which orders this beacon reports, as far as none did before. A shop that gives no order
/// number has each report of a purchase counted.
fn write_orders(db: &Connection, site: i64, beacon: &Beacon, now: Millis) -> rusqlite::Result<()> {
    let Header { run, sequence, .. } = &beacon.header;
    for order in journal::orders(beacon) {
        let sql = "INSERT OR IGNORE INTO ordered VALUES (?, ?, ?, ?, ?)";
        db.prepare_cached(sql)?.execute(params![site, order, run.0, sequence, now.0])?;
    }
    Ok(())
}

fn write_hit(desk: &mut Desk<'_>, hit: &Hit) -> rusqlite::Result<Written> {
    let Hit { site, run, path, page, now } = hit;
    let checksum = beacon::crc32c(path.as_bytes());
    let marks = desk.ledger.of_run(desk.db, *site, *run)?;
    if marks.iter().any(|mark| mark.sequence < 0 && mark.checksum == checksum) {
        return Ok(Written::Duplicate);
    }
    let sequence = marks.iter().map(|mark| mark.sequence).min().unwrap_or(0).min(0) - 1;
    let unknown = Run { began_at: *now, session: None, visitor: None };
    let of_run = marks.first().map_or(unknown, |mark| mark.run);
    let entry = Entry {
        site: *site,
        id: *run,
        sequence,
        accepted_at: *now,
        marked_at: *now,
        quarantine: 0,
        run: of_run,
    };
    let line = format!("{path}\n{page}");
    desk.ledger.append(&entry, Some(checksum), !marks.is_empty(), line.as_bytes());
    Ok(Written::Stored)
}

/// A page view that the loader saw.
struct Hit {
    site: i64,
    run: RunId,
    path: String,
    page: String,
    now: Millis,
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
