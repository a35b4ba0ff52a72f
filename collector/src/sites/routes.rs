//! Sites over HTTP: what is registered, what changes, and whether the tag works.

use actix_web::http::header::HOST;
use actix_web::{HttpRequest, HttpResponse, web};
use beacon::SiteKey;
use beacon::item::Consent;
use engine::pack::Pack;
use nunchi_api::Site;
use nunchi_api::sites::{ChangeSite, NewSite};
use serde::Serialize;

use super::{Sites, default_pack, install, read_consent, read_origin, zone_of};
use crate::clock::Clock;
use crate::door::Door;
use crate::error::{ApiError, internal};
use crate::operators::{Allowed, Operator, Owner, read_name};
use crate::requests;
use crate::store::{SiteChange, Store};

/// `GET /api/sites`.
pub(crate) async fn list(_operator: Operator, sites: web::Data<Sites>) -> HttpResponse {
    let list: Vec<Site> = sites.all().iter().map(|site| told(site)).collect();
    HttpResponse::Ok().json(list)
}

fn told(site: &super::Site) -> Site {
    let record = &site.record;
    Site {
        key: record.key.to_string(),
        name: record.name.clone(),
        origins: record.origins.clone(),
        pack: record.pack.version,
        is_on: record.is_on,
        consent: consent_name(record.pack.consent),
        zone: record.pack.zone.name.clone(),
    }
}

/// As it stands in JSON.
fn consent_name(consent: Consent) -> String {
    let name = consent.serialize(serde_json::value::Serializer);
    name.ok().and_then(|it| it.as_str().map(Into::into)).unwrap_or_default()
}

/// `POST /api/sites`.
///
/// # Errors
/// 409 for a key that is taken, 422 for what cannot be.
pub(crate) async fn add(
    operator: Allowed<Owner>,
    new: web::Json<NewSite>,
    (sites, store, clock): (web::Data<Sites>, web::Data<Store>, web::Data<Clock>),
) -> Result<HttpResponse, ApiError> {
    let NewSite { key, name, origins, consent, zone } = new.into_inner();
    let key = SiteKey::parse(&key).map_err(|error| bad("bad_key", error.to_string()))?;
    if sites.find(&key).is_some() {
        return Err(ApiError::new(409, "key_taken", "a site has this key already"));
    }
    if sites.all().len() >= SITES_MAX {
        let message = format!("at most {SITES_MAX} sites are on one server");
        return Err(bad("too_much", message));
    }
    let (name, origins, now) = (read_name(&name)?, read_origins(&origins)?, clock.now());
    let consent = read_consent(&consent).map_err(|error| bad("bad_consent", error))?;
    let zone = zone_of(&zone, now).map_err(|error| bad("bad_zone", error))?;
    let pack = default_pack(&name, consent).map_err(|error| internal(&error))?;
    let did = operator.did("add_site", format!("site {key}"), now);
    let is_new = store.add_site(key.clone(), name, origins, Pack { zone, ..pack }, did).await?;
    take_over(&sites).await?;
    let site = sites.find(&key).filter(|_| is_new);
    let site =
        site.ok_or_else(|| ApiError::new(409, "key_taken", "a site has this key already"))?;
    Ok(HttpResponse::Ok().json(told(&site)))
}

