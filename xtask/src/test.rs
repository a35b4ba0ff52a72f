//! `cargo xtask test`: every check there is, each timed, with a summary at the end. CI runs this and nothing else.

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::run::{cargo, run as must, works};
use crate::step::{seconds, step};
use crate::{build, clickhouse, e2e, measure, size, verify};

/// What one step came to.
enum Outcome {
    Passed,
    Failed,
    /// With the reason.
    Skipped(&'static str),
}

type Check = fn() -> Result<Outcome>;

/// Cheap ones first: who made a typing mistake hears of it within seconds.
const STEPS: [(&str, Check); 10] = [
    ("fmt", fmt),
    ("clippy", clippy),
    ("native", native),
    ("wasm", wasm),
    ("verify", attacks),
    ("oracle", oracle),
    ("deny", deny),
    ("docs", docs),
    ("size", size),
    ("e2e", browser),
];

/// Runs all steps, or the one named. A failing step does not stop the others.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    let steps: Vec<_> =
        STEPS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    let names = STEPS.map(|(name, _)| name).join(", ");
    ensure!(!steps.is_empty(), "no step `{}`; there are {names}", only.unwrap_or_default());
    let mut results = Vec::new();
    for (name, check) in steps {
        let began = Instant::now();
        let outcome = step(name, check).unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Outcome::Failed
        });
        results.push((*name, outcome, began.elapsed()));
    }
    summarise(&results)
}

fn summarise(results: &[(&str, Outcome, Duration)]) -> Result<()> {
    println!();
    let (mut passed, mut failed) = (0, 0);
    for (name, outcome, took) in results {
        let word = match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::Skipped(_) => "skipped",
        };
        let why = if let Outcome::Skipped(why) = outcome { why } else { "" };
        println!("{name:<8} {word:<8} {:>12}  {why}", seconds(*took));
        passed += usize::from(matches!(outcome, Outcome::Passed));
        failed += usize::from(matches!(outcome, Outcome::Failed));
    }
    println!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} of {} steps failed", results.len());
    }
    Ok(())
}

fn fmt() -> Result<Outcome> {
    must(&mut cargo(["fmt", "--all", "--check"]))?;
    Ok(Outcome::Passed)
}

fn clippy() -> Result<Outcome> {
    // The web files come first: the collector's build script looks for them, and would be run twice.
    build::all()?;
    let deny = ["--", "-D", "warnings"];
    must(cargo(["clippy", "--workspace", "--all-targets"]).args(deny))?;
    for features in ["agent", "surface"] {
        let what =
            ["clippy", "-p", "tracker-wasm", "--no-default-features", "--features", features];
        must(cargo(what).args(WEB).args(deny))?;
    }
    must(cargo(["clippy", "-p", "console"]).args(WEB).args(deny))?;
    Ok(Outcome::Passed)
}

fn native() -> Result<Outcome> {
    let mut tests = if works("cargo", &["nextest", "--version"]) {
        cargo(["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo(["test", "--workspace", "--bins", "--lib", "--tests", "--no-fail-fast"])
    };
    if let Some(why) = clickhouse::prepare()? {
        eprintln!("{why}");
        tests.env("NUNCHI_NO_CLICKHOUSE", why);
    }
    must(&mut tests)?;
    must(&mut cargo(["test", "--workspace", "--doc"]))?;
    Ok(Outcome::Passed)
}

fn wasm() -> Result<Outcome> {
    crate::parity::verify()?;
    Ok(Outcome::Passed)
}

fn attacks() -> Result<Outcome> {
    // The same each time: who looks for more gives other seeds, and larger sizes.
    verify::run(&["--all", "--quick", "--seed", "1"])?;
    Ok(Outcome::Passed)
}

fn oracle() -> Result<Outcome> {
    Ok(measure::oracle(&["--quick"])?.map_or(Outcome::Passed, Outcome::Skipped))
}

fn deny() -> Result<Outcome> {
    if !works("cargo", &["deny", "--version"]) {
        return Ok(Outcome::Skipped("cargo-deny is not installed"));
    }
    // Not `advisories`: their database lies outside of the registries, and a test must not need the network.
    must(&mut cargo(["deny", "check", "licenses", "bans", "sources"]))?;
    Ok(Outcome::Passed)
}

fn docs() -> Result<Outcome> {
    let flags = env::var("RUSTDOCFLAGS").unwrap_or_default();
    must(
        cargo(["doc", "--workspace", "--no-deps", "--document-private-items"]).env(
            "RUSTDOCFLAGS",
            format!("{flags} -D warnings -A rustdoc::private_intra_doc_links"),
        ),
    )?;
    Ok(Outcome::Passed)
}

fn size() -> Result<Outcome> {
    size::verify()?;
    Ok(Outcome::Passed)
}

fn browser() -> Result<Outcome> {
    e2e::run(None)?;
    Ok(Outcome::Passed)
}

const WEB: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
