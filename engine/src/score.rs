//! How likely is a purchase, how likely is leaving? A logistic over a few counters, in fixed point.
//!
//! The terms are set by hand, in thousandths of a logit, until a trained model takes their place.
//! Anchors: 4.2 % of the sessions of a pop-up shop buy, 22 % of those with a cart; 12.3 % of page
//! views are a session's last; once checkout began, page types tell little more.

use beacon::item::{Began, VisitorKind};

use crate::campaign::Happening;
use crate::decide::{Session, View};

/// Two probabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Purchase in this session, thousandths.
    pub buy_permille: u16,
    /// This view is the session's last, thousandths.
    pub leave_permille: u16,
}

/// One summand of a score: why it is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// What was looked at.
    pub name: &'static str,
    /// What it adds to the logit of buying, thousandths.
    pub buy: i32,
    /// What it adds to the logit of leaving, thousandths.
    pub leave: i32,
}

/// What the score looks at.
#[expect(clippy::struct_excessive_bools, reason = "independent features, one bit each")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Views of products in this session.
    pub product_views: u16,
    /// Longest active time on one product, seconds.
    pub product_seconds: u32,
    /// Pieces in the cart.
    pub cart_items: u16,
    /// Times something was taken out of the cart.
    pub removed: u16,
    /// Checkout began.
    pub has_begun_checkout: bool,
    /// Something was bought in this session.
    pub has_bought: bool,
    /// Searches, and those without results.
    pub searches: u16,
    /// Searches without results.
    pub searches_missed: u16,
    /// Met before, or logged in.
    pub is_returning: bool,
    /// Logged in.
    pub is_known: bool,
    /// The shop calls this customer important.
    pub is_vip: bool,
    /// Level of cart hesitation.
    pub hesitation: u8,
    /// Exit intents in this session.
    pub exits: u16,
    /// Exit intents in the last 10 seconds.
    pub exits_now: u16,
    /// Rage clicks in this session.
    pub rage_clicks: u16,
    /// The tab is hidden.
    pub is_away: bool,
}

impl Look {
    pub(crate) fn new(world: &Began, session: &Session, view: &View, now: u32) -> Self {
        let total = |what| session.history.count(what, now, 0);
        Self {
            product_views: total(Happening::ProductView),
            product_seconds: session.product_ms_max.max(view.product_ms) / 1_000,
            cart_items: session.cart.items,
            removed: total(Happening::Removed),
            has_begun_checkout: total(Happening::CheckoutBegan) > 0,
            has_bought: total(Happening::Purchased) > 0,
            searches: total(Happening::Searched),
            searches_missed: total(Happening::SearchMissed),
            is_returning: world.visitor != VisitorKind::New,
            is_known: session.visitor(world.visitor) == VisitorKind::Known,
            is_vip: session.is_vip,
            hesitation: session.hesitation_level,
            exits: total(Happening::ExitIntent),
            exits_now: session.history.count(Happening::ExitIntent, now, 10_000),
            rage_clicks: total(Happening::RageClick),
            is_away: session.is_away,
        }
    }
}

/// The probabilities for what was seen.
pub fn of(look: &Look) -> Score {
    let (mut buy, mut leave) = (0, 0);
    for (times, weight) in times(look).into_iter().zip(&WEIGHTS) {
        buy += i32::from(times) * i32::from(weight[0]);
        leave += i32::from(times) * i32::from(weight[1]);
    }
    Score { buy_permille: permille(buy), leave_permille: permille(leave) }
}

/// Every summand, for "why".
pub fn terms(look: &Look) -> [Term; TERMS.len()] {
    let times = times(look);
    core::array::from_fn(|at| {
        let ((name, [buy, leave]), times) = (TERMS[at], i32::from(times[at]));
        Term { name, buy: times * i32::from(buy), leave: times * i32::from(leave) }
    })
}

/// How often each of [`TERMS`] counts.
fn times(look: &Look) -> [u16; TERMS.len()] {
    let flag = u16::from;
    let upto = u16::min;
    [
        1,
        upto(look.product_views, 6),
        flag(look.product_seconds >= 10) + flag(look.product_seconds >= 30),
        upto(look.searches, 2),
        flag(look.cart_items > 0),
        flag(look.has_begun_checkout),
        flag(look.is_returning),
        flag(look.is_known) + flag(look.is_vip),
        upto(look.hesitation.into(), 3),
        upto(look.removed, 3),
        upto(look.rage_clicks, 2) + upto(look.searches_missed, 2),
        upto(look.exits, 3),
        flag(look.exits_now > 0) + flag(look.is_away),
        flag(look.has_bought),
    ]
}

