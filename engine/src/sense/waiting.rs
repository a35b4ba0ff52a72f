//! Nobody answers: the visitor asked something in the chat and waits.
//!
//! Said at each of [`WAITING_STEPS_S`] after the first message that stands unanswered; of several that
//! passed at once (a laptop slept) the last. Whoever waits does so in another tab as well.

use beacon::item::Signal;

use crate::config::{NEVER, WAITING_STEPS_S};

/// Since when, and how far that was said.
#[derive(Debug)]
pub(super) struct Waiting {
    since: u64,
    step: usize,
}

impl Waiting {
    /// Nobody waits.
    pub(super) const NEW: Self = Self { since: NEVER, step: 0 };

    pub(super) fn asked(&mut self, now: u64) {
        if self.since == NEVER {
            *self = Self { since: now, step: 0 };
        }
    }

    pub(super) fn answered(&mut self) {
        self.since = NEVER;
    }

    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        let mut signal = None;
        while now >= self.due() {
            signal = WAITING_STEPS_S.get(self.step).map(|&seconds| Signal::Waiting { seconds });
            self.step += 1;
        }
        signal
    }

    pub(super) fn due(&self) -> u64 {
        let step = WAITING_STEPS_S.get(self.step);
        step.map_or(NEVER, |&seconds| self.since.saturating_add(u64::from(seconds) * 1_000))
    }
}
