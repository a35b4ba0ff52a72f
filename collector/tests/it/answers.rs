//! Statistics over a small day, every figure worked out by hand.
//!
//! Visitor 1 looks at tea, is offered something, buys it (campaign 1 fired). Visitor 2 is in the
//! holdout and buys. Visitor 3 is offered something, dismisses it, hesitates and goes. Visitor 4
//! (in the holdout) buys 8 days later, which is too late. Run 9 gave no consent to ids.

use beacon::Body;
use beacon::item::HesitationCause::{CouponEmpty, StepBack};
use beacon::item::VerdictOutcome::{Fired, HeldOut};
use beacon::item::{PageKind, Reaction, Signal};
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{
    DAY, Http, MINUTE, NOW, Server, added, answered, at, beacon, began, bought, checkout, seen,
    start, verdict, viewed,
};

#[expect(clippy::too_many_lines, reason = "a day told in order")]
async fn a_small_day() -> Server<impl Http> {
    let server = start().await;
    let dwell = |ms| Body::Noticed(Signal::Dwell { ms });
    let reach = |percent| Body::Noticed(Signal::ScrollReach { percent });
    let hesitates = |level, causes| Body::Noticed(Signal::CartHesitation { level, causes });
    let tea = || viewed("/p/tea", PageKind::Product);
    let begin = NOW - 60 * MINUTE;
    let sent = [
        beacon(
            1,
            0,
            1,
            begin + 9_000,
            vec![
                at(0, began(begin)),
                at(0, tea()),
                at(10, seen("tea")),
                at(3_000, dwell(3_000)),
                at(4_000, reach(50)),
                at(5_000, verdict(1, Fired)),
                at(5_100, answered(1, Reaction::Shown)),
                at(9_000, answered(1, Reaction::Accepted)),
            ],
        ),
        beacon(
            1,
            1,
            1,
            begin + 60_000,
            vec![
                at(10_000, dwell(10_000)),
                at(11_000, added("tea", 2)),
                at(12_000, viewed("/cart", PageKind::Cart)),
                at(16_000, dwell(4_000)),
                at(20_000, checkout(24_000)),
                at(30_000, bought("A-1", 24_000)),
            ],
        ),
        // The thank-you page was loaded again: the same order.
        beacon(
            2,
            0,
            1,
            begin + 70_000,
            vec![
                at(0, began(begin + 65_000)),
                at(0, viewed("/checkout/thanks", PageKind::Thanks)),
                at(10, bought("A-1", 24_000)),
            ],
        ),
        beacon(
            3,
            0,
            2,
            begin + 60_000,
            vec![
                at(0, began(begin)),
                at(0, tea()),
                at(5_000, verdict(1, HeldOut)),
                at(6_000, added("tea", 1)),
                at(7_000, checkout(12_000)),
                at(8_000, bought("A-2", 12_000)),
            ],
        ),
        beacon(
            4,
            0,
            3,
            begin + 60_000,
            vec![
                at(0, began(begin)),
                at(0, tea()),
                at(1_000, added("tea", 1)),
                at(5_000, verdict(1, Fired)),
                at(5_100, answered(1, Reaction::Shown)),
                at(6_000, answered(1, Reaction::Dismissed)),
                at(7_000, hesitates(1, CouponEmpty.bit())),
                at(8_000, hesitates(2, CouponEmpty.bit() | StepBack.bit())),
                at(9_000, hesitates(0, 0)),
                at(20_000, dwell(20_000)),
            ],
        ),
        beacon(
            5,
            0,
            4,
            begin + 60_000,
            vec![
                at(0, began(begin)),
                at(0, viewed("/", PageKind::Home)),
                at(5_000, verdict(1, HeldOut)),
            ],
        ),
        // The second beacon of this run never came; the third did.
        beacon(
            9,
            0,
            0,
            begin + 1_000,
            vec![at(0, began(begin)), at(0, viewed("/", PageKind::Home))],
        ),
        beacon(9, 2, 0, begin + 9_000, vec![at(9_000, dwell(9_000))]),
    ];
    for beacon in sent {
        assert_eq!(server.send(&beacon).await.line(), "204");
    }
    server.clock.set(beacon::Millis(NOW + 9 * DAY));
    let begin = begin + 8 * DAY;
    let late = vec![at(0, began(begin)), at(10, bought("A-3", 99_000))];
    assert_eq!(server.send(&beacon(6, 0, 4, begin, late)).await.line(), "204");
    server
}

