//! It may be a program that visits: flagged for those who count, never dropped here.
//!
//! *Driven*: the browser says so. *Motion*: the pointer goes straight as a ruler, slantwise, for
//! [`BOT_STRAIGHT`] steps of [`BOT_STEP_PX`] and more; a hand's way bends. *No input*: [`BOT_VIEWS`]
//! pages in a row were opened without a move, press, key or scroll in any of them. Keys are input like
//! any other, and a press without a way to it is no evidence: voice, switches and eyes press so.
//! Known false alarm: a page in a shop window that turns by itself.

use beacon::item::{BotTrait, Signal};

use crate::config::{BOT_STEP_PX, BOT_STRAIGHT, BOT_VIEWS};

/// What was found in this run, and the pointer's last step.
#[derive(Debug)]
pub(super) struct BotEvidence {
    traits: u8,
    told: u8,
    last: (i32, i32),
    step: (i32, i32),
    straight: u8,
    /// Pages without input so far. Survives page loads.
    pub(super) views: u8,
}

impl BotEvidence {
    /// Nothing seen yet.
    pub(super) const NEW: Self =
        Self { traits: 0, told: 0, last: (0, 0), step: (0, 0), straight: 0, views: 0 };

    pub(super) fn find(&mut self, it: BotTrait) {
        self.traits |= it.bit();
    }

    pub(super) fn opened(&mut self) {
        self.views = self.views.saturating_add(1);
        if self.views > BOT_VIEWS {
            self.find(BotTrait::NoInput);
        }
    }

    /// The visitor did something in the page.
    pub(super) fn acted(&mut self) {
        self.views = 0;
    }

    pub(super) fn moved(&mut self, x: i32, y: i32) {
        // Wrapping: places that no screen has may give any answer.
        let step = (x.wrapping_sub(self.last.0), y.wrapping_sub(self.last.1));
        let times = |a: i32, b: i32| a.wrapping_mul(b);
        let aside = times(step.0, self.step.1).wrapping_sub(times(step.1, self.step.0));
        let ahead = times(step.0, self.step.0).wrapping_add(times(step.1, self.step.1));
        let (across, up) = (self.step.0.unsigned_abs(), self.step.1.unsigned_abs());
        // Off the line by about a pixel, which is what rounding makes of it.
        let is_straight = ahead > 0 && aside.unsigned_abs() <= across.wrapping_add(up);
        let is_long = across.min(up) >= BOT_STEP_PX;
        self.straight = if is_long && is_straight { self.straight.saturating_add(1) } else { 0 };
        (self.last, self.step) = ((x, y), step);
        if self.straight >= BOT_STRAIGHT {
            self.find(BotTrait::Motion);
        }
    }

    pub(super) fn settle(&mut self) -> Option<Signal> {
        let is_news = core::mem::replace(&mut self.told, self.traits) != self.traits;
        is_news.then_some(Signal::BotEvidence { traits: self.traits })
    }
}
