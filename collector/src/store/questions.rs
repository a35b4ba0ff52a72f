//! What the statistics need to know, as rows: where history lies ends here, meaning begins in `stats`.
//!
//! A span includes its beginning and excludes its end. A visit is a session, or a run where consent
//! gave no session; a person is a visitor as far as consent lets us know one.

use std::collections::{BTreeMap, BTreeSet};

use nunchi_api::stats::{Amount, Health, SignalRow};
use rusqlite::{OptionalExtension, params};

use super::rows::{Kind, VisitKey};
use super::scan::{Column, Name, Names, Row, Visit, Want};
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
        let mut totals = Totals::default();
        let (mut visitors, mut revenue) = (BTreeSet::new(), BTreeMap::<Name, i64>::new());
        let names = self.each_visit(span, way(), |visit, names| {
            let page = |row: &Row| names.text(row.page);
            let has = |is: &dyn Fn(&Row) -> bool| u64::from(visit.rows.iter().any(is));
            let views: Vec<&Row> = visit.rows.iter().filter(|it| it.kind == Kind::Viewed).collect();
            totals.views += views.len() as u64;
            totals.loader_views += views.iter().filter(|it| it.detail == 1).count() as u64;
            totals.sessions += u64::from(!views.is_empty());
            visitors.extend(visit.visitor.filter(|_| !views.is_empty()));
            totals.carts += has(&fills_cart);
            totals.checkouts += has(&|row| {
                row.kind == Kind::CheckoutBegan || matches!(page(row), "checkout" | "payment")
            });
            for row in visit.rows.iter().filter(|it| it.kind == Kind::Purchased) {
                totals.purchases += 1;
                *revenue.entry(row.currency).or_default() += row.value;
            }
        })?;
        totals.visitors = visitors.len() as u64;
        let amount = |(currency, minor)| Amount { minor, currency: names.text(currency).into() };
        totals.revenue = revenue.into_iter().map(amount).collect();
        totals.revenue.sort_by(|one, other| one.currency.cmp(&other.currency));
        totals.conversations = self.read(|db| {
            let values = params![span.site, span.from, span.to];
            db.prepare_cached(CONVERSATIONS)?.query_row(values, |row| row.get(0))
        })?;
        Ok(totals)
    }

    /// Views that began in the span, with what was reported of each until a day after it.
    pub(crate) fn views(&self, span: Span) -> Result<Vec<ViewRow>, StoreError> {
        let longer = Span { to: span.to.saturating_add(DAY_MS), ..span };
        let want = Want::default()
            .kinds(&[Kind::Viewed, Kind::Dwell, Kind::ScrollReach])
            .columns(&[Column::Path, Column::Page, Column::Number]);
        let mut views = Vec::new();
        self.each_visit(longer, want, |visit, names| {
            let mut rows = visit.rows.to_vec();
            rows.sort_by_key(|row| (row.run, row.ordinal));
            // A view lasts until the next one of its run; dwell and reach count for the view before them.
            for run in rows.chunk_by(|one, next| one.run == next.run) {
                let of_run = run.chunk_by(|_, next| next.kind != Kind::Viewed);
                let began = of_run.filter(|view| {
                    view[0].kind == Kind::Viewed && (span.from..span.to).contains(&view[0].at)
                });
                views.extend(began.map(|view| view_row(view, names)));
            }
        })?;
        Ok(views)
    }

    /// Sessions, views and purchases by slices of `width_ms` from the beginning of the span; slices
    /// in which nothing happened are left out.
    pub(crate) fn slices(&self, span: Span, width_ms: u64) -> Result<Vec<SliceRow>, StoreError> {
        let want = Want::default().kinds(&[Kind::Viewed, Kind::Purchased]);
        let mut slices = BTreeMap::<u64, SliceRow>::new();
        self.each_visit(span, want, |visit, _| {
            let slice_of = |row: &Row| (row.at - span.from) / width_ms;
            for rows in visit.rows.chunk_by(|one, next| slice_of(one) == slice_of(next)) {
                let slice = slice_of(&rows[0]);
                let views = rows.iter().filter(|row| row.kind == Kind::Viewed).count() as u64;
                let sum = slices.entry(slice).or_insert(SliceRow { slice, ..SliceRow::default() });
                sum.sessions += u64::from(views > 0);
                sum.views += views;
                sum.purchases += rows.len() as u64 - views;
            }
        })?;
        Ok(slices.into_values().collect())
    }

    /// Milestones of all visits, by visit and time.
    pub(crate) fn milestones(&self, span: Span) -> Result<Vec<MilestoneRow>, StoreError> {
        let mut milestones = Vec::new();
        self.each_visit(span, way(), |visit, names| {
            let counts =
                |row: &&Row| fills_cart(row) || !matches!(row.kind, Kind::Added | Kind::CartStands);
            milestones.extend(visit.rows.iter().filter(counts).map(|row| MilestoneRow {
                visit: visit.key.as_bytes().into(),
                kind: row.kind.name().into(),
                page: row.page.is_some().then(|| names.text(row.page).into()),
            }));
        })?;
        Ok(milestones)
    }

    /// Signals, most frequent first.
    pub(crate) fn signal_counts(&self, span: Span) -> Result<Vec<SignalRow>, StoreError> {
        let signals: Vec<Kind> =
            Kind::ALL.iter().copied().filter(|kind| kind.is_signal()).collect();
        let want = Want::default().kinds(&signals).columns(&[Column::Number]);
        let mut counts = BTreeMap::<&str, (u64, u64)>::new();
        self.each_visit(span, want, |visit, _| {
            let mut kinds = BTreeSet::new();
            let is_over = |row: &Row| row.kind == Kind::CartHesitation && row.number == 0;
            for row in visit.rows.iter().filter(|row| !is_over(row)) {
                let (count, visits) = counts.entry(row.kind.name()).or_default();
                *count += 1;
                *visits += u64::from(kinds.insert(row.kind));
            }
        })?;
        let row = |(signal, (count, sessions)): (&str, _)| SignalRow {
            signal: signal.into(),
            count,
            sessions,
        };
        let mut rows: Vec<SignalRow> = counts.into_iter().map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        Ok(rows)
    }

    /// Bits of the causes of cart hesitation, once for each visit and combination.
    pub(crate) fn hesitations(&self, span: Span) -> Result<Vec<(Vec<u8>, u16)>, StoreError> {
        let want = Want::default().kinds(&[Kind::CartHesitation]).columns(&[Column::Detail]);
        let mut hesitations = Vec::new();
        self.each_visit(span, want, |visit, _| {
            let causes = visit.rows.iter().filter_map(|row| u16::try_from(row.detail).ok());
            let causes: BTreeSet<u16> = causes.filter(|bits| *bits > 0).collect();
            hesitations.extend(causes.into_iter().map(|bits| (visit.key.as_bytes().into(), bits)));
        })?;
        Ok(hesitations)
    }

    /// What happened to campaigns, how often.
    pub(crate) fn campaign_counts(&self, span: Span) -> Result<Vec<CampaignCount>, StoreError> {
        let want = Want::default()
            .kinds(&[Kind::Fired, Kind::HeldOut, Kind::Shadowed])
            .kinds(&[Kind::Shown, Kind::Accepted, Kind::Dismissed])
            .columns(&[Column::Campaign]);
        let mut counts = BTreeMap::<(u16, &str), u64>::new();
        self.each_visit(span, want, |visit, _| {
            for row in visit.rows {
                *counts.entry((row.campaign, row.kind.name())).or_default() += 1;
            }
        })?;
        let row = |((campaign, kind), count): ((u16, &str), u64)| CampaignCount {
            campaign,
            kind: kind.into(),
            count,
        };
        Ok(counts.into_iter().map(row).collect())
    }

    /// Who was in which arm, by the first verdict in the span, and what was bought within
    /// `window_ms` after it.
    pub(crate) fn arms(&self, span: Span, window_ms: u64) -> Result<Vec<ArmRow>, StoreError> {
        let longer = Span { to: span.to.saturating_add(window_ms), ..span };
        let want = Want::default()
            .kinds(&[Kind::Fired, Kind::HeldOut, Kind::Purchased])
            .columns(&[Column::Campaign, Column::Value, Column::Currency]);
        let mut judged = BTreeMap::<(u16, &str, VisitKey), u64>::new();
        let mut bought = BTreeMap::<VisitKey, Vec<(u64, i64, Name)>>::new();
        let names = self.each_visit(longer, want, |visit, _| {
            for row in visit.rows {
                if row.kind == Kind::Purchased {
                    let paid = (row.at, row.value, row.currency);
                    bought.entry(visit.person()).or_default().push(paid);
                } else if row.at < span.to {
                    let arm = (row.campaign, row.kind.name(), visit.person());
                    let first = judged.entry(arm).or_insert(row.at);
                    *first = row.at.min(*first);
                }
            }
        })?;
        let mut rows = Vec::new();
        for ((campaign, kind, person), at) in judged {
            let mut sums = BTreeMap::<Name, i64>::new();
            let counts = |paid: &&(u64, i64, Name)| (at..at + window_ms).contains(&paid.0);
            for (_, value, currency) in bought.get(&person).into_iter().flatten().filter(counts) {
                *sums.entry(*currency).or_default() += value;
            }
            let row = |paid| {
                let person = person.as_bytes().into();
                ArmRow { campaign, kind: kind.into(), person, paid }
            };
            rows.extend(sums.is_empty().then(|| row(None)));
            rows.extend(sums.into_iter().map(|(currency, minor)| {
                row(Some(Amount { minor, currency: names.text(currency).into() }))
            }));
        }
        Ok(rows)
    }

    /// The latest verdicts of each campaign, newest first, at most 5 each.
    pub(crate) fn latest_verdicts(&self, span: Span) -> Result<Vec<VerdictRow>, StoreError> {
        let want = Want::default().kinds(&[Kind::Fired, Kind::HeldOut, Kind::Shadowed]).columns(&[
            Column::Campaign,
            Column::Number,
            Column::Pack,
            Column::Evidence,
        ]);
        let mut latest = BTreeMap::<u16, Vec<((u64, u64, i64), VerdictRow)>>::new();
        self.each_visit(span, want, |visit, names| {
            for row in visit.rows {
                let latest = latest.entry(row.campaign).or_default();
                latest.push(((row.at, row.run, row.ordinal), verdict(visit, row, names)));
                latest.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
                latest.truncate(VERDICTS_MAX);
            }
        })?;
        Ok(latest.into_values().flatten().map(|(_, row)| row).collect())
    }

    /// Beacons that runs begun in the span must have sent, going by their numbers, and how many of
    /// them are here.
    pub(crate) fn sent_and_stored(&self, span: Span) -> Result<(u64, u64), StoreError> {
        self.read(|db| {
            let values = params![span.site, span.from, span.to];
            db.prepare_cached(SENT)?.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))
        })
    }

    /// [`scan`](Self::scan) with names of its own, which it gives back.
    fn each_visit(
        &self,
        span: Span,
        want: Want,
        mut each: impl FnMut(&Visit<'_>, &Names),
    ) -> Result<Names, StoreError> {
        let mut names = Names::default();
        self.scan(span.site, span.from, span.to, want, &mut names, &mut each)?;
        Ok(names)
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

/// What lies on the way to a purchase.
fn way() -> Want {
    Want::default()
        .kinds(&[Kind::Viewed, Kind::ProductSeen, Kind::Added])
        .kinds(&[Kind::CartStands, Kind::CheckoutBegan, Kind::Purchased])
        .columns(&[Column::Page, Column::Number, Column::Detail, Column::Value, Column::Currency])
}

fn fills_cart(row: &Row) -> bool {
    matches!(row.kind, Kind::Added | Kind::CartStands) && row.number > 0
}

/// `view` begins with it; what follows was reported of it.
fn view_row(view: &[Row], names: &Names) -> ViewRow {
    let greatest = |kind| view.iter().filter(|row| row.kind == kind).map(|row| row.number).max();
    ViewRow {
        path: names.text(view[0].path).into(),
        page: names.text(view[0].page).into(),
        dwell_ms: greatest(Kind::Dwell).and_then(|ms| u64::try_from(ms).ok()),
        reach_percent: greatest(Kind::ScrollReach).and_then(|it| u8::try_from(it).ok()),
    }
}

fn verdict(visit: &Visit<'_>, row: &Row, names: &Names) -> VerdictRow {
    VerdictRow {
        campaign: row.campaign,
        kind: row.kind.name().into(),
        at: row.at,
        visit: visit.key.as_bytes().into(),
        buy_permille: u16::try_from(row.number).unwrap_or_default(),
        pack: row.pack,
        evidence: serde_json::from_str(names.text(row.evidence)).unwrap_or_default(),
    }
}

/// Verdicts told of each campaign.
const VERDICTS_MAX: usize = 5;

const DAY_MS: u64 = 86_400_000;

const CONVERSATIONS: &str =
    "SELECT COUNT(*) FROM conversation WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3";

const SENT: &str = "
    SELECT COALESCE(SUM(sent), 0), COALESCE(SUM(stored), 0) FROM (
        SELECT MAX(sequence) + 1 AS sent, COUNT(*) AS stored FROM journal
        WHERE site = ?1 AND began_at >= ?2 AND began_at < ?3 AND sequence >= 0 GROUP BY run)";
