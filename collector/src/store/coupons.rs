//! Coupons: codes of the shop in pools, each given to one visit, and what the shop said of their use.

use std::collections::BTreeMap;

use beacon::Millis;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Span, Store, StoreError};

/// What a coupon is given for: the same decision gets the same code.
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
    /// Which of its decisions in this session: when it was made, seconds since 1970.
    pub decided_s: u32,
    /// Most codes that the session may be given for the campaign.
    pub most: u32,
    /// When.
    pub now: Millis,
}

/// What came of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The decision's code.
    Code(String),
    /// The pool is empty.
    NoneLeft,
    /// The session had as many for this campaign as it may have.
    Enough,
}

/// What became of the codes that a campaign gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Issued {
    /// Given in the span.
    pub given: u64,
    /// Of those, used by now.
    pub redeemed: u64,
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

    /// Gives a code of a pool, or the one that was given for the same before.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn give_coupon(&self, claim: Claim) -> Result<Given, StoreError> {
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

    /// What campaigns gave in a span, and what of that was used by now.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn coupons_issued(&self, span: Span) -> Result<BTreeMap<u16, Issued>, StoreError> {
        let sql = "SELECT campaign, COUNT(*), COUNT(redeemed_at) FROM coupon
                   WHERE site = ? AND campaign IS NOT NULL AND given_at >= ? AND given_at < ?
                   GROUP BY campaign";
        self.read(|db| {
            let read_row = |row: &rusqlite::Row| {
                Ok((row.get(0)?, Issued { given: row.get(1)?, redeemed: row.get(2)? }))
            };
            let span = params![span.site, span.from, span.to];
            db.prepare_cached(sql)?.query_map(span, read_row)?.collect()
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

fn give(db: &Connection, claim: &Claim) -> rusqlite::Result<Given> {
    let Claim { site, pool, session, campaign, decided_s, most, now } = claim;
    let sql = "SELECT code FROM coupon
               WHERE site = ? AND session = ? AND campaign = ? AND pool = ? AND decided_s = ?";
    let known = db
        .prepare_cached(sql)?
        .query_row(params![site, session, campaign, pool, decided_s], |row| row.get(0))
        .optional()?;
    if let Some(known) = known {
        return Ok(Given::Code(known));
    }
    let sql = "SELECT COUNT(*) FROM coupon WHERE site = ? AND session = ? AND campaign = ?";
    let had: u32 =
        db.prepare_cached(sql)?.query_row(params![site, session, campaign], |row| row.get(0))?;
    if had >= *most {
        return Ok(Given::Enough);
    }
    let sql = "UPDATE coupon SET session = ?1, campaign = ?2, decided_s = ?6, given_at = ?3
               WHERE site = ?4 AND code =
                 (SELECT code FROM coupon WHERE site = ?4 AND pool = ?5 AND given_at IS NULL LIMIT 1)
               RETURNING code";
    let values = params![session, campaign, now.0, site, pool, decided_s];
    let code = db.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    Ok(code.map_or(Given::NoneLeft, Given::Code))
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
        let (pool, session) = ("spring".into(), session.into());
        Claim { site: 1, pool, session, campaign, decided_s: 5, most: 1, now: Millis(7) }
    }

    fn codes(codes: &[&str]) -> Vec<String> {
        codes.iter().map(ToString::to_string).collect()
    }

    #[tokio::test]
    async fn one_decision_has_one_code_and_no_code_has_two_decisions() {
        let (_folder, store) = shop();
        assert_eq!(store.add_coupons(1, "spring", codes(&["A", "B", "A"]), Millis(1)).unwrap(), 2);
        let first = store.give_coupon(claim("s1", 9)).await.unwrap();
        assert_eq!(store.give_coupon(claim("s1", 9)).await.unwrap(), first);
        let second = store.give_coupon(claim("s2", 9)).await.unwrap();
        assert!(matches!(first, Given::Code(_)) && matches!(second, Given::Code(_)));
        assert_ne!(first, second);
        let other = store.give_coupon(claim("s1", 8)).await.unwrap();
        assert_eq!(other, Given::NoneLeft, "the pool is empty");
        let again = store.give_coupon(claim("s1", 9)).await.unwrap();
        assert_eq!(again, first, "but not for who has one");
    }

    #[tokio::test]
    async fn a_second_decision_gets_a_code_of_its_own_if_the_session_may_have_two() {
        let (_folder, store) = shop();
        store.add_coupons(1, "spring", codes(&["A", "B", "C"]), Millis(1)).unwrap();
        let at = |decided_s, most| Claim { decided_s, most, ..claim("s1", 9) };
        let first = store.give_coupon(at(5, 2)).await.unwrap();
        assert_eq!(store.give_coupon(at(6, 1)).await.unwrap(), Given::Enough);
        let second = store.give_coupon(at(6, 2)).await.unwrap();
        assert!(matches!(second, Given::Code(_)) && second != first);
        assert_eq!(store.give_coupon(at(5, 2)).await.unwrap(), first);
        assert_eq!(store.give_coupon(at(7, 2)).await.unwrap(), Given::Enough);
    }

    #[tokio::test]
    async fn what_a_campaign_gave_and_what_was_used_of_it_is_counted_by_when_it_was_given() {
        let (_folder, store) = shop();
        store.add_coupons(1, "spring", codes(&["A", "B", "C"]), Millis(1)).unwrap();
        let mut given = Vec::new();
        for (session, at) in [("s1", 7), ("s2", 8), ("s3", 20)] {
            let claim = Claim { now: Millis(at), ..claim(session, 9) };
            let Given::Code(code) = store.give_coupon(claim).await.unwrap() else { panic!() };
            given.push(code);
        }
        store.redeem_coupons(1, given[1..].to_vec(), Millis(30)).await.unwrap();
        let issued = store.coupons_issued(Span { site: 1, from: 7, to: 20 }).unwrap();
        assert_eq!(issued, [(9, Issued { given: 2, redeemed: 1 })].into());
    }

    #[tokio::test]
    async fn a_code_is_used_once_and_only_after_it_was_given() {
        let (_folder, store) = shop();
        store.add_coupons(1, "spring", codes(&["A", "B"]), Millis(1)).unwrap();
        let Given::Code(given) = store.give_coupon(claim("s1", 9)).await.unwrap() else { panic!() };
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
