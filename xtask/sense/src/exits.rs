//! Exit intent on people who left: the engine beside the plain rules.

use std::path::Path;

use anyhow::Result;
use beacon::item::Signal;

use crate::pointer::{self, Event, Recording, What};
use crate::report::{Entry, Value};

/// A firing is right when a leave follows within this time, milliseconds.
const RIGHT_MS: u64 = 4_000;

/// Firings within this time are one, milliseconds.
const MERGED_MS: u64 = 2_000;

/// A leave counts when the pointer moved so shortly before, milliseconds.
const ACTIVE_MS: u64 = 10_000;

/// A gap between moves is activity up to this, milliseconds.
const GAP_MS_MAX: u64 = 5_000;

/// The plain rule extrapolates so far, milliseconds.
const AIM_MS: i64 = 300;

/// And only from a move so shortly after the one before, milliseconds.
const AIM_STEP_MS_MAX: u64 = 500;

pub(crate) fn bench(folder: &Path) -> Result<Vec<Entry>> {
    let recordings = pointer::read(folder)?;
    let active_ms = recordings.iter().map(|it| active_ms(&it.events)).sum();
    let score = |rule: &dyn Fn(&Recording) -> Vec<u64>| {
        let mut tally = Tally { active_ms, ..Tally::default() };
        for recording in &recordings {
            tally.add(&merged(rule(recording)), &leaves(&recording.events));
        }
        Value::Group(tally.entries())
    };
    let rules = vec![
        ("y_20px", score(&|it| at_the_top(&it.events, 20))),
        ("y_50px", score(&|it| at_the_top(&it.events, 50))),
        ("aim_300ms", score(&|it| aims(&it.events))),
    ];
    Ok(vec![
        ("sessions", Value::Count(recordings.len())),
        ("active_minutes", Value::minutes(active_ms)),
        ("exit_intent", score(&|it| exits(it, false))),
        ("exit_or_copy", score(&|it| exits(it, true))),
        ("rules", Value::Group(rules)),
    ])
}

/// What the engine says, by the pointer alone or told of copying too.
fn exits(recording: &Recording, is_told_of_copying: bool) -> Vec<u64> {
    let noticed = recording.play(is_told_of_copying).into_iter();
    noticed.filter(|(_, it)| matches!(it, Signal::ExitIntent { .. })).map(|(at, _)| at).collect()
}

/// The pointer is seen so close to the top, wherever it comes from; its first sight is none.
fn at_the_top(events: &[Event], px: i32) -> Vec<u64> {
    moves(events).skip(1).filter(|&(_, y)| y <= px).map(|(at, _)| at).collect()
}

/// The pointer would be across the top edge within [`AIM_MS`] at its present speed.
fn aims(events: &[Event]) -> Vec<u64> {
    let steps = moves(events).zip(moves(events).skip(1));
    let aiming = steps.filter(|&((then, from), (now, to))| {
        let (took, up) = (now.saturating_sub(then), i64::from(from) - i64::from(to));
        let took_ms = i64::try_from(took).unwrap_or(i64::MAX);
        up > 0 && took > 0 && took <= AIM_STEP_MS_MAX && i64::from(to) * took_ms <= up * AIM_MS
    });
    aiming.map(|(_, (now, _))| now).collect()
}

/// Blur or unload, soon after the pointer moved; once per stretch of activity.
fn leaves(events: &[Event]) -> Vec<u64> {
    let (mut leaves, mut moved_at) = (Vec::new(), None);
    for &Event { at, what } in events {
        let is_leave = matches!(what, What::Blurred | What::Unloaded);
        if matches!(what, What::Moved { .. }) {
            moved_at = Some(at);
        } else if is_leave
            && moved_at.take().is_some_and(|then| at.saturating_sub(then) <= ACTIVE_MS)
        {
            leaves.push(at);
        }
    }
    leaves
}

fn active_ms(events: &[Event]) -> u64 {
    let gaps = moves(events).zip(moves(events).skip(1));
    gaps.map(|((then, _), (now, _))| now.saturating_sub(then).min(GAP_MS_MAX)).sum()
}

/// Time and height of every move.
fn moves(events: &[Event]) -> impl Iterator<Item = (u64, i32)> {
    events.iter().filter_map(|it| match it.what {
        What::Moved { y, .. } => Some((it.at, y)),
        _ => None,
    })
}

fn merged(mut firings: Vec<u64>) -> Vec<u64> {
    let mut last = None;
    firings.retain(|&at| {
        let is_new = last.is_none_or(|last| at.saturating_sub(last) > MERGED_MS);
        if is_new {
            last = Some(at);
        }
        is_new
    });
    firings
}

/// Counts over all sessions.
#[derive(Default)]
struct Tally {
    active_ms: u64,
    firings: usize,
    leaves: usize,
    found: usize,
    leads_ms: Vec<u64>,
}

impl Tally {
    fn add(&mut self, firings: &[u64], leaves: &[u64]) {
        let lead = |firing: u64, leave: u64| leave.checked_sub(firing).filter(|&it| it <= RIGHT_MS);
        self.firings += firings.len();
        self.leaves += leaves.len();
        let is_found = |&&leave: &&u64| firings.iter().any(|&it| lead(it, leave).is_some());
        self.found += leaves.iter().filter(is_found).count();
        let next = |&firing: &u64| leaves.iter().filter_map(|&leave| lead(firing, leave)).min();
        self.leads_ms.extend(firings.iter().filter_map(next));
    }

    fn entries(mut self) -> Vec<Entry> {
        let right = self.leads_ms.len();
        vec![
            ("firings", Value::Count(self.firings)),
            ("right", Value::Count(right)),
            ("leaves", Value::Count(self.leaves)),
            ("found", Value::Count(self.found)),
            ("recall", Value::share(self.found, self.leaves)),
            ("precision", Value::share(right, self.firings)),
            ("false_per_minute", Value::per_minute(self.firings - right, self.active_ms)),
            ("median_lead_ms", median(&mut self.leads_ms)),
        ]
    }
}

/// The middle one, or the mean of the two in the middle.
fn median(values: &mut [u64]) -> Value {
    values.sort_unstable();
    let middle = values.len() / 2;
    let pair = match values.get(middle) {
        Some(&upper) if values.len().is_multiple_of(2) => (values[middle - 1] + upper, 2),
        Some(&it) => (it, 1),
        None => (0, 0),
    };
    Value::quotient(pair.0, pair.1, 0)
}
