//! The chat panel: draws a [`Conversation`].

use engine::pack::Theme;
use nunchi_api::chat::Message;

use super::conversation::{AGENT, Conversation, State, VISITOR};
use super::dom::{append, attribute, draw, find};
use super::link;
use super::page::{ByName, Thing};
use super::words::{Text, Words};

/// The panel.
pub(crate) struct Panel {
    pub(crate) frame: Thing,
    /// What had the focus before.
    pub(crate) before: Option<Thing>,
    words: Words,
    drawn: usize,
}

impl Panel {
    /// An empty panel. `greeting` is the assistant's first line.
    pub(crate) fn draw(set: &Thing, theme: &Theme, words: Words, greeting: &str) -> Self {
        let name = if theme.shop.is_empty() { words.say(Text::Chat) } else { &theme.shop };
        let frame = draw(set, PANEL, words, &[name]);
        let panel = Self { frame, before: None, words, drawn: 0 };
        panel.bubble(".log", Text::Assistant, "message", greeting);
        panel
    }

    /// The field one writes in.
    pub(crate) fn field(&self) -> Thing {
        find(&self.frame, ".field")
    }

    /// Brings the panel up to the conversation: new messages, and what is going on.
    pub(crate) fn follow(&mut self, talk: &Conversation) {
        for message in talk.messages().iter().skip(self.drawn) {
            self.message(message);
        }
        self.drawn = talk.messages().len();
        let (log, tail) = (find(&self.frame, ".log"), find(&self.frame, ".tail"));
        tail.set("textContent", "");
        // Behind what is new; moving it is no news for a screen reader.
        append(&log, &tail);
        let (mut text, mut failed, mut is_busy) = ("", None, false);
        match talk.state() {
            State::Ready => self.suggest(&tail, talk.messages().last()),
            State::Opening => is_busy = true,
            State::Lost => failed = Some(Text::Lost),
            State::Sending(sent) => (text, is_busy) = (sent, true),
            State::Unsent(unsent) => (text, failed) = (unsent, Some(Text::Unsent)),
        }
        if !text.is_empty() {
            self.own(".tail", text);
        }
        if is_busy {
            draw(&tail, DOTS, self.words, &[]);
        }
        if let Some(failed) = failed {
            draw(&tail, FAILED, self.words, &[self.words.say(failed)]);
        }
        let send = find(&self.frame, ".send");
        attribute(&send, "aria-disabled", if is_busy { "true" } else { "false" });
        log.put("scrollTop", &log.get("scrollHeight"));
    }

    fn message(&self, message: &Message) {
        if message.from == VISITOR {
            return self.own(".log", &message.text);
        }
        let author = if message.from == AGENT { Text::Agent } else { Text::Assistant };
        let bubble = self.bubble(".log", author, "message", &message.text);
        for link in message.links.iter().filter(|link| link::is_safe(&link.url)) {
            let title = if link.title.is_empty() { &link.url } else { &link.title };
            let target = if link::is_path(&link.url) { "_self" } else { "_blank" };
            draw(&bubble, LINK, self.words, &[&link.url, title, target]);
        }
    }

    fn own(&self, parent: &str, text: &str) {
        let own = self.bubble(parent, Text::You, "message own", text);
        if text.chars().filter(|c| *c == '•').count() > 2 {
            draw(&own, "p|hint|=%T", self.words, &[]);
        }
    }

    /// One message; its author is named for those who do not see whose side it stands on.
    fn bubble(&self, parent: &str, author: Text, class: &str, text: &str) -> Thing {
        let parent = find(&self.frame, parent);
        draw(&parent, BUBBLE, self.words, &[class, self.words.say(author), text])
    }

    /// The last answer's suggestions; older ones are over.
    fn suggest(&self, tail: &Thing, last: Option<&Message>) {
        let row = draw(tail, "div|chips", self.words, &[]);
        for text in last.iter().flat_map(|last| &last.suggestions).take(SUGGESTIONS_MAX) {
            draw(&row, "button|chip|=$a", self.words, &[text]);
        }
    }
}

/// Most suggestions drawn: more than a screen of buttons is no help.
const SUGGESTIONS_MAX: usize = 6;

const PANEL: &str = "\
div|chat|role=dialog|aria-label=%H|tabindex=-1
 div|head
  div|sign
   @M4 5h16v11h-9l-4.5 4V16H4z
  div|names
   div|name|=$a
   div|who|=%I
  button|round|aria-label=%A
   @M7 7l10 10M17 7L7 17
 div|log|role=log|aria-label=%H|tabindex=0
  p|notice|=%L
  div|tail|aria-live=off
 div|composer
  textarea|field|aria-label=%N|placeholder=%N|rows=1|maxlength=2000|dir=auto
  button|send|aria-label=%O
   @M12 19V5M6 11l6-6 6 6";

const BUBBLE: &str = "\
div|$a
 span|unseen|=$b
 p|said|dir=auto|=$c";

const LINK: &str = "\
a|link|href=$a|target=$c|rel=noopener noreferrer
 span||=$b
 @M9 6l6 6-6 6";

const DOTS: &str = "\
div|dots|role=img|aria-label=%P
 i
 i
 i";

const FAILED: &str = "\
div|failed|role=alert
 span||=$a
 button|again|=%S";
