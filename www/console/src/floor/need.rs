//! Who to help first, and why: a ranking by hand-set points, each with its reason in words.
//!
//! The weights say what a shop assistant would: somebody waiting for an answer before somebody who
//! wavers, trouble before browsing, a full cart before an empty one. They order a list; they predict
//! nothing. Expected gain replaces them once the pack carries a trained model.

use nunchi_api::{live::Visitor, stats::Amount};

use crate::text::{Language, fill, format};

/// How much somebody needs help.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Need {
    /// More is more urgent; 0: leave them in peace.
    pub(crate) points: u32,
    /// The weightiest first.
    pub(crate) reasons: Vec<Reason>,
}

/// Why somebody needs help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Waits in a chat.
    Chat,
    /// Wavers over the cart, at this level.
    Hesitation(u8),
    /// Is about to leave.
    Leaving,
    /// Clicks in vain.
    Annoyed,
    /// Stands at the till.
    Checkout,
    /// Carries this much.
    Cart(Amount),
    /// The shop calls them important.
    Vip,
}

/// The feeling an avatar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Nothing to see.
    Neutral,
    /// Has bought.
    Happy,
    /// Wavers or is about to leave.
    Unsure,
    /// Clicks in vain.
    Annoyed,
}

/// A signal older than this says nothing about now, milliseconds.
pub(crate) const SIGNAL_FRESH_MS: u64 = 120_000;

impl Need {
    /// Weighs a visitor at `now` (the server's clock, milliseconds since 1970). `richest` is the
    /// largest cart on the floor in the same currency, minor units.
    pub(crate) fn of(visitor: &Visitor, now: u64, richest: i64) -> Self {
        if visitor.has_bought && !visitor.is_chatting {
            return Self::default();
        }
        let mut weighed = reasons(visitor, now, richest);
        weighed.sort_by_key(|(points, _)| core::cmp::Reverse(*points));
        let points: u32 = weighed.iter().map(|(points, _)| points).sum();
        // Somebody in another tab can be helped less now.
        let points = if visitor.is_away { points / 2 } else { points };
        Self { points, reasons: weighed.into_iter().map(|(_, reason)| reason).collect() }
    }
}

impl Mood {
    /// The mood that a visitor's last minutes suggest.
    pub(crate) fn of(visitor: &Visitor, now: u64) -> Self {
        match fresh_signal(visitor, now) {
            Some("rage_click") => Self::Annoyed,
            _ if visitor.has_bought => Self::Happy,
            Some("exit_intent" | "scroll_exit") => Self::Unsure,
            _ if visitor.hesitation > 0 => Self::Unsure,
            _ => Self::Neutral,
        }
    }

    /// For style sheets.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Happy => "happy",
            Self::Unsure => "unsure",
            Self::Annoyed => "annoyed",
        }
    }
}

impl Reason {
    /// In words.
    pub(crate) fn say(&self, language: Language) -> String {
        let words = language.words();
        match self {
            Self::Chat => words.reason_chat.into(),
            Self::Hesitation(level) => fill(words.reason_hesitation, &[&level.to_string()]),
            Self::Leaving => words.reason_leaving.into(),
            Self::Annoyed => words.reason_annoyed.into(),
            Self::Checkout => words.reason_checkout.into(),
            Self::Cart(amount) => {
                fill(words.reason_cart, &[&format::money_short(amount, language)])
            }
            Self::Vip => words.reason_vip.into(),
        }
    }
}

fn reasons(visitor: &Visitor, now: u64, richest: i64) -> Vec<(u32, Reason)> {
    let mut all = Vec::new();
    if visitor.is_chatting {
        all.push((CHAT, Reason::Chat));
    }
    if visitor.hesitation > 0 {
        let level = visitor.hesitation.min(3);
        all.push((HESITATION * u32::from(level), Reason::Hesitation(level)));
    }
    match fresh_signal(visitor, now) {
        Some("rage_click") => all.push((ANNOYED, Reason::Annoyed)),
        Some("exit_intent" | "scroll_exit") => all.push((LEAVING, Reason::Leaving)),
        _ => {}
    }
    if matches!(visitor.page.as_str(), "checkout" | "payment") {
        all.push((CHECKOUT, Reason::Checkout));
    }
    if let Some(amount) = visitor.cart_value.clone().filter(|amount| amount.minor > 0) {
        all.push((cart_points(amount.minor, richest), Reason::Cart(amount)));
    }
    if visitor.is_vip {
        all.push((VIP, Reason::Vip));
    }
    all
}

