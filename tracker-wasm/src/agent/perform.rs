//! Inputs into the engine and the outbox, and their effects into the world.

use alloc::vec::Vec;

use beacon::{Body, Item, Millis, outbox};
use engine::{Effect, Input};

use super::{Agent, border, calls};

impl Agent {
    /// Lets the engine take an input and obeys it.
    pub(super) fn feed(&'static self, at: Millis, input: Input) {
        let effects = self.engine.with(|engine| engine.handle(at, input));
        for effect in effects {
            self.perform(at, effect);
        }
    }

    fn perform(&'static self, at: Millis, effect: Effect) {
        match effect {
            Effect::Report(item) => self.report(at, item),
            Effect::Prepare => self.prepare_surface(),
            Effect::Act(act) => self.show(&act),
            Effect::WakeAt(at) => self.wake.set_sooner(self, at),
        }
    }

    fn report(&'static self, at: Millis, item: Item) {
        let noticed = match &item.body {
            Body::Noticed(signal) => Some(calls::describe(signal)),
            _ => None,
        };
        self.carry(at, outbox::Input::Push(item));
        if let Some((name, level)) = noticed {
            border::announce_signal(name, level);
        }
    }

    /// Lets the outbox take an input and obeys it.
    pub(super) fn carry(&'static self, at: Millis, input: outbox::Input) {
        let effects = self.outbox.with(|outbox| outbox.handle(at, input));
        for effect in effects {
            self.transport(effect);
        }
    }

    fn transport(&'static self, effect: outbox::Effect) {
        match effect {
            outbox::Effect::Send { sequence, is_last_chance } => {
                border::post(self.runs.get(), sequence, &self.frame(sequence), is_last_chance);
            }
            outbox::Effect::Keep { sequence } => {
                border::keep_frame(sequence, Some(&self.frame(sequence)));
            }
            outbox::Effect::Forget { sequence } => border::keep_frame(sequence, None),
            outbox::Effect::WakeAt(at) => self.wake.set_sooner(self, at),
        }
    }

    /// A copy: no JavaScript is called while the outbox is lent.
    fn frame(&self, sequence: u32) -> Vec<u8> {
        self.outbox.with(|outbox| outbox.frame(sequence))
    }
}
