//! From rows to the model a page can use: weights, calibration, whole numbers.

use engine::model::schema::{Slot, at};
use engine::model::{ALONE, Bands, Model, Term, value_of};

use super::design::Design;
use super::sets::{Case, Lot};
use super::solve::{Prior, Rows, Solution, solve};

/// How a model is to be fitted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// How strongly weights are drawn to zero, in rows' worth.
    pub(super) ridge: f64,
    /// In how many parts the rows are cut for calibration; 0: none.
    pub(super) parts: u64,
}

/// What is to be foretold, and of which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// A purchase, from those who are still there.
    Buy,
    /// This step is the last.
    Leave,
}

impl Head {
    fn counts(self, case: &Case) -> bool {
        self == Self::Leave || case.is_alive
    }

    fn outcome(self, case: &Case) -> bool {
        match self {
            Self::Buy => case.buys,
            Self::Leave => !case.is_alive,
        }
    }
}

/// A sum of terms in floats: what the whole numbers are made from.
pub(super) fn weigh(lot: &Lot, design: &Design, head: Head, plan: Plan) -> Solution {
    let rows = rows(lot, design, head);
    let mut solution = fit(&rows, plan.ridge);
    if plan.parts > 1 {
        calibrate(&mut solution, lot, design, head, plan);
    }
    solution
}

fn fit(rows: &Rows, ridge: f64) -> Solution {
    solve(rows, &[], &Prior::ridge(ridge, &rows.scales()))
}

/// Every step weighs the same as a whole, so that late ones are foretold as well as early ones.
/// Steps at which the outcome never differs (a set without short sessions) tell nothing.
pub(super) fn rows(lot: &Lot, design: &Design, head: Head) -> Rows {
    let step = |case: &Case| usize::from(case.step.min(255));
    let mut counts = [[0_u32; 2]; 256];
    for case in lot.cases.iter().filter(|it| head.counts(it)) {
        counts[step(case)][usize::from(head.outcome(case))] += 1;
    }
    let tells = |[no, yes]: [u32; 2]| no > 0 && yes > 0;
    let steps = counts.iter().filter(|it| tells(**it)).count();
    let all: u32 = counts.iter().filter(|it| tells(**it)).flatten().sum();
    let mean = f64::from(all) / steps.max(1) as f64;
    let is_used = |case: &Case| head.counts(case) && tells(counts[step(case)]);
    let mut rows = Rows::new(design.len());
    for (at, case) in lot.cases.iter().enumerate().filter(|it| is_used(it.1)) {
        let weight = mean / f64::from(counts[step(case)].iter().sum::<u32>());
        rows.push(cells(lot.row(at), design), head.outcome(case), weight);
    }
    rows
}

fn cells<'a>(values: &'a [i16], design: &'a Design) -> impl Iterator<Item = f32> + 'a {
    design.iter().map(|term| term.part(&value_of(values)) as f32 / 256.0)
}

/// Makes what is said come true as often as it is said: each part of the rows is foretold by a
/// model of the others, and slope (Platt) and the bends of the number of steps are fitted to that.
fn calibrate(solution: &mut Solution, lot: &Lot, design: &Design, head: Head, plan: Plan) {
    let is_step = |term: &Term| term.feature == at(Slot::Steps) && term.with == ALONE;
    let steps: Vec<usize> = (0..design.len()).filter(|&it| is_step(&design[it])).collect();
    let mut folded = Rows::new(1 + steps.len());
    for part in 0..plan.parts {
        let (train, rest) = lot.split(part, plan.parts);
        let model = fit(&rows(&train, design, head), plan.ridge);
        let rest = rows(&rest, design, head);
        for row in 0..rest.len() {
            let cells = rest.row(row);
            let logit = model.logit(cells) as f32;
            let row_of = std::iter::once(logit).chain(steps.iter().map(|&it| cells[it]));
            folded.push(row_of, rest.outcomes[row], rest.weights[row]);
        }
    }
    let scales = folded.scales();
    let mut prior = Prior::ridge(CALM, &scales);
    prior.means[0] = 1.0;
    let found = solve(&folded, &[], &prior);
    let slope = found.weights[0];
    solution.weights.iter_mut().for_each(|it| *it *= slope);
    solution.base = solution.base * slope + found.base;
    for (&step, shift) in steps.iter().zip(&found.weights[1..]) {
        solution.weights[step] += shift;
    }
}

/// How strongly calibration is drawn to leaving all as it is.
const CALM: f64 = 20.0;

/// The model in whole numbers, with as fine a unit as its largest weight allows.
pub(super) fn round(lot: &Lot, design: &Design, heads: [&Solution; 2]) -> Model {
    let largest =
        heads.iter().flat_map(|it| &it.weights).fold(0.0_f64, |most, it| most.max(it.abs()));
    let shift = (0..=14).rev().find(|&it| largest * f64::from(1 << it) < 32_767.0).unwrap_or(0);
    let unit = f64::from(1_u32 << shift);
    let mut terms = Vec::new();
    for (place, term) in design.iter().enumerate() {
        let weights = heads.map(|it| (it.weights[place] * unit).round() as i16);
        if weights != [0; 2] {
            terms.push(Term { weights, ..*term });
        }
    }
    // Every session has a first step.
    let sessions = || lot.cases.iter().filter(|it| it.step == 1);
    let bought = sessions().filter(|it| it.buys).count();
    Model {
        schema: lot.schema,
        rate: (10_000 * bought / sessions().count().max(1)) as u16,
        shift,
        bands: BANDS,
        base: heads.map(|it| (it.base * 65_536.0).round() as i32),
        terms,
    }
}

/// See README.
pub(super) const BANDS: Bands = Bands { buys: 500, leaves: 500 };
