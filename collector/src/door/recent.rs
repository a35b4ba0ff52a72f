//! What was let in lately, by whom: when somebody turns out to send too much, what was believed of him until then is not
//! believed any more. Addresses are forgotten within a minute, and stand in memory only.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use beacon::{Millis, RunId};

use super::Prefix;

/// Names a stored beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its site, as the store knows it.
    pub site: i64,
    /// Its page load.
    pub run: RunId,
    /// Its number in the page load.
    pub sequence: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Millis,
    network: Option<Prefix>,
    beacon: Earlier,
}

/// The last [`ENTRIES_MAX`] of the last [`KEPT_MS`].
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<VecDeque<Entry>>);

impl Recent {
    /// A beacon is believed.
    pub(super) fn note(&self, network: Option<Prefix>, beacon: Earlier, now: Millis) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while entries.front().is_some_and(|it| now.since(it.at) > KEPT_MS) {
            entries.pop_front();
        }
        if entries.len() >= ENTRIES_MAX {
            entries.pop_front();
        }
        entries.push_back(Entry { at: now, network, beacon });
    }

    /// Takes out what came from this network.
    pub(super) fn take_network(&self, network: Prefix) -> Vec<Earlier> {
        self.take(|entry| entry.network == Some(network))
    }

    /// Takes out what this page load sent.
    pub(super) fn take_run(&self, run: RunId) -> Vec<Earlier> {
        self.take(|entry| entry.beacon.run == run)
    }

    fn take(&self, is_meant: impl Fn(&Entry) -> bool) -> Vec<Earlier> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let meant =
            entries.iter().filter(|entry| is_meant(entry)).map(|entry| entry.beacon).collect();
        entries.retain(|entry| !is_meant(entry));
        meant
    }
}

/// Longer than any bucket takes to run dry at twice its rate.
const KEPT_MS: u64 = 60_000;

/// Some 4 MiB.
const ENTRIES_MAX: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_network_or_a_run_sent_is_taken_once_and_old_entries_are_forgotten() {
        let recent = Recent::default();
        let beacon = |run: u8, sequence| Earlier { site: 1, run: RunId([run; 16]), sequence };
        let (ours, theirs) = (Some(Prefix::V4([10, 0, 0])), Some(Prefix::V4([10, 0, 1])));
        recent.note(ours, beacon(1, 0), Millis(0));
        recent.note(theirs, beacon(2, 0), Millis(30_000));
        recent.note(ours, beacon(1, 1), Millis(KEPT_MS + 1));
        recent.note(None, beacon(3, 0), Millis(KEPT_MS + 1));
        assert_eq!(recent.take_network(Prefix::V4([10, 0, 0])), [beacon(1, 1)]);
        assert_eq!(recent.take_network(Prefix::V4([10, 0, 0])), []);
        assert_eq!(recent.take_run(RunId([3; 16])), [beacon(3, 0)]);
        assert_eq!(recent.take_run(RunId([2; 16])), [beacon(2, 0)]);
    }

    #[test]
    fn a_flood_takes_no_more_memory() {
        let recent = Recent::default();
        for sequence in 0..100_000 {
            recent.note(None, Earlier { site: 1, run: RunId([1; 16]), sequence }, Millis(0));
        }
        let left = recent.take_run(RunId([1; 16]));
        assert_eq!((left.len(), left[0].sequence), (ENTRIES_MAX, 100_000 - 65_536));
    }
}
