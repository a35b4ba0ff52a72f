//! The document of the API says what the server does: each route stands in it, and answers are as it
//! says.

use std::collections::BTreeSet;

use actix_web::App;
use actix_web::http::Method;
use actix_web::test::{TestRequest, init_service};
use beacon::Body;
use beacon::item::{PageKind, Signal, VerdictOutcome};
use collector::routes::mount;
use serde_json::{Map, Value, json};

use crate::support::{
    Http, MINUTE, NOW, SHOP, Server, TOKEN, added, at, beacon, began, bought, seen, start, verdict,
    viewed,
};

async fn document<S: Http>(server: &Server<S>) -> Value {
    let answer = server.call(TestRequest::get().uri("/api/openapi.json")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    answer.json()
}

fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods.iter().map(move |(method, it)| (format!("{} {path}", method.to_uppercase()), it))
    })
}

#[actix_web::test]
async fn every_route_stands_in_the_document_and_the_document_names_no_other() {
    let mut mounted = Vec::new();
    let _app = init_service(App::new().configure(|to| mounted = mount(to))).await;
    let mounted: BTreeSet<String> = mounted.iter().map(|it| it.replace(":.*}", "}")).collect();
    assert!(mounted.len() > 20);
    let document = document(&start().await).await;
    let documented: BTreeSet<String> = operations(&document).map(|(name, _)| name).collect();
    assert_eq!(mounted, documented);
}

#[actix_web::test]
async fn who_must_be_known_is_said_and_true() {
    let server = start().await;
    let document = document(&server).await;
    for (name, operation) in operations(&document) {
        let (method, path) = name.split_once(' ').unwrap();
        let path = path
            .replace("{question}", "overview")
            .replace("{file}", "x")
            .replace("{id}", "1")
            .replace("{key}", "demo");
        let request = TestRequest::default().method(method.parse().unwrap());
        // A stranger who hides nothing but has no token either, from another machine.
        let request =
            request.uri(&format!("{path}?site=demo")).peer_addr("192.0.2.1:9".parse().unwrap());
        let is_closed = server.call(request).await.line() == "401 not_logged_in";
        assert_eq!(is_closed, operation["security"].is_array(), "{name}");
    }
}

#[actix_web::test]
async fn answers_are_as_the_document_says() {
    let server = shop().await;
    let document = document(&server).await;
    let mut tried = BTreeSet::new();
    for (name, uri, body) in calls() {
        let (method, path) = name.split_once(' ').unwrap();
        let operation = &document["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{name} is documented");
        let answer = server.call(request(method, uri, body)).await;
        let said = &operation["responses"][answer.status.to_string()];
        assert!(said.is_object(), "{name}: {} is documented", answer.status);
        let media = answer.header("content-type").split(';').next().unwrap().to_owned();
        match said["content"].as_object() {
            None => assert!(answer.body.is_empty(), "{name}: {} has no body", answer.status),
            Some(contents) => {
                let content = contents.get(&media).or_else(|| contents.get("*/*"));
                let content = content.unwrap_or_else(|| panic!("{name}: {media} in {contents:?}"));
                if media == "application/json" && path != "/api/openapi.json" {
                    check(&document, &content["schema"], &answer.json())
                        .unwrap_or_else(|error| panic!("{uri}: {error} in {}", answer.json()));
                }
            }
        }
        tried.insert(name.to_owned());
    }
    let all: BTreeSet<String> = operations(&document).map(|(name, _)| name).collect();
    // A stream never ends; events are tested where the floor and the inbox are.
    let left: Vec<_> = all.difference(&tried).collect();
    assert_eq!(left, ["GET /api/conversations/events", "GET /api/live/events"]);
}

