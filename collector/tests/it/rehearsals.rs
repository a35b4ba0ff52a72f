//! Campaigns over visits that happened: backtest, diff, why and parity, each figure worked out by
//! hand.
//!
//! Visitor 1 looks at tea for 4 s, makes for the exit at 20 s, comes back on a second page and buys
//! for 24,000 won. Visitor 2 does the same on a phone, in English, and buys nothing. Visitor 3 leaves
//! before looking. One beacon of visitor 4 never came.

use beacon::item::{
    Answer, Began, Consent, Device, PageKind, Reaction, Remembered, Signal, VerdictOutcome,
    VisitorKind,
};
use beacon::{Beacon, Body, Item, Millis, RunId};
use engine::decide::Decider;
use engine::pack::Pack;
use expect_test::{Expect, expect};

use crate::command::{fails, works};
use crate::support::{Http, MINUTE, NOW, Server, at, beacon, bought, seen, start, verdict, viewed};

const BEGIN: u64 = NOW - 60 * MINUTE;

fn began(visitor: u8, wall: u64, resumed: Vec<u8>) -> Item {
    let is_first = visitor == 1;
    at(
        0,
        Body::Began(Began {
            wall: Millis(wall),
            utc_offset_min: 540,
            // None of these is in the holdout of campaign 7, whatever its share is: see `trial`.
            seed: u64::from(visitor),
            visitor: if is_first { VisitorKind::Returning } else { VisitorKind::New },
            device: if is_first { Device::Desktop } else { Device::Phone },
            language: if is_first { "ko" } else { "en" }.into(),
            referrer: String::new(),
            pack: 1,
            consent: Consent::Personalise,
            resumed,
        }),
    )
}

fn looks_at_tea_and_makes_for_the_exit() -> Vec<Item> {
    let noticed = |ms, signal| at(ms, Body::Noticed(signal));
    vec![
        at(0, viewed("/p/tea", PageKind::Product)),
        at(10, seen("tea")),
        noticed(4_000, Signal::ProductDwell { product: "tea".into(), ms: 4_000 }),
        noticed(20_000, Signal::ExitIntent { y: 4, speed: 900, eta_ms: 4 }),
    ]
}

/// What the page would have reported: the items with the verdicts on them, and the state it leaves.
fn judged(pack: &Pack, items: Vec<Item>) -> (Vec<Item>, Vec<u8>) {
    let mut decider = Decider::default();
    let mut all = Vec::new();
    for item in items {
        let decisions = decider.take(&item, &pack.clone().into());
        let verdicts = decisions.into_iter().map(|it| at(item.at.0, Body::Decided(it.verdict)));
        let verdicts: Vec<Item> = verdicts.collect();
        all.push(item);
        all.extend(verdicts);
    }
    (all, decider.snapshot())
}

/// The visits, as pages of this version would have sent them under the published pack.
async fn visits(publish: &str) -> Server<impl Http + use<>> {
    let server = start().await;
    if !publish.is_empty() {
        publish_in(&server, publish);
    }
    let pack = server.services.store.sites().unwrap().remove(0).pack;
    let send = |run, visitor, wall, items| {
        let Beacon { mut header, items } = beacon(run, 0, visitor, wall + 90_000, items);
        (header.agent, header.pack) = (agent(), pack.version);
        Beacon { header, items }
    };
    let first = |visitor| {
        let began = with_pack(began(visitor, BEGIN, vec![]), pack.version);
        judged(&pack, [vec![began], looks_at_tea_and_makes_for_the_exit()].concat())
    };
    let (items, left) = first(1);
    let (again, _) = judged(
        &pack,
        vec![
            with_pack(began(1, BEGIN + 30_000, left), pack.version),
            at(0, viewed("/p/tea", PageKind::Product)),
            at(5_000, Body::Noticed(Signal::ExitIntent { y: 4, speed: 900, eta_ms: 4 })),
            at(60_000, bought("A-1", 24_000)),
        ],
    );
    let (short, _) = judged(
        &pack,
        vec![with_pack(began(3, BEGIN, vec![]), pack.version), at(0, viewed("/", PageKind::Home))],
    );
    let mut all = vec![
        send(1, 1, BEGIN, items),
        send(2, 1, BEGIN + 30_000, again),
        send(3, 2, BEGIN, first(2).0),
        send(4, 3, BEGIN, short),
        send(5, 4, BEGIN, vec![at(0, viewed("/", PageKind::Home))]),
    ];
    all[4].header.sequence = 1;
    for beacon in all {
        // The first visit lies in a file and in the journal.
        if beacon.header.run == RunId([2; 16]) {
            server.seal();
        }
        assert_eq!(server.send(&beacon).await.line(), "204");
    }
    server
}

