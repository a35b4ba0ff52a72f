//! One visit: its pages with what happened on them, cart, chances over time, and how campaigns stood.

use gloo_timers::callback::Interval;
use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;
use nunchi_api::people::Role;
use nunchi_api::visit::{CartLine, Visit};

use super::timeline::{Leg, legs};
use super::{chances, standings};
use crate::api::{self, ApiError};
use crate::floor::list::{device_name, kind_name};
use crate::live::live;
use crate::preferences::{language, preferences, say};
use crate::session::{leave_when_signed_out, session};
use crate::text::{Language, fill, format, names};
use crate::ui::dialog::confirm;
use crate::ui::form::Sending;
use crate::ui::pieces::{Tone, badge, card, tool};
use crate::ui::question::Question;
use crate::ui::save::saver;
use crate::ui::toast::toasts;
use crate::ui::{self, icon};

/// Where a visit is told.
pub(crate) fn address(id: &str) -> String {
    format!("/console/visitors/{id}")
}

/// Enough of an id to tell two visits apart.
pub(crate) fn short(id: &str) -> String {
    format!("#{}", id.chars().take(8).collect::<String>())
}

/// The view.
pub(crate) fn view() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let told = Question::<Visit>::new();
    // Asked by a timer and a button as well, which find no context.
    let site = preferences().site;
    let ask = move || {
        let (site, id) = (site.get(), id.get());
        told.ask(async move { api::get("/api/visit", &[("site", &site), ("visit", &id)]).await });
    };
    Effect::new(move || {
        told.forget();
        ask();
    });
    follow(id, ask);
    leave_when_signed_out(told.error);
    html::div().class("visit").child(move || match (told.answer.get(), told.error.get()) {
        (Some(visit), _) => whole(&visit).into_any(),
        (None, Some(ApiError::Refused(_))) => unknown().into_any(),
        (None, Some(error)) => ui::failed(error, ask).into_any(),
        (None, None) => ui::loading().into_any(),
    })
}

/// While they are in the shop, what they do is told within [`FOLLOW_MS`].
fn follow(id: Memo<String>, ask: impl Fn() + 'static) {
    let live = live();
    let seen = StoredValue::new(0_u64);
    let timer = StoredValue::new_local(Interval::new(FOLLOW_MS, move || {
        let guest = id.with_untracked(|id| live.guest(id));
        let last = guest.map_or(0, |guest| guest.visitor.with_untracked(|it| it.last_seen));
        if last != 0 && !document().hidden() && seen.try_get_value() != Some(last) {
            seen.set_value(last);
            untrack(&ask);
        }
    }));
    on_cleanup(move || timer.dispose());
}

fn unknown() -> impl IntoView {
    let back = html::a().href("/console/visitors").child(say(|words| words.visitors_view));
    ui::empty(say(|words| words.visit_unknown), back)
}

fn whole(visit: &Visit) -> impl IntoView + use<> {
    let language = language();
    (
        head(visit, language),
        notices(visit, language),
        html::div().class("visit-parts").child((
            card("visit-journey", |words| words.journey, journey(visit, language)),
            html::div().class("visit-side").child((
                card("", |words| words.cart, cart(visit, language)),
                card("", |words| words.chances, chances::view(visit, language)),
                card("", |words| words.campaigns, standings::view(visit, language)),
            )),
        )),
    )
}

fn head(visit: &Visit, language: Language) -> impl IntoView + use<> {
    let words = language.words();
    let who = [kind_name(&visit.kind, words), device_name(&visit.device, words), &visit.language];
    let from = if visit.source.is_empty() { words.direct } else { &visit.source };
    let lasted = visit.steps.last().map_or(0, |step| step.at);
    let facts = format!(
        "{} · {} {from} · {}",
        who.join(" · "),
        words.came_from,
        format::span(lasted / 1_000 * 1_000, language)
    );
    let is_here = live().guest(&visit.id).is_some();
    html::div().class("heading").child((
        html::div().child((
            html::p()
                .class("crumb")
                .child(html::a().href("/console/visitors").child(words.visitors_view)),
            html::h1().child((
                short(&visit.id),
                is_here.then(|| badge(Tone::Good, words.in_the_shop)),
                (purchases(visit) > 0).then(|| badge(Tone::Good, words.bought)),
            )),
            html::p().class("lead").child(facts),
        )),
        html::div().class("heading-side").child(tools(visit)),
    ))
}

fn purchases(visit: &Visit) -> usize {
    visit.steps.iter().filter(|step| step.kind == "purchased").count()
}

