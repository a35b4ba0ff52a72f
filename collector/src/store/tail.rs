//! The rows of the journal's tail, decoded once: questions come again and again, and only lines that
//! were added since need decoding.
//!
//! What was kept is as if it had been read anew at the moment of the question: it is dropped when lines
//! were sealed or set apart, and rows of page loads whose consent came later are put right.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use beacon::RunId;
use rusqlite::{Connection, OptionalExtension, params};

use super::catalogue;
use super::filed::Filed;
use super::journal::{self, Held, Run};
use super::rows::VisitKey;
use super::scan::{Column, Name, Names, Want};

/// Tails by site; at most [`BYTES_MAX`] together, beyond it all are dropped. A tail that is more by
/// itself, or has more than [`LINES_MAX`] lines, is not kept: each question goes through it anew.
#[derive(Debug, Default)]
pub(super) struct Tails(Mutex<HashMap<i64, Tail>>);

/// A site's tail.
#[derive(Debug, Default)]
struct Tail {
    state: State,
    /// Number of the last line that is here.
    last: i64,
    /// In the order of the lines.
    lines: Vec<Line>,
    names: Names,
    /// What is known of page loads, and where their lines are.
    runs: HashMap<RunId, (Run, Vec<usize>)>,
    bytes: usize,
    /// It has more than is kept; nothing of it is here.
    is_too_long: bool,
}

/// As long as it is the same, lines are only added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    sealed_until: i64,
    /// How often lines were set apart.
    apart: i64,
}

#[derive(Debug)]
struct Line {
    run: RunId,
    rows: Vec<Filed>,
}

impl Tails {
    /// The wanted rows of a site's tail in the span, in no order, at this moment of the database; `None`
    /// when it is too long.
    pub(super) fn rows(
        &self,
        moment: &Connection,
        site: i64,
        (from, to): (u64, u64),
        want: Want,
        names: &mut Names,
    ) -> rusqlite::Result<Option<Vec<Filed>>> {
        self.with(moment, site, |tail| {
            let is_wanted = |filed: &&Filed| {
                (from..to).contains(&filed.row.at) && want.has(filed.row.kind, filed.row.quarantine)
            };
            let mut called = Called::new(&tail.names, names);
            let rows = tail.lines.iter().flat_map(|line| &line.rows).filter(is_wanted);
            rows.map(|filed| called.wanted(filed, want)).collect()
        })
    }

    /// When the rows of a site's tail happened, in no order; `None` when it is too long.
    pub(super) fn times(
        &self,
        moment: &Connection,
        site: i64,
        mut each: impl FnMut(u64),
    ) -> rusqlite::Result<Option<()>> {
        self.with(moment, site, |tail| {
            for line in &tail.lines {
                line.rows.iter().for_each(|filed| each(filed.row.at));
            }
        })
    }

    fn with<T>(
        &self,
        moment: &Connection,
        site: i64,
        look: impl FnOnce(&Tail) -> T,
    ) -> rusqlite::Result<Option<T>> {
        let state = State::read(moment, site)?;
        let mut tails = self.lock();
        let mut tail = match tails.get(&site) {
            // A moment before the one that the kept tail is of: rare, so it is read for itself.
            Some(kept) if last_of(moment, site)? < kept.last => {
                drop(tails);
                let mut own = Tail { state, ..Tail::default() };
                own.read(moment, site)?;
                return Ok((!own.is_too_long).then(|| look(&own)));
            }
            Some(kept) if kept.state == state => tails.remove(&site).unwrap_or_default(),
            _ => Tail { state, ..Tail::default() },
        };
        tail.read(moment, site)?;
        let found = (!tail.is_too_long).then(|| look(&tail));
        let others = tails.iter().filter(|(other, _)| **other != site);
        if others.map(|(_, tail)| tail.bytes).sum::<usize>() + tail.bytes > BYTES_MAX {
            tails.clear();
        }
        tails.insert(site, tail);
        Ok(found)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Tail>> {
        self.0.lock().expect("nothing panics under this lock")
    }
}

impl State {
    fn read(db: &Connection, site: i64) -> rusqlite::Result<Self> {
        let sql = "SELECT value FROM meta WHERE name = 'apart'";
        let apart = db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        let sealed_until = catalogue::sealed_until(db, site)?;
        Ok(Self { sealed_until, apart: apart.unwrap_or_default() })
    }
}

/// Tells readers that lines were set apart.
pub(super) fn note_apart(db: &Connection) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta VALUES ('apart', 1) ON CONFLICT DO UPDATE SET value = value + 1";
    db.prepare_cached(sql)?.execute([]).map(drop)
}

