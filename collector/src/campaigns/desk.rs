//! The editors' side: campaigns are written, looked at, and tried on what happened.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, web};
use beacon::Millis;
use engine::campaign::Campaign;
use engine::lint::{Severity, costs};
use engine::pack::Pack;
use nunchi_api::publishing::{CampaignList, CampaignState, Finding, Linted, Try, Written};
use serde::Deserialize;

use super::each::Over;
use super::running::Running;
use super::staged::holdout_of;
use super::{backtest, diff, plans};
use crate::clock::Clock;
use crate::error::{ApiError, internal};
use crate::operators::{Allowed, Editor, Operator};
use crate::requests;
use crate::sites::{Site, Sites, read_pack};
use crate::store::{Draft, Span, Store, StoreError};

/// What editors need of the rest.
pub(super) type Parts = (web::Data<Sites>, web::Data<Store>, web::Data<Clock>);

/// Which site, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    site: String,
}

/// Which draft of which site, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct OfDraft {
    site: String,
    id: u16,
}

/// `GET /api/campaigns`.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn list(
    _operator: Operator,
    of: web::Query<Of>,
    (sites, store, _): Parts,
) -> Result<HttpResponse, ApiError> {
    let site = find(&sites, &of.site)?;
    let id = site.record.id;
    let look = move || Ok::<_, StoreError>((store.drafts(id)?, store.plans(id)?));
    let (drafts, planned) = requests::block(look).await.map_err(|error| internal(&error))??;
    let pack = &site.record.pack;
    let mut campaigns: Vec<CampaignState> = pack
        .campaigns
        .iter()
        .map(|it| state(Some(it), drafts.iter().find(|draft| draft.campaign == it.id)))
        .collect();
    let is_new = |draft: &&Draft| pack.campaigns.iter().all(|it| it.id != draft.campaign);
    campaigns.extend(drafts.iter().filter(is_new).map(|draft| state(None, Some(draft))));
    campaigns.sort_by_key(|it| it.id);
    for campaign in &mut campaigns {
        let plan = planned.iter().find(|plan| plan.campaign == campaign.id);
        campaign.plan = plan.map(|plan| plans::shown(plan, &site));
    }
    Ok(HttpResponse::Ok().json(CampaignList { pack: pack.version, campaigns }))
}

/// How a campaign stands: in force, being written, or both.
fn state(published: Option<&Campaign>, draft: Option<&Draft>) -> CampaignState {
    let written: Option<Campaign> = draft.and_then(|it| serde_json::from_str(&it.json).ok());
    let share = draft.map_or(1_000, |it| it.share);
    let as_published = written.clone().map(|it| staged(it, share));
    // Audiences are looked up when it is published, so their names are compared.
    let text = |it: &Campaign| serde_json::to_string(it).unwrap_or_default();
    let is_changed = draft.is_some() && as_published.as_ref().map(text) != published.map(text);
    let told = written.as_ref().or(published);
    CampaignState {
        id: told.map(|it| it.id).or(draft.map(|it| it.campaign)).unwrap_or_default(),
        name: told.map(|it| it.name.clone()).unwrap_or_default(),
        published: published.map(text),
        draft: draft.map(|it| it.json.clone()),
        is_changed,
        is_shadow: published.is_some_and(|it| it.shadow),
        share_permille: share,
        holdout_permille: published.map_or(0, |it| it.holdout_permille),
        priority: told.map_or(0, |it| it.priority),
        written_by: draft.map(|it| it.who.clone()).unwrap_or_default(),
        written_at: draft.map(|it| it.at),
        plan: None,
    }
}

/// As it is published to a share of visitors.
pub(super) fn staged(campaign: Campaign, share: u16) -> Campaign {
    let holdout_permille = holdout_of(share, campaign.holdout_permille);
    Campaign { holdout_permille, ..campaign }
}

