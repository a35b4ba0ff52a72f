//! A conversation as the page knows it: what was said, what is on its way, what went wrong. Pure.
//!
//! One message is on its way at a time. It carries the count of the visitor's messages before it, so
//! sending it again is the same message to the collector, never a second one.

use alloc::string::String;
use alloc::vec::Vec;

use nunchi_api::chat::{Message, TEXT_CHARS_MAX, Thread};
use nunchi_api::mask::mask;

/// What was said, oldest first, and what is going on.
#[derive(Debug)]
pub(crate) struct Conversation {
    messages: Vec<Message>,
    asked: u32,
    state: State,
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
        Self { messages: Vec::new(), asked: 0, state: State::Ready }
    }

    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Whether something waits to be tried again, before anything new.
    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.state, State::Unsent(_) | State::Lost)
    }

    /// The visitor's messages so far: the number of the next one.
    pub(crate) fn number(&self) -> u32 {
        self.asked
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

    /// The collector answered. An answer nobody waits for any more is dropped.
    pub(crate) fn receive(&mut self, thread: Thread) {
        if !matches!(self.state, State::Sending(_) | State::Opening) {
            return;
        }
        let mut own = match core::mem::take(&mut self.state) {
            State::Sending(text) => Some(text),
            _ => None,
        };
        for message in thread.messages {
            let known = self.messages.last().map(|last| last.number);
            if known.is_some_and(|known| message.number <= known) {
                continue;
            }
            // A collector may repeat the question or not; it stands right before its answer.
            if let Some(text) = own.take()
                && message.from != VISITOR
            {
                self.keep(visitor(message.number.saturating_sub(1), text));
            }
            self.keep(message);
        }
        if let Some(text) = own {
            let next = self.messages.last().map_or(0, |last| last.number + 1);
            self.keep(visitor(next, text));
        }
    }

    fn keep(&mut self, message: Message) {
        self.asked += u32::from(message.from == VISITOR);
        self.messages.push(message);
    }

    /// The collector did not answer, or refused.
    pub(crate) fn fail(&mut self) {
        self.state = match core::mem::take(&mut self.state) {
            State::Sending(text) | State::Unsent(text) => State::Unsent(text),
            State::Opening | State::Lost => State::Lost,
            State::Ready => State::Ready,
        };
    }
}

/// The author of the visitor's own messages on the wire.
pub(crate) const VISITOR: &str = "visitor";

/// The author of what a person of the shop says.
pub(crate) const AGENT: &str = "agent";

fn visitor(number: u32, text: String) -> Message {
    Message { number, from: VISITOR.into(), text, ..Message::default() }
}

fn clip(text: &str) -> &str {
    let end = text.char_indices().nth(TEXT_CHARS_MAX).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use nunchi_api::chat::{Message, TEXT_CHARS_MAX, Thread};

    use super::{Conversation, State};

    #[test]
    fn a_question_and_its_answer_stand_in_order() {
        let mut talk = Conversation::new();
        assert_eq!(talk.ask("  How long is delivery? ").as_deref(), Some("How long is delivery?"));
        talk.receive(thread(&["1 bot Two days."]));
        check(&talk, "0 visitor How long is delivery? | 1 bot Two days.");
        assert_eq!(talk.number(), 1);
    }

    #[test]
    fn a_collector_that_repeats_the_question_does_not_double_it() {
        let mut talk = Conversation::new();
        talk.ask("Hi");
        talk.receive(thread(&["0 visitor Hi", "1 bot Hello."]));
        check(&talk, "0 visitor Hi | 1 bot Hello.");
    }

    #[test]
    fn a_retry_has_the_number_of_the_first_try_and_an_answer_given_twice_stands_once() {
        let mut talk = Conversation::new();
        talk.ask("Hi");
        talk.fail();
        assert_eq!(*talk.state(), State::Unsent("Hi".into()));
        assert_eq!((talk.number(), talk.ask("Hi").as_deref()), (0, Some("Hi")));
        talk.receive(thread(&["1 bot Hello."]));
        talk.receive(thread(&["0 visitor Hi", "1 bot Hello."]));
        check(&talk, "0 visitor Hi | 1 bot Hello.");
        talk.reopen();
        talk.receive(thread(&["0 visitor Hi", "1 bot Hello.", "2 agent I am here."]));
        check(&talk, "0 visitor Hi | 1 bot Hello. | 2 agent I am here.");
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
        talk.receive(thread(&["1 bot Hello."]));
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
        talk.receive(thread(&["0 visitor A", "1 bot B", "2 visitor C", "3 bot D"]));
        assert_eq!((talk.state(), talk.number()), (&State::Ready, 2));
    }

    #[test]
    fn what_is_sent_is_masked_trimmed_and_at_most_2000_characters() {
        let mut talk = Conversation::new();
        assert_eq!(talk.ask(" \n "), None);
        assert_eq!(talk.ask("4111111111111111").as_deref(), Some("••••••••••••1111"));
        talk.receive(Thread::default());
        let sent = talk.ask(&"눈".repeat(TEXT_CHARS_MAX + 1)).unwrap();
        assert_eq!(sent.chars().count(), TEXT_CHARS_MAX);
    }

    fn thread(lines: &[&str]) -> Thread {
        let read = |line: &&str| {
            let mut parts = line.splitn(3, ' ').map(String::from);
            let mut next = || parts.next().unwrap();
            Message {
                number: next().parse().unwrap(),
                from: next(),
                text: next(),
                ..Message::default()
            }
        };
        Thread { messages: lines.iter().map(read).collect() }
    }

    #[track_caller]
    fn check(talk: &Conversation, expected: &str) {
        let line = |m: &Message| [&m.number.to_string(), " ", &m.from, " ", &m.text].concat();
        assert_eq!(talk.messages().iter().map(line).collect::<Vec<_>>().join(" | "), expected);
    }
}
