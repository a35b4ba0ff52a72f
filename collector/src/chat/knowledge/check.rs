//! What a knowledge base may hold.

use std::collections::BTreeSet;

use nunchi_api::knowledge::{
    ANSWER_CHARS_MAX, ENTRIES_MAX, Entry, EntryLink, LINK_BYTES_MAX, LINKS_MAX, PHRASINGS_MAX,
    QUESTION_CHARS_MAX, QUESTIONS_MAX, Text,
};

use super::Language;

/// Why something is no knowledge base.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Not the JSON that is expected; names line and column.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// More entries than are read.
    #[error("{0} entries, at most {ENTRIES_MAX} are read")]
    Entries(usize),
    /// More phrasings than are read.
    #[error("{0} questions in all, at most {PHRASINGS_MAX} are read")]
    Phrasings(usize),
    /// Two entries under one name.
    #[error("two entries have the id `{0}`")]
    Twice(String),
    /// One entry is not as it should be.
    #[error("entry `{id}` {problem}")]
    Entry {
        /// Which.
        id: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// Whether the bot may be given these entries.
///
/// # Errors
/// The first thing that is wrong, with the entry.
pub(in crate::chat) fn check(entries: &[Entry]) -> Result<(), KnowledgeError> {
    if entries.len() > ENTRIES_MAX {
        return Err(KnowledgeError::Entries(entries.len()));
    }
    let phrasings = entries.iter().flat_map(|entry| entry.texts.values());
    let phrasings: usize = phrasings.map(|text| text.questions.len()).sum();
    if phrasings > PHRASINGS_MAX {
        return Err(KnowledgeError::Phrasings(phrasings));
    }
    let mut ids = BTreeSet::new();
    for entry in entries {
        check_entry(entry)
            .map_err(|problem| KnowledgeError::Entry { id: entry.id.clone(), problem })?;
        if !ids.insert(&entry.id) {
            return Err(KnowledgeError::Twice(entry.id.clone()));
        }
    }
    Ok(())
}

fn check_entry(entry: &Entry) -> Result<(), String> {
    if !is_id(&entry.id) {
        return Err("is to be named by 1 to 64 of a-z, 0-9, - and _".into());
    }
    if entry.texts.is_empty() {
        return Err("has no text".into());
    }
    for (language, text) in &entry.texts {
        if !Language::ALL.iter().any(|known| known.tag() == language) {
            return Err(format!("has the language `{language}`; known are ko and en"));
        }
        check_text(text, entry.is_draft).map_err(|problem| format!("{problem} in `{language}`"))?;
    }
    if entry.links.len() > LINKS_MAX {
        return Err(format!("has {} links, at most {LINKS_MAX} are shown", entry.links.len()));
    }
    entry.links.iter().try_for_each(check_link)
}

fn check_text(text: &Text, is_draft: bool) -> Result<(), String> {
    let Text { questions, answer } = text;
    let is_blank = |text: &String| text.trim().is_empty();
    if questions.is_empty() || questions.iter().any(is_blank) || (is_blank(answer) && !is_draft) {
        return Err("lacks questions or an answer".into());
    }
    if questions.len() > QUESTIONS_MAX {
        return Err(format!("has {} questions, at most {QUESTIONS_MAX}", questions.len()));
    }
    let longest = questions.iter().map(|it| it.chars().count()).max().unwrap_or_default();
    if longest > QUESTION_CHARS_MAX {
        return Err(format!(
            "has a question of {longest} characters, at most {QUESTION_CHARS_MAX}"
        ));
    }
    match answer.chars().count() {
        chars if chars > ANSWER_CHARS_MAX => {
            Err(format!("has an answer of {chars} characters, at most {ANSWER_CHARS_MAX}"))
        }
        _ => Ok(()),
    }
}

/// Whether visitors may be sent there.
pub(in crate::chat) fn check_link(link: &EntryLink) -> Result<(), String> {
    let EntryLink { ko, en, url } = link;
    // Browsers read a backslash as a slash, and pass over tabs and ends of lines.
    let is_plain = !url.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace());
    let is_path = url.starts_with('/') && !url.starts_with("//");
    let has_host = url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
    if !(is_plain && (is_path || has_host)) {
        return Err(format!("links to `{url}`: expected a path or an https address"));
    }
    match [ko, en, url].into_iter().find(|text| text.len() > LINK_BYTES_MAX) {
        Some(_) => Err(format!("has a link of more than {LINK_BYTES_MAX} bytes")),
        None => Ok(()),
    }
}

