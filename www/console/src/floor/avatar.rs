//! One visitor on the plan, drawn: colour by kind, crown, face by mood, bag, bubble, sleep.
//!
//! Every part is there from the beginning and the style sheet shows what holds, so that a change sets
//! one class and builds nothing.

use leptos::{ev, html, prelude::*, svg};
use nunchi_api::live::Visitor;

use super::Chosen;
use super::need::Mood;
use super::sieve::Wanted;
use crate::live::{Guest, live};
use crate::preferences::language;
use crate::text::format;

/// One visitor, walking to wherever they are.
pub(super) fn avatar(guest: Guest) -> impl IntoView {
    let Chosen(chosen) = expect_context();
    let visitor = ArcMemo::new(move |_| guest.visitor.get());
    let place = guest.spot.clone();
    let (cell, room, across, down) = (place.clone(), place.clone(), place.clone(), place.clone());
    let is_chosen = {
        let id = guest.id.clone();
        move || chosen.with(|chosen| chosen.as_deref() == Some(&*id))
    };
    let (looks, title, cart, face) =
        (visitor.clone(), visitor.clone(), visitor.clone(), visitor.clone());
    let (Wanted(wanted), sifted, waits) = (expect_context(), visitor.clone(), visitor.clone());
    let is_pale = move || {
        wanted.with(|sieve| {
            let fits = |it: &Visitor| sieve.admits(it, live().largest(), language());
            !sieve.is_open() && !sifted.with(fits)
        })
    };
    html::div()
        .class(move || {
            let spot = place.get();
            let (zone, nearness) = (spot.zone.class(), nearness(spot.room));
            looks.with(|visitor| format!("avatar in-{zone} {nearness} {}", classes(visitor)))
        })
        .class(("is-chosen", is_chosen))
        .class(("is-pale", is_pale))
        .style(("--cell", move || cell.get().cell().to_string()))
        .style(("--room", move || room.get().room.to_string()))
        .style(("--across", move || across.get().lean().0.to_string()))
        .style(("--down", move || down.get().lean().1.to_string()))
        .title(move || title.with(describe))
        .on(ev::click, move |_| chosen.set(Some(guest.id.clone())))
        .child((
            body(move || face.with(|visitor| mouth(Mood::of(&visitor.mood))), visitor),
            html::span().class("avatar-cart").child(move || cart.with(cart_text)),
            html::span().class("avatar-waits").child(move || waits.with(waiting)),
        ))
        .into_any()
}

/// A larger one, for the panel and the list; stands still.
pub(super) fn portrait(visitor: ArcRwSignal<Visitor>) -> impl IntoView {
    let seen = ArcMemo::new(move |_| visitor.get());
    let (looks, face) = (seen.clone(), seen.clone());
    html::span()
        .class(move || looks.with(|visitor| format!("portrait {}", classes(visitor))))
        .aria_hidden("true")
        .child(body(move || face.with(|visitor| mouth(Mood::of(&visitor.mood))), seen))
        .into_any()
}

fn body(
    mouth: impl Fn() -> &'static str + Send + Sync + 'static,
    visitor: ArcMemo<Visitor>,
) -> impl IntoView {
    let country = visitor.clone();
    svg::svg().attr("viewBox", "0 0 48 54").attr("class", "person").child((
        shape("shadow", "M10 50a12 2.6 0 1 0 24 0a12 2.6 0 1 0-24 0z"),
        shape("coat", "M7 49c0-11 6-16 15-16s15 5 15 16z"),
        svg::circle().attr("class", "head").attr("cx", "22").attr("cy", "21").attr("r", "11.5"),
        shape("eyes", "M17.6 20.2v1.6M26.4 20.2v1.6"),
        shape("lids", "M16 21.4q1.6 1.4 3.2 0M24.8 21.4q1.6 1.4 3.2 0"),
        shape("brows", "M15.4 16.6l4 1.6M28.6 16.6l-4 1.6"),
        svg::path().attr("class", "mouth").attr("d", mouth),
        shape("crown", "M13.5 10.6l-1.6-7.2 5.2 3.4L22 1.4l4.9 5.4 5.2-3.4-1.6 7.2z"),
        shape("rope", "M9 40.5q13 4 26 0M8 44.5q14 4 28 0M12.5 37.5q9.5 3 19 0"),
        svg::g().attr("class", "smoke").child((
            shape("puff", "M12 7a2.6 2.6 0 1 0 5 0a2.6 2.6 0 1 0-5 0z"),
            shape("puff", "M20 3.4a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"),
            shape("puff", "M28 7a2.6 2.6 0 1 0 5 0a2.6 2.6 0 1 0-5 0z"),
        )),
        svg::g().attr("class", "hearts").child((
            shape("heart", "M6 9.5c-3-2.2-3-5.6-.6-5.6 1 0 .6 1 .6 1s-.4-1 .7-1c2.3 0 2.3 3.4-.7 5.6z"),
            shape("heart", "M38 6.5c-3-2.2-3-5.6-.6-5.6 1 0 .6 1 .6 1s-.4-1 .7-1c2.3 0 2.3 3.4-.7 5.6z"),
        )),
        shape("hat", "M10.2 15.4q11.8-13 23.6 0q-11.8-4.4-23.6 0z"),
        shape("patch", "M24.4 19.2h4.6v2.6q-2.3 2.6-4.6 0zM11.4 16.6l17.6 4"),
        svg::g().attr("class", "flag").child((
            shape("pole", "M4.6 48V35"),
            shape("cloth", "M4.6 34.6h12.6v7.6H4.6z"),
            svg::text().attr("x", "10.9").attr("y", "40.6").child(move || country.with(|it| place(&it.language))),
        )),
        shape("sleep", "M35 5h5l-5 6h5M42 1h3.4l-3.4 4h3.4"),
        svg::g().attr("class", "bubble").child((
            shape("balloon", "M33 1h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-5l-4 4v-4.2a4 4 0 0 1-5-3.8V5a4 4 0 0 1 4-4z"),
            shape("dots", "M34 7.6h.01M38 7.6h.01M42 7.6h.01"),
        )),
        svg::g().attr("class", "doubt").child((
            shape("doubt-1", "M3 30.5h5"),
            shape("doubt-2", "M3 25.5h5"),
            shape("doubt-3", "M3 20.5h5"),
        )),
        svg::g().attr("class", "bag").child((
            shape("handle", "M35 38v-1.6a3.6 3.6 0 0 1 7.2 0V38"),
            shape("sack", "M32.6 37.6h12l1 11.6a2 2 0 0 1-2 2.1h-10a2 2 0 0 1-2-2.1z"),
            svg::text()
                .attr("x", "38.6")
                .attr("y", "47.6")
                .child(move || visitor.with(|visitor| visitor.cart_items.min(99).to_string())),
        )),
    ))
}

