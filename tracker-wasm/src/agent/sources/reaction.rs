//! Did the page answer a press? An observer of the document, set by a press and taken away with the
//! first change or when the time is over: it is not there while nobody waits for it.

use std::cell::{Cell, OnceCell};

use beacon::item::Target;
use engine::config::RAGE_GAP_MS;
use engine::observation::Observation;
use web_sys::{MutationObserver, MutationObserverInit};

use crate::agent::Agent;
use crate::agent::clock::Timer;

/// The observer, while a press waits for an answer.
#[derive(Default)]
pub(in crate::agent) struct Reaction {
    observer: OnceCell<Option<MutationObserver>>,
    give_up: OnceCell<Timer>,
    awaited_by: Cell<Option<Target>>,
}

impl Agent {
    /// A press waits for an answer.
    pub(super) fn await_reaction(&'static self, target: Target) {
        let reaction = &self.sources.reaction;
        let was_awaited = reaction.awaited_by.replace(Some(target)).is_some();
        if !was_awaited && let Some(observer) = self.observer() {
            let init = MutationObserverInit::new();
            init.set_subtree(true);
            init.set_child_list(true);
            init.set_attributes(true);
            init.set_character_data(true);
            // It cannot fail: something is to be observed.
            let _ = observer.observe_with_options(&self.page.document, &init);
        }
        let give_up = reaction.give_up.get_or_init(|| {
            Timer::new(self.callback(|agent, _| {
                if agent.sources.reaction.give_up.get().is_some_and(Timer::rang) {
                    agent.stop_awaiting();
                }
            }))
        });
        give_up.set(&self.clock, self.clock.now().plus(RAGE_GAP_MS));
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
        let selection = || self.page.window.get_selection().ok().flatten();
        if is_plain && selection().is_some_and(|selection| !selection.is_collapsed()) {
            self.page_reacted();
        }
    }

    fn stop_awaiting(&self) -> bool {
        let reaction = &self.sources.reaction;
        if let Some(Some(observer)) = reaction.observer.get() {
            observer.disconnect();
        }
        reaction.awaited_by.take().is_some()
    }

    fn observer(&'static self) -> Option<&'static MutationObserver> {
        let reaction = &self.sources.reaction;
        let make = || {
            self.listen_to(&self.page.document, "selectionchange", |agent, _| {
                agent.text_selected();
            });
            MutationObserver::new(&self.callback(|agent, _| agent.page_reacted())).ok()
        };
        reaction.observer.get_or_init(make).as_ref()
    }
}
