//! Who is let in, who is kept apart, who has to wait.

use actix_web::test::TestRequest;
use beacon::item::{PageKind, Signal};
use beacon::{Beacon, Body};
use collector::door::Limits;
use collector::suspicion::Suspicion;

use crate::support::{Answered, Http, NOW, SHOP, Server, at, beacon, start, viewed};

const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn view(run: u8, sequence: u32) -> Beacon {
    beacon(run, sequence, 1, NOW, vec![at(5, viewed("/p/tea", PageKind::Product))])
}

async fn send<S: Http>(server: &Server<S>, from: &str, agent: &str, beacon: &Beacon) -> Answered {
    let request =
        TestRequest::post().uri("/v1/b").peer_addr(format!("{from}:4711").parse().unwrap());
    let request = request.insert_header(("Origin", SHOP)).insert_header(("User-Agent", agent));
    let request = request.insert_header(("Content-Type", "text/plain"));
    server.call(request.set_payload(beacon::frame::encode(beacon))).await
}

/// Quarantined for this reason, of all that arrived.
fn apart<S: Http>(server: &Server<S>, reason: Suspicion) -> u64 {
    let rows = server.services.counters.by_site();
    rows.iter().flat_map(|row| &row.suspicions).filter(|row| row.0 == reason).map(|row| row.1).sum()
}

async fn views<S: Http>(server: &Server<S>) -> u64 {
    let path = format!("/api/stats/overview?site=demo&from={}&to={}", NOW - 60_000, NOW + 120_000);
    server.ask(&path).await["views"].as_u64().unwrap()
}

#[actix_web::test]
async fn a_flood_from_one_network_is_kept_apart_and_its_neighbours_are_not_touched() {
    let server = start().await;
    server.services.door.set_limits(Limits { address_per_minute: 60, ..Limits::default() });
    for run in 0..200 {
        assert_eq!(send(&server, "198.51.100.7", PERSON, &view(run, 0)).await.line(), "204");
    }
    for run in 200..210 {
        assert_eq!(send(&server, "198.51.101.7", PERSON, &view(run, 0)).await.line(), "204");
    }
    // A minute's rate is 60, and a third of a minute's comes at once.
    assert_eq!(apart(&server, Suspicion::AddressRate), 180);
    let health = server.services.counters.health("demo");
    assert_eq!((health.stored, health.apart), (30, 180));
    // What it sent before it turned out to be a flood is not believed any more either.
    assert_eq!(views(&server).await, 10, "what is kept apart is in no headline number");
    assert_eq!(server.services.store.ledger().unwrap().len(), 210, "and it is stored");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_run_that_sends_more_than_an_agent_does_is_kept_apart() {
    let server = start().await;
    server.services.door.set_limits(Limits { run_per_minute: 20, ..Limits::default() });
    for sequence in 0..30 {
        assert_eq!(send(&server, "198.51.100.7", PERSON, &view(1, sequence)).await.line(), "204");
    }
    assert_eq!(apart(&server, Suspicion::RunRate), 20);
    send(&server, "198.51.100.7", PERSON, &view(2, 0)).await;
    assert_eq!(apart(&server, Suspicion::RunRate), 20, "another visitor of the same network");
    server.assert_conserved();
}

#[actix_web::test]
async fn robots_and_what_cannot_have_happened_so_are_kept_apart() {
    let server = start().await;
    server.services.door.set_limits(Limits { plausibility: true, ..Limits::default() });
    let robot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    assert_eq!(send(&server, "198.51.100.7", robot, &view(1, 0)).await.line(), "204");
    let dwell = at(1_000, Body::Noticed(Signal::Dwell { ms: 60_000 }));
    let dwells = beacon(2, 0, 1, NOW, vec![dwell]);
    assert_eq!(send(&server, "198.51.100.7", PERSON, &dwells).await.line(), "204");
    assert_eq!(send(&server, "198.51.100.7", PERSON, &view(3, 0)).await.line(), "204");
    assert_eq!(apart(&server, Suspicion::Robot), 1);
    assert_eq!(apart(&server, Suspicion::Timing), 1);
    assert_eq!(views(&server).await, 1);
    // The same again is the same, whoever sends it.
    assert_eq!(send(&server, "198.51.100.7", robot, &view(3, 0)).await.line(), "204");
    assert_eq!(server.services.counters.health("demo").duplicate, 1);
    server.assert_conserved();
}

#[actix_web::test]
async fn a_site_beyond_what_is_taken_has_to_wait_and_so_has_its_quarantine() {
    let server = start().await;
    let limits = Limits {
        site_per_minute: 60,
        quarantine_per_minute: 12,
        plausibility: true,
        ..Limits::default()
    };
    server.services.door.set_limits(limits);
    let mut lines = Vec::new();
    for run in 0..30 {
        let agent = if run % 2 == 0 { PERSON } else { "curl/8.5.0" };
        let answer = send(&server, "198.51.100.7", agent, &view(run, 0)).await;
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), "60");
        }
        lines.push(answer.line());
    }
    let waits = lines.iter().filter(|line| *line == "429 throttled").count();
    // Ten seconds' worth at once: 10 of 15 people, 2 of 15 robots.
    assert_eq!((waits, apart(&server, Suspicion::Robot)), (30 - 10 - 2, 2));
    server.assert_conserved();
}

#[actix_web::test]
async fn behind_a_trusted_proxy_its_clients_are_told_apart() {
    let server = start().await;
    let limits = |proxies: &[&str]| Limits {
        address_per_minute: 3,
        trusted_proxies: proxies.iter().map(|it| it.parse().unwrap()).collect(),
        ..Limits::default()
    };
    let send_all = async |server: &Server<_>, runs: std::ops::Range<u8>| {
        for run in runs {
            let request = TestRequest::post().uri("/v1/b").insert_header(("Origin", SHOP));
            let request = request.peer_addr("10.0.0.1:80".parse().unwrap());
            let request =
                request.insert_header(("X-Forwarded-For", format!("1.1.1.1, 9.9.{run}.1")));
            let request = request.insert_header(("Content-Type", "text/plain"));
            server.call(request.set_payload(beacon::frame::encode(&view(run, 0)))).await;
        }
    };
    server.services.door.set_limits(limits(&["10.0.0.0/8"]));
    send_all(&server, 0..20).await;
    assert_eq!(apart(&server, Suspicion::AddressRate), 0);
    // The same header from a peer that nobody trusts says nothing.
    server.services.door.set_limits(limits(&[]));
    send_all(&server, 20..40).await;
    assert_eq!(apart(&server, Suspicion::AddressRate), 19);
    server.assert_conserved();
}
