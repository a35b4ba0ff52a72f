//! Writes that fail, fill the disk or end the process, at each step of a commit, of sealing, merging and dropping files of
//! history, and of a backup, under load: what was acknowledged is there, once, and the server goes on.

mod backup;

use std::path::Path;
use std::process::Command;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::Attack;
use crate::beacons::{Key, old_frame};
use crate::figures::Figures;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics, troubles};
use crate::stored::{Stored, stored};
use crate::volley::{of, volley};

pub(super) const ATTACK: Attack = Attack {
    name: "iofault",
    what: "each step of commit, sealing, merging, dropping, backup x each error: all is in one place, the server goes on",
    sizes: &[Size::new("pairs", 6, 66, 132)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let ledger = Ledger::open(folder.path())?;
    let plain = Launch::new(setting, &data).hurried(setting).keeps_days(DAYS);
    let mut field = Field {
        setting,
        data: &data,
        server: plain.start()?,
        plain,
        // Other page loads than those of the load.
        random: Random::new(!setting.seed),
        old: Vec::new(),
        tally: Tally::default(),
    };
    let load = Load::new(&ledger, setting.seed, field.server.port).at_pace(PAUSE);
    scope(|scope| -> Result<()> {
        load.begin(scope, PAGES);
        let pairs = pairs(&mut field.random, setting.count("pairs"));
        let result = pairs.iter().try_for_each(|pair| field.fails(&load, pair));
        load.end();
        result
    })?;
    let left = field.dropped_in_the_end()?;
    let Field { mut server, tally, old, .. } = field;
    server.kill()?;
    for key in &old {
        ledger.sends(*key);
    }
    ledger.close()?;
    let after = ledger.compare(&stored(setting, &data)?)?;
    let mut figures = Figures::default();
    after.tell(&mut figures);
    figures.zero("missing", (after.sent - old.len()).saturating_sub(after.stored - left));
    figures.equal("pairs", tally.pairs, setting.count("pairs"));
    figures.tell("met", tally.pairs - tally.not_met.len());
    for pair in &tally.not_met {
        figures.wrong(format!("nothing was seen to fail at {pair}"));
    }
    figures.zero("gave_up", tally.gave_up);
    figures.tell("old", old.len());
    figures.zero("kept_too_long", left);
    figures.tell("backups", tally.backups);
    figures.zero("half_backups", tally.half_backups);
    if !load.odd().is_empty() {
        figures.wrong(format!("only 503 was expected, came {}", load.odd().join(" ")));
    }
    figures.zero("panics", panics(&data));
    Ok(figures)
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    point: &'static str,
    error: &'static str,
}

/// All of them, in another order each time, again from the first when more are asked for.
fn pairs(random: &mut Random, count: usize) -> Vec<Pair> {
    let all = POINTS.iter().flat_map(|point| ERRORS.map(|error| Pair { point, error }));
    let mut all: Vec<Pair> = all.collect();
    for place in (1..all.len()).rev() {
        all.swap(place, random.below(place + 1));
    }
    all.iter().copied().cycle().take(count).collect()
}

#[derive(Debug, Default)]
struct Tally {
    pairs: usize,
    /// Faults that were not seen to happen.
    not_met: Vec<String>,
    /// Servers that ended of an error.
    gave_up: usize,
    /// Backups that were made whole, and those that are neither whole nor refused.
    backups: usize,
    half_backups: usize,
}

struct Field<'a> {
    setting: &'a Setting,
    data: &'a Path,
    plain: Launch,
    server: Server,
    random: Random,
    /// Page loads that are past their time as soon as they are sealed.
    old: Vec<Key>,
    tally: Tally,
}

