//! Campaigns as somebody wrote them last. What they may be, the caller has checked.

use nunchi_api::people::AuditEntry;
use nunchi_api::publishing::PackVersion;
use rusqlite::{Connection, Row, params};

use super::audit::{self, Did};
use super::{Store, StoreError};

/// A campaign as it was written last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) campaign: u16,
    pub(crate) json: String,
    /// Thousandths of visitors that it was published to last.
    pub(crate) share: u16,
    pub(crate) who: String,
    pub(crate) at: u64,
}

impl Store {
    /// Drafts of a site, by campaign.
    pub(crate) fn drafts(&self, site: i64) -> Result<Vec<Draft>, StoreError> {
        let sql =
            "SELECT campaign, json, share, who, at FROM draft WHERE site = ? ORDER BY campaign";
        self.read(|db| db.prepare_cached(sql)?.query_map([site], read_draft)?.collect())
    }

    /// Keeps a draft; the share that it was published to stays. `false`: there are [`DRAFTS_MAX`] others.
    pub(crate) async fn put_draft(
        &self,
        site: i64,
        draft: Draft,
        did: Did,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let sql = "SELECT COUNT(*) FROM draft WHERE site = ? AND campaign <> ?";
            let others: u32 = db.query_row(sql, params![site, draft.campaign], |row| row.get(0))?;
            if others >= DRAFTS_MAX {
                return Ok(false);
            }
            let Draft { campaign, json, share, who, at } = &draft;
            let sql = "INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (site, campaign)
                       DO UPDATE SET json = excluded.json, who = excluded.who, at = excluded.at";
            db.execute(sql, params![site, campaign, json, share, who, at])?;
            audit::append(db, &did).map(|()| true)
        })
        .await
    }

    /// Drops a draft; what pages have stays. `false`: there was none.
    pub(crate) async fn drop_draft(
        &self,
        site: i64,
        campaign: u16,
        did: Did,
    ) -> Result<bool, StoreError> {
        self.write(move |db| {
            let sql = "DELETE FROM draft WHERE site = ? AND campaign = ?";
            if db.execute(sql, params![site, campaign])? == 0 {
                return Ok(false);
            }
            audit::append(db, &did).map(|()| true)
        })
        .await
    }

    /// What a site published, newest first, and the record of it; bounded.
    pub(crate) fn site_history(
        &self,
        site: i64,
        key: &str,
    ) -> Result<(Vec<PackVersion>, Vec<AuditEntry>), StoreError> {
        self.read(|db| {
            let sql = "SELECT version, published_at,
                              (SELECT json_group_array(json_extract(value, '$.name'))
                               FROM json_each(body, '$.campaigns'))
                       FROM pack WHERE site = ? ORDER BY version DESC LIMIT 50";
            let mut look = db.prepare(sql)?;
            let versions = look.query_map([site], read_version)?.collect::<Result<_, _>>()?;
            // Keys have no characters that a pattern means something by.
            let sql = "SELECT number, at, who, what, about, hash FROM audit
                       WHERE about GLOB 'site ' || ?1 || '[, (]*' OR about = 'site ' || ?1
                       ORDER BY number DESC LIMIT 100";
            let mut look = db.prepare(sql)?;
            let entries = look.query_map([key], audit::read_entry)?.collect::<Result<_, _>>()?;
            Ok((versions, entries))
        })
    }
}

/// In the transaction of what publishes it.
pub(super) fn put(db: &Connection, site: i64, draft: &Draft) -> rusqlite::Result<()> {
    let Draft { campaign, json, share, who, at } = draft;
    let sql = "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?)";
    db.execute(sql, params![site, campaign, json, share, who, at]).map(drop)
}

fn read_draft(row: &Row) -> rusqlite::Result<Draft> {
    Ok(Draft {
        campaign: row.get(0)?,
        json: row.get(1)?,
        share: row.get(2)?,
        who: row.get(3)?,
        at: row.get(4)?,
    })
}

fn read_version(row: &Row) -> rusqlite::Result<PackVersion> {
    Ok(PackVersion {
        version: row.get(0)?,
        published_at: row.get(1)?,
        campaigns: super::sites::parsed(row, 2)?,
    })
}

/// Of one site: as many as a pack has campaigns.
const DRAFTS_MAX: u32 = 200;
