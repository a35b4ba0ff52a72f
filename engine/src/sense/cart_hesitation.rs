//! The visitor wavers over the cart: a ladder of causes, each noise alone.
//!
//! Every [`HesitationCause`] holds for [`HESITATION_HOLD_MS`] after it was last noticed. The level is
//! how many hold, at most [`HESITATION_LEVEL_MAX`]; it is reported when it changes and when a cause
//! joins. Nothing counts without something in the cart; an emptied or paid cart clears all.

use beacon::item::{Fact, HesitationCause, PageKind, Signal};

use super::Presence;
use super::marks::hash;
use crate::cart::Cart;
use crate::config::{
    HESITATION_HOLD_MS, HESITATION_LEVEL_MAX, IDLE_CART_MS, NEVER, PRICE_PAUSE_MS,
    SHIPPING_REACT_MS, SHIPPING_STILL_MS, TAB_SWITCH_MS_MIN, TO_AND_FRO_SLOTS,
};
use crate::observation::{Field, Landmark};

/// The causes and what is needed to notice them. Survives page loads.
#[derive(Clone, Debug)]
pub(super) struct CartHesitation {
    cart: Cart,
    /// When each cause was last noticed, by its bit; 0: not, or forgotten.
    noticed_at: [u64; HesitationCause::ALL.len()],
    told_level: u8,
    told_causes: u16,
    was_at_checkout: bool,
    is_at_till: bool,
    resting_since: Option<u64>,
    shipping_seen_at: Option<u64>,
    chosen: [Swing; TO_AND_FRO_SLOTS],
    added: [Swing; TO_AND_FRO_SLOTS],
}

/// One thing that may go to and fro: its value, and the one before.
#[derive(Clone, Copy, Debug)]
struct Swing {
    of: u32,
    value: u32,
    before: Option<u32>,
}

impl Swing {
    const NEW: Self = Self { of: 0, value: 0, before: None };
}

impl CartHesitation {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self {
        cart: Cart { items: 0, value: 0 },
        noticed_at: [0; HesitationCause::ALL.len()],
        told_level: 0,
        told_causes: 0,
        was_at_checkout: false,
        is_at_till: false,
        resting_since: None,
        shipping_seen_at: None,
        chosen: [Swing::NEW; TO_AND_FRO_SLOTS],
        added: [Swing::NEW; TO_AND_FRO_SLOTS],
    };

    /// Whether there is a cart to lose.
    pub(super) fn is_filled(&self) -> bool {
        self.cart.is_filled()
    }

    pub(super) fn open(&mut self, now: u64, page: PageKind) {
        if page == PageKind::Cart && self.was_at_checkout {
            self.notice(HesitationCause::StepBack, now);
        }
        self.was_at_checkout = matches!(page, PageKind::Checkout | PageKind::Payment);
        self.is_at_till = matches!(page, PageKind::Cart | PageKind::Checkout);
        self.stop_resting();
    }

    pub(super) fn state(&mut self, now: u64, fact: &Fact) {
        self.cart.take(fact);
        match fact {
            Fact::Added(line) if swings(&mut self.added, hash(&line.product), 1) => {
                self.notice(HesitationCause::AddRemoveAdd, now);
            }
            Fact::Removed(line) => {
                swings(&mut self.added, hash(&line.product), 0);
            }
            Fact::ShippingSeen => self.shipping_seen_at = Some(now),
            _ => {}
        }
        if !self.cart.is_filled()
            && matches!(fact, Fact::Purchased { .. } | Fact::CartStands { .. })
        {
            self.added = [Swing::NEW; TO_AND_FRO_SLOTS];
        }
    }

    pub(super) fn field_left(&mut self, now: u64, field: Field, is_empty: bool) {
        if field == Field::Coupon && is_empty {
            self.notice(HesitationCause::CouponEmpty, now);
        }
    }

    pub(super) fn rested_on(&mut self, now: u64, landmark: Landmark) {
        match landmark {
            Landmark::Price | Landmark::Total => {
                self.resting_since.get_or_insert(now);
            }
            Landmark::Shipping => {
                self.resting_since = None;
                self.shipping_seen_at = Some(now);
            }
            Landmark::Elsewhere => self.resting_since = None,
        }
    }

