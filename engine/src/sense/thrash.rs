//! The pointer is shaken: to and fro across the page, fast, again and again; with no button held.
//!
//! [`THRASH_TURNS`] turns from left to right or back, each [`THRASH_TURN_MS`] or less after the one
//! before and [`THRASH_PX`] or more away from it. `OpenReplay` counts more than 4 turns in 225 ms among
//! all moves; here a move is heard every 50 ms, so the way between two turns stands for the speed.

use beacon::item::Signal;

use crate::config::{THRASH_PX, THRASH_TURN_MS, THRASH_TURNS};

/// Where the pointer turned last, and how often in a row.
#[derive(Debug)]
pub(super) struct Thrash {
    /// The farthest it got since.
    far: i32,
    is_to_right: bool,
    turned_at: u64,
    turns: u8,
}

impl Thrash {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self { far: 0, is_to_right: false, turned_at: 0, turns: 0 };

    pub(super) fn moved(&mut self, now: u64, x: i32) -> Option<Signal> {
        if (x >= self.far) == self.is_to_right {
            self.far = x;
            return None;
        }
        if x.abs_diff(self.far) < THRASH_PX {
            return None;
        }
        let is_quick = now.saturating_sub(self.turned_at) <= THRASH_TURN_MS;
        self.turns = if is_quick { self.turns + 1 } else { 1 };
        (self.far, self.is_to_right, self.turned_at) = (x, !self.is_to_right, now);
        if self.turns < THRASH_TURNS {
            return None;
        }
        self.turns = 0;
        Some(Signal::Thrash { turns: THRASH_TURNS })
    }
}
