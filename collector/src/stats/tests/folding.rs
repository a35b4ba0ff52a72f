//! Rows of few people are not shown, and cannot be worked out.

use std::collections::{BTreeMap, BTreeSet};

use nunchi_api::questions::{Answer, By, Question, Shares};
use proptest::prelude::*;

use super::notation::{DAY, Loose, ask_of, asked, history};
use crate::stats::{Present, answer};
use crate::store::rows::{Kind, Record, VisitKey};

/// So many visits, of so many visitors, with this source.
fn visits(source: &str, visits: usize, visitors: usize) -> String {
    let visit = |number: usize| {
        let who = format!("{source}{number}/{source}{}", number % visitors);
        format!("{who} 0:00 began phone new ko {source}\n{who} 0:00 viewed / home\n")
    };
    (0..visits).map(visit).collect()
}

fn sources(parts: &[String], below: u64) -> String {
    ask_of(&history(&parts.concat()), Question::Sources {}, &[], below)
}

#[test]
fn nothing_is_folded_where_all_rows_tell_of_enough() {
    let parts = [visits("a", 3, 3), visits("b", 2, 2)];
    assert_eq!(
        sources(&parts, 2),
        "rows: name=a people=3 sessions=3 views=3\nrows: name=b people=2 sessions=2 views=2\n"
    );
}

#[test]
fn small_rows_are_folded_together_when_they_hide_each_other() {
    let parts = [visits("a", 9, 9), visits("b", 2, 2), visits("c", 2, 2)];
    assert_eq!(
        sources(&parts, 4),
        "other: people=4 sessions=4 views=4\nrows: name=a people=9 sessions=9 views=9\n"
    );
}

#[test]
fn a_small_row_that_a_sum_would_tell_takes_the_smallest_beside_it() {
    let parts = [visits("a", 9, 9), visits("b", 8, 6), visits("c", 1, 1)];
    assert_eq!(
        sources(&parts, 5),
        "other: people=7 sessions=9 views=9\nrows: name=a people=9 sessions=9 views=9\n"
    );
    // Persons count, not visits: five visits of one person are one.
    let parts = [visits("a", 9, 9), visits("b", 8, 6), visits("c", 5, 1)];
    assert_eq!(
        sources(&parts, 5),
        "other: people=7 sessions=13 views=13\nrows: name=a people=9 sessions=9 views=9\n"
    );
}

#[test]
fn nothing_is_told_where_all_together_are_too_few() {
    assert_eq!(sources(&[visits("a", 2, 2), visits("b", 1, 1)], 4), "");
}

