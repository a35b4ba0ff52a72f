//! Campaigns are written, tried and published over HTTP.

use actix_web::test::TestRequest;
use beacon::Millis;
use beacon::item::PageKind;
use engine::campaign::Campaign;
use engine::pack::Pack;
use serde_json::{Value, json};

use crate::support::{
    Answered, Http, MINUTE, NOW, Server, TOKEN, at, beacon, began, bought, start, viewed,
};

async fn send<S: Http>(server: &Server<S>, request: TestRequest) -> Answered {
    server.call(request.insert_header(("Authorization", format!("Bearer {TOKEN}")))).await
}

async fn post<S: Http>(server: &Server<S>, what: &str, body: Value) -> Answered {
    let path = format!("/api/campaigns/{what}");
    send(server, TestRequest::post().uri(&path).set_json(body)).await
}

/// Greets whoever has seen two pages.
fn greeting() -> Value {
    let copy = json!({"en": {"title": "Hello", "body": "Tea?", "accept": "Yes", "decline": "No"},
                      "ko": {"title": "안녕하세요", "body": "차 한 잔?", "accept": "네", "decline": "아니요"}});
    json!({"id": 70, "name": "Greeting", "priority": 5, "holdout_permille": 100, "shadow": false,
           "trigger": {"count": {"of": "view", "at_least": 2, "within_s": 0}},
           "variants": [{"weight": 1, "action": {"offer": {"form": "card", "copy": copy}}}],
           "caps": {"per_view": 1, "per_session": 1, "per_day": 1, "cooldown_s": 0}})
}

fn written(json: &Value) -> Value {
    json!({"site": "demo", "json": json.to_string()})
}

fn publish(base: u32, json: &Value, share: u16) -> Value {
    json!({"site": "demo", "base": base, "json": json.to_string(), "share_permille": share})
}

/// What pages get.
async fn in_force<S: Http>(server: &Server<S>) -> (u32, Option<Campaign>) {
    let answer = server.call(TestRequest::get().uri("/v1/pack/demo")).await;
    let pack = Pack::decode(&answer.body).unwrap();
    (pack.version, pack.campaigns.into_iter().find(|it| it.id == 70))
}

async fn state<S: Http>(server: &Server<S>) -> Value {
    let list = server.ask("/api/campaigns?site=demo").await;
    list["campaigns"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["id"] == 70)
        .cloned()
        .unwrap_or_default()
}

#[actix_web::test]
async fn a_draft_is_kept_beside_what_pages_have() {
    let server = start().await;
    assert_eq!(post(&server, "draft", written(&greeting())).await.line(), "204");
    let draft = state(&server).await;
    assert_eq!((&draft["published"], &draft["is_changed"]), (&Value::Null, &json!(true)));
    assert_eq!((&draft["name"], &draft["written_by"]), (&json!("Greeting"), &json!("Owner")));
    assert_eq!(in_force(&server).await, (1, None));
    assert_eq!(post(&server, "draft", written(&json!({"id": 1}))).await.line(), "422 bad_campaign");
    let whole = json!([greeting()]);
    assert_eq!(post(&server, "draft", written(&whole)).await.line(), "422 bad_campaign");
    let mut long = greeting();
    long["name"] = json!("x".repeat(17_000));
    assert_eq!(post(&server, "draft", written(&long)).await.line(), "422 bad_campaign");
    let drop = || TestRequest::delete().uri("/api/campaigns/draft?site=demo&id=70");
    assert_eq!(send(&server, drop()).await.line(), "204");
    assert_eq!(send(&server, drop()).await.line(), "404 not_found");
    assert_eq!(state(&server).await, json!(null));
}

#[actix_web::test]
async fn lint_says_what_is_wrong_as_one_types() {
    let server = start().await;
    let fine = post(&server, "lint", written(&greeting())).await.json();
    assert_eq!(fine["error"], Value::Null);
    assert!(fine["bytes"].as_u64().unwrap() > 50, "{fine}");
    let mut never = greeting();
    never["trigger"] = json!({"all": [{"is": {"what": "cart_items", "min": 5}},
                                      {"is": {"what": "cart_items", "max": 2}}]});
    let found = post(&server, "lint", written(&never)).await.json();
    assert_eq!(found["findings"][0]["code"], "never_fires");
    assert_eq!(found["findings"][0]["severity"], "error");
    let mut broken = greeting();
    broken["trigger"] = json!({});
    let told = post(&server, "lint", written(&broken)).await.json();
    assert!(told["error"].as_str().unwrap().contains("a condition has one key"), "{told}");
}

