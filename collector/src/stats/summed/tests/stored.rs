//! A made-up month in a store: in the journal, in files, merged, summarized and not yet.

use beacon::{Body, Millis};
use month::{BEGINS_AT, Month, SHOPS, Sent, What};
use tempfile::TempDir;

use super::{ZONES, compare};
use crate::stats::history::History;
use crate::stats::{Shop, check_summaries, summarize};
use crate::store::rows::Kind;
use crate::store::scan::{Names, Visit, Want};
use crate::store::shops::{put, shops};
use crate::store::summary::QUARTER_MS;
use crate::store::{Retention, Rule, Store};

/// Has these accepted, one after the other; returns when the last was.
fn accept(store: &Store, sent: impl Iterator<Item = Sent>) -> Millis {
    sent.fold(Millis(0), |_, sent| {
        let now = sent.accepted_at;
        put(store, sent);
        now
    })
}

fn histories(store: &Store) -> Vec<Shop> {
    store.sites().unwrap().iter().map(|site| Shop::new(store.clone(), site)).collect()
}

/// Numbers that only look like chance.
struct Random(u64);

impl Random {
    fn below(&mut self, many: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % many
    }
}

/// Compares answers of random spans; returns how many of them came from summaries.
fn compare_some(store: &Store, random: &mut Random, until: Millis) -> usize {
    let mut summed = 0;
    for shop in histories(store) {
        for _ in 0..4 {
            let days = until.since(BEGINS_AT) / DAY_MS + 1;
            let from = BEGINS_AT.0 + random.below(days * 96) * QUARTER_MS;
            let to = from + (1 + random.below(days * 96)) * QUARTER_MS;
            let zone = ZONES[usize::try_from(random.below(ZONES.len() as u64)).unwrap()];
            summed += usize::from(shop.days(from, to).unwrap().is_some());
            compare(&shop, zone, from, to);
        }
    }
    summed
}

