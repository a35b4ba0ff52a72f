//! What the statistics need to know, as rows: SQL ends here, meaning begins in `stats`.
//!
//! A span includes its beginning and excludes its end. A visit is a session, or a run where consent
//! gave no session; a person is a visitor as far as consent lets us know one.

use nunchi_api::stats::{Amount, Health, SignalRow};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::{Store, StoreError};

/// Which site's data, from when to when, milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) site: i64,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// Plain counts over a span.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) sessions: u64,
    pub(crate) visitors: u64,
    pub(crate) views: u64,
    pub(crate) loader_views: u64,
    pub(crate) carts: u64,
    pub(crate) checkouts: u64,
    pub(crate) purchases: u64,
    pub(crate) revenue: Vec<Amount>,
    pub(crate) conversations: u64,
}

/// One view that began in the span.
#[derive(Clone, Debug)]
pub(crate) struct ViewRow {
    pub(crate) path: String,
    pub(crate) page: String,
    /// The last report of it, which is the greatest; `None` when none came.
    pub(crate) dwell_ms: Option<u64>,
    pub(crate) reach_percent: Option<u8>,
}

/// One slice of a series.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SliceRow {
    pub(crate) slice: u64,
    pub(crate) sessions: u64,
    pub(crate) views: u64,
    pub(crate) purchases: u64,
}

/// Something on the way to a purchase; ordered by visit, then by time.
#[derive(Clone, Debug)]
pub(crate) struct MilestoneRow {
    pub(crate) visit: Vec<u8>,
    /// `viewed`, `product_seen`, `added`, `checkout_began`, `purchased`.
    pub(crate) kind: String,
    pub(crate) page: Option<String>,
}

/// How often something happened to a campaign.
#[derive(Clone, Debug)]
pub(crate) struct CampaignCount {
    pub(crate) campaign: u16,
    /// `fired`, `held_out`, `shadowed`, `shown`, `accepted`, `dismissed`.
    pub(crate) kind: String,
    pub(crate) count: u64,
}

/// One person in an arm of a campaign, and what the person paid in the time after; one row for each
/// currency, one without when nothing was bought.
#[derive(Clone, Debug)]
pub(crate) struct ArmRow {
    pub(crate) campaign: u16,
    /// `fired` or `held_out`.
    pub(crate) kind: String,
    pub(crate) person: Vec<u8>,
    pub(crate) paid: Option<Amount>,
}

/// One verdict.
#[derive(Clone, Debug)]
pub(crate) struct VerdictRow {
    pub(crate) campaign: u16,
    pub(crate) kind: String,
    pub(crate) at: u64,
    pub(crate) visit: Vec<u8>,
    pub(crate) buy_permille: u16,
    pub(crate) pack: u32,
    pub(crate) evidence: Vec<i32>,
}

impl Store {
    /// Counts over the span.
    pub(crate) fn totals(&self, span: Span) -> Result<Totals, StoreError> {
        self.read(|db| {
            let mut totals = Totals { revenue: revenue(db, span)?, ..Totals::default() };
            let count = |sql: &str| -> rusqlite::Result<u64> {
                db.prepare_cached(sql)?
                    .query_row(params![span.site, span.from, span.to], |row| row.get(0))
            };
            totals.carts = count(CARTS)?;
            totals.checkouts = count(CHECKOUTS)?;
            totals.purchases = count(PURCHASES)?;
            totals.conversations = count(CONVERSATIONS)?;
            db.prepare_cached(VISITS)?.query_row(
                params![span.site, span.from, span.to],
                |row| {
                    totals.sessions = row.get(0)?;
                    totals.visitors = row.get(1)?;
                    totals.views = row.get(2)?;
                    totals.loader_views = row.get(3)?;
                    Ok(())
                },
            )?;
            Ok(totals)
        })
    }

    /// Views that began in the span, with what was reported of each until now.
    pub(crate) fn views(&self, span: Span) -> Result<Vec<ViewRow>, StoreError> {
        self.rows(VIEWS, span, |row| {
            Ok(ViewRow {
                path: row.get(0)?,
                page: row.get(1)?,
                dwell_ms: row.get(2)?,
                reach_percent: row.get(3)?,
            })
        })
    }

    /// Sessions, views and purchases by slices of `width_ms` from the beginning of the span; slices
    /// in which nothing happened are left out.
    pub(crate) fn slices(&self, span: Span, width_ms: u64) -> Result<Vec<SliceRow>, StoreError> {
        let values = named_params! {
            ":site": span.site, ":from": span.from, ":to": span.to, ":width": width_ms,
        };
        self.read(|db| {
            let read_row = |row: &Row| {
                Ok(SliceRow {
                    slice: row.get(0)?,
                    sessions: row.get(1)?,
                    views: row.get(2)?,
                    purchases: row.get(3)?,
                })
            };
            db.prepare_cached(SLICES)?.query_map(values, read_row)?.collect()
        })
    }

