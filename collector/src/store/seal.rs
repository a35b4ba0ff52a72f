//! Sealing: lines of the journal become files of history.
//!
//! Files are written under other names, brought to the disk, and only then given their own; one
//! transaction names them in the catalogue and moves the border in the journal behind what they hold.
//! Lines behind the border are nobody's any more and are deleted bit by bit, so that beacons do not
//! wait for it. Whenever the process ends, each item is in exactly one place: before the commit in the
//! journal, and the files are swept away by who opens the folder next; after it in the files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use beacon::{Millis, RunId};
use rusqlite::{Connection, OptionalExtension, params};

use super::catalogue::{self, FOLDER, Purpose, Segment};
use super::filed::{self, Filed};
use super::journal::{self, Held, Run};
use super::ledger::WRITTEN_AT_ONCE;
use super::marks::{self, Marked, Owners};
use super::scan::{Names, Want};
use super::segments::frames::{self, Framed};
use super::segments::{Made, items, unwritable};
use super::{Store, StoreError};
use crate::fault;

/// When lines of the journal become history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As soon as the oldest of a site is so old, milliseconds.
    pub after_ms: u64,
    /// As soon as a site has so many; also the most that are sealed together.
    pub beacons: usize,
}

impl Rule {
    /// Everything, at once.
    pub const ALL: Self = Self { after_ms: 0, beacons: BEACONS_MAX };
}

/// What was sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Lines of the journal: beacons, and views that the loader counted.
    pub lines: u64,
    /// Items of history.
    pub rows: u64,
    /// Bytes of their files, without those of the frames.
    pub bytes: u64,
    /// Bytes of the files of frames.
    pub frame_bytes: u64,
}

/// A moment at which the process may end; tests end it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A number for the files is taken.
    Numbered,
    /// A file is on the disk under another name.
    Written,
    /// A file has its name.
    Named,
    /// All have, and their folders are on the disk.
    Complete,
    /// The marks of the lines in them are written down.
    Marked,
    /// The catalogue names them.
    Catalogued,
    /// Some lines of the journal are deleted.
    Deleted,
    /// A file that was merged into another is gone.
    Removed,
}

/// Told of each step; an error ends the work there.
pub(super) type OnStep<'a> = &'a mut dyn FnMut(Step) -> Result<(), StoreError>;

/// Where a check may let it fail, or end the process.
pub(super) fn may_fail(step: Step) -> Result<(), StoreError> {
    let point = match step {
        Step::Numbered => "step.numbered",
        Step::Written => "step.written",
        Step::Named => "step.named",
        Step::Complete => "step.complete",
        Step::Marked => "step.marked",
        Step::Catalogued => "step.catalogued",
        Step::Deleted => "step.deleted",
        Step::Removed => "step.removed",
    };
    fault::at(point).map_err(|cause| unwritable(Path::new(point), &cause))
}

