//! Slow ones, hundreds at once and again as soon as they are closed: heads and bodies that come a byte at a time, second
//! heads on a line that was good, answers that nobody fetches, lines on which nothing is ever said. Nobody else may
//! notice, and none is kept for longer than ten seconds.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Attack;
use crate::beacons::{SHOP, frame, now, post};
use crate::figures::Figures;
use crate::honest::send_for;
use crate::http::connect;
use crate::options::{Scale, Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics};

pub(super) const ATTACK: Attack = Attack {
    name: "slow",
    what: "slow heads, bodies and readers, held all the time: honest pages wait no longer, slow ones are closed",
    sizes: &[
        Size::new("conns", 150, 500, 2_000),
        Size::new("seconds", 11, 20, 60),
        Size::new("rounds", 1, 3, 5),
    ],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let www = folder.path().join("www");
    std::fs::create_dir_all(www.join("a"))?;
    std::fs::write(www.join(&LARGE[1..]), vec![b'x'; LARGE_BYTES])?;
    let launch = Launch::new(setting, &data).arg("--www").arg(www.display().to_string());
    let mut server = launch.arg("--connections-per-address").arg("256").start()?;
    let mut random = Random::new(setting.seed);
    let time = Duration::from_secs(setting.size("seconds"));
    let quiet_time = time.min(Duration::from_secs(5));
    let (mut ratios, mut honest_failed, mut honest_sent) = (Vec::new(), 0, 0);
    let mut held = Held::default();
    let before = server.rss_kib()?;
    let mut rss = 0;
    for _ in 0..setting.size("rounds") {
        let quiet = send_for(server.port, &mut random, PAGES, PAUSE, quiet_time);
        let is_over = AtomicBool::new(false);
        let port = server.port;
        let attacked = scope(|scope| {
            let mob = scope.spawn(|| hold(port, setting.count("conns"), &is_over));
            // All are there.
            sleep(Duration::from_millis(500));
            let attacked = send_for(port, &mut random, PAGES, PAUSE, time);
            rss = rss.max(server.rss_kib().unwrap_or(0));
            is_over.store(true, Ordering::Relaxed);
            held = held.with(mob.join().expect("slow ones do not panic"));
            attacked
        });
        honest_failed += quiet.failed + attacked.failed;
        honest_sent += quiet.sent + attacked.sent;
        ratios.push(attacked.percentile_ms(99) / quiet.percentile_ms(99).max(P99_MS_LEAST));
    }
    ratios.sort_by(f64::total_cmp);
    let mut figures = Figures::default();
    figures.tell("conns", setting.size("conns"));
    figures.at_least("held_at_once", held.at_once, setting.count("conns") * 8 / 10);
    figures.tell("opened", held.opened);
    figures.tell("closed", held.closed);
    figures.at_most("held_s_max", held.longest.as_secs_f64(), 10.0);
    // Quick runs beside all else that a test machine does.
    let ratio_max = if setting.scale == Scale::Quick { 4.0 } else { 2.0 };
    figures.at_most("honest_p99_ratio", ratios[ratios.len() / 2], ratio_max);
    figures.zero("honest_failed", honest_failed);
    figures.tell("honest", honest_sent);
    figures.at_most("rss_growth_mb", rss.saturating_sub(before) / 1_024, RSS_MB_MAX);
    figures.equal("alive", server.is_alive(), true);
    figures.zero("panics", panics(&data));
    Ok(figures)
}

#[derive(Clone, Copy, Debug)]
enum Manner {
    Silent,
    Head,
    SecondHead,
    Body,
    Chunks,
    UnwantedBody,
    Reader,
}

const MANNERS: [Manner; 7] = [
    Manner::Silent,
    Manner::Head,
    Manner::SecondHead,
    Manner::Body,
    Manner::Chunks,
    Manner::UnwantedBody,
    Manner::Reader,
];

impl Manner {
    /// What is sent at once; then comes one byte after the other.
    fn beginning(self) -> Vec<u8> {
        let head = format!(
            "POST /v1/b HTTP/1.1\r\nHost: a\r\nOrigin: {SHOP}\r\nContent-Type: text/plain\r\n"
        );
        let more = |rest: &str| format!("{head}{rest}").into_bytes();
        match self {
            Self::Silent => Vec::new(),
            Self::Head => more("X-Slow: "),
            Self::SecondHead => [post(&frame(([8; 16], 1), now())), more("X-Slow: ")].concat(),
            Self::Body => more("Content-Length: 60000\r\n\r\n"),
            Self::Chunks => more("Transfer-Encoding: chunked\r\n\r\nfff0\r\n"),
            // To a route that reads no body.
            Self::UnwantedBody => {
                b"GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff0\r\n"
                    .into()
            }
            Self::Reader => {
                format!("GET {LARGE} HTTP/1.1\r\nHost: a\r\n\r\n").repeat(40).into_bytes()
            }
        }
    }
}

/// A slow one.
struct Slow {
    stream: TcpStream,
    manner: Manner,
    began: Instant,
}

#[derive(Clone, Copy, Debug, Default)]
struct Held {
    opened: usize,
    closed: usize,
    at_once: usize,
    longest: Duration,
}

impl Held {
    fn with(self, other: Self) -> Self {
        Self {
            opened: self.opened + other.opened,
            closed: self.closed + other.closed,
            at_once: self.at_once.max(other.at_once),
            longest: self.longest.max(other.longest),
        }
    }
}

/// Keeps so many open until it is over: each says a byte every quarter of a second.
fn hold(port: u16, count: usize, is_over: &AtomicBool) -> Held {
    let mut held = Held::default();
    let mut all: Vec<Slow> = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        while all.len() < count {
            let Ok(slow) = begin(port, held.opened) else { break };
            held.opened += 1;
            all.push(slow);
        }
        held.at_once = held.at_once.max(all.len());
        all.retain_mut(|slow| {
            let age = slow.began.elapsed();
            held.longest = held.longest.max(age);
            let is_open = slow.goes_on();
            held.closed += usize::from(!is_open);
            is_open
        });
        sleep(Duration::from_millis(250));
    }
    held
}

fn begin(port: u16, number: usize) -> io::Result<Slow> {
    let manner = MANNERS[number % MANNERS.len()];
    // Twenty machines, each of which stays below what one address may have.
    let machine = u8::try_from(number % 20).unwrap_or(0) + 1;
    let mut stream = connect(Ipv4Addr::new(127, 66, machine, 1), port, Some(4_096))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(&manner.beginning())?;
    stream.set_nonblocking(true)?;
    Ok(Slow { stream, manner, began: Instant::now() })
}

impl Slow {
    /// One byte more, if the line is still there.
    fn goes_on(&mut self) -> bool {
        let byte: &[u8] = if matches!(self.manner, Manner::Silent) { b"" } else { b"x" };
        if self.stream.write(byte).is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock) {
            return false;
        }
        // Who reads notices the end; who reads nothing notices it by the byte before.
        if matches!(self.manner, Manner::Reader) {
            return true;
        }
        loop {
            match self.stream.read(&mut [0; 512]) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
    }
}

/// Asked for some times at once, so that it fits into nobody's buffers; small enough to be fetched within two seconds on
/// the poorest line that the server makes answers for.
const LARGE: &str = "/a/large.js";
const LARGE_BYTES: usize = 32_000;

const PAGES: u8 = 6;
const PAUSE: Duration = Duration::from_millis(10);

/// A commit that the disk takes its time for is no attack: below this, twice as long is noise.
const P99_MS_LEAST: f64 = 10.0;

/// What five hundred lines and their buffers may cost.
const RSS_MB_MAX: u64 = 128;
