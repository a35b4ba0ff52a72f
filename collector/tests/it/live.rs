//! The live floor: fed by what was stored, told as it changes, made anew after a restart.

use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::dev::Service;
use actix_web::test::{TestRequest, init_service};
use beacon::Body;
use beacon::item::{HesitationCause, PageKind, Signal};
use beacon::reply::{Command, Reply};
use collector::assets::Assets;
use collector::server::Services;
use engine::campaign::Action;

use crate::support::{
    Http, MINUTE, NOW, SHOP, Server, TOKEN, added, at, beacon, began, bought, key, listen, next,
    seen, start, viewed,
};

fn arrives() -> beacon::Beacon {
    let wavers = Signal::CartHesitation { level: 2, causes: HesitationCause::StepBack.bit() };
    beacon(
        1,
        0,
        1,
        NOW,
        vec![
            at(0, began(NOW - 9_000)),
            at(0, viewed("/p/tea", PageKind::Product)),
            at(10, seen("tea")),
            at(20, added("tea", 2)),
            at(9_000, Body::Noticed(wavers)),
        ],
    )
}

#[actix_web::test]
async fn a_visitor_stands_on_the_floor_with_cart_and_mood() {
    let server = start().await;
    server.send(&arrives()).await;
    let floor = server.ask("/api/live?site=demo").await;
    let visitor = &floor["visitors"][0];
    assert_eq!((&floor["total"], &visitor["id"]), (&1.into(), &"0101010101010101".into()));
    assert_eq!((&visitor["page"], &visitor["product"]), (&"product".into(), &"The tea".into()));
    assert_eq!(
        (&visitor["cart_items"], &visitor["cart_value"]["minor"]),
        (&2.into(), &24_000.into())
    );
    assert_eq!(
        (&visitor["hesitation"], &visitor["signal"]),
        (&2.into(), &"cart_hesitation".into())
    );
    assert_eq!((&visitor["zone"], &visitor["mood"]), (&"shelf".into(), &"struggling".into()));
    let why = serde_json::json!([{ "sign": "cart_hesitation", "at": NOW, "points": 50 }]);
    assert_eq!(visitor["mood_reasons"], why);
    server.send(&beacon(1, 1, 1, NOW, vec![at(10_000, bought("A-1", 24_000))])).await;
    let visitor = server.ask("/api/live?site=demo").await["visitors"][0].clone();
    assert_eq!((&visitor["has_bought"], &visitor["cart_items"]), (&true.into(), &0.into()));
    assert_eq!(visitor["mood"], "happy");
}

