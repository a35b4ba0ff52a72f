//! Files and packs: right types, caches, and headers for pages of other origins.

use std::path::Path;

use actix_web::http::Method;
use actix_web::test::TestRequest;

use crate::support::{Http, Server, start};

/// A small `target/www`.
pub(crate) fn make_www(folder: &Path) {
    for (name, text) in [
        ("n.js", "loader"),
        ("n.js.br", "loader, brotli"),
        ("n.js.gz", "loader, gzip"),
        ("a/agent-0123456789abcdef.wasm", "agent"),
        ("console/index.html", "<!doctype html>"),
        ("console/preview.html", "preview"),
        ("console/console-0123456789abcdef.js", "console"),
    ] {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

async fn get<S: Http>(server: &Server<S>, path: &str, accept: &str) -> crate::support::Answered {
    let request = TestRequest::get().uri(path).insert_header(("Accept-Encoding", accept));
    server.call(request).await
}

#[actix_web::test]
async fn the_smallest_form_the_browser_takes_goes_out() {
    let server = start().await;
    for (accept, coding, body) in [
        ("gzip, deflate, br, zstd", "br", "loader, brotli"),
        ("gzip", "gzip", "loader, gzip"),
        ("br;q=0, gzip", "gzip", "loader, gzip"),
        ("identity", "", "loader"),
    ] {
        let answer = get(&server, "/n.js", accept).await;
        assert_eq!(answer.header("content-encoding"), coding, "{accept}");
        assert_eq!(answer.body, body.as_bytes());
        assert_eq!(answer.header("vary"), "Accept-Encoding");
    }
}

#[actix_web::test]
async fn what_pages_load_may_be_loaded_by_any_page() {
    let server = start().await;
    for (path, media_type, cache) in [
        ("/n.js", "text/javascript; charset=utf-8", "max-age=300"),
        ("/a/agent-0123456789abcdef.wasm", "application/wasm", "immutable"),
    ] {
        let answer = get(&server, path, "").await;
        assert_eq!(answer.header("content-type"), media_type);
        assert!(answer.header("cache-control").contains(cache), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[actix_web::test]
async fn a_file_that_did_not_change_is_not_sent_again() {
    let server = start().await;
    for path in ["/n.js", "/v1/pack/demo", "/console/"] {
        let first = get(&server, path, "").await;
        let etag = first.header("etag").to_owned();
        assert!(!etag.is_empty(), "{path}");
        let request = TestRequest::get().uri(path).insert_header(("If-None-Match", etag.clone()));
        let again = server.call(request).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), etag);
        let request = TestRequest::get().uri(path).insert_header(("If-None-Match", "\"other\""));
        assert_eq!(server.call(request).await.status, 200, "{path}");
    }
}

#[actix_web::test]
async fn the_console_gets_its_page_for_each_of_its_routes_and_a_strict_policy() {
    let server = start().await;
    for path in ["/console/", "/console/overview", "/console/visitors/12"] {
        let answer = get(&server, path, "").await;
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, &b"<!doctype html>"[..]),
            "{path}"
        );
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
        assert!(!policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    assert_eq!(get(&server, "/console/missing.js", "").await.line(), "404 not_found");
    assert_eq!(get(&server, "/console/..%2f..%2ftoken", "").await.body, b"<!doctype html>");
    assert_eq!(get(&server, "/a/..%2f..%2fnunchi.sqlite", "").await.line(), "404 not_found");
}

#[actix_web::test]
async fn only_the_console_frames_the_preview_and_the_preview_has_no_origin() {
    let server = start().await;
    let preview = get(&server, "/console/preview.html", "").await;
    let policy = preview.header("content-security-policy");
    for part in ["frame-ancestors 'self'", "sandbox allow-scripts;", "form-action 'none'"] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("allow-same-origin"), "{policy}");
    let console = get(&server, "/console/", "").await;
    assert!(console.header("content-security-policy").contains("frame-src 'self';"));
}

#[actix_web::test]
async fn a_pack_is_what_an_agent_can_read() {
    let server = start().await;
    let answer = get(&server, "/v1/pack/demo", "").await;
    let pack = engine::pack::Pack::decode(&answer.body).unwrap();
    assert_eq!((pack.version, pack.campaigns.len()), (1, 2));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(get(&server, "/v1/pack/strange", "").await.line(), "404 unknown_site");
    assert_eq!(get(&server, "/v1/pack/%00", "").await.line(), "404 unknown_site");
}

#[actix_web::test]
async fn what_is_not_there_says_so_in_json() {
    let server = start().await;
    assert_eq!(get(&server, "/nothing", "").await.line(), "404 not_found");
    let put = server.call(TestRequest::put().uri("/v1/b")).await;
    assert_eq!(put.line(), "405 wrong_method");
    let post = TestRequest::post().uri("/api/session").set_payload("{");
    let post = post.insert_header(("Content-Type", "application/json"));
    assert_eq!(server.call(post).await.line(), "400 malformed");
    let query = TestRequest::get().uri("/api/stats/overview");
    let query = query.insert_header(("Authorization", format!("Bearer {}", crate::support::TOKEN)));
    assert_eq!(server.call(query).await.line(), "400 malformed");
}

#[actix_web::test]
async fn who_only_looks_is_answered_with_the_head() {
    let server = start().await;
    for path in ["/n.js", "/a/agent-0123456789abcdef.wasm", "/healthz", "/v1/pack/demo"] {
        let answer = server.call(TestRequest::default().method(Method::HEAD).uri(path)).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let answer = server.call(TestRequest::default().method(Method::HEAD).uri("/v1/b")).await;
    assert_eq!(answer.line(), "405 wrong_method");
}
