//! Which conversation a page means: the one whose key it holds, or, where the shop signed who its visitor
//! is, the one thread of that customer.

use actix_web::{HttpResponse, web};
use nunchi_api::chat::Thread;
use nunchi_api::inbox::Gone;
use nunchi_api::sites::IdentitySecret;

use super::Chat;
use super::identity::{self, SECRET, Secret};
use crate::error::{ApiError, internal};
use crate::events::json_event;
use crate::hex::hex;
use crate::operators::{Allowed, Owner};
use crate::requests;
use crate::sites::Site;
use crate::store::{Device, Joined, StoreError};

/// A conversation that a page means.
#[derive(Debug)]
pub(super) struct Meant {
    site: i64,
    /// The key that the page holds.
    asked: [u8; 16],
    /// That of the conversation.
    pub(super) key: [u8; 16],
    /// Whose it is, as the shop signed; else empty.
    pub(super) customer: String,
}

impl Meant {
    /// Whether it is another than the page thinks.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.key != self.asked
    }

    /// The number of the visitor's next message: the page's own, unless it counts what stands elsewhere.
    /// Only then a retry would be a second message; the page knows better from the first answer on.
    pub(super) async fn number(&self, chat: &Chat, asked: u32) -> Result<u32, ApiError> {
        if !self.is_elsewhere() {
            return Ok(asked);
        }
        let (store, site, key) = (chat.store.clone(), self.site, self.key);
        let counted = requests::block(move || store.asks(site, key)).await;
        Ok(counted.map_err(|error| internal(&error))??)
    }
}

impl Chat {
    /// Which conversation a page means that holds this key and, if its visitor signed in, a token.
    ///
    /// # Errors
    /// 401 for a token that says nothing: the page goes on without.
    pub(super) async fn meant(
        &self,
        site: &Site,
        asked: [u8; 16],
        token: Option<&str>,
    ) -> Result<Meant, ApiError> {
        let (site, name) = (site.record.id, site.record.key.to_string());
        let Some(token) = token else {
            return Ok(Meant { site, asked, key: asked, customer: String::new() });
        };
        let (store, token, now) = (self.store.clone(), token.to_owned(), self.clock.now());
        let mut fresh = [0; 16];
        getrandom::fill(&mut fresh).map_err(|error| internal(&error))?;
        let look = move || -> Result<_, ApiError> {
            let Secret { secret, .. } =
                store.desk(site, SECRET)?.ok_or_else(|| bad("the site has no secret"))?;
            let customer = identity::customer(&token, (&secret, &name), now)
                .map_err(|error| bad(&error.to_string()))?;
            let device = Device { site, key: asked, fresh, customer };
            Ok((store.thread_of(&device)?, device))
        };
        let (known, device) = requests::block(look).await.map_err(|error| internal(&error))??;
        let customer = device.customer.clone();
        let key = match known {
            Some(key) => key,
            None => self.join(device).await?,
        };
        Ok(Meant { site, asked, key, customer })
    }

    async fn join(&self, device: Device) -> Result<[u8; 16], ApiError> {
        let site = device.site;
        let Joined { key, moved } = self.store.join(device).await?;
        if let Some((id, talk)) = moved {
            let gone = Gone { id, into: talk.row.id };
            self.hub.tell(site, &json_event("gone", &gone));
            self.count_loads().await?;
            self.tell_row(&talk);
            self.tell_queue(site).await?;
        }
        Ok(key)
    }

    /// All of a conversation, for its visitor; nothing where nothing was said.
    pub(super) async fn thread(&self, meant: &Meant) -> Result<Thread, ApiError> {
        let (store, site, key) = (self.store.clone(), meant.site, meant.key);
        let read = move || -> Result<_, StoreError> {
            let Some(talk) = store.talk_of(site, key)? else { return Ok(None) };
            Ok(Some((store.said(talk.row.id, 0)?, talk)))
        };
        let found = requests::block(read).await.map_err(|error| internal(&error))??;
        let conversation = if meant.is_elsewhere() { hex(&key) } else { String::new() };
        let Some((messages, talk)) = found else {
            return Ok(Thread { conversation, ..Thread::default() });
        };
        let messages = messages.into_iter().map(|it| self.outward(it)).collect();
        let ticket = self.tickets.give((site, key), self.clock.ticks())?;
        Ok(Thread { messages, standing: Some(self.standing(&talk)), ticket, conversation })
    }
}

/// `POST /api/sites/{key}/identity`: a new secret; what was signed with the one before says nothing from
/// now on. It is shown this once.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn make_secret(
    operator: Allowed<Owner>,
    key: web::Path<String>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let site = chat.sites.find_text(&key).ok_or_else(|| ApiError::unknown_site(&key))?;
    let now = chat.clock.now();
    let made = Secret::new(now).map_err(|error| internal(&error))?;
    chat.store.set_desk(site.record.id, SECRET, &made).await?;
    chat.store.note(operator.did("make_identity_secret", format!("site {key}"), now)).await?;
    let answer = IdentitySecret { secret: made.secret };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(answer))
}

fn bad(why: &str) -> ApiError {
    ApiError::new(401, "bad_identity", why)
}
