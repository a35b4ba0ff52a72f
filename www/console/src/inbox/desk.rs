//! What the console knows of conversations, as signals: the list, the one that is open, who is there.
//!
//! It lives as long as the console, whatever view is open: who listens is there for visitors.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use nunchi_api::inbox::{
    Act, Agent, Conversation, Gone, Inbox, Presence, Row, Say, State, Transfer,
};
use serde::Serialize;

use super::line::{Line, News};
use super::order;
use crate::api;
use crate::preferences::preferences;
use crate::text::Language;
use crate::ui::question::Question;
use crate::ui::toast::Toasts;

/// The desk, in the context.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// All of it; nothing before it came.
    pub(crate) inbox: RwSignal<Option<Inbox>>,
    /// The stream is open.
    pub(crate) is_live: RwSignal<bool>,
    /// The conversation that is looked at.
    pub(crate) chosen: RwSignal<Option<u64>>,
    /// Where what was looked at went.
    pub(super) moved: RwSignal<Option<u64>>,
    /// All of that one.
    pub(crate) open: Question<Conversation>,
    /// Its visitor writes.
    pub(crate) is_typing: RwSignal<bool>,
    site: RwSignal<String>,
    language: RwSignal<Language>,
    toasts: Toasts,
    line: StoredValue<Option<Line>, LocalStorage>,
    /// Counts what is said, so that each has a number of its own.
    typed: StoredValue<u32>,
}

impl Desk {
    /// Opens the stream of the chosen site, and again when another is chosen.
    pub(crate) fn provide() -> Self {
        let preferences = preferences();
        let desk = Self {
            site: preferences.site,
            language: preferences.language,
            toasts: expect_context(),
            inbox: RwSignal::new(None),
            is_live: RwSignal::new(false),
            chosen: RwSignal::new(None),
            moved: RwSignal::new(None),
            open: Question::new(),
            is_typing: RwSignal::new(false),
            line: StoredValue::new_local(None),
            typed: StoredValue::new(0),
        };
        provide_context(desk);
        Effect::new(move || {
            let site = desk.site.get();
            desk.inbox.set(None);
            desk.line.set_value(None);
            if !site.is_empty() {
                desk.line.set_value(Some(Line::open(desk, &site)));
            }
        });
        Effect::new(move || desk.look(desk.chosen.get()));
        on_cleanup(move || {
            desk.line.try_update_value(|line| *line = None);
        });
        desk
    }

    /// Fetches the conversation that was chosen.
    fn look(self, chosen: Option<u64>) {
        self.open.forget();
        self.is_typing.set(false);
        if let Some(id) = chosen {
            let site = self.site.get_untracked();
            self.open.ask(async move {
                let path = format!("/api/conversations/{id}");
                api::get(&path, &[("site", &site)]).await
            });
        }
    }

    /// The same one again, for what the stream does not tell.
    pub(crate) fn refresh(self) {
        self.look(self.chosen.get_untracked());
    }

    /// The name of who is signed in.
    pub(crate) fn me(self) -> String {
        self.inbox.with(|inbox| inbox.as_ref().map(|it| it.me.clone()).unwrap_or_default())
    }

    /// How I want to be found, as far as it was said.
    pub(crate) fn my_presence(self) -> Agent {
        self.inbox.with(|inbox| {
            let found = inbox.as_ref().and_then(|it| it.agents.iter().find(|a| a.name == it.me));
            found.cloned().unwrap_or(Agent { capacity: 3, ..Agent::default() })
        })
    }

    /// How many wait for a person.
    pub(crate) fn waiting(self) -> usize {
        let waits =
            |inbox: &Inbox| inbox.rows.iter().filter(|row| row.state == State::Waiting).count();
        self.inbox.with(|inbox| inbox.as_ref().map_or(0, waits))
    }

