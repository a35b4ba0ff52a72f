//! Stored runs, whole, for those who replay them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use beacon::{Millis, RunId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::clickhouse::Which;
use super::journal::{self, Held};
use super::rows::{Kind, VisitKey};
use super::scan::{self, Column, Names, Want};
use super::{Span, Store, StoreError, marks};

/// One page load as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredRun {
    pub(crate) id: RunId,
    /// The visit it belongs to: a session, or itself where consent gave none.
    pub(crate) visit: Vec<u8>,
    /// On the collector's clock.
    pub(crate) began_at: Millis,
    /// Numbers and bytes of its beacons, in their order.
    pub(crate) frames: Vec<(u32, Vec<u8>)>,
}

/// A stored beacon, with what it is sorted by.
#[derive(Clone, Debug)]
struct Framed {
    visit: VisitKey,
    began_at: Millis,
    run: RunId,
    sequence: u32,
    frame: Vec<u8>,
}

/// Visits to be read, in the order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    frames: Vec<Framed>,
    /// Where each begins in `frames`, and where the last one ends.
    borders: Vec<usize>,
    runs: usize,
}

impl Visits {
    fn of(mut frames: Vec<Framed>) -> Self {
        frames.sort_unstable_by_key(Framed::place);
        let ends = frames.chunk_by(|a, b| a.visit == b.visit).scan(0, |end, visit| {
            *end += visit.len();
            Some(*end)
        });
        let borders = std::iter::once(0).chain(ends).collect();
        let runs = frames.chunk_by(Framed::is_of_run).count();
        Self { frames, borders, runs }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.borders.len().saturating_sub(1)
    }

    /// How many runs they have.
    pub(crate) fn runs(&self) -> usize {
        self.runs
    }

    fn some(&self, which: Range<usize>) -> impl Iterator<Item = &[Framed]> {
        let borders = self.borders.get(which.start..=which.end.min(self.len()));
        borders.unwrap_or_default().windows(2).map(|it| &self.frames[it[0]..it[1]])
    }
}

impl Framed {
    fn place(&self) -> (VisitKey, Millis, RunId, u32) {
        (self.visit, self.began_at, self.run, self.sequence)
    }

    fn is_of_run(&self, other: &Self) -> bool {
        (self.visit, self.run) == (other.visit, other.run)
    }
}

/// `None` for a view that the loader counted.
fn framed(held: Held) -> Option<Framed> {
    let entry = held.entry;
    Some(Framed {
        visit: entry.run.visit(entry.id),
        began_at: entry.run.began_at,
        run: entry.id,
        sequence: u32::try_from(entry.sequence).ok()?,
        frame: held.frame,
    })
}

/// The runs of a visit, in the order in which they began; its frames are in their order.
fn runs_of(visit: &[Framed]) -> Vec<StoredRun> {
    let run = |frames: &[Framed]| StoredRun {
        id: frames[0].run,
        visit: frames[0].visit.as_bytes().into(),
        began_at: frames[0].began_at,
        frames: frames.iter().map(|it| (it.sequence, it.frame.clone())).collect(),
    };
    visit.chunk_by(Framed::is_of_run).map(run).collect()
}

/// What came of comparing a run's verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) run: RunId,
    pub(crate) visit: Vec<u8>,
    pub(crate) began_at: Millis,
    /// No beacon was missing, and they were compared.
    pub(crate) is_complete: bool,
    /// Another version decided.
    pub(crate) is_foreign: bool,
    pub(crate) verdicts: u64,
    pub(crate) equal: u64,
    /// The first difference, in words.
    pub(crate) first: String,
}

/// Runs that fell silent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Silent {
    pub(crate) runs: Vec<StoredRun>,
    /// Until when they were looked for, and the next search begins; `None` where nothing was heard.
    pub(crate) until: Option<Millis>,
}

