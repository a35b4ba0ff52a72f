//! Markdown: each heading that has text below it is a question, the text is its answer. Quoted lines
//! right below the heading are other ways to ask. Links of an answer stand beside it.

use nunchi_api::knowledge::{Entry, EntryLink, Text};

use super::super::knowledge::Language;
use super::{ImportError, id_of, link};

pub(super) fn read(text: &str) -> Result<Vec<Entry>, ImportError> {
    let mut entries = Vec::new();
    let mut section = None::<Section<'_>>;
    let mut is_code = false;
    for (line, text) in (1..).zip(text.lines()) {
        is_code ^= text.trim_start().starts_with("```");
        match heading(text).filter(|_| !is_code) {
            Some(heading) => {
                entries.extend(section.take().map(Section::entry).transpose()?.flatten());
                section = Some(Section { line, heading, ..Section::default() });
            }
            None => {
                if let Some(section) = &mut section {
                    section.take(line, text);
                }
            }
        }
    }
    entries.extend(section.map(Section::entry).transpose()?.flatten());
    if entries.is_empty() {
        Err(ImportError::Nothing("headings with text below"))
    } else {
        Ok(entries)
    }
}

/// The text of a heading: one to six `#`, a space, words.
fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let depth = line.len() - rest.len();
    let words = rest.strip_prefix(' ')?.trim().trim_end_matches('#').trim();
    ((1..=6).contains(&depth) && !words.is_empty()).then_some(words)
}

#[derive(Default)]
struct Section<'a> {
    line: usize,
    heading: &'a str,
    others: Vec<String>,
    /// From the first line on that is not empty.
    answer: Vec<&'a str>,
    answer_line: usize,
}

impl<'a> Section<'a> {
    fn take(&mut self, line: usize, text: &'a str) {
        let is_begun = !self.answer.is_empty();
        match text.strip_prefix('>').map(str::trim).filter(|it| !it.is_empty()) {
            Some(other) if !is_begun => self.others.push(other.to_owned()),
            _ if !is_begun && text.trim().is_empty() => {}
            _ => {
                self.answer_line = if is_begun { self.answer_line } else { line };
                self.answer.push(text);
            }
        }
    }

    /// Nothing for a heading without text, such as the title of a part.
    fn entry(self) -> Result<Option<Entry>, ImportError> {
        let (question, mut links) = plain(self.heading, self.line)?;
        let language = Language::of(&question, "");
        let (answer, more) = plain(self.answer.join("\n").trim(), self.answer_line)?;
        if answer.is_empty() {
            return Ok(None);
        }
        links.extend(more);
        let questions = [question.clone()].into_iter().chain(self.others).collect();
        let texts = [(language.tag().to_owned(), Text { questions, answer })].into();
        Ok(Some(Entry { id: id_of(&question), links, texts, is_draft: false }))
    }
}

/// The text without its marks, `[title](address)` as the title alone, and those links.
fn plain(text: &str, line: usize) -> Result<(String, Vec<EntryLink>), ImportError> {
    let language = Language::of(text, "");
    let mut links = Vec::<EntryLink>::new();
    let mut plain = String::new();
    let (mut rest, mut line) = (text, line);
    while let Some((before, title, url, behind)) = next_link(rest) {
        plain.push_str(before);
        plain.push_str(title);
        line += rest[..rest.len() - behind.len()].matches('\n').count();
        let found = link(language, title, url, line)?;
        if links.iter().all(|known| known.url != found.url) {
            links.push(found);
        }
        rest = behind;
    }
    plain.push_str(rest);
    Ok((plain.replace("**", "").replace("__", "").replace('`', ""), links))
}

/// What stands before the first link, its title, its address, what stands behind.
fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find('[')?;
        let middle = open + text[open..].find("](")?;
        let close = middle + text[middle..].find(')')?;
        // The last bracket before the middle opens the title.
        let open = open + text[open..middle].rfind('[').unwrap_or_default();
        let url = text[middle + 2..close].split_whitespace().next().unwrap_or_default();
        if !url.is_empty() {
            return Some((&text[..open], &text[open + 1..middle], url, &text[close + 1..]));
        }
        from = close;
    }
}
