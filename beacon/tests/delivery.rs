//! Outbox and inbox proved together over a network that loses, delays, doubles and reorders, with
//! pages that die and come back: each item is stored at most once, and exactly once unless its page
//! died before the item was in storage, a full outbox counted it as dropped, or it came too late.
//!
//! A failing seed is printed; `NUNCHI_SEED=17 cargo test -p beacon --test delivery` plays it again.
#![expect(clippy::print_stdout, reason = "figures, shown by --nocapture")]
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod world;

use beacon::inbox::{Judgement, judge};
use world::{Judge, Tally, World};

#[test]
fn every_item_is_stored_once_or_accounted_for() {
    let mut sum = Tally::default();
    let asked = std::env::var("NUNCHI_SEED").ok().map(|seed| seed.parse::<u64>().unwrap());
    for seed in asked.map_or(0..1_500, |seed| seed..seed + 1) {
        let tally = World::new(seed, judge).live();
        if let Err(wrong) = tally.check() {
            panic!("{wrong}; play again with NUNCHI_SEED={seed}: {tally:?}");
        }
        sum.add(&tally);
    }
    println!("{sum:?}");
    if asked.is_none() {
        is_hard_enough(&sum);
    }
}

#[test]
fn a_collector_that_stores_whatever_comes_is_caught() {
    assert!(finds("stored twice", |_, _, _, _| Judgement::Store));
}

#[test]
fn a_collector_that_lets_in_beacons_older_than_its_marks_is_caught() {
    assert!(finds("stored twice", |checksum, _, now, known| judge(checksum, now, now, known)));
}

#[test]
fn a_collector_that_acknowledges_what_it_did_not_store_is_caught() {
    assert!(finds("missing", |_, _, _, _| Judgement::Duplicate));
}

fn finds(wrong: &str, judge: Judge) -> bool {
    (0..300).any(|seed| {
        World::new(seed, judge).live().check().is_err_and(|found| found.contains(wrong))
    })
}

/// A world that is not as bad as it claims would prove nothing.
fn is_hard_enough(sum: &Tally) {
    let often = [
        sum.requests_lost,
        sum.answers_lost,
        sum.requests_doubled,
        sum.duplicates,
        sum.refused_for_now,
        sum.deaths,
        sum.frames_restored,
        sum.writes_failed,
    ];
    assert!(often.iter().all(|&times| times > 500), "{sum:?}");
    assert!(sum.dropped() > 100 && sum.too_late > 100 && sum.missing() > 100, "{sum:?}");
}
