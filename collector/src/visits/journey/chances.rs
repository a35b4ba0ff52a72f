//! How likely purchase and leaving were from moment to moment, by the model that the page had.

use beacon::Body;
use engine::decide::Decider;
use engine::explain::{self, Language};
use engine::model::{Model, Reason};
use engine::pack::{Pack, Published};
use nunchi_api::visit::{Chance, Term};

use crate::campaigns::{Run, Story};

/// The chances each time they changed, in the order of time.
pub(super) fn over_time(story: &Story, packs: &[Pack]) -> Vec<Chance> {
    let began = story.began_wall();
    let mut all = Vec::new();
    for run in &story.runs {
        of_run(run, began, packs, &mut all);
    }
    all.sort_by_key(|chance| chance.at);
    let spare = all.len().saturating_sub(CHANCES_MAX);
    all.drain(..spare);
    all
}

fn of_run(run: &Run, began: u64, packs: &[Pack], all: &mut Vec<Chance>) {
    let mut decider = Decider::default();
    let mut judge: Option<(Model, Published)> = None;
    let mut last = None;
    for item in &run.items {
        let version = match &item.body {
            Body::Began(it) => Some(it.pack),
            Body::Published(version) => Some(*version),
            _ => None,
        };
        if let Some(version) = version {
            judge = packs
                .iter()
                .find(|pack| pack.version == version)
                .and_then(|pack| Some((Model::decode(&pack.model).ok()?, pack.clone().into())));
        }
        let Some((model, published)) = &judge else { continue };
        decider.take(item, published);
        let values = decider.features().values();
        let chances = model.chances(&values);
        let now = [chances.buy, chances.leave].map(permille);
        if last.replace(now) == Some(now) {
            continue;
        }
        let reasons = model.reasons::<TERMS>(&values);
        let terms = reasons.iter().filter(|it| **it != Reason::default()).map(term);
        let at = run.wall(item.at).saturating_sub(began);
        let [buy_permille, leave_permille] = now;
        let chance = Chance { at, buy_permille, leave_permille, terms: terms.collect() };
        // Of several at one moment the last one stands.
        match all.last_mut().filter(|known| known.at == at) {
            Some(known) => *known = chance,
            None => all.push(chance),
        }
    }
}

fn term(reason: &Reason) -> Term {
    Term {
        en: explain::word(reason.feature, Language::En),
        ko: explain::word(reason.feature, Language::Ko),
        buy: reason.buy,
        leave: reason.leave,
    }
}

/// Of millionths.
fn permille(millionths: u32) -> u16 {
    u16::try_from(millionths / 1_000).unwrap_or(1_000)
}

/// Values told of a chance.
const TERMS: usize = 6;

const CHANCES_MAX: usize = 500;