/// `POST /api/campaigns/draft`: also of what could not be published as it is.
///
/// # Errors
/// 404 for an unknown site, 422 for what is no campaign, or too many.
pub(crate) async fn put_draft(
    operator: Allowed<Editor>,
    written: web::Json<Written>,
    (sites, store, clock): Parts,
) -> Result<HttpResponse, ApiError> {
    let Written { site, json } = written.into_inner();
    let site = find(&sites, &site)?;
    let campaign = read_one(&json)?;
    let now = clock.now();
    let about = format!("site {}, campaign {}", site.record.key, campaign.id);
    let (who, at) = (operator.name.clone(), now.0);
    let draft = Draft { campaign: campaign.id, json, share: 1_000, who, at };
    let did = operator.did("write_campaign", about, now);
    if store.put_draft(site.record.id, draft, did).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(ApiError::new(422, "too_much", "this site has too many drafts: drop some"))
    }
}

/// `DELETE /api/campaigns/draft`: what pages have stays.
///
/// # Errors
/// 404 for an unknown site, or no draft.
pub(crate) async fn drop_draft(
    operator: Allowed<Editor>,
    of: web::Query<OfDraft>,
    (sites, store, clock): Parts,
) -> Result<HttpResponse, ApiError> {
    let site = find(&sites, &of.site)?;
    let about = format!("site {}, campaign {}", site.record.key, of.id);
    let did = operator.did("drop_draft", about, clock.now());
    if store.drop_draft(site.record.id, of.id, did).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(ApiError::new(404, "not_found", "nobody writes a campaign with this id"))
    }
}

/// `POST /api/campaigns/lint`: what can be told without going through visits, so that it can be asked as
/// one types.
///
/// # Errors
/// 404 for an unknown site, 413 for more than a campaign may have.
pub(crate) async fn lint(
    _operator: Operator,
    written: web::Json<Written>,
    (sites, _, clock): Parts,
) -> Result<HttpResponse, ApiError> {
    let Written { site, json } = written.into_inner();
    let site = find(&sites, &site)?;
    let now = clock.now();
    let work = move || linted(site.record.pack.clone(), &json, now);
    let linted = requests::block(work).await.map_err(|error| internal(&error))?;
    Ok(HttpResponse::Ok().json(linted))
}

fn linted(pack: Pack, json: &str, now: Millis) -> Linted {
    let id = read_one(json).map(|it| it.id).unwrap_or_default();
    let pack = match with(pack, json) {
        Ok(pack) => pack,
        Err(error) => return Linted { error: Some(error), ..Linted::default() },
    };
    let findings = engine::lint::lint(&pack, now);
    let cost = costs(&pack).into_iter().find(|it| it.campaign == id).map_or(0, |it| it.bytes);
    let findings =
        told(findings.into_iter().filter(|it| it.campaign == id || it.campaign == 0).collect());
    Linted { error: None, findings, bytes: cost as u64, pack_bytes: pack.encode().len() as u64 }
}

pub(super) fn told(findings: Vec<engine::lint::Finding>) -> Vec<Finding> {
    let severity = |it| match it {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    };
    let told = |it: engine::lint::Finding| Finding {
        campaign: it.campaign,
        severity: severity(it.severity).into(),
        code: it.code.into(),
        message: it.message,
        korean: it.korean,
    };
    findings.into_iter().map(told).collect()
}

/// `POST /api/campaigns/backtest`: what it would have done. One of a site at a time.
///
/// # Errors
/// 404 for an unknown site, 409 when another is tried or it was called off, 422 for what cannot be tried.
pub(crate) async fn try_out(
    _operator: Operator,
    tried: web::Json<Try>,
    parts: Parts,
    running: web::Data<Arc<Running>>,
) -> Result<HttpResponse, ApiError> {
    let answer = over_visits(tried.into_inner(), parts, &running, |over, _, pack, id| {
        let (mut answer, _) = backtest::backtest(over, pack, None)?;
        answer.rows.retain(|row| row.id == id);
        Ok(answer)
    });
    Ok(HttpResponse::Ok().json(answer.await?))
}

