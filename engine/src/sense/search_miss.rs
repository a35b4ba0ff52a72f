//! The visitor searches and does not find: twice in a row, or more.
//!
//! A search missed when it had no results, or when its results were left within
//! [`SEARCH_LEFT_MS`] for anything but a product: another search, another page. A product in view
//! ends the row; so do [`SEARCH_WITHIN_MS`] without a miss. Shops say one search by two events: what
//! comes within [`SEARCH_SAME_MS`] is the same one. A page that is left is so when it hides: how long
//! the next one takes to load says nothing. Survives page loads.

use beacon::item::{Fact, PageKind, Signal};

use crate::config::{SEARCH_LEFT_MS, SEARCH_MISSES, SEARCH_SAME_MS, SEARCH_WITHIN_MS};

/// The last search, and how many before it missed.
#[derive(Clone, Debug)]
pub(super) struct SearchMiss {
    searched_at: u64,
    /// Nobody knows yet what comes of it.
    is_open: bool,
    /// 0 while the page is there.
    hidden_at: u64,
    missed_at: u64,
    misses: u8,
    is_news: bool,
}

impl SearchMiss {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self {
        searched_at: 0,
        is_open: false,
        hidden_at: 0,
        missed_at: 0,
        misses: 0,
        is_news: false,
    };

    pub(super) fn state(&mut self, now: u64, fact: &Fact) {
        match fact {
            Fact::Searched { results } => {
                let is_same = now.saturating_sub(self.searched_at) <= SEARCH_SAME_MS;
                if !is_same {
                    self.leave(now);
                    (self.searched_at, self.is_open) = (now, true);
                }
                if *results == Some(0) {
                    self.miss(now);
                }
            }
            Fact::ProductSeen(_) => self.find(),
            _ => {}
        }
    }

    /// Another page was opened.
    pub(super) fn open(&mut self, now: u64, page: PageKind) {
        match page {
            PageKind::Product => self.find(),
            // The results themselves, or a further page of them.
            PageKind::Search => {}
            _ => self.leave(now),
        }
    }

    pub(super) fn hidden(&mut self, now: u64) {
        self.hidden_at = now;
    }

    pub(super) fn shown(&mut self) {
        self.hidden_at = 0;
    }

    /// Concludes once enough searches in a row have missed, and again with each further one.
    pub(super) fn settle(&mut self) -> Option<Signal> {
        let is_enough = core::mem::take(&mut self.is_news) && self.misses >= SEARCH_MISSES;
        is_enough.then_some(Signal::SearchMiss { searches: self.misses })
    }

    /// The results are left for something else.
    fn leave(&mut self, now: u64) {
        let left_at = if self.hidden_at > 0 { self.hidden_at } else { now };
        if left_at.saturating_sub(self.searched_at) <= SEARCH_LEFT_MS {
            self.miss(left_at);
        }
        (self.is_open, self.hidden_at) = (false, 0);
    }

    fn miss(&mut self, at: u64) {
        if !core::mem::take(&mut self.is_open) {
            return;
        }
        if at.saturating_sub(self.missed_at) > SEARCH_WITHIN_MS {
            self.misses = 0;
        }
        (self.misses, self.missed_at) = (self.misses.saturating_add(1), at);
        self.is_news = true;
    }

    fn find(&mut self) {
        (self.misses, self.is_open, self.hidden_at) = (0, false, 0);
    }
}

beacon::wire!(struct SearchMiss { searched_at, is_open, hidden_at, missed_at, misses; not is_news });
