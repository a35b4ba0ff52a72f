//! Pages that send: each one beacon after the other, each until it is acknowledged, as the agent's outbox does.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{Scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::beacons::{Key, frame, now, post};
use crate::http::{Answer, Line};
use crate::ledger::Ledger;
use crate::random::Random;

/// Senders and what they met.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    ledger: &'a Ledger,
    seed: u64,
    /// After each acknowledgement.
    pause: Duration,
    beacons_a_run: u32,
    /// Where the server is now.
    port: AtomicU16,
    is_over: AtomicBool,
    /// When it was over.
    over_at: OnceLock<Instant>,
    acknowledged: AtomicU64,
    retries: AtomicU64,
    /// Answers "not now" (503, 429).
    delays: AtomicU64,
    /// Longest time from the first try to the acknowledgement, ms.
    slowest_ms: AtomicU64,
    /// Answers that no page should get, by status.
    odd: Mutex<BTreeMap<u16, usize>>,
}

impl<'a> Load<'a> {
    pub(crate) fn new(ledger: &'a Ledger, seed: u64, port: u16) -> Self {
        Self {
            ledger,
            seed,
            pause: Duration::ZERO,
            beacons_a_run: BEACONS_A_RUN,
            port: AtomicU16::new(port),
            is_over: AtomicBool::new(false),
            over_at: OnceLock::new(),
            acknowledged: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            delays: AtomicU64::new(0),
            slowest_ms: AtomicU64::new(0),
            odd: Mutex::default(),
        }
    }

    /// Each page rests after each beacon.
    pub(crate) fn at_pace(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// Page loads end after so many beacons.
    pub(crate) fn with_runs_of(self, beacons_a_run: u32) -> Self {
        Self { beacons_a_run, ..self }
    }

    /// Lets so many pages send until [`end`](Self::end).
    pub(crate) fn begin<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>, pages: usize) {
        for page in 0..pages {
            scope.spawn(move || self.send_all(page));
        }
    }

    /// The server is about to end: no new lines, or whoever gets its port next gets our beacons.
    pub(crate) fn waits(&self) {
        self.moves_to(0);
    }

    /// The server moved.
    pub(crate) fn moves_to(&self, port: u16) {
        self.port.store(port, Ordering::Relaxed);
    }

    /// No new beacons; those under way are sent until they are acknowledged or [`GIVE_UP`] has passed.
    pub(crate) fn end(&self) {
        self.over_at.get_or_init(Instant::now);
        self.is_over.store(true, Ordering::Relaxed);
    }

    pub(crate) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    pub(crate) fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    pub(crate) fn delays(&self) -> u64 {
        self.delays.load(Ordering::Relaxed)
    }

    /// Longest wait for an acknowledgement since this was asked last, ms.
    pub(crate) fn slowest_ms(&self) -> u64 {
        self.slowest_ms.swap(0, Ordering::Relaxed)
    }

    /// Answers that no page should get: `500x3`, or nothing.
    pub(crate) fn odd(&self) -> Vec<String> {
        let odd = self.odd.lock().unwrap_or_else(PoisonError::into_inner);
        odd.iter().map(|(status, times)| format!("{status}x{times}")).collect()
    }

    /// Waits until so many are acknowledged in all.
    pub(crate) fn wait_for(&self, acknowledged: u64) -> Result<()> {
        self.wait_at_most(STUCK, || self.acknowledged() >= acknowledged)
    }

    /// Waits until `is_so`.
    pub(crate) fn wait_at_most(&self, most: Duration, is_so: impl Fn() -> bool) -> Result<()> {
        let began = Instant::now();
        while !is_so() {
            let (acknowledged, odd) = (self.acknowledged(), self.odd());
            ensure!(began.elapsed() < most, "stuck at {acknowledged} acknowledged; odd: {odd:?}");
            sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    fn send_all(&self, page: usize) {
        let mut random = Random::new(self.seed ^ (page as u64) << 40);
        let mut line = None;
        loop {
            let run = random.bytes();
            for sequence in 0..self.beacons_a_run {
                if self.is_over.load(Ordering::Relaxed) {
                    return;
                }
                self.deliver((run, sequence), &mut line);
                if !self.pause.is_zero() {
                    sleep(self.pause);
                }
            }
        }
    }

    fn deliver(&self, key: Key, line: &mut Option<Line>) {
        let request = post(&frame(key, now()));
        let began = Instant::now();
        self.ledger.sends(key);
        // From the end on, whatever it waited before: the server may just be starting.
        while self.over_at.get().is_none_or(|over_at| over_at.elapsed() <= GIVE_UP) {
            match self.try_once(&request, line).map(|answer| answer.status) {
                Some(200 | 204) => return self.note(key, began),
                Some(503 | 429) => _ = self.delays.fetch_add(1, Ordering::Relaxed),
                Some(other) => {
                    let mut odd = self.odd.lock().unwrap_or_else(PoisonError::into_inner);
                    *odd.entry(other).or_default() += 1;
                    *line = None;
                }
                None => *line = None,
            }
            self.retries.fetch_add(1, Ordering::Relaxed);
            // Leaves the core to the server; a page would wait a second.
            sleep(Duration::from_millis(15));
        }
    }

    fn note(&self, key: Key, began: Instant) {
        self.ledger.acknowledged(key);
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.slowest_ms.fetch_max(took_ms, Ordering::Relaxed);
    }

    fn try_once(&self, request: &[u8], line: &mut Option<Line>) -> Option<Answer> {
        if line.is_none() {
            let port = Some(self.port.load(Ordering::Relaxed)).filter(|port| *port > 0)?;
            *line = Line::open(port).ok();
        }
        let line = line.as_mut()?;
        line.send(request).ok()?;
        line.answer().ok()
    }
}

/// A page load says about so much.
const BEACONS_A_RUN: u32 = 20;

/// Who is not acknowledged by then goes away, at the end.
const GIVE_UP: Duration = Duration::from_secs(10);

/// Nobody acknowledges any more.
const STUCK: Duration = Duration::from_mins(5);
