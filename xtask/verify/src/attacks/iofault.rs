//! Writes that fail, fill the disk or end the process, at each step of a commit, under load: what was
//! acknowledged is there, once, and the server goes on.

use std::path::Path;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Attack;
use crate::figures::Figures;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics};
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "iofault",
    what: "each step of a commit x each error: nothing acknowledged is lost, the server goes on",
    sizes: &[Size::new("pairs", 4, 48, 120)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let ledger = Ledger::open(folder.path())?;
    let mut field = Field {
        setting,
        data: &data,
        server: Launch::new(setting, &data).start()?,
        tally: Tally::default(),
    };
    let load = Load::new(&ledger, setting.seed, field.server.port);
    let mut random = Random::new(setting.seed);
    scope(|scope| -> Result<()> {
        load.begin(scope, PAGES);
        let mut attack = || -> Result<()> {
            for pair in pairs(&mut random, setting.count("pairs")) {
                field.commit_fails(&load, &pair, &mut random)?;
            }
            Ok(())
        };
        let result = attack();
        load.end();
        result
    })?;
    let Field { mut server, tally, .. } = field;
    server.kill()?;
    ledger.close()?;
    let after = ledger.compare(&stored(setting, &data)?)?;
    let mut figures = Figures::default();
    after.tell(&mut figures);
    figures.zero("missing", after.sent.saturating_sub(after.stored));
    figures.equal("pairs", tally.pairs, setting.count("pairs"));
    figures.equal("crashed", tally.crashed, tally.crashes);
    figures.zero("gave_up", tally.gave_up);
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
    /// Crashes asked for, and seen.
    crashes: usize,
    crashed: usize,
    /// Servers that ended of an error.
    gave_up: usize,
}

struct Field<'a> {
    setting: &'a Setting,
    data: &'a Path,
    server: Server,
    tally: Tally,
}

impl Field<'_> {
    /// A server whose commits fail some times soon after its start.
    fn commit_fails(&mut self, load: &Load<'_>, pair: &Pair, random: &mut Random) -> Result<()> {
        self.begin(pair);
        load.waits();
        self.server.kill()?;
        let (from, times) = (5 + random.below(40), 1 + random.below(30));
        let fault = format!("{}:{}:{from}:{times}", pair.point, pair.error);
        let plain = Launch::new(self.setting, self.data);
        self.server.start_again(&plain.clone().with_fault(self.setting, &fault))?;
        load.moves_to(self.server.port);
        if pair.error == "crash" {
            self.tally.crashed += usize::from(ends(&mut self.server));
            load.waits();
            self.server.kill()?;
            self.server.start_again(&plain)?;
            load.moves_to(self.server.port);
        }
        load.wait_for(load.acknowledged() + 100)?;
        self.tally.gave_up += usize::from(!self.server.is_alive());
        Ok(())
    }

    fn begin(&mut self, pair: &Pair) {
        self.tally.pairs += 1;
        self.tally.crashes += usize::from(pair.error == "crash");
    }
}

fn ends(server: &mut Server) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if !server.is_alive() {
            return true;
        }
        sleep(Duration::from_millis(5));
    }
    false
}

const ERRORS: [&str; 3] = ["eio", "enospc", "crash"];

/// Where `fault::at` stands in the collector.
const POINTS: [&str; 4] = ["commit.begin", "commit.write", "commit.end", "commit.done"];

const PAGES: usize = 12;