fn conversation_calls(conversation: &str) -> Vec<(&'static str, &'static str, Option<String>)> {
    let act = || Some(json!({"site": "demo"}).to_string());
    let say = || Some(json!({"site": "demo", "number": 1, "text": "Hello"}).to_string());
    let sign = json!({"site": "demo", "conversation": conversation, "what": "read", "number": 1});
    let office = json!({"site": "demo", "openings": [{"day": 0, "from_min": 540, "to_min": 1080}]});
    let facts = json!({"site": "demo", "orders": [
        {"number": "A-1001", "proofs": ["kim@shop.example"], "state": "shipped"}]});
    let replies = json!({"site": "demo", "replies": [{"title": "Hello", "text": "Hello."}]});
    let presence = json!({"is_available": true, "capacity": 2, "languages": ["ko"]});
    vec![
        ("POST /v1/chat/sign", "/v1/chat/sign", Some(sign.to_string())),
        ("GET /v1/chat/events", "/v1/chat/events?ticket=none", None),
        ("GET /api/conversations", "/api/conversations?site=demo", None),
        ("GET /api/conversations", "/api/conversations?site=none", None),
        ("POST /api/conversations/{id}/say", "/api/conversations/1/say", say()),
        ("POST /api/conversations/{id}/accept", "/api/conversations/1/accept", act()),
        ("POST /api/conversations/{id}/accept", "/api/conversations/9/accept", act()),
        ("POST /api/conversations/{id}/say", "/api/conversations/1/say", say()),
        ("POST /api/conversations/{id}/note", "/api/conversations/1/note", say()),
        ("POST /api/conversations/{id}/read", "/api/conversations/1/read", act()),
        ("POST /api/conversations/{id}/typing", "/api/conversations/1/typing", act()),
        ("GET /api/conversations/{id}", "/api/conversations/1?site=demo", None),
        ("GET /api/conversations/{id}", "/api/conversations/9?site=demo", None),
        ("POST /api/conversations/{id}/transfer", "/api/conversations/1/transfer", act()),
        ("POST /api/conversations/{id}/close", "/api/conversations/1/close", act()),
        (
            "POST /api/conversations/presence",
            "/api/conversations/presence",
            Some(presence.to_string()),
        ),
        ("POST /api/conversations/presence", "/api/conversations/presence", Some("{}".into())),
        ("POST /api/facts", "/api/facts", Some(facts.to_string())),
        ("GET /api/conversations/office", "/api/conversations/office?site=demo", None),
        ("POST /api/conversations/office", "/api/conversations/office", Some(office.to_string())),
        ("GET /api/conversations/replies", "/api/conversations/replies?site=demo", None),
        (
            "POST /api/conversations/replies",
            "/api/conversations/replies",
            Some(replies.to_string()),
        ),
    ]
}

