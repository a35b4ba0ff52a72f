//! CSV: one line a question and its answer.

use nunchi_api::knowledge::{Entry, Text};

use super::super::csv::{Record, records};
use super::super::knowledge::Language;
use super::{ImportError, id_of, link};

/// Columns by name; `question` and `answer` must be there.
const COLUMNS: [&str; 7] =
    ["question", "answer", "id", "language", "alternatives", "link", "link_title"];

pub(super) fn read(text: &str) -> Result<Vec<Entry>, ImportError> {
    let mut records = records(text)?.into_iter();
    let heading = records.next().ok_or(EMPTY)?;
    let columns = columns(&heading)?;
    let mut entries = Vec::<Entry>::new();
    for record in records {
        let cell = |name: &str| {
            let place = COLUMNS.iter().position(|it| *it == name).and_then(|it| columns[it]);
            place.and_then(|place| record.cells.get(place)).map_or("", |cell| cell.trim())
        };
        add(&mut entries, &record, cell)?;
    }
    if entries.is_empty() { Err(EMPTY) } else { Ok(entries) }
}

const EMPTY: ImportError =
    ImportError::Nothing("a heading with question,answer and a line for each");

/// Where each of [`COLUMNS`] stands.
fn columns(heading: &Record) -> Result<[Option<usize>; 7], ImportError> {
    let wrong = |problem: String| ImportError::Line { line: heading.line, problem };
    let names: Vec<String> =
        heading.cells.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect();
    if let Some(strange) = names.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        let known = COLUMNS.join(", ");
        return Err(wrong(format!("no column is called `{strange}`; known are {known}")));
    }
    let places = COLUMNS.map(|name| names.iter().position(|it| it == name));
    match places {
        [Some(_), Some(_), ..] => Ok(places),
        _ => Err(wrong("the heading needs `question` and `answer`".into())),
    }
}

fn add<'a>(
    entries: &mut Vec<Entry>,
    record: &Record,
    cell: impl Fn(&str) -> &'a str,
) -> Result<(), ImportError> {
    let wrong = |problem: String| ImportError::Line { line: record.line, problem };
    let (question, answer) = (cell("question"), cell("answer"));
    if question.is_empty() || answer.is_empty() {
        return Err(wrong("a question and an answer are needed".into()));
    }
    let language = match cell("language") {
        "" => Language::of(question, ""),
        tag => Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
            .ok_or_else(|| wrong(format!("no language `{tag}`; known are ko and en")))?,
    };
    let alternatives = cell("alternatives").split('|').map(str::trim).filter(|it| !it.is_empty());
    let questions = [question].into_iter().chain(alternatives).map(str::to_owned).collect();
    let id = match cell("id") {
        "" => id_of(question),
        id => id.to_owned(),
    };
    let known = entries.iter_mut().position(|entry| entry.id == id);
    let place = known.unwrap_or_else(|| {
        entries.push(Entry { id: id.clone(), ..Entry::default() });
        entries.len() - 1
    });
    let entry = &mut entries[place];
    let text = Text { questions, answer: answer.into() };
    if entry.texts.insert(language.tag().into(), text).is_some() {
        let language = language.tag();
        return Err(wrong(format!("`{id}` is there in `{language}` already")));
    }
    if !cell("link").is_empty() {
        let link = link(language, cell("link_title"), cell("link"), record.line)?;
        match entry.links.iter_mut().find(|it| it.url == link.url) {
            Some(known) if language == Language::Ko => known.ko = link.ko,
            Some(known) => known.en = link.en,
            None => entry.links.push(link),
        }
    }
    Ok(())
}
