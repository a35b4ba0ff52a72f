//! The chat panel: draws a [`Conversation`].

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use engine::pack::Theme;

use nunchi_api::chat::{Message, Standing};
use nunchi_api::inbox::State as Desk;

use super::conversation::{AGENT, Conversation, State, VISITOR};
use super::dom::{attribute, draw, find};
use super::link;
use super::page::{ByName, Thing};
use super::words::{Text, Words};

/// The panel.
pub(crate) struct Panel {
    pub(crate) frame: Thing,
    /// What had the focus before.
    pub(crate) before: Option<Thing>,
    words: Words,
    /// Numbers of the messages that are drawn.
    drawn: Vec<u32>,
    /// What the line below the head says.
    stands: String,
    /// Who answers, as the head says.
    who: String,
}

impl Panel {
    /// An empty panel. `greeting` is the assistant's first line.
    pub(crate) fn draw(set: &Thing, theme: &Theme, words: Words, greeting: &str) -> Self {
        let name = if theme.shop.is_empty() { words.say(Text::Chat) } else { &theme.shop };
        let frame = draw(set, PANEL, words, &[name]);
        let (drawn, stands, who) = (Vec::new(), String::new(), String::new());
        let panel = Self { frame, before: None, words, drawn, stands, who };
        let drawn = panel.bubble(words.say(Text::Assistant), "message", greeting);
        find(&panel.frame, ".log").call_with("insertBefore", &drawn, &find(&panel.frame, ".tail"));
        panel
    }

    /// The field one writes in.
    pub(crate) fn field(&self) -> Thing {
        find(&self.frame, ".field")
    }

    /// Takes away all that was said.
    pub(crate) fn begin_anew(&mut self) {
        let log = find(&self.frame, ".log");
        for _ in self.drawn.drain(..) {
            log.get("children").at(ABOVE.cast_signed()).call("remove");
        }
    }

    /// Brings the panel up to the conversation: new messages, and what is going on.
    pub(crate) fn follow(&mut self, talk: &Conversation) {
        let (log, tail) = (find(&self.frame, ".log"), find(&self.frame, ".tail"));
        for (place, message) in (0_u32..).zip(talk.messages()) {
            if let Err(place_drawn) = self.drawn.binary_search(&message.number) {
                let drawn = self.message(message);
                // What came late stands where it was said; all of it stands before the tail.
                let before = log.get("children").at((ABOVE + place).cast_signed());
                log.call_with("insertBefore", &drawn, &before);
                self.drawn.insert(place_drawn, message.number);
            }
        }
        tail.set("textContent", "");
        self.stand(talk.standing());
        self.name_who(talk);
        let (mut text, mut failed, mut is_busy) = ("", None, false);
        match talk.state() {
            State::Ready => self.end_with(&tail, talk),
            State::Opening => is_busy = true,
            State::Lost => failed = Some(Text::Lost),
            State::Sending(sent) => (text, is_busy) = (sent, true),
            State::Unsent(unsent) => (text, failed) = (unsent, Some(Text::Unsent)),
        }
        if !text.is_empty() {
            self.own(text);
        }
        if is_busy || talk.is_typing {
            draw(&tail, DOTS, self.words, &[]);
        }
        if let Some(failed) = failed {
            draw(&tail, FAILED, self.words, &[self.words.say(failed)]);
        }
        let send = find(&self.frame, ".send");
        attribute(&send, "aria-disabled", if is_busy { "true" } else { "false" });
        log.put("scrollTop", &log.get("scrollHeight"));
    }

    /// What stands behind the last message while nothing is on its way.
    fn end_with(&self, tail: &Thing, talk: &Conversation) {
        if let Some(is_read) = talk.is_read() {
            let told = if is_read { Text::Seen } else { Text::Delivered };
            draw(tail, "p|hint arrived|=$a", self.words, &[self.words.say(told)]);
        }
        match talk.standing() {
            Some(Standing { state: Desk::Closed, rating: 0, .. }) => {
                draw(tail, STARS, self.words, &[]);
            }
            Some(Standing { state: Desk::Closed, .. }) => {
                draw(tail, "p|notice|=$a", self.words, &[self.words.say(Text::Thanks)]);
            }
            _ => self.suggest(tail, talk.messages().last()),
        }
    }

    /// Says below the head who answers, when that changed.
    fn stand(&mut self, standing: Option<&Standing>) {
        let line = standing.map(|it| self.line(it)).unwrap_or_default();
        if line != self.stands {
            find(&self.frame, ".stands").set("textContent", &line);
            self.stands = line;
        }
    }

