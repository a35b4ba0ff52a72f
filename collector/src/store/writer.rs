//! One thread that writes. Jobs queue up while a commit is under way and share the next one: no
//! fixed tick, so an idle store answers after one commit and a busy one commits large groups.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StoreError;
use super::ahead::Ahead;
use super::ledger::Ledger;
use crate::fault;

/// Something to write, and whom to tell. `write` may be called again after a rollback.
pub(super) trait Job: Send {
    fn write(&mut self, desk: &mut Desk<'_>) -> rusqlite::Result<()>;
    fn done(self: Box<Self>, result: Result<(), StoreError>);
}

/// What is at hand within a transaction.
pub(super) struct Desk<'a> {
    pub(super) db: &'a Connection,
    pub(super) ledger: &'a mut Ledger,
}

/// What the writer did since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Commits that returned.
    pub commits: u64,
    /// Jobs in them.
    pub jobs: u64,
    /// Time spent in those that were committed, microseconds.
    pub busy_us: u64,
    /// Transactions that failed.
    pub failures: u64,
    /// Jobs that wait.
    pub queued: u64,
    /// Commits by how long they took: at most each of [`COMMIT_BUCKETS_US`].
    pub by_duration: [u64; COMMIT_BUCKETS_US.len()],
    /// The last transaction failed.
    pub is_failing: bool,
}

impl WriterStats {
    /// Hardly more can wait.
    pub fn is_crowded(&self) -> bool {
        self.queued > QUEUE_MAX as u64 / 4 * 3
    }
}

/// Microseconds.
pub const COMMIT_BUCKETS_US: [u64; 10] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000];

/// Handle to the thread. Dropping it writes what is queued and waits for the thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    shared: Arc<Tally>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Tally {
    commits: AtomicU64,
    jobs: AtomicU64,
    busy_us: AtomicU64,
    failures: AtomicU64,
    queued: AtomicU64,
    by_duration: [AtomicU64; COMMIT_BUCKETS_US.len()],
    is_failing: AtomicBool,
}

impl Tally {
    fn committed(&self, jobs: usize, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
        self.busy_us.fetch_add(took_us, Ordering::Relaxed);
        if let Some(place) = COMMIT_BUCKETS_US.iter().position(|&limit| took_us <= limit) {
            self.by_duration[place].fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Writer {
    pub(super) fn start(db: Connection, ledger: Ledger, ahead: Ahead) -> Self {
        let (send, receive) = sync_channel(QUEUE_MAX);
        let shared = Arc::new(Tally::default());
        let tally = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                run(db, ledger, &receive, &tally);
                ahead.wait();
            })
            .expect("a process that starts can have one more thread");
        Self { queue: Some(send), shared, thread: Some(thread) }
    }

    /// For a data folder that may only be read: every job is refused.
    pub(super) fn none() -> Self {
        Self { queue: None, shared: Arc::default(), thread: None }
    }

    /// Queues a job; its `done` is called once, after it is durable or refused.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the queue is full, [`StoreError::ReadOnly`] where there is none; the
    /// job is dropped unheard.
    pub(super) fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or(StoreError::ReadOnly)?;
        self.shared.queued.fetch_add(1, Ordering::Relaxed);
        queue.try_send(job).map_err(|error| {
            self.shared.queued.fetch_sub(1, Ordering::Relaxed);
            let (TrySendError::Full(_) | TrySendError::Disconnected(_)) = error;
            StoreError::Busy
        })
    }

    pub(super) fn stats(&self) -> WriterStats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        WriterStats {
            commits: read(&self.shared.commits),
            jobs: read(&self.shared.jobs),
            busy_us: read(&self.shared.busy_us),
            failures: read(&self.shared.failures),
            queued: read(&self.shared.queued),
            by_duration: std::array::from_fn(|place| read(&self.shared.by_duration[place])),
            is_failing: self.shared.is_failing.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // It panicked: that was logged by the panic hook.
            let _ = thread.join();
        }
    }
}