/// From 1 to [`CART`], by the share of the richest cart.
fn cart_points(minor: i64, richest: i64) -> u32 {
    let share = i128::from(minor) * i128::from(CART) / i128::from(richest.max(minor).max(1));
    u32::try_from(share).unwrap_or(CART).max(1)
}

fn fresh_signal(visitor: &Visitor, now: u64) -> Option<&str> {
    let is_fresh = now.saturating_sub(visitor.signal_at) <= SIGNAL_FRESH_MS;
    is_fresh.then_some(visitor.signal.as_str())
}

const CHAT: u32 = 80;
const HESITATION: u32 = 25;
const ANNOYED: u32 = 30;
const LEAVING: u32 = 25;
const CHECKOUT: u32 = 15;
const CART: u32 = 20;
const VIP: u32 = 15;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000;

    fn won(minor: i64) -> Amount {
        Amount { minor, currency: "KRW".into() }
    }

    fn points(visitor: &Visitor) -> u32 {
        Need::of(visitor, NOW, 100_000).points
    }

    #[test]
    fn somebody_browsing_calmly_is_left_in_peace() {
        assert_eq!(Need::of(&Visitor::default(), NOW, 0), Need::default());
    }

    #[test]
    fn waiting_in_a_chat_comes_before_wavering_and_wavering_before_a_full_cart() {
        let chat = Visitor { is_chatting: true, ..Visitor::default() };
        let wavering = Visitor { hesitation: 2, ..Visitor::default() };
        let full = Visitor { cart_value: Some(won(100_000)), ..Visitor::default() };
        assert!(points(&chat) > points(&wavering));
        assert!(points(&wavering) > points(&full));
    }

    #[test]
    fn the_fuller_cart_comes_first() {
        let full = Visitor { cart_value: Some(won(90_000)), ..Visitor::default() };
        let light = Visitor { cart_value: Some(won(9_000)), ..Visitor::default() };
        assert!(points(&full) > points(&light));
        assert!(points(&light) > 0);
    }

    #[test]
    fn a_signal_counts_while_it_is_fresh() {
        let mut visitor =
            Visitor { signal: "exit_intent".into(), signal_at: NOW, ..Visitor::default() };
        assert_eq!(Need::of(&visitor, NOW, 0).reasons, [Reason::Leaving]);
        visitor.signal_at = NOW - SIGNAL_FRESH_MS - 1;
        assert_eq!(points(&visitor), 0);
    }

    #[test]
    fn the_weightiest_reason_is_said_first() {
        let visitor = Visitor {
            hesitation: 3,
            is_vip: true,
            page: "checkout".into(),
            cart_value: Some(won(100_000)),
            ..Visitor::default()
        };
        let said = Need::of(&visitor, NOW, 100_000)
            .reasons
            .iter()
            .map(|reason| reason.say(Language::En))
            .collect::<Vec<_>>();
        assert_eq!(
            said,
            [
                "hesitates over the cart (level 3)",
                "cart worth ₩100K",
                "stands at the till",
                "important customer"
            ]
        );
    }

    #[test]
    fn who_has_bought_needs_nothing_and_is_happy() {
        let visitor =
            Visitor { has_bought: true, hesitation: 3, is_vip: true, ..Visitor::default() };
        assert_eq!(points(&visitor), 0);
        assert_eq!(Mood::of(&visitor, NOW), Mood::Happy);
    }

    #[test]
    fn somebody_in_another_tab_counts_half() {
        let here = Visitor { hesitation: 2, ..Visitor::default() };
        let away = Visitor { is_away: true, ..here.clone() };
        assert_eq!(points(&away) * 2, points(&here));
    }
}
