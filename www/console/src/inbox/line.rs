//! The stream of the inbox and its reconnects.

use gloo_timers::callback::Timeout;
use nunchi_api::inbox::{Agent, Gone, Inbox, Noted, Row, Said};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventSource, MessageEvent};

use super::desk::Desk;
use crate::live::pause_ms;

/// What the collector tells.
pub(super) enum News {
    /// All of it.
    Inbox(Inbox),
    /// A conversation stands otherwise.
    Row(Box<Row>),
    /// Something was said.
    Message(Said),
    /// Something was noted.
    Note(Noted),
    /// The visitor of this conversation writes.
    Typing(u64),
    /// A conversation became part of another.
    Gone(Gone),
    /// Colleagues came, went, or changed how they want to be found.
    Agents(Vec<Agent>),
}

/// The stream of one site. Dropping it closes everything.
pub(super) struct Line {
    desk: Desk,
    url: String,
    stream: Option<Stream>,
    retry: Option<Timeout>,
    attempt: u32,
}

/// What an event calls.
type Listener = Closure<dyn Fn(MessageEvent)>;

/// An open `EventSource` with what it calls.
struct Stream {
    source: EventSource,
    _listeners: Vec<Listener>,
}

impl Line {
    pub(super) fn open(desk: Desk, site: &str) -> Self {
        // A site key is a-z, 0-9 and -: nothing to escape.
        let url = format!("/api/conversations/events?site={site}");
        let mut line = Self { desk, url, stream: None, retry: None, attempt: 0 };
        line.connect();
        line
    }

    /// Opens the stream now.
    pub(super) fn connect(&mut self) {
        self.retry = None;
        self.stream = Stream::open(self.desk, &self.url);
        if self.stream.is_none() {
            self.broke();
        }
    }

    /// An inbox came: it works.
    pub(super) fn works(&mut self) {
        self.attempt = 0;
    }

    /// The browser's own retry has no back-off, so ours takes its place.
    pub(super) fn broke(&mut self) {
        self.stream = None;
        let pause = pause_ms(self.attempt, 500);
        self.attempt = self.attempt.saturating_add(1);
        let desk = self.desk;
        self.retry = Some(Timeout::new(pause, move || desk.reconnect()));
    }
}

impl Stream {
    /// `None` when the browser refuses the address.
    fn open(desk: Desk, url: &str) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let hear: [(&str, Listener); 7] = [
            ("inbox", listener(desk, News::Inbox)),
            ("row", listener(desk, |row| News::Row(Box::new(row)))),
            ("message", listener(desk, News::Message)),
            ("note", listener(desk, News::Note)),
            ("typing", listener(desk, News::Typing)),
            ("gone", listener(desk, News::Gone)),
            ("agents", listener(desk, News::Agents)),
        ];
        let mut listeners = Vec::new();
        for (name, closure) in hear {
            let listener = closure.as_ref().unchecked_ref();
            source.add_event_listener_with_callback(name, listener).ok()?;
            listeners.push(closure);
        }
        let broke: Listener = Closure::new(move |_| desk.broke());
        source.set_onerror(Some(broke.as_ref().unchecked_ref()));
        listeners.push(broke);
        Some(Self { source, _listeners: listeners })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.set_onerror(None);
        self.source.close();
    }
}

/// Reads an event; one that cannot be read is of a newer collector and is passed over.
fn listener<T: DeserializeOwned + 'static>(
    desk: Desk,
    news: impl Fn(T) -> News + 'static,
) -> Listener {
    Closure::new(move |event: MessageEvent| {
        let data = event.data().as_string().unwrap_or_default();
        if let Ok(data) = serde_json::from_str(&data) {
            desk.hear(news(data));
        }
    })
}
