//! Of which terms a model consists: values as straight lines with bends at quantiles, and pairs.

use engine::model::schema::{
    BEFORE, COUNT, FIRST, KINDS, LAST, RECENT, SHARE, SPENT, Slot, at, log,
};
use engine::model::{ALONE, Term};

use super::sets::Lot;

/// Terms whose weights are not known yet.
pub(super) type Design = Vec<Term>;

const fn term(feature: u8, with: u8, knot: i16) -> Term {
    Term { feature, with, knot, weights: [0; 2] }
}

/// The value as it is, and a bend at each of these shares of the rows in which it is not zero.
pub(super) fn bent(lot: &Lot, feature: u8, shares: &[f64]) -> Design {
    let mut values: Vec<i16> =
        (0..lot.len()).map(|row| lot.row(row)[usize::from(feature)]).filter(|&it| it > 0).collect();
    values.sort_unstable();
    let mut knots = vec![0];
    for share in shares {
        let place = (share * values.len() as f64) as usize;
        knots.extend(values.get(place));
    }
    knots.dedup();
    // Nothing lies beyond the largest value.
    knots.retain(|knot| values.last().is_some_and(|last| knot < last));
    knots.into_iter().map(|knot| term(feature, ALONE, knot)).collect()
}

/// What tells early who buys, on sequences of clicks.
pub(super) fn for_clicks(lot: &Lot) -> Design {
    let mut design = Design::new();
    // A bend at each count: so the rate after each is met.
    for knot in [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 22] {
        design.push(term(at(Slot::Steps), ALONE, log(knot) as i16));
    }
    for slot in PACED {
        design.push(term(at(slot), at(Slot::Steps), 0));
    }
    for slot in BENT {
        design.extend(bent(lot, at(slot), &[0.2, 0.4, 0.6, 0.8]));
    }
    let is_met =
        |block: u8, kind: u8| (0..lot.len()).any(|row| lot.row(row)[usize::from(block + kind)] > 0);
    let kinds: Vec<u8> = (0..KINDS).filter(|&kind| is_met(COUNT, kind)).collect();
    for &kind in &kinds {
        for block in [COUNT, SHARE, RECENT, SPENT] {
            design.extend(bent(lot, block + kind, &[0.35, 0.7]));
        }
        for block in [FIRST, LAST, BEFORE] {
            design.push(term(block + kind, ALONE, 0));
        }
        for block in [COUNT, SHARE, RECENT, LAST] {
            design.push(term(block + kind, at(Slot::Steps), 0));
        }
        design.push(term(LAST + kind, at(Slot::LastDwell), 0));
        for &other in &kinds {
            design.push(term(LAST + kind, BEFORE + other, 0));
        }
    }
    design.sort_by_key(|it| (it.feature, it.with, it.knot));
    design
}

/// Every column of the shoppers' set, bent where it has more than two values.
pub(super) fn for_shoppers(lot: &Lot) -> Design {
    (0..lot.width as u8).flat_map(|column| bent(lot, column, &[0.2, 0.4, 0.6, 0.8])).collect()
}

const PACED: [Slot; 6] =
    [Slot::LastDwell, Slot::Pace, Slot::Elapsed, Slot::Unrest, Slot::Distinct, Slot::Turns];

const BENT: [Slot; 13] = [
    Slot::Elapsed,
    Slot::LastDwell,
    Slot::MaxDwell,
    Slot::Pace,
    Slot::Unrest,
    Slot::MeanDwell,
    Slot::ToAndFro,
    Slot::Distinct,
    Slot::Streak,
    Slot::Turns,
    Slot::Checkout,
    Slot::ShelfSpent,
    Slot::InfoSpent,
];