impl Field<'_> {
    fn fails(&mut self, load: &Load<'_>, pair: &Pair) -> Result<()> {
        self.tally.pairs += 1;
        if pair.point.starts_with("backup") {
            return self.backup_fails(pair);
        }
        self.send_old()?;
        if is_of_removal(pair.point) {
            // What a server drops first when it starts.
            self.seal()?;
        }
        self.server_fails(load, pair)
    }

    /// A server that fails some times soon after its start.
    fn server_fails(&mut self, load: &Load<'_>, pair: &Pair) -> Result<()> {
        load.waits();
        self.server.kill()?;
        let (first, times) = match pair.point {
            point if point.starts_with("commit") => (5 + self.random.below(40), 30),
            point if is_of_removal(point) => (1, 3),
            _ => (1 + self.random.below(6), 3),
        };
        let times = 1 + self.random.below(times);
        let fault = format!("{}:{}:{first}:{times}", pair.point, pair.error);
        let before = troubles(self.data);
        self.server.start_again(&self.plain.clone().with_fault(self.setting, &fault))?;
        load.moves_to(self.server.port);
        if pair.error == "crash" {
            let has_ended = comes(|| !self.server.is_alive());
            self.met(has_ended, pair);
            load.waits();
            self.server.kill()?;
            self.server.start_again(&self.plain)?;
            load.moves_to(self.server.port);
        } else {
            self.met(comes(|| troubles(self.data) > before), pair);
        }
        load.wait_for(load.acknowledged() + 100)?;
        self.tally.gave_up += usize::from(!self.server.is_alive());
        Ok(())
    }

    fn met(&mut self, is_met: bool, pair: &Pair) {
        self.tally.not_met.extend((!is_met).then(|| format!("{} {}", pair.point, pair.error)));
    }

    fn send_old(&mut self) -> Result<()> {
        let keys: Vec<Key> = (0..OLD).map(|_| (self.random.bytes(), 0)).collect();
        let frames: Vec<_> = keys.iter().map(|key| old_frame(*key, 9)).collect();
        let answers = volley(self.server.port, &frames)?;
        ensure!(of(&answers, &[200, 204]) == frames.len(), "not all were taken: {answers:?}");
        self.old.extend(keys);
        Ok(())
    }

    fn seal(&self) -> Result<()> {
        let output = Command::new(&self.setting.nunchi).arg("seal").arg(self.data).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Waits for what is past its time to go; says how many page loads do not.
    fn dropped_in_the_end(&mut self) -> Result<usize> {
        self.seal()?;
        self.server.stop()?;
        self.server.start_again(&self.plain)?;
        let old = self.old.clone();
        let still = |stored: &Stored| old.iter().filter(|key| stored.has(key)).count();
        let look = || stored(self.setting, self.data).is_ok_and(|stored| still(&stored) == 0);
        comes(look);
        Ok(still(&stored(self.setting, self.data)?))
    }
}

/// Whether it becomes so soon.
fn comes(mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if is_so() {
            return true;
        }
        sleep(Duration::from_millis(5));
    }
    false
}

fn is_of_removal(point: &str) -> bool {
    matches!(point, "file.remove" | "step.removed")
}

const ERRORS: [&str; 3] = ["eio", "enospc", "crash"];

/// Where `fault::at` stands in the collector.
const POINTS: [&str; 22] = [
    "commit.begin",
    "commit.write",
    "commit.end",
    "commit.done",
    "file.create",
    "file.write",
    "file.sync",
    "file.rename",
    "file.remove",
    "folder.sync",
    "step.numbered",
    "step.written",
    "step.named",
    "step.complete",
    "step.marked",
    "step.catalogued",
    "step.deleted",
    "step.removed",
    "backup.database",
    "backup.file",
    "backup.sync",
    "backup.manifest",
];

const PAGES: usize = 12;

/// Steps are what counts here, not beacons.
const PAUSE: Duration = Duration::from_millis(20);

/// Page loads sent before each fault that are past their time.
const OLD: usize = 10;

/// Of history that is kept: what says it is older lies a week back.
const DAYS: u32 = 5;
