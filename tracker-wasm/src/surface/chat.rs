//! The chat panel: draws a [`Conversation`].

use engine::pack::Theme;
use nunchi_api::chat::{Link, Message};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};

use super::conversation::{AGENT, Conversation, State, VISITOR};
use super::dom::{Pen, icon};
use super::link;
use super::words::Words;

/// The panel and its parts.
pub(crate) struct Panel {
    pub(crate) frame: HtmlElement,
    pub(crate) field: HtmlTextAreaElement,
    /// What had the focus before.
    pub(crate) before: Option<HtmlElement>,
    words: &'static Words,
    log: HtmlElement,
    tail: HtmlElement,
    send: Element,
    drawn: usize,
}

impl Panel {
    /// An empty panel. `greeting` is the assistant's first line.
    pub(crate) fn draw(pen: &Pen, theme: &Theme, words: &'static Words, greeting: &str) -> Self {
        let frame = pen.make("div", "chat");
        pen.set(&frame, "role", "dialog");
        pen.set(&frame, "aria-label", words.chat);
        pen.set(&frame, "tabindex", "-1");
        head(pen, &frame, if theme.shop.is_empty() { words.chat } else { &theme.shop }, words);
        let log = pen.add(&frame, "div", "log", "");
        pen.set(&log, "role", "log");
        pen.set(&log, "aria-label", words.chat);
        pen.set(&log, "tabindex", "0");
        pen.add(&log, "p", "notice", words.notice);
        bubble(pen, &log, words.assistant, "message", greeting);
        let tail = pen.add(&log, "div", "tail", "");
        pen.set(&tail, "aria-live", "off");
        let (field, send) = composer(pen, &frame, words);
        Self { frame, field, before: None, words, log, tail, send, drawn: 0 }
    }

    /// Brings the panel up to the conversation: new messages, and what is going on.
    pub(crate) fn follow(&mut self, pen: &Pen, talk: &Conversation) {
        for message in talk.messages().iter().skip(self.drawn) {
            self.message(pen, message);
        }
        self.drawn = talk.messages().len();
        self.tail.set_text_content(None);
        // Behind what is new; moving it is no news for a screen reader.
        pen.put(&self.log, &self.tail);
        let (mut text, mut failed, mut is_busy) = (None, "", false);
        match talk.state() {
            State::Ready => self.suggest(pen, talk.messages().last()),
            State::Opening => is_busy = true,
            State::Lost => failed = self.words.lost,
            State::Sending(sent) => (text, is_busy) = (Some(sent), true),
            State::Unsent(unsent) => (text, failed) = (Some(unsent), self.words.unsent),
        }
        if let Some(text) = text {
            self.own(pen, &self.tail, text);
        }
        if is_busy {
            self.dots(pen);
        }
        if !failed.is_empty() {
            self.failed(pen, failed);
        }
        pen.set(&self.send, "aria-disabled", if is_busy { "true" } else { "false" });
        self.log.set_scroll_top(self.log.scroll_height());
    }

    fn message(&self, pen: &Pen, message: &Message) {
        if message.from == VISITOR {
            return self.own(pen, &self.log, &message.text);
        }
        let is_agent = message.from == AGENT;
        let author = if is_agent { self.words.agent } else { self.words.assistant };
        let bubble = bubble(pen, &self.log, author, "message", &message.text);
        for link in message.links.iter().filter(|link| link::is_safe(&link.url)) {
            anchor(pen, &bubble, link);
        }
    }

    fn own(&self, pen: &Pen, parent: &Element, text: &str) {
        let own = bubble(pen, parent, self.words.you, "message own", text);
        if text.chars().filter(|c| *c == '•').count() > 2 {
            pen.add(&own, "p", "hint", self.words.masked);
        }
    }

    fn dots(&self, pen: &Pen) {
        let dots = pen.add(&self.tail, "div", "dots", "");
        pen.set(&dots, "role", "img");
        pen.set(&dots, "aria-label", self.words.writing);
        for _ in 0..3 {
            pen.add(&dots, "i", "", "");
        }
    }

    fn failed(&self, pen: &Pen, text: &str) {
        let line = pen.add(&self.tail, "div", "failed", "");
        pen.set(&line, "role", "alert");
        pen.add(&line, "span", "", text);
        pen.button(&line, "again", "again", self.words.retry);
    }

    /// The last answer's suggestions; older ones are over.
    fn suggest(&self, pen: &Pen, last: Option<&Message>) {
        let row = pen.add(&self.tail, "div", "chips", "");
        for text in last.iter().flat_map(|last| &last.suggestions).take(SUGGESTIONS_MAX) {
            pen.button(&row, "chip", "suggest", text);
        }
    }
}

/// Most suggestions drawn: more than a screen of buttons is no help.
const SUGGESTIONS_MAX: usize = 6;

fn head(pen: &Pen, frame: &Element, name: &str, words: &Words) {
    let head = pen.add(frame, "div", "head", "");
    let sign = pen.add(&head, "div", "sign", "");
    pen.icon(&sign, icon::CHAT);
    let names = pen.add(&head, "div", "names", "");
    pen.add(&names, "div", "name", name);
    pen.add(&names, "div", "who", words.assistant);
    pen.icon_button(&head, "round", "close", words.close, icon::CLOSE);
}

fn composer(pen: &Pen, frame: &Element, words: &Words) -> (HtmlTextAreaElement, Element) {
    let composer = pen.add(frame, "div", "composer", "");
    let field = pen.add(&composer, "textarea", "field", "");
    pen.set(&field, "aria-label", words.ask);
    pen.set(&field, "placeholder", words.ask);
    pen.set(&field, "rows", "1");
    pen.set(&field, "maxlength", "2000");
    pen.set(&field, "dir", "auto");
    let send = pen.icon_button(&composer, "send", "send", words.send, icon::SEND);
    (field.unchecked_into(), send)
}

/// One message; its author is named for those who do not see whose side it stands on.
fn bubble(pen: &Pen, parent: &Element, author: &str, class: &str, text: &str) -> HtmlElement {
    let bubble = pen.add(parent, "div", class, "");
    pen.add(&bubble, "span", "unseen", author);
    let said = pen.add(&bubble, "p", "said", text);
    pen.set(&said, "dir", "auto");
    bubble
}

fn anchor(pen: &Pen, parent: &Element, link: &Link) {
    let title = if link.title.is_empty() { &link.url } else { &link.title };
    let anchor = pen.add(parent, "a", "link", "");
    pen.add(&anchor, "span", "", title);
    pen.icon(&anchor, icon::GO);
    pen.set(&anchor, "href", &link.url);
    pen.set(&anchor, "data-do", "follow");
    if !link::is_path(&link.url) {
        pen.set(&anchor, "target", "_blank");
        pen.set(&anchor, "rel", "noopener noreferrer");
    }
}
