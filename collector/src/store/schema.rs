//! The tables and how older data folders get them.

use rusqlite::Connection;

use super::StoreError;

/// Scripts by version: the first makes version 1, each further one lifts the version by one.
const SCRIPTS: [&str; 2] = [include_str!("schema.sql"), include_str!("schema-2.sql")];

/// Brings the tables up to date. Each step is one transaction with its version number, so that a
/// crash leaves the step before or the step after.
///
/// # Errors
/// [`StoreError::Newer`] when a later version of the program made them; what SQLite says otherwise.
pub(super) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: usize = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > SCRIPTS.len() {
        return Err(StoreError::Newer { found: version, known: SCRIPTS.len() });
    }
    for script in &SCRIPTS[version..] {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "user_version", SCRIPTS.len())?;
    Ok(transaction.commit()?)
}
