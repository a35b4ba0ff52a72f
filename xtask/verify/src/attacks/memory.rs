//! Three times as much as the server can take, for minutes, and beacons forged to need as much memory as may be: it never
//! takes more than 256 MiB, what it cannot take it puts off (503 with `Retry-After`), and what it took is there. The disk
//! is a slow one: with a quick one those who press are slower than the server.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use beacon::item::Signal;
use beacon::{Body, Item, Millis};

use super::Attack;
use crate::beacons::{Key, SHOP, beacon, frame, now, post};
use crate::figures::Figures;
use crate::http::{Answer, Line};
use crate::ledger::Ledger;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics, raise_open_files};
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "memory",
    what: "three times what it can take: at most 256 MiB, the rest gets 503 with Retry-After, nothing is lost",
    sizes: &[Size::new("seconds", 5, 300, 300), Size::new("lines", 4_600, 4_600, 4_600)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let lines = setting.count("lines");
    ensure!(raise_open_files() > 3 * lines as u64, "too few files may be open for {lines} lines");
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let ledger = Ledger::open(folder.path())?;
    let launch = Launch::new(setting, &data).with_fault(setting, SLOW_DISK);
    launch.add_site(FORGERS, SHOP)?;
    let mut server = launch.start()?;
    let time = Duration::from_secs(setting.size("seconds"));
    let press = Press {
        port: server.port,
        ledger: &ledger,
        seed: setting.seed,
        is_over: AtomicBool::new(false),
    };
    let mut figures = Figures::default();
    let idle = server.rss_kib()?;
    let calm = Tally::default();
    press.on(&calm, 64, time / 6, &mut || {});
    let (crowd, mut peak) = (Tally::default(), 0);
    press.on(&crowd, lines, time, &mut || peak = peak.max(server.rss_kib().unwrap_or(u64::MAX)));
    ledger.close()?;
    figures.equal("alive", server.is_alive(), true);
    ledger.compare(&stored(setting, &data)?)?.tell(&mut figures);
    let a_second = |tally: &Tally, time: Duration| tally.offered() / time.as_secs().max(1);
    figures.tell("capacity", a_second(&calm, time / 6));
    figures.tell("offered", a_second(&crowd, time));
    figures.at_least("put_off", crowd.put_off.load(Ordering::Relaxed), 1);
    figures.zero("without_retry_after", crowd.hopeless.load(Ordering::Relaxed));
    figures.zero("odd", crowd.odd.load(Ordering::Relaxed));
    figures.tell("rss_idle_mib", idle / 1_024);
    figures.at_most("rss_max_mib", peak / 1_024, 256);
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// Those who press.
struct Press<'a> {
    port: u16,
    ledger: &'a Ledger,
    seed: u64,
    is_over: AtomicBool,
}

/// What they were answered.
#[derive(Default)]
struct Tally {
    taken: AtomicU64,
    put_off: AtomicU64,
    /// 503 that does not say when to come again.
    hopeless: AtomicUsize,
    odd: AtomicUsize,
}

impl Tally {
    fn offered(&self) -> u64 {
        self.taken.load(Ordering::Relaxed) + self.put_off.load(Ordering::Relaxed)
    }

    fn note(&self, answer: &Answer) -> bool {
        match answer.status {
            200 | 204 => _ = self.taken.fetch_add(1, Ordering::Relaxed),
            429 | 503 => {
                self.put_off.fetch_add(1, Ordering::Relaxed);
                let says_when = answer.header("retry-after").is_some();
                self.hopeless.fetch_add(usize::from(!says_when), Ordering::Relaxed);
            }
            _ => _ = self.odd.fetch_add(1, Ordering::Relaxed),
        }
        matches!(answer.status, 200 | 204)
    }
}

impl Press<'_> {
    /// So many lines at once, each with a beacon under way all the time.
    fn on(&self, tally: &Tally, lines: usize, time: Duration, watch: &mut dyn FnMut()) {
        self.is_over.store(false, Ordering::Relaxed);
        let began = Instant::now();
        scope(|scope| {
            for hand in 0..HANDS {
                scope.spawn(move || self.hold(tally, hand, lines / HANDS));
            }
            while began.elapsed() < time {
                watch();
                sleep(Duration::from_millis(50));
            }
            self.is_over.store(true, Ordering::Relaxed);
        });
    }

    /// Sends on all lines, then hears all answers, again and again.
    fn hold(&self, tally: &Tally, hand: usize, count: usize) {
        let mut random = Random::new(self.seed ^ (hand as u64) << 32 ^ now().0);
        let from = Ipv4Addr::new(127, 50, 1, u8::try_from(hand).unwrap_or(0) + 1);
        let mut lines: Vec<Option<Line>> = (0..count).map(|_| None).collect();
        while !self.is_over.load(Ordering::Relaxed) {
            let keys: Vec<Option<Key>> =
                lines.iter_mut().map(|line| self.say(line, from, &mut random)).collect();
            for (line, key) in lines.iter_mut().zip(keys) {
                let Some(answer) = line.as_mut().and_then(|it| it.answer().ok()) else {
                    *line = None;
                    continue;
                };
                let is_taken = tally.note(&answer);
                if let Some(key) = key.filter(|_| is_taken) {
                    self.ledger.acknowledged(key);
                }
            }
        }
    }

    fn say(&self, line: &mut Option<Line>, from: Ipv4Addr, random: &mut Random) -> Option<Key> {
        if line.is_none() {
            *line = Line::open_from(from, self.port).ok();
        }
        let is_forged = random.below(FORGED_ONE_IN) == 0;
        let key = (random.bytes(), 1);
        let bytes = if is_forged { forged(key) } else { frame(key, now()) };
        if !is_forged {
            self.ledger.sends(key);
        }
        line.as_mut()?.send(&post(&bytes)).ok()?;
        (!is_forged).then_some(key)
    }
}

/// Two thousand items of a few bytes each.
fn forged(key: Key) -> Vec<u8> {
    let mut forged = beacon(key, now());
    forged.header.site = beacon::SiteKey::parse(FORGERS).expect("a key");
    let item = Item { at: Millis(1), body: Body::Noticed(Signal::TabHidden) };
    forged.items = vec![item; beacon::limits::ITEMS_MAX];
    beacon::frame::encode(&forged)
}

/// Each commit takes a fifth of a second, so that what can be taken does not hang on how fast this machine can press.
const SLOW_DISK: &str = "commit.end:slow:1:4294967295";

const HANDS: usize = 16;
const FORGED_ONE_IN: usize = 50;

/// A site of its own: what is forged is in no ledger.
const FORGERS: &str = "forgers";
