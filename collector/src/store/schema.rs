//! The tables and how older data folders get them.

use beacon::{Millis, RunId};
use engine::pack::FORMAT;
use rusqlite::{Connection, Row};

use super::StoreError;
use super::journal::{Entry, Held, Run};
use super::marks;
use super::sheaf::Sheaf;

/// Scripts by version: the first makes version 1, each further one lifts the version by one.
const SCRIPTS: [&str; 18] = [
    include_str!("schema.sql"),
    include_str!("schema-2.sql"),
    include_str!("schema-3.sql"),
    include_str!("schema-4.sql"),
    include_str!("schema-5.sql"),
    include_str!("schema-6.sql"),
    include_str!("schema-7.sql"),
    include_str!("schema-8.sql"),
    include_str!("schema-9.sql"),
    include_str!("schema-10.sql"),
    include_str!("schema-11.sql"),
    include_str!("schema-12.sql"),
    include_str!("schema-13.sql"),
    include_str!("schema-14.sql"),
    include_str!("schema-15.sql"),
    include_str!("schema-16.sql"),
    include_str!("schema-17.sql"),
    include_str!("schema-18.sql"),
];

/// The version that this program makes and reads.
pub(super) const VERSION: usize = SCRIPTS.len();

/// Brings the tables up to date. Each step is one transaction with its version number, so that a
/// crash leaves the step before or the step after.
///
/// # Errors
/// [`StoreError::Newer`] when a later version of the program made them; what SQLite says otherwise.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: usize = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Err(StoreError::Newer { found: version, known: VERSION });
    }
    for script in &SCRIPTS[version..] {
        transaction.execute_batch(script)?;
    }
    if version < 6 {
        gather(&transaction, version < 4)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    renew_packs(&transaction)?;
    Ok(transaction.commit()?)
}

/// Before version 6, each line of the journal was a row. Before version 4, a view that the loader counted
/// was its own mark.
fn gather(db: &Connection, hits_need_marks: bool) -> rusqlite::Result<()> {
    db.execute_batch(
        "ALTER TABLE journal RENAME TO journal_4; ALTER TABLE journal_6 RENAME TO journal",
    )?;
    let sql =
        "SELECT id, site, run, sequence, accepted_at, began_at, quarantine, session, visitor, frame
         FROM journal_4 AS line
         WHERE id > COALESCE((SELECT until FROM sealed WHERE sealed.site = line.site), 0)
         ORDER BY id";
    let mut list = db.prepare(sql)?;
    let mut rows = list.query([])?;
    while let Some(row) = rows.next()? {
        let held = read_line_4(row)?;
        if hits_need_marks && held.entry.sequence < 0 {
            marks::write_all(db, &[marks::marked(&held)])?;
        }
        let Held { number, entry, frame, .. } = held;
        let mut sheaf = Sheaf::begin(entry.site, number, entry.accepted_at, Vec::new());
        sheaf.add(number, &entry, &frame);
        sheaf.store(db)?;
    }
    db.execute_batch("DROP TABLE journal_4; CREATE INDEX journal_by_site ON journal (site)")
}

fn read_line_4(row: &Row) -> rusqlite::Result<Held> {
    let (number, accepted_at) = (row.get(0)?, Millis(row.get(4)?));
    let run = Run { began_at: Millis(row.get(5)?), session: row.get(7)?, visitor: row.get(8)? };
    let entry = Entry {
        site: row.get(1)?,
        id: RunId(row.get(2)?),
        sequence: row.get(3)?,
        accepted_at,
        // All have their marks already.
        marked_at: accepted_at,
        quarantine: row.get(6)?,
        run,
    };
    Ok(Held { number, sheaf: number, entry, frame: row.get(9)? })
}

