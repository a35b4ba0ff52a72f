//! A stored visit as an operator reads it: steps, cart, chances, and how campaigns stood.

mod cart;
mod chances;

use beacon::Body;
use engine::explain;
use engine::pack::Pack;
use nunchi_api::campaigns::Moment;
use nunchi_api::stats::Amount;
use nunchi_api::visit::{Named, Step, Visit};

use crate::campaigns::{Run, Story, why};
use crate::hex::hex;
use crate::stats::cause_names;
use crate::store::StoredRun;
use crate::store::rows::{Kind, Record, Told};

/// Tells a visit; `packs` are all that its site ever published, the newest first.
pub(super) fn tell(stored: &[StoredRun], packs: &[Pack]) -> Visit {
    let story = Story::read(stored);
    let mut steps = steps(&story);
    let (cart, cart_items, cart_value) = cart::at_the_end(&story);
    let why = why::of_story(&story, packs);
    let standings = why.standings;
    let mut ids: Vec<u16> = standings.iter().map(|it| it.campaign).collect();
    ids.extend(steps.iter().filter_map(|it| it.campaign));
    let omitted = steps.len().saturating_sub(STEPS_MAX);
    steps.drain(..omitted);
    Visit {
        id: hex(&story.visit),
        began_at: story.began_wall(),
        steps,
        omitted: omitted as u64,
        incomplete: story.incomplete,
        scores: chances::over_time(&story, packs),
        cart,
        cart_items,
        cart_value,
        standings,
        campaigns: names(ids, packs),
        recorded: recorded(&story, &why.moments),
        ..about(&story)
    }
}

/// Who it was and where they came from, by the first page load.
fn about(story: &Story) -> Visit {
    let Some(first) = story.runs.first() else { return Visit::default() };
    let remembered = first.items.iter().find_map(|item| match &item.body {
        Body::Remembered(it) => Some(it.source.clone()),
        _ => None,
    });
    Visit {
        kind: explain::visitor(first.began.visitor).into(),
        device: explain::device(first.began.device).into(),
        language: first.began.language.clone(),
        source: remembered.unwrap_or_else(|| first.began.referrer.clone()),
        ..Visit::default()
    }
}

fn steps(story: &Story) -> Vec<Step> {
    let began = story.began_wall();
    let mut steps = Vec::new();
    for (number, run) in (0_u32..).zip(&story.runs) {
        let of_run = run.items.iter().map(|item| {
            let at = run.wall(item.at).saturating_sub(began);
            Step { at, run: number, ..step(Told::of_body(&item.body).into_owned()) }
        });
        steps.extend(of_run);
    }
    // Stable: what happened at once stays in its order.
    steps.sort_by_key(|step| step.at);
    steps
}

fn step(record: Record) -> Step {
    let causes = record.detail.filter(|_| record.kind == Kind::CartHesitation);
    let causes = causes.and_then(|bits| u16::try_from(bits).ok()).map(cause_names);
    let amount = |(minor, currency)| Amount { minor, currency };
    Step {
        kind: record.kind.name().into(),
        path: record.path.unwrap_or_default(),
        page: record.page.unwrap_or_default(),
        subject: record.subject.unwrap_or_default(),
        name: record.name.unwrap_or_default(),
        number: record.number,
        causes: causes.unwrap_or_default().into_iter().map(String::from).collect(),
        campaign: record.campaign,
        value: record.value.zip(record.currency).map(amount),
        ..Step::default()
    }
}

/// Names of campaigns, each once, by id.
fn names(mut ids: Vec<u16>, packs: &[Pack]) -> Vec<Named> {
    ids.sort_unstable();
    ids.dedup();
    let named = |id: u16| {
        let mut all = packs.iter().flat_map(|pack| &pack.campaigns);
        let campaign = all.find(|campaign| campaign.id == id)?;
        Some(Named { id, name: campaign.name.clone() })
    };
    ids.into_iter().filter_map(named).collect()
}

/// A line a moment, as recorded sessions have them, with what a reader of a bug report asks first.
fn recorded(story: &Story, moments: &[Moment]) -> String {
    let agent = |run: &Run| format!("{}.{}", run.agent / 1_000, run.agent % 1_000);
    let agents: Vec<String> = story.runs.iter().map(agent).collect();
    let mut lines = vec![format!("# visit {}, agent {}", hex(&story.visit), agents.join(" "))];
    if story.incomplete > 0 {
        lines.push(format!("# page loads left out, for beacons are missing: {}", story.incomplete));
    }
    let mut run = 0;
    for moment in moments.iter().take(STEPS_MAX) {
        if moment.run != run {
            run = moment.run;
            lines.push(format!("# page load {run}"));
        }
        lines.push(format!("{}ms {}", moment.at, moment.text));
    }
    lines.join("\n") + "\n"
}

const STEPS_MAX: usize = 5_000;