#[test]
fn a_person_behind_several_folded_rows_is_one() {
    let lines = "
        a/ann 0:00 viewed /a other
        b/ann 0:00 viewed /b other
        c/ann 0:00 viewed /c other
        d/dan 0:00 viewed /d other
        e/eve 0:00 viewed /d other
    ";
    let journeys = Question::Journeys { by: By::Path, depth: 1 };
    // Ann's three ways are one person: the way of two people has to stand beside them.
    expect_test::expect![[r"
        other: ended=5 people=3 sessions=5
        other_ends: people=3 sessions=5
    "]]
    .assert_eq(&ask_of(&history(lines), journeys, &[], 2));
}

#[test]
fn a_visit_counts_once_among_folded_causes_and_products() {
    let lines = "
        a/ann 0:00 cart_stands 1 500 KRW
        a/ann 0:01 cart_hesitation 1 3
        b/bob 0:00 cart_stands 1 700 KRW
        b/bob 0:01 cart_hesitation 1 1
        b/bob 0:02 purchased 1 700 KRW
        b/bob 0:03 cart_hesitation 1 2
        c/cleo 0:00 product_seen tea
        c/cleo 0:01 added tea 1
        c/cleo 0:02 product_seen cup
        c/cleo 0:03 added cup 1
        c/cleo 0:04 removed cup 1
        c/cleo 0:05 purchased 2 100 KRW
        d/dan 0:00 product_seen jar
        d/dan 0:01 added jar 1
        e/eve 0:00 product_seen pot
    ";
    let history = history(lines);
    let ask = |question| ask_of(&history, question, &[], 3);
    assert_eq!(ask(Question::Hesitations {}), "", "two people in all");
    assert_eq!(
        ask(Question::Products {}),
        "other: abandoned=1 bought=1 carted=2 people=3 viewed=3\n"
    );
    assert_eq!(
        ask_of(&history, Question::Signals {}, &[], 2),
        "causes: cause=price_pause sessions=2\ncauses: cause=idle_cart sessions=2\n\
         rows: count=3 sessions=2 signal=cart_hesitation\n"
    );
}

#[test]
fn rows_beyond_the_most_are_others() {
    let path = |number: usize| format!("v{number} 0:00 viewed /{number:03} other\n");
    let lines: String = (0..103).map(path).collect();
    let text = ask_of(&history(&lines), Question::Pages {}, &[], 0);
    assert_eq!(text.lines().filter(|line| line.starts_with("rows")).count(), 100);
    assert!(text.starts_with("other: views=3\n"), "{text}");
    assert!(!text.contains("/100") && text.contains("/099"));
}

/// What somebody knows who sees the answer and all totals: no part of it tells of fewer than `below`.
fn assert_hides(shares: &Shares, people: &BTreeMap<String, BTreeSet<usize>>, below: u64) {
    let shown: BTreeSet<&str> = shares.rows.iter().map(|row| row.name.as_str()).collect();
    for row in &shares.rows {
        assert!(row.people >= below, "{row:?} is shown");
        assert_eq!(row.people, people[&row.name].len() as u64);
    }
    // All that is not shown can be had by subtraction, as one lump.
    let lump: BTreeSet<usize> = people
        .iter()
        .filter(|it| !shown.contains(it.0.as_str()))
        .flat_map(|it| it.1.clone())
        .collect();
    let folded = people.keys().filter(|name| !shown.contains(name.as_str())).count();
    let all_hidden = shown.is_empty();
    assert!(folded == 0 || all_hidden || lump.len() as u64 >= below, "the rest tells of {lump:?}");
    if let Some(other) = &shares.other {
        assert_eq!(other.people, lump.len() as u64);
        assert!(other.people >= below && folded > 0, "{other:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Visits of random visitors with random languages: rows of few people are neither shown nor to be
    /// had from the sum, and nothing is lost in the sum.
    #[test]
    fn no_row_of_few_people_is_shown_or_can_be_subtracted(
        visits in prop::collection::vec((0_usize..12, 0_u8..6), 0..60),
        below in 0_u64..7,
    ) {
        let mut records = Vec::new();
        let mut people = BTreeMap::<String, BTreeSet<usize>>::new();
        for (number, (visitor, language)) in visits.iter().enumerate() {
            let language = format!("l{language}");
            people.entry(language.clone()).or_default().insert(*visitor);
            let mut id = [7; 16];
            id[0] = u8::try_from(*visitor).unwrap();
            let row = |kind| Record {
                visit: VisitKey::new(&(number as u64).to_be_bytes()),
                visitor: Some(id),
                at: DAY,
                ..Record::of(kind)
            };
            records.push(Record { language: Some(language), ..row(Kind::Began) });
            records.push(row(Kind::Viewed));
        }
        let history = Loose { records, ..Loose::default() };
        let asked = asked(Question::Audiences {}, &[]);
        let answer = answer(&history, &asked, below, Present::default()).unwrap();
        let Answer::Audiences(audiences) = answer else { panic!() };
        assert_hides(&audiences.languages, &people, below);
        let sum: u64 =
            audiences.languages.rows.iter().chain(&audiences.languages.other).map(|row| row.sessions).sum();
        prop_assert!(sum == visits.len() as u64 || (sum == 0 && audiences.languages.rows.is_empty()));
    }
}
