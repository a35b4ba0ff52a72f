//! What was planned: a campaign is published at a time, and taken down at another. What it may be, the
//! caller has checked.

use rusqlite::{Connection, Row, params};

use super::audit::{self, Did};
use super::{Store, StoreError};

/// What is planned for a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) site: i64,
    pub(crate) campaign: u16,
    /// As it is published then.
    pub(crate) json: String,
    /// To thousandths of visitors.
    pub(crate) share: u16,
    /// Milliseconds since 1970; none where it is in force already, or not meant to be.
    pub(crate) publish_at: Option<u64>,
    /// The same, of its end.
    pub(crate) stop_at: Option<u64>,
    /// Who planned it, as the record has them.
    pub(crate) who: String,
    /// Why it could not be done, once that was tried.
    pub(crate) failed: String,
}

/// What of a plan is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It was published.
    Publish,
    /// It was taken down.
    Stop,
}

impl Store {
    /// Plans of a site, by campaign.
    pub(crate) fn plans(&self, site: i64) -> Result<Vec<Plan>, StoreError> {
        let sql = "SELECT site, campaign, json, share, publish_at, stop_at, who, failed FROM plan
                   WHERE site = ? ORDER BY campaign";
        self.read(|db| db.prepare_cached(sql)?.query_map([site], read_plan)?.collect())
    }

    /// Plans with a step whose time has come, the earliest first; at most [`DUE_MAX`].
    pub(crate) fn due_plans(&self, now: u64) -> Result<Vec<Plan>, StoreError> {
        let sql = "SELECT site, campaign, json, share, publish_at, stop_at, who, failed FROM plan
                   WHERE failed = '' AND (publish_at <= ?1 OR stop_at <= ?1)
                   ORDER BY MIN(COALESCE(publish_at, stop_at), COALESCE(stop_at, publish_at)) LIMIT ?2";
        self.read(|db| db.prepare_cached(sql)?.query_map([now, DUE_MAX], read_plan)?.collect())
    }

    /// Keeps a plan in place of the campaign's earlier one; without times there is none any more.
    pub(crate) async fn put_plan(&self, plan: Plan, did: Did) -> Result<(), StoreError> {
        self.write(move |db| {
            put(db, &plan)?;
            audit::append(db, &did)
        })
        .await
    }
}

/// In the transaction of what is done: a step that was done is never done again.
pub(super) fn done(db: &Connection, site: i64, campaign: u16, step: Step) -> rusqlite::Result<()> {
    let sql = match step {
        Step::Publish => "UPDATE plan SET publish_at = NULL WHERE site = ? AND campaign = ?",
        Step::Stop => "UPDATE plan SET stop_at = NULL WHERE site = ? AND campaign = ?",
    };
    db.execute(sql, params![site, campaign])?;
    let sql = "DELETE FROM plan
               WHERE site = ? AND campaign = ? AND publish_at IS NULL AND stop_at IS NULL";
    db.execute(sql, params![site, campaign]).map(drop)
}

fn put(db: &Connection, plan: &Plan) -> rusqlite::Result<()> {
    let Plan { site, campaign, json, share, publish_at, stop_at, who, failed } = plan;
    if publish_at.is_none() && stop_at.is_none() {
        let sql = "DELETE FROM plan WHERE site = ? AND campaign = ?";
        return db.execute(sql, params![site, campaign]).map(drop);
    }
    let sql = "INSERT OR REPLACE INTO plan VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values = params![site, campaign, json, share, publish_at, stop_at, who, failed];
    db.execute(sql, values).map(drop)
}

fn read_plan(row: &Row) -> rusqlite::Result<Plan> {
    Ok(Plan {
        site: row.get(0)?,
        campaign: row.get(1)?,
        json: row.get(2)?,
        share: row.get(3)?,
        publish_at: row.get(4)?,
        stop_at: row.get(5)?,
        who: row.get(6)?,
        failed: row.get(7)?,
    })
}

/// Done in one look; the rest in the next, a second later.
const DUE_MAX: u64 = 20;
