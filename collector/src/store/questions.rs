//! What is asked of the store besides [`scan`](Store::scan).

use nunchi_api::stats::Health;
use rusqlite::{OptionalExtension, params};

use super::rows::Kind;
use super::scan::{Names, Want};
use super::{Store, StoreError};

/// Which site's data, from when to when, milliseconds since 1970: including its beginning, excluding its
/// end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) site: i64,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// How often visits bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Visits with a view.
    pub(crate) sessions: u64,
    /// Purchases, each order once.
    pub(crate) purchases: u64,
}

impl Store {
    /// Visits and purchases over the span.
    pub(crate) fn rate(&self, span: Span) -> Result<Rate, StoreError> {
        let mut rate = Rate::default();
        let want = Want::NONE.kinds(&[Kind::Viewed, Kind::Purchased]);
        let mut names = Names::default();
        self.scan(span.site, span.from, span.to, want, &mut names, &mut |visit, _| {
            let of = |kind| visit.rows.iter().filter(|row| row.kind == kind).count() as u64;
            rate.sessions += of(Kind::Viewed).min(1);
            rate.purchases += of(Kind::Purchased);
        })?;
        Ok(rate)
    }

    /// Keeps what the running server counted for `site`, for a command line beside it.
    pub(crate) async fn keep_counted(
        &self,
        site: String,
        health: Health,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(&health).unwrap_or_default();
        let sql = "INSERT OR REPLACE INTO counted (site, at, health) VALUES (?, 0, ?)";
        self.write(move |db| db.prepare_cached(sql)?.execute(params![site, json]).map(drop)).await
    }

    /// What the server that runs, or ran last, counted for a site.
    pub(crate) fn counted(&self, site: &str) -> Result<Health, StoreError> {
        let sql = "SELECT health FROM counted WHERE site = ?";
        let json: Option<String> =
            self.read(|db| db.query_row(sql, [site], |row| row.get(0)).optional())?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }
}
