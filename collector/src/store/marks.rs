//! Dedup marks: what was stored in the last 73 hours, and what is known of its run.
//!
//! Marks of lines that lie in the journal derive from it: the writer has them in memory ([`Fresh`]). They
//! are written down, many together and sorted, when their lines are sealed or when memory has enough
//! of them: page loads have random numbers, and a row at a time would each be a page of the disk.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet, VecDeque};

use beacon::{Millis, RunId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::journal::{Held, Run};

/// What is remembered of a beacon, or of a view that the loader counted (its sequence is below zero,
/// its checksum that of the path).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) sequence: i64,
    pub(super) checksum: u32,
    /// What its age counts from.
    pub(super) accepted_at: Millis,
    pub(super) run: Run,
    /// Its number in the journal.
    pub(super) entry: i64,
}

/// The mark of a beacon, or else that of another beacon of its run: one look in most cases, for
/// beacons mostly come in their order.
pub(super) fn nearest(
    db: &Connection,
    site: i64,
    run: RunId,
    sequence: i64,
) -> rusqlite::Result<Option<Mark>> {
    let before =
        "SELECT sequence, checksum, accepted_at, began_at, session, visitor, entry FROM mark
                  WHERE site = ? AND run = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1";
    let after =
        "SELECT sequence, checksum, accepted_at, began_at, session, visitor, entry FROM mark
                 WHERE site = ? AND run = ? AND sequence > ? ORDER BY sequence LIMIT 1";
    for sql in [before, after] {
        let values = params![site, run.0, sequence];
        let found = db.prepare_cached(sql)?.query_row(values, read).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The marks of a run that are written down, by sequence.
pub(super) fn of_run(db: &Connection, site: i64, run: RunId) -> rusqlite::Result<Vec<Mark>> {
    let sql = "SELECT sequence, checksum, accepted_at, began_at, session, visitor, entry FROM mark
               WHERE site = ? AND run = ? ORDER BY sequence";
    db.prepare_cached(sql)?.query_map(params![site, run.0], read)?.collect()
}

/// All marks of a run, by sequence: those that are written down, and `fresh` ones that are not.
pub(super) fn all_of_run(
    db: &Connection,
    site: i64,
    run: RunId,
    fresh: impl IntoIterator<Item = Mark>,
) -> rusqlite::Result<Vec<Mark>> {
    let mut all = of_run(db, site, run)?;
    all.extend(fresh);
    all.sort_unstable_by_key(|mark| (mark.sequence, mark.entry));
    all.dedup_by_key(|mark| mark.sequence);
    Ok(all)
}

/// A mark and whose it is.
pub(super) type Marked = (i64, RunId, Mark);

/// Of runs whose visitor is known.
pub(super) type Owners = HashMap<RunId, Run>;

/// Of a line.
pub(super) fn marked(held: &Held) -> Marked {
    (held.entry.site, held.entry.id, held.mark())
}

/// Puts marks into the order of their table: written down so, neighbours there are neighbours in time.
pub(super) fn sort(marks: &mut [Marked]) {
    marks.sort_unstable_by_key(|(site, run, mark)| (*site, run.0, mark.sequence));
}

/// Writes marks down, which are sorted; those that are there already stay as they are.
pub(super) fn write_all(db: &Connection, marks: &[Marked]) -> rusqlite::Result<()> {
    marks.iter().try_for_each(|(site, run, mark)| write(db, *site, *run, mark))
}

fn write(db: &Connection, site: i64, run: RunId, mark: &Mark) -> rusqlite::Result<()> {
    let Mark { sequence, checksum, accepted_at, run: of_run, entry } = mark;
    let Run { began_at, session, visitor } = of_run;
    let values = params![
        site,
        run.0,
        sequence,
        checksum,
        accepted_at.0,
        began_at.0,
        session,
        visitor,
        entry
    ];
    let sql = "INSERT OR IGNORE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(values).map(drop)
}

fn read(row: &Row) -> rusqlite::Result<Mark> {
    let run = Run { began_at: Millis(row.get(3)?), session: row.get(4)?, visitor: row.get(5)? };
    Ok(Mark {
        sequence: row.get(0)?,
        checksum: row.get(1)?,
        accepted_at: Millis(row.get(2)?),
        run,
        entry: row.get(6)?,
    })
}

/// Marks that are not written down yet.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    runs: HashMap<(i64, RunId), OfRun>,
    /// Numbers of lines, oldest first, and whose they are.
    order: VecDeque<(i64, i64, RunId)>,
    /// Number of the last line that is durable.
    durable: i64,
    /// What was known of a run before each line that is not; `None`: nothing here.
    before: Vec<((i64, RunId), Option<Run>)>,
}

#[derive(Debug)]
struct OfRun {
    /// As far as any of them knows.
    run: Run,
    by_sequence: HashMap<i64, Small>,
    /// Some may be written down as well.
    has_more: bool,
}

/// A mark without what all of its run have.
#[derive(Clone, Copy, Debug)]
struct Small {
    checksum: u32,
    accepted_at: Millis,
    entry: i64,
}

impl OfRun {
    fn mark(&self, sequence: i64, small: &Small) -> Mark {
        let Small { checksum, accepted_at, entry } = *small;
        Mark { sequence, checksum, accepted_at, run: self.run, entry }
    }

    fn marks(&self) -> impl Iterator<Item = Mark> {
        self.by_sequence.iter().map(|(sequence, small)| self.mark(*sequence, small))
    }
}

/// What is known of a beacon before it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Near {
    /// Its own mark: it came before.
    pub(super) mark: Option<Mark>,
    /// Its run, if any beacon of it came before.
    pub(super) run: Option<Run>,
}

