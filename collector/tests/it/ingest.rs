//! The acknowledgement contract, and what is refused.

use actix_web::test::TestRequest;
use beacon::item::{Consent, PageKind};
use beacon::limits::{BODY_BYTES_MAX, DEDUP_HOURS, FRAME_BYTES_MAX};
use beacon::reply::{Command, Reply};
use beacon::{Beacon, Millis};
use collector::sites::default_pack;
use collector::store::{Rule, Store};
use expect_test::{Expect, expect};

use crate::support::{
    DAY, Http, MINUTE, NOW, SHOP, Server, TOKEN, at, beacon, began, key, start, start_over, viewed,
};

fn view(run: u8, sequence: u32) -> Beacon {
    let items = vec![at(0, began(NOW)), at(5, viewed("/p/tea", PageKind::Product))];
    beacon(run, sequence, 1, NOW, items)
}

fn stored<S: Http>(server: &Server<S>) -> usize {
    server.services.store.ledger().unwrap().len()
}

#[actix_web::test]
async fn a_beacon_is_acknowledged_when_its_bytes_can_be_read_back() {
    let server = start().await;
    let frame = beacon::frame::encode(&view(1, 0));
    let answer = server.post("/v1/b", SHOP, frame.clone()).await;
    assert_eq!(answer.line(), "204");
    assert_eq!(answer.header("access-control-allow-origin"), SHOP);
    assert_eq!(answer.header("vary"), "Origin");
    let ledger = server.services.store.ledger().unwrap();
    assert_eq!(ledger, [(beacon::RunId([1; 16]), 0, frame)]);
    server.assert_conserved();
}

#[actix_web::test]
async fn the_same_beacon_again_is_acknowledged_and_stored_once() {
    let server = start().await;
    for _ in 0..3 {
        assert_eq!(server.send(&view(1, 0)).await.line(), "204");
    }
    assert_eq!(stored(&server), 1);
    let health = server.services.counters.health("demo");
    assert_eq!((health.received, health.stored, health.duplicate), (3, 1, 2));
    server.assert_conserved();
}

#[actix_web::test]
async fn other_bytes_under_the_same_number_are_a_conflict_and_the_first_stay() {
    let server = start().await;
    server.send(&view(1, 0)).await;
    let other = beacon(1, 0, 1, NOW, vec![at(0, viewed("/other", PageKind::Other))]);
    assert_eq!(server.send(&other).await.line(), "409 conflict");
    let ledger = server.services.store.ledger().unwrap();
    assert_eq!(ledger[0].2, beacon::frame::encode(&view(1, 0)));
    server.assert_conserved();
}

