//! Data folders of earlier versions are opened, answer as they did, and know what they have.
//!
//! `old/version-N.sql` is what that version's tables held after the day of `answers.rs`: released data, never edited.

use beacon::item::PageKind;
use expect_test::expect;
use serde_json::Value;

use crate::support::{Http, MINUTE, NOW, Server, at, beacon, began, bought, start_over, viewed};
use collector::store::Store;

const VERSIONS: [(u32, &str); 3] = [
    (1, include_str!("old/version-1.sql")),
    (2, include_str!("old/version-2.sql")),
    (3, include_str!("old/version-3.sql")),
];

async fn reopened(script: &str) -> Server<impl Http> {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("nunchi.sqlite")).unwrap();
    db.execute_batch(script).unwrap();
    drop(db);
    start_over(Store::open(folder.path()).unwrap(), folder).await
}

async fn ask<S: Http>(server: &Server<S>, question: &str) -> Value {
    let (from, to) = (NOW - 60 * MINUTE, NOW);
    server.ask(&format!("/api/stats/{question}?site=demo&from={from}&to={to}")).await
}

#[actix_web::test]
async fn folders_of_every_earlier_version_answer_as_they_did() {
    let expected = expect![[r#"
        carts 3, checkouts 2, purchases 2, sessions 5, views 7, visitors 4, dwell_ms_median 9000
        revenue [{"currency":"KRW","minor":36000}]
        funnel 5 3 3 2 2
        id 1, fired 2, held_out 2, shown 2, accepted 1, dismissed 1
        treated visitors 2, converted 1
        holdout visitors 2, converted 1
    "#]];
    for (_, script) in VERSIONS {
        expected.assert_eq(&told(&reopened(script).await).await);
    }
}

async fn told<S: Http>(server: &Server<S>) -> String {
    let overview = ask(server, "overview").await;
    let funnel = ask(server, "funnel").await;
    let campaign = ask(server, "campaigns").await["rows"][0].clone();
    let figures = |of: &Value, names: &[&str]| {
        names.iter().map(|name| format!("{name} {}", of[name])).collect::<Vec<_>>().join(", ")
    };
    let steps = funnel["steps"].as_array().unwrap().iter();
    let steps: Vec<String> = steps.map(|step| step["sessions"].to_string()).collect();
    let (steps, revenue) = (steps.join(" "), &overview["revenue"]);
    let counted =
        ["carts", "checkouts", "purchases", "sessions", "views", "visitors", "dwell_ms_median"];
    let done = ["id", "fired", "held_out", "shown", "accepted", "dismissed"];
    let arms = ["visitors", "converted"];
    format!(
        "{}\nrevenue {revenue}\nfunnel {steps}\n{}\ntreated {}\nholdout {}\n",
        figures(&overview, &counted),
        figures(&campaign, &done),
        figures(&campaign["treated"], &arms),
        figures(&campaign["holdout"], &arms),
    )
}

#[actix_web::test]
async fn folders_of_every_earlier_version_know_what_they_have() {
    for (version, script) in VERSIONS {
        let server = reopened(script).await;
        assert_eq!(server.services.store.ledger().unwrap().len(), 9, "version {version}");
        let begin = NOW - 60 * MINUTE;
        // A copy of a beacon that was stored then, and its key with other bytes.
        let items = vec![at(0, began(begin)), at(0, viewed("/", PageKind::Home))];
        let again = beacon(9, 0, 0, begin + 1_000, items);
        // 200 where the pack was renewed: it says so.
        assert!(server.send(&again).await.status < 300, "version {version}");
        let other = beacon(9, 0, 0, begin + 1_000, vec![at(0, viewed("/b", PageKind::Home))]);
        assert_eq!(server.send(&other).await.line(), "409 conflict", "version {version}");
        // An order that was counted then, reported by a page load of today.
        let order = vec![at(0, began(NOW - 10 * MINUTE)), at(5, bought("A-2", 12_000))];
        assert!(server.send(&beacon(40, 0, 2, NOW - 10 * MINUTE, order)).await.status < 300);
        let health = server.services.counters.health("demo");
        assert_eq!((health.stored, health.duplicate), (1, 1), "version {version}");
        assert_eq!(server.services.store.ledger().unwrap().len(), 10, "version {version}");
        assert_eq!(ask(&server, "overview").await["purchases"], 2, "version {version}");
    }
}
