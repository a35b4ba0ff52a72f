//! Time: read from `performance.now()`, which never jumps; the wall clock is read once a run.

use std::cell::Cell;

use beacon::Millis;
use js_sys::{Date, Function};
use wasm_bindgen::prelude::wasm_bindgen;

use super::page::Page;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Milliseconds since the run began.
#[derive(Default)]
pub(super) struct Clock {
    zero: Cell<f64>,
}

impl Clock {
    /// A run begins, or began when [`Clock::moment`] gave this.
    pub(super) fn begin(&self, moment: f64) {
        self.zero.set(moment);
    }

    /// Now, on a scale that outlives runs.
    pub(super) fn moment() -> f64 {
        now()
    }

    /// Now, since the run began.
    pub(super) fn now(&self) -> Millis {
        self.at(now())
    }

    /// That moment, since the run began.
    pub(super) fn at(&self, moment: f64) -> Millis {
        Millis(whole(moment - self.zero.get()))
    }

    /// The visitor's clock, milliseconds since 1970.
    pub(super) fn wall() -> Millis {
        Millis(whole(Date::now()))
    }
}

/// A timer that can be set again and again; the last wish counts.
///
/// A wish for later than what is already set costs nothing: the browser's timer finds on firing that
/// it is early, and is set once more.
pub(super) struct Timer {
    wish: Cell<Option<f64>>,
    set_for: Cell<f64>,
    fire: Function,
}

impl Timer {
    /// `fire` is called at or before the wished time, and then asks [`Timer::rang`].
    pub(super) fn new(fire: Function) -> Self {
        Self { wish: Cell::new(None), set_for: Cell::new(f64::INFINITY), fire }
    }

    /// Wishes to be called at this time, instead of any earlier wish.
    pub(super) fn set(&self, clock: &Clock, at: Millis) {
        let moment = clock.zero.get() + float(at.0);
        self.wish.set(Some(moment));
        self.arm(moment);
    }

    /// Forgets the wish.
    pub(super) fn clear(&self) {
        self.wish.set(None);
    }

    /// Whether the wish is due now; it is then taken back.
    pub(super) fn rang(&self) -> bool {
        self.set_for.set(f64::INFINITY);
        let Some(moment) = self.wish.get() else { return false };
        let is_due = moment <= now();
        if is_due {
            self.wish.set(None);
        } else {
            self.arm(moment);
        }
        is_due
    }

    fn arm(&self, moment: f64) {
        if moment < self.set_for.get() {
            self.set_for.set(moment);
            Page::call_later(whole((moment - now()).ceil()), &self.fire);
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates at 0")]
fn whole(ms: f64) -> u64 {
    ms as u64
}

#[expect(clippy::cast_precision_loss, reason = "a run is shorter than 2^53 ms")]
fn float(ms: u64) -> f64 {
    ms as f64
}
