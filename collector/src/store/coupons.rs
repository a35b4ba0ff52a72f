//! Coupons: codes of the shop in pools, each given to one visit, and what the shop said of their use.

use beacon::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError};

/// What a coupon is given for: the same wish gets the same code.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The site's number.
    pub site: i64,
    /// Which pool.
    pub pool: String,
    /// Digits of the session's id.
    pub session: String,
    /// Which campaign.
    pub campaign: u16,
    /// When.
    pub now: Millis,
}

/// How a pool stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// Codes that nobody was given yet.
    pub free: u64,
    /// Codes that somebody was given.
    pub given: u64,
    /// Codes that were used.
    pub redeemed: u64,
}

/// A code and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What is typed in.
    pub text: String,
    /// Campaign it was given for.
    pub campaign: Option<u16>,
    /// When it was given.
    pub given_at: Option<u64>,
    /// When it was used.
    pub redeemed_at: Option<u64>,
}

impl Store {
    /// Puts codes into a pool; those that the site knows already stay where they are. Says how many came
    /// in.
    ///
    /// # Errors
    /// [`StoreError::TooMuch`] beyond `CODES_MAX`; what SQLite says.
    pub fn add_coupons(
        &self,
        site: i64,
        pool: &str,
        codes: Vec<String>,
        now: Millis,
    ) -> Result<usize, StoreError> {
        let pool = pool.to_owned();
        let added = self.write_now(move |db| {
            let known: usize =
                db.query_row("SELECT COUNT(*) FROM coupon WHERE site = ?", [site], |row| {
                    row.get(0)
                })?;
            if known + codes.len() > CODES_MAX {
                return Ok(None);
            }
            let sql =
                "INSERT OR IGNORE INTO coupon (site, pool, code, added_at) VALUES (?, ?, ?, ?)";
            let mut insert = db.prepare_cached(sql)?;
            let each = codes.iter().map(|code| insert.execute(params![site, pool, code, now.0]));
            each.sum::<rusqlite::Result<usize>>().map(Some)
        })?;
        added.ok_or(StoreError::TooMuch("coupons of a site"))
    }

    /// Gives a code of a pool, or the one that was given for the same before; `None` where the pool is
    /// empty.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn give_coupon(&self, claim: Claim) -> Result<Option<String>, StoreError> {
        self.write(move |db| give(db, &claim)).await
    }

    /// Notes that codes were used; says of each whether it was one that was given and not used before.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn redeem_coupons(
        &self,
        site: i64,
        codes: Vec<String>,
        now: Millis,
    ) -> Result<Vec<bool>, StoreError> {
        self.write(move |db| {
            let sql = "UPDATE coupon SET redeemed_at = ?1
                       WHERE site = ?2 AND code = ?3 AND given_at IS NOT NULL AND redeemed_at IS NULL";
            let mut redeem = db.prepare_cached(sql)?;
            codes.iter().map(|code| Ok(redeem.execute(params![now.0, site, code])? > 0)).collect()
        })
        .await
    }

    /// A site's pools, by name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn coupon_pools(&self, site: i64) -> Result<Vec<Pool>, StoreError> {
        let sql = "SELECT pool, COUNT(*) - COUNT(given_at), COUNT(given_at), COUNT(redeemed_at)
                   FROM coupon WHERE site = ? GROUP BY pool ORDER BY pool";
        self.read(|db| {
            let read_row = |row: &rusqlite::Row| {
                let (name, free) = (row.get(0)?, row.get(1)?);
                Ok(Pool { name, free, given: row.get(2)?, redeemed: row.get(3)? })
            };
            db.prepare_cached(sql)?.query_map([site], read_row)?.collect()
        })
    }

    /// The codes of a pool, those given first in front.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn coupons(&self, site: i64, pool: &str) -> Result<Vec<Code>, StoreError> {
        let sql = "SELECT code, campaign, given_at, redeemed_at FROM coupon
                   WHERE site = ? AND pool = ? ORDER BY given_at IS NULL, given_at, code";
        self.read(|db| {
            let read_row = |row: &rusqlite::Row| {
                let (text, campaign) = (row.get(0)?, row.get(1)?);
                Ok(Code { text, campaign, given_at: row.get(2)?, redeemed_at: row.get(3)? })
            };
            db.prepare_cached(sql)?.query_map(params![site, pool], read_row)?.collect()
        })
    }
}

