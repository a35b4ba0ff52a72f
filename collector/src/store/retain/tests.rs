//! What is past its time goes, the rest stays as it was.

use beacon::Millis;

use super::super::scan::{Names, Want};
use super::super::seal::Rule;
use super::super::seal::tests::{NOW, catalogued, filled, on_disk};
use super::*;

/// Rows by visit in a span.
fn rows(store: &Store, from: u64, to: u64) -> Vec<String> {
    let mut lines = Vec::new();
    let want = Want::everything();
    store
        .scan(1, from, to, want, &mut Names::default(), &mut |visit, _| {
            lines.push(format!("{:?} {:?}", visit.key, visit.rows));
        })
        .unwrap();
    lines
}

const TODAY: u64 = NOW / DAY_MS * DAY_MS;

#[test]
fn history_past_its_time_goes_and_the_rest_answers_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    let (today, yesterday) = (rows(&store, TODAY, NOW + 1), rows(&store, 0, TODAY));
    assert!(!today.is_empty() && !yesterday.is_empty());
    // Its page loads began on three days.
    let kept = Retention { history_days: 2, replay_days: 2, chat_days: 2 };
    assert_eq!(store.drop_past(Millis(NOW), kept).unwrap(), Dropped::default(), "not yet");
    let files = store.read(catalogue::all).unwrap().len();
    let dropped = store.drop_past(Millis(NOW + 2 * DAY_MS), kept).unwrap();
    let left = store.read(catalogue::all).unwrap();
    assert_eq!(dropped.files, files - left.len());
    assert!(left.iter().all(|segment| segment.day == day_name(TODAY)), "{left:?}");
    assert_eq!(rows(&store, TODAY, NOW + 1), today);
    assert_eq!(rows(&store, 0, TODAY), Vec::<String>::new());
    assert_eq!(on_disk(folder.path()), catalogued(&store));
}

#[test]
fn beacons_may_go_before_the_history_that_was_made_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    let (all, beacons) = (rows(&store, 0, NOW + 1), store.ledger().unwrap().len());
    let kept = Retention { replay_days: 1, ..Retention::default() };
    store.drop_past(Millis(NOW + DAY_MS), kept).unwrap();
    assert_eq!(rows(&store, 0, NOW + 1), all);
    let left = store.ledger().unwrap().len();
    assert!(0 < left && left < beacons, "{left} of {beacons}");
}

#[test]
fn an_order_is_known_as_long_as_history_has_its_first_report() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let known = || {
        let sql = "SELECT COUNT(*) FROM ordered";
        store.read(|db| db.query_row(sql, [], |row| row.get::<_, u64>(0))).unwrap()
    };
    let all = known();
    assert!(all > 0);
    let kept = Retention { history_days: 2, ..Retention::default() };
    let later = |days: u64| store.drop_past(Millis(NOW + days * DAY_MS), kept).unwrap().orders;
    assert_eq!((later(900), known()), (0, all), "nothing is sealed yet");
    store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    assert_eq!((later(2), known()), (0, all), "the day that it was accepted on is kept");
    assert_eq!((later(3), known()), (usize::try_from(all).unwrap(), 0));
    assert_eq!(rows(&store, 0, NOW + 1), Vec::<String>::new());
}

#[test]
fn conversations_go_after_their_last_message_and_nothing_goes_where_all_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let talk = "INSERT INTO conversation (id, site, key, language, path, began_at, wants_person)
                VALUES (?1, 1, ?1, 'en', '/', ?2, 0)";
    let say = "INSERT INTO message (conversation, number, sender, ask, text, at, extra)
               VALUES (?1, ?2, 'visitor', ?2, 'hello', ?3, '{}')";
    let note = "INSERT INTO note VALUES (?1, 1, 'kim', 'called back', ?2)";
    store
        .write_now(move |db| {
            for (id, last) in [(1, NOW - 3 * DAY_MS), (2, NOW)] {
                db.execute(talk, params![id, NOW - 3 * DAY_MS])?;
                db.execute(say, params![id, 0, NOW - 3 * DAY_MS])?;
                db.execute(say, params![id, 1, last])?;
                db.execute(note, params![id, last])?;
            }
            Ok(())
        })
        .unwrap();
    let count = |table: &str| {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        store.read(|db| db.query_row(&sql, [], |row| row.get::<_, u32>(0))).unwrap()
    };
    let for_ever = store.drop_past(Millis(NOW + 9_999 * DAY_MS), Retention::default()).unwrap();
    assert_eq!((for_ever, count("message")), (Dropped::default(), 4));
    let kept = Retention { chat_days: 2, ..Retention::default() };
    assert_eq!(store.drop_past(Millis(NOW), kept).unwrap().conversations, 1);
    assert_eq!((count("conversation"), count("message"), count("note")), (1, 2, 1));
}
