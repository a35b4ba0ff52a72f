//! Inputs that write into the campaign at a place. They read it once: what is typed is not drawn anew.

use std::time::Duration;

use leptos::{ev, html, prelude::*};
use serde_json::{Value, json};

use super::model;
use super::names::{Named, options};
use crate::preferences::{language, say};
use crate::text::Words;
use crate::ui::pieces::field;

/// The campaign that is being edited.
#[derive(Clone, Copy)]
pub(super) struct Edited {
    pub(super) json: RwSignal<Value>,
    /// Counts changes of its shape: conditions added, turned, taken out.
    pub(super) shape: RwSignal<u32>,
}

impl Edited {
    pub(super) fn new(json: Value) -> Self {
        Self { json: RwSignal::new(json), shape: RwSignal::new(0) }
    }

    pub(super) fn get(self, place: &str) -> Value {
        self.json.with_untracked(|json| json.pointer(place).cloned().unwrap_or_default())
    }

    pub(super) fn put(self, place: &str, value: Value) {
        self.json.update(|json| model::put(json, place, value));
    }

    /// Does something whenever it was changed and then left alone for a moment.
    pub(super) fn when_left_alone(self, act: impl Fn() + Copy + 'static) {
        let count = StoredValue::new(0_u32);
        Effect::new(move || {
            self.json.track();
            count.update_value(|count| *count += 1);
            let number = count.get_value();
            set_timeout(
                move || {
                    if count.try_get_value() == Some(number) {
                        act();
                    }
                },
                REST,
            );
        });
    }

    /// Changes what there is to be drawn.
    pub(super) fn reshape(self, change: impl FnOnce(&mut Value)) {
        self.json.update(change);
        self.shape.update(|shape| *shape += 1);
    }
}

/// A line of text.
pub(super) fn line(edited: Edited, place: String, label: String) -> impl IntoView {
    let value = edited.get(&place).as_str().unwrap_or_default().to_owned();
    html::input()
        .r#type("text")
        .aria_label(label)
        .value(value)
        .on(ev::input, move |event| edited.put(&place, json!(event_target_value(&event))))
}

/// A whole number from 0 on; an empty one is taken out where `is_optional`.
pub(super) fn number(
    edited: Edited,
    place: String,
    label: String,
    is_optional: bool,
) -> impl IntoView {
    let value = edited.get(&place).as_i64().map(|it| it.to_string()).unwrap_or_default();
    html::input().r#type("number").class("input-number").min("0").aria_label(label).value(value).on(
        ev::input,
        move |event| {
            let typed = event_target_value(&event).parse::<i64>().ok();
            match typed {
                Some(number) => edited.put(&place, json!(number)),
                None if is_optional => edited.put(&place, Value::Null),
                None => {}
            }
        },
    )
}

/// One of several words.
pub(super) fn word(
    edited: Edited,
    place: String,
    label: String,
    names: &'static [Named],
) -> impl IntoView {
    let chosen = edited.get(&place).as_str().unwrap_or_default().to_owned();
    html::select()
        .aria_label(label)
        .on(ev::change, move |event| edited.put(&place, json!(event_target_value(&event))))
        .child(move || {
            let option = |(code, name): (String, String)| {
                let is_chosen = code == chosen;
                html::option().value(code).selected(is_chosen).child(name)
            };
            options(names, language()).into_iter().map(option).collect_view()
        })
}

/// Several of several words.
pub(super) fn words(edited: Edited, place: String, names: &'static [Named]) -> impl IntoView {
    let place = StoredValue::new(place);
    let chosen = move || edited.get(&place.get_value());
    let toggle = move |code: &str, is_on: bool| {
        let mut list: Vec<Value> = chosen().as_array().cloned().unwrap_or_default();
        list.retain(|it| it != code);
        if is_on {
            list.push(json!(code));
        }
        edited.put(&place.get_value(), Value::Array(list));
    };
    move || {
        let both = options(names, language()).into_iter().zip(names);
        let one = both.map(|((_, name), (code, ..))| {
            let is_chosen = chosen().as_array().is_some_and(|it| it.iter().any(|it| it == code));
            html::label().class("tick").child((
                html::input()
                    .r#type("checkbox")
                    .checked(is_chosen)
                    .on(ev::change, move |event| toggle(code, event_target_checked(&event))),
                html::span().child(name),
            ))
        });
        html::span().class("ticks").child(one.collect_view())
    }
}

/// Patterns and names, with commas between them.
pub(super) fn list(edited: Edited, place: String, label: String) -> impl IntoView {
    html::input()
        .r#type("text")
        .class("input-wide")
        .aria_label(label)
        .value(model::listed(&edited.get(&place)))
        .on(ev::input, move |event| {
            edited.put(&place, model::unlisted(&event_target_value(&event)));
        })
}

/// A time of the day or a day; an empty one is none.
pub(super) fn moment(
    edited: Edited,
    place: String,
    label: String,
    kind: &'static str,
) -> impl IntoView {
    let value = edited.get(&place).as_str().unwrap_or_default().to_owned();
    html::input().r#type(kind).aria_label(label).value(value).on(ev::input, move |event| {
        let typed = event_target_value(&event);
        let none = if kind == "time" { json!("00:00") } else { Value::Null };
        edited.put(&place, if typed.is_empty() { none } else { json!(typed) });
    })
}

/// Yes or no.
pub(super) fn tick(
    edited: Edited,
    place: &'static str,
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
) -> impl IntoView {
    html::label().class("tick").child((
        html::input()
            .r#type("checkbox")
            .checked(edited.get(place).as_bool().unwrap_or_default())
            .on(ev::change, move |event| edited.put(place, json!(event_target_checked(&event)))),
        html::span().child(say(label)),
    ))
}

/// What the form has no fields for: its JSON, taken over whenever it can be read.
pub(super) fn raw(edited: Edited, place: String) -> impl IntoView {
    let text = serde_json::to_string_pretty(&edited.get(&place)).unwrap_or_default();
    let is_wrong = RwSignal::new(false);
    html::textarea()
        .class("raw")
        .rows("4")
        .attr("spellcheck", "false")
        .attr("aria-invalid", move || is_wrong.get().then_some("true"))
        .aria_label("JSON")
        .prop("value", text)
        .on(ev::input, move |event| {
            let read = serde_json::from_str(&event_target_value(&event));
            is_wrong.set(read.is_err());
            if let Ok(value) = read {
                edited.put(&place, value);
            }
        })
}

/// A labelled number of the campaign itself.
pub(super) fn labelled_number(
    edited: Edited,
    place: &'static str,
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let name = label(language().words()).to_owned();
    field(label, number(edited, place.into(), name, false), "")
}

/// Between the last key and what is done about it.
const REST: Duration = Duration::from_millis(350);
