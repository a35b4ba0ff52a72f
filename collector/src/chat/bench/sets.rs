//! Which set has what in which file, and what of it is known and asked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::super::csv::records;
use super::{BenchError, places};

/// A labelled set, and what is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// `questions.csv` (`text`, `category`): all rows of the index are known, all of the queries asked.
    /// Where both are one folder, a fifth is asked, chosen by hash, and the rest is known.
    Banking77,
    /// `utterances.csv` (`group`, `utterance`), ten paraphrases of each meaning: one of each is known,
    /// the others of the queries are asked. Folders hold whole meanings; of those that the index does
    /// not have, the one that is known is taken from the queries.
    ParaKqc,
    /// `utterances.csv` (`utterance`, `intent`): one of each intent in the index is known, the queries
    /// are asked.
    Bitext,
    /// The index is one of the others: a fifth of it, chosen by hash, is asked as real questions, the
    /// rest is known. The queries are `pairs.csv` (`Q`): small talk that is to be refused.
    SmallTalk,
}

impl Set {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Banking77 => "banking77",
            Self::ParaKqc => "parakqc",
            Self::Bitext => "bitext",
            Self::SmallTalk => "smalltalk",
        }
    }

    /// Examples known of each label; 0: all.
    pub(super) fn examples(self) -> usize {
        match self {
            Self::Banking77 | Self::SmallTalk => 0,
            Self::ParaKqc | Self::Bitext => 1,
        }
    }

    /// Which single example of 27 intents is known matters much more than which of a thousand.
    pub(super) fn draws(self) -> usize {
        match self {
            Self::Banking77 | Self::SmallTalk => 1,
            Self::ParaKqc => 3,
            Self::Bitext => 20,
        }
    }

    fn layout(self) -> Layout {
        match self {
            Self::Banking77 => {
                Layout { set: "banking77", file: "questions.csv", text: "text", label: "category" }
            }
            Self::ParaKqc => Layout {
                set: "parakqc-korean",
                file: "utterances.csv",
                text: "utterance",
                label: "group",
            },
            Self::Bitext => Layout {
                set: "bitext-customer-service",
                file: "utterances.csv",
                text: "utterance",
                label: "intent",
            },
            Self::SmallTalk => {
                Layout { set: "songys-korean-chat", file: "pairs.csv", text: "Q", label: "Q" }
            }
        }
    }
}

/// What is known and asked in one draw.
#[derive(Debug)]
pub(super) struct Trial<'a> {
    /// By label.
    pub(super) known: BTreeMap<&'a str, Vec<&'a str>>,
    /// With the label, if there is one.
    pub(super) asked: Vec<(Option<&'a str>, &'a str)>,
}

/// The rows of the folders.
#[derive(Debug)]
pub(super) struct Source {
    set: Set,
    index: Vec<Row>,
    /// `None`: both are one folder.
    queries: Option<Vec<Row>>,
    strange: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    label: String,
    text: String,
}

impl Source {
    pub(super) fn read(set: Set, index: &Path, queries: &Path) -> Result<Self, BenchError> {
        if set == Set::SmallTalk {
            let strange = read(set.layout(), queries)?;
            return Ok(Self { set, index: real_questions(index)?, queries: None, strange });
        }
        let (index_file, queries_file) = (find(set.layout(), index)?, find(set.layout(), queries)?);
        let is_one = same_file(&index_file, &queries_file);
        let index = read_file(set.layout(), &index_file)?;
        let queries = if is_one { None } else { Some(read_file(set.layout(), &queries_file)?) };
        Ok(Self { set, index, queries, strange: Vec::new() })
    }