/// Operation, address, body: at least one of each, and refusals.
fn calls() -> Vec<(&'static str, &'static str, Option<String>)> {
    let conversation = "c".repeat(32);
    let ask = json!({"site": "demo", "conversation": conversation, "number": 0, "path": "/",
                     "language": "en", "text": "How long does delivery take?"});
    let mut unsigned = ask.clone();
    unsigned["token"] = "a.b.c".into();
    let reopen = json!({"site": "demo", "conversation": conversation});
    let erase = json!({"site": "demo", "visitor": "a".repeat(32), "session": ""});
    let redeem = json!({"site": "demo", "codes": ["A"]});
    let login = json!({"token": TOKEN});
    let hit = format!("demo\n{}\n/plain", "d".repeat(32));
    let mut calls = vec![
        ("GET /api/sites", "/api/sites", None),
        ("POST /api/sites", "/api/sites", Some(NEW_SITE.into())),
        ("POST /api/sites", "/api/sites", Some(NEW_SITE.into())),
        ("POST /api/sites/{key}", "/api/sites/new", Some(r#"{"zone":"Asia/Seoul"}"#.into())),
        ("POST /api/sites/{key}", "/api/sites/new", Some(r#"{"zone":"Asia/Soul"}"#.into())),
        ("GET /api/sites/{key}/install", "/api/sites/demo/install", None),
        ("GET /api/sites/{key}/install", "/api/sites/none/install", None),
        ("POST /api/sites/{key}/identity", "/api/sites/demo/identity", None),
        ("POST /api/sites/{key}/identity", "/api/sites/none/identity", None),
        ("GET /api/visit", "/api/visit?site=demo&visit=0101010101010101", None),
        ("GET /api/visit", "/api/visit?site=demo&visit=ff", None),
        ("DELETE /api/visit", "/api/visit?site=demo&visit=0101010101010101", None),
        ("DELETE /api/visit", "/api/visit?site=demo&visit=no", None),
        ("GET /api/visits", "/api/visits?site=demo", None),
        ("GET /api/visits", "/api/visits?site=demo&from=5&to=4", None),
        ("GET /api/live", "/api/live?site=demo", None),
        ("GET /api/live", "/api/live?site=none", None),
        ("POST /api/session", "/api/session", Some(login.to_string())),
        ("POST /api/session", "/api/session", Some(r#"{"token":"no"}"#.into())),
        ("DELETE /api/session", "/api/session", None),
        ("POST /v1/b", "/v1/b", Some("no frame".into())),
        ("POST /v1/hit", "/v1/hit", Some(hit)),
        ("POST /v1/hit", "/v1/hit", Some("none\n".into())),
        ("POST /v1/chat", "/v1/chat", Some(ask.to_string())),
        ("POST /v1/chat", "/v1/chat", Some("{}".into())),
        ("POST /v1/chat", "/v1/chat", Some(unsigned.to_string())),
        ("POST /v1/chat/thread", "/v1/chat/thread", Some(reopen.to_string())),
        ("POST /v1/coupon", "/v1/coupon", Some("{}".into())),
        ("GET /v1/also/{site}", "/v1/also/demo?product=a", None),
        ("GET /v1/also/{site}", "/v1/also/none", None),
        ("POST /v1/erase", "/v1/erase", Some(erase.to_string())),
        ("POST /v1/erase", "/v1/erase", Some("{}".into())),
        ("GET /api/coupons", "/api/coupons?site=demo", None),
        ("GET /api/coupons", "/api/coupons?site=none", None),
        ("POST /api/coupons/redeem", "/api/coupons/redeem", Some(redeem.to_string())),
        ("GET /v1/pack/{site}", "/v1/pack/demo", None),
        ("GET /v1/pack/{site}", "/v1/pack/none", None),
        ("GET /healthz", "/healthz", None),
        ("GET /readyz", "/readyz", None),
        ("GET /metrics", "/metrics", None),
        ("GET /api/openapi.json", "/api/openapi.json", None),
        ("GET /api", "/api", None),
        ("GET /n.js", "/n.js", None),
        ("GET /a/{file}", "/a/agent-0123456789abcdef.wasm", None),
        ("GET /a/{file}", "/a/none", None),
        ("GET /", "/", None),
        ("GET /site/{file}", "/site/none", None),
        ("GET /console", "/console", None),
        ("GET /console/{path}", "/console/", None),
    ];
    calls.extend(knowledge_calls());
    calls.extend(campaign_calls());
    calls.extend(people_calls());
    calls.extend(conversation_calls(&conversation));
    for name in [
        "overview",
        "series",
        "funnel",
        "journeys",
        "pages",
        "signals",
        "hesitations",
        "products",
        "campaigns",
        "audiences",
        "sources",
        "hours",
        "live",
        "losses",
        "parity",
        "health",
    ] {
        let ask = json!({ "scope": { "site": "demo" }, "question": { "name": name } });
        calls.push(("POST /api/ask", "/api/ask", Some(ask.to_string())));
    }
    for (site, question) in [("none", "pages"), ("demo", "nothing")] {
        let ask = json!({ "scope": { "site": site }, "question": { "name": question } });
        calls.push(("POST /api/ask", "/api/ask", Some(ask.to_string())));
    }
    let backward =
        json!({ "scope": { "site": "demo", "from": 5, "to": 4 }, "question": { "name": "pages" } });
    calls.push(("POST /api/ask", "/api/ask", Some(backward.to_string())));
    calls.extend(QUESTIONS.map(|uri| ("GET /api/stats/{question}", uri, None)));
    calls
}

/// A campaign is written, tried, published, withdrawn; each once more where it cannot be.
fn campaign_calls() -> Vec<(&'static str, &'static str, Option<String>)> {
    let offer = include_str!("../../../engine/campaigns/exit-offer.json");
    let written = |json: &str| Some(json!({"site": "demo", "json": json}).to_string());
    let preview = |json: &str| {
        let asked = json!({"site": "demo", "json": json, "language": "ko", "is_dark": true});
        Some(asked.to_string())
    };
    let tried = |days: u16| Some(json!({"site": "demo", "json": offer, "days": days}).to_string());
    let publish = |base: u32, json: &str| {
        Some(json!({"site": "demo", "base": base, "json": json, "share_permille": 10}).to_string())
    };
    let plan =
        |at: &str| Some(json!({"site": "demo", "json": offer, "publish_at": at}).to_string());
    let withdraw = |id: u16| Some(json!({"site": "demo", "base": 2, "id": id}).to_string());
    let revert = |base: u32| Some(json!({"site": "demo", "base": base, "version": 1}).to_string());
    let (drafts, backtest) = ("/api/campaigns/draft", "/api/campaigns/backtest");
    vec![
        ("POST /api/campaigns/draft", drafts, written(offer)),
        ("POST /api/campaigns/draft", drafts, written("{}")),
        ("GET /api/campaigns", "/api/campaigns?site=demo", None),
        ("GET /api/campaigns", "/api/campaigns?site=none", None),
        ("DELETE /api/campaigns/draft", "/api/campaigns/draft?site=demo&id=1", None),
        ("DELETE /api/campaigns/draft", "/api/campaigns/draft?site=demo&id=1", None),
        ("POST /api/campaigns/lint", "/api/campaigns/lint", written(offer)),
        ("POST /api/campaigns/lint", "/api/campaigns/lint", written("{")),
        ("POST /api/campaigns/preview", "/api/campaigns/preview", preview(offer)),
        ("POST /api/campaigns/preview", "/api/campaigns/preview", preview("{")),
        ("POST /api/campaigns/backtest", backtest, tried(7)),
        ("POST /api/campaigns/backtest", backtest, tried(0)),
        ("DELETE /api/campaigns/backtest", "/api/campaigns/backtest?site=demo", None),
        ("POST /api/campaigns/diff", "/api/campaigns/diff", tried(7)),
        ("POST /api/campaigns/plan", "/api/campaigns/plan", plan("2026-12-24T09:00")),
        ("POST /api/campaigns/plan", "/api/campaigns/plan", plan("tomorrow")),
        ("POST /api/campaigns/publish", "/api/campaigns/publish", publish(1, offer)),
        ("POST /api/campaigns/publish", "/api/campaigns/publish", publish(1, offer)),
        ("POST /api/campaigns/publish", "/api/campaigns/publish", publish(2, "{}")),
        ("POST /api/campaigns/withdraw", "/api/campaigns/withdraw", withdraw(1)),
        ("POST /api/campaigns/revert", "/api/campaigns/revert", revert(3)),
        ("POST /api/campaigns/revert", "/api/campaigns/revert", revert(3)),
        ("GET /api/campaigns/history", "/api/campaigns/history?site=demo", None),
    ]
}

/// The first person is the owner, the second is invited.
fn people_calls() -> Vec<(&'static str, &'static str, Option<String>)> {
    let kim = json!({"name": "Kim", "email": "kim@shop.example", "password": "correct horse"});
    let lee = json!({"name": "Lee", "email": "lee@shop.example", "role": "agent"}).to_string();
    let none = json!({"invite": "none", "password": "correct horse"}).to_string();
    let change = json!({"old": "a", "new": "b"}).to_string();
    let token = json!({"name": "report", "role": "viewer"}).to_string();
    let (person, invite) = ("/api/people/2", "/api/people/2/invite");
    let no_name = json!({"name": "", "role": "viewer"}).to_string();
    vec![
        ("GET /api/session", "/api/session", None),
        ("POST /api/setup", "/api/setup", Some(kim.to_string())),
        ("POST /api/setup", "/api/setup", Some(kim.to_string())),
        ("POST /api/session/invite", "/api/session/invite", Some(none)),
        ("POST /api/session/password", "/api/session/password", Some(change)),
        ("POST /api/people", "/api/people", Some(lee.clone())),
        ("POST /api/people", "/api/people", Some(lee.clone())),
        ("POST /api/people/{id}", person, Some(lee.clone())),
        ("POST /api/people/{id}", "/api/people/9", Some(lee)),
        ("POST /api/people/{id}/invite", invite, None),
        ("GET /api/people", "/api/people", None),
        ("DELETE /api/people/{id}", person, None),
        ("DELETE /api/people/{id}", "/api/people/1", None),
        ("GET /api/sessions", "/api/sessions", None),
        ("DELETE /api/sessions/{id}", "/api/sessions/9", None),
        ("DELETE /api/sessions/{id}", "/api/sessions/1", None),
        ("POST /api/tokens", "/api/tokens", Some(token)),
        ("POST /api/tokens", "/api/tokens", Some(no_name)),
        ("GET /api/tokens", "/api/tokens", None),
        ("DELETE /api/tokens/{id}", "/api/tokens/1", None),
        ("DELETE /api/tokens/{id}", "/api/tokens/1", None),
        ("GET /api/audit", "/api/audit", None),
    ]
}

/// What the bot does not know is asked first, so that there is a gap.
fn knowledge_calls() -> Vec<(&'static str, &'static str, Option<String>)> {
    let strange = json!({"site": "demo", "conversation": "e".repeat(32), "number": 0, "path": "/",
                         "language": "en", "text": "Who won the world cup?"});
    let entry = json!({"id": "a", "links": [{"url": "/a", "en": "A"}],
                       "texts": {"en": {"questions": ["a b"], "answer": "c"}}});
    let put = json!({"site": "demo", "entry": entry});
    let bad = json!({"site": "demo", "entry": {"id": "A", "texts": {}}});
    let csv = json!({"site": "demo", "format": "csv", "text": "question,answer\nd,e\n"});
    let broken = json!({"site": "demo", "format": "csv", "text": "question,answer\nd,\n"});
    let draft = |question: &str| json!({"site": "demo", "question": question}).to_string();
    let (known, import) = ("/api/knowledge", "/api/knowledge/import");
    let (gaps, drafts) = ("GET /api/knowledge/gaps", "POST /api/knowledge/draft");
    vec![
        ("POST /v1/chat", "/v1/chat", Some(strange.to_string())),
        (gaps, "/api/knowledge/gaps?site=demo", None),
        (gaps, "/api/knowledge/gaps?site=none", None),
        (drafts, "/api/knowledge/draft", Some(draft("Who won the world cup?"))),
        (drafts, "/api/knowledge/draft", Some(draft("nobody asked"))),
        (gaps, "/api/knowledge/gaps?site=demo", None),
        ("POST /api/knowledge", known, Some(put.to_string())),
        ("POST /api/knowledge", known, Some(bad.to_string())),
        ("POST /api/knowledge", known, Some("{}".into())),
        ("POST /api/knowledge/import", import, Some(csv.to_string())),
        ("POST /api/knowledge/import", import, Some(broken.to_string())),
        ("GET /api/knowledge", "/api/knowledge?site=demo", None),
        ("GET /api/knowledge", "/api/knowledge?site=none", None),
        ("DELETE /api/knowledge", "/api/knowledge?site=demo&id=a", None),
    ]
}

const NEW_SITE: &str = r#"{"key":"new","name":"New","origins":["https://new.example"],
                           "consent":"unknown","zone":"UTC"}"#;

/// Where the console is.
const CONSOLE: &str = "http://127.0.0.1:8080";

const QUESTIONS: [&str; 18] = [
    "/api/stats/overview?site=demo",
    "/api/stats/funnel?site=demo",
    "/api/stats/signals?site=demo",
    "/api/stats/campaigns?site=demo",
    "/api/stats/pages?site=demo",
    "/api/stats/parity?site=demo",
    "/api/stats/health?site=demo",
    "/api/stats/series?site=demo",
    "/api/stats/journeys?site=demo",
    "/api/stats/hesitations?site=demo",
    "/api/stats/products?site=demo",
    "/api/stats/audiences?site=demo",
    "/api/stats/sources?site=demo",
    "/api/stats/hours?site=demo",
    "/api/stats/live?site=demo",
    "/api/stats/losses?site=demo",
    "/api/stats/none?site=demo",
    "/api/stats/overview?site=demo&from=5&to=4",
];

fn request(method: &str, uri: &str, body: Option<String>) -> TestRequest {
    let media = if uri.starts_with("/api") { "application/json" } else { "text/plain" };
    let request = TestRequest::default().method(method.parse::<Method>().unwrap()).uri(uri);
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    let request = request.insert_header(("Content-Type", media));
    let request = request.insert_header(("Host", "127.0.0.1:8080"));
    let request =
        request.insert_header(("Origin", if uri.starts_with("/v1") { SHOP } else { CONSOLE }));
    body.into_iter().fold(request, TestRequest::set_payload)
}

/// A shop in which a little of everything happened.
async fn shop() -> Server<impl Http> {
    let server = start().await;
    let sent = NOW - MINUTE;
    for visitor in 1..=12 {
        let items = vec![
            at(0, began(sent)),
            at(0, viewed("/p/tea", PageKind::Product)),
            at(10, seen("tea")),
            at(20, added("tea", 1)),
            at(25, Body::Noticed(Signal::CartHesitation { level: 1, causes: 1 })),
            at(30, verdict(3, VerdictOutcome::Fired)),
            at(40, bought(&format!("order-{visitor}"), 12_000)),
        ];
        assert_eq!(server.send(&beacon(visitor, 0, visitor, sent, items)).await.line(), "204");
    }
    server
}

/// Whether a value is what a schema says: stricter than JSON Schema, for an object may have no
/// property that the document does not name. Knows the keywords that the document uses, no others.
fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let schema = schema.as_object().ok_or("a schema is an object")?;
    let mut named = BTreeSet::new();
    collect(document, schema, &mut named);
    if let (Some(value), false) = (value.as_object(), named.is_empty())
        && let Some(strange) = value.keys().find(|name| !named.contains(*name))
    {
        return Err(format!("`{strange}` is not documented"));
    }
    holds(document, schema, value)
}

/// All properties that a schema names, whichever way it is put together.
fn collect(document: &Value, schema: &Map<String, Value>, named: &mut BTreeSet<String>) {
    for (keyword, it) in schema {
        match keyword.as_str() {
            "properties" => named.extend(it.as_object().unwrap().keys().cloned()),
            "$ref" => collect(document, target(document, it), named),
            "allOf" | "oneOf" => {
                for part in it.as_array().unwrap() {
                    collect(document, part.as_object().unwrap(), named);
                }
            }
            _ => {}
        }
    }
}

fn target<'a>(document: &'a Value, reference: &Value) -> &'a Map<String, Value> {
    let pointer = reference.as_str().unwrap().trim_start_matches('#');
    document
        .pointer(pointer)
        .and_then(Value::as_object)
        .unwrap_or_else(|| panic!("{pointer} is there"))
}

fn holds(document: &Value, schema: &Map<String, Value>, value: &Value) -> Result<(), String> {
    let part = |it: &Value| holds(document, it.as_object().unwrap(), value);
    // First: it says more than what follows from it.
    if let Some(kinds) = schema.get("type") {
        is_of(kinds, value)?;
    }
    for (keyword, it) in schema {
        match keyword.as_str() {
            "$ref" => holds(document, target(document, it), value)?,
            "allOf" => it.as_array().unwrap().iter().try_for_each(part)?,
            "oneOf" => {
                let fits = |it: &&Value| check(document, it, value).is_ok();
                match it.as_array().unwrap().iter().filter(fits).count() {
                    1 => {}
                    found => return Err(format!("{found} of `oneOf` fit {value}")),
                }
            }
            "enum" if it.as_array().unwrap().contains(value) => {}
            "enum" => return Err(format!("{value} is none of {it}")),
            "minimum" if value.as_f64().is_some_and(|value| value < it.as_f64().unwrap()) => {
                return Err(format!("{value} is below {it}"));
            }
            "required" => {
                let missing = it
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|name| value[name.as_str().unwrap()].is_null());
                // A field may be there and null: then its own schema decides.
                if let Some(name) =
                    missing.filter(|name| value.get(name.as_str().unwrap()).is_none())
                {
                    return Err(format!("{name} is missing in {value}"));
                }
            }
            "properties" => {
                for (name, it) in it.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        check(document, it, value).map_err(|error| format!("{name}: {error}"))?;
                    }
                }
            }
            "items" => {
                for value in value.as_array().into_iter().flatten() {
                    check(document, it, value)?;
                }
            }
            "additionalProperties" if it.is_object() => {
                for value in value.as_object().into_iter().flat_map(Map::values) {
                    check(document, it, value)?;
                }
            }
            "type"
            | "minimum"
            | "propertyNames"
            | "format"
            | "description"
            | "title"
            | "default"
            | "additionalProperties" => {}
            other => return Err(format!("the test does not know the keyword `{other}`")),
        }
    }
    Ok(())
}