fn with_pack(item: Item, version: u32) -> Item {
    let Body::Began(began) = item.body else { panic!("a beginning") };
    Item { body: Body::Began(Began { pack: version, ..began }), ..item }
}

fn agent() -> u16 {
    let number = |digits: &str| digits.parse::<u16>().unwrap();
    number(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000 + number(env!("CARGO_PKG_VERSION_MINOR"))
}

fn publish_in<S>(server: &Server<S>, json: &str) {
    let file = file(server, "published.json", json);
    works(server.data(), &["site", "publish", "demo", &file]);
}

fn file<S>(server: &Server<S>, name: &str, json: &str) -> String {
    let file = server.data().join(name);
    std::fs::write(&file, json).unwrap();
    file.to_str().unwrap().into()
}

/// An exit offer with a coupon, once a session.
fn trial(least_seconds: u32) -> String {
    format!(
        r#"{{"id": 7, "name": "Trial", "priority": 200, "holdout_permille": 0, "shadow": false,
        "caps": {{"per_view": 1, "per_session": 1, "per_day": 0, "cooldown_s": 0}},
        "trigger": {{"all": [
            {{"count": {{"of": "exit_intent", "at_least": 1, "within_s": 5}}}},
            {{"is": {{"what": "product_dwell_seconds", "min": {least_seconds}}}}}]}},
        "variants": [{{"weight": 1, "action": {{"offer": {{"form": "card", "coupon": "TEN", "copy": {{
            "en": {{"title": "t", "body": "b", "accept": "a", "decline": "d"}}}}}}}}}}]}}"#
    )
}

fn without_published<S>(server: &Server<S>) -> Vec<String> {
    let text = trial(4);
    let file = file(server, "trial.json", &text);
    ["backtest", &file, "--site", "demo", "--last", "9999d", "--alone"].map(Into::into).into()
}

fn run<S>(server: &Server<S>, args: &[&str]) -> String {
    works(server.data(), args).replace(&format!("{}/", server.data().display()), "")
}