/// `POST /api/sites/{key}`.
///
/// # Errors
/// 404 for an unknown site, 409 when another changed it meanwhile, 422 for what cannot be.
pub(crate) async fn change(
    operator: Allowed<Owner>,
    key: web::Path<String>,
    change: web::Json<ChangeSite>,
    (sites, store, clock): (web::Data<Sites>, web::Data<Store>, web::Data<Clock>),
) -> Result<HttpResponse, ApiError> {
    let site = sites.find_text(&key).ok_or_else(|| ApiError::unknown_site(&key))?;
    let ChangeSite { name, origins, consent, zone, is_on } = change.into_inner();
    let now = clock.now();
    let names = [
        ("name", name.is_some()),
        ("origins", origins.is_some()),
        ("consent", consent.is_some()),
        ("zone", zone.is_some()),
        ("is_on", is_on.is_some()),
    ];
    let names: Vec<&str> = names.into_iter().filter(|it| it.1).map(|it| it.0).collect();
    let published = &site.record.pack;
    let mut pack = published.clone();
    if let Some(consent) = consent {
        pack.consent = read_consent(&consent).map_err(|error| bad("bad_consent", error))?;
    }
    if let Some(zone) = zone {
        pack.zone = zone_of(&zone, now).map_err(|error| bad("bad_zone", error))?;
    }
    let change = SiteChange {
        name: name.as_deref().map(read_name).transpose()?,
        origins: origins.as_deref().map(read_origins).transpose()?,
        is_on,
        pack: (pack != *published).then_some(pack),
        ..SiteChange::default()
    };
    let about = format!("site {} ({})", site.record.key, names.join(", "));
    let did = operator.did("change_site", about, now);
    change_on_record(&store, &sites, &site, change, did).await?;
    let site = sites.find_text(&key).ok_or_else(|| ApiError::unknown_site(&key))?;
    Ok(HttpResponse::Ok().json(told(&site)))
}

/// Changes a site if it is still as it was looked at, and takes that over. Returns the version of the pack
/// that is in force then.
pub(crate) async fn change_on_record(
    store: &Store,
    sites: &web::Data<Sites>,
    site: &super::Site,
    change: SiteChange,
    did: crate::store::Did,
) -> Result<u32, ApiError> {
    let (id, base) = (site.record.id, site.record.pack.version);
    let changed = store.change_site(id, base, change, did).await?;
    take_over(sites).await?;
    changed.ok_or_else(|| {
        let message = "somebody else published meanwhile: look again";
        ApiError::new(409, "changed_meanwhile", message)
    })
}

/// `GET /api/sites/{key}/install`.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn install(
    request: HttpRequest,
    _operator: Operator,
    key: web::Path<String>,
    (sites, store): (web::Data<Sites>, web::Data<Store>),
    door: web::Data<Door>,
) -> Result<HttpResponse, ApiError> {
    let site = sites.find_text(&key).ok_or_else(|| ApiError::unknown_site(&key))?;
    let (id, since) = (site.record.id, sites.since().0);
    let last = requests::block(move || store.last_accepted(id)).await;
    let last = last.map_err(|error| internal(&error))??;
    let seen = sites.evidence.of(id);
    let host = host_of(&request, door.is_local(&request));
    Ok(HttpResponse::Ok().json(install::look(&site, &seen, &host, since, last.map(|it| it.0))))
}

/// The origin by which the console was asked: pages load the tag from there. Only this machine itself is
/// asked without TLS.
fn host_of(request: &HttpRequest, is_local: bool) -> String {
    let host = request.headers().get(HOST).and_then(|it| it.to_str().ok()).unwrap_or("HOST");
    let plain: String =
        host.chars().filter(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(*c)).collect();
    format!("{}://{plain}", if is_local { "http" } else { "https" })
}

/// So that the next request meets what was changed.
pub(crate) async fn take_over(sites: &web::Data<Sites>) -> Result<(), ApiError> {
    let sites = sites.clone();
    requests::block(move || sites.refresh()).await.map_err(|error| internal(&error))??;
    Ok(())
}

fn read_origins(origins: &[String]) -> Result<Vec<String>, ApiError> {
    if !(1..=ORIGINS_MAX).contains(&origins.len()) {
        return Err(bad("bad_origin", format!("a site has 1 to {ORIGINS_MAX} origins")));
    }
    let read = origins.iter().map(|origin| read_origin(origin.trim()));
    let mut origins =
        read.collect::<Result<Vec<_>, _>>().map_err(|error| bad("bad_origin", error))?;
    origins.dedup();
    Ok(origins)
}

fn bad(code: &str, message: String) -> ApiError {
    ApiError::new(422, code, message)
}

const ORIGINS_MAX: usize = 20;

/// Each has a pack and its floor in memory.
const SITES_MAX: usize = 200;
