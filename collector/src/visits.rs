//! Single visits, for operators: which there were, and how one went, from its first page to why each
//! campaign stood as it did. Also of a visit that still goes on: history and journal are read together.

mod journey;
mod search;

use actix_web::{HttpResponse, web};
use beacon::{RunId, SessionId};
use nunchi_api::visit::{Search, Which};

use crate::clock::Clock;
use crate::error::{ApiError, internal};
use crate::hex::unhex;
use crate::live::Live;
use crate::offers::Offers;
use crate::operators::{Allowed, Operator, Owner};
use crate::requests;
use crate::sites::Sites;
use crate::store::{Store, StoreError};

/// `GET /api/visit?site=KEY&visit=HEX`.
///
/// # Errors
/// 404 for an unknown site and for a visit that is not stored.
pub(crate) async fn show(
    _operator: Operator,
    which: web::Query<Which>,
    sites: web::Data<Sites>,
    store: web::Data<Store>,
) -> Result<HttpResponse, ApiError> {
    let site = sites.find_text(&which.site).ok_or_else(|| ApiError::unknown_site(&which.site))?;
    let unknown = || ApiError::new(404, "unknown_visit", "no such visit is stored");
    let visit = unhex(&which.visit).filter(|id| !id.is_empty()).ok_or_else(unknown)?;
    let told = requests::block(move || {
        let stored = store.visit(site.record.id, &visit)?;
        let packs = store.packs(&site.record.key)?;
        Ok::<_, StoreError>((!stored.is_empty()).then(|| journey::tell(&stored, &packs)))
    });
    let told = told.await.map_err(|error| internal(&error))??;
    Ok(answer(&told.ok_or_else(unknown)?))
}

/// `DELETE /api/visit?site=KEY&visit=HEX`: the same as the visitor's own wish (`POST /v1/erase`), said for them. They
/// leave the floor, their conversations go at once, and what lies in files that are never changed goes with these.
///
/// # Errors
/// 404 for an unknown site, 422 for what is no visit's id.
pub(crate) async fn erase(
    operator: Allowed<Owner>,
    which: web::Query<Which>,
    (sites, live, offers): (web::Data<Sites>, web::Data<Live>, web::Data<Offers>),
) -> Result<HttpResponse, ApiError> {
    let site = sites.find_text(&which.site).ok_or_else(|| ApiError::unknown_site(&which.site))?;
    let site_id = site.record.id;
    let (mut session, mut visitor) = (which.visit.clone(), String::new());
    if SessionId::parse(&session).is_none() {
        // Without consent a visit has no session: its run is as long as a visitor's id.
        visitor = std::mem::take(&mut session);
        RunId::parse(&visitor).ok_or_else(|| {
            ApiError::new(422, "bad_visit", "`visit` is 16 or 32 hexadecimal digits")
        })?;
    }
    let about = format!("visit {} of site {}", which.visit, site.record.key);
    let erasing = offers
        .forget(site_id, visitor, session, |now| operator.did("erase_visit", about, now))
        .await?;
    live.forget(site_id, &which.visit);
    Ok(answer(&erasing))
}

/// `GET /api/visits?site=KEY`: the latest visits of which everything holds that is asked.
///
/// # Errors
/// 404 for an unknown site, 422 for a span that ends before it begins and for what cannot be looked for.
pub(crate) async fn search(
    _operator: Operator,
    search: web::Query<Search>,
    sites: web::Data<Sites>,
    store: web::Data<Store>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, ApiError> {
    let site = sites.find_text(&search.site).ok_or_else(|| ApiError::unknown_site(&search.site))?;
    let wanted = search::Wanted::new(&search, clock.now().0)?;
    let found = requests::block(move || search::find(&store, site.record.id, &wanted));
    Ok(answer(&found.await.map_err(|error| internal(&error))??))
}

fn answer(body: &impl serde::Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body)
}
