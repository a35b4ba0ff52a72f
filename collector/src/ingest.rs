//! Takes beacons: reads no more than it must, checks what can be checked, and answers 204 only when
//! the store says that the beacon is durable.
//!
//! Every arrival ends in exactly one counted [`Outcome`]. A page must name an origin that the site
//! lists: browsers put `Origin` on every cross-origin POST, so what comes without one is no page.

mod hit;
mod room;

use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use beacon::DecodeError;
use beacon::reply::{Command, Reply};

use crate::clock::Clock;
use crate::door::{Admission, Door, Earlier};
use crate::error::ApiError;
use crate::fault::{self, Sabotage};
use crate::http::{Refusal, origin, read_text, readable_by_sender};
use crate::outcome::{Counters, Outcome, Ticket};
use crate::sites::{Site, Sites};
use crate::store::{Arrival, Store, StoreError, Written};
use crate::suspicion::Suspicion;

pub use hit::hit;
pub use room::Room;

/// Told of each beacon after its commit, on the writer's thread.
pub type OnStored = Arc<dyn Fn(&Arrival) + Send + Sync>;

/// Whether somebody looks at the live floor of the site with this number.
pub type IsWatched = Arc<dyn Fn(i64) -> bool + Send + Sync>;

/// How many conversations more operators would take at the site with this number.
pub type FreeAgents = Arc<dyn Fn(i64) -> u16 + Send + Sync>;

/// What ingest needs of the rest.
#[derive(Clone)]
pub struct Ingest {
    /// Where beacons go.
    pub store: Store,
    /// Who may send them.
    pub sites: Arc<Sites>,
    /// How much, and what is believed.
    pub door: Arc<Door>,
    /// Where all is counted.
    pub counters: Arc<Counters>,
    /// Where they wait meanwhile.
    pub room: Room,
    /// The wall clock.
    pub clock: Clock,
    /// Told of what was stored.
    pub on_stored: OnStored,
    /// Asked for the answer.
    pub is_watched: IsWatched,
    /// Asked for the answer, where a campaign of the site needs to know.
    pub free_agents: FreeAgents,
}

/// `POST /v1/b`.
pub async fn beacon(
    request: HttpRequest,
    payload: web::Payload,
    ingest: web::Data<Ingest>,
) -> HttpResponse {
    let mut ticket = ingest.counters.arrived();
    let response = match admit(&request, payload, &ingest, &mut ticket).await {
        Ok((site, arrival)) => keep(&ingest, &site, arrival, ticket).await,
        Err((outcome, message)) => {
            ticket.settle(outcome);
            Err(ApiError::refusal(outcome, message))
        }
    };
    let response = response.unwrap_or_else(|error| error.error_response());
    readable_by_sender(request.headers(), response)
}

/// All checks that need no store, cheapest first.
async fn admit(
    request: &HttpRequest,
    payload: web::Payload,
    ingest: &Ingest,
    ticket: &mut Ticket,
) -> Result<(Arc<Site>, Arrival), Refusal> {
    let frame = read_text(request, payload).await?;
    let beacon = beacon::frame::decode(&frame).map_err(undecodable)?;
    let key = &beacon.header.site;
    let site = open_site(&ingest.sites, key.as_str(), request.headers(), ticket)?;
    let (admission, earlier) = ingest.door.admit(request, site.record.id, &beacon);
    if !earlier.is_empty() {
        disbelieve(ingest, &earlier);
    }
    let quarantine = match admission {
        Admission::Clean => None,
        Admission::Apart(suspicion) => Some(suspicion),
        Admission::Wait => {
            return Err((Outcome::Throttled, "this site sends more than is taken, wait".into()));
        }
    };
    let (now, id) = (ingest.clock.now(), site.record.id);
    Ok((site, Arrival { site: id, beacon, frame, now, quarantine }))
}

/// What was believed too early is set apart with the next commit; what is sealed by then stays in the numbers.
fn disbelieve(ingest: &Ingest, earlier: &[Earlier]) {
    let beacons = earlier.iter().map(|it| (it.site, it.run, it.sequence)).collect();
    if let Err(error) = ingest.store.set_apart(beacons, Suspicion::AddressRate) {
        tracing::warn!(%error, beacons = earlier.len(), "could not set apart what came too fast");
    }
}

/// The site, if it takes anything from this sender.
fn open_site(
    sites: &Sites,
    key: &str,
    headers: &HeaderMap,
    ticket: &mut Ticket,
) -> Result<Arc<Site>, Refusal> {
    let site = sites
        .find_text(key)
        .ok_or_else(|| (Outcome::UnknownSite, "no site has this key".to_owned()))?;
    ticket.belongs_to(site.record.key.as_str());
    if !site.record.is_on {
        return Err((Outcome::SiteOff, "the site is switched off".into()));
    }
    if !site.allows(origin(headers)) && !fault::is(Sabotage::SkipOrigin) {
        sites.evidence.refused(site.record.id, origin(headers));
        return Err((
            Outcome::WrongOrigin,
            "the site does not list the origin of this page".into(),
        ));
    }
    Ok(site)
}