fn shape(class: &'static str, path: &'static str) -> impl IntoView {
    svg::path().attr("class", class).attr("d", path)
}

fn mouth(mood: Mood) -> &'static str {
    match mood {
        Mood::Neutral => "M19 26.4h6",
        Mood::Happy => "M17.6 25.2q4.4 4.2 8.8 0",
        Mood::Struggling => "M18.6 27.2q2-2 3.4-.6t3.4-.6",
        Mood::Annoyed => "M18 28q4-3.6 8 0",
        Mood::Suspicious => "M18 27h2v-1.4h2V27h2v-1.4h2",
    }
}

fn classes(visitor: &Visitor) -> String {
    let kind = match visitor.kind.as_str() {
        "known" => "known",
        "returning" => "returning",
        _ => "new",
    };
    let mut classes = format!("is-{kind} is-{}", Mood::of(&visitor.mood).class());
    let marks = [
        (visitor.is_vip, " is-vip"),
        (visitor.is_away, " is-away"),
        (visitor.is_chatting, " is-chatting"),
        (visitor.cart_items > 0, " has-bag"),
        (!visitor.language.is_empty(), " has-flag"),
        (visitor.zone_reason == "waiting", " is-waiting"),
        (visitor.hesitation >= 1, " doubts-1"),
        (visitor.hesitation >= 2, " doubts-2"),
        (visitor.hesitation >= 3, " doubts-3"),
    ];
    marks.iter().filter(|(holds, _)| *holds).for_each(|(_, class)| classes.push_str(class));
    classes
}

/// How close people stand, for the style sheet: what is written below them needs its width.
fn nearness(room: u16) -> &'static str {
    match room {
        0..=8 => "",
        9..=16 => "is-near",
        _ => "is-near is-close",
    }
}

/// Where somebody may be from, by their language alone: its region, else the country that nearly all who
/// speak it live in, else the language; two letters.
fn place(language: &str) -> String {
    let mut parts = language.split(['-', '_']);
    let spoken = parts.next().unwrap_or_default().to_ascii_lowercase();
    let region =
        parts.find(|part| part.len() == 2 && part.bytes().all(|it| it.is_ascii_alphabetic()));
    let guess = match (region, spoken.as_str()) {
        (Some(region), _) => region,
        (None, "ko") => "KR",
        (None, "ja") => "JP",
        (None, "vi") => "VN",
        (None, "th") => "TH",
        (None, other) => other,
    };
    guess.chars().take(2).collect::<String>().to_ascii_uppercase()
}

/// How long they have waited for an answer, as seconds; empty for who does not wait.
fn waiting(visitor: &Visitor) -> String {
    if visitor.zone_reason != "waiting" || visitor.waiting_since == 0 {
        return String::new();
    }
    let seconds = live().now.get().saturating_sub(visitor.waiting_since) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn cart_text(visitor: &Visitor) -> String {
    let cart = visitor.cart_value.as_ref().filter(|cart| cart.minor > 0);
    cart.map(|cart| format::money_short(cart, language())).unwrap_or_default()
}

fn describe(visitor: &Visitor) -> String {
    if visitor.product.is_empty() {
        visitor.path.clone()
    } else {
        format!("{} · {}", visitor.product, visitor.path)
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_place_is_guessed_from_the_language_alone() {
        let places = ["ko-KR", "ko", "en", "en-GB", "zh-Hant-TW", "pt_BR", ""].map(place);
        assert_eq!(places, ["KR", "KR", "EN", "GB", "TW", "BR", ""]);
    }
}
