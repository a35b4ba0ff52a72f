//! Is all that was stored still there, whole, and once?

use std::collections::HashSet;
use std::path::PathBuf;

use beacon::{Beacon, RunId};

use super::catalogue::{self, Purpose, Segment};
use super::journal::{self, Held};
use super::kept::ALWAYS;
use super::scan::{Names, Visit, Want};
use super::segments::frames::Framed;
use super::segments::{Opened, sum_of};
use super::{Store, StoreError};

/// What a check went through, and what it found wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Beacons that are kept byte for byte.
    pub beacons: u64,
    /// Items in them.
    pub items: u64,
    /// Rows of history, with those that are not sealed yet.
    pub rows: u64,
    /// Sealed files.
    pub files: usize,
    /// One line a finding.
    pub findings: Vec<String>,
    /// Files that are no part of the data: their sealing was broken off, and the next start removes them.
    pub strays: Vec<PathBuf>,
}

impl Store {
    /// Goes through everything: the database, the catalogue and the files that it names, every row and
    /// every beacon. `each` is told of each beacon that can be opened, once: site, run, sequence, items.
    /// Nothing is sealed or merged meanwhile.
    ///
    /// # Errors
    /// What SQLite says of a file that it cannot read at all.
    pub fn check(
        &self,
        each: &mut dyn FnMut(&str, RunId, u32, usize),
    ) -> Result<Check, StoreError> {
        // Where nothing can be written, nobody seals.
        let _alone = self.alone_with_files().ok();
        let mut check = Check { findings: self.damages()?, ..Check::default() };
        check.findings.extend(self.check_numbers()?);
        // What these keep from being read is said once; everything else is gone through.
        let damaged = self.check_files(&mut check)?;
        let mut seen = Seen::default();
        for (site, key) in self.read(catalogue::sites)? {
            let found = self.check_rows(site, &key, &damaged, &mut check);
            check.findings.extend(found.err().map(|error| format!("{key}: {error}")));
            let found = self.check_beacons(site, &key, &damaged, each, &mut seen);
            check.findings.extend(found.err().map(|error| format!("{key}: {error}")));
        }
        (check.beacons, check.items) = (seen.beacons, seen.items);
        check.findings.extend(seen.wrong);
        Ok(check)
    }

    /// No file has a number that is still to be given.
    fn check_numbers(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value, (SELECT COALESCE(MAX(number), 0) FROM segment) FROM meta
                   WHERE name = 'segments'";
        let (given, largest) = self.read(|db| {
            db.query_row(sql, [], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?)))
        })?;
        let finding = format!("file {largest} was made, {given} numbers were given");
        Ok((largest > given).then_some(finding))
    }

    /// The catalogue against the folder. Returns the files that are not as they were written.
    fn check_files(&self, check: &mut Check) -> Result<HashSet<i64>, StoreError> {
        let segments = self.read(catalogue::all)?;
        check.files = segments.len();
        let mut damaged = HashSet::new();
        for segment in &segments {
            let Some(finding) = self.damage_of(segment) else { continue };
            damaged.insert(segment.id);
            check.findings.push(finding);
        }
        check.strays = self.strays()?;
        if let Some(file) = self.foreign(&check.strays)? {
            check.findings.push(StoreError::Foreign(file).to_string());
        }
        Ok(damaged)
    }

    fn damage_of(&self, segment: &Segment) -> Option<String> {
        let path = segment.path();
        let name = path.display();
        match sum_of(&self.shared.folder.join(&path)) {
            Err(cause) => Some(format!("{name} cannot be read: {cause}")),
            Ok((bytes, _)) if bytes != segment.bytes => {
                Some(format!("{name} has {bytes} bytes, {} were written", segment.bytes))
            }
            Ok((_, checksum)) if checksum != segment.checksum => {
                Some(format!("{name} has another checksum than when it was written"))
            }
            Ok(_) => None,
        }
    }

    /// Every row of history can be read, and stands once.
    fn check_rows(
        &self,
        site: i64,
        key: &str,
        damaged: &HashSet<i64>,
        check: &mut Check,
    ) -> Result<(), StoreError> {
        let mut doubled = 0_u64;
        let mut unread = None;
        for want in [Want::everything(), Want::everything().apart()] {
            let each = &mut |visit: &Visit<'_>, _: &Names| {
                check.rows += visit.rows.len() as u64;
                // Sorted, so what stands twice stands side by side.
                let pairs = visit.rows.windows(2);
                doubled += pairs.filter(|pair| pair[0].place() == pair[1].place()).count() as u64;
            };
            unread = self.scan_without(site, damaged, want, each)?;
        }
        check.findings.extend(unread.map(|error| format!("{key}: lines not sealed yet: {error}")));
        if doubled > 0 {
            check.findings.push(format!("{key}: {doubled} rows of history stand twice"));
        }
        let (named, read) = self.rows_of(site, damaged)?;
        if named != read {
            check.findings.push(format!("{key}: files have {read} rows, {named} were written"));
        }
        Ok(())
    }

    /// How many rows the catalogue says the files have, and they themselves.
    fn rows_of(&self, site: i64, damaged: &HashSet<i64>) -> Result<(u64, u64), StoreError> {
        let (files, named) = self.with_files(|moment| {
            let mut segments = catalogue::all(moment)?;
            segments.retain(|it| it.site.0 == site && !damaged.contains(&it.id));
            let named = segments.iter().map(|it| it.rows).sum();
            Ok((segments, named))
        })?;
        Ok((named, files.iter().map(Opened::rows).sum()))
    }

    /// Every beacon can be opened, and stands once.
    fn check_beacons(
        &self,
        site: i64,
        key: &str,
        damaged: &HashSet<i64>,
        each: &mut dyn FnMut(&str, RunId, u32, usize),
        seen: &mut Seen,
    ) -> Result<(), StoreError> {
        let (files, tail) = self.with_files(|moment| {
            let mut segments = catalogue::of_span(moment, site, Purpose::Frames, ALWAYS)?;
            segments.retain(|segment| !damaged.contains(&segment.id));
            Ok((segments, journal::tail(moment, site, usize::MAX, usize::MAX)))
        })?;
        // What is wrong with the tail was said with its rows.
        let tail = tail.unwrap_or_default().into_iter().filter_map(Held::framed);
        tail.for_each(|framed| seen.check(key, &framed, each));
        for file in files {
            if let Err(error) = file.each_frame(|framed| seen.check(key, &framed, each)) {
                seen.wrong.push(error.to_string());
            }
        }
        Ok(())
    }
}

