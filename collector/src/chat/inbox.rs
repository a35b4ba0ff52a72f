//! The operators' inbox: who waits, what was said, and a person's answers.
//!
//! [`need`] says who needs help first, [`agents`] who could help, [`hub`] tells consoles and pages what
//! changed. What is said here is durable before anybody is told.

mod agents;
pub(super) mod hub;
mod need;
mod office;
mod routing;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use beacon::{Millis, SessionId};
use nunchi_api::chat::{Message, TEXT_CHARS_MAX};
use nunchi_api::inbox::{
    Act, Campaign, Context, Conversation, Inbox, NAME_BYTES_MAX, Note, Noted, Presence, ROWS_MAX,
    Row, Said, Say, Transfer, Visit, urgency,
};
use nunchi_api::inbox::{Office, REPLIES_MAX, Replies, Reply, State};
use nunchi_api::mask::mask;
use serde::Deserialize;
use tokio::sync::mpsc::Receiver;

use super::Chat;
use crate::error::{ApiError, internal};
use crate::events::{Events, event, json_event};
use crate::operators::{Agent, Allowed, Editor, Operator, is_own_page};
use crate::outcome::Outcome;
use crate::requests;
use crate::sites::Site;
use crate::store::{Deed, Done, Store, StoreError, Talk};

pub(crate) use agents::Agents;
pub(crate) use hub::{Hub, Key};
pub(super) use office::{clock_of, is_open, offline, skill};

/// To whom conversations that wait are offered, by their number.
pub(crate) type Offers = Mutex<BTreeMap<u64, String>>;

/// When people answer, by site; as the store has it.
pub(crate) type Offices = Mutex<BTreeMap<i64, Arc<Office>>>;

/// Which site, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    site: String,
}

/// `GET /api/conversations`.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn list(
    operator: Allowed<Agent>,
    of: web::Query<Of>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let site = known(&chat, &of.site)?;
    Ok(answer(&chat.inbox(&site, &operator.name).await?))
}

/// `GET /api/conversations/{id}`.
///
/// # Errors
/// 404 for an unknown site or conversation.
pub(crate) async fn open(
    _operator: Allowed<Agent>,
    id: web::Path<u64>,
    of: web::Query<Of>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let site = known(&chat, &of.site)?;
    let (id, site_id) = (*id, site.record.id);
    let told = blocking(&chat, move |store| {
        let Some(talk) = store.talk(site_id, id)? else { return Ok(None) };
        let (notes, tried) = store.behind(id)?;
        Ok(Some((talk, store.said(id, 0)?, notes, tried)))
    });
    let (talk, messages, notes, tried) = told.await?.ok_or_else(unknown)?;
    let row = chat.row(&talk);
    let context = Context {
        visitor: (chat.around.visitor)(site_id, &row.visitor, chat.clock.now()),
        campaign: talk.campaign.map(|id| campaign(&site, id)),
        tried,
        visit: chat.visit(&site, &row.visitor).await?,
    };
    let read_to = talk.visitor_read.checked_sub(1);
    Ok(answer(&Conversation { row, messages, notes, read_to, context }))
}

/// `POST /api/conversations/{id}/accept`.
///
/// # Errors
/// 404 for an unknown site or conversation, 409 when somebody else has it.
pub(crate) async fn accept(
    operator: Allowed<Agent>,
    id: web::Path<u64>,
    act: web::Json<Act>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    chat.treat(&operator, *id, &act.site, Deed::Accept).await
}

/// `POST /api/conversations/{id}/close`.
///
/// # Errors
/// As [`accept`].
pub(crate) async fn close(
    operator: Allowed<Agent>,
    id: web::Path<u64>,
    act: web::Json<Act>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    chat.treat(&operator, *id, &act.site, Deed::Close).await
}

/// `POST /api/conversations/{id}/read`: the operator has read all of it.
///
/// # Errors
/// 404 for an unknown site or conversation.
pub(crate) async fn read(
    operator: Allowed<Agent>,
    id: web::Path<u64>,
    act: web::Json<Act>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    chat.treat(&operator, *id, &act.site, Deed::Read).await
}

/// `POST /api/conversations/{id}/say`.
///
/// # Errors
/// As [`accept`]; 409 for a conversation that was not accepted, 422 for what is no message.
pub(crate) async fn say(
    operator: Allowed<Agent>,
    id: web::Path<u64>,
    say: web::Json<Say>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let Say { site, number, text } = say.into_inner();
    let deed = Deed::Say { number, text: words(&text)? };
    chat.treat(&operator, *id, &site, deed).await
}

