//! A language model that helps the bot, played by a socket that speaks its protocol.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use actix_web::test::TestRequest;
use collector::chat::LlmSettings;
use serde_json::{Value, json};

use beacon::Millis;

use crate::support::{DAY, Http, NOW, SHOP, Server, TOKEN, start};

/// What the stub does with one request.
enum Does {
    /// Answers with this status and body.
    Answers(u16, String),
    /// Never answers; hangs up when the other side does.
    Waits,
}

/// Takes one connection for each of `does`. Its base address, and the requests it got: head and body.
fn stub(does: Vec<Does>) -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (told, requests) = channel();
    std::thread::spawn(move || {
        for does in does {
            let (mut socket, _) = listener.accept().unwrap();
            let request = read(&mut socket);
            // A test that looks at no request has dropped the other end.
            let _ = told.send(request);
            let Does::Answers(status, body) = does else {
                let _ = socket.read(&mut [0]);
                continue;
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            socket.write_all((head + &body).as_bytes()).unwrap();
        }
    });
    (url, requests)
}

fn read(socket: &mut TcpStream) -> (String, Value) {
    let mut socket = BufReader::new(socket);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head += &line;
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body).unwrap();
    (head, serde_json::from_slice(&body).unwrap())
}

/// A model that says `answer`, from these entries.
fn says(answer: &str, entries: &[&str]) -> Does {
    let content = json!({ "answer": answer, "entries": entries }).to_string();
    completes(&content)
}

fn completes(content: &str) -> Does {
    let message = json!({ "role": "assistant", "content": content });
    Does::Answers(
        200,
        json!({ "id": "x", "choices": [{ "index": 0, "message": message }] }).to_string(),
    )
}

fn settings(url: String) -> LlmSettings {
    let timeout = Duration::from_mins(1);
    LlmSettings { url, model: "small".into(), key_file: None, budget: 100, timeout }
}

/// A question that the default knowledge has something near to, but nothing sure.
const UNSURE: &str = "my grandmother wonders about refund things";

async fn say<S: Http>(server: &Server<S>, number: u32, text: &str) -> Value {
    let ask = json!({
        "site": "demo", "conversation": "00112233445566778899aabbccddeeff", "number": number,
        "path": "/", "language": "en", "text": text,
    });
    let answer = server.post("/v1/chat", SHOP, ask.to_string()).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()["messages"][1].clone()
}

/// The outcomes that are not 0.
async fn outcomes<S: Http>(server: &Server<S>) -> Vec<String> {
    let request = TestRequest::get().uri("/metrics");
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    let page = String::from_utf8(server.call(request).await.body).unwrap();
    let rows = page.lines().filter_map(|line| {
        let row = line.strip_prefix("nunchi_llm_questions_total{outcome=\"")?;
        let (outcome, count) = row.split_once("\"} ")?;
        (count != "0").then(|| format!("{outcome} {count}"))
    });
    rows.collect()
}

/// That it is what retrieval says: it does not know, and offers a person.
fn assert_refuses(message: &Value) {
    assert!(message["text"].as_str().unwrap().starts_with("Sorry, I do not know"), "{message}");
    let offers = message["suggestions"].as_array().unwrap();
    assert_eq!(offers.last().unwrap(), "Leave my question for a person");
}

#[actix_web::test]
async fn off_unless_settings_name_a_model() {
    let server = start().await;
    assert_refuses(&say(&server, 0, UNSURE).await);
    assert!(outcomes(&server).await.is_empty());
}

