//! The tables and how older data folders get them.

use engine::pack::FORMAT;
use rusqlite::Connection;

use super::StoreError;

/// Scripts by version: the first makes version 1, each further one lifts the version by one.
const SCRIPTS: [&str; 3] =
    [include_str!("schema.sql"), include_str!("schema-2.sql"), include_str!("schema-3.sql")];

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
    transaction.pragma_update(None, "user_version", VERSION)?;
    renew_packs(&transaction)?;
    Ok(transaction.commit()?)
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
    use super::*;

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
}