#[actix_web::test]
async fn a_beacon_older_than_the_dedup_marks_is_refused() {
    let server = start().await;
    let hour = 3_600_000;
    let kept = beacon(1, 0, 1, NOW - (DEDUP_HOURS - 1) * hour, vec![]);
    let too_old = beacon(2, 0, 1, NOW - (DEDUP_HOURS + 1) * hour, vec![]);
    assert_eq!(server.send(&kept).await.line(), "204");
    assert_eq!(server.send(&too_old).await.line(), "410 too_old");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_mark_is_forgotten_only_after_its_time() {
    let server = start().await;
    server.send(&view(1, 0)).await;
    let store = &server.services.store;
    assert_eq!(store.purge_marks(Millis(NOW)).await.unwrap(), 0);
    assert_eq!(server.send(&view(1, 0)).await.line(), "204");
    assert_eq!(stored(&server), 1);
    // As long as its line lies in the journal, so does its mark.
    assert_eq!(store.purge_marks(Millis(NOW + 1)).await.unwrap(), 0);
    store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    assert_eq!(server.send(&view(1, 0)).await.line(), "204");
    assert_eq!(stored(&server), 1);
    assert_eq!(store.purge_marks(Millis(NOW + 1)).await.unwrap(), 1);
}

#[actix_web::test]
async fn what_is_not_a_beacon_is_refused_and_counted() {
    let server = start().await;
    let good = beacon::frame::encode(&view(1, 0));
    let mut flipped = good.clone();
    flipped[10] ^= 1;
    let mut future = good.clone();
    future[0] = 99;
    let mut trailing = good.clone();
    trailing.push(0);
    let bodies = [
        ("nothing", vec![]),
        ("garbage", b"hello".to_vec()),
        ("truncated", good[..good.len() - 1].to_vec()),
        ("one bit flipped", flipped),
        ("a version to come", future),
        ("bytes behind", trailing),
        ("larger than a frame", vec![1; FRAME_BYTES_MAX + 1]),
        ("larger than a body", vec![1; BODY_BYTES_MAX + 1]),
    ];
    let mut lines = Vec::new();
    for (name, body) in bodies {
        lines.push(format!("{name}: {}\n", server.post("/v1/b", SHOP, body).await.line()));
    }
    expect![[r"
        nothing: 400 malformed
        garbage: 400 malformed
        truncated: 400 malformed
        one bit flipped: 400 malformed
        a version to come: 400 malformed
        bytes behind: 400 malformed
        larger than a frame: 413 too_large
        larger than a body: 413 too_large
    "]]
    .assert_eq(&lines.concat());
    assert_eq!(stored(&server), 0);
    assert_eq!(server.services.counters.received(), 8);
    server.assert_conserved();
}

#[actix_web::test]
async fn every_truncation_of_a_beacon_is_refused() {
    let server = start().await;
    let good = beacon::frame::encode(&view(1, 0));
    for length in 0..good.len() {
        let answer = server.post("/v1/b", SHOP, good[..length].to_vec()).await;
        assert_eq!(answer.line(), "400 malformed", "{length} bytes");
    }
    assert_eq!(stored(&server), 0);
    server.assert_conserved();
}

#[actix_web::test]
async fn only_bare_text_is_taken() {
    let server = start().await;
    let send = |name: &'static str, value: &'static str| {
        let request = TestRequest::post().uri("/v1/b").insert_header(("Origin", SHOP));
        let request = request.insert_header(("Content-Type", "text/plain"));
        let request = request.insert_header((name, value));
        server.call(request.set_payload(beacon::frame::encode(&view(1, 0))))
    };
    assert_eq!(send("Content-Type", "application/json").await.line(), "415 wrong_type");
    assert_eq!(send("Content-Encoding", "gzip").await.line(), "415 wrong_type");
    assert_eq!(send("Content-Encoding", "br").await.line(), "415 wrong_type");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_length_that_is_too_large_is_refused_before_a_byte_is_read() {
    let server = start().await;
    let request = TestRequest::post().uri("/v1/b").insert_header(("Origin", SHOP));
    let request = request.insert_header(("Content-Type", "text/plain"));
    let answer = server.call(request.insert_header(("Content-Length", "10000000"))).await;
    assert_eq!(answer.line(), "413 too_large");
}

#[actix_web::test]
async fn only_pages_of_a_listed_origin_may_send() {
    let server = start().await;
    let frame = beacon::frame::encode(&view(1, 0));
    for origin in [
        "",
        " ",
        "null",
        "*",
        "127.0.0.1:8090",
        "//127.0.0.1:8090",
        "http://127.0.0.1",
        "http://127.0.0.1:",
        "http://127.0.0.1:809",
        "http://127.0.0.1:80901",
        "http://127.0.0.1:08090",
        "http://127.0.0.1:8090.evil.example",
        "http://127.0.0.1.:8090",
        "http://evil127.0.0.1:8090",
        "http://evil.example#http://127.0.0.1:8090",
        "http://evil.example/http://127.0.0.1:8090",
        "http://evil.example?http://127.0.0.1:8090",
        "http://shop.127.0.0.1:8090",
        "https://127.0.0.1:8090",
        "http://127.0.0.1:8090/",
        "http://127.0.0.1:8090 http://evil.example",
        "http://127.0.0.1:8090,http://evil.example",
        "http://127.0.0.1:8090\\@evil.example",
        "http://user@127.0.0.1:8090",
        "http://127.0.0.1:8090@evil.example",
        "http://localhost:8090",
        "http://2130706433:8090",
        "http://127.1:8090",
        "http://[::ffff:127.0.0.1]:8090",
        "HTTP://127.0.0.1:8090",
        "http://xn--127-0-0-1:8090",
        "http://127.0.0.1%3A8090",
        "file://",
        "about:blank",
        "data:text/html,x",
        "blob:http://127.0.0.1:8090/1",
        "chrome-extension://abcdefgh",
        "moz-extension://abcdefgh",
    ] {
        let answer = server.post("/v1/b", origin, frame.clone()).await;
        assert_eq!(answer.line(), "403 wrong_origin", "{origin}");
    }
    // A page names its origin once; a second line is somebody else's.
    let twice = TestRequest::post().uri("/v1/b").insert_header(("Content-Type", "text/plain"));
    let twice = twice.append_header(("Origin", "http://evil.example"));
    let twice = twice.append_header(("Origin", SHOP)).set_payload(frame.clone());
    assert_eq!(server.call(twice).await.line(), "403 wrong_origin");
    assert_eq!(stored(&server), 0);
    assert_eq!(server.post("/v1/b", SHOP, frame).await.line(), "204");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_site_that_is_not_known_or_switched_off_takes_nothing() {
    let server = start().await;
    let mut strange = view(1, 0);
    strange.header.site = key("strange");
    assert_eq!(server.send(&strange).await.line(), "404 unknown_site");
    server.services.store.switch_site(&key("demo"), false).unwrap();
    server.services.sites.refresh().unwrap();
    assert_eq!(server.send(&view(1, 0)).await.line(), "410 site_off");
    let pack = server.call(TestRequest::get().uri("/v1/pack/demo")).await;
    assert_eq!(pack.line(), "410 site_off");
    server.services.store.switch_site(&key("demo"), true).unwrap();
    server.services.sites.refresh().unwrap();
    assert_eq!(server.send(&view(1, 0)).await.line(), "204");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_full_disk_refuses_and_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let server = start_over(store.clone(), folder).await;
    store.limit_pages(120).unwrap();
    let path = format!("/{}", "x".repeat(250));
    let mut acknowledged = 0;
    let mut refused = 0;
    for sequence in 0..2_000 {
        let items = vec![at(0, viewed(&path, PageKind::Other)); 8];
        let answer = server.send(&beacon(1, sequence, 1, NOW, items)).await;
        match answer.status {
            204 => acknowledged += 1,
            503 => {
                assert!(!answer.header("retry-after").is_empty());
                refused += 1;
            }
            _ => panic!("{}", answer.line()),
        }
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20, "the disk never filled");
    assert_eq!(stored(&server), acknowledged);
    let health = server.services.counters.health("demo");
    assert_eq!(health.refused.iter().find(|row| row.outcome == "unavailable").unwrap().count, 20);
    // Room again: the server goes on without a restart.
    store.limit_pages(100_000).unwrap();
    assert_eq!(server.send(&view(9, 0)).await.line(), "204");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_folder_that_has_all_it_may_have_says_so_until_it_may_have_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let server = start_over(store.clone(), folder).await;
    let ready = async || {
        let answer = server.call(TestRequest::get().uri("/readyz")).await;
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    };
    assert_eq!(ready().await.0, 200);
    store.limit_bytes(Some(1)).unwrap();
    let (status, why) = ready().await;
    assert!(status == 503 && why.contains("data_mib_max"), "{status} {why}");
    let path = format!("/{}", "x".repeat(250));
    let mut sequence = 0;
    let refused = loop {
        let items = vec![at(0, viewed(&path, PageKind::Other)); 8];
        let answer = server.send(&beacon(1, sequence, 1, NOW, items)).await;
        sequence += 1;
        if answer.status != 204 || sequence == 2_000 {
            break answer;
        }
    };
    assert_eq!((refused.status, refused.header("retry-after").is_empty()), (503, false));
    assert_eq!(stored(&server), usize::try_from(sequence).unwrap() - 1);
    store.limit_bytes(None).unwrap();
    assert_eq!(server.send(&view(9, 0)).await.line(), "204");
    assert_eq!(ready().await, (200, "ready\n".into()));
    server.assert_conserved();
}

#[actix_web::test]
async fn an_agent_with_an_old_pack_is_told_of_the_new_one() {
    let server = start().await;
    let pack = default_pack("Demo", Consent::Personalise).unwrap();
    server.services.store.publish(&key("demo"), pack, Millis(NOW)).unwrap();
    assert!(server.services.sites.refresh().unwrap());
    let answer = server.send(&view(1, 0)).await;
    assert_eq!(answer.status, 200);
    let reply = Reply::decode(&answer.body).unwrap();
    assert_eq!(reply.commands, [Command::TakePack(2)]);
    let mut fresh = view(2, 0);
    fresh.header.pack = 2;
    assert_eq!(server.send(&fresh).await.line(), "204");
}

#[actix_web::test]
async fn a_page_view_of_the_loader_is_counted_once() {
    let server = start().await;
    let run = "00112233445566778899aabbccddeeff";
    let hit = |path: &str| format!("demo\n{run}\n{path}");
    assert_eq!(server.post("/v1/hit", SHOP, hit("/p/tea?token=secret#x")).await.line(), "204");
    assert_eq!(server.post("/v1/hit", SHOP, hit("/p/tea")).await.line(), "204");
    assert_eq!(server.post("/v1/hit", SHOP, hit("/cart")).await.line(), "204");
    // The moment itself lies outside a span that ends then.
    let before = format!("/api/stats/overview?site=demo&to={NOW}");
    assert_eq!(server.ask(&before).await["views"], 0);
    // A span that ends now ends with the quarter of an hour.
    let overview = server.ask("/api/stats/overview?site=demo").await;
    assert_eq!((&overview["views"], &overview["loader_views"]), (&2.into(), &2.into()));
    let pages = server.ask("/api/stats/pages?site=demo").await;
    let paths: Vec<_> = pages["rows"].as_array().unwrap().iter().map(|row| &row["path"]).collect();
    assert_eq!(paths, ["/cart", "/p/tea"]);
    server.assert_conserved();
}

#[actix_web::test]
async fn a_hit_that_is_none_is_refused() {
    let server = start().await;
    let run = "00112233445566778899aabbccddeeff";
    for (body, expected) in [
        (format!("demo\n{run}"), "400 malformed"),
        (format!("demo\n{run}\nno-path"), "400 malformed"),
        (format!("demo\n{run}\n/x\nmore"), "400 malformed"),
        ("demo\nnot-a-run\n/x".into(), "400 malformed"),
        (format!("strange\n{run}\n/x"), "404 unknown_site"),
    ] {
        assert_eq!(server.post("/v1/hit", SHOP, body.clone()).await.line(), expected, "{body}");
    }
    let refused = server.post("/v1/hit", "http://evil.example", format!("demo\n{run}\n/x")).await;
    assert_eq!(refused.line(), "403 wrong_origin");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_site_that_asks_first_counts_no_hit_before_the_visitor_was_asked() {
    let server = start().await;
    let pack = default_pack("Demo", Consent::Unknown).unwrap();
    server.services.store.publish(&key("demo"), pack, Millis(NOW)).unwrap();
    server.services.sites.refresh().unwrap();
    let hit = "demo\n00112233445566778899aabbccddeeff\n/";
    assert_eq!(server.post("/v1/hit", SHOP, hit).await.line(), "403 consent");
    server.assert_conserved();
}

#[actix_web::test]
async fn a_visitors_clock_that_is_ahead_puts_nothing_into_the_future() {
    let server = start().await;
    let ahead = NOW + 10 * DAY;
    let items = vec![at(0, began(ahead)), at(MINUTE, viewed("/late", PageKind::Other))];
    server.send(&beacon(1, 0, 1, ahead + MINUTE, items)).await;
    let from = NOW - 2 * MINUTE;
    let path = format!("/api/stats/overview?site=demo&from={from}&to={}", NOW + 1);
    assert_eq!(server.ask(&path).await["views"], 1);
}

#[actix_web::test]
async fn metrics_tell_the_conservation_law() {
    let server = start().await;
    server.send(&view(1, 0)).await;
    server.send(&view(1, 0)).await;
    server.post("/v1/b", SHOP, "garbage").await;
    let ask = || TestRequest::get().uri("/metrics");
    assert_eq!(server.call(ask()).await.line(), "401 not_logged_in");
    let answer =
        server.call(ask().insert_header(("Authorization", format!("Bearer {TOKEN}")))).await;
    let page = String::from_utf8(answer.body).unwrap();
    let check = |expected: Expect, prefix: &str| {
        let lines = page.lines().filter(|line| line.starts_with(prefix) && !line.ends_with(" 0"));
        expected.assert_eq(&lines.fold(String::new(), |text, line| text + line + "\n"));
    };
    check(expect![["nunchi_received_total 3\n"]], "nunchi_received_total");
    check(
        expect![[r#"
            nunchi_outcomes_total{site="",outcome="malformed"} 1
            nunchi_outcomes_total{site="demo",outcome="stored"} 1
            nunchi_outcomes_total{site="demo",outcome="duplicate"} 1
        "#]],
        "nunchi_outcomes_total",
    );
}
