//! Did the page answer a press? An observer of the document, set by a press and taken away with the
//! first change or when the time is over: it is not there while nobody waits for it.

use core::cell::Cell;

use beacon::item::Target;
use engine::config::RAGE_GAP_MS;
use engine::observation::Observation;

use crate::agent::clock::Timer;
use crate::agent::{Agent, border};

/// Who waits, and how long.
pub(in crate::agent) struct Reaction {
    give_up: Timer,
    is_hearing_selections: Cell<bool>,
    awaited_by: Cell<Option<Target>>,
}

impl Default for Reaction {
    fn default() -> Self {
        Self {
            give_up: Timer::new(|agent, _| {
                if agent.sources.reaction.give_up.rang(agent) {
                    agent.stop_awaiting();
                }
            }),
            is_hearing_selections: Cell::default(),
            awaited_by: Cell::default(),
        }
    }
}

impl Agent {
    /// A press waits for an answer.
    pub(super) fn await_reaction(&'static self, target: Target) {
        let reaction = &self.sources.reaction;
        if !reaction.is_hearing_selections.replace(true) {
            self.listen_to(&self.page.document, "selectionchange", |agent, _| {
                agent.text_selected();
            });
        }
        if reaction.awaited_by.replace(Some(target)).is_none() {
            border::observe(self.ear(|agent, _| agent.page_reacted()));
        }
        reaction.give_up.set(self, self.clock.now().plus(RAGE_GAP_MS));
    }

    /// The page answered, as far as anybody waits for it.
    pub(super) fn page_reacted(&'static self) {
        if self.stop_awaiting() {
            self.observe(Observation::PageReacted);
        }
    }

    /// Text was selected. On a control it is a by-product of quick presses, not an answer.
    fn text_selected(&'static self) {
        let is_plain = self.sources.reaction.awaited_by.get() == Some(Target::Plain);
        if is_plain && border::is_selecting() {
            self.page_reacted();
        }
    }

    fn stop_awaiting(&self) -> bool {
        border::stop_observing();
        self.sources.reaction.awaited_by.take().is_some()
    }
}
