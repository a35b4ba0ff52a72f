//! Weighted logistic regression with a Gaussian prior: Newton's method on the exact Hessian.
//!
//! Deterministic: the same rows in the same order give the same bits. A step costs
//! rows × columns²; zeros cost nothing, and most hinges are zero.

use engine::model::{Term, value_of};

/// A column-major picture of a problem would need as much memory again; rows are what is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// Numbers in a row.
    pub(super) width: usize,
    /// Row after row.
    pub(super) cells: Vec<f32>,
    /// Whether it came true.
    pub(super) outcomes: Vec<bool>,
    /// How much each counts.
    pub(super) weights: Vec<f64>,
}

/// Normal distributions, one a column, that the weights are drawn to.
#[derive(Clone, Debug)]
pub(super) struct Prior {
    /// Where they are centred.
    pub(super) means: Vec<f64>,
    /// How strongly: one over the variance. 0 leaves a weight free.
    pub(super) precisions: Vec<f64>,
}

/// What was found: the logit is `base + weights · row`.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    /// When all columns are zero.
    pub(super) base: f64,
    /// One a column.
    pub(super) weights: Vec<f64>,
}

impl Rows {
    pub(super) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.outcomes.len()
    }

    pub(super) fn push(&mut self, row: impl IntoIterator<Item = f32>, outcome: bool, weight: f64) {
        self.cells.extend(row);
        self.outcomes.push(outcome);
        self.weights.push(weight);
    }

    pub(super) fn row(&self, at: usize) -> &[f32] {
        &self.cells[at * self.width..(at + 1) * self.width]
    }

    /// Root mean square of each column: what it takes to measure all in the same unit. Columns
    /// without any value have none, and count as 1.
    pub(super) fn scales(&self) -> Vec<f64> {
        let mut squares = vec![0.0; self.width];
        let mut means = vec![0.0; self.width];
        let total: f64 = self.weights.iter().sum();
        for (at, weight) in self.weights.iter().enumerate() {
            for (column, &cell) in self.row(at).iter().enumerate() {
                means[column] += weight * f64::from(cell) / total;
                squares[column] += weight * f64::from(cell) * f64::from(cell) / total;
            }
        }
        let deviation = |(mean, square): (f64, f64)| (square - mean * mean).max(0.0).sqrt();
        means
            .into_iter()
            .zip(squares)
            .map(deviation)
            .map(|it| if it < 1e-9 { 1.0 } else { it })
            .collect()
    }
}

impl Prior {
    /// Every weight is drawn to zero, in units of each column's deviation.
    pub(super) fn ridge(strength: f64, scales: &[f64]) -> Self {
        Self {
            means: vec![0.0; scales.len()],
            precisions: scales.iter().map(|scale| strength * scale * scale).collect(),
        }
    }
}

impl Solution {
    fn between(&self, other: &Self) -> Self {
        let middle = |(a, b): (&f64, &f64)| f64::midpoint(*a, *b);
        let weights = self.weights.iter().zip(&other.weights).map(middle).collect();
        Self { base: f64::midpoint(self.base, other.base), weights }
    }

    /// A head that is not used: always even.
    pub(super) fn none(&self) -> Self {
        Self { base: 0.0, weights: vec![0.0; self.weights.len()] }
    }

    /// The probability for these values, in floats.
    pub(super) fn chance(&self, values: &[i16], terms: &[Term]) -> f64 {
        let row: Vec<f32> =
            terms.iter().map(|term| term.part(&value_of(values)) as f32 / 256.0).collect();
        1.0 / (1.0 + (-self.logit(&row)).exp())
    }

    pub(super) fn logit(&self, row: &[f32]) -> f64 {
        let dot: f64 =
            row.iter().zip(&self.weights).map(|(&cell, weight)| f64::from(cell) * weight).sum();
        self.base + dot
    }
}