impl Compared {
    /// Of a run that cannot be compared.
    pub(crate) fn nothing(run: &StoredRun) -> Self {
        Self {
            run: run.id,
            visit: run.visit.clone(),
            began_at: run.began_at,
            is_complete: false,
            is_foreign: false,
            verdicts: 0,
            equal: 0,
            first: String::new(),
        }
    }
}
/// Sums of what was compared.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ParityTotals {
    pub(crate) runs: u64,
    pub(crate) incomplete: u64,
    pub(crate) foreign: u64,
    pub(crate) verdicts: u64,
    pub(crate) equal: u64,
}

/// A run that differed.
#[derive(Clone, Debug)]
pub(crate) struct DifferentRow {
    pub(crate) visit: Vec<u8>,
    pub(crate) at: u64,
    pub(crate) differing: u64,
    pub(crate) first: String,
}

impl Store {
    /// Paths that were viewed in the span.
    pub(crate) fn paths(&self, span: Span) -> Result<Vec<String>, StoreError> {
        self.seen(Column::Path, span)
    }

    /// Sorts of pages that were viewed in the span.
    pub(crate) fn page_names(&self, span: Span) -> Result<Vec<String>, StoreError> {
        self.seen(Column::Page, span)
    }

    fn seen(&self, column: Column, span: Span) -> Result<Vec<String>, StoreError> {
        let want = Want::default().kinds(&[Kind::Viewed]).columns(&[column]);
        let (mut names, mut seen) = (Names::default(), BTreeSet::new());
        self.scan(span.site, span.from, span.to, want, &mut names, &mut |visit, _| {
            let text = |row: &scan::Row| if column == Column::Path { row.path } else { row.page };
            seen.extend(visit.rows.iter().map(text));
        })?;
        Ok(seen.into_iter().map(|name| names.text(name).to_owned()).collect())
    }

    /// The runs that began in the span, visit by visit; each visit's runs in the order in which they
    /// began. Those that something speaks against are left out.
    pub(crate) fn visits(&self, span: Span) -> Result<Visits, StoreError> {
        if self.clickhouse.is_some() {
            let Span { site, from, to } = span;
            return Ok(Visits::of(self.shipped(site, Which::Began { from, to })?));
        }
        let tail = self.read(|db| journal::tail(db, span.site, usize::MAX))?;
        let is_asked = |held: &Held| {
            held.entry.quarantine == 0 && (span.from..span.to).contains(&held.entry.run.began_at.0)
        };
        Ok(Visits::of(tail.into_iter().filter(is_asked).filter_map(framed).collect()))
    }

    /// Some of these visits, each with its runs whole.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "they may lie in files")]
    pub(crate) fn read_visits(
        &self,
        visits: &Visits,
        which: Range<usize>,
    ) -> Result<Vec<Vec<StoredRun>>, StoreError> {
        Ok(visits.some(which).map(runs_of).collect())
    }

    /// The runs of one visit; empty when there is no such visit.
    pub(crate) fn visit(&self, site: i64, visit: &[u8]) -> Result<Vec<StoredRun>, StoreError> {
        let visit = VisitKey::new(visit);
        if self.clickhouse.is_some() {
            return Ok(runs_of(&self.shipped(site, Which::Visit(visit))?));
        }
        let tail = self.read(|db| journal::tail(db, site, usize::MAX))?;
        let is_asked = |framed: &Framed| framed.visit == visit;
        let mut frames: Vec<Framed> =
            tail.into_iter().filter_map(framed).filter(is_asked).collect();
        frames.sort_unstable_by_key(Framed::place);
        Ok(runs_of(&frames))
    }

