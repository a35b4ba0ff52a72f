//! Is all that was stored still there, whole, and once?

use std::collections::HashSet;
use std::path::PathBuf;

use beacon::{Beacon, RunId};

use super::catalogue::{self, Purpose, Segment};
use super::kept::ALWAYS;
use super::scan::{Names, Visit, Want};
use super::segments::sum_of;
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
        let sound = self.check_files(&mut check)?;
        for (site, key) in self.read(catalogue::sites)? {
            // What a damaged file keeps from being read was said already.
            if sound {
                self.check_rows(site, &key, &mut check)?;
            }
        }
        self.check_beacons(each, &mut check);
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

    /// The catalogue against the folder. Returns whether all its files are as they were written.
    fn check_files(&self, check: &mut Check) -> Result<bool, StoreError> {
        let segments = self.read(catalogue::all)?;
        check.files = segments.len();
        let before = check.findings.len();
        check.findings.extend(segments.iter().filter_map(|segment| self.damage_of(segment)));
        let is_sound = check.findings.len() == before;
        check.strays = self.strays()?;
        if let Some(file) = self.foreign(&check.strays)? {
            check.findings.push(StoreError::Foreign(file).to_string());
        }
        Ok(is_sound)
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
    fn check_rows(&self, site: i64, key: &str, check: &mut Check) -> Result<(), StoreError> {
        let mut doubled = 0_u64;
        for want in [Want::everything(), Want::everything().apart()] {
            let each = &mut |visit: &Visit<'_>, _: &Names| {
                check.rows += visit.rows.len() as u64;
                // Sorted, so what stands twice stands side by side.
                let pairs = visit.rows.windows(2);
                doubled += pairs.filter(|pair| pair[0].place() == pair[1].place()).count() as u64;
            };
            self.scan(site, ALWAYS.0, ALWAYS.1, want, &mut Names::default(), each)?;
        }
        if doubled > 0 {
            check.findings.push(format!("{key}: {doubled} rows of history stand twice"));
        }
        let (named, read) = (self.rows_named(site)?, self.rows_read(site)?);
        if named != read {
            check.findings.push(format!("{key}: files have {read} rows, {named} were written"));
        }
        Ok(())
    }

    fn rows_named(&self, site: i64) -> Result<u64, StoreError> {
        let segments = self.read(catalogue::all)?;
        Ok(segments.iter().filter(|it| it.site.0 == site).map(|it| it.rows).sum())
    }

    fn rows_read(&self, site: i64) -> Result<u64, StoreError> {
        let mut rows = 0;
        for purpose in [Purpose::Items, Purpose::Frames] {
            let (files, ()) = self.snapshot(site, purpose, ALWAYS, |_, _| Ok(()))?;
            rows += files.iter().map(super::segments::Opened::rows).sum::<u64>();
        }
        Ok(rows)
    }

    /// Every beacon can be opened, and stands once.
    fn check_beacons(&self, each: &mut dyn FnMut(&str, RunId, u32, usize), check: &mut Check) {
        let mut met = HashSet::new();
        let (mut beacons, mut items, mut wrong) = (0, 0, Vec::new());
        let read = self.each_beacon(|site, run, sequence, frame| {
            beacons += 1;
            if !met.insert((place_of(site), run, sequence)) {
                wrong.push(format!("{site}: beacon {sequence} of run {run} stands twice"));
                return;
            }
            match beacon::frame::reopen(frame) {
                // Checksums guard the frame; what stands beside it must say the same.
                Ok(Beacon { header, .. })
                    if header.site.as_str() != site
                        || header.run != run
                        || header.sequence != sequence =>
                {
                    let of = format!("beacon {sequence} of run {run}");
                    wrong.push(format!("{site}: {of} holds another beacon"));
                }
                Ok(beacon) => {
                    items += beacon.items.len() as u64;
                    each(site, run, sequence, beacon.items.len());
                }
                Err(error) => {
                    wrong.push(format!("{site}: beacon {sequence} of run {run}: {error}"));
                }
            }
        });
        check.findings.extend(wrong);
        check.findings.extend(read.err().map(|error| error.to_string()));
        (check.beacons, check.items) = (beacons, items);
    }
}

/// Tells sites apart in little room.
fn place_of(site: &str) -> u32 {
    beacon::crc32c(site.as_bytes())
}
