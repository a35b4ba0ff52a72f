//! What was noticed, and why carts were hesitated over.

use leptos::{html, prelude::*};
use nunchi_api::stats::{CauseRow, SignalRow, Signals};

use crate::preferences::language;
use crate::text::{fill, format, names};
use crate::ui;

/// Signals by frequency.
pub(super) fn signals(signals: &Signals) -> impl IntoView + use<> {
    let (language, words) = (language(), language().words());
    let name = |row: &SignalRow| names::signal(&row.signal, language);
    let says = signals.rows.first().map_or_else(
        || words.signals_none.into(),
        |row| {
            let (times, sessions) = (format::count(row.count), format::count(row.sessions));
            fill(words.signals_says, &[&name(row), &times, &sessions])
        },
    );
    let most = signals.rows.first().map_or(0, |row| row.count);
    let row = |row: &SignalRow| {
        html::tr().child((
            html::th().scope("row").child(name(row)),
            ui::number(format::count(row.count)),
            ui::number(format::count(row.sessions)),
        ))
    };
    let table = html::table().child((
        ui::head(vec![(words.signal, false), (words.times, true), (words.sessions, true)]),
        html::tbody().child(signals.rows.iter().map(row).collect_view()),
    ));
    let bars = signals.rows.iter().map(|row| bar(name(row), row.count, most)).collect_view();
    (html::p().class("says").child(says), bar_list(bars), ui::as_table(table))
}

/// Causes of cart hesitation by sessions.
pub(super) fn causes(signals: &Signals) -> impl IntoView + use<> {
    let (language, words) = (language(), language().words());
    let name = |row: &CauseRow| names::cause(&row.cause, language);
    let says = signals.causes.first().map_or_else(
        || words.causes_none.into(),
        |row| fill(words.causes_says, &[&name(row), &format::count(row.sessions)]),
    );
    let most = signals.causes.first().map_or(0, |row| row.sessions);
    let row = |row: &CauseRow| {
        html::tr().child((
            html::th().scope("row").child(name(row)),
            ui::number(format::count(row.sessions)),
        ))
    };
    let table = html::table().child((
        ui::head(vec![(words.cause, false), (words.sessions, true)]),
        html::tbody().child(signals.causes.iter().map(row).collect_view()),
    ));
    let bars = signals.causes.iter().map(|row| bar(name(row), row.sessions, most)).collect_view();
    (html::p().class("says").child(says), bar_list(bars), ui::as_table(table))
}

fn bar_list(bars: impl IntoView + 'static) -> impl IntoView {
    html::ul().class("bars bars-named").aria_hidden("true").child(bars)
}

fn bar(name: String, value: u64, most: u64) -> impl IntoView {
    let permille = (value * 1_000).checked_div(most).unwrap_or(0);
    html::li().child((
        html::span().class("bar-name").child(name),
        html::span()
            .class("bar-track")
            .child(html::span().class("bar-fill").style(("--share", permille.to_string()))),
        html::span().class("bar-value").child(format::count(value)),
    ))
}
