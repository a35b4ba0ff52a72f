//! Did the page answer a press? An observer of the document, set by a press and taken away with the
//! first change or when the time is over: it is not there while nobody waits for it.

use core::cell::Cell;

use engine::config::DEAD_CLICK_MS;
use engine::observation::Observation;

use crate::agent::clock::Timer;
use crate::agent::page::ear;
use crate::agent::{Agent, border};

/// Who waits, and how long.
pub(in crate::agent) struct Reaction {
    give_up: Timer,
    is_awaited: Cell<bool>,
}

impl Default for Reaction {
    fn default() -> Self {
        Self {
            give_up: Timer::new(|agent, _| {
                if agent.sources.reaction.give_up.rang() {
                    agent.stop_awaiting();
                }
            }),
            is_awaited: Cell::default(),
        }
    }
}

impl Agent {
    /// A press waits for an answer.
    pub(super) fn await_reaction(&'static self) {
        let reaction = &self.sources.reaction;
        if !reaction.is_awaited.replace(true) {
            border::observe(ear(|agent, _| agent.page_reacted()));
        }
        reaction.give_up.set(self, self.clock.now().plus(DEAD_CLICK_MS));
    }

    /// The page answered, as far as anybody waits for it.
    pub(super) fn page_reacted(&'static self) {
        if self.stop_awaiting() {
            self.observe(Observation::PageReacted);
        }
    }

    fn stop_awaiting(&self) -> bool {
        let is_awaited = self.sources.reaction.is_awaited.take();
        if is_awaited {
            border::stop_observing();
        }
        is_awaited
    }
}