fn undecodable(error: DecodeError) -> Refusal {
    let outcome = match error {
        DecodeError::TooLarge => Outcome::TooLarge,
        DecodeError::Limits => Outcome::Limits,
        DecodeError::Truncated
        | DecodeError::Trailing
        | DecodeError::Version(_)
        | DecodeError::Checksum
        | DecodeError::Malformed => Outcome::Malformed,
    };
    (outcome, error.to_string())
}

/// Hands the beacon to the store and answers when it is durable. The ticket goes along, so that it
/// is settled by what happened even if the sender hangs up.
async fn keep(
    ingest: &Ingest,
    site: &Site,
    arrival: Arrival,
    ticket: Ticket,
) -> Result<HttpResponse, ApiError> {
    let Some(taken) = ingest.room.take(&arrival.beacon, &arrival.frame) else {
        ticket.settle(Outcome::Unavailable);
        return Err(StoreError::Busy.into());
    };
    let reply = reply(ingest, site, &arrival);
    let (send, receive) = tokio::sync::oneshot::channel();
    let on_stored = Arc::clone(&ingest.on_stored);
    // The queue may refuse and drop the closure: the ticket must then still be here.
    let ticket = Arc::new(std::sync::Mutex::new(Some(ticket)));
    let settle = |ticket: &std::sync::Mutex<Option<Ticket>>, outcome, suspicion| match (
        ticket.lock().expect("settling does not panic").take(),
        outcome,
        suspicion,
    ) {
        (None, ..) => {}
        (Some(ticket), Outcome::Stored, Some(suspicion)) => ticket.settle_apart(suspicion),
        (Some(ticket), outcome, _) => ticket.settle(outcome),
    };
    let theirs = Arc::clone(&ticket);
    let apart = arrival.quarantine.map(|_| (Arc::clone(&ingest.sites), arrival.site));
    let queued = ingest.store.accept(arrival, move |result, arrival| {
        if matches!(result, Ok(Written::Stored)) && arrival.quarantine.is_none() {
            on_stored(&arrival);
        }
        if let (Ok(Written::Stored), Some((sites, site))) = (&result, &apart) {
            sites.evidence.kept_apart(*site);
        }
        settle(&theirs, outcome_of(&result), arrival.quarantine);
        drop(taken);
        // Nobody waits any more: the sender hung up, and will send again.
        let _ = send.send(result);
    });
    if let Err(error) = queued {
        settle(&ticket, Outcome::Unavailable, None::<Suspicion>);
        return Err(error.into());
    }
    if fault::is(Sabotage::AckBeforeWrite) {
        return answer(Written::Stored, &reply);
    }
    let written = receive.await.map_err(|_| StoreError::Busy)?;
    // Whatever keeps the store from writing, it is not the page's fault, and the page keeps the beacon. The writer
    // has told the log.
    let written = written
        .map_err(|_| ApiError::refusal(Outcome::Unavailable, "nothing can be stored now"))?;
    answer(written, &reply)
}

fn outcome_of(result: &Result<Written, StoreError>) -> Outcome {
    match result {
        Ok(Written::Stored) => Outcome::Stored,
        Ok(Written::Duplicate) => Outcome::Duplicate,
        Ok(Written::Conflict) => Outcome::Conflict,
        Ok(Written::TooOld) => Outcome::TooOld,
        Err(_) => Outcome::Unavailable,
    }
}

fn answer(written: Written, reply: &Reply) -> Result<HttpResponse, ApiError> {
    match written {
        Written::Stored | Written::Duplicate if reply.commands.is_empty() => {
            Ok(HttpResponse::NoContent().insert_header(("Cache-Control", "no-store")).finish())
        }
        Written::Stored | Written::Duplicate => Ok(HttpResponse::Ok()
            .insert_header(("Cache-Control", "no-store"))
            .content_type("application/octet-stream")
            .body(reply.encode())),
        Written::Conflict => Err(ApiError::refusal(
            Outcome::Conflict,
            "this run and sequence number were used for other bytes",
        )),
        Written::TooOld => Err(ApiError::refusal(
            Outcome::TooOld,
            "sent too long ago to tell whether it was stored already",
        )),
    }
}

/// What this visitor's agent should do.
fn reply(ingest: &Ingest, site: &Site, arrival: &Arrival) -> Reply {
    let mut commands = Vec::new();
    let published = site.record.pack.version;
    if arrival.beacon.header.pack < published {
        commands.push(Command::TakePack(published));
    }
    if (ingest.is_watched)(site.record.id) {
        commands.push(Command::Watched { every_ms: WATCHED_EVERY_MS, for_ms: WATCHED_FOR_MS });
    }
    if site.needs_agents {
        commands.push(Command::Staffed((ingest.free_agents)(site.record.id)));
    }
    Reply { commands }
}

/// While somebody watches: at each view and signal, at most once in this time (DESIGN section 4).
const WATCHED_EVERY_MS: u32 = 5_000;

/// How long an agent believes to be watched without hearing it again.
const WATCHED_FOR_MS: u32 = 60_000;
