//! From bot to person: operators answer over the routes, and pages hear of it.

use actix_web::body::BoxBody;
use actix_web::test::TestRequest;
use beacon::item::{PageKind, Reaction, VerdictOutcome};
use serde_json::{Value, json};

use crate::support::{
    Answered, Http, NOW, SHOP, Server, added, answered, at, beacon, began, listen, next, next_of,
    seen, start, verdict, viewed,
};

const TALK: &str = "00112233445566778899aabbccddeeff";
const OTHER: &str = "ffeeddccbbaa99887766554433221100";
const SECRET: &str = "Who reads this is a colleague";

async fn ask<S: Http>(server: &Server<S>, talk: &str, number: u32, text: &str) -> Value {
    let ask = json!({
        "site": "demo", "conversation": talk, "number": number, "path": "/cart", "language": "en",
        "session": "0101010101010101", "campaign": 2, "text": text,
    });
    let answer = server.post("/v1/chat", SHOP, ask.to_string()).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

async fn thread<S: Http>(server: &Server<S>, talk: &str) -> Value {
    let reopen = json!({ "site": "demo", "conversation": talk });
    server.post("/v1/chat/thread", SHOP, reopen.to_string()).await.json()
}

async fn stream<S: Http>(server: &Server<S>, ticket: &str, last: Option<u32>) -> BoxBody {
    let request = TestRequest::get().uri(&format!("/v1/chat/events?ticket={ticket}"));
    let mut request = request.insert_header(("Origin", SHOP));
    if let Some(last) = last {
        request = request.insert_header(("Last-Event-ID", last.to_string()));
    }
    let response = server.app.call(request.to_request()).await.ok().unwrap();
    assert_eq!(response.headers().get("content-type").unwrap(), "text/event-stream");
    assert_eq!(response.headers().get("access-control-allow-origin").unwrap(), SHOP);
    response.into_body()
}

async fn sign<S: Http>(server: &Server<S>, what: &str, number: u32) -> Answered {
    let sign = json!({ "site": "demo", "conversation": TALK, "what": what, "number": number });
    server.post("/v1/chat/sign", SHOP, sign.to_string()).await
}

fn of_demo() -> Value {
    json!({ "site": "demo" })
}

fn say(number: u32, text: &str) -> Value {
    json!({ "site": "demo", "number": number, "text": text })
}

fn said(thread: &Value) -> Vec<String> {
    let line = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        format!("{}{} {}", text("from"), text("by"), text("text"))
    };
    thread["messages"].as_array().unwrap().iter().map(line).collect()
}

const WANTS: &str = "Leave my question for a person";

#[actix_web::test]
async fn a_person_takes_over_and_answers_and_the_bot_is_silent_until_it_is_over() {
    let server = start().await;
    let left = ask(&server, TALK, 0, WANTS).await;
    assert_eq!(
        (&left["standing"]["state"], &left["standing"]["place"]),
        (&"waiting".into(), &1.into())
    );
    let refused = server.try_telling("/api/conversations/1/say", &say(7, "Hello")).await;
    assert_eq!(refused.line(), "409 not_open");
    let row = server.tell("/api/conversations/1/accept", &of_demo()).await;
    assert_eq!((&row["state"], &row["agent"]), (&"open".into(), &"Owner".into()));
    let named = json!({ "is_available": true, "capacity": 3, "public_name": "Mina" });
    server.tell("/api/conversations/presence", &named).await;
    server.tell("/api/conversations/1/say", &say(7, "Hello, how can I help?")).await;
    server.tell("/api/conversations/1/say", &say(7, "Hello, how can I help?")).await;
    let asked = ask(&server, TALK, 1, "How long is delivery?").await;
    assert_eq!(
        said(&asked),
        ["visitor How long is delivery?"],
        "the bot knows that, and is silent"
    );
    assert_eq!(asked["standing"]["agent"], "Mina", "colleagues' names are the shop's own");
    let thread = thread(&server, TALK).await;
    assert_eq!(
        said(&thread)[2..],
        ["agentMina Hello, how can I help?", "visitor How long is delivery?"]
    );
    server.tell("/api/conversations/1/close", &of_demo()).await;
    let again = ask(&server, TALK, 2, "How do I use a coupon?").await;
    assert_eq!((said(&again).len(), &again["standing"]["state"]), (2, &"bot".into()));
}

