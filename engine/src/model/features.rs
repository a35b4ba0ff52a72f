//! What a model looks at: a memory of fixed size, fed step by step, and the numbers read from it.
//!
//! The page, the collector and training use this one memory, so that a model sees when it is used
//! what it saw when it was made. Steps are page views (or a data set's clicks); the time of a step
//! is the time until the next, because that is what data sets have. Nothing is kept of order but
//! the first, the last and the one before.

use beacon::item::{Answer, Began, Body, Device, Fact, PageKind, Reaction, Signal, VisitorKind};

use super::schema::{COMMUNITY, KINDS, ONE, SLOTS, Slot, log};
use crate::cart::Cart;

/// The memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    pub(super) slots: [u32; SLOTS],
    /// Kinds of the first, the last and the step before that; [`NOWHERE`] when there was none.
    pub(super) way: [u8; 3],
    second: u32,
    cart: Cart,
}

const NOWHERE: u8 = u8::MAX;

impl Default for Features {
    fn default() -> Self {
        Self { slots: [0; SLOTS], way: [NOWHERE; 3], second: 0, cart: Cart::default() }
    }
}

impl Features {
    /// What is known once nothing was seen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what a session reported, `second` seconds after it began.
    pub fn take(&mut self, second: u32, body: &Body) {
        match body {
            Body::Began(began) => self.begin(began),
            Body::Viewed(view) => self.step(view.page as u8, second),
            Body::Noticed(signal) => self.notice(second, signal),
            Body::Stated(fact) => self.state(fact),
            Body::Answered(Answer { reaction: Reaction::Shown, .. }) => self.add(Slot::Treated, 1),
            _ => {}
        }
    }

    /// The visitor came to a page of this kind (a [`PageKind`], or [`COMMUNITY`]).
    pub fn step(&mut self, kind: u8, second: u32) {
        let kind = if usize::from(kind) < KINDS { kind } else { 0 };
        let [_, last, before] = self.way;
        if last == NOWHERE {
            self.way[0] = kind;
        } else {
            self.close(last, second.saturating_sub(self.second));
        }
        self.add(Slot::Steps, 1);
        if let Some(count) = self.slots.get_mut(usize::from(kind)) {
            *count += 1;
            let is_new = *count == 1;
            self.add(Slot::Distinct, u32::from(is_new));
        }
        for (at, recent) in self.slots.iter_mut().skip(KINDS).take(KINDS).enumerate() {
            *recent = *recent * 3 / 4 + if at == usize::from(kind) { ONE as u32 } else { 0 };
        }
        let is_turn = last != NOWHERE && kind != last;
        self.add(Slot::Turns, u32::from(is_turn));
        self.add(Slot::ToAndFro, u32::from(is_turn && kind == before));
        self.set(Slot::Streak, if kind == last { self.get(Slot::Streak) + 1 } else { 0 });
        if matches!(kind, CHECKOUT | PAYMENT) {
            self.set(Slot::Checkout, self.get(Slot::Steps));
        }
        if let Some((slot, _)) = group(kind) {
            self.add(slot, 1);
        }
        self.set(Slot::ActiveHere, 0);
        (self.way[1], self.way[2], self.second) = (kind, last, second);
    }

    /// How often something was met is one number; adds to it.
    pub fn add(&mut self, slot: Slot, count: u32) {
        self.set(slot, self.get(slot).saturating_add(count));
    }

    /// Sets a number.
    pub fn set(&mut self, slot: Slot, value: u32) {
        if let Some(it) = self.slots.get_mut(slot as usize) {
            *it = value;
        }
    }

    /// A number.
    pub fn get(&self, slot: Slot) -> u32 {
        self.slots.get(slot as usize).copied().unwrap_or(0)
    }

    /// The step that ends took this many seconds.
    fn close(&mut self, kind: u8, seconds: u32) {
        let seconds = seconds.min(DWELL_SECONDS_MAX);
        self.add(Slot::Elapsed, seconds);
        if let Some(spent) = self.slots.get_mut(2 * KINDS + usize::from(kind)) {
            *spent = spent.saturating_add(seconds);
        }
        if let Some((_, slot)) = group(kind) {
            self.add(slot, seconds);
        }
        let dwell = log(seconds);
        let pace = self.get(Slot::Pace);
        let is_first = self.get(Slot::Steps) == 1;
        self.set(Slot::LastDwell, dwell);
        self.set(Slot::MaxDwell, self.get(Slot::MaxDwell).max(dwell));
        self.add(Slot::SumDwell, dwell);
        self.set(Slot::Pace, if is_first { dwell } else { (3 * pace + dwell) / 4 });
        let far = if is_first { 0 } else { dwell.abs_diff(pace) };
        self.set(Slot::Unrest, (3 * self.get(Slot::Unrest) + far) / 4);
    }

