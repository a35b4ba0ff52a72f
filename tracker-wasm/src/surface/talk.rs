//! The chat's doings: opening, sending, what comes back, what is kept.

use super::chat::Panel;
use super::conversation::{State, VISITOR};
use super::letter::{self, ASK, REOPEN, write};
use super::page::{self, ByName, Thing, global, number, option, thing};
use super::scene::{Scene, Surface, is_phone};
use super::wire::{Said, Step, post};
use super::words::{Text, Words};

impl Surface {
    /// Opens the panel in place of whatever stands. An invitation that stands has been accepted by
    /// it; an offer goes without a refusal.
    pub(crate) fn open_chat(&mut self, campaign: Option<u16>) -> Said {
        if let Scene::Chat(panel) = &self.scene {
            panel.field().call("focus");
            return None;
        }
        let mut greeting = None;
        let mut said = None;
        if let Scene::Offer(offer) = &self.scene {
            let is_invitation = offer.leads_to_chat();
            let reaction = if is_invitation { "accepted" } else { "expired" };
            said = Some((offer.show.campaign, reaction));
            greeting = is_invitation.then(|| offer.show.copy.body.clone());
        }
        self.campaign =
            campaign.or(said.map(|(campaign, _)| campaign).filter(|_| greeting.is_some()));
        self.clear();
        if self.draw_chat(greeting.as_deref()).is_none() {
            self.clear();
        }
        said
    }

    fn draw_chat(&mut self, greeting: Option<&str>) -> Option<()> {
        let words = Words::of(&option("language").text());
        self.set_stage(words.say(Text::Tag), None)?;
        let (stage, theme) = (self.stage.as_ref()?, self.theme.as_ref()?);
        let before = stage.focused_outside();
        let greeting = greeting.unwrap_or(words.say(Text::Greeting));
        let mut panel = Panel::draw(&stage.set, theme, words, greeting);
        panel.before = before;
        // On a phone the keyboard would hide half of the page before anything was read.
        if is_phone() {
            panel.frame.call("focus")
        } else {
            panel.field().call("focus")
        };
        if page::is_broken() {
            return None;
        }
        self.scene = Scene::Chat(panel);
        self.restore();
        self.follow();
        Some(())
    }

    /// Sends what stands in the field. What failed goes first; the field keeps its text meanwhile.
    pub(crate) fn send(&mut self) -> Said {
        if self.talk.has_failed() {
            return self.again();
        }
        let Scene::Chat(panel) = &self.scene else { return None };
        let field = panel.field();
        let written = field.get("value").call("trim").text();
        if matches!(self.talk.state(), State::Ready) && !written.is_empty() {
            field.set("value", "");
            field.call("focus");
            return self.ask(&written);
        }
        None
    }

    /// Sends a text.
    pub(crate) fn ask(&mut self, written: &str) -> Said {
        if let Some(text) = self.talk.ask(written) {
            self.post_ask(&text);
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

    fn post_ask(&mut self, asked: &str) {
        if self.conversation.is_empty() {
            self.conversation = page::random_id();
        }
        let session = option("session");
        // Without a session there is no leave to store anything: it lasts as long as the page.
        if session.is_true() {
            storage().set(KEPT, &self.conversation);
        }
        let ask = [
            option("site"),
            thing(&self.conversation),
            number(self.talk.number()),
            session,
            page::path(),
            option("language"),
            self.campaign.map_or(Thing::UNDEFINED, |campaign| number(campaign.into())),
            thing(asked),
        ];
        self.post("/v1/chat", &write(ASK, &ask));
    }

    /// Fetches the conversation begun on an earlier page of this tab, if there is one.
    fn restore(&mut self) {
        if self.conversation.is_empty() && option("session").is_true() {
            let kept = storage().get(KEPT).text();
            if is_id(&kept) {
                self.conversation = kept;
                self.reopen();
            }
        }
    }

    fn reopen(&mut self) {
        self.talk.reopen();
        let reopen = [option("site"), thing(&self.conversation)];
        self.post("/v1/chat/thread", &write(REOPEN, &reopen));
    }

    fn post(&mut self, path: &str, letter: &Thing) {
        page::is_broken();
        post(path, letter);
        if page::is_broken() {
            self.talk.fail();
        }
    }

    pub(crate) fn on_response(&mut self, response: &Thing) -> Said {
        if response.get("ok").is_true() {
            Step::Read.after(&response.call("json"), Step::Failed);
            return None;
        }
        // Forgotten there, so begun anew here.
        if response.get("status").count() == 404 && *self.talk.state() == State::Opening {
            self.conversation.clear();
            return self.on_thread(page::NOTHING);
        }
        self.on_failed()
    }

    pub(crate) fn on_thread(&mut self, body: &Thing) -> Said {
        self.talk.receive(letter::read(body));
        self.follow();
        // Who spoke last: with the visitor's own words nobody has answered yet.
        let is_asking = self.talk.messages().last()?.from == VISITOR;
        Some((0, if is_asking { "asked" } else { "replied" }))
    }

    pub(crate) fn on_failed(&mut self) -> Said {
        self.talk.fail();
        self.follow();
        None
    }

    /// Draws what changed.
    fn follow(&mut self) {
        if let Scene::Chat(panel) = &mut self.scene {
            panel.follow(&self.talk);
        }
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Lasts as long as the tab. Pages may forbid it.
fn storage() -> Thing {
    global("sessionStorage")
}

/// Under which the conversation's id is kept.
const KEPT: &str = "nunchi-chat";
