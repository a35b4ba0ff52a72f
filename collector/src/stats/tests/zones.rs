//! Slices of a zone: changes of the clock, and sums that stay whole.

use jiff::tz::TimeZone;
use nunchi_api::questions::{Answer, Question, Scope, Series, Unit};
use proptest::prelude::*;

use super::notation::{Loose, history};
use crate::stats::{Asked, DAY_MS, Present, answer};
use crate::store::rows::{Kind, Record, VisitKey};

fn series(history: &Loose, zone: &str, unit: Option<Unit>, from: u64, to: u64) -> Series {
    let scope = Scope { from: Some(from), to: Some(to), ..Scope::default() };
    let asked = Asked::new(&scope, Question::Series { unit }, 0, zone).unwrap();
    match answer(history, &asked, 0, Present::default()).unwrap() {
        Answer::Series(series) => series,
        other => panic!("{other:?}"),
    }
}

/// Labels and views of the slices of a span in UTC, in which these moments are viewed.
fn check(zone: &str, unit: Unit, span: [&str; 2], viewed: &[&str], expected: &str) {
    let lines: Vec<String> = viewed.iter().map(|at| format!("a {at} viewed / home")).collect();
    let [from, to] = span.map(|at| history(&format!("a {at} viewed / home")).records[0].at);
    let series = series(&history(&lines.join("\n")), zone, Some(unit), from, to);
    let slices = series.slices.iter().map(|slice| format!("{} {}", slice.label, slice.views));
    assert_eq!(slices.collect::<Vec<_>>().join(", "), expected);
}

#[test]
fn an_hour_that_is_left_out_has_no_slice_and_one_that_comes_twice_has_two() {
    check(
        "Europe/Berlin",
        Unit::Hour,
        ["2026-03-29T00:00", "2026-03-29T02:30"],
        &["2026-03-29T00:59", "2026-03-29T01:00"],
        "2026-03-29T01:00+01:00 1, 2026-03-29T03:00+02:00 1, 2026-03-29T04:00+02:00 0",
    );
    check(
        "Europe/Berlin",
        Unit::Hour,
        ["2026-10-25T00:15", "2026-10-25T02:00"],
        &["2026-10-25T00:59", "2026-10-25T01:00"],
        "2026-10-25T02:00+02:00 1, 2026-10-25T02:00+01:00 1",
    );
}

#[test]
fn lord_howe_changes_its_clock_by_half_an_hour() {
    check(
        "Australia/Lord_Howe",
        Unit::Hour,
        ["2026-04-04T14:30", "2026-04-04T16:30"],
        &["2026-04-04T14:59", "2026-04-04T15:00", "2026-04-04T15:29", "2026-04-04T15:30"],
        "2026-04-05T01:00+11:00 1, 2026-04-05T01:30+10:30 2, 2026-04-05T02:00+10:30 1",
    );
    check(
        "Australia/Lord_Howe",
        Unit::Hour,
        ["2026-10-03T15:00", "2026-10-03T17:00"],
        &["2026-10-03T15:29", "2026-10-03T15:30", "2026-10-03T15:59", "2026-10-03T16:00"],
        "2026-10-04T01:00+10:30 1, 2026-10-04T02:30+11:00 2, 2026-10-04T03:00+11:00 1",
    );
}

#[test]
fn days_weeks_and_months_begin_at_the_zones_midnight() {
    // Kathmandu is 5:45 ahead.
    check(
        "Asia/Kathmandu",
        Unit::Day,
        ["2026-11-21T18:00", "2026-11-22T18:16"],
        &["2026-11-21T18:14", "2026-11-21T18:15", "2026-11-22T18:15"],
        "2026-11-21 1, 2026-11-22 1, 2026-11-23 1",
    );
    check(
        "Asia/Seoul",
        Unit::Week,
        ["2026-11-20T00:00", "2026-11-23T00:00"],
        &["2026-11-22T14:59", "2026-11-22T15:00"],
        "2026-11-16 1, 2026-11-23 1",
    );
    check(
        "America/New_York",
        Unit::Month,
        ["2026-10-31T00:00", "2026-12-01T05:00"],
        &["2026-11-01T03:59", "2026-11-01T04:00", "2026-12-01T04:59"],
        "2026-10-01 1, 2026-11-01 2",
    );
    // Cairo's clock leaves the first hour of the day out.
    check(
        "Africa/Cairo",
        Unit::Day,
        ["2026-04-23T12:00", "2026-04-24T12:00"],
        &["2026-04-23T21:59", "2026-04-23T22:00"],
        "2026-04-23 1, 2026-04-24 1",
    );
}

