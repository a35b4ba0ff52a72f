//! Summaries: what days of history come to, kept beside the catalogue, so that overview and series read
//! no rows. What counts as what is not known here: whoever goes through a day's visits makes its
//! [`Draft`].
//!
//! A summary is of one UTC day and is made of all sealed files that reach into it, so that each visit
//! of the day is whole, whatever files its rows lie in. It names these files: when they are others by
//! then (something was sealed, merged or dropped) it is as if it were not there. Days are put together
//! when they are asked for; rows of the journal's tail make the days that they lie in be read anew.

mod count;
mod day;
mod draft;
mod ends;
mod kept;
mod merged;
mod table;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::{Connection, params};

pub(crate) use count::By;
pub(crate) use draft::{
    Attended, CARTED, CHECKED_OUT, Draft, Dwell, End, NAMED, NAMED_BY_VIEW, Orphan, QUARTER_MS,
    QUARTERS, Revenue, Stay, Sum, VIEWED,
};
pub(super) use kept::Kept;
pub(crate) use merged::Merged;
pub(super) use table::forget_before;

use super::{Store, StoreError, catalogue};
use day::Day;
use table::{Days, Parts, days_of, days_to_summarize, known};

/// Makes the draft of a day of a site: of sealed rows alone, or of the journal's tail as well.
pub(crate) type MakeDraft<'a> = &'a dyn Fn(i64, u32, Rows) -> Result<Draft, StoreError>;

/// Where rows lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    Sealed,
    All,
}

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summarized {
    /// Days of sites.
    pub days: usize,
    /// Bytes of their summaries.
    pub bytes: usize,
}

impl Store {
    /// Makes the summaries that are missing or no longer true, as long as `goes_on` says so, newest days
    /// first, at most [`MADE_MAX`]: there may be more. Blocks; beacons and questions do not wait.
    ///
    /// # Errors
    /// What SQLite says, or the files.
    pub(crate) fn summarize_by(
        &self,
        goes_on: &dyn Fn() -> bool,
        draft: MakeDraft<'_>,
    ) -> Result<Summarized, StoreError> {
        let mut made = Summarized::default();
        if self.clickhouse.is_some() {
            return Ok(made);
        }
        for (site, _) in self.read(catalogue::sites)? {
            let days = self.read(|db| days_to_summarize(db, site))?;
            let known = self.read(|db| known(db, site))?;
            for day in known.keys().filter(|day| !days.contains_key(day)) {
                self.forget_summary(site, *day)?;
            }
            for (day, made_of) in days.iter().rev() {
                if known.get(day) == Some(made_of) {
                    continue;
                }
                if made.days == MADE_MAX || !goes_on() {
                    return Ok(made);
                }
                made.bytes += self.summarize_day(site, *day, draft)?;
                made.days += 1;
            }
        }
        Ok(made)
    }

    /// Makes the summary of a day; returns its bytes.
    fn summarize_day(
        &self,
        site: i64,
        day: u32,
        draft: MakeDraft<'_>,
    ) -> Result<usize, StoreError> {
        // The files stay as they are meanwhile.
        let _alone = self.alone_with_files()?;
        let Some(made_of) = self.files_of(site, day)? else { return Ok(0) };
        let Parts { body, ends, checksum } = Parts::of(&draft(site, day, Rows::Sealed)?);
        let bytes = body.len() + ends.len();
        let sql = "INSERT OR REPLACE INTO summary (site, day, made_of, checksum, body, ends)
                   VALUES (?, ?, ?, ?, ?, ?)";
        self.write_now(move |db| {
            let values = params![site, day, made_of, checksum, body, ends];
            db.prepare_cached(sql)?.execute(values).map(drop)
        })?;
        Ok(bytes)
    }

    fn forget_summary(&self, site: i64, day: u32) -> Result<(), StoreError> {
        let sql = "DELETE FROM summary WHERE site = ? AND day = ?";
        self.write_now(move |db| db.prepare_cached(sql)?.execute(params![site, day]).map(drop))
    }