fn is_id(id: &str) -> bool {
    let is_of = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    (1..=64).contains(&id.len()) && id.bytes().all(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str) -> Entry {
        let text = Text { questions: vec!["q".into()], answer: "a".into() };
        Entry { id: id.into(), texts: [("en".into(), text)].into(), ..Entry::default() }
    }

    #[track_caller]
    fn refused(change: impl Fn(&mut Entry), expected: &str) {
        let mut entry = entry("a");
        assert!(check(std::slice::from_ref(&entry)).is_ok());
        change(&mut entry);
        let told = check(&[entry]).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}");
    }

    fn text(entry: &mut Entry) -> &mut Text {
        entry.texts.get_mut("en").unwrap()
    }

    #[test]
    fn what_an_entry_may_not_be_is_named() {
        refused(|it| it.id = "A".into(), "entry `A` is to be named by");
        refused(|it| it.texts.clear(), "has no text");
        refused(|it| drop(it.texts.insert("fr".into(), Text::default())), "language `fr`");
        refused(|it| text(it).questions.clear(), "lacks questions or an answer in `en`");
        refused(|it| text(it).questions.push(" ".into()), "lacks questions");
        refused(|it| text(it).answer.clear(), "lacks questions or an answer");
        refused(|it| text(it).questions = vec!["q".into(); QUESTIONS_MAX + 1], "201 questions");
        refused(|it| text(it).questions.push("가".repeat(301)), "301 characters, at most 300");
        refused(|it| text(it).answer = "가".repeat(2_001), "2001 characters, at most 2000");
        let link = EntryLink { url: "/".into(), ..EntryLink::default() };
        refused(|it| it.links = vec![link.clone(); LINKS_MAX + 1], "6 links");
        refused(
            |it| it.links = vec![EntryLink { ko: "가".repeat(200), ..link.clone() }],
            "500 bytes",
        );
    }

    #[test]
    fn links_lead_to_the_shop_or_to_an_https_address() {
        for url in [
            "javascript:alert(1)",
            "http://shop.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://",
            "data:text/html,x",
            "help",
            "",
            "/a b",
            "https:\\\\a",
        ] {
            let link = EntryLink { url: url.into(), ..EntryLink::default() };
            refused(|it| it.links.push(link.clone()), "expected a path or an https address");
        }
        for url in ["/", "/help#a?b=1", "https://shop.example/도움"] {
            let link = EntryLink { url: url.into(), ..EntryLink::default() };
            assert!(check(&[Entry { links: vec![link], ..entry("a") }]).is_ok(), "{url}");
        }
    }

    #[test]
    fn there_are_limits_to_all_of_it() {
        let many = |count: usize| (0..count).map(|id| entry(&id.to_string())).collect::<Vec<_>>();
        assert!(check(&many(ENTRIES_MAX)).is_ok());
        assert!(check(&many(ENTRIES_MAX + 1)).unwrap_err().to_string().contains("10001 entries"));
        let twice = check(&[entry("a"), entry("a")]).unwrap_err().to_string();
        assert_eq!(twice, "two entries have the id `a`");
        let mut wordy = many(PHRASINGS_MAX / QUESTIONS_MAX + 1);
        for entry in &mut wordy {
            text(entry).questions = vec!["q".into(); QUESTIONS_MAX];
        }
        assert!(check(&wordy).unwrap_err().to_string().contains("50200 questions in all"));
    }

    #[test]
    fn a_draft_may_lack_its_answer() {
        let mut draft = Entry { is_draft: true, ..entry("a") };
        text(&mut draft).answer.clear();
        assert!(check(&[draft]).is_ok());
    }
}
