//! The crowd against a collector that is nothing but a list: what arrives must be readable, whole,
//! each once, and the same for the same seed.
#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use beacon::item::{Fact, VerdictOutcome};
use beacon::{Beacon, Body, RunId, SiteKey, VisitorId, frame};
use demo_shop::crowd::{self, Plan, Tally};
use engine::pack::Pack;

/// 2026-11-22, noon.
const NOON: u64 = 1_795_348_800_000;
const ORIGIN: &str = "http://127.0.0.1:8090";

#[derive(Default)]
struct Collector {
    beacons: Mutex<BTreeMap<(RunId, u32), Beacon>>,
    asked: Mutex<u32>,
    /// Every so many posts are answered 503, whatever they are.
    stumbles_every: u32,
}

fn pack() -> Pack {
    let campaigns = [
        include_str!("../../engine/campaigns/exit-offer.json"),
        include_str!("../../engine/campaigns/cart-help.json"),
    ];
    let campaigns = campaigns.map(|text| serde_json::from_str(text).unwrap()).into();
    Pack { version: 1, campaigns, ..Pack::default() }
}

async fn take(request: HttpRequest, body: web::Bytes, all: web::Data<Collector>) -> HttpResponse {
    assert_eq!(request.headers().get("origin").unwrap(), ORIGIN);
    assert_eq!(request.headers().get("content-type").unwrap(), "text/plain");
    let mut asked = all.asked.lock().unwrap();
    *asked += 1;
    if all.stumbles_every > 0 && asked.is_multiple_of(all.stumbles_every) {
        return HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "2")).finish();
    }
    let beacon = frame::decode(&body).expect("every frame of the crowd can be opened");
    let key = (beacon.header.run, beacon.header.sequence);
    let before = all.beacons.lock().unwrap().insert(key, beacon.clone());
    assert!(before.is_none_or(|before| before == beacon), "the same key, other bytes");
    HttpResponse::NoContent().finish()
}

/// Sends a crowd and returns what it says it did and what arrived.
fn send(seed: u64, shoppers: u32, stumbles_every: u32) -> (Tally, Vec<Beacon>) {
    let all = web::Data::new(Collector { stumbles_every, ..Collector::default() });
    let theirs = all.clone();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (handle, started) = mpsc::channel();
    let server = thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let pack = Arc::new(pack().encode());
            let app = move || {
                let pack = Arc::clone(&pack);
                App::new()
                    .app_data(theirs.clone())
                    .route(
                        "/v1/pack/demo",
                        web::get().to(move || {
                            let pack = Arc::clone(&pack);
                            async move { HttpResponse::Ok().body(pack.to_vec()) }
                        }),
                    )
                    .route("/v1/b", web::post().to(take))
                    .route("/v1/chat", web::post().to(async || HttpResponse::NotFound()))
            };
            let server =
                HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
            handle.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    let plan = Plan {
        collector: format!("http://127.0.0.1:{port}"),
        site: SiteKey::parse("demo").unwrap(),
        origin: ORIGIN.into(),
        shoppers,
        seed,
        past: Some(Duration::from_hours(24)),
        pace: 1.0,
        live: crowd::LIVE,
        now: NOON,
    };
    let tally = crowd::rush(&plan).unwrap();
    drop(started.recv().unwrap().stop(false));
    server.join().unwrap();
    let beacons = all.beacons.lock().unwrap().values().cloned().collect();
    (tally, beacons)
}

#[test]
fn every_run_begins_with_its_world_and_arrives_without_a_gap() {
    let (tally, beacons) = send(7, 40, 0);
    let mut runs: BTreeMap<RunId, Vec<&Beacon>> = BTreeMap::new();
    for beacon in &beacons {
        runs.entry(beacon.header.run).or_default().push(beacon);
    }
    for run in runs.values() {
        let sequences: Vec<_> = run.iter().map(|beacon| beacon.header.sequence).collect();
        assert_eq!(sequences, (0..u32::try_from(run.len()).unwrap()).collect::<Vec<_>>());
        assert!(matches!(run[0].items[0].body, Body::Began(_)));
    }
    assert_eq!(tally.shoppers, 40);
    assert_eq!((tally.beacons as usize, tally.refused), (beacons.len(), 0));
}

#[test]
fn a_crowd_shops_is_judged_and_buys_within_the_past() {
    let (tally, beacons) = send(7, 120, 0);
    let day = NOON - 24 * 3_600_000..NOON;
    assert!(beacons.iter().all(|beacon| day.contains(&beacon.header.sent_at.0)));

    let bodies: Vec<&Body> = beacons.iter().flat_map(|it| &it.items).map(|it| &it.body).collect();
    let orders: BTreeSet<&str> = bodies
        .iter()
        .filter_map(|body| match body {
            Body::Stated(Fact::Purchased { order, .. }) => Some(order.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(orders.len(), tally.purchases as usize);
    let outcomes = |outcome| {
        bodies
            .iter()
            .filter(|body| matches!(body, Body::Decided(verdict) if verdict.outcome == outcome))
            .count()
    };
    assert_eq!(outcomes(VerdictOutcome::Fired), tally.offers as usize);
    assert!(tally.offers >= 30, "{tally}");
    assert!(outcomes(VerdictOutcome::HeldOut) >= 2);
    assert!(tally.purchases >= 10 && tally.accepted >= 8, "{tally}");
}

#[test]
fn the_same_seed_is_the_same_crowd_and_another_one_is_not() {
    assert_eq!(send(7, 12, 0), send(7, 12, 0));
    assert_ne!(send(7, 12, 0).1, send(8, 12, 0).1);
}

#[test]
fn a_collector_that_stumbles_gets_everything_but_what_no_later_page_could_send() {
    let (_, calm) = send(7, 40, 0);
    let (_, stumbling) = send(7, 40, 5);
    let arrived: BTreeMap<RunId, usize> = items(&stumbling);
    let mut runs_of: BTreeMap<VisitorId, Vec<(u64, RunId)>> = BTreeMap::new();
    for Beacon { header, .. } in calm.iter().filter(|it| it.header.sequence == 0) {
        // Who allows no storage loses with each page what it could not send.
        if let Some(visitor) = header.visitor {
            runs_of.entry(visitor).or_default().push((header.sent_at.0, header.run));
        }
    }
    let sent = items(&calm);
    let mut compared = 0;
    for runs in runs_of.values_mut() {
        runs.sort();
        for (_, run) in runs.iter().rev().skip(2) {
            assert_eq!(arrived.get(run), sent.get(run), "run {run}");
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared} runs compared");
}

/// How many items of each run there are.
fn items(beacons: &[Beacon]) -> BTreeMap<RunId, usize> {
    let mut items = BTreeMap::new();
    for beacon in beacons {
        *items.entry(beacon.header.run).or_default() += beacon.items.len();
    }
    items
}

#[test]
fn without_a_collector_the_crowd_says_whom_it_asked() {
    let plan = Plan {
        collector: "http://127.0.0.1:9".into(),
        site: SiteKey::parse("demo").unwrap(),
        origin: ORIGIN.into(),
        shoppers: 1,
        seed: 7,
        past: None,
        pace: 1.0,
        live: crowd::LIVE,
        now: NOON,
    };
    let error = crowd::rush(&plan).unwrap_err().to_string();
    assert!(error.starts_with("no pack from http://127.0.0.1:9/v1/pack/demo: "), "{error}");
}
