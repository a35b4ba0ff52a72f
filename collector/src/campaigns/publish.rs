//! Campaigns go to pages: published, staged, withdrawn, reverted.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use beacon::Millis;
use engine::lint::Severity;
use engine::pack::Pack;
use nunchi_api::publishing::{Finding, History, Publish, Published, Revert, Withdraw};
use serde::Deserialize;

use super::desk::{Parts, bad, find, read_one, staged, told, with};
use super::lint::lint;
use crate::error::{ApiError, internal};
use crate::operators::{Allowed, Editor};
use crate::requests;
use crate::sites::routes::change_on_record;
use crate::sites::{Site, Sites, check, with_rate, zone_of};
use crate::store::{Did, Draft, SiteChange, Span, Step, Store};

/// `POST /api/campaigns/publish`: to all visitors, or a share of them first.
///
/// # Errors
/// 404 for an unknown site, 409 when another was published meanwhile, 422 for what cannot be published, or
/// must be mended first.
pub(crate) async fn publish(
    operator: Allowed<Editor>,
    publish: web::Json<Publish>,
    (sites, store, clock): Parts,
) -> Result<HttpResponse, ApiError> {
    let Publish { site, base, json, share_permille, force } = publish.into_inner();
    let site = look_at(&sites, &site, base)?;
    if !(1..=1_000).contains(&share_permille) {
        let message = format!("expected a share of 1 to 1000 thousandths, found {share_permille}");
        return Err(ApiError::new(422, "bad_share", message));
    }
    let (id, share) = (read_one(&json)?.id, f64::from(share_permille) / 10.0);
    let about = format!("site {}, campaign {id}, {share} %", site.record.key);
    let did = operator.did("publish", about, clock.now());
    let written = (json, share_permille, operator.name.clone());
    let published = publish_as(&store, &sites, site, written, did, force).await?;
    Ok(HttpResponse::Ok().json(published))
}

/// Publishes a campaign to a share of visitors, as somebody wrote it. Whatever of it was planned to be
/// published is done by that.
pub(super) async fn publish_as(
    store: &Store,
    sites: &web::Data<Sites>,
    site: Arc<Site>,
    (json, share, who): (String, u16, String),
    did: Did,
    force: bool,
) -> Result<Published, ApiError> {
    let campaign = read_one(&json)?;
    let id = campaign.id;
    let published = serde_json::to_string(&staged(campaign, share));
    let published = published.map_err(|error| internal(&error))?;
    let pack = with(site.record.pack.clone(), &published).map_err(bad)?;
    let draft = Some(Draft { campaign: id, json, share, who, at: did.at.0 });
    let change = SiteChange { draft, step: Some((id, Step::Publish)), ..SiteChange::default() };
    put(store, sites, site, pack, change, did, force).await
}

/// `POST /api/campaigns/withdraw`: its draft stays.
///
/// # Errors
/// 404 for an unknown site or campaign, 409 when another was published meanwhile.
pub(crate) async fn withdraw(
    operator: Allowed<Editor>,
    withdraw: web::Json<Withdraw>,
    (sites, store, clock): Parts,
) -> Result<HttpResponse, ApiError> {
    let Withdraw { site, base, id } = withdraw.into_inner();
    let site = look_at(&sites, &site, base)?;
    let did = format!("site {}, campaign {id}", site.record.key);
    let did = operator.did("withdraw", did, clock.now());
    let taken = withdraw_as(&store, &sites, site, (id, operator.name.clone()), did).await?;
    Ok(HttpResponse::Ok().json(taken))
}

/// Takes a campaign down. That it was planned to be is done by that.
pub(super) async fn withdraw_as(
    store: &Store,
    sites: &web::Data<Sites>,
    site: Arc<Site>,
    (id, who): (u16, String),
    did: Did,
) -> Result<Published, ApiError> {
    let mut pack = site.record.pack.clone();
    let Some(place) = pack.campaigns.iter().position(|it| it.id == id) else {
        return Err(ApiError::new(404, "not_found", "no campaign in force has this id"));
    };
    let gone = pack.campaigns.remove(place);
    let json = serde_json::to_string(&gone).map_err(|error| internal(&error))?;
    let id_of_site = site.record.id;
    let drafts = store.clone();
    let drafts = requests::block(move || drafts.drafts(id_of_site)).await;
    let drafts = drafts.map_err(|error| internal(&error))??;
    let is_written = drafts.iter().any(|it| it.campaign == id);
    // What nobody wrote here would be gone for good.
    let (at, share) = (did.at.0, 1_000);
    let draft = (!is_written).then_some(Draft { campaign: id, json, share, who, at });
    let change = SiteChange { draft, step: Some((id, Step::Stop)), ..SiteChange::default() };
    // What is left was published before.
    put(store, sites, site, pack, change, did, true).await
}

