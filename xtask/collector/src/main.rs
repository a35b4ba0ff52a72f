//! `cargo xtask verify oracle` (do DuckDB and ClickHouse answer the same?) and `cargo xtask bench collector` (what does it cost,
//! beside an empty server and DuckDB, in one run?).
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are this program's work")]

mod bench;
mod cases;
mod client;
mod difference;
mod empty;
mod figures;
mod fill;
mod http;
mod oracle;
mod peer;
mod questions;
mod requests;
mod server;
mod store;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const HELP: &str = "\
cargo xtask verify oracle [--engine clickhouse] [--quick] [--items 2000000] [--seed 1]
cargo xtask bench collector [--rounds 5] [--seconds 4] [--connections 256] [--items 14300000]
                            [--data DIR] [--only http|store|questions] [--format json]
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["empty", workers] => serve_empty(workers),
        ["oracle", ref flags @ ..] => oracle::Options::parse(flags).and_then(|it| oracle::run(&it)),
        ["bench", ref flags @ ..] => bench::Options::parse(flags).and_then(|it| bench::run(&it)),
        _ => Err(anyhow::anyhow!("{HELP}")),
    };
    if let Err(error) = result {
        eprintln!("{error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn serve_empty(workers: &str) -> Result<()> {
    Ok(empty::serve(workers.parse()?)?)
}

/// Goes through `--name value` pairs; `--quick` stands alone.
fn each_flag(flags: &[&str], mut take: impl FnMut(&str, &str) -> Result<bool>) -> Result<()> {
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        let value = if *flag == "--quick" {
            ""
        } else {
            flags.next().with_context(|| format!("{flag} needs a value"))?
        };
        if !take(flag, value)? {
            bail!("what is `{flag}`?\n\n{HELP}");
        }
    }
    Ok(())
}
