//! How well does the bot find what it knows, and refuse what it does not? Measured on labelled sets.
//!
//! A folder says what the bot knows, another one what it is asked; what it is asked it never knows. What
//! exactly is known and asked is said at [`Set`]. The sets are no part of the repository.

mod sets;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nunchi_api::knowledge::Entry;
use serde::Serialize;

use super::csv::CsvError;
use super::knowledge::{Knowledge, Language};

pub use sets::Set;
use sets::Trial;

/// What to measure.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Which set, and so what is known and what is asked.
    pub set: Set,
    /// Folder of what the bot knows.
    pub index: PathBuf,
    /// Folder of what it is asked.
    pub queries: PathBuf,
    /// Examples known of each label, instead of what is usual for the set; 0: all.
    pub examples: Option<usize>,
    /// How often examples are drawn anew where not all are known, instead of what is usual.
    pub draws: Option<usize>,
    /// Each example is an entry of its own.
    pub is_apart: bool,
}

/// What was measured; shares are of 1, and are means over all draws.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// The set.
    pub set: &'static str,
    /// Entries of the knowledge base.
    pub entries: usize,
    /// Phrasings of all of them.
    pub phrasings: usize,
    /// How often examples were drawn.
    pub draws: usize,
    /// Questions that an entry answers, of all draws.
    pub asked: usize,
    /// The right entry came first.
    pub r_at_1: f64,
    /// It was among the first five.
    pub r_at_5: f64,
    /// Mean of 1 / its place.
    pub mrr: f64,
    /// Refused, or answered.
    pub refusals: Refusals,
    /// Milliseconds for finding and ranking, on average.
    pub ms_per_question: f64,
    /// Of the slowest in a hundred, the quickest.
    pub ms_p99: f64,
}

/// What was refused, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Refusals {
    /// Refused, of what no entry answers.
    pub right: Share,
    /// Refused, of what an entry answers.
    pub wrong: Share,
    /// Answered by another entry, of what an entry answers.
    pub answered_wrong: Share,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// The first by the second; absent where there are none.
    pub share: Option<f64>,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// There is no such set in the folder.
    #[error("{}: expected {expected}", place.display())]
    Absent {
        /// Where it was looked for.
        place: PathBuf,
        /// What was.
        expected: String,
    },
    /// The file cannot be read.
    #[error("{}: {cause}", place.display())]
    Unreadable {
        /// Which.
        place: PathBuf,
        /// Why not.
        cause: String,
    },
    /// The file is no CSV.
    #[error("{}: {cause}", place.display())]
    Csv {
        /// Which.
        place: PathBuf,
        /// What is wrong with it.
        cause: CsvError,
    },
    /// Nothing is left to be asked.
    #[error("nothing to ask: all of {} is known", .0.display())]
    NothingAsked(PathBuf),
}

impl Bench {
    /// Measures it.
    ///
    /// # Errors
    /// What keeps the sets from being read.
    pub fn run(&self) -> Result<Report, BenchError> {
        let draws = self.draws.unwrap_or_else(|| self.set.draws()).max(1);
        let examples = self.examples.unwrap_or_else(|| self.set.examples());
        // Where all is known there is nothing to draw.
        let draws = if examples == 0 { 1 } else { draws };
        let mut tally = Tally::default();
        let source = sets::Source::read(self.set, &self.index, &self.queries)?;
        for draw in 0..draws {
            tally.take(&source.trial(examples, draw), self.is_apart);
        }
        if tally.times.is_empty() {
            return Err(BenchError::NothingAsked(self.queries.clone()));
        }
        Ok(tally.report(self.set.name(), draws))
    }
}

#[derive(Default)]
struct Tally {
    entries: usize,
    phrasings: usize,
    first: usize,
    among_five: usize,
    reciprocal: f64,
    real: usize,
    real_refused: usize,
    real_answered_wrong: usize,
    strange: usize,
    strange_refused: usize,
    times: Vec<Duration>,
}

