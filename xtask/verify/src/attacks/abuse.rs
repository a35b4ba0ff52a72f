//! Scripts that send made-up beacons with the right origin, ten times as many as honest pages send: from one address, and
//! from 256 addresses of one network. All that honest pages send stands in the numbers, next to nothing of theirs does.

use std::net::Ipv4Addr;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use beacon::item::{PageKind, View};
use beacon::{Body, Item, Millis};

use super::Attack;
use crate::beacons::{SITE, beacon, now, post};
use crate::figures::Figures;
use crate::honest::address;
use crate::http::Line;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics};

pub(super) const ATTACK: Attack = Attack {
    name: "abuse",
    what: "made-up beacons, ten for each honest one: the honest ones count, the others are kept apart",
    sizes: &[Size::new("factor", 10, 10, 20), Size::new("seconds", 4, 60, 600)],
    notices: &["skip_quarantine"],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    // The limits of a shop as small as this one: two beacons a second of one network, where 3,000 a minute are usual.
    let limits = [
        ["--run-per-minute", "120"],
        ["--address-per-minute", "120"],
        ["--site-per-minute", "120000"],
        ["--quarantine-per-minute", "120000"],
        ["--plausibility", "true"],
    ];
    let launch =
        limits.as_flattened().iter().fold(Launch::new(setting, &data), |it, arg| it.arg(*arg));
    let mut server = launch.start()?;
    let time = Duration::from_secs(setting.size("seconds"));
    let factor = u32::try_from(setting.size("factor"))?;
    let mut random = Random::new(setting.seed);
    let (mut honest, mut attack) = (Count::default(), Count::default());
    for machines in [1, 256] {
        let (good, bad) = wave(server.port, &mut random, machines, factor, time);
        honest = honest.and(good);
        attack = attack.and(bad);
    }
    // What is set apart afterwards is so with the next commits.
    sleep(Duration::from_secs(1));
    let counted = counted(&server)?;
    let mut figures = Figures::default();
    figures.tell("honest_sent", honest.sent);
    figures.tell("attack_sent", attack.sent);
    // A busy machine does not get all of them out in time.
    figures.at_least("factor", attack.sent / honest.sent.max(1), factor * 7 / 10);
    figures.at_least("honest", share(counted.honest, honest.sent.into()), 0.999);
    let others = counted.all.saturating_sub(counted.honest);
    figures.at_most("polluted", share(others, counted.all), 0.01);
    figures.tell("apart", counted.apart);
    figures.zero("refused", honest.failed as usize);
    figures.equal("alive", server.is_alive(), true);
    figures.zero("panics", panics(&data));
    Ok(figures)
}

fn share(part: u64, whole: u64) -> f64 {
    let permyriad = part * 100_000 / whole.max(1);
    f64::from(u32::try_from(permyriad).unwrap_or(u32::MAX)) / 100_000.0
}

#[derive(Clone, Copy, Default)]
struct Count {
    sent: u32,
    failed: u32,
}

impl Count {
    fn and(self, other: Self) -> Self {
        Self { sent: self.sent + other.sent, failed: self.failed + other.failed }
    }
}

/// Honest pages and the attack, at the same time.
fn wave(
    port: u16,
    random: &mut Random,
    machines: u32,
    factor: u32,
    time: Duration,
) -> (Count, Count) {
    let seeds: (u64, u64) = (random.next(), random.next());
    scope(|scope| {
        let honest = scope.spawn(move || {
            let from = |number: u32| address(u8::try_from(number % HONEST_NETWORKS).unwrap_or(0));
            send(port, Random::new(seeds.0), HONEST_A_SECOND, time, "/honest", from)
        });
        let attack = scope.spawn(move || {
            let third = if machines == 1 { 1 } else { 2 };
            let from = |number: u32| {
                Ipv4Addr::new(127, 66, third, u8::try_from(number % machines).unwrap_or(0))
            };
            send(port, Random::new(seeds.1), HONEST_A_SECOND * factor, time, "/made-up", from)
        });
        let join = |thread: std::thread::ScopedJoinHandle<Count>| thread.join().expect("no panic");
        (join(honest), join(attack))
    })
}

/// So many a second, each from where `from` says; a page load sends ten.
fn send(
    port: u16,
    mut random: Random,
    a_second: u32,
    time: Duration,
    path: &str,
    from: impl Fn(u32) -> Ipv4Addr,
) -> Count {
    let (began, mut count) = (Instant::now(), Count::default());
    let mut runs = vec![([0; 16], u32::MAX); 256];
    while began.elapsed() < time {
        let due = Duration::from_secs(1) / a_second * count.sent;
        sleep(due.saturating_sub(began.elapsed()));
        let (run, sequence) = &mut runs[(count.sent % 256) as usize];
        if *sequence >= 10 {
            (*run, *sequence) = (random.bytes(), 0);
        }
        *sequence += 1;
        let request = post(&view((*run, *sequence), path));
        let answer = Line::open_from(from(count.sent), port).and_then(|mut line| {
            line.send(&request)?;
            line.answer()
        });
        count.sent += 1;
        count.failed += u32::from(!answer.is_ok_and(|answer| matches!(answer.status, 200 | 204)));
    }
    count
}

fn view(key: ([u8; 16], u32), path: &str) -> Vec<u8> {
    let mut view = beacon(key, now());
    let body = Body::Viewed(View { path: path.into(), page: PageKind::Product });
    view.items = vec![Item { at: Millis(u64::from(key.1) * 1_000), body }];
    beacon::frame::encode(&view)
}

/// What stands in the headline numbers.
struct Counted {
    honest: u64,
    all: u64,
    apart: u64,
}

fn counted(server: &Server) -> Result<Counted> {
    let pages = server.get(&format!("/api/stats/pages?site={SITE}"))?.text();
    let overview = server.get(&format!("/api/stats/overview?site={SITE}"))?.text();
    let views = |text: &str| -> Option<u64> {
        text.rsplit("\"views\":").next()?.split([',', '}']).next()?.parse().ok()
    };
    let row = pages.split('{').find(|row| row.contains("\"/honest\"")).unwrap_or("\"views\":0,");
    let honest = views(row).with_context(|| format!("no views in {pages}"))?;
    let all = views(&overview).with_context(|| format!("no views in {overview}"))?;
    let apart = server.metric("nunchi_outcomes_total", "outcome=\"quarantined\"")?;
    Ok(Counted { honest, all, apart })
}

const HONEST_A_SECOND: u32 = 20;
const HONEST_NETWORKS: u32 = 40;