/// What counts, and what it adds to the logits of buying and of leaving, thousandths.
const TERMS: [(&str, [i16; 2]); 14] = [
    // A visitor of whom nothing is known: 2 % buy, 12.3 % of views are the last.
    ("base", [-3_900, -1_964]),
    // Interest: each product looked at, up to six, and staying on one.
    ("product_views", [150, -60]),
    ("product_dwell", [250, -100]),
    ("searched", [150, -50]),
    // With a cart and three products seen: about a fifth buy.
    ("cart", [1_900, -400]),
    ("checkout", [1_300, -300]),
    ("returning", [250, 0]),
    ("known", [300, -100]),
    // Doubt: each step takes about a third of the odds.
    ("hesitation", [-350, 300]),
    ("removed", [-150, 100]),
    ("trouble", [-250, 400]),
    // Going: three in four exit intents by the pointer are followed by a leave within 4 s.
    ("exit_intent", [-200, 100]),
    ("leaving_now", [-100, 2_600]),
    // Who has bought seldom buys again at once, and is done here.
    ("bought", [-2_500, 1_500]),
];

/// The numbers alone: pages do not load the names.
const WEIGHTS: [[i16; 2]; TERMS.len()] = {
    let mut weights = [[0; 2]; TERMS.len()];
    let mut at = 0;
    while at < TERMS.len() {
        weights[at] = TERMS[at].1;
        at += 1;
    }
    weights
};

/// The logistic function of thousandths of a logit, in thousandths: a table every half logit and
/// straight lines between, within 4 of the true value. Never 0 and never 1000.
fn permille(logit: i32) -> u16 {
    const STEP: u32 = 500;
    const TABLE: [u16; 14] = [500, 622, 731, 818, 881, 924, 953, 971, 982, 989, 993, 996, 998, 999];
    let far = logit.unsigned_abs().min(STEP * 13);
    let at = (far / STEP) as usize;
    let low = TABLE.get(at).copied().unwrap_or(999);
    let high = TABLE.get(at + 1).copied().unwrap_or(999);
    let between = u32::from(high - low) * (far % STEP) / STEP;
    let value = low.saturating_add(u16::try_from(between).unwrap_or(0));
    if logit < 0 { 1_000 - value } else { value }
}

#[cfg(test)]
mod tests {
    use super::{Look, of, permille, terms};

    #[test]
    fn the_logistic_function_is_within_four_thousandths() {
        let e = core::f64::consts::E;
        // Whole logits by repeated multiplication: the float functions are banned here.
        let truth = |logit: u32| {
            let power = (0..logit).fold(1.0, |power, _| power * e);
            1_000.0 * power / (1.0 + power)
        };
        for logit in 0..6 {
            let value = f64::from(permille(1_000 * logit));
            let truth = truth(logit.unsigned_abs());
            assert!((value - truth).abs() < 4.0, "{logit}: {value} for {truth}");
            assert_eq!(permille(-1_000 * logit), 1_000 - permille(1_000 * logit));
        }
        assert_eq!((permille(i32::MIN), permille(i32::MAX)), (1, 999));
    }

    #[test]
    fn it_never_falls_between_two_logits() {
        let values: Vec<u16> = (-8_000..8_000).map(permille).collect();
        assert!(values.is_sorted());
    }

    #[test]
    fn a_cart_makes_buying_likely_and_doubt_takes_it_back() {
        let shopper = Look { product_views: 3, product_seconds: 12, ..Look::default() };
        let cart = Look { cart_items: 2, ..shopper };
        let doubt = Look { hesitation: 2, exits: 1, exits_now: 1, ..cart };
        let buy = |look| of(&look).buy_permille;
        // The true values are 19.8, 39.2, 214.2 and 91.1.
        assert_eq!([buy(Look::default()), buy(shopper), buy(cart), buy(doubt)], [21, 40, 217, 94]);
        assert!(of(&doubt).leave_permille > 500);
    }

    #[test]
    fn the_terms_add_up_to_the_score() {
        let look = Look { cart_items: 1, is_vip: true, searches: 9, ..Look::default() };
        let buy: i32 = terms(&look).iter().map(|term| term.buy).sum();
        assert_eq!(of(&look).buy_permille, permille(buy));
    }
}
