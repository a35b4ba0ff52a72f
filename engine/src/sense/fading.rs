//! The visitor does less and less, with something at stake: time to step in, before it drops.
//!
//! Activity is counted in beats: half seconds in which the visitor did something, so at most 20 in a
//! slot of [`FADING_SLOT_MS`]. A slot begins with the first thing done after the one before has
//! ended; what nobody does anything in is no slot. `rate` follows the beats, half of what it is made
//! of being the last slot; the session's mean is over all slots. Fading is a rate below half of the
//! mean ([`FADING_SHARE`]), once there were [`FADING_SLOTS`], with a filled cart or a product that
//! held the eye for 10 s; said again only when the rate was back at the mean.
//!
//! To be silent is not to fade: a pause of [`DWELL_IDLE_MS`] (reading, watching, sleep, another tab,
//! timers held back) sets the rate to the mean, and so does whatever shows that the visitor is taken
//! up: a new page, scrolling deeper than before, a player in use. The rule is ours: no vendor publishes one. Known false alarm:
//! a hand that nudges the pointer every ten seconds over a video that began by itself.

use beacon::item::Signal;

use crate::config::{
    DWELL_IDLE_MS, FADING_BEAT_MS, FADING_SHARE, FADING_SLOT_MS, FADING_SLOTS, SESSION_IDLE_MS,
};

/// Beats now, lately, and in all. Survives page loads.
#[derive(Clone, Debug)]
pub(super) struct Fading {
    slot_at: u64,
    beat_at: u64,
    beats: u32,
    /// Beats a slot, lately and in all slots, in sixteenths.
    rate: u32,
    mean: u32,
    sum: u32,
    slots: u32,
    deepest: u32,
    is_watching: bool,
    is_low: bool,
    is_told: bool,
}

impl Fading {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self {
        slot_at: 0,
        beat_at: 0,
        beats: 0,
        rate: 0,
        mean: 0,
        sum: 0,
        slots: 0,
        deepest: 0,
        is_watching: false,
        is_low: false,
        is_told: false,
    };

    /// The visitor did something.
    pub(super) fn acted(&mut self, now: u64) {
        // Wrapping: a clock that was set back is a long pause.
        let silent_ms = now.wrapping_sub(self.beat_at);
        if silent_ms > SESSION_IDLE_MS {
            *self = Self { slot_at: now, ..Self::NEW };
        } else if now.saturating_sub(self.slot_at) >= FADING_SLOT_MS {
            // None has begun on this page where nothing was counted.
            if self.beats > 0 {
                self.close(silent_ms >= DWELL_IDLE_MS);
            }
            self.slot_at = now;
        }
        if silent_ms >= FADING_BEAT_MS {
            (self.beat_at, self.beats) = (now, self.beats + 1);
        }
    }

    /// Something shows that the visitor is there with heart and mind, or was away altogether.
    pub(super) fn renew(&mut self) {
        self.rate = self.rate.max(self.mean);
        (self.is_low, self.is_told) = (false, false);
    }

    pub(super) fn open(&mut self) {
        (self.deepest, self.is_watching) = (0, false);
        self.weigh();
        self.renew();
    }

    /// Whether it went deeper than before on this page.
    pub(super) fn scrolled(&mut self, top: u32) -> bool {
        let is_deeper = top > self.deepest;
        if is_deeper {
            self.deepest = top;
            self.renew();
        }
        is_deeper
    }

    /// A player was pressed, or something else.
    pub(super) fn pressed(&mut self, is_player: bool) {
        self.is_watching = is_player;
        if is_player {
            self.renew();
        }
    }

    /// Concludes when a slot has ended low and something is at stake.
    pub(super) fn settle(&mut self, is_goal_open: bool) -> Option<Signal> {
        if !core::mem::take(&mut self.is_low) || !is_goal_open || self.is_told {
            return None;
        }
        self.is_told = true;
        let permille = u16::try_from(self.rate * 1_000 / self.mean.max(1)).unwrap_or(u16::MAX);
        Some(Signal::Fading { permille })
    }

    /// Whether this may have been saved: 18 hours of beats without a pause are less.
    pub(super) fn is_sound(&self) -> bool {
        self.sum >> 17 == 0
    }

    fn close(&mut self, has_paused: bool) {
        self.sum += self.beats;
        self.slots = self.slots.saturating_add(1);
        self.rate = self.rate / 2 + self.beats * SIXTEENTHS / 2;
        self.beats = 0;
        self.weigh();
        if has_paused || self.is_watching || self.slots <= FADING_SLOTS {
            self.renew();
        }
        self.is_low = self.rate < self.mean / FADING_SHARE;
        self.is_told &= self.rate < self.mean;
    }

    fn weigh(&mut self) {
        self.mean = self.sum * SIXTEENTHS / self.slots.max(1);
    }
}

/// So many parts of a beat are told apart.
const SIXTEENTHS: u32 = 16;

beacon::wire!(struct Fading {
    beat_at, sum, slots;
    not slot_at, beats, rate, mean, deepest, is_watching, is_low, is_told
});
