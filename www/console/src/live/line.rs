//! One stream of server-sent events and its reconnects.

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventSource, MessageEvent};

use super::backoff::pause_ms;
use super::{Live, browser_now};
use crate::api::{self, ApiError};
use crate::floor::crowd::News;

/// How the stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// On the way.
    Connecting,
    /// Open.
    Live,
    /// Broken.
    Waiting {
        /// When it is tried again, milliseconds since 1970 on this browser's clock.
        until: u64,
        /// When it broke.
        since: u64,
    },
}

/// The stream of one site. Dropping it closes everything.
pub(super) struct Line {
    live: Live,
    url: String,
    stream: Option<Stream>,
    retry: Option<Timeout>,
    attempt: u32,
    broken_since: Option<u64>,
}

/// An open `EventSource` with the closures it calls.
struct Stream {
    source: EventSource,
    _closures: [Closure<dyn Fn(MessageEvent)>; 5],
}

impl Line {
    pub(super) fn open(live: Live, site: &str) -> Self {
        // A site key is a-z, 0-9 and -: nothing to escape.
        let url = format!("/api/live/events?site={site}");
        let mut opened =
            Self { live, url, stream: None, retry: None, attempt: 0, broken_since: None };
        opened.connect();
        opened
    }

    /// Opens the stream now, whatever was before.
    pub(super) fn connect(&mut self) {
        self.retry = None;
        self.live.link.set(Link::Connecting);
        self.stream = Stream::open(self.live, &self.url);
        if self.stream.is_none() {
            self.broke();
        }
    }

    /// A floor came: it works.
    fn works(&mut self) {
        self.attempt = 0;
        self.broken_since = None;
        self.live.link.set(Link::Live);
    }

    /// The stream broke. The browser's own retry has no back-off, so ours takes its place.
    fn broke(&mut self) {
        self.stream = None;
        let now = browser_now();
        let since = *self.broken_since.get_or_insert(now);
        let pause = pause_ms(self.attempt, chance());
        self.attempt = self.attempt.saturating_add(1);
        self.live.link.set(Link::Waiting { until: now + u64::from(pause), since });
        let live = self.live;
        self.retry = Some(Timeout::new(pause, move || live.retry()));
    }
}

impl Stream {
    /// `None` when the browser refuses the address.
    fn open(live: Live, url: &str) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let floor = listener(move |event| {
            if let Some(floor) = read(&event) {
                live.inner.update_value(|inner| inner.line.iter_mut().for_each(Line::works));
                live.hear(News::Floor(floor));
            }
        });
        let visitor = listener(move |event| {
            if let Some(visitor) = read(&event) {
                live.hear(News::Visitor(Box::new(visitor)));
            }
        });
        let left = listener(move |event| {
            if let Some(id) = event.data().as_string() {
                // Either the bare id or a JSON string.
                live.hear(News::Left(id.trim_matches('"').to_owned()));
            }
        });
        let crowd = listener(move |event| {
            if let Some(crowd) = read(&event) {
                live.hear(News::Crowd(crowd));
            }
        });
        let broke = listener(move |_| break_off(live));
        let named = [("floor", &floor), ("visitor", &visitor), ("left", &left), ("crowd", &crowd)];
        for (name, closure) in named {
            let listener = closure.as_ref().unchecked_ref();
            source.add_event_listener_with_callback(name, listener).ok()?;
        }
        source.set_onerror(Some(broke.as_ref().unchecked_ref()));
        Some(Self { source, _closures: [floor, visitor, left, crowd, broke] })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.set_onerror(None);
        self.source.close();
    }
}

/// The stream cannot say why it broke; a plain request can.
fn break_off(live: Live) {
    // Later: the closure that calls us must not drop itself.
    spawn_local(async move {
        live.inner.try_update_value(|inner| inner.line.iter_mut().for_each(Line::broke));
        if api::sites().await == Err(ApiError::SignedOut) {
            live.session.ended();
        }
    });
}

fn listener(handle: impl Fn(MessageEvent) + 'static) -> Closure<dyn Fn(MessageEvent)> {
    Closure::new(handle)
}

/// Reads an event; one that cannot be read is of a newer collector and is passed over.
fn read<T: DeserializeOwned>(event: &MessageEvent) -> Option<T> {
    serde_json::from_str(&event.data().as_string()?).ok()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 999")]
fn chance() -> u32 {
    (js_sys::Math::random() * 1_000.0) as u32
}
