//! A knowledge base: questions, their phrasings and answers, by language.

use std::collections::BTreeMap;

use nunchi_api::chat::Link;
use serde::Deserialize;

use super::ranking::Ranking;

/// What the bot of a site knows, ready to be asked.
#[derive(Debug)]
pub struct Knowledge {
    entries: Vec<Entry>,
    by_language: BTreeMap<Language, Ranking>,
}

/// A language the bot speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Korean.
    Ko,
    /// English.
    En,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// The language of a text, whatever the page's is: people write as they like.
    pub fn of(text: &str, page: &str) -> Self {
        let is_hangul = |c: char| matches!(c, '가'..='힣' | 'ㄱ'..='ㆎ' | '\u{1100}'..='\u{11ff}');
        if text.chars().any(is_hangul)
            || (page.starts_with("ko") && !text.chars().any(char::is_alphabetic))
        {
            Self::Ko
        } else {
            Self::En
        }
    }

    /// As it stands in a knowledge base.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }
}

/// What one entry says.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<'a> {
    /// Which entry.
    pub id: &'a str,
    /// The answer.
    pub answer: &'a str,
    /// Pages that say more.
    pub links: Vec<Link>,
    /// 0 to 1: how alike question and entry are.
    pub likeness: f64,
    /// The entry's first phrasing.
    pub question: &'a str,
}

impl Knowledge {
    /// Reads a knowledge base from JSON.
    ///
    /// # Errors
    /// Names the place: a key, a line, or the entry that lacks something.
    pub fn parse(json: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if file.entries.len() > ENTRIES_MAX {
            return Err(format!("{} entries, at most {ENTRIES_MAX} are read", file.entries.len()));
        }
        for entry in &file.entries {
            check(entry).map_err(|problem| format!("entry `{}` {problem}", entry.id))?;
        }
        let rank = |language: Language| {
            let texts = file.entries.iter().enumerate().filter_map(|(place, entry)| {
                Some((place, entry.texts.get(language.tag())?.questions.as_slice()))
            });
            (language, Ranking::new(texts))
        };
        let by_language = Language::ALL.into_iter().map(rank).collect();
        Ok(Self { entries: file.entries, by_language })
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it knows nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries most like `text`, best first, at most `count`.
    pub fn ask(&self, text: &str, language: Language, count: usize) -> Vec<Found<'_>> {
        let ranked = self.by_language.get(&language).map(|ranking| ranking.rank(text));
        let best = ranked.unwrap_or_default().into_iter().take(count);
        best.filter_map(|(place, likeness)| self.found(place, language, likeness)).collect()
    }

    fn found(&self, place: usize, language: Language, likeness: f64) -> Option<Found<'_>> {
        let entry = self.entries.get(place)?;
        let text = entry.texts.get(language.tag())?;
        let links = entry.links.iter().map(|link| link.in_language(language)).collect();
        let question = text.questions.first()?;
        Some(Found { id: &entry.id, answer: &text.answer, links, likeness, question })
    }
}

fn check(entry: &Entry) -> Result<(), String> {
    if entry.texts.is_empty() {
        return Err("has no text".into());
    }
    for (language, text) in &entry.texts {
        if !Language::ALL.iter().any(|known| known.tag() == language) {
            return Err(format!("has the language `{language}`; known are ko and en"));
        }
        if text.questions.is_empty() || text.answer.trim().is_empty() {
            return Err(format!("lacks questions or an answer in `{language}`"));
        }
    }
    let is_safe =
        |url: &str| url.starts_with("https://") || (url.starts_with('/') && !url.starts_with("//"));
    match entry.links.iter().find(|link| !is_safe(&link.url)) {
        Some(link) => Err(format!("links to `{}`: expected a path or an https address", link.url)),
        None => Ok(()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[serde(default)]
    links: Vec<EntryLink>,
    texts: BTreeMap<String, Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    questions: Vec<String>,
    answer: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryLink {
    ko: String,
    en: String,
    url: String,
}

impl EntryLink {
    fn in_language(&self, language: Language) -> Link {
        let title = match language {
            Language::Ko => &self.ko,
            Language::En => &self.en,
        };
        Link { title: title.clone(), url: self.url.clone() }
    }
}

const ENTRIES_MAX: usize = 1_000;
