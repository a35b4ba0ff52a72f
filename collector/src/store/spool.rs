//! The journal as a spool: what was acknowledged waits there until ClickHouse has answered that it has
//! it. Blocks are sent one after another; the lines of a block go away in the transaction that
//! forgets the block. Whoever sends beacons never waits for any of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use beacon::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::clickhouse::{Frame, Shipment};
use super::journal::{self, Held};
use super::marks::{self, Marked};
use super::{Store, StoreError};
use crate::clock::Clock;

/// What waits for ClickHouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spool {
    /// Beacons, and views that the loader counted.
    pub beacons: u64,
    /// When the oldest of them was accepted.
    pub oldest: Option<Millis>,
}

/// Lines of the journal that are sent together, in whole sheaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    first: i64,
    last: i64,
    number: u64,
    is_doubtful: bool,
}

/// What was in a block when it was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Of its lines.
    marks: Vec<Marked>,
    /// How many of them had been set apart by then.
    pub(super) apart: u64,
}

impl Store {
    /// What waits to be brought to ClickHouse; `None` where history is kept in the folder.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn spool(&self) -> Result<Option<Spool>, StoreError> {
        if self.clickhouse.is_none() {
            return Ok(None);
        }
        // Numbers have no gaps but where lines went away from the front: no need to count.
        let sql = "SELECT COALESCE((SELECT last FROM journal ORDER BY first DESC LIMIT 1) - MIN(first) + 1, 0),
                          (SELECT accepted_at FROM journal ORDER BY first LIMIT 1) FROM journal";
        self.read(|db| {
            db.query_row(sql, [], |row| {
                let oldest = row.get::<_, Option<u64>>(1)?.map(Millis);
                Ok(Some(Spool { beacons: row.get(0)?, oldest }))
            })
        })
    }

    /// Whether a server ever kept the history of this folder in ClickHouse.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_spool(&self) -> Result<bool, StoreError> {
        self.read(|db| db.prepare("SELECT 1 FROM meta WHERE name = 'collector'")?.exists([]))
    }

    /// Brings one block to ClickHouse: the one that was begun, or the oldest lines of the journal.
    /// Returns how many lines that were, 0 when none waits.
    ///
    /// # Errors
    /// What ClickHouse says: the block stays, and is sent again by the next call.
    pub fn ship(&self) -> Result<usize, StoreError> {
        let Some(clickhouse) = &self.clickhouse else { return Ok(0) };
        // Before a block is made: while nobody answers nothing is to be done.
        clickhouse.prepare()?;
        loop {
            let Some(block) = self.block()? else { return Ok(0) };
            let mut sent = self.deliver(block)?;
            let lines = sent.marks.len();
            self.write_marks(std::mem::take(&mut sent.marks))?;
            if self.forget_block(block, sent.apart)? {
                return Ok(lines);
            }
            // Some of them were set apart on their way: it is sent once more, as they are now.
        }
    }

    /// Sends it.
    pub(super) fn deliver(&self, block: Block) -> Result<Sent, StoreError> {
        let (shipment, sent) = self.read(|db| pack(&*db.unchecked_transaction()?, block))?;
        match &self.clickhouse {
            Some(clickhouse) => clickhouse.deliver(&shipment).map(|()| sent),
            None => Ok(Sent::default()),
        }
    }

    /// Its lines are no matter of the journal any more, unless others are apart than when it was sent.
    pub(super) fn forget_block(&self, block: Block, apart: u64) -> Result<bool, StoreError> {
        self.write_beyond_now(move |desk| {
            let (db, Block { first, last, .. }) = (desk.db, block);
            if apart_in(db, block)? != apart {
                return Ok(false);
            }
            let sql = "UPDATE meta SET value = MAX(value, COALESCE(
                           (SELECT MAX(last) FROM journal WHERE first BETWEEN ? AND ?), 0))
                       WHERE name = 'lines' RETURNING value";
            let sent: i64 = db.query_row(sql, [first, last], |row| row.get(0))?;
            db.execute("DELETE FROM journal WHERE first BETWEEN ? AND ?", [first, last])?;
            db.execute("DELETE FROM apart WHERE number <= ?", [sent])?;
            // Sheaves of one commit lie in each other: what begins before the first that is left is gone.
            let sql = "SELECT COALESCE(MIN(first) - 1, ?) FROM journal";
            desk.ledger.wrote(None, db.query_row(sql, [sent], |row| row.get(0))?);
            db.execute("DELETE FROM shipment", [])?;
            Ok(true)
        })
    }

    /// Notes that this folder is a spool, so that nobody seals what ClickHouse is to have.
    ///
    /// # Errors
    /// What SQLite says.
    fn note_spool(&self) -> Result<(), StoreError> {
        let number = random()?;
        self.write_beyond_now(move |desk| note_collector(desk.db, number))
    }

    /// The block that was begun, or a new one, durable before anything of it is sent.
    pub(super) fn block(&self) -> Result<Option<Block>, StoreError> {
        let begun = self.read(|db| {
            db.query_row("SELECT first, last, block FROM shipment", [], |row| {
                let number = row.get::<_, i64>(2)?.cast_unsigned();
                Ok(Block { first: row.get(0)?, last: row.get(1)?, number, is_doubtful: true })
            })
            .optional()
        })?;
        let number = random()?;
        match begun {
            Some(begun) => Ok(Some(begun)),
            None => self.write_beyond_now(move |desk| begin(desk.db, number)),
        }
    }
}

