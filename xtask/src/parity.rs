//! The wasm step: engine and beacon import nothing from the world, and decide in WebAssembly exactly as they do here.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{paths, run};

/// Builds both sides, looks at the imports, runs every recorded session on both.
pub(crate) fn verify() -> Result<()> {
    // With the features of the whole workspace, as the native tests: nothing is compiled twice.
    run::run(&mut run::cargo(["build", "--workspace", "--bin", "parity"]))?;
    run::run(&mut run::cargo(["build", "-p", "parity", "--lib", "--target", TARGET]))?;
    let module = paths::target().join(TARGET).join("debug/parity.wasm");
    let imports = imports(&module)?;
    ensure!(
        imports.is_empty(),
        "engine and beacon must not see the world, but they import {}",
        imports.join(", ")
    );

    let sessions = sessions()?;
    ensure!(!sessions.is_empty(), "no session files in engine/tests/sessions");
    let native = run::output(Command::new(paths::binary("parity")).args(&sessions))?;
    let script = paths::root().join("xtask/parity/run.mjs");
    let web = run::output(Command::new("node").arg(script).arg(&module).args(&sessions))?;
    let (native, web): (Vec<_>, Vec<_>) = (native.lines().collect(), web.lines().collect());
    ensure!(native.len() == sessions.len() && web.len() == sessions.len(), "an answer is missing");
    for ((file, native), web) in sessions.iter().zip(native).zip(web) {
        if native != web {
            bail!(
                "{} gives other bytes in WebAssembly:\n{web}\nthan here:\n{native}",
                file.display()
            );
        }
    }
    println!(
        "{} sessions give the same bytes natively and in WebAssembly; no imports",
        sessions.len()
    );
    Ok(())
}

/// `module.name` of everything that a module asks of its host.
fn imports(module: &PathBuf) -> Result<Vec<String>> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let module = walrus::Module::from_buffer(&bytes).context("this is not a module")?;
    Ok(module.imports.iter().map(|import| format!("{}.{}", import.module, import.name)).collect())
}

fn sessions() -> Result<Vec<PathBuf>> {
    let folder = paths::root().join("engine/tests/sessions");
    let files =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = files.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

const TARGET: &str = "wasm32-unknown-unknown";
