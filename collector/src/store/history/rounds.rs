//! Day by day, so that no more files are unpacked at once than a day has: what a core has just unpacked it still has
//! at hand. Visits that lie in several days wait until all of them were met.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;

use super::merge::{Source, Whole, merge};
use crate::store::StoreError;
use crate::store::filed::Pieces;
use crate::store::rows::VisitKey;
use crate::store::scan::{Names, Row, Visit, Want};
use crate::store::segments::Opened;
use crate::store::segments::items::{Reading, each_visit};

/// Gives each visit in the files, and in the tail beside them, to `each`, once and whole.
pub(super) fn go_through(
    files: Vec<Opened>,
    tail: Pieces,
    (want, span): (Want, (u64, u64)),
    names: &mut Names,
    each: &mut dyn FnMut(&Visit<'_>, &Names),
) -> Result<(), StoreError> {
    let mut rounds = by_day(files);
    let mut split = Split::find(&rounds, &tail, span)?;
    if split.hashes.len() > SPLIT_MAX {
        (rounds, split) = (vec![rounds.into_iter().flatten().collect()], Split::default());
    }
    // Of the newest day, as a rule.
    let mut tail = Some(Source { pieces: tail, more: None });
    let last = rounds.len().saturating_sub(1);
    for (place, files) in rounds.into_iter().enumerate() {
        let readings = files.into_iter().map(|file| Reading::new(file, want, span));
        let mut sources: Vec<Source> =
            readings.map(|it| Source { pieces: Pieces::default(), more: Some(it) }).collect();
        sources.extend(tail.take_if(|_| place == last));
        merge(&mut sources, names, |key, rows, visitor, names| {
            if split.has(key) {
                split.waiting.entry(key).or_default().add(rows, visitor);
            } else {
                each(&Visit { key, visitor: visitor.map(|it| it.1), rows }, names);
            }
        })?;
    }
    for (key, Whole { mut rows, visitor }) in split.waiting {
        rows.sort_unstable_by_key(Row::place);
        each(&Visit { key, visitor: visitor.map(|it| it.1), rows: &rows }, names);
    }
    Ok(())
}

/// The files of each day, and not too many of them together. There is always a last one, for the tail.
fn by_day(mut files: Vec<Opened>) -> Vec<Vec<Opened>> {
    files.sort_by(|one, next| one.day().cmp(next.day()));
    let days = files.chunk_by(|one, next| one.day() == next.day());
    let rounds: Vec<Vec<Opened>> =
        days.flat_map(|day| day.chunks(TOGETHER_MAX)).map(<[Opened]>::to_vec).collect();
    if rounds.is_empty() { vec![Vec::new()] } else { rounds }
}

/// Visits that lie in several rounds.
#[derive(Default)]
struct Split {
    hashes: HashSet<u64>,
    by: RandomState,
    waiting: HashMap<VisitKey, Whole>,
}

impl Split {
    /// Looks at the ids in the files alone. Two that have the same hash wait for nothing, and come whole as well.
    fn find(rounds: &[Vec<Opened>], tail: &Pieces, span: (u64, u64)) -> Result<Self, StoreError> {
        let mut split = Self::default();
        if rounds.len() < 2 {
            return Ok(split);
        }
        let mut first = HashMap::<u64, usize, RandomState>::default();
        let mut meet = |visit: VisitKey, round| {
            let hash = split.by.hash_one(visit);
            if *first.entry(hash).or_insert(round) != round {
                split.hashes.insert(hash);
            }
        };
        for (round, files) in rounds.iter().enumerate() {
            for file in files {
                each_visit(file, span, |visit| meet(visit, round))?;
            }
        }
        tail.list.iter().for_each(|piece| meet(piece.visit, rounds.len() - 1));
        Ok(split)
    }

    fn has(&self, visit: VisitKey) -> bool {
        !self.hashes.is_empty() && self.hashes.contains(&self.by.hash_one(visit))
    }
}

/// Most files that are merged at once: some megabytes each.
const TOGETHER_MAX: usize = 64;

/// Most visits that wait for other days: some ten thousand rows a hundred. Where there are more, all files are merged
/// at once, which takes more memory and time for each file and none for waiting.
const SPLIT_MAX: usize = 100_000;
