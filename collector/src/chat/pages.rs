//! A visitor's stream: what is said, as it is said, while the chat is open.
//!
//! A browser's `EventSource` sends no body, so the key of the conversation would stand in the address,
//! which proxies write down. A ticket stands there instead: it opens this one conversation, from pages
//! of this site, for [`TICKET_MS`], and nothing can be said with it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use beacon::Millis;
use nunchi_api::chat::{Message, Sign, SignKind, Standing};
use nunchi_api::inbox::State;
use serde::Deserialize;

use super::inbox::{Key, stream};
use super::{Chat, conversation_id, paced, read_json, respond};
use crate::error::{ApiError, internal};
use crate::events::{json_event, numbered_event};
use crate::hex::hex;
use crate::http::{origin, readable_by_sender};
use crate::outcome::Outcome;
use crate::requests;
use crate::store::{StoreError, Talk};

/// Tickets that were given, by themselves.
#[derive(Debug, Default)]
pub(super) struct Tickets(Mutex<BTreeMap<String, (Key, Millis)>>);

impl Tickets {
    /// A ticket for a conversation.
    ///
    /// # Errors
    /// Without randomness. When too many are out the answer is an empty one: the page asks from time
    /// to time instead.
    pub(super) fn give(&self, key: Key, now: Millis) -> Result<String, ApiError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| internal(&error))?;
        let mut given = self.lock();
        if given.len() >= TICKETS_MAX {
            given.retain(|_, (_, until)| *until > now);
        }
        if given.len() >= TICKETS_MAX {
            return Ok(String::new());
        }
        let ticket = hex(&bytes);
        given.insert(ticket.clone(), (key, now.plus(TICKET_MS)));
        Ok(ticket)
    }

    /// What a ticket opens, as long as it does.
    fn find(&self, ticket: &str, now: Millis) -> Option<Key> {
        let given = self.lock();
        given.get(ticket).filter(|(_, until)| *until > now).map(|(key, _)| *key)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (Key, Millis)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long those waited who were accepted last, by site.
#[derive(Debug, Default)]
pub(super) struct Waits(Mutex<BTreeMap<i64, VecDeque<u32>>>);

impl Waits {
    /// One more was accepted, after so many seconds.
    pub(super) fn note(&self, site: i64, waited_s: u32) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = waits.entry(site).or_default();
        waits.truncate(WAITS_KEPT - 1);
        waits.push_front(waited_s);
    }

    /// Half of them waited less; 0 while they are too few to tell.
    pub(super) fn median(&self, site: i64) -> u32 {
        let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waits: Vec<u32> = waits.get(&site).into_iter().flatten().copied().collect();
        waits.sort_unstable();
        if waits.len() < WAITS_TOLD { 0 } else { waits[waits.len() / 2].max(1) }
    }
}

/// What opens the stream, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct With {
    ticket: String,
}

/// `GET /v1/chat/events?ticket=…`: server-sent events.
pub(crate) async fn events(
    request: HttpRequest,
    with: web::Query<With>,
    chat: web::Data<Chat>,
) -> HttpResponse {
    let response = match listen(&request, &with.ticket, &chat).await {
        Ok(response) => response,
        Err(error) => error.error_response(),
    };
    readable_by_sender(request.headers(), response)
}

async fn listen(
    request: &HttpRequest,
    ticket: &str,
    chat: &Chat,
) -> Result<HttpResponse, ApiError> {
    let key = chat.tickets.find(ticket, chat.clock.ticks()).ok_or_else(|| {
        ApiError::new(403, "no_ticket", "a ticket comes from /v1/chat/thread and is not kept long")
    })?;
    let site = chat.sites.all().into_iter().find(|it| it.record.id == key.0);
    if !site.is_some_and(|site| site.record.is_on && site.allows(origin(request.headers()))) {
        let message = "the site does not list the origin of this page";
        return Err(ApiError::refusal(Outcome::WrongOrigin, message));
    }
    let last = request.headers().get("last-event-id").and_then(|it| it.to_str().ok());
    let from = last.and_then(|it| it.parse::<u32>().ok()).map_or(0, |last| last.saturating_add(1));
    // It listens before it reads: what is said meanwhile may come twice, but cannot be missed. Pages
    // know a message by its number.
    let receive = chat
        .hub
        .open(key)
        .ok_or_else(|| ApiError::new(429, "throttled", "too many pages listen").retry_after(30))?;
    let store = chat.store.clone();
    let read = move || -> Result<_, StoreError> {
        let talk = store.talk_of(key.0, key.1)?.unwrap_or_default();
        Ok((store.said(talk.row.id, from)?, talk))
    };
    let (said, talk) = requests::block(read).await.map_err(|error| internal(&error))??;
    let mut first: Vec<u8> = b"retry: 2000\n\n".to_vec();
    for message in said {
        first.extend_from_slice(&told(&chat.outward(message)));
    }
    first.extend_from_slice(&json_event("standing", &chat.standing(&talk)));
    Ok(stream(first.into(), receive))
}

/// `POST /v1/chat/sign`: a visitor is writing, has read, gives stars.
pub(crate) async fn sign(
    request: HttpRequest,
    payload: web::Payload,
    chat: web::Data<Chat>,
) -> HttpResponse {
    let result = match read_json::<Sign>(&request, payload).await {
        Ok(sign) => take(&request, &sign, &chat).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => {
            let response =
                HttpResponse::NoContent().insert_header(("Cache-Control", "no-store")).finish();
            readable_by_sender(request.headers(), response)
        }
        Err(error) => respond::<()>(&request, Err(error)),
    }
}