fn is_of(kinds: &Value, value: &Value) -> Result<(), String> {
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type is called {other}"),
    };
    let fits = kinds.as_array().map_or_else(|| is(kinds), |kinds| kinds.iter().any(is));
    if fits { Ok(()) } else { Err(format!("{value} is not of type {kinds}")) }
}

#[test]
fn the_check_refuses_what_a_schema_does_not_allow() {
    let document = json!({"components": {"schemas": {"A": {
        "type": "object", "required": ["a"],
        "properties": {"a": {"type": "integer", "minimum": 0}, "b": {"type": ["string", "null"]}},
    }}}});
    let of_a = json!({"$ref": "#/components/schemas/A"});
    let verdict = |value: Value| check(&document, &of_a, &value).err().unwrap_or_default();
    assert_eq!(verdict(json!({"a": 1, "b": null})), "");
    for (value, expected) in [
        (json!({"a": 1, "c": 1}), "`c` is not documented"),
        (json!({"b": "x"}), "\"a\" is missing"),
        (json!({"a": "1"}), "is not of type"),
        (json!({"a": -1}), "is below 0"),
        (json!([]), "is not of type"),
    ] {
        assert!(verdict(value.clone()).contains(expected), "{value}: {}", verdict(value.clone()));
    }
}

#[actix_web::test]
async fn the_page_for_people_tells_every_operation_and_runs_no_script() {
    let server = start().await;
    let document = document(&server).await;
    let answer = server.call(TestRequest::get().uri("/api")).await;
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    let page = String::from_utf8(answer.body).unwrap();
    for (name, _) in operations(&document) {
        assert!(page.contains(&format!("<code>{name}</code>")), "{name}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<section id=\"{name}\">")), "{name}");
    }
    for foreign in ["<script", "style=", "http://", "https://", "onclick"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let links: Vec<&str> =
        page.split("href=\"#").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert!(links.len() > 20);
    for link in links {
        assert!(page.contains(&format!("id=\"{link}\"")), "#{link} leads somewhere");
    }
}

#[actix_web::test]
async fn the_document_holds_no_secret_and_nothing_of_a_shop() {
    let server = shop().await;
    let text = document(&server).await.to_string();
    for secret in [TOKEN, "127.0.0.1", "order-1", "/p/tea"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
