//! What a shop's bot knows, as it is written, imported, exported and shown.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// A knowledge base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KnowledgeBase {
    /// In the order in which they are shown.
    pub entries: Vec<Entry>,
}

/// One thing that people ask, and what is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = knowledge::Entry))]
pub struct Entry {
    /// Names it: 1 to 64 of a-z, 0-9, `-` and `_`. The entry `person` stands for wanting a person.
    pub id: String,
    /// Pages that say more, at most [`LINKS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<EntryLink>,
    /// By language: `ko`, `en`.
    pub texts: BTreeMap<String, Text>,
    /// Nobody is answered with it yet.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_draft: bool,
}

/// An entry in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = knowledge::Text))]
pub struct Text {
    /// The question as it is shown, then other ways to put it: 1 to [`QUESTIONS_MAX`], each at most
    /// [`QUESTION_CHARS_MAX`] characters.
    pub questions: Vec<String>,
    /// Plain text, at most [`ANSWER_CHARS_MAX`] characters. Only a draft may be without.
    pub answer: String,
}

/// A page that says more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = knowledge::EntryLink))]
pub struct EntryLink {
    /// What it is called in Korean; the address unless given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ko: String,
    /// What it is called in English; the address unless given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
    /// A path of the shop or an https address.
    pub url: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_false(it: &bool) -> bool {
    !*it
}

/// Entries of one knowledge base.
pub const ENTRIES_MAX: usize = 10_000;

/// Ways to put a question, in one language of an entry.
pub const QUESTIONS_MAX: usize = 200;

/// All of them together.
pub const PHRASINGS_MAX: usize = 50_000;

/// Longest question, characters.
pub const QUESTION_CHARS_MAX: usize = 300;

/// Longest answer, characters.
pub const ANSWER_CHARS_MAX: usize = 2_000;

/// Links of one entry.
pub const LINKS_MAX: usize = 5;

/// Longest address or title of a link, bytes.
pub const LINK_BYTES_MAX: usize = 500;

/// What the bot of a site knows (`GET /api/knowledge`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Known {
    /// The site has published entries of its own. Else visitors are answered by those that come with
    /// the program, and `entries` are the site's drafts.
    pub is_own: bool,
    /// The site's own, drafts among them.
    pub entries: Vec<Entry>,
}

/// Writes an entry (`POST /api/knowledge`): a new one, or in place of the one with its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutEntry {
    /// Site key.
    pub site: String,
    /// As it shall be.
    pub entry: Entry,
}

/// Reads entries from a text (`POST /api/knowledge/import`); those with ids that are known change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// Site key.
    pub site: String,
    /// `json`, `csv`, `markdown` or `json_ld`.
    pub format: ImportFormat,
    /// What stands in the file.
    pub text: String,
    /// Entries that the text does not have go.
    #[serde(default)]
    pub replaces_all: bool,
}

/// What a text with questions and answers is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportFormat {
    /// A [`KnowledgeBase`].
    Json,
    /// A heading with `question` and `answer`, and perhaps `id`, `language`, `alternatives` (parted by
    /// `|`), `link` and `link_title`; lines with one id are one entry in several languages.
    Csv,
    /// Each heading is a question, what stands below it is its answer; quoted lines (`> …`) right below
    /// the heading are other ways to ask.
    Markdown,
    /// A page with `FAQPage` data of schema.org in it, or that data alone.
    JsonLd,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Imported {
    /// Entries that are new.
    pub added: u32,
    /// Entries that were there before.
    pub changed: u32,
    /// Entries of the site now, drafts among them.
    pub entries: u32,
}

/// What visitors asked and the bot could not answer (`GET /api/knowledge/gaps`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gaps {
    /// Questions looked at: the newest 5,000 that were not answered.
    pub looked_at: u64,
    /// Of those, questions that the bot would answer by now; they are in no row.
    pub answered_since: u64,
    /// Like questions together, the most asked first; at most [`GAPS_MAX`].
    pub rows: Vec<Gap>,
}

/// Questions that are like each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gap {
    /// The one that was asked most often, masked.
    pub question: String,
    /// `ko` or `en`.
    pub language: String,
    /// Other ways in which it was asked, at most [`GAP_OTHERS_MAX`].
    pub others: Vec<String>,
    /// How often any of them was asked.
    pub asked: u64,
    /// In how many conversations.
    pub conversations: u64,
    /// When for the first time, and for the last.
    pub first_at: u64,
    /// Milliseconds since 1970.
    pub last_at: u64,
    /// The draft that was made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
}

/// Makes a draft of a gap (`POST /api/knowledge/draft`), which answers the [`Entry`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// Site key.
    pub site: String,
    /// Any question of the gap, as [`Gaps`] has it.
    pub question: String,
}

/// Rows of [`Gaps`].
pub const GAPS_MAX: usize = 200;

/// Other ways to ask in one row.
pub const GAP_OTHERS_MAX: usize = 20;
