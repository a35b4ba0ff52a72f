//! What comes by itself while the chat is open: the stream of events, and asking from time to time
//! where a browser, a page or a proxy lets none through.

use alloc::string::String;

use super::conversation::{AGENT, VISITOR};
use super::letter;
use super::page::{self, ByName, NOTHING, Thing, global, option};
use super::scene::{Scene, Surface};
use super::wire::{Said, Step, Timer};
use super::words::{Text, Words};

impl Surface {
    /// Opens the stream that a ticket is for.
    pub(super) fn listen(&mut self, ticket: &str) {
        if ticket.is_empty() {
            return;
        }
        page::is_broken();
        let mut path = String::from("/v1/chat/events?ticket=");
        path.push_str(ticket);
        page::hear(&path, Step::Heard as i32, Step::Broke as i32);
        // It may not be heard at all: a page's policy forbids it without a word.
        self.poll_later();
    }

    /// An event of the stream.
    pub(super) fn on_heard(&mut self, event: &Thing) -> Said {
        self.polls = 0;
        Timer::Polling.clear();
        let kind = event.get("type").text();
        if kind == "typing" {
            self.talk.is_typing = true;
            Timer::Typing.set(TYPING_MS, Step::Stopped);
            self.follow();
            return None;
        }
        let data = global("JSON").call_text("parse", &event.get("data").text(), NOTHING);
        if let Some(standing) = letter::standing(&data) {
            self.talk.stand(standing);
            self.follow();
            return None;
        }
        self.talk.hear([letter::message(&data)].into());
        self.show_news()
    }

    /// The stream broke off. The browser comes back by itself, unless it was refused.
    pub(super) fn on_broken(&mut self, event: &Thing) {
        if event.get("target").get("readyState").count() == CLOSED {
            page::hush();
            self.poll_later();
        }
    }

    /// Asks later, each time a little later.
    pub(super) fn poll_later(&mut self) {
        self.polls = (self.polls + 1).min(POLLS_MAX);
        Timer::Polling.set(self.polls * POLL_MS, Step::Polling);
    }

    /// Asks what was said meanwhile; the answer has a ticket for the stream as well.
    pub(super) fn poll(&mut self) {
        if !matches!(self.scene, Scene::Chat(_)) || self.conversation.is_empty() {
            return;
        }
        page::is_broken();
        let sent = page::post("/v1/chat/thread", &self.letter(), ANSWER_MS);
        Step::Polled.after(&sent, Step::Missed);
        if page::is_broken() {
            self.poll_later();
        }
    }

    pub(super) fn on_polled(&mut self, response: &Thing) {
        if response.get("ok").is_true() {
            Step::Followed.after(&response.call("json"), Step::Missed);
        } else {
            self.poll_later();
        }
    }

    pub(super) fn on_followed(&mut self, body: &Thing) -> Said {
        if !matches!(self.scene, Scene::Chat(_)) {
            return None;
        }
        self.turn_to(body);
        self.talk.hear(letter::messages(body));
        if !body.get("ticket").is_true() {
            self.poll_later();
        }
        self.go_on(body)
    }

    /// The visitor writes: a person who waits for it is told so, never what.
    pub(super) fn on_typed(&mut self) {
        if self.talk.is_with_person() && !self.is_resting {
            self.is_resting = true;
            Timer::Resting.set(RESTING_MS, Step::Rested);
            self.sign("typing", 0);
        }
    }

    /// Nobody said for a while that they write.
    pub(super) fn on_stopped(&mut self) {
        self.talk.is_typing = false;
        self.follow();
    }

    /// The visitor gives stars.
    pub(super) fn give_stars(&mut self, button: &Thing) {
        let stars = button.get("value").count();
        self.talk.rate(u8::try_from(stars).unwrap_or_default());
        self.sign("rated", stars);
        // The stars go with what is drawn next; the focus must not go with them.
        if let Scene::Chat(panel) = &self.scene {
            panel.frame.call("focus");
        }
        self.follow();
    }

    /// Gives the visitor the conversation as a text file.
    pub(super) fn save(&self) {
        let words = Words::of(&option("language").text());
        let mut text = String::new();
        for message in self.talk.messages() {
            let author = match message.from.as_str() {
                VISITOR => words.say(Text::You),
                AGENT if message.by.is_empty() => words.say(Text::Agent),
                AGENT => &message.by,
                _ => words.say(Text::Assistant),
            };
            #[expect(clippy::cast_precision_loss, reason = "a time since 1970 fits")]
            let at = page::moment(message.at as f64);
            for part in [&at, " ", author, "\n", &message.text, "\n\n"] {
                text.push_str(part);
            }
        }
        page::save("chat.txt", &text);
    }
}

/// `EventSource.CLOSED`: it will not come back.
const CLOSED: u32 = 2;

/// Until it is asked for the first time; then twice, three times as long.
const POLL_MS: i32 = 5_000;

/// How many times as long at most.
const POLLS_MAX: i32 = 6;

/// As in [`wire`](super::wire): beyond it the next question will do.
const ANSWER_MS: i32 = 20_000;

/// Between two signs that the visitor writes.
const RESTING_MS: i32 = 4_000;

/// How long somebody writes who says so once: a little longer than consoles are silent.
const TYPING_MS: i32 = 6_000;