/// The weights of greatest posterior probability. `offsets` are added to the logits: what is known
/// from elsewhere (empty: nothing).
pub(super) fn solve(rows: &Rows, offsets: &[f64], prior: &Prior) -> Solution {
    let width = rows.width;
    let total: f64 = rows.weights.iter().sum();
    let bought: f64 =
        rows.weights.iter().zip(&rows.outcomes).filter(|it| *it.1).map(|it| it.0).sum();
    let mut solution = Solution {
        base: if offsets.is_empty() { (bought / (total - bought)).ln() } else { 0.0 },
        weights: prior.means.clone(),
    };
    let (mut before, mut last) = (f64::INFINITY, solution.clone());
    for _ in 0..STEPS_MAX {
        let (mut slope, mut bend, mut loss) = sums(rows, offsets, &solution);
        for at in 0..width {
            let off = solution.weights[at] - prior.means[at];
            slope[at] += prior.precisions[at] * off;
            let diagonal = &mut bend[at * (width + 1) + at];
            *diagonal += prior.precisions[at] + JITTER * (1.0 + *diagonal);
            loss += 0.5 * prior.precisions[at] * off * off;
        }
        if loss > before + SETTLED * before.abs() {
            // Too far: half the way back.
            solution = solution.between(&last);
            continue;
        }
        bend[width * (width + 1) + width] += JITTER;
        last.clone_from(&solution);
        let step = solve_positive(&mut bend, slope, width + 1);
        for (weight, step) in solution.weights.iter_mut().zip(&step) {
            *weight -= step.clamp(-STEP_MAX, STEP_MAX);
        }
        solution.base -= step[width].clamp(-STEP_MAX, STEP_MAX);
        if (before - loss).abs() < SETTLED * loss.abs() {
            break;
        }
        before = loss;
    }
    solution
}

/// Newton's method needs six to ten; more means that it does not settle.
const STEPS_MAX: usize = 25;
/// A smaller change of the loss, as a share of it, is none.
const SETTLED: f64 = 1e-9;
/// No weight moves farther in one step.
const STEP_MAX: f64 = 8.0;
/// Keeps columns that are sums of others solvable.
const JITTER: f64 = 1e-6;

/// Slope and bend (lower half) of the loss, and the loss; the base comes last.
fn sums(rows: &Rows, offsets: &[f64], at: &Solution) -> (Vec<f64>, Vec<f64>, f64) {
    let middle = rows.len() / 2;
    let part = |from, to| sums_of(rows, offsets, at, from, to);
    let (mut first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| part(middle, rows.len()));
        (part(0, middle), second.join().expect("adding up does not panic"))
    });
    first.0.iter_mut().zip(second.0).for_each(|(a, b)| *a += b);
    first.1.iter_mut().zip(second.1).for_each(|(a, b)| *a += b);
    (first.0, first.1, first.2 + second.2)
}

fn sums_of(
    rows: &Rows,
    offsets: &[f64],
    solution: &Solution,
    from: usize,
    to: usize,
) -> (Vec<f64>, Vec<f64>, f64) {
    let width = rows.width + 1;
    let (mut slope, mut bend, mut loss) = (vec![0.0; width], vec![0.0; width * width], 0.0);
    // Singles are twice as quick; few of them lose nothing that matters to a direction.
    let mut block = vec![0.0_f32; width * width];
    let mut row = vec![1.0_f32; width];
    for at in from..to {
        row[..rows.width].copy_from_slice(rows.row(at));
        let weight = rows.weights[at];
        let logit = solution.logit(rows.row(at)) + offsets.get(at).copied().unwrap_or(0.0);
        let chance = 1.0 / (1.0 + (-logit).exp());
        let truth = f64::from(u8::from(rows.outcomes[at]));
        let likely = if rows.outcomes[at] { chance } else { 1.0 - chance };
        loss -= weight * likely.max(1e-300).ln();
        let off = weight * (chance - truth);
        let curve = (weight * chance * (1.0 - chance)) as f32;
        for column in 0..width {
            let cell = row[column];
            if cell == 0.0 {
                continue;
            }
            slope[column] += off * f64::from(cell);
            let scaled = curve * cell;
            let line = &mut block[column * width..=column * width + column];
            for (sum, &other) in line.iter_mut().zip(&row) {
                *sum += scaled * other;
            }
        }
        if at % 64 == 0 || at + 1 == to {
            for (sum, part) in bend.iter_mut().zip(&mut block) {
                *sum += f64::from(std::mem::take(part));
            }
        }
    }
    (slope, bend, loss)
}