    /// The days of a span, put together; `None`: they cannot be, or rows are as quickly read.
    ///
    /// # Errors
    /// What SQLite says, or the files.
    pub(crate) fn merged_by(
        &self,
        site: i64,
        span: (u64, u64),
        draft: MakeDraft<'_>,
    ) -> Result<Option<Arc<Merged>>, StoreError> {
        if self.clickhouse.is_some() {
            return Ok(None);
        }
        let found = self.read(|db| {
            let moment = db.unchecked_transaction()?;
            Ok((days_of(&moment, site, span)?, self.tail_days(&moment, site, span)?))
        })?;
        let (Some(days), Some(fresh)) = found else { return Ok(None) };
        if fresh.is_empty()
            && let Some(merged) = self.kept().merged(site, &days)
        {
            return Ok(Some(merged));
        }
        let Some(list) = self.days(site, &days, &fresh, draft)? else { return Ok(None) };
        let mut opened = BTreeMap::new();
        let merged = Merged::new(list, &mut |day, place, run| {
            let made_of = days.get(&day.number).map_or("", String::as_str);
            self.find_end(site, day, made_of, (place, run), &mut opened)
        });
        let merged = match merged {
            Ok(merged) => merged.map(Arc::new),
            // Made anew since, of other files: so rows are read this time.
            Err(EndError::Gone) => None,
            Err(EndError::Store(error)) => return Err(error),
        };
        if let Some(merged) = &merged
            && fresh.is_empty()
        {
            self.kept().keep_merged(site, days, merged);
        }
        Ok(merged)
    }

    /// Each of the days: as it was kept, or made of rows.
    fn days(
        &self,
        site: i64,
        days: &Days,
        fresh: &BTreeSet<u32>,
        draft: MakeDraft<'_>,
    ) -> Result<Option<Vec<Arc<Day>>>, StoreError> {
        let mut list = BTreeMap::new();
        let mut missing = fresh.clone();
        for (day, made_of) in days.iter().filter(|(day, _)| !fresh.contains(day)) {
            match self.kept_day(site, *day, made_of)? {
                Some(kept) => _ = list.insert(*day, kept),
                None => _ = missing.insert(*day),
            }
        }
        if missing.len() > READ_ANEW_MAX {
            return Ok(None);
        }
        for number in missing {
            let rows = if fresh.contains(&number) { Rows::All } else { Rows::Sealed };
            let made = draft(site, number, rows)?;
            let ends = ends::write(&made.ends, made.visits.len());
            let day = Arc::new(Day::new(number, made, Some(ends)));
            // Only if it is of these files, and not of others by now.
            if rows == Rows::Sealed && self.files_of(site, number)?.as_ref() == days.get(&number) {
                self.kept().keep_day(site, &days[&number], &day);
            }
            list.insert(number, day);
        }
        Ok(Some(list.into_values().collect()))
    }

    /// A day from memory, or from its summary.
    fn kept_day(&self, site: i64, day: u32, made_of: &str) -> Result<Option<Arc<Day>>, StoreError> {
        if let Some(kept) = self.kept().day(site, day, made_of) {
            return Ok(Some(kept));
        }
        let Some(parts) = self.read(|db| Parts::read(db, site, day, made_of))? else {
            return Ok(None);
        };
        let Some(draft) = parts.draft() else {
            tracing::error!(site, day, "the summary of a day is damaged: see `nunchi verify`");
            return Ok(None);
        };
        let day = Arc::new(Day::new(day, draft, None));
        self.kept().keep_day(site, made_of, &day);
        Ok(Some(day))
    }

