//! A visit as the engine can read it: its runs, each with all its items.

use beacon::item::Began;
use beacon::{Body, Item, Millis};

use crate::store::StoredRun;

/// One visit: the runs that can be replayed, in the order in which they began.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    /// Its session, or its run where consent gave no session.
    pub(crate) visit: Vec<u8>,
    /// On the collector's clock.
    pub(crate) began_at: Millis,
    pub(crate) runs: Vec<Run>,
    /// Runs left out because beacons are missing.
    pub(crate) incomplete: u64,
}

/// One page load, from its beginning to its last item.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) began: Began,
    /// All of them, the beginning and the reported verdicts too.
    pub(crate) items: Vec<Item>,
    /// Version of the agent that sent them: major · 1000 + minor.
    pub(crate) agent: u16,
}

impl Run {
    /// `None` when a beacon is missing: what came after it cannot be judged as the page did.
    pub(crate) fn read(stored: &StoredRun) -> Option<Self> {
        let mut items = Vec::new();
        let mut agent = 0;
        for (place, (sequence, frame)) in (0_u32..).zip(&stored.frames) {
            if place != *sequence {
                return None;
            }
            let beacon = beacon::frame::reopen(frame).ok()?;
            agent = beacon.header.agent;
            if items.is_empty() {
                items = beacon.items;
            } else {
                items.extend(beacon.items);
            }
        }
        match items.first().map(|item| &item.body) {
            Some(Body::Began(began)) => Some(Self { began: began.clone(), items, agent }),
            _ => None,
        }
    }

    /// When an item happened, on the visitor's clock, milliseconds since 1970.
    pub(crate) fn wall(&self, at: Millis) -> u64 {
        self.began.wall.plus(at.0).0
    }
}

impl Story {
    /// When its first page load began, on the visitor's clock, milliseconds since 1970.
    pub(crate) fn began_wall(&self) -> u64 {
        self.runs.iter().map(|run| run.began.wall.0).min().unwrap_or_default()
    }

    pub(crate) fn read(stored: &[StoredRun]) -> Self {
        let runs: Vec<Run> = stored.iter().filter_map(Run::read).collect();
        let incomplete = (stored.len() - runs.len()) as u64;
        let (visit, began_at) =
            stored.first().map(|run| (run.visit.clone(), run.began_at)).unwrap_or_default();
        Self { visit, began_at, runs, incomplete }
    }
}
