//! `bench sense`: the engine's detectors on recorded people. A program of its own, so that this one starts without
//! waiting for the engine.

use std::process::Command;

use anyhow::Result;

use crate::{paths, run};

/// Builds and runs it in the workspace's folder, where its default for `--data` counts from.
pub(crate) fn bench(flags: &[&str]) -> Result<()> {
    run::run(&mut run::cargo(["build", "--quiet", "-p", "bench-sense"]))?;
    run::run(Command::new(paths::binary("bench-sense")).args(flags).current_dir(paths::root()))
}
