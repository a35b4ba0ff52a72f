//! The pointer: where it is, now and then; when it leaves; what it rests on.
//!
//! Every move that calls into the module costs about 2 µs, and moves come by the hundred. So the
//! listener hears one move and is set again after [`POINTER_SAMPLE_MS`]: in between the page has no
//! move listener of ours at all. Only near the top edge every move is heard. Mouse events, not pointer
//! events: a finger has no path to watch.

use core::cell::Cell;

use beacon::Millis;
use engine::config::{EXIT_EDGE_PX, POINTER_SAMPLE_MS};
use engine::observation::Observation;

use crate::agent::clock::Timer;
use crate::agent::page::Heard;
use crate::agent::{Agent, border};

use super::landmarks::landmark_under_pointer;

/// Whether the next move is waited for, and the timer of its end.
pub(in crate::agent) struct Pointer {
    is_prepared: Cell<bool>,
    is_armed: Cell<bool>,
    sampled_at: Cell<Millis>,
    rest: Timer,
}

impl Default for Pointer {
    fn default() -> Self {
        Self {
            is_prepared: Cell::default(),
            is_armed: Cell::default(),
            sampled_at: Cell::default(),
            rest: Timer::new(|agent, _| agent.pointer_rested()),
        }
    }
}

/// So near to the top edge every move is heard, CSS pixels: what a hand does in one sample's time at
/// 3,200 px/s. Between two samples the pointer could else reach the edge unheard and rest there.
const NEAR_TOP_PX: i32 = 160;

/// Stillness after which it is looked up what the pointer rests on, milliseconds: shorter than any
/// pause that means something (`engine::config::PRICE_PAUSE_MS`), longer than a stroke's halt.
const REST_MS: u64 = 400;

impl Agent {
    /// Begins to follow the pointer.
    pub(super) fn watch_pointer(&'static self) {
        let pointer = &self.sources.pointer;
        if !pointer.is_prepared.replace(true) {
            self.prepare_pointer();
        }
        // A new run counts from its own beginning.
        pointer.sampled_at.take();
        self.arm_pointer();
    }

    fn prepare_pointer(&'static self) {
        let root = border::get(&self.page.document, "documentElement");
        self.listen_at(&root, "mouseleave", |agent, event| {
            agent.observe(Observation::PointerLeft { y: event.y });
        });
        self.listen_at(&root, "mouseenter", |agent, _| agent.observe(Observation::PointerEntered));
    }

    fn arm_pointer(&self) {
        if !self.sources.pointer.is_armed.replace(true) {
            self.listen_once("mousemove", Self::pointer_moved);
        }
    }

    fn pointer_moved(&'static self, event: &Heard<'_>) {
        let pointer = &self.sources.pointer;
        pointer.is_armed.set(false);
        if !self.is_running() {
            return;
        }
        self.look_at_popup();
        let (x, y, is_held) = (event.x, event.y, event.is_held());
        let now = self.clock.now();
        if y <= EXIT_EDGE_PX || now.since(pointer.sampled_at.get()) >= POINTER_SAMPLE_MS {
            pointer.sampled_at.set(now);
            self.observe(Observation::Moved { x, y, is_held });
        }
        pointer.rest.set(self, now.plus(REST_MS));
        if y < NEAR_TOP_PX {
            self.arm_pointer();
        } else {
            self.after(SAMPLE_MS, |agent, _| agent.arm_pointer());
        }
    }

    fn pointer_rested(&'static self) {
        if self.sources.pointer.rest.rang() {
            self.observe(Observation::RestedOn(landmark_under_pointer()));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "some milliseconds")]
const SAMPLE_MS: f64 = POINTER_SAMPLE_MS as f64;
