//! Visitors: the latest visits to choose from, and one of them told from its first page to its last.

mod chances;
mod standings;
mod timeline;
pub(crate) mod visit;

use gloo_timers::callback::Timeout;
use leptos::{ev, html, prelude::*};
use nunchi_api::visit::{VisitRow, Visits};

use crate::api;
use crate::floor::list::{device_name, kind_name};
use crate::live::live;
use crate::preferences::{language, preferences, say};
use crate::session::leave_when_signed_out;
use crate::text::{Language, Words, fill, format};
use crate::ui::address::Address;
use crate::ui::pieces::{self, Tone, badge};
use crate::ui::question::Question;
use crate::ui::switch::choice;
use crate::ui::{self};

/// The list.
pub(crate) fn view() -> impl IntoView {
    let (address, found) = (Address::here(), Question::<Visits>::new());
    // Asked by a button as well, which finds no context.
    let (site, now) = (preferences().site, live().now);
    let ask = move || {
        // By the server's clock, as it was when the view was opened: a list that slides cannot be read.
        let query = asked(address, site.get(), now.get_untracked());
        found.ask(async move {
            let query: Vec<(&str, &str)> = query.iter().map(|(name, it)| (*name, &**it)).collect();
            api::get("/api/visits", &query).await
        });
    };
    Effect::new(ask);
    leave_when_signed_out(found.error);
    html::div().class("visitors").child((
        pieces::heading(|words| words.visitors_view, |words| words.visitors_lead, ()),
        filters(address),
        move || match (found.answer.get(), found.error.get()) {
            (_, Some(error)) => ui::failed(error, ask).into_any(),
            (None, None) => ui::loading().into_any(),
            (Some(found), None) if found.rows.is_empty() => nobody().into_any(),
            (Some(found), None) => list(&found).into_any(),
        },
    ))
}

/// What the address asks, in the words of the collector.
fn asked(address: Address, site: String, now: u64) -> Vec<(&'static str, String)> {
    let days: u64 = address.get("days").parse().unwrap_or(1).clamp(1, 90);
    let to = nunchi_api::questions::until_now(now);
    let mut query = vec![("site", site), ("from", to.saturating_sub(days * DAY_MS).to_string())];
    for name in ["kind", "device", "what", "text"] {
        let value = address.get(name);
        if !value.is_empty() {
            query.push((name, value));
        }
    }
    query
}

fn filters(address: Address) -> impl IntoView {
    let waits = StoredValue::new_local(None::<Timeout>);
    html::div().class("filters card").child((
        html::input()
            .r#type("search")
            .class("input filter-text")
            .aria_label(say(|words| words.visitors_text))
            .placeholder(say(|words| words.visitors_text))
            .prop("value", move || address.get("text"))
            .on(ev::input, move |event| {
                let text = event_target_value(&event);
                // A word is not asked for letter by letter.
                waits.set_value(Some(Timeout::new(300, move || address.set("text", &text))));
            }),
        pick(address, "what", |words| words.visitors_what, WHAT),
        pick(address, "kind", |words| words.who, KINDS),
        pick(address, "device", |words| words.device, DEVICES),
        pick(address, "days", |words| words.span, DAYS),
    ))
}

type Options = &'static [(&'static str, fn(&Words) -> &'static str)];

fn pick(
    address: Address,
    name: &'static str,
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    options: Options,
) -> impl IntoView {
    let named = move || {
        let words = language().words();
        options.iter().map(|(value, name)| ((*value).into(), name(words).into())).collect()
    };
    choice("", say(label), named, move || address.get(name), move |it| address.set(name, &it))
}

const WHAT: Options = &[
    ("", |words| words.all_visits),
    ("bought", |words| words.bought),
    ("cart", |words| words.left_cart),
    ("hesitated", |words| words.hesitating),
    ("offered", |words| words.saw_offer),
];
const KINDS: Options = &[
    ("", |words| words.everybody),
    ("new", |words| words.kind_new),
    ("returning", |words| words.kind_returning),
    ("known", |words| words.kind_known),
];
const DEVICES: Options = &[
    ("", |words| words.all_devices),
    ("desktop", |words| words.device_desktop),
    ("phone", |words| words.device_phone),
    ("tablet", |words| words.device_tablet),
];
const DAYS: Options = &[
    ("", |words| words.span_day),
    ("7", |words| words.span_week),
    ("30", |words| words.span_month),
];

fn nobody() -> impl IntoView {
    ui::empty(say(|words| words.visitors_none), say(|words| words.visitors_none_lead))
}

fn list(found: &Visits) -> impl IntoView + use<> {
    let (language, words) = (language(), language().words());
    let now = live().now.get_untracked();
    let shown = found.rows.len() as u64;
    let rows = found.rows.iter().map(|visit| row(visit, now, language)).collect_view();
    let head = ui::head(vec![
        (words.who, false),
        (words.last_seen, false),
        (words.came_from, false),
        (words.last_page, false),
        (words.views, true),
        (words.cart, true),
        (words.outcome, false),
    ]);
    html::section().class("card").child((
        html::p().class("says").child(if found.total > shown {
            fill(words.visitors_some, &[&format::count(found.total), &format::count(shown)])
        } else {
            fill(words.visitors_all, &[&format::count(found.total)])
        }),
        ui::scroll(html::table().class("visits").child((head, html::tbody().child(rows)))),
    ))
}

fn row(visit: &VisitRow, now: u64, language: Language) -> impl IntoView + use<> {
    let words = language.words();
    let who = [kind_name(&visit.kind, words), device_name(&visit.device, words)].join(" · ");
    let cart = visit.cart_value.as_ref().map(|cart| format::money(cart, language));
    let cart = match (visit.cart_items, cart) {
        (0, _) => "–".into(),
        (_, Some(cart)) => cart,
        (pieces, None) => fill(words.pieces, &[&format::count(pieces)]),
    };
    html::tr().child((
        html::th().scope("row").child(
            html::a()
                .class(format!("visit-link is-{}", visit.kind))
                .href(visit::address(&visit.id))
                .child((
                    html::span().class("kind-dot").aria_hidden("true"),
                    html::code().child(visit::short(&visit.id)),
                    html::span().child(who),
                )),
        ),
        html::td().child(format::ago(now.saturating_sub(visit.last_at), language)),
        html::td().child(if visit.source.is_empty() {
            words.direct.into()
        } else {
            visit.source.clone()
        }),
        html::td().class("path").child(visit.path.clone()),
        ui::number(format::count(visit.views)),
        ui::number(cart),
        html::td().child(outcome(visit, language)),
    ))
}

fn outcome(visit: &VisitRow, language: Language) -> Vec<AnyView> {
    let words = language.words();
    let mut badges = Vec::new();
    if visit.purchases > 0 {
        let text = format!("{} {}", words.bought, format::moneys(&visit.revenue, language));
        badges.push(badge(Tone::Good, text).into_any());
    }
    if visit.hesitation > 0 {
        let text = fill(words.hesitated_level, &[&visit.hesitation.to_string()]);
        badges.push(badge(Tone::Warn, text).into_any());
    }
    if visit.shown > 0 {
        badges.push(badge(Tone::Accent, words.saw_offer).into_any());
    }
    badges
}

const DAY_MS: u64 = 86_400_000;
