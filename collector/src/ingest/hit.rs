//! The loader's own page view, where the agent cannot run: a path and nothing about the visitor.

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use beacon::RunId;

use super::{Ingest, open_site, outcome_of};
use crate::error::ApiError;
use crate::http::{Refusal, read_text, readable_by_sender};
use crate::outcome::{Outcome, Ticket};

/// `POST /v1/hit`: lines site key, run (hexadecimal), path.
pub async fn hit(
    request: HttpRequest,
    payload: web::Payload,
    ingest: web::Data<Ingest>,
) -> HttpResponse {
    let mut ticket = ingest.counters.arrived();
    let result = count(&request, payload, &ingest, &mut ticket).await;
    let (Ok((outcome, message)) | Err((outcome, message))) = result;
    ticket.settle(outcome);
    let response = match outcome {
        Outcome::Stored | Outcome::Duplicate => HttpResponse::NoContent().finish(),
        refusal => ApiError::refusal(refusal, message).error_response(),
    };
    readable_by_sender(request.headers(), response)
}

async fn count(
    request: &HttpRequest,
    payload: web::Payload,
    ingest: &Ingest,
    ticket: &mut Ticket,
) -> Result<(Outcome, String), Refusal> {
    let body = read_text(request, payload).await?;
    let hit = Hit::parse(&body).ok_or_else(|| {
        (Outcome::Malformed, "expected the lines site, run (32 hexadecimal digits), path".into())
    })?;
    let site = open_site(&ingest.sites, hit.site, request.headers(), ticket)?;
    if !site.counts_unasked() {
        return Err((Outcome::Consent, "this site asks before anything is counted".into()));
    }
    // There is nothing to keep apart: a hit is a number already.
    if !ingest.door.admits_network(request) {
        return Err((Outcome::Throttled, "this network sends more than is taken, wait".into()));
    }
    let path = site.record.pack.clean_path(hit.path);
    let page = engine::explain::page(site.record.pack.page_kind(&path)).to_owned();
    let result =
        ingest.store.accept_hit(site.record.id, hit.run, path, page, ingest.clock.now()).await;
    let outcome = outcome_of(&result);
    if outcome == Outcome::Stored {
        ingest.sites.evidence.counted_bare(site.record.id, ingest.clock.now());
    }
    Ok((outcome, "nothing can be stored now".into()))
}

struct Hit<'a> {
    site: &'a str,
    run: RunId,
    path: &'a str,
}

impl<'a> Hit<'a> {
    fn parse(body: &'a [u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(body).ok()?.lines();
        let (site, run, path) = (lines.next()?, lines.next()?, lines.next()?);
        let is_path = path.starts_with('/') && !path.chars().any(char::is_control);
        let run = RunId::parse(run)?;
        (is_path && lines.next().is_none()).then_some(Self { site, run, path })
    }
}
