//! Visits come once and whole wherever their rows lie; what is asked for has its bounds.

use std::collections::BTreeSet;

use beacon::item::{PageKind, View};
use beacon::{Body, Item, Millis};

use super::*;
use crate::store::seal::Rule;
use crate::store::seal::tests::{NOW, accept, arrival, filled, told};

const DAY_MS: u64 = 86_400_000;

/// A page load that views a page each day, and a visit for it.
fn over_days(store: &Store, run: u8, days: impl Iterator<Item = u32>) {
    for day in days {
        let view = View { path: format!("/{day}"), page: PageKind::Other };
        let items = vec![Item { at: Millis(NOW), body: Body::Viewed(view) }];
        let now = Millis(NOW + u64::from(day) * DAY_MS);
        // Each day another page load, of the same visit.
        let mut arrival =
            arrival(run.wrapping_add(u8::try_from(day).unwrap()), 1, Some(run), items);
        arrival.now = now;
        accept(store, arrival);
    }
}

/// Visits of the site with the paths they viewed; whether one came twice.
fn visits(store: &Store) -> (Vec<(String, Vec<String>)>, bool) {
    let mut visits = Vec::new();
    let want = Want::everything();
    store
        .scan(1, 0, u64::MAX, want, &mut Names::default(), &mut |visit, names| {
            let paths = visit.rows.iter().map(|row| names.text(row.path).to_owned());
            visits.push((format!("{:?}", visit.key), paths.collect()));
        })
        .unwrap();
    visits.sort();
    let keys: BTreeSet<&String> = visits.iter().map(|(key, _)| key).collect();
    let comes_twice = keys.len() < visits.len();
    (visits, comes_twice)
}

#[test]
fn a_visit_of_several_days_comes_once_and_whole_and_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    over_days(&store, 100, 0..4);
    over_days(&store, 150, (1..4).step_by(2));
    over_days(&store, 200, 2..3);
    let (in_journal, before) = (visits(&store), told(&store));
    assert!(
        in_journal.0.iter().any(|(_, paths)| *paths == ["/0", "/1", "/2", "/3"]),
        "{in_journal:?}"
    );
    // The first days in files, the last in the journal; then all in files of several days.
    let some = Rule { after_ms: u64::MAX, beacons: 13 };
    store.seal(Millis(NOW + 4 * DAY_MS), some, &|| true).unwrap();
    assert_eq!((visits(&store), told(&store)), (in_journal.clone(), before.clone()));
    store.seal(Millis(NOW + 4 * DAY_MS), Rule::ALL, &|| true).unwrap();
    let days: BTreeSet<String> =
        store.read(catalogue::all).unwrap().into_iter().map(|segment| segment.day).collect();
    assert!(days.len() >= 4, "{days:?}");
    assert_eq!((visits(&store), told(&store)), (in_journal, before));
    assert!(!visits(&store).1);
}

#[test]
fn more_different_texts_than_are_held_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    let mut names = Names::default();
    for number in 0..=crate::store::scan::NAMES_BYTES_MAX >> 20 {
        names.name(&format!("{number}{}", ".".repeat(1 << 20)));
    }
    let scanned = store.scan(1, 0, u64::MAX, Want::everything(), &mut names, &mut |_, _| {});
    assert!(matches!(scanned, Err(StoreError::TooMuch("different texts"))), "{scanned:?}");
}

#[test]
fn more_files_than_are_opened_at_once_are_refused_before_one_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    let segments = store.read(catalogue::all).unwrap();
    let one = segments.into_iter().find(|it| it.purpose == Purpose::Items).unwrap();
    store
        .write_now(move |db| {
            let more =
                (0..=FILES_MAX as u64).map(|it| Segment { number: 1_000 + it, ..one.clone() });
            more.into_iter().try_for_each(|segment| catalogue::insert(db, &segment))
        })
        .unwrap();
    let want = Want::everything();
    let scanned = store.scan(1, 0, u64::MAX, want, &mut Names::default(), &mut |_, _| {});
    assert!(matches!(scanned, Err(StoreError::TooMuch("sealed files"))), "{scanned:?}");
}
