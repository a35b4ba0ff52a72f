//! Sealing changes where things lie and nothing else, wherever it ends.

use std::path::Path;
use std::sync::mpsc::channel;

use beacon::item::{Fact, PageKind, Signal, Verdict, VerdictOutcome, View};
use beacon::{Beacon, Body, Currency, Header, Item, Millis, Money, RunId, SessionId, SiteKey};
use beacon::{VisitorId, frame};
use engine::pack::Pack;

use super::*;
use crate::store::{Arrival, Span, Written};
use crate::suspicion::Suspicion;

pub(in crate::store) const NOW: u64 = 1_763_800_000_000;

#[test]
fn what_is_sealed_answers_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let before = told(&store);
    assert!(before.len() > 60, "{}", before.len());
    let some = Rule { after_ms: u64::MAX, beacons: 9 };
    let sealed = seal(&store, NOW, some).unwrap();
    assert_eq!((sealed.lines, told(&store)), (18, before.clone()), "two files and the tail");
    let sealed = seal(&store, NOW, Rule::ALL).unwrap();
    assert_eq!((sealed.lines, told(&store)), (7, before.clone()), "files only");
    assert_eq!(seal(&store, NOW, Rule::ALL).unwrap(), Sealed::default());
    for arrival in arrivals() {
        assert_eq!(accept(&store, arrival), Written::Duplicate);
    }
    drop(store);
    assert_eq!(told(&Store::open(folder.path()).unwrap()), before, "after a restart");
}

#[test]
fn wherever_sealing_ends_each_item_is_in_one_place() {
    let counted = tempfile::tempdir().unwrap();
    let mut steps = Vec::new();
    let store = filled(counted.path());
    let expected = told(&store);
    let note = &mut |step| {
        steps.push(step);
        Ok(())
    };
    store.seal_with(Millis(NOW), SMALL, &|| true, note).unwrap();
    for kind in [
        Step::Numbered,
        Step::Written,
        Step::Named,
        Step::Complete,
        Step::Catalogued,
        Step::Deleted,
    ] {
        assert!(steps.contains(&kind), "{kind:?}");
    }
    for (end, last) in steps.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        let mut left = end;
        let break_off = &mut |_| {
            left = left.checked_sub(1).ok_or(StoreError::Busy)?;
            Ok(())
        };
        store.seal_with(Millis(NOW), SMALL, &|| true, break_off).unwrap_err();
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        let at = format!("broken off at {last:?}, step {end}");
        assert_eq!(told(&store), expected, "{at}");
        assert_eq!(on_disk(folder.path()), catalogued(&store), "{at}");
        seal(&store, NOW, Rule::ALL).unwrap();
        assert_eq!(told(&store), expected, "{at}, sealed afterwards");
        let left = store
            .read(|db| db.query_row("SELECT COUNT(*) FROM journal", [], |it| it.get::<_, u64>(0)));
        assert_eq!(left.unwrap(), 0_u64, "{at}");
    }
}

#[test]
fn sealing_that_fails_leaves_no_files_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let before = told(&store);
    fs::write(folder.path().join(FOLDER), "in the way").unwrap();
    assert!(matches!(seal(&store, NOW, Rule::ALL), Err(StoreError::Unwritable { .. })));
    assert_eq!(told(&store), before);
    fs::remove_file(folder.path().join(FOLDER)).unwrap();
    seal(&store, NOW, Rule::ALL).unwrap();
    assert_eq!(told(&store), before);
}

#[test]
fn lines_are_sealed_when_the_oldest_is_old_or_there_are_many() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let lines =
        |now, after_ms, beacons| seal(&store, now, Rule { after_ms, beacons }).unwrap().lines;
    assert_eq!(lines(NOW, 1_000, 100), 0);
    assert_eq!(lines(NOW + 999, 1_000, 26), 0);
    assert_eq!(lines(NOW + 1_000, 1_000, 20), 25);
    assert_eq!(lines(NOW + 5_000, 1_000, 20), 0);
}

