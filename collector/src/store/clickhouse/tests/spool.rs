//! From a beacon's acceptance to ClickHouse's tables.

use beacon::item::{Began, Consent, Device, Fact, PageKind, View, VisitorKind};
use beacon::{
    Beacon, Body, Currency, Header, Item, Millis, Money, RunId, SessionId, SiteKey, VisitorId,
};
use nunchi_api::questions::{Question, Scope};
use tempfile::TempDir;

use super::scans::{everything, told};
use super::server::Server;
use super::{NOON, Random};
use crate::clock::Clock;
use crate::sites::default_pack;
use crate::stats::{Asked, Present, Shop, answered};
use crate::store::scan::Names;
use crate::store::{Arrival, Rule, Shipper, Span, Store, StoreError, StoredRun};
use crate::suspicion::Suspicion;

/// A store with the site `shop`.
pub(super) fn store() -> (Store, TempDir, i64) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let pack = default_pack("Shop", Consent::Personalise).unwrap();
    store.put_site(&SiteKey::parse("shop").unwrap(), "Shop", &[], pack, Millis(NOON)).unwrap();
    let site = store.sites().unwrap()[0].id;
    (store, folder, site)
}

/// So many beacons: some runs have several, some no visitor, some orders are reported twice, some
/// beacons are suspicious.
fn arrivals(site: i64, count: u64) -> Vec<Arrival> {
    let mut random = Random(count);
    (0..count).map(|number| arrival(site, number, &mut random)).collect()
}

pub(super) fn arrival(site: i64, number: u64, random: &mut Random) -> Arrival {
    let of_run = u8::try_from(number / 3 % 200).unwrap();
    let is_known = of_run % 5 > 0;
    let wall = NOON + number / 3 * 90_000;
    let item = |at: u64, body| Item { at: Millis(at), body };
    let view = |path: u64| View { path: format!("/p/{path}"), page: PageKind::Product };
    let value = Money { minor: 4_200, currency: Currency::parse("KRW").unwrap() };
    let mut items = vec![item(0, began(wall)), item(5, Body::Viewed(view(random.below(9))))];
    if random.below(3) == 0 {
        let order = format!("A-{}", random.below(40));
        items.push(item(900, Body::Stated(Fact::Purchased { order, value, items: 1 })));
    }
    let header = Header {
        site: SiteKey::parse("shop").unwrap(),
        run: RunId([of_run; 16]),
        sequence: u32::try_from(number).unwrap(),
        visitor: is_known.then_some(VisitorId([of_run / 2; 16])),
        session: is_known.then_some(SessionId([of_run; 8])),
        sent_at: Millis(wall + 1_000),
        agent: 1,
        pack: 1,
    };
    let beacon = Beacon { header, items };
    let frame = beacon::frame::encode(&beacon);
    let quarantine = (random.below(20) == 0).then_some(Suspicion::Robot);
    Arrival { site, beacon, frame, now: Millis(wall + 1_200), quarantine }
}

fn began(wall: u64) -> Body {
    Body::Began(Began {
        wall: Millis(wall),
        utc_offset_min: 540,
        seed: 7,
        visitor: VisitorKind::New,
        device: Device::Phone,
        language: "ko".into(),
        referrer: String::new(),
        pack: 1,
        consent: Consent::Personalise,
        resumed: vec![],
    })
}

/// Waits until all are durable.
pub(super) fn accept(store: &Store, arrivals: Vec<Arrival>) {
    for arrival in arrivals {
        let (tell, told) = std::sync::mpsc::channel();
        store.accept(arrival, move |result, _| tell.send(result).unwrap()).unwrap();
        told.recv().unwrap().unwrap();
    }
}

pub(super) fn ship_all(store: &Store) {
    while store.ship().unwrap() > 0 {}
}