/// `POST /api/campaigns/diff`: in which visits it would decide otherwise than what is in force.
///
/// # Errors
/// As of a backtest.
pub(crate) async fn compare(
    _operator: Operator,
    tried: web::Json<Try>,
    parts: Parts,
    running: web::Data<Arc<Running>>,
) -> Result<HttpResponse, ApiError> {
    let answer = over_visits(tried.into_inner(), parts, &running, |over, old, new, _| {
        Ok(diff::diff(over, old, new)?.0)
    });
    Ok(HttpResponse::Ok().json(answer.await?))
}

/// `DELETE /api/campaigns/backtest`: calls off what is being tried.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn call_off(
    _operator: Operator,
    of: web::Query<Of>,
    sites: web::Data<Sites>,
    running: web::Data<Arc<Running>>,
) -> Result<HttpResponse, ApiError> {
    let site = find(&sites, &of.site)?;
    running.call_off(site.record.id);
    Ok(HttpResponse::NoContent().finish())
}

/// Goes through the visits of the last days with the pack in force and the one on trial, on one thread,
/// which leaves the others to beacons.
async fn over_visits<T: Send + 'static>(
    tried: Try,
    (sites, store, clock): Parts,
    running: &Arc<Running>,
    go: impl FnOnce(&Over<'_>, &Pack, &Pack, u16) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    let Try { site, json, days } = tried;
    let site = find(&sites, &site)?;
    if !(1..=DAYS_MAX).contains(&days) {
        let message = format!("expected 1 to {DAYS_MAX} days, found {days}");
        return Err(ApiError::new(422, "bad_span", message));
    }
    let old = site.record.pack.clone();
    let new = with(old.clone(), &json).map_err(bad)?;
    let id = read_one(&json)?.id;
    let Some(trial) = running.begin(site.record.id) else {
        let message = "a campaign of this site is being tried: wait, or call it off";
        return Err(ApiError::new(409, "busy", message));
    };
    let now = clock.now().0;
    let from = now.saturating_sub(u64::from(days) * 86_400_000);
    let span = Span { site: site.record.id, from, to: now + 1 };
    let is_off = trial.is_off();
    let work = move || {
        let goes_on = || !is_off.load(Ordering::Relaxed);
        let over =
            Over { store: &store, span, threads: 1, progress: &|_, _| {}, goes_on: &goes_on };
        go(&over, &old, &new, id)
    };
    match requests::block(work).await.map_err(|error| internal(&error))? {
        Err(StoreError::Stopped) => Err(ApiError::new(409, "called_off", "it was called off")),
        done => Ok(done?),
    }
}

pub(super) fn find(sites: &Sites, key: &str) -> Result<Arc<Site>, ApiError> {
    sites.find_text(key).ok_or_else(|| ApiError::unknown_site(key))
}

/// The campaign, if the text is exactly one that can be read.
pub(super) fn read_one(json: &str) -> Result<Campaign, ApiError> {
    if json.len() > CAMPAIGN_BYTES_MAX {
        return Err(bad(format!("a campaign has at most {CAMPAIGN_BYTES_MAX} bytes")));
    }
    // Reads as the command line does, so that errors say the same; a pack of its own has no rivals.
    let campaign: Campaign = serde_json::from_str(json).map_err(|_| {
        with(Pack::default(), json).map_or_else(bad, |_| bad("expected one campaign".into()))
    })?;
    if campaign.id == 0 {
        return Err(bad("expected an id from 1 on: 0 is the site's own".into()));
    }
    Ok(campaign)
}

/// The pack with this campaign in it.
pub(super) fn with(pack: Pack, json: &str) -> Result<Pack, String> {
    let told = |error: &dyn std::fmt::Display| {
        let text = error.to_string();
        text.strip_prefix("campaign: ").map_or(text.clone(), Into::into)
    };
    read_pack(pack, "campaign", json).map_err(|error| told(&error))
}

pub(super) fn bad(message: String) -> ApiError {
    ApiError::new(422, "bad_campaign", message)
}

/// Of one campaign's text: a pack has at most 64 KiB.
const CAMPAIGN_BYTES_MAX: usize = 16 * 1024;

/// As long as visits are kept for replays, unless settings say otherwise.
const DAYS_MAX: u16 = 90;
