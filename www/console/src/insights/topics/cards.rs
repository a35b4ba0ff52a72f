//! The numbers on top, each with what it is a share of and how it moved against the span before.

use leptos::{html, prelude::*};
use nunchi_api::stats::Overview;

use crate::text::{Language, fill, format};

/// The cards.
pub(super) fn cards(now: &Overview, before: Option<&Overview>, language: Language) -> AnyView {
    let words = language.words();
    let count = format::count;
    let of_sessions = |part| fill(words.of_sessions, &[&format::share(part, now.sessions)]);
    let views_note = if now.loader_views > 0 {
        fill(words.loader_note, &[&count(now.loader_views)])
    } else {
        fill(words.per_session, &[&format::ratio(now.views, now.sessions)])
    };
    let of_checkouts = fill(words.of_checkouts, &[&format::share(now.purchases, now.checkouts)]);
    let counted = |name, note: String, of: fn(&Overview) -> u64| {
        let change = before.and_then(|before| change(of(now), of(before)));
        card(name, count(of(now)), note, change, words.against_before)
    };
    let first = |it: &Overview| it.revenue.first().map_or(0, |it| it.minor.unsigned_abs());
    let is_one = |it: &Overview| it.revenue.len() <= 1;
    let earned = before.filter(|before| is_one(now) && is_one(before));
    let earned = earned.and_then(|before| change(first(now), first(before)));
    let dwell = before.and_then(|before| change(now.dwell_ms_median, before.dwell_ms_median));
    let revenue = format::moneys(&now.revenue, language);
    let spent = format::span(now.dwell_ms_median, language);
    html::ul()
        .class("numbers")
        .child((
            counted(words.sessions, String::new(), |it| it.sessions),
            counted(words.visitors, words.visitors_note.into(), |it| it.visitors),
            counted(words.views, views_note, |it| it.views),
            card(words.dwell, spent, String::new(), dwell, words.against_before),
            counted(words.carts, of_sessions(now.carts), |it| it.carts),
            counted(words.checkouts, of_sessions(now.checkouts), |it| it.checkouts),
            counted(words.purchases, of_checkouts, |it| it.purchases),
            card(words.revenue, revenue, String::new(), earned, words.against_before),
            counted(words.conversations, String::new(), |it| it.conversations),
        ))
        .into_any()
}

/// By how much it moved, in whole percent; `None` where there was too little to compare with, and where
/// it is another order of size: a percentage would only be loud.
fn change(now: u64, before: u64) -> Option<i64> {
    let (now, was) = (i128::from(now), i128::from(before));
    let percent = (before >= COMPARED_MIN).then(|| (now - was) * 100 / was)?;
    i64::try_from(percent).ok().filter(|percent| *percent < 1_000)
}

const COMPARED_MIN: u64 = 10;

fn card(
    name: &'static str,
    value: String,
    note: String,
    change: Option<i64>,
    against: &'static str,
) -> impl IntoView {
    let moved = change.map(|percent| {
        let (class, sign) = match percent {
            1.. => ("is-up", "▲"),
            0 => ("is-even", "="),
            ..0 => ("is-down", "▼"),
        };
        html::span().class(format!("change {class}")).child((
            html::span().aria_hidden("true").child(sign),
            format!(" {} % ", percent.abs()),
            html::span().class("sr").child(against),
        ))
    });
    html::li().child((
        html::span().class("number-name").child((name, moved)),
        html::strong().child(value),
        html::span().class("number-note").child(note),
    ))
}

#[cfg(test)]
mod tests {
    use super::change;

    #[test]
    fn a_change_is_told_in_whole_percent_and_not_against_next_to_nothing() {
        assert_eq!(change(150, 100), Some(50));
        assert_eq!(change(20, 30), Some(-33));
        assert_eq!([change(7, 0), change(12, 9), change(u64::MAX, 10)], [None; 3]);
    }
}
