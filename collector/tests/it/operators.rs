//! Who may ask, and who may not.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{Answered, Http, Server, TOKEN, start};

const CLOSED: [&str; 5] = [
    "/api/sites",
    "/api/stats/overview?site=demo",
    "/api/stats/campaigns?site=demo",
    "/api/live?site=demo",
    "/api/live/events?site=demo",
];

async fn log_in<S: Http>(server: &Server<S>, token: &str, origin: &str) -> Answered {
    let request = TestRequest::post().uri("/api/session").set_json(json!({ "token": token }));
    let request = request.insert_header(("Host", "127.0.0.1:8080"));
    server.call(request.insert_header(("Origin", origin))).await
}

#[actix_web::test]
async fn every_operators_route_is_closed_to_strangers() {
    let server = start().await;
    for path in CLOSED {
        let none = server.call(TestRequest::get().uri(path)).await;
        assert_eq!(none.line(), "401 not_logged_in", "{path}");
        let wrong = TestRequest::get().uri(path).insert_header(("Authorization", "Bearer no"));
        assert_eq!(server.call(wrong).await.line(), "401 not_logged_in", "{path}");
        let forged = TestRequest::get().uri(path).insert_header(("Cookie", "nunchi_session=x"));
        assert_eq!(server.call(forged).await.line(), "401 not_logged_in", "{path}");
    }
}

#[actix_web::test]
async fn the_token_is_traded_for_a_cookie_that_opens_until_it_is_given_back() {
    let server = start().await;
    let answer = log_in(&server, TOKEN, "http://127.0.0.1:8080").await;
    assert_eq!(answer.line(), "204");
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let sites = || TestRequest::get().uri("/api/sites").insert_header(("Cookie", cookie.clone()));
    let list = server.call(sites()).await.json();
    assert_eq!((&list[0]["key"], &list[0]["pack"]), (&"demo".into(), &1.into()));
    let leave = TestRequest::delete().uri("/api/session").insert_header(("Cookie", cookie.clone()));
    let leave = leave.insert_header(("Origin", "http://127.0.0.1:8080"));
    assert_eq!(server.call(leave).await.line(), "204");
    assert_eq!(server.call(sites()).await.line(), "401 not_logged_in");
}

#[actix_web::test]
async fn a_cookie_counts_only_for_our_own_page() {
    let server = start().await;
    let answer = log_in(&server, TOKEN, "http://127.0.0.1:8080").await;
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    for (name, value, expected) in [
        ("Sec-Fetch-Site", "same-origin", "200"),
        ("Sec-Fetch-Site", "same-site", "401 not_logged_in"),
        ("Sec-Fetch-Site", "cross-site", "401 not_logged_in"),
        ("Origin", "http://127.0.0.1:8080", "200"),
        ("Origin", "http://127.0.0.1:8090", "401 not_logged_in"),
        ("Origin", "null", "401 not_logged_in"),
    ] {
        let request = TestRequest::get().uri("/api/sites").insert_header((name, value));
        let request = request.insert_header(("Host", "127.0.0.1:8080"));
        let answer = server.call(request.insert_header(("Cookie", cookie.clone()))).await;
        assert_eq!(answer.line(), expected, "{name}: {value}");
    }
}

#[actix_web::test]
async fn a_foreign_page_cannot_log_in_and_guessing_is_slowed_down() {
    let server = start().await;
    let own = "http://127.0.0.1:8080";
    assert_eq!(log_in(&server, TOKEN, "http://evil.example").await.line(), "403 wrong_origin");
    for _ in 0..10 {
        assert_eq!(log_in(&server, "guess", own).await.line(), "401 wrong_token");
    }
    assert_eq!(log_in(&server, TOKEN, own).await.line(), "429 throttled");
    server.clock.set(beacon::Millis(crate::support::NOW + 60_000));
    assert_eq!(log_in(&server, TOKEN, own).await.line(), "204");
}
