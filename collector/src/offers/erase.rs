//! A visitor's wish to be erased.

use std::sync::PoisonError;

use actix_web::{HttpRequest, HttpResponse, web};
use beacon::{Millis, RunId, SessionId};
use nunchi_api::offers::{Erase, Erasing};

use super::{Offers, read, told};
use crate::error::ApiError;
use crate::outcome::Outcome;
use crate::store::{Did, Erasure};

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
    offers.ask(site.record.id, visitor, session).await
}

impl Offers {
    /// An operator's wish for a visitor, with what the record has of it.
    pub(crate) async fn forget(
        &self,
        site: i64,
        visitor: String,
        session: String,
        did: impl FnOnce(Millis) -> Did,
    ) -> Result<Erasing, ApiError> {
        self.store.note(did(self.clock.now())).await?;
        self.ask(site, visitor, session).await
    }

    async fn ask(&self, site: i64, visitor: String, session: String) -> Result<Erasing, ApiError> {
        let asked_at = self.clock.now().0;
        self.store.ask_erasure(Erasure { site, visitor, session, asked_at }).await?;
        let kept = self.retention.lock().unwrap_or_else(PoisonError::into_inner);
        let days = u64::from(kept.history_days.max(kept.replay_days));
        let is_for_ever = kept.history_days == 0 || kept.replay_days == 0;
        Ok(Erasing { gone_by: if is_for_ever { 0 } else { asked_at + days * DAY_MS } })
    }
}

const DAY_MS: u64 = 24 * 3_600_000;
