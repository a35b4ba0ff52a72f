//! Coupons, products that go together and erasure, over the routes.

use actix_web::test::TestRequest;
use beacon::Millis;
use beacon::item::PageKind;
use engine::campaign::{Action, Campaign};
use serde_json::{Value, json};

use crate::support::{
    Answered, Http, NOW, SHOP, Server, TOKEN, at, beacon, began, key, seen, start, viewed,
};

/// The server with campaign 9 giving coupons of a pool, and visitor 1 in the shop.
async fn shop(codes: &[&str]) -> Server<impl Http> {
    let server = start().await;
    let store = &server.services.store;
    let site = store.sites().unwrap().remove(0);
    let json = include_str!("../../../engine/campaigns/hesitation-coupon.json");
    let mut campaign: Campaign = serde_json::from_str(json).unwrap();
    if let Action::Offer { coupon, .. } = &mut campaign.variants[0].action {
        *coupon = "pool:spring".into();
    }
    let mut pack = site.pack;
    pack.campaigns = vec![campaign];
    store.publish(&key("demo"), pack, Millis(NOW)).unwrap();
    store
        .add_coupons(
            site.id,
            "spring",
            codes.iter().map(ToString::to_string).collect(),
            Millis(NOW),
        )
        .unwrap();
    server.services.sites.refresh().unwrap();
    enter(&server, 1).await;
    server
}

async fn enter<S: Http>(server: &Server<S>, visitor: u8) {
    let items =
        vec![at(0, began(NOW)), at(1, viewed("/p/tea", PageKind::Product)), at(2, seen("tea"))];
    let answer = server.send(&beacon(visitor, 0, visitor, NOW, items)).await;
    assert!(answer.status < 300, "{}", answer.line());
}

async fn wish<S: Http>(server: &Server<S>, visitor: u8, campaign: u16) -> Answered {
    let session = format!("{visitor:02x}").repeat(8);
    let wish = json!({"site": "demo", "session": session, "campaign": campaign, "variant": 0});
    server.post("/v1/coupon", SHOP, wish.to_string()).await
}

async fn redeem<S: Http>(server: &Server<S>, codes: &[&str]) -> Value {
    let request = TestRequest::post().uri("/api/coupons/redeem");
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    server.call(request.set_json(json!({"site": "demo", "codes": codes}))).await.json()
}

#[actix_web::test]
async fn a_visit_is_given_one_coupon_however_often_it_asks_and_the_shop_takes_it_once() {
    let server = shop(&["A-1"]).await;
    let first = wish(&server, 1, 9).await;
    assert_eq!((first.status, first.json()), (200, json!({"code": "A-1"})));
    assert_eq!(first.header("access-control-allow-origin"), SHOP);
    assert_eq!(wish(&server, 1, 9).await.json(), first.json());
    let pools = server.ask("/api/coupons?site=demo").await;
    assert_eq!(pools, json!([{"name": "spring", "free": 0, "given": 1, "redeemed": 0}]));
    let taken = redeem(&server, &["A-1", "A-2"]).await;
    assert_eq!(taken, json!({"redeemed": ["A-1"], "refused": ["A-2"]}));
    assert_eq!(redeem(&server, &["A-1"]).await, json!({"redeemed": [], "refused": ["A-1"]}));
}

#[actix_web::test]
async fn another_decision_gets_another_coupon_as_often_as_the_campaign_may_have_its_turn() {
    let server = shop(&["A-1", "A-2", "A-3"]).await;
    let mut pack = server.services.store.sites().unwrap().remove(0).pack;
    pack.campaigns[0].caps.per_session = 2;
    server.services.store.publish(&key("demo"), pack, Millis(NOW)).unwrap();
    server.services.sites.refresh().unwrap();
    let wish = async |decided_s: u32| {
        let wish = json!({
            "site": "demo", "session": "01".repeat(8), "campaign": 9, "variant": 0,
            "decided_s": decided_s,
        });
        server.post("/v1/coupon", SHOP, wish.to_string()).await
    };
    let first = wish(1).await.json();
    let second = wish(2).await.json();
    assert_ne!(first, second);
    assert_eq!([wish(1).await.json(), wish(2).await.json()], [first.clone(), second]);
    assert_eq!(wish(3).await.line(), "409 enough");
    let code = first["code"].as_str().unwrap();
    redeem(&server, &[code]).await;
    let answered = server.ask(&format!("/api/stats/campaigns?site=demo&to={}", NOW + 1)).await;
    assert_eq!(answered["rows"][0]["coupons"], json!({"given": 2, "redeemed": 1}));
}

