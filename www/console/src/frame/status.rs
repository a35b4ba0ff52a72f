//! Whether what is seen is live: said in words and colour, with the countdown to the next try.

use leptos::{ev, html, prelude::*};

use crate::live::{Link, browser_now, live};
use crate::preferences::{language, say};
use crate::text::{fill, format};

/// The state of the stream, in the bar.
pub(super) fn status() -> impl IntoView {
    let live = live();
    let is_broken = Memo::new(move |_| matches!(live.link.get(), Link::Waiting { .. }));
    html::div()
        .class("stream")
        .class(("is-live", move || live.link.get() == Link::Live))
        .class(("is-broken", move || is_broken.get()))
        .child((
            html::span().class("dot").aria_hidden("true"),
            // Only the change of state is announced, not each second of the countdown.
            html::span().class("sr").role("status").child(announcement),
            html::span().aria_hidden("true").child(text),
            move || is_broken.get().then(retry),
        ))
}

/// A warning above a floor that is no longer true.
pub(crate) fn stale() -> impl IntoView {
    let live = live();
    let since = Memo::new(move |_| match live.link.get() {
        Link::Waiting { since, .. } => Some(since),
        Link::Connecting | Link::Live => None,
    });
    move || {
        since.get().map(|since| {
            html::p().class("notice").child(move || {
                live.now.track();
                let age = browser_now().saturating_sub(since);
                fill(language().words().stream_stale, &[&format::ago(age, language())])
            })
        })
    }
}

fn text() -> String {
    let (live, words) = (live(), language().words());
    match live.link.get() {
        Link::Connecting => words.stream_connecting.into(),
        Link::Live => words.stream_live.into(),
        Link::Waiting { until, .. } => {
            live.now.track();
            let seconds = until.saturating_sub(browser_now()).div_ceil(1_000);
            fill(words.stream_waiting, &[&seconds.to_string()])
        }
    }
}

fn announcement() -> String {
    let words = language().words();
    match live().link.get() {
        Link::Connecting => words.stream_connecting.into(),
        Link::Live => words.stream_live.into(),
        Link::Waiting { .. } => words.error_unreachable.into(),
    }
}

fn retry() -> impl IntoView {
    let live = live();
    html::button()
        .r#type("button")
        .class("quiet")
        .on(ev::click, move |_| live.retry())
        .child(say(|words| words.stream_retry))
}
