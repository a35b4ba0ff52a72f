//! A finger flicks the page far up, and something else says that the visitor is about to go: there is
//! no pointer on a phone that could leave.
//!
//! The flick: up by [`SCROLL_EXIT_PX`] and by 1.2 screens within [`SCROLL_EXIT_WITHIN_MS`], so from
//! some depth. The second sign: nothing is done for [`SCROLL_EXIT_STILL_MS`] after it; or meanwhile the
//! viewport loses a quarter of its height, as when the address bar opens its keyboard; or the visitor
//! was elsewhere for [`SCROLL_EXIT_AWAY_MS`] within the last [`SCROLL_EXIT_RETURN_MS`]. Scrolling down
//! again, a press, a key or a field says that nobody goes.

use beacon::item::Signal;

use crate::config::{
    NEVER, SCROLL_EXIT_AWAY_MS, SCROLL_EXIT_PX, SCROLL_EXIT_RETURN_MS, SCROLL_EXIT_STILL_MS,
    SCROLL_EXIT_WITHIN_MS,
};

/// The last two looks at the page, and the flick that waits for its second sign.
#[derive(Debug)]
pub(super) struct ScrollExit {
    is_touch: bool,
    last: Look,
    before: Look,
    height: u32,
    returned_at: u64,
    /// How far up; 0 without a flick.
    px: u32,
    due: u64,
}

#[derive(Clone, Copy, Debug)]
struct Look {
    at: u64,
    top: u32,
}

impl ScrollExit {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self {
        is_touch: false,
        last: Look { at: 0, top: 0 },
        before: Look { at: 0, top: 0 },
        height: 0,
        returned_at: 0,
        px: 0,
        due: 0,
    };

    /// The run begins; only a finger flicks.
    pub(super) fn begin(&mut self, is_touch: bool) {
        self.is_touch = is_touch;
    }

    pub(super) fn scrolled(&mut self, now: u64, top: u32, height: u32) {
        let px = self.last.up_to(now, top).max(self.before.up_to(now, top));
        // 1.2 screens, without a number that could be too large.
        if px >= SCROLL_EXIT_PX && px / 6 >= height / 5 && self.is_touch {
            let is_back = now.saturating_sub(self.returned_at) <= SCROLL_EXIT_RETURN_MS;
            self.px = px;
            self.due = if is_back { now } else { now + SCROLL_EXIT_STILL_MS };
        } else if height < self.height / 4 * 3 {
            self.due = now;
        } else if top > self.last.top {
            self.stop();
        }
        self.before = core::mem::replace(&mut self.last, Look { at: now, top });
        self.height = height;
    }

    /// The visitor is back after so long.
    pub(super) fn returned(&mut self, now: u64, away_ms: u64) {
        if away_ms >= SCROLL_EXIT_AWAY_MS {
            self.returned_at = now;
        }
    }

    /// The visitor does something else.
    pub(super) fn stop(&mut self) {
        self.px = 0;
    }

    /// Concludes once a second sign has come.
    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        if now < self.due() {
            return None;
        }
        let px = u16::try_from(core::mem::take(&mut self.px)).unwrap_or(u16::MAX);
        Some(Signal::ScrollExit { px })
    }

    pub(super) fn due(&self) -> u64 {
        if self.px > 0 { self.due } else { NEVER }
    }
}

impl Look {
    /// How far up it went from here, if that was just now.
    fn up_to(self, now: u64, top: u32) -> u32 {
        let is_fresh = now.saturating_sub(self.at) <= SCROLL_EXIT_WITHIN_MS;
        if is_fresh { self.top.saturating_sub(top) } else { 0 }
    }
}
