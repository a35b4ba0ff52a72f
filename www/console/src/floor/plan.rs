//! The shop as a plan: what stands in it, its signs, and everybody who is there.
//!
//! For screen readers the plan is one picture: the list below says the same in words.

use leptos::{html, prelude::*, svg};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::aisles::Aisle;
use super::layout::{Layout, Point, Rect, SHELF_HEIGHT};
use super::people::people;
use super::shop::shop;
use super::zone::Zone;
use crate::live::live;
use crate::preferences::{language, say};

/// The plan.
pub(super) fn plan() -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let (size, aisles) = (size_of(host), live().aisles);
    let layout = Memo::new(move |_| {
        let (width, height) = size.get()?;
        let aisles = u8::try_from(aisles.with(Vec::len) + 1).unwrap_or(u8::MAX);
        Some(Layout { width, height, aisles })
    });
    let standing = move || layout.get().map(|layout| (shop(layout), signs(layout, aisles.get())));
    html::div()
        .class("plan")
        .node_ref(host)
        .role("img")
        .aria_label(say(|words| words.plan))
        .child((standing, people(layout)))
}

/// How large the plan is, CSS pixels, as that changes.
fn size_of(host: NodeRef<html::Div>) -> RwSignal<Option<(f64, f64)>> {
    let size = RwSignal::new(None);
    let kept = StoredValue::new_local(None);
    Effect::new(move || {
        let Some(host) = host.get() else { return };
        let measured = host.clone();
        let measure = move || {
            let now = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            // A plan that is not shown has no size.
            if now.0 > 0.0 && size.try_get_untracked().flatten() != Some(now) {
                size.try_set(Some(now));
            }
        };
        measure();
        let on_resize = Closure::<dyn Fn()>::new(measure);
        if let Ok(observer) = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
            observer.observe(&host);
            kept.set_value(Some((observer, on_resize)));
        }
    });
    on_cleanup(move || {
        if let Some((observer, _)) = kept.try_update_value(Option::take).flatten() {
            observer.disconnect();
        }
    });
    size
}

/// What each part of the shop is called, and how many stand there.
fn signs(layout: Layout, aisles: Vec<Aisle>) -> impl IntoView {
    let zones = Zone::ALL.into_iter().filter(|zone| !zone.has_aisles());
    let has_names = !aisles.is_empty();
    let named = aisles.into_iter().map(|aisle| Some(aisle.name)).chain([None]);
    let over_aisles = named.enumerate().map(move |(place, name)| {
        let aisle = u8::try_from(place).unwrap_or(u8::MAX);
        aisle_sign(layout, aisle, name, has_names)
    });
    svg::svg()
        .attr("class", "signs")
        .attr("width", layout.width.to_string())
        .attr("height", layout.height.to_string())
        .child((
            zones.map(|zone| zone_sign(layout, zone)).collect_view(),
            over_aisles.collect_view(),
        ))
}

fn zone_sign(layout: Layout, zone: Zone) -> impl IntoView {
    let it = layout.zone(zone);
    let count = count(move |found, _| found == zone);
    (
        written("sign-name", Point { x: it.x + 13.0, y: it.y + 20.0 }, move || {
            zone.name(language().words()).to_owned()
        }),
        written("sign-count", Point { x: it.x + it.w - 13.0, y: it.y + 20.0 }, move || {
            count.get().to_string()
        }),
    )
}

/// Over the shelf: its category. On the lowest board: how many stand there.
fn aisle_sign(layout: Layout, aisle: u8, name: Option<String>, has_names: bool) -> impl IntoView {
    let (it, foot) = (layout.aisle(aisle), layout.shelf_foot(aisle));
    let count = count(move |zone, at| zone.has_aisles() && at == aisle);
    let title = move || {
        let words = language().words();
        match (&name, has_names) {
            (Some(name), _) => shortened(name, it),
            (None, true) => words.other_aisles.into(),
            (None, false) => words.zone_shelf.into(),
        }
    };
    let y = foot - SHELF_HEIGHT + 12.0;
    (
        written("aisle-name", Point { x: it.x + 14.0, y }, title),
        written("aisle-count", Point { x: it.x + it.w - 14.0, y }, move || {
            Some(count.get())
                .filter(|count| *count > 0)
                .map(|it| it.to_string())
                .unwrap_or_default()
        }),
    )
}

/// As much of a name as the sign has room for.
fn shortened(name: &str, sign: Rect) -> String {
    // Korean letters are twice as wide as Latin ones.
    let width = |letter: char| if letter.is_ascii() { 6.6 } else { 12.0 };
    let (mut room, mut short) = (sign.w - 52.0, String::new());
    for letter in name.chars() {
        room -= width(letter);
        if room < 0.0 {
            return short + "…";
        }
        short.push(letter);
    }
    short
}

/// How many stand where `is_there` says.
fn count(is_there: impl Fn(Zone, u8) -> bool + Send + Sync + 'static) -> Memo<usize> {
    let standing = live().standing;
    Memo::new(move |_| {
        standing.with(|standing| {
            let here = standing.iter().filter(|((zone, aisle), _)| is_there(*zone, *aisle));
            here.map(|(_, count)| count).sum()
        })
    })
}

fn written(
    class: &'static str,
    at: Point,
    text: impl Fn() -> String + Send + 'static,
) -> impl IntoView {
    svg::text()
        .attr("class", class)
        .attr("x", format!("{:.1}", at.x))
        .attr("y", format!("{:.1}", at.y))
        .child(text)
}