/// A job from two closures: what to write, and whom to tell. It finds what was taken before it in the
/// journal.
pub(super) fn simple<T, W, D>(write: W, done: D) -> Box<dyn Job>
where
    T: Send + 'static,
    W: Fn(&mut Desk<'_>) -> rusqlite::Result<T> + Send + 'static,
    D: FnOnce(Result<T, StoreError>) + Send + 'static,
{
    Box::new(Simple { write, done, value: None })
}

struct Simple<T, W, D> {
    write: W,
    done: D,
    value: Option<T>,
}

impl<T, W, D> Job for Simple<T, W, D>
where
    T: Send,
    W: Fn(&mut Desk<'_>) -> rusqlite::Result<T> + Send,
    D: FnOnce(Result<T, StoreError>) + Send,
{
    fn write(&mut self, desk: &mut Desk<'_>) -> rusqlite::Result<()> {
        desk.ledger.lay_down(desk.db)?;
        self.value = Some((self.write)(desk)?);
        Ok(())
    }

    fn done(self: Box<Self>, result: Result<(), StoreError>) {
        let Self { done, value, .. } = *self;
        done(result.and_then(|()| value.ok_or(StoreError::Busy)));
    }
}

fn run(mut db: Connection, mut ledger: Ledger, queue: &Receiver<Box<dyn Job>>, tally: &Tally) {
    let mut trouble = Trouble::default();
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH_MAX - 1));
        tally.queued.fetch_sub(batch.len() as u64, Ordering::Relaxed);
        commit_batch(&mut db, &mut ledger, batch, tally, &mut trouble);
    }
}

/// Writes the batch in one transaction. If that fails, each job gets one of its own, so that a job
/// that cannot be written does not take its neighbours along.
fn commit_batch(
    db: &mut Connection,
    ledger: &mut Ledger,
    mut batch: Vec<Box<dyn Job>>,
    tally: &Tally,
    trouble: &mut Trouble,
) {
    if batch.len() > 1 && commit(db, ledger, &mut batch, tally).is_ok() {
        trouble.is_over();
        for job in batch {
            job.done(Ok(()));
        }
        return;
    }
    for mut job in batch {
        let result = commit(db, ledger, std::slice::from_mut(&mut job), tally);
        match &result {
            Ok(()) => trouble.is_over(),
            Err(error) => trouble.tell(error),
        }
        job.done(result);
    }
}

/// Writes that failed, told as one trouble: a full disk must not be filled by its own log.
#[derive(Default)]
struct Trouble {
    failures: u64,
    told_at: Option<Instant>,
}

impl Trouble {
    fn tell(&mut self, error: &StoreError) {
        self.failures += 1;
        if self.told_at.is_none_or(|at| at.elapsed() >= TELL_AGAIN) {
            self.told_at = Some(Instant::now());
            let failures = self.failures;
            tracing::error!(%error, failures, "could not write; nothing that was acknowledged is lost");
        }
    }

    fn is_over(&mut self) {
        if self.told_at.is_some() {
            tracing::info!(failures = self.failures, "writing works again");
            *self = Self::default();
        }
    }
}

fn commit(
    db: &mut Connection,
    ledger: &mut Ledger,
    jobs: &mut [Box<dyn Job>],
    tally: &Tally,
) -> Result<(), StoreError> {
    let began = Instant::now();
    let result = try_commit(db, ledger, jobs);
    tally.is_failing.store(result.is_err(), Ordering::Relaxed);
    if result.is_ok() {
        ledger.settle();
        tally.committed(jobs.len(), began.elapsed());
    } else {
        ledger.roll_back();
        tally.failures.fetch_add(1, Ordering::Relaxed);
    }
    result?;
    // The disk has it, and the program is told that it has not.
    Ok(fails_at("commit.done")?)
}

fn try_commit(
    db: &mut Connection,
    ledger: &mut Ledger,
    jobs: &mut [Box<dyn Job>],
) -> rusqlite::Result<()> {
    // Immediate: a reader that turns writer half-way could be refused.
    fails_at("commit.begin")?;
    let transaction = Transaction::new(db, TransactionBehavior::Immediate)?;
    for job in jobs {
        job.write(&mut Desk { db: &transaction, ledger })?;
        fails_at("commit.write")?;
    }
    ledger.lay_down(&transaction)?;
    ledger.make_room(&transaction)?;
    fails_at("commit.end")?;
    transaction.commit()
}

/// A fault that a check asked for, as SQLite would tell it.
fn fails_at(point: &'static str) -> rusqlite::Result<()> {
    fault::at(point).map_err(|cause| {
        let code = match cause.kind() {
            std::io::ErrorKind::StorageFull => rusqlite::ffi::SQLITE_FULL,
            _ => rusqlite::ffi::SQLITE_IOERR,
        };
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None)
    })
}

/// Between two lines of the log on a trouble that lasts.
const TELL_AGAIN: Duration = Duration::from_mins(1);

/// Jobs that may wait: about 16 MiB of frames of ordinary size, 64 MiB at the very worst.
const QUEUE_MAX: usize = 4_096;

/// Jobs in one commit: bounds the time that the last of them waits.
const BATCH_MAX: usize = 512;