    /// Says in the head who answers: the person while one does, and that they write; else the assistant.
    fn name_who(&mut self, talk: &Conversation) {
        let person = talk.standing().filter(|it| it.state == Desk::Open);
        let mut who =
            String::from(person.map_or(self.words.say(Text::Assistant), |it| self.name(it)));
        if person.is_some() && talk.is_typing {
            who.push_str(" · ");
            who.push_str(self.words.say(Text::Writing));
        }
        if who != self.who {
            find(&self.frame, ".who").set("textContent", &who);
            self.who = who;
        }
    }

    /// Of the person who has the conversation, as far as they gave it.
    fn name<'a>(&self, standing: &'a Standing) -> &'a str {
        if standing.agent.is_empty() { self.words.say(Text::Agent) } else { &standing.agent }
    }

    fn line(&self, standing: &Standing) -> String {
        let filled = |text, value: &str| self.words.say(text).replace('#', value);
        match standing.state {
            Desk::Bot => String::new(),
            Desk::Open => filled(Text::With, self.name(standing)),
            Desk::Closed => self.words.say(Text::Ended).into(),
            Desk::Waiting if !standing.is_staffed => self.words.say(Text::Unstaffed).into(),
            Desk::Waiting => {
                let mut line = filled(Text::InLine, &standing.place.to_string());
                if standing.wait_s > 0 {
                    line.push(' ');
                    let minutes = standing.wait_s.div_ceil(60).to_string();
                    line.push_str(&filled(Text::Estimate, &minutes));
                }
                line
            }
        }
    }

    fn message(&self, message: &Message) -> Thing {
        if message.from == VISITOR {
            return self.own(&message.text);
        }
        let author = match message.from.as_str() {
            AGENT if message.by.is_empty() => self.words.say(Text::Agent),
            AGENT => &message.by,
            _ => self.words.say(Text::Assistant),
        };
        let bubble = self.bubble(author, "message", &message.text);
        for link in message.links.iter().filter(|link| link::is_safe(&link.url)) {
            let title = if link.title.is_empty() { &link.url } else { &link.title };
            let target = if link::is_path(&link.url) { "_self" } else { "_blank" };
            draw(&bubble, LINK, self.words, &[&link.url, title, target]);
        }
        bubble
    }

    fn own(&self, text: &str) -> Thing {
        let own = self.bubble(self.words.say(Text::You), "message own", text);
        if text.chars().filter(|c| *c == '•').count() > 2 {
            draw(&own, "p|hint|=%T", self.words, &[]);
        }
        own
    }

    /// One message; its author is named for those who do not see whose side it stands on.
    ///
    /// Drawn in the tail, of which screen readers say nothing: what is moved from there into the log is
    /// said once.
    fn bubble(&self, author: &str, class: &str, text: &str) -> Thing {
        let tail = find(&self.frame, ".tail");
        draw(&tail, BUBBLE, self.words, &[class, author, text])
    }

    /// The last answer's suggestions; older ones are over.
    fn suggest(&self, tail: &Thing, last: Option<&Message>) {
        let row = draw(tail, "div|chips", self.words, &[]);
        for text in last.iter().flat_map(|last| &last.suggestions).take(SUGGESTIONS_MAX) {
            draw(&row, "button|chip|=$a", self.words, &[text]);
        }
    }
}

/// What stands above the first message: the notice and the greeting.
const ABOVE: u32 = 2;

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
  button|save|aria-label=%y|title=%y
   @M12 4v11M7 11l5 5 5-5M5 20h14
  button|round|aria-label=%A
   @M7 7l10 10M17 7L7 17
 p|stands|role=status
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

const STARS: &str = "\
div|rate|role=group|aria-label=%x
 p||aria-hidden=true|=%x
 div|stars
  button|star|value=1|aria-label=1 / 5
   @M12 3l2.7 5.6 6.2.9-4.5 4.3 1.1 6.2L12 17l-5.5 3 1.1-6.2L3.1 9.5l6.2-.9z
  button|star|value=2|aria-label=2 / 5
   @M12 3l2.7 5.6 6.2.9-4.5 4.3 1.1 6.2L12 17l-5.5 3 1.1-6.2L3.1 9.5l6.2-.9z
  button|star|value=3|aria-label=3 / 5
   @M12 3l2.7 5.6 6.2.9-4.5 4.3 1.1 6.2L12 17l-5.5 3 1.1-6.2L3.1 9.5l6.2-.9z
  button|star|value=4|aria-label=4 / 5
   @M12 3l2.7 5.6 6.2.9-4.5 4.3 1.1 6.2L12 17l-5.5 3 1.1-6.2L3.1 9.5l6.2-.9z
  button|star|value=5|aria-label=5 / 5
   @M12 3l2.7 5.6 6.2.9-4.5 4.3 1.1 6.2L12 17l-5.5 3 1.1-6.2L3.1 9.5l6.2-.9z";

const FAILED: &str = "\
div|failed|role=alert
 span||=$a
 button|again|=%S";
