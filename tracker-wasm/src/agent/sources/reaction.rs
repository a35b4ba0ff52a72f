//! Did the page answer a press? An observer of the document, set by a press and taken away with the
//! first change: it is not there while nobody waits for it. A change that comes when the time for an
//! answer is long over tells nothing new, and costs less than a timer for each press.

use core::cell::Cell;

use engine::observation::Observation;

use crate::agent::page::ear;
use crate::agent::{Agent, border};

/// Whether a press waits.
#[derive(Default)]
pub(in crate::agent) struct Reaction {
    is_awaited: Cell<bool>,
}

impl Agent {
    /// A press waits for an answer.
    pub(super) fn await_reaction(&self) {
        if !self.sources.reaction.is_awaited.replace(true) {
            border::observe(ear(|agent, _| agent.page_reacted()));
        }
    }

    /// The page answered, as far as anybody waits for it.
    pub(super) fn page_reacted(&'static self) {
        if self.sources.reaction.is_awaited.take() {
            border::stop_observing();
            self.observe(Observation::PageReacted);
        }
    }
}
