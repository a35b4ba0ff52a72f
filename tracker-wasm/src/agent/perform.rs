//! Inputs into the engine and the outbox, and their effects into the world.

use alloc::vec::Vec;

use beacon::item::Fact;
use beacon::{Body, Item, Millis, outbox, wire};
use engine::{Effect, Input};

use super::memory::Memory;
use super::{Agent, border};

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
            Effect::Remember(campaign) => Memory::count(campaign),
            Effect::Prepare => self.prepare_surface(),
            Effect::Act(act) => self.show(&act),
            Effect::WakeAt(at) => self.wake.set_sooner(self, at),
        }
    }

    fn report(&'static self, at: Millis, item: Item) {
        let is_purchase = matches!(item.body, Body::Stated(Fact::Purchased { .. }));
        if is_purchase && self.identity.get().is_some() {
            Memory::note_purchase();
        }
        let body = wire::to_bytes(&item.body);
        self.carry(at, outbox::Input::Push(item));
        border::announce_item(&body);
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

#[cfg(test)]
mod tests {
    use beacon::wire::from_bytes;
    use engine::explain::describe;

    /// A signal of this number with nothing but zeros in it, on the wire.
    fn zeros(signal: u8, parts: usize) -> Vec<u8> {
        [&[2, signal], vec![0; parts].as_slice()].concat()
    }

    #[test]
    fn the_page_knows_signals_by_the_names_of_their_numbers() {
        let page = include_str!("page.js").split_once("const SIGNALS = (").unwrap().1;
        let list = page.split_once(')').unwrap().0.replace(['\'', '+'], "");
        let names: Vec<&str> = list.split_whitespace().collect();
        let read = |number: usize| {
            let number = number.try_into().unwrap();
            (0..4).find_map(|parts| from_bytes(&zeros(number, parts)))
        };
        for (number, name) in names.iter().enumerate() {
            let text = describe(&read(number).unwrap());
            assert_eq!(text.split(' ').next(), Some(*name));
        }
        assert_eq!(read(names.len()), None, "a signal that the page cannot name");
    }
}