impl Fresh {
    /// What is known of a beacon here, and whether what is written down may know more.
    pub(super) fn near(&self, site: i64, run: RunId, sequence: i64) -> (Near, bool) {
        let Some(of_run) = self.runs.get(&(site, run)) else { return (Near::default(), true) };
        let small = of_run.by_sequence.get(&sequence);
        let mark = small.map(|small| of_run.mark(sequence, small));
        (Near { mark, run: Some(of_run.run) }, mark.is_none() && of_run.has_more)
    }

    /// All of a run, also those on their way.
    pub(super) fn of_run(&self, site: i64, run: RunId) -> impl Iterator<Item = Mark> {
        self.runs.get(&(site, run)).into_iter().flat_map(OfRun::marks)
    }

    /// Number of the last line that is durable.
    pub(super) fn durable(&self) -> i64 {
        self.durable
    }

    /// Whose the runs of a site are, as far as that is durable.
    pub(super) fn owners(&self, site: i64) -> Owners {
        // Of several lines of a run that are not, the first tells what was before.
        let before: HashMap<_, _> = self.before.iter().rev().copied().collect();
        let runs = self.runs.iter().filter(|((its, _), _)| *its == site);
        let is_known = |run: &Run| run.session.is_some() || run.visitor.is_some();
        let durable = |(key, of_run): (&(i64, RunId), &OfRun)| {
            Some((key.1, before.get(key).copied().unwrap_or(Some(of_run.run))?))
        };
        runs.filter_map(durable).filter(|(_, run)| is_known(run)).collect()
    }

    /// Durable ones of a site.
    pub(super) fn of_site(&self, site: i64) -> impl Iterator<Item = (RunId, Mark)> {
        let runs = self.runs.iter().filter(move |((its, _), _)| *its == site);
        let all = runs.flat_map(|((_, run), of_run)| of_run.marks().map(|it| (*run, it)));
        all.filter(|(_, mark)| mark.entry <= self.durable)
    }

    /// Adds one; lines come in the order of their numbers. `is_known`: there are others of its run, written
    /// down if they are not here.
    pub(super) fn add(&mut self, (site, run, mark): Marked, is_known: bool) {
        let Mark { sequence, checksum, accepted_at, entry, run: its } = mark;
        let (before, of_run) = match self.runs.entry((site, run)) {
            Slot::Occupied(known) => (Some(known.get().run), known.into_mut()),
            Slot::Vacant(free) => {
                let by_sequence = HashMap::new();
                (None, free.insert(OfRun { run: its, by_sequence, has_more: is_known }))
            }
        };
        self.before.push(((site, run), before));
        of_run.run.learn(&its);
        of_run.by_sequence.insert(sequence, Small { checksum, accepted_at, entry });
        self.order.push_back((entry, site, run));
    }

    /// What was added is durable.
    pub(super) fn settle(&mut self, until: i64) {
        self.durable = self.durable.max(until);
        self.before.clear();
    }

