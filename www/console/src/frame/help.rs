//! The help sheet: every shortcut there is.

use leptos::{html, prelude::*};

use super::places::PLACES;
use crate::preferences::language;
use crate::text::{Words, fill};
use crate::ui::dialog;

type Sentence = fn(&Words) -> &'static str;

/// Keys and what they do; a view adds its own here. Several keys stand for the same with a space between.
const SHORTCUTS: &[(&str, Sentence)] = &[
    ("Ctrl+K /", |words| words.key_palette),
    ("?", |words| words.key_help),
    ("Esc", |words| words.key_close),
    ("j k", |words| words.key_next),
];

/// The sheet.
pub(super) fn help(open: RwSignal<bool>) -> impl IntoView {
    dialog::dialog(
        "help-sheet",
        |words| words.shortcuts,
        open,
        move || {
            let words = language().words();
            let general = SHORTCUTS.iter().map(|(keys, what)| row(keys, what(words).into()));
            let places = PLACES.iter().map(|place| {
                row(&format!("g+{}", place.key), fill(words.key_go, &[(place.name)(words)]))
            });
            (
                dialog::head(|words| words.shortcuts, open),
                html::dl().class("shortcuts").child(general.chain(places).collect_view()),
            )
                .into_any()
        },
    )
}

fn row(keys: &str, what: String) -> impl IntoView + use<> {
    let key = |part: &str| html::kbd().child(part.to_owned());
    let combination =
        |keys: &str| html::span().class("keys").child(keys.split('+').map(key).collect_view());
    let keys = keys.split(' ').map(combination).collect_view();
    html::div().child((html::dt().child(keys), html::dd().child(what)))
}
