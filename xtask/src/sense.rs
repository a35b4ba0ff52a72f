//! `bench sense`: the engine's detectors on recorded people. A program of its own, so that this one starts without
//! waiting for the engine.

use std::env;
use std::process::Command;

use anyhow::Result;

use crate::{paths, run};

/// Builds and runs it; the recordings lie beside the workspace unless `NUNCHI_DATASETS` says otherwise.
pub(crate) fn bench(flags: &[&str]) -> Result<()> {
    run::run(&mut run::cargo(["build", "--quiet", "-p", "bench-sense"]))?;
    let data = env::var_os("NUNCHI_DATASETS")
        .unwrap_or_else(|| paths::root().join("../shared/data").into_os_string());
    run::run(Command::new(paths::binary("bench-sense")).args(flags).env("NUNCHI_DATASETS", data))
}
