//! Who the visitor is to the chat: nobody in particular, or a customer whom the shop's server signed for.
//!
//! A customer's thread is the same on each of their devices and is kept on none: without the signature
//! nothing of it is left in the browser, so who comes after them at a shared computer finds nothing.

use alloc::string::String;

use super::conversation::State;
use super::page::{self, ByName, NOTHING, Thing, option, thing};
use super::scene::{Scene, Surface};
use super::talk::{KEPT, storage};

/// As the shop said it last.
pub(crate) struct Person {
    /// The token that was noticed; empty for nobody.
    token: String,
    /// The collector refused it: it is too old by now, or wrong. What was opened by it stays open.
    is_refused: bool,
}

/// What became of the visitor since it was asked last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Same,
    /// Signed in: what was said here is theirs.
    Came,
    /// Signed out: what was said here is nobody's business.
    Left,
}

impl Person {
    pub(crate) const fn new() -> Self {
        Self { token: String::new(), is_refused: false }
    }

    /// Takes over what the shop says now. Another token for who is signed in is mostly a newer one of the
    /// same customer; where it is not, the collector's next answer is about another conversation.
    fn notice(&mut self, token: String) -> Change {
        let (was_known, is_known) = (self.is_known(), !token.is_empty());
        self.is_refused &= token == self.token;
        self.token = token;
        match (was_known, is_known) {
            (false, true) => Change::Came,
            (true, false) => Change::Left,
            (true, true) | (false, false) => Change::Same,
        }
    }

    /// Whether the shop signed for somebody.
    pub(crate) fn is_known(&self) -> bool {
        !self.token.is_empty()
    }
}

impl Surface {
    /// What the shop signed, for the collector; nothing where that is of no use.
    pub(super) fn token(&self) -> Thing {
        let is_fit = self.person.is_known() && !self.person.is_refused;
        if is_fit { thing(&self.person.token) } else { Thing::UNDEFINED }
    }

    /// Looks whether the visitor signed in or out. Then the conversation is another one.
    pub(super) fn notice_person(&mut self) -> Change {
        let change = self.person.notice(option("token").text());
        if change == Change::Left {
            page::hush();
            self.conversation.clear();
            self.begin_anew();
            self.follow();
        }
        change
    }

    /// Goes over to the conversation that an answer is about, if that is another one.
    pub(super) fn turn_to(&mut self, body: &Thing) {
        if self.person.is_known() {
            storage().call_text("removeItem", KEPT, NOTHING);
        }
        let conversation = body.get("conversation").text();
        if !conversation.is_empty() && conversation != self.conversation {
            self.conversation = conversation;
            self.begin_anew();
        }
    }

    fn begin_anew(&mut self) {
        self.talk.begin_anew();
        if let Scene::Chat(panel) = &mut self.scene {
            panel.begin_anew();
        }
    }

    /// The collector does not believe the token: goes on without.
    pub(super) fn go_unsigned(&mut self) {
        self.person.is_refused = true;
        match self.talk.state().clone() {
            State::Opening => self.reopen(),
            State::Sending(text) => self.post_ask(&text),
            State::Ready | State::Lost | State::Unsent(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Person};

    #[test]
    fn who_comes_and_goes_is_noticed_and_a_newer_token_is_tried_again() {
        let mut person = Person::new();
        let mut notice = |token: &str| person.notice(token.into());
        assert!(notice("") == Change::Same);
        assert!(notice("a.b.c") == Change::Came);
        assert!(notice("a.b.c") == Change::Same);
        person.is_refused = true;
        assert!(person.notice("a.b.c".into()) == Change::Same && person.is_refused);
        assert!(person.notice("d.e.f".into()) == Change::Same && !person.is_refused);
        assert!(person.notice("".into()) == Change::Left && !person.is_known());
    }
}
