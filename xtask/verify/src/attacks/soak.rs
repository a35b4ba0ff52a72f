//! A long run at half of what the server can take, while history is sealed, merged and dropped all the time, and every few
//! seconds something goes wrong: killed, restarted, a second server, slow ones, garbage. Each second the counters must add
//! up, and memory must stay within its bounds and not grow.

use std::io::Write as _;
use std::net::TcpStream;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Attack;
use crate::beacons::{Key, old_frame};
use crate::figures::Figures;
use crate::http::ask;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics};
use crate::stored::{Stored, stored};
use crate::volley::volley;

pub(super) const ATTACK: Attack = Attack {
    name: "soak",
    what: "hours at half load with faults all the time: the counters add up each second, memory does not grow",
    sizes: &[Size::new("seconds", 9, 120, 3_600), Size::new("faults", 1, 1, 1)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let ledger = Ledger::open(folder.path())?;
    let launch = Launch::new(setting, &data).hurried(setting).keeps_days(DAYS);
    let mut server = launch.start()?;
    // Short page loads fill what is kept of them (the floor has 5,500) within the warm-up.
    let load = Load::new(&ledger, setting.seed, server.port).at_pace(PAUSE).with_runs_of(3);
    let mut watch = Watch { random: Random::new(!setting.seed), ..Watch::default() };
    let seconds = setting.size("seconds");
    let last_birth = seconds / 3;
    scope(|scope| -> Result<()> {
        load.begin(scope, PAGES);
        let result = (1..=seconds).try_for_each(|second| {
            sleep(Duration::from_secs(1));
            watch.look(&server)?;
            watch.send_old(&server, &ledger)?;
            if second == last_birth + 1 {
                // What questions and refusals take once and keep is taken before growth is looked at.
                questions(&server)?;
                half_requests(server.port, 100);
            }
            let is_time = second % FAULT_EVERY_S == 0 && second + FAULT_EVERY_S < seconds;
            if setting.size("faults") > 0 && is_time {
                // From then on it is one life, long enough to see memory grow.
                let may_end = second <= last_birth;
                watch.fault(&mut server, &launch, &load, may_end)?;
                load.moves_to(server.port);
            }
            Ok(())
        });
        load.end();
        result
    })?;
    let unequal_at_rest = unequal(&server, 0)?;
    server.kill()?;
    ledger.close()?;
    let mut figures = Figures::default();
    let stored = stored(setting, &data)?;
    ledger.compare(&stored)?.tell(&mut figures);
    figures.tell("seconds", seconds);
    figures.tell("faults", watch.faults);
    figures.zero("law_broken", watch.broken + unequal_at_rest);
    figures.tell("looks", watch.looks);
    figures.at_most("rss_max_mb", watch.rss_max_kib / 1_024, 256);
    watch.tell_growth(&mut figures);
    figures.tell("old", watch.old.len());
    figures.zero("kept_too_long", watch.kept_too_long(&stored));
    figures.zero("odd", load.odd().len());
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// What was seen so far.
#[derive(Debug)]
struct Watch {
    random: Random,
    looks: usize,
    broken: usize,
    faults: usize,
    rss_max_kib: u64,
    /// Of the process that runs now: when it began, and its memory since.
    since: Instant,
    rss_kib: Vec<u64>,
    /// Page loads that are past their time as soon as they are sealed, and when they were sent.
    old: Vec<(Instant, Key)>,
}

impl Default for Watch {
    fn default() -> Self {
        let (random, since) = (Random::new(0), Instant::now());
        let (rss_kib, old) = (Vec::new(), Vec::new());
        Self { random, looks: 0, broken: 0, faults: 0, rss_max_kib: 0, since, rss_kib, old }
    }
}

impl Watch {
    fn look(&mut self, server: &Server) -> Result<()> {
        self.looks += 1;
        self.broken += unequal(server, PAGES as u64 + 8)?;
        let rss_kib = server.rss_kib()?;
        self.rss_max_kib = self.rss_max_kib.max(rss_kib);
        if self.since.elapsed() > WARM_UP {
            self.rss_kib.push(rss_kib);
        }
        Ok(())
    }

    /// The slope of memory over the last life, if that is long enough to tell it from its ups and downs.
    fn tell_growth(&self, figures: &mut Figures) {
        let seconds = self.rss_kib.len() as u64;
        // From the middle of the first third to the middle of the last.
        let allowed_kib = RSS_UNREST_KIB + RSS_SLOPE_KIB_H * seconds * 2 / 3 / 3_600;
        figures.tell("life_s", seconds);
        if seconds < LIFE_MIN_S {
            figures.tell("rss_growth_kib", self.growth_kib());
        } else {
            figures.at_most("rss_growth_kib", self.growth_kib(), allowed_kib);
        }
    }

    /// How much memory grew from the first to the last third of the last life.
    fn growth_kib(&self) -> u64 {
        let third = self.rss_kib.len() / 3;
        let middle = |part: &[u64]| {
            let mut part = part.to_vec();
            part.sort_unstable();
            part.get(part.len() / 2).copied().unwrap_or(0)
        };
        let (first, last) = (&self.rss_kib[..third], &self.rss_kib[self.rss_kib.len() - third..]);
        middle(last).saturating_sub(middle(first))
    }

    /// A few page loads that history drops as soon as it has them.
    fn send_old(&mut self, server: &Server, ledger: &Ledger) -> Result<()> {
        let keys: Vec<Key> = (0..OLD).map(|_| (self.random.bytes(), 0)).collect();
        let frames: Vec<_> = keys.iter().map(|key| old_frame(*key, 9)).collect();
        volley(server.port, &frames)?;
        for key in keys {
            ledger.sends(key);
            self.old.push((Instant::now(), key));
        }
        Ok(())
    }

    fn kept_too_long(&self, stored: &Stored) -> usize {
        let is_kept =
            |(at, key): &&(Instant, Key)| at.elapsed() > DROPPED_WITHIN && stored.has(key);
        self.old.iter().filter(is_kept).count()
    }

    /// Something goes wrong; a new process begins a new life.
    fn fault(
        &mut self,
        server: &mut Server,
        launch: &Launch,
        load: &Load<'_>,
        may_end: bool,
    ) -> Result<()> {
        self.faults += 1;
        match if may_end { self.random.below(6) } else { 2 + self.random.below(4) } {
            0 => {
                load.waits();
                server.kill()?;
                self.born_again(server, launch)?;
            }
            1 => {
                load.waits();
                server.stop()?;
                self.born_again(server, launch)?;
            }
            2 => _ = launch.spawn()?.child.wait()?,
            3 => garbage(server.port, &mut self.random, 200),
            4 => half_requests(server.port, 100),
            _ => questions(server)?,
        }
        Ok(())
    }

    fn born_again(&mut self, server: &mut Server, launch: &Launch) -> Result<()> {
        self.rss_kib.clear();
        server.start_again(launch)?;
        self.since = Instant::now();
        Ok(())
    }
}

/// Whether more arrived than ended and can be under way, or less than ended: in all, and for the site.
fn unequal(server: &Server, under_way: u64) -> Result<usize> {
    let page = server.get("/metrics")?.text();
    let sum = |name: &str, label: &str| -> Result<u64> {
        let lines = page.lines().filter(|line| line.starts_with(name) && line.contains(label));
        let values = lines.map(|line| line.rsplit(' ').next().unwrap_or("").parse::<u64>());
        values.sum::<Result<u64, _>>().with_context(|| format!("no number at {name}"))
    };
    let pairs = [
        (sum("nunchi_received_total ", "")?, sum("nunchi_outcomes_total{", "")?),
        (
            sum("nunchi_site_received_total{", "site=\"demo\"")?,
            sum("nunchi_outcomes_total{", "site=\"demo\"")?,
        ),
    ];
    let holds = |&(arrived, ended): &(u64, u64)| {
        // The page is not made in one moment: what ends while it is written is counted in one place only.
        arrived + under_way >= ended && arrived <= ended + under_way
    };
    Ok(pairs.iter().filter(|pair| !holds(pair)).count())
}

fn garbage(port: u16, random: &mut Random, count: usize) {
    for _ in 0..count {
        let body: [u8; 64] = random.bytes();
        // Refused or cut off, as it likes.
        let _ = ask(port, "POST", "/v1/b", "Content-Type: text/plain\r\n", &body);
    }
}

/// Half of a head or a body, and gone.
fn half_requests(port: u16, count: usize) {
    for place in 0..count {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { continue };
        let half: &[u8] = if place % 2 == 0 {
            b"POST /v1/b HTTP/1.1\r\nHost: a\r\nContent-Ty"
        } else {
            b"POST /v1/b HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 400\r\n\r\nabc"
        };
        let _ = stream.write_all(half);
    }
}

/// Every question at once.
fn questions(server: &Server) -> Result<()> {
    for question in ["overview", "funnel", "signals", "campaigns", "pages", "health", "parity"] {
        server.get(&format!("/api/stats/{question}?site=demo"))?;
    }
    Ok(())
}

const PAGES: usize = 24;
const PAUSE: Duration = Duration::from_millis(20);
const FAULT_EVERY_S: u64 = 5;
const WARM_UP: Duration = Duration::from_secs(30);

/// Of history that is kept: what says it is older lies a week back.
const DAYS: u32 = 5;
const OLD: usize = 5;

/// Some times what a hurried server takes from one look for what is past its time to the next: each look waits for the one
/// before, and for what it sealed.
const DROPPED_WITHIN: Duration = Duration::from_secs(90);

/// Memory goes up and down by so much as files are written and merged, runs compared and questions answered (seen over 270
/// quiet seconds: from 87 to 126 MB without a trend); besides, it may not grow faster than this.
const RSS_UNREST_KIB: u64 = 40 << 10;
const RSS_SLOPE_KIB_H: u64 = 1 << 10;
const LIFE_MIN_S: u64 = 30;
