//! Coupons: a page asks for one when its campaign fired; the shop says which were used.

use actix_web::{HttpRequest, HttpResponse, web};
use beacon::SessionId;
use engine::campaign::Action;
use engine::form::pool;
use nunchi_api::offers::{Coupon, CouponPool, Redeem, Redeemed, Wish};
use serde::Deserialize;

use super::{Offers, read, told};
use crate::error::{ApiError, internal};
use crate::operators::{Allowed, Editor, Operator};
use crate::outcome::Outcome;
use crate::requests;
use crate::sites::Site;
use crate::store::{Claim, Given};

/// `POST /v1/coupon`: the code that a visit is shown.
pub(crate) async fn give(
    request: HttpRequest,
    payload: web::Payload,
    offers: web::Data<Offers>,
) -> HttpResponse {
    let result = match read::<Wish>(&request, payload).await {
        Ok(wish) => grant(&request, &wish, &offers).await,
        Err(error) => Err(error),
    };
    told(&request, result)
}

async fn grant(request: &HttpRequest, wish: &Wish, offers: &Offers) -> Result<Coupon, ApiError> {
    let site = offers.site(&wish.site, request)?;
    let session = SessionId::parse(&wish.session).ok_or_else(|| {
        ApiError::refusal(Outcome::Malformed, "`session` is 16 hexadecimal digits")
    })?;
    let none = || ApiError::new(404, "no_coupon", "this campaign gives no coupon");
    let (coupon, most) = published(&site, wish).ok_or_else(none)?;
    let session = session.to_string();
    if !(offers.is_here)(site.record.id, &session) {
        let message = "no visit of this session is going on";
        return Err(ApiError::new(409, "no_visit", message));
    }
    let Some(pool) = pool(coupon) else { return Ok(Coupon { code: coupon.into() }) };
    let (pool, site, now) = (pool.to_owned(), site.record.id, offers.clock.now());
    let (campaign, decided_s) = (wish.campaign, wish.decided_s);
    let claim = Claim { site, pool, session, campaign, decided_s, most, now };
    match offers.store.give_coupon(claim).await? {
        Given::Code(code) => Ok(Coupon { code }),
        Given::NoneLeft => Err(ApiError::new(404, "pool_empty", "all coupons were given")),
        Given::Enough => {
            let message = "this session had all the coupons that the campaign gives a session";
            Err(ApiError::new(409, "enough", message))
        }
    }
}

/// The coupon of the published campaign, and how many codes of a pool a session may have of it: as many as the campaign may
/// have turns, [`CODES_A_SESSION_MAX`] at most.
fn published<'a>(site: &'a Site, wish: &Wish) -> Option<(&'a str, u32)> {
    let campaigns = &site.record.pack.campaigns;
    let campaign = campaigns.iter().find(|it| it.id == wish.campaign && !it.shadow)?;
    match &campaign.variants.get(usize::from(wish.variant))?.action {
        Action::Offer { coupon, .. } if !coupon.is_empty() => {
            Some((coupon, most(campaign.caps.per_session)))
        }
        Action::Offer { .. } | Action::Invite { .. } => None,
    }
}

fn most(turns: u16) -> u32 {
    let turns = u32::from(turns);
    if turns == 0 { CODES_A_SESSION_MAX } else { turns.min(CODES_A_SESSION_MAX) }
}

/// Most codes for one session and campaign, where its caps set no limit: who makes up decisions gets no more.
const CODES_A_SESSION_MAX: u32 = 5;

/// Which site.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    site: String,
}

/// `GET /api/coupons`: how a site's pools stand.
///
/// # Errors
/// 404 for a site that is not there.
pub(crate) async fn pools(
    _operator: Operator,
    of: web::Query<Of>,
    offers: web::Data<Offers>,
) -> Result<HttpResponse, ApiError> {
    let site = offers.sites.find_text(&of.site).ok_or_else(|| ApiError::unknown_site(&of.site))?;
    let (store, id) = (offers.store.clone(), site.record.id);
    let pools = requests::block(move || store.coupon_pools(id)).await;
    let pools = pools.map_err(|error| internal(&error))??.into_iter().map(|it| CouponPool {
        name: it.name,
        free: it.free,
        given: it.given,
        redeemed: it.redeemed,
    });
    let pools: Vec<CouponPool> = pools.collect();
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(pools))
}

/// `POST /api/coupons/redeem`: the shop took these codes.
///
/// # Errors
/// 404 for a site that is not there, 422 for too many codes at once.
pub(crate) async fn redeem(
    _operator: Allowed<Editor>,
    wish: web::Json<Redeem>,
    offers: web::Data<Offers>,
) -> Result<HttpResponse, ApiError> {
    let Redeem { site, codes } = wish.into_inner();
    let site = offers.sites.find_text(&site).ok_or_else(|| ApiError::unknown_site(&site))?;
    if codes.len() > CODES_AT_ONCE_MAX {
        let message =
            format!("at most {CODES_AT_ONCE_MAX} codes at once, here are {}", codes.len());
        return Err(ApiError::new(422, "too_much", message));
    }
    let now = offers.clock.now();
    let good = offers.store.redeem_coupons(site.record.id, codes.clone(), now).await?;
    let mut answer = Redeemed::default();
    for (code, is_good) in codes.into_iter().zip(good) {
        if is_good { &mut answer.redeemed } else { &mut answer.refused }.push(code);
    }
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

const CODES_AT_ONCE_MAX: usize = 1_000;
