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