    /// Runs of a site that got a beacon since they were last compared, but none since `before`: a
    /// sample of `count` where there are more, nothing from before `oldest`.
    pub(crate) fn runs_to_compare(
        &self,
        site: i64,
        (oldest, before): (Millis, Millis),
        count: usize,
    ) -> Result<Silent, StoreError> {
        let mut silent = self.read(|db| {
            let sql = "SELECT until FROM compared WHERE site = ?";
            let last = db.prepare_cached(sql)?.query_row([site], |row| row.get(0)).optional()?;
            let since = last.map_or(oldest, Millis).max(oldest);
            let mut silent = Silent::default();
            for (id, at) in heard_of(db, site, since, before)? {
                if silent.runs.len() >= count && silent.until != Some(at) {
                    break;
                }
                silent.until = Some(at);
                if !silent.runs.iter().any(|run| run.id == id) {
                    silent.runs.extend(whole_if_silent(db, site, id, before)?);
                }
            }
            Ok(silent)
        })?;
        self.add_shipped(site, &mut silent.runs)?;
        Ok(silent)
    }

    /// Adds the beacons that are no more in the journal, but in ClickHouse.
    fn add_shipped(&self, site: i64, runs: &mut [StoredRun]) -> Result<(), StoreError> {
        let Some(since) = runs.iter().map(|run| run.began_at).min() else { return Ok(()) };
        if self.clickhouse.is_none() {
            return Ok(());
        }
        let ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
        let mut shipped: HashMap<RunId, Vec<(u32, Vec<u8>)>> = HashMap::new();
        for Framed { run, sequence, frame, .. } in
            self.shipped(site, Which::Runs { runs: &ids, since })?
        {
            shipped.entry(run).or_default().push((sequence, frame));
        }
        for run in runs {
            run.frames.extend(shipped.remove(&run.id).unwrap_or_default());
            run.frames.sort_unstable();
            run.frames.dedup_by_key(|(sequence, _)| *sequence);
        }
        Ok(())
    }

    fn shipped(&self, site: i64, which: Which<'_>) -> Result<Vec<Framed>, StoreError> {
        let mut frames = Vec::new();
        if let Some(clickhouse) = &self.clickhouse {
            clickhouse.frames(&self.key_of(site)?, which, |it| {
                frames.push(Framed {
                    visit: it.visit,
                    began_at: it.began_at,
                    run: it.run,
                    sequence: it.sequence,
                    frame: it.bytes,
                });
            })?;
        }
        Ok(frames)
    }

    /// Keeps what came of comparing; a run compared again counts once.
    pub(crate) async fn keep_compared(
        &self,
        site: i64,
        rows: Vec<Compared>,
        (until, now): (Millis, Millis),
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let sql = "INSERT OR REPLACE INTO compared (site, until) VALUES (?, ?)";
            db.prepare_cached(sql)?.execute(params![site, until.0])?;
            rows.iter().try_for_each(|row| keep(db, site, row, now))
        })
        .await
    }

    /// What came of comparing the runs that began in the span.
    pub(crate) fn parity_totals(&self, span: Span) -> Result<ParityTotals, StoreError> {
        let values = params![span.site, span.from, span.to];
        self.read(|db| {
            db.query_row(TOTALS, values, |row| {
                Ok(ParityTotals {
                    runs: row.get(0)?,
                    incomplete: row.get(1)?,
                    foreign: row.get(2)?,
                    verdicts: row.get(3)?,
                    equal: row.get(4)?,
                })
            })
        })
    }

    /// The newest runs of the span that differed, at most `count`.
    pub(crate) fn different_runs(
        &self,
        span: Span,
        count: u32,
    ) -> Result<Vec<DifferentRow>, StoreError> {
        let values = params![span.site, span.from, span.to, count];
        let read_row = |row: &Row| {
            let (visit, at, differing, first) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(DifferentRow { visit, at, differing, first })
        };
        self.read(|db| db.prepare_cached(DIFFERENT)?.query_map(values, read_row)?.collect())
    }
}

