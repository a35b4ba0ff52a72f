//! A press on a link or a button that nothing answered.
//!
//! An answer is a change of the page, a scroll, a selection, a popup, the focus of a field, a new view
//! or the tab going away, within [`DEAD_CLICK_MS`] of the press; further presses meanwhile are not
//! counted anew, and a rage click says it already. Fields and steppers answer in ways that are not watched; plain page and pictures
//! promise nothing. Known false alarm: a link that starts a download.

use beacon::item::{Signal, Target};

use crate::config::{DEAD_CLICK_MS, NEVER};

/// The press that waits.
#[derive(Debug)]
pub(super) struct DeadClick {
    waiting: Option<(u64, Target)>,
}

impl DeadClick {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self { waiting: None };

    pub(super) fn pressed(&mut self, now: u64, target: Target) {
        if matches!(target, Target::Link | Target::Button) {
            self.waiting.get_or_insert((now.saturating_add(DEAD_CLICK_MS), target));
        }
    }

    pub(super) fn answered(&mut self) {
        self.waiting = None;
    }

    /// Concludes when the time for an answer is over.
    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        let (_, target) = self.waiting.take_if(|(due, _)| *due <= now)?;
        Some(Signal::DeadClick { target })
    }

    pub(super) fn due(&self) -> u64 {
        self.waiting.map_or(NEVER, |(due, _)| due)
    }
}
