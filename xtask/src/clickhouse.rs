//! ClickHouse servers for the collector's tests: Debian's own, and a modern one, Python's `chdb`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{self, cargo};
use crate::step::step;
use crate::{apt, paths};

/// Debian's `clickhouse-server`, installed if need be; where there is none to be had, why not.
pub(crate) fn prepare() -> Result<Option<&'static str>> {
    if is_installed() {
        return Ok(None);
    }
    if !run::works("apt-get", &["--version"]) {
        return Ok(Some("no ClickHouse here: tests against it need Debian's clickhouse-server"));
    }
    apt::install(&["clickhouse-server"])?;
    if is_installed() {
        return Ok(None);
    }
    bail!("apt-get installed clickhouse-server, but no program of that name is there")
}

/// The tests of the collector that need ClickHouse, against Python's `chdb`: more than half a gigabyte, so
/// `cargo xtask test` does not.
pub(crate) fn verify_modern() -> Result<()> {
    let python = chdb()?;
    let shim = paths::root().join("xtask").join("clickhouse").join("shim.py");
    let program = format!("{} {}", python.display(), shim.display());
    run::run(
        cargo(["test", "-p", "collector", "--lib", "store::clickhouse"])
            .env("NUNCHI_CLICKHOUSE_SERVER", program),
    )
}

/// A Python with `chdb`, installed when it is not there yet.
pub(crate) fn chdb() -> Result<PathBuf> {
    let venv = paths::target().join("chdb");
    let python = venv.join("bin").join("python");
    if !python.exists() {
        step("python venv with chdb", || {
            run::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))
                .context("`python3 -m venv` is needed: on Debian apt-get install python3-venv")?;
            run::run(Command::new(&python).args(["-m", "pip", "install", "--quiet", CHDB]))
        })?;
    }
    Ok(python)
}

fn is_installed() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian keeps it where only root looks.
    env::split_paths(&path)
        .chain([Path::new("/usr/sbin").to_owned()])
        .any(|folder| folder.join("clickhouse-server").exists())
}

/// The version that was tried, and later ones.
const CHDB: &str = "chdb>=4";
