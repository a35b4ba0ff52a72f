//! Beacons byte for byte, wherever they lie: for a server that starts, a ledger, a check.

use beacon::{Millis, RunId, SiteKey};
use rusqlite::OptionalExtension;

use super::catalogue::{self, Purpose};
use super::journal::{self, Held};
use super::segments::frames::Framed;
use super::{Store, StoreError};

impl Store {
    /// Frames of a site accepted since, oldest first, each with when it was accepted; without those
    /// that something speaks against. Of very many the newest [`LATELY_MAX`].
    ///
    /// # Errors
    /// What SQLite says; [`StoreError::Damaged`] and [`StoreError::Missing`] name a sealed file.
    pub fn frames_since(
        &self,
        site: &SiteKey,
        since: Millis,
    ) -> Result<Vec<(Millis, Vec<u8>)>, StoreError> {
        let (files, mut frames) = self.with_files(|moment| {
            let sql = "SELECT id FROM site WHERE key = ?";
            let id = moment.query_row(sql, [site.as_str()], |row| row.get(0)).optional()?;
            let Some(id) = id else { return Ok((vec![], vec![])) };
            let mut segments = catalogue::of_span(moment, id, Purpose::Frames, ALWAYS)?;
            segments.retain(|segment| segment.made_at >= since);
            let tail = journal::lately(moment, id, since, LATELY_MAX)?;
            Ok((segments, tail.into_iter().filter_map(Held::framed).collect()))
        })?;
        for file in files {
            file.each_frame(|framed| {
                if framed.accepted_at >= since {
                    frames.push(framed);
                }
            })?;
        }
        frames.retain(|it| it.quarantine == 0);
        // Of those accepted together, a run's stand in their order.
        frames.sort_by_key(|it| (it.accepted_at, it.place()));
        let older = frames.len().saturating_sub(LATELY_MAX);
        let frames = frames.into_iter().skip(older).map(|it| (it.accepted_at, it.frame)).collect();
        Ok(self.with_shipped(site, since, frames))
    }

    /// Adds what ClickHouse has.
    fn with_shipped(
        &self,
        site: &SiteKey,
        since: Millis,
        mut frames: Vec<(Millis, Vec<u8>)>,
    ) -> Vec<(Millis, Vec<u8>)> {
        let Some(clickhouse) = &self.clickhouse else { return frames };
        match clickhouse.accepted_since(site.as_str(), since) {
            Ok(shipped) => frames.extend(shipped),
            // Who starts does not wait for ClickHouse.
            Err(error) => tracing::warn!(%error, "not all that happened lately can be read"),
        }
        frames.sort_unstable();
        // What is on its way lies in both.
        frames.dedup();
        frames
    }

    /// Keys of all stored beacons with their frames, for a ledger to be compared with.
    ///
    /// # Errors
    /// As [`each_beacon`](Self::each_beacon).
    pub fn ledger(&self) -> Result<Vec<(RunId, u32, Vec<u8>)>, StoreError> {
        let mut ledger = Vec::new();
        self.each_beacon(|_, run, sequence, frame| ledger.push((run, sequence, frame.to_vec())))?;
        ledger.sort_unstable();
        Ok(ledger)
    }

    /// Hands every place in which a beacon is stored to `each`: site, run, sequence, frame.
    ///
    /// # Errors
    /// What SQLite says, also when its file is damaged; [`StoreError::Damaged`] and
    /// [`StoreError::Missing`] name a sealed file.
    pub fn each_beacon(
        &self,
        mut each: impl FnMut(&str, RunId, u32, &[u8]),
    ) -> Result<(), StoreError> {
        for (site, key) in self.read(catalogue::sites)? {
            let (files, tail) = self.snapshot(site, Purpose::Frames, ALWAYS, |_, tail| Ok(tail))?;
            let mut each = |it: Framed| each(&key, it.run, it.sequence, &it.frame);
            tail.into_iter().filter_map(Held::framed).for_each(&mut each);
            for file in files {
                file.each_frame(&mut each)?;
            }
        }
        Ok(())
    }
}

/// Beacons that a server that starts reads for its floor, of each site: more are a flood, of which the
/// newest say enough, and until they are read nobody is answered.
const LATELY_MAX: usize = 10_000;

/// A span that everything lies in.
pub(super) const ALWAYS: (u64, u64) = (0, u64::MAX);
