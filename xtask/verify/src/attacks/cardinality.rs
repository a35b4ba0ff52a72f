//! Paths, products and sources that are never the same twice, by the million: no more memory for them, and every question
//! is still answered, in rows that somebody can read.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use beacon::item::{Fact, PageKind, Product, View};
use beacon::{Body, Item, Millis};

use super::Attack;
use crate::beacons::{SITE, beacon, now};
use crate::figures::Figures;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics};
use crate::volley::{of, volley};

pub(super) const ATTACK: Attack = Attack {
    name: "cardinality",
    what: "texts that are never the same twice: memory stays, questions are answered, none is lost",
    sizes: &[Size::new("paths", 10_000, 400_000, 5_000_000)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let mut server = Launch::new(setting, &data).start()?;
    let mut random = Random::new(setting.seed);
    let (mut views, mut taken_kib) = (0, 0);
    send(&server, &mut random, 2_000)?;
    views += 2_000;
    let before = server.rss_kib()?;
    let left = setting.size("paths").saturating_sub(views);
    for _ in 0..left.div_ceil(BATCH) {
        send(&server, &mut random, BATCH)?;
        views += BATCH;
        taken_kib = taken_kib.max(server.rss_kib()?.saturating_sub(before));
    }
    let (mut slowest, mut unanswered, mut rows) = (Duration::ZERO, 0, 0);
    for question in ["overview", "funnel", "signals", "pages", "campaigns"] {
        let began = Instant::now();
        let answer = server.get(&format!("/api/stats/{question}?site={SITE}"))?;
        slowest = slowest.max(began.elapsed());
        unanswered += usize::from(answer.status != 200);
        rows = rows.max(answer.text().matches("\"path\":").count());
    }
    let asked_kib = server.rss_kib()?.saturating_sub(before);
    let mut figures = Figures::default();
    figures.tell("paths", views);
    figures.equal("counted", counted(&server)?, views);
    figures.at_most("rss_taken_mb", taken_kib / 1_024, RSS_TAKEN_MB_MAX);
    figures.at_most("rss_asked_mb", asked_kib / 1_024, RSS_ASKED_MB_MAX);
    figures.at_most("rows_max", rows, 1_000);
    figures.zero("unanswered", unanswered);
    figures.tell("slowest_ms", slowest.as_millis());
    figures.equal("alive", server.is_alive(), true);
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// So many views, each of a path and a product of its own.
fn send(server: &Server, random: &mut Random, views: u64) -> Result<()> {
    let frames: Vec<_> = (0..views / VIEWS_A_BEACON).map(|_| frame(random)).collect();
    let answers = volley(server.port, &frames)?;
    ensure!(of(&answers, &[200, 204]) == frames.len(), "not all were taken: {answers:?}");
    Ok(())
}

fn frame(random: &mut Random) -> Vec<u8> {
    let mut unique = beacon((random.bytes(), 1), now());
    unique.items.clear();
    for place in 0..VIEWS_A_BEACON {
        let text = format!("{:032x}", u128::from_le_bytes(random.bytes()));
        let path = format!("/p/{text}/{text}/{text}");
        let (id, name, category) = (text.clone(), format!("The {text}"), text);
        let product = Product { id, name, category, price: None };
        let at = Millis(place * 1_000);
        unique.items.push(Item { at, body: Body::Viewed(View { path, page: PageKind::Product }) });
        unique.items.push(Item { at, body: Body::Stated(Fact::ProductSeen(product)) });
    }
    beacon::frame::encode(&unique)
}

/// Views in the overview.
fn counted(server: &Server) -> Result<u64> {
    let overview = server.get(&format!("/api/stats/overview?site={SITE}"))?.text();
    let number =
        overview.rsplit("\"views\":").next().and_then(|rest| rest.split([',', '}']).next());
    number.and_then(|it| it.parse().ok()).with_context(|| format!("no views in {overview}"))
}

const VIEWS_A_BEACON: u64 = 20;
const BATCH: u64 = 10_000;

/// Of taking them in, however many.
const RSS_TAKEN_MB_MAX: u64 = 48;

/// Of answering five questions about them.
const RSS_ASKED_MB_MAX: u64 = 160;