impl Store {
    /// Seals what the rule says of all sites, as long as `goes_on` says so. Blocks; beacons are taken
    /// meanwhile. Nothing is lost when it fails: what is not sealed stays in the journal.
    ///
    /// # Errors
    /// What keeps the files from being written.
    pub fn seal(
        &self,
        now: Millis,
        rule: Rule,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Sealed, StoreError> {
        let sealed = self.seal_with(now, rule, goes_on, &mut may_fail).inspect_err(|_| {
            // What was begun must not fill the disk; if it cannot be removed, the next start does.
            let _ = self.sweep_files();
        });
        self.share_out()?;
        sealed
    }

    pub(super) fn seal_with(
        &self,
        now: Millis,
        rule: Rule,
        goes_on: &dyn Fn() -> bool,
        on_step: OnStep<'_>,
    ) -> Result<Sealed, StoreError> {
        if self.clickhouse.is_some() {
            return Ok(Sealed::default());
        }
        let _alone = self.alone_with_files()?;
        let mut sealed = Sealed::default();
        // What comes meanwhile waits for the next time, or a busy shop would keep us here for ever.
        let last = self.read(|db| {
            db.query_row("SELECT COALESCE(MAX(last), 0) FROM journal", [], |row| row.get(0))
        })?;
        for site in self.read(catalogue::sites)? {
            self.delete_sealed(site.0, on_step)?;
            while goes_on() && self.is_due(site.0, now, rule, last)? {
                let more = self.seal_some(&site, now, rule, on_step)?;
                sealed.add(more);
                self.delete_sealed(site.0, on_step)?;
            }
        }
        Ok(sealed)
    }

    /// Held by who writes or removes sealed files, of all processes.
    pub(super) fn alone_with_files(&self) -> Result<File, StoreError> {
        let path = self.shared.folder.join(LOCK_FILE);
        let lock = File::create(&path).and_then(|lock| lock.lock().map(|()| lock));
        lock.map_err(|cause| unwritable(&path, &cause))
    }

    /// Whether lines of a site up to `last` are to be sealed.
    fn is_due(&self, site: i64, now: Millis, rule: Rule, last: i64) -> Result<bool, StoreError> {
        let oldest = "SELECT accepted_at FROM journal WHERE site = ? AND first > ? AND first <= ?
                      ORDER BY first LIMIT 1";
        let many = "SELECT COALESCE(SUM(lines), 0) >= ? FROM journal WHERE site = ? AND first > ?";
        self.read(|db| {
            let until = catalogue::sealed_until(db, site)?;
            let values = params![site, until, last];
            let oldest: Option<u64> =
                db.prepare_cached(oldest)?.query_row(values, |row| row.get(0)).optional()?;
            let Some(oldest) = oldest else { return Ok(false) };
            if now.since(Millis(oldest)) >= rule.after_ms {
                return Ok(true);
            }
            let values = params![rule.beacons, site, until];
            db.prepare_cached(many)?.query_row(values, |row| row.get(0))
        })
    }

    /// Seals the oldest lines of a site.
    fn seal_some(
        &self,
        site: &(i64, String),
        now: Millis,
        rule: Rule,
        on_step: OnStep<'_>,
    ) -> Result<Sealed, StoreError> {
        self.has_room_for_files()?;
        let count = rule.beacons.clamp(1, BEACONS_MAX);
        // Looked at before the moment: what is written down meanwhile stands in both, not in neither.
        let owners = self.shared.fresh.lock().owners(site.0);
        let ((until, apart), mut batch) = self.read(|db| {
            let moment = db.unchecked_transaction()?;
            let until = catalogue::sealed_until(&moment, site.0)?;
            let batch = Batch::read(&moment, site.0, (count, DECODED_MAX), &owners)?;
            Ok(((until, apart_until(&moment, site.0, batch.last)?), batch))
        })?;
        let number = self.write_beyond_now(|desk| catalogue::next_number(desk.db))?;
        on_step(Step::Numbered)?;
        let segments = self.write_files(site, number, &batch, now, on_step)?;
        self.write_marks(std::mem::take(&mut batch.marks))?;
        on_step(Step::Marked)?;
        let sealed = Sealed::of(&batch, &segments);
        let (id, last) = (site.0, batch.last);
        let is_ours = self.write_beyond_now(move |desk| {
            let db = desk.db;
            // Sealed by another process, or not to be believed any more since it was read.
            if (catalogue::sealed_until(db, id)?, apart_until(db, id, last)?) != (until, apart) {
                return Ok(false);
            }
            segments.iter().try_for_each(|segment| catalogue::insert(db, segment))?;
            let sql = "INSERT OR REPLACE INTO sealed (site, until) VALUES (?, ?)";
            db.prepare_cached(sql)?.execute(params![id, last])?;
            let sql = "DELETE FROM apart WHERE site = ? AND number <= ?";
            db.prepare_cached(sql)?.execute(params![id, last])?;
            desk.ledger.wrote(Some(id), last);
            Ok(true)
        })?;
        on_step(Step::Catalogued)?;
        if is_ours { Ok(sealed) } else { Err(StoreError::Busy) }
    }

    /// Writes marks down, some at a time.
    pub(super) fn write_marks(&self, mut marks: Vec<Marked>) -> Result<(), StoreError> {
        // As a whole, so that each part touches few pages.
        marks::sort(&mut marks);
        let marks: Arc<[Marked]> = marks.into();
        for from in (0..marks.len()).step_by(WRITTEN_AT_ONCE) {
            let (marks, to) = (Arc::clone(&marks), marks.len().min(from + WRITTEN_AT_ONCE));
            self.write_beyond_now(move |desk| marks::write_all(desk.db, &marks[from..to]))?;
        }
        Ok(())
    }

    /// Writes a batch as files, by purpose and day.
    fn write_files(
        &self,
        site: &(i64, String),
        number: u64,
        batch: &Batch,
        now: Millis,
        on_step: OnStep<'_>,
    ) -> Result<Vec<Segment>, StoreError> {
        let made_at = now.max(batch.accepted_until);
        let blank = |day: &u64, purpose, span| Segment {
            id: 0,
            site: site.clone(),
            day: day_name(day.saturating_mul(DAY_MS)),
            number,
            purpose,
            rows: 0,
            bytes: 0,
            checksum: 0,
            span,
            made_at,
        };
        let mut segments = Vec::new();
        for (day, rows) in &batch.rows_by_day() {
            let segment = blank(day, Purpose::Items, span(rows.iter().map(|it| it.row.at)));
            let write = |path: &Path| items::write(path, rows, &batch.names);
            segments.push(self.write_file(segment, write, on_step)?);
        }
        for (day, frames) in &batch.frames_by_day() {
            let segment = blank(day, Purpose::Frames, span(frames.iter().map(|it| it.began_at.0)));
            let write = |path: &Path| frames::write(path, frames);
            segments.push(self.write_file(segment, write, on_step)?);
        }
        for segment in &segments {
            self.sync_folders(segment)?;
        }
        on_step(Step::Complete)?;
        Ok(segments)
    }

    /// Writes one file under another name first, and gives it its own.
    pub(super) fn write_file(
        &self,
        segment: Segment,
        write: impl FnOnce(&Path) -> Result<Made, StoreError>,
        on_step: OnStep<'_>,
    ) -> Result<Segment, StoreError> {
        let path = self.shared.folder.join(segment.path());
        let unfinished = path.with_extension(UNFINISHED);
        let day = path.parent().expect("it lies in the folder of its day");
        fs::create_dir_all(day).map_err(|cause| unwritable(day, &cause))?;
        // Numbers are given once; one that was not would take the other file's place.
        if path.exists() {
            return Err(StoreError::Damaged(format!(
                "{} (its number was given twice)",
                path.display()
            )));
        }
        let Made { rows, bytes, checksum } = write(&unfinished)?;
        on_step(Step::Written)?;
        let renamed = fault::at("file.rename").and_then(|()| fs::rename(&unfinished, &path));
        renamed.map_err(|cause| unwritable(&path, &cause))?;
        on_step(Step::Named)?;
        Ok(Segment { rows, bytes, checksum, ..segment })
    }

    /// Brings the names of a file and of its folders to the disk.
    pub(super) fn sync_folders(&self, segment: &Segment) -> Result<(), StoreError> {
        let path = segment.path();
        for folder in path.ancestors().skip(1) {
            let folder = self.shared.folder.join(folder);
            let opened = fault::at("folder.sync").and_then(|()| File::open(&folder));
            let synced = opened.and_then(|folder| folder.sync_all());
            synced.map_err(|cause| unwritable(&folder, &cause))?;
        }
        Ok(())
    }

    /// Deletes the lines of a site's journal that history has in files.
    fn delete_sealed(&self, site: i64, on_step: OnStep<'_>) -> Result<(), StoreError> {
        let is_left = |store: &Self| {
            let sql = "SELECT 1 FROM journal WHERE site = ? AND first <= ?";
            store.read(|db| {
                let until = catalogue::sealed_until(db, site)?;
                db.prepare_cached(sql)?.exists(params![site, until])
            })
        };
        while is_left(self)? {
            self.write_beyond_now(move |desk| {
                let db = desk.db;
                let sql = "DELETE FROM journal WHERE first IN
                           (SELECT first FROM journal WHERE site = ? AND first <= ? ORDER BY first LIMIT ?)";
                let until = catalogue::sealed_until(db, site)?;
                db.prepare_cached(sql)?.execute(params![site, until, DELETE_MAX])
            })?;
            on_step(Step::Deleted)?;
        }
        Ok(())
    }

    /// Removes files that the catalogue does not name: their sealing was broken off.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when a file is one that this database never made, and so is of another: none is
    /// removed then. What the system says.
    pub(super) fn sweep_files(&self) -> Result<usize, StoreError> {
        let _alone = self.alone_with_files()?;
        let strays = self.strays()?;
        if let Some(file) = self.foreign(&strays)? {
            return Err(StoreError::Foreign(file));
        }
        for file in &strays {
            fs::remove_file(file).map_err(|cause| unwritable(file, &cause))?;
        }
        Ok(strays.len())
    }

    /// Files that the catalogue does not name.
    pub(super) fn strays(&self) -> Result<Vec<PathBuf>, StoreError> {
        let folder = &self.shared.folder;
        let known = self.read(catalogue::all)?;
        let known: BTreeSet<PathBuf> = known.iter().map(|it| folder.join(it.path())).collect();
        let mut files = files_under(&folder.join(FOLDER))?;
        files.retain(|file| !known.contains(file));
        Ok(files)
    }

    /// The first of these files whose number was never given: the database is older than it, or another.
    pub(super) fn foreign(&self, files: &[PathBuf]) -> Result<Option<PathBuf>, StoreError> {
        let last = self.read(catalogue::last_number)?;
        let number = |file: &Path| file.file_name()?.to_str()?.split('.').next()?.parse().ok();
        let is_foreign = |file: &&PathBuf| number(file).is_some_and(|number: u64| number > last);
        Ok(files.iter().find(is_foreign).cloned())
    }
}

impl Sealed {
    fn of(batch: &Batch, segments: &[Segment]) -> Self {
        let bytes = |purpose| {
            segments.iter().filter(|it| it.purpose == purpose).map(|it| it.bytes).sum::<u64>()
        };
        Self {
            lines: batch.lines,
            rows: batch.rows.len() as u64,
            bytes: bytes(Purpose::Items),
            frame_bytes: bytes(Purpose::Frames),
        }
    }

    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.rows += other.rows;
        self.bytes += other.bytes;
        self.frame_bytes += other.frame_bytes;
    }
}

