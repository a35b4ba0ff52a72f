//! Runs the engine itself, not a copy of its rules, over recordings of real visitors, and counts how
//! often it was right. What the agent would have told the engine is made from each recording in
//! `pointer`, `reading` and `clicks`; the engine runs in `page`.

mod clicks;
mod exits;
mod page;
mod pointer;
mod reading;
mod report;
mod table;

use std::path::Path;

use anyhow::{Result, ensure};

pub use report::Report;

/// Benchmarks every set that is in `folder`.
///
/// # Errors
/// When the folder holds no set at all, or one that cannot be read.
pub fn run(folder: &Path) -> Result<Report> {
    let place = folder.display();
    ensure!(folder.is_dir(), "{place} is no folder that can be read");
    let mut report = Report::default();
    for (name, bench) in SETS {
        let set = folder.join(name);
        if set.is_dir() {
            report.sets.push((name, bench(&set)?));
        } else {
            report.skipped.push(name);
        }
    }
    let names = SETS.map(|(name, _)| name).join(", ");
    ensure!(!report.sets.is_empty(), "{place} holds none of the sets {names}");
    Ok(report)
}

type Bench = fn(&Path) -> Result<Vec<report::Entry>>;

const SETS: [(&str, Bench); 4] = [
    ("serp-mouse-abandonment", exits::bench),
    ("adserp-sample", exits::bench),
    ("scroll-reading", reading::bench),
    ("balabit-mouse-sample", clicks::bench),
];
