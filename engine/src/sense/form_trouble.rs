//! A form resists: never by what was typed, only by which field, as a hash that stays in the page.
//!
//! *Invalid*: two tries to send it found the same field wrong. *Refused*: two tries were in vain,
//! whichever the field; one that was forgotten is ordinary. *Reentered*: the visitor came back to one
//! field [`FORM_REENTRIES`] times from others, and stayed [`FORM_STAY_MS`] each time: who passes
//! through with the Tab key, and focus that comes and goes with the window, a select or an input
//! method, come from no other field or do not stay. Tries within [`FORM_TRY_MS`] are one. Each once a
//! view. Known misses: forms that are checked by the server alone, and sent without a submit button.

use beacon::item::{Signal, Trouble};

use super::marks::Marks;
use crate::config::{FORM_REENTRIES, FORM_STAY_MS, FORM_TRIES, FORM_TRY_MS};

/// What went wrong with the forms of this view.
#[derive(Debug)]
pub(super) struct FormTrouble {
    /// By field; the tries are their time.
    wrong: Marks,
    tries: u8,
    tried_at: u64,
    entered: Marks,
    /// The field in focus, and since when.
    field: u32,
    since: u64,
    /// Bits of [`Trouble`] that were said.
    told: u8,
}

impl FormTrouble {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self {
        wrong: Marks::NEW,
        tries: 0,
        tried_at: 0,
        entered: Marks::NEW,
        field: 0,
        since: 0,
        told: 0,
    };

    /// The page found this field wrong when the form was to be sent.
    pub(super) fn refused(&mut self, now: u64, control: u32) -> Option<Signal> {
        if now.saturating_sub(self.tried_at) > FORM_TRY_MS {
            self.tries = self.tries.saturating_add(1);
        }
        self.tried_at = now;
        let times = self.wrong.meet(control, self.tries.into(), u64::MAX);
        if times >= FORM_TRIES {
            return self.tell(Trouble::Invalid, times);
        }
        if self.tries < FORM_TRIES {
            return None;
        }
        self.tell(Trouble::Refused, self.tries)
    }

    pub(super) fn entered(&mut self, now: u64, control: u32) {
        (self.field, self.since) = (control, now);
    }

    pub(super) fn left(&mut self, now: u64) -> Option<Signal> {
        let has_stayed = now.saturating_sub(self.since) >= FORM_STAY_MS;
        if !has_stayed || self.field == self.entered.newest() {
            return None;
        }
        let returns = self.entered.meet(self.field, now, u64::MAX) - 1;
        if returns < FORM_REENTRIES {
            return None;
        }
        self.tell(Trouble::Reentered, returns)
    }

    #[inline(never)]
    fn tell(&mut self, trouble: Trouble, times: u8) -> Option<Signal> {
        let bit = 1 << trouble as u8;
        let is_news = self.told & bit == 0;
        self.told |= bit;
        is_news.then_some(Signal::FormTrouble { trouble, times })
    }
}
