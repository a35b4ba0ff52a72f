//! `GET /v1/also/{site}`: what goes with a product.

use std::sync::{Arc, PoisonError};

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use beacon::Millis;
use beacon::limits::PRODUCT_ID_BYTES_MAX;
use nunchi_api::offers::Also;
use serde::Deserialize;

use super::{Offers, Together};
use crate::error::{ApiError, internal};
use crate::outcome::Outcome;
use crate::packs::readable_by_all;
use crate::requests;
use crate::sites::Site;
use crate::store::StoreError;
use crate::store::scan::{Names, Visit};

/// What is asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    product: String,
}

/// Public and the same for everybody: it tells of products alone, of none that fewer than
/// [`PEOPLE_MIN`](super::together::PEOPLE_MIN) people stand behind.
pub(crate) async fn also(
    request: HttpRequest,
    key: web::Path<String>,
    asked: web::Query<Asked>,
    offers: web::Data<Offers>,
) -> HttpResponse {
    let response = match find(&request, &key, &asked.product, &offers).await {
        Ok(also) => HttpResponse::Ok().insert_header(("Cache-Control", CACHED)).json(also),
        Err(error) => error.error_response(),
    };
    readable_by_all(response)
}

async fn find(
    request: &HttpRequest,
    key: &str,
    product: &str,
    offers: &Offers,
) -> Result<Also, ApiError> {
    let site = offers.open(key)?;
    offers.admit(request)?;
    if product.len() > PRODUCT_ID_BYTES_MAX {
        let message = format!("a product's id has at most {PRODUCT_ID_BYTES_MAX} bytes");
        return Err(ApiError::refusal(Outcome::Limits, message));
    }
    Ok(Also { products: offers.together(&site).await?.with(product) })
}

impl Offers {
    /// What history says of the site's products, at most [`FRESH_MS`] old.
    async fn together(&self, site: &Site) -> Result<Arc<Together>, ApiError> {
        let id = site.record.id;
        if let Some(known) = self.fresh(id) {
            return Ok(known);
        }
        let _looking = self.looking.lock().await;
        if let Some(known) = self.fresh(id) {
            return Ok(known);
        }
        let (store, now) = (self.store.clone(), self.clock.now());
        let look = move || -> Result<_, StoreError> {
            let (mut together, mut names) = (Together::default(), Names::default());
            let (from, to) = (now.0.saturating_sub(SPAN_MS), now.0.saturating_add(1));
            let mut each = |visit: &Visit<'_>, names: &Names| together.visit(visit, names);
            store.scan(id, from, to, Together::WANT, &mut names, &mut each)?;
            together.settle();
            Ok(together)
        };
        let found = requests::block(look).await.map_err(|error| internal(&error))??;
        let found = Arc::new(found);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, (now, Arc::clone(&found)));
        Ok(found)
    }

    fn fresh(&self, site: i64) -> Option<Arc<Together>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (made_at, together) = known.get(&site)?;
        let Millis(age) = Millis(self.clock.now().since(*made_at));
        (age < FRESH_MS).then(|| Arc::clone(together))
    }
}

/// How far back is looked, milliseconds: four weeks, so that each day of the week counts alike.
const SPAN_MS: u64 = 28 * 24 * 3_600_000;

/// How old an answer may be, milliseconds: history is gone through once in ten minutes at most.
const FRESH_MS: u64 = 600_000;

const CACHED: &str = "public, max-age=600, stale-while-revalidate=3600";
