//! The table of summaries, and what decides whether they are true.

use std::collections::BTreeMap;

use beacon::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::draft::Draft;
use super::{DAY_MS, ends};
use crate::store::catalogue::{self, Purpose, Segment};

/// Days, and the files that each is made of.
pub(super) type Days = BTreeMap<u32, String>;

/// A summary as it lies in the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) body: Vec<u8>,
    pub(super) ends: Vec<u8>,
    pub(super) checksum: u32,
}

impl Parts {
    pub(super) fn of(draft: &Draft) -> Self {
        let (body, ends) = (draft.body(), ends::write(&draft.ends, draft.visits.len()));
        let checksum = checksum(&body, &ends);
        Self { body, ends, checksum }
    }

    /// Of a day, if it is made of these files.
    pub(super) fn read(
        db: &Connection,
        site: i64,
        day: u32,
        made_of: &str,
    ) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT body, ends, checksum FROM summary
                   WHERE site = ? AND day = ? AND made_of = ?";
        db.prepare_cached(sql)?
            .query_row(params![site, day, made_of], |row| {
                Ok(Self { body: row.get(0)?, ends: row.get(1)?, checksum: row.get(2)? })
            })
            .optional()
    }

    /// `None` where it is damaged.
    pub(super) fn draft(&self) -> Option<Draft> {
        let is_whole = checksum(&self.body, &self.ends) == self.checksum;
        is_whole.then(|| Draft::read(&self.body)).flatten()
    }
}

fn checksum(body: &[u8], ends: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(body), ends)
}

/// The days of a span that sealed files reach into, each with its files; `None`: a file reaches over so
/// many that summaries are of no use.
pub(super) fn days_of(
    db: &Connection,
    site: i64,
    (from, to): (u64, u64),
) -> rusqlite::Result<Option<Days>> {
    let (first, last) = (from / DAY_MS, to.saturating_sub(1) / DAY_MS);
    let whole = (first * DAY_MS, last.saturating_add(1).saturating_mul(DAY_MS));
    let mut days = BTreeMap::<u32, Vec<u64>>::new();
    for Segment { number, span, .. } in catalogue::of_span(db, site, Purpose::Items, whole)? {
        let (first, last) = (first.max(span.0 / DAY_MS), last.min(span.1 / DAY_MS));
        if last.saturating_sub(first) > REACH_MAX {
            return Ok(None);
        }
        for day in first..=last {
            let Ok(day) = u32::try_from(day) else { return Ok(None) };
            days.entry(day).or_default().push(number);
        }
    }
    Ok(Some(named(days)))
}

/// All days that are worth a summary, each with its files. What is much older than the day on which it
/// came lies together, so such a file may reach back to 1970 with hardly a row: that makes the days of
/// long ago not worth summaries, but the file may have rows of each.
pub(super) fn days_to_summarize(db: &Connection, site: i64) -> rusqlite::Result<Days> {
    let mut days = BTreeMap::<u32, Vec<u64>>::new();
    let files = catalogue::of_span(db, site, Purpose::Items, (0, u64::MAX))?;
    let day_of = |at: u64| u32::try_from(at / DAY_MS).unwrap_or(u32::MAX);
    let reach = |file: &Segment| (day_of(file.span.0), day_of(file.span.1));
    for file in &files {
        let (first, last) = reach(file);
        let first = first.max(last.saturating_sub(REACH_OWN_MAX));
        (first..=last).for_each(|day| _ = days.entry(day).or_default());
    }
    for file in &files {
        let (first, last) = reach(file);
        days.range_mut(first..=last).for_each(|(_, numbers)| numbers.push(file.number));
    }
    Ok(named(days))
}

fn named(days: BTreeMap<u32, Vec<u64>>) -> Days {
    let named = |numbers: Vec<u64>| {
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        numbers.join(" ")
    };
    days.into_iter().map(|(day, numbers)| (day, named(numbers))).collect()
}

/// The summaries of a site: of which day, made of which files.
pub(super) fn known(db: &Connection, site: i64) -> rusqlite::Result<Days> {
    let mut list = db.prepare_cached("SELECT day, made_of FROM summary WHERE site = ?")?;
    list.query_map([site], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Takes away the summaries of days that lie before this one.
pub(in crate::store) fn forget_before(db: &Connection, before: Millis) -> rusqlite::Result<()> {
    let sql = "DELETE FROM summary WHERE day < ?";
    db.prepare_cached(sql)?.execute([before.0 / DAY_MS]).map(drop)
}

/// Days before the last one of a file that it makes worth summaries.
const REACH_OWN_MAX: u32 = 62;

/// Most days of a span that a file may reach over.
const REACH_MAX: u64 = 4_000;
