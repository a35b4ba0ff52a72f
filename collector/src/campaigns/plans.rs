//! Campaigns that are published at a time, and taken down at another. Times are those of the shop's clock.
//! What came due while the server was down is done when it starts.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use beacon::Millis;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nunchi_api::publishing::{Plan as Asked, Planned};

use super::desk::{Parts, find, read_one};
use super::publish::{publish_as, withdraw_as};
use crate::clock::Clock;
use crate::error::ApiError;
use crate::operators::{Allowed, Editor};
use crate::sites::{Site, Sites};
use crate::store::{Did, Plan, Store, StoreError};

/// `POST /api/campaigns/plan`: what is planned from now on; without times, nothing.
///
/// # Errors
/// 404 for an unknown site, 422 for what is no campaign, or no time to come.
pub(crate) async fn plan(
    operator: Allowed<Editor>,
    asked: web::Json<Asked>,
    (sites, store, clock): Parts,
) -> Result<HttpResponse, ApiError> {
    let Asked { site, json, share_permille, publish_at, stop_at } = asked.into_inner();
    let site = find(&sites, &site)?;
    let campaign = read_one(&json)?.id;
    if !(1..=1_000).contains(&share_permille) {
        return Err(ApiError::new(422, "bad_share", "expected a share of 1 to 1000 thousandths"));
    }
    let now = clock.now();
    let zone = zone(&site);
    let read = |text: Option<String>| text.map(|it| read_time(&it, &zone, now)).transpose();
    let (publish_at, stop_at) = (read(publish_at)?, read(stop_at)?);
    if let (Some(begin), Some(end)) = (publish_at, stop_at)
        && end <= begin
    {
        return Err(bad("it ends before it begins"));
    }
    let about = format!(
        "site {}, campaign {campaign}{}",
        site.record.key,
        told(&site, publish_at, stop_at)
    );
    let (who, failed, id) = (operator.label(), String::new(), site.record.id);
    let plan =
        Plan { site: id, campaign, json, share: share_permille, publish_at, stop_at, who, failed };
    store.put_plan(plan, operator.did("plan", about, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// For the list of campaigns.
pub(super) fn shown(plan: &Plan, site: &Site) -> Planned {
    let zone = zone(site);
    let time = |at: Option<u64>| at.map(|at| written(at, &zone)).unwrap_or_default();
    Planned {
        publish_at: time(plan.publish_at),
        stop_at: time(plan.stop_at),
        share_permille: plan.share,
        who: plan.who.clone(),
        failed: plan.failed.clone(),
    }
}

/// Does what came due. Returns how many steps were done or failed.
///
/// # Errors
/// What the store says; then it is tried again.
pub(crate) async fn carry_out(
    store: &Store,
    sites: &web::Data<Sites>,
    clock: &Clock,
) -> Result<usize, StoreError> {
    let (look, now) = (store.clone(), clock.now());
    let Ok(due) = web::block(move || look.due_plans(now.0)).await else { return Ok(0) };
    let due = due?;
    for plan in &due {
        let Some(site) = sites.all().into_iter().find(|it| it.record.id == plan.site) else {
            continue;
        };
        if let Err(error) = take_step(store, sites, &site, plan, now).await {
            // Somebody published in this very moment, or the disk is full: it is tried again soon.
            if error.code() != "changed_meanwhile" && !error.is_ours() {
                give_up(store, &site, plan, error.message().to_owned(), now).await?;
            }
        }
    }
    Ok(due.len())
}

/// The earlier of what came due.
async fn take_step(
    store: &Store,
    sites: &web::Data<Sites>,
    site: &Arc<Site>,
    plan: &Plan,
    now: Millis,
) -> Result<(), ApiError> {
    let Plan { campaign, json, share, who, .. } = plan.clone();
    let did = |what, more: &str| Did {
        who: who.clone(),
        what,
        about: format!("site {}, campaign {campaign}{more}", site.record.key),
        at: now,
    };
    let site = Arc::clone(site);
    if plan.publish_at.is_some_and(|at| at <= now.0) {
        let percent = format!(", {} %", f64::from(share) / 10.0);
        let did = did("publish_planned", &percent);
        publish_as(store, sites, site, (json, share, who.clone()), did, false).await?;
    } else {
        let did = did("withdraw_planned", "");
        withdraw_as(store, sites, site, (campaign, who.clone()), did).await?;
    }
    Ok(())
}

/// It stays with its reason until somebody plans anew.
async fn give_up(
    store: &Store,
    site: &Site,
    plan: &Plan,
    failed: String,
    now: Millis,
) -> Result<(), StoreError> {
    tracing::warn!(site.key = %site.record.key, campaign = plan.campaign, failed, "what was planned could not be done");
    let about = format!("site {}, campaign {}", site.record.key, plan.campaign);
    let did = Did { who: plan.who.clone(), what: "plan_failed", about, at: now };
    store.put_plan(Plan { failed, ..plan.clone() }, did).await
}

fn zone(site: &Site) -> TimeZone {
    TimeZone::get(&site.record.pack.zone.name).unwrap_or(TimeZone::UTC)
}

/// `2026-12-24T09:00` by the shop's clock. What a change of the clock skips is moved on by as much.
fn read_time(text: &str, zone: &TimeZone, now: Millis) -> Result<u64, ApiError> {
    let time: DateTime = text.parse().map_err(|_| bad("expected a time as 2026-12-24T09:00"))?;
    let at = zone.to_ambiguous_timestamp(time).compatible();
    let at = at.ok().and_then(|at| u64::try_from(at.as_millisecond()).ok());
    let is_fit = |at: &u64| (now.0..=now.0 + AHEAD_MS_MAX).contains(at);
    at.filter(is_fit).ok_or_else(|| bad("expected a time to come, within a year"))
}

fn written(at: u64, zone: &TimeZone) -> String {
    let at = i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    at.map(|at| zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

fn told(site: &Site, publish_at: Option<u64>, stop_at: Option<u64>) -> String {
    let zone = zone(site);
    let part =
        |name: &str, at: Option<u64>| at.map(|at| format!(", {name} {}", written(at, &zone)));
    let parts = [part("from", publish_at), part("until", stop_at)];
    let told: String = parts.into_iter().flatten().collect();
    if told.is_empty() { ", called off".into() } else { told }
}

fn bad(message: &str) -> ApiError {
    ApiError::new(422, "bad_time", message)
}

const AHEAD_MS_MAX: u64 = 366 * 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22T09:00:00Z.
    const NOW: Millis = Millis(1_795_338_000_000);

    #[test]
    fn times_are_those_of_the_shops_clock() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let at = read_time("2026-12-24T09:00", &seoul, NOW).unwrap();
        assert_eq!(at, 1_798_070_400_000);
        assert_eq!(written(at, &seoul), "2026-12-24T09:00");
        assert_eq!(written(at, &TimeZone::UTC), "2026-12-24T00:00");
    }

    #[test]
    fn what_the_clock_skips_comes_an_hour_later() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = read_time("2027-03-28T02:30", &berlin, NOW).unwrap();
        assert_eq!(written(at, &berlin), "2027-03-28T03:30");
    }

    #[test]
    fn what_is_over_or_far_off_or_no_time_is_refused() {
        for text in ["2026-11-22T08:59", "2028-01-01T00:00", "tomorrow", "2026-13-01T00:00", ""] {
            assert!(read_time(text, &TimeZone::UTC, NOW).is_err(), "{text}");
        }
    }
}
