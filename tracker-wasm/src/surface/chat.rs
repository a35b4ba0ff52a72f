//! The chat panel: draws a [`Conversation`].

use engine::pack::Theme;
use nunchi_api::chat::{Link, Message};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlTextAreaElement};

use super::conversation::{AGENT, Conversation, State, VISITOR};
use super::dom::{Drawn, Pen, add, icon, set};
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
    send: HtmlElement,
    drawn: usize,
}

impl Panel {
    /// An empty panel. `greeting` is the assistant's first line.
    pub(crate) fn draw(
        pen: &Pen,
        theme: &Theme,
        words: &'static Words,
        greeting: &str,
    ) -> Drawn<Self> {
        let frame = pen.element("div", "chat")?;
        let name = if theme.shop.is_empty() { words.chat } else { &theme.shop };
        set(&frame, &[("role", "dialog"), ("aria-label", words.chat), ("tabindex", "-1")])?;
        let log = pen.element("div", "log")?;
        set(&log, &[("role", "log"), ("aria-label", words.chat), ("tabindex", "0")])?;
        let tail = pen.element("div", "tail")?;
        set(&tail, &[("aria-live", "off")])?;
        add(&log, &[&pen.text("p", "notice", words.notice)?])?;
        add(&log, &[&bubble(pen, words.assistant, "message", greeting)?, &tail])?;
        let (composer, field, send) = composer(pen, words)?;
        add(&frame, &[&head(pen, name, words)?, &log, &composer])?;
        Ok(Self { frame, field, before: None, words, log, tail, send, drawn: 0 })
    }

    /// Brings the panel up to the conversation: new messages, and what is going on.
    pub(crate) fn follow(&mut self, pen: &Pen, talk: &Conversation) -> Drawn<()> {
        for message in talk.messages().iter().skip(self.drawn) {
            let drawn = self.message(pen, message)?;
            self.log.insert_before(&drawn, Some(&self.tail))?;
        }
        self.drawn = talk.messages().len();
        self.tail.set_text_content(None);
        match talk.state() {
            State::Ready => self.suggest(pen, talk.messages().last())?,
            State::Opening => add(&self.tail, &[&self.dots(pen)?])?,
            State::Lost => self.failed(pen, self.words.lost)?,
            State::Sending(text) => {
                add(&self.tail, &[&self.own(pen, text)?, &self.dots(pen)?])?;
            }
            State::Unsent(text) => {
                add(&self.tail, &[&self.own(pen, text)?])?;
                self.failed(pen, self.words.unsent)?;
            }
        }
        let is_busy = matches!(talk.state(), State::Sending(_) | State::Opening);
        set(&self.send, &[("aria-disabled", if is_busy { "true" } else { "false" })])?;
        self.log.set_scroll_top(self.log.scroll_height());
        Ok(())
    }

    fn message(&self, pen: &Pen, message: &Message) -> Drawn<HtmlElement> {
        if message.from == VISITOR {
            return self.own(pen, &message.text);
        }
        let is_agent = message.from == AGENT;
        let author = if is_agent { self.words.agent } else { self.words.assistant };
        let bubble = bubble(pen, author, "message", &message.text)?;
        for link in message.links.iter().filter(|link| link::is_safe(&link.url)) {
            add(&bubble, &[&anchor(pen, link)?])?;
        }
        Ok(bubble)
    }

    fn own(&self, pen: &Pen, text: &str) -> Drawn<HtmlElement> {
        let own = bubble(pen, self.words.you, "message own", text)?;
        if text.chars().filter(|c| *c == '•').count() > 2 {
            add(&own, &[&pen.text("p", "hint", self.words.masked)?])?;
        }
        Ok(own)
    }

    fn dots(&self, pen: &Pen) -> Drawn<HtmlElement> {
        let dots = pen.element("div", "dots")?;
        set(&dots, &[("role", "img"), ("aria-label", self.words.writing)])?;
        (0..3).try_for_each(|_| add(&dots, &[&pen.element("i", "")?]))?;
        Ok(dots)
    }

    fn failed(&self, pen: &Pen, text: &str) -> Drawn<()> {
        let line = pen.element("div", "failed")?;
        line.set_attribute("role", "alert")?;
        add(&line, &[&pen.text("span", "", text)?])?;
        add(&line, &[&pen.button("again", "again", self.words.retry)?])?;
        add(&self.tail, &[&line])
    }

    /// The last answer's suggestions; older ones are over.
    fn suggest(&self, pen: &Pen, last: Option<&Message>) -> Drawn<()> {
        let row = pen.element("div", "chips")?;
        for text in last.map_or(&[][..], |last| &last.suggestions).iter().take(SUGGESTIONS_MAX) {
            add(&row, &[&pen.button("chip", "suggest", text)?])?;
        }
        add(&self.tail, &[&row])
    }
}

/// Most suggestions drawn: more than a screen of buttons is no help.
const SUGGESTIONS_MAX: usize = 6;

fn head(pen: &Pen, name: &str, words: &Words) -> Drawn<HtmlElement> {
    let head = pen.element("div", "head")?;
    let sign = pen.element("div", "sign")?;
    add(&sign, &[&pen.icon(icon::CHAT)?])?;
    let names = pen.element("div", "names")?;
    add(&names, &[&pen.text("div", "name", name)?, &pen.text("div", "who", words.assistant)?])?;
    let close = pen.icon_button("round", "close", words.close, icon::CLOSE)?;
    add(&head, &[&sign, &names, &close])?;
    Ok(head)
}

fn composer(pen: &Pen, words: &Words) -> Drawn<(HtmlElement, HtmlTextAreaElement, HtmlElement)> {
    let composer = pen.element("div", "composer")?;
    let field = pen.element("textarea", "field")?;
    let names = [("aria-label", words.ask), ("placeholder", words.ask)];
    set(&field, &names)?;
    set(&field, &[("rows", "1"), ("maxlength", "2000"), ("dir", "auto")])?;
    let send = pen.icon_button("send", "send", words.send, icon::SEND)?;
    add(&composer, &[&field, &send])?;
    Ok((composer, field.dyn_into().map_err(JsValue::from)?, send))
}

/// One message; its author is named for those who do not see whose side it stands on.
fn bubble(pen: &Pen, author: &str, class: &str, text: &str) -> Drawn<HtmlElement> {
    let bubble = pen.element("div", class)?;
    add(&bubble, &[&pen.text("span", "unseen", author)?])?;
    let said = pen.text("p", "said", text)?;
    said.set_attribute("dir", "auto")?;
    add(&bubble, &[&said])?;
    Ok(bubble)
}

fn anchor(pen: &Pen, link: &Link) -> Drawn<HtmlElement> {
    let anchor = pen.element("a", "link")?;
    set(&anchor, &[("href", &link.url), ("data-do", "follow")])?;
    if !link::is_path(&link.url) {
        set(&anchor, &[("target", "_blank"), ("rel", "noopener noreferrer")])?;
    }
    let title = if link.title.is_empty() { &link.url } else { &link.title };
    add(&anchor, &[&pen.text("span", "", title)?, &pen.icon(icon::GO)?])?;
    Ok(anchor)
}
