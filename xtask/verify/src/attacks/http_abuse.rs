//! HTTP that no browser speaks: bodies that lie about their length, that never end or are compressed, heads that are
//! no heads, smuggled requests, odd methods and addresses, text that means to be more than text. Each kind on a line of
//! its own: refused (4xx) or cut off, never a 5xx, never more memory.

mod bodies;
mod heads;
mod hostile;
mod noise;

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::net::Shutdown;
use std::thread::{scope, sleep};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Attack;
use crate::beacons::{frame, now, post};
use crate::figures::Figures;
use crate::http::{Line, ask};
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics};

pub(super) const ATTACK: Attack = Attack {
    name: "http-abuse",
    what: "bodies, heads, methods and texts that no browser sends: no 5xx, no memory, nobody else is hurt",
    sizes: &[
        Size::new("rounds", 1, 3, 20),
        Size::new("random", 400, 10_000, 100_000),
        Size::new("floods", 20, 100, 200),
        Size::new("flood-mib", 64, 1_024, 1_024),
    ],
    notices: &["skip_body_limit"],
    run,
};

/// Something to send, and what may be answered.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    bytes: Vec<u8>,
    /// Sent again and again behind `bytes`, until the server has enough or so many bytes are sent.
    flood: Option<(Vec<u8>, u64)>,
    /// Any of these; empty: any 4xx.
    right: &'static [u16],
    /// Answers on one line at most. More means that a body was taken for a request.
    answers_max: usize,
}

impl Kind {
    fn new(name: &'static str, bytes: impl Into<Vec<u8>>, right: &'static [u16]) -> Self {
        Self { name, bytes: bytes.into(), flood: None, right, answers_max: 1 }
    }