    /// `examples` of each label are known, or all but what is asked if it is 0. What is known is not
    /// asked, also where the same words stand in both folders.
    pub(super) fn trial(&self, examples: usize, draw: usize) -> Trial<'_> {
        let mut known = if examples > 0 {
            let borrowed = match (&self.queries, self.set) {
                (Some(queries), Set::ParaKqc) => absent_from(&self.index, queries),
                _ => Vec::new(),
            };
            drawn(self.index.iter().chain(borrowed), examples, draw)
        } else {
            let is_kept = |row: &&Row| self.queries.is_some() || !is_asked(row);
            grouped(self.index.iter().filter(is_kept))
        };
        for texts in known.values_mut() {
            texts.sort_unstable();
            texts.dedup();
        }
        let all: BTreeSet<&str> = known.values().flatten().copied().collect();
        let is_new = |row: &&Row| !all.contains(row.text.as_str());
        let asked = self.queries.as_ref().unwrap_or(&self.index).iter().filter(is_new);
        let asked = asked.filter(|row| examples > 0 || self.queries.is_some() || is_asked(row));
        let asked = asked.map(|row| (Some(row.label.as_str()), row.text.as_str()));
        let strange = self.strange.iter().map(|row| (None, row.text.as_str()));
        Trial { known, asked: asked.chain(strange).collect() }
    }
}

fn grouped<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut groups = BTreeMap::<&str, Vec<&str>>::new();
    for row in rows {
        groups.entry(&row.label).or_default().push(&row.text);
    }
    groups
}

fn drawn<'a>(
    rows: impl Iterator<Item = &'a Row>,
    examples: usize,
    draw: usize,
) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut groups = grouped(rows);
    for texts in groups.values_mut() {
        texts.sort_unstable();
        texts.dedup();
        texts.sort_by_key(|text| hash(&format!("{draw}:{text}")));
        texts.truncate(examples);
    }
    groups
}

/// Rows whose label the index does not have.
fn absent_from<'a>(index: &[Row], queries: &'a [Row]) -> Vec<&'a Row> {
    let labels: BTreeSet<&str> = index.iter().map(|row| row.label.as_str()).collect();
    queries.iter().filter(|row| !labels.contains(row.label.as_str())).collect()
}

/// A fifth of all rows.
fn is_asked(row: &Row) -> bool {
    hash(&row.text).is_multiple_of(5)
}

/// Which folder of real questions it is, nobody says; Korean comes first, for small talk is Korean.
fn real_questions(index: &Path) -> Result<Vec<Row>, BenchError> {
    for set in [Set::ParaKqc, Set::Bitext, Set::Banking77] {
        if let Ok(rows) = read(set.layout(), index) {
            return Ok(rows);
        }
    }
    Err(BenchError::Absent {
        place: index.into(),
        expected: "real questions: a folder with questions.csv (text, category) or utterances.csv \
                   (utterance, and group or intent)"
            .into(),
    })
}

/// Where a set keeps what.
#[derive(Clone, Copy, Debug)]
struct Layout {
    set: &'static str,
    file: &'static str,
    text: &'static str,
    label: &'static str,
}

fn read(layout: Layout, folder: &Path) -> Result<Vec<Row>, BenchError> {
    read_file(layout, &find(layout, folder)?)
}

fn find(layout: Layout, folder: &Path) -> Result<PathBuf, BenchError> {
    let places = places(folder, layout.set, layout.file);
    places.into_iter().find(|place| place.is_file()).ok_or_else(|| BenchError::Absent {
        place: folder.into(),
        expected: format!("a folder with {}, or with {}/{}", layout.file, layout.set, layout.file),
    })
}

fn read_file(layout: Layout, file: &Path) -> Result<Vec<Row>, BenchError> {
    let text = fs::read_to_string(file)
        .map_err(|cause| BenchError::Unreadable { place: file.into(), cause: cause.to_string() })?;
    let records = records(&text).map_err(|cause| BenchError::Csv { place: file.into(), cause })?;
    let mut records = records.into_iter();
    let heading = records.next().map(|it| it.cells).unwrap_or_default();
    let column = |name: &str| {
        heading.iter().position(|it| it == name).ok_or_else(|| BenchError::Absent {
            place: file.into(),
            expected: format!("a column `{name}`"),
        })
    };
    let (text, label) = (column(layout.text)?, column(layout.label)?);
    let row = |cells: Vec<String>| {
        let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
        Row { label: cell(label), text: cell(text) }
    };
    Ok(records.map(|it| row(it.cells)).filter(|row| !row.text.trim().is_empty()).collect())
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// FNV-1a with its high bits mixed into the low ones: the same everywhere and for ever.
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    hash ^ (hash >> 31)
}