    fn begin(&mut self, began: &Began) {
        self.set(Slot::Returning, u32::from(began.visitor != VisitorKind::New));
        if began.visitor == VisitorKind::Known {
            self.set(Slot::Known, 1);
        }
        self.set(Slot::Phone, u32::from(began.device == Device::Phone));
        self.set(Slot::Tablet, u32::from(began.device == Device::Tablet));
        let minutes = (began.wall.0 / 60_000).saturating_add_signed(began.utc_offset_min.into());
        // The first of January 1970 was a Thursday.
        self.set(Slot::Weekend, u32::from((minutes / 1_440 + 5) % 7 < 2));
    }

    fn notice(&mut self, second: u32, signal: &Signal) {
        match signal {
            Signal::ExitIntent { .. } => {
                self.add(Slot::Exits, 1);
                self.set(Slot::ExitNow, second);
            }
            Signal::Dwell { ms } => {
                self.add(Slot::Active, (ms / 1_000).saturating_sub(self.get(Slot::ActiveHere)));
                self.set(Slot::ActiveHere, ms / 1_000);
            }
            Signal::ProductDwell { ms, .. } => self.raise(Slot::ProductSeconds, ms / 1_000),
            Signal::ScrollReach { percent } => self.raise(Slot::Reach, (*percent).into()),
            Signal::CartHesitation { level, .. } => self.set(Slot::Hesitation, (*level).into()),
            Signal::RageClick { .. } => self.add(Slot::Rage, 1),
            Signal::TabHidden => {
                self.add(Slot::Hidden, 1);
                self.set(Slot::Away, 1);
            }
            Signal::TabReturned { away_ms } => {
                self.add(Slot::AwaySpent, away_ms / 1_000);
                self.set(Slot::Away, 0);
            }
            _ => {}
        }
    }

    fn state(&mut self, fact: &Fact) {
        self.cart.take(fact);
        self.set(Slot::CartItems, self.cart.items.into());
        self.set(Slot::CartValue, u32::try_from(self.cart.value).unwrap_or(u32::MAX));
        let slot = match fact {
            Fact::ProductSeen(_) => Slot::Products,
            Fact::Added(_) => Slot::Added,
            Fact::Removed(_) => Slot::Removed,
            Fact::CheckoutBegan { .. } => Slot::Begun,
            Fact::Purchased { .. } => Slot::Bought,
            Fact::Searched { results } => {
                self.add(Slot::Missed, u32::from(*results == Some(0)));
                Slot::Searches
            }
            Fact::LoggedIn { vip } => {
                self.set(Slot::Returning, 1);
                self.set(Slot::Vip, u32::from(*vip));
                Slot::Known
            }
            _ => return,
        };
        self.add(slot, 1);
    }

    fn raise(&mut self, slot: Slot, value: u32) {
        self.set(slot, self.get(slot).max(value));
    }
}

/// Goods, information, or account? Where visits and where their time is counted. `None`: a step on
/// the way to buy.
fn group(kind: u8) -> Option<(Slot, Slot)> {
    match kind {
        CATEGORY | PRODUCT | SEARCH => Some((Slot::Shelf, Slot::ShelfSpent)),
        OTHER | HOME | COMMUNITY => Some((Slot::Info, Slot::InfoSpent)),
        ACCOUNT => Some((Slot::AccountViews, Slot::AccountSpent)),
        _ => None,
    }
}

const OTHER: u8 = PageKind::Other as u8;
const HOME: u8 = PageKind::Home as u8;
const CATEGORY: u8 = PageKind::Category as u8;
const PRODUCT: u8 = PageKind::Product as u8;
const SEARCH: u8 = PageKind::Search as u8;
const CHECKOUT: u8 = PageKind::Checkout as u8;
const ACCOUNT: u8 = PageKind::Account as u8;
const PAYMENT: u8 = PageKind::Payment as u8;

/// A step takes half an hour at most: after that it is another session.
const DWELL_SECONDS_MAX: u32 = 1_800;
