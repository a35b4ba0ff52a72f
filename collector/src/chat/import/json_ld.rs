//! `FAQPage` data of schema.org: in a page's scripts, or alone. Answers may be HTML, of which words and
//! links are taken.

use nunchi_api::knowledge::{Entry, EntryLink, LINKS_MAX, Text};
use serde_json::Value;

use super::super::knowledge::{KnowledgeError, Language, check_link};
use super::{ImportError, id_of};

pub(super) fn read(text: &str) -> Result<Vec<Entry>, ImportError> {
    let mut entries = Vec::<Entry>::new();
    let blocks = if text.trim_start().starts_with('<') { scripts(text) } else { vec![text] };
    for block in blocks {
        let value: Value = serde_json::from_str(block.trim()).map_err(KnowledgeError::from)?;
        walk(&value, &mut entries, DEPTH_MAX);
    }
    // Pages say the same question twice now and then; the first one counts.
    let mut ids = std::collections::BTreeSet::new();
    entries.retain(|entry| ids.insert(entry.id.clone()));
    let expected = "FAQPage data with Question and acceptedAnswer";
    if entries.is_empty() { Err(ImportError::Nothing(expected)) } else { Ok(entries) }
}

/// What stands in the page's scripts of the type `application/ld+json`.
fn scripts(page: &str) -> Vec<&str> {
    // Lower case by ASCII alone keeps each byte at its place.
    let lower = page.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = lower[from..].find("<script").map(|at| from + at) {
        let Some(begin) = lower[open..].find('>').map(|at| open + at + 1) else { break };
        let Some(end) = lower[begin..].find("</script").map(|at| begin + at) else { break };
        if lower[open..begin].contains("application/ld+json") {
            found.push(&page[begin..end]);
        }
        from = end;
    }
    found
}

/// Takes every `Question` with an accepted answer, wherever it stands.
fn walk(value: &Value, to: &mut Vec<Entry>, depth: usize) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(all) => all.iter().for_each(|it| walk(it, to, depth - 1)),
        Value::Object(fields) => {
            if is_a(value, "Question")
                && let Some(entry) = entry(value)
            {
                to.push(entry);
                return;
            }
            fields.values().for_each(|it| walk(it, to, depth - 1));
        }
        _ => {}
    }
}

fn is_a(value: &Value, kind: &str) -> bool {
    match &value["@type"] {
        Value::String(it) => it == kind,
        Value::Array(all) => all.iter().any(|it| it == kind),
        _ => false,
    }
}

fn entry(value: &Value) -> Option<Entry> {
    let (question, _) = words(value["name"].as_str().or_else(|| value["text"].as_str())?);
    let answer = &value["acceptedAnswer"];
    let answer = answer.as_array().and_then(|all| all.first()).unwrap_or(answer);
    let (answer, links) = words(answer["text"].as_str()?);
    if question.is_empty() || answer.is_empty() {
        return None;
    }
    let language = Language::of(&question, "");
    let titled = links.into_iter().map(|(title, url)| match language {
        Language::Ko => EntryLink { ko: title, en: String::new(), url },
        Language::En => EntryLink { ko: String::new(), en: title, url },
    });
    // A page links to much that a chat should not: mail, telephones, its own anchors.
    let links = titled.filter(|link| check_link(link).is_ok()).take(LINKS_MAX).collect();
    let id = id_of(&question);
    let texts = [(language.tag().into(), Text { questions: vec![question], answer })].into();
    Some(Entry { id, links, texts, is_draft: false })
}

/// The words of a piece of HTML, and its links with their titles.
fn words(html: &str) -> (String, Vec<(String, String)>) {
    let mut text = String::new();
    let mut links = Vec::new();
    let mut open = None::<(usize, String)>;
    let mut rest = html;
    while let Some(begin) = rest.find('<') {
        let Some(end) = rest[begin..].find('>').map(|at| begin + at) else { break };
        text.push_str(&unescaped(&rest[..begin]));
        let tag = &rest[begin + 1..end];
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '/').next();
        match name.unwrap_or_default().to_ascii_lowercase().as_str() {
            "a" => open = href(tag).map(|url| (text.len(), url)),
            "/a" => links.extend(open.take().map(|(from, url)| (text[from..].trim().into(), url))),
            "br" | "p" | "/p" | "li" | "div" | "/div" | "/ul" | "/ol" => text.push('\n'),
            _ => {}
        }
        rest = &rest[end + 1..];
    }
    text.push_str(&unescaped(rest));
    let filled = text.lines().map(str::trim).filter(|line| !line.is_empty());
    (filled.collect::<Vec<_>>().join("\n"), links)
}

fn href(tag: &str) -> Option<String> {
    let at = tag.to_ascii_lowercase().find("href=")? + "href=".len();
    let value = &tag[at..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let url = match quote {
        Some(quote) => value[1..].split(quote).next(),
        None => value.split_whitespace().next(),
    };
    url.map(unescaped)
}

fn unescaped(text: &str) -> String {
    // The ampersand last, else `&amp;lt;` would become a bracket.
    let names = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    names.iter().fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter))
}

/// How deep data may lie in other data.
const DEPTH_MAX: usize = 20;
