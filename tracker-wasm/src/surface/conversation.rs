//! A conversation as the page knows it: what was said, what is on its way, what went wrong. Pure.
//!
//! One message is on its way at a time. It carries the count of the visitor's messages before it, so
//! sending it again is the same message to the collector, never a second one. Messages come by answers,
//! by the stream and from other tabs, in any order and more than once: each stands once, by its number.

use alloc::string::String;
use alloc::vec::Vec;

use nunchi_api::chat::{Message, Standing, TEXT_CHARS_MAX};
use nunchi_api::inbox::State as Desk;
use nunchi_api::mask::mask;

/// What was said, oldest first, and what is going on.
#[derive(Debug)]
pub(crate) struct Conversation {
    messages: Vec<Message>,
    state: State,
    /// Where it stands with the shop, once that was told.
    standing: Option<Standing>,
    /// A person is writing.
    pub(crate) is_typing: bool,
    /// The collector was told that so many were read.
    read: u32,
}

/// What is going on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// The visitor may write.
    #[default]
    Ready,
    /// What was said on an earlier page is being fetched.
    Opening,
    /// It could not be fetched.
    Lost,
    /// The text is on its way.
    Sending(String),
    /// The text did not arrive.
    Unsent(String),
}

impl Conversation {
    pub(crate) const fn new() -> Self {
        Self {
            messages: Vec::new(),
            state: State::Ready,
            standing: None,
            is_typing: false,
            read: 0,
        }
    }

    /// It goes on as another one: nothing of this one stands any more but what is on its way.
    pub(crate) fn begin_anew(&mut self) {
        let state = core::mem::take(&mut self.state);
        *self = Self { state, ..Self::new() };
    }

    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// Whether a person has it.
    pub(crate) fn is_with_person(&self) -> bool {
        self.standing.as_ref().is_some_and(|it| it.state == Desk::Open)
    }

    /// Whether something waits to be tried again, before anything new.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.state, State::Unsent(_) | State::Lost)
    }

    /// The visitor's messages so far: the number of the next one.
    pub(crate) fn number(&self) -> u32 {
        let own = self.messages.iter().filter(|it| it.from == VISITOR);
        u32::try_from(own.count()).unwrap_or_default()
    }

    /// Begins to fetch what was said on an earlier page.
    pub(crate) fn reopen(&mut self) {
        self.state = State::Opening;
    }

    /// Takes what the visitor wrote; gives what may be sent. `None` when there is nothing to send,
    /// or not yet.
    pub(crate) fn ask(&mut self, written: &str) -> Option<String> {
        let text = mask(clip(written.trim_ascii()));
        let is_ready = matches!(self.state, State::Ready | State::Unsent(_));
        if text.is_empty() || !is_ready {
            return None;
        }
        self.state = State::Sending(text.clone());
        Some(text)
    }

    /// The collector answered what was sent, or asked for.
    pub(crate) fn receive(&mut self, messages: Vec<Message>) {
        self.hear(messages);
        self.state = match core::mem::take(&mut self.state) {
            // Another tab's message has the number that this one was sent under; it goes again.
            State::Sending(text) | State::Unsent(text) => State::Unsent(text),
            State::Opening | State::Lost | State::Ready => State::Ready,
        };
    }

    /// Somebody said something. What the visitor sees as being sent has arrived when it comes back.
    pub(crate) fn hear(&mut self, messages: Vec<Message>) {
        for message in messages {
            let place = self.messages.binary_search_by_key(&message.number, |it| it.number);
            let Err(place) = place else { continue };
            if message.from == VISITOR {
                let is_own = matches!(&self.state, State::Sending(text) if *text == message.text);
                if is_own {
                    self.state = State::Ready;
                }
            } else {
                self.is_typing = false;
            }
            self.messages.insert(place, message);
        }
    }

    /// The collector said where it stands. What was overtaken on its way is known better already.
    pub(crate) fn stand(&mut self, standing: Standing) {
        if self.standing.as_ref().is_some_and(|known| known.at > standing.at) {
            return;
        }
        self.is_typing &= standing.state == Desk::Open;
        self.standing = Some(standing);
    }

    /// The visitor gives stars.
    pub(crate) fn rate(&mut self, stars: u8) {
        if let Some(standing) = &mut self.standing {
            standing.rating = stars;
        }
    }

    /// The collector did not answer, or refused.
    pub(crate) fn fail(&mut self) {
        self.state = match core::mem::take(&mut self.state) {
            State::Sending(text) | State::Unsent(text) => State::Unsent(text),
            State::Opening | State::Lost => State::Lost,
            State::Ready => State::Ready,
        };
    }

    /// How many messages have been read by now, if a person wants to know and does not.
    pub(crate) fn read(&mut self) -> Option<u32> {
        let count = self.messages.last()?.number + 1;
        let last = self.messages.iter().rev().find(|it| it.from == AGENT)?.number;
        (last >= self.read).then(|| {
            self.read = count;
            count
        })
    }

    /// Whether what the visitor said last was read; `None` where no person is meant to read it, or
    /// somebody has answered.
    pub(crate) fn is_read(&self) -> Option<bool> {
        let last = self.messages.last().filter(|it| it.from == VISITOR)?;
        let standing = self.standing.as_ref()?;
        let is_for_person = matches!(standing.state, Desk::Open | Desk::Waiting);
        is_for_person.then_some(last.number < standing.read)
    }
}

