//! The chat's doings: opening, sending, what comes back, what is kept.

use alloc::string::String;

use super::chat::Panel;
use super::conversation::{State, VISITOR};
use super::dom::document;
use super::letter::{self, ASK, REOPEN, SIGN, write};
use super::page::{self, ByName, Thing, global, number, option, thing};
use super::person::Change;
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
        page::listen(&panel.frame, "input", Step::Typed as i32);
        if page::is_broken() {
            return None;
        }
        self.scene = Scene::Chat(panel);
        // This page knows what was said; what was said since comes without a wait.
        if !self.restore() {
            self.poll();
        }
        self.follow();
        Some(())
    }

    /// Sends what stands in the field. What failed goes first; the field keeps its text meanwhile.
    pub(crate) fn send(&mut self) -> Said {
        if self.talk.has_failed() {
            return self.again();
        }
        // What was said before is needed first; the field keeps its text.
        if self.restore() {
            self.follow();
            return None;
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
        if self.restore() {
            self.follow();
        } else if let Some(text) = self.talk.ask(written) {
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

    pub(super) fn post_ask(&mut self, asked: &str) {
        if self.conversation.is_empty() {
            self.conversation = page::random_id();
        }
        let session = option("session");
        // Without a session there is no leave to store anything: it lasts as long as the page.
        if session.is_true() && !self.person.is_known() {
            let mut kept = self.conversation.clone();
            kept.push(' ');
            kept.push_str(&now().text());
            storage().set(KEPT, &kept);
        }
        let ask = [
            option("site"),
            thing(&self.conversation),
            self.token(),
            number(self.talk.number()),
            session,
            page::path(),
            option("language"),
            self.campaign.map_or(Thing::UNDEFINED, |campaign| number(campaign.into())),
            thing(asked),
        ];
        self.post("/v1/chat", &write(ASK, &ask));
    }

    /// Fetches the conversation begun on an earlier page, or in another tab, if there is one that this
    /// page does not have. A chat that was opened before the agent had begun finds it later.
    fn restore(&mut self) -> bool {
        if self.notice_person() == Change::Came {
            // A customer's thread is found by the token; what was said here so far comes to it.
            if self.conversation.is_empty() {
                let kept = kept_id().filter(|_| option("session").is_true());
                self.conversation = kept.unwrap_or_else(page::random_id);
            }
            self.reopen();
            return true;
        }
        if self.conversation.is_empty()
            && option("session").is_true()
            && let Some(kept) = kept_id()
        {
            self.conversation = kept;
            self.reopen();
            return true;
        }
        false
    }

    pub(super) fn reopen(&mut self) {
        self.talk.reopen();
        let letter = self.letter();
        self.post("/v1/chat/thread", &letter);
    }

    /// Asks for the whole conversation.
    pub(super) fn letter(&self) -> Thing {
        write(REOPEN, &[option("site"), thing(&self.conversation), self.token()])
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
        let status = response.get("status").count();
        if status == 401 {
            self.go_unsigned();
            return None;
        }
        // Forgotten there, so begun anew here.
        if status == 404 && *self.talk.state() == State::Opening {
            self.conversation.clear();
            return self.on_thread(page::NOTHING);
        }
        self.on_failed()
    }

    pub(crate) fn on_thread(&mut self, body: &Thing) -> Said {
        self.turn_to(body);
        self.talk.receive(letter::messages(body));
        self.go_on(body)
    }

    /// Goes on with an answer whose messages were taken.
    pub(super) fn go_on(&mut self, body: &Thing) -> Said {
        if let Some(standing) = letter::standing(&body.get("standing")) {
            self.talk.stand(standing);
        }
        self.listen(&body.get("ticket").text());
        self.show_news()
    }

    /// Draws what was said, and tells who spoke last: with the visitor's own words nobody has answered
    /// yet.
    pub(super) fn show_news(&mut self) -> Said {
        self.follow();
        let is_seen = matches!(self.scene, Scene::Chat(_)) && !document().get("hidden").is_true();
        if is_seen && let Some(count) = self.talk.read() {
            self.sign("read", count);
        }
        let is_asking = self.talk.messages().last()?.from == VISITOR;
        Some((0, if is_asking { "asked" } else { "replied" }))
    }

    pub(crate) fn on_failed(&mut self) -> Said {
        self.talk.fail();
        self.follow();
        None
    }

    /// Lets the shop know something small.
    pub(super) fn sign(&self, what: &str, count: u32) {
        let sign = [option("site"), thing(&self.conversation), thing(what), number(count)];
        let sent = page::post("/v1/chat/sign", &write(SIGN, &sign), SIGN_MS);
        Step::Ignored.after(&sent, Step::Ignored);
    }

    /// Draws what changed.
    pub(super) fn follow(&mut self) {
        if let Scene::Chat(panel) = &mut self.scene {
            panel.follow(&self.talk);
        }
    }
}

/// The conversation that was kept, if it is not over.
fn kept_id() -> Option<String> {
    let kept = storage().get(KEPT).text();
    let (id, at) = kept.split_once(' ')?;
    let age = now().number() - thing(at).number();
    // What is not a number is not less.
    (is_id(id) && age < KEPT_MS).then(|| id.into())
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Of all tabs of the shop. Pages may forbid it.
pub(super) fn storage() -> Thing {
    global("localStorage")
}

fn now() -> Thing {
    global("Date").call("now")
}

/// Under which the conversation's id is kept, and when something was said in it last.
pub(super) const KEPT: &str = "nunchi-chat";

/// A conversation in which the visitor said nothing for a week is over, milliseconds.
const KEPT_MS: f64 = 604_800_000.0;

/// How long a sign may take, milliseconds: it is of no use later.
const SIGN_MS: i32 = 5_000;