    /// The last view of a page load on a day.
    fn find_end(
        &self,
        site: i64,
        day: &Day,
        made_of: &str,
        (place, run): (usize, u64),
        opened: &mut BTreeMap<u32, Vec<u8>>,
    ) -> Result<Option<(u8, Option<u32>)>, EndError> {
        let number = u32::try_from(place).expect("a day has fewer visits");
        if let Some(ends) = &day.ends {
            return Ok(ends::find(ends, day.visits.len(), number, run));
        }
        let bytes = match opened.entry(day.number) {
            Entry::Occupied(opened) => opened.into_mut(),
            Entry::Vacant(place) => {
                let parts = self.read(|db| Parts::read(db, site, day.number, made_of));
                let parts = parts.map_err(EndError::Store)?;
                place.insert(parts.ok_or(EndError::Gone)?.ends)
            }
        };
        Ok(ends::find(bytes, day.visits.len(), number, run))
    }

    /// Days in which rows of the journal's tail lie, as far as these are in the span; `None`: it is long.
    fn tail_days(
        &self,
        db: &Connection,
        site: i64,
        span: (u64, u64),
    ) -> rusqlite::Result<Option<BTreeSet<u32>>> {
        let mut days = BTreeSet::new();
        let told = self.shared.tails.times(db, site, |at| {
            if (span.0..span.1).contains(&at) {
                days.extend(u32::try_from(at / DAY_MS));
            }
        })?;
        Ok(told.map(|()| days))
    }

    /// The sealed files that reach into a day; `None`: there are none.
    fn files_of(&self, site: i64, day: u32) -> Result<Option<String>, StoreError> {
        let span = (u64::from(day) * DAY_MS, u64::from(day + 1) * DAY_MS);
        let days = self.read(|db| days_of(db, site, span))?;
        Ok(days.and_then(|mut days| days.remove(&day)))
    }

    /// Summaries against the rows that they are made of; a line a finding.
    ///
    /// # Errors
    /// What SQLite says, or the files.
    pub(crate) fn check_summaries_by(
        &self,
        draft: MakeDraft<'_>,
    ) -> Result<Vec<String>, StoreError> {
        let mut findings = Vec::new();
        for (site, key) in self.read(catalogue::sites)? {
            for (day, made_of) in self.read(|db| days_to_summarize(db, site))? {
                let parts = self.read(|db| Parts::read(db, site, day, &made_of))?;
                let Some(parts) = parts else { continue };
                let of = super::seal::day_name(u64::from(day) * DAY_MS);
                if parts.draft().is_none() {
                    findings.push(format!("{key}: the summary of {of} is damaged"));
                } else if parts != Parts::of(&draft(site, day, Rows::Sealed)?) {
                    findings.push(format!("{key}: the summary of {of} is not what its rows say"));
                }
            }
        }
        Ok(findings)
    }

    /// What is in memory goes as well.
    pub(super) fn forget_kept_summaries(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.shared.summaries.lock().expect("nothing panics under this lock")
    }
}

/// Days as they come back from their bytes, put together.
#[cfg(test)]
pub(crate) fn put_together(drafts: Vec<(u32, Draft)>) -> Option<Merged> {
    let days = drafts.into_iter().map(|(day, draft)| {
        let Parts { body, ends, .. } = Parts::of(&draft);
        Arc::new(Day::new(day, Draft::read(&body).expect("it is as it was written"), Some(ends)))
    });
    let find = &mut |day: &Day, place: usize, run| {
        let ends = day.ends.as_deref().expect("kept above");
        let place = u32::try_from(place).expect("few");
        Ok::<_, std::convert::Infallible>(ends::find(ends, day.visits.len(), place, run))
    };
    Merged::new(days.collect(), find).unwrap_or_else(|never| match never {})
}

/// Why the end of a page load was not found.
enum EndError {
    Gone,
    Store(StoreError),
}

const DAY_MS: u64 = 86_400_000;

/// Most days summarized at once. A visitor whose clock tells of long ago can make many summaries untrue.
const MADE_MAX: usize = 100;

/// Most days that are read anew for a question; beyond it all rows are read, as if there were no summaries.
const READ_ANEW_MAX: usize = 3;
