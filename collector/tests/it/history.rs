//! A made-up month of shops, first in the journal, then in files: whoever asks sees no difference.

use std::sync::mpsc::{Sender, channel};

use beacon::{Millis, SiteKey};
use collector::store::rows::Kind;
use collector::store::scan::{Column, Names, Want};
use collector::store::{Arrival, Rule, Store};
use collector::suspicion::Suspicion;
use engine::pack::Pack;
use month::{Month, SHOPS, Sent, What};

/// Items of the month, about.
const ITEMS: u64 = 12_000;

#[test]
fn a_month_answers_alike_from_the_journal_from_files_and_from_both() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for shop in &SHOPS {
        let key = SiteKey::parse(shop.key).unwrap();
        store.put_site(&key, shop.key, &[], Pack::default(), Millis(0)).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (done, waiting) = channel();
    let mut latest = Millis(0);
    for sent in Month::new(ITEMS, 7) {
        latest = sent.accepted_at;
        runtime.block_on(put(&store, sent, &done));
        // One at a time: the order in which they come decides whose an order is.
        waiting.recv().unwrap();
    }
    let in_journal = digests(&store);
    let some = Rule { after_ms: u64::MAX, beacons: 150 };
    assert!(store.seal(latest, some, &|| true).unwrap().lines > 0);
    assert_eq!(digests(&store), in_journal, "from files and the journal");
    let sealed = store.seal(latest, Rule::ALL, &|| true).unwrap();
    assert!(sealed.lines > 0, "{sealed:?}");
    assert_eq!(digests(&store), in_journal, "from files");
}

async fn put(store: &Store, sent: Sent, done: &Sender<()>) {
    let Sent { site, accepted_at: now, quarantine, what } = sent;
    let site = i64::try_from(site).unwrap() + 1;
    let quarantine = Suspicion::from_number(quarantine);
    match what {
        What::Beacon(beacon) => {
            let (frame, done) = (beacon::frame::encode(&beacon), done.clone());
            let arrival = Arrival { site, beacon, frame, now, quarantine };
            let done = move |_, _| done.send(()).unwrap();
            store.accept(arrival, done).unwrap();
        }
        What::Hit { run, view } => {
            let page = engine::explain::page(view.page).to_owned();
            store.accept_hit(site, run, view.path, page, now).await.unwrap();
            done.send(()).unwrap();
        }
    }
}

/// Of each site, of what counts and of what is kept apart: rows, and checksums of all that each visit says.
fn digests(store: &Store) -> Vec<(u64, Vec<u32>)> {
    let all = Want::default().kinds(Kind::ALL).columns(&[
        Column::Path,
        Column::Page,
        Column::Subject,
        Column::Name,
        Column::Number,
        Column::Detail,
        Column::Campaign,
        Column::Pack,
        Column::Value,
        Column::Currency,
        Column::Evidence,
        Column::Device,
        Column::Audience,
        Column::Language,
        Column::Source,
    ]);
    let wants = [all, all.apart()];
    let digest = |(site, want)| {
        let mut digest = (0, Vec::new());
        let each = &mut |visit: &collector::store::scan::Visit<'_>, names: &Names| {
            let mut sum = 0;
            for row in visit.rows {
                let texts = [row.path, row.page, row.subject, row.name, row.currency]
                    .into_iter()
                    .chain([row.evidence, row.device, row.audience, row.language, row.source]);
                let texts: Vec<&str> = texts.map(|name| names.text(name)).collect();
                let numbers = (row.number, row.detail, row.value, row.campaign, row.pack);
                let place = (row.at, row.run, row.ordinal, row.kind, row.quarantine);
                let line =
                    format!("{:?} {:?} {place:?} {numbers:?} {texts:?}", visit.key, visit.visitor);
                sum = beacon::crc32c_more(sum, line.as_bytes());
            }
            digest.0 += visit.rows.len() as u64;
            digest.1.push(sum);
        };
        store.scan(site, 0, u64::MAX, want, &mut Names::default(), each).unwrap();
        // Visits come in any order.
        digest.1.sort_unstable();
        digest
    };
    (1..=3).flat_map(|site| wants.map(|want| (site, want))).map(digest).collect()
}
