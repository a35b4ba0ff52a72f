//! Ids of requests.

use actix_web::test::TestRequest;

use crate::support::{NOW, at, beacon, start, viewed};

#[actix_web::test]
async fn each_answer_has_an_id_of_its_own_or_the_one_that_was_brought() {
    let server = start().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/healthz", "/nothing", "/api/sites", "/v1/b", "/n.js"] {
        let answer = server.call(TestRequest::get().uri(path)).await;
        assert!(seen.insert(answer.header("x-request-id").to_owned()), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let request = TestRequest::get().uri(path).insert_header(("X-Request-Id", "proxy-17"));
        assert_eq!(server.call(request).await.header("x-request-id"), "proxy-17", "{path}");
    }
    assert!(!seen.contains(""));
    let answer = server
        .send(&beacon(1, 0, 1, NOW, vec![at(0, viewed("/", beacon::item::PageKind::Home))]))
        .await;
    assert_eq!((answer.line().as_str(), answer.header("x-request-id").is_empty()), ("204", false));
}

#[actix_web::test]
async fn what_is_not_fit_for_a_log_is_replaced() {
    let server = start().await;
    for forged in ["a b", "x\ty", &"a".repeat(65), "\u{1b}[31m", "\u{e9}"] {
        let Ok(value) = actix_web::http::header::HeaderValue::from_bytes(forged.as_bytes()) else {
            continue;
        };
        let request = TestRequest::get().uri("/healthz").insert_header(("X-Request-Id", value));
        let answer = server.call(request).await;
        let id = answer.header("x-request-id");
        assert!(!id.is_empty() && id != forged, "{forged:?}");
    }
}
