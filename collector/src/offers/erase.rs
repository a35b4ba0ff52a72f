//! A visitor's wish to be erased.

use std::sync::PoisonError;

use actix_web::{HttpRequest, HttpResponse, web};
use beacon::{RunId, SessionId};
use nunchi_api::offers::{Erase, Erasing};

use super::{Offers, read, told};
use crate::error::ApiError;
use crate::outcome::Outcome;
use crate::store::Erasure;

/// `POST /v1/erase`. Whoever knows a visitor's number is that visitor: it is random and never shown.
pub(crate) async fn erase(
    request: HttpRequest,
    payload: web::Payload,
    offers: web::Data<Offers>,
) -> HttpResponse {
    let result = match read::<Erase>(&request, payload).await {
        Ok(wish) => keep(&request, wish, &offers).await,
        Err(error) => Err(error),
    };
    told(&request, result)
}

async fn keep(request: &HttpRequest, wish: Erase, offers: &Offers) -> Result<Erasing, ApiError> {
    let site = offers.site(&wish.site, request)?;
    let Erase { visitor, session, .. } = wish;
    // As long as a run's id.
    let is_visitor = visitor.is_empty() || RunId::parse(&visitor).is_some();
    let is_session = session.is_empty() || SessionId::parse(&session).is_some();
    if !is_visitor || !is_session || visitor.is_empty() && session.is_empty() {
        let message = "`visitor` is 32 hexadecimal digits, `session` 16; one may be empty";
        return Err(ApiError::refusal(Outcome::Malformed, message));
    }
    let asked_at = offers.clock.now().0;
    let wish = Erasure { site: site.record.id, visitor, session, asked_at };
    offers.store.ask_erasure(wish).await?;
    let kept = offers.retention.lock().unwrap_or_else(PoisonError::into_inner);
    let days = u64::from(kept.history_days.max(kept.replay_days));
    let is_for_ever = kept.history_days == 0 || kept.replay_days == 0;
    Ok(Erasing { gone_by: if is_for_ever { 0 } else { asked_at + days * DAY_MS } })
}

const DAY_MS: u64 = 24 * 3_600_000;
