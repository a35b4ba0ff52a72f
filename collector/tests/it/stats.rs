//! `nunchi stats` beside the server: tables, JSON and CSV of all questions.

use beacon::Body;
use beacon::item::{PageKind, Signal};
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::command::{fails, works};
use crate::support::{
    DAY, Http, MINUTE, NOW, Server, added, at, beacon, began, bought, seen, start, viewed,
};

/// Three visitors; the second sees a product that looks like a formula. The command goes by the machine's
/// clock, so that spans are always given.
async fn shop() -> Server<impl Http> {
    let server = start().await;
    for visitor in 1..=3 {
        let product = if visitor == 2 { "=1+1" } else { "tea" };
        let mut items = vec![
            at(0, began(NOW)),
            at(0, viewed("/p/tea", PageKind::Product)),
            at(5, seen(product)),
            at(10, added(product, 1)),
            at(20, Body::Noticed(Signal::CartHesitation { level: 1, causes: 1 })),
            at(1_500, Body::Noticed(Signal::Dwell { ms: 1_500 })),
        ];
        if visitor == 1 {
            items.push(at(2_000, viewed("/cart", PageKind::Cart)));
            items.push(at(3_000, bought("A-1", 12_000)));
        }
        let sent = beacon(visitor, 0, visitor, NOW - MINUTE, items);
        assert_eq!(server.send(&sent).await.line(), "204");
    }
    server
}

/// What is printed of the day that ends with [`NOW`].
fn ask(server: &Server<impl Http>, words: &str) -> String {
    let (from, to) = ((NOW + 1 - DAY).to_string(), (NOW + 1).to_string());
    let span = ["--site", "demo", "--from", &from, "--to", &to];
    let words: Vec<&str> = ["stats"].into_iter().chain(words.split(' ')).chain(span).collect();
    works(server.data(), &words)
}

async fn check(words: &str, expected: Expect) {
    expected.assert_eq(&ask(&shop().await, words));
}

#[actix_web::test]
async fn a_funnel_of_any_steps_is_compared_with_the_day_before() {
    check(
        "funnel --steps view,page:cart,purchase --compare --zone Asia/Seoul",
        expect![[r"
            step       sessions   of all
            view              3  100.0 %
            page:cart         1   33.3 %
            purchase          1   33.3 %

            before: 2025-11-20 17:26 to 2025-11-21 17:26

            step       sessions  of all
            view              0     0 %
            page:cart         0     0 %
            purchase          0     0 %
        "]],
    )
    .await;
}

#[actix_web::test]
async fn a_series_has_the_days_of_the_zone() {
    check(
        "series --unit day --zone Asia/Seoul --filter page=cart",
        expect![[r"
                  from  sessions  visitors  views  purchases  revenue
            2025-11-21         0         0      0          0
            2025-11-22         1         1      2          1  12000 KRW
        "]],
    )
    .await;
}

#[actix_web::test]
async fn rows_of_few_people_are_folded_and_the_reader_is_told_why() {
    check(
        "products --fold-below 2",
        expect![[r"
            product   name  viewed  carted  abandoned  bought  of carted  people
            (others)             3       3          2       1     33.3 %       3

            rows of fewer than 2 people are folded: see --fold-below
        "]],
    )
    .await;
    check(
        "journeys --by path --fold-below 0",
        expect![[r"
            way             sessions  people  ended  bought
            /p/tea                 2       2      2       0
            /p/tea > /cart         1       1      1       1

            ended at  sessions  people  bought
            /p/tea           2       2       0
            /cart            1       1       1
        "]],
    )
    .await;
}

#[actix_web::test]
async fn csv_has_the_fields_of_json_and_no_formula() {
    let server = shop().await;
    let csv = ask(&server, "products --fold-below 0 --format csv");
    expect![[r#"
        "part","id","name","abandoned","bought","carted","people","viewed"
        "rows","tea","The tea",1,1,2,2,2
        "rows","'=1+1","The =1+1",1,0,1,1,1
    "#]]
    .assert_eq(&csv.replace("\r\n", "\n"));
    assert_eq!(csv.matches("\r\n").count(), 3);
}

#[actix_web::test]
async fn every_question_is_answered_in_every_format() {
    let server = shop().await;
    for question in [
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
        let print = |format| ask(&server, &format!("{question} --fold-below 0 --format {format}"));
        assert!(print("table").lines().count() > 0, "{question}");
        let json: Value = serde_json::from_str(&print("json")).unwrap();
        assert!(json.is_object() && json.get("name").is_none(), "{question}: {json}");
        let csv = print("csv");
        let heading = csv.split("\r\n").next().unwrap();
        let columns = heading.split(',').count();
        assert!(heading.starts_with("\"part\""), "{question}: {heading}");
        // No text of this shop has a comma.
        assert!(csv.lines().all(|line| line.split(',').count() == columns), "{question}: {csv}");
    }
}

#[actix_web::test]
async fn what_cannot_be_asked_is_said_in_words() {
    let server = shop().await;
    let check = |words: &str, expected: &str| {
        let words: Vec<&str> = ["stats"].into_iter().chain(words.split(' ')).collect();
        let message = fails(server.data(), &[&words[..], &["--site", "demo"]].concat());
        assert!(message.contains(expected), "{expected} should stand in: {message}");
    };
    check("funnel --steps view,buy", "`buy` is no step: expected view, page:SORT");
    check("pages --filter color=red", "`color=red` is no filter: expected device=");
    check("pages --filter device=watch", "`watch` is no device: expected desktop, phone");
    check("pages --zone Berlin", "`Berlin` is no time zone");
    check("pages --from yesterday", "`yesterday` is no moment: expected such as 2026-11-22");
    check("pages --from 2026-11-22 --last 7d", "cannot be used with");
    check("live --compare", "`live` tells of now");
}