/// `POST /api/conversations/{id}/note`: for colleagues only.
///
/// # Errors
/// 404 for an unknown site or conversation, 422 for what is no note.
pub(crate) async fn note(
    operator: Allowed<Agent>,
    id: web::Path<u64>,
    say: web::Json<Say>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let Say { site, number, text } = say.into_inner();
    let deed = Deed::Note { number, text: words(&text)? };
    chat.treat(&operator, *id, &site, deed).await
}

/// `POST /api/conversations/{id}/transfer`.
///
/// # Errors
/// As [`say`].
pub(crate) async fn transfer(
    operator: Allowed<Agent>,
    id: web::Path<u64>,
    to: web::Json<Transfer>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let Transfer { site, agent, skill } = to.into_inner();
    if agent.len() > NAME_BYTES_MAX || skill.len() > NAME_BYTES_MAX {
        return Err(limits(format!("`agent` and `skill` have at most {NAME_BYTES_MAX} bytes")));
    }
    chat.treat(&operator, *id, &site, Deed::Transfer { agent, skill }).await
}

/// `POST /api/conversations/{id}/typing`: the visitor is told that a person writes, never what.
///
/// # Errors
/// 404 for an unknown site or conversation, 409 for one that this operator does not have.
pub(crate) async fn typing(
    operator: Allowed<Agent>,
    id: web::Path<u64>,
    act: web::Json<Act>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let site = known(&chat, &act.site)?.record.id;
    let id = *id;
    let talk = blocking(&chat, move |store| store.talk(site, id)).await?.ok_or_else(unknown)?;
    if talk.row.agent != operator.name {
        return Err(taken(&talk.row.agent));
    }
    chat.hub.tell_page(&(site, talk.key), &event("typing", "{}"));
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/conversations/presence`: how the operator who asks wants to be found.
///
/// # Errors
/// 422 for what is no presence.
pub(crate) async fn presence(
    operator: Allowed<Agent>,
    presence: web::Json<Presence>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let presence = presence.into_inner();
    agents::check(&presence).map_err(limits)?;
    let agent = chat.agents.set(&operator.name, presence);
    chat.store.keep_agent(agent).await?;
    chat.count_loads().await?;
    chat.tell_agents();
    chat.route_all().await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/conversations/replies`: those that are often given.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn replies(
    _operator: Allowed<Agent>,
    of: web::Query<Of>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let id = known(&chat, &of.site)?.record.id;
    let kept: Option<Replies> = blocking(&chat, move |store| store.desk(id, REPLIES)).await?;
    let replies = kept.map(|it| it.replies).unwrap_or_default();
    Ok(answer(&Replies { site: of.into_inner().site, replies }))
}

/// `POST /api/conversations/replies`: these, in place of all before.
///
/// # Errors
/// 404 for an unknown site, 422 for too many or too long ones.
pub(crate) async fn put_replies(
    _operator: Allowed<Agent>,
    put: web::Json<Replies>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let id = known(&chat, &put.site)?.record.id;
    let is_fit = |it: &Reply| {
        (1..=NAME_BYTES_MAX).contains(&it.title.len())
            && (1..=TEXT_CHARS_MAX).contains(&it.text.chars().count())
    };
    if put.replies.len() > REPLIES_MAX || !put.replies.iter().all(is_fit) {
        return Err(limits(format!(
            "at most {REPLIES_MAX} replies, titles of 1 to {NAME_BYTES_MAX} bytes, texts of 1 to {TEXT_CHARS_MAX} characters"
        )));
    }
    chat.store.set_desk(id, REPLIES, &*put).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/conversations/office`: when people answer, and which pages are about what.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn get_office(
    _operator: Allowed<Agent>,
    of: web::Query<Of>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let id = known(&chat, &of.site)?.record.id;
    let office = chat.office(id).await?;
    Ok(answer(&Office { site: of.into_inner().site, ..Office::clone(&office) }))
}

/// `POST /api/conversations/office`.
///
/// # Errors
/// 404 for an unknown site, 422 for what are no hours.
pub(crate) async fn put_office(
    _operator: Allowed<Editor>,
    put: web::Json<Office>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let id = known(&chat, &put.site)?.record.id;
    let office = put.into_inner();
    office::check(&office).map_err(limits)?;
    chat.store.set_desk(id, OFFICE, &office).await?;
    lock(&chat.offices).insert(id, Arc::new(office));
    chat.tell_queue(id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/conversations/events`: server-sent events.
///
/// # Errors
/// 403 for a foreign page, 404 for an unknown site, 429 when too many listen already.
pub(crate) async fn events(
    request: HttpRequest,
    operator: Allowed<Agent>,
    of: web::Query<Of>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    if !is_own_page(request.headers()) {
        return Err(ApiError::new(403, "wrong_origin", "open this from the console's own page"));
    }
    let site = known(&chat, &of.site)?;
    let name = operator.name.clone();
    // It listens before it reads: what changes meanwhile comes twice, but is not missed.
    let receive = chat.hub.join(site.record.id, &name).ok_or_else(|| {
        ApiError::new(429, "throttled", "too many consoles listen to this site").retry_after(30)
    })?;
    let first = json_event("inbox", &chat.inbox(&site, &name).await?);
    chat.tell_agents();
    chat.tell_queue(site.record.id).await?;
    Ok(stream(first, receive))
}

/// An answer that begins with `first` and goes on.
pub(super) fn stream(first: Bytes, receive: Receiver<Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-store"))
        // A proxy that gathers would hold events back.
        .insert_header(("X-Accel-Buffering", "no"))
        .body(Events::begun_with(first, receive))
}

impl Chat {
    /// How many conversations more could be taken at a site now.
    pub fn free_agents(&self, site: i64) -> u16 {
        self.agents.free(&self.hub.there(Some(site)))
    }

    /// A sign of life to all who listen; conversations that fell silent count no longer.
    ///
    /// # Errors
    /// What the store says.
    pub async fn beat(&self) -> Result<(), ApiError> {
        self.hub.beat();
        self.count_loads().await?;
        self.route_all().await
    }

    /// Whether it is the shop's hours, and somebody is there who answers.
    pub(super) fn is_staffed(&self, site: i64) -> bool {
        let there = self.hub.there(Some(site));
        let is_here = self.agents.list(&there).iter().any(|it| it.is_there && it.is_available);
        let office = lock(&self.offices).get(&site).cloned();
        let site = self.sites.all().into_iter().find(|it| it.record.id == site);
        is_here
            && office.zip(site).is_none_or(|(office, site)| {
                is_open(&office, &site.record.pack.zone, self.clock.now().0)
            })
    }

    /// When people answer at a site, and which pages are about what.
    pub(super) async fn office(&self, site: i64) -> Result<Arc<Office>, ApiError> {
        if let Some(known) = lock(&self.offices).get(&site) {
            return Ok(Arc::clone(known));
        }
        let kept: Option<Office> = blocking(self, move |store| store.desk(site, OFFICE)).await?;
        let office = Arc::new(kept.unwrap_or_default());
        lock(&self.offices).insert(site, Arc::clone(&office));
        Ok(office)
    }

    /// Offers what waits at a site to those who are there; returns whether that changed anything.
    pub(super) async fn route(&self, site: i64) -> Result<bool, ApiError> {
        let queue = blocking(self, move |store| store.queue(site)).await?;
        let rows: Vec<Row> = queue.into_iter().map(|talk| talk.row).collect();
        let offered = routing::offers(&rows, &self.agents.list(&self.hub.there(Some(site))));
        let mut offers = lock(&self.offers);
        let before: Vec<_> = rows.iter().map(|row| offers.get(&row.id).cloned()).collect();
        for row in &rows {
            offers.remove(&row.id);
        }
        offers.extend(offered);
        if offers.len() > OFFERS_MAX {
            // Of conversations that wait no longer. They are made anew.
            offers.clear();
        }
        Ok(rows.iter().zip(before).any(|(row, before)| offers.get(&row.id) != before.as_ref()))
    }

    /// The same for all sites, telling what changed.
    async fn route_all(&self) -> Result<(), ApiError> {
        for site in self.sites.all() {
            if self.route(site.record.id).await? {
                self.tell_queue(site.record.id).await?;
            }
        }
        Ok(())
    }

    /// Ends all streams, for a server that stops.
    pub fn close(&self) {
        self.hub.close();
    }

    /// The inbox as `me` sees it.
    async fn inbox(&self, site: &Site, me: &str) -> Result<Inbox, ApiError> {
        let now = self.clock.now();
        let (id, since) = (site.record.id, Millis(now.since(Millis(RECENT_MS))));
        let (talks, waiting) = blocking(self, move |store| store.talks(id, since)).await?;
        let mut rows: Vec<Row> = talks.iter().map(|talk| self.row(talk)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((urgency(row, now.0), row.last_at)));
        rows.truncate(ROWS_MAX);
        let agents = self.agents.list(&self.hub.there(None));
        Ok(Inbox { now: now.0, me: me.into(), agents, rows, waiting })
    }

    /// A conversation with what the floor knows of its visitor.
    fn row(&self, talk: &Talk) -> Row {
        let mut row = talk.row.clone();
        let visitor = (self.around.visitor)(talk.site, &row.visitor, self.clock.now());
        (row.points, row.reasons) = need::of(&row, visitor.as_ref());
        if row.state == State::Waiting {
            row.offered = lock(&self.offers).get(&row.id).cloned().unwrap_or_default();
        }
        row
    }

    /// What the pages of a visit reported; nothing where consent gave no session.
    async fn visit(&self, site: &Site, session: &str) -> Result<Visit, ApiError> {
        let Some(session) = SessionId::parse(session) else { return Ok(Visit::default()) };
        let (tell, record) = (self.around.visit.clone(), site.record.clone());
        blocking(self, move |store| tell(store, &record, &session.0)).await
    }

    async fn treat(
        &self,
        operator: &Operator,
        id: u64,
        site: &str,
        deed: Deed,
    ) -> Result<HttpResponse, ApiError> {
        let site = known(self, site)?.record.id;
        let (by, now) = (operator.name.clone(), self.clock.now());
        let is_accepted = matches!(deed, Deed::Accept);
        let moves_others = matches!(deed, Deed::Accept | Deed::Transfer { .. } | Deed::Close);
        match self.store.treat(site, id, by, deed, now).await? {
            Done::Changed(talk, said, noted) => {
                if is_accepted && talk.row.waiting_since > 0 {
                    let waited_s = now.since(Millis(talk.row.waiting_since)) / 1_000;
                    self.waits.note(site, u32::try_from(waited_s).unwrap_or(u32::MAX));
                }
                self.count_loads().await?;
                self.tell_changed(&talk, said.as_slice(), noted);
                if moves_others {
                    self.route(site).await?;
                    self.tell_queue(site).await?;
                }
                Ok(answer(&self.row(&talk)))
            }
            Done::Unknown => Err(unknown()),
            Done::Taken(by) => Err(taken(&by)),
            Done::NotOpen => Err(ApiError::new(409, "not_open", "accept the conversation first")),
            Done::Full => Err(limits("this conversation is full".into())),
        }
    }

    /// Tells everybody whom it concerns.
    pub(super) fn tell_changed(&self, talk: &Talk, said: &[Message], noted: Option<Note>) {
        let id = talk.row.id;
        for message in said {
            let event = json_event("message", &Said { id, message: message.clone() });
            self.hub.tell(talk.site, &event);
        }
        if let Some(note) = noted {
            self.hub.tell(talk.site, &json_event("note", &Noted { id, note }));
        }
        self.tell_row(talk);
        self.tell_pages(talk, said);
    }

    /// Tells the consoles how a conversation stands.
    pub(super) fn tell_row(&self, talk: &Talk) {
        self.hub.tell(talk.site, &json_event("row", &self.row(talk)));
    }

    fn tell_agents(&self) {
        let agents = self.agents.list(&self.hub.there(None));
        self.hub.tell_all(&json_event("agents", &agents));
    }

    /// Counts who has how many conversations. One in which nothing is said does not keep anybody.
    pub(super) async fn count_loads(&self) -> Result<(), ApiError> {
        let since = Millis(self.clock.now().since(Millis(RECENT_MS)));
        let loads = blocking(self, move |store| store.loads(since)).await?;
        self.agents.load_with(&loads);
        Ok(())
    }
}

fn campaign(site: &Site, id: u16) -> Campaign {
    let known = site.record.pack.campaigns.iter().find(|it| it.id == id);
    Campaign { id, name: known.map(|it| it.name.clone()).unwrap_or_default() }
}

/// What an operator wrote, if it is something. Masked as visitors' words are: whatever is typed here
/// may have been copied from there.
fn words(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    let chars = text.chars().count();
    if (1..=TEXT_CHARS_MAX).contains(&chars) {
        Ok(mask(text))
    } else {
        Err(limits(format!("a text has 1 to {TEXT_CHARS_MAX} characters, this one {chars}")))
    }
}

fn known(chat: &Chat, key: &str) -> Result<Arc<Site>, ApiError> {
    chat.sites.find_text(key).ok_or_else(|| ApiError::unknown_site(key))
}

async fn blocking<T: Send + 'static>(
    chat: &Chat,
    ask: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    let store = chat.store.clone();
    Ok(requests::block(move || ask(&store)).await.map_err(|error| internal(&error))??)
}

fn unknown() -> ApiError {
    ApiError::new(404, "not_found", "the site has no such conversation")
}

fn taken(by: &str) -> ApiError {
    ApiError::new(409, "taken", format!("`{by}` has this conversation"))
}

fn limits(message: String) -> ApiError {
    ApiError::refusal(Outcome::Limits, message)
}

fn answer<T: serde::Serialize>(body: &T) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Offers that are remembered.
const OFFERS_MAX: usize = 10_000;

/// Under which the hours are kept.
const OFFICE: &str = "office";

/// Under which replies are kept.
const REPLIES: &str = "replies";

/// What was said longer ago shows in the inbox only if somebody waits or has it; and nobody is held to
/// be busy with it. As a visit: half an hour.
const RECENT_MS: u64 = 30 * 60_000;