    /// What was added since is not: forgets it.
    pub(super) fn roll_back(&mut self) {
        let from = self.order.partition_point(|(entry, ..)| *entry <= self.durable);
        let undone: HashSet<_> =
            self.order.drain(from..).map(|(_, site, run)| (site, run)).collect();
        // The latest first: what a run was before its first line stays.
        for (key, before) in self.before.drain(..).rev() {
            if let (Some(of_run), Some(before)) = (self.runs.get_mut(&key), before) {
                of_run.run = before;
            }
        }
        let durable = self.durable;
        self.keep(undone, false, |entry| entry <= durable);
    }

    /// The oldest durable ones, at most `count`, when there are more than [`FRESH_MAX`], and the number of
    /// the last of their lines.
    pub(super) fn surplus(&self, count: usize) -> Option<(i64, Vec<Marked>)> {
        if self.order.len() <= FRESH_MAX {
            return None;
        }
        let durable = self.order.iter().take_while(|(entry, ..)| *entry <= self.durable);
        let mut until = None;
        let oldest = durable.take(count).inspect(|(entry, ..)| until = Some(*entry));
        let runs: HashSet<(i64, RunId)> = oldest.map(|(_, site, run)| (*site, *run)).collect();
        let until = until?;
        let marks = runs
            .into_iter()
            .flat_map(|(site, run)| self.of_run(site, run).map(move |mark| (site, run, mark)));
        Some((until, marks.filter(|(.., mark)| mark.entry <= until).collect()))
    }

    /// Forgets the marks of lines up to this one, of one site or of all: they are written down.
    pub(super) fn forget(&mut self, of: Option<i64>, until: i64) {
        let (mut kept, mut written) = (Vec::new(), HashSet::new());
        while let Some(next) = self.order.pop_front_if(|(entry, ..)| *entry <= until) {
            if of.is_none_or(|of| of == next.1) {
                written.insert((next.1, next.2));
            } else {
                kept.push(next);
            }
        }
        kept.into_iter().rev().for_each(|next| self.order.push_front(next));
        self.keep(written, true, |entry| entry > until);
    }

    /// Of these runs keeps the marks of such lines; the others are written down, or never were.
    fn keep(
        &mut self,
        runs: HashSet<(i64, RunId)>,
        are_written: bool,
        is_kept: impl Fn(i64) -> bool,
    ) {
        for key in runs {
            let Some(of_run) = self.runs.get_mut(&key) else { continue };
            of_run.by_sequence.retain(|_, small| is_kept(small.entry));
            of_run.has_more |= are_written;
            if of_run.by_sequence.is_empty() {
                self.runs.remove(&key);
            }
        }
    }
}