#[test]
fn a_batch_ends_where_its_bytes_or_its_count_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let lines = |count, bytes| store.read(|db| journal::tail(db, 1, count, bytes)).unwrap();
    let all = lines(usize::MAX, usize::MAX);
    let two: usize = all[..2].iter().map(|held| held.frame.len()).sum();
    let counts = [(usize::MAX, 0), (usize::MAX, two), (usize::MAX, two + 1), (4, usize::MAX)];
    assert_eq!(counts.map(|(count, bytes)| lines(count, bytes).len()), [1, 2, 3, 4]);
    let lately = store.read(|db| journal::lately(db, 1, Millis(0), 3)).unwrap();
    let numbers = |lines: &[Held]| lines.iter().map(|held| held.number).collect::<Vec<_>>();
    assert_eq!(numbers(&lately), numbers(&all[all.len() - 3..]), "the newest, oldest first");
}

#[test]
fn beacons_of_thousands_of_items_are_sealed_a_bounded_part_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let verdict = |item: i32| {
        let evidence = (0..24).map(|value| -1_000_000 - item * 24 - value).collect();
        let outcome = VerdictOutcome::Fired;
        Body::Decided(Verdict { campaign: 1, outcome, variant: 1, buy_permille: 300, evidence })
    };
    for run in 100..180 {
        // Each text is another, and three times as long as what came for it.
        let items =
            (0..140).map(|item| Item { at: Millis(1), body: verdict(i32::from(run) * 140 + item) });
        assert_eq!(accept(&store, arrival(run, 0, Some(run), items.collect())), Written::Stored);
    }
    let before = told(&store);
    let most = 200_000;
    let owners = Owners::default();
    let batch = store.read(|db| Batch::read(db, 1, (usize::MAX, most), &owners)).unwrap();
    // One beacon beyond it, for each came in a commit of its own.
    let of_one = 140 * (size_of::<Filed>() + 24 * 10 + 100);
    assert!((most..most + of_one).contains(&batch.bytes()), "{} bytes", batch.bytes());
    assert!((1..80).contains(&batch.lines.saturating_sub(25)), "{} lines", batch.lines);
    seal(&store, NOW, Rule::ALL).unwrap();
    assert_eq!(told(&store), before);
}

#[test]
fn a_sealed_file_that_is_damaged_or_gone_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    seal(&store, NOW, Rule::ALL).unwrap();
    let mut files = store.read(catalogue::all).unwrap();
    files.retain(|file| file.purpose == Purpose::Items);
    let file = files.remove(0).path();
    let path = folder.path().join(&file);
    let whole = fs::read(&path).unwrap();
    let scanned = || {
        let (mut names, want) = (Names::default(), Want::everything());
        store.scan(1, 0, u64::MAX, want, &mut names, &mut |_, _| ()).map_err(|it| it.to_string())
    };
    let name = file.display().to_string();
    for cut in [0, 3, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..cut]).unwrap();
        assert!(scanned().unwrap_err().contains(&name), "{cut} bytes of it");
    }
    fs::remove_file(&path).unwrap();
    assert!(scanned().unwrap_err().contains(&format!("{name} is missing")));
    fs::write(&path, &whole).unwrap();
    scanned().unwrap();
}

#[test]
fn a_bit_that_flips_anywhere_in_a_sealed_file_is_noticed_before_it_is_answered_from() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    seal(&store, NOW, Rule::ALL).unwrap();
    for purpose in [Purpose::Items, Purpose::Frames] {
        let mut files = store.read(catalogue::all).unwrap();
        files.retain(|file| file.purpose == purpose);
        let name = files.remove(0).path();
        let path = folder.path().join(&name);
        let whole = fs::read(&path).unwrap();
        for place in (0..whole.len()).step_by(whole.len() / 40) {
            let mut rotten = whole.clone();
            rotten[place] ^= 1 << (place % 8);
            fs::write(&path, rotten).unwrap();
            let next = Store::open_beside(folder.path()).unwrap();
            let answer = next.snapshot(1, purpose, (0, u64::MAX), |_, _| Ok(()));
            let error = answer.unwrap_err().to_string();
            assert!(error.contains(&name.display().to_string()), "at {place}: {error}");
        }
        fs::write(&path, whole).unwrap();
    }
}