    pub(super) fn hear(self, news: News) {
        match news {
            News::Inbox(inbox) => {
                self.line.update_value(|line| line.iter_mut().for_each(Line::works));
                self.is_live.set(true);
                self.inbox.set(Some(inbox));
                // What was said while the stream was broken.
                if self.chosen.get_untracked().is_some() {
                    self.refresh();
                }
            }
            News::Row(row) => self.take(*row),
            News::Message(said) => self.of_open(said.id, |open| {
                let place =
                    open.messages.binary_search_by_key(&said.message.number, |it| it.number);
                if let Err(place) = place {
                    open.messages.insert(place, said.message);
                }
            }),
            News::Note(noted) => self.of_open(noted.id, |open| open.notes.push(noted.note)),
            News::Typing(id) if self.chosen.get_untracked() == Some(id) => {
                self.is_typing.set(true);
                set_timeout(move || self.is_typing.set(false), TYPING);
            }
            News::Typing(_) => {}
            News::Gone(Gone { id, into }) => self.leave(id, into),
            News::Agents(agents) => self.inbox.update(|inbox| {
                if let Some(inbox) = inbox {
                    inbox.agents = agents;
                }
            }),
        }
    }

    /// What was said in one conversation stands in another from now on; who looks at it goes along.
    fn leave(self, id: u64, into: u64) {
        self.inbox.update(|inbox| {
            if let Some(inbox) = inbox {
                inbox.rows.retain(|row| row.id != id);
            }
        });
        if self.chosen.get_untracked() == Some(id) {
            self.moved.set(Some(into));
        }
    }

    fn take(self, row: Row) {
        self.of_open(row.id, |open| open.row.clone_from(&row));
        if self.chosen.get_untracked() == Some(row.id) {
            self.is_typing.set(false);
            if row.unread > 0 && row.state == State::Open && !document().hidden() {
                self.act("read", row.id);
            }
        }
        self.inbox.update(|inbox| {
            if let Some(inbox) = inbox {
                order::put(&mut inbox.rows, row);
            }
        });
    }

    fn of_open(self, id: u64, change: impl FnOnce(&mut Conversation)) {
        self.open.answer.update(|open| {
            if let Some(open) = open.as_mut().filter(|open| open.row.id == id) {
                change(open);
            }
        });
    }

    pub(super) fn reconnect(self) {
        self.line.update_value(|line| line.iter_mut().for_each(Line::connect));
    }

    pub(super) fn broke(self) {
        // Later: the closure that calls us must not drop itself.
        spawn_local(async move {
            self.is_live.try_set(false);
            self.line.try_update_value(|line| line.iter_mut().for_each(Line::broke));
        });
    }

    /// `accept`, `close`, `read`, `typing`.
    pub(crate) fn act(self, deed: &'static str, id: u64) {
        let site = self.site.get_untracked();
        self.send(format!("/api/conversations/{id}/{deed}"), Act { site });
    }

    /// Says something to the visitor, or notes it for colleagues (`say`, `note`); `done` is called when
    /// it is kept.
    pub(crate) fn say(
        self,
        deed: &'static str,
        id: u64,
        text: String,
        done: impl FnOnce() + 'static,
    ) {
        let site = self.site.get_untracked();
        self.typed.update_value(|typed| *typed = typed.wrapping_add(1));
        // Of this console, at this time: colleagues and other tabs have other numbers.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any will do")]
        let chance = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
        let number = chance.wrapping_add(self.typed.get_value());
        let path = format!("/api/conversations/{id}/{deed}");
        self.send_then(path, Say { site, number, text }, done);
    }

    /// Tells how I want to be found.
    pub(crate) fn be(self, presence: Presence) {
        self.send("/api/conversations/presence".into(), presence);
    }

    /// Hands a conversation on.
    pub(crate) fn transfer(self, id: u64, agent: String, skill: String) {
        let site = self.site.get_untracked();
        self.send(format!("/api/conversations/{id}/transfer"), Transfer { site, agent, skill });
    }

    /// Posts; what is refused is said.
    pub(crate) fn send(self, path: String, body: impl Serialize + 'static) {
        self.send_then(path, body, || ());
    }

    fn send_then(
        self,
        path: String,
        body: impl Serialize + 'static,
        done: impl FnOnce() + 'static,
    ) {
        spawn_local(async move {
            match api::tell(&path, &body).await {
                Ok(()) => done(),
                Err(error) => self.toasts.say(error.say(self.language.get_untracked())),
            }
        });
    }
}

/// The desk, from any view.
pub(crate) fn desk() -> Desk {
    expect_context()
}

/// How long somebody writes who says so once.
const TYPING: Duration = Duration::from_secs(6);