impl Tail {
    /// Takes in the lines that were added since.
    fn read(&mut self, db: &Connection, site: i64) -> rusqlite::Result<()> {
        let since = self.last.max(self.state.sealed_until);
        if self.is_too_long || self.lines.len() + added(db, site, since)? > LINES_MAX {
            *self = self.too_long();
            return Ok(());
        }
        let added = journal::after(db, site, since)?;
        let first = self.lines.len();
        for (place, held) in (first..).zip(&added) {
            let entry = &held.entry;
            let known = self.runs.entry(entry.id).or_insert((entry.run, Vec::new()));
            known.0.learn(&entry.run);
            known.1.push(place);
        }
        for held in added {
            self.add(held, db)?;
            if self.bytes > BYTES_MAX {
                *self = self.too_long();
                return Ok(());
            }
        }
        self.put_right(first);
        Ok(())
    }

    fn add(&mut self, mut held: Held, db: &Connection) -> rusqlite::Result<()> {
        held.entry.run.learn(&self.runs[&held.entry.id].0);
        let (names, mut rows) = (self.names.len(), Vec::new());
        held.each_record(db, |record| {
            rows.push(Filed::of(&record, Want::everything(), &mut self.names));
        })?;
        self.bytes += size_of_val(&*rows) + LINE_BYTES + (self.names.len() - names) * NAME_BYTES;
        self.last = held.number;
        self.lines.push(Line { run: held.entry.id, rows });
        Ok(())
    }

    fn too_long(&self) -> Self {
        Self { state: self.state, is_too_long: true, ..Self::default() }
    }

    /// Gives the lines before `first` what later ones tell of their page loads.
    fn put_right(&mut self, first: usize) {
        for place in first..self.lines.len() {
            let run = self.lines[place].run;
            let (known, places) = &self.runs[&run];
            let unknown = VisitKey::new(&run.0);
            for place in places.iter().take_while(|place| **place < first) {
                for filed in &mut self.lines[*place].rows {
                    filed.visitor = filed.visitor.or(known.visitor);
                    if filed.visit == unknown {
                        filed.visit = known.visit(run);
                    }
                }
            }
        }
    }
}

/// How many lines a site has after this one; hardly counted beyond [`LINES_MAX`].
fn added(db: &Connection, site: i64, since: i64) -> rusqlite::Result<usize> {
    let sql = "SELECT COALESCE(SUM(lines), 0) FROM (
                   SELECT lines FROM journal WHERE site = ? AND first > ? LIMIT ?)";
    let most = LINES_MAX + 1;
    db.prepare_cached(sql)?.query_row(params![site, since, most], |row| row.get(0))
}

/// The number of a site's last line; 0: there is none.
fn last_of(db: &Connection, site: i64) -> rusqlite::Result<i64> {
    let sql = "SELECT last FROM journal WHERE site = ? ORDER BY first DESC LIMIT 1";
    let last = db.prepare_cached(sql)?.query_row([site], |row| row.get(0)).optional()?;
    Ok(last.unwrap_or_default())
}

/// Names of a tail in a scan.
struct Called<'a> {
    theirs: &'a Names,
    ours: &'a mut Names,
    /// By [`Name::index`].
    known: Vec<Option<Name>>,
}

impl<'a> Called<'a> {
    fn new(theirs: &'a Names, ours: &'a mut Names) -> Self {
        Self { theirs, ours, known: vec![None; theirs.len() + 1] }
    }

    /// The row with its wanted columns alone.
    fn wanted(&mut self, filed: &Filed, want: Want) -> Filed {
        let mut wanted = *filed;
        wanted.row.keep_wanted(want, &mut |name| self.name(name));
        if let Some(id) = filed.visitor.filter(|_| want.has_column(Column::Visitor)) {
            wanted.row.visitor = self.ours.name(&crate::hex::hex(&id));
        }
        wanted
    }

    fn name(&mut self, name: Name) -> Name {
        *self.known[name.index()].get_or_insert_with(|| self.ours.name(self.theirs.text(name)))
    }
}

/// Of tails in memory: some hundred thousand rows.
const BYTES_MAX: usize = 24 << 20;

/// Twice as many as are sealed at the latest.
const LINES_MAX: usize = 40_000;

/// What a line takes besides its rows, with its place in the table of page loads.
const LINE_BYTES: usize = 160;

/// About what a name takes, with its text twice.
const NAME_BYTES: usize = 120;

#[cfg(test)]
mod tests;
