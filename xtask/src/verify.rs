//! `verify NAME`: attacks on the real server. A program of its own, so that this one starts without waiting for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::step::step;
use crate::{apt, paths, run};

/// Builds the server as it is shipped, the one that can break promises, and the attacker; runs it.
pub(crate) fn run(flags: &[&str]) -> Result<()> {
    // Attacks at full size are about pace: they get the optimised server.
    let is_release = !flags.iter().any(|flag| matches!(*flag, "--quick" | "list" | "help"));
    let release: &[&str] = if is_release { &["--release"] } else { &[] };
    step("binaries", || {
        // Of the whole workspace: with the same features as the native tests, so that what those compiled is taken.
        let what = ["build", "--quiet", "--workspace", "--bin"];
        run::run(
            run::cargo(what).args(["nunchi", "--features", "collector/sabotage"]).args(release),
        )?;
        keep("nunchi", "nunchi-sabotaged", is_release)?;
        run::run(run::cargo(what).args(["nunchi", "--bin", "verify"]).args(release))?;
        keep("nunchi", "nunchi", is_release)
    })?;
    // Notes what the server does to its disk; without it `powercut` says what it needs.
    if !run::works("strace", &["-V"]) && apt::is_here() {
        apt::install(&["strace"])?;
    }
    let mut verify = Command::new(built("verify", is_release));
    verify.args(flags).arg("--nunchi").arg(kept("nunchi"));
    run::run(verify.arg("--sabotaged").arg(kept("nunchi-sabotaged")))
}

/// Another build of the server takes its place in the target folder.
fn keep(program: &str, name: &str, is_release: bool) -> Result<()> {
    let (from, to) = (built(program, is_release), kept(name));
    fs::create_dir_all(to.parent().unwrap_or(Path::new(".")))?;
    // It may still run somewhere; a file that is executed cannot be written.
    let _ = fs::remove_file(&to);
    fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

fn kept(name: &str) -> PathBuf {
    paths::target().join("verify").join(name)
}

fn built(name: &str, is_release: bool) -> PathBuf {
    let profile = if is_release { "release" } else { "debug" };
    paths::target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
