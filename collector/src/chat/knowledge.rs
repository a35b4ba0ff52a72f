//! A knowledge base, checked and ready to be asked.

mod check;

use std::collections::BTreeMap;

use nunchi_api::chat::Link;
use nunchi_api::knowledge::{Entry, EntryLink, KnowledgeBase};

use super::ranking::Ranking;

pub use check::KnowledgeError;
pub(super) use check::{check, check_link};

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
    pub likeness: f32,
    /// The entry's first phrasing.
    pub question: &'a str,
}

impl Knowledge {
    /// Takes what is no draft.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.retain(|entry| !entry.is_draft);
        let rank = |language: Language| {
            let questions = |entry| phrasings(entry, language);
            (language, Ranking::new(entries.iter().map(questions)))
        };
        let by_language = Language::ALL.into_iter().map(rank).collect();
        Self { entries, by_language }
    }

    /// What the bot of a site knows whose own entries these are: them, and of what comes with the program
    /// how to greet, to thank and to ask for a person, unless the site has that itself. All of what comes
    /// with the program where the site has published nothing.
    ///
    /// # Errors
    /// When what comes with the program is none; a test keeps that from happening.
    pub fn of_site(mut entries: Vec<Entry>, shipped: &str) -> Result<Self, KnowledgeError> {
        let KnowledgeBase { entries: shipped } = serde_json::from_str(shipped)?;
        entries.retain(|entry| !entry.is_draft);
        let has_own = !entries.is_empty();
        let is_wanted = |it: &Entry| !has_own || COURTESIES.contains(&it.id.as_str());
        for entry in shipped.into_iter().filter(is_wanted) {
            if entries.iter().all(|own| own.id != entry.id) {
                entries.push(entry);
            }
        }
        Ok(Self::new(entries))
    }

    /// Reads a knowledge base from JSON.
    ///
    /// # Errors
    /// Names the place: a key, a line, or the entry that lacks something.
    pub fn parse(json: &str) -> Result<Self, KnowledgeError> {
        let KnowledgeBase { entries } = serde_json::from_str(json)?;
        check(&entries)?;
        Ok(Self::new(entries))
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
        let ranked = self.by_language.get(&language).map(|ranking| ranking.rank(text, count));
        let best = ranked.unwrap_or_default().into_iter();
        best.filter_map(|it| self.found(it.entry, language, it.likeness)).collect()
    }

    /// Whether the best entry is taken for what was meant.
    pub fn is_sure(&self, language: Language, best: &Found<'_>) -> bool {
        best.likeness >= self.sure(language)
    }

    /// From this likeness on it is.
    pub fn sure(&self, language: Language) -> f32 {
        self.by_language.get(&language).map_or(1.0, Ranking::sure)
    }

    fn found(&self, place: usize, language: Language, likeness: f32) -> Option<Found<'_>> {
        let entry = self.entries.get(place)?;
        let text = entry.texts.get(language.tag())?;
        let links = entry.links.iter().map(|link| titled(link, language)).collect();
        let question = text.questions.first()?;
        Some(Found { id: &entry.id, answer: &text.answer, links, likeness, question })
    }
}

/// What every bot has to understand.
const COURTESIES: [&str; 3] = ["person", "greeting", "thanks"];

fn phrasings(entry: &Entry, language: Language) -> &[String] {
    entry.texts.get(language.tag()).map_or(&[], |text| &text.questions)
}

/// A link under its name in the language, else in the other one, else under its address.
fn titled(link: &EntryLink, language: Language) -> Link {
    let names = match language {
        Language::Ko => [&link.ko, &link.en, &link.url],
        Language::En => [&link.en, &link.ko, &link.url],
    };
    let title = names.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
    Link { title, url: link.url.clone() }
}
