//! Stored runs, whole, for those who replay them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use beacon::{Millis, RunId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::catalogue::{self, Purpose};
use super::clickhouse::Which;
use super::journal::{self, Held};
use super::kept::ALWAYS;
use super::marks::{self, Mark};
use super::rows::{Kind, VisitKey};
use super::scan::{self, Column, Names, Want};
use super::segments::Opened;
use super::segments::frames::{Framed, Key, Stretch, Stretches};
use super::{Span, Store, StoreError};

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

/// Visits to be read, a part at a time: by the day on which they began, so that a part lies together
/// in files; about 70 bytes a visit.
#[derive(Debug)]
pub(crate) struct Visits {
    files: Vec<Opened>,
    /// What is not in files, sorted.
    tail: Vec<Framed>,
    span: Span,
    /// Where visits stand, by number of the file (beyond the last: the tail).
    stretches: Vec<(usize, Stretch)>,
    /// Where each part begins among them, and where the last one ends.
    borders: Vec<usize>,
    runs: usize,
}

impl Visits {
    fn of(files: Vec<Opened>, tail: Vec<Framed>, span: Span) -> Result<Self, StoreError> {
        let tail = sorted(tail);
        let mut stretches = Vec::new();
        for (place, file) in files.iter().enumerate() {
            let found = file.stretches(|key| is_asked(span, key))?;
            stretches.extend(found.into_iter().map(|it| (place, it)));
            if stretches.len() > STRETCHES_MAX {
                return Err(StoreError::TooMuch("page loads"));
            }
        }
        let mut found = Stretches::default();
        tail.iter().map(Key::from).for_each(|key| found.note(&key, is_asked(span, &key)));
        stretches.extend(found.list.into_iter().map(|it| (files.len(), it)));
        let runs = stretches.iter().map(|(_, it)| it.runs).sum();
        let (stretches, borders) = in_parts(stretches);
        Ok(Self { files, tail, span, stretches, borders, runs })
    }

    /// How many parts there are.
    pub(crate) fn parts(&self) -> usize {
        self.borders.len().saturating_sub(1)
    }

    /// How many runs all have, those twice that lie in two files.
    pub(crate) fn runs(&self) -> usize {
        self.runs
    }

    /// The visits of a part, each with its runs whole, as far as they began in the span.
    pub(crate) fn read(&self, part: usize) -> Result<Vec<Vec<StoredRun>>, StoreError> {
        let mut stretches: Vec<&(usize, Stretch)> =
            self.stretches[self.borders[part]..self.borders[part + 1]].iter().collect();
        stretches.sort_unstable_by_key(|(place, it)| (*place, it.rows.start));
        let mut frames = Vec::new();
        for of_file in stretches.chunk_by(|one, next| one.0 == next.0) {
            let rows: Vec<Range<usize>> = of_file.iter().map(|(_, it)| it.rows.clone()).collect();
            if let Some(file) = self.files.get(of_file[0].0) {
                file.read_frames(&rows, &mut |framed| frames.push(framed))?;
            } else {
                frames.extend(rows.into_iter().flat_map(|rows| &self.tail[rows]).cloned());
            }
        }
        frames.retain(|it| is_asked(self.span, &Key::from(it)));
        Ok(visits_of(sorted(frames)))
    }
}

/// Runs that began in the span, without what something speaks against.
fn is_asked(span: Span, key: &Key) -> bool {
    key.quarantine == 0 && (span.from..span.to).contains(&key.began_at.0)
}

