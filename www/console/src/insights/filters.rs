//! Span, comparison, and whom it is about; what only one topic asks stands beside.

use leptos::{ev, html, prelude::*};

use super::scope::{self, STEPS_MAX};
use super::topics::Topic;
use crate::preferences::{language, say};
use crate::text::{Words, fill};
use crate::ui::address::Address;
use crate::ui::switch::choice;

/// The row above the pictures.
pub(super) fn filters(address: Address, topic: Memo<Topic>) -> impl IntoView {
    html::div().class("filters card").child((
        days(address),
        move || {
            (topic.get() != Topic::Trust).then(|| {
                (
                    compare(address),
                    pick(address, "kind", |words| words.who, KINDS),
                    pick(address, "device", |words| words.device, DEVICES),
                )
            })
        },
        move || {
            (topic.get() == Topic::Journeys).then(|| {
                (
                    pick(address, "by", |words| words.by, BY),
                    pick(address, "depth", |words| words.depth, DEPTHS),
                )
            })
        },
        move || (topic.get() == Topic::Funnel).then(|| steps(address)),
    ))
}

fn days(address: Address) -> impl IntoView {
    let button = move |days: u64| {
        let is_it = move || scope::days(&|name| address.get(name)) == days;
        html::button()
            .r#type("button")
            .aria_pressed(move || if is_it() { "true" } else { "false" })
            .on(ev::click, move |_| {
                address.set("days", &if days == 1 { String::new() } else { days.to_string() });
            })
            .child(move || {
                let words = language().words();
                if days == 1 {
                    words.span_day.into()
                } else {
                    fill(words.span_days, &[&days.to_string()])
                }
            })
    };
    html::div()
        .class("segments")
        .role("group")
        .aria_label(say(|words| words.span))
        .child(scope::DAYS.into_iter().map(button).collect_view())
}

fn compare(address: Address) -> impl IntoView {
    let is_on = move || scope::is_compared(&|name| address.get(name));
    html::label().class("check").child((
        html::input().r#type("checkbox").prop("checked", is_on).on(ev::change, move |event| {
            address.set("compare", if event_target_checked(&event) { "" } else { "0" });
        }),
        html::span().child(say(|words| words.compare)),
    ))
}

type Name = fn(&Words) -> &'static str;

fn pick(
    address: Address,
    name: &'static str,
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    options: &'static [(&'static str, Name)],
) -> impl IntoView {
    let named = move || {
        let words = language().words();
        options.iter().map(|(value, name)| ((*value).into(), name(words).into())).collect()
    };
    choice("", say(label), named, move || address.get(name), move |it| address.set(name, &it))
}

const KINDS: &[(&str, Name)] = &[
    ("", |words| words.everybody),
    ("new", |words| words.kind_new),
    ("returning", |words| words.kind_returning),
    ("known", |words| words.kind_known),
];
const DEVICES: &[(&str, Name)] = &[
    ("", |words| words.all_devices),
    ("desktop", |words| words.device_desktop),
    ("phone", |words| words.device_phone),
    ("tablet", |words| words.device_tablet),
];
const BY: &[(&str, Name)] = &[("", |words| words.by_page), ("path", |words| words.by_path)];
const DEPTHS: &[(&str, Name)] =
    &[("3", |words| words.depth_3), ("", |words| words.depth_5), ("8", |words| words.depth_8)];

/// The funnel's steps, written as the collector reads them; what cannot be read is said, not asked.
fn steps(address: Address) -> impl IntoView {
    let wrong = RwSignal::new(false);
    let change = move |text: String| {
        let written = text.split(',').filter(|step| !step.trim().is_empty()).count();
        let read = scope::steps(&text);
        wrong.set(read.len() != written || written > STEPS_MAX);
        if !wrong.get_untracked() {
            let steps: Vec<String> = read.iter().map(ToString::to_string).collect();
            address.set("steps", &steps.join(","));
        }
    };
    html::label().class("steps").child((
        html::span().class("field-help").child(say(|words| words.steps_label)),
        html::input()
            .r#type("text")
            .class("input")
            .attr("aria-invalid", move || if wrong.get() { "true" } else { "false" })
            .placeholder("view, product, cart, checkout, purchase")
            .prop("value", move || address.get("steps"))
            .on(ev::change, move |event| change(event_target_value(&event))),
        move || {
            wrong.get().then(|| {
                html::span()
                    .class("field-help is-wrong")
                    .role("alert")
                    .child(say(|words| words.steps_wrong))
            })
        },
    ))
}