/// Runs with beacons accepted after `since`, until `before`, and when: a run as often as it was heard.
fn heard_of(
    db: &Connection,
    site: i64,
    since: Millis,
    before: Millis,
) -> rusqlite::Result<Vec<(RunId, Millis)>> {
    let sql = "SELECT run, accepted_at FROM mark
               WHERE site = ? AND accepted_at > ? AND accepted_at < ? AND sequence >= 0
               ORDER BY accepted_at LIMIT ?";
    let read_row = |row: &Row| Ok((RunId(row.get(0)?), Millis(row.get(1)?)));
    let values = params![site, since.0, before.0, HEARD_MAX];
    db.prepare_cached(sql)?.query_map(values, read_row)?.collect()
}

/// The run, as far as it is in the journal, if no beacon of it came since.
fn whole_if_silent(
    db: &Connection,
    site: i64,
    id: RunId,
    before: Millis,
) -> rusqlite::Result<Option<StoredRun>> {
    let marks = marks::of_run(db, site, id)?;
    if marks.iter().any(|mark| mark.accepted_at >= before) {
        return Ok(None);
    }
    let sql = format!("{} WHERE id = ?", journal::SELECT);
    let mut frames = Vec::new();
    for mark in marks.iter().filter(|mark| mark.sequence >= 0) {
        let held =
            db.prepare_cached(&sql)?.query_row([mark.entry], journal::read_held).optional()?;
        frames.extend(held.and_then(framed));
    }
    let Some(last) = marks.last() else { return Ok(None) };
    Ok(Some(StoredRun {
        id,
        visit: last.run.visit(id).as_bytes().into(),
        began_at: last.run.began_at,
        frames: frames.into_iter().map(|it| (it.sequence, it.frame)).collect(),
    }))
}

fn keep(db: &Connection, site: i64, row: &Compared, now: Millis) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO parity (site, run, visit, began_at, at, is_complete, is_foreign,
                                        verdicts, equal, first)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        site,
        row.run.0,
        row.visit,
        row.began_at.0,
        now.0,
        row.is_complete,
        row.is_foreign,
        row.verdicts,
        row.equal,
        row.first
    ])
    .map(drop)
}

/// Beacons looked at in one search for silent runs.
const HEARD_MAX: u32 = 10_000;

const TOTALS: &str = "
    SELECT COALESCE(SUM(is_complete), 0), COALESCE(SUM(NOT is_complete AND NOT is_foreign), 0),
           COALESCE(SUM(is_foreign), 0), COALESCE(SUM(verdicts), 0), COALESCE(SUM(equal), 0)
    FROM parity WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3";

const DIFFERENT: &str = "
    SELECT visit, at, verdicts - equal, first FROM parity
    WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3 AND verdicts > equal
    ORDER BY at DESC, run DESC LIMIT ?4";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_stay_whole_and_their_runs_and_beacons_stand_in_order() {
        let frame = |visit: &[u8], began_at, run, sequence| Framed {
            visit: VisitKey::new(visit),
            began_at: Millis(began_at),
            run: RunId([run; 16]),
            sequence,
            frame: vec![run],
        };
        let (early, late, single) = (b"aaaaaaaa", b"zzzzzzzz", b"a run of 16 byte");
        let visits = Visits::of(vec![
            frame(late, 20, 2, 0),
            frame(early, 30, 3, 0),
            frame(early, 10, 9, 1),
            frame(single, 5, 4, 0),
            frame(early, 10, 9, 0),
        ]);
        let told = |which| -> Vec<Vec<(u8, usize)>> {
            let run = |run: StoredRun| (run.id.0[0], run.frames.len());
            visits.some(which).map(|it| runs_of(it).into_iter().map(run).collect()).collect()
        };
        assert_eq!(told(0..3), [vec![(4, 1)], vec![(9, 2), (3, 1)], vec![(2, 1)]]);
        assert_eq!(told(1..2), [vec![(9, 2), (3, 1)]]);
        assert_eq!(told(2..9), [vec![(2, 1)]]);
        assert_eq!((visits.len(), visits.runs()), (3, 4));
        assert_eq!(runs_of(&visits.frames)[0].visit, single);
        assert_eq!(Visits::of(Vec::new()).some(0..0).count(), 0);
    }
}
