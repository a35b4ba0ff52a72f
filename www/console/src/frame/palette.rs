//! The command palette: views, visitors in the shop, and what can be switched, found by typing.

mod entries;

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;

use crate::preferences::{preferences, say};
use crate::session::session;
use crate::ui::address::whole;
use crate::ui::dialog;
use crate::ui::icon;
use entries::{Act, Entry, find};

/// The palette.
pub(super) fn palette(open: RwSignal<bool>) -> impl IntoView {
    dialog::dialog("palette", |words| words.palette, open, move || content(open).into_any())
}

fn content(open: RwSignal<bool>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Memo::new(move |_| find(&typed.get(), &entries::all()));
    let perform = perform(open);
    let take = move || {
        if let Some(entry) =
            found.with_untracked(|found| found.get(chosen.get_untracked()).cloned())
        {
            perform(&entry.act);
        }
    };
    let by_click = take.clone();
    let node = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = node.get() {
            let _ = input.focus();
        }
    });
    let press = move |event: web_sys::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|it| *it = (*it + 1).min(last)),
            "ArrowUp" => chosen.update(|it| *it = it.saturating_sub(1)),
            // A syllable that is being put together is not yet a choice.
            "Enter" if !event.is_composing() => take(),
            _ => return,
        }
        event.prevent_default();
    };
    (
        html::div().class("palette-field").child((
            icon::icon(icon::SEARCH),
            html::input()
                .node_ref(node)
                .r#type("text")
                .role("combobox")
                .autocomplete("off")
                .aria_expanded("true")
                .aria_controls("palette-list")
                .aria_label(say(|words| words.palette))
                .attr("aria-activedescendant", move || format!("palette-{}", chosen.get()))
                .placeholder(say(|words| words.palette_hint))
                .on(ev::input, move |event| {
                    typed.set(event_target_value(&event));
                    chosen.set(0);
                })
                .on(ev::keydown, press),
        )),
        html::ul()
            .id("palette-list")
            .class("palette-list")
            .role("listbox")
            .aria_label(say(|words| words.palette))
            .child(move || {
                let take = by_click.clone();
                found.with(|found| list(found, chosen, &take))
            }),
        move || {
            found.with(Vec::is_empty).then(|| {
                html::p().class("hint palette-none").child(say(|words| words.palette_none))
            })
        },
    )
}

fn list(
    found: &[Entry],
    chosen: RwSignal<usize>,
    take: &(impl Fn() + Clone + 'static),
) -> Vec<AnyView> {
    let line = |(number, entry): (usize, &Entry)| {
        let take = take.clone();
        html::li()
            .id(format!("palette-{number}"))
            .role("option")
            .attr("aria-selected", move || if chosen.get() == number { "true" } else { "false" })
            .on(ev::pointermove, move |_| {
                if chosen.get_untracked() != number {
                    chosen.set(number);
                }
            })
            .on(ev::click, move |_| {
                chosen.set(number);
                take();
            })
            .child((
                icon::icon(entry.icon),
                html::span().class("palette-name").child(entry.name.clone()),
                html::span().class("palette-note").child(entry.note.clone()),
            ))
            .into_any()
    };
    found.iter().enumerate().map(line).collect()
}

/// Does what was chosen, and closes.
fn perform(open: RwSignal<bool>) -> impl Fn(&Act) + Clone + 'static {
    let (go, preferences, session) = (use_navigate(), preferences(), session());
    move |act| {
        open.set(false);
        match act {
            Act::Go(address) => go(address, whole()),
            Act::Theme(theme) => preferences.theme.set(*theme),
            Act::Language(language) => preferences.language.set(*language),
            Act::Site(key) => preferences.site.set(key.clone()),
            Act::SignOut => session.sign_out(),
        }
    }
}
