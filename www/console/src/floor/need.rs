//! Who to help first, and why: by what help may bring, each reason in words.
//!
//! Somebody who waits for an answer comes first. Then counts the expected gain: how likely they leave, times what their
//! cart is worth, times what help is measured to bring (`help`). The chance of leaving is set by hand from what they do
//! now, as a shop assistant would; points of the same kind order those with equal gain, most of whom have no cart yet.

use nunchi_api::{live::Visitor, stats::Amount};

use super::help::Help;
use super::zone::Zone;
use crate::text::{Language, Words, fill, format};

/// How much somebody needs help.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Need {
    /// Somebody waits for an answer, or talks.
    pub(crate) is_waiting: bool,
    /// What may be lost, as thousandths of the largest cart on the floor: carts of several currencies compare.
    pub(crate) stake: u32,
    /// More is more urgent among equal stakes; 0: leave them in peace.
    pub(crate) points: u32,
    /// The weightiest first.
    pub(crate) reasons: Vec<Reason>,
}

/// Why somebody needs help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Help may bring this much: so likely they leave (thousandths).
    Gain(Amount, u16),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    pub(crate) fn of(visitor: &Visitor, richest: i64, help: Help) -> Self {
        let is_waiting = Zone::of(&visitor.zone) == Zone::Lounge;
        if (visitor.has_bought && !is_waiting) || Mood::of(&visitor.mood) == Mood::Suspicious {
            return Self::default();
        }
        let mut weighed = reasons(visitor, richest);
        weighed.sort_by_key(|(points, _)| core::cmp::Reverse(*points));
        let points: u32 = weighed.iter().map(|(points, _)| points).sum();
        let mut reasons: Vec<_> = weighed.into_iter().map(|(_, reason)| reason).collect();
        let cart = visitor.cart_value.clone().filter(|cart| cart.minor > 0);
        let leaves = leaving(visitor);
        let stake = cart.as_ref().map_or(0, |cart| stake(cart.minor, richest, leaves));
        if let Some(cart) = cart {
            let gain = i128::from(cart.minor) * i128::from(leaves) * i128::from(help.permille);
            let minor = i64::try_from(gain / 1_000_000).unwrap_or(i64::MAX);
            // What waits for an answer is said before what it may bring.
            let place = usize::from(is_waiting).min(reasons.len());
            reasons.insert(place, Reason::Gain(Amount { minor, ..cart }, leaves));
        }
        // Somebody in another tab can be helped less now.
        let half = 1 + u32::from(visitor.is_away);
        Self { is_waiting, stake: stake / half, points: points / half, reasons }
    }

    /// For sorting: who comes first has more.
    pub(crate) fn urgency(&self) -> (bool, u32, u32) {
        (self.is_waiting, self.stake, self.points)
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
            Self::Gain(amount, leaves) => {
                let (gain, leaves) = (format::money_short(amount, language), leaves / 10);
                fill(words.reason_gain, &[&gain, &format!("{leaves}%")])
            }
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

/// How likely somebody leaves without buying, thousandths, by the gravest of what they do now.
fn leaving(visitor: &Visitor) -> u16 {
    let by_hesitation = [CALM, 600, 700, 800][usize::from(visitor.hesitation.min(3))];
    let by_mood = match Mood::of(&visitor.mood) {
        Mood::Annoyed => 750,
        Mood::Struggling => 650,
        Mood::Happy => CALM / 2,
        Mood::Neutral | Mood::Suspicious => CALM,
    };
    let by_zone = if Zone::of(&visitor.zone) == Zone::Exit { 850 } else { 0 };
    let is_paying = matches!(visitor.page.as_str(), "checkout" | "payment");
    let calm = by_hesitation.max(by_mood).max(by_zone);
    // Who has come as far as paying mostly does.
    if is_paying && calm <= CALM { CALM / 2 } else { calm }
}

fn stake(minor: i64, richest: i64, leaves: u16) -> u32 {
    let share = i128::from(minor) * i128::from(leaves) / i128::from(richest.max(minor).max(1));
    u32::try_from(share).unwrap_or_default().max(1)
}

/// From 1 to [`CART`], by the share of the richest cart.
fn cart_points(minor: i64, richest: i64) -> u32 {
    let share = i128::from(minor) * i128::from(CART) / i128::from(richest.max(minor).max(1));
    u32::try_from(share).unwrap_or(CART).max(1)
}

/// A visitor with a cart who does nothing remarkable, thousandths: seven in ten carts are left in the end (Baymard's
/// average over 50 studies), but most of those only after some sign.
const CALM: u16 = 400;

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

    fn need(visitor: &Visitor, richest: i64) -> Need {
        Need::of(visitor, richest, Help::default())
    }

    fn points(visitor: &Visitor) -> u32 {
        need(visitor, 100_000).points
    }

    #[test]
    fn somebody_browsing_calmly_is_left_in_peace() {
        assert_eq!(need(&Visitor::default(), 0), Need::default());
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
    fn what_may_be_lost_counts_before_anything_but_who_waits() {
        let with = |minor, hesitation, page: &str| Visitor {
            cart_value: Some(won(minor)),
            hesitation,
            page: page.into(),
            ..Visitor::default()
        };
        let all = [
            ("waits", Visitor { zone: "lounge".into(), ..Visitor::default() }),
            ("wavers over much", with(90_000, 3, "cart")),
            ("has much, calmly", with(100_000, 0, "cart")),
            ("pays", with(100_000, 0, "payment")),
            ("wavers over little", with(9_000, 3, "cart")),
            ("is lost without a cart", Visitor { mood: "annoyed".into(), ..Visitor::default() }),
        ];
        let urgency: Vec<_> = all.iter().map(|(_, it)| need(it, 100_000).urgency()).collect();
        assert!(urgency.is_sorted_by(|a, b| a > b), "{urgency:?}");
        let Reason::Gain(gain, leaves) = &need(&all[1].1, 0).reasons[0] else { panic!() };
        assert_eq!((gain.minor, *leaves), (7_200, 800), "90,000 × 80 % × 10 %");
    }

    #[test]
    fn who_makes_for_the_exit_is_annoyed_or_struggles_needs_help_and_a_program_does_not() {
        let reasons = |visitor| need(&visitor, 0).reasons;
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
        let said = need(&visitor, 100_000)
            .reasons
            .iter()
            .map(|reason| reason.say(Language::En))
            .collect::<Vec<_>>();
        assert_eq!(
            said,
            [
                "help may bring ₩8K (80% may leave)",
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
