//! `POST /api/ask`: what is answered, what is refused.

use actix_web::test::TestRequest;
use beacon::Body;
use beacon::item::{PageKind, Signal};
use serde_json::{Value, json};

use crate::support::{
    Answered, DAY, Http, MINUTE, NOW, Server, TOKEN, at, beacon, began, bought, start, viewed,
};

/// Twelve visitors view tea; the first of them also views the jar, and buys.
async fn shop() -> Server<impl Http> {
    let server = start().await;
    for visitor in 1..=12 {
        let mut items = vec![at(0, began(NOW)), at(0, viewed("/p/tea", PageKind::Product))];
        items.push(at(10, Body::Noticed(Signal::Dwell { ms: 10 })));
        if visitor == 1 {
            items.push(at(20, viewed("/p/jar", PageKind::Product)));
            items.push(at(30, bought("A-1", 12_000)));
        }
        let sent = beacon(visitor, 0, visitor, NOW - MINUTE, items);
        assert_eq!(server.send(&sent).await.line(), "204");
    }
    server.clock.set(beacon::Millis(NOW + 1));
    server
}

async fn ask<S: Http>(server: &Server<S>, ask: &Value) -> Answered {
    let request = TestRequest::post().uri("/api/ask").set_json(ask);
    server.call(request.insert_header(("Authorization", format!("Bearer {TOKEN}")))).await
}

#[actix_web::test]
async fn an_answer_says_what_it_is_about() {
    let server = shop().await;
    let question =
        json!({ "name": "funnel", "steps": ["page:product", "path:/p/jar", "purchase"] });
    let scope = json!({ "site": "demo", "compare": true, "filter": { "device": "desktop" } });
    let answer = ask(&server, &json!({ "scope": scope, "question": question })).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let steps = |counts: [u64; 3]| {
        let names = ["page:product", "path:/p/jar", "purchase"];
        let step = |(name, sessions)| json!({ "name": name, "sessions": sessions });
        json!({ "name": "funnel", "steps": names.into_iter().zip(counts).map(step).collect::<Vec<_>>() })
    };
    // The end of the quarter of an hour that NOW lies in.
    let to = 1_763_800_200_000;
    let expected = json!({
        "site": "demo", "from": to - DAY, "to": to, "zone": "UTC", "fold_below": 0,
        "answer": steps([12, 1, 1]),
        "before": { "from": to - 2 * DAY, "answer": steps([0, 0, 0]) },
    });
    assert_eq!(answer.json(), expected);
}

#[actix_web::test]
async fn the_server_folds_rows_of_few_people_once_it_is_told() {
    let server = shop().await;
    let pages = json!({ "scope": { "site": "demo" }, "question": { "name": "pages" } });
    let rows = |answer: &Value| answer["rows"].as_array().unwrap().len();
    assert_eq!(rows(&ask(&server, &pages).await.json()["answer"]), 2);
    server.services.fold_below.set(10);
    // The jar's only visitor would be told by a sum: tea goes with it.
    let answer = ask(&server, &pages).await.json();
    assert_eq!((rows(&answer["answer"]), &answer["fold_below"]), (0, &json!(10)));
    assert_eq!(answer["answer"]["other"]["views"], 13);
    assert_eq!(rows(&server.ask("/api/stats/pages?site=demo").await), 0, "on the older route, too");
}

#[actix_web::test]
async fn the_older_route_names_parameters_that_it_does_not_have() {
    let server = start().await;
    let request =
        TestRequest::get().uri("/api/stats/overview?site=demo&zone=UTC&to=5&filter=a%3Db");
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    let answer = server.call(request).await;
    assert_eq!(answer.line(), "400 malformed");
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("found `zone`, `filter`"), "{message}");
}

#[actix_web::test]
async fn what_cannot_be_answered_is_refused_in_words() {
    let server = start().await;
    let check = async |scope: Value, question: Value, line: &str, word: &str| {
        let mut whole = json!({ "site": "demo" });
        whole.as_object_mut().unwrap().extend(scope.as_object().unwrap().clone());
        let answer = ask(&server, &json!({ "scope": whole, "question": question })).await;
        assert_eq!(answer.line(), line, "{whole} {question}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(word), "{word} should stand in: {message}");
    };
    let pages = || json!({ "name": "pages" });
    check(json!({ "site": "none" }), pages(), "404 unknown_site", "none").await;
    check(json!({ "from": 5, "to": 5 }), pages(), "422 bad_span", "before").await;
    check(json!({ "to": u64::MAX }), pages(), "422 bad_span", "9999").await;
    check(json!({ "zone": "Asia/Soul" }), pages(), "422 bad_zone", "Asia/Seoul").await;
    check(json!({ "filter": { "device": "watch" } }), pages(), "422 bad_filter", "phone").await;
    let filter = json!({ "filter": { "page": "cart" } });
    check(filter, json!({ "name": "losses" }), "422 bad_filter", "losses").await;
    let compare = json!({ "compare": true });
    check(compare, json!({ "name": "live" }), "422 bad_comparison", "now").await;
    let thirteen = json!({ "name": "funnel", "steps": vec!["view"; 13] });
    check(json!({}), thirteen, "422 bad_steps", "13").await;
    let signal = json!({ "name": "funnel", "steps": ["signal:added"] });
    check(json!({}), signal, "422 bad_steps", "exit_intent").await;
    for depth in [0, 9] {
        let journeys = json!({ "name": "journeys", "depth": depth });
        check(json!({}), journeys, "422 bad_depth", "1 to 8").await;
    }
    let hours = json!({ "name": "series", "unit": "hour" });
    check(json!({ "from": 0, "to": NOW }), hours, "422 bad_unit", "9000").await;
}

#[actix_web::test]
async fn what_is_not_known_is_not_passed_over() {
    let server = start().await;
    for wrong in [
        json!({ "scope": { "site": "demo" }, "question": { "name": "weather" } }),
        json!({ "scope": { "site": "demo" }, "question": { "name": "pages", "depth": 3 } }),
        json!({ "scope": { "site": "demo" }, "question": { "name": "funnel", "steps": ["views"] } }),
        json!({ "scope": { "site": "demo", "form": 1 }, "question": { "name": "pages" } }),
        json!({ "scope": { "site": "demo", "filter": { "color": "red" } }, "question": { "name": "pages" } }),
        json!({ "scope": { "site": "demo" }, "question": { "name": "pages" }, "limit": 5 }),
        json!({ "question": { "name": "pages" } }),
        json!([]),
    ] {
        assert_eq!(ask(&server, &wrong).await.line(), "400 malformed", "{wrong}");
    }
    let request = TestRequest::post().uri("/api/ask").set_json(json!({}));
    assert_eq!(server.call(request).await.line(), "401 not_logged_in");
}
