//! Conversations: a visitor asks, the bot answers from the site's knowledge base, both are durable
//! before the answer goes out.
//!
//! The conversation id is 128 random bits made in the page; who holds it may read the conversation.
//! A message that comes again under its number is the same message.
//!
//! Where settings name a language model ([`llm`]) it may help where the bot is not sure. A person of the
//! shop takes over by the [`inbox`]; pages hear of it by [`pages`].

pub mod bench;
mod bot;
mod callback;
mod csv;
mod desk;
mod devices;
mod features;
mod gaps;
mod identity;
pub mod import;
pub(crate) mod inbox;
mod knowledge;
mod llm;
mod orders;
mod pace;
pub(crate) mod pages;
mod ranking;
mod stock;
mod words;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use beacon::limits::{LANGUAGE_BYTES_MAX, clip};
use beacon::{Millis, RunId, SessionId};
use nunchi_api::chat::{Ask, Reopen, TEXT_CHARS_MAX, Thread};
use nunchi_api::inbox::{Office, State, Visit};
use nunchi_api::live::Visitor;
use nunchi_api::mask::mask;

use crate::clock::Clock;
use crate::error::{ApiError, internal};
use crate::http::{origin, read_text, readable_by_sender};
use crate::outcome::Outcome;
use crate::requests;
use crate::sites::{DEFAULT_KNOWLEDGE, Site, Sites};
use crate::store::{Asked, Entry, SiteRecord, Store, StoreError};

pub use bot::{Saying, answer};
pub(crate) use desk::{
    draft, find_gaps, gaps, import as import_text, list, make_draft, merged, put, remove,
};
pub(crate) use devices::make_secret;
pub(crate) use identity::{SECRET, Secret};
pub use knowledge::{Found, Knowledge, KnowledgeError, Language};
pub use llm::{Llm, LlmError, LlmSettings};
pub(crate) use orders::put as put_facts;

use callback::Arranged;
use inbox::{Agents, Hub, Offers, Offices};
use orders::Tries;
use pace::Pace;
use pages::{Tickets, Waits};
use stock::Here;

/// Bytes of a request that writes knowledge: a text may grow when it becomes JSON.
pub(crate) const KNOWLEDGE_BYTES_MAX: usize = 2 * import::IMPORT_BYTES_MAX;

/// Told that the visitor with this session id has a conversation open on the site.
pub type OnTalk = Arc<dyn Fn(i64, &str, Millis) + Send + Sync>;

/// Who is on a site's floor under this session id, at this time.
pub type FindVisitor = Arc<dyn Fn(i64, &str, Millis) -> Option<Visitor> + Send + Sync>;

/// What the pages of a visit reported. Blocks.
pub type TellVisit =
    Arc<dyn Fn(&Store, &SiteRecord, &[u8]) -> Result<Visit, StoreError> + Send + Sync>;

/// What chat tells the rest of the server, and asks it.
pub struct Around {
    /// Told of conversations.
    pub on_talk: OnTalk,
    /// Asked about the visitor of a conversation.
    pub visitor: FindVisitor,
    /// Asked what led to a conversation.
    pub visit: TellVisit,
}

/// What chat needs of the rest.
pub struct Chat {
    /// Where conversations go.
    pub store: Store,
    /// Whose they are.
    pub sites: Arc<Sites>,
    /// The wall clock.
    pub clock: Clock,
    /// The rest of the server.
    pub around: Around,
    agents: Agents,
    offices: Offices,
    offers: Offers,
    hub: Hub,
    tickets: Tickets,
    tries: Tries,
    /// When a standing was told last.
    stamps: AtomicU64,
    waits: Waits,
    pace: Mutex<Pace>,
    /// The same for small signs, of which none may keep a message from being sent.
    signs: Mutex<Pace>,
    known: Known,
    llm: OnceLock<Arc<Llm>>,
}

/// Knowledge bases by site, each with the version of what it was made from.
#[derive(Default)]
struct Known {
    made: Mutex<BTreeMap<i64, (u64, Arc<Knowledge>)>>,
    /// Held while one is made, for that takes a while.
    making: tokio::sync::Mutex<()>,
}

impl Known {
    fn made(&self, site: &Site) -> Option<Arc<Knowledge>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (version, knowledge) = made.get(&site.record.id)?;
        (*version == site.record.knowledge).then(|| Arc::clone(knowledge))
    }
}

impl Chat {
    /// A chat with nobody in it yet.
    ///
    /// # Errors
    /// What the store says.
    pub fn new(
        store: Store,
        sites: Arc<Sites>,
        clock: Clock,
        around: Around,
    ) -> Result<Self, StoreError> {
        let agents = Agents::load(&store)?;
        let (pace, known, llm) = (Mutex::default(), Known::default(), OnceLock::new());
        let (hub, tickets, waits) = (Hub::default(), Tickets::default(), Waits::default());
        let tries = Tries::default();
        let (offices, offers) = (Offices::default(), Offers::default());
        Ok(Self {
            store,
            sites,
            clock,
            around,
            agents,
            offices,
            offers,
            hub,
            tickets,
            tries,
            stamps: AtomicU64::new(0),
            waits,
            pace,
            signs: Mutex::default(),
            known,
            llm,
        })
    }

