//! What a model looks at: a memory of fixed size, fed step by step, and the numbers read from it.
//!
//! Page, collector and training use this one memory, so that a model sees when it is used what it
//! saw when it was made. Steps are page views (or a data set's clicks); the time of a step is the
//! time until the next, because that is what data sets have. Nothing is kept of order but the
//! first, the last and the one before.

use beacon::item::{Began, Device, PageKind, Signal, VisitorKind};

use super::schema::{self, FEATURES, KINDS, ONE, Slot, log};

/// The memory: one number for each value, and the times it takes to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    slots: [u16; FEATURES],
    /// When the last step was, and the last exit intent, seconds.
    stepped: u32,
    exited: u32,
}

impl Default for Features {
    fn default() -> Self {
        Self::NEW
    }
}

impl Features {
    /// What is known once nothing was seen.
    pub const NEW: Self = Self { slots: [0; FEATURES], stepped: 0, exited: 0 };

    /// What a model sees of a number, in units of [`ONE`], never below zero: amounts by their
    /// logarithm.
    pub fn value(&self, feature: u8) -> i16 {
        let slot = self.at(feature.into());
        let value = if feature < schema::SHARE { log(slot) } else { slot };
        i16::try_from(value).unwrap_or(i16::MAX)
    }

    /// All values.
    pub fn values(&self) -> [i16; FEATURES] {
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 256")]
        core::array::from_fn(|at| self.value(at as u8))
    }

    /// A number.
    pub fn get(&self, slot: Slot) -> u32 {
        self.at(slot as usize)
    }

    /// Sets a number; 65,535 is the highest.
    pub fn set(&mut self, slot: Slot, value: u32) {
        self.put(slot as usize, value);
    }

    fn at(&self, at: usize) -> u32 {
        self.slots.get(at).copied().unwrap_or(0).into()
    }

    #[inline(never)]
    fn put(&mut self, at: usize, value: u32) {
        if let Some(it) = self.slots.get_mut(at) {
            *it = u16::try_from(value).unwrap_or(u16::MAX);
        }
    }

    fn add(&mut self, at: usize, more: u32) {
        self.put(at, self.at(at).saturating_add(more));
    }

    fn raise(&mut self, slot: Slot, value: u32) {
        self.set(slot, self.get(slot).max(value));
    }

    /// A [`Happening`](crate::campaign::Happening) by its number: it happened once more.
    pub fn count(&mut self, what: u32) {
        if what <= (Slot::Bot as u32 - Slot::Exits as u32) {
            self.add(Slot::Exits as usize + what as usize, 1);
        }
    }

    /// The visitor came to a page of this kind (a [`PageKind`], or [`COMMUNITY`](super::schema::COMMUNITY)),
    /// `second` seconds after the session began. [`View`](crate::campaign::Happening::View) was counted before.
    pub fn step(&mut self, kind: u8, second: u32) {
        let steps = self.get(Slot::Steps);
        let seconds = second.saturating_sub(self.stepped).min(DWELL_SECONDS_MAX);
        self.stepped = second;
        let (mut distinct, mut again, mut back) = (0, 0, 0);
        for (at, group) in (0..).zip(GROUPS) {
            let (of, group) = (usize::from(at), usize::from(group));
            let (is, was) = (u32::from(at == kind), self.at(LAST + of) / UNIT);
            again += is * was;
            back += is * self.at(BEFORE + of);
            self.add(COUNT + of, is);
            self.add(SPENT + of, was * seconds);
            self.add(Slot::Shelf as usize + group, is);
            self.add(Slot::ShelfSpent as usize + group, was * seconds);
            distinct += self.at(COUNT + of).min(1);
            self.put(SHARE + of, self.at(COUNT + of) * UNIT / steps.max(1));
            self.put(RECENT + of, self.at(RECENT + of) * 3 / 4 + is * UNIT);
            self.put(BEFORE + of, was * UNIT);
            self.put(LAST + of, is * UNIT);
            if steps <= 1 {
                self.put(FIRST + of, is * UNIT);
            }
        }
        self.set(Slot::Distinct, distinct);
        self.set(Slot::Streak, (self.get(Slot::Streak) + 1) * again.min(1));
        let is_checkout = matches!(kind, CHECKOUT | PAYMENT);
        let near = self.get(Slot::Checkout) * 3 / 4;
        self.set(Slot::Checkout, if is_checkout { 8 * UNIT } else { near });
        if steps > 1 {
            let turn = u32::from(again == 0);
            self.add(Slot::Turns as usize, turn);
            self.add(Slot::ToAndFro as usize, turn * back.min(1));
            self.close(seconds, steps);
        }
        self.set(Slot::ActiveHere, 0);
        self.set(Slot::Away, 0);
    }