async fn take(request: &HttpRequest, sign: &Sign, chat: &Chat) -> Result<(), ApiError> {
    let site = chat.site(&sign.site, request)?.record.id;
    let conversation = conversation_id(&sign.conversation)?;
    paced(&chat.signs, site, conversation, chat.clock.now())?;
    let key = conversation.0;
    let talk = match sign.what {
        SignKind::Typing => {
            let store = chat.store.clone();
            let found = requests::block(move || store.talk_of(site, key)).await;
            if let Some(talk) = found.map_err(|error| internal(&error))?? {
                chat.hub.tell(site, &json_event("typing", &talk.row.id));
            }
            return Ok(());
        }
        SignKind::Read => chat.store.visitor_read(site, key, sign.number).await?,
        SignKind::Rated => {
            let stars = u8::try_from(sign.number).ok().filter(|it| (1..=5).contains(it));
            let stars = stars.ok_or_else(|| {
                ApiError::refusal(Outcome::Limits, "a conversation gets 1 to 5 stars")
            })?;
            chat.store.give_stars(site, key, stars).await?
        }
    };
    if let Some(talk) = talk {
        chat.tell_row(&talk);
    }
    Ok(())
}

impl Chat {
    /// Where a conversation stands, for its visitor.
    pub(super) fn standing(&self, talk: &Talk) -> Standing {
        let row = &talk.row;
        let is_theirs = matches!(row.state, State::Open | State::Closed);
        Standing {
            at: self.stamp(),
            state: row.state,
            agent: if is_theirs { self.agents.public_name(&row.agent) } else { String::new() },
            place: talk.place,
            wait_s: if talk.place > 0 { self.waits.median(talk.site) } else { 0 },
            read: talk.agent_read,
            is_staffed: self.is_staffed(talk.site),
            rating: row.rating,
        }
    }

    /// A message as visitors are told it: colleagues' names are the shop's own.
    pub(super) fn outward(&self, mut message: Message) -> Message {
        message.by = self.agents.public_name(&message.by);
        message
    }

    /// Later than all before, also than those before a restart.
    fn stamp(&self) -> u64 {
        let now = self.clock.now().0;
        let next = |last: u64| Some(now.max(last + 1));
        let last = self.stamps.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        last.map_or(now, |last| now.max(last + 1))
    }

    /// Tells the pages of a conversation what was said, and where it stands.
    pub(super) fn tell_pages(&self, talk: &Talk, said: &[Message]) {
        let key = (talk.site, talk.key);
        if self.hub.has_page(&key) {
            for message in said {
                self.hub.tell_page(&key, &told(&self.outward(message.clone())));
            }
            self.hub.tell_page(&key, &json_event("standing", &self.standing(talk)));
        }
    }

    /// Those who wait move up when somebody before them was accepted, or gave up.
    pub(super) async fn tell_queue(&self, site: i64) -> Result<(), ApiError> {
        let store = self.store.clone();
        let queue = requests::block(move || store.queue(site)).await;
        for talk in queue.map_err(|error| internal(&error))?? {
            self.tell_row(&talk);
            self.tell_pages(&talk, &[]);
        }
        Ok(())
    }
}

fn told(message: &Message) -> Bytes {
    numbered_event("message", message.number, message)
}

/// How long a ticket opens, milliseconds: a connection that breaks comes back by itself meanwhile.
const TICKET_MS: u64 = 10 * 60_000;

/// Tickets that are out at once.
const TICKETS_MAX: usize = 50_000;

/// Waits that are remembered for a site.
const WAITS_KEPT: usize = 20;

/// Fewer than these say nothing about the next one.
const WAITS_TOLD: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_one_conversation_for_ten_minutes() {
        let tickets = Tickets::default();
        let key = (1, [7; 16]);
        let ticket = tickets.give(key, Millis(5)).unwrap();
        assert_eq!(tickets.find(&ticket, Millis(5 + TICKET_MS - 1)), Some(key));
        assert_eq!(tickets.find(&ticket, Millis(5 + TICKET_MS)), None);
        assert_eq!(tickets.find(&ticket[1..], Millis(6)), None);
        assert_ne!(tickets.give(key, Millis(5)).unwrap(), ticket);
    }

    #[test]
    fn tickets_that_are_over_make_room_and_else_there_is_none() {
        let tickets = Tickets::default();
        for number in 0..TICKETS_MAX {
            let until = Millis(if number == 0 { 10 } else { 1_000 });
            tickets.lock().insert(number.to_string(), ((1, [0; 16]), until));
        }
        assert_eq!(tickets.give((1, [1; 16]), Millis(9)).unwrap(), "");
        assert_ne!(tickets.give((1, [1; 16]), Millis(10)).unwrap(), "");
    }

    #[test]
    fn an_estimate_is_the_median_of_the_last_and_none_of_few() {
        let waits = Waits::default();
        waits.note(1, 10);
        waits.note(1, 600);
        assert_eq!(waits.median(1), 0);
        waits.note(1, 30);
        assert_eq!((waits.median(1), waits.median(2)), (30, 0));
        (0..WAITS_KEPT).for_each(|_| waits.note(1, 5));
        assert_eq!(waits.median(1), 5, "the last ones only");
    }
}
