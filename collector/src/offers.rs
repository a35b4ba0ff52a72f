//! What pages ask for what they show: coupons out of pools, products that go together; and what visitors
//! ask about themselves.

mod also;
mod coupons;
mod erase;
mod together;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use beacon::Millis;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::door::Door;
use crate::error::ApiError;
use crate::http::{origin, read_text, readable_by_sender};
use crate::outcome::Outcome;
use crate::sites::{Site, Sites};
use crate::store::{Retention, Store};

pub(crate) use also::also;
pub(crate) use coupons::{give, pools, redeem};
pub(crate) use erase::erase;

use together::Together;

/// Whether a visit with this id is on the floor of a site.
type IsHere = Arc<dyn Fn(i64, &str) -> bool + Send + Sync>;

/// What offers need of the rest.
pub(crate) struct Offers {
    /// Where coupons lie, and history.
    pub(crate) store: Store,
    /// Whose they are.
    pub(crate) sites: Arc<Sites>,
    /// The wall clock.
    pub(crate) clock: Clock,
    /// How much is taken from whom.
    pub(crate) door: Arc<Door>,
    /// Whether a visit is on the floor now: nobody else is given a coupon.
    pub(crate) is_here: IsHere,
    /// How long things are kept.
    pub(crate) retention: Arc<Mutex<Retention>>,
    known: Mutex<BTreeMap<i64, (Millis, Arc<Together>)>>,
    /// Held while history is gone through, for that takes a while.
    looking: tokio::sync::Mutex<()>,
}

impl Offers {
    /// Nothing is known yet.
    pub(crate) fn new(
        (store, sites): (Store, Arc<Sites>),
        (clock, door): (Clock, Arc<Door>),
        is_here: IsHere,
        retention: Arc<Mutex<Retention>>,
    ) -> Self {
        let (known, looking) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { store, sites, clock, door, is_here, retention, known, looking }
    }

    /// The site that a page asks for, if it may.
    fn site(&self, key: &str, request: &HttpRequest) -> Result<Arc<Site>, ApiError> {
        let site = self.open(key)?;
        if !site.allows(origin(request.headers())) {
            let message = "the site does not list the origin of this page";
            return Err(ApiError::refusal(Outcome::WrongOrigin, message));
        }
        self.admit(request)?;
        Ok(site)
    }

    fn open(&self, key: &str) -> Result<Arc<Site>, ApiError> {
        let site = self.sites.find_text(key).ok_or_else(|| ApiError::unknown_site(key))?;
        if site.record.is_on {
            return Ok(site);
        }
        Err(ApiError::refusal(Outcome::SiteOff, "the site is switched off"))
    }

    fn admit(&self, request: &HttpRequest) -> Result<(), ApiError> {
        if self.door.admits_network(request) {
            return Ok(());
        }
        let message = "this network asks more than is answered, wait";
        Err(ApiError::refusal(Outcome::Throttled, message))
    }
}

async fn read<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<T, ApiError> {
    let body = read_text(request, payload).await;
    let body = body.map_err(|(outcome, message)| ApiError::refusal(outcome, message))?;
    serde_json::from_slice(&body)
        .map_err(|error| ApiError::refusal(Outcome::Malformed, error.to_string()))
}

/// For the page that asked alone.
fn told<T: Serialize>(request: &HttpRequest, result: Result<T, ApiError>) -> HttpResponse {
    let response = match result {
        Ok(answer) => HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer),
        Err(error) => error.error_response(),
    };
    readable_by_sender(request.headers(), response)
}