/// Everything that either way of reading tells.
pub(super) fn history(store: &Store, site: i64) -> (String, Vec<Vec<StoredRun>>) {
    let (from, to) = (0, NOON * 2);
    let rows = told(|names, each| store.scan(site, from, to, everything(), names, each).unwrap());
    let visits = store.visits(Span { site, from, to }).unwrap();
    let stories = (0..visits.parts()).flat_map(|part| visits.read(part).unwrap()).collect();
    (rows, stories)
}

#[test]
fn history_in_clickhouse_is_the_history_of_the_folder() {
    let Some(server) = Server::start() else { return };
    let ((here, _folder, site), (there, _other, same)) = (store(), store());
    let there = there.with_history_in(&server.address());
    accept(&here, arrivals(site, 900));
    accept(&there, arrivals(same, 900));
    ship_all(&there);
    let (expected, found) = (history(&here, site), history(&there, same));
    assert!(expected.0.contains("PurchasedAgain") && expected.1.len() > 150);
    assert!(found.0 == expected.0, "rows differ");
    assert_eq!(found.1, expected.1);
    assert_eq!(there.spool().unwrap().unwrap().beacons, 0);
    assert_eq!(there.visit(same, &[7; 8]).unwrap(), here.visit(site, &[7; 8]).unwrap());
    let key = SiteKey::parse("shop").unwrap();
    let since = Millis(NOON + 3_600_000);
    let lately = there.frames_since(&key, since).unwrap();
    assert_eq!(lately.len(), here.frames_since(&key, since).unwrap().len());
    let before = Millis(NOON * 2);
    let compared = |store: &Store, site| {
        let mut runs = store.runs_to_compare(site, (Millis(0), before), 500).unwrap().runs;
        runs.sort_by_key(|run| run.id);
        runs
    };
    assert_eq!(compared(&there, same), compared(&here, site));
}

#[test]
fn every_question_is_answered_alike() {
    let Some(server) = Server::start() else { return };
    let ((here, _folder, site), (there, _other, same)) = (store(), store());
    let there = there.with_history_in(&server.address());
    accept(&here, arrivals(site, 600));
    accept(&there, arrivals(same, 600));
    ship_all(&there);
    for question in Question::ALL {
        let scope = Scope {
            from: Some(NOON + 3_600_000),
            to: Some(NOON + 4 * 3_600_000),
            compare: !matches!(question, Question::Live {} | Question::Health {}),
            ..Scope::default()
        };
        let asked = Asked::new(&scope, question.clone(), NOON * 2, "Asia/Seoul").unwrap();
        let [expected, found] = [&here, &there].map(|store| {
            let shop = Shop::new(store.clone(), &store.sites().unwrap()[0]);
            answered(&shop, "shop", &asked, 3, Present::default()).unwrap()
        });
        assert_eq!(found, expected, "{}", question.name());
    }
}

#[test]
fn while_clickhouse_is_down_beacons_are_taken_and_questions_are_told_to_come_back() {
    let Some(mut server) = Server::start() else { return };
    let (store, _folder, site) = store();
    let store = store.with_history_in(&server.address());
    server.kill();
    let shipper = Shipper::start_if_needed(&store, Clock::system()).unwrap();
    accept(&store, arrivals(site, 300));
    let want = everything();
    let asked = store.scan(site, 0, NOON, want, &mut Names::default(), &mut |_, _| ());
    assert!(matches!(asked, Err(StoreError::Unreachable(_))), "{asked:?}");
    assert_eq!(store.spool().unwrap().unwrap().beacons, 300);
    server.resume();
    while store.spool().unwrap().unwrap().beacons > 0 {
        std::thread::yield_now();
    }
    drop(shipper);
    assert_eq!(server.number("SELECT count() FROM frames"), 300);
    assert_eq!(server.number("SELECT uniqExact(run, sequence) FROM frames"), 300);
}