/// Solves `matrix · x = right` by Cholesky's method; only the lower half of the matrix is read.
fn solve_positive(matrix: &mut [f64], mut right: Vec<f64>, width: usize) -> Vec<f64> {
    for row in 0..width {
        for column in 0..=row {
            let (a, b) = (row * width, column * width);
            let dot: f64 = (0..column).map(|at| matrix[a + at] * matrix[b + at]).sum();
            let rest = matrix[a + column] - dot;
            matrix[a + column] =
                if row == column { rest.max(1e-12).sqrt() } else { rest / matrix[b + column] };
        }
    }
    for row in 0..width {
        let dot: f64 = (0..row).map(|at| matrix[row * width + at] * right[at]).sum();
        right[row] = (right[row] - dot) / matrix[row * width + row];
    }
    for row in (0..width).rev() {
        let dot: f64 = (row + 1..width).map(|at| matrix[at * width + row] * right[at]).sum();
        right[row] = (right[row] - dot) / matrix[row * width + row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::{Prior, Rows, solve};

    /// Two columns on a grid; each row comes true as often as the logistic says.
    fn grid(base: f64, weights: [f64; 2]) -> Rows {
        let mut rows = Rows::new(2);
        for at in 0..400_u16 {
            let row = [f32::from(at % 20) / 10.0, f32::from(at / 20) / 10.0];
            let logit = base + weights[0] * f64::from(row[0]) + weights[1] * f64::from(row[1]);
            let chance = 1.0 / (1.0 + (-logit).exp());
            rows.push(row, true, chance);
            rows.push(row, false, 1.0 - chance);
        }
        rows
    }

    fn check(found: f64, truth: f64) {
        assert!((found - truth).abs() < 1e-3, "{found} for {truth}");
    }

    #[test]
    fn weights_are_found_again() {
        let rows = grid(-1.5, [2.0, -0.7]);
        let found = solve(&rows, &[], &Prior::ridge(1e-6, &rows.scales()));
        check(found.base, -1.5);
        check(found.weights[0], 2.0);
        check(found.weights[1], -0.7);
    }

    #[test]
    fn what_is_known_from_elsewhere_is_not_learned_again() {
        let rows = grid(-1.5, [2.0, -0.7]);
        let known: Vec<f64> = (0..rows.len()).map(|at| 2.0 * f64::from(rows.row(at)[0])).collect();
        let found = solve(&rows, &known, &Prior::ridge(1e-6, &rows.scales()));
        check(found.weights[0], 0.0);
        check(found.weights[1], -0.7);
    }

    #[test]
    fn where_rows_say_nothing_the_prior_stands() {
        let mut rows = Rows::new(2);
        (0..100_u16).for_each(|at| rows.push([f32::from(at), 0.0], at % 3 == 0, 1.0));
        let prior = Prior { means: vec![0.0, 1.9], precisions: vec![1e-6, 5.0] };
        check(solve(&rows, &[], &prior).weights[1], 1.9);
    }

    #[test]
    fn columns_that_say_the_same_share_the_weight() {
        let mut rows = Rows::new(3);
        let one = grid(-1.0, [1.0, 0.0]);
        for at in 0..one.len() {
            let cell = one.row(at)[0];
            rows.push([cell, cell, cell + 3.0], one.outcomes[at], one.weights[at]);
        }
        let found = solve(&rows, &[], &Prior::ridge(1e-3, &rows.scales()));
        assert!((found.weights.iter().sum::<f64>() - 1.0).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn an_outcome_that_is_certain_settles_all_the_same() {
        let mut rows = Rows::new(1);
        (0..100_u16).for_each(|at| rows.push([f32::from(at)], at >= 50, 1.0));
        let found = solve(&rows, &[], &Prior::ridge(0.1, &rows.scales()));
        assert!(found.weights[0] > 0.1 && found.weights[0].is_finite());
    }
}
