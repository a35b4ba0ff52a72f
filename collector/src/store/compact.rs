//! Small files of one site, day and purpose become larger ones. As crash-safe as sealing: the new file
//! is on the disk before one transaction names it instead of the old ones, and files that the catalogue
//! does not name are swept away by who opens the folder next.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use beacon::Millis;

use super::catalogue::{self, Purpose, Segment};
use super::seal::{OnStep, Step, may_fail};
use super::segments::{Opened, Seen, merge, unwritable};
use super::{Store, StoreError};
use crate::fault;

/// What was merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files that were.
    pub files: usize,
    /// Files that they became.
    pub made: usize,
    /// Rows in them.
    pub rows: u64,
}

impl Store {
    /// Merges files of which there are many of about the same size, as long as `goes_on` says so.
    /// Blocks; beacons and questions do not wait. When it ends early, files stay as they were.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when it was told not to go on in the middle of a file;
    /// [`StoreError::Damaged`] names a file that is not as it was written: it is not merged, so that
    /// its damage stays where it can be found; what keeps a file from being written.
    pub fn compact(
        &self,
        now: Millis,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Compacted, StoreError> {
        self.compact_with(now, FILES_MIN, goes_on, &mut may_fail).inspect_err(|_| {
            // What was begun must not fill the disk; if it cannot be removed, the next start does.
            let _ = self.sweep_files();
        })
    }

    pub(super) fn compact_with(
        &self,
        now: Millis,
        files_min: usize,
        goes_on: &dyn Fn() -> bool,
        on_step: OnStep<'_>,
    ) -> Result<Compacted, StoreError> {
        let _alone = self.alone_with_files()?;
        let mut compacted = Compacted::default();
        loop {
            let groups = due(self.read(catalogue::all)?, files_min);
            if groups.is_empty() {
                return Ok(compacted);
            }
            for group in groups {
                compacted.rows += self.merge_files(&group, now, goes_on, on_step)?;
                compacted.files += group.len();
                compacted.made += 1;
            }
        }
    }

    /// Makes one file of several; returns its rows.
    fn merge_files(
        &self,
        group: &[Segment],
        now: Millis,
        goes_on: &dyn Fn() -> bool,
        on_step: OnStep<'_>,
    ) -> Result<u64, StoreError> {
        let files = self.open_whole(group, goes_on)?;
        let number = self.write_now(catalogue::next_number)?;
        on_step(Step::Numbered)?;
        let purpose = group[0].purpose;
        let blank = together(group, number, now);
        let expected = blank.rows;
        let write = |path: &Path| merge::merge(path, purpose, files, goes_on);
        let merged = self.write_file(blank, write, on_step)?;
        if merged.rows != expected {
            let path = merged.path().display().to_string();
            return Err(StoreError::Damaged(format!(
                "{path} ({} rows of {expected})",
                merged.rows
            )));
        }
        self.sync_folders(&merged)?;
        on_step(Step::Complete)?;
        let ids: Vec<i64> = group.iter().map(|segment| segment.id).collect();
        self.write_now(move |db| {
            ids.iter().try_for_each(|id| catalogue::remove(db, *id))?;
            catalogue::insert(db, &merged)
        })?;
        on_step(Step::Catalogued)?;
        self.remove_files(group, on_step)?;
        Ok(expected)
    }

    /// Opens files that are, byte for byte, as they were written.
    fn open_whole(
        &self,
        group: &[Segment],
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Vec<Opened>, StoreError> {
        let folder = &self.shared.folder;
        let open = |segment: &Segment| {
            if !goes_on() {
                return Err(StoreError::Stopped);
            }
            // Gone through once more: what the new file holds nobody can check against the old one.
            Opened::open(folder, segment, &Seen::default())
        };
        group.iter().map(open).collect()
    }

    /// Removes files that the catalogue names no longer. Who has one open reads it to its end.
    pub(super) fn remove_files(
        &self,
        files: &[Segment],
        on_step: OnStep<'_>,
    ) -> Result<(), StoreError> {
        for segment in files {
            let path = self.shared.folder.join(segment.path());
            let removed = fault::at("file.remove").and_then(|()| fs::remove_file(&path));
            removed.map_err(|cause| unwritable(&path, &cause))?;
            on_step(Step::Removed)?;
        }
        Ok(())
    }
}

/// What is to be merged: files of one site, day and purpose whose sizes are within a factor of four.
/// So each row is written anew only as its file becomes four times as large, and a day that is sealed
/// every quarter of an hour has some ten files in the end instead of a hundred.
fn due(segments: Vec<Segment>, files_min: usize) -> Vec<Vec<Segment>> {
    let mut groups = BTreeMap::<(i64, String, Purpose, u32), Vec<Segment>>::new();
    for segment in segments.into_iter().filter(|segment| segment.bytes < BYTES_MAX) {
        let class = segment.bytes.max(1).ilog2() / 2;
        let key = (segment.site.0, segment.day.clone(), segment.purpose, class);
        groups.entry(key).or_default().push(segment);
    }
    let mut groups: Vec<Vec<Segment>> =
        groups.into_values().filter(|group| group.len() >= files_min).collect();
    for group in &mut groups {
        group.truncate(FILES_MAX);
    }
    groups
}

/// What is known of the file that a group becomes before it is written.
fn together(group: &[Segment], number: u64, now: Millis) -> Segment {
    let first = &group[0];
    let made_at = group.iter().map(|segment| segment.made_at).fold(now, Millis::max);
    Segment {
        id: 0,
        site: first.site.clone(),
        day: first.day.clone(),
        number,
        purpose: first.purpose,
        rows: group.iter().map(|segment| segment.rows).sum(),
        bytes: 0,
        checksum: 0,
        span: group.iter().fold((u64::MAX, 0), |(from, to), segment| {
            (from.min(segment.span.0), to.max(segment.span.1))
        }),
        made_at,
    }
}

/// Fewer files of a size stay as they are.
const FILES_MIN: usize = 4;

/// Most files that are merged at once: bounds memory, about 2 MB each.
const FILES_MAX: usize = 16;

/// A file so large stays as it is: some ten million rows.
const BYTES_MAX: u64 = 128 << 20;

#[cfg(test)]
mod tests;
