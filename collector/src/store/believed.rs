//! Which time is believed when something is to go for its age. A clock may be wrong when the machine starts, and a
//! clock that is years ahead would have all history dropped within a minute.
//!
//! The rule: it is never later than a day after the newest moment that has surely come. Beacons tell what
//! their visitors' clocks say, and are not stored where those and ours are more than 73 hours apart: so
//! each one that is stored confirms ours, and ours alone moves nothing further than a day. While none
//! comes, time passes as fast as this process runs, by the clock that nobody sets: a shop that gave up
//! keeps nothing for ever. Views that the loader counts tell no time and confirm nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use beacon::{Millis, limits};
use rusqlite::{Connection, OptionalExtension as _};

use super::beacons::Arrival;
use super::{Store, StoreError};

/// The newest moment that has surely come; 0 is none.
#[derive(Clone, Debug)]
pub(super) struct Newest(Arc<Moments>);

#[derive(Debug)]
struct Moments {
    /// When the newest beacon came that confirms the clock.
    beacon: AtomicU64,
    opened: Instant,
    passed: Mutex<Passed>,
}

/// A moment that had come when the process had run for so long.
#[derive(Clone, Copy, Debug, Default)]
struct Passed {
    moment: u64,
    ran: Duration,
}

impl Passed {
    /// The latest that has surely come by now: what is `known` of beacons, or what came before and the time since.
    fn look(&mut self, known: u64, ran: Duration) -> u64 {
        let since_ms = u64::try_from(ran.saturating_sub(self.ran).as_millis()).unwrap_or(0);
        let moment = if self.moment == 0 { 0 } else { self.moment.saturating_add(since_ms) };
        *self = Self { moment: moment.max(known), ran: ran.max(self.ran) };
        self.moment
    }
}

impl Default for Newest {
    fn default() -> Self {
        let (beacon, passed) = (AtomicU64::default(), Mutex::default());
        Self(Arc::new(Moments { beacon, opened: Instant::now(), passed }))
    }
}

impl Newest {
    /// A beacon was stored.
    pub(super) fn stored(&self, arrival: &Arrival) {
        let Arrival { beacon, now, quarantine, .. } = arrival;
        // Those that lie so far behind are never stored.
        let ahead_ms = beacon.header.sent_at.since(*now);
        if quarantine.is_none() && ahead_ms <= limits::DEDUP_HOURS * 3_600_000 {
            self.0.beacon.fetch_max(now.0, Ordering::Relaxed);
        }
    }
}

impl Store {
    /// The time to count ages from: `now`, or earlier while nothing confirms it. Before any beacon came it is the
    /// beginning of time.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn believed(&self, now: Millis) -> Result<Millis, StoreError> {
        self.believed_after(now, self.shared.newest.0.opened.elapsed())
    }

    /// The same when this process has run for so long.
    fn believed_after(&self, now: Millis, ran: Duration) -> Result<Millis, StoreError> {
        let noted = self.read(noted)?;
        let told = match noted {
            Some(noted) => noted,
            None => self.read(newest_sealed)?,
        };
        let Moments { beacon, passed, .. } = &*self.shared.newest.0;
        let known = told.max(beacon.load(Ordering::Relaxed));
        let newest = passed.lock().unwrap_or_else(PoisonError::into_inner).look(known, ran);
        // Those who open the folder next know of it; written seldom, for a day is the measure.
        if newest > noted.unwrap_or(0).saturating_add(NOTE_EVERY_MS) {
            let sql = "INSERT OR REPLACE INTO meta VALUES ('newest', ?)";
            let written = self.write_beyond_now(move |desk| desk.db.execute(sql, [newest]));
            if let Err(error) = written {
                // What is past its time goes from a full disk too.
                tracing::debug!(%error, "the newest moment that has come is noted later");
            }
        }
        let confirmed = if newest == 0 { 0 } else { newest.saturating_add(BEYOND_MS) };
        Ok(now.min(Millis(confirmed)))
    }
}

fn noted(db: &Connection) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT value FROM meta WHERE name = 'newest'";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()
}

/// As far as sealed beacons tell it: in folders of versions that did not note it.
fn newest_sealed(db: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT COALESCE(MAX(to_at), 0) FROM segment WHERE purpose = 'frames'";
    db.query_row(sql, [], |row| row.get(0))
}

/// How far after the newest moment the clock is believed by itself.
const BEYOND_MS: u64 = 86_400_000;

/// Between two notes.
const NOTE_EVERY_MS: u64 = 3_600_000;

