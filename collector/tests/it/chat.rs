//! Conversations over the routes.

use serde_json::{Value, json};

use crate::support::{Answered, Http, SHOP, Server, start};

const TALK: &str = "00112233445566778899aabbccddeeff";

async fn say<S: Http>(server: &Server<S>, number: u32, text: &str) -> Answered {
    say_in(server, TALK, number, text).await
}

async fn say_in<S: Http>(server: &Server<S>, talk: &str, number: u32, text: &str) -> Answered {
    let ask = json!({
        "site": "demo", "conversation": talk, "number": number, "path": "/cart?x=1",
        "language": "ko", "campaign": 2, "text": text,
    });
    server.post("/v1/chat", SHOP, ask.to_string()).await
}

fn lines(thread: &Value) -> Vec<String> {
    let messages = thread["messages"].as_array().unwrap();
    let line = |m: &Value| {
        format!("{} {} {}", m["number"], m["from"].as_str().unwrap(), m["text"].as_str().unwrap())
    };
    messages.iter().map(line).collect()
}

async fn thread<S: Http>(server: &Server<S>, talk: &str) -> Vec<String> {
    let reopen = json!({ "site": "demo", "conversation": talk });
    let answer = server.post("/v1/chat/thread", SHOP, reopen.to_string()).await;
    assert_eq!(answer.status, 200);
    lines(&answer.json())
}

#[actix_web::test]
async fn a_question_in_korean_and_one_in_english_are_answered_and_kept() {
    let server = start().await;
    let ko = say(&server, 0, "배송비가 얼마예요?").await;
    assert_eq!(ko.status, 200, "{}", String::from_utf8_lossy(&ko.body));
    assert_eq!(ko.header("access-control-allow-origin"), SHOP);
    let en = say(&server, 1, "How do I use a coupon?").await;
    let expected = [
        "0 visitor 배송비가 얼마예요?",
        "1 bot 배송비는 3,000원이고, 5만 원 이상 주문하시면 무료예요.",
        "2 visitor How do I use a coupon?",
        "3 bot Type the code into the coupon field of the cart and press apply; the discount shows at once.",
    ];
    assert_eq!(lines(&ko.json()), expected[..2]);
    assert_eq!(lines(&en.json()), expected[2..]);
    assert_eq!(en.json()["messages"][1]["links"][0]["url"], "/cart");
    assert_eq!(thread(&server, TALK).await, expected);
}

#[actix_web::test]
async fn the_same_number_again_is_the_same_message() {
    let server = start().await;
    let first = say(&server, 0, "배송비가 얼마예요?").await;
    let again = say(&server, 0, "배송비가 얼마예요?").await;
    assert_eq!(first.json()["messages"], again.json()["messages"]);
    assert_eq!(thread(&server, TALK).await.len(), 2);
}

#[actix_web::test]
async fn what_the_bot_does_not_know_it_does_not_pretend_to_know() {
    let server = start().await;
    let answer = say(&server, 0, "What is the capital of Peru?").await.json();
    assert!(answer["messages"][1]["text"].as_str().unwrap().starts_with("Sorry, I do not know"));
    let offers = answer["messages"][1]["suggestions"].as_array().unwrap();
    let offer = offers.last().unwrap().as_str().unwrap().to_owned();
    assert_eq!(offer, "Leave my question for a person");
    let left = say(&server, 1, &offer).await.json();
    assert!(left["messages"][1]["text"].as_str().unwrap().contains("is left for a person"));
}

#[actix_web::test]
async fn numbers_that_must_not_be_kept_are_masked_before_they_are() {
    let server = start().await;
    say(&server, 0, "My card is 4111 1111 1111 1111").await;
    assert_eq!(thread(&server, TALK).await[0], "0 visitor My card is •••• •••• •••• 1111");
}

#[actix_web::test]
async fn who_does_not_hold_the_key_reads_nothing() {
    let server = start().await;
    say(&server, 0, "배송비가 얼마예요?").await;
    let other = "00112233445566778899aabbccddeefe";
    assert!(thread(&server, other).await.is_empty());
    let reopen = json!({ "site": "demo", "conversation": TALK }).to_string();
    let answer = server.post("/v1/chat/thread", "http://evil.example", reopen).await;
    assert_eq!(answer.line(), "403 wrong_origin");
}