#[actix_web::test]
async fn whoever_is_not_there_or_comes_too_late_is_given_none() {
    let server = shop(&["A-1"]).await;
    assert_eq!(wish(&server, 2, 9).await.line(), "409 no_visit");
    assert_eq!(wish(&server, 1, 8).await.line(), "404 no_coupon");
    assert_eq!(wish(&server, 1, 9).await.status, 200);
    enter(&server, 2).await;
    assert_eq!(wish(&server, 2, 9).await.line(), "404 pool_empty");
    let wish = json!({"site": "demo", "session": "x", "campaign": 9, "variant": 0});
    assert_eq!(server.post("/v1/coupon", SHOP, wish.to_string()).await.line(), "400 malformed");
    let foreign = server.post("/v1/coupon", "https://other.example", wish.to_string()).await;
    assert_eq!(foreign.line(), "403 wrong_origin");
}

#[actix_web::test]
async fn the_published_pack_holds_no_code() {
    let server = shop(&["SECRET-1"]).await;
    let pack = server.call(TestRequest::get().uri("/v1/pack/demo")).await;
    let holds = |text: &[u8]| pack.body.windows(text.len()).any(|it| it == text);
    assert!(holds(b"Here is 10% off") && !holds(b"SECRET-1") && !holds(b"spring"));
}

#[actix_web::test]
async fn a_code_for_everybody_stands_in_no_pack_either_and_is_told_to_who_is_here() {
    let server = shop(&[]).await;
    let mut pack = server.services.store.sites().unwrap().remove(0).pack;
    if let Action::Offer { coupon, .. } = &mut pack.campaigns[0].variants[0].action {
        *coupon = "WELCOME10".into();
    }
    server.services.store.publish(&key("demo"), pack, Millis(NOW)).unwrap();
    server.services.sites.refresh().unwrap();
    let pack = server.call(TestRequest::get().uri("/v1/pack/demo")).await;
    assert!(!pack.body.windows(9).any(|it| it == b"WELCOME10"));
    assert_eq!(wish(&server, 1, 9).await.json(), json!({"code": "WELCOME10"}));
    assert_eq!(wish(&server, 2, 9).await.line(), "409 no_visit");
}

#[actix_web::test]
async fn what_ten_people_looked_at_is_told_and_what_nine_did_is_not() {
    let server = start().await;
    let also = async || {
        let request = TestRequest::get().uri("/v1/also/demo?product=cup");
        let answer = server.call(request).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
        answer.json()["products"].clone()
    };
    for visitor in 1..10 {
        enter(&server, visitor).await;
    }
    assert_eq!(also().await, json!([]));
    enter(&server, 10).await;
    // What was found is kept for ten minutes.
    server.clock.set(Millis(NOW + 600_000));
    let product = json!([{"id": "tea", "name": "The tea", "path": "/p/tea", "minor": 12_000, "currency": "KRW", "by": "popular"}]);
    assert_eq!(also().await, product);
}

#[actix_web::test]
async fn a_visitor_who_wants_to_be_erased_waits_in_line_and_talks_are_gone_at_once() {
    let server = shop(&[]).await;
    let session = "01".repeat(8);
    let ask = json!({
        "site": "demo", "conversation": "0".repeat(32), "number": 0, "path": "/", "language": "en",
        "session": session, "text": "Where is my order?",
    });
    assert_eq!(server.post("/v1/chat", SHOP, ask.to_string()).await.status, 200);
    let wish = json!({"site": "demo", "visitor": "01".repeat(16), "session": session});
    let answer = server.post("/v1/erase", SHOP, wish.to_string()).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"gone_by": 0})));
    let thread = json!({"site": "demo", "conversation": "0".repeat(32)});
    let thread = server.post("/v1/chat/thread", SHOP, thread.to_string()).await.json();
    assert_eq!(thread["messages"], json!([]));
    let nobody = json!({"site": "demo", "visitor": "", "session": ""});
    assert_eq!(server.post("/v1/erase", SHOP, nobody.to_string()).await.line(), "400 malformed");
}
