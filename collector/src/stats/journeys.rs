//! Which ways visits took, and where they ended.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use nunchi_api::questions::{By, EndRow, JourneyRow, Journeys};

use super::Fold;
use super::folded::fold;
use super::people::{Crowd, People};
use super::tally::ByName;
use crate::store::rows::Kind;
use crate::store::scan::{Column, Name, Names, Visit, Want};

/// Counts visit by visit.
#[derive(Debug)]
pub(super) struct Counting {
    by: By,
    depth: usize,
    people: People,
    paths: HashMap<Box<[Name]>, usize>,
    tallies: Vec<Tally>,
    path_people: Crowd,
    ends: ByName<Tally>,
    end_people: Crowd,
    /// Working memory.
    way: Vec<Name>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    sessions: u64,
    ended: u64,
    bought: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.ended += other.ended;
        self.bought += other.bought;
    }
}

impl Counting {
    pub(super) fn new(by: By, depth: u8) -> Self {
        Self {
            by,
            depth: depth.into(),
            people: People::default(),
            paths: HashMap::new(),
            tallies: Vec::new(),
            path_people: Crowd::default(),
            ends: ByName::default(),
            end_people: Crowd::default(),
            way: Vec::new(),
        }
    }

    /// The number of the row of a way's first steps.
    fn row(&mut self, steps: usize) -> usize {
        let steps = &self.way[..steps];
        if let Some(row) = self.paths.get(steps) {
            return *row;
        }
        let row = self.tallies.len();
        self.paths.insert(steps.into(), row);
        self.tallies.push(Tally::default());
        row
    }
}

impl Fold for Counting {
    type Answer = Journeys;

    fn want(&self) -> Want {
        let step = match self.by {
            By::Page => Column::Page,
            By::Path => Column::Path,
        };
        Want::NONE.kinds(&[Kind::Viewed, Kind::Purchased]).columns(&[step])
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let mut tally = Tally { sessions: 1, ..Tally::default() };
        self.way.clear();
        let (mut length, mut end) = (0, None);
        for row in visit.rows {
            match row.kind {
                Kind::Viewed => {
                    let step = if self.by == By::Page { row.page } else { row.path };
                    if end.replace(step) != Some(step) {
                        length += 1;
                        self.way.extend((length <= self.depth).then_some(step));
                    }
                }
                Kind::Purchased => tally.bought = 1,
                _ => {}
            }
        }
        let Some(end) = end else { return };
        tally.ended = u64::from(length <= self.depth);
        let person = self.people.of(visit);
        let row = self.row(self.way.len());
        self.tallies[row].add(tally);
        self.path_people.add(row, person);
        let (row, ended_here) = self.ends.row(end);
        ended_here.add(tally);
        self.end_people.add(row, person);
    }

    fn answer(self, names: &Names, below: u64) -> Journeys {
        let Self { paths, tallies, mut path_people, ends, mut end_people, .. } = self;
        let (paths, other) = journeys(&paths, &tallies, &mut path_people, names, below);
        let (ends, other_ends) = ended(ends.rows(), &mut end_people, names, below);
        Journeys { paths, other, ends, other_ends }
    }
}

fn journeys(
    paths: &HashMap<Box<[Name]>, usize>,
    tallies: &[Tally],
    people: &mut Crowd,
    names: &Names,
    below: u64,
) -> (Vec<JourneyRow>, Option<JourneyRow>) {
    let mut ways: Vec<(&[Name], usize)> = paths.iter().map(|(way, row)| (&**way, *row)).collect();
    ways.sort_by(|one, next| {
        let by_sessions = tallies[next.1].sessions.cmp(&tallies[one.1].sessions);
        by_sessions.then_with(|| by_text(one.0, next.0, names))
    });
    let rows = ways.iter().map(|way| way.1).collect();
    let folded = fold(people, rows, ROWS_MAX, below);
    let row = |tally: Tally, people| {
        let Tally { sessions, ended, bought } = tally;
        JourneyRow { steps: Vec::new(), sessions, people, ended, bought }
    };
    let by_row: HashMap<usize, &[Name]> = ways.iter().map(|(way, row)| (*row, *way)).collect();
    let shown = folded.shown.iter().map(|place| {
        let steps = by_row[place].iter().map(|step| names.text(*step).into()).collect();
        JourneyRow { steps, ..row(tallies[*place], folded.people[*place]) }
    });
    let other = folded.other(|rows| row(together(rows, |it| tallies[it]), folded.other_people));
    (shown.collect(), other)
}

fn ended(
    ends: &[(Name, Tally)],
    people: &mut Crowd,
    names: &Names,
    below: u64,
) -> (Vec<EndRow>, Option<EndRow>) {
    let mut rows: Vec<usize> = (0..ends.len()).collect();
    rows.sort_by_key(|row| (Reverse(ends[*row].1.sessions), names.text(ends[*row].0)));
    let folded = fold(people, rows, ROWS_MAX, below);
    let row = |page: &str, tally: Tally, people| EndRow {
        page: page.into(),
        sessions: tally.sessions,
        people,
        bought: tally.bought,
    };
    let shown = folded.shown.iter().map(|place| {
        let (page, tally) = ends[*place];
        row(names.text(page), tally, folded.people[*place])
    });
    let other = folded.other(|rows| row("", together(rows, |it| ends[it].1), folded.other_people));
    (shown.collect(), other)
}

fn together(rows: &[usize], tally: impl Fn(usize) -> Tally) -> Tally {
    let mut all = Tally::default();
    for row in rows {
        all.add(tally(*row));
    }
    all
}

fn by_text(one: &[Name], next: &[Name], names: &Names) -> Ordering {
    let text = |name: &Name| names.text(*name);
    one.iter().map(text).cmp(next.iter().map(text))
}

const ROWS_MAX: usize = 50;
