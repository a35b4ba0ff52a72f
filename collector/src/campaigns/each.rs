//! Through the stored visits of a span, on as many threads as wished.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nunchi_api::campaigns::Replayed;

use super::{Story, forgetful};
use crate::store::{Span, Store, StoreError, Visits};

/// Which visits, and how to go through them.
pub(crate) struct Over<'a> {
    pub(crate) store: &'a Store,
    pub(crate) span: Span,
    /// At least one.
    pub(crate) threads: usize,
    /// Is told how many of how many page loads were read.
    pub(crate) progress: &'a (dyn Fn(u64, u64) + Sync),
    /// Asked before each part of them: `false` breaks it off with [`StoreError::Stopped`].
    pub(crate) goes_on: &'a (dyn Fn() -> bool + Sync),
}

/// What it cost, summed over the threads: time of a core, so that it says the same however much else
/// the machine has to do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Took {
    /// To have the frames from the store.
    pub(crate) reading: Duration,
    /// To make items of them.
    pub(crate) opening: Duration,
    /// To judge those, and to add up what came of it.
    pub(crate) judging: Duration,
}

/// Hands every visit of the span to `take`, which adds it up in its thread's sum; `join` adds a sum
/// to another. Visits come in no order.
pub(crate) fn each_story<S: Default + Send>(
    over: &Over<'_>,
    take: impl Fn(&mut S, &Story) + Sync,
    mut join: impl FnMut(&mut S, S),
) -> Result<(Replayed, Took, S), StoreError> {
    let mut watch = Watch::default();
    watch.lap();
    let visits = over.store.visits(over.span)?;
    let walk = Walk { over, visits: &visits, next: AtomicUsize::new(0), read: AtomicU64::new(0) };
    let mut took = Took { reading: watch.lap(), ..Took::default() };
    let mut replayed = Replayed { from: over.span.from, to: over.span.to, ..Replayed::default() };
    let mut sum = S::default();
    let mut part = |(there, needed, part): (Replayed, Took, S)| {
        replayed.add(&there);
        took.add(&needed);
        join(&mut sum, part);
    };
    if over.threads < 2 {
        part(walk.go(&take)?);
    } else {
        std::thread::scope(|scope| {
            let work = || walk.go(&take);
            let workers: Vec<_> = (0..over.threads).map(|_| scope.spawn(work)).collect();
            for worker in workers {
                part(worker.join().unwrap_or_else(|panic| resume_unwind(panic))?);
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok((replayed, took, sum))
}

/// The way through the visits that all threads share.
struct Walk<'a> {
    over: &'a Over<'a>,
    visits: &'a Visits,
    next: AtomicUsize,
    read: AtomicU64,
}

impl Walk<'_> {
    /// Takes visits as long as there are any.
    fn go<S: Default>(
        &self,
        take: &impl Fn(&mut S, &Story),
    ) -> Result<(Replayed, Took, S), StoreError> {
        let (mut replayed, mut took, mut sum) = <(Replayed, Took, S)>::default();
        let mut watch = Watch::default();
        let (parts, runs) = (self.visits.parts(), self.visits.runs() as u64);
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                return Ok((replayed, took, sum));
            }
            if !(self.over.goes_on)() {
                return Err(StoreError::Stopped);
            }
            watch.lap();
            let stored = self.visits.read(part)?;
            took.reading += watch.lap();
            let stories: Vec<Story> = stored.iter().map(|runs| Story::read(runs)).collect();
            took.opening += watch.lap();
            for story in &stories {
                replayed.count(story);
                take(&mut sum, story);
            }
            took.judging += watch.lap();
            let count: u64 = stored.iter().map(|runs| runs.len() as u64).sum();
            let read = self.read.fetch_add(count, Ordering::Relaxed) + count;
            (self.over.progress)(read, runs);
        }
    }
}

/// Tells how much of a core this thread has used: as Linux counts it, else by the clock.
#[derive(Default)]
struct Watch(Option<(Instant, Duration)>);

impl Watch {
    /// Since the last time it was asked.
    fn lap(&mut self) -> Duration {
        let now = (Instant::now(), used());
        let before = self.0.replace(now).unwrap_or(now);
        if now.1.is_zero() { now.0 - before.0 } else { now.1.saturating_sub(before.1) }
    }
}

/// Zero where nobody counts.
fn used() -> Duration {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = counted.split(' ').next().and_then(|it| it.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

trait Count {
    fn count(&mut self, story: &Story);
    fn add(&mut self, other: &Self);
}

impl Count for Replayed {
    fn count(&mut self, story: &Story) {
        self.sessions += 1;
        self.incomplete += story.incomplete;
        self.forgetful += forgetful(story);
        self.runs += story.runs.len() as u64;
        self.items += story.runs.iter().map(|run| run.items.len() as u64).sum::<u64>();
    }

    fn add(&mut self, other: &Self) {
        self.sessions += other.sessions;
        self.incomplete += other.incomplete;
        self.forgetful += other.forgetful;
        self.runs += other.runs;
        self.items += other.items;
    }
}

impl Took {
    fn add(&mut self, other: &Self) {
        self.reading += other.reading;
        self.opening += other.opening;
        self.judging += other.judging;
    }

    /// All of it.
    pub(crate) fn sum(&self) -> Duration {
        self.reading + self.opening + self.judging
    }
}
