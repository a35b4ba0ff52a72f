//! Measures what is learned on public sets, beside what others reached there.
//!
//! What is scored is the encoded model, read back and evaluated in whole numbers as in a page. Rows
//! to be scored are never among those it was made from: a folder of their own, or each part of the
//! sessions in turn by a model of the other parts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use engine::model::{Band, Forest, Model};
use serde::Serialize;

use super::fit::{Head, Plan, round, weigh};
use super::metrics::{Figures, figures};
use super::sets::{self, Case, Lot, View};
use super::{LearnError, baseline, boost, design};

/// What was measured.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Which set.
    pub set: &'static str,
    /// Which rows were scored.
    pub scored: String,
    /// Of the shipped form, first; then of others on the same rows.
    pub models: Vec<Measured>,
    /// What others reached on the part that is kept back, from the literature of this project.
    pub anchors: Vec<Anchor>,
}

/// A model and its figures.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// What it is.
    pub model: &'static str,
    /// Its size as it is sent; 0 when it is not.
    pub bytes: usize,
    /// Largest difference of a probability to the same model in floats; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<f64>,
    /// By number of clicks, and `all`.
    pub at: BTreeMap<String, Figures>,
    /// The three sorts of visitor: share of all, and how many of them bought.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bands: BTreeMap<&'static str, [f64; 2]>,
}

/// Figures that were reached elsewhere.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Anchor {
    /// By what.
    pub model: &'static str,
    /// After how many clicks; `all`: over all.
    pub at: &'static str,
    /// Area under the receiver's curve.
    pub roc_auc: f64,
    /// Average precision, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pr_auc: Option<f64>,
    /// Brier score, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brier: Option<f64>,
    /// Calibration error, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
}

/// Early foretelling on sequences of clicks: after each of the first thirty clicks, of the sessions
/// that go on, which end in a purchase.
///
/// # Errors
/// When a set is not there or is not laid out as its README says.
pub fn clickstream(train: &Path, test: Option<&Path>) -> Result<Report, LearnError> {
    let lots = Lots::new(sets::clickstream(train)?, test.map(sets::clickstream).transpose()?)?;
    let mut scored = Scored::default();
    let mut leaves = Scored::default();
    let mut others = [Scored::default(), Scored::default()];
    lots.each(CLICK_PARTS, |train, test| {
        let design = design::for_clicks(train);
        let heads = [Head::Buy, Head::Leave].map(|head| weigh(train, &design, head, CLICK_PLAN));
        let model = round(train, &design, [&heads[0], &heads[1]]);
        let bytes = model.encode();
        let model = Model::decode(&bytes).map_err(LearnError::Unfit)?;
        scored.bytes = bytes.len();
        let rows = || test.cases.iter().enumerate();
        for (row, case) in rows() {
            let values = test.row(row);
            let chances = model.chances(values);
            let (buy, leave) = (share(chances.buy), share(chances.leave));
            if case.step >= LEAVE_STEP_MIN {
                leaves.push(case, leave, !case.is_alive);
            }
            if case.is_alive {
                scored.push(case, buy, case.buys);
                scored.sort(model.band(chances), case.buys);
                scored.rounded(buy - heads[0].chance(values, &design));
            }
        }
        let rivals = [baseline::markov(train, test), baseline::rate_by_step(train, test)];
        for (rival, chances) in others.iter_mut().zip(&rivals) {
            for (row, case) in rows().filter(|it| it.1.is_alive) {
                rival.push(case, chances[row], case.buys);
            }
        }
        Ok(())
    })?;
    let [markov, rate] = others;
    let clicks = [3, 5, 10];
    let models = vec![
        scored.measured("buy: hinge logistic, on device", &clicks),
        markov.measured("buy: Markov chain of page types", &clicks),
        rate.measured("buy: rate by number of clicks", &clicks),
        leaves.measured("leave: this view is the last", &[]),
    ];
    Ok(Report {
        set: "clickstream",
        scored: lots.told(CLICK_PARTS),
        models,
        anchors: CLICK_ANCHORS.into(),
    })
}