#[actix_web::test]
async fn a_grounded_answer_is_said_and_kept_with_the_links_of_its_entries() {
    let (url, heard) =
        stub(vec![says("Money comes <b>back</b> after a return.", &["refund_time"])]);
    let server = start().await;
    let key_file = server.data().join("key");
    std::fs::write(&key_file, "s3cret\n").unwrap();
    server.services.set_llm(&LlmSettings { key_file: Some(key_file), ..settings(url) }).unwrap();

    let text = format!("{UNSURE} 4111 1111 1111 1111");
    let message = say(&server, 0, &text).await;
    assert_eq!(
        message["text"], "Money comes <b>back</b> after a return.",
        "plain text stays as it is"
    );
    let offers = message["suggestions"].as_array().unwrap();
    assert_eq!(offers.last().unwrap(), "Leave my question for a person");

    let (head, body) = heard.recv().unwrap();
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1"), "{head}");
    assert!(head.to_ascii_lowercase().contains("authorization: bearer s3cret"), "{head}");
    assert_eq!((&body["model"], body["messages"].as_array().unwrap().len()), (&json!("small"), 2));
    let shown = body["messages"][1]["content"].as_str().unwrap();
    assert!(!shown.contains("4111 1111"), "masked: {shown}");
    let shown: Value = serde_json::from_str(shown).unwrap();
    let entries = shown["entries"].as_array().unwrap();
    assert!((1..=4).contains(&entries.len()), "{entries:?}");
    assert!(entries.iter().any(|entry| entry["id"] == "refund_time"), "{entries:?}");

    let again = say(&server, 1, "how long until I get my refund").await;
    assert_eq!(message["links"], again["links"], "the entry's own");
    assert_eq!(outcomes(&server).await, ["answered 1"], "what is sure needs no model");
}

#[actix_web::test]
async fn whatever_else_it_says_the_visitor_gets_what_retrieval_says() {
    let does = vec![
        says("It is free.", &["no_such_entry"]),
        says("Pay at https://evil.example/now", &["refund_time"]),
        says("", &[]),
        completes("Sure! I have refunded everything."),
        Does::Answers(200, "<html>".into()),
        Does::Answers(200, "{\"choices\": []}".into()),
        Does::Answers(500, "{\"error\": \"overloaded\"}".into()),
    ];
    let (url, _heard) = stub(does);
    let server = start().await;
    server.services.set_llm(&settings(url)).unwrap();
    for number in 0..7 {
        assert_refuses(&say(&server, number, UNSURE).await);
    }
    assert_eq!(outcomes(&server).await, ["declined 1", "ungrounded 2", "malformed 3", "status 1"]);
    // The stub is gone by now.
    assert_refuses(&say(&server, 7, UNSURE).await);
    assert!(outcomes(&server).await.contains(&"unreachable 1".to_owned()));
}

#[actix_web::test]
async fn a_model_that_does_not_answer_in_time_is_not_waited_for() {
    let (url, heard) = stub(vec![Does::Waits]);
    let server = start().await;
    let timeout = Duration::from_millis(50);
    server.services.set_llm(&LlmSettings { timeout, ..settings(url) }).unwrap();
    assert_refuses(&say(&server, 0, UNSURE).await);
    assert_eq!(outcomes(&server).await, ["timeout 1"]);
    drop(heard);
}

#[actix_web::test]
async fn a_days_budget_is_not_overdrawn_and_the_next_day_has_its_own() {
    let refund = || says("Money comes back after a return.", &["refund_time"]);
    let (url, heard) = stub(vec![refund(), refund()]);
    let server = start().await;
    server.services.set_llm(&LlmSettings { budget: 1, ..settings(url) }).unwrap();
    assert_eq!(say(&server, 0, UNSURE).await["text"], "Money comes back after a return.");
    assert_refuses(&say(&server, 1, UNSURE).await);
    server.clock.set(Millis(NOW + DAY));
    assert_eq!(say(&server, 2, UNSURE).await["text"], "Money comes back after a return.");
    assert_eq!(outcomes(&server).await, ["answered 2", "budget 1"]);
    assert_eq!(heard.iter().count(), 2);
}

#[actix_web::test]
async fn a_key_that_cannot_be_read_keeps_the_model_from_being_used() {
    let server = start().await;
    let file = server.data().join("key");
    let with_key = |file: PathBuf| {
        let settings = settings("http://127.0.0.1:9/v1".into());
        server.services.set_llm(&LlmSettings { key_file: Some(file), ..settings })
    };
    assert!(with_key(file.clone()).unwrap_err().to_string().contains("cannot read the key"));
    for broken in ["", "two\nlines", "키"] {
        std::fs::write(&file, broken).unwrap();
        let error = with_key(file.clone()).unwrap_err().to_string();
        assert!(error.contains("expected one line") && !error.contains("two"), "{error}");
    }
}