#[actix_web::test]
async fn who_waits_comes_before_who_does_not_and_who_waits_longest_first() {
    let server = start().await;
    ask(&server, TALK, 0, "How long is delivery?").await;
    ask(&server, OTHER, 0, WANTS).await;
    server.clock.set(beacon::Millis(NOW + 40_000));
    let third = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
    let placed = ask(&server, third, 0, WANTS).await;
    assert_eq!(placed["standing"]["place"], 2);
    let inbox = server.ask("/api/conversations?site=demo").await;
    let rows: Vec<_> =
        inbox["rows"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!((rows, &inbox["waiting"]), (vec![2.into(), 3.into(), 1.into()], &2.into()));
    let row = &inbox["rows"][0];
    assert_eq!(
        (&row["waiting_since"], &row["language"], &row["path"]),
        (&NOW.into(), &"en".into(), &"/cart".into())
    );
    server.tell("/api/conversations/2/accept", &of_demo()).await;
    assert_eq!(thread(&server, third).await["standing"]["place"], 1);
}

#[actix_web::test]
async fn whoever_takes_over_knows_what_led_there() {
    let server = start().await;
    server
        .send(&beacon(
            1,
            0,
            1,
            NOW,
            vec![
                at(0, began(NOW - 9_000)),
                at(0, viewed("/p/tea", PageKind::Product)),
                at(10, seen("tea")),
                at(20, added("tea", 2)),
                at(4_000, verdict(2, VerdictOutcome::Fired)),
                at(5_000, answered(2, Reaction::Accepted)),
                at(9_000, viewed("/cart", PageKind::Cart)),
            ],
        ))
        .await;
    ask(&server, TALK, 0, "What is the capital of Peru?").await;
    ask(&server, TALK, 1, "How long is delivery?").await;
    let told = server.ask("/api/conversations/1?site=demo").await;
    let context = &told["context"];
    assert_eq!(
        (&context["visitor"]["path"], &context["visitor"]["cart_items"]),
        (&"/cart".into(), &2.into())
    );
    assert_eq!(context["campaign"]["name"], "Help at a wavering cart");
    let tried = json!([
        { "question": "What is the capital of Peru?", "is_answered": false },
        { "question": "How long is delivery?", "is_answered": true },
    ]);
    assert_eq!(context["tried"], tried);
    let visit = &context["visit"];
    let steps: Vec<String> = visit["journey"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["what"].as_str().unwrap(), it["of"].as_str().unwrap()))
        .collect();
    assert_eq!(steps, ["viewed /p/tea", "added The tea", "viewed /cart"]);
    assert_eq!(
        (&visit["cart"][0]["product"], &visit["cart"][0]["quantity"]),
        (&"The tea".into(), &2.into())
    );
    let shown = &visit["shown"][0];
    assert_eq!((&shown["outcome"], &shown["reaction"]), (&"fired".into(), &"accepted".into()));
    let score = &visit["score"];
    assert!(
        score["buy_permille"].as_u64().unwrap() > 0
            && !score["terms"][0]["ko"].as_str().unwrap().is_empty()
    );
    assert_eq!(told["row"]["reasons"], json!(["cart", "unanswered"]));
}

#[actix_web::test]
async fn notes_are_for_colleagues_and_never_reach_the_page() {
    let server = start().await;
    ask(&server, TALK, 0, WANTS).await;
    let ticket = thread(&server, TALK).await["ticket"].as_str().unwrap().to_owned();
    let mut page = stream(&server, &ticket, None).await;
    next(&mut page).await;
    let mut console = listen(&server, "/api/conversations/events?site=demo").await;
    server.tell("/api/conversations/1/note", &say(1, SECRET)).await;
    assert_eq!(next_of(&mut console, "note").await["note"]["text"], SECRET);
    server.tell("/api/conversations/1/accept", &of_demo()).await;
    server.tell("/api/conversations/1/say", &say(1, "Hello")).await;
    loop {
        let event = next(&mut page).await;
        assert!(!event.contains(SECRET), "{event}");
        if event.starts_with("event: message") {
            break;
        }
    }
    assert!(!thread(&server, TALK).await.to_string().contains(SECRET));
    let told = server.ask("/api/conversations/1?site=demo").await;
    assert_eq!(
        (&told["notes"][0]["text"], &told["notes"][0]["by"]),
        (&SECRET.into(), &"Owner".into())
    );
}

