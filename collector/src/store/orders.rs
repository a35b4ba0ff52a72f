//! Orders as the shop told of them.

use std::collections::{BTreeMap, BTreeSet};

use beacon::Millis;
use nunchi_api::facts::{ORDERS_KEPT, Order, OrderState};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::sites::{json, parsed};
use super::{Store, StoreError};

/// An order that is known.
#[derive(Clone, Debug)]
pub struct KnownOrder {
    /// Its number.
    pub number: String,
    /// How it stands.
    pub state: OrderState,
    /// What is said of it, by language.
    pub text: BTreeMap<String, String>,
    /// Where the parcel is followed, or empty.
    pub link: String,
    proofs: Vec<String>,
}

impl KnownOrder {
    /// Whether these words prove that one may be told of it.
    pub fn proves(&self, site: i64, proof: &str) -> bool {
        self.proofs.contains(&hashed(site, &self.number, proof))
    }
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: OrderState,
    text: BTreeMap<String, String>,
    link: String,
    proofs: Vec<String>,
}

impl Store {
    /// Keeps orders, each in place of what was known of it. Those told of more than [`KEPT_MS`] ago go,
    /// and those beyond [`ORDERS_KEPT`].
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn put_orders(
        &self,
        site: i64,
        orders: Vec<Order>,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            for order in &orders {
                put(db, site, order, now)?;
            }
            let old = "DELETE FROM order_state WHERE site = ?1 AND (at < ?2 OR number IN
                       (SELECT number FROM order_state WHERE site = ?1 ORDER BY at DESC LIMIT -1 OFFSET ?3))";
            db.execute(old, params![site, now.since(Millis(KEPT_MS)), ORDERS_KEPT]).map(drop)
        })
        .await
    }

    /// Those of these numbers that are known; `None` where the shop never told of any.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn orders(
        &self,
        site: i64,
        numbers: &BTreeSet<String>,
    ) -> Result<Option<Vec<KnownOrder>>, StoreError> {
        self.read(|db| {
            let any = "SELECT 1 FROM order_state WHERE site = ? LIMIT 1";
            if db.prepare_cached(any)?.query_row([site], |_| Ok(())).optional()?.is_none() {
                return Ok(None);
            }
            let mut known = Vec::new();
            for number in numbers {
                let sql = "SELECT body FROM order_state WHERE site = ? AND number = ?";
                let kept: Option<Kept> = db
                    .prepare_cached(sql)?
                    .query_row(params![site, number], |row| parsed(row, 0))
                    .optional()?;
                known.extend(kept.map(|Kept { state, text, link, proofs }| KnownOrder {
                    number: number.clone(),
                    state,
                    text,
                    link,
                    proofs,
                }));
            }
            Ok(Some(known))
        })
    }
}

fn put(db: &Connection, site: i64, order: &Order, now: Millis) -> rusqlite::Result<()> {
    let proofs = order.proofs.iter().map(|it| hashed(site, &order.number, it)).collect();
    let Order { number, state, text, link, .. } = order;
    let kept = Kept { state: *state, text: text.clone(), link: link.clone(), proofs };
    let sql = "INSERT OR REPLACE INTO order_state VALUES (?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(params![site, number, now.0, json(&kept)]).map(drop)
}

/// Of this order of this site only: equal addresses are not seen to be equal.
fn hashed(site: i64, number: &str, proof: &str) -> String {
    let digest = Sha256::digest(format!("{site}\n{number}\n{proof}"));
    crate::hex::hex(&digest)
}

/// How long an order is told of after the shop told of it last: returns are over by then.
const KEPT_MS: u64 = 90 * 86_400_000;
