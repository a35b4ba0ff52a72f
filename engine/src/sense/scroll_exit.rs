//! A finger flicks the page far up, and something else says that the visitor is about to go: there is
//! no pointer on a phone that could leave.
//!
//! The flick: up by [`SCROLL_EXIT_PX`] and by 1.2 screens within [`SCROLL_EXIT_WITHIN_MS`], so from
//! some depth. The second sign, one of: the visitor was elsewhere for [`SCROLL_EXIT_AWAY_MS`] within
//! the last [`SCROLL_EXIT_RETURN_MS`] (*returned*); is back on the page that the session began with
//! (*landed*); the viewport loses a quarter of its height, as when the address bar opens its keyboard
//! (*address bar*); nothing is done for [`SCROLL_EXIT_STILL_MS`] (*idle*). The flick weighs as much as
//! two of them: without one, *returned*, *landed* and *address bar* together will do. Scrolling down
//! again, a press, a key or a field says that nobody goes; while a field is in focus the keyboard is
//! its own.

use beacon::item::Signal;

use super::marks::hash;
use crate::config::{
    NEVER, SCROLL_EXIT_AWAY_MS, SCROLL_EXIT_PX, SCROLL_EXIT_RETURN_MS, SCROLL_EXIT_STILL_MS,
    SCROLL_EXIT_WITHIN_MS,
};

/// The last two looks at the page, and the flick that waits for its second sign.
#[derive(Debug)]
pub(super) struct ScrollExit {
    /// Set when the run begins; only a finger flicks.
    pub(super) is_touch: bool,
    last: Look,
    before: Look,
    height: u32,
    returned_at: u64,
    is_typing: bool,
    pub(super) landing: Landing,
    /// How far up.
    px: u32,
    /// When it counts; [`NEVER`] without a flick.
    pub(super) due: u64,
}

/// The page that the session began with. Survives page loads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Landing {
    page: u32,
    was_elsewhere: bool,
    is_here: bool,
}

impl Landing {
    const NEW: Self = Self { page: 0, was_elsewhere: false, is_here: false };
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
        is_typing: false,
        landing: Landing::NEW,
        px: 0,
        due: NEVER,
    };

    pub(super) fn scrolled(&mut self, now: u64, top: u32, height: u32) {
        let px = self.last.up_to(now, top).max(self.before.up_to(now, top));
        // 1.2 screens, without a number that could be too large.
        if px >= SCROLL_EXIT_PX && px / 6 >= height / 5 && self.is_touch {
            self.px = px;
            let is_enough = self.has_returned(now) || self.has_landed();
            self.due = if is_enough { now } else { now + SCROLL_EXIT_STILL_MS };
        } else if height < self.height / 4 * 3 && self.is_touch && !self.is_typing {
            let is_enough = self.due != NEVER || self.has_returned(now) && self.has_landed();
            self.due = if is_enough { now } else { NEVER };
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

    /// Another page was opened.
    pub(super) fn open(&mut self, path: &str) {
        self.stop();
        let (page, landing) = (hash(path), &mut self.landing);
        if landing.page == 0 {
            landing.page = page;
        }
        landing.is_here = landing.page == page;
        landing.was_elsewhere |= !landing.is_here;
    }

    /// A field came into focus, or lost it.
    pub(super) fn type_in(&mut self, is_typing: bool) {
        self.stop();
        self.is_typing = is_typing;
    }

    /// The visitor does something else.
    pub(super) fn stop(&mut self) {
        (self.px, self.due) = (0, NEVER);
    }

    /// Concludes once a second sign has come.
    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        if now < self.due {
            return None;
        }
        let px = u16::try_from(self.px).unwrap_or(u16::MAX);
        self.stop();
        Some(Signal::ScrollExit { px })
    }

    fn has_returned(&self, now: u64) -> bool {
        now.saturating_sub(self.returned_at) <= SCROLL_EXIT_RETURN_MS
    }

    fn has_landed(&self) -> bool {
        self.landing.is_here && self.landing.was_elsewhere
    }
}

impl Look {
    /// How far up it went from here, if that was just now.
    fn up_to(self, now: u64, top: u32) -> u32 {
        let is_fresh = now.saturating_sub(self.at) <= SCROLL_EXIT_WITHIN_MS;
        if is_fresh { self.top.saturating_sub(top) } else { 0 }
    }
}

beacon::wire!(struct Landing { page, was_elsewhere; not is_here });
