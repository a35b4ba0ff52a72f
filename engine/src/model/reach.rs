//! What a model can say at all. For operators: pages never ask.

use super::schema::highest;
use super::{ALONE, Band, Model, Term, millionths};

/// Bounds of what a model can say of any visitor; it may be that it never says quite as much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Least and most chance of a purchase, thousandths.
    pub buy_permille: [u16; 2],
    /// Least and most chance of leaving.
    pub leave_permille: [u16; 2],
    /// The sorts of visitor it can tell, in order.
    pub bands: [bool; 3],
}

impl Model {
    /// How far it reaches.
    pub fn reach(&self) -> Reach {
        let mut sums = [[0_i64; 2]; 2];
        // Terms of one value are a line with bends: it is lowest and highest at a bend or an end.
        for line in
            self.terms.chunk_by(|one, next| (one.feature, one.with) == (next.feature, next.with))
        {
            for (head, [least, most]) in sums.iter_mut().enumerate() {
                let (low, high) = bounds(line, head);
                (*least, *most) = (*least + low, *most + high);
            }
        }
        let end = |end: usize| self.head().logits([sums[0][end], sums[1][end]]).map(millionths);
        let permille = |millionths: u32| u16::try_from(millionths / 1_000).unwrap_or(u16::MAX);
        let ([buy_low, leave_low], [buy_high, leave_high]) =
            (end(0).map(permille), end(1).map(permille));
        let mut bands = [false; 3];
        bands[Band::Buys as usize] = buy_high >= self.bands.buys;
        let others = buy_low < self.bands.buys;
        bands[Band::Undecided as usize] = others && leave_low < self.bands.leaves;
        bands[Band::Leaves as usize] = others && leave_high >= self.bands.leaves;
        Reach { buy_permille: [buy_low, buy_high], leave_permille: [leave_low, leave_high], bands }
    }
}

/// Least and most of what these terms of one value add to a head.
fn bounds(line: &[Term], head: usize) -> (i64, i64) {
    let Some(first) = line.first() else { return (0, 0) };
    let most = highest(first.feature);
    let ends = line.iter().map(|it| it.knot.clamp(0, most)).chain([0, most]);
    let at = |value: i16, with: i16| -> i64 {
        let value_of = |feature| if feature == first.with { with } else { value };
        line.iter().map(|it| it.part(&value_of) * i64::from(it.weights[head])).sum()
    };
    // By a second value the line is multiplied: with none, or with the most.
    let with = if first.with == ALONE { 0 } else { highest(first.with) };
    let sums = ends.flat_map(|value| [at(value, 0), at(value, with)]);
    sums.fold((i64::MAX, i64::MIN), |(low, high), it| (low.min(it), high.max(it)))
}
