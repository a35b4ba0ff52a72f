//! Time really spent: visible, focused and active within [`DWELL_IDLE_MS`](crate::config).
//!
//! Per view, and per product across page loads: 20 s now and 20 s after the next click are 40 s on
//! that product. Reports are cumulative, so a repeated or lost one does no harm.

use alloc::string::String;
use alloc::vec::Vec;

use beacon::item::{Body, Signal};
use beacon::limits::PRODUCT_ID_BYTES_MAX;
use beacon::wire::{Bytes, Reader, Wire};

use super::Presence;
use crate::config::{DWELL_PRODUCTS_MAX, DWELL_STEPS_MS, INTEREST_MS, NEVER};
use crate::report::Report;

/// A stopwatch for the view and one for each of the last products.
#[derive(Debug)]
pub(super) struct Dwell {
    counted_to: u64,
    has_view: bool,
    view: Stopwatch,
    /// Last seen last; the product on this view, if any, is the last of them.
    products: Vec<ProductTime>,
    is_on_product: bool,
}

/// Active time, and how much of it was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stopwatch {
    ms: u32,
    told_ms: u32,
}

/// Active time on one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProductTime {
    product: String,
    time: Stopwatch,
}

impl Dwell {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self {
        counted_to: 0,
        has_view: false,
        view: Stopwatch::NEW,
        products: Vec::new(),
        is_on_product: false,
    };

    /// What is kept across page loads.
    pub(super) fn save(&self, to: &mut Bytes) {
        self.products.write(to);
    }

    pub(super) fn load(&mut self, from: &mut Reader<'_>) {
        self.products = Vec::read(from);
        let is_sound = self.products.len() <= DWELL_PRODUCTS_MAX
            && self.products.iter().all(|it| it.product.len() <= PRODUCT_ID_BYTES_MAX);
        // More than this version would have saved.
        if !is_sound {
            from.refuse();
        }
    }

    pub(super) fn begin(&mut self, now: u64) {
        self.counted_to = now;
    }

    /// A new view: its clock starts at nothing, and it shows no product yet.
    pub(super) fn open(&mut self) {
        self.view = Stopwatch::NEW;
        self.has_view = true;
        self.is_on_product = false;
    }

    /// The view shows this product. What was spent on it before is said at once, so that the
    /// deciding half need not wait for the next step.
    pub(super) fn see(&mut self, product: &str) -> Option<Signal> {
        let known = self.products.iter().position(|it| it.product == product);
        let is_again = self.is_on_product && known.is_some_and(|at| at + 1 == self.products.len());
        let it = match known {
            Some(at) => self.products.remove(at),
            None => ProductTime { product: product.into(), time: Stopwatch::NEW },
        };
        if self.products.len() >= DWELL_PRODUCTS_MAX {
            self.products.remove(0);
        }
        let is_worth_saying = !is_again && it.time.ms >= DWELL_STEPS_MS[0];
        let signal = is_worth_saying.then(|| it.signal());
        self.products.push(it);
        self.is_on_product = true;
        signal
    }

    /// Whether a product is in view that held the eye.
    pub(super) fn is_interested(&self) -> bool {
        let product = self.products.last().filter(|_| self.is_on_product);
        product.is_some_and(|it| it.time.ms >= INTEREST_MS)
    }

    /// Counts the time up to `now` and reports the steps that were reached.
    pub(super) fn advance(&mut self, now: u64, presence: &Presence, out: &mut Report) {
        let active_to = now.min(presence.idle_from());
        let ms = if presence.is_here() { active_to.saturating_sub(self.counted_to) } else { 0 };
        self.counted_to = self.counted_to.max(now);
        let ms = u32::try_from(ms).unwrap_or(u32::MAX);
        if ms > 0 && self.has_view {
            self.each(out, |time| {
                time.ms = time.ms.saturating_add(ms);
                time.next_step().is_some_and(|step| time.ms >= step)
            });
        }
    }

    /// Reports whatever has not been reported: the page hides or another view opens.
    pub(super) fn flush(&mut self, out: &mut Report) {
        if self.has_view {
            self.each(out, |time| time.ms > time.told_ms);
        }
    }

    /// When the next step is reached, if the visitor stays active until then.
    pub(super) fn due(&self, presence: &Presence) -> u64 {
        if !(presence.is_here() && self.has_view) {
            return NEVER;
        }
        let mut wait_ms = self.view.wait_ms();
        if let Some(it) = self.products.last().filter(|_| self.is_on_product) {
            wait_ms = wait_ms.min(it.time.wait_ms());
        }
        let due = self.counted_to.saturating_add(wait_ms);
        if due <= presence.idle_from() { due } else { NEVER }
    }

    /// Runs both stopwatches through `is_due` and reports those for which it says yes.
    fn each(&mut self, out: &mut Report, mut is_due: impl FnMut(&mut Stopwatch) -> bool) {
        if is_due(&mut self.view) {
            self.view.told_ms = self.view.ms;
            out.carry(Body::Noticed(Signal::Dwell { ms: self.view.ms }));
        }
        let product = if self.is_on_product { self.products.last_mut() } else { None };
        if let Some(it) = product
            && is_due(&mut it.time)
        {
            it.time.told_ms = it.time.ms;
            out.carry(Body::Noticed(it.signal()));
        }
    }
}

impl ProductTime {
    fn signal(&self) -> Signal {
        Signal::ProductDwell { product: self.product.clone(), ms: self.time.ms }
    }
}

impl Stopwatch {
    const NEW: Self = Self { ms: 0, told_ms: 0 };

    fn wait_ms(self) -> u64 {
        self.next_step().map_or(NEVER, |step| step.saturating_sub(self.ms).into())
    }

    fn next_step(self) -> Option<u32> {
        DWELL_STEPS_MS.iter().copied().find(|&step| step > self.told_ms)
    }
}

beacon::wire!(struct Stopwatch { ms, told_ms });
beacon::wire!(struct ProductTime { product, time });