#[actix_web::test]
async fn a_backtest_tells_how_often_when_for_whom_and_who_bought_anyway() {
    let server = visits("").await;
    let mut args = without_published(&server);
    args.extend(["--discount".into(), "10%".into()]);
    // Twice visitor 1 made for the exit, but the cap of one a session goes from page to page.
    check(
        &run(&server, &args.iter().map(String::as_str).collect::<Vec<_>>()),
        &expect![[r"
            replayed
            visits                                  4
            page loads                              4
            items                                  18
            page loads left out: beacons missing    1
            page loads begun without their memory   0

            id  campaign  fired  visits  held out  shadowed  after, s  saw a real offer  bought anyway      worth      cost
             7  Trial         2       2         0         0        20                 0     1 (50.0 %)  24000 KRW  2400 KRW

            id  visitors            devices             languages   pages      shop's hours
             7  new 1, returning 1  desktop 1, phone 1  en 1, ko 1  product 2          7h 2

            id           visits to open, as below
             7  0202020202020202 0101010101010101

            why it was, or was not
            nunchi why --site demo --pack trial.json --alone --campaign 7 --session 0202020202020202

            what a replay cannot know
            Visitors did not see what would have been shown: how they would have reacted, and bought or left for it, is not known. Only a holdout tells.
            Offers that were not made then are taken to stay unanswered until the next view.
            A purchase counts as bought anyway when it came after the first firing, in the same visit.
            Visits that were really shown an offer then, of whichever campaign, are counted apart: what they bought is not bought anyway.
        "]],
    );
}

#[actix_web::test]
async fn a_campaign_in_shadow_is_told_of_as_if_it_had_been_shown() {
    let server = visits("").await;
    let shadow = trial(4).replace(r#""shadow": false"#, r#""shadow": true"#);
    let shadow = file(&server, "shadow.json", &shadow);
    let args = ["backtest", &shadow, "--site", "demo", "--last", "9999d", "--alone"];
    let told = run(&server, &[&args[..], &["--discount", "500USD"]].concat());
    let told = told.split_once("memory   0\n\n").unwrap().1.to_owned();
    check(
        &told,
        &expect![[r"
        id  campaign  fired  visits  held out  shadowed  after, s  saw a real offer  bought anyway      worth  cost
         7  Trial         0       2         0         2        20                 0     1 (50.0 %)  24000 KRW

        id  visitors            devices             languages   pages      shop's hours
         7  new 1, returning 1  desktop 1, phone 1  en 1, ko 1  product 2          7h 2

        id           visits to open, as below
         7  0202020202020202 0101010101010101

        why it was, or was not
        nunchi why --site demo --pack shadow.json --alone --campaign 7 --session 0202020202020202

        what a replay cannot know
        Visitors did not see what would have been shown: how they would have reacted, and bought or left for it, is not known. Only a holdout tells.
        Offers that were not made then are taken to stay unanswered until the next view.
        A purchase counts as bought anyway when it came after the first firing, in the same visit.
        Visits that were really shown an offer then, of whichever campaign, are counted apart: what they bought is not bought anyway.
        A campaign in shadow is counted where it would have been shown, and stands in no other's way: shown, it would take a turn from those that go after it.
        The discount is in USD: what it would have taken off purchases in KRW is not counted.
    "]],
    );
}

#[actix_web::test]
async fn who_was_really_shown_an_offer_did_not_buy_anyway() {
    let server = visits("").await;
    let shown = Answer { campaign: 1, reaction: Reaction::Shown };
    let items = [
        vec![began(8, BEGIN, vec![])],
        looks_at_tea_and_makes_for_the_exit(),
        vec![at(20_100, Body::Answered(shown)), at(60_000, bought("A-8", 9_000))],
    ];
    assert_eq!(server.send(&beacon(8, 0, 8, BEGIN + 90_000, items.concat())).await.line(), "204");
    let mut args = without_published(&server);
    args.extend(["--format".into(), "json".into()]);
    let told = run(&server, &args.iter().map(String::as_str).collect::<Vec<_>>());
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let row = &told["rows"][0];
    assert_eq!(
        (&row["sessions"], &row["with_offer"], &row["bought_anyway"]),
        (&3.into(), &1.into(), &1.into())
    );
    assert_eq!(row["revenue_anyway"][0]["minor"], 24_000);
}

#[actix_web::test]
async fn caps_hold_across_an_update_of_the_agent() {
    let server = visits("").await;
    let old_snapshot = vec![1, 0];
    // Two page loads of one visit, each resuming what another version saved.
    for (run, wall) in [(8, BEGIN), (9, BEGIN + 30_000)] {
        let began = vec![began(8, wall, old_snapshot.clone())];
        let items = [began, looks_at_tea_and_makes_for_the_exit()].concat();
        assert_eq!(server.send(&beacon(run, 0, 8, wall + 25_000, items)).await.line(), "204");
    }
    let mut args = without_published(&server);
    args.extend(["--format".into(), "json".into()]);
    let told = run(&server, &args.iter().map(String::as_str).collect::<Vec<_>>());
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["rows"][0]["fired"], &told["rows"][0]["sessions"]), (&3.into(), &3.into()));
    assert_eq!(told["over"]["forgetful"], 1, "only of the first there is nothing to go on from");
}

#[actix_web::test]
async fn a_diff_names_the_visits_that_change() {
    let server = visits("").await;
    let old = file(&server, "old.json", &trial(3));
    let new = file(&server, "new.json", &trial(5));
    let args = ["diff", &old, &new, "--site", "demo", "--last", "9999d"];
    check(
        &run(&server, &args),
        &expect![[r"
            replayed
            visits                                  4
            page loads                              4
            items                                  18
            page loads left out: beacons missing    1
            page loads begun without their memory   0
            visits decided differently              2

            id  campaign                      lost  gained
             1  Exit offer for the undecided     0       2
             7  Trial                            2       0

                       visit                         changes
            0101010101010101  -7@20.0s fired, +1@20.0s fired
            0202020202020202  -7@20.0s fired, +1@20.0s fired

            2 of 2 visits shown

               decided so            to see why
            -  only by the old pack  nunchi why --site demo --pack old.json --session 0101010101010101
            +  only by the new pack  nunchi why --site demo --pack new.json --session 0101010101010101
        "]],
    );
    let same = ["diff", &old, &old, "--site", "demo", "--last", "9999d", "--format", "json"];
    let same: serde_json::Value = serde_json::from_str(&works(server.data(), &same)).unwrap();
    assert_eq!(same["changed"], 0);
}

#[actix_web::test]
async fn why_tells_what_happened_what_was_decided_and_what_was_missing() {
    let server = visits(&trial(4)).await;
    let session = "01".repeat(8);
    let why = ["why", "--site", "demo", "--session", &session, "--campaign", "7"];
    check(
        &works(server.data(), &why),
        &expect![[r"
        seconds  page load  what happened
          0.000          0  began desktop ko returning personalise
          0.000          0  viewed product /p/tea
          0.010          0  stated product_seen tea
          4.000          0  product_dwell tea 4000ms
         20.000          0  exit_intent y=4 speed=900 eta=4ms
         20.000          0  decided 7/0 fired buy=12 [1, 4]
         30.000          1  began desktop ko returning personalise resumed
         30.000          1  viewed product /p/tea
         35.000          1  exit_intent y=4 speed=900 eta=4ms
         90.000          1  stated purchased A-1 1 24000

        seconds  campaign  standing  why
         20.000         7  fires     “Trial” is shown: exit intent: 1 in 5 s (needs 1) and seconds on this product 4 (needs at least 4).
    "]],
    );
    let at = [&why[..], &["--at", "10", "--language", "ko"]].concat();
    let told = works(server.data(), &at);
    check(
        told.split_once("\n\n").unwrap().1,
        &expect![[r"
        seconds  campaign  standing  why
         10.000         7  missed    ‘Trial’ 표시 안 됨: 5초 안에 이탈 조짐 0번 (1번 필요).
    "]],
    );
    // A second after the visitor made for the exit on the second page, and a quarter of a minute.
    let standing = |seconds: &str| {
        let told = works(server.data(), &[&why[..], &["--at", seconds]].concat());
        told.lines().last().unwrap().to_owned()
    };
    assert!(standing("20").contains("fires"), "{}", standing("20"));
    assert!(!standing("36").contains("exit intent"), "{}", standing("36"));
    assert!(standing("50.5").contains("exit intent: 0 in 5 s"), "{}", standing("50.5"));
    let elsewhere = ["why", "--site", "demo", "--session", &session, "--campaign", "9"];
    let message = fails(server.data(), &elsewhere);
    assert!(
        message.contains("campaign 9 is not in the pack")
            && message.contains("has 1, 2, 7; --pack")
    );
    let unknown = ["why", "--site", "demo", "--session", "ffff"];
    assert!(fails(server.data(), &unknown).contains("no visit ffff"));
}

#[actix_web::test]
async fn why_judges_a_visit_by_a_pack_that_its_pages_never_had() {
    let server = visits("").await;
    let file = file(&server, "trial.json", &trial(4));
    let session = "01".repeat(8);
    let why = ["why", "--site", "demo", "--session", &session, "--campaign", "7"];
    let message = fails(server.data(), &why);
    assert!(
        message.contains(
            "campaign 7 is not in the pack that judges this visit, which has 1, 2; --pack"
        )
    );
    let by = [&why[..], &["--pack", &file, "--alone"]].concat();
    check(
        &works(server.data(), &by),
        &expect![[r"
        seconds  page load  what happened
          0.000          0  began desktop ko returning personalise
          0.000          0  remembered visits=0 bought=never [] []
          0.000          0  viewed product /p/tea
          0.010          0  stated product_seen tea
          4.000          0  product_dwell tea 4000ms
         20.000          0  exit_intent y=4 speed=900 eta=4ms
         20.000          0  decided 7/0 fired buy=12 [1, 4]
         20.000          0  answered 7 shown
         30.000          1  began desktop ko returning personalise resumed
         30.000          1  remembered visits=0 bought=never [] []
         30.000          1  viewed product /p/tea
         35.000          1  exit_intent y=4 speed=900 eta=4ms
         90.000          1  stated purchased A-1 1 24000

        seconds  campaign  standing  why
         20.000         7  fires     “Trial” is shown: exit intent: 1 in 5 s (needs 1) and seconds on this product 4 (needs at least 4).
    "]],
    );
    let published = [&why[..5], &["--pack", "published", "--campaign", "1"]].concat();
    assert!(works(server.data(), &published).contains("“Exit offer for the undecided”"));
    publish_in(&server, &trial(3));
    let later = [&why[..], &["--pack", "v2"]].concat();
    assert!(works(server.data(), &later).contains("“Trial” is shown"));
}

#[actix_web::test]
async fn parity_is_whole_until_a_page_decides_differently() {
    let server = visits(&trial(4)).await;
    assert_eq!(server.services.compare_verdicts().await.unwrap(), 0, "nobody is silent yet");
    server.clock.set(Millis(NOW + 2 * MINUTE));
    assert_eq!(server.services.compare_verdicts().await.unwrap(), 5);
    assert_eq!(server.services.compare_verdicts().await.unwrap(), 0, "once each");
    let parity = ["stats", "parity", "--site", "demo", "--last", "9999d"];
    let json = [&parity[..], &["--format", "json"]].concat();
    let rate = |json: &str| {
        serde_json::from_str::<serde_json::Value>(json).unwrap()["equal_permille"].clone()
    };
    assert_eq!(rate(&works(server.data(), &json)), 1_000);
    let none = ["stats", "parity", "--site", "demo", "--last", "1m", "--format", "json"];
    assert!(rate(&works(server.data(), &none)).is_null(), "nothing was compared");
    check(
        &works(server.data(), &parity),
        &expect![[r"
        parity
        page loads replayed                     4
        not replayable                          1
        of another version, not compared        0
        verdicts                                2
        equal on both sides                     2
        parity                            100.0 %
    "]],
    );

    // A page of which the evidence does not follow from what it reported.
    let pack = server.services.store.sites().unwrap().remove(0).pack;
    let items = [
        vec![with_pack(began(9, BEGIN, vec![]), pack.version)],
        looks_at_tea_and_makes_for_the_exit(),
    ];
    let (mut items, _) = judged(&pack, items.concat());
    for item in &mut items {
        if let Body::Decided(verdict) = &mut item.body {
            verdict.evidence[0] += 1;
        }
    }
    let mut planted = beacon(9, 0, 9, BEGIN + 90_000, items);
    planted.header.agent = agent();
    assert_eq!(server.send(&planted).await.line(), "204");
    server.clock.set(Millis(NOW + 4 * MINUTE));
    assert_eq!(server.services.compare_verdicts().await.unwrap(), 1);
    check(
        &works(server.data(), &parity),
        &expect![[r"
        parity
        page loads replayed                    5
        not replayable                         1
        of another version, not compared       0
        verdicts                               4
        equal on both sides                    2
        parity                            50.0 %

                   visit  differing                                       first difference
        0909090909090909          2  20.000 s: only the collector: campaign 7 fired [1, 4]
    "]],
    );
}

#[actix_web::test]
async fn what_another_version_decided_is_no_difference() {
    let server = visits(&trial(4)).await;
    let pack = server.services.store.sites().unwrap().remove(0).pack;
    // Two page loads whose verdicts nobody would make again.
    let made = |run, resumed: Vec<u8>, agent| {
        let items = [
            vec![with_pack(began(9, BEGIN, resumed), pack.version)],
            looks_at_tea_and_makes_for_the_exit(),
            vec![at(21_000, verdict(7, VerdictOutcome::Fired))],
        ];
        let mut beacon = beacon(run, 0, run, BEGIN + 90_000, items.concat());
        beacon.header.agent = agent;
        beacon
    };
    let of_a_later_agent = made(9, vec![], agent() + 1);
    let of_an_old_snapshot = made(10, vec![1, 0], agent());
    for beacon in [of_a_later_agent, of_an_old_snapshot] {
        assert_eq!(server.send(&beacon).await.line(), "204");
    }
    server.clock.set(Millis(NOW + 2 * MINUTE));
    assert_eq!(server.services.compare_verdicts().await.unwrap(), 7);
    check(
        &works(server.data(), &["stats", "parity", "--site", "demo", "--last", "9999d"]),
        &expect![[r"
        parity
        page loads replayed                     4
        not replayable                          1
        of another version, not compared        2
        verdicts                                2
        equal on both sides                     2
        parity                            100.0 %
    "]],
    );
}

fn check(text: &str, expected: &Expect) {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    expected.assert_eq(&format!("{}\n", lines.join("\n")));
}

#[actix_web::test]
async fn lint_knows_the_shop_as_well() {
    let server = visits("").await;
    let text = trial(4).replace(
        r#"{"count""#,
        r#"{"path": ["/p/*", "/prodcts/*"]}, {"page": ["cart", "product"]}, {"count""#,
    );
    let wide = file(&server, "wide.json", &text);
    let lint = ["campaign", "lint", &wide, "--site", "demo", "--last", "9999d"];
    check(
        &works(server.data(), &lint),
        &expect![[r"
            campaign  finding                what
                   7  warning: unknown_page  no page that was viewed matches `/prodcts/*`
                   7  warning: unknown_page  no page of the sort `cart` was viewed

            campaign  bytes  conditions
                   1    344           5
                   2    295           6
                   7     70           4
        "]],
    );
    let never = trial(4).replace(r#""min": 4"#, r#""min": 4, "max": 3"#);
    let never = file(&server, "never.json", &never);
    let message = fails(server.data(), &["campaign", "lint", &never]);
    assert!(message.contains("1 of the findings must be mended"), "{message}");
    let schema: serde_json::Value =
        serde_json::from_str(&works(server.data(), &["campaign", "schema"])).unwrap();
    assert_eq!(schema["title"], "Nunchi campaign");
}

#[actix_web::test]
async fn what_can_never_fire_is_published_by_force_only() {
    let server = visits("").await;
    let never = trial(4).replace(r#""min": 4"#, r#""min": 4, "max": 3"#);
    let never = file(&server, "never.json", &never);
    let message = fails(server.data(), &["site", "publish", "demo", &never]);
    assert!(message.contains("error: never_fires"), "{message}");
    assert!(
        message.contains("1 of the findings must be mended, or publish by --force"),
        "{message}"
    );
    let told = works(server.data(), &["site", "publish", "demo", &never, "--force"]);
    assert!(told.contains("is published"), "{told}");
}

#[actix_web::test]
async fn products_goals_languages_and_sources_that_nobody_had_are_found() {
    let server = visits("").await;
    let source = "news.naver.com source=letter";
    let remembered = Remembered { visits: 1, source: source.into(), ..Remembered::default() };
    let items = vec![began(8, BEGIN, vec![]), at(0, Body::Remembered(remembered))];
    assert_eq!(server.send(&beacon(8, 0, 8, BEGIN + 90_000, items)).await.line(), "204");
    let text = trial(4).replace(
        r#"{"count""#,
        r#"{"cart_has": {"product": ["tea*", "coffe"], "category": ["shoes"]}},
        {"goal": {"name": "newslettr"}}, {"language": ["en", "fr"]},
        {"source": ["*.naver.com", "source=lettre", "source=letter", "direct"]}, {"count""#,
    );
    let unknown = file(&server, "unknown.json", &text);
    let lint = |last: &str, expected: &Expect| {
        let of = ["campaign", "lint", &unknown, "--site", "demo", "--last", last];
        let told = works(server.data(), &of);
        let findings = told.lines().map(str::trim).filter(|line| line.contains(": "));
        check(&findings.collect::<Vec<_>>().join("\n"), expected);
    };
    lint(
        "9999d",
        &expect![[r"
            7  warning: unknown_goal      nobody reached the goal `newslettr`
            7  warning: unknown_language  no visit was in the language `fr`
            7  warning: unknown_product   no product that was seen matches `coffe`
            7  warning: unknown_product   no product that was seen has a category like `shoes`
            7  warning: unknown_source    no visit came from `source=lettre`
            7  warning: unknown_source    no visit came from `direct`
        "]],
    );
    lint(
        "1m",
        &expect![[r"
            0  hint: no_views  no view is stored: pages, links, products, goals, languages and sources are unchecked
        "]],
    );
}
