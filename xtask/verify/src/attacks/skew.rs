//! Clocks that are wrong. Visitors': from ten years behind to ten years ahead. The server's own: steps of an hour and of
//! a day while it runs. What may be taken is, nothing happens in the future, nobody is throttled for a step, and no mark
//! is forgotten early.

use std::path::Path;

use anyhow::{Context, Result};
use beacon::item::{PageKind, View};
use beacon::limits::{CLOCK_LEAD_DAYS, DEDUP_HOURS};
use beacon::{Body, Item, Millis};

use super::Attack;
use crate::beacons::{Key, SITE, beacon, now};
use crate::clock::move_clock;
use crate::figures::Figures;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics};
use crate::stored::stored;
use crate::volley::{of, volley};

pub(super) const ATTACK: Attack = Attack {
    name: "skew",
    what: "visitors' clocks ten years off, the server's stepping: no future, no early end, no false limit",
    sizes: &[Size::new("n", 60, 100, 1_000), Size::new("beacons", 40, 200, 1_000)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let (data, clock) = (folder.path().join("data"), folder.path().join("clock"));
    move_clock(&clock, 0)?;
    let launch = Launch::new(setting, &data).with_clock(setting, &clock);
    // Limits that a visitor's pace keeps and a step could break.
    let limits = [
        "--run-per-minute",
        "600",
        "--site-per-minute",
        "600000",
        "--address-per-minute",
        "600000",
    ];
    let server = limits.into_iter().fold(launch, Launch::arg).start()?;
    let mut random = Random::new(setting.seed);
    let mut figures = Figures::default();
    visitors(setting, &server, &mut random, &mut figures)?;
    steps(setting, &server, &clock, &mut random, &mut figures)?;
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// What is to become of a beacon by the clock of its visitor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Stored, at our time.
    Now,
    /// Stored, at the time that it gives: it may have waited.
    Then,
    TooOld,
}

fn fate(skew_ms: i64) -> Fate {
    match skew_ms {
        0.. if skew_ms <= LEAD_MS => Fate::Now,
        _ if (-DEDUP_MS..0).contains(&skew_ms) => Fate::Then,
        _ => Fate::TooOld,
    }
}

fn visitors(
    setting: &Setting,
    server: &Server,
    random: &mut Random,
    to: &mut Figures,
) -> Result<()> {
    let skews = skews(random, setting.count("n"));
    let began = now().0;
    let (mut wrong, mut keys) = (0, Vec::new());
    for &skew_ms in &skews {
        let key: Key = (random.bytes(), 0);
        let answers = volley(server.port, &[visit(key, skew_ms)])?;
        let right = if fate(skew_ms) == Fate::TooOld { &[410][..] } else { &[200, 204] };
        wrong += usize::from(of(&answers, right) != 1);
        keys.push(key);
    }
    let stored = stored(setting, &server.data)?;
    let is_as_told = |(key, skew): (&Key, &i64)| stored.has(key) == (fate(*skew) != Fate::TooOld);
    wrong += keys.iter().zip(&skews).filter(|it| !is_as_told(*it)).count();
    let ends = now().0;
    let ours = skews.iter().filter(|it| fate(**it) == Fate::Now).count() as u64 * VIEWS;
    let late = skews.iter().filter(|it| fate(**it) == Fate::Then).count() as u64 * VIEWS;
    // Within two seconds of the truth, for a visit that began ten seconds before it was sent.
    let at_our_time = views(server, began - 12_000, ends + 2_000)?;
    let before = views(server, 0, began - 12_000)?;
    let future = views(server, ends + 2_000, ends + 20 * YEAR_MS)?;
    to.tell("skews", skews.len());
    to.zero("misjudged", wrong);
    to.equal("at_our_time", at_our_time, ours);
    to.equal("before", before, late);
    to.zero("future_rows", usize::try_from(future)?);
    Ok(())
}

/// From ten years behind to ten years ahead, with the edges; nothing within a minute behind, which is now as well as then.
fn skews(random: &mut Random, count: usize) -> Vec<i64> {
    let edges = [
        0,
        1,
        1_000,
        60_000,
        -90_000,
        3_600_000,
        -3_600_000,
        DEDUP_MS,
        -DEDUP_MS + 60_000,
        -DEDUP_MS - 60_000,
        LEAD_MS - 60_000,
        LEAD_MS + 60_000,
        10 * YEAR,
        -10 * YEAR,
    ];
    let mut skews = edges.to_vec();
    while skews.len() < count {
        let reach = [3_600_000, 86_400_000, 30 * 86_400_000, 10 * YEAR][random.below(4)];
        let skew = i64::try_from(random.next() % (2 * reach.unsigned_abs())).unwrap_or(0) - reach;
        if !(-90_000..0).contains(&skew) && (skew + DEDUP_MS).abs() > 60_000 {
            skews.push(skew);
        }
    }
    skews
}

/// A visit of ten seconds that is sent at once, by a clock that is off.
fn visit(key: Key, skew_ms: i64) -> Vec<u8> {
    let sent_at = Millis(now().0.saturating_add_signed(skew_ms));
    let mut visit = beacon(key, sent_at);
    let start = Millis(sent_at.since(Millis(10_000)));
    if let Some(Body::Began(began)) = visit.items.first_mut().map(|item| &mut item.body) {
        began.wall = start;
    }
    visit.items.truncate(1);
    for second in 1..=VIEWS {
        let body = Body::Viewed(View { path: format!("/{second}"), page: PageKind::Other });
        visit.items.push(Item { at: Millis(second * 1_000), body });
    }
    beacon::frame::encode(&visit)
}

fn views(server: &Server, from: u64, to: u64) -> Result<u64> {
    let path = format!("/api/stats/overview?site={SITE}&from={from}&to={to}");
    let answer = server.get(&path)?.text();
    // Slices have views too, and stand before those of the whole.
    let number = answer.rsplit("\"views\":").next().and_then(|rest| rest.split([',', '}']).next());
    number.and_then(|it| it.parse().ok()).with_context(|| format!("no views in {answer}"))
}

/// The server's clock steps while pages send and send again.
fn steps(
    setting: &Setting,
    server: &Server,
    clock: &Path,
    random: &mut Random,
    to: &mut Figures,
) -> Result<()> {
    let count = setting.size("beacons");
    let (mut limited, mut refused, mut keys) = (0, 0, Vec::new());
    let mut sent: Vec<Vec<u8>> = Vec::new();
    for hours in [0, 1, -1, 24, -24, 0] {
        move_clock(clock, hours)?;
        let new: Vec<Key> = (0..count).map(|_| (random.bytes(), 0)).collect();
        // By the right clock: it is the server's that is off.
        sent.extend(new.iter().map(|key| visit(*key, 0)));
        keys.extend(new);
        let answers = volley(server.port, &sent)?;
        limited += of(&answers, &[429]);
        refused += sent.len() - of(&answers, &[200, 204, 429]);
    }
    let apart = server.metric("nunchi_outcomes_total", "outcome=\"quarantined\"")?;
    let stored = stored(setting, &server.data)?;
    to.tell("steps", 5);
    to.zero("false_limits", limited);
    to.zero("false_quarantine", usize::try_from(apart)?);
    to.zero("early_expired", refused);
    to.zero("doubled", stored.misplaced(&keys, usize::try_from(VIEWS)? + 1));
    Ok(())
}

const VIEWS: u64 = 8;
const YEAR_MS: u64 = 365 * 86_400_000;
const YEAR: i64 = 365 * 86_400_000;
#[expect(clippy::cast_possible_wrap, reason = "some hours and days")]
const DEDUP_MS: i64 = DEDUP_HOURS as i64 * 3_600_000;
#[expect(clippy::cast_possible_wrap, reason = "some hours and days")]
const LEAD_MS: i64 = CLOCK_LEAD_DAYS as i64 * 86_400_000;