/// Purchases from whole sessions of the shoppers' set, first of what an agent can see.
///
/// # Errors
/// When a set is not there or is not laid out as its README says.
pub fn uci(train: &Path, test: Option<&Path>) -> Result<Report, LearnError> {
    let mut models = Vec::new();
    let mut told = String::new();
    for (view, names) in UCI_MODELS {
        let read = |place: &Path| sets::shoppers(place, view);
        let lots = Lots::new(read(train)?, test.map(read).transpose()?)?;
        let (mut trees, mut lines) = (Scored::default(), Scored::default());
        lots.each(UCI_PARTS, |train, test| {
            let forest = boost::grow(train, boost::GROWTH);
            let design = design::for_shoppers(train);
            let weighed = weigh(train, &design, Head::Buy, UCI_PLAN);
            let model = round(train, &design, [&weighed, &weighed.none()]);
            (trees.bytes, lines.bytes) = (forest.encode().len(), model.encode().len());
            let forest = Forest::decode_for(train.schema, &forest.encode());
            let model = Model::decode_for(train.schema, &model.encode());
            let forest = forest.map_err(LearnError::Unfit)?;
            let model = model.map_err(LearnError::Unfit)?;
            for (row, case) in test.cases.iter().enumerate() {
                let values = test.row(row);
                trees.push(case, share(forest.chance(values)), case.buys);
                let buy = share(model.chances(values).buy);
                lines.push(case, buy, case.buys);
                lines.rounded(buy - weighed.chance(values, &design));
            }
            Ok(())
        })?;
        told = lots.told(UCI_PARTS);
        models.push(trees.measured(names[0], &[]));
        models.push(lines.measured(names[1], &[]));
    }
    Ok(Report { set: "uci", scored: told, models, anchors: UCI_ANCHORS.into() })
}

/// Rows to learn from and rows to score.
struct Lots {
    train: Lot,
    test: Option<Lot>,
}

impl Lots {
    /// Sessions that are to be scored are taken out of those to learn from.
    fn new(train: Lot, test: Option<Lot>) -> Result<Self, LearnError> {
        let Some(test) = test else { return Ok(Self { train, test }) };
        let known: BTreeSet<u64> = test.cases.iter().map(|it| it.session).collect();
        let train = train.only(|it| !known.contains(&it.session));
        sets::enough(&train)?;
        Ok(Self { train, test: Some(test) })
    }

    fn each(
        &self,
        parts: u64,
        mut score: impl FnMut(&Lot, &Lot) -> Result<(), LearnError>,
    ) -> Result<(), LearnError> {
        if let Some(test) = &self.test {
            return score(&self.train, test);
        }
        (0..parts).try_for_each(|part| {
            let (train, test) = self.train.split(part, parts);
            score(&train, &test)
        })
    }

    fn told(&self, parts: u64) -> String {
        // The shoppers' set has lines that are alike: they stay together, as if they were one session.
        let sessions = |lot: &Lot| {
            let count = lot.cases.iter().filter(|it| it.step == 1).count();
            let unlike = lot.cases.iter().map(|it| it.session).collect::<BTreeSet<_>>().len();
            let among = if unlike < count { format!(" ({unlike} unlike)") } else { String::new() };
            format!("{count} sessions{among}")
        };
        let train = sessions(&self.train);
        match &self.test {
            Some(test) => {
                format!("{}, apart from the {train} it was made from", sessions(test))
            }
            None => format!("{train}, each part of {parts} by a model of the others"),
        }
    }
}

/// Predictions of one model.
#[derive(Default)]
struct Scored {
    bytes: usize,
    rounding: Option<f64>,
    rows: Vec<(u16, f64, bool)>,
    bands: BTreeMap<&'static str, [f64; 2]>,
}

impl Scored {
    fn push(&mut self, case: &Case, chance: f64, outcome: bool) {
        self.rows.push((case.step, chance, outcome));
    }

    fn rounded(&mut self, off: f64) {
        self.rounding = Some(self.rounding.unwrap_or(0.0).max(off.abs()));
    }

    fn sort(&mut self, band: Band, buys: bool) {
        let name = match band {
            Band::Buys => "buys anyway",
            Band::Undecided => "undecided",
            Band::Leaves => "leaving",
        };
        let it = self.bands.entry(name).or_default();
        *it = [it[0] + 1.0, it[1] + f64::from(u8::from(buys))];
    }

