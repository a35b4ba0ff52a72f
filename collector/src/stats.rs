//! Answers about a site: the same for the console and the command line.
//!
//! Each question is a function from a [`Store`] and a span to an answer of `nunchi_api::stats`.
//! Medians are the lower one of two.

mod campaigns;
mod funnel;
mod overview;
mod pages;
mod parity;
mod signals;

use actix_web::{HttpResponse, web};
use nunchi_api::stats::{Health, Scope};

use crate::clock::Clock;
use crate::error::{ApiError, internal};
use crate::operators::Operator;
use crate::outcome::Counters;
use crate::requests;
use crate::sites::Sites;
use crate::store::{Span, Store, StoreError};

pub(crate) use campaigns::campaigns;
pub(crate) use funnel::funnel;
pub(crate) use overview::overview;
pub(crate) use pages::pages;
pub(crate) use parity::parity;
pub(crate) use signals::signals;

/// `GET /api/stats/{question}`.
///
/// # Errors
/// 404 for an unknown site or question, 422 for a span that ends before it begins.
pub async fn answer(
    _operator: Operator,
    question: web::Path<String>,
    scope: web::Query<Scope>,
    sites: web::Data<Sites>,
    store: web::Data<Store>,
    counters: web::Data<Counters>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, ApiError> {
    let site = sites.find_text(&scope.site).ok_or_else(|| ApiError::unknown_site(&scope.site))?;
    let span = settle(&scope, site.record.id, clock.now().0)?;
    let key = site.record.key.clone();
    let store = store.get_ref().clone();
    let answer = requests::block(move || match question.as_str() {
        "overview" => json(overview(&store, span)),
        "funnel" => json(funnel(&store, span)),
        "signals" => json(signals(&store, span)),
        "campaigns" => json(campaigns(&store, &key, span)),
        "pages" => json(pages(&store, span)),
        "parity" => json(parity(&store, span)),
        "health" => json(health(&store, span, counters.health(key.as_str()))),
        _ => Err(ApiError::new(404, "not_found", "no question has this name")),
    });
    let answer = answer.await.map_err(|error| internal(&error))??;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

fn json<T: serde::Serialize>(answer: Result<T, StoreError>) -> Result<serde_json::Value, ApiError> {
    serde_json::to_value(answer?).map_err(|error| internal(&error))
}

/// A scope with its defaults: the 24 hours before now.
fn settle(scope: &Scope, site: i64, now: u64) -> Result<Span, ApiError> {
    let to = scope.to.unwrap_or(now);
    let from = scope.from.unwrap_or(to.saturating_sub(DAY_MS));
    if i64::try_from(to).is_err() {
        return Err(ApiError::new(422, "bad_span", "`to` lies too far ahead"));
    }
    if from >= to {
        return Err(ApiError::new(422, "bad_span", "`from` must lie before `to`"));
    }
    Ok(Span { site, from, to })
}

/// `health`: what was `counted`, and what sequence numbers tell of losses.
pub(crate) fn health(store: &Store, span: Span, counted: Health) -> Result<Health, StoreError> {
    let (sent, stored) = store.sent_and_stored(span)?;
    Ok(Health { sent, lost: sent.saturating_sub(stored), ..counted })
}

/// The lower median; 0 of nothing.
fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

const DAY_MS: u64 = 86_400_000;

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_of_an_even_number_is_the_lower_one() {
        assert_eq!(median(vec![]), 0);
        assert_eq!(median(vec![9, 1, 5]), 5);
        assert_eq!(median(vec![9, 1, 5, 7]), 5);
    }
}
