//! Sites changed by operators, each on record in the same transaction.

use beacon::{Millis, SiteKey};
use engine::pack::{FORMAT, Pack};
use rusqlite::{Connection, OptionalExtension, params};

use super::audit::{self, Did};
use super::drafts::{self, Draft};
use super::plans::{self, Step};
use super::sites::{changed, json};
use super::{Store, StoreError};

/// What becomes of a site; what is not given stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct SiteChange {
    pub(crate) name: Option<String>,
    pub(crate) origins: Option<Vec<String>>,
    pub(crate) is_on: Option<bool>,
    /// Becomes the next version.
    pub(crate) pack: Option<Pack>,
    /// Kept beside it, so that it can be written on.
    pub(crate) draft: Option<Draft>,
    /// What of the plan for a campaign is done by it.
    pub(crate) step: Option<(u16, Step)>,
}

impl Store {
    /// Adds a site; `false` if there is one with this key.
    pub(crate) async fn add_site(
        &self,
        key: SiteKey,
        name: String,
        origins: Vec<String>,
        first: Pack,
        did: Did,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let added = db.execute(
                "INSERT INTO site (key, name, origins, is_on, created_at) VALUES (?, ?, ?, 1, ?)
                 ON CONFLICT (key) DO NOTHING",
                params![key.as_str(), name, json(&origins), did.at.0],
            )?;
            if added == 0 {
                return Ok(false);
            }
            publish(db, db.last_insert_rowid(), 1, &first, did.at)?;
            changed(db)?;
            audit::append(db, &did).map(|()| true)
        })
        .await
    }

    /// Changes a site whose pack in force is still `base`. Returns the version in force then; `None`, and
    /// nothing was done, when another one is.
    pub(crate) async fn change_site(
        &self,
        site: i64,
        base: u32,
        change: SiteChange,
        did: Did,
    ) -> Result<Option<u32>, StoreError> {
        self.write(move |db| {
            let last = "SELECT MAX(version) FROM pack WHERE site = ?";
            let version: u32 = db.query_row(last, [site], |row| row.get(0))?;
            if version != base {
                return Ok(None);
            }
            let SiteChange { name, origins, is_on, pack, draft, step } = &change;
            let sql = "UPDATE site SET name = COALESCE(?, name), origins = COALESCE(?, origins),
                                       is_on = COALESCE(?, is_on) WHERE id = ?";
            db.execute(sql, params![name, origins.as_ref().map(json), is_on, site])?;
            let next = version + u32::from(pack.is_some());
            if let Some(pack) = pack {
                publish(db, site, next, pack, did.at)?;
            }
            if let Some(draft) = draft {
                drafts::put(db, site, draft)?;
            }
            if let Some((campaign, step)) = step {
                plans::done(db, site, *campaign, *step)?;
            }
            changed(db)?;
            let did = Did { about: format!("{}, pack {next}", did.about), ..did.clone() };
            audit::append(db, &did).map(|()| Some(next))
        })
        .await
    }

    /// When the last beacon of a site was accepted; of sealed ones, when they were sealed.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn last_accepted(&self, site: i64) -> Result<Option<Millis>, StoreError> {
        let sql = "SELECT accepted_at FROM journal WHERE site = ? ORDER BY first DESC LIMIT 1";
        let sealed = "SELECT MAX(made_at) FROM segment WHERE site = ?";
        self.read(|db| {
            let waiting: Option<u64> =
                db.prepare_cached(sql)?.query_row([site], |row| row.get(0)).optional()?;
            let sealed: Option<u64> =
                db.prepare_cached(sealed)?.query_row([site], |row| row.get(0))?;
            Ok(waiting.or(sealed).map(Millis))
        })
    }
}

fn publish(
    db: &Connection,
    site: i64,
    version: u32,
    pack: &Pack,
    at: Millis,
) -> rusqlite::Result<()> {
    let body = json(&Pack { version, ..pack.clone() });
    let sql = "INSERT INTO pack (site, version, published_at, body, format) VALUES (?, ?, ?, ?, ?)";
    db.execute(sql, params![site, version, at.0, body, FORMAT]).map(drop)
}
