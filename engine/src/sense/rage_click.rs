//! Quick presses on one spot that nothing answered: the visitor expects something to happen.
//!
//! On a link, a button or a picture few presses will do. On plain page people press twice and three
//! times by habit, or select a paragraph: more is asked for there, and faster; and a long row is work,
//! with something that only looks plain to us. Fields, steppers, carousels and players are meant to be
//! pressed again and again. An answer is a change of the page, a scroll, a popup, a new view or the
//! tab going away, from the first press to [`RAGE_GAP_MS`] after the last.

use core::ops::RangeInclusive;

use beacon::item::{Signal, Target};

use crate::config::{
    NEVER, RAGE_GAP_MS, RAGE_PLAIN_GAP_MS, RAGE_PLAIN_PRESSES, RAGE_PRESSES, RAGE_PX_MAX,
};

/// The last press and how many lie on its spot; none, when they were answered.
#[derive(Debug)]
pub(super) struct RageClick {
    presses: u8,
    last: Press,
}

#[derive(Clone, Copy, Debug)]
struct Press {
    at: u64,
    x: i32,
    y: i32,
    target: Target,
}

impl RageClick {
    /// Nothing seen yet.
    pub(super) const NEW: Self =
        Self { presses: 0, last: Press { at: 0, x: 0, y: 0, target: Target::Plain } };

    pub(super) fn pressed(&mut self, now: u64, x: i32, y: i32, target: Target) {
        if matches!(target, Target::Field | Target::Stepper) {
            return self.answered();
        }
        let press = Press { at: now, x, y, target };
        let is_same_spot = self.last.is_followed_by(press);
        self.presses = if is_same_spot { self.presses.saturating_add(1) } else { 1 };
        self.last = press;
    }

    /// The page did something, so the presses were not in vain.
    pub(super) fn answered(&mut self) {
        self.presses = 0;
    }

    /// Concludes once the presses have stopped and nothing came of them.
    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        if now < self.due() {
            return None;
        }
        let presses = core::mem::take(&mut self.presses);
        Some(Signal::RageClick { presses, target: self.last.target })
    }

    pub(super) fn due(&self) -> u64 {
        let is_enough = self.last.presses_asked().contains(&self.presses);
        if is_enough { self.last.at + RAGE_GAP_MS } else { NEVER }
    }
}

impl Press {
    fn is_followed_by(self, next: Self) -> bool {
        let way = self.x.abs_diff(next.x).saturating_add(self.y.abs_diff(next.y));
        let gap_ms = if next.is_plain() { RAGE_PLAIN_GAP_MS } else { RAGE_GAP_MS };
        way <= RAGE_PX_MAX && next.at.saturating_sub(self.at) < gap_ms
    }

    fn presses_asked(self) -> RangeInclusive<u8> {
        if self.is_plain() { RAGE_PLAIN_PRESSES } else { RAGE_PRESSES..=u8::MAX }
    }

    fn is_plain(self) -> bool {
        self.target == Target::Plain
    }
}
