//! Inputs into the engine and the outbox, and their effects into the world.

use alloc::string::String;

use beacon::{Body, Item, Millis, outbox};
use engine::{Effect, Input};

use super::identity::{decimal, hex};
use super::storage::Storage;
use super::{Agent, border, calls};

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
            Effect::Act(show) => self.show(&show),
            Effect::WakeAt(at) => self.engine_timer.set(self, at),
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
                self.storage.keep_frame(&self.frame_key(sequence), &bytes);
            }
            outbox::Effect::Forget { sequence } => {
                Storage::forget_frame(&self.frame_key(sequence));
            }
            outbox::Effect::WakeAt(at) => self.outbox_timer.set(self, at),
            // Nothing can be done for them; the gap in the sequence tells the collector.
            outbox::Effect::Dropped { .. } => {}
        }
    }

    /// Under which key a frame is kept.
    fn frame_key(&self, sequence: u32) -> String {
        self.restored_key(sequence).unwrap_or_else(|| {
            let run = self.run.borrow().as_ref().map(|run| hex(&run.id.0));
            let name = [&run.unwrap_or_default(), ".", &decimal(sequence.into())].concat();
            self.storage.frame_key(&name)
        })
    }
}