#[actix_web::test]
async fn an_order_is_told_of_to_who_proves_that_it_is_theirs_and_to_nobody_else() {
    let server = start().await;
    let before = bot(&say(&server, 0, "Where is my order?").await.json());
    assert!(before.contains("tracking number by mail"), "{before}");
    let facts = json!({ "site": "demo", "orders": [
        { "number": "od-1001-7", "proofs": ["Kim@Shop.example", "5678"], "state": "shipped",
          "link": "https://parcels.example/1" },
        { "number": "OD-1001-8", "proofs": ["lee@shop.example"], "state": "refunded" },
    ] });
    server.tell("/api/facts", &facts).await;
    let asked = bot(&say(&server, 1, "Where is my order?").await.json());
    assert!(asked.starts_with("Write your order number"), "{asked}");
    let told = say(&server, 2, "OD-1001-7 kim@shop.example").await.json();
    assert_eq!(bot(&told), "Order OD-1001-7: it is on its way.");
    assert_eq!(told["messages"][1]["links"][0]["url"], "https://parcels.example/1");
    let ko = say(&server, 3, "주문번호 OD-1001-8이고 메일은 lee@shop.example이에요").await.json();
    assert_eq!(bot(&ko), "주문 OD-1001-8: 환불이 완료되었어요.");
    let wrong = bot(&say(&server, 4, "OD-1001-8 kim@shop.example").await.json());
    let unknown = bot(&say(&server, 5, "OD-9999-9 kim@shop.example").await.json());
    assert_eq!(wrong, unknown, "not even that there is one");
    assert!(wrong.starts_with("I find no order"));
    for (place, talk) in (0..10_u8).map(|it| (it, format!("{it:032x}"))) {
        let text = format!("OD-1001-8 a{place}@shop.example");
        assert_eq!(bot(&say_in(&server, &talk, 0, &text).await.json()), wrong);
    }
    let closed = say_in(&server, &"f".repeat(32), 0, "OD-1001-8 lee@shop.example").await.json();
    assert_eq!(bot(&closed), wrong, "too many wrong tries");
}

#[actix_web::test]
async fn what_there_is_of_a_product_is_told_as_the_shop_told_it_and_else_not_known() {
    let server = start().await;
    let before = bot(&say(&server, 0, "Is it in stock?").await.json());
    let facts = json!({ "site": "demo", "products": [
        { "id": "tea-1", "name": "Jakseol Green Tea", "path": "/p/tea", "stock": { "in": { "left": 7 } } },
        { "id": "cup-1", "name": "White Cup", "path": "/cart", "stock": "out" },
    ] });
    server.tell("/api/facts", &facts).await;
    let named = bot(&say(&server, 1, "How many Jakseol green tea are left?").await.json());
    assert_eq!(named, "Jakseol Green Tea: in stock, 7 left.");
    let ko = bot(&say(&server, 2, "이거 재고 있나요?").await.json());
    assert_eq!(ko, "White Cup: 지금은 품절이에요.", "the page that they are on");
    let facts = json!({ "site": "demo", "products": [
        { "id": "cup-1", "name": "White Cup", "stock": "preorder" } ] });
    server.tell("/api/facts", &facts).await;
    let unknown = say(&server, 3, "Is it in stock?").await.json();
    assert!(bot(&unknown).starts_with("I do not know what there is"), "no page names it any more");
    assert_eq!(unknown["messages"][1]["suggestions"], json!(["Leave my question for a person"]));
    assert_eq!(
        bot(&say(&server, 4, "Is the white cup sold out?").await.json()),
        "White Cup: can be ordered ahead."
    );
    server.clock.set(beacon::Millis(crate::support::NOW + 3 * crate::support::DAY));
    assert_eq!(bot(&say(&server, 5, "Is it in stock?").await.json()), before, "told too long ago");
    let wrong = json!({ "site": "demo", "products": [{ "id": "", "name": "x", "stock": "out" }] });
    assert_eq!(server.try_telling("/api/facts", &wrong).await.line(), "422 limits");
}

fn bot(answer: &Value) -> String {
    answer["messages"][1]["text"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn what_is_no_message_is_refused() {
    let server = start().await;
    assert_eq!(say(&server, 0, "  \n ").await.line(), "422 limits");
    assert_eq!(say(&server, 0, &"눈".repeat(2_000)).await.line(), "200");
    assert_eq!(say(&server, 1, &"눈".repeat(2_001)).await.line(), "422 limits");
    assert_eq!(say_in(&server, "short", 0, "hi").await.line(), "400 malformed");
    assert_eq!(server.post("/v1/chat", SHOP, "{").await.line(), "400 malformed");
}

#[actix_web::test]
async fn who_talks_too_fast_is_asked_to_wait() {
    let server = start().await;
    for number in 0..20 {
        assert_eq!(say(&server, number, "안녕하세요").await.line(), "200");
    }
    let answer = say(&server, 20, "안녕하세요").await;
    assert_eq!((answer.line().as_str(), answer.header("retry-after")), ("429 throttled", "60"));
    let other = "ffeeddccbbaa99887766554433221100";
    assert_eq!(say_in(&server, other, 0, "안녕하세요").await.line(), "200");
}

#[actix_web::test]
async fn conversations_are_counted_in_the_overview() {
    let server = start().await;
    say(&server, 0, "안녕하세요").await;
    server.clock.set(beacon::Millis(crate::support::NOW + 1));
    assert_eq!(server.ask("/api/stats/overview?site=demo").await["conversations"], 1);
}
