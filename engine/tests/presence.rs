//! Every recorded session in `presence/` gives the moods and places that stand below its `---`, when
//! they change. `UPDATE_EXPECT=1 cargo test -p engine --test presence` writes down what it gives now.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod notation;

use std::path::Path;

use beacon::{Body, Item};
use engine::presence::Presence;

#[test]
fn recorded_sessions_give_the_moods_and_places_below_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/presence");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut failures = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (input, expected) = text.split_once("\n---\n").unwrap_or((&text, ""));
        let actual = changes(&notation::run_and_report(input).1);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&file, format!("{}\n---\n{actual}\n", input.trim_end())).unwrap();
        } else if actual != expected.trim_end() {
            failures
                .push(format!("{}: expected\n{expected}\nbut it gave\n{actual}\n", file.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// `12s annoyed: rage_click 60`, `15s exit: exit_intent`: looked at with every item, every second,
/// and for ten minutes after the last.
fn changes(items: &[Item]) -> String {
    let mut presence = Presence::default();
    let (mut lines, mut wall, mut looked) = (Vec::new(), 0, 0);
    let (mut mood, mut place) = (None, None);
    let first = items.iter().find_map(|item| match &item.body {
        Body::Began(began) => Some(began.wall.0),
        _ => None,
    });
    let mut look = |presence: &Presence, now: u64| {
        let seconds = f64::from(u32::try_from(now).unwrap()) / 1_000.0;
        let (feels, reasons) = presence.mood(now);
        if mood.replace(feels) != Some(feels) {
            let why: Vec<String> =
                reasons.iter().map(|it| format!(" {} {}", it.sign.name(), it.points)).collect();
            lines.push(format!("{seconds}s feels {}:{}", feels.name(), why.join(",")));
        }
        let stands = presence.place(now);
        if place.replace(stands) != Some(stands) {
            let why = stands.because.map_or("page", |sign| sign.name());
            lines.push(format!("{seconds}s stands at {}: {why}", stands.zone.name()));
        }
    };
    for item in items {
        if let Body::Began(began) = &item.body {
            wall = began.wall.0 - first.unwrap();
        }
        let now = wall + item.at.0;
        (looked..now).step_by(1_000).for_each(|at| look(&presence, at));
        presence.take(now, &item.body);
        look(&presence, now);
        looked = now;
    }
    (looked..looked + 600_000).step_by(1_000).for_each(|at| look(&presence, at));
    lines.join("\n")
}
