//! Overview and series from summaries of days: the same answers as by going through the rows, for
//! spans and slices that begin and end on quarters of an hour, without a filter.

mod making;
#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;
use nunchi_api::questions::{Series, SeriesSlice, Unit};
use nunchi_api::stats::{Amount, Overview, OverviewSlice};

use super::slices::{Slices, label};
use crate::store::scan::{Names, Visit};
use crate::store::summary::{By, Draft, Merged, QUARTER_MS, Rows};
use crate::store::{Span, Store, StoreError, Summarized};

use making::Making;

/// A span in quarters of an hour since 1970, the last one excluded.
pub(super) type Quarters = (u32, u32);

/// Makes the summaries of all sites that are missing or no longer true, as long as `goes_on` says so.
///
/// # Errors
/// What the store says.
pub fn summarize(store: &Store, goes_on: &dyn Fn() -> bool) -> Result<Summarized, StoreError> {
    store.summarize_by(goes_on, &|site, day, rows| draft(store, site, day, rows))
}

/// Summaries against the rows that they are made of: a line a finding.
///
/// # Errors
/// What the store says.
pub fn check_summaries(store: &Store) -> Result<Vec<String>, StoreError> {
    store.check_summaries_by(&|site, day, rows| draft(store, site, day, rows))
}

/// What a day comes to.
pub(super) fn draft(store: &Store, site: i64, day: u32, rows: Rows) -> Result<Draft, StoreError> {
    let mut names = Names::default();
    let mut making = Making::new(day, &mut names);
    let (from, to) = making.span();
    let want = Making::WANT;
    let mut each = |visit: &Visit<'_>, names: &Names| making.visit(visit, names);
    match rows {
        Rows::All => store.scan(site, from, to, want, &mut names, &mut each)?,
        Rows::Sealed => {
            store.scan_sealed(Span { site, from, to }, want, &mut names, &mut each)?;
        }
    }
    Ok(making.end())
}

/// The span in quarters; `None` unless it and its slices begin and end on some.
pub(super) fn quarters(from: u64, to: u64, slices: &Slices) -> Option<Quarters> {
    let is_even = |at: &u64| at.is_multiple_of(QUARTER_MS);
    let quarter = |at: u64| u32::try_from(at / QUARTER_MS).ok().filter(|_| is_even(&at));
    let span = (quarter(from)?, quarter(to)?);
    slices.starts().iter().all(is_even).then_some(span)
}

/// The overview of a span of quarters, but for conversations.
pub(super) fn overview(days: &Merged, span: Quarters, slices: &Slices) -> Overview {
    let sum = days.sum(span);
    let series = each(slices, span).map(|(from, part)| {
        let sum = days.sum(part);
        let sessions = days.visits(By::View, part);
        OverviewSlice { from, sessions, views: sum.views, purchases: sum.purchases }
    });
    Overview {
        from: at(span.0),
        to: at(span.1),
        sessions: days.visits(By::View, span),
        visitors: days.visitors(span, span, false),
        views: sum.views,
        loader_views: sum.loader_views,
        dwell_ms_median: days.median_dwell(span),
        carts: days.visits(By::Cart, span),
        checkouts: days.visits(By::Checkout, span),
        purchases: sum.purchases,
        revenue: revenue(days, span),
        conversations: 0,
        series: series.collect(),
    }
}

/// The series of a span of quarters.
pub(super) fn series(
    days: &Merged,
    span: Quarters,
    slices: &Slices,
    zone: &TimeZone,
    unit: Unit,
) -> Series {
    let slices = each(slices, span).map(|(from, part)| {
        let sum = days.sum(part);
        SeriesSlice {
            from,
            label: label(zone, unit, from),
            sessions: days.visits(By::View, part),
            visitors: days.visitors(part, span, true),
            views: sum.views,
            purchases: sum.purchases,
            revenue: revenue(days, part),
        }
    });
    Series { unit, slices: slices.collect() }
}

/// When each slice begins, and its part of the span.
fn each(slices: &Slices, span: Quarters) -> impl Iterator<Item = (u64, Quarters)> {
    let starts = slices.starts();
    let quarter = |at: u64| u32::try_from(at / QUARTER_MS).unwrap_or(u32::MAX);
    starts.iter().enumerate().map(move |(place, start)| {
        let end = starts.get(place + 1).map_or(span.1, |end| quarter(*end));
        (*start, (quarter(*start).max(span.0), end))
    })
}

fn revenue(days: &Merged, span: Quarters) -> Vec<Amount> {
    let amounts = days.revenue(span).into_iter();
    amounts.map(|(currency, minor)| Amount { minor, currency: currency.into() }).collect()
}

fn at(quarter: u32) -> u64 {
    u64::from(quarter) * QUARTER_MS
}