fn tools(visit: &Visit) -> impl IntoView + use<> {
    let saver = saver();
    let (recorded, name) = (visit.recorded.clone(), format!("visit-{}", visit.id));
    let json = serde_json::to_string_pretty(visit).unwrap_or_default();
    (
        tool(icon::COPY, |words| words.copy_recorded, move || saver.clipboard(&recorded)),
        tool(
            icon::DOWNLOAD,
            |_| "JSON",
            move || {
                saver.file(&format!("{name}.json"), "application/json", &json);
            },
        ),
        session().may(Role::Owner).then(|| eraser(visit.id.clone())),
    )
}

/// Has the visit erased, once that was confirmed: it cannot be undone.
fn eraser(id: String) -> impl IntoView {
    let (sending, toasts, confirm, site) =
        (Sending::new(), toasts(), confirm(), preferences().site);
    let erase = tool(
        icon::CLOSE,
        |words| words.erase,
        move || {
            let words = preferences().language.get_untracked().words();
            let (id, question) = (id.clone(), fill(words.erase_ask, &[&short(&id)]));
            let go = move || {
                let (site, id) = (site.get_untracked(), id.clone());
                let erased = async move {
                    api::delete("/api/visit", &[("site", &site), ("visit", &id)]).await
                };
                sending.send(erased, move |()| toasts.say(words.erased));
            };
            confirm.ask(question, words.erase.into(), go);
        },
    );
    let failed = move || {
        let error = sending.error.get()?;
        Some(html::p().class("hint").role("alert").child(error.say(language())))
    };
    (erase, failed)
}

fn notices(visit: &Visit, language: Language) -> impl IntoView + use<> {
    let words = language.words();
    let notice = |sentence: &str, count: u64| {
        let text = fill(sentence, &[&format::count(count)]);
        (count > 0).then(|| html::p().class("notice").child(text))
    };
    (notice(words.visit_incomplete, visit.incomplete), notice(words.visit_omitted, visit.omitted))
}

fn journey(visit: &Visit, language: Language) -> impl IntoView + use<> {
    let legs = legs(&visit.steps, &visit.campaigns, language);
    let longest = legs.iter().map(|leg| leg.dwell_ms).max().unwrap_or_default();
    let offset = utc_offset_min();
    let line = |leg: &Leg| page(leg, longest, visit.began_at, offset, language);
    html::ol().class("timeline").child(legs.iter().map(line).collect_view())
}

fn page(
    leg: &Leg,
    longest: u64,
    began_at: u64,
    offset: i32,
    language: Language,
) -> impl IntoView + use<> {
    let words = language.words();
    let mut facts = vec![names::page(&leg.page, language)];
    if leg.dwell_ms > 0 {
        facts.push(format::span(leg.dwell_ms, language));
    }
    if leg.reach > 0 {
        facts.push(fill(words.seen_percent, &[&leg.reach.to_string()]));
    }
    let moment = |moment: &super::timeline::Moment| {
        html::li().class(format!("moment is-{}", moment.sort.class())).child((
            html::span().class("moment-at").child(since(moment.at)),
            html::span().child(moment.text.clone()),
        ))
    };
    html::li().child((
        html::div().class("leg").child((
            html::time().class("leg-at").child(format::moment(
                began_at + leg.at,
                offset,
                false,
                language,
            )),
            html::div().class("leg-page").child((
                html::strong().class("path").child(leg.path.clone()),
                html::span().class("leg-facts").child(facts.join(" · ")),
                ui::bar(leg.dwell_ms, longest),
            )),
        )),
        html::ul().class("moments").child(leg.moments.iter().map(moment).collect_view()),
    ))
}

/// `1:05`: minutes and seconds since the visit began.
pub(super) fn since(ms: u64) -> String {
    let seconds = ms / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn cart(visit: &Visit, language: Language) -> impl IntoView + use<> {
    let words = language.words();
    if visit.cart_items == 0 {
        return html::p().class("lead").child(words.cart_empty).into_any();
    }
    let line = |line: &CartLine| {
        let name = if line.name.is_empty() { &line.product } else { &line.name };
        let price = line.price.as_ref().map(|price| format::money(price, language));
        html::li().child((
            html::span().child(name.clone()),
            html::span().class("cart-pieces").child(format!("× {}", format::count(line.pieces))),
            html::span().class("number").child(price.unwrap_or_default()),
        ))
    };
    let pieces = fill(words.pieces, &[&format::count(visit.cart_items)]);
    let sum = visit.cart_value.as_ref().map(|value| format::money(value, language));
    (
        html::ul().class("cart-lines").child(visit.cart.iter().map(line).collect_view()),
        html::p().class("cart-sum").child((html::span().child(pieces), html::strong().child(sum))),
    )
        .into_any()
}

/// Minutes east of UTC where the operator is.
pub(crate) fn utc_offset_min() -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 14 hours")]
    let west = js_sys::Date::new_0().get_timezone_offset() as i32;
    -west
}

const FOLLOW_MS: u32 = 2_000;
