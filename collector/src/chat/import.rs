//! Reads questions and answers that a shop has already: a table, a text, the data in its own FAQ page.

mod json_ld;
mod markdown;
mod sheet;

use nunchi_api::knowledge::{Entry, EntryLink, ImportFormat, KnowledgeBase};

use super::knowledge::{KnowledgeError, Language, check, check_link};

/// Why nothing was read; the line where it is known.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// At a line of the text.
    #[error("line {line}: {problem}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// No CSV.
    #[error(transparent)]
    Csv(#[from] super::csv::CsvError),
    /// No entries in it.
    #[error("no questions are in it: expected {0}")]
    Nothing(&'static str),
    /// Larger than what is read.
    #[error("{0} bytes, at most {IMPORT_BYTES_MAX} are read")]
    TooLarge(usize),
    /// What was read may not be given to the bot.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
}

/// Reads entries from a text, and checks them.
///
/// # Errors
/// The first thing that is wrong, and where.
pub fn read(format: ImportFormat, text: &str) -> Result<Vec<Entry>, ImportError> {
    if text.len() > IMPORT_BYTES_MAX {
        return Err(ImportError::TooLarge(text.len()));
    }
    let entries = match format {
        ImportFormat::Json => {
            let base: KnowledgeBase = serde_json::from_str(text).map_err(KnowledgeError::from)?;
            base.entries
        }
        ImportFormat::Csv => sheet::read(text)?,
        ImportFormat::Markdown => markdown::read(text)?,
        ImportFormat::JsonLd => json_ld::read(text)?,
    };
    check(&entries)?;
    Ok(entries)
}

/// What a file is written in, by the end of its name.
pub fn format_of(name: &str) -> Option<ImportFormat> {
    let (_, end) = name.rsplit_once('.')?;
    match end.to_ascii_lowercase().as_str() {
        "json" => Some(ImportFormat::Json),
        "csv" => Some(ImportFormat::Csv),
        "md" | "markdown" => Some(ImportFormat::Markdown),
        "html" | "htm" | "jsonld" => Some(ImportFormat::JsonLd),
        _ => None,
    }
}

/// The id of an entry that brings none: the first words of its question, and a number that is the same
/// each time the question is read, so that what is imported again takes the place of itself.
pub(super) fn id_of(question: &str) -> String {
    let lower = question.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut id = String::new();
    for word in words.take(ID_WORDS_MAX) {
        if id.len() + word.len() < ID_BYTES_MAX {
            id.push_str(word);
            id.push('-');
        }
    }
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = question.trim().bytes().fold(0x811c_9dc5, step);
    format!("{id}{hash:08x}")
}

/// A link under its title in the language of the text that it stands in.
fn link(language: Language, title: &str, url: &str, line: usize) -> Result<EntryLink, ImportError> {
    let (title, url) = (title.into(), url.into());
    let titled = match language {
        Language::Ko => EntryLink { ko: title, en: String::new(), url },
        Language::En => EntryLink { ko: String::new(), en: title, url },
    };
    check_link(&titled).map_err(|problem| ImportError::Line { line, problem })?;
    Ok(titled)
}

/// Bytes of a text that is read.
pub const IMPORT_BYTES_MAX: usize = 8 << 20;

const ID_WORDS_MAX: usize = 6;
const ID_BYTES_MAX: usize = 50;

#[cfg(test)]
mod tests;