#[actix_web::test]
async fn a_campaign_goes_to_a_share_of_visitors_then_to_all_then_away() {
    let server = start().await;
    let answer = post(&server, "publish", publish(1, &greeting(), 10)).await;
    assert_eq!((answer.line().as_str(), &answer.json()["pack"]), ("200", &json!(2)));
    let (version, campaign) = in_force(&server).await;
    assert_eq!((version, campaign.unwrap().holdout_permille), (2, 991));
    let staged = state(&server).await;
    assert_eq!((&staged["share_permille"], &staged["is_changed"]), (&json!(10), &json!(false)));
    assert_eq!(staged["draft"], greeting().to_string(), "the holdout that is meant");
    let late = post(&server, "publish", publish(1, &greeting(), 1_000)).await;
    assert_eq!(late.line(), "409 changed_meanwhile");
    assert_eq!(post(&server, "publish", publish(2, &greeting(), 1_000)).await.line(), "200");
    assert_eq!(in_force(&server).await.1.unwrap().holdout_permille, 100);
    for share in [0, 1_001] {
        let wrong = post(&server, "publish", publish(3, &greeting(), share)).await;
        assert_eq!(wrong.line(), "422 bad_share");
    }
    let withdraw = json!({"site": "demo", "base": 3, "id": 70});
    assert_eq!(post(&server, "withdraw", withdraw).await.line(), "200");
    assert_eq!(in_force(&server).await, (4, None));
    assert_eq!(state(&server).await["draft"], greeting().to_string(), "its draft stays");
    let back = json!({"site": "demo", "base": 4, "version": 2});
    assert_eq!(post(&server, "revert", back).await.line(), "200");
    assert_eq!(in_force(&server).await.1.unwrap().holdout_permille, 991);
    let history = server.ask("/api/campaigns/history?site=demo").await;
    let about: Vec<&str> = history["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["about"].as_str().unwrap())
        .collect();
    let expected = [
        "site demo, to pack 2, pack 5",
        "site demo, campaign 70, pack 4",
        "site demo, campaign 70, 100 %, pack 3",
        "site demo, campaign 70, 1 %, pack 2",
    ];
    assert_eq!(about, expected);
    assert_eq!(history["versions"].as_array().unwrap().len(), 5);
    assert_eq!(history["versions"][0]["campaigns"][2], "Greeting");
}

#[actix_web::test]
async fn what_cannot_work_is_published_only_by_force() {
    let server = start().await;
    let mut never = greeting();
    never["trigger"] = json!({"all": [{"is": {"what": "cart_items", "min": 5}},
                                      {"is": {"what": "cart_items", "max": 2}}]});
    let refused = post(&server, "publish", publish(1, &never, 1_000)).await;
    assert_eq!(refused.line(), "422 must_be_mended");
    assert_eq!(in_force(&server).await, (1, None));
    let mut forced = publish(1, &never, 1_000);
    forced["force"] = json!(true);
    let forced = post(&server, "publish", forced).await.json();
    assert_eq!((&forced["pack"], &forced["findings"][0]["severity"]), (&json!(2), &json!("error")));
}

#[actix_web::test]
async fn a_campaign_is_tried_on_visits_that_happened() {
    let server = start().await;
    let sent = NOW - 10 * MINUTE;
    for visitor in 1..=6 {
        let mut items = vec![at(0, began(sent)), at(0, viewed("/", PageKind::Home))];
        if visitor > 2 {
            items.push(at(5_000, viewed("/tea", PageKind::Product)));
        }
        if visitor == 3 {
            items.push(at(9_000, bought("order-3", 12_000)));
        }
        assert_eq!(server.send(&beacon(visitor, 0, visitor, sent, items)).await.line(), "204");
    }
    let mut all = greeting();
    all["holdout_permille"] = json!(0);
    let tried = json!({"site": "demo", "json": all.to_string(), "days": 7});
    let answer = post(&server, "backtest", tried.clone()).await.json();
    assert_eq!(
        (&answer["over"]["sessions"], answer["rows"].as_array().unwrap().len()),
        (&json!(6), 1)
    );
    let row = &answer["rows"][0];
    assert_eq!((&row["fired"], &row["bought_anyway"]), (&json!(4), &json!(1)));
    let day = sent / 86_400_000;
    assert_eq!(row["days"], json!([{"day": day, "count": 4}]));
    assert!(!row["examples"].as_array().unwrap().is_empty());
    let diff = post(&server, "diff", tried).await.json();
    assert_eq!((&diff["changed"], &diff["rows"][0]["gained"]), (&json!(4), &json!(4)));
    for days in [0, 91] {
        let wrong = json!({"site": "demo", "json": all.to_string(), "days": days});
        assert_eq!(post(&server, "backtest", wrong).await.line(), "422 bad_span");
    }
}

/// Three and 13 minutes after [`NOW`], by the shop's clock: UTC.
const UP: &str = "2025-11-22T08:30";
const DOWN: &str = "2025-11-22T08:40";

/// What is planned for the greeting.
async fn planned<S: Http>(server: &Server<S>) -> Value {
    state(server).await["plan"].clone()
}

#[actix_web::test]
async fn what_is_planned_goes_up_and_comes_down_by_the_clock_and_is_on_record() {
    let server = start().await;
    let plan = json!({"site": "demo", "json": greeting().to_string(), "share_permille": 100,
                      "publish_at": UP, "stop_at": DOWN});
    assert_eq!(post(&server, "draft", written(&greeting())).await.status, 204);
    assert_eq!(post(&server, "plan", plan).await.status, 204);
    assert_eq!(planned(&server).await["publish_at"], UP);
    assert_eq!(server.services.carry_out_plans().await.unwrap(), 0, "it is not time yet");

    // Long after: as a server finds it that was down meanwhile.
    server.clock.set(Millis(NOW + 5 * MINUTE));
    assert_eq!(server.services.carry_out_plans().await.unwrap(), 1);
    let (version, shown) = in_force(&server).await;
    assert_eq!((version, shown.map(|it| it.holdout_permille)), (2, Some(910)));
    assert_eq!(planned(&server).await["publish_at"], "");
    assert_eq!(server.services.carry_out_plans().await.unwrap(), 0, "it is done once");

    server.clock.set(Millis(NOW + 14 * MINUTE));
    assert_eq!(server.services.carry_out_plans().await.unwrap(), 1);
    assert_eq!(in_force(&server).await, (3, None));
    assert_eq!(planned(&server).await, Value::Null);
    let record = server.ask("/api/campaigns/history?site=demo").await;
    let deeds: Vec<&str> = record["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["what"].as_str().unwrap())
        .collect();
    assert_eq!(deeds, ["withdraw_planned", "publish_planned", "plan", "write_campaign"]);
}

#[actix_web::test]
async fn what_cannot_be_done_as_planned_says_why_and_is_not_tried_again() {
    let server = start().await;
    let mut mute = greeting();
    mute["variants"][0]["action"]["offer"]["copy"]["en"]["title"] = "".into();
    let plan = |json: &Value| json!({"site": "demo", "json": json.to_string(), "publish_at": UP});
    assert_eq!(post(&server, "plan", plan(&mute)).await.status, 204);
    server.clock.set(Millis(NOW + 5 * MINUTE));
    server.services.carry_out_plans().await.unwrap();
    server.services.carry_out_plans().await.unwrap();
    assert_eq!(in_force(&server).await.0, 1);
    let record = server.ask("/api/campaigns/history?site=demo").await;
    assert_eq!(record["entries"].as_array().unwrap().len(), 2, "planned, and failed once");
    let refused =
        json!({"site": "demo", "json": mute.to_string(), "publish_at": "1999-01-01T00:00"});
    assert_eq!(post(&server, "plan", refused).await.line(), "422 bad_time");
}

#[actix_web::test]
async fn a_plan_is_called_off_by_one_without_times() {
    let server = start().await;
    let plan = |at: Option<&str>| json!({"site": "demo", "json": greeting().to_string(), "publish_at": at});
    assert_eq!(post(&server, "draft", written(&greeting())).await.status, 204);
    assert_eq!(post(&server, "plan", plan(Some(UP))).await.status, 204);
    assert_eq!(post(&server, "plan", plan(None)).await.status, 204);
    server.clock.set(Millis(NOW + 5 * MINUTE));
    assert_eq!(server.services.carry_out_plans().await.unwrap(), 0);
}