    /// The step before took this many seconds.
    fn close(&mut self, seconds: u32, steps: u32) {
        let dwell = log(seconds);
        let pace = if steps == 2 { dwell } else { self.get(Slot::Pace) };
        self.add(Slot::Elapsed as usize, seconds);
        self.add(Slot::SumDwell as usize, dwell);
        self.raise(Slot::MaxDwell, dwell);
        self.set(Slot::LastDwell, dwell);
        self.set(Slot::MeanDwell, self.get(Slot::SumDwell) / (steps - 1));
        self.set(Slot::Pace, (3 * pace + dwell) / 4);
        self.set(Slot::Unrest, (3 * self.get(Slot::Unrest) + dwell.abs_diff(pace)) / 4);
    }

    /// Who comes, with what, and when.
    pub(crate) fn begin(&mut self, began: &Began) {
        let visitor = began.visitor;
        self.raise(Slot::Returning, u32::from(visitor != VisitorKind::New));
        self.raise(Slot::Known, u32::from(visitor == VisitorKind::Known));
        self.set(Slot::Phone, u32::from(began.device == Device::Phone));
        self.set(Slot::Tablet, u32::from(began.device == Device::Tablet));
        let minutes = (began.wall.0 / 60_000).saturating_add_signed(began.utc_offset_min.into());
        // The first of January 1970 was a Thursday.
        self.set(Slot::Weekend, u32::from((minutes / 1_440 + 5) % 7 < 2));
    }

    /// Another session: all but who it is and what lies in the cart.
    pub(crate) fn open_session(&mut self) {
        self.slots[COUNT..Slot::CartValue as usize].fill(0);
    }

    /// Time passed: an exit intent is no news any more.
    pub(crate) fn pass(&mut self, second: u32) {
        if second.saturating_sub(self.exited) >= EXIT_NOW_SECONDS {
            self.set(Slot::ExitNow, 0);
        }
    }

    pub(crate) fn notice(&mut self, second: u32, signal: &Signal) {
        match signal {
            Signal::ExitIntent { .. } | Signal::ScrollExit { .. } => {
                self.set(Slot::ExitNow, 1);
                self.exited = second;
            }
            Signal::Dwell { ms } => {
                let seconds = ms / 1_000;
                let more = seconds.saturating_sub(self.get(Slot::ActiveHere));
                self.add(Slot::Active as usize, more);
                self.set(Slot::ActiveHere, seconds);
            }
            Signal::ProductDwell { ms, .. } => self.raise(Slot::ProductSeconds, ms / 1_000),
            Signal::ScrollReach { percent } => {
                self.raise(Slot::Reach, u32::from(*percent) * UNIT / 100);
            }
            Signal::TabHidden => self.set(Slot::Away, 1),
            Signal::TabReturned { away_ms } => {
                self.set(Slot::Away, 0);
                self.add(Slot::AwaySpent as usize, away_ms / 1_000);
            }
            _ => {}
        }
    }
}

/// Among the goods, in the account, informing, or on the way to buy? By sort of step.
const GROUPS: [u8; KINDS as usize] = [2, 2, 0, 0, 0, 3, 3, 3, 3, 1, 2];

const COUNT: usize = schema::COUNT as usize;
const SPENT: usize = schema::SPENT as usize;
const SHARE: usize = schema::SHARE as usize;
const RECENT: usize = schema::RECENT as usize;
const FIRST: usize = schema::FIRST as usize;
const LAST: usize = schema::LAST as usize;
const BEFORE: usize = schema::BEFORE as usize;

const CHECKOUT: u8 = PageKind::Checkout as u8;
const PAYMENT: u8 = PageKind::Payment as u8;
const UNIT: u32 = ONE.unsigned_abs() as u32;

/// A step takes half an hour at most: after that it is another session.
const DWELL_SECONDS_MAX: u32 = 1_800;

/// An exit intent is news for this long, seconds.
const EXIT_NOW_SECONDS: u32 = 10;

beacon::wire!(struct Features { slots, stepped, exited });
