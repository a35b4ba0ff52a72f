//! What is kept of a tail is what is read anew, whatever happens to the journal.

use beacon::{Beacon, Millis};
use month::{Month, What};

use super::*;
use crate::store::history::decoded;
use crate::store::journal::Entry;
use crate::store::rows::Kind;
use crate::store::sheaf::Sheaf;
use crate::store::shops::{put, shops};
use crate::store::{Rule, Store};
use crate::suspicion::Suspicion;

/// The rows of a site's tail as lines, as they are kept and as they are read anew.
fn both(store: &Store, site: i64, want: Want) -> [Vec<String>; 2] {
    let span = (0, u64::MAX);
    let lines = |rows: Vec<Filed>, names: &Names| {
        let line = |filed: Filed| {
            let texts = crate::store::scan::TEXTS.map(|(column, _)| filed.row.text(column));
            let texts = texts.map(|name| names.text(name).to_owned());
            let mut row = filed.row;
            row.keep_wanted(Want::everything(), &mut |_| Name::NONE);
            let visitor = names.text(std::mem::take(&mut row.visitor)).to_owned();
            format!("{:?} {:?} {visitor} {row:?} {texts:?}", filed.visit, filed.visitor)
        };
        let mut lines: Vec<String> = rows.into_iter().map(line).collect();
        lines.sort();
        lines
    };
    let rows = store.read(|db| {
        let (mut one, mut other) = (Names::default(), Names::default());
        // A scan has met other names before.
        one.name("someone else's");
        let kept = store.shared.tails.rows(db, site, span, want, &mut one)?;
        let anew = decoded(db, site, span, want, &mut other)?;
        Ok([lines(kept.expect("it is short"), &one), lines(anew, &other)])
    });
    rows.unwrap()
}

fn check(store: &Store) -> usize {
    let some = Want::NONE.kinds(&[Kind::Viewed, Kind::Purchased]);
    let some = some.columns(&[Column::Path, Column::Value, Column::Visitor]);
    let mut count = 0;
    for site in 1..=3 {
        for want in [Want::everything(), Want::everything().apart(), some] {
            let [kept, anew] = both(store, site, want);
            assert!(kept == anew, "site {site}: {:?}", kept.iter().find(|it| !anew.contains(it)));
            count += kept.len();
        }
    }
    count
}

/// Orders that are told again and views that the loader counted, as a month has them; consent that comes late.
#[test]
fn what_is_kept_is_what_is_read_anew() {
    let (store, _folder) = shops();
    let (mut accepted, mut checked, mut late) = (Vec::new(), 0, 0);
    for (number, mut sent) in Month::new(1_200, 11).enumerate() {
        let now = sent.accepted_at;
        if let What::Beacon(Beacon { header, .. }) = &mut sent.what {
            // Of some page loads consent comes with a later beacon.
            if header.sequence == 0 && header.run.0[1].is_multiple_of(2) {
                late += usize::from(header.session.is_some());
                (header.session, header.visitor) = (None, None);
            }
            let site = i64::try_from(sent.site).unwrap() + 1;
            accepted.push((site, header.run, header.sequence));
        }
        put(&store, sent);
        if number % 7 == 0 {
            checked += check(&store);
        }
        if number % 31 == 0 {
            let apart = accepted[accepted.len().saturating_sub(7)..].to_vec();
            store.set_apart(apart, Suspicion::Robot).unwrap();
            // What was queued before is done.
            store.write_now(|_| Ok(())).unwrap();
            checked += check(&store);
        }
        if number % 97 == 0 {
            store.seal(now, Rule { after_ms: 0, beacons: 40 }, &|| number % 2 == 0).unwrap();
            checked += check(&store);
        }
    }
    assert!(checked > 5_000 && late > 10, "{checked} {late}");
}

#[test]
fn a_moment_before_the_kept_one_is_read_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::seal::tests::filled(folder.path());
    let rows = |db: &Connection| {
        let names = &mut Names::default();
        let rows = store.shared.tails.rows(db, 1, (0, u64::MAX), Want::everything(), names);
        rows.unwrap().unwrap().len()
    };
    let (before, after) = store
        .read(|db| {
            let moment = db.unchecked_transaction()?;
            let first = moment.query_row("SELECT MAX(last) FROM journal", [], |it| it.get(0))?;
            let _: i64 = first;
            let hit = store.accept_hit(1, RunId([99; 16]), "/".into(), "x".into(), Millis(5));
            tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(hit).unwrap();
            let after = store.read(|db| Ok(rows(db))).unwrap();
            Ok((rows(&moment), after))
        })
        .unwrap();
    assert_eq!(before + 1, after);
    assert_eq!(store.read(|db| Ok(rows(db))).unwrap(), after);
}

#[test]
fn a_tail_of_very_many_lines_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::seal::tests::filled(folder.path());
    let hits = |db: &Connection| {
        let mut sheaf = Sheaf::begin(1, 1_000, Millis(5), Vec::new());
        for number in 0..i64::try_from(LINES_MAX).unwrap() {
            let run = Run { began_at: Millis(5), session: None, visitor: None };
            let entry = Entry {
                site: 1,
                id: RunId(u128::try_from(number).unwrap().to_be_bytes()),
                sequence: -1,
                accepted_at: Millis(5),
                marked_at: Millis(5),
                quarantine: 0,
                run,
            };
            sheaf.add(1_000 + number, &entry, b"/\nx");
        }
        sheaf.store(db)
    };
    store.write_now(hits).unwrap();
    let names = &mut Names::default();
    let want = Want::NONE.kinds(&[Kind::Viewed]);
    let kept = store.read(|db| store.shared.tails.rows(db, 1, (0, 9), want, names)).unwrap();
    assert!(kept.is_none());
    let mut views = 0;
    let each = &mut |visit: &crate::store::scan::Visit<'_>, _: &Names| views += visit.rows.len();
    store.scan(1, 0, 9, want, names, each).unwrap();
    assert_eq!(views, LINES_MAX, "all are answered from");
}
