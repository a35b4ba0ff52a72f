//! The trigger as a tree of conditions: groups with what is in them, each leaf with fields of its own.

use leptos::{ev, html, prelude::*};

use super::edit::{Edited, line, list, moment, number, raw, word, words};
use super::model;
use super::names::{BANDS, DAYS, DEVICES, HAPPENINGS, KINDS, PAGES, QUANTITIES, VISITORS, options};
use crate::preferences::{language, say};
use crate::text::Words;
use crate::ui::icon;

/// The whole tree; drawn anew when its shape changes.
pub(super) fn tree(edited: Edited) -> impl IntoView {
    move || {
        edited.shape.track();
        html::div().class("tree").child(condition(edited, "/trigger".into(), 0))
    }
}

fn condition(edited: Edited, place: String, depth: usize) -> AnyView {
    let kind = model::kind(&edited.get(&place));
    let inside = format!("{place}/{kind}");
    let content = match kind.as_str() {
        "all" | "any" => group(edited, &place, &inside, depth).into_any(),
        "not" => html::div().class("group").child(condition(edited, inside, depth + 1)).into_any(),
        leaf => self::leaf(edited, leaf, inside).into_any(),
    };
    let is_group = matches!(kind.as_str(), "all" | "any" | "not");
    html::div()
        .class(if is_group { "condition is-group" } else { "condition" })
        .child((
            html::div()
                .class("condition-head")
                .child((chooser(edited, place.clone(), kind), remover(edited, place))),
            content,
        ))
        .into_any()
}

fn group(edited: Edited, place: &str, inside: &str, depth: usize) -> impl IntoView {
    let parts = edited.get(inside).as_array().map_or(0, Vec::len);
    let each = (0..parts).map(|index| condition(edited, format!("{inside}/{index}"), depth + 1));
    let place = place.to_owned();
    let add = move |_| edited.reshape(|json| model::add(json, &place));
    html::div().class("group").child((
        each.collect_view(),
        (depth + 1 < DEPTH_MAX).then(|| {
            html::button()
                .r#type("button")
                .class("quiet add")
                .on(ev::click, add)
                .child(say(|words| words.condition_add))
        }),
    ))
}

/// Which kind of condition this is.
fn chooser(edited: Edited, place: String, kind: String) -> impl IntoView {
    let choose = move |event: web_sys::Event| {
        let to = event_target_value(&event);
        edited.reshape(|json| model::change_kind(json, &place, &to));
    };
    let option = move |(code, name): (String, String), kind: &str| {
        let is_chosen = code == kind;
        html::option().value(code).selected(is_chosen).child(name)
    };
    html::select()
        .class("kind")
        .aria_label(say(|words| words.condition))
        .on(ev::change, choose)
        .child(move || {
            let known = KINDS.iter().any(|it| it.0 == kind);
            // What this console has no fields for keeps its own name.
            let own = (!known).then(|| (kind.clone(), kind.clone()));
            let all = options(KINDS, language()).into_iter().chain(own);
            all.map(|it| option(it, &kind)).collect_view()
        })
}

/// Only what stands in a group can be taken out.
fn remover(edited: Edited, place: String) -> impl IntoView {
    let is_in_group = place.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_ok());
    is_in_group.then(|| {
        html::button()
            .r#type("button")
            .class("quiet")
            .aria_label(say(|words| words.condition_remove))
            .on(ev::click, move |_| edited.reshape(|json| model::remove(json, &place)))
            .child(icon::icon(icon::CLOSE))
    })
}

fn leaf(edited: Edited, kind: &str, at: String) -> impl IntoView {
    let words_ = language().words();
    let place = |name: &str| format!("{at}/{name}");
    let count = |name: &str, label: &'static str| number(edited, place(name), label.into(), false);
    let part =
        |text: fn(&'static Words) -> &'static str| html::span().class("joint").child(say(text));
    let content = match kind {
        "count" => (
            word(edited, place("of"), words_.condition_what.into(), HAPPENINGS),
            part(|words| words.at_least),
            count("at_least", words_.at_least),
            part(|words| words.within_s),
            count("within_s", words_.within_s),
            part(|words| words.within_s_help),
        )
            .into_any(),
        "since" => (
            word(edited, place("of"), words_.condition_what.into(), HAPPENINGS),
            part(|words| words.seconds_ago),
            count("at_least_s", words_.seconds_ago),
        )
            .into_any(),
        "is" => (
            word(edited, place("what"), words_.condition_what.into(), QUANTITIES),
            part(|words| words.from_least),
            number(edited, place("min"), words_.from_least.into(), true),
            part(|words| words.to_most),
            number(edited, place("max"), words_.to_most.into(), true),
        )
            .into_any(),
        "visitor" => words(edited, at, VISITORS).into_any(),
        "device" => words(edited, at, DEVICES).into_any(),
        "page" => words(edited, at, PAGES).into_any(),
        "band" => words(edited, at, BANDS).into_any(),
        "path" | "language" | "source" => list(edited, at, words_.patterns.into()).into_any(),
        "audience" => line(edited, at, words_.name.into()).into_any(),
        "goal" => (
            line(edited, place("name"), words_.name.into()),
            part(|words| words.at_least),
            count("at_least", words_.at_least),
        )
            .into_any(),
        "cart_has" => (
            part(|words| words.cart_products),
            list(edited, place("product"), words_.cart_products.into()),
            part(|words| words.cart_categories),
            list(edited, place("category"), words_.cart_categories.into()),
            part(|words| words.at_least),
            count("at_least", words_.at_least),
        )
            .into_any(),
        "sequence" => (
            list(edited, place("steps"), words_.steps.into()),
            part(|words| words.within_s),
            count("within_s", words_.within_s),
        )
            .into_any(),
        "schedule" => (
            words(edited, place("days"), DAYS),
            moment(edited, place("from"), words_.clock_from.into(), "time"),
            part(|words| words.to_most),
            moment(edited, place("to"), words_.clock_to.into(), "time"),
            part(|words| words.day_since),
            moment(edited, place("since"), words_.day_since.into(), "date"),
            part(|words| words.day_until),
            moment(edited, place("until"), words_.day_until.into(), "date"),
        )
            .into_any(),
        _ => raw(edited, at).into_any(),
    };
    html::div().class("leaf").child(content)
}

/// As deep as the engine takes a tree.
const DEPTH_MAX: usize = 8;