#[test]
fn history_that_the_database_knows_nothing_of_is_never_removed() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("nunchi.sqlite");
    let store = filled(folder.path());
    seal(&store, NOW, Rule { after_ms: 0, beacons: 9 }).unwrap();
    drop(store);
    let files = on_disk(folder.path());
    fs::rename(&database, folder.path().join("elsewhere")).unwrap();
    for _ in 0..2 {
        // The second time there is a new, empty database.
        let refused = Store::open(folder.path()).unwrap_err();
        assert!(matches!(refused, StoreError::Foreign(_)), "{refused}");
        assert_eq!(on_disk(folder.path()), files);
        let beside = Store::open_beside(folder.path()).unwrap();
        let findings = beside.check(&mut |_, _, _, _| ()).unwrap().findings;
        assert!(findings[0].contains("newer than the database"), "{findings:?}");
    }
    fs::rename(folder.path().join("elsewhere"), &database).unwrap();
    Store::open(folder.path()).unwrap();
    assert_eq!(on_disk(folder.path()), files);
}

#[test]
fn an_order_counts_once_also_when_its_first_report_is_not_believed_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    seal(&store, NOW, Rule::ALL).unwrap();
    let report = |run: u8| {
        let bought = Fact::Purchased { order: "B-1".into(), value: won(900), items: 1 };
        let items = vec![Item { at: Millis(0), body: Body::Stated(bought) }];
        assert_eq!(accept(&store, arrival(run, 0, Some(run), items)), Written::Stored);
    };
    let purchases = || store.rate(Span { site: 1, from: 0, to: u64::MAX }).unwrap().purchases;
    let before = purchases();
    (101..=103).for_each(report);
    assert_eq!(purchases(), before + 1);
    for run in [101, 102] {
        let beacons = vec![(1, RunId([run; 16]), 0)];
        store.set_apart(beacons, Suspicion::AddressRate).unwrap();
        store.write_now(|_| Ok(())).unwrap();
        assert_eq!(purchases(), before + 1, "{run} is apart");
    }
    report(104);
    assert_eq!(purchases(), before + 1, "told again");
    seal(&store, NOW, Rule::ALL).unwrap();
    assert_eq!(purchases(), before + 1, "sealed");
}

#[test]
fn what_a_visitors_clock_says_makes_no_folders() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    for (run, began) in (100..150).zip(0_u64..) {
        let items = vec![Item { at: Millis(0), body: began_at(began * 40 * DAY_MS) }];
        assert_eq!(accept(&store, arrival(run, 0, Some(run), items)), Written::Stored);
    }
    let before = told(&store);
    seal(&store, NOW, Rule::ALL).unwrap();
    let days = fs::read_dir(folder.path().join("segments/demo")).unwrap().count();
    assert!(days <= 8, "{days} days");
    assert_eq!(told(&store), before);
}

/// Few lines a file, so that there are several.
pub(in crate::store) const SMALL: Rule = Rule { after_ms: 0, beacons: 10 };

pub(in crate::store) fn filled(folder: &Path) -> Store {
    let store = Store::open(folder).unwrap();
    let key = SiteKey::parse("demo").unwrap();
    store.put_site(&key, "Demo", &[], Pack::default(), Millis(NOW)).unwrap();
    for arrival in arrivals() {
        assert_eq!(accept(&store, arrival), Written::Stored);
    }
    let hit = store.accept_hit(1, RunId([99; 16]), "/hit".into(), "home".into(), Millis(NOW));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(hit).unwrap(), Written::Stored);
    store
}

/// Eight page loads of three beacons: some of one session, over midnight, one without consent, one
/// that something speaks against, orders reported twice.
fn arrivals() -> Vec<Arrival> {
    let beacons = (0..24).map(|number: u8| {
        let (run, sequence) = (number % 8, u32::from(number / 8));
        let session = (run != 5).then_some(run / 2);
        let begin = NOW - u64::from(run) * 6 * 3_600_000;
        let mut items = Vec::new();
        if sequence == 0 {
            items.push(Item { at: Millis(0), body: began_at(begin) });
        }
        let after = Millis(1_000 + u64::from(sequence) * 1_000);
        let path = format!("/p/{run}");
        let bodies = [
            Body::Viewed(View { path, page: PageKind::Product }),
            Body::Noticed(Signal::Dwell { ms: 1_000 * (sequence + 1) }),
            Body::Stated(Fact::Purchased {
                order: format!("A-{}", run / 2),
                value: won(500),
                items: 1,
            }),
            Body::Decided(Verdict {
                campaign: run.into(),
                outcome: VerdictOutcome::Fired,
                variant: 1,
                buy_permille: 300,
                evidence: vec![1, -4],
            }),
        ];
        items.extend(bodies.map(|body| Item { at: after, body }));
        let quarantine = (run == 7).then_some(Suspicion::Robot);
        Arrival { quarantine, ..arrival(run, sequence, session, items) }
    });
    beacons.collect()
}

