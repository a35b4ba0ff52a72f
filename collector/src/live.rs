//! Who is in the shop now: fed after each commit, kept in memory, told to consoles as it changes.
//!
//! The floor is a view of the last minutes of the journal and is made anew from it at start. A
//! console that reads too slowly is cut off and comes back to a whole floor.

mod floor;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use beacon::{Beacon, Millis, SiteKey};
use nunchi_api::live::{Floor as Answer, Visitor};
use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::clock::Clock;
use crate::error::ApiError;
use crate::events::{Events, event, json_event};
use crate::operators::{Operator, is_own_page};
use crate::sites::Sites;
use crate::store::{Arrival, Store, StoreError};

use floor::{Change, Floor};

/// The floors of all sites, by the site's number in the store.
#[derive(Debug, Default)]
pub struct Live {
    floors: RwLock<BTreeMap<i64, Arc<Mutex<Hall>>>>,
}

/// One site's floor and those who look at it.
#[derive(Debug, Default)]
struct Hall {
    floor: Floor,
    consoles: Vec<Sender<Bytes>>,
    /// More were there than an answer names when it was last told.
    is_crowded: bool,
}

impl Live {
    /// Takes in a beacon that was stored.
    pub fn observe(&self, arrival: &Arrival) {
        let hall = self.hall(arrival.site);
        let mut hall = hall.lock();
        let is_watched = !hall.consoles.is_empty();
        let changes = hall.floor.observe(&arrival.beacon, arrival.now, is_watched);
        hall.tell(&changes);
    }

    /// Somebody with this visitor id (session or run) has a conversation open.
    pub fn chatting(&self, site: i64, id: &str, now: Millis) {
        let hall = self.hall(site);
        let mut hall = hall.lock();
        let changes = hall.floor.chatting(id, now);
        hall.tell(&changes);
    }

    /// Somebody who is there now, by session or run.
    pub(crate) fn visitor(&self, site: i64, id: &str, now: Millis) -> Option<Visitor> {
        self.hall(site).lock().floor.visitor(id, now)
    }

    /// Whether a visitor with this id (session or run) is here.
    pub(crate) fn is_here(&self, site: i64, id: &str) -> bool {
        self.hall(site).lock().floor.has(id)
    }

    /// Takes somebody off the floor, whoever they are.
    pub(crate) fn forget(&self, site: i64, id: &str) {
        let hall = self.hall(site);
        let mut hall = hall.lock();
        let changes = hall.floor.forget(id);
        hall.tell(&changes);
    }

    /// Whether a console looks at this site.
    pub fn is_watched(&self, site: i64) -> bool {
        !self.hall(site).lock().consoles.is_empty()
    }

    /// Lets those go who were not seen for a while.
    pub fn sweep(&self, now: Millis) {
        for hall in self.halls() {
            let mut hall = hall.lock();
            let is_watched = !hall.consoles.is_empty();
            let changes = hall.floor.sweep(now, is_watched);
            hall.tell(&changes);
            hall.tell_crowd(now);
        }
    }

    /// A sign of life to all consoles, so that proxies keep the line open and dead ones are noticed.
    pub fn beat(&self) {
        for hall in self.halls() {
            hall.lock().send(&Bytes::from_static(b": beat\n\n"));
        }
    }

    /// Ends all streams, for a server that stops.
    pub fn close(&self) {
        for hall in self.halls() {
            hall.lock().consoles.clear();
        }
    }

    /// Makes a site's floor anew from the journal.
    ///
    /// # Errors
    /// What the store says.
    pub fn rebuild(
        &self,
        store: &Store,
        site: i64,
        key: &SiteKey,
        now: Millis,
    ) -> Result<(), StoreError> {
        let floor = rebuilt(store, key, now)?;
        self.hall(site).lock().floor = floor;
        Ok(())
    }

    /// Who is there now.
    pub(crate) fn answer(&self, site: i64, now: Millis) -> Answer {
        self.hall(site).lock().floor.answer(now)
    }

    /// A new console: its stream begins with the whole floor.
    fn subscribe(&self, site: i64, now: Millis) -> Result<Receiver<Bytes>, ApiError> {
        let hall = self.hall(site);
        let mut hall = hall.lock();
        hall.consoles.retain(|console| !console.is_closed());
        if hall.consoles.len() >= CONSOLES_MAX {
            let message = format!("at most {CONSOLES_MAX} consoles may look at one site");
            return Err(ApiError::new(429, "throttled", message).retry_after(30));
        }
        let (send, receive) = channel(UNREAD_MAX);
        // The channel is new and empty: it takes the first event.
        let _ = send.try_send(json_event("floor", &hall.floor.answer(now)));
        hall.consoles.push(send);
        Ok(receive)
    }