    /// From now on a language model helps; the first one that is given stays.
    pub fn set_llm(&self, llm: Llm) {
        let _ = self.llm.set(Arc::new(llm));
    }

    /// The language model that helps, if one does.
    pub(crate) fn llm(&self) -> Option<&Llm> {
        self.llm.get().map(Arc::as_ref)
    }

    /// What the bot says, whatever it is about: a call back, an order, what the shop knows.
    async fn reply(
        &self,
        (site, office): (&Site, &Office),
        key: [u8; 16],
        (text, page_language): (&str, &str),
        here: Here<'_>,
        now: Millis,
    ) -> Result<Arranged, ApiError> {
        let language = Language::of(text, page_language);
        if let Some(arranged) = self.arrange((site, office), key, (text, language), now).await? {
            return Ok(arranged);
        }
        let knowledge = self.knowledge(site).await?;
        let of_order = self.say_order(site.record.id, &knowledge, (text, page_language)).await?;
        if let Some(saying) = of_order {
            return Ok(Arranged { saying, at: 0 });
        }
        if let Some(saying) = self.say_stock(site.record.id, (text, language), here).await? {
            return Ok(Arranged { saying, at: 0 });
        }
        let mut saying = self.say(&knowledge, text, page_language).await;
        let zone = &site.record.pack.zone;
        if saying.wants_person && !inbox::is_open(office, zone, now.0) {
            saying.text = inbox::offline(office, language);
            let times = self.call_times(site, office, now).await?;
            let clock = |at| inbox::clock_of(zone, at);
            saying.suggestions.extend(callback::suggestions(&times, language, clock));
        }
        Ok(Arranged { saying, at: 0 })
    }

    /// What the bot says to `text`, with the model's help where it is not sure and something is near.
    async fn say(&self, knowledge: &Knowledge, text: &str, page_language: &str) -> Saying {
        let saying = answer(knowledge, text, page_language);
        let Some(llm) = self.llm.get().filter(|_| !saying.is_answered) else { return saying };
        let language = Language::of(text, page_language);
        let near = bot::near(knowledge, text, language);
        if near.is_empty() {
            return saying;
        }
        let question = llm::Question::new(text, language, near);
        llm.improve(question, saying, self.clock.now()).await
    }

    /// What the bot of the site knows; made once for each version of it.
    async fn knowledge(&self, site: &Site) -> Result<Arc<Knowledge>, ApiError> {
        if let Some(made) = self.known.made(site) {
            return Ok(made);
        }
        let _making = self.known.making.lock().await;
        if let Some(made) = self.known.made(site) {
            return Ok(made);
        }
        let (store, id, version) = (self.store.clone(), site.record.id, site.record.knowledge);
        let read = move || -> Result<_, StoreError> {
            Ok(Knowledge::of_site(store.knowledge(id)?, DEFAULT_KNOWLEDGE))
        };
        let made = requests::block(read).await.map_err(|error| internal(&error))??;
        let knowledge = Arc::new(made.map_err(|error| internal(&error))?);
        let mut known = self.known.made.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, (version, Arc::clone(&knowledge)));
        Ok(knowledge)
    }

    fn site(&self, key: &str, request: &HttpRequest) -> Result<Arc<Site>, ApiError> {
        let site = self.sites.find_text(key).ok_or_else(|| ApiError::unknown_site(key))?;
        if !site.record.is_on {
            return Err(ApiError::refusal(Outcome::SiteOff, "the site is switched off"));
        }
        if !site.allows(origin(request.headers())) {
            let message = "the site does not list the origin of this page";
            return Err(ApiError::refusal(Outcome::WrongOrigin, message));
        }
        Ok(site)
    }
}

/// `POST /v1/chat`: a visitor says something.
pub async fn ask(
    request: HttpRequest,
    payload: web::Payload,
    chat: web::Data<Chat>,
) -> HttpResponse {
    let result = match read_json::<Ask>(&request, payload).await {
        Ok(ask) => talk(&request, ask, &chat).await,
        Err(error) => Err(error),
    };
    respond(&request, result)
}

/// `POST /v1/chat/thread`: a visitor comes back.
pub async fn reopen(
    request: HttpRequest,
    payload: web::Payload,
    chat: web::Data<Chat>,
) -> HttpResponse {
    let result = match read_json::<Reopen>(&request, payload).await {
        Ok(reopen) => thread(&request, &reopen, &chat).await,
        Err(error) => Err(error),
    };
    respond(&request, result)
}