#[actix_web::test]
async fn moods_fade_while_nothing_happens_and_consoles_are_told() {
    let server = start().await;
    let leaves = Signal::ExitIntent { y: 4, speed: 900, eta_ms: 4 };
    let items = vec![
        at(0, began(NOW)),
        at(0, viewed("/p/tea", PageKind::Product)),
        at(9_000, Body::Noticed(leaves)),
    ];
    server.send(&beacon(1, 0, 1, NOW, items)).await;
    let mut events = open(&server).await;
    let floor = next(&mut events).await;
    assert!(floor.contains(r#""zone":"exit","zone_reason":"exit_intent""#), "{floor}");
    server.clock.set(beacon::Millis(NOW + 10_000));
    server.services.sweep();
    server.clock.set(beacon::Millis(NOW + 30_000));
    server.services.sweep();
    let event = next(&mut events).await;
    assert!(event.contains(r#""zone":"shelf","zone_reason":"""#), "{event}");
}

#[actix_web::test]
async fn who_chatted_and_went_on_does_not_wait_in_a_chat_for_ever() {
    let server = start().await;
    server.send(&arrives()).await;
    let ask = serde_json::json!({
        "site": "demo", "conversation": "00112233445566778899aabbccddeeff", "number": 0,
        "session": "0101010101010101", "path": "/p/tea", "language": "en", "text": "Hello",
    });
    assert_eq!(server.post("/v1/chat", SHOP, ask.to_string()).await.status, 200);
    let place = async || {
        let visitor = server.ask("/api/live?site=demo").await["visitors"][0].clone();
        (visitor["is_chatting"].clone(), visitor["zone"].clone())
    };
    assert_eq!(place().await, (true.into(), "lounge".into()));
    server.send(&beacon(1, 1, 1, NOW, vec![at(70_000, viewed("/", PageKind::Home))])).await;
    server.clock.set(beacon::Millis(NOW + 70_000));
    server.services.sweep();
    assert_eq!(place().await, (false.into(), "entrance".into()));
}

#[actix_web::test]
async fn who_is_silent_for_five_minutes_is_gone_also_after_a_restart() {
    let server = start().await;
    server.send(&arrives()).await;
    let restarted = || {
        let (store, clock) = (server.services.store.clone(), server.clock.clone());
        let services = Services::new(store, Assets::embedded(), TOKEN.into(), clock).unwrap();
        async move {
            let app = init_service(actix_web::App::new().configure(services.routes())).await;
            let request = TestRequest::get().uri("/api/live?site=demo");
            let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
            let answer = app.call(request.to_request()).await.unwrap();
            let body = actix_web::body::to_bytes(answer.into_body()).await.ok().unwrap();
            serde_json::from_slice::<serde_json::Value>(&body).unwrap()["total"].clone()
        }
    };
    server.clock.set(beacon::Millis(NOW + 4 * MINUTE));
    assert_eq!(restarted().await, 1);
    server.clock.set(beacon::Millis(NOW + 6 * MINUTE));
    assert_eq!(restarted().await, 0);
}

#[actix_web::test]
async fn a_beacon_that_was_long_on_its_way_brings_nobody_onto_the_floor() {
    let server = start().await;
    let mut late = arrives();
    late.header.sent_at = beacon::Millis(NOW - 6 * MINUTE);
    assert_eq!(server.send(&late).await.status, 204);
    assert_eq!(server.ask("/api/live?site=demo").await["total"], 0);
}

#[actix_web::test]
async fn a_console_that_listens_hears_each_change_and_pages_are_told_to_hurry() {
    let server = start().await;
    let mut events = open(&server).await;
    assert!(next(&mut events).await.starts_with("event: floor\ndata: {"));
    let answer = server.send(&arrives()).await;
    let reply = Reply::decode(&answer.body).unwrap();
    assert!(matches!(reply.commands[..], [Command::Watched { every_ms: 5_000, .. }]), "{reply:?}");
    let event = next(&mut events).await;
    assert!(event.starts_with("event: visitor\ndata: {\"id\":\"0101010101010101\""), "{event}");
    drop(events);
    // Nobody listens any more; the next beacon finds that out.
    server.send(&beacon(1, 1, 1, NOW, vec![at(9_500, Body::Noticed(Signal::TabHidden))])).await;
    let answer = server.send(&beacon(1, 2, 1, NOW, vec![])).await;
    assert_eq!(answer.line(), "204");
}

#[actix_web::test]
async fn where_an_invitation_needs_an_agent_answers_say_how_many_are_free() {
    let server = start().await;
    let store = &server.services.store;
    let mut pack = store.sites().unwrap().remove(0).pack;
    for campaign in &mut pack.campaigns {
        let is_invitation = matches!(campaign.variants[0].action, Action::Invite { .. });
        campaign.needs_agent = is_invitation;
    }
    let version = store.publish(&key("demo"), pack, beacon::Millis(NOW)).unwrap();
    assert!(server.services.sites.refresh().unwrap());
    let free = async |sequence| {
        let mut beacon = beacon(1, sequence, 1, NOW, vec![at(0, viewed("/", PageKind::Home))]);
        beacon.header.pack = version;
        let reply = Reply::decode(&server.send(&beacon).await.body).unwrap();
        reply.commands.into_iter().find_map(|it| match it {
            Command::Staffed(free) => Some(free),
            _ => None,
        })
    };
    assert_eq!(free(0).await, Some(0));
    let presence = serde_json::json!({ "is_available": true, "capacity": 1 });
    server.tell("/api/conversations/presence", &presence).await;
    assert_eq!(free(1).await, Some(0), "available, but not there");
    let _floor = open(&server).await;
    assert_eq!(free(2).await, Some(0), "looking at the floor is not answering");
    let console = listen(&server, "/api/conversations/events?site=demo").await;
    assert_eq!(free(3).await, Some(1));
    let ask = serde_json::json!({
        "site": "demo", "conversation": "00112233445566778899aabbccddeeff", "number": 0,
        "session": "0101010101010101", "language": "en", "path": "/", "campaign": null,
        "text": "Do you ship to Jeju?"
    });
    assert_eq!(server.post("/v1/chat", SHOP, ask.to_string()).await.status, 200);
    assert_eq!(free(4).await, Some(1), "the bot has it");
    let site = serde_json::json!({ "site": "demo" });
    server.tell("/api/conversations/1/accept", &site).await;
    assert_eq!(free(5).await, Some(0), "the only one has a conversation");
    server.tell("/api/conversations/1/close", &site).await;
    assert_eq!(free(6).await, Some(1));
    drop(console);
    assert_eq!(free(7).await, Some(0), "the console was closed");
}

#[actix_web::test]
async fn a_console_that_does_not_read_is_cut_off_and_ingest_goes_on() {
    let server = start().await;
    let mut events = open(&server).await;
    for sequence in 0..1_100 {
        let items = vec![at(0, viewed("/", PageKind::Home))];
        let answer = server.send(&beacon(1, sequence, 1, NOW, items)).await;
        assert!(matches!(answer.status, 200 | 204));
    }
    let mut heard = 0;
    while let Some(Ok(_)) = std::future::poll_fn(|cx| Pin::new(&mut events).poll_next(cx)).await {
        heard += 1;
    }
    assert_eq!(heard, 1_024);
}

async fn open<S: Http>(server: &Server<S>) -> actix_web::body::BoxBody {
    listen(server, "/api/live/events?site=demo").await
}
