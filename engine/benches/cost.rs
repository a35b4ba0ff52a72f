//! What an input costs: instructions, counted by valgrind, and nanoseconds.
//!
//! `cargo bench -p engine --bench cost`. Every case runs in a process of its own under
//! `valgrind --tool=callgrind`, once with more rounds and once with fewer: the difference is what
//! the rounds cost, and the same every time. Without valgrind only the time is told.
#![expect(clippy::print_stdout, reason = "printing is its work")]
#![expect(clippy::disallowed_types, reason = "time is what it measures")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use beacon::Millis;
use beacon::item::Fact;
use engine::observation::Observation;
use engine::pack::{Pack, Published};
use engine::{Effect, Input};

use scenes::{TICKS, campaign_bomb, crowd, glob_bomb, leaf_bomb, library, tick, two, visit};

#[allow(dead_code, unreachable_pub, missing_docs, reason = "shared, each takes a part")]
mod scenes;

/// A name, rounds, and what is prepared for them.
type Case = (&'static str, u64, fn() -> Round);

/// One more of what is measured, at this time.
type Round = Box<dyn FnMut(u64)>;

const CASES: [Case; 8] = [
    ("a pointer move", 10_000, || moves(library())),
    ("a scroll", 10_000, || scrolls(library())),
    ("an item judged by two campaigns", 4_000, || items(two())),
    ("an item judged by the ten of the library", 2_000, || items(library())),
    ("an item judged by 200 campaigns of 32 nodes, 8 deep", 40, || items(crowd())),
    ("a bomb of campaigns: eight inputs, the last a page", 4, || ticks(&campaign_bomb())),
    ("a bomb of leaves: eight inputs, the last a page", 4, || ticks(&leaf_bomb())),
    ("a bomb of globs: eight inputs, the last a page", 4, || ticks(&glob_bomb())),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, case, rounds] = arguments.as_slice()
        && word == "run"
    {
        return run(&CASES[case.parse::<usize>().unwrap()], rounds.parse().unwrap());
    }
    println!("| what | instructions | ns |\n|---|---:|---:|");
    for (index, case) in CASES.iter().enumerate() {
        let (few, many) = (count(index, case.1), count(index, 2 * case.1));
        let instructions =
            few.zip(many).map_or("?".into(), |(few, many)| thousands((many - few) / case.1));
        println!("| {} | {instructions} | {} |", case.0, thousands(nanoseconds(case)));
    }
}

fn run(case: &Case, rounds: u64) {
    let mut round = case.2();
    (0..rounds).for_each(&mut round);
}

/// Instructions of this program with so many rounds; `None` without valgrind.
fn count(index: usize, rounds: u64) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["run", &index.to_string(), &rounds.to_string()])
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&output.stderr);
    told.lines().find_map(|line| line.split_once("Collected : ")?.1.parse().ok())
}

/// The median of 15 measurements, each after a first half that warms up.
fn nanoseconds(case: &Case) -> u64 {
    let mut times: Vec<u64> = (0..15)
        .map(|_| {
            let mut round = case.2();
            (0..case.1).for_each(&mut round);
            let began = Instant::now();
            (case.1..2 * case.1).for_each(&mut round);
            u64::try_from(began.elapsed().as_nanos()).unwrap() / case.1
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|it| str::from_utf8(it).unwrap()).collect();
    groups.join(",")
}

fn moves(pack: Pack) -> Round {
    let mut engine = visit(pack);
    Box::new(move |round| {
        let (x, y) = (place(round * 37 % 1_200), place(200 + round * 53 % 500));
        let input = Input::Observed(Observation::Moved { x, y, is_held: false });
        black_box(engine.handle(Millis(1_000 + 50 * round), input));
    })
}

fn scrolls(pack: Pack) -> Round {
    let mut engine = visit(pack);
    Box::new(move |round| {
        let top = u32::try_from(round * 120 % 2_000).unwrap();
        let input = Input::Observed(Observation::Scrolled { top, height: 800, full: 4_000 });
        black_box(engine.handle(Millis(1_000 + 50 * round), input));
    })
}

fn items(pack: Pack) -> Round {
    let mut engine = visit(pack);
    Box::new(move |round| {
        let effects = engine.handle(Millis(1_000 + round), Input::Stated(Fact::VariantChosen));
        assert!(matches!(black_box(effects)[..], [Effect::Report(_), ..]));
    })
}

/// Eight inputs are one round, so that a tick costs less than is said.
fn ticks(pack: &Published) -> Round {
    let mut engine = visit(pack.clone());
    Box::new(move |round| {
        for input in 0..TICKS {
            black_box(tick(&mut engine, round, input));
        }
    })
}

fn place(at: u64) -> i32 {
    i32::try_from(at).unwrap()
}