async fn talk(request: &HttpRequest, ask: Ask, chat: &Chat) -> Result<Thread, ApiError> {
    let site = chat.site(&ask.site, request)?;
    let conversation = conversation_id(&ask.conversation)?;
    let text = mask(text(&ask)?);
    let now = chat.clock.now();
    paced(&chat.pace, site.record.id, conversation, now)?;
    let office = chat.office(site.record.id).await?;
    let meant = chat.meant(&site, conversation.0, ask.token.as_deref()).await?;
    let number = meant.number(chat, ask.number).await?;
    let path = site.record.pack.clean_path(&ask.path);
    let session = ask.session.as_deref().and_then(SessionId::parse).map(|id| id.to_string());
    let visitor = session.as_deref().and_then(|id| (chat.around.visitor)(site.record.id, id, now));
    let product = visitor.map(|it| it.product).unwrap_or_default();
    let here = Here { path: &path, product: &product };
    let Arranged { saying, at } =
        chat.reply((&site, &office), meant.key, (&text, &ask.language), here, now).await?;
    let asked = Asked {
        site: site.record.id,
        conversation: meant.key,
        number,
        session: session.clone(),
        customer: meant.customer.clone(),
        language: spoken(&text, &ask.language),
        skill: inbox::skill(&office, &path),
        path,
        callback_at: at,
        campaign: ask.campaign,
        text,
        is_answered: saying.is_answered,
        wants_person: saying.wants_person,
        answer: Entry { text: saying.text, links: saying.links, suggestions: saying.suggestions },
        now,
    };
    let kept = chat.store.ask(asked).await?;
    let kept = kept.ok_or_else(|| {
        ApiError::refusal(Outcome::Throttled, "this conversation is full, begin another")
    })?;
    if let Some(session) = session {
        (chat.around.on_talk)(site.record.id, &session, now);
    }
    if kept.is_new {
        if kept.talk.row.state == State::Waiting {
            chat.route(site.record.id).await?;
        }
        chat.tell_changed(&kept.talk, &kept.messages, None);
    }
    if meant.is_elsewhere() {
        return chat.thread(&meant).await;
    }
    let standing = Some(chat.standing(&kept.talk));
    let key = (site.record.id, meant.key);
    // Who listens already needs no ticket.
    let is_heard = chat.hub.has_page(&key);
    let ticket =
        if is_heard { String::new() } else { chat.tickets.give(key, chat.clock.ticks())? };
    let messages = kept.messages.into_iter().map(|it| chat.outward(it)).collect();
    Ok(Thread { messages, standing, ticket, conversation: String::new() })
}

async fn thread(request: &HttpRequest, reopen: &Reopen, chat: &Chat) -> Result<Thread, ApiError> {
    let site = chat.site(&reopen.site, request)?;
    let conversation = conversation_id(&reopen.conversation)?.0;
    let meant = chat.meant(&site, conversation, reopen.token.as_deref()).await?;
    chat.thread(&meant).await
}

/// Whether a conversation may say one more thing; if so it is counted.
fn paced(pace: &Mutex<Pace>, site: i64, conversation: RunId, now: Millis) -> Result<(), ApiError> {
    let mut pace = pace.lock().unwrap_or_else(PoisonError::into_inner);
    if pace.allows(site, conversation, now) {
        return Ok(());
    }
    Err(ApiError::refusal(Outcome::Throttled, "too many messages, wait a minute"))
}

/// In which language a text seems to be: the bot tells its own two apart, else the page knows.
fn spoken(text: &str, page: &str) -> String {
    let primary = page.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match Language::of(text, page) {
        Language::En if !matches!(primary.as_str(), "ko" | "") => {
            clip(&primary, LANGUAGE_BYTES_MAX)
        }
        language => language.tag().into(),
    }
}

/// The visitor's words, if they are some.
fn text(ask: &Ask) -> Result<&str, ApiError> {
    let text = ask.text.trim();
    let chars = text.chars().count();
    if (1..=TEXT_CHARS_MAX).contains(&chars) {
        Ok(text)
    } else {
        let message = format!("a message has 1 to {TEXT_CHARS_MAX} characters, this one {chars}");
        Err(ApiError::refusal(Outcome::Limits, message))
    }
}

fn conversation_id(text: &str) -> Result<RunId, ApiError> {
    RunId::parse(text).ok_or_else(|| {
        ApiError::refusal(Outcome::Malformed, "`conversation` is 32 hexadecimal digits")
    })
}

async fn read_json<T: serde::de::DeserializeOwned>(
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<T, ApiError> {
    let body = read_text(request, payload)
        .await
        .map_err(|(outcome, message)| ApiError::refusal(outcome, message))?;
    serde_json::from_slice(&body)
        .map_err(|error| ApiError::refusal(Outcome::Malformed, error.to_string()))
}

fn respond<T: serde::Serialize>(
    request: &HttpRequest,
    result: Result<T, ApiError>,
) -> HttpResponse {
    let response = match result {
        Ok(body) => HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body),
        Err(error) => error.error_response(),
    };
    readable_by_sender(request.headers(), response)
}