fn give(db: &Connection, claim: &Claim) -> rusqlite::Result<Option<String>> {
    let Claim { site, pool, session, campaign, now } = claim;
    let sql =
        "SELECT code FROM coupon WHERE site = ? AND session = ? AND campaign = ? AND pool = ?";
    let known = db
        .prepare_cached(sql)?
        .query_row(params![site, session, campaign, pool], |row| row.get(0))
        .optional()?;
    if known.is_some() {
        return Ok(known);
    }
    let sql = "UPDATE coupon SET session = ?1, campaign = ?2, given_at = ?3
               WHERE site = ?4 AND code =
                 (SELECT code FROM coupon WHERE site = ?4 AND pool = ?5 AND given_at IS NULL LIMIT 1)
               RETURNING code";
    let values = params![session, campaign, now.0, site, pool];
    db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()
}

/// Most codes of a site, in all pools.
const CODES_MAX: usize = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store
            .write_now(|db| {
                db.execute("INSERT INTO site VALUES (1, 'demo', 'Demo', '[]', 1, 0)", []).map(drop)
            })
            .unwrap();
        (folder, store)
    }

    fn claim(session: &str, campaign: u16) -> Claim {
        Claim { site: 1, pool: "spring".into(), session: session.into(), campaign, now: Millis(7) }
    }

    fn codes(codes: &[&str]) -> Vec<String> {
        codes.iter().map(ToString::to_string).collect()
    }

    #[tokio::test]
    async fn one_wish_has_one_code_and_no_code_has_two_wishes() {
        let (_folder, store) = shop();
        assert_eq!(store.add_coupons(1, "spring", codes(&["A", "B", "A"]), Millis(1)).unwrap(), 2);
        let first = store.give_coupon(claim("s1", 9)).await.unwrap();
        assert_eq!(store.give_coupon(claim("s1", 9)).await.unwrap(), first);
        let second = store.give_coupon(claim("s2", 9)).await.unwrap();
        assert!(first.is_some() && second.is_some() && first != second);
        assert_eq!(store.give_coupon(claim("s1", 8)).await.unwrap(), None, "the pool is empty");
        assert_eq!(
            store.give_coupon(claim("s1", 9)).await.unwrap(),
            first,
            "but not for who has one"
        );
    }

    #[tokio::test]
    async fn a_code_is_used_once_and_only_after_it_was_given() {
        let (_folder, store) = shop();
        store.add_coupons(1, "spring", codes(&["A", "B"]), Millis(1)).unwrap();
        let given = store.give_coupon(claim("s1", 9)).await.unwrap().unwrap();
        let other = if given == "A" { "B" } else { "A" };
        let asked = codes(&[&given, other, "NONE"]);
        let redeemed = store.redeem_coupons(1, asked.clone(), Millis(8)).await.unwrap();
        assert_eq!(redeemed, [true, false, false]);
        assert_eq!(store.redeem_coupons(1, asked, Millis(9)).await.unwrap(), [false; 3]);
        let pool = Pool { name: "spring".into(), free: 1, given: 1, redeemed: 1 };
        assert_eq!(store.coupon_pools(1).unwrap(), [pool]);
        let first = store.coupons(1, "spring").unwrap().remove(0);
        let (given_at, redeemed_at) = (Some(7), Some(8));
        assert_eq!(first, Code { text: given, campaign: Some(9), given_at, redeemed_at });
    }

    #[test]
    fn a_code_that_is_known_stays_in_its_pool() {
        let (_folder, store) = shop();
        store.add_coupons(1, "spring", codes(&["A"]), Millis(1)).unwrap();
        assert_eq!(store.add_coupons(1, "summer", codes(&["A", "C"]), Millis(2)).unwrap(), 1);
        let names = store.coupon_pools(1).unwrap();
        assert_eq!(
            names.iter().map(|it| (it.name.as_str(), it.free)).collect::<Vec<_>>(),
            [("spring", 1), ("summer", 1),]
        );
    }
}
