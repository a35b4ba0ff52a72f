//! The crowd: simulated shoppers around the real engine and the real outbox, over real HTTP.
//!
//! Each shopper has a persona that walks through the shop in straight-line code; the browser around
//! it turns steps into observations and facts, obeys the engine's effects and posts its beacons.
//! Time is virtual, so that a day passes in seconds; live shoppers wait for the wall clock.
//!
//! Behaviour depends on the seed alone. Ids depend on the beginning as well: the same seed tomorrow
//! is another day's crowd, not a replay of the same beacons.

mod browser;
mod persona;
mod random;
mod tab;
mod wire;

use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beacon::SiteKey;

use browser::Browser;
use persona::Persona;
use random::Random;
use wire::Wire;

/// Who comes, when, and where to.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Origin of the collector.
    pub collector: String,
    /// Whose pack, and whom the beacons are for.
    pub site: SiteKey,
    /// Origin of the shop, as browsers would send it.
    pub origin: String,
    /// How many come before it goes on live.
    pub shoppers: u32,
    /// Decides who they are and what they do.
    pub seed: u64,
    /// Span before [`Plan::now`] over which they came, at most [`PAST_MAX`]; `None`: they come now.
    pub past: Option<Duration>,
    /// How much faster than life live shoppers move.
    pub pace: f64,
    /// How many of them are in the shop at once, at most [`LIVE_MAX`].
    pub live: u32,
    /// The wall clock, milliseconds since 1970.
    pub now: u64,
}

/// Longest past: a beacon older than the dedup marks is refused (73 h).
pub const PAST_MAX: Duration = Duration::from_hours(72);

/// Most live shoppers in the shop at once: each has a thread.
pub const LIVE_MAX: u32 = 1_000;

/// As many as a small shop has, and as a person can follow.
pub const LIVE: u32 = 12;

/// What the crowd did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Shoppers that came.
    pub shoppers: u32,
    /// Pages and routes they saw.
    pub views: u32,
    /// Offers and invitations put before them.
    pub offers: u32,
    /// Of these, taken.
    pub accepted: u32,
    /// Orders placed.
    pub purchases: u32,
    /// Beacons that were acknowledged.
    pub beacons: u32,
    /// Beacons refused for good.
    pub refused: u32,
}

/// Why a crowd could not come.
#[derive(Debug, thiserror::Error)]
pub enum CrowdError {
    /// The collector did not give a pack.
    #[error("no pack from {address}: {reason}")]
    NoPack {
        /// What was asked.
        address: String,
        /// What came instead.
        reason: String,
    },
}

/// Milliseconds since 1970 on this machine's clock.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Sends the whole crowd at once: its time is virtual.
///
/// # Errors
/// When the collector gives no pack. Beacons that find no collector later are lost, as in life.
pub fn rush(plan: &Plan) -> Result<Tally, CrowdError> {
    let wire = Wire::open(plan)?;
    let next = AtomicU32::new(0);
    let work = || {
        let mut tally = Tally::default();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= plan.shoppers {
                return tally;
            }
            tally.add(shopper(plan, &wire, index, Pace::Instant));
        }
    };
    // The collector commits in groups: a few senders at once cost it no more than one.
    let mut sum = Tally::default();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..SENDERS).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            sum.add(worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
    });
    Ok(sum)
}

/// Lets shoppers walk in real time, [`Plan::live`] of them at once, without end. `on_start` is called
/// when the first one sets out.
///
/// # Errors
/// When the collector gives no pack.
pub fn live(plan: &Plan, on_start: impl FnOnce()) -> Result<(), CrowdError> {
    let wire = Wire::open(plan)?;
    on_start();
    let next = AtomicU32::new(plan.shoppers);
    thread::scope(|scope| {
        for lane in 0..plan.live.min(LIVE_MAX) {
            let (next, wire) = (&next, &wire);
            scope.spawn(move || stroll(plan, wire, next, lane));
        }
    });
    Ok(())
}

/// One place in the shop: a shopper comes, walks, leaves; after a while another one comes.
fn stroll(plan: &Plan, wire: &Wire, next: &AtomicU32, lane: u32) {
    let mut gaps = Random::new(plan.seed, u64::from(lane) | 1 << 40);
    let mut pause = |from, to| {
        let ms = gaps.between(from, to);
        thread::sleep(Duration::from_millis(ms).div_f64(plan.pace));
    };
    // However many they are, they come in a little more than a minute.
    pause(0, u64::from(lane) * 72_000 / u64::from(plan.live.max(1)));
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        shopper(plan, wire, index, Pace::Live(plan.pace));
        pause(2_000, 40_000);
    }
}

/// One shopper's whole visit.
fn shopper(plan: &Plan, wire: &Wire, index: u32, pace: Pace) -> Tally {
    let mut random = Random::new(plan.seed, u64::from(index));
    let arrival = match pace {
        Pace::Instant => arrival(plan, index, &mut random),
        Pace::Live(_) => now(),
    };
    let persona = Persona::draw(&mut random);
    let mut browser = Browser::new(wire, plan, index, persona, random, arrival, pace);
    persona.visit(&mut browser);
    browser.close()
}

/// Spread evenly over the past, with some jitter; nobody is still there now.
fn arrival(plan: &Plan, index: u32, random: &mut Random) -> u64 {
    let past = plan.past.unwrap_or(VISIT_MAX).clamp(VISIT_MAX, PAST_MAX).as_millis();
    let span = u64::try_from(past).unwrap_or(0) - u64::try_from(VISIT_MAX.as_millis()).unwrap_or(0);
    let slot = span / u64::from(plan.shoppers.max(1));
    let into = slot * u64::from(index) + random.between(0, slot.max(1));
    plan.now - u64::try_from(past).unwrap_or(0) + into
}

/// No visit is longer; one that began so long ago is over.
const VISIT_MAX: Duration = Duration::from_mins(15);

const SENDERS: u32 = 4;

/// How a shopper's clock runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pace {
    /// At once.
    Instant,
    /// This much faster than life.
    Live(f64),
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.shoppers += other.shoppers;
        self.views += other.views;
        self.offers += other.offers;
        self.accepted += other.accepted;
        self.purchases += other.purchases;
        self.beacons += other.beacons;
        self.refused += other.refused;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shoppers, views, offers, accepted, purchases, beacons, refused } = self;
        write!(
            f,
            "{shoppers} shoppers, {views} views, {offers} offers ({accepted} taken), \
             {purchases} purchases, {beacons} beacons ({refused} refused)"
        )
    }
}
