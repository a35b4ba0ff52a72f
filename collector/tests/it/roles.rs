//! Who may do what: every route that is mounted, asked by everybody.

use std::collections::BTreeMap;

use actix_web::App;
use actix_web::body::to_bytes;
use actix_web::http::Method;
use actix_web::test::{TestRequest, init_service};
use collector::routes::mount;
use nunchi_api::people::Role;
use serde_json::json;

use crate::support::{Http, Server, TOKEN, start};

/// Who may ask what. A route that is mounted and not here fails the test.
const RULES: &[(&str, Who)] = &[
    ("POST /v1/b", Who::Anybody),
    ("POST /v1/hit", Who::Anybody),
    ("GET /v1/pack/{site}", Who::Anybody),
    ("POST /v1/chat", Who::Anybody),
    ("POST /v1/chat/thread", Who::Anybody),
    ("POST /v1/chat/sign", Who::Anybody),
    ("GET /v1/chat/events", Who::Anybody),
    ("POST /v1/coupon", Who::Anybody),
    ("GET /v1/also/{site}", Who::Anybody),
    ("POST /v1/erase", Who::Anybody),
    ("GET /api/coupons", Who::Least(Role::Viewer)),
    ("POST /api/coupons/redeem", Who::Least(Role::Editor)),
    ("GET /n.js", Who::Anybody),
    ("GET /a/{file}", Who::Anybody),
    ("GET /", Who::Anybody),
    ("GET /site/{file}", Who::Anybody),
    ("GET /console", Who::Anybody),
    ("GET /console/{path:.*}", Who::Anybody),
    ("GET /healthz", Who::Anybody),
    ("GET /readyz", Who::Anybody),
    ("GET /api", Who::Anybody),
    ("GET /api/openapi.json", Who::Anybody),
    ("POST /api/session", Who::Anybody),
    ("POST /api/session/invite", Who::Anybody),
    ("GET /metrics", Who::Least(Role::Viewer)),
    ("GET /api/session", Who::Least(Role::Viewer)),
    ("DELETE /api/session", Who::Least(Role::Viewer)),
    ("POST /api/session/password", Who::Least(Role::Viewer)),
    ("POST /api/setup", Who::Least(Role::Owner)),
    ("GET /api/people", Who::Least(Role::Agent)),
    ("POST /api/people", Who::Least(Role::Owner)),
    ("POST /api/people/{id}", Who::Least(Role::Owner)),
    ("DELETE /api/people/{id}", Who::Least(Role::Owner)),
    ("POST /api/people/{id}/invite", Who::Least(Role::Owner)),
    ("GET /api/sessions", Who::Least(Role::Viewer)),
    ("DELETE /api/sessions/{id}", Who::Least(Role::Viewer)),
    ("GET /api/tokens", Who::Least(Role::Owner)),
    ("POST /api/tokens", Who::Least(Role::Owner)),
    ("DELETE /api/tokens/{id}", Who::Least(Role::Owner)),
    ("GET /api/audit", Who::Least(Role::Owner)),
    ("GET /api/sites", Who::Least(Role::Viewer)),
    ("POST /api/sites", Who::Least(Role::Owner)),
    ("POST /api/sites/{key}", Who::Least(Role::Owner)),
    ("GET /api/sites/{key}/install", Who::Least(Role::Viewer)),
    ("POST /api/sites/{key}/identity", Who::Least(Role::Owner)),
    ("GET /api/campaigns", Who::Least(Role::Viewer)),
    ("POST /api/campaigns/draft", Who::Least(Role::Editor)),
    ("DELETE /api/campaigns/draft", Who::Least(Role::Editor)),
    ("POST /api/campaigns/lint", Who::Least(Role::Viewer)),
    ("POST /api/campaigns/preview", Who::Least(Role::Viewer)),
    ("POST /api/campaigns/backtest", Who::Least(Role::Viewer)),
    ("DELETE /api/campaigns/backtest", Who::Least(Role::Viewer)),
    ("POST /api/campaigns/diff", Who::Least(Role::Viewer)),
    ("POST /api/campaigns/plan", Who::Least(Role::Editor)),
    ("POST /api/campaigns/publish", Who::Least(Role::Editor)),
    ("POST /api/campaigns/withdraw", Who::Least(Role::Editor)),
    ("POST /api/campaigns/revert", Who::Least(Role::Editor)),
    ("GET /api/campaigns/history", Who::Least(Role::Editor)),
    ("POST /api/ask", Who::Least(Role::Viewer)),
    ("GET /api/stats/{question}", Who::Least(Role::Viewer)),
    ("GET /api/visit", Who::Least(Role::Viewer)),
    ("DELETE /api/visit", Who::Least(Role::Owner)),
    ("GET /api/visits", Who::Least(Role::Viewer)),
    ("GET /api/live", Who::Least(Role::Viewer)),
    ("GET /api/live/events", Who::Least(Role::Viewer)),
    ("GET /api/knowledge", Who::Least(Role::Viewer)),
    ("POST /api/knowledge", Who::Least(Role::Editor)),
    ("DELETE /api/knowledge", Who::Least(Role::Editor)),
    ("POST /api/knowledge/import", Who::Least(Role::Editor)),
    ("GET /api/knowledge/gaps", Who::Least(Role::Viewer)),
    ("POST /api/knowledge/draft", Who::Least(Role::Agent)),
    ("GET /api/conversations", Who::Least(Role::Agent)),
    ("GET /api/conversations/events", Who::Least(Role::Agent)),
    ("POST /api/conversations/presence", Who::Least(Role::Agent)),
    ("POST /api/facts", Who::Least(Role::Editor)),
    ("GET /api/conversations/office", Who::Least(Role::Agent)),
    ("POST /api/conversations/office", Who::Least(Role::Editor)),
    ("GET /api/conversations/replies", Who::Least(Role::Agent)),
    ("POST /api/conversations/replies", Who::Least(Role::Agent)),
    ("GET /api/conversations/{id}", Who::Least(Role::Agent)),
    ("POST /api/conversations/{id}/accept", Who::Least(Role::Agent)),
    ("POST /api/conversations/{id}/say", Who::Least(Role::Agent)),
    ("POST /api/conversations/{id}/note", Who::Least(Role::Agent)),
    ("POST /api/conversations/{id}/transfer", Who::Least(Role::Agent)),
    ("POST /api/conversations/{id}/close", Who::Least(Role::Agent)),
    ("POST /api/conversations/{id}/read", Who::Least(Role::Agent)),
    ("POST /api/conversations/{id}/typing", Who::Least(Role::Agent)),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Anybody,
    Least(Role),
}

