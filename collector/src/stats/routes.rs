//! Questions over HTTP: `POST /api/ask`, and the older `GET /api/stats/{question}`.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::{HttpResponse, web};
use nunchi_api::questions::{self, Answered, Ask, Question};
use nunchi_api::stats::Scope;
use tokio::sync::Semaphore;

use super::{Asked, Present, Shop, answered};
use crate::clock::Clock;
use crate::error::{ApiError, internal};
use crate::live::Live;
use crate::operators::Operator;
use crate::outcome::Counters;
use crate::requests;
use crate::sites::Sites;
use crate::store::Store;

/// Rows of a breakdown that tell of fewer people are folded. Nothing is until it is told.
#[derive(Debug, Default)]
pub struct FoldBelow(AtomicU64);

impl FoldBelow {
    /// Folds rows that tell of fewer than so many people from now on.
    pub fn set(&self, people: u64) {
        self.0.store(people, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Questions that are answered at once; others wait. They go through all of a span, and beacons need the
/// processor, too.
static PLACES: Semaphore = Semaphore::const_new(2);

/// What a question is answered from.
type Parts = (
    web::Data<Sites>,
    web::Data<Store>,
    web::Data<Counters>,
    web::Data<Live>,
    web::Data<Clock>,
    web::Data<FoldBelow>,
);

/// `POST /api/ask`.
///
/// # Errors
/// 404 for an unknown site, 422 for what cannot be answered so.
pub async fn ask(
    _operator: Operator,
    ask: web::Json<Ask>,
    parts: Parts,
) -> Result<HttpResponse, ApiError> {
    let Ask { scope, question } = ask.into_inner();
    let answered = find(scope, question, parts).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answered))
}

/// `GET /api/stats/{question}`: any question with its defaults; the bare answer.
///
/// # Errors
/// 400 for parameters that it does not have, 404 for an unknown site or question, 422 for a span that ends before it
/// begins.
pub async fn get(
    _operator: Operator,
    question: web::Path<String>,
    scope: web::Query<Scope>,
    given: web::Query<Vec<(String, String)>>,
    parts: Parts,
) -> Result<HttpResponse, ApiError> {
    refuse_others(&given)?;
    let unknown = || ApiError::new(404, "not_found", "no question has this name");
    let question = Question::by_name(&question).ok_or_else(unknown)?;
    let Scope { site, from, to } = scope.into_inner();
    let scope = questions::Scope { site, from, to, ..questions::Scope::default() };
    let answered = find(scope, question, parts).await?;
    let mut answer = serde_json::to_value(answered.answer).map_err(|error| internal(&error))?;
    // The tag of the enum; no answer has a name of its own.
    answer.as_object_mut().map(|answer| answer.remove("name"));
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

/// What is ignored would look as if it had been taken into account.
fn refuse_others(given: &[(String, String)]) -> Result<(), ApiError> {
    let others = given.iter().map(|(name, _)| name.as_str());
    let others: Vec<&str> = others.filter(|name| !PARAMETERS.contains(name)).collect();
    if others.is_empty() {
        return Ok(());
    }
    let message = format!(
        "expected {}, found `{}`; `POST /api/ask` takes filters, zones and more",
        PARAMETERS.join(", "),
        others.join("`, `")
    );
    Err(ApiError::new(400, "malformed", message))
}

/// Of `GET /api/stats/{question}`: the fields of [`Scope`].
const PARAMETERS: [&str; 3] = ["site", "from", "to"];

async fn find(
    scope: questions::Scope,
    question: Question,
    (sites, store, counters, live, clock, below): Parts,
) -> Result<Answered, ApiError> {
    let site = sites.find_text(&scope.site).ok_or_else(|| ApiError::unknown_site(&scope.site))?;
    let (record, now) = (&site.record, clock.now());
    let mut present = Present::default();
    match question {
        Question::Health {} => present.counted = counters.health(record.key.as_str()),
        Question::Live {} => present.floor = live.answer(record.id, now),
        _ => {}
    }
    let asked = Asked::new(&scope, question, now.0, &record.pack.zone.name)?;
    let shop = Shop::new(store.get_ref().clone(), record);
    let (key, below) = (record.key.clone(), below.get());
    // Who hangs up while waiting waits no more.
    let _place = PLACES.acquire().await.map_err(|error| internal(&error))?;
    let answered = requests::block(move || answered(&shop, key.as_str(), &asked, below, present));
    Ok(answered.await.map_err(|error| internal(&error))??)
}
