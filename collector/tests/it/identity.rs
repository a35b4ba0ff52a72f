//! Visitors whom the shop's server signed for: one thread on each of their devices, and nobody else's.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Answered, Http, NOW, SHOP, Server, listen, next_of, start};

const LAPTOP: &str = "00112233445566778899aabbccddeeff";
const PHONE: &str = "ffeeddccbbaa99887766554433221100";
const WANTS: &str = "Leave my question for a person";

/// As a shop's server signs it, for half an hour.
fn signed(secret: &str, site: &str, customer: &str) -> String {
    let part = |it: &Value| BASE64_URL_SAFE_NO_PAD.encode(it.to_string());
    let head = json!({ "alg": "HS256", "typ": "JWT" });
    let claims = json!({ "sub": customer, "aud": site, "exp": NOW / 1_000 + 1_800 });
    let text = format!("{}.{}", part(&head), part(&claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

async fn secret_of<S: Http>(server: &Server<S>, site: &str) -> String {
    let made = server.tell(&format!("/api/sites/{site}/identity"), &json!({})).await;
    made["secret"].as_str().unwrap().to_owned()
}

async fn ask<S: Http>(server: &Server<S>, talk: &str, token: Option<&str>, text: &str) -> Answered {
    let ask = json!({
        "site": "demo", "conversation": talk, "number": 0, "path": "/", "language": "en", "text": text,
        "token": token,
    });
    server.post("/v1/chat", SHOP, ask.to_string()).await
}

async fn open<S: Http>(server: &Server<S>, talk: &str, token: Option<&str>) -> Answered {
    let reopen = json!({ "site": "demo", "conversation": talk, "token": token });
    server.post("/v1/chat/thread", SHOP, reopen.to_string()).await
}

/// The visitor's words of a thread, and whose it is said to be.
fn own(answered: &Answered) -> String {
    let thread = answered.json();
    let messages = thread["messages"].as_array().unwrap();
    let own = messages.iter().filter(|it| it["from"] == "visitor");
    let own: Vec<_> = own.map(|it| it["text"].as_str().unwrap().to_owned()).collect();
    format!("{}: {}", thread["conversation"].as_str().unwrap_or("the same"), own.join(" | "))
}

#[actix_web::test]
async fn a_customer_has_one_thread_on_each_device_and_the_operator_sees_whose_it_is() {
    let server = start().await;
    let token = signed(&secret_of(&server, "demo").await, "demo", "customer-7");
    ask(&server, LAPTOP, None, "Before I signed in").await;
    assert_eq!(own(&open(&server, LAPTOP, Some(&token)).await), "the same: Before I signed in");
    assert_eq!(
        own(&open(&server, PHONE, Some(&token)).await),
        format!("{LAPTOP}: Before I signed in")
    );
    let said = ask(&server, PHONE, Some(&token), "From the phone").await;
    assert_eq!(own(&said), format!("{LAPTOP}: Before I signed in | From the phone"));
    let inbox = server.ask("/api/conversations?site=demo").await;
    assert_eq!(inbox["rows"].as_array().unwrap().len(), 1);
    assert_eq!(inbox["rows"][0]["customer"], "customer-7");
}

#[actix_web::test]
async fn what_was_said_before_signing_in_on_a_second_device_comes_to_the_thread() {
    let server = start().await;
    let token = signed(&secret_of(&server, "demo").await, "demo", "customer-7");
    ask(&server, LAPTOP, Some(&token), "First").await;
    ask(&server, PHONE, None, WANTS).await;
    server.tell("/api/conversations/2/accept", &json!({ "site": "demo" })).await;
    let hello = json!({ "site": "demo", "number": 1, "text": "Hello" });
    server.tell("/api/conversations/2/say", &hello).await;
    server.tell("/api/conversations/2/note", &hello).await;
    let mut console = listen(&server, "/api/conversations/events?site=demo").await;
    let thread = open(&server, PHONE, Some(&token)).await;
    assert_eq!(own(&thread), format!("{LAPTOP}: First | {WANTS}"));
    assert_eq!(thread.json()["standing"]["state"], "open", "whoever had it has it still");
    assert_eq!(next_of(&mut console, "gone").await, json!({ "id": 2, "into": 1 }));
    let row = next_of(&mut console, "row").await;
    assert_eq!((&row["id"], &row["agent"]), (&1.into(), &"Owner".into()));
    let talk = server.ask("/api/conversations/1?site=demo").await;
    let numbers: Vec<_> =
        talk["messages"].as_array().unwrap().iter().map(|it| it["number"].clone()).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4].map(Value::from));
    assert_eq!(
        (&talk["notes"][0]["text"], &talk["messages"][4]["by"]),
        (&"Hello".into(), &"Owner".into())
    );
    let more = json!({
        "site": "demo", "conversation": LAPTOP, "number": 2, "path": "/", "language": "en", "text": "And now",
    });
    assert_eq!(
        server.post("/v1/chat", SHOP, more.to_string()).await.json()["messages"][0]["number"],
        5
    );
}

#[actix_web::test]
async fn who_is_signed_for_as_another_reads_and_says_nothing_in_this_ones_thread() {
    let server = start().await;
    let secret = secret_of(&server, "demo").await;
    let (one, other) =
        (signed(&secret, "demo", "customer-7"), signed(&secret, "demo", "customer-8"));
    ask(&server, LAPTOP, Some(&one), "Mine alone").await;
    let opened = open(&server, LAPTOP, Some(&other)).await;
    let fresh = opened.json()["conversation"].as_str().unwrap().to_owned();
    assert_eq!(own(&opened), format!("{fresh}: "));
    assert!(fresh != LAPTOP && fresh.len() == 32);
    let said = own(&ask(&server, LAPTOP, Some(&other), "On the same computer").await);
    assert!(said.ends_with(": On the same computer"), "{said}");
    assert_eq!(own(&open(&server, PHONE, Some(&one)).await), format!("{LAPTOP}: Mine alone"));
    let typed = open(&server, PHONE, None).await;
    assert_eq!(own(&typed), "the same: ", "without a signature a key opens what it began");
}

#[actix_web::test]
async fn what_the_site_did_not_sign_opens_nothing_and_a_new_secret_ends_the_old() {
    let server = start().await;
    let other = json!({
        "key": "tea", "name": "Tea", "origins": [SHOP], "consent": "personalise", "zone": "UTC",
    });
    server.tell("/api/sites", &other).await;
    let before = open(&server, PHONE, Some("a.b.c")).await;
    assert_eq!(before.line(), "401 bad_identity", "there is no secret yet");
    let (demo, tea) = (secret_of(&server, "demo").await, secret_of(&server, "tea").await);
    ask(&server, LAPTOP, Some(&signed(&demo, "demo", "customer-7")), "Mine").await;
    let replayed = [
        signed(&tea, "tea", "customer-7"),
        signed(&tea, "demo", "customer-7"),
        signed(&demo, "tea", "customer-7"),
        signed(&demo, "demo", "customer-7").replace('.', ".x"),
    ];
    for token in &replayed {
        let refused = open(&server, PHONE, Some(token)).await;
        assert_eq!(refused.line(), "401 bad_identity", "{token}");
        assert!(!String::from_utf8_lossy(&refused.body).contains("Mine"));
        assert_eq!(ask(&server, PHONE, Some(token), "Hi").await.line(), "401 bad_identity");
    }
    let again = secret_of(&server, "demo").await;
    assert_eq!(
        open(&server, PHONE, Some(&signed(&demo, "demo", "customer-7"))).await.line(),
        "401 bad_identity"
    );
    let now = open(&server, PHONE, Some(&signed(&again, "demo", "customer-7"))).await;
    assert_eq!(own(&now), format!("{LAPTOP}: Mine"));
}