    fn measured(self, model: &'static str, clicks: &[u16]) -> Measured {
        let of = |holds: &dyn Fn(u16) -> bool| {
            let rows = self.rows.iter().filter(|it| holds(it.0));
            figures(&rows.map(|it| (it.1, it.2)).collect::<Vec<_>>())
        };
        let mut at: BTreeMap<String, Figures> =
            clicks.iter().map(|&click| (click.to_string(), of(&|it| it == click))).collect();
        at.insert("all".into(), of(&|_| true));
        let all = self.rows.len().max(1) as f64;
        let bands = self.bands.into_iter();
        let bands =
            bands.map(|(name, [count, bought])| (name, [count / all, bought / count])).collect();
        Measured { model, bytes: self.bytes, rounding: self.rounding, at, bands }
    }
}

fn share(millionths: u32) -> f64 {
    f64::from(millionths) / 1_000_000.0
}

const CLICK_PARTS: u64 = 4;
/// Sessions of the set have six clicks and more.
const LEAVE_STEP_MIN: u16 = 6;
const UCI_PARTS: u64 = 5;

/// Strength by cross-validation: 100 to 300 are alike, 10 is worse by .0015 of the area.
const CLICK_PLAN: Plan = Plan { ridge: 200.0, parts: 3 };
const UCI_PLAN: Plan = Plan { ridge: 30.0, parts: 0 };

const UCI_MODELS: [(View, [&str; 2]); 2] = [
    (View::Agent, ["trees, what an agent can see", "hinge logistic, what an agent can see"]),
    (View::All, ["trees, with PageValues", "hinge logistic, with PageValues"]),
];

const fn anchor(model: &'static str, at: &'static str, roc_auc: f64) -> Anchor {
    Anchor { model, at, roc_auc, pr_auc: None, brier: None, ece: None }
}

const CLICK_ANCHORS: [Anchor; 16] = [
    Anchor { pr_auc: Some(0.338), ..anchor("hinge logistic (scikit-learn)", "3", 0.658) },
    Anchor { pr_auc: Some(0.416), ..anchor("hinge logistic (scikit-learn)", "5", 0.709) },
    Anchor { pr_auc: Some(0.487), ..anchor("hinge logistic (scikit-learn)", "10", 0.721) },
    Anchor {
        brier: Some(0.1719),
        ece: Some(0.011),
        ..anchor("hinge logistic (scikit-learn)", "all", 0.706)
    },
    Anchor { pr_auc: Some(0.354), ..anchor("GRU of 16 cells, int8", "3", 0.673) },
    Anchor { pr_auc: Some(0.429), ..anchor("GRU of 16 cells, int8", "5", 0.718) },
    Anchor { pr_auc: Some(0.497), ..anchor("GRU of 16 cells, int8", "10", 0.722) },
    Anchor {
        brier: Some(0.1712),
        ece: Some(0.027),
        ..anchor("GRU of 16 cells, int8", "all", 0.710)
    },
    Anchor {
        brier: Some(0.1726),
        ece: Some(0.011),
        ..anchor("60 boosted trees of 8 leaves", "all", 0.701)
    },
    anchor("Markov chain of page types", "3", 0.646),
    anchor("Markov chain of page types", "5", 0.694),
    anchor("Markov chain of page types", "10", 0.701),
    Anchor {
        brier: Some(0.1754),
        ece: Some(0.022),
        ..anchor("Markov chain of page types", "all", 0.688)
    },
    Anchor {
        brier: Some(0.1913),
        ece: Some(0.010),
        ..anchor("rate by number of clicks", "all", 0.567)
    },
    anchor("leave: hinge logistic", "all", 0.666),
    anchor("leave: 60 boosted trees of 8 leaves", "all", 0.673),
];

const UCI_ANCHORS: [Anchor; 4] = [
    Anchor { pr_auc: Some(0.349), ..anchor("logistic, what an agent can see", "all", 0.740) },
    Anchor {
        pr_auc: Some(0.385),
        ..anchor("40 boosted trees of 8 leaves, what an agent can see", "all", 0.763)
    },
    Anchor { pr_auc: Some(0.736), ..anchor("logistic, with PageValues", "all", 0.921) },
    Anchor {
        pr_auc: Some(0.794),
        ..anchor("40 boosted trees of 8 leaves, with PageValues", "all", 0.940)
    },
];
