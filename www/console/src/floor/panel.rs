//! What is known of one visitor, beside the floor. Escape closes it and the focus goes back.

use leptos::{ev, html, prelude::*};
use nunchi_api::live::{Reason, Visitor};
use wasm_bindgen::JsCast;

use super::Chosen;
use super::avatar::portrait;
use super::list::{cart_line, device, kind, name, need};
use super::need::Mood;
use super::zone::Zone;
use crate::live::{Guest, live};
use crate::preferences::{language, say};
use crate::text::{Language, fill, format, names};
use crate::visitors::visit::{address, short};

/// The panel; nothing while nobody is chosen.
pub(super) fn panel() -> impl IntoView {
    let Chosen(chosen) = expect_context();
    let before = StoredValue::new_local(None::<web_sys::HtmlElement>);
    let close = move || {
        chosen.set(None);
        if let Some(element) = before.try_update_value(Option::take).flatten() {
            // Gone from the page by now, perhaps; then there is nothing to focus.
            let _ = element.focus();
        }
    };
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move || {
        if chosen.with(Option::is_some)
            && let Some(heading) = heading.get()
        {
            let active = document().active_element();
            before.set_value(active.and_then(|element| element.dyn_into().ok()));
            let _ = heading.focus();
        }
    });
    move || {
        chosen.get().map(|id| {
            html::aside()
                .class("panel")
                .aria_label(say(|words| words.panel))
                .on(ev::keydown, move |event| {
                    if event.key() == "Escape" {
                        close();
                    }
                })
                .child((
                    html::button()
                        .r#type("button")
                        .class("quiet close")
                        .aria_label(say(|words| words.close))
                        .on(ev::click, move |_| close())
                        .child("✕"),
                    html::h2().node_ref(heading).tabindex("-1").child(short(&id)),
                    html::a()
                        .class("panel-more")
                        .href(address(&id))
                        .child(say(|words| words.whole_visit)),
                    about(id),
                ))
        })
    }
}

/// The person, or that they have left.
fn about(id: String) -> impl IntoView {
    let live = live();
    let last = StoredValue::new(None::<Guest>);
    let guest = Memo::new_with_compare(
        move |_| {
            live.guests.track();
            live.guest(&id)
        },
        |a, b| a.map(Option::is_some) != b.map(Option::is_some),
    );
    move || {
        let here = guest.get();
        let is_gone = here.is_none();
        if here.is_some() {
            last.set_value(here);
        }
        // Somebody who leaves while being looked at stays readable.
        last.get_value().map(|guest| {
            (
                is_gone.then(|| {
                    html::p().class("notice").role("status").child(say(|words| words.has_left))
                }),
                details(&guest),
            )
        })
    }
}

fn details(guest: &Guest) -> impl IntoView + use<> {
    let visitor = guest.visitor.clone();
    let title = visitor.clone();
    (
        html::div().class("panel-person").child((
            portrait(visitor.clone()),
            html::p().child(move || title.with(|visitor| name(visitor, language()))),
        )),
        why(&visitor),
        feels(visitor.clone()),
        html::dl()
            .class("known")
            .child(FACTS.iter().map(|fact| line(*fact, visitor.clone())).collect_view()),
    )
}

/// Why to help now, in words.
fn why(visitor: &ArcRwSignal<Visitor>) -> impl IntoView + use<> {
    let need = need(visitor);
    html::div().class("panel-why").child((
        html::h3().child(say(|words| words.why_help)),
        move || {
            let need = need.get();
            if need.points == 0 {
                return html::p().child(say(|words| words.no_hurry)).into_any();
            }
            let item = |text: String| html::li().child(text);
            let items = need.reasons.iter().map(|reason| item(reason.say(language())));
            html::ul().child(items.collect_view()).into_any()
        },
    ))
}

/// What they seem to feel, and what it comes from.
fn feels(visitor: ArcRwSignal<Visitor>) -> impl IntoView {
    let now = live().now;
    let (mood, reasons) = (visitor.clone(), visitor);
    html::div().class("panel-why panel-mood").child((
        html::h3().child(move || {
            let name = mood.with(|visitor| Mood::of(&visitor.mood).name(language().words()));
            fill(language().words().feels, &[name])
        }),
        move || {
            let item = |reason: &Reason| {
                let ago = format::ago(now.get().saturating_sub(reason.at), language());
                html::li().child(format!("{}, {ago}", names::signal(&reason.sign, language())))
            };
            let items = reasons.with(|it| it.mood_reasons.iter().map(item).collect_view());
            html::ul().child(items)
        },
    ))
}

type Fact = (fn(Language) -> &'static str, fn(&Visitor, now: u64, Language) -> String);

const FACTS: &[Fact] = &[
    (
        |l| l.words().where_,
        |v, _, l| {
            let zone = Zone::of(&v.zone).name(l.words());
            if v.zone_reason.is_empty() {
                return zone.into();
            }
            format!("{zone} ({})", names::signal(&v.zone_reason, l))
        },
    ),
    (|l| l.words().page, |v, _, l| format!("{} · {}", names::page(&v.page, l), v.path)),
    (|l| l.words().product, |v, _, _| or_dash(&v.product)),
    (|l| l.words().cart, |v, _, l| cart_line(v, l)),
    (
        |l| l.words().hesitation,
        |v, _, l| match v.hesitation {
            0 => l.words().none.into(),
            level => fill(l.words().level, &[&level.to_string()]),
        },
    ),
    (
        |l| l.words().last_signal,
        |v, now, l| {
            if v.signal.is_empty() {
                return l.words().none.into();
            }
            let ago = format::ago(now.saturating_sub(v.signal_at), l);
            format!("{}, {ago}", names::signal(&v.signal, l))
        },
    ),
    (|l| l.words().who, |v, _, l| kind(v, l.words()).into()),
    (|l| l.words().device, |v, _, l| device(v, l.words()).into()),
    (|l| l.words().language, |v, _, _| or_dash(&v.language)),
    (
        |l| l.words().came_from,
        |v, _, l| {
            if v.referrer.is_empty() { l.words().direct.into() } else { v.referrer.clone() }
        },
    ),
    (|l| l.words().views, |v, _, _| format::count(v.views)),
    (
        |l| l.words().in_shop,
        |v, now, l| format::span(now.saturating_sub(v.since) / 1_000 * 1_000, l),
    ),
    (|l| l.words().seen, |v, now, l| format::ago(now.saturating_sub(v.last_seen), l)),
];

fn line((label, tell): Fact, visitor: ArcRwSignal<Visitor>) -> impl IntoView {
    let now = live().now;
    let text = ArcMemo::new(move |_| visitor.with(|visitor| tell(visitor, now.get(), language())));
    html::div()
        .child((html::dt().child(move || label(language())), html::dd().child(move || text.get())))
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { "–".into() } else { text.into() }
}
