//! `bench replay`: how many stored items `nunchi backtest` judges a second and core.
//!
//! The store is made by the program itself: a collector takes what a large crowd of the demo shop sends. It is kept
//! in the target folder and used again, until it is removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::processes::Process;
use crate::step::step;
use crate::{paths, run};

/// A shopper leaves about 60 items.
const SHOPPERS: &str = "17000";

/// The shop's origin; nobody needs to listen there.
const ORIGIN: &str = "http://127.0.0.1:8090";

/// The fastest of so many runs counts: what else the machine does makes one slower, never faster.
const ROUNDS: usize = 5;

/// Builds, makes the store if it is not there, and prints a table.
pub(crate) fn bench() -> Result<()> {
    step("collector and crowd", || {
        run::run(&mut run::cargo(["build", "--release", "-p", "collector", "-p", "demo-shop"]))
    })?;
    let data = folder().join("data");
    if !data.exists() {
        step("a store of a million items", || fill(&data))?;
    }
    println!("| campaigns | threads | items | best of {ROUNDS} |\n|---|---:|---:|---|");
    let library = library()?;
    for (name, files) in [("exit-offer", &library[3..4]), ("the ten of the library", &library[..])]
    {
        for threads in [Some("1"), None] {
            print_row(name, files, threads, &data)?;
        }
    }
    Ok(())
}

/// One of the runs at its best: `| exit-offer | 1 | 963161 | 1180000 a second and core: … |`.
fn print_row(name: &str, files: &[PathBuf], threads: Option<&str>, data: &Path) -> Result<()> {
    let mut command = Command::new(binary("nunchi"));
    command.arg("backtest").args(files).args(["--alone", "--site", "demo", "--last", "9999d"]);
    command.args(["--timings", "--data"]).arg(data).stdout(Stdio::null());
    command.args(threads.map(|threads| ["--threads", threads]).into_iter().flatten());
    let mut best = None;
    for _ in 0..ROUNDS {
        let output = command.output().context("cannot start nunchi")?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let Some(told) = Told::read(&said).filter(|_| output.status.success()) else {
            bail!("nunchi backtest says: {said}")
        };
        if best.as_ref().is_none_or(|best: &Told| told.a_second > best.a_second) {
            best = Some(told);
        }
    }
    let Some(Told { items, a_second, rest }) = best else { bail!("no rounds") };
    let threads = threads.unwrap_or("all cores");
    println!("| {name} | {threads} | {items} | {a_second} a second and core: {rest} |");
    Ok(())
}

/// What `--timings` says: `963161 items in 0.91 s, 1 threads; 1180000 a second and core: reading 21 %, …`.
struct Told {
    items: String,
    a_second: u64,
    rest: String,
}

impl Told {
    fn read(said: &str) -> Option<Self> {
        let line = said.lines().last()?;
        let (items, line) = line.split_once(" items in ")?;
        let (a_second, rest) = line.split_once("; ")?.1.split_once(" a second and core: ")?;
        Some(Self { items: items.into(), a_second: a_second.parse().ok()?, rest: rest.into() })
    }
}

/// Made under another name first, so that a store that was broken off is not taken for one.
fn fill(data: &Path) -> Result<()> {
    let unfinished = folder().join("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let mut command = Command::new(binary("nunchi"));
    command.args(["demo", "--port", "0", "--shop-origin", ORIGIN, "--data"]).arg(&unfinished);
    let mut collector = Process::start("collector", &mut command, folder().join("collector.log"))?;
    let said = collector.wait_until_ready()?;
    let address = said.last().and_then(|line| line.strip_prefix("ready "));
    let address = address.context("the collector does not say where it listens")?;
    let mut crowd = Command::new(binary("demo-shop"));
    crowd.args(["crowd", "--collector", address, "--site", "demo", "--origin", ORIGIN]);
    crowd.args(["--shoppers", SHOPPERS, "--seed", "7", "--instant", "--past", "72h", "--no-live"]);
    run::run(crowd.stdout(Stdio::null()))?;
    drop(collector);
    fs::rename(&unfinished, data).context("cannot keep the store")
}

/// The campaigns that come with the engine, by name.
fn library() -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(paths::root().join("engine/campaigns"))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|it| it == "json"));
    files.sort();
    Ok(files)
}

fn binary(name: &str) -> PathBuf {
    paths::target().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn folder() -> PathBuf {
    paths::target().join("bench/replay")
}

#[cfg(test)]
mod tests {
    use super::Told;

    #[test]
    fn what_nunchi_tells_of_its_pace_is_read() {
        let told = Told::read(
            "a warning\n963161 items in 0.91 s, 1 threads; 1180000 a second and core: reading 21 %",
        );
        let told = told.unwrap();
        assert_eq!(
            (&*told.items, told.a_second, &*told.rest),
            ("963161", 1_180_000, "reading 21 %")
        );
        assert!(Told::read("nunchi: no site").is_none());
    }
}
