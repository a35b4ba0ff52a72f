//! Choosing one of a few: a drop-down where room is short, a row of buttons where it is seen often.

use leptos::{ev, html, prelude::*};

/// A labelled drop-down. `options` are values and names; both may change.
pub(crate) fn choice(
    class: &'static str,
    label: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    options: impl Fn() -> Vec<(String, String)> + Copy + Send + Sync + 'static,
    chosen: impl Fn() -> String + Copy + Send + Sync + 'static,
    choose: impl Fn(String) + 'static,
) -> impl IntoView {
    let option = move |(value, name): (String, String)| {
        let is_chosen = value == chosen();
        html::option().value(value).selected(is_chosen).child(name)
    };
    html::label().class(format!("choice {class}")).child((
        html::span().class("sr").child(label),
        html::select()
            .on(ev::change, move |event| choose(event_target_value(&event)))
            .child(move || options().into_iter().map(option).collect_view()),
    ))
}

/// A row of buttons of which one is pressed.
pub(crate) fn segments<T: Copy + PartialEq + Send + Sync + 'static>(
    label: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    options: &'static [T],
    name: impl Fn(T) -> &'static str + Copy + Send + Sync + 'static,
    chosen: RwSignal<T>,
) -> impl IntoView {
    let button = move |option: T| {
        html::button()
            .r#type("button")
            .aria_pressed(move || if chosen.get() == option { "true" } else { "false" })
            .on(ev::click, move |_| chosen.set(option))
            .child(move || name(option))
    };
    html::div()
        .class("segments")
        .role("group")
        .aria_label(label)
        .child(options.iter().copied().map(button).collect_view())
}