/// Lines of the journal on their way into files.
struct Batch {
    lines: u64,
    /// As they came.
    rows: Vec<Filed>,
    names: Names,
    /// Sorted.
    frames: Vec<Framed>,
    /// Of all its lines.
    marks: Vec<Marked>,
    /// Number of the last line.
    last: i64,
    accepted_until: Millis,
}

impl Batch {
    /// The oldest lines of a site, in whole sheaves: none after those that are `count`, or take `bytes` of memory
    /// once they are decoded.
    fn read(
        db: &Connection,
        site: i64,
        (count, bytes): (usize, usize),
        owners: &Owners,
    ) -> rusqlite::Result<Self> {
        let mut tail = journal::tail(db, site, count, BYTES_MAX)?;
        learn_owners(db, owners, &mut tail)?;
        let mut batch = Self {
            lines: 0,
            rows: Vec::new(),
            names: Names::default(),
            frames: Vec::new(),
            marks: Vec::new(),
            last: 0,
            accepted_until: Millis(0),
        };
        batch
            .rows
            .reserve(tail.len().min(bytes / size_of::<Filed>() / ITEMS_A_LINE) * ITEMS_A_LINE);
        for held in tail {
            // The rest is sealed next: whoever makes beacons of thousands of items takes files, not memory.
            if batch.bytes() >= bytes && held.number == held.sheaf {
                break;
            }
            batch.lines += 1;
            batch.last = held.number;
            batch.marks.push(marks::marked(&held));
            batch.accepted_until = batch.accepted_until.max(held.entry.accepted_at);
            let Self { rows, names, .. } = &mut batch;
            held.each_record(db, |record| {
                rows.push(Filed::of(&record, Want::everything(), names));
            })?;
            batch.frames.extend(held.framed());
        }
        batch.frames.sort_unstable_by_key(Framed::place);
        Ok(batch)
    }