/// Beacons that a check has gone through.
#[derive(Default)]
struct Seen {
    met: HashSet<(u32, RunId, u32)>,
    beacons: u64,
    items: u64,
    wrong: Vec<String>,
}

impl Seen {
    fn check(
        &mut self,
        site: &str,
        Framed { run, sequence, frame, .. }: &Framed,
        each: &mut dyn FnMut(&str, RunId, u32, usize),
    ) {
        self.beacons += 1;
        let of = format!("beacon {sequence} of run {run}");
        if !self.met.insert((place_of(site), *run, *sequence)) {
            self.wrong.push(format!("{site}: {of} stands twice"));
            return;
        }
        match beacon::frame::reopen(frame) {
            // Checksums guard the frame; what stands beside it must say the same.
            Ok(Beacon { header, .. })
                if header.site.as_str() != site
                    || header.run != *run
                    || header.sequence != *sequence =>
            {
                self.wrong.push(format!("{site}: {of} holds another beacon"));
            }
            Ok(beacon) => {
                self.items += beacon.items.len() as u64;
                each(site, *run, *sequence, beacon.items.len());
            }
            Err(error) => self.wrong.push(format!("{site}: {of}: {error}")),
        }
    }
}

/// Tells sites apart in little room.
fn place_of(site: &str) -> u32 {
    beacon::crc32c(site.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use beacon::Millis;

    use super::super::seal::tests::{NOW, SMALL, filled};
    use super::super::{Rule, StoreError};
    use super::*;

    fn checked(store: &Store) -> Check {
        store.check(&mut |_, _, _, _| ()).unwrap()
    }

    #[test]
    fn one_damaged_file_of_several_is_named_and_the_others_are_gone_through() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        store.seal(Millis(NOW), SMALL, &|| true).unwrap();
        let whole = checked(&store);
        assert_eq!((whole.findings.len(), whole.rows > 60, whole.beacons), (0, true, 24));
        let mut lost = [0, 0];
        for (place, purpose) in [Purpose::Items, Purpose::Frames].into_iter().enumerate() {
            let files = store.read(catalogue::all).unwrap();
            let file = files.iter().find(|it| it.purpose == purpose).unwrap();
            fs::write(folder.path().join(file.path()), "rotten").unwrap();
            lost[place] = file.rows;
            let found = checked(&Store::open_beside(folder.path()).unwrap());
            let name = file.path().display().to_string();
            assert!(found.findings.iter().any(|it| it.contains(&name)), "{:?}", found.findings);
            assert_eq!(found.findings.len(), place + 1, "{:?}", found.findings);
            assert_eq!(
                (found.rows, found.beacons),
                (whole.rows - lost[0], whole.beacons - lost[1])
            );
        }
    }

    #[test]
    fn files_are_gone_through_though_the_journal_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        store.seal(Millis(NOW), Rule { after_ms: u64::MAX, beacons: 9 }, &|| true).unwrap();
        let files = store.read(catalogue::all).unwrap();
        let rows = |purpose| {
            files.iter().filter(|it| it.purpose == purpose).map(|it| it.rows).sum::<u64>()
        };
        store
            .write_now(|db| db.execute("UPDATE journal SET accepted_at = accepted_at + 1", []))
            .unwrap();
        let found = checked(&store);
        assert_eq!((found.rows, found.beacons), (rows(Purpose::Items), rows(Purpose::Frames)));
        assert_eq!(found.findings.len(), 1, "{:?}", found.findings);
        assert!(found.findings[0].contains("not sealed yet"), "{:?}", found.findings);
    }

    #[test]
    fn a_check_makes_nothing_of_a_file_that_has_no_tables() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nunchi.sqlite");
        fs::write(&file, "").unwrap();
        let refused = Store::open_to_check(folder.path()).unwrap_err();
        assert!(matches!(refused, StoreError::Damaged(_)), "{refused}");
        assert_eq!(fs::metadata(&file).unwrap().len(), 0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing beside it either");
        let earlier = rusqlite::Connection::open(&file).unwrap();
        earlier.execute_batch("CREATE TABLE meta (a); PRAGMA user_version = 3").unwrap();
        drop(earlier);
        let before = fs::read(&file).unwrap();
        let refused = Store::open_to_check(folder.path()).unwrap_err();
        assert!(matches!(refused, StoreError::Older { found: 3, .. }), "{refused}");
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}
