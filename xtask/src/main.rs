//! `cargo xtask COMMAND`: the one entry for developers. Needs rustup and a C compiler; what else a step needs (a
//! browser, an npm package) the step installs or says how to.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to a developer is this program's work"
)]

mod apt;
mod build;
mod clickhouse;
mod demo;
mod e2e;
mod measure;
mod parity;
mod paths;
mod processes;
mod replay;
mod run;
mod sense;
mod size;
mod step;
mod test;
mod verify;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  demo                       build all, start collector, demo shop and a crowd of shoppers
  test [--only STEP]         what CI runs; steps: fmt clippy native wasm verify
                             oracle deny docs size e2e
  build                      agent, surface and console into target/www
  e2e [FILTER]               browser tests whose file name contains FILTER
  size [--write]             bytes of what a page loads; --write puts the table into README.md
  verify NAME | --all | list [--quick | --goal] [--seed N] [--sabotage PROMISE] [--SIZE N]
                             attack the server: nothing lost, nothing twice; `verify list` tells what there is
  verify clickhouse-modern   the store's tests against ClickHouse once more, against Python's chdb (555 MB)
  verify oracle [--engine clickhouse] [--quick] [--items 2000000] [--seed 1]
                             a month in our store and in DuckDB, over the same files: all answers must be equal;
                             or in ClickHouse (Python's chdb, 555 MB)
  bench tracker [--rounds 5] [--visit 60] [--format json]
                             cost of the agent in a page, beside an empty page and an empty listener
  bench floor [--seconds 10]
                             frames a second of the console's floor, and how soon it shows a beacon
  bench surface [--rounds 20] [--slow 4] [--format json]
                             how soon an offer and the chat are painted, on a processor four times slower
  bench engine [--format json]
                             the engine alone in a browser: scores, judgements, the worst packs a page takes
  bench sense [--data DIR] [--format json]
                             the detectors on recordings of real visitors; --help says what is counted
  bench collector [--rounds 5] [--items 14300000] [--data DIR] [--only http|store|questions] [--format json]
                             beacons a CPU-second, bytes an event, questions: beside an empty server and DuckDB
  bench replay               stored items that a backtest judges a second and core
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[&str]) -> Result<()> {
    match args {
        ["build"] => build::all(),
        ["demo"] => demo::run(),
        ["test"] => test::run(None),
        ["test", "--only", only] => test::run(Some(only)),
        ["e2e"] => e2e::run(None),
        ["e2e", filter] => e2e::run(Some(filter)),
        ["size"] => size::report(false),
        ["size", "--write"] => size::report(true),
        ["bench", "tracker", flags @ ..] => e2e::bench(flags),
        ["bench", "floor", flags @ ..] => e2e::bench_floor(flags),
        ["bench", "surface", flags @ ..] => e2e::bench_surface(flags),
        ["bench", "engine", flags @ ..] => e2e::bench_engine(flags),
        ["bench", "sense", flags @ ..] => sense::bench(flags),
        ["verify", "clickhouse-modern"] => clickhouse::verify_modern(),
        ["verify", "oracle", flags @ ..] => {
            if let Some(reason) = measure::oracle(flags)? {
                println!("oracle: skipped, {reason}");
            }
            Ok(())
        }
        ["verify", flags @ ..] => verify::run(flags),
        ["bench", "collector", flags @ ..] => measure::bench(flags),
        ["bench", "replay"] => replay::bench(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("unknown command `{}`\n\n{HELP}", other.join(" ")),
    }
}
