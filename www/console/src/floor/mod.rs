//! The floor: who is in the shop now, where, with what in hand, and who needs help first.
//!
//! [`crowd`], [`need`], [`zone`], [`layout`] and [`figure`] decide (pure). [`plan`] draws the [`shop`] and, on a canvas
//! over it, the [`people`] as they walk on the [`stage`]; [`list`] and [`panel`] say the same in words.

pub(crate) mod aisles;
mod avatar;
pub(crate) mod crowd;
mod figure;
mod filters;
pub(crate) mod help;
mod layout;
pub(crate) mod list;
pub(crate) mod need;
mod panel;
mod people;
mod plan;
mod shop;
mod sieve;
mod sprite;
mod stage;
pub(crate) mod zone;

use std::collections::BTreeMap;

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_query_map;
use nunchi_api::stats::Amount;

use crowd::Crowd;
use filters::Shown;
use sieve::{Sieve, Wanted};
use wasm_bindgen::JsCast;

use crate::frame::stale;
use crate::live::live;
use crate::preferences::{language, preferences, say};
use crate::session::session;
use crate::text::{Words, fill, format};
use crate::ui;

/// Whom the operator looks at.
#[derive(Clone, Copy)]
struct Chosen(RwSignal<Option<String>>);

/// The view.
pub(crate) fn view() -> impl IntoView {
    let live = live();
    let chosen = Chosen(RwSignal::new(None));
    provide_context(chosen);
    let asked = use_query_map();
    Effect::new(move |before: Option<String>| {
        let site = preferences().site.get();
        // Another site has other visitors; the address may name one of this.
        if before.is_none_or(|before| before != site) {
            chosen.0.set(None);
        }
        if let Some(id) = asked.with(|asked| asked.get("visitor")) {
            chosen.0.set(Some(id));
        }
        site
    });
    let wanted = Wanted(RwSignal::new(Sieve::default()));
    provide_context(wanted);
    let shown = RwSignal::new(Shown::Plan);
    step_by_keys(chosen);
    aisles::ask();
    help::ask();
    let is_empty = Memo::new(move |_| live.guests.with(Vec::is_empty));
    html::div().class("floor").class(("has-panel", move || chosen.0.with(Option::is_some))).child((
        html::div().class("floor-main").child((heading(), stale(), move || {
            match (live.is_known.get(), is_empty.get()) {
                (false, _) => ui::loading().into_any(),
                (true, true) => nobody().into_any(),
                (true, false) => (
                    filters::filters(shown),
                    move || (shown.get() == Shown::Plan).then(plan::plan),
                    undrawn(),
                    list::list(shown),
                )
                    .into_any(),
            }
        })),
        panel::panel(),
    ))
}

/// `j` and `k` go down and up in the list of who to help first, `Escape` lets go.
fn step_by_keys(Chosen(chosen): Chosen) {
    let live = live();
    let handle = window_event_listener(ev::keydown, move |event| {
        let is_ours = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let is_typing =
            is_ours.is_some_and(|it| it.closest("input, select, dialog").ok().flatten().is_some());
        if is_typing || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let by = match event.key().as_str() {
            "j" => 1,
            "k" => -1,
            _ => return,
        };
        let now = chosen.get_untracked();
        let next = live.ranking.with_untracked(|ranking| {
            let place = now.and_then(|id| ranking.iter().position(|(known, _)| *known == id));
            let place = place.map_or(0, |place| place.saturating_add_signed(by));
            ranking.get(place.min(ranking.len().saturating_sub(1))).map(|(id, _)| id.clone())
        });
        if next.is_some() {
            chosen.set(next);
        }
    });
    on_cleanup(move || handle.remove());
}

fn heading() -> impl IntoView {
    html::div().class("heading").child((
        html::div().child((
            html::h1().child(say(|words| words.floor)),
            html::p().class("lead").child(say(|words| words.floor_lead)),
        )),
        html::ul().class("facts").child((
            fact(|words| words.here_now, |crowd| crowd.total().to_string()),
            fact(
                |words| words.with_cart,
                |crowd| crowd.count(|visitor| visitor.cart_items > 0).to_string(),
            ),
            fact(
                |words| words.hesitating,
                |crowd| crowd.count(|visitor| visitor.hesitation > 0).to_string(),
            ),
            fact(|words| words.in_carts, in_carts),
        )),
    ))
}

/// A number over all visitors. Told once a second, not with each event.
fn fact(
    name: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    tell: impl Fn(&Crowd) -> String + Send + Sync + 'static,
) -> impl IntoView {
    let live = live();
    let text = Memo::new(move |_| {
        live.now.track();
        live.guests.track();
        language();
        live.crowd(&tell)
    });
    html::li().child((html::strong().child(move || text.get()), " ", html::span().child(say(name))))
}

/// What all carts are worth, by currency.
fn in_carts(crowd: &Crowd) -> String {
    let mut sums = BTreeMap::<&str, i64>::new();
    for cart in crowd.people().values().filter_map(|it| it.visitor.cart_value.as_ref()) {
        let sum = sums.entry(&cart.currency).or_default();
        *sum = sum.saturating_add(cart.minor);
    }
    let short = |(currency, minor): (&str, i64)| {
        format::money_short(&Amount { minor, currency: currency.into() }, language())
    };
    if sums.is_empty() {
        "–".into()
    } else {
        sums.into_iter().map(short).collect::<Vec<_>>().join(" · ")
    }
}

fn nobody() -> impl IntoView {
    let session = session();
    let lead = move || {
        let key = preferences().site.get();
        let name = session.sites().into_iter().find(|site| site.key == key);
        fill(language().words().floor_empty_lead, &[&name.map_or(key, |site| site.name)])
    };
    ui::empty(say(|words| words.floor_empty), lead)
}

fn undrawn() -> impl IntoView {
    let live = live();
    move || {
        let more = live.undrawn.get();
        (more > 0).then(|| {
            html::p()
                .class("notice")
                .child(move || fill(language().words().crowd, &[&format::count(more)]))
        })
    }
}