/// `POST /api/campaigns/revert`: an earlier pack once more, as the next version. Consent, zone and the
/// model stay as they are.
///
/// # Errors
/// 404 for an unknown site or version, 409 when another was published meanwhile, 422 for what must be mended.
pub(crate) async fn revert(
    operator: Allowed<Editor>,
    revert: web::Json<Revert>,
    (sites, store, clock): Parts,
) -> Result<HttpResponse, ApiError> {
    let Revert { site, base, version, force } = revert.into_inner();
    let site = look_at(&sites, &site, base)?;
    let (key, packs) = (site.record.key.clone(), store.clone());
    let packs =
        requests::block(move || packs.packs(&key)).await.map_err(|error| internal(&error))??;
    let Some(old) = packs.into_iter().find(|pack| pack.version == version) else {
        return Err(ApiError::new(404, "not_found", "no pack of this version was published"));
    };
    let now = site.record.pack.clone();
    let pack = Pack { consent: now.consent, zone: now.zone, model: now.model, ..old };
    let about = format!("site {}, to pack {version}", site.record.key);
    let did = operator.did("revert", about, clock.now());
    let published = put(&store, &sites, site, pack, SiteChange::default(), did, force).await?;
    Ok(HttpResponse::Ok().json(published))
}

/// Which site, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    site: String,
}

/// `GET /api/campaigns/history`.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn history(
    _operator: Allowed<Editor>,
    of: web::Query<Of>,
    (sites, store, _): Parts,
) -> Result<HttpResponse, ApiError> {
    let site = find(&sites, &of.site)?;
    let look = move || store.site_history(site.record.id, site.record.key.as_str());
    let (versions, entries) = requests::block(look).await.map_err(|error| internal(&error))??;
    Ok(HttpResponse::Ok().json(History { versions, entries }))
}

/// The site, if what is in force is what the editor looked at.
fn look_at(sites: &Sites, key: &str, base: u32) -> Result<Arc<Site>, ApiError> {
    let site = find(sites, key)?;
    let version = site.record.pack.version;
    if version == base {
        return Ok(site);
    }
    let message = format!("pack {version} is in force by now, not {base}: look again");
    Err(ApiError::new(409, "changed_meanwhile", message))
}

/// Publishes a pack as the next version, as the command line does: with the zone's present table and the
/// shop's present rate, and not with findings that must be mended.
async fn put(
    store: &Store,
    sites: &web::Data<Sites>,
    site: Arc<Site>,
    pack: Pack,
    change: SiteChange,
    did: Did,
    force: bool,
) -> Result<Published, ApiError> {
    let (look, record, now) = (store.clone(), site.record.clone(), did.at);
    let made = requests::block(move || -> Result<(Pack, Vec<Finding>), ApiError> {
        // The table of the last time ends two years after it.
        let pack = Pack { zone: zone_of(&pack.zone.name, now).map_err(bad)?, ..pack };
        let pack = check(with_rate(&look, &record, pack, now)?).map_err(bad)?;
        let span = Span { site: record.id, from: now.0.saturating_sub(LINTED_MS), to: now.0 + 1 };
        let findings = lint(&look, span, &pack)?;
        must_not_be_mended(&findings, force)?;
        Ok((pack, told(findings)))
    });
    let (pack, findings) = made.await.map_err(|error| internal(&error))??;
    let change = SiteChange { pack: Some(pack), ..change };
    let pack = change_on_record(store, sites, &site, change, did).await?;
    Ok(Published { pack, findings })
}

fn must_not_be_mended(findings: &[engine::lint::Finding], force: bool) -> Result<(), ApiError> {
    let errors = findings.iter().filter(|it| it.severity == Severity::Error);
    let errors: Vec<String> =
        errors.map(|it| format!("campaign {}: {}", it.campaign, it.message)).collect();
    if errors.is_empty() || force {
        return Ok(());
    }
    Err(ApiError::new(422, "must_be_mended", errors.join("; ")))
}

/// Pages viewed in the 30 days before are known to exist.
const LINTED_MS: u64 = Millis(30 * 24 * 3_600_000).0;
