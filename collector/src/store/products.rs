//! What there is of products, as the shop told.

use beacon::Millis;
use nunchi_api::facts::{PRODUCTS_KEPT, Product, Stock};
use rusqlite::{Row, params};

use super::sites::{json, parsed};
use super::{Store, StoreError};

impl Store {
    /// Keeps what the shop tells of products, each in place of what was known of it. Those told of longest
    /// ago go when there are more than [`PRODUCTS_KEPT`].
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn put_products(
        &self,
        site: i64,
        products: Vec<Product>,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |db| {
            let sql = "INSERT OR REPLACE INTO product_state VALUES (?, ?, ?, ?, ?, ?)";
            for Product { id, name, path, stock } in &products {
                let values = params![site, id, name, path, json(stock), now.0];
                db.prepare_cached(sql)?.execute(values)?;
            }
            let old = "DELETE FROM product_state WHERE site = ?1 AND id IN
                       (SELECT id FROM product_state WHERE site = ?1 ORDER BY at DESC, id LIMIT -1 OFFSET ?2)";
            db.execute(old, params![site, PRODUCTS_KEPT]).map(drop)
        })
        .await
    }

    /// Products that the shop told of since, in the order of their ids.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn products(&self, site: i64, since: Millis) -> Result<Vec<Product>, StoreError> {
        let sql = "SELECT id, name, path, stock FROM product_state
                   WHERE site = ? AND at >= ? ORDER BY id";
        let read = |row: &Row| {
            let (id, name, path) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Product { id, name, path, stock: parsed::<Stock>(row, 3)? })
        };
        self.read(|db| db.prepare_cached(sql)?.query_map(params![site, since.0], read)?.collect())
    }
}
