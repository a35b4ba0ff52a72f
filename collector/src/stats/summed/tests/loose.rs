//! Rows in any order and company: page loads that interleave, dwell that comes before its view or days
//! after it, consent in the middle, visits that go on for days.

use std::sync::Arc;

use proptest::prelude::*;

use super::{ZONES, compare};
use crate::stats::summed::making::Making;
use crate::stats::tests::notation::Loose;
use crate::store::rows::{Kind, Record, VisitKey};
use crate::store::scan::{Names, Visit, scan_records};
use crate::store::summary::{QUARTER_MS, put_together};

/// Rows in memory, with summaries of all their days.
fn summed(records: Vec<Record>) -> Loose {
    let days = (FIRST..FIRST + DAYS).map(|day| {
        let mut names = Names::default();
        let mut making = Making::new(day, &mut names);
        let (from, to) = making.span();
        let each = &mut |visit: &Visit<'_>, names: &Names| making.visit(visit, names);
        scan_records(&records, from, to, Making::WANT, &mut names, each);
        (day, making.end())
    });
    let days = put_together(days.collect()).map(Arc::new);
    Loose { records, days, ..Loose::default() }
}

/// Of these kinds, as overview reads them.
const KINDS: [Kind; 9] = [
    Kind::Viewed,
    Kind::Viewed,
    Kind::Dwell,
    Kind::Dwell,
    Kind::ScrollReach,
    Kind::Added,
    Kind::CartStands,
    Kind::CheckoutBegan,
    Kind::Purchased,
];

/// Some visits of some visitors, each with page loads of its own; the same visit may be of a visitor, or
/// not yet.
fn record() -> impl Strategy<Value = Record> {
    let who = (0_u8..12, prop::bool::weighted(0.7), 0_u64..3);
    let when = (0..u64::from(DAYS) * 96, 0_u64..3, 0_i64..4);
    let what = (prop::sample::select(&KINDS[..]), 0_i64..6, prop::bool::weighted(0.1));
    (who, when, what).prop_map(|((visit, is_named, run), (quarter, ms, place), what)| {
        let (kind, number, is_apart) = what;
        let is_bought = kind == Kind::Purchased;
        Record {
            visit: VisitKey::new(&[visit; 8]),
            visitor: is_named.then_some([visit / 2; 16]),
            run: u64::from(visit) << 8 | run,
            ordinal: place,
            at: u64::from(FIRST) * 96 * QUARTER_MS + quarter * QUARTER_MS + ms * 449_999,
            quarantine: u8::from(is_apart),
            page: Some(if number == 5 { "checkout" } else { "home" }.into()),
            number: (number > 0).then_some(number * 1_000),
            detail: (number == 1).then_some(1),
            value: (is_bought && number != 2).then_some(number * 100 - 200),
            currency: is_bought.then(|| if number > 3 { "KRW" } else { "EUR" }.to_owned()),
            ..Record::of(kind)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn summaries_of_any_rows_answer_as_the_rows_do(
        mut records in prop::collection::vec(record(), 1..160),
        spans in prop::collection::vec((0..u64::from(DAYS) * 96, 1_u64..400), 6),
        zone in prop::sample::select(&ZONES[..]),
        is_uniform in any::<bool>(),
    ) {
        // No two rows are the same one.
        records.sort_by_key(|it| (it.visit, it.at, it.run, it.ordinal));
        records.dedup_by_key(|it| (it.visit, it.at, it.run, it.ordinal));
        if is_uniform {
            for it in &mut records {
                it.visitor = Some([it.visit.as_bytes()[0] / 2; 16]);
            }
        }
        let history = summed(records);
        prop_assert!(history.days.is_some());
        let begin = u64::from(FIRST) * 96;
        for (from, length) in spans {
            let to = (from + length).min(u64::from(DAYS) * 96);
            compare(&history, zone, (begin + from) * QUARTER_MS, (begin + to) * QUARTER_MS);
        }
        compare(&history, zone, begin * QUARTER_MS, (begin + u64::from(DAYS) * 96) * QUARTER_MS);
    }
}

#[test]
fn a_visit_that_names_two_visitors_is_left_to_the_rows() {
    let view = |at, visitor: u8| Record {
        visit: VisitKey::new(&[1; 8]),
        visitor: Some([visitor; 16]),
        at: u64::from(FIRST) * 96 * QUARTER_MS + at * QUARTER_MS,
        ..Record::of(Kind::Viewed)
    };
    let is_sure = |records| summed(records).days.is_some();
    assert!(is_sure(vec![view(0, 1), view(100, 1)]));
    assert!(!is_sure(vec![view(0, 1), view(1, 2)]), "on one day");
    assert!(!is_sure(vec![view(0, 1), view(100, 2)]), "on the next");
}

/// 28 March 2026: clocks change on the next day, in some zones.
const FIRST: u32 = 20_540;

const DAYS: u32 = 4;
