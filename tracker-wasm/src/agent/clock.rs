//! Time: read from `performance.now()`, which never jumps; the wall clock is read once a run.

use core::cell::Cell;

use beacon::Millis;
use wasm_bindgen::JsValue;

use super::page::{Handler, ear};
use super::{Agent, border};

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
        border::now()
    }

    /// Now, since the run began.
    pub(super) fn now(&self) -> Millis {
        self.at(Self::moment())
    }

    /// That moment, since the run began.
    pub(super) fn at(&self, moment: f64) -> Millis {
        Millis(whole(moment - self.zero.get()))
    }

    /// The visitor's clock, milliseconds since 1970.
    pub(super) fn wall() -> Millis {
        Millis(whole(border::wall()))
    }
}

/// A timer that can be set again and again; the last wish counts.
///
/// A wish for later than what is already set costs nothing: the browser's timer finds on firing that
/// it is early, and is set once more.
pub(super) struct Timer {
    wish: Cell<f64>,
    set_for: Cell<f64>,
    fire: Handler,
}

/// No wish, or nothing set.
const NEVER: f64 = f64::INFINITY;

impl Timer {
    /// `fire` is called at or before the wished time, and then asks [`Timer::rang`].
    pub(super) const fn new(fire: Handler) -> Self {
        Self { wish: Cell::new(NEVER), set_for: Cell::new(NEVER), fire }
    }

    /// Wishes to be called at this time, instead of any earlier wish.
    pub(super) fn set(&self, agent: &Agent, at: Millis) {
        self.wish.set(agent.clock.zero.get() + float(at.0));
        self.arm();
    }

    /// Wishes to be called at this time, or earlier where that was wished.
    pub(super) fn set_sooner(&self, agent: &Agent, at: Millis) {
        let moment = agent.clock.zero.get() + float(at.0);
        self.wish.set(moment.min(self.wish.get()));
        self.arm();
    }

    /// Forgets the wish.
    pub(super) fn clear(&self) {
        self.wish.set(NEVER);
    }

    /// Whether the wish is due now; it is then taken back.
    pub(super) fn rang(&self) -> bool {
        self.set_for.set(NEVER);
        let is_due = self.wish.get() <= Clock::moment();
        if is_due {
            self.clear();
        } else {
            self.arm();
        }
        is_due
    }

    fn arm(&self) {
        let moment = self.wish.get();
        if moment < self.set_for.get() {
            self.set_for.set(moment);
            border::later(moment - Clock::moment(), ear(self.fire), &JsValue::UNDEFINED);
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
