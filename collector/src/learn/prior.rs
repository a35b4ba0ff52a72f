//! The model that is shipped, for shops that have nothing to learn from yet.
//!
//! From the public set whose licence allows it (UCI Online Shoppers, CC BY 4.0) it learns what
//! pages seen, their time, having been there before and the weekend say. Of carts, doubt and
//! leaving that set says nothing: there stand terms set by hand, as means of the prior, so that a
//! shop's own sessions move them later.
//!
//! The set has whole sessions only, but a page asks early. So each session is also taken as it may
//! have stood after a few views, all its counts and times shrunk alike.

use std::fmt::Write as _;
use std::path::Path;

use engine::model::schema::{ONE, SHARE, Slot, at, log, name};
use engine::model::{ALONE, Model, Term};

use super::LearnError;
use super::design::{Design, bent};
use super::fit::{Head, round, rows};
use super::sets;
use super::solve::{Prior, Solution, solve};

/// Makes it from the shoppers' set.
///
/// # Errors
/// When the set is not there or is not laid out as its README says.
pub fn make(place: &Path) -> Result<Model, LearnError> {
    let lot = sets::shoppers_as_visits(place)?;
    let mut design: Design =
        LEARNED.iter().flat_map(|&slot| bent(&lot, at(slot), &SHARES)).collect();
    design.extend(BY_HAND.iter().flat_map(ByHand::terms).map(|(term, _)| term));
    let means = |head: usize| -> Vec<f64> {
        let by_hand = BY_HAND.iter().flat_map(ByHand::terms);
        let by_hand: Vec<f64> = by_hand.map(|(_, weights)| weights[head]).collect();
        let learned = design.len() - by_hand.len();
        std::iter::repeat_n(0.0, learned).chain(by_hand).collect()
    };
    let rows = rows(&lot, &design, Head::Buy);
    let prior = Prior { means: means(0), ..Prior::ridge(RIDGE, &rows.scales()) };
    let mut buy = solve(&rows, &[], &prior);
    // What the set could not see was there nevertheless, in as many sessions.
    buy.base -= BY_HAND.iter().map(|it| it.buy * it.share).sum::<f64>();
    let leave = Solution { base: LEAVE_BASE, weights: means(1) };
    let mut model = round(&lot, &design, [&buy, &leave]);
    model.terms.sort_by_key(|it| (it.feature, it.with, it.knot));
    Ok(at_rate(&model, 0, 0))
}

/// The model for a shop of which so many sessions, and purchases in them, are known: the same
/// order of visitors, at the shop's own rate. Of a shop that is new about 3 % are expected to buy.
pub fn at_rate(model: &Model, purchases: u64, sessions: u64) -> Model {
    let expected = (purchases as f64 + 1.0) / (sessions.max(purchases) as f64 + 31.0);
    let rate = ((expected * 10_000.0).round() as u16).clamp(1, 9_999);
    let logit = |rate: u16| (f64::from(rate) / f64::from(10_000 - rate)).ln() * 65_536.0;
    let shift = (logit(rate) - logit(model.rate.clamp(1, 9_999))).round() as i32;
    let base = [model.base[0].saturating_add(shift), model.base[1]];
    Model { base, rate, ..model.clone() }
}

/// Its terms as lines for people, weights in logits.
pub fn told(model: &Model) -> String {
    let unit = f64::from(1_u32 << model.shift);
    let mut told = String::new();
    for term in &model.terms {
        let [buy, leave] = term.weights.map(|it| f64::from(it) / unit);
        let (name, knot) = (name(term.feature), f64::from(term.knot) / 256.0);
        writeln!(told, "{name:>16} above {knot:6.2}: buy {buy:+.3}, leave {leave:+.3}")
            .expect("a string takes any text");
    }
    told
}

