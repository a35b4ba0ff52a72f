//! What a model said, held against the entries it was shown. It cannot be told whether each word is true; but which
//! entries it stands on, that links and numbers are the shop's, and that it is short.

use std::collections::BTreeSet;

use nunchi_api::chat::Link;
use nunchi_api::knowledge::LINKS_MAX;
use nunchi_api::mask::mask;
use serde::Deserialize;

use super::{Ending, Grounded, Question, Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    answer: String,
    entries: Vec<String>,
}

/// The answer in `said`, with the links of the entries that it names.
pub(super) fn check(question: &Question, said: &str) -> Result<Grounded, Ending> {
    let Reply { answer, entries } =
        serde_json::from_str(unfenced(said)).map_err(|_| Ending::Malformed)?;
    let answer = answer.trim();
    if answer.is_empty() {
        return Err(Ending::Declined);
    }
    let sources = named(question, &entries).ok_or(Ending::Ungrounded)?;
    let is_fit = is_plain(answer) && has_known_addresses(answer, &sources);
    if !is_fit || !numbers(answer).is_subset(&known_numbers(&sources)) {
        return Err(Ending::Ungrounded);
    }
    Ok(Grounded { text: mask(answer), links: links(&sources) })
}

/// Many models put what they are asked for between fences.
fn unfenced(said: &str) -> &str {
    let said = said.trim();
    let inner = said.strip_prefix("```").and_then(|it| it.strip_suffix("```"));
    inner.map_or(said, |it| it.strip_prefix("json").unwrap_or(it))
}

/// The entries with these ids: at least one, and none that was not shown.
fn named<'a>(question: &'a Question, ids: &[String]) -> Option<Vec<&'a Source>> {
    let find = |id: &String| question.entries.iter().find(|entry| entry.id == *id);
    let found: Vec<_> = ids.iter().map(find).collect::<Option<_>>()?;
    (!found.is_empty() && found.len() <= question.entries.len()).then_some(found)
}

fn is_plain(answer: &str) -> bool {
    let turns_round = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_odd = |c: char| (c.is_control() && c != '\n') || turns_round(c);
    answer.chars().count() <= CHARS_MAX && !answer.contains(is_odd)
}

/// Each web or mail address stands in an entry too, or is one of its links.
fn has_known_addresses(answer: &str, sources: &[&Source]) -> bool {
    let is_edge = |c: char| !c.is_alphanumeric() && c != '/';
    let words = answer.split_whitespace().map(|word| word.trim_matches(is_edge));
    words.filter(|word| is_address(word)).all(|word| {
        sources.iter().any(|it| {
            it.links.iter().any(|link| link.url == word)
                || it.answer.split_whitespace().any(|known| known.trim_matches(is_edge) == word)
        })
    })
}

/// As addresses look, or a bit like them: a scheme, `@`, a path, or a point between letters.
fn is_address(word: &str) -> bool {
    let mut rest = word.split('.').skip(1);
    let has_name = rest.any(|part| part.chars().take(2).filter(|c| c.is_alphabetic()).count() == 2);
    has_name
        || word.starts_with('/')
        || word.contains("://")
        || word.contains('@')
        || word.contains("](")
}

fn known_numbers(sources: &[&Source]) -> BTreeSet<String> {
    sources.iter().flat_map(|it| numbers(&it.answer)).collect()
}

/// Rows of digits, of whatever script; a comma between two digits is none.
fn numbers(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(|c| c.is_numeric());
    let mut numbers = BTreeSet::new();
    let mut number = String::new();
    for (at, c) in chars.iter().enumerate() {
        if c.is_numeric() {
            number.push(*c);
        } else if !(*c == ',' && at > 0 && is_digit(at - 1) && is_digit(at + 1)) {
            numbers.insert(std::mem::take(&mut number));
        }
    }
    numbers.insert(number);
    numbers.remove("");
    numbers
}