    /// Of its rows, and of the texts in them.
    fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Filed>() + self.names.bytes()
    }

    /// Each day's rows, sorted.
    fn rows_by_day(&self) -> BTreeMap<u64, Vec<&Filed>> {
        let mut days = BTreeMap::<u64, Vec<&Filed>>::new();
        let rows = filed::in_order(&self.rows);
        let day = |it: &Filed| self.day(it.row.at);
        for rows in rows.chunk_by(|one, next| day(one) == day(next)) {
            days.entry(day(rows[0])).or_default().extend(rows);
        }
        days
    }

    fn frames_by_day(&self) -> BTreeMap<u64, Vec<&Framed>> {
        let mut days = BTreeMap::<u64, Vec<&Framed>>::new();
        for frame in &self.frames {
            days.entry(self.day(frame.began_at.0)).or_default().push(frame);
        }
        days
    }

    /// The day a row lies with, since 1970. A visitor's clock may say anything: what is older than
    /// [`DAYS_BACK`] lies together, so that nobody can make us write thousands of files.
    fn day(&self, at: u64) -> u64 {
        let earliest = self.accepted_until.0.saturating_sub(DAYS_BACK * DAY_MS);
        at.clamp(earliest, self.accepted_until.0) / DAY_MS
    }
}

/// How many lines up to this one were set apart after they were written.
fn apart_until(db: &Connection, site: i64, last: i64) -> rusqlite::Result<u64> {
    let sql = "SELECT COUNT(*) FROM apart WHERE site = ? AND number <= ?";
    db.prepare_cached(sql)?.query_row([site, last], |row| row.get(0))
}

