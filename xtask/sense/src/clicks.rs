//! Rage clicks on people at work, on a remote screen: nothing tells what they pressed or what
//! answered. Without such evidence a press is one on plain page; beside it stands what the engine
//! would say if every press had been on a button that never answers.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use beacon::item::{Device, Signal, Target};
use engine::observation::Observation;

use crate::page::Page;
use crate::report::{Entry, Value};
use crate::table::Table;

/// The plain rule: so many presses.
const PRESSES: usize = 3;

/// Each so shortly after the one before, milliseconds.
const GAP_MS: u64 = 1_000;

/// And so near to it, |dx| + |dy| pixels.
const NEAR_PX: u32 = 30;

/// The recording ends so long after its last event, milliseconds.
const REST_MS: u64 = 5_000;

#[derive(Clone, Copy)]
struct Event {
    at: u64,
    x: i32,
    y: i32,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Moved,
    Dragged,
    Pressed,
}

pub(crate) fn bench(folder: &Path) -> Result<Vec<Entry>> {
    let sessions = read(folder)?;
    let clicks = presses(sessions.values().flatten()).count();
    let count = |rule: &dyn Fn(&[Event]) -> usize| {
        let fires = sessions.values().map(|it| rule(it)).sum();
        Value::Group(vec![
            ("fires", Value::Count(fires)),
            ("per_1000_clicks", Value::quotient(1_000 * fires as u64, clicks as u64, 2)),
        ])
    };
    let thrashes_in_all = sessions.values().map(|it| thrashes(it)).sum();
    let rules = vec![
        ("on_a_control", count(&|it| rages(it, Target::Button))),
        ("bare", count(&|it| bare(it))),
    ];
    Ok(vec![
        ("sessions", Value::Count(sessions.len())),
        ("clicks", Value::Count(clicks)),
        ("rage_click", count(&|it| rages(it, Target::Plain))),
        ("rules", Value::Group(rules)),
        ("thrash", Value::Group(vec![("fires", Value::Count(thrashes_in_all))])),
    ])
}

fn read(folder: &Path) -> Result<BTreeMap<String, Vec<Event>>> {
    let mut sessions: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for row in Table::read(&folder.join("events.csv"))?.rows() {
        let what = match (row.text("button")?, row.text("state")?) {
            ("Left", "Pressed") => What::Pressed,
            (_, "Drag") => What::Dragged,
            (_, "Move") => What::Moved,
            _ => continue,
        };
        let at = u64::try_from(row.whole("client_s", 1_000.0)?).unwrap_or(0);
        let event = Event { at, x: row.number("x")?, y: row.number("y")?, what };
        sessions.entry(row.text("session")?.into()).or_default().push(event);
    }
    Ok(sessions)
}

/// What the engine says, when every press lands on such a target.
fn rages(events: &[Event], target: Target) -> usize {
    let is_rage = |it: &Signal| matches!(it, Signal::RageClick { .. });
    noticed(events, target).iter().filter(|(_, it)| is_rage(it)).count()
}

/// How often the pointer was shaken.
fn thrashes(events: &[Event]) -> usize {
    let is_thrash = |it: &Signal| matches!(it, Signal::Thrash { .. });
    noticed(events, Target::Plain).iter().filter(|(_, it)| is_thrash(it)).count()
}

fn noticed(events: &[Event], target: Target) -> Vec<(u64, Signal)> {
    let mut page = Page::open(Device::Desktop);
    for &Event { at, x, y, what } in events {
        match what {
            What::Moved | What::Dragged => page.moved(at, x, y, what == What::Dragged),
            What::Pressed => page.see(at, Observation::Pressed { x, y, target }),
        }
    }
    page.close(events.last().map_or(0, |it| it.at + REST_MS))
}

/// [`PRESSES`] on one spot, whatever comes of it; once a row of them.
fn bare(events: &[Event]) -> usize {
    let (mut count, mut row, mut last) = (0, 0, None::<Event>);
    for &press in presses(events.iter()) {
        let is_on_the_spot = last.is_some_and(|before| {
            let way = before.x.abs_diff(press.x).saturating_add(before.y.abs_diff(press.y));
            way <= NEAR_PX && press.at.saturating_sub(before.at) < GAP_MS
        });
        row = if is_on_the_spot { row + 1 } else { 1 };
        count += usize::from(row == PRESSES);
        last = Some(press);
    }
    count
}

fn presses<'a>(events: impl Iterator<Item = &'a Event>) -> impl Iterator<Item = &'a Event> {
    events.filter(|it| it.what == What::Pressed)
}
