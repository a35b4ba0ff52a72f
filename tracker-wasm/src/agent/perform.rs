//! Inputs into the engine and the outbox, and their effects into the world.

use beacon::{Body, Item, Millis, outbox};
use engine::{Effect, Input};

use super::Agent;
use super::clock::Timer;
use super::identity::{decimal, hex};
use super::run::Run;
use beacon::outbox::RESTORED_FROM;

impl Agent {
    /// Lets the engine take an input and obeys it.
    pub(super) fn feed(&'static self, at: Millis, input: Input) {
        let effects = self.run.borrow_mut().as_mut().map(|run| run.engine.handle(at, input));
        for effect in effects.into_iter().flatten() {
            self.perform(at, effect);
        }
    }

    fn perform(&'static self, at: Millis, effect: Effect) {
        match effect {
            Effect::Report(item) => self.report(at, item),
            Effect::Prepare => self.prepare_surface(),
            Effect::Act(show) => self.show(show),
            Effect::WakeAt(at) => set(self.engine_timer.get(), self, at),
        }
    }

    fn report(&'static self, at: Millis, item: Item) {
        let noticed = match &item.body {
            Body::Noticed(signal) => Some(signal.clone()),
            _ => None,
        };
        self.carry(at, outbox::Input::Push(item));
        if let Some(signal) = noticed {
            self.announce_signal(&signal);
        }
    }

    /// Lets the outbox take an input and obeys it.
    pub(super) fn carry(&'static self, at: Millis, input: outbox::Input) {
        let effects = self.run.borrow_mut().as_mut().map(|run| run.outbox.handle(at, input));
        for effect in effects.into_iter().flatten() {
            self.transport(effect);
        }
    }

    fn transport(&'static self, effect: outbox::Effect) {
        match effect {
            outbox::Effect::Send { sequence, bytes, is_last_chance } => {
                self.post(sequence, &bytes, is_last_chance);
            }
            outbox::Effect::Keep { sequence, bytes } => {
                self.storage.keep_frame(&self.frame_name(sequence), &bytes);
            }
            outbox::Effect::Forget { sequence } => {
                self.storage.forget_frame(&self.frame_name(sequence));
            }
            outbox::Effect::WakeAt(at) => set(self.outbox_timer.get(), self, at),
            // Nothing can be done for them; the gap in the sequence tells the collector.
            outbox::Effect::Dropped { .. } => {}
        }
    }

    /// Under which name a frame is kept.
    fn frame_name(&self, sequence: u32) -> String {
        let run = self.run.borrow();
        let Some(run) = run.as_ref() else { return String::new() };
        run.restored_name(sequence)
            .unwrap_or_else(|| [&hex(&run.id.0), ".", &decimal(sequence.into())].concat())
    }
}

impl Run {
    fn restored_name(&self, sequence: u32) -> Option<String> {
        let index = usize::try_from(sequence.checked_sub(RESTORED_FROM)?).ok()?;
        self.restored.get(index).cloned()
    }
}

fn set(timer: Option<&Timer>, agent: &Agent, at: Millis) {
    if let Some(timer) = timer {
        timer.set(&agent.clock, at);
    }
}
