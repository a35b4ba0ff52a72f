//! The tab was left for another, and came back.

use beacon::item::Signal;

/// Since when the tab is away.
#[derive(Debug)]
pub(super) struct Tab {
    away_since: Option<u64>,
}

impl Tab {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self { away_since: None };

    /// Hidden or out of focus. Browsers say both, in either order; the first one counts.
    pub(super) fn left(&mut self, now: u64) -> Option<Signal> {
        if self.away_since.is_some() {
            return None;
        }
        self.away_since = Some(now);
        Some(Signal::TabHidden)
    }

    /// Visible and in focus again; after how many milliseconds.
    pub(super) fn returned(&mut self, now: u64) -> Option<u64> {
        self.away_since.take().map(|then| now.saturating_sub(then))
    }
}
