//! How often somebody may try to sign in.

use std::collections::{BTreeMap, VecDeque};

/// So many tries within so many milliseconds, whichever span one looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) tries: usize,
    pub(super) within_ms: u64,
}

/// Of one network: guessing 256 bits is hopeless anyway, this keeps the log readable.
pub(super) const OF_NETWORK: Limit = Limit { tries: 10, within_ms: 60_000 };

/// Of one person, whoever tries. Who is signed in stays so.
pub(super) const OF_PERSON: Limit = Limit { tries: 20, within_ms: 3_600_000 };

/// Of all together, for each takes a while of a core.
pub(super) const OF_ALL: Limit = Limit { tries: 120, within_ms: 60_000 };

/// Tries that were not good, by whom they count for. Keeps at most [`KEYS_MAX`]; those who tried
/// longest ago are forgotten first, which takes longer than their hour, for all together are limited.
#[derive(Debug, Default)]
pub(super) struct Pace {
    tries: BTreeMap<String, VecDeque<u64>>,
}

impl Pace {
    /// Counts a try at `now`, unless there were too many: then `false`.
    pub(super) fn tries(&mut self, keys: &[(&str, Limit)], now: u64) -> bool {
        let is_full = |(key, limit): &(&str, Limit)| {
            let Some(tries) = self.tries.get_mut(*key) else { return false };
            tries.retain(|at| now.saturating_sub(*at) < limit.within_ms);
            tries.len() >= limit.tries
        };
        if keys.iter().any(is_full) {
            return false;
        }
        for (key, _) in keys {
            self.make_room(key);
            self.tries.entry((*key).into()).or_default().push_back(now);
        }
        true
    }

    /// The last try was good: it does not count.
    pub(super) fn was_good(&mut self, keys: &[(&str, Limit)]) {
        for (key, _) in keys {
            if let Some(tries) = self.tries.get_mut(*key) {
                tries.pop_back();
            }
        }
    }

    fn make_room(&mut self, key: &str) {
        if self.tries.len() < KEYS_MAX || self.tries.contains_key(key) {
            return;
        }
        let oldest = self.tries.iter().min_by_key(|(_, tries)| tries.back().copied());
        if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
            self.tries.remove(&oldest);
        }
    }
}

/// Whom tries count for.
const KEYS_MAX: usize = 10_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn in_no_span_are_there_more_tries_than_allowed(
            steps in proptest::collection::vec((0_usize..3, 0_u64..900_000), 1..400),
        ) {
            let (mut pace, mut now, mut allowed) = (Pace::default(), 0, Vec::new());
            for (who, step) in steps {
                now += step;
                let name = format!("person {who}");
                if pace.tries(&[(&name, OF_PERSON), ("all", OF_ALL)], now) {
                    allowed.push((who, now));
                }
            }
            for (who, at) in &allowed {
                let within = |it: &&(usize, u64)| it.1 >= *at && it.1 - at < OF_PERSON.within_ms;
                let mine = allowed.iter().filter(|it| it.0 == *who).filter(within).count();
                prop_assert!(mine <= OF_PERSON.tries);
            }
        }
    }

    #[test]
    fn good_tries_do_not_count_and_memory_has_an_end() {
        let mut pace = Pace::default();
        for _ in 0..50 {
            assert!(pace.tries(&[("a", OF_NETWORK)], 0));
            pace.was_good(&[("a", OF_NETWORK)]);
        }
        for key in 0..KEYS_MAX + 5 {
            assert!(pace.tries(&[(&key.to_string(), OF_NETWORK)], key as u64));
        }
        assert_eq!(pace.tries.len(), KEYS_MAX);
    }
}
