//! The shop as a plan: zones with their furniture, and everybody standing in them.
//!
//! Where the zones lie is the style sheet's business (`floor.css`), so that a phone has another plan;
//! an avatar only knows its zone and its cell in it. For screen readers the plan is one picture: the
//! list below says the same in words.

use leptos::{html, prelude::*, svg};

use super::avatar::avatar;
use super::zone::Zone;
use crate::live::live;
use crate::preferences::{language, say};
use crate::text::format;

/// The plan.
pub(super) fn plan() -> impl IntoView {
    let live = live();
    let is_full = Memo::new(move |_| live.guests.with(Vec::len) > LIVELY_MAX);
    html::div()
        .class("plan")
        .class(("is-full", move || is_full.get()))
        .role("img")
        .aria_label(say(|words| words.plan))
        .child((
            Zone::ALL.map(zone).into_iter().collect_view(),
            crowd(),
            view! {
                <For
                    each=move || live.guests.get()
                    key=|guest| guest.id.clone()
                    children=avatar
                />
            },
        ))
}

/// Those for whom there is no room: a crowd at the door, and how many they are.
fn crowd() -> impl IntoView {
    let undrawn = live().undrawn;
    let head = |x: &str, y: &str| {
        svg::circle().attr("cx", x.to_owned()).attr("cy", y.to_owned()).attr("r", "7")
    };
    move || {
        let more = undrawn.get();
        (more > 0).then(|| {
            html::div().class("plan-crowd").child((
                svg::svg().attr("viewBox", "0 0 84 44").child((
                    head("16", "16"),
                    head("34", "11"),
                    head("52", "11"),
                    head("68", "16"),
                    head("25", "28"),
                    head("43", "25"),
                    head("60", "29"),
                )),
                html::span().child(format!("+{}", format::count(more))),
            ))
        })
    }
}

/// More people than this do not breathe: what moves for ever would cost the frames of those who walk.
const LIVELY_MAX: usize = 120;

fn zone(zone: Zone) -> impl IntoView {
    let live = live();
    let count = Memo::new(move |_| {
        live.guests
            .with(|guests| guests.iter().filter(|guest| guest.spot.get().zone == zone).count())
    });
    html::div().class(format!("zone zone-{}", zone.class())).child((
        furniture(zone),
        (zone == Zone::Aisle).then(super::aisles::aisles),
        html::p().class("zone-name").child((
            html::span().child(move || zone.name(language().words())),
            html::span().class("zone-count").child(move || count.get()),
        )),
    ))
}

/// A few plain shapes in a field of 100 × 100, stretched to the zone.
fn furniture(zone: Zone) -> impl IntoView {
    let pieces: &[[u8; 4]] = match zone {
        Zone::Entrance => &[[30, 92, 40, 8]],
        Zone::Aisle => &[[8, 26, 84, 7], [8, 50, 84, 7], [8, 74, 84, 7]],
        Zone::Shelf => &[
            [0, 0, 100, 5],
            [12, 34, 20, 14],
            [40, 34, 20, 14],
            [68, 34, 20, 14],
            [12, 66, 20, 14],
            [40, 66, 20, 14],
            [68, 66, 20, 14],
        ],
        Zone::SearchDesk => &[[30, 42, 40, 22]],
        Zone::Fitting => &[[0, 20, 6, 80], [48, 20, 4, 60], [94, 20, 6, 80]],
        Zone::Lounge => &[[14, 42, 30, 22], [56, 42, 30, 22]],
        Zone::Till => &[[10, 34, 60, 10], [10, 68, 60, 10]],
        Zone::Exit => &[[92, 25, 8, 50]],
    };
    let piece = |[x, y, width, height]: &[u8; 4]| {
        svg::rect()
            .attr("x", x.to_string())
            .attr("y", y.to_string())
            .attr("width", width.to_string())
            .attr("height", height.to_string())
            .attr("rx", "1.5")
    };
    svg::svg()
        .attr("viewBox", "0 0 100 100")
        .attr("preserveAspectRatio", "none")
        .attr("class", "furniture")
        .child(pieces.iter().map(piece).collect_view())
}
