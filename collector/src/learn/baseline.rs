//! What a model must beat: rules with next to no parameters, fitted on the same rows.

use super::sets::{Case, Lot, NOWHERE};
use super::solve::{Prior, Rows, solve};

const KINDS: usize = NOWHERE as usize + 1;

/// The rate of purchases after as many steps.
pub(super) fn rate_by_step(train: &Lot, test: &Lot) -> Vec<f64> {
    let mut counts = [[1.0, 2.0]; 256];
    for case in train.cases.iter().filter(|it| it.is_alive) {
        let count = &mut counts[usize::from(case.step.min(255))];
        count[0] += f64::from(u8::from(case.buys));
        count[1] += 1.0;
    }
    let rate = |case: &Case| {
        let [bought, all] = counts[usize::from(case.step.min(255))];
        bought / all
    };
    test.cases.iter().map(rate).collect()
}

/// Which class makes these transitions from page to page likelier, summed up over the session; then
/// a logistic over that sum.
pub(super) fn markov(train: &Lot, test: &Lot) -> Vec<f64> {
    let mut counts = [[[1.0_f64; KINDS]; KINDS]; 2];
    for case in &train.cases {
        let [kind, before] = case.kinds.map(usize::from);
        counts[usize::from(case.buys)][before][kind] += 1.0;
    }
    let likelihood = |class: usize, [kind, before]: [usize; 2]| {
        let row = &counts[class][before];
        (row[kind] / row.iter().sum::<f64>()).ln()
    };
    let scores = |lot: &Lot| {
        let mut sum = 0.0;
        let score = |case: &Case| {
            let way = case.kinds.map(usize::from);
            let start = if case.step == 1 { 0.0 } else { sum };
            sum = start + likelihood(1, way) - likelihood(0, way);
            sum
        };
        lot.cases.iter().map(score).collect::<Vec<f64>>()
    };
    let row = |score: f64, case: &Case| [score as f32, f32::from(case.step).ln()];
    let mut rows = Rows::new(2);
    for (score, case) in scores(train).into_iter().zip(&train.cases).filter(|it| it.1.is_alive) {
        rows.push(row(score, case), case.buys, 1.0);
    }
    let found = solve(&rows, &[], &Prior::ridge(1e-3, &rows.scales()));
    let chance =
        |(score, case): (f64, &Case)| 1.0 / (1.0 + (-found.logit(&row(score, case))).exp());
    scores(test).into_iter().zip(&test.cases).map(chance).collect()
}
