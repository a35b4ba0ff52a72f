//! The chat's doings: opening, sending, what comes back, what is kept.

use nunchi_api::chat::{Ask, Reopen, Thread};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, Response, Storage};

use super::chat::Panel;
use super::conversation::State;
use super::dom::Drawn;
use super::letter::{read_thread, write_ask, write_reopen};
use super::scene::{Scene, Surface, is_phone};
use super::wire::{Said, options, post, then};
use super::words::Words;

impl Surface {
    /// Opens the panel in place of whatever stands. An invitation that stands has been accepted by
    /// it; an offer goes without a refusal.
    pub(crate) fn open_chat(&mut self, campaign: Option<u16>) -> Said {
        if let Scene::Chat(panel) = &self.scene {
            let _ = panel.field.focus();
            return None;
        }
        let mut greeting = None;
        let mut said = None;
        if let Scene::Offer(offer) = &self.scene {
            let is_invitation = offer.show.kind == engine::campaign::ShowKind::Invite;
            let reaction = if is_invitation { "accepted" } else { "expired" };
            said = Some((offer.show.campaign, reaction));
            greeting = is_invitation.then(|| offer.show.copy.body.clone());
        }
        self.campaign =
            campaign.or(said.map(|(campaign, _)| campaign).filter(|_| greeting.is_some()));
        self.clear();
        if self.draw_chat(greeting.as_deref()).is_err() {
            self.clear();
        }
        said
    }

    fn draw_chat(&mut self, greeting: Option<&str>) -> Drawn<()> {
        let language = options().ok_or(JsValue::NULL)?.language();
        let words = Words::of(&language);
        let stage = self.set_stage(words.tag)?;
        let before = stage.focused_outside();
        let stage = self.stage.as_ref().ok_or(JsValue::NULL)?;
        let theme = self.theme.as_ref().ok_or(JsValue::NULL)?;
        let mut panel = Panel::draw(&stage.pen, theme, words, greeting.unwrap_or(words.greeting))?;
        panel.before = before;
        stage.put(&panel.frame)?;
        // On a phone the keyboard would hide half of the page before anything was read.
        let first: &HtmlElement = if is_phone() { &panel.frame } else { &panel.field };
        first.focus()?;
        self.scene = Scene::Chat(panel);
        self.restore();
        self.follow();
        Ok(())
    }

    /// Sends what stands in the field.
    pub(crate) fn send(&mut self) -> Said {
        let Scene::Chat(panel) = &self.scene else { return None };
        let written = panel.field.value();
        if matches!(self.talk.state(), State::Ready) && !written.trim().is_empty() {
            panel.field.set_value("");
            let _ = panel.field.focus();
            return self.ask(&written);
        }
        None
    }

    /// Sends a text.
    pub(crate) fn ask(&mut self, written: &str) -> Said {
        if let Some(text) = self.talk.ask(written) {
            if self.post_ask(text).is_err() {
                self.talk.fail();
            }
            self.follow();
        }
        None
    }

    /// Tries again what failed: a message, or fetching what was said before.
    pub(crate) fn again(&mut self) -> Said {
        match self.talk.state().clone() {
            State::Unsent(text) => return self.ask(&text),
            State::Lost => self.reopen(),
            State::Ready | State::Opening | State::Sending(_) => {}
        }
        self.follow();
        None
    }

    fn post_ask(&mut self, text: String) -> Drawn<()> {
        let options = options().ok_or(JsValue::NULL)?;
        let session = options.session();
        let conversation = match &self.conversation {
            Some(conversation) => conversation.clone(),
            None => self.conversation.insert(random_id()?).clone(),
        };
        // Without a session there is no leave to store anything: it lasts as long as the page.
        if session.is_some()
            && let Some(storage) = storage()
        {
            let _ = storage.set_item(KEPT, &conversation);
        }
        let ask = Ask {
            site: options.site(),
            conversation,
            number: self.talk.number(),
            session,
            path: options.path(),
            language: options.language(),
            campaign: self.campaign,
            text,
        };
        post("/v1/chat", &write_ask(&ask)?, Self::on_response, Self::on_failed)
    }

    /// Fetches the conversation begun on an earlier page of this tab, if there is one.
    fn restore(&mut self) {
        if self.conversation.is_some() {
            return;
        }
        let may_keep = options().is_some_and(|options| options.session().is_some());
        let kept = storage().filter(|_| may_keep).and_then(|it| it.get_item(KEPT).ok().flatten());
        self.conversation = kept.filter(|id| is_id(id));
        if self.conversation.is_some() {
            self.reopen();
        }
    }

    fn reopen(&mut self) {
        let (Some(options), Some(conversation)) = (options(), self.conversation.clone()) else {
            return;
        };
        self.talk.reopen();
        let body = write_reopen(&Reopen { site: options.site(), conversation });
        let sent = body
            .and_then(|body| post("/v1/chat/thread", &body, Self::on_response, Self::on_failed));
        if sent.is_err() {
            self.talk.fail();
        }
    }

    fn on_response(&mut self, response: JsValue) -> Said {
        let response: Response = response.unchecked_into();
        if response.ok() {
            let read =
                response.json().and_then(|body| then(&body, Self::on_thread, Self::on_failed));
            return read.err().and_then(|error| self.on_failed(error));
        }
        // Forgotten there, so begun anew here.
        if response.status() == 404 && *self.talk.state() == State::Opening {
            self.conversation = None;
            return self.take(Thread::default());
        }
        self.on_failed(JsValue::NULL)
    }

    fn on_thread(&mut self, body: JsValue) -> Said {
        match read_thread(&body) {
            Some(thread) => self.take(thread),
            None => self.on_failed(JsValue::NULL),
        }
    }

    fn take(&mut self, thread: Thread) -> Said {
        self.talk.receive(thread);
        self.follow();
        None
    }

    fn on_failed(&mut self, _: JsValue) -> Said {
        self.talk.fail();
        self.follow();
        None
    }

    /// Draws what changed.
    fn follow(&mut self) {
        if let (Scene::Chat(panel), Some(stage)) = (&mut self.scene, &self.stage) {
            let _ = panel.follow(&stage.pen, &self.talk);
        }
    }
}

/// 128 random bits as 32 hexadecimal digits: the only key to a conversation.
fn random_id() -> Drawn<String> {
    let mut bytes = [0; 16];
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    window.crypto()?.get_random_values_with_u8_array(&mut bytes)?;
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    Ok(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Lasts as long as the tab. Pages may forbid it.
fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Under which the conversation's id is kept.
const KEPT: &str = "nunchi-chat";