    fn allows(&self, statuses: &[u16]) -> bool {
        let is_right = |status: &u16| match self.right {
            [] => (400..500).contains(status),
            some => some.contains(status),
        };
        statuses.iter().all(is_right) && statuses.len() <= self.answers_max
    }
}

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let mut server = Launch::new(setting, &data).start()?;
    let mut random = Random::new(setting.seed);
    let mut figures = Figures::default();
    let kinds: Vec<Kind> = heads::kinds().into_iter().chain(bodies::kinds()).collect();
    let names: BTreeSet<_> = kinds.iter().map(|kind| kind.name).collect();
    ensure!(names.len() == kinds.len(), "two kinds have one name");
    // Once for the memory that is taken once: buffers, threads' heaps, the database's pages.
    for kind in &kinds {
        try_kind(&server, kind, &mut Figures::default())?;
    }
    flood(setting, &server)?;
    noise::send(&server, &mut random, 200)?;
    hostile::send(setting, &server, &mut random)?;
    let before = server.rss_kib()?;
    let (mut wrong, mut hurt) = (0, 0);
    for _ in 0..setting.size("rounds") {
        for kind in &kinds {
            wrong += usize::from(!try_kind(&server, kind, &mut figures)?);
            hurt += usize::from(!is_well(&server, &mut random));
        }
    }
    let flood = flood(setting, &server)?;
    let noise = noise::send(&server, &mut random, setting.count("random"))?;
    let texts = hostile::send(setting, &server, &mut random)?;
    // What was given back to the allocator goes back to the system a moment later.
    sleep(Duration::from_millis(500));
    let after = server.rss_kib()?;
    figures.at_least("kinds", kinds.len(), 60);
    figures.zero("wrong", wrong);
    figures.zero("http5xx", noise.http5xx + flood.http5xx + texts.http5xx);
    figures.tell("random", noise.sent);
    figures.zero("hung", noise.hung + flood.hung);
    figures.tell("texts", texts.sent);
    figures.zero("texts_wrong", texts.wrong);
    figures.zero("others_hurt", hurt);
    figures.at_most("flood_taken_mib_max", flood.taken_max >> 20, FLOOD_TAKEN_MIB_MAX);
    figures.at_most("flood_rss_mb", flood.rss_growth_kib / 1_024, FLOOD_RSS_MB_MAX);
    figures.at_most("rss_growth_mb", after.saturating_sub(before) / 1_024, 8);
    figures.equal("alive", server.is_alive(), true);
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// Whether the answers are right; if not, `figures` tell how.
fn try_kind(server: &Server, kind: &Kind, figures: &mut Figures) -> Result<bool> {
    let mut line = Line::open(server.port).with_context(|| format!("no line for {}", kind.name))?;
    let sent = send(&mut line, kind).0;
    let _ = line.stream().shutdown(Shutdown::Write);
    let mut statuses = Vec::new();
    let ended = loop {
        match line.answer() {
            Ok(answer) => statuses.push(answer.status),
            Err(error) => break error,
        }
    };
    let hangs = matches!(ended.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
    let is_right = kind.allows(&statuses) && !hangs;
    if !is_right {
        let name = kind.name;
        figures.wrong(format!("{name}: answered {statuses:?} after {sent} bytes, then {ended}"));
    }
    Ok(is_right)
}

/// Sends until all is sent or the line breaks; how much went out.
fn send(line: &mut Line, kind: &Kind) -> (u64, io::Result<()>) {
    let mut sent = 0;
    let mut write = |bytes: &[u8]| {
        let result = line.stream().write_all(bytes);
        sent += if result.is_ok() { bytes.len() as u64 } else { 0 };
        result
    };
    let mut result = write(&kind.bytes);
    if let Some((unit, most)) = &kind.flood {
        let mut left = *most;
        while result.is_ok() && left > 0 {
            result = write(unit);
            left = left.saturating_sub(unit.len() as u64);
        }
    }
    (sent, result)
}

/// Somebody else's beacon, meanwhile.
fn is_well(server: &Server, random: &mut Random) -> bool {
    let beacon = post(&frame((random.bytes(), 1), now()));
    let answer = Line::open(server.port).and_then(|mut line| {
        line.send(&beacon)?;
        line.answer()
    });
    answer.is_ok_and(|answer| matches!(answer.status, 200 | 204))
}

#[derive(Default)]
struct Flooded {
    taken_max: u64,
    hung: usize,
    http5xx: usize,
    rss_growth_kib: u64,
}

/// Many bodies of 10 MB, and chunked ones without an end, at once.
fn flood(setting: &Setting, server: &Server) -> Result<Flooded> {
    let before = server.rss_kib()?;
    let most = setting.size("flood-mib") << 20;
    let mut flooded = Flooded::default();
    let mut peak = before;
    scope(|scope| -> Result<()> {
        let threads: Vec<_> = (0..setting.count("floods"))
            .map(|place| scope.spawn(move || drown(server.port, place, most)))
            .collect();
        while threads.iter().any(|thread| !thread.is_finished()) {
            peak = peak.max(server.rss_kib()?);
            sleep(Duration::from_millis(20));
        }
        for thread in threads {
            let (taken, status) = thread.join().expect("floods do not panic");
            flooded.taken_max = flooded.taken_max.max(taken);
            flooded.http5xx += usize::from(status.is_some_and(|it| it >= 500));
            flooded.hung += usize::from(taken >= most.min(bodies::LONG));
        }
        Ok(())
    })?;
    ensure!(ask(server.port, "GET", "/healthz", "", b"")?.status == 200, "no answer after floods");
    Ok(Flooded { rss_growth_kib: peak.saturating_sub(before), ..flooded })
}

fn drown(port: u16, place: usize, most: u64) -> (u64, Option<u16>) {
    let Ok(mut line) = Line::open(port) else { return (0, None) };
    let kind = if place.is_multiple_of(2) { bodies::endless(most) } else { bodies::long() };
    let (sent, _) = send(&mut line, &kind);
    (sent, line.answer().ok().map(|answer| answer.status))
}

/// Sockets buffer some MiB on both sides before anybody notices that nobody reads.
const FLOOD_TAKEN_MIB_MAX: u64 = 16;

/// For a hundred at once.
const FLOOD_RSS_MB_MAX: u64 = 32;
