//! Operators' logins, so that a restart does not throw them out.

use std::collections::BTreeMap;

use beacon::Millis;
use rusqlite::{Row, params};

use super::{Store, StoreError};

impl Store {
    /// Logins that hold at `now`, and when they end.
    pub(crate) fn logins(&self, now: Millis) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = "SELECT id, expires_at FROM login WHERE expires_at > ?";
        let read_row = |row: &Row| Ok((row.get(0)?, row.get(1)?));
        self.read(|db| db.prepare(sql)?.query_map([now.0], read_row)?.collect())
    }

    /// Keeps a login; drops those that ended, and the oldest beyond [`LOGINS_MAX`].
    pub(crate) async fn add_login(
        &self,
        id: String,
        expires_at: u64,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            db.execute("INSERT OR REPLACE INTO login VALUES (?, ?)", params![id, expires_at])?;
            let sql = "DELETE FROM login WHERE expires_at <= ?1 OR id NOT IN
                       (SELECT id FROM login ORDER BY expires_at DESC LIMIT ?2)";
            db.execute(sql, params![now.0, LOGINS_MAX]).map(drop)
        })
        .await
    }

    /// Ends a login.
    pub(crate) async fn drop_login(&self, id: String) -> Result<(), StoreError> {
        self.write(move |db| db.execute("DELETE FROM login WHERE id = ?", [&id]).map(drop)).await
    }
}

const LOGINS_MAX: u32 = 1_000;
