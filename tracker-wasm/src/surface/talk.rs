//! The chat's doings: opening, sending, what comes back, what is kept.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, Response, Storage};

use super::chat::Panel;
use super::conversation::State;
use super::dom::Drawn;
use super::letter::{self, ASK, REOPEN, write};
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
        let mut panel = Panel::draw(&stage.pen, theme, words, greeting.unwrap_or(words.greeting));
        panel.before = before;
        stage.put(&panel.frame);
        if stage.pen.is_broken() {
            return Err(JsValue::NULL);
        }
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
            if self.post_ask(&text).is_err() {
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

    fn post_ask(&mut self, text: &str) -> Drawn<()> {
        let options = options().ok_or(JsValue::NULL)?;
        if self.conversation.is_empty() {
            self.conversation = random_id()?;
        }
        // Without a session there is no leave to store anything: it lasts as long as the page.
        if options.session().is_string()
            && let Some(storage) = storage()
        {
            let _ = storage.set_item(KEPT, &self.conversation);
        }
        let ask = [
            options.site(),
            JsValue::from_str(&self.conversation),
            self.talk.number().into(),
            options.session(),
            options.path(),
            JsValue::from_str(&options.language()),
            self.campaign.into(),
            JsValue::from_str(text),
        ];
        post("/v1/chat", &write(ASK, &ask)?, Self::on_response, Self::on_failed)
    }

    /// Fetches the conversation begun on an earlier page of this tab, if there is one.
    fn restore(&mut self) {
        let may_keep = options().is_some_and(|options| options.session().is_string());
        if self.conversation.is_empty()
            && may_keep
            && let Some(kept) = storage().and_then(|storage| storage.get_item(KEPT).ok().flatten())
            && is_id(&kept)
        {
            self.conversation = kept;
            self.reopen();
        }
    }

    fn reopen(&mut self) {
        self.talk.reopen();
        if self.post_reopen().is_err() {
            self.talk.fail();
        }
    }

    fn post_reopen(&self) -> Drawn<()> {
        let options = options().ok_or(JsValue::NULL)?;
        let reopen = [options.site(), JsValue::from_str(&self.conversation)];
        post("/v1/chat/thread", &write(REOPEN, &reopen)?, Self::on_response, Self::on_failed)
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
            self.conversation.clear();
            return self.on_thread(JsValue::UNDEFINED);
        }
        self.on_failed(JsValue::NULL)
    }

    #[expect(clippy::needless_pass_by_value, reason = "all steps are of one type")]
    fn on_thread(&mut self, body: JsValue) -> Said {
        self.talk.receive(letter::read(&body));
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
            panel.follow(&stage.pen, &self.talk);
        }
    }
}

/// 128 random bits as 32 hexadecimal digits: the only key to a conversation.
fn random_id() -> Drawn<String> {
    let mut bytes = [0; 16];
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    window.crypto()?.get_random_values_with_u8_array(&mut bytes)?;
    let digit =
        |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble });
    let mut id = String::with_capacity(32);
    for byte in bytes {
        id.push(digit(byte >> 4));
        id.push(digit(byte & 15));
    }
    Ok(id)
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