/// Puts stretches in the order of the days on which their visits began, and tells where to cut.
fn in_parts(mut stretches: Vec<(usize, Stretch)>) -> (Vec<(usize, Stretch)>, Vec<usize>) {
    stretches.sort_unstable_by_key(|(place, it)| (it.visit, *place));
    for visit in stretches.chunk_by_mut(|one, next| one.1.visit == next.1.visit) {
        let began_at = visit.iter().map(|(_, it)| it.began_at).min().unwrap_or_default();
        for (_, it) in visit {
            it.began_at = began_at;
        }
    }
    stretches.sort_by_key(|(_, it)| (it.began_at.0 / DAY_MS, it.visit));
    let mut borders = vec![0];
    let (mut end, mut visits) = (0, 0);
    for visit in stretches.chunk_by(|one, next| one.1.visit == next.1.visit) {
        end += visit.len();
        visits += 1;
        if visits % VISITS_AT_ONCE == 0 {
            borders.push(end);
        }
    }
    if borders.last() != Some(&end) {
        borders.push(end);
    }
    (stretches, borders)
}

fn sorted(mut frames: Vec<Framed>) -> Vec<Framed> {
    frames.sort_unstable_by_key(Framed::place);
    frames
}

/// Sorted beacons as runs, visit by visit: a visit's runs stand in the order in which they began.
fn visits_of(frames: Vec<Framed>) -> Vec<Vec<StoredRun>> {
    let mut visits = Vec::<Vec<StoredRun>>::new();
    for Framed { visit, began_at, run, sequence, frame, .. } in frames {
        let visit = visit.as_bytes();
        if visits.last().is_none_or(|runs| runs[0].visit != visit) {
            visits.push(Vec::new());
        }
        let Some(runs) = visits.last_mut() else { continue };
        match runs.last_mut().filter(|last| last.id == run) {
            Some(last) => last.frames.push((sequence, frame)),
            None => runs.push(StoredRun {
                id: run,
                visit: visit.into(),
                began_at,
                frames: vec![(sequence, frame)],
            }),
        }
    }
    visits
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
    /// began. What something speaks against is left out.
    pub(crate) fn visits(&self, span: Span) -> Result<Visits, StoreError> {
        if self.clickhouse.is_some() {
            let Span { site, from, to } = span;
            return Visits::of(vec![], self.shipped(site, Which::Began { from, to })?, span);
        }
        let times = (span.from, span.to);
        let (files, tail) = self.snapshot(span.site, Purpose::Frames, times, |_, tail| Ok(tail))?;
        Visits::of(files, tail.into_iter().filter_map(Held::framed).collect(), span)
    }

    /// The runs of one visit; empty when there is no such visit.
    pub(crate) fn visit(&self, site: i64, visit: &[u8]) -> Result<Vec<StoredRun>, StoreError> {
        let visit = VisitKey::new(visit);
        if self.clickhouse.is_some() {
            let frames = sorted(self.shipped(site, Which::Visit(visit))?);
            return Ok(visits_of(frames).pop().unwrap_or_default());
        }
        let (files, tail) = self.snapshot(site, Purpose::Frames, ALWAYS, |_, tail| Ok(tail))?;
        let tail = tail.into_iter().filter_map(Held::framed).filter(|it| it.visit == visit);
        let mut frames: Vec<Framed> = tail.collect();
        for file in files {
            read_wanted(&file, |key| key.visit == visit, &mut frames)?;
        }
        Ok(visits_of(sorted(frames)).pop().unwrap_or_default())
    }

    /// Runs of a site that got a beacon since they were last compared, but none since `before`: a
    /// sample of `count` where there are more, nothing from before `oldest`.
    pub(crate) fn runs_to_compare(
        &self,
        site: i64,
        (oldest, before): (Millis, Millis),
        count: usize,
    ) -> Result<Silent, StoreError> {
        // Looked at before the moment: what is written down meanwhile stands in both, not in neither.
        let fresh = self.marks_in_memory(site);
        let (files, (mut silent, sealed)) = self.with_files(|moment| {
            let sql = "SELECT until FROM compared WHERE site = ?";
            let last =
                moment.prepare_cached(sql)?.query_row([site], |row| row.get(0)).optional()?;
            let since = last.map_or(oldest, Millis).max(oldest);
            let found = silent_runs(moment, site, &fresh, (since, before), count)?;
            let began = found.1.values().fold((u64::MAX, 0), |(from, to), (_, began_at)| {
                (from.min(began_at.0), to.max(began_at.0 + 1))
            });
            let segments = catalogue::of_span(moment, site, Purpose::Frames, began)?;
            Ok((if found.1.is_empty() { vec![] } else { segments }, found))
        })?;
        let mut frames = Vec::new();
        for file in files {
            read_wanted(&file, |key| sealed.contains_key(&key.run), &mut frames)?;
        }
        for framed in frames {
            if let Some((place, _)) = sealed.get(&framed.run) {
                silent.runs[*place].frames.push((framed.sequence, framed.frame));
            }
        }
        for run in &mut silent.runs {
            run.frames.sort_unstable();
        }
        self.add_shipped(site, &mut silent.runs)?;
        Ok(silent)
    }

    fn marks_in_memory(&self, site: i64) -> FreshMarks {
        let mut marks = FreshMarks::new();
        for (run, mark) in self.shared.fresh.lock().of_site(site) {
            marks.entry(run).or_default().push(mark);
        }
        marks
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
                    visitor: it.visitor,
                    began_at: it.began_at,
                    run: it.run,
                    sequence: it.sequence,
                    accepted_at: it.accepted_at,
                    quarantine: it.quarantine,
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

/// Runs that have beacons in files: place among the silent ones, and when they began.
type InFiles = HashMap<RunId, (usize, Millis)>;

/// Runs that fell silent, by their lines in the journal, and those of them that have some in files.
fn silent_runs(
    db: &Connection,
    site: i64,
    fresh: &FreshMarks,
    (since, before): (Millis, Millis),
    count: usize,
) -> rusqlite::Result<(Silent, InFiles)> {
    let (mut silent, mut sealed) = (Silent::default(), InFiles::new());
    let until = catalogue::sealed_until(db, site)?;
    for (id, at) in heard_of(db, site, fresh, (since, before))? {
        if silent.runs.len() >= count && silent.until != Some(at) {
            break;
        }
        silent.until = Some(at);
        let fresh = fresh.get(&id).into_iter().flatten().copied();
        let marks = marks::all_of_run(db, site, id, fresh)?;
        let is_known = silent.runs.iter().any(|run| run.id == id);
        if is_known || marks.iter().any(|mark| mark.accepted_at >= before) {
            continue;
        }
        let run = in_journal(db, site, id, &marks, until)?;
        if marks.iter().any(|mark| mark.sequence >= 0 && mark.entry <= until) {
            sealed.insert(id, (silent.runs.len(), run.began_at));
        }
        silent.runs.push(run);
    }
    Ok((silent, sealed))
}

/// Marks of a site that are not written down, by run.
type FreshMarks = HashMap<RunId, Vec<Mark>>;

/// Runs with beacons accepted after `since`, until `before`, and when: a run as often as it was heard.
fn heard_of(
    db: &Connection,
    site: i64,
    fresh: &FreshMarks,
    (since, before): (Millis, Millis),
) -> rusqlite::Result<Vec<(RunId, Millis)>> {
    let sql = "SELECT run, accepted_at FROM mark
               WHERE site = ? AND accepted_at > ? AND accepted_at < ? AND sequence >= 0
               ORDER BY accepted_at LIMIT ?";
    let read_row = |row: &Row| Ok((RunId(row.get(0)?), Millis(row.get(1)?)));
    let values = params![site, since.0, before.0, HEARD_MAX];
    let mut heard: Vec<(RunId, Millis)> =
        db.prepare_cached(sql)?.query_map(values, read_row)?.collect::<Result<_, _>>()?;
    let marks = fresh.iter().flat_map(|(run, marks)| marks.iter().map(|mark| (*run, mark)));
    let is_asked =
        |mark: &Mark| mark.sequence >= 0 && mark.accepted_at > since && mark.accepted_at < before;
    heard.extend(marks.filter(|(_, it)| is_asked(it)).map(|(run, it)| (run, it.accepted_at)));
    heard.sort_unstable_by_key(|(run, at)| (*at, run.0));
    heard.truncate(HEARD_MAX);
    Ok(heard)
}

/// A run that has these marks, as far as its lines are not sealed.
fn in_journal(
    db: &Connection,
    site: i64,
    id: RunId,
    marks: &[Mark],
    until: i64,
) -> rusqlite::Result<StoredRun> {
    let mut frames = Vec::new();
    for mark in marks.iter().filter(|mark| mark.sequence >= 0 && mark.entry > until) {
        let lines = journal::sheaf_of(db, site, mark.entry)?.into_iter();
        let held = lines.filter(|held| held.number == mark.entry && held.entry.id == id);
        frames.extend(held.filter_map(Held::framed).map(|it| (it.sequence, it.frame)));
    }
    let visit = marks.last().map_or(VisitKey::new(&id.0), |mark| mark.run.visit(id));
    let began_at = marks.last().map(|mark| mark.run.began_at).unwrap_or_default();
    Ok(StoredRun { id, visit: visit.as_bytes().into(), began_at, frames })
}

/// Adds the wanted beacons of a file.
fn read_wanted(
    file: &Opened,
    is_wanted: impl Fn(&Key) -> bool,
    to: &mut Vec<Framed>,
) -> Result<(), StoreError> {
    let rows: Vec<Range<usize>> =
        file.stretches(&is_wanted)?.into_iter().map(|it| it.rows).collect();
    if rows.is_empty() {
        return Ok(());
    }
    file.read_frames(&rows, &mut |framed| {
        if is_wanted(&Key::from(&framed)) {
            to.push(framed);
        }
    })
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

/// Visits read at once: enough to be worth a reader of each file, few enough to stay in a core's own
/// memory.
const VISITS_AT_ONCE: usize = 256;

/// Most visits replayed at once: their list takes 700 MB then.
const STRETCHES_MAX: usize = 10_000_000;

const DAY_MS: u64 = 86_400_000;

/// Beacons looked at in one search for silent runs.
const HEARD_MAX: usize = 10_000;

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

    fn framed(visit: &[u8], began_at: u64, run: u8, sequence: u32) -> Framed {
        Framed {
            visit: VisitKey::new(visit),
            visitor: None,
            began_at: Millis(began_at),
            run: RunId([run; 16]),
            sequence,
            accepted_at: Millis(0),
            quarantine: 0,
            frame: vec![run],
        }
    }

    #[test]
    fn visits_come_by_the_day_they_began_and_their_runs_and_beacons_stand_in_order() {
        let (early, late, single) = (b"zzzzzzzz", b"aaaaaaaa", b"a run of 16 byte");
        let tail = vec![
            framed(late, DAY_MS + 20, 2, 0),
            framed(early, DAY_MS + 30, 3, 0),
            framed(early, 10, 9, 1),
            framed(single, 5, 4, 0),
            framed(early, 10, 9, 0),
            framed(early, 3 * DAY_MS, 5, 0),
        ];
        let span = Span { site: 1, from: 0, to: 2 * DAY_MS };
        let visits = Visits::of(Vec::new(), tail, span).unwrap();
        assert_eq!((visits.parts(), visits.runs()), (1, 4));
        let told = visits.read(0).unwrap().into_iter().map(|runs| {
            let run = |run: StoredRun| (run.id.0[0], run.frames.len());
            runs.into_iter().map(run).collect()
        });
        let told: Vec<Vec<(u8, usize)>> = told.collect();
        assert_eq!(told, [vec![(4, 1)], vec![(2, 1)], vec![(9, 2), (3, 1)]], "by visit");
        let days: Vec<u64> =
            visits.stretches.iter().map(|(_, it)| it.began_at.0 / DAY_MS).collect();
        assert_eq!(days, [0, 0, 1], "but read by day");
        assert_eq!(Visits::of(Vec::new(), Vec::new(), span).unwrap().parts(), 0);
    }
}
