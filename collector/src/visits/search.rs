//! The latest visits that are looked for.

use std::collections::BTreeMap;

use nunchi_api::questions::until_now;
use nunchi_api::stats::Amount;
use nunchi_api::visit::{Search, VisitRow, Visits};

use crate::error::ApiError;
use crate::hex::hex;
use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{Column, MISSING, Names, Row, Visit, Want};
use crate::store::{Store, StoreError};

/// What is looked for, looked at.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    from: u64,
    to: u64,
    kind: Option<String>,
    device: Option<String>,
    what: Option<What>,
    /// In small letters.
    text: String,
}

/// What came of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Bought,
    Cart,
    Hesitated,
    Offered,
}

impl Wanted {
    /// # Errors
    /// What cannot be looked for, and what is expected instead.
    pub(super) fn new(search: &Search, now: u64) -> Result<Self, ApiError> {
        let to = search.to.unwrap_or_else(|| until_now(now));
        let from = search.from.unwrap_or(to.saturating_sub(DAY_MS));
        if from >= to {
            return Err(ApiError::new(422, "bad_span", "`from` must lie before `to`"));
        }
        let what = match search.what.as_deref() {
            None => None,
            Some("bought") => Some(What::Bought),
            Some("cart") => Some(What::Cart),
            Some("hesitated") => Some(What::Hesitated),
            Some("offered") => Some(What::Offered),
            Some(_) => {
                let expected = "`what` is one of bought, cart, hesitated, offered";
                return Err(ApiError::new(422, "bad_filter", expected));
            }
        };
        let text = search.text.as_deref().unwrap_or_default().trim().to_lowercase();
        let (kind, device) = (search.kind.clone(), search.device.clone());
        Ok(Self { from, to, kind, device, what, text })
    }

    fn admits(&self, row: &VisitRow) -> bool {
        let fits = |asked: &Option<String>, is: &str| asked.as_deref().is_none_or(|it| it == is);
        let what = self.what.is_none_or(|what| match what {
            What::Bought => row.purchases > 0,
            What::Cart => row.cart_items > 0 && row.purchases == 0,
            What::Hesitated => row.hesitation > 0,
            What::Offered => row.shown > 0,
        });
        what && fits(&self.kind, &row.kind) && fits(&self.device, &row.device)
    }
}

/// Goes through the span once and keeps the latest.
pub(super) fn find(store: &Store, site: i64, wanted: &Wanted) -> Result<Visits, StoreError> {
    let mut latest = BTreeMap::<(u64, VisitKey), VisitRow>::new();
    let (mut total, mut names) = (0, Names::default());
    store.scan(site, wanted.from, wanted.to, WANT, &mut names, &mut |visit, names| {
        let Some(row) = row(visit, names).filter(|row| wanted.admits(row)) else { return };
        if !has_text(visit, &wanted.text, &row.id, names) {
            return;
        }
        total += 1;
        latest.insert((row.last_at, visit.key), row);
        if latest.len() > ROWS_MAX {
            latest.pop_first();
        }
    })?;
    let rows = latest.into_values().rev().collect();
    Ok(Visits { from: wanted.from, to: wanted.to, rows, total })
}

/// `None` for a visit without a view: nobody saw anything.
fn row(visit: &Visit<'_>, names: &Names) -> Option<VisitRow> {
    let (first, last) = (visit.rows.first()?, visit.rows.last()?);
    let mut told = VisitRow {
        id: hex(visit.key.as_bytes()),
        began_at: first.at,
        last_at: last.at,
        ..VisitRow::default()
    };
    let mut pieces = 0_i64;
    for row in visit.rows {
        match row.kind {
            Kind::Began if told.device.is_empty() => {
                told.device = names.text(row.device).into();
                told.kind = names.text(row.audience).into();
                told.language = names.text(row.language).into();
                told.source = names.text(row.source).into();
            }
            Kind::Remembered => told.source = names.text(row.source).into(),
            Kind::Viewed => {
                told.views += 1;
                told.path = names.text(row.path).into();
            }
            Kind::CartHesitation => {
                let level = u8::try_from(row.number).unwrap_or_default();
                told.hesitation = told.hesitation.max(level);
            }
            Kind::Shown => told.shown += 1,
            Kind::Added => pieces = pieces.saturating_add(row.number),
            Kind::Removed => pieces = pieces.saturating_sub(row.number).max(0),
            Kind::CartStands => {
                pieces = row.number;
                told.cart_value = amount(row, names);
            }
            Kind::Purchased => {
                told.purchases += 1;
                add(&mut told.revenue, amount(row, names));
                (pieces, told.cart_value) = (0, None);
            }
            _ => {}
        }
    }
    told.cart_items = u64::try_from(pieces).unwrap_or_default();
    (told.views > 0).then_some(told)
}

/// Whether the text stands in what the visit saw, or begins its id.
fn has_text(visit: &Visit<'_>, text: &str, id: &str, names: &Names) -> bool {
    let stands = |row: &Row| {
        let places = match row.kind {
            Kind::Viewed => [row.path, row.page],
            Kind::ProductSeen => [row.subject, row.name],
            _ => return false,
        };
        places.into_iter().any(|name| names.text(name).to_lowercase().contains(text))
    };
    text.is_empty() || id.starts_with(text.trim_start_matches('#')) || visit.rows.iter().any(stands)
}

fn amount(row: &Row, names: &Names) -> Option<Amount> {
    let currency = names.text(row.currency);
    let is_there = row.value != MISSING && !currency.is_empty();
    is_there.then(|| Amount { minor: row.value, currency: currency.into() })
}

fn add(sums: &mut Vec<Amount>, amount: Option<Amount>) {
    let Some(amount) = amount else { return };
    match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
        Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
        None => sums.push(amount),
    }
}

const WANT: Want = Want::NONE
    .kinds(&[
        Kind::Began,
        Kind::Remembered,
        Kind::Viewed,
        Kind::ProductSeen,
        Kind::CartHesitation,
        Kind::Shown,
        Kind::Added,
        Kind::Removed,
        Kind::CartStands,
        Kind::Purchased,
    ])
    .columns(&[
        Column::Device,
        Column::Audience,
        Column::Language,
        Column::Source,
        Column::Path,
        Column::Page,
        Column::Subject,
        Column::Name,
        Column::Number,
        Column::Value,
        Column::Currency,
    ]);

const ROWS_MAX: usize = 100;

const DAY_MS: u64 = 86_400_000;
