//! `verify oracle` and `bench collector`: the collector beside DuckDB, ClickHouse and an empty server. A program of its own, so
//! that this one starts without waiting for either.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::step::step;
use crate::{clickhouse, paths, run};

/// The release that answers are compared with.
const DUCKDB: &str = "2.0.1";

/// Asks both engines; gives why not, where there is no DuckDB to ask. `--engine clickhouse` asks ClickHouse instead,
/// which is too large for the tests.
pub(crate) fn oracle(flags: &[&str]) -> Result<Option<&'static str>> {
    if let ["--engine", engine, flags @ ..] = flags {
        ensure!(*engine == "clickhouse", "what is `{engine}`? there is --engine clickhouse");
        let python = clickhouse::chdb()?;
        let [nunchi, measure] = build(!flags.contains(&"--quick"))?;
        let mut command = Command::new(measure);
        command.arg("oracle").args(flags).arg("--nunchi").arg(nunchi).arg("--chdb").arg(python);
        return run::run(&mut command).map(|()| None);
    }
    let Some(wheel) = duckdb()? else { return Ok(Some(NO_PIP)) };
    let is_quick = flags.contains(&"--quick");
    let [nunchi, measure] = build(!is_quick)?;
    let mut command = Command::new(measure);
    command.arg("oracle").args(flags).arg("--nunchi").arg(nunchi).env("PYTHONPATH", wheel);
    run::run(&mut command)?;
    Ok(None)
}

/// Builds what is shipped and measures it.
pub(crate) fn bench(flags: &[&str]) -> Result<()> {
    let Some(wheel) = duckdb()? else { bail!("{NO_PIP}") };
    let [nunchi, measure] = build(true)?;
    let mut command = Command::new(measure);
    command.arg("bench").args(flags).arg("--nunchi").arg(nunchi).env("PYTHONPATH", wheel);
    run::run(&mut command)
}

/// The server and the program that asks it.
fn build(is_release: bool) -> Result<[PathBuf; 2]> {
    // Small forms take what the native tests compiled: the same profile, the same features.
    let flags: &[&str] = if is_release {
        &["--release", "-p", "collector", "-p", "measure"]
    } else {
        &["--workspace"]
    };
    step("collector and measure", || {
        let what = ["build", "--quiet", "--bin", "nunchi", "--bin", "measure"];
        run::run(run::cargo(what).args(flags))
    })?;
    let folder = paths::target().join(if is_release { "release" } else { "debug" });
    Ok(["nunchi", "measure"]
        .map(|name| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))))
}

/// Where DuckDB's wheel lies, installed when it is not there yet; `None` where there is no pip.
fn duckdb() -> Result<Option<PathBuf>> {
    let folder = paths::cache().join(format!("duckdb-{DUCKDB}"));
    if folder.exists() {
        return Ok(Some(folder));
    }
    if !run::works("python3", &["-m", "pip", "--version"]) {
        return Ok(None);
    }
    // Under another name first, so that an installation that was broken off is not taken for one.
    let unfinished = paths::cache().join("duckdb-unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    step("DuckDB", || {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
        run::run(pip.arg("--target").arg(&unfinished).arg(format!("duckdb=={DUCKDB}")))
    })?;
    fs::rename(&unfinished, &folder)?;
    Ok(Some(folder))
}

const NO_PIP: &str = "python3 with pip is not installed, so DuckDB cannot be asked";
