//! Sites are added, changed and looked at over HTTP.

use actix_web::test::TestRequest;
use beacon::Body;
use beacon::item::PageKind;
use serde_json::{Value, json};

use crate::support::{
    Answered, Http, MINUTE, NOW, SHOP, Server, TOKEN, at, beacon, began, start, viewed,
};

async fn post<S: Http>(server: &Server<S>, path: &str, body: Value) -> Answered {
    let request = TestRequest::post().uri(path).set_json(body);
    server.call(request.insert_header(("Authorization", format!("Bearer {TOKEN}")))).await
}

fn tea() -> Value {
    json!({"key": "tea", "name": "Tea", "origins": ["https://Tea.example/"], "consent": "unknown",
           "zone": "Asia/Seoul"})
}

async fn send<S: Http>(server: &Server<S>, run: u8) -> String {
    let items: Vec<_> =
        [began(NOW - MINUTE), viewed("/", PageKind::Home)].map(|it: Body| at(0, it)).into();
    server.send(&beacon(run, 0, run, NOW, items)).await.line()
}

async fn findings<S: Http>(server: &Server<S>, key: &str) -> Vec<String> {
    let install = server.ask(&format!("/api/sites/{key}/install")).await;
    let findings = install["findings"].as_array().unwrap().clone();
    findings.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_site_is_added_once_and_pages_have_its_pack_at_once() {
    let server = start().await;
    let added = post(&server, "/api/sites", tea()).await;
    assert_eq!(added.line(), "200");
    assert_eq!(added.json()["origins"], json!(["https://tea.example"]));
    let pack = server.call(TestRequest::get().uri("/v1/pack/tea")).await;
    let pack = engine::pack::Pack::decode(&pack.body).unwrap();
    assert_eq!((pack.version, pack.zone.name.as_str()), (1, "Asia/Seoul"));
    assert_eq!(post(&server, "/api/sites", tea()).await.line(), "409 key_taken");
    for (field, value, code) in [
        ("key", json!("no key"), "422 bad_key"),
        ("name", json!(" "), "422 bad_name"),
        ("origins", json!([]), "422 bad_origin"),
        ("origins", json!(["tea.example"]), "422 bad_origin"),
        ("consent", json!("denied"), "422 bad_consent"),
        ("zone", json!("Asia/Soul"), "422 bad_zone"),
        ("nothing", json!(1), "400 malformed"),
    ] {
        let mut wrong = tea();
        wrong["key"] = json!("other");
        wrong[field] = value;
        assert_eq!(post(&server, "/api/sites", wrong).await.line(), code, "{field}");
    }
}

#[actix_web::test]
async fn what_is_given_changes_and_the_rest_stays() {
    let server = start().await;
    let path = "/api/sites/demo";
    let changed = post(&server, path, json!({"name": "Tea", "consent": "measure"})).await.json();
    assert_eq!((&changed["name"], &changed["pack"]), (&json!("Tea"), &json!(2)));
    assert_eq!((&changed["consent"], &changed["origins"]), (&json!("measure"), &json!([SHOP])));
    assert_eq!(send(&server, 1).await, "200", "it is told of the new pack");
    let off = post(&server, path, json!({"is_on": false})).await.json();
    assert_eq!((&off["is_on"], &off["pack"]), (&json!(false), &json!(2)), "nothing to publish");
    assert_eq!(send(&server, 2).await, "410 site_off");
    let audit = server.ask("/api/audit").await;
    let about = |at: usize| audit["entries"][at]["about"].as_str().unwrap().to_owned();
    assert_eq!(
        [about(0), about(1)],
        ["site demo (is_on), pack 2", "site demo (name, consent), pack 2"]
    );
    assert_eq!(post(&server, "/api/sites/none", json!({})).await.line(), "404 unknown_site");
}

#[actix_web::test]
async fn the_install_check_goes_by_what_arrived() {
    let server = start().await;
    assert_eq!(findings(&server, "demo").await, ["nothing_arrives"]);
    server.call(TestRequest::get().uri("/v1/pack/demo")).await;
    assert_eq!(findings(&server, "demo").await, ["only_packs"]);
    let foreign = beacon(9, 0, 9, NOW, vec![at(0, began(NOW))]);
    for _ in 0..3 {
        let frame = beacon::frame::encode(&foreign);
        let answer = server.post("/v1/b", "https://www.shop.example", frame).await;
        assert_eq!(answer.line(), "403 wrong_origin");
    }
    assert_eq!(findings(&server, "demo").await, ["refused_origins"]);
    assert_eq!(send(&server, 1).await, "204");
    let origins = json!({"origins": [SHOP, "https://www.shop.example"]});
    assert_eq!(post(&server, "/api/sites/demo", origins).await.line(), "200");
    let install = server.ask("/api/sites/demo/install").await;
    assert_eq!(install["findings"], json!([]));
    assert_eq!((&install["beacons"], &install["last_beacon_at"]), (&json!(1), &json!(NOW)));
    assert_eq!(install["agents"][0]["beacons"], 1);
    assert_eq!(install["refused_origins"], json!([]), "it is listed by now");
    assert_eq!(install["consents"], json!([{"outcome": "personalise", "count": 1}]));
    assert!(install["tag"].as_str().unwrap().contains("data-site=\"demo\""));
}

#[actix_web::test]
async fn what_is_kept_apart_is_told_as_that() {
    let server = start().await;
    server
        .services
        .door
        .set_limits(collector::door::Limits { plausibility: true, ..Default::default() });
    let items = vec![at(0, began(NOW - MINUTE)), at(0, viewed("/", PageKind::Home))];
    let robot = TestRequest::post()
        .uri("/v1/b")
        .insert_header(("Content-Type", "text/plain"))
        .insert_header(("Origin", SHOP))
        .insert_header(("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"))
        .set_payload(beacon::frame::encode(&beacon(1, 0, 1, NOW, items)));
    assert_eq!(server.call(robot).await.line(), "204");
    assert_eq!(findings(&server, "demo").await, ["kept_apart"]);
    assert_eq!(server.ask("/api/sites/demo/install").await["apart"], 1);
}
