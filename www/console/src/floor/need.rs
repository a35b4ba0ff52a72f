//! Who to help first, and why: a ranking by hand-set points, each with its reason in words.
//!
//! The weights say what a shop assistant would: somebody waiting for an answer before somebody who
//! wavers, trouble before browsing, a full cart before an empty one. They order a list; they predict
//! nothing. Expected gain replaces them once the pack carries a trained model.

use nunchi_api::{live::Visitor, stats::Amount};

use super::zone::Zone;
use crate::text::{Language, Words, fill, format};

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
    /// Talks in a chat, or waits for an answer.
    Chat,
    /// Wavers over the cart, at this level.
    Hesitation(u8),
    /// Is about to leave.
    Leaving,
    /// Something does not work.
    Annoyed,
    /// Does not get where they want, but for the cart.
    Struggling,
    /// Stands at the till.
    Checkout,
    /// Carries this much.
    Cart(Amount),
    /// The shop calls them important.
    Vip,
}

/// The feeling an avatar shows: the collector's `engine::presence::Mood`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Nothing to see.
    Neutral,
    /// Found or bought something.
    Happy,
    /// Wants something and does not get there.
    Struggling,
    /// Something does not work.
    Annoyed,
    /// May be a program.
    Suspicious,
}

impl Need {
    /// Weighs a visitor. `richest` is the largest cart on the floor in the same currency, minor units.
    pub(crate) fn of(visitor: &Visitor, richest: i64) -> Self {
        let is_done = visitor.has_bought && Zone::of(&visitor.zone) != Zone::Lounge;
        if is_done || Mood::of(&visitor.mood) == Mood::Suspicious {
            return Self::default();
        }
        let mut weighed = reasons(visitor, richest);
        weighed.sort_by_key(|(points, _)| core::cmp::Reverse(*points));
        let points: u32 = weighed.iter().map(|(points, _)| points).sum();
        // Somebody in another tab can be helped less now.
        let points = if visitor.is_away { points / 2 } else { points };
        Self { points, reasons: weighed.into_iter().map(|(_, reason)| reason).collect() }
    }
}

impl Mood {
    /// All of them, in the order of the filter.
    pub(crate) const ALL: [Self; 5] =
        [Self::Annoyed, Self::Struggling, Self::Happy, Self::Neutral, Self::Suspicious];

    /// The mood by the collector's name; one that came after this console is not shown.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "happy" => Self::Happy,
            "struggling" => Self::Struggling,
            "annoyed" => Self::Annoyed,
            "suspicious" => Self::Suspicious,
            _ => Self::Neutral,
        }
    }

    /// For style sheets.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Happy => "happy",
            Self::Struggling => "struggling",
            Self::Annoyed => "annoyed",
            Self::Suspicious => "suspicious",
        }
    }

    /// For people.
    pub(crate) fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Neutral => words.mood_neutral,
            Self::Happy => words.mood_happy,
            Self::Struggling => words.mood_struggling,
            Self::Annoyed => words.mood_annoyed,
            Self::Suspicious => words.mood_suspicious,
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
            Self::Struggling => words.reason_struggling.into(),
            Self::Checkout => words.reason_checkout.into(),
            Self::Cart(amount) => {
                fill(words.reason_cart, &[&format::money_short(amount, language)])
            }
            Self::Vip => words.reason_vip.into(),
        }
    }
}

fn reasons(visitor: &Visitor, richest: i64) -> Vec<(u32, Reason)> {
    let mut all = Vec::new();
    let zone = Zone::of(&visitor.zone);
    if zone == Zone::Lounge {
        all.push((CHAT, Reason::Chat));
    }
    if visitor.hesitation > 0 {
        let level = visitor.hesitation.min(3);
        all.push((HESITATION * u32::from(level), Reason::Hesitation(level)));
    }
    if zone == Zone::Exit {
        all.push((LEAVING, Reason::Leaving));
    }
    match Mood::of(&visitor.mood) {
        Mood::Annoyed => all.push((ANNOYED, Reason::Annoyed)),
        // Of the cart its own line speaks.
        Mood::Struggling if visitor.hesitation == 0 => all.push((STRUGGLING, Reason::Struggling)),
        Mood::Struggling | Mood::Neutral | Mood::Happy | Mood::Suspicious => {}
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

const CHAT: u32 = 80;
const HESITATION: u32 = 25;
const ANNOYED: u32 = 30;
const LEAVING: u32 = 25;
const STRUGGLING: u32 = 25;
const CHECKOUT: u32 = 15;
const CART: u32 = 20;
const VIP: u32 = 15;

#[cfg(test)]
mod tests {
    use super::*;

    fn won(minor: i64) -> Amount {
        Amount { minor, currency: "KRW".into() }
    }

    fn points(visitor: &Visitor) -> u32 {
        Need::of(visitor, 100_000).points
    }

    #[test]
    fn somebody_browsing_calmly_is_left_in_peace() {
        assert_eq!(Need::of(&Visitor::default(), 0), Need::default());
    }

    #[test]
    fn waiting_in_a_chat_comes_before_wavering_and_wavering_before_a_full_cart() {
        let chat = Visitor { zone: "lounge".into(), ..Visitor::default() };
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
    fn who_makes_for_the_exit_is_annoyed_or_struggles_needs_help_and_a_program_does_not() {
        let reasons = |visitor| Need::of(&visitor, 0).reasons;
        let feels = |mood: &str| Visitor { mood: mood.into(), ..Visitor::default() };
        let leaves = Visitor { zone: "exit".into(), ..Visitor::default() };
        assert_eq!(reasons(leaves), [Reason::Leaving]);
        assert_eq!(reasons(feels("annoyed")), [Reason::Annoyed]);
        assert_eq!(reasons(feels("struggling")), [Reason::Struggling]);
        assert_eq!(reasons(Visitor { hesitation: 3, ..feels("suspicious") }), []);
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
        let said = Need::of(&visitor, 100_000)
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
    fn who_has_bought_needs_nothing() {
        let visitor =
            Visitor { has_bought: true, hesitation: 3, is_vip: true, ..Visitor::default() };
        assert_eq!(points(&visitor), 0);
    }

    #[test]
    fn somebody_in_another_tab_counts_half() {
        let here = Visitor { hesitation: 2, ..Visitor::default() };
        let away = Visitor { is_away: true, ..here.clone() };
        assert_eq!(points(&away) * 2, points(&here));
    }
}
