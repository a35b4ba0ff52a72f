//! Two products or more are weighed against each other: the visitor comes back to one from another.
//!
//! A product was looked at when it stood in view for [`COMPARE_LOOK_MS`]: a slip and back is no
//! comparison. Coming back within [`COMPARE_WITHIN_MS`] of leaving it, after a look at another one,
//! counts; across page loads. Only what the visitor asked for is seen, by opening a page, a press or
//! a key: a carousel that shows one product after the other asks for nothing. Known false alarm: who
//! leafs through a list by opening one product after the other and going back by one.

use beacon::item::Signal;

use super::marks::{Marks, hash};
use crate::config::{COMPARE_LOOK_MS, COMPARE_WITHIN_MS};

/// What was looked at lately, and what is in view. Survives page loads.
#[derive(Clone, Debug)]
pub(super) struct Comparing {
    looked: Marks,
    in_view: u32,
    since: u64,
    is_asked: bool,
}

impl Comparing {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self { looked: Marks::NEW, in_view: 0, since: 0, is_asked: false };

    /// The visitor wants to see something.
    pub(super) fn asked(&mut self) {
        self.is_asked = true;
    }

    /// A product came into view.
    pub(super) fn see(&mut self, now: u64, product: &str) -> Option<Signal> {
        let product = hash(product);
        if !core::mem::take(&mut self.is_asked) || product == self.in_view {
            return None;
        }
        let before = core::mem::replace(&mut self.in_view, product);
        let looked_ms = now.saturating_sub(core::mem::replace(&mut self.since, now));
        if before != 0 && before != self.looked.newest() && looked_ms >= COMPARE_LOOK_MS {
            self.looked.meet(before, now, COMPARE_WITHIN_MS);
        }
        if product == self.looked.newest() {
            return None;
        }
        let (products, returns) = self.looked.around(product, now, COMPARE_WITHIN_MS)?;
        Some(Signal::Comparing { products, returns: returns.saturating_add(1) })
    }
}

beacon::wire!(struct Comparing { looked, in_view, since; not is_asked });
