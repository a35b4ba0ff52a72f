//! Sites and their packs. Every change counts up `sites_version`, so that a server
//! sees what the command line beside it did.

use beacon::{Millis, SiteKey};
use engine::pack::{FORMAT, Pack};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, StoreError};

/// A registered site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRecord {
    /// Number in the store.
    pub id: i64,
    /// Public key.
    pub key: SiteKey,
    /// Name for people.
    pub name: String,
    /// Origins whose pages may send, each as browsers write it: `https://shop.example`.
    pub origins: Vec<String>,
    /// Takes beacons.
    pub is_on: bool,
    /// The pack in force.
    pub pack: Pack,
    /// Counts the changes of the site's knowledge base; 0 where it never had its own.
    pub knowledge: u64,
}

impl Store {
    /// The key of a site.
    pub(super) fn key_of(&self, site: i64) -> Result<String, StoreError> {
        self.read(|db| db.query_row("SELECT key FROM site WHERE id = ?", [site], |row| row.get(0)))
    }

    /// Changes with every change of a site, whoever made it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sites_version(&self) -> Result<u64, StoreError> {
        let sql = "SELECT value FROM meta WHERE name = 'sites_version'";
        self.read(|db| db.prepare_cached(sql)?.query_row([], |row| row.get(0)))
    }

    /// All sites, by key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sites(&self) -> Result<Vec<SiteRecord>, StoreError> {
        let sql = "SELECT site.id, key, name, origins, is_on, COALESCE(known.version, 0),
                          (SELECT body FROM pack WHERE pack.site = site.id
                           ORDER BY version DESC LIMIT 1)
                   FROM site LEFT JOIN known ON known.site = site.id ORDER BY key";
        self.read(|db| db.prepare(sql)?.query_map([], read_site)?.collect())
    }

    /// Adds a site, or changes name and origins of the one with this key. A new site's first pack
    /// is `first_pack`, version 1.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_site(
        &self,
        key: &SiteKey,
        name: &str,
        origins: &[String],
        first_pack: Pack,
        now: Millis,
    ) -> Result<(), StoreError> {
        let (key, name, origins) = (key.clone(), name.to_owned(), json(&origins));
        let first_pack = json(&Pack { version: 1, ..first_pack });
        self.write_now(move |db| {
            db.execute(
                "INSERT INTO site (key, name, origins, is_on, created_at) VALUES (?, ?, ?, 1, ?)
                 ON CONFLICT (key) DO UPDATE SET name = excluded.name, origins = excluded.origins",
                params![key.as_str(), name, origins, now.0],
            )?;
            let site = site_id(db, &key)?;
            db.execute(
                "INSERT OR IGNORE INTO pack (site, version, published_at, body, format)
                 VALUES (?, 1, ?, ?, ?)",
                params![site, now.0, first_pack, FORMAT],
            )?;
            changed(db)
        })
    }

    /// Publishes a pack as the site's next version, which is returned.
    ///
    /// # Errors
    /// [`StoreError::UnknownSite`]; what SQLite says.
    pub fn publish(&self, key: &SiteKey, pack: Pack, now: Millis) -> Result<u32, StoreError> {
        let site_key = key.clone();
        let version = self.write_now(move |db| {
            let Some(site) = site_id(db, &site_key).optional()? else { return Ok(None) };
            let sql = "SELECT COALESCE(MAX(version), 0) + 1 FROM pack WHERE site = ?";
            let version: u32 = db.query_row(sql, [site], |row| row.get(0))?;
            db.execute(
                "INSERT INTO pack (site, version, published_at, body, format) VALUES (?, ?, ?, ?, ?)",
                params![site, version, now.0, json(&Pack { version, ..pack.clone() }), FORMAT],
            )?;
            changed(db)?;
            Ok(Some(version))
        })?;
        version.ok_or_else(|| StoreError::UnknownSite(key.to_string()))
    }

    /// Switches a site on or off.
    ///
    /// # Errors
    /// [`StoreError::UnknownSite`]; what SQLite says.
    pub fn switch_site(&self, key: &SiteKey, is_on: bool) -> Result<(), StoreError> {
        let site_key = key.clone();
        let rows = self.write_now(move |db| {
            changed(db)?;
            let sql = "UPDATE site SET is_on = ? WHERE key = ?";
            db.execute(sql, params![is_on, site_key.as_str()])
        })?;
        if rows == 0 { Err(StoreError::UnknownSite(key.to_string())) } else { Ok(()) }
    }

    /// Versions of packs that pages had in another layout than they would have them now.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn foreign_packs(&self, key: &SiteKey) -> Result<Vec<u32>, StoreError> {
        let sql = "SELECT version FROM pack
                   WHERE site = (SELECT id FROM site WHERE key = ?) AND format <> ?";
        let values = params![key.as_str(), FORMAT];
        self.read(|db| db.prepare(sql)?.query_map(values, |row| row.get(0))?.collect())
    }

    /// All packs a site ever published, newest first: an old verdict names a campaign of its time.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn packs(&self, key: &SiteKey) -> Result<Vec<Pack>, StoreError> {
        let sql = "SELECT body FROM pack WHERE site = (SELECT id FROM site WHERE key = ?)
                   ORDER BY version DESC";
        self.read(|db| db.prepare(sql)?.query_map([key.as_str()], |row| parsed(row, 0))?.collect())
    }
}

fn read_site(row: &Row) -> rusqlite::Result<SiteRecord> {
    let key: String = row.get(1)?;
    Ok(SiteRecord {
        id: row.get(0)?,
        key: SiteKey::parse(&key).map_err(|error| unreadable(1, error))?,
        name: row.get(2)?,
        origins: parsed(row, 3)?,
        is_on: row.get(4)?,
        knowledge: row.get(5)?,
        pack: parsed(row, 6)?,
    })
}

fn site_id(db: &Connection, key: &SiteKey) -> rusqlite::Result<i64> {
    db.query_row("SELECT id FROM site WHERE key = ?", [key.as_str()], |row| row.get(0))
}

pub(super) fn changed(db: &Connection) -> rusqlite::Result<()> {
    db.execute("UPDATE meta SET value = value + 1 WHERE name = 'sites_version'", []).map(drop)
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our own types have string keys only")
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(
    row: &Row,
    column: usize,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(column, error))
}

fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}