#[test]
fn a_month_answers_alike_from_summaries_and_from_rows_wherever_it_lies() {
    for seed in [3, 4] {
        let (store, _folder) = shops();
        let mut random = Random(seed);
        let mut month = Month::new(ITEMS, seed);
        let (mut summed, mut asked) = (0, 0);
        for part in 0.. {
            let many = 20 + random.below(200);
            let sent: Vec<Sent> = month.by_ref().take(usize::try_from(many).unwrap()).collect();
            if sent.is_empty() {
                break;
            }
            let until = accept(&store, sent.into_iter());
            // Sealed where it happens to be cut, with something left in the journal now and then.
            let rule = Rule { after_ms: random.below(2) * DAY_MS, beacons: 30 };
            store.seal(until, rule, &|| true).unwrap();
            if random.below(3) == 0 {
                store.compact(until, &|| true).unwrap();
            }
            if random.below(2) == 0 {
                summarize(&store, &|| true).unwrap();
            }
            if part % 3 == 0 {
                summed += compare_some(&store, &mut random, until);
                asked += 4 * SHOPS.len();
            }
        }
        let until = Millis(BEGINS_AT.0 + 31 * DAY_MS);
        store.seal(until, Rule::ALL, &|| true).unwrap();
        summarize(&store, &|| true).unwrap();
        assert_eq!(compare_some(&store, &mut random, until), 4 * SHOPS.len(), "all from files");
        assert!(summed * 2 > asked, "{summed} of {asked} came from summaries");
        assert_eq!(check_summaries(&store).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn what_a_visitors_clock_says_keeps_no_day_from_its_summary() {
    let (store, _folder) = shops();
    let until = accept(&store, Month::new(ITEMS, 5).take(450));
    let of_long_ago = Month::new(ITEMS, 6).find_map(|mut sent| match &mut sent.what {
        What::Beacon(beacon) if sent.site == 0 && sent.quarantine == 0 => {
            // It lies with what is a week old, in a file that reaches back to 1970.
            let began = beacon.items.iter_mut().find_map(|item| match &mut item.body {
                Body::Began(began) => Some(began),
                _ => None,
            })?;
            began.wall = Millis(5 * DAY_MS);
            Some(Sent { accepted_at: until, ..sent })
        }
        _ => None,
    });
    let of_long_ago = of_long_ago.unwrap();
    put(&store, Sent { what: sent_at(of_long_ago.what, until), ..of_long_ago });
    store.seal(until, Rule::ALL, &|| true).unwrap();
    assert!(summarize(&store, &|| true).unwrap().days > 5);
    let mut old = 0;
    let month = (BEGINS_AT.0, BEGINS_AT.0 + 31 * DAY_MS);
    for shop in histories(&store) {
        let all = Want::NONE.kinds(Kind::ALL);
        let each = &mut |visit: &Visit<'_>, _: &Names| old += visit.rows.len();
        shop.visits(0, 9 * DAY_MS, all, &mut Names::default(), each).unwrap();
        assert!(shop.days(month.0, month.1).unwrap().is_some());
        compare(&shop, "UTC", month.0, month.1);
        compare(&shop, "UTC", 0, 9 * DAY_MS);
    }
    assert!(old > 0, "it is there");
    assert_eq!(check_summaries(&store).unwrap(), Vec::<String>::new());
}

/// The same beacon, sent now.
fn sent_at(what: What, now: Millis) -> What {
    match what {
        What::Beacon(mut beacon) => {
            beacon.header.sent_at = now;
            What::Beacon(beacon)
        }
        What::Hit { .. } => what,
    }
}

/// A store with a week, sealed and summarized.
fn summarized() -> (Store, TempDir) {
    let (store, folder) = shops();
    let until = accept(&store, Month::new(ITEMS, 9).take(450));
    store.seal(until, Rule::ALL, &|| true).unwrap();
    let made = summarize(&store, &|| true).unwrap();
    assert!(made.days > 5 && made.bytes > 1_000, "{made:?}");
    (store, folder)
}

#[test]
fn summaries_are_made_once_and_anew_when_files_are_others() {
    let (store, _folder) = summarized();
    assert_eq!(summarize(&store, &|| true).unwrap().days, 0);
    let until = accept(&store, Month::new(ITEMS, 9).skip(450).take(100));
    assert_eq!(summarize(&store, &|| true).unwrap().days, 0, "it is not sealed yet");
    store.seal(until, Rule::ALL, &|| true).unwrap();
    assert!(summarize(&store, &|| true).unwrap().days > 0);
    assert_eq!(summarize(&store, &|| false).unwrap().days, 0);
}

#[test]
fn what_is_past_its_time_is_in_no_summary() {
    let (store, _folder) = summarized();
    let shop = &histories(&store)[0];
    let span = (BEGINS_AT.0, BEGINS_AT.0 + 31 * DAY_MS);
    assert!(shop.days(span.0, span.1).unwrap().is_some());
    let days = |store: &Store| {
        let sql = "SELECT COUNT(*) FROM summary";
        store.read(|db| db.query_row(sql, [], |row| row.get::<_, u64>(0))).unwrap()
    };
    let before = days(&store);
    let now = Millis(BEGINS_AT.0 + 3 * DAY_MS);
    store.retain(now, Retention { history_days: 1, ..Retention::default() }).unwrap();
    assert!(days(&store) < before, "{before}");
    compare(shop, "Asia/Seoul", span.0, span.1);
    assert_eq!(check_summaries(&store).unwrap(), Vec::<String>::new());
}

#[test]
fn a_summary_that_is_damaged_or_wrong_is_told_and_what_is_damaged_is_not_believed() {
    let (store, _folder) = summarized();
    let shop = &histories(&store)[0];
    let write = |sql: &'static str| store.write_now(move |db| db.execute(sql, [])).unwrap();
    let found = || check_summaries(&store).unwrap();
    assert_eq!(found(), Vec::<String>::new());
    write(
        "UPDATE summary SET checksum = checksum + 1
           WHERE (site, day) = (SELECT site, MIN(day) FROM summary GROUP BY site LIMIT 1)",
    );
    assert!(found().len() == 1 && found()[0].ends_with("is damaged"), "{:?}", found());
    compare(shop, "UTC", BEGINS_AT.0, BEGINS_AT.0 + 31 * DAY_MS);
    // Another day's, whole: only its rows know better.
    write(
        "UPDATE summary SET (body, ends, checksum) =
             (SELECT body, ends, checksum FROM summary AS next
              WHERE next.site = summary.site AND next.day = summary.day + 1)
           WHERE (site, day) = (SELECT site, MIN(day) FROM summary GROUP BY site LIMIT 1)",
    );
    assert!(found().len() == 1 && found()[0].ends_with("not what its rows say"), "{:?}", found());
}

/// Items of the month, about.
const ITEMS: u64 = 3_000;

const DAY_MS: u64 = 86_400_000;