fn began_at(wall: u64) -> Body {
    Body::Began(beacon::item::Began {
        wall: Millis(wall),
        utc_offset_min: 540,
        seed: 7,
        visitor: beacon::item::VisitorKind::New,
        device: beacon::item::Device::Phone,
        language: "ko".into(),
        referrer: "search.example".into(),
        pack: 1,
        consent: beacon::item::Consent::Personalise,
        resumed: vec![],
    })
}

fn won(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("KRW").unwrap() }
}

pub(in crate::store) fn arrival(
    run: u8,
    sequence: u32,
    session: Option<u8>,
    items: Vec<Item>,
) -> Arrival {
    let header = Header {
        site: SiteKey::parse("demo").unwrap(),
        run: RunId([run; 16]),
        sequence,
        visitor: session.map(|id| VisitorId([id; 16])),
        session: session.map(|id| SessionId([id; 8])),
        sent_at: Millis(NOW),
        agent: 1,
        pack: 3,
    };
    let beacon = Beacon { header, items };
    Arrival { site: 1, frame: frame::encode(&beacon), beacon, now: Millis(NOW), quarantine: None }
}

fn seal(store: &Store, now: u64, rule: Rule) -> Result<Sealed, StoreError> {
    store.seal(Millis(now), rule, &|| true)
}

pub(in crate::store) fn accept(store: &Store, arrival: Arrival) -> Written {
    let (send, receive) = channel();
    store.accept(arrival, move |result, _| send.send(result).unwrap()).unwrap();
    receive.recv().unwrap().unwrap()
}

/// Everything that can be read of the site, as lines: rows by visit, beacons, runs.
pub(in crate::store) fn told(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    for want in [Want::everything(), Want::everything().apart()] {
        // They come in any order.
        let mut visits = Vec::new();
        let each = &mut |visit: &crate::store::scan::Visit<'_>, names: &Names| {
            let mut lines = vec![format!("{:?} of {:?}", visit.key, visit.visitor)];
            for row in visit.rows {
                let texts =
                    crate::store::scan::TEXTS.map(|(column, _)| names.text(row.text(column)));
                let row = crate::store::scan::Row { ..*row };
                let numbers = (row.number, row.detail, row.value, row.campaign, row.pack);
                let place = (row.at, row.run, row.ordinal, row.kind, row.quarantine);
                lines.push(format!("{place:?} {numbers:?} {texts:?}"));
            }
            visits.push(lines);
        };
        store.scan(1, 0, u64::MAX, want, &mut Names::default(), each).unwrap();
        visits.sort();
        lines.extend(visits.into_iter().flatten());
    }
    for (run, sequence, frame) in store.ledger().unwrap() {
        lines.push(format!("{run} {sequence} {}", frame::checksum(&frame)));
    }
    let visits = store.visits(Span { site: 1, from: 0, to: NOW + 1 }).unwrap();
    let mut visits: Vec<_> =
        (0..visits.parts()).flat_map(|part| visits.read(part).unwrap()).collect();
    visits.sort_by(|one, other| one[0].visit.cmp(&other[0].visit));
    for runs in visits {
        let mut by_key = store.visit(1, &runs[0].visit).unwrap();
        // By its key a visit is told with what speaks against it.
        by_key.retain(|run| run.id != RunId([7; 16]));
        assert_eq!(format!("{by_key:?}"), format!("{runs:?}"));
        lines.push(format!("{runs:?}"));
    }
    let since = store.frames_since(&SiteKey::parse("demo").unwrap(), Millis(NOW)).unwrap();
    lines.push(format!("{} lately", since.len()));
    lines
}

pub(in crate::store) fn on_disk(folder: &Path) -> Vec<PathBuf> {
    let mut files = files_under(&folder.join(FOLDER)).unwrap();
    files.sort();
    files
}

pub(in crate::store) fn catalogued(store: &Store) -> Vec<PathBuf> {
    let files = store.read(catalogue::all).unwrap();
    let mut files: Vec<PathBuf> =
        files.iter().map(|it| store.shared.folder.join(it.path())).collect();
    files.sort();
    files
}
