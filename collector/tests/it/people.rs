//! People come in, go out, and are on record.

use actix_web::test::TestRequest;
use beacon::Millis;
use serde_json::{Value, json};

use crate::support::{Answered, Http, MINUTE, NOW, Server, TOKEN, start};

const OWN: &str = "http://127.0.0.1:8080";

fn from(page: &str, request: TestRequest) -> TestRequest {
    let host = page.split("://").nth(1).unwrap();
    request.insert_header(("Host", host)).insert_header(("Origin", page))
}

async fn post<S: Http>(server: &Server<S>, cookie: &str, path: &str, body: Value) -> Answered {
    let request = from(OWN, TestRequest::post().uri(path)).insert_header(("Cookie", cookie));
    server.call(request.set_json(body)).await
}

async fn get<S: Http>(server: &Server<S>, cookie: &str, path: &str) -> Answered {
    server.call(TestRequest::get().uri(path).insert_header(("Cookie", cookie))).await
}

async fn delete<S: Http>(server: &Server<S>, cookie: &str, path: &str) -> Answered {
    let request = from(OWN, TestRequest::delete().uri(path));
    server.call(request.insert_header(("Cookie", cookie))).await
}

fn cookie(answer: &Answered) -> String {
    assert_eq!(answer.line(), "204");
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn by_token<S: Http>(server: &Server<S>) -> String {
    cookie(&post(server, "", "/api/session", json!({ "token": TOKEN })).await)
}

async fn by_password<S: Http>(server: &Server<S>, email: &str, password: &str) -> Answered {
    post(server, "", "/api/session", json!({ "email": email, "password": password })).await
}

/// Kim, the first owner.
async fn set_up<S: Http>(server: &Server<S>) -> String {
    let first = by_token(server).await;
    let kim = json!({"name": "Kim", "email": "Kim@shop.example", "password": "correct horse"});
    cookie(&post(server, &first, "/api/setup", kim).await)
}

async fn records<S: Http>(server: &Server<S>, cookie: &str) -> Vec<String> {
    let audit = get(server, cookie, "/api/audit").await.json();
    let end = format!("{}:", audit["total"]);
    assert!(audit["chain"]["end"].as_str().unwrap().starts_with(&end), "{audit}");
    assert_eq!(audit["chain"]["findings"], json!([]));
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    let line = |it: &Value| [&it["who"], &it["what"], &it["about"]].map(text).join(" | ");
    audit["entries"].as_array().unwrap().iter().rev().map(line).collect()
}

#[actix_web::test]
async fn the_first_owner_gets_a_name_once_and_comes_back_by_password() {
    let server = start().await;
    let first = by_token(&server).await;
    assert_eq!(get(&server, &first, "/api/session").await.json()["needs_setup"], true);
    let kim =
        |password: &str| json!({"name": "Kim", "email": "Kim@shop.example", "password": password});
    let short = post(&server, &first, "/api/setup", kim("short")).await;
    assert_eq!(short.line(), "422 bad_password");
    let owner = cookie(&post(&server, &first, "/api/setup", kim("correct horse")).await);
    assert_eq!(get(&server, &first, "/api/session").await.line(), "401 not_logged_in", "rotated");
    let me = get(&server, &owner, "/api/session").await.json();
    assert_eq!((&me["name"], &me["role"]), (&json!("Kim"), &json!("owner")));
    assert_eq!((&me["needs_setup"], &me["person"]), (&json!(false), &json!(1)));
    let again = post(&server, &owner, "/api/setup", kim("correct horse")).await;
    assert_eq!(again.line(), "409 set_up_already");
    let back = by_password(&server, " kim@SHOP.example ", "correct horse").await;
    assert_eq!(get(&server, &cookie(&back), "/api/session").await.line(), "200");
    let expected = [
        "access token | sign_in | session 1",
        "access token | set_up | person 1 (owner)",
        "Kim (person 1) | sign_in | session 2",
        "Kim (person 1) | sign_in | session 3",
    ];
    assert_eq!(records(&server, &owner).await, expected);
}

#[actix_web::test]
async fn somebody_is_invited_chooses_a_password_and_may_do_what_their_role_says() {
    let server = start().await;
    let owner = set_up(&server).await;
    let lee = json!({"name": "Lee", "email": "lee@shop.example", "role": "agent"});
    let invited = post(&server, &owner, "/api/people", lee.clone()).await.json();
    assert_eq!(post(&server, &owner, "/api/people", lee.clone()).await.line(), "422 email_taken");
    let accept = json!({"invite": invited["invite"], "password": "tea and biscuits"});
    let early = by_password(&server, "lee@shop.example", "tea and biscuits").await;
    assert_eq!(early.line(), "401 wrong_password");
    let agent = cookie(&post(&server, "", "/api/session/invite", accept.clone()).await);
    let once = post(&server, "", "/api/session/invite", accept).await;
    assert_eq!(once.line(), "401 wrong_invite");
    assert_eq!(get(&server, &agent, "/api/people").await.json()[1]["is_invited"], false);
    assert_eq!(get(&server, &agent, "/api/tokens").await.line(), "403 not_allowed");
    let mut editor = lee;
    editor["role"] = json!("editor");
    assert_eq!(post(&server, &owner, "/api/people/2", editor).await.line(), "204");
    let ended = get(&server, &agent, "/api/session").await;
    assert_eq!(ended.line(), "401 not_logged_in", "another role, another session");
    let back = cookie(&by_password(&server, "lee@shop.example", "tea and biscuits").await);
    assert_eq!(get(&server, &back, "/api/session").await.json()["role"], "editor");
    assert_eq!(delete(&server, &owner, "/api/people/2").await.line(), "204");
    assert_eq!(get(&server, &back, "/api/session").await.line(), "401 not_logged_in");
    let gone = by_password(&server, "lee@shop.example", "tea and biscuits").await;
    assert_eq!(gone.line(), "401 wrong_password");
    assert_eq!(delete(&server, &owner, "/api/people/1").await.line(), "422 last_owner");
    assert_eq!(delete(&server, &owner, "/api/people/9").await.line(), "404 not_found");
}

#[actix_web::test]
async fn an_invitation_runs_out() {
    let server = start().await;
    let owner = set_up(&server).await;
    let lee = json!({"name": "Lee", "email": "lee@shop.example", "role": "viewer"});
    let invited = post(&server, &owner, "/api/people", lee).await.json();
    server.clock.set(Millis(invited["until"].as_u64().unwrap()));
    let accept = json!({"invite": invited["invite"], "password": "tea and biscuits"});
    let late = post(&server, "", "/api/session/invite", accept).await;
    assert_eq!(late.line(), "401 wrong_invite");
}

#[actix_web::test]
async fn a_session_ends_when_idle_and_after_a_working_day() {
    let server = start().await;
    let owner = set_up(&server).await;
    let mut now = NOW;
    for _ in 0..24 {
        now += 29 * MINUTE;
        server.clock.set(Millis(now));
        assert_eq!(get(&server, &owner, "/api/session").await.line(), "200");
    }
    server.clock.set(Millis(NOW + 12 * 60 * MINUTE));
    assert_eq!(get(&server, &owner, "/api/session").await.line(), "401 not_logged_in");
    let back = cookie(&by_password(&server, "kim@shop.example", "correct horse").await);
    server.clock.set(Millis(NOW + 12 * 60 * MINUTE + 30 * MINUTE));
    assert_eq!(get(&server, &back, "/api/session").await.line(), "401 not_logged_in");
}

#[actix_web::test]
async fn sessions_are_listed_and_ended_and_a_new_password_ends_the_others() {
    let server = start().await;
    let owner = set_up(&server).await;
    let other = cookie(&by_password(&server, "kim@shop.example", "correct horse").await);
    let list = get(&server, &owner, "/api/sessions").await.json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    let of_other = list.as_array().unwrap().iter().find(|it| it["is_this"] == false).unwrap();
    let path = format!("/api/sessions/{}", of_other["id"]);
    assert_eq!(delete(&server, &owner, &path).await.line(), "204");
    assert_eq!(get(&server, &other, "/api/session").await.line(), "401 not_logged_in");
    assert_eq!(delete(&server, &owner, &path).await.line(), "404 not_found");
    let other = cookie(&by_password(&server, "kim@shop.example", "correct horse").await);
    let path = "/api/session/password";
    let change = json!({"old": "correct horse", "new": "battery staple"});
    let wrong = post(&server, &owner, path, json!({"old": "x", "new": "battery staple"})).await;
    assert_eq!(wrong.line(), "401 wrong_password");
    let fresh = cookie(&post(&server, &owner, path, change).await);
    for ended in [&owner, &other] {
        assert_eq!(get(&server, ended, "/api/session").await.line(), "401 not_logged_in");
    }
    assert_eq!(get(&server, &fresh, "/api/session").await.line(), "200");
    let old = by_password(&server, "kim@shop.example", "correct horse").await;
    assert_eq!(old.line(), "401 wrong_password");
}

#[actix_web::test]
async fn a_token_for_a_program_is_told_once_and_opens_until_it_is_revoked() {
    let server = start().await;
    let owner = set_up(&server).await;
    let new = json!({"name": "nightly report", "role": "viewer"});
    let made = post(&server, &owner, "/api/tokens", new).await.json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    let ask = || {
        let request = TestRequest::get().uri("/api/session");
        request.insert_header(("Authorization", format!("Bearer {secret}")))
    };
    let me = server.call(ask()).await.json();
    assert_eq!((&me["name"], &me["role"]), (&json!("nightly report"), &json!("viewer")));
    let list = get(&server, &owner, "/api/tokens").await;
    assert_eq!(list.json()[0]["made_by"], "Kim (person 1)");
    assert!(!String::from_utf8(list.body).unwrap().contains(&secret));
    for file in ["nunchi.sqlite", "nunchi.sqlite-wal"] {
        let bytes = std::fs::read(server.data().join(file)).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
        assert!(!holds(&secret) && !holds("correct horse"), "{file}");
    }
    assert_eq!(delete(&server, &owner, "/api/tokens/1").await.line(), "204");
    assert_eq!(server.call(ask()).await.line(), "401 not_logged_in");
}

#[actix_web::test]
async fn guessing_a_password_is_slowed_down_whoever_guesses_and_from_wherever() {
    let server = start().await;
    set_up(&server).await;
    let login = json!({"email": "kim@shop.example", "password": "guess guess"});
    let mut answers = Vec::new();
    for network in 0..25 {
        let request = from(OWN, TestRequest::post().uri("/api/session"));
        let peer = format!("198.51.{network}.1:9").parse().unwrap();
        answers.push(server.call(request.peer_addr(peer).set_json(&login)).await.line());
    }
    assert_eq!(answers.iter().filter(|it| *it == "401 wrong_password").count(), 20);
    assert_eq!(answers.last().unwrap(), "429 throttled");
    let unknown = by_password(&server, "nobody@shop.example", "guess guess").await;
    assert_eq!(unknown.line(), "401 wrong_password", "as for somebody");
}

#[actix_web::test]
async fn over_tls_the_cookie_is_one_that_no_other_host_can_set() {
    let server = start().await;
    let page = "https://console.shop.example";
    let login = from(page, TestRequest::post().uri("/api/session"));
    let answer = server.call(login.set_json(json!({ "token": TOKEN }))).await;
    let whole = answer.header("set-cookie").to_owned();
    assert!(whole.starts_with("__Host-nunchi_session=") && whole.ends_with("; Secure"), "{whole}");
    let sealed = cookie(&answer);
    assert_eq!(get(&server, &sealed, "/api/session").await.line(), "200");
    let bare = sealed.replace("__Host-", "");
    assert_eq!(get(&server, &bare, "/api/session").await.line(), "401 not_logged_in");
}