    /// Milestones of all visits that viewed something in the span, by visit and time.
    pub(crate) fn milestones(&self, span: Span) -> Result<Vec<MilestoneRow>, StoreError> {
        self.rows(MILESTONES, span, |row| {
            Ok(MilestoneRow { visit: row.get(0)?, kind: row.get(1)?, page: row.get(2)? })
        })
    }

    /// Signals, most frequent first.
    pub(crate) fn signal_counts(&self, span: Span) -> Result<Vec<SignalRow>, StoreError> {
        self.rows(SIGNALS, span, |row| {
            Ok(SignalRow { signal: row.get(0)?, count: row.get(1)?, sessions: row.get(2)? })
        })
    }

    /// Bits of the causes of cart hesitation, once for each visit and combination.
    pub(crate) fn hesitations(&self, span: Span) -> Result<Vec<(Vec<u8>, u16)>, StoreError> {
        self.rows(HESITATIONS, span, |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// What happened to campaigns, how often.
    pub(crate) fn campaign_counts(&self, span: Span) -> Result<Vec<CampaignCount>, StoreError> {
        self.rows(CAMPAIGN_COUNTS, span, |row| {
            Ok(CampaignCount { campaign: row.get(0)?, kind: row.get(1)?, count: row.get(2)? })
        })
    }

    /// Who was in which arm, by the first verdict in the span, and what was bought within
    /// `window_ms` after it.
    pub(crate) fn arms(&self, span: Span, window_ms: u64) -> Result<Vec<ArmRow>, StoreError> {
        let values = named_params! {
            ":site": span.site, ":from": span.from, ":to": span.to, ":window": window_ms,
        };
        self.read(|db| {
            let read_row = |row: &Row| {
                let currency: Option<String> = row.get(3)?;
                let minor: Option<i64> = row.get(4)?;
                let paid = currency.zip(minor).map(|(currency, minor)| Amount { minor, currency });
                Ok(ArmRow { campaign: row.get(0)?, kind: row.get(1)?, person: row.get(2)?, paid })
            };
            db.prepare_cached(ARMS)?.query_map(values, read_row)?.collect()
        })
    }

    /// The latest verdicts of each campaign, newest first, at most 5 each.
    pub(crate) fn latest_verdicts(&self, span: Span) -> Result<Vec<VerdictRow>, StoreError> {
        self.rows(VERDICTS, span, |row| {
            let evidence: Option<String> = row.get(6)?;
            Ok(VerdictRow {
                campaign: row.get(0)?,
                kind: row.get(1)?,
                at: row.get(2)?,
                visit: row.get(3)?,
                buy_permille: row.get(4)?,
                pack: row.get(5)?,
                evidence: evidence
                    .and_then(|json| serde_json::from_str(&json).ok())
                    .unwrap_or_default(),
            })
        })
    }

    /// Beacons that runs begun in the span must have sent, going by their numbers, and how many of
    /// them are here.
    pub(crate) fn sent_and_stored(&self, span: Span) -> Result<(u64, u64), StoreError> {
        let counts = self.rows(SENT, span, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(counts.first().copied().unwrap_or_default())
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

    /// The rows of a query that takes a span only.
    fn rows<T>(
        &self,
        sql: &str,
        span: Span,
        read_row: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.read(|db| {
            let values = params![span.site, span.from, span.to];
            db.prepare_cached(sql)?.query_map(values, read_row)?.collect()
        })
    }
}

fn revenue(db: &Connection, span: Span) -> rusqlite::Result<Vec<Amount>> {
    let read_row = |row: &Row| Ok(Amount { currency: row.get(0)?, minor: row.get(1)? });
    let values = params![span.site, span.from, span.to];
    db.prepare_cached(REVENUE)?.query_map(values, read_row)?.collect()
}

const VISITS: &str = "
    SELECT COUNT(DISTINCT visit), COUNT(DISTINCT visitor), COUNT(*), COALESCE(SUM(detail = 1), 0)
    FROM visit_item WHERE site = ?1 AND kind = 'viewed' AND at >= ?2 AND at < ?3";

const CARTS: &str = "
    SELECT COUNT(DISTINCT visit) FROM visit_item
    WHERE site = ?1 AND kind IN ('added', 'cart_stands') AND at >= ?2 AND at < ?3 AND number > 0";

const CHECKOUTS: &str = "
    SELECT COUNT(DISTINCT visit) FROM visit_item
    WHERE site = ?1 AND at >= ?2 AND at < ?3
      AND (kind = 'checkout_began' OR kind = 'viewed' AND page IN ('checkout', 'payment'))
      AND kind IN ('checkout_began', 'viewed')";

const PURCHASES: &str = "SELECT COUNT(*) FROM purchase WHERE site = ?1 AND at >= ?2 AND at < ?3";

const REVENUE: &str = "
    SELECT currency, SUM(value) FROM purchase WHERE site = ?1 AND at >= ?2 AND at < ?3
    GROUP BY currency ORDER BY currency";

const CONVERSATIONS: &str =
    "SELECT COUNT(*) FROM conversation WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3";

// A view lasts until the next one of its run; dwell and reach count for the view before them.
const VIEWS: &str = "
    WITH running AS (
        SELECT run, at, kind, path, page, number,
               SUM(kind = 'viewed') OVER (PARTITION BY run ORDER BY ordinal) AS view
        FROM item
        WHERE kind IN ('viewed', 'dwell', 'scroll_reach') AND run IN (
            SELECT run FROM item WHERE site = ?1 AND kind = 'viewed' AND at >= ?2 AND at < ?3)
    )
    SELECT MAX(path), MAX(page), MAX(CASE kind WHEN 'dwell' THEN number END),
           MAX(CASE kind WHEN 'scroll_reach' THEN number END),
           MAX(CASE kind WHEN 'viewed' THEN at END) AS began_at
    FROM running WHERE view > 0 GROUP BY run, view
    HAVING began_at >= ?2 AND began_at < ?3";

const SLICES: &str = "
    WITH seen AS (
        SELECT (at - :from) / :width AS slice, COUNT(DISTINCT visit) AS sessions, COUNT(*) AS views,
               0 AS purchases
        FROM visit_item WHERE site = :site AND kind = 'viewed' AND at >= :from AND at < :to
        GROUP BY slice
        UNION ALL
        SELECT (at - :from) / :width, 0, 0, COUNT(*)
        FROM purchase WHERE site = :site AND at >= :from AND at < :to GROUP BY 1
    )
    SELECT slice, SUM(sessions), SUM(views), SUM(purchases) FROM seen GROUP BY slice ORDER BY slice";

const MILESTONES: &str = "
    SELECT visit, kind, page FROM (
        SELECT visit, kind, page, at, run, ordinal FROM visit_item
        WHERE site = ?1 AND at >= ?2 AND at < ?3
          AND (kind IN ('viewed', 'product_seen', 'checkout_began')
               OR kind IN ('added', 'cart_stands') AND number > 0)
          AND kind IN ('viewed', 'product_seen', 'checkout_began', 'added', 'cart_stands')
        UNION ALL
        SELECT visit, 'purchased', NULL, at, run, ordinal FROM visit_purchase
        WHERE site = ?1 AND at >= ?2 AND at < ?3
    ) ORDER BY visit, at, run, ordinal";

const SIGNALS: &str = "
    SELECT kind, COUNT(*) AS count, COUNT(DISTINCT visit) FROM visit_item
    WHERE site = ?1 AND at >= ?2 AND at < ?3
      AND kind IN ('exit_intent', 'dwell', 'product_dwell', 'scroll_reach', 'cart_hesitation',
                   'rage_click', 'tab_hidden', 'tab_returned', 'scroll_exit', 'dead_click',
                   'thrash', 'comparing', 'form_trouble', 'search_miss', 'fading', 'waiting',
                   'bot_evidence')
      AND NOT (kind = 'cart_hesitation' AND number = 0)
    GROUP BY kind ORDER BY count DESC, kind";

const HESITATIONS: &str = "
    SELECT DISTINCT visit, detail FROM visit_item
    WHERE site = ?1 AND kind = 'cart_hesitation' AND at >= ?2 AND at < ?3 AND detail > 0";

const CAMPAIGN_COUNTS: &str = "
    SELECT campaign, kind, COUNT(*) FROM item
    WHERE site = ?1 AND at >= ?2 AND at < ?3
      AND kind IN ('fired', 'held_out', 'shadowed', 'shown', 'accepted', 'dismissed')
    GROUP BY campaign, kind ORDER BY campaign, kind";

const ARMS: &str = "
    WITH judged AS (
        SELECT campaign, kind, person, MIN(at) AS at FROM visit_item
        WHERE site = :site AND kind IN ('fired', 'held_out') AND at >= :from AND at < :to
        GROUP BY campaign, kind, person
    ), bought AS MATERIALIZED (
        SELECT person, at, value, currency FROM visit_purchase
        WHERE site = :site AND at >= :from AND at < :to + :window
    )
    SELECT judged.campaign, judged.kind, judged.person, bought.currency, SUM(bought.value)
    FROM judged LEFT JOIN bought ON bought.person = judged.person
        AND bought.at >= judged.at AND bought.at < judged.at + :window
    GROUP BY judged.campaign, judged.kind, judged.person, bought.currency";

const VERDICTS: &str = "
    SELECT campaign, kind, at, visit, number, pack, evidence FROM (
        SELECT *, ROW_NUMBER() OVER (
            PARTITION BY campaign ORDER BY at DESC, run DESC, ordinal DESC) AS place
        FROM visit_item
        WHERE site = ?1 AND at >= ?2 AND at < ?3 AND kind IN ('fired', 'held_out', 'shadowed')
    ) WHERE place <= 5 ORDER BY campaign, place";

const SENT: &str = "
    SELECT COALESCE(SUM(sent), 0), COALESCE(SUM(stored), 0) FROM (
        SELECT MAX(sequence) + 1 AS sent, COUNT(*) AS stored
        FROM run JOIN journal ON journal.run = run.id
        WHERE run.site = ?1 AND run.began_at >= ?2 AND run.began_at < ?3 GROUP BY run.id)";
