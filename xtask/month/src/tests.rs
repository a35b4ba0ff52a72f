use std::collections::{BTreeMap, BTreeSet};

use beacon::frame::{decode, encode};
use beacon::item::{Body, Fact};

use super::*;

fn beacons(month: Month) -> impl Iterator<Item = (Sent, Beacon)> {
    month.filter_map(|sent| match sent.what.clone() {
        What::Beacon(beacon) => Some((sent, beacon)),
        What::Hit { .. } => None,
    })
}

#[test]
fn the_same_seed_gives_the_same_month_and_another_gives_another() {
    let month = |seed| Month::new(3_000, seed).collect::<Vec<_>>();
    assert_eq!(month(7), month(7));
    assert_ne!(month(7), month(8));
}

#[test]
fn arrivals_come_in_order_and_each_is_a_frame_that_a_collector_takes() {
    let mut last = BEGINS_AT;
    for (sent, beacon) in beacons(Month::new(20_000, 1)) {
        assert!(sent.accepted_at >= last);
        last = sent.accepted_at;
        assert_eq!(decode(&encode(&beacon)).as_ref(), Ok(&beacon));
        assert_eq!(beacon.header.site.as_str(), SHOPS[sent.site].key);
    }
    assert!(last.since(BEGINS_AT) > (DAYS - 1) * hours::DAY_MS);
}

#[test]
fn a_month_is_as_large_as_asked_for_with_some_eight_items_a_beacon() {
    let beacons: Vec<_> = beacons(Month::new(200_000, 3)).collect();
    let items: usize = beacons.iter().map(|(_, beacon)| beacon.items.len()).sum();
    assert!((180_000..220_000).contains(&items), "{items}");
    let each = items / beacons.len();
    assert!((6..=10).contains(&each), "{each} items a beacon");
}

#[test]
fn carts_and_purchases_are_as_many_as_in_real_shops() {
    let mut visits = BTreeMap::<_, (bool, bool)>::new();
    for (_, beacon) in beacons(Month::new(300_000, 5)) {
        let Some(session) = beacon.header.session else { continue };
        let visit = visits.entry(session).or_default();
        for item in &beacon.items {
            visit.0 |= matches!(item.body, Body::Stated(Fact::Added(_)));
            visit.1 |= matches!(item.body, Body::Stated(Fact::Purchased { .. }));
        }
    }
    let carts = visits.values().filter(|it| it.0).count();
    let bought = visits.values().filter(|it| it.1).count();
    let permille = |part: usize, whole: usize| part * 1_000 / whole;
    assert!((30..=55).contains(&permille(bought, visits.len())), "{bought} of {}", visits.len());
    assert!((190..=260).contains(&permille(bought, carts)), "{bought} of {carts} carts");
}

#[test]
fn what_must_not_be_forgotten_is_there() {
    let (mut keys, mut orders) = (BTreeSet::new(), BTreeMap::<_, BTreeSet<u64>>::new());
    let mut counts = BTreeMap::<&str, usize>::new();
    let mut last_of_run = BTreeMap::new();
    for sent in Month::new(300_000, 11) {
        let What::Beacon(beacon) = &sent.what else {
            *counts.entry("hits").or_default() += 1;
            continue;
        };
        let header = &beacon.header;
        let mut count = |name, holds: bool| *counts.entry(name).or_default() += usize::from(holds);
        count("again", !keys.insert((header.run, header.sequence)));
        count("without consent", header.session.is_none());
        count("apart", sent.quarantine != 0);
        count("hours late", sent.accepted_at.since(header.sent_at) > 3_600_000);
        let last = last_of_run.insert(header.run, header.sequence);
        count("gaps", last.is_some_and(|last| header.sequence > last + 1));
        for item in &beacon.items {
            if let Body::Stated(Fact::Purchased { order, .. }) = &item.body {
                let day = sent.accepted_at.0 / hours::DAY_MS;
                orders.entry(order.clone()).or_default().insert(day);
            }
        }
    }
    let days_apart = orders.iter().filter(|(order, days)| !order.is_empty() && days.len() > 1);
    counts.insert("orders told on several days", days_apart.count());
    counts.insert("orders without a number", orders.get("").map_or(0, BTreeSet::len));
    for (what, count) in counts {
        assert!(count >= 4, "{what}: {count}");
    }
}
