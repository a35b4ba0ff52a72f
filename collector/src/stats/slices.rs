//! A span cut into slices: equal ones, or hours, days, weeks and months of a time zone.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};
use nunchi_api::questions::Unit;

/// Where slices begin, milliseconds since 1970, ascending; the last one ends with the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slices {
    starts: Vec<u64>,
}

/// More slices than are told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Slices {
    /// Equal ones, of a width people would choose, at most 48.
    pub(super) fn equal(from: u64, to: u64) -> Self {
        let width = usize::try_from(width_ms(to - from)).unwrap_or(usize::MAX);
        Self { starts: (from..to).step_by(width).collect() }
    }

    /// Those of a zone that meet the span, at most `most`.
    pub(super) fn of_zone(
        zone: &TimeZone,
        unit: Unit,
        from: u64,
        to: u64,
        most: usize,
    ) -> Result<Self, TooMany> {
        let first = zoned(zone, from);
        let starts: Vec<u64> = match unit {
            Unit::Hour => take(Hours::new(&first), to, most),
            Unit::Day => take(dates(zone, first.date(), |it| it.tomorrow().ok()), to, most),
            Unit::Week => {
                let days = first.date().weekday().since(Weekday::Monday);
                let monday = first.date().saturating_sub(i32::from(days).days());
                take(dates(zone, monday, |it| it.checked_add(1.week()).ok()), to, most)
            }
            Unit::Month => {
                let begin = first.date().first_of_month();
                take(dates(zone, begin, |it| it.checked_add(1.month()).ok()), to, most)
            }
        };
        if starts.len() > most { Err(TooMany) } else { Ok(Self { starts }) }
    }

    /// The shortest unit that makes at most 62 slices, else months.
    pub(super) fn unit_for(zone: &TimeZone, from: u64, to: u64) -> Unit {
        let units = [Unit::Hour, Unit::Day, Unit::Week];
        let fits = |unit: &Unit| Self::of_zone(zone, *unit, from, to, UNASKED_MAX).is_ok();
        units.into_iter().find(fits).unwrap_or(Unit::Month)
    }

    pub(super) fn starts(&self) -> &[u64] {
        &self.starts
    }

    /// The slice that a moment of the span lies in. `near` is a guess.
    pub(super) fn place(&self, at: u64, near: usize) -> usize {
        let ends_after = self.starts.get(near + 1).is_none_or(|end| at < *end);
        if ends_after && self.starts.get(near).is_some_and(|start| *start <= at) {
            return near;
        }
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }
}

/// A slice's start on the zone's clock.
pub(super) fn label(zone: &TimeZone, unit: Unit, start: u64) -> String {
    let start = zoned(zone, start);
    match unit {
        Unit::Hour => start.strftime("%Y-%m-%dT%H:%M%:z").to_string(),
        Unit::Day | Unit::Week | Unit::Month => start.date().to_string(),
    }
}

/// Starts before `to`, each once; one more than `most` when there are too many.
fn take(starts: impl Iterator<Item = Timestamp>, to: u64, most: usize) -> Vec<u64> {
    let starts = starts.map(|it| u64::try_from(it.as_millisecond()).unwrap_or_default());
    let mut starts: Vec<u64> = starts.take_while(|start| *start < to).take(most + 1).collect();
    // A date that a zone left out begins with the next one.
    starts.dedup();
    starts
}

/// When the first moment of each of these dates is.
fn dates(
    zone: &TimeZone,
    first: Date,
    next: impl Fn(Date) -> Option<Date>,
) -> impl Iterator<Item = Timestamp> {
    let dates = std::iter::successors(Some(first), move |date| next(*date));
    // The compatible way: a midnight that is left out is when the clock jumps, one that comes twice is
    // the first.
    dates.map_while(|date| Some(date.to_zoned(zone.clone()).ok()?.timestamp()))
}

/// Starts of hours: when the clock shows a full hour, or its offset changes.
struct Hours<'a> {
    zone: &'a TimeZone,
    next: Option<Timestamp>,
}

impl<'a> Hours<'a> {
    /// From the one that a moment lies in.
    fn new(moment: &'a Zoned) -> Self {
        let zone = moment.time_zone();
        let full = moment.timestamp().as_millisecond() - into_hour_ms(moment);
        let full = Timestamp::from_millisecond(full).unwrap_or(Timestamp::MIN);
        // Those before the next moment, so that one right now is among them.
        let after = moment.timestamp().checked_add(1.millisecond()).unwrap_or(Timestamp::MAX);
        let changes = zone.preceding(after).map(|it| it.timestamp());
        let change = { changes }.find(|it| is_change(zone, *it));
        let start = change.map_or(full, |change| full.max(change));
        Self { zone, next: Some(start) }
    }
}

impl Iterator for Hours<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        let start = self.next?;
        let left_ms = HOUR_MS - into_hour_ms(&start.to_zoned(self.zone.clone()));
        let full = start.checked_add(left_ms.milliseconds()).ok();
        let within =
            |it: &jiff::tz::TimeZoneTransition<'_>| full.is_none_or(|full| it.timestamp() < full);
        let changes = self.zone.following(start).take_while(within).map(|it| it.timestamp());
        let change = { changes }.find(|it| is_change(self.zone, *it));
        self.next = change.or(full);
        Some(start)
    }
}

/// Whether the offset changes at this moment; a zone may also change its name alone.
fn is_change(zone: &TimeZone, at: Timestamp) -> bool {
    let before = at.checked_sub(1.millisecond()).unwrap_or(at);
    zone.to_offset(before) != zone.to_offset(at)
}

/// Since the clock showed a full hour, milliseconds.
fn into_hour_ms(moment: &Zoned) -> i64 {
    let seconds = i64::from(moment.minute()) * 60 + i64::from(moment.second());
    seconds * 1_000 + i64::from(moment.millisecond())
}

pub(super) fn zoned(zone: &TimeZone, at: u64) -> Zoned {
    let at = i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    at.unwrap_or(Timestamp::MAX).to_zoned(zone.clone())
}

/// The shortest width people would choose that makes at most 48 slices.
fn width_ms(span_ms: u64) -> u64 {
    const MINUTE: u64 = 60_000;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let minutes = [1, 2, 5, 10, 15, 30].map(|it| it * MINUTE);
    let hours = [1, 2, 3, 6, 12].map(|it| it * HOUR);
    let days = [1, 2, 7, 30].map(|it| it * DAY);
    let widths = minutes.into_iter().chain(hours).chain(days);
    let chosen = { widths }.find(|width| span_ms.div_ceil(*width) <= EQUAL_MAX);
    chosen.unwrap_or_else(|| span_ms.div_ceil(EQUAL_MAX))
}

const EQUAL_MAX: u64 = 48;

/// Slices of a series whose unit nobody asked for: two months of days.
const UNASKED_MAX: usize = 62;

const HOUR_MS: i64 = 3_600_000;