/// A pack in force whose bytes have another layout by now is the next version: so a version names
/// what pages decide by, and what they decided by another layout is not held against this one.
fn renew_packs(db: &Connection) -> rusqlite::Result<()> {
    let renewed = db.execute(
        "INSERT INTO pack (site, version, published_at, body, format)
         SELECT site, version + 1, published_at, json_set(body, '$.version', version + 1), ?1
         FROM pack AS last
         WHERE format <> ?1 AND version = (SELECT MAX(version) FROM pack WHERE site = last.site)",
        [FORMAT],
    )?;
    if renewed > 0 {
        db.execute("UPDATE meta SET value = value + 1 WHERE name = 'sites_version'", [])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use beacon::item::{Fact, PageKind, View};
    use beacon::{Beacon, Body, Currency, Header, Item, Money, SessionId, SiteKey};

    use super::*;
    use crate::store::questions::Rate;
    use crate::store::rows::Kind;
    use crate::store::scan::{Column, Names, Visit, Want};
    use crate::store::{Arrival, Span, Store, Written};

    #[test]
    fn a_pack_of_another_layout_becomes_the_next_version() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db).unwrap();
        db.execute_batch(
            r#"INSERT INTO site VALUES (1, 'demo', 'Demo', '[]', 1, 0);
               INSERT INTO pack VALUES (1, 1, 5, '{"version":1}', 0), (1, 2, 6, '{"version":2}', 0)"#,
        )
        .unwrap();
        let packs = |db: &Connection| -> Vec<(u32, u32, u8, String)> {
            let mut list =
                db.prepare("SELECT version, published_at, format, body FROM pack").unwrap();
            let rows =
                list.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
            rows.unwrap().collect::<Result<_, _>>().unwrap()
        };
        migrate(&mut db).unwrap();
        let expected = (3, 6, FORMAT, r#"{"version":3}"#.to_owned());
        assert_eq!((packs(&db).len(), packs(&db).last()), (3, Some(&expected)));
        migrate(&mut db).unwrap();
        assert_eq!(packs(&db).len(), 3, "once");
    }

    #[test]
    fn sealed_files_of_version_4_stay_named() {
        let mut db = Connection::open_in_memory().unwrap();
        for script in &SCRIPTS[..4] {
            db.execute_batch(script).unwrap();
        }
        db.pragma_update(None, "user_version", 4).unwrap();
        db.execute_batch(
            "INSERT INTO site VALUES (1, 'demo', 'Demo', '[]', 1, 0);
             INSERT INTO segment VALUES (3, 1, '2026-11-30', 7, 'items', 5, 900, 1, 10, 20, 30, NULL)",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let segments = crate::store::catalogue::all(&db).unwrap();
        assert_eq!((segments.len(), segments[0].number, segments[0].span), (1, 7, (10, 20)));
    }

    /// A folder of an earlier version: a page load with a purchase reported twice, and a view that
    /// the loader counted.
    fn old_folder(version: usize) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open(folder.path().join("nunchi.sqlite")).unwrap();
        // What lay in an older folder lies in one of version 4 as it was brought there.
        for script in &SCRIPTS[..version.min(3)] {
            db.execute_batch(script).unwrap();
        }
        db.pragma_update(None, "user_version", version).unwrap();
        db.execute_batch(
            "INSERT INTO site VALUES (1, 'demo', 'Demo', '[]', 1, 0);
             INSERT INTO run (id, site, run, session, visitor, began_at) VALUES
                 (7, 1, x'07070707070707070707070707070707', x'0101010101010101', NULL, 1000),
                 (8, 1, x'08080808080808080808080808080808', NULL, NULL, 5000);
             INSERT INTO item (run, ordinal, site, at, kind, path, page, detail)
                 VALUES (8, -1, 1, 5000, 'viewed', '/tea', 'product', 1);
             INSERT INTO purchase VALUES (1, 'A-1', 7, NULL, 1020, 2, 500, 'KRW', 1),
                 (1, '07070707070707070707070707070707:4097', 7, NULL, 1030, 4097, 700, 'KRW', 1)",
        )
        .unwrap();
        for Arrival { beacon, frame, .. } in arrivals() {
            let sequence = beacon.header.sequence;
            let checksum = beacon::frame::checksum(&frame);
            let insert = "INSERT INTO journal (site, run, sequence, accepted_at, frame)
                          VALUES (1, 7, ?, 2000, ?)";
            db.execute(insert, rusqlite::params![sequence, frame]).unwrap();
            let mark =
                "INSERT INTO mark VALUES (1, x'07070707070707070707070707070707', ?, ?, 2000)";
            db.execute(mark, [sequence, checksum]).unwrap();
        }
        if version >= 2 {
            let parity = "INSERT INTO parity (run, at, is_complete, verdicts, equal, first)
                          VALUES (7, 3000, 1, 4, 3, 'one')";
            db.execute(parity, []).unwrap();
        }
        if version >= 4 {
            db.execute_batch(SCRIPTS[3]).unwrap();
            let mark = "INSERT INTO mark SELECT 1, run, sequence, ?, 5000, 5000, NULL, NULL, id
                        FROM journal WHERE sequence < 0";
            assert_eq!(db.execute(mark, [beacon::crc32c(b"/tea")]).unwrap(), 1);
        }
        for script in SCRIPTS.iter().take(version).skip(4) {
            db.execute_batch(script).unwrap();
        }
        if version >= 6 {
            gather(&db, false).unwrap();
        }
        folder
    }

    fn arrivals() -> [Arrival; 2] {
        let item = |at, body| Item { at: Millis(at), body };
        let bought = |order: &str, minor| {
            let value = Money { minor, currency: Currency::parse("KRW").unwrap() };
            Body::Stated(Fact::Purchased { order: order.into(), value, items: 1 })
        };
        let viewed = Body::Viewed(View { path: "/".into(), page: PageKind::Home });
        let arrival = |sequence, items| {
            let header = Header {
                site: SiteKey::parse("demo").unwrap(),
                run: RunId([7; 16]),
                sequence,
                visitor: None,
                session: Some(SessionId([1; 8])),
                sent_at: Millis(2_000),
                agent: 1,
                pack: 1,
            };
            let beacon = Beacon { header, items };
            let frame = beacon::frame::encode(&beacon);
            Arrival { site: 1, beacon, frame, now: Millis(2_000), quarantine: None }
        };
        [
            arrival(0, vec![item(0, viewed), item(20, bought("A-1", 500))]),
            arrival(1, vec![item(25, bought("A-1", 500)), item(30, bought("", 700))]),
        ]
    }

    /// Views, those of them that the loader counted, and what purchases were worth.
    fn views_and_revenue(store: &Store, span: Span) -> (u64, u64, i64) {
        let (mut views, mut by_loader, mut revenue) = (0, 0, 0);
        let kinds = Want::NONE.kinds(&[Kind::Viewed, Kind::Purchased]);
        let want = kinds.columns(&[Column::Detail, Column::Value]);
        let mut names = Names::default();
        let mut each = |visit: &Visit<'_>, _: &Names| {
            for row in visit.rows {
                let is_view = row.kind == Kind::Viewed;
                views += u64::from(is_view);
                by_loader += u64::from(is_view && row.detail == 1);
                revenue += if is_view { 0 } else { row.value };
            }
        };
        store.scan(span.site, span.from, span.to, want, &mut names, &mut each).unwrap();
        (views, by_loader, revenue)
    }

    #[test]
    fn a_knowledge_base_of_version_5_is_there_entry_by_entry() {
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open(folder.path().join("nunchi.sqlite")).unwrap();
        for script in &SCRIPTS[..5] {
            db.execute_batch(script).unwrap();
        }
        db.pragma_update(None, "user_version", 5).unwrap();
        let insert = r#"INSERT INTO site VALUES (1, 'demo', 'Demo', '[]', 1, 0);
            INSERT INTO knowledge VALUES (1, '{"entries": [
                {"id": "b", "links": [], "texts": {"en": {"questions": ["q"], "answer": "x"}}},
                {"id": "a", "texts": {}}]}')"#;
        db.execute_batch(insert).unwrap();
        drop(db);
        let store = Store::open(folder.path()).unwrap();
        let entries = store.knowledge(1).unwrap();
        assert_eq!(entries.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(entries[0].texts["en"].answer, "x");
    }

    #[test]
    fn a_folder_of_any_earlier_version_opens_and_answers_as_before() {
        // From version 4 on, what a beacon says is in the journal alone.
        for version in 1..4 {
            let folder = old_folder(version);
            let store = Store::open(folder.path()).unwrap();
            let span = Span { site: 1, from: 0, to: 10_000 };
            assert_eq!(store.rate(span).unwrap(), Rate { sessions: 2, purchases: 2 });
            assert_eq!(views_and_revenue(&store, span), (2, 1, 1_200), "each order once");
            assert_eq!(store.visit(1, &[1; 8]).unwrap()[0].frames.len(), 2);
            assert_eq!(
                store.parity_totals(span).unwrap().verdicts,
                if version > 1 { 4 } else { 0 }
            );
            for arrival in arrivals() {
                let (send, receive) = std::sync::mpsc::channel();
                store.accept(arrival, move |result, _| send.send(result).unwrap()).unwrap();
                assert_eq!(receive.recv().unwrap().unwrap(), Written::Duplicate);
            }
            let hit = |path: &str| {
                let hit =
                    store.accept_hit(1, RunId([8; 16]), path.into(), "x".into(), Millis(6_000));
                tokio::runtime::Builder::new_current_thread()
                    .build()
                    .unwrap()
                    .block_on(hit)
                    .unwrap()
            };
            assert_eq!([hit("/tea"), hit("/new")], [Written::Duplicate, Written::Stored]);
            assert_eq!(views_and_revenue(&store, span), (3, 2, 1_200));
        }
    }
}