fn begin(db: &Connection, number: u64) -> rusqlite::Result<Option<Block>> {
    let Some((first, last)) = oldest(db)? else { return Ok(None) };
    let sql = "INSERT INTO shipment (first, last, block) VALUES (?, ?, ?)";
    db.execute(sql, params![first, last, number.cast_signed()])?;
    note_collector(db, number)?;
    Ok(Some(Block { first, last, number, is_doubtful: false }))
}

/// A folder has one name for ever.
fn note_collector(db: &Connection, number: u64) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO meta VALUES ('collector', ?)";
    db.execute(sql, [number.cast_signed()]).map(drop)
}

fn random() -> Result<u64, StoreError> {
    getrandom::u64().map_err(|cause| StoreError::Sqlite(cause.to_string()))
}

/// How many lines of a block were set apart after they were written.
fn apart_in(db: &Connection, block: Block) -> rusqlite::Result<u64> {
    let sql = "SELECT COUNT(*) FROM apart WHERE number <= (
                   SELECT MAX(last) FROM journal WHERE first BETWEEN ? AND ?)";
    db.query_row(sql, [block.first, block.last], |row| row.get(0))
}

/// The sheaves of a block: with which line the first of them begins, and the last.
fn oldest(db: &Connection) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = "SELECT first, lines, LENGTH(body) FROM journal ORDER BY first LIMIT ?";
    let mut list = db.prepare_cached(sql)?;
    let mut rows = list.query([LINES_MAX])?;
    let (mut span, mut lines, mut bytes) = (None, 0, 0);
    while let Some(row) = rows.next()? {
        let sheaf = row.get(0)?;
        lines += row.get::<_, usize>(1)?;
        bytes += row.get::<_, usize>(2)?;
        let (first, _) = *span.get_or_insert((sheaf, sheaf));
        if (bytes > BYTES_MAX || lines > LINES_MAX) && sheaf > first {
            break;
        }
        span = Some((first, sheaf));
    }
    Ok(span)
}