async fn mounted() -> Vec<String> {
    let mut mounted = Vec::new();
    let _app = init_service(App::new().configure(|to| mounted = mount(to))).await;
    mounted
}

/// Asks from another machine; the answer's status, and its code where it is a refusal.
async fn ask<S: Http>(server: &Server<S>, route: &str, token: Option<&str>) -> String {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path.replace("{question}", "overview").replace("{path:.*}", "x.js");
    let path = path
        .replace("{id}", "987654")
        .replace("{site}", "demo")
        .replace("{key}", "demo")
        .replace("{file}", "x");
    let request = TestRequest::default().method(method.parse::<Method>().unwrap());
    let request = request.uri(&format!("{path}?site=demo&id=none"));
    let request = request.peer_addr("192.0.2.1:9".parse().unwrap());
    let request = token.into_iter().fold(request, |request, token| {
        request.insert_header(("Authorization", format!("Bearer {token}")))
    });
    let response = server.app.call(request.to_request()).await.unwrap();
    let status = response.status().as_u16();
    if status < 400 {
        // Not read on: a stream has no end.
        return status.to_string();
    }
    let body = to_bytes(response.into_body()).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    format!("{status} {}", body["code"].as_str().unwrap_or_default())
}

async fn token<S: Http>(server: &Server<S>, role: Role) -> String {
    let request = TestRequest::post().uri("/api/tokens");
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    let made = server.call(request.set_json(json!({"name": role.name(), "role": role}))).await;
    assert_eq!(made.line(), "200");
    made.json()["secret"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn every_route_has_a_rule_and_every_role_meets_it() {
    let server = start().await;
    let rules: BTreeMap<&str, Who> = RULES.iter().copied().collect();
    let mounted = mounted().await;
    assert_eq!(mounted.len(), rules.len(), "each route has one rule, each rule a route");
    let mut tokens = Vec::new();
    for role in Role::ALL {
        tokens.push((role, token(&server, role).await));
    }
    for route in &mounted {
        let who = *rules.get(route.as_str()).unwrap_or_else(|| panic!("{route} has no rule"));
        let stranger = ask(&server, route, None).await;
        assert_eq!(stranger == "401 not_logged_in", who != Who::Anybody, "{route}: {stranger}");
        let Who::Least(least) = who else { continue };
        for (role, token) in &tokens {
            let answer = ask(&server, route, Some(token)).await;
            assert_ne!(answer, "401 not_logged_in", "{route} by {role:?}");
            let is_refused = answer == "403 not_allowed";
            assert_eq!(is_refused, *role < least, "{route} by {role:?}: {answer}");
        }
    }
}

#[actix_web::test]
async fn no_page_but_the_one_that_signed_in_changes_anything() {
    let server = start().await;
    let own = "http://127.0.0.1:8080";
    let login = TestRequest::post().uri("/api/session").set_json(json!({ "token": TOKEN }));
    let login = login.insert_header(("Host", "127.0.0.1:8080")).insert_header(("Origin", own));
    let cookie = server.call(login).await.header("set-cookie").to_owned();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let origins = [
        None,
        Some("null"),
        Some("http://127.0.0.1:8090"),
        Some("https://127.0.0.1:8080"),
        Some("http://127.0.0.1:8080.evil.example"),
        Some("http://127.0.0.1"),
        Some(""),
    ];
    let mut tried = 0;
    for (route, who) in RULES {
        let (method, path) = route.split_once(' ').unwrap();
        if method == "GET" || *who == Who::Anybody {
            continue;
        }
        for origin in origins {
            let request = TestRequest::default().method(method.parse::<Method>().unwrap());
            let request = request.uri(&path.replace("{id}", "1").replace("{key}", "demo"));
            let request = request.insert_header(("Host", "127.0.0.1:8080"));
            let request = request.insert_header(("Cookie", cookie.clone()));
            let request = origin
                .into_iter()
                .fold(request, |request, origin| request.insert_header(("Origin", origin)));
            let answer = server.call(request).await;
            assert_eq!(answer.line(), "403 wrong_origin", "{route} from {origin:?}");
            tried += 1;
        }
    }
    assert!(tried >= 70, "{tried}");
    let me = TestRequest::get().uri("/api/session").insert_header(("Cookie", cookie));
    assert_eq!(server.call(me).await.line(), "200", "still signed in");
}

#[actix_web::test]
async fn what_operators_are_told_is_neither_kept_nor_framed() {
    let server = start().await;
    for (route, who) in RULES {
        let path = route.strip_prefix("GET ").filter(|path| path.starts_with("/api"));
        let Some(path) = path.filter(|it| *who != Who::Anybody && !it.ends_with("events")) else {
            continue;
        };
        let uri = format!(
            "{}?site=demo",
            path.replace("{question}", "overview").replace("{key}", "demo")
        );
        let request = TestRequest::get().uri(&uri);
        let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
        let answer = server.call(request).await;
        let headers = ["cache-control", "x-content-type-options", "cross-origin-resource-policy"];
        assert_eq!(
            headers.map(|it| answer.header(it)),
            ["no-store", "nosniff", "same-origin"],
            "{path}"
        );
        let csp = answer.header("content-security-policy");
        assert!(csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
    }
}
