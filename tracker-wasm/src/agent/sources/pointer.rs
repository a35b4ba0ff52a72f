//! The pointer: where it is, now and then; when it leaves; what it rests on.
//!
//! Every move that calls into the module costs about 2 µs, and moves come by the hundred. So the
//! listener hears one move and is set again after [`POINTER_SAMPLE_MS`]: in between the page has no
//! move listener of ours at all. Only near the top edge every move is heard. Mouse events, not pointer events: a finger has no path to watch.

use std::cell::{Cell, OnceCell};

use beacon::Millis;
use engine::config::{EXIT_EDGE_PX, POINTER_SAMPLE_MS};
use engine::observation::Observation;
use js_sys::Function;
use wasm_bindgen::JsCast;
use web_sys::MouseEvent;

use crate::agent::Agent;
use crate::agent::clock::Timer;
use crate::agent::page::Page;

/// The listener for the next move, and the timers.
#[derive(Default)]
pub(in crate::agent) struct Pointer {
    moved: OnceCell<Function>,
    rearm: OnceCell<Function>,
    rest: OnceCell<Timer>,
    is_armed: Cell<bool>,
    sampled_at: Cell<Millis>,
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
        if pointer.moved.get().is_none() {
            self.prepare_pointer();
        }
        // A new run counts from its own beginning.
        pointer.sampled_at.take();
        self.arm_pointer();
    }

    fn prepare_pointer(&'static self) {
        let pointer = &self.sources.pointer;
        let moved = self.callback(|agent, event| agent.pointer_moved(event.unchecked_ref()));
        let rearm = self.callback(|agent, _| agent.arm_pointer());
        let rest = Timer::new(self.callback(|agent, _| agent.pointer_rested()));
        let is_first = pointer.moved.set(moved).is_ok()
            && pointer.rearm.set(rearm).is_ok()
            && pointer.rest.set(rest).is_ok();
        debug_assert!(is_first, "prepared once");
        if let Some(root) = self.page.document.document_element() {
            self.listen_at(&root, "mouseleave", |agent, event| {
                let y = event.unchecked_ref::<MouseEvent>().client_y();
                agent.observe(Observation::PointerLeft { y });
            });
            self.listen_at(&root, "mouseenter", |agent, _| {
                agent.observe(Observation::PointerEntered);
            });
        }
    }

    fn arm_pointer(&'static self) {
        let pointer = &self.sources.pointer;
        if let Some(moved) = pointer.moved.get().filter(|_| !pointer.is_armed.replace(true)) {
            self.page.listen_once(&self.page.window, "mousemove", moved);
        }
    }

    fn pointer_moved(&'static self, event: &MouseEvent) {
        let pointer = &self.sources.pointer;
        pointer.is_armed.set(false);
        if !self.is_running() {
            return;
        }
        let (x, y, is_held) = (event.client_x(), event.client_y(), event.buttons() != 0);
        let now = self.clock.now();
        if y <= EXIT_EDGE_PX || now.since(pointer.sampled_at.get()) >= POINTER_SAMPLE_MS {
            pointer.sampled_at.set(now);
            self.observe(Observation::Moved { x, y, is_held });
        }
        let (Some(rearm), Some(rest)) = (pointer.rearm.get(), pointer.rest.get()) else { return };
        rest.set(&self.clock, now.plus(REST_MS));
        if y < NEAR_TOP_PX {
            self.arm_pointer();
        } else {
            Page::call_later(POINTER_SAMPLE_MS, rearm);
        }
    }

    fn pointer_rested(&'static self) {
        if self.sources.pointer.rest.get().is_some_and(Timer::rang) {
            self.observe(Observation::RestedOn(self.landmark_under_pointer()));
        }
    }
}
