//! The second sort of model, made by boosting: each tree is fitted to what the trees before left
//! over. Its three questions are the same on all branches, so in a page it is three comparisons.
//!
//! Chance comes from a counter, so that the same rows give the same trees.

use engine::model::{Forest, Split, Tree};

use super::sets::Lot;

/// How trees are to be grown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    /// How many trees.
    pub(super) trees: usize,
    /// Share of each tree that is kept: slow learners learn better.
    pub(super) rate: f64,
    /// Answers are drawn to zero as if by rows of this curvature.
    pub(super) calm: f64,
    /// Of a hundred columns, how many a tree may ask about.
    pub(super) columns: u64,
    /// Of a hundred rows, how many a tree is grown on.
    pub(super) rows: u64,
}

/// By cross-validation on the shoppers' set, where 80 to 170 trees and rates of .07 to .15 are alike.
pub(super) const GROWTH: Growth =
    Growth { trees: 150, rate: 0.08, calm: 2.0, columns: 70, rows: 70 };

/// Answers are kept in these parts of a logit: 2^-12.
const SHIFT: u8 = 12;
/// At most as many marks are tried on a column.
const MARKS_MAX: usize = 32;
const LEAVES: usize = 8;

/// A column as numbers of bins, and the marks between them.
struct Column {
    feature: u8,
    marks: Vec<i16>,
    bins: Vec<u8>,
}

/// Grows a forest that foretells purchases.
pub(super) fn grow(lot: &Lot, growth: Growth) -> Forest {
    let columns = columns(lot);
    let bought = lot.cases.iter().filter(|it| it.buys).count() as f64;
    let base = (bought / (lot.len() as f64 - bought)).ln();
    let mut logits = vec![base; lot.len()];
    let mut trees = Vec::new();
    let mut dice = Dice(0);
    for _ in 0..growth.trees {
        let pulls = pulls(lot, &logits, growth, &mut dice);
        let tree = tree(&columns, &pulls, growth, &mut dice);
        for (row, logit) in logits.iter_mut().enumerate() {
            *logit += f64::from(tree.leaves[tree.leaf(lot.row(row))]) / f64::from(1 << SHIFT);
        }
        trees.push(tree);
    }
    Forest { schema: lot.schema, shift: SHIFT, base: (base * 65_536.0).round() as i32, trees }
}

/// Slope and curvature of the loss at each row; nothing where the row is left out.
fn pulls(lot: &Lot, logits: &[f64], growth: Growth, dice: &mut Dice) -> Vec<[f64; 2]> {
    let pull = |(logit, case): (&f64, &super::sets::Case)| {
        if dice.throw(100) >= growth.rows {
            return [0.0; 2];
        }
        let chance = 1.0 / (1.0 + (-logit).exp());
        [f64::from(u8::from(case.buys)) - chance, chance * (1.0 - chance)]
    };
    logits.iter().zip(&lot.cases).map(pull).collect()
}

/// Three times the question that explains most, asked on all branches at once.
fn tree(columns: &[Column], pulls: &[[f64; 2]], growth: Growth, dice: &mut Dice) -> Tree {
    let columns: Vec<&Column> =
        columns.iter().filter(|_| dice.throw(100) < growth.columns).collect();
    let mut leaves = vec![0_u8; pulls.len()];
    let mut splits = [Split::default(); 3];
    for (level, split) in splits.iter_mut().enumerate() {
        let mut best = f64::NEG_INFINITY;
        let mut chosen = None;
        for &column in &columns {
            if let Some((gain, bin)) = best_mark(column, &leaves, 1 << level, pulls, growth.calm)
                && gain > best
            {
                (best, chosen) = (gain, Some((column, bin)));
            }
        }
        let Some((column, bin)) = chosen else { continue };
        *split = Split { feature: column.feature, mark: column.marks[bin] };
        for (leaf, &its) in leaves.iter_mut().zip(&column.bins) {
            *leaf = *leaf << 1 | u8::from(usize::from(its) > bin);
        }
    }
    let mut sums = [[0.0; 2]; LEAVES];
    for (&leaf, pull) in leaves.iter().zip(pulls) {
        let sum = &mut sums[usize::from(leaf)];
        *sum = [sum[0] + pull[0], sum[1] + pull[1]];
    }
    let answer = |[slope, curve]: [f64; 2]| {
        (growth.rate * slope / (curve + growth.calm) * f64::from(1 << SHIFT)).round() as i16
    };
    Tree { splits, leaves: sums.map(answer) }
}

/// The mark that explains most on this column, and how much.
fn best_mark(
    column: &Column,
    leaves: &[u8],
    count: usize,
    pulls: &[[f64; 2]],
    calm: f64,
) -> Option<(f64, usize)> {
    let mut sums = [[[0.0; 2]; MARKS_MAX + 1]; LEAVES / 2];
    for ((&leaf, &bin), pull) in leaves.iter().zip(&column.bins).zip(pulls) {
        let sum = &mut sums[usize::from(leaf)][usize::from(bin)];
        *sum = [sum[0] + pull[0], sum[1] + pull[1]];
    }
    let score = |[slope, curve]: [f64; 2]| slope * slope / (curve + calm);
    let total =
        |sums: &[[f64; 2]]| sums.iter().fold([0.0; 2], |all, it| [all[0] + it[0], all[1] + it[1]]);
    let gain = |mark: usize| {
        let sides = |sums: &[[f64; 2]; MARKS_MAX + 1]| {
            let (low, high) = sums.split_at(mark + 1);
            score(total(low)) + score(total(high))
        };
        sums[..count].iter().map(sides).sum::<f64>()
    };
    (0..column.marks.len()).map(|mark| (gain(mark), mark)).max_by(|a, b| a.0.total_cmp(&b.0))
}

fn columns(lot: &Lot) -> Vec<Column> {
    (0..lot.width)
        .filter_map(|feature| {
            let values: Vec<i16> = (0..lot.len()).map(|row| lot.row(row)[feature]).collect();
            let marks = marks(values.clone());
            if marks.is_empty() {
                return None;
            }
            let bin = |value: &i16| marks.partition_point(|mark| mark < value) as u8;
            let bins = values.iter().map(bin).collect();
            Some(Column { feature: feature as u8, marks, bins })
        })
        .collect()
}

/// Quantiles, as far as they differ, without the largest value.
fn marks(mut values: Vec<i16>) -> Vec<i16> {
    values.sort_unstable();
    let last = values.last().copied().unwrap_or(0);
    let mut marks: Vec<i16> = (1..=MARKS_MAX)
        .map(|it| values[(it * values.len() / (MARKS_MAX + 1)).min(values.len() - 1)])
        .collect();
    marks.push(values[0]);
    marks.sort_unstable();
    marks.dedup();
    marks.retain(|&it| it < last);
    marks.truncate(MARKS_MAX);
    marks
}

/// A counter whose digits look like chance (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ it >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ it >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (it ^ it >> 31) % sides
    }
}
