//! `cargo xtask e2e` and `cargo xtask bench`: node drives a real Chromium against the real binaries.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::step::step;
use crate::{apt, build, paths, run};

/// Runs the browser tests whose file name contains `filter`.
pub(crate) fn run(filter: Option<&str>) -> Result<()> {
    let browser = prepare()?;
    let mut files = tests()?;
    files.retain(|file| filter.is_none_or(|filter| file.contains(filter)));
    ensure!(
        !files.is_empty(),
        "no file of e2e/ named *.test.mjs contains `{}`",
        filter.unwrap_or_default()
    );
    let mut node = node(&browser);
    // Two files at a time: half of what they do is to wait as long as shoppers do.
    node.args(["--test", "--test-concurrency=2", "--test-reporter=spec"]).args(files);
    step("browser tests", || run::run(&mut node))
}

/// `bench tracker`: what the agent costs a page.
pub(crate) fn bench(flags: &[&str]) -> Result<()> {
    let browser = prepare()?;
    run::run(node(&browser).arg("bench/tracker.mjs").args(flags))
}

/// `bench floor`: the console with the live crowd.
pub(crate) fn bench_floor(flags: &[&str]) -> Result<()> {
    let browser = prepare()?;
    run::run(node(&browser).arg("bench/floor.mjs").args(flags))
}

/// `bench surface`: how soon what is drawn can be seen.
pub(crate) fn bench_surface(flags: &[&str]) -> Result<()> {
    let browser = prepare()?;
    run::run(node(&browser).arg("bench/surface.mjs").args(flags))
}

/// `bench engine`: what the engine alone costs in a browser, compiled as for pages.
pub(crate) fn bench_engine(flags: &[&str]) -> Result<()> {
    let target = "wasm32-unknown-unknown";
    let cargo = [
        "build",
        "--quiet",
        "-p",
        "bench-engine",
        "--lib",
        "--profile",
        "wasm",
        "--target",
        target,
    ];
    run::run(&mut run::cargo(cargo))?;
    let module = paths::target().join(target).join("wasm/bench_engine.wasm");
    let browser = driven()?;
    run::run(node(&browser).arg("bench/engine.mjs").arg(module).args(flags))
}

/// Builds what is tested and installs what tests it.
fn prepare() -> Result<PathBuf> {
    build::all()?;
    step("binaries", || {
        // Of the whole workspace: with the same features as the native tests, so that what those compiled is taken.
        run::run(&mut run::cargo(["build", "--workspace", "--bin", "nunchi", "--bin", "demo-shop"]))
    })?;
    driven()
}

/// Installs what drives a browser, and the browser.
fn driven() -> Result<PathBuf> {
    ensure_node()?;
    install_driver()?;
    chromium()
}

fn node(browser: &Path) -> Command {
    let mut node = Command::new("node");
    node.current_dir(folder()).env("CHROMIUM", browser);
    node.env("NUNCHI", paths::binary("nunchi")).env("DEMO_SHOP", paths::binary("demo-shop"));
    node
}

fn tests() -> Result<Vec<String>> {
    let names =
        fs::read_dir(folder())?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<_>>>()?;
    names.retain(|name| name.ends_with(".test.mjs"));
    names.sort();
    Ok(names)
}

fn ensure_node() -> Result<()> {
    let mut node = Command::new("node");
    let version = run::output(node.arg("--version"))
        .context("browser tests need Node.js 20 or newer on the path")?;
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    ensure!(
        major.is_some_and(|major| major >= 20),
        "browser tests need Node.js 20 or newer, found {}",
        version.trim()
    );
    Ok(())
}

/// Playwright's driver, by the lock file; again only when the lock file changed.
fn install_driver() -> Result<()> {
    let lock = fs::read_to_string(folder().join("package-lock.json"))
        .context("cannot read e2e/package-lock.json")?;
    let stamp = folder().join("node_modules/.nunchi-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    step("npm ci", || {
        run::run(
            Command::new(npm)
                .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
                .current_dir(folder()),
        )
    })?;
    Ok(fs::write(stamp, lock)?)
}

/// A Chromium or Chrome: `CHROMIUM`, one that is installed, or Debian's by apt-get.
fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    if let Some(path) = installed() {
        return Ok(path);
    }
    if !apt::is_here() {
        bail!(
            "browser tests need Chromium or Chrome: install one, or name its program in CHROMIUM"
        );
    }
    // Fonts with Korean letters, or the pictures show boxes.
    apt::install(&["chromium", "fonts-noto-cjk"])?;
    installed().context("apt-get installed chromium, but no program of that name is there")
}

fn installed() -> Option<PathBuf> {
    let known = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/snap/bin/chromium",
    ];
    let mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    known.into_iter().chain([mac]).map(PathBuf::from).find(|path| path.exists())
}

fn folder() -> PathBuf {
    paths::root().join("e2e")
}