    pub(super) fn stop_resting(&mut self) {
        (self.resting_since, self.shipping_seen_at) = (None, None);
    }

    pub(super) fn chose(&mut self, now: u64, control: u32, value: u32) {
        if swings(&mut self.chosen, control, value) {
            self.notice(HesitationCause::ToAndFro, now);
        }
    }

    pub(super) fn returned(&mut self, now: u64, away_ms: u64) {
        if away_ms >= TAB_SWITCH_MS_MIN {
            self.notice(HesitationCause::TabSwitch, now);
        }
    }

    /// Notices the causes that consist in time passing.
    pub(super) fn wait(&mut self, now: u64, presence: &Presence) {
        for (cause, due) in self.waits(presence) {
            if due <= now {
                self.notice(cause, due);
            }
        }
    }

    /// Forgets what is over and says what changed.
    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        let mut causes: u16 = 0;
        for (bit, at) in self.noticed_at.iter_mut().enumerate() {
            if !self.cart.is_filled() || now.saturating_sub(*at) > HESITATION_HOLD_MS {
                *at = 0;
            }
            if *at > 0 {
                causes |= 1 << bit;
            }
        }
        let held = u8::try_from(causes.count_ones()).unwrap_or(u8::MAX);
        let level = held.min(HESITATION_LEVEL_MAX);
        let is_news = level != self.told_level || causes & !self.told_causes != 0;
        (self.told_level, self.told_causes) = (level, causes);
        is_news.then_some(Signal::CartHesitation { level, causes })
    }

    /// When the next cause is noticed or forgotten, if nothing happens.
    pub(super) fn due(&self, now: u64, presence: &Presence) -> u64 {
        let mut soonest = NEVER;
        let mut consider = |due| {
            if due > now {
                soonest = soonest.min(due);
            }
        };
        for (_, due) in self.waits(presence) {
            consider(due);
        }
        for &at in &self.noticed_at {
            if at > 0 {
                consider(at.saturating_add(HESITATION_HOLD_MS + 1));
            }
        }
        soonest
    }

    /// When each cause that consists in time passing is noticed.
    #[inline(never)]
    fn waits(&self, presence: &Presence) -> [(HesitationCause, u64); 3] {
        let (mut price, mut idle, mut shipping) = (NEVER, NEVER, NEVER);
        if presence.is_here() && self.cart.is_filled() {
            if let Some(at) = self.resting_since {
                price = at + PRICE_PAUSE_MS;
            }
            if self.is_at_till {
                idle = presence.active_at + IDLE_CART_MS;
            }
            if let Some(seen_at) = self.shipping_seen_at {
                let still_from = presence.active_at.max(seen_at);
                if still_from.saturating_sub(seen_at) <= SHIPPING_REACT_MS {
                    shipping = still_from + SHIPPING_STILL_MS;
                }
            }
        }
        [
            (HesitationCause::PricePause, price),
            (HesitationCause::IdleCart, idle),
            (HesitationCause::ShippingShock, shipping),
        ]
    }

    #[inline(never)]
    fn notice(&mut self, cause: HesitationCause, at: u64) {
        if !self.cart.is_filled() {
            return;
        }
        if let Some(noticed_at) = self.noticed_at.get_mut(cause as usize) {
            *noticed_at = at.max(*noticed_at);
        }
    }
}

/// Sets `of` to `value`; whether it has swung back to what it was before the last change.
fn swings(slots: &mut [Swing; TO_AND_FRO_SLOTS], of: u32, value: u32) -> bool {
    let known = slots.iter().position(|slot| slot.of == of && of != 0);
    // Newest first: the last slot is the one to be forgotten.
    let at = known.unwrap_or(TO_AND_FRO_SLOTS - 1);
    let mut swing = Swing { of, value, before: None };
    if known.is_some() {
        swing = slots[at];
    }
    let is_back = value != swing.value && swing.before == Some(value);
    if value != swing.value {
        swing.before = Some(swing.value);
        swing.value = value;
    }
    slots.copy_within(..at, 1);
    slots[0] = swing;
    is_back
}

beacon::wire!(struct CartHesitation {
    cart, noticed_at, told_level, told_causes, was_at_checkout, is_at_till, chosen, added;
    not resting_since, shipping_seen_at
});
beacon::wire!(struct Swing { of, value, before });
