//! The numbers on top, each with what it is a share of.

use leptos::{html, prelude::*};
use nunchi_api::stats::Overview;

use crate::preferences::language;
use crate::text::{fill, format};

/// The cards.
pub(super) fn cards(overview: &Overview) -> impl IntoView + use<> {
    let (language, words) = (language(), language().words());
    let count = format::count;
    let of_sessions = |part| fill(words.of_sessions, &[&format::share(part, overview.sessions)]);
    let views_note = if overview.loader_views > 0 {
        fill(words.loader_note, &[&count(overview.loader_views)])
    } else {
        fill(words.per_session, &[&format::ratio(overview.views, overview.sessions)])
    };
    let of_checkouts =
        fill(words.of_checkouts, &[&format::share(overview.purchases, overview.checkouts)]);
    html::ul().class("numbers").child((
        card(words.sessions, count(overview.sessions), String::new()),
        card(words.visitors, count(overview.visitors), words.visitors_note.into()),
        card(words.views, count(overview.views), views_note),
        card(words.dwell, format::span(overview.dwell_ms_median, language), String::new()),
        card(words.carts, count(overview.carts), of_sessions(overview.carts)),
        card(words.checkouts, count(overview.checkouts), of_sessions(overview.checkouts)),
        card(words.purchases, count(overview.purchases), of_checkouts),
        card(words.revenue, format::moneys(&overview.revenue, language), String::new()),
        card(words.conversations, count(overview.conversations), String::new()),
    ))
}

fn card(name: &'static str, value: String, note: String) -> impl IntoView {
    html::li().child((
        html::span().class("number-name").child(name),
        html::strong().child(value),
        html::span().class("number-note").child(note),
    ))
}
