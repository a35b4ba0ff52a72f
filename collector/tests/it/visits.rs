//! `GET /api/visit` and `GET /api/visits`: one visit told, and visits found.

use actix_web::test::TestRequest;
use beacon::item::{Fact, PageKind, Reaction, Signal, VerdictOutcome};
use beacon::{Body, Money};
use serde_json::{Value, json};

use crate::support::{
    Answered, Http, MINUTE, NOW, Server, TOKEN, added, answered, at, beacon, began, bought, seen,
    start, verdict, viewed, won,
};

async fn get<S: Http>(server: &Server<S>, path: &str) -> Answered {
    let request = TestRequest::get().uri(path);
    server.call(request.insert_header(("Authorization", format!("Bearer {TOKEN}")))).await
}

/// Three visits: one buys, one leaves a cart behind, one only looks.
async fn shop() -> Server<impl Http> {
    let server = start().await;
    let stands = |items, value: Money| Body::Stated(Fact::CartStands { items, value });
    let buys = vec![
        at(0, began(NOW - MINUTE)),
        at(0, viewed("/p/tea", PageKind::Product)),
        at(5, seen("tea")),
        at(2_000, added("tea", 2)),
        at(2_000, stands(2, won(24_000))),
        at(9_000, Body::Noticed(Signal::CartHesitation { level: 2, causes: 0b1_0010 })),
        at(9_500, verdict(1, VerdictOutcome::Fired)),
        at(9_600, answered(1, Reaction::Shown)),
        at(20_000, bought("A-1", 24_000)),
    ];
    let leaves = vec![
        at(0, began(NOW - MINUTE)),
        at(0, viewed("/p/jar", PageKind::Product)),
        at(5, seen("jar")),
        at(1_000, added("jar", 3)),
        at(1_500, Body::Noticed(Signal::Dwell { ms: 1_500 })),
    ];
    let looks = vec![at(0, began(NOW - MINUTE)), at(0, viewed("/", PageKind::Home))];
    for (visitor, items) in [(1, buys), (2, leaves), (3, looks)] {
        let sent = beacon(visitor, 0, visitor, NOW - MINUTE, items);
        assert_eq!(server.send(&sent).await.line(), "204");
    }
    server.clock.set(beacon::Millis(NOW + 1));
    server
}

async fn found<S: Http>(server: &Server<S>, filter: &str) -> Vec<Value> {
    let answer = get(server, &format!("/api/visits?site=demo{filter}")).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let mut rows = answer.json()["rows"].as_array().unwrap().clone();
    assert_eq!(answer.json()["total"], json!(rows.len()));
    rows.sort_by_key(|row| row["id"].to_string());
    rows
}

#[actix_web::test]
async fn a_visit_is_found_by_what_came_of_it_and_by_what_it_saw() {
    let server = shop().await;
    let paths = async |filter: &str| {
        let rows = found(&server, filter).await;
        rows.iter().map(|row| row["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(paths("").await, ["/p/tea", "/p/jar", "/"]);
    assert_eq!(paths("&what=bought").await, ["/p/tea"]);
    assert_eq!(paths("&what=cart").await, ["/p/jar"]);
    assert_eq!(paths("&what=hesitated&kind=new").await, ["/p/tea"]);
    assert_eq!(paths("&what=offered&device=phone").await, [""; 0]);
    assert_eq!(paths("&text=JAR").await, ["/p/jar"]);
    let id = found(&server, "&what=cart").await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(paths(&format!("&text=%23{}", &id[..8])).await, ["/p/jar"]);
    let row = &found(&server, "&what=cart").await[0];
    assert_eq!(
        (&row["cart_items"], &row["purchases"], &row["views"]),
        (&json!(3), &json!(0), &json!(1))
    );
    let row = &found(&server, "&what=bought").await[0];
    assert_eq!(row["revenue"], json!([{ "minor": 24_000, "currency": "KRW" }]));
    assert_eq!(
        (&row["cart_items"], &row["hesitation"], &row["shown"]),
        (&json!(0), &json!(2), &json!(1))
    );
}

#[actix_web::test]
async fn a_visit_is_told_with_its_cart_its_chances_and_why_campaigns_stood_so() {
    let server = shop().await;
    let id = found(&server, "&what=cart").await[0]["id"].as_str().unwrap().to_owned();
    for _ in ["in the journal", "sealed"] {
        let visit = get(&server, &format!("/api/visit?site=demo&visit={id}")).await.json();
        assert_eq!(visit["id"], json!(id));
        let steps = visit["steps"].as_array().unwrap();
        let kinds: Vec<&str> = steps.iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["began", "viewed", "product_seen", "added", "dwell"]);
        assert_eq!((&steps[1]["path"], &steps[4]["number"]), (&json!("/p/jar"), &json!(1_500)));
        assert_eq!(
            (&visit["cart"][0]["product"], &visit["cart_items"]),
            (&json!("jar"), &json!(3))
        );
        let recorded = visit["recorded"].as_str().unwrap();
        assert!(recorded.contains("0ms viewed product /p/jar\n"), "{recorded}");
        server.seal();
    }
}

#[actix_web::test]
async fn what_is_not_stored_and_what_cannot_be_looked_for_is_refused() {
    let server = shop().await;
    let line = async |path: &str| get(&server, path).await.line();
    assert_eq!(line("/api/visit?site=demo&visit=00ff").await, "404 unknown_visit");
    assert_eq!(line("/api/visit?site=demo&visit=xyz").await, "404 unknown_visit");
    assert_eq!(line("/api/visit?site=none&visit=00").await, "404 unknown_site");
    assert_eq!(line("/api/visits?site=demo&from=9&to=8").await, "422 bad_span");
    assert_eq!(line("/api/visits?site=demo&what=sold").await, "422 bad_filter");
}