async fn check(question: &str, expected: Expect) {
    let server = a_small_day().await;
    let (from, to) = (NOW - 60 * MINUTE, NOW);
    let path = format!("/api/stats/{question}?site=demo&from={from}&to={to}");
    expected.assert_eq(&text(&server.ask(&path).await));
    server.seal();
    expected.assert_eq(&text(&server.ask(&path).await));
}

/// One line a value or row, series left out: they have a test of their own.
fn text(answer: &Value) -> String {
    let mut lines = Vec::new();
    for (name, value) in answer.as_object().unwrap() {
        match value {
            _ if ["series", "from", "to"].contains(&name.as_str()) => {}
            Value::Array(rows) => lines.extend(rows.iter().map(|row| format!("{name}: {row}\n"))),
            value => lines.push(format!("{name}: {value}\n")),
        }
    }
    lines.concat()
}

#[actix_web::test]
async fn overview() {
    // Views: tea, cart, thanks, tea, tea, home, home. Dwells: 10 s, 4 s, 20 s, 9 s.
    check(
        "overview",
        expect![[r#"
            carts: 3
            checkouts: 2
            conversations: 0
            dwell_ms_median: 9000
            loader_views: 0
            purchases: 2
            revenue: {"currency":"KRW","minor":36000}
            sessions: 5
            views: 7
            visitors: 4
        "#]],
    )
    .await;
}

#[actix_web::test]
async fn series_cover_the_span_in_equal_slices() {
    let server = a_small_day().await;
    let (from, to) = (NOW - 60 * MINUTE, NOW);
    let answer = server.ask(&format!("/api/stats/overview?site=demo&from={from}&to={to}")).await;
    let series = answer["series"].as_array().unwrap();
    assert_eq!(series.len(), 30);
    let sum = |name: &str| series.iter().map(|slice| slice[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("views"), sum("purchases")), (7, 2));
    assert_eq!(series[0]["from"], from);
    assert_eq!(series[0]["sessions"], 5);
    assert_eq!(series[1]["from"], from + 2 * MINUTE);
}

#[actix_web::test]
async fn funnel() {
    // In order: visitors 1, 2 and 3 saw a product and filled a cart; 1 and 2 went on to the end.
    check(
        "funnel",
        expect![[r#"
            steps: {"name":"view","sessions":5}
            steps: {"name":"product","sessions":3}
            steps: {"name":"cart","sessions":3}
            steps: {"name":"checkout","sessions":2}
            steps: {"name":"purchase","sessions":2}
        "#]],
    )
    .await;
}

#[actix_web::test]
async fn signals() {
    // Hesitation that decayed to 0 is no signal.
    check(
        "signals",
        expect![[r#"
            causes: {"cause":"step_back","sessions":1}
            causes: {"cause":"coupon_empty","sessions":1}
            rows: {"count":5,"sessions":3,"signal":"dwell"}
            rows: {"count":2,"sessions":1,"signal":"cart_hesitation"}
            rows: {"count":1,"sessions":1,"signal":"scroll_reach"}
        "#]],
    )
    .await;
}

#[actix_web::test]
async fn campaigns() {
    let server = a_small_day().await;
    let (from, to) = (NOW - 60 * MINUTE, NOW);
    let answer = server.ask(&format!("/api/stats/campaigns?site=demo&from={from}&to={to}")).await;
    let row = &answer["rows"][0];
    let counts = ["fired", "held_out", "shadowed", "shown", "accepted", "dismissed"];
    let counts: Vec<u64> = counts.iter().map(|name| row[name].as_u64().unwrap()).collect();
    assert_eq!(counts, [2, 2, 0, 2, 1, 1]);
    assert_eq!(row["name"], "Exit offer for the undecided");
    // Visitor 4 bought 8 days after the verdict: not within 7.
    expect![[r#"{"converted":1,"revenue":[{"currency":"KRW","minor":24000}],"visitors":2}"#]]
        .assert_eq(&row["treated"].to_string());
    expect![[r#"{"converted":1,"revenue":[{"currency":"KRW","minor":12000}],"visitors":2}"#]]
        .assert_eq(&row["holdout"].to_string());
    // 1 of 2 against 1 of 2: Wilson gives .0945 to .9055 twice, so ± √(.4055² + .4055²) = ± 57.3.
    let uplift = ["points", "low", "high"].map(|end| row["uplift"][end].as_f64().unwrap());
    assert_eq!(uplift.map(|points| format!("{points:.1}")), ["0.0", "-57.3", "57.3"]);
    let evidence = row["evidence"].as_array().unwrap();
    assert_eq!(evidence.len(), 4);
    assert_eq!(evidence[0]["buy_permille"], 410);
    assert!(!evidence[0]["reasons"].as_array().unwrap().is_empty(), "{}", evidence[0]);
    // Campaign 2 is published and was never judged: it stands there with nothing.
    assert_eq!((&answer["rows"][1]["id"], &answer["rows"][1]["uplift"]), (&2.into(), &Value::Null));
}

#[actix_web::test]
async fn pages() {
    check(
        "pages",
        expect![[r#"
            rows: {"dwell_ms_median":10000,"dwell_ms_total":30000,"page":"product","path":"/p/tea","reach_percent":50,"views":3}
            rows: {"dwell_ms_median":9000,"dwell_ms_total":9000,"page":"home","path":"/","reach_percent":0,"views":2}
            rows: {"dwell_ms_median":4000,"dwell_ms_total":4000,"page":"cart","path":"/cart","reach_percent":0,"views":1}
            rows: {"dwell_ms_median":0,"dwell_ms_total":0,"page":"thanks","path":"/checkout/thanks","reach_percent":0,"views":1}
        "#]],
    )
    .await;
}

#[actix_web::test]
async fn health() {
    // Run 9 sent numbers 0 and 2, so 1 must have been on its way too.
    check(
        "health",
        expect![[r"
            apart: 0
            duplicate: 0
            lost: 1
            received: 9
            sent: 9
            stored: 9
        "]],
    )
    .await;
}

#[actix_web::test]
async fn beacons_that_arrive_in_another_order_give_the_same_answers() {
    let views = || vec![at(0, began(NOW - MINUTE)), at(0, viewed("/a", PageKind::Other))];
    let rest = || {
        vec![
            at(1_000, Body::Noticed(Signal::Dwell { ms: 1_000 })),
            at(2_000, viewed("/b", PageKind::Other)),
            at(4_000, Body::Noticed(Signal::Dwell { ms: 2_000 })),
        ]
    };
    let mut answers = Vec::new();
    for order in [[0, 1], [1, 0]] {
        let server = start().await;
        for sequence in order {
            let items = if sequence == 0 { views() } else { rest() };
            let sent_at = NOW - MINUTE + if sequence == 0 { 0 } else { 4_000 };
            server.send(&beacon(1, sequence, 1, sent_at, items)).await;
        }
        answers.push(text(&server.ask("/api/stats/pages?site=demo").await));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].contains("\"dwell_ms_total\":2000"), "{}", answers[0]);
}

#[actix_web::test]
async fn consent_given_in_the_middle_of_a_run_makes_one_visit_of_it() {
    let server = start().await;
    let view = |path: &str| vec![at(0, viewed(path, PageKind::Other))];
    server.send(&beacon(1, 0, 0, NOW - 2, view("/a"))).await;
    server.send(&beacon(1, 1, 1, NOW - 1, view("/b"))).await;
    let overview = server.ask("/api/stats/overview?site=demo").await;
    assert_eq!((&overview["sessions"], &overview["views"]), (&1.into(), &2.into()));
}
