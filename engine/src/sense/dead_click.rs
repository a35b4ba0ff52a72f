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
    pub(super) due: u64,
    target: Target,
}

impl DeadClick {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self { due: NEVER, target: Target::Plain };

    pub(super) fn pressed(&mut self, now: u64, target: Target) {
        if matches!(target, Target::Link | Target::Button) && self.due == NEVER {
            (self.due, self.target) = (now + DEAD_CLICK_MS, target);
        }
    }

    pub(super) fn answered(&mut self) {
        self.due = NEVER;
    }

    /// Concludes when the time for an answer is over.
    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        if now < self.due {
            return None;
        }
        self.answered();
        Some(Signal::DeadClick { target: self.target })
    }
}