#[test]
fn a_block_that_arrived_unheard_before_a_restart_is_not_doubled() {
    let Some(server) = Server::start() else { return };
    let (store, folder, site) = store();
    let store = store.with_history_in(&server.address());
    accept(&store, arrivals(site, 100));
    // ClickHouse has it, and the power fails before that is noted.
    let block = store.block().unwrap().unwrap();
    store.deliver(block).unwrap();
    accept(&store, (100..150).map(|it| arrival(site, it, &mut Random(it))).collect());
    drop(store);
    let store = Store::open(folder.path()).unwrap().with_history_in(&server.address());
    assert_eq!(store.ship().unwrap(), 100, "the same block, though more waits");
    assert_eq!(store.ship().unwrap(), 50);
    assert_eq!(store.ship().unwrap(), 0);
    assert_eq!(server.number("SELECT count() FROM frames"), 150);
    assert_eq!(server.number("SELECT count() - uniqExact(run, ordinal) FROM items"), 0);
    assert_eq!(server.number("SELECT uniqExact(collector) FROM frames"), 1);
}

#[test]
fn who_is_set_apart_while_his_beacons_are_on_their_way_is_apart_over_there() {
    let Some(server) = Server::start() else { return };
    let ((here, _folder, site), (there, _other, same)) = (store(), store());
    let there = there.with_history_in(&server.address());
    accept(&here, arrivals(site, 60));
    accept(&there, arrivals(same, 60));
    let block = there.block().unwrap().unwrap();
    let sent = there.deliver(block).unwrap();
    let before = history(&there, same);
    for (store, site) in [(&here, site), (&there, same)] {
        // Two whole page loads, some of whose orders others report too.
        let beacons = (0..6).map(|number| (site, RunId([u8::from(number > 2); 16]), number));
        store.set_apart(beacons.collect(), Suspicion::AddressRate).unwrap();
        store.write_now(|_| Ok(())).unwrap();
    }
    assert!(!there.forget_block(block, sent.apart).unwrap(), "they were not sent so");
    assert_eq!(there.ship().unwrap(), 60);
    while server.number("SELECT count() FROM system.mutations WHERE is_done = 0") > 0 {
        std::thread::yield_now();
    }
    let (expected, found) = (history(&here, site), history(&there, same));
    assert!(found.0 != before.0 && found.0 == expected.0, "rows differ");
    assert_eq!(found.1, expected.1);
    assert!(server.number("SELECT count() FROM frames WHERE quarantine = 2") > 0);
    assert_eq!(server.number("SELECT count() - uniqExact(run, sequence) FROM frames"), 0);
    assert_eq!(there.ship().unwrap(), 0);
}

#[test]
fn a_folder_whose_history_goes_to_clickhouse_is_known_before_the_first_block() {
    let (store, folder, _) = store();
    assert!(!store.is_spool().unwrap());
    // Nobody is there: nothing is sent.
    let address = Server::address_at(1);
    let there = store.clone().with_history_in(&address);
    drop(Shipper::start_if_needed(&there, Clock::system()).unwrap());
    assert!(Store::open_beside(folder.path()).unwrap().is_spool().unwrap());
}

#[test]
fn a_spool_that_filled_its_folder_takes_more_once_it_is_sent() {
    let Some(server) = Server::start() else { return };
    let (store, _folder, site) = store();
    let store = store.with_history_in(&server.address());
    store.limit_bytes(Some(1 << 20)).unwrap();
    let mut random = Random(9);
    let mut take = |number| {
        let (tell, told) = std::sync::mpsc::channel();
        let arrival = arrival(site, number, &mut random);
        store.accept(arrival, move |result, _| tell.send(result).unwrap()).unwrap();
        told.recv().unwrap()
    };
    let taken = (0..100_000).find(|number| take(*number).is_err()).unwrap();
    assert!(store.usage().unwrap().is_full());
    ship_all(&store);
    assert_eq!(server.number("SELECT count() FROM frames"), taken);
    // As the server does every few seconds.
    store.seal(Millis(NOON), Rule::ALL, &|| true).unwrap();
    assert!(!store.usage().unwrap().is_full(), "{:?}", store.usage());
    take(taken).unwrap();
}