#[cfg(test)]
mod tests {
    use super::super::seal::tests::{NOW, accept, arrival, filled};
    use super::super::{Retention, Rule, Written};
    use super::*;
    use crate::suspicion::Suspicion;

    const DAY_MS: u64 = 86_400_000;

    const TEN_YEARS_ON: Millis = Millis(NOW + 3_652 * DAY_MS);

    fn retain(store: &Store, now: Millis) -> usize {
        let kept = Retention { history_days: 3, replay_days: 3, chat_days: 3 };
        store.retain(now, kept).unwrap().files
    }

    /// Whole days after [`NOW`].
    fn days_believed(store: &Store) -> u64 {
        (store.believed(TEN_YEARS_ON).unwrap().0 - NOW) / DAY_MS
    }

    /// Its newest beacons came at [`NOW`].
    fn sealed(folder: &std::path::Path) -> Store {
        let store = filled(folder);
        store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
        store
    }

    #[test]
    fn a_clock_that_is_years_ahead_drops_nothing_until_beacons_confirm_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = sealed(folder.path());
        assert_eq!(store.believed(Millis(NOW + DAY_MS)).unwrap(), Millis(NOW + DAY_MS));
        assert_eq!(days_believed(&store), 1);
        assert_eq!(retain(&store, TEN_YEARS_ON), 0);
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(retain(&store, TEN_YEARS_ON), 0, "at the next start");
        let mut fresh = arrival(120, 0, Some(1), vec![]);
        (fresh.now, fresh.beacon.header.sent_at) = (TEN_YEARS_ON, TEN_YEARS_ON);
        assert_eq!(accept(&store, fresh), Written::Stored);
        assert!(retain(&store, TEN_YEARS_ON) > 0, "it was ten years");
    }

    #[test]
    fn where_no_beacon_comes_any_more_time_passes_as_the_process_runs() {
        let folder = tempfile::tempdir().unwrap();
        let store = sealed(folder.path());
        let after = |store: &Store, days: u64| {
            let ran = Duration::from_millis(days * DAY_MS);
            (store.believed_after(TEN_YEARS_ON, ran).unwrap().0 - NOW) / DAY_MS
        };
        assert_eq!([0, 1, 5, 5].map(|days| after(&store, days)), [1, 2, 6, 6]);
        // A clock that is behind is believed as ever.
        assert_eq!(store.believed_after(Millis(NOW), Duration::MAX).unwrap(), Millis(NOW));
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        assert_eq!([0, 3].map(|days| after(&store, days)), [6, 9], "at the next start");
        assert!(retain(&store, TEN_YEARS_ON) > 0);
    }

    #[test]
    fn what_tells_no_time_or_is_not_believed_confirms_no_clock() {
        let folder = tempfile::tempdir().unwrap();
        let store = sealed(folder.path());
        let hit =
            store.accept_hit(1, beacon::RunId([98; 16]), "/".into(), "x".into(), TEN_YEARS_ON);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert_eq!(runtime.block_on(hit).unwrap(), Written::Stored);
        let mut strange = arrival(121, 0, Some(1), vec![]);
        (strange.now, strange.beacon.header.sent_at) = (TEN_YEARS_ON, TEN_YEARS_ON);
        strange.quarantine = Some(Suspicion::Robot);
        assert_eq!(accept(&store, strange), Written::Stored);
        let mut ahead = arrival(122, 0, Some(1), vec![]);
        ahead.now = TEN_YEARS_ON;
        ahead.beacon.header.sent_at = Millis(TEN_YEARS_ON.0 + 4 * DAY_MS);
        assert_eq!(accept(&store, ahead), Written::Stored);
        assert_eq!(days_believed(&store), 1);
        assert_eq!(retain(&store, TEN_YEARS_ON), 0);
    }

    #[test]
    fn a_folder_that_never_noted_it_goes_by_its_sealed_beacons() {
        let folder = tempfile::tempdir().unwrap();
        drop(sealed(folder.path()));
        let store = Store::open(folder.path()).unwrap();
        store.write_now(|db| db.execute("DELETE FROM meta WHERE name = 'newest'", [])).unwrap();
        let believed = store.believed(TEN_YEARS_ON).unwrap();
        assert!((NOW..=NOW + DAY_MS).contains(&believed.0), "{believed:?}");
        let empty = tempfile::tempdir().unwrap();
        let store = Store::open(empty.path()).unwrap();
        assert_eq!(store.believed(TEN_YEARS_ON).unwrap(), Millis(0));
    }
}