#[test]
fn the_unit_that_nobody_asked_for_makes_at_most_62_slices() {
    let unit = |days| {
        let from = history("a 0:00 viewed / home").records[0].at;
        series(&Loose::default(), "Asia/Seoul", None, from, from + days * DAY_MS).unit
    };
    assert_eq!(
        [1, 2, 3, 60, 63].map(unit),
        [Unit::Hour, Unit::Hour, Unit::Day, Unit::Day, Unit::Week]
    );
    assert_eq!([400, 500].map(unit), [Unit::Week, Unit::Month]);
}

const ZONES: [&str; 5] =
    ["Asia/Seoul", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"];

/// 2026-01-01T00:00Z.
const YEAR: u64 = 1_767_225_600_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the zone and the unit: each view is in exactly one slice, and slices have no holes.
    #[test]
    fn totals_of_slices_sum_to_the_years(
        zone in prop::sample::select(&ZONES[..]),
        unit in prop::sample::select(vec![Unit::Hour, Unit::Day, Unit::Week, Unit::Month]),
        moments in prop::collection::vec(0..366 * DAY_MS, 1..200),
        begin in 0..40 * DAY_MS,
    ) {
        let (from, to) = (YEAR + begin, YEAR + begin + 365 * DAY_MS);
        let view = |(number, at): (usize, &u64)| Record {
            at: YEAR + at,
            visit: VisitKey::new(&(number as u64).to_be_bytes()),
            ..Record::of(Kind::Viewed)
        };
        let records: Vec<Record> = moments.iter().enumerate().map(view).collect();
        let expected = records.iter().filter(|it| (from..to).contains(&it.at)).count() as u64;
        let history = Loose { records, ..Loose::default() };
        let series = series(&history, zone, Some(unit), from, to);
        let sum = |figure: fn(&nunchi_api::questions::SeriesSlice) -> u64| {
            series.slices.iter().map(figure).sum::<u64>()
        };
        prop_assert_eq!(sum(|it| it.views), expected);
        prop_assert_eq!(sum(|it| it.sessions), expected);
        prop_assert!(series.slices[0].from <= from);
        prop_assert!(series.slices.windows(2).all(|pair| pair[0].from < pair[1].from));
        prop_assert!(series.slices.last().unwrap().from < to);
    }

    /// Hours are cut where the zone's own calendar cuts them: asked of each moment by itself.
    #[test]
    fn a_moment_is_in_the_hour_that_its_clock_shows(
        zone in prop::sample::select(&ZONES[..]),
        at in 0..365 * DAY_MS,
    ) {
        let at = YEAR + at / 60_000 * 60_000;
        let view = Record { at, visit: VisitKey::new(&[1]), ..Record::of(Kind::Viewed) };
        let history = Loose { records: vec![view], ..Loose::default() };
        let series = series(&history, zone, Some(Unit::Hour), at - DAY_MS, at + DAY_MS);
        let slice = series.slices.iter().find(|slice| slice.views == 1).unwrap();
        let zoned = |at: u64| {
            let at = jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap()).unwrap();
            at.to_zoned(TimeZone::get(zone).unwrap())
        };
        let (shown, start) = (zoned(at), zoned(slice.from));
        prop_assert_eq!((shown.date(), shown.hour(), shown.offset()), (start.date(), start.hour(), start.offset()));
        // The moment before the start shows another hour, or another offset.
        let before = zoned(slice.from - 1);
        prop_assert_ne!((before.hour(), before.offset()), (start.hour(), start.offset()));
    }
}
