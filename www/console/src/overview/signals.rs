//! What was noticed, and why carts were hesitated over.

use leptos::{html, prelude::*};
use nunchi_api::stats::Signals;

use crate::preferences::language;
use crate::text::{fill, format, names};
use crate::ui;

/// Signals by frequency.
pub(super) fn signals(signals: &Signals) -> AnyView {
    let (language, words) = (language(), language().words());
    let says = signals.rows.first().map_or_else(
        || words.signals_none.into(),
        |row| {
            let name = names::signal(&row.signal, language);
            let (times, sessions) = (format::count(row.count), format::count(row.sessions));
            fill(words.signals_says, &[&name, &times, &sessions])
        },
    );
    let bars = signals.rows.iter().map(|row| (names::signal(&row.signal, language), row.count));
    picture(says, bars.collect())
}

/// The same as a table.
pub(super) fn signals_table(signals: &Signals) -> AnyView {
    let (language, words) = (language(), language().words());
    let rows = signals.rows.iter().map(|row| {
        html::tr().child((
            html::th().scope("row").child(names::signal(&row.signal, language)),
            ui::number(format::count(row.count)),
            ui::number(format::count(row.sessions)),
        ))
    });
    let head = ui::head(vec![(words.signal, false), (words.times, true), (words.sessions, true)]);
    html::table().child((head, html::tbody().child(rows.collect_view()))).into_any()
}

/// Causes of cart hesitation by sessions.
pub(super) fn causes(signals: &Signals) -> AnyView {
    let (language, words) = (language(), language().words());
    let says = signals.causes.first().map_or_else(
        || words.causes_none.into(),
        |row| {
            let name = names::cause(&row.cause, language);
            fill(words.causes_says, &[&name, &format::count(row.sessions)])
        },
    );
    let bars = signals.causes.iter().map(|row| (names::cause(&row.cause, language), row.sessions));
    picture(says, bars.collect())
}

/// The same as a table.
pub(super) fn causes_table(signals: &Signals) -> AnyView {
    let (language, words) = (language(), language().words());
    let rows = signals.causes.iter().map(|row| {
        html::tr().child((
            html::th().scope("row").child(names::cause(&row.cause, language)),
            ui::number(format::count(row.sessions)),
        ))
    });
    let head = ui::head(vec![(words.cause, false), (words.sessions, true)]);
    html::table().child((head, html::tbody().child(rows.collect_view()))).into_any()
}

/// A sentence and named bars, the longest first.
fn picture(says: String, bars: Vec<(String, u64)>) -> AnyView {
    let most = bars.first().map_or(0, |(_, value)| *value);
    let bars = bars.into_iter().map(|(name, value)| {
        html::li().child((
            html::span().class("bar-name").child(name),
            ui::bar(value, most),
            html::span().class("bar-value").child(format::count(value)),
        ))
    });
    let bars = html::ul().class("bars bars-named").aria_hidden("true").child(bars.collect_view());
    (html::p().class("says").child(says), bars).into_any()
}