#[actix_web::test]
async fn a_page_hears_a_person_at_once_and_goes_on_where_its_stream_broke_off() {
    let server = start().await;
    ask(&server, TALK, 0, WANTS).await;
    let ticket = thread(&server, TALK).await["ticket"].as_str().unwrap().to_owned();
    let mut page = stream(&server, &ticket, Some(1)).await;
    let first = next(&mut page).await;
    assert!(!first.contains("event: message") && first.contains(r#""state":"waiting""#), "{first}");
    server.tell("/api/conversations/1/accept", &of_demo()).await;
    assert_eq!(next_of(&mut page, "standing").await["state"], "open");
    server.tell("/api/conversations/1/typing", &of_demo()).await;
    next_of(&mut page, "typing").await;
    server.tell("/api/conversations/1/say", &say(1, "One")).await;
    assert_eq!(next_of(&mut page, "message").await["text"], "One");
    drop(page);
    server.tell("/api/conversations/1/say", &say(2, "Two")).await;
    let again = next(&mut stream(&server, &ticket, Some(2)).await).await;
    assert!(
        again.contains("\nid: 3\n") && again.contains("Two") && !again.contains("One"),
        "{again}"
    );
}

#[actix_web::test]
async fn a_ticket_is_needed_and_opens_from_pages_of_its_site_only() {
    let server = start().await;
    ask(&server, TALK, 0, "Hello").await;
    let ticket = thread(&server, TALK).await["ticket"].as_str().unwrap().to_owned();
    let open = async |ticket: &str, origin: &'static str| {
        let request = TestRequest::get().uri(&format!("/v1/chat/events?ticket={ticket}"));
        server.call(request.insert_header(("Origin", origin))).await.line()
    };
    assert_eq!(open(TALK, SHOP).await, "403 no_ticket", "the key is no ticket");
    assert_eq!(open(&ticket, "https://evil.example").await, "403 wrong_origin");
    server.clock.set(beacon::Millis(NOW + 11 * 60_000));
    assert_eq!(open(&ticket, SHOP).await, "403 no_ticket", "too old");
    assert_eq!(
        thread(&server, OTHER).await["ticket"],
        Value::Null,
        "there is no such conversation"
    );
}

#[actix_web::test]
async fn both_sides_know_what_was_read_and_that_the_other_writes() {
    let server = start().await;
    ask(&server, TALK, 0, WANTS).await;
    let mut console = listen(&server, "/api/conversations/events?site=demo").await;
    assert_eq!(next_of(&mut console, "inbox").await["rows"][0]["unread"], 1);
    assert_eq!(sign(&server, "typing", 0).await.line(), "204");
    assert_eq!(next_of(&mut console, "typing").await, 1);
    server.tell("/api/conversations/1/read", &of_demo()).await;
    assert_eq!(thread(&server, TALK).await["standing"]["read"], 2);
    assert_eq!(sign(&server, "read", 2).await.line(), "204");
    assert_eq!(server.ask("/api/conversations/1?site=demo").await["read_to"], 1);
    assert_eq!(sign(&server, "rated", 0).await.line(), "422 limits");
    assert_eq!(sign(&server, "rated", 5).await.line(), "204");
    assert_eq!(server.ask("/api/conversations?site=demo").await["rows"][0]["rating"], 5);
}

#[actix_web::test]
async fn who_signs_too_often_is_not_passed_on_to_consoles() {
    let server = start().await;
    ask(&server, TALK, 0, WANTS).await;
    for _ in 0..20 {
        assert_eq!(sign(&server, "typing", 0).await.line(), "204");
    }
    assert_eq!(sign(&server, "typing", 0).await.line(), "429 throttled");
    assert_eq!(said(&ask(&server, TALK, 1, "Still here").await).len(), 1, "messages go on");
}

#[actix_web::test]
async fn a_conversation_is_handed_on_and_waits_for_whoever_knows() {
    let server = start().await;
    ask(&server, TALK, 0, WANTS).await;
    let transfer = json!({ "site": "demo", "agent": "kim", "skill": "returns" });
    let refused = server.try_telling("/api/conversations/1/transfer", &transfer).await;
    assert_eq!(refused.line(), "409 not_open");
    server.tell("/api/conversations/1/accept", &of_demo()).await;
    server.tell("/api/conversations/1/say", &say(1, "One moment")).await;
    let row = server.tell("/api/conversations/1/transfer", &transfer).await;
    let told = [&row["state"], &row["agent"], &row["skill"], &row["waiting_since"]];
    assert_eq!(told, [&json!("waiting"), &json!("kim"), &json!("returns"), &json!(NOW)]);
    assert_eq!(thread(&server, TALK).await["standing"]["agent"], "", "nobody has it yet");
}

#[actix_web::test]
async fn out_of_hours_who_wants_a_person_is_told_so_and_kept_for_later() {
    let server = start().await;
    // Closed on every day but the one of another week.
    let office = json!({ "site": "demo", "closed": ["2025-11-22"],
        "openings": (0..7).map(|day| json!({ "day": day, "from_min": 0, "to_min": 1440 })).collect::<Vec<_>>(),
        "offline": { "en": "We sleep." }, "pages": [{ "path": "/cart", "skill": "orders" }] });
    server.tell("/api/conversations/office", &office).await;
    let left = ask(&server, TALK, 0, WANTS).await;
    assert_eq!(said(&left)[1], "bot We sleep.");
    assert_eq!(
        (&left["standing"]["state"], &left["standing"]["is_staffed"]),
        (&"waiting".into(), &false.into())
    );
    let row = server.ask("/api/conversations?site=demo").await["rows"][0].clone();
    assert_eq!(row["skill"], "orders", "asked in the cart");
    let chosen = left["messages"][1]["suggestions"][0].as_str().unwrap().to_owned();
    assert_eq!(chosen, "Call me: 2025-11-23 00:00", "the first half hour of the next day");
    let number = ask(&server, TALK, 1, &chosen).await;
    assert!(said(&number)[1].starts_with("bot Write the telephone number"), "{number}");
    let done = ask(&server, TALK, 2, "030 1234567").await;
    assert_eq!(said(&done)[1], "bot We will call you at 2025-11-23 00:00, by the shop's clock.");
    let row = server.ask("/api/conversations?site=demo").await["rows"][0].clone();
    assert_eq!(row["callback_at"], 1_763_856_000_000_u64);
    let late = ask(&server, TALK, 3, "Call me: 2025-11-22 00:00").await;
    assert!(said(&late)[1].starts_with("bot That time is no longer free"), "{late}");
    server.clock.set(beacon::Millis(NOW + 86_400_000));
    let open = ask(&server, OTHER, 0, WANTS).await;
    assert_ne!(said(&open)[1], "bot We sleep.");
    let wrong = json!({ "site": "demo", "openings": [{ "day": 9, "from_min": 0, "to_min": 1 }] });
    assert_eq!(server.try_telling("/api/conversations/office", &wrong).await.line(), "422 limits");
}

#[actix_web::test]
async fn what_waits_is_offered_to_who_is_there_and_speaks_the_language() {
    let server = start().await;
    ask(&server, TALK, 0, WANTS).await;
    let mut console = listen(&server, "/api/conversations/events?site=demo").await;
    assert_eq!(next_of(&mut console, "inbox").await["rows"][0]["offered"], "");
    let presence =
        |languages: &[&str]| json!({ "is_available": true, "capacity": 2, "languages": languages });
    server.tell("/api/conversations/presence", &presence(&["fr"])).await;
    let offered =
        async || server.ask("/api/conversations?site=demo").await["rows"][0]["offered"].clone();
    assert_eq!(offered().await, "");
    server.tell("/api/conversations/presence", &presence(&["en", "fr"])).await;
    assert_eq!(offered().await, "Owner");
    assert_eq!(thread(&server, TALK).await["standing"]["is_staffed"], true);
}

#[actix_web::test]
async fn replies_are_kept_for_each_site_in_their_order() {
    let server = start().await;
    let none = server.ask("/api/conversations/replies?site=demo").await;
    assert_eq!(none, json!({ "site": "demo", "replies": [] }));
    let replies = json!({ "site": "demo", "replies": [
        { "title": "Hello", "text": "Hello, {visitor.language}." }, { "title": "Bye", "text": "Bye." },
    ] });
    server.tell("/api/conversations/replies", &replies).await;
    assert_eq!(server.ask("/api/conversations/replies?site=demo").await, replies);
    let wrong = json!({ "site": "demo", "replies": [{ "title": "", "text": "x" }] });
    let refused = server.try_telling("/api/conversations/replies", &wrong).await;
    assert_eq!(refused.line(), "422 limits");
}

#[actix_web::test]
async fn what_is_no_deed_is_refused() {
    let server = start().await;
    ask(&server, TALK, 0, WANTS).await;
    let line = async |path: &str, body: Value| server.try_telling(path, &body).await.line();
    assert_eq!(line("/api/conversations/9/accept", of_demo()).await, "404 not_found");
    assert_eq!(
        line("/api/conversations/1/accept", json!({ "site": "none" })).await,
        "404 unknown_site"
    );
    assert_eq!(line("/api/conversations/1/note", say(1, "  ")).await, "422 limits");
    assert_eq!(line("/api/conversations/1/note", say(1, &"눈".repeat(2_001))).await, "422 limits");
    let presence = json!({ "is_available": true, "capacity": 0 });
    assert_eq!(line("/api/conversations/presence", presence).await, "422 limits");
    server.tell("/api/conversations/1/note", &say(1, "4111 1111 1111 1111")).await;
    let note = server.ask("/api/conversations/1?site=demo").await["notes"][0]["text"].clone();
    assert_eq!(note, "•••• •••• •••• 1111");
}
