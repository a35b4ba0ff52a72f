//! A visit as the engine can read it: its runs, each with all its items.

use beacon::item::Began;
use beacon::{Body, Item, Millis};
use nunchi_api::campaigns::Replayed;

use crate::store::{Span, Store, StoreError, StoredRun};

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
            let beacon = beacon::frame::decode(frame).ok()?;
            agent = beacon.header.agent;
            items.extend(beacon.items);
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

/// Reads the visits of a span one after the other and counts them. `progress` is told how many of
/// how many page loads were read.
pub(crate) fn each_story(
    from: &Store,
    span: Span,
    mut progress: impl FnMut(u64, u64),
    mut take: impl FnMut(Story),
) -> Result<Replayed, StoreError> {
    let total = from.count_runs(span)?;
    let mut over = Replayed { from: span.from, to: span.to, ..Replayed::default() };
    let mut seen = 0;
    from.each_visit(span, |stored| {
        seen += stored.len() as u64;
        progress(seen, total);
        let story = Story::read(&stored);
        over.sessions += 1;
        over.incomplete += story.incomplete;
        over.runs += story.runs.len() as u64;
        over.items += story.runs.iter().map(|run| run.items.len() as u64).sum::<u64>();
        take(story);
    })?;
    Ok(over)
}