/// Marks in memory, some 100 bytes each: more are written down though their lines are not sealed.
pub(super) const FRESH_MAX: usize = 65_536;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn mark(site: i64, run: u8, sequence: i64, entry: i64) -> Marked {
        let of_run = Run { began_at: Millis(1), session: None, visitor: None };
        let checksum = u32::try_from(entry).unwrap();
        let mark = Mark { sequence, checksum, accepted_at: Millis(2), run: of_run, entry };
        (site, RunId([run; 16]), mark)
    }

    fn table() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE TABLE mark (site, run, sequence, checksum, accepted_at, began_at, session, visitor,
                                entry, PRIMARY KEY (site, run, sequence))",
        )
        .unwrap();
        db
    }

    /// What may happen to marks, in any order.
    #[derive(Clone, Debug)]
    enum Step {
        Add {
            site: i64,
            run: u8,
            sequence: i64,
        },
        Commit,
        RollBack,
        /// Lines of a site up to this share of all, in percent, are sealed.
        Seal {
            site: i64,
            percent: i64,
        },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            8 => (1_i64..3, 0_u8..4, 0_i64..6)
                .prop_map(|(site, run, sequence)| Step::Add { site, run, sequence }),
            3 => Just(Step::Commit),
            1 => Just(Step::RollBack),
            1 => (1_i64..3, 0_i64..=100).prop_map(|(site, percent)| Step::Seal { site, percent }),
        ]
    }

    proptest! {
        #[test]
        fn a_mark_is_in_memory_or_written_down_and_never_in_neither(
            steps in prop::collection::vec(step(), 1..80),
        ) {
            let (mut fresh, db) = (Fresh::default(), table());
            let (mut committed, mut begun) = (BTreeSet::new(), Vec::<Marked>::new());
            let mut next = 1;
            for step in steps {
                match step {
                    Step::Add { site, run, sequence } => {
                        let added = mark(site, run, sequence, next);
                        let key = (site, added.1, sequence);
                        let is_begun = begun.iter().any(|it| (it.0, it.1, it.2.sequence) == key);
                        if !is_begun && !committed.contains(&key) {
                            let is_known = !of_run(&db, site, added.1).unwrap().is_empty();
                            fresh.add(added, is_known);
                            begun.push(added);
                            next += 1;
                        }
                    }
                    Step::Commit => {
                        fresh.settle(next - 1);
                        committed.extend(begun.drain(..).map(|it| (it.0, it.1, it.2.sequence)));
                    }
                    Step::RollBack => {
                        fresh.roll_back();
                        begun.clear();
                        next = fresh.durable() + 1;
                    }
                    Step::Seal { site, percent } if begun.is_empty() => {
                        let until = (next - 1) * percent / 100;
                        let marks = fresh.of_site(site).map(|(run, it)| (site, run, it));
                        let mut marks: Vec<_> = marks.filter(|it| it.2.entry <= until).collect();
                        sort(&mut marks);
                        write_all(&db, &marks).unwrap();
                        fresh.forget(Some(site), until);
                    }
                    Step::Seal { .. } => {}
                }
                for site in 1..3 {
                    for (run, sequence) in (0..4).flat_map(|run| (0..6).map(move |it| (run, it))) {
                        let run = RunId([run; 16]);
                        let is = |mark: &Mark| mark.sequence == sequence;
                        let (near, may_be_more) = fresh.near(site, run, sequence);
                        let written = || nearest(&db, site, run, sequence).unwrap();
                        // Where memory knows all, nothing is looked up.
                        let found = near.mark.is_some_and(|mark| is(&mark))
                            || may_be_more && written().is_some_and(|mark| is(&mark));
                        let is_begun =
                            begun.iter().any(|it| (it.0, it.1, it.2.sequence) == (site, run, sequence));
                        prop_assert_eq!(found, is_begun || committed.contains(&(site, run, sequence)));
                    }
                }
            }
        }
    }

    #[test]
    fn consent_that_a_refused_commit_told_is_forgotten_with_it() {
        let mut fresh = Fresh::default();
        fresh.add(mark(1, 7, 0, 1), false);
        fresh.settle(1);
        for (sequence, visitor) in [(1, None), (2, Some([5; 16])), (3, Some([6; 16]))] {
            let (site, run, mut told) = mark(1, 7, sequence, sequence + 1);
            told.run.visitor = visitor;
            fresh.add((site, run, told), true);
        }
        let known = |fresh: &Fresh| fresh.near(1, RunId([7; 16]), 9).0.run.unwrap().visitor;
        assert_eq!((known(&fresh), fresh.owners(1).len()), (Some([5; 16]), 0), "not durable yet");
        fresh.roll_back();
        assert_eq!((known(&fresh), fresh.owners(1).len()), (None, 0));
        let (site, run, mut told) = mark(1, 7, 1, 2);
        told.run.visitor = Some([6; 16]);
        fresh.add((site, run, told), true);
        fresh.settle(2);
        assert_eq!((known(&fresh), fresh.owners(1).len()), (Some([6; 16]), 1));
    }

    #[test]
    fn too_many_are_written_down_oldest_first_and_only_durable_ones() {
        let mut fresh = Fresh::default();
        for entry in 1..=i64::try_from(FRESH_MAX).unwrap() {
            fresh.add(mark(1, 0, entry, entry), false);
        }
        assert_eq!(fresh.surplus(10), None);
        fresh.add(mark(1, 1, 0, i64::try_from(FRESH_MAX).unwrap() + 1), false);
        assert_eq!(fresh.surplus(10), None, "nothing is durable");
        fresh.settle(5);
        let (until, marks) = fresh.surplus(10).unwrap();
        assert_eq!((until, marks.len()), (5, 5));
        fresh.forget(None, until);
        assert_eq!(fresh.order.len(), FRESH_MAX - 4);
        let near = |sequence| fresh.near(1, RunId([0; 16]), sequence);
        assert!(near(3).1, "the table knows");
        assert_eq!(near(6).0.mark.map(|mark| mark.entry), Some(6));
    }
}