    fn hall(&self, site: i64) -> Shared {
        let known = self.floors.read().unwrap_or_else(PoisonError::into_inner).get(&site).cloned();
        Shared(known.unwrap_or_else(|| {
            Arc::clone(
                self.floors
                    .write()
                    .unwrap_or_else(PoisonError::into_inner)
                    .entry(site)
                    .or_default(),
            )
        }))
    }

    fn halls(&self) -> Vec<Shared> {
        self.floors
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .map(Shared)
            .collect()
    }
}

/// A hall to be locked.
struct Shared(Arc<Mutex<Hall>>);

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Hall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hall {
    fn tell(&mut self, changes: &[Change]) {
        if self.consoles.is_empty() {
            return;
        }
        for change in changes {
            let bytes = match change {
                Change::Visitor(visitor) => json_event("visitor", visitor),
                Change::Left(id) => event("left", id),
            };
            self.send(&bytes);
        }
    }

    /// How many stand in each zone, while they are too many to be named, and once when they no longer are.
    fn tell_crowd(&mut self, now: Millis) {
        if self.consoles.is_empty() {
            return;
        }
        let crowd = self.floor.crowd(now);
        let was_crowded = std::mem::replace(&mut self.is_crowded, crowd.is_some());
        if was_crowded || crowd.is_some() {
            self.send(&json_event("crowd", &crowd.unwrap_or_default()));
        }
    }

    /// Cuts off who has not read for [`UNREAD_MAX`] events, and who is gone.
    fn send(&mut self, bytes: &Bytes) {
        self.consoles.retain(|console| console.try_send(bytes.clone()).is_ok());
    }
}

/// The floor as the journal tells it, for a server that starts and for the command line.
pub(crate) fn floor_of(store: &Store, key: &SiteKey, now: Millis) -> Result<Answer, StoreError> {
    Ok(rebuilt(store, key, now)?.answer(now))
}

fn rebuilt(store: &Store, key: &SiteKey, now: Millis) -> Result<Floor, StoreError> {
    let since = Millis(now.since(Millis(floor::PRESENCE_MS)));
    let mut floor = Floor::default();
    for (accepted_at, frame) in store.frames_since(key, since)? {
        let beacon: Option<Beacon> = beacon::frame::decode(&frame).ok();
        if let Some(beacon) = beacon {
            floor.observe(&beacon, accepted_at, false);
        }
    }
    floor.sweep(now, false);
    Ok(floor)
}

/// Which site's floor.
#[derive(Debug, Deserialize)]
pub struct Which {
    site: String,
}

/// `GET /api/live?site=KEY`.
///
/// # Errors
/// 404 for an unknown site.
pub async fn now(
    _operator: Operator,
    which: web::Query<Which>,
    live: web::Data<Live>,
    sites: web::Data<Sites>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, ApiError> {
    let site = sites.find_text(&which.site).ok_or_else(|| ApiError::unknown_site(&which.site))?;
    let answer = live.answer(site.record.id, clock.now());
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

/// `GET /api/live/events?site=KEY`: server-sent events.
///
/// # Errors
/// 403 for a foreign page, 404 for an unknown site, 429 when too many look already.
pub async fn events(
    request: HttpRequest,
    _operator: Operator,
    which: web::Query<Which>,
    live: web::Data<Live>,
    sites: web::Data<Sites>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, ApiError> {
    if !is_own_page(request.headers()) {
        return Err(ApiError::new(403, "wrong_origin", "open this from the console's own page"));
    }
    let site = sites.find_text(&which.site).ok_or_else(|| ApiError::unknown_site(&which.site))?;
    let receive = live.subscribe(site.record.id, clock.now())?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-store"))
        // A proxy that gathers would hold events back.
        .insert_header(("X-Accel-Buffering", "no"))
        .body(Events::from(receive)))
}

/// Consoles that may look at one site at once.
const CONSOLES_MAX: usize = 64;

/// Events a console may be behind before it is cut off: a whole floor whose moods fade at once, and as many again.
const UNREAD_MAX: usize = 1_024;