/// All that is in a block.
fn pack(db: &Connection, block: Block) -> rusqlite::Result<(Shipment, Sent)> {
    let collector: i64 =
        db.query_row("SELECT value FROM meta WHERE name = 'collector'", [], |row| row.get(0))?;
    let mut shipment = Shipment {
        collector: collector.cast_unsigned(),
        block: block.number,
        is_doubtful: block.is_doubtful,
        items: Vec::new(),
        frames: Vec::new(),
    };
    let lines = journal::between(db, block.first, block.last)?;
    let mut key = db.prepare_cached("SELECT key FROM site WHERE id = ?")?;
    for held in &lines {
        let site: String = key.query_row([held.entry.site], |row| row.get(0))?;
        let items = &mut shipment.items;
        held.each_record(db, |record| items.push((site.clone(), record.into_owned())))?;
        shipment.frames.extend(frame(held, site));
    }
    let marks = lines.iter().map(marks::marked).collect();
    Ok((shipment, Sent { marks, apart: apart_in(db, block)? }))
}

/// `None` for a view that the loader counted.
fn frame(held: &Held, site: String) -> Option<Frame> {
    let journal::Entry { id, sequence, accepted_at, quarantine, run, .. } = held.entry;
    Some(Frame {
        site,
        visit: run.visit(id),
        visitor: run.visitor,
        run: id,
        sequence: u32::try_from(sequence).ok()?,
        accepted_at,
        began_at: run.began_at,
        quarantine,
        bytes: held.frame.clone(),
    })
}

/// The thread that brings the journal to ClickHouse. Dropping it ends it after the block under way.
#[derive(Debug)]
pub struct Shipper {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Shipper {
    /// Starts it, for a store that keeps its history in ClickHouse.
    pub fn start_if_needed(store: &Store, clock: Clock) -> Option<Self> {
        store.clickhouse.is_some().then(|| Self::start(store.clone(), clock))
    }

    fn start(store: Store, clock: Clock) -> Self {
        if let Err(error) = store.note_spool() {
            tracing::warn!(%error, "that history is kept in ClickHouse is noted with the first block");
        }
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        let thread = std::thread::Builder::new()
            .name("shipper".into())
            .spawn(move || run(&store, &clock, &told))
            .expect("a process that starts can have one more thread");
        Self { is_over, thread: Some(thread) }
    }
}

impl Drop for Shipper {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It panicked: that was logged by the panic hook.
            let _ = thread.join();
        }
    }
}

fn run(store: &Store, clock: &Clock, is_over: &AtomicBool) {
    let mut failures = 0;
    while !is_over.load(Ordering::Relaxed) {
        let pause = match store.ship_if_due(clock.now()) {
            Ok(shipped) => {
                if failures > 0 {
                    tracing::info!(failures, "ClickHouse takes what is sent again");
                }
                failures = 0;
                // A full block, or nearly so, is not the last one.
                if shipped > LINES_MAX / 2 { Duration::ZERO } else { LOOK_EVERY }
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(%error, "ClickHouse does not take what is sent; it waits in the journal");
                }
                failures += 1;
                (LOOK_EVERY * 2_u32.saturating_pow(failures)).min(PAUSE_MAX)
            }
        };
        std::thread::park_timeout(pause);
    }
}

impl Store {
    /// Sends a block when enough waits, or the oldest has waited long enough.
    fn ship_if_due(&self, now: Millis) -> Result<usize, StoreError> {
        let Spool { beacons, oldest } = self.spool()?.unwrap_or_default();
        let is_old = oldest.is_some_and(|oldest| now.since(oldest) >= WAIT_MS);
        if is_old || beacons >= LINES_MAX as u64 { self.ship() } else { Ok(0) }
    }
}

/// Lines of one block: about 20,000 rows, of some 2 MB.
const LINES_MAX: usize = 4_096;

/// Of the frames in one block, unless a single one has more.
const BYTES_MAX: usize = 16 << 20;

/// The longest that a beacon waits for others, milliseconds.
const WAIT_MS: u64 = 1_000;

/// Between two looks at the journal.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Between two attempts while ClickHouse is away.
const PAUSE_MAX: Duration = Duration::from_secs(15);
