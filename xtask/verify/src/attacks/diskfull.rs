//! A disk that fills up under load, while history is sealed on it, and gets room again: 503 meanwhile, and no restart
//! needed after, also for what waits to be sealed.
//!
//! The log lies on the same disk: it cannot be written either. The disk is a tmpfs of a few MiB, so mounting must be allowed; each cycle grows it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::Attack;
use crate::figures::Figures;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::options::{Setting, Size};
use crate::server::{Launch, Server, panics};
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "diskfull",
    what: "a full disk under load: only 503, questions answered, back within 5 s of there being room",
    sizes: &[Size::new("cycles", 1, 3, 20)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let disk = Disk::mount(&folder.path().join("disk"))?;
    let data = folder.path().join("disk/data");
    let ledger = Ledger::open(folder.path())?;
    let mut server = Launch::new(setting, &data).hurried(setting).start()?;
    let load = Load::new(&ledger, setting.seed, server.port).at_pace(PAUSE);
    let (mut resumed, mut unanswered, mut sealed) = (Duration::ZERO, 0, Vec::new());
    scope(|scope| -> Result<()> {
        load.begin(scope, PAGES);
        let mut attack = || -> Result<()> {
            let mut room = DISK_MIB;
            for _ in 0..setting.size("cycles") {
                wait_until_full(&load)?;
                // It may be full before anything was sealed on it: that is tried again with more room.
                while sealed_rows(&server)? == 0 && room < DISK_MIB_MOST {
                    room += 4;
                    disk.resize(room)?;
                    wait_until_full(&load)?;
                }
                unanswered += unanswered_questions(&server);
                sealed.push(sealed_rows(&server)?);
                room += 4;
                disk.resize(room)?;
                let (began, before) = (Instant::now(), load.acknowledged());
                load.wait_at_most(Duration::from_mins(1), || load.acknowledged() > before)?;
                resumed = resumed.max(began.elapsed());
            }
            Ok(())
        };
        let result = attack();
        load.end();
        result
    })?;
    let mut figures = Figures::default();
    figures.equal("alive", server.is_alive(), true);
    // At the first full disk, at the last, and in the end.
    figures.at_least("sealed_first", sealed.first().copied().unwrap_or(0), 1);
    figures.tell("sealed_last", sealed.last().copied().unwrap_or(0));
    figures.tell("sealed", wait_until_sealed(&server)?);
    server.kill()?;
    ledger.close()?;
    ledger.compare(&stored(setting, &data)?)?.tell(&mut figures);
    figures.tell("cycles", setting.size("cycles"));
    figures.at_least("delays", load.delays(), 1);
    figures.at_most("resumed_ms_max", resumed.as_millis(), 5_000);
    figures.zero("unanswered", unanswered);
    if !load.odd().is_empty() {
        figures.wrong(format!("only 503 was expected, came {}", load.odd().join(" ")));
    }
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// Full is when for a second everybody was put off.
fn wait_until_full(load: &Load) -> Result<()> {
    let began = Instant::now();
    loop {
        let (acknowledged, delays) = (load.acknowledged(), load.delays());
        sleep(Duration::from_secs(1));
        if load.acknowledged() == acknowledged && load.delays() > delays {
            return Ok(());
        }
        ensure!(began.elapsed() < FULL_WITHIN, "the disk does not fill up: {acknowledged} acked");
    }
}

/// Rows of history in files.
fn sealed_rows(server: &Server) -> Result<u64> {
    server.metric("nunchi_segment_rows", "items")
}

/// Waits until nothing is left to be sealed; says how many rows are.
fn wait_until_sealed(server: &Server) -> Result<u64> {
    let began = Instant::now();
    while server.metric("nunchi_journal_lines", "")? > 0 {
        ensure!(began.elapsed() < SEALED_WITHIN, "not sealed: {}", server.log());
        sleep(Duration::from_millis(100));
    }
    sealed_rows(server)
}

/// Reading needs no room.
fn unanswered_questions(server: &Server) -> usize {
    let questions = ["/healthz", "/metrics", "/api/stats/overview?site=demo", "/api/sites"];
    let is_answered = |path: &&&str| server.get(path).is_ok_and(|answer| answer.status == 200);
    questions.len() - questions.iter().filter(is_answered).count()
}

/// A mounted tmpfs; unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path) -> Result<Self> {
        std::fs::create_dir_all(at)?;
        let size = format!("size={DISK_MIB}m");
        let mut mount = Command::new("mount");
        run_command(mount.args(["-t", "tmpfs", "-o", &size, "none"]).arg(at))
            .context("a small disk needs the right to mount one (root)")?;
        Ok(Self(at.into()))
    }

    fn resize(&self, mib: u64) -> Result<()> {
        let size = format!("remount,size={mib}m");
        run_command(Command::new("mount").args(["-o", &size]).arg(&self.0))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the server's files may be open a moment longer.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn run_command(command: &mut Command) -> Result<()> {
    ensure!(command.status()?.success(), "{command:?} failed");
    Ok(())
}

const DISK_MIB: u64 = 16;
const DISK_MIB_MOST: u64 = 48;
const PAGES: usize = 16;

/// Slow enough for some of it to be sealed before the disk is full.
const PAUSE: Duration = Duration::from_millis(10);
const FULL_WITHIN: Duration = Duration::from_mins(2);
const SEALED_WITHIN: Duration = Duration::from_mins(1);