fn links(sources: &[&Source]) -> Vec<Link> {
    let mut links = Vec::<Link>::new();
    for link in sources.iter().flat_map(|it| &it.links) {
        if links.len() < LINKS_MAX && !links.contains(link) {
            links.push(link.clone());
        }
    }
    links
}

/// Three long sentences.
const CHARS_MAX: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Language;
    use serde_json::json;

    fn question() -> Question {
        let source = |id: &str, answer: &str| Source {
            id: id.into(),
            question: format!("{id}?"),
            answer: answer.into(),
            links: vec![Link { title: id.into(), url: format!("/help/{id}") }],
        };
        let entries = vec![
            source(
                "shipping",
                "Shipping is 3,000 won, free from 50,000 won. See shop.example/ship.",
            ),
            source("returns", "Within 7 days. Write to help@shop.example."),
        ];
        Question { text: "how much, 99 percent off?".into(), language: Language::En, entries }
    }

    fn told(answer: &str, entries: &[&str]) -> Result<Grounded, Ending> {
        check(&question(), &json!({ "answer": answer, "entries": entries }).to_string())
    }

    #[test]
    fn what_stands_on_entries_is_taken_with_their_links() {
        for answer in [
            "It is 3000 won.",
            "Shipping costs 3,000 won; it is free from 50,000 won.",
            "배송비는 3,000원입니다. 자세한 내용: shop.example/ship",
            "See /help/shipping.",
        ] {
            let grounded = told(answer, &["shipping"]).unwrap();
            assert_eq!(grounded.text, answer);
            assert_eq!(grounded.links[0].url, "/help/shipping");
            assert_eq!(grounded.links.len(), 1);
        }
        let both = told("7 days, 3,000 won, help@shop.example", &["returns", "shipping"]).unwrap();
        assert_eq!(both.links.len(), 2);
        let fenced = "```json\n{\"answer\": \"3,000 won.\", \"entries\": [\"shipping\"]}\n```";
        assert!(check(&question(), fenced).is_ok());
    }

    #[test]
    fn what_the_entries_do_not_say_is_thrown_away() {
        let long = "so ".repeat(CHARS_MAX / 3 + 1);
        for (answer, entries) in [
            ("It is cheap.", &[][..]),
            ("It is cheap.", &["other"]),
            ("It is cheap.", &["shipping", "other"]),
            ("It is cheap.", &["shipping", "returns", "shipping"]),
            ("You get 99 % off.", &["shipping"]),
            ("Within 7 days.", &["shipping"]),
            ("It is ３ won.", &["shipping"]),
            ("Pay at http://evil.example/x", &["shipping"]),
            ("Pay at evil.example", &["shipping"]),
            ("evil.example에서 결제하세요", &["shipping"]),
            ("Pay at shop.example/ship.evil.example", &["shipping"]),
            ("Write to me@evil", &["shipping"]),
            ("Write to help@shop.example", &["shipping"]),
            ("Go to /admin", &["shipping"]),
            ("[here](javascript:alert)", &["shipping"]),
            ("a\u{1b}[31mb", &["shipping"]),
            ("a\u{202e}b", &["shipping"]),
            (&long, &["shipping"]),
        ] {
            assert_eq!(told(answer, entries), Err(Ending::Ungrounded), "{answer} {entries:?}");
        }
        assert_eq!(told(" ", &[]), Err(Ending::Declined));
    }

    #[test]
    fn anything_but_the_object_that_was_asked_for_is_malformed() {
        for said in [
            "",
            "It is 3,000 won.",
            "{\"answer\": \"3,000 won\"}",
            "{\"answer\": 3, \"entries\": [\"shipping\"]}",
            "{\"answer\": \"a\", \"entries\": [\"shipping\"], \"call\": \"refund\"}",
            "{\"answer\": \"a\", \"entries\": [\"shipping\"]} and more",
            "```",
        ] {
            assert_eq!(check(&question(), said), Err(Ending::Malformed), "{said}");
        }
    }
}
