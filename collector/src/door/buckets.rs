//! Token buckets by key, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use beacon::Millis;

/// So many a minute in the long run, as many at once as come together in `burst_s` seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// 0: as many as come.
    pub(super) per_minute: u32,
    /// Seconds.
    pub(super) burst_s: u32,
    /// Who ran dry is let in again when so much of a full bucket has come together, percent. All that
    /// comes meanwhile counts as well, so who keeps on sending too much stays out as long as he does.
    pub(super) back_at_percent: u32,
}

impl Rate {
    fn cost_us(&self) -> u64 {
        60_000_000 / u64::from(self.per_minute)
    }

    /// At least one is always let in.
    fn full_us(&self) -> u64 {
        (u64::from(self.burst_s) * 1_000_000).max(self.cost_us())
    }

    fn back_us(&self) -> u64 {
        (self.full_us() / 100 * u64::from(self.back_at_percent)).max(self.cost_us())
    }
}

/// What a bucket says to one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Yes,
    /// It ran dry with this one.
    NoMore,
    /// It was dry before.
    No,
}

impl Said {
    pub(super) fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

/// Buckets of everybody who came lately. At most `places` of them: when all are taken, those that
/// are full again are forgotten (they remember nothing), and as long as that frees none, whoever is
/// new shares one bucket with all others who are new.
#[derive(Debug)]
pub(super) struct Buckets<K> {
    places: usize,
    state: Mutex<State<K>>,
}

#[derive(Debug)]
struct State<K> {
    known: HashMap<K, Bucket>,
    crowd: Option<Bucket>,
    swept_at: Millis,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Microseconds of saved-up time; each arrival costs some.
    saved_us: u64,
    at: Millis,
    is_dry: bool,
}

impl<K: Hash + Eq> Buckets<K> {
    pub(super) fn new(places: usize) -> Self {
        let state = State { known: HashMap::new(), crowd: None, swept_at: Millis(0) };
        Self { places, state: Mutex::new(state) }
    }

    /// Whether `key` may do one more at `now`, which is counted.
    pub(super) fn take(&self, key: K, rate: &Rate, now: Millis) -> Said {
        if rate.per_minute == 0 {
            return Said::Yes;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = state.known.get_mut(&key) {
            return bucket.take(rate, now);
        }
        if state.known.len() >= self.places {
            state.sweep(rate, now);
        }
        let fresh = Bucket { saved_us: rate.full_us(), at: now, is_dry: false };
        if state.known.len() < self.places {
            state.known.entry(key).or_insert(fresh).take(rate, now)
        } else {
            state.crowd.get_or_insert(fresh).take(rate, now)
        }
    }

    /// How many have a bucket of their own.
    pub(super) fn len(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).known.len()
    }
}

impl<K: Hash + Eq> State<K> {
    /// Forgets full buckets, at most once a second: going through all of them for each stranger would
    /// be the very work that a flood is after.
    fn sweep(&mut self, rate: &Rate, now: Millis) {
        if now.since(self.swept_at) < 1_000 {
            return;
        }
        self.swept_at = now;
        self.known.retain(|_, bucket| {
            bucket.fill(rate, now);
            bucket.saved_us < rate.full_us()
        });
    }
}

impl Bucket {
    fn fill(&mut self, rate: &Rate, now: Millis) {
        let come_together = now.since(self.at).saturating_mul(1_000);
        self.saved_us = self.saved_us.saturating_add(come_together).min(rate.full_us());
        self.at = now;
    }

    fn take(&mut self, rate: &Rate, now: Millis) -> Said {
        let was_dry = self.is_dry;
        self.fill(rate, now);
        self.is_dry &= self.saved_us < rate.back_us();
        self.is_dry |= self.saved_us < rate.cost_us();
        self.saved_us = self.saved_us.saturating_sub(rate.cost_us());
        match (was_dry, self.is_dry) {
            (_, false) => Said::Yes,
            (false, true) => Said::NoMore,
            (true, true) => Said::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60 at once, then one a second.
    const RATE: Rate = Rate { per_minute: 60, burst_s: 60, back_at_percent: 50 };

    fn taken(buckets: &Buckets<u32>, key: u32, times: u32, now: u64) -> usize {
        (0..times).filter(|_| buckets.take(key, &RATE, Millis(now)).is_yes()).count()
    }

    #[test]
    fn a_minutes_worth_is_taken_at_once_and_others_are_not_touched() {
        let buckets = Buckets::new(8);
        assert_eq!(taken(&buckets, 1, 100, 0), 60);
        assert_eq!(taken(&buckets, 2, 100, 0), 60);
    }

    #[test]
    fn running_dry_is_said_once() {
        let buckets = Buckets::new(8);
        taken(&buckets, 1, 60, 0);
        let said = [0, 0, 40_000].map(|now| buckets.take(1, &RATE, Millis(now)));
        assert_eq!(said, [Said::NoMore, Said::No, Said::Yes]);
    }

    #[test]
    fn who_ran_dry_is_back_when_half_has_come_together() {
        let buckets = Buckets::new(8);
        taken(&buckets, 1, 61, 0);
        assert_eq!(taken(&buckets, 1, 1, 29_000), 0);
        // What was tried meanwhile counted too.
        assert_eq!(taken(&buckets, 1, 1, 30_500), 0);
        assert_eq!(taken(&buckets, 1, 100, 33_000), 31);
    }

    #[test]
    fn who_goes_on_sending_too_much_stays_out() {
        let buckets = Buckets::new(8);
        let ten_a_second =
            (0..36_000).filter(|i| buckets.take(1, &RATE, Millis(i * 100)).is_yes()).count();
        assert!(ten_a_second < 70, "{ten_a_second} in an hour");
    }

    #[test]
    fn a_rate_of_nothing_is_no_limit() {
        let buckets = Buckets::new(1);
        let free = Rate { per_minute: 0, ..RATE };
        assert!((0..10_000).all(|key| buckets.take(key, &free, Millis(0)).is_yes()));
        assert_eq!(buckets.len(), 0);
    }

    #[test]
    fn a_clock_that_steps_back_takes_nothing_away() {
        let buckets = Buckets::new(8);
        taken(&buckets, 1, 10, 1_000_000);
        assert_eq!(taken(&buckets, 1, 100, 0), 50);
    }

    #[test]
    fn a_flood_of_strangers_takes_no_more_memory_and_no_bucket_of_others() {
        let buckets = Buckets::new(100);
        taken(&buckets, 0, 1, 0);
        let strangers =
            (1..10_000).filter(|&key| buckets.take(key, &RATE, Millis(0)).is_yes()).count();
        assert_eq!((buckets.len(), strangers), (100, 99 + 60));
        assert_eq!(taken(&buckets, 0, 100, 0), 59, "who was there before keeps his own");
        // All are full again a while later: there is room for who is new.
        assert_eq!(taken(&buckets, 20_000, 100, 70_000), 60);
        assert_eq!(buckets.len(), 1);
    }
}