/// What the set tells about.
const LEARNED: [Slot; 8] = [
    Slot::Shelf,
    Slot::ShelfSpent,
    Slot::AccountViews,
    Slot::AccountSpent,
    Slot::Info,
    Slot::InfoSpent,
    Slot::Returning,
    Slot::Weekend,
];

/// Bends at these shares of the sessions in which the value is not zero.
const SHARES: [f64; 3] = [0.25, 0.5, 0.75];

/// Strength of the prior: as in the benchmark of the same set.
const RIDGE: f64 = 30.0;

/// 12.3 % of page views are a session's last.
const LEAVE_BASE: f64 = -1.964;

/// A term set by hand: it grows from a count of `from` to one of `to`, and then stays.
struct ByHand {
    slot: Slot,
    from: u32,
    to: u32,
    /// What it adds in full to the logits.
    buy: f64,
    leave: f64,
    /// In how many sessions it holds, as far as it is known; the base makes room for that.
    share: f64,
}

impl ByHand {
    /// Up from one knot, and from the other on level, where there is more to come. Weights in
    /// logits a unit.
    fn terms(&self) -> Vec<(Term, [f64; 2])> {
        let (from, to) = (self.value(self.from), self.value(self.to));
        let units = f64::from(to - from) / 256.0;
        let [buy, leave] = [self.buy, self.leave].map(|it| it / units);
        let term = |knot: u32| Term {
            feature: at(self.slot),
            with: ALONE,
            knot: i16::try_from(knot).unwrap_or(i16::MAX),
            weights: [0; 2],
        };
        let mut terms = vec![(term(from), [buy, leave])];
        if !ENDS.contains(&self.slot) {
            terms.push((term(to), [-buy, -leave]));
        }
        terms
    }

    /// What a model sees of this count.
    fn value(&self, count: u32) -> u32 {
        if at(self.slot) < SHARE { log(count) } else { count * u32::from(ONE.unsigned_abs()) }
    }
}

/// These go no higher than they are asked for.
const ENDS: [Slot; 5] = [Slot::Known, Slot::Vip, Slot::Hesitation, Slot::ExitNow, Slot::Away];

const fn by_hand(slot: Slot, from: u32, to: u32, buy: f64, leave: f64) -> ByHand {
    ByHand { slot, from, to, buy, leave, share: 0.0 }
}

/// In logits. Anchors: 4.2 % of the sessions of a pop-up shop buy, 22 % of
/// those with a cart; three in four exit intents by the pointer are followed by a leave within 4 s;
/// each step of doubt takes about a third of the odds; who has bought seldom buys again at once.
/// What an offer on screen does is not known: its term is zero until a shop's holdout tells.
const BY_HAND: [ByHand; 14] = [
    // With a cart a fifth buy; so at most a fifth of all sessions have one.
    ByHand { share: 0.19, ..by_hand(Slot::CartItems, 0, 1, 1.9, -0.4) },
    ByHand { share: 0.08, ..by_hand(Slot::Begun, 0, 1, 1.3, -0.3) },
    by_hand(Slot::ProductSeconds, 3, 30, 0.5, -0.2),
    by_hand(Slot::Searches, 0, 2, 0.3, -0.1),
    by_hand(Slot::Known, 0, 1, 0.3, -0.1),
    by_hand(Slot::Vip, 0, 1, 0.3, -0.1),
    by_hand(Slot::Hesitation, 0, 3, -1.05, 0.9),
    by_hand(Slot::Removed, 0, 3, -0.45, 0.3),
    by_hand(Slot::Rage, 0, 2, -0.5, 0.8),
    by_hand(Slot::Missed, 0, 2, -0.5, 0.8),
    by_hand(Slot::Exits, 0, 3, -0.6, 0.3),
    by_hand(Slot::ExitNow, 0, 1, -0.1, 2.6),
    by_hand(Slot::Away, 0, 1, -0.1, 2.6),
    by_hand(Slot::Bought, 0, 1, -2.5, 1.5),
];
