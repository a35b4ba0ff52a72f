//! Visitors' wishes to have what is known of them erased: kept until somebody says that it was done.
//!
//! What history has of a visitor lies in files that are never changed; it goes with them when their time
//! is over. Conversations and coupons are rows, and lose the visit at once.

use beacon::Millis;
use rusqlite::params;

use super::{Store, StoreError};

/// A wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The site's number.
    pub site: i64,
    /// Digits of the visitor's id, or empty.
    pub visitor: String,
    /// Digits of the session's id, or empty.
    pub session: String,
    /// When it was said.
    pub asked_at: u64,
}

impl Store {
    /// Keeps a wish, and takes the session off what can be changed at once: its conversations go, its
    /// coupons stay given but to nobody. The same wish again changes nothing.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn ask_erasure(&self, wish: Erasure) -> Result<(), StoreError> {
        self.write(move |db| {
            let Erasure { site, visitor, session, asked_at } = &wish;
            let sql = "INSERT OR IGNORE INTO erasure (site, visitor, session, asked_at)
                       VALUES (?, ?, ?, ?)";
            db.execute(sql, params![site, visitor, session, asked_at])?;
            if session.is_empty() {
                return Ok(());
            }
            let own = params![site, session];
            for table in ["message", "note"] {
                let sql = format!(
                    "DELETE FROM {table} WHERE conversation IN
                     (SELECT id FROM conversation WHERE site = ? AND ? IN (session, last_session))"
                );
                db.execute(&sql, own)?;
            }
            db.execute(
                "DELETE FROM conversation WHERE site = ? AND ? IN (session, last_session)",
                own,
            )?;
            let sql = "UPDATE coupon SET session = NULL WHERE site = ? AND session = ?";
            db.execute(sql, own).map(drop)
        })
        .await
    }

    /// Wishes that wait, oldest first, at most [`ERASURES_SHOWN`].
    ///
    /// # Errors
    /// What SQLite says.
    pub fn erasures(&self, site: i64) -> Result<Vec<Erasure>, StoreError> {
        let sql = "SELECT site, visitor, session, asked_at FROM erasure
                   WHERE site = ? AND done_at IS NULL ORDER BY asked_at LIMIT ?";
        self.read(|db| {
            let read_row = |row: &rusqlite::Row| {
                let (site, visitor) = (row.get(0)?, row.get(1)?);
                Ok(Erasure { site, visitor, session: row.get(2)?, asked_at: row.get(3)? })
            };
            db.prepare_cached(sql)?.query_map(params![site, ERASURES_SHOWN], read_row)?.collect()
        })
    }

    /// Notes that all wishes said until then are fulfilled: what they speak of is gone. Says how many.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn erasures_done(
        &self,
        site: i64,
        until: Millis,
        now: Millis,
    ) -> Result<usize, StoreError> {
        self.write_now(move |db| {
            let sql = "UPDATE erasure SET done_at = ?
                       WHERE site = ? AND done_at IS NULL AND asked_at <= ?";
            db.execute(sql, params![now.0, site, until.0])
        })
    }
}

const ERASURES_SHOWN: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wish_waits_once_until_it_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store
            .write_now(|db| {
                db.execute("INSERT INTO site VALUES (1, 'demo', 'Demo', '[]', 1, 0)", []).map(drop)
            })
            .unwrap();
        let wish = |session: &str, asked_at| Erasure {
            site: 1,
            visitor: "aa".into(),
            session: session.into(),
            asked_at,
        };
        for (session, at) in [("s1", 5), ("s2", 6), ("s1", 7)] {
            store.ask_erasure(wish(session, at)).await.unwrap();
        }
        assert_eq!(store.erasures(1).unwrap(), [wish("s1", 5), wish("s2", 6)]);
        assert_eq!(store.erasures_done(1, Millis(5), Millis(9)).unwrap(), 1);
        assert_eq!(store.erasures(1).unwrap(), [wish("s2", 6)]);
    }
}
