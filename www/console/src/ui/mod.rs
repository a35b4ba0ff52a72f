//! Small parts that every view uses: the states between question and answer, [`pieces`] such as cards
//! and badges, [`mod@dialog`]s, [`toast`]s, switches.

pub(crate) mod address;
pub(crate) mod chart;
pub(crate) mod dialog;
pub(crate) mod form;
pub(crate) mod icon;
pub(crate) mod pieces;
pub(crate) mod question;
pub(crate) mod save;
pub(crate) mod sheet;
pub(crate) mod switch;
pub(crate) mod toast;

use leptos::{ev, html, prelude::*};

use crate::api::ApiError;
use crate::preferences::{language, say};

/// The answer is on the way.
pub(crate) fn loading() -> impl IntoView {
    html::div()
        .class("state state-loading")
        .role("status")
        .child((icon::eye(), html::p().child(say(|words| words.loading))))
}

/// There is nothing to show, and why.
pub(crate) fn empty(
    title: impl IntoView + 'static,
    lead: impl IntoView + 'static,
) -> impl IntoView {
    html::div().class("state").child((icon::eye(), html::h2().child(title), html::p().child(lead)))
}

/// There is no answer, why, and a way to try again.
pub(crate) fn failed(error: ApiError, retry: impl Fn() + 'static) -> impl IntoView {
    html::div().class("state state-failed").role("alert").child((
        icon::eye(),
        html::h2().child(say(|words| words.error_title)),
        html::p().child(move || error.say(language())),
        html::button()
            .r#type("button")
            .class("button")
            .on(ev::click, move |_| retry())
            .child(say(|words| words.retry)),
    ))
}

/// More about a picture, folded: the table that says the same, or where it comes from.
pub(crate) fn folded(
    title: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    content: impl IntoView + 'static,
) -> impl IntoView {
    html::details().class("folded").child((html::summary().child(title), scroll(content)))
}

/// Something wide that scrolls in itself, also by keyboard, and never the page.
pub(crate) fn scroll(content: impl IntoView + 'static) -> impl IntoView {
    html::div().class("scroll").tabindex("0").child(content.into_view())
}

/// The head of a table: texts, numbers to the right.
pub(crate) fn head(columns: Vec<(&'static str, bool)>) -> impl IntoView {
    let cell = |(name, is_number): (&'static str, bool)| {
        html::th().scope("col").class(("number", is_number)).child(name)
    };
    html::thead().child(html::tr().child(columns.into_iter().map(cell).collect_view()))
}

/// A cell with a number.
pub(crate) fn number(text: impl IntoView + 'static) -> impl IntoView {
    html::td().class("number").child(text)
}

/// A bar for `value`, as long as its share of `most`. Says nothing to screen readers: the number
/// stands beside it.
pub(crate) fn bar(value: u64, most: u64) -> impl IntoView {
    let share = (u128::from(value) * 1_000).checked_div(u128::from(most)).unwrap_or(0);
    // What is there at all is to be seen.
    let permille = if value == 0 { 0 } else { share.max(8) };
    html::span()
        .class("bar-track")
        .aria_hidden("true")
        .child(html::span().class("bar-fill").style(("--share", permille.to_string())))
}