impl Tally {
    fn take(&mut self, trial: &Trial<'_>, is_apart: bool) {
        let entries = if is_apart { apart(trial) } else { together(trial) };
        let labels: Vec<&str> = entries.iter().map(|(label, _)| *label).collect();
        let entries = (0..).zip(&entries).map(|(id, (_, texts))| entry(id, texts)).collect();
        let knowledge = Knowledge::new(entries);
        self.entries = labels.len();
        self.phrasings = trial.known.values().map(Vec::len).sum();
        for (label, text) in &trial.asked {
            let began = Instant::now();
            let language = Language::of(text, "");
            let best = knowledge.ask(text, language, SHOWN);
            let is_answered = best.first().is_some_and(|best| knowledge.is_sure(language, best));
            self.times.push(began.elapsed());
            let found = knowledge.ask(text, language, usize::MAX);
            let place = found.iter().position(|found| {
                let id: usize = found.id.parse().expect("we numbered the entries");
                Some(labels[id]) == *label
            });
            if label.is_some_and(|label| labels.contains(&label)) {
                self.take_real(place, is_answered);
            } else {
                self.strange += 1;
                self.strange_refused += usize::from(!is_answered);
            }
        }
    }

    fn take_real(&mut self, place: Option<usize>, is_answered: bool) {
        self.real += 1;
        self.first += usize::from(place == Some(0));
        self.among_five += usize::from(place.is_some_and(|place| place < 5));
        self.reciprocal += place.map_or(0.0, |place| 1.0 / float(place + 1));
        self.real_refused += usize::from(!is_answered);
        self.real_answered_wrong += usize::from(is_answered && place != Some(0));
    }

    fn report(mut self, set: &'static str, draws: usize) -> Report {
        self.times.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let whole: Duration = self.times.iter().sum();
        let of_real = |count: usize| share(count, self.real);
        Report {
            set,
            entries: self.entries,
            phrasings: self.phrasings,
            draws,
            asked: self.real,
            r_at_1: of_real(self.first).share.unwrap_or_default(),
            r_at_5: of_real(self.among_five).share.unwrap_or_default(),
            mrr: if self.real == 0 { 0.0 } else { self.reciprocal / float(self.real) },
            refusals: Refusals {
                right: share(self.strange_refused, self.strange),
                wrong: of_real(self.real_refused),
                answered_wrong: of_real(self.real_answered_wrong),
            },
            ms_per_question: ms(whole) / float(self.times.len()),
            ms_p99: ms(self.times[self.times.len() * 99 / 100]),
        }
    }
}

fn share(count: usize, of: usize) -> Share {
    Share { count, of, share: (of > 0).then(|| float(count) / float(of)) }
}

type Labelled<'a> = Vec<(&'a str, Vec<&'a str>)>;

fn together<'a>(trial: &Trial<'a>) -> Labelled<'a> {
    trial.known.iter().map(|(label, texts)| (*label, texts.clone())).collect()
}

fn apart<'a>(trial: &Trial<'a>) -> Labelled<'a> {
    let each = |(label, texts): (&&'a str, &Vec<&'a str>)| {
        let label = *label;
        texts.iter().map(move |text| (label, vec![*text])).collect::<Vec<_>>()
    };
    trial.known.iter().flat_map(each).collect()
}

/// An entry whose id is its number; a phrasing stands under the language it is written in.
fn entry(id: usize, texts: &[&str]) -> Entry {
    let mut entry = Entry { id: id.to_string(), ..Entry::default() };
    for text in texts {
        let tag = Language::of(text, "").tag().to_owned();
        let of_language = entry.texts.entry(tag).or_default();
        of_language.questions.push((*text).to_owned());
    }
    entry
}

/// As many as the bot looks at: an answer and two suggestions.
const SHOWN: usize = 3;

#[expect(clippy::cast_precision_loss, reason = "counts of questions")]
fn float(count: usize) -> f64 {
    count as f64
}

/// The set's file in the folder: there itself, in the set's own folder there, or the path itself.
fn places(folder: &Path, set: &str, file: &str) -> [PathBuf; 3] {
    [folder.join(file), folder.join(set).join(file), folder.into()]
}

#[cfg(test)]
mod tests;