/// The author of the visitor's own messages on the wire.
pub(crate) const VISITOR: &str = "visitor";

/// The author of what a person of the shop says.
pub(crate) const AGENT: &str = "agent";

fn clip(text: &str) -> &str {
    let end = text.char_indices().nth(TEXT_CHARS_MAX).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use nunchi_api::chat::{Message, Standing, TEXT_CHARS_MAX};

    use super::{Conversation, Desk, State};

    #[test]
    fn a_question_and_its_answer_stand_in_order() {
        let mut talk = Conversation::new();
        assert_eq!(talk.ask("  How long is delivery? ").as_deref(), Some("How long is delivery?"));
        talk.receive(said(&["0 visitor How long is delivery?", "1 bot Two days."]));
        check(&talk, "0 visitor How long is delivery? | 1 bot Two days.");
        assert_eq!((talk.number(), talk.state()), (1, &State::Ready));
    }

    #[test]
    fn a_retry_has_the_number_of_the_first_try_and_an_answer_given_twice_stands_once() {
        let mut talk = Conversation::new();
        talk.ask("Hi");
        talk.fail();
        assert_eq!(*talk.state(), State::Unsent("Hi".into()));
        assert_eq!((talk.number(), talk.ask("Hi").as_deref()), (0, Some("Hi")));
        talk.receive(said(&["0 visitor Hi", "1 bot Hello."]));
        talk.hear(said(&["0 visitor Hi", "1 bot Hello."]));
        check(&talk, "0 visitor Hi | 1 bot Hello.");
        talk.reopen();
        talk.receive(said(&["0 visitor Hi", "1 bot Hello.", "2 agent I am here."]));
        check(&talk, "0 visitor Hi | 1 bot Hello. | 2 agent I am here.");
    }

    #[test]
    fn what_comes_by_the_stream_stands_in_its_place_whenever_it_comes() {
        let mut talk = Conversation::new();
        talk.ask("Hi");
        talk.hear(said(&["2 agent I am here."]));
        assert_eq!(*talk.state(), State::Sending("Hi".into()), "not answered yet");
        talk.hear(said(&["0 visitor Hi"]));
        assert_eq!(*talk.state(), State::Ready, "it has arrived");
        talk.receive(said(&["0 visitor Hi", "1 bot Hello."]));
        check(&talk, "0 visitor Hi | 1 bot Hello. | 2 agent I am here.");
    }

    #[test]
    fn what_another_tab_said_under_the_same_number_does_not_swallow_this() {
        let mut talk = Conversation::new();
        talk.ask("Mine");
        talk.receive(said(&["0 visitor Theirs", "1 bot Hello."]));
        assert_eq!((talk.state(), talk.number()), (&State::Unsent("Mine".into()), 1));
        assert_eq!(talk.ask("Mine").as_deref(), Some("Mine"));
        talk.receive(said(&["2 visitor Mine", "3 bot Hello."]));
        check(&talk, "0 visitor Theirs | 1 bot Hello. | 2 visitor Mine | 3 bot Hello.");
    }

    #[test]
    fn what_failed_waits_to_be_tried_again_until_it_is_on_its_way() {
        let mut talk = Conversation::new();
        assert!(!talk.has_failed());
        talk.ask("Hi");
        talk.fail();
        assert!(talk.has_failed());
        talk.ask("Hi");
        assert!(!talk.has_failed());
        talk.receive(said(&["0 visitor Hi", "1 bot Hello."]));
        talk.reopen();
        talk.fail();
        assert!(talk.has_failed());
    }

    #[test]
    fn one_message_is_on_its_way_at_a_time() {
        let mut talk = Conversation::new();
        talk.ask("one");
        assert_eq!(talk.ask("two"), None);
        assert_eq!(*talk.state(), State::Sending("one".into()));
    }

    #[test]
    fn nothing_is_asked_before_an_earlier_conversation_is_back() {
        let mut talk = Conversation::new();
        talk.reopen();
        assert_eq!(talk.ask("Hi"), None);
        talk.fail();
        assert_eq!(*talk.state(), State::Lost);
        assert_eq!(talk.ask("Hi"), None);
        talk.reopen();
        talk.receive(said(&["0 visitor A", "1 bot B", "2 visitor C", "3 bot D"]));
        assert_eq!((talk.state(), talk.number()), (&State::Ready, 2));
    }

    #[test]
    fn what_is_sent_is_masked_trimmed_and_at_most_2000_characters() {
        let mut talk = Conversation::new();
        assert_eq!(talk.ask(" \n "), None);
        assert_eq!(talk.ask("4111111111111111").as_deref(), Some("••••••••••••1111"));
        talk.receive(said(&["0 visitor ••••••••••••1111"]));
        let sent = talk.ask(&"눈".repeat(TEXT_CHARS_MAX + 1)).unwrap();
        assert_eq!(sent.chars().count(), TEXT_CHARS_MAX);
    }

    #[test]
    fn a_person_is_told_once_what_was_read_and_tells_what_they_have_read() {
        let mut talk = Conversation::new();
        talk.hear(said(&["0 visitor Hi", "1 bot Hello."]));
        assert_eq!(talk.read(), None, "a bot does not ask");
        talk.hear(said(&["2 agent I am here."]));
        assert_eq!((talk.read(), talk.read()), (Some(3), None));
        talk.stand(Standing { state: Desk::Open, read: 3, ..Standing::default() });
        assert_eq!(talk.is_read(), None, "it was answered");
        talk.hear(said(&["3 visitor Thanks"]));
        assert_eq!(talk.is_read(), Some(false));
        talk.stand(Standing { state: Desk::Open, read: 4, ..Standing::default() });
        assert_eq!(talk.is_read(), Some(true));
        talk.stand(Standing { read: 4, ..Standing::default() });
        assert_eq!(talk.is_read(), None, "the bot reads at once");
    }

    #[test]
    fn what_was_overtaken_on_its_way_changes_nothing() {
        let mut talk = Conversation::new();
        talk.stand(Standing { at: 7, state: Desk::Open, ..Standing::default() });
        talk.stand(Standing { at: 6, ..Standing::default() });
        assert!(talk.is_with_person());
        talk.stand(Standing { at: 8, ..Standing::default() });
        assert!(!talk.is_with_person());
    }

    fn said(lines: &[&str]) -> Vec<Message> {
        let read = |line: &&str| {
            let mut parts = line.splitn(3, ' ').map(String::from);
            let mut next = || parts.next().unwrap();
            let number = next().parse().unwrap();
            Message { number, from: next(), text: next(), ..Message::default() }
        };
        lines.iter().map(read).collect()
    }

    #[track_caller]
    fn check(talk: &Conversation, expected: &str) {
        let line = |m: &Message| [&m.number.to_string(), " ", &m.from, " ", &m.text].concat();
        assert_eq!(talk.messages().iter().map(line).collect::<Vec<_>>().join(" | "), expected);
    }
}