/// Consent may have come by a beacon that is not sealed yet: a run's marks know. `owners`: what those tell
/// that are not written down.
fn learn_owners(db: &Connection, owners: &Owners, tail: &mut [Held]) -> rusqlite::Result<()> {
    let mut known = HashMap::<RunId, Run>::new();
    for Held { entry, .. } in tail {
        if entry.run.session.is_some() && entry.run.visitor.is_some() {
            continue;
        }
        let run = if let Some(run) = known.get(&entry.id) {
            *run
        } else {
            let mut run = entry.run;
            for mark in marks::of_run(db, entry.site, entry.id)? {
                run.learn(&mark.run);
            }
            if let Some(fresh) = owners.get(&entry.id) {
                run.learn(fresh);
            }
            known.insert(entry.id, run);
            run
        };
        entry.run.learn(&run);
    }
    Ok(())
}

fn span(times: impl Iterator<Item = u64>) -> (u64, u64) {
    times.fold((u64::MAX, 0), |(from, to), at| (from.min(at), to.max(at)))
}

/// `2026-11-30`, UTC.
pub(super) fn day_name(at: u64) -> String {
    let at = i64::try_from(at).ok().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    let at = at.unwrap_or(jiff::Timestamp::MAX);
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// All files below a folder; none where there is no folder.
pub(super) fn files_under(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(unwritable(&folder, &cause)),
        };
        for entry in entries {
            let entry = entry.map_err(|cause| unwritable(&folder, &cause))?;
            let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
            if is_folder { &mut folders } else { &mut files }.push(entry.path());
        }
    }
    Ok(files)
}

/// Bytes of frames after which no more are sealed together: some 75,000 beacons of ordinary size.
const BYTES_MAX: usize = 16 << 20;

/// Bytes of decoded rows and their texts after which no more are sealed together, twice that while room for them grows:
/// half of [`BEACONS_MAX`] ordinary beacons have some 12 MB. A sheaf that is begun is taken whole: its frames have some
/// 256 KiB.
const DECODED_MAX: usize = 16 << 20;

/// Items of a beacon, as many as most have: room is made for them at once.
const ITEMS_A_LINE: usize = 8;

/// Locked while files are written or removed.
const LOCK_FILE: &str = "segments.lock";

/// Ends the name of a file that is not complete.
const UNFINISHED: &str = "unfinished";

/// Most lines sealed together: they are in memory meanwhile, decoded.
const BEACONS_MAX: usize = 20_000;

/// Lines deleted in one transaction: few, for beacons wait behind it.
const DELETE_MAX: u32 = 500;

/// Most days that a row may lie before the newest beacon sealed with it.
pub(super) const DAYS_BACK: u64 = 7;

const DAY_MS: u64 = 86_400_000;

#[cfg(test)]
pub(super) mod tests;
