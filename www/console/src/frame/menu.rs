//! Site, language, theme, help, and the way out. Always there on a desktop; on a phone behind a button.

use leptos::{ev, html, prelude::*};

use crate::preferences::{Theme, preferences, say};
use crate::session::session;
use crate::text::Language;
use crate::ui::{icon, switch::choice};

/// The menu.
pub(super) fn menu(help: RwSignal<bool>) -> impl IntoView {
    let open = RwSignal::new(false);
    (
        html::button()
            .r#type("button")
            .class("quiet menu-button")
            .aria_label(say(|words| words.menu))
            .aria_expanded(move || if open.get() { "true" } else { "false" })
            .aria_controls("menu")
            .on(ev::click, move |_| open.update(|open| *open = !*open))
            .child(icon::icon(icon::MENU)),
        html::div()
            .id("menu")
            .class("settings")
            .class(("is-open", move || open.get()))
            .on(ev::keydown, move |event| {
                if event.key() == "Escape" {
                    open.set(false);
                }
            })
            .child((
                site(),
                html::div().class("settings-row").child((language(), theme())),
                html::div().class("settings-row").child((shortcuts(help), leave())),
            )),
    )
}

/// The site that is looked at; a choice only where there is one.
fn site() -> impl IntoView {
    let (session, chosen) = (session(), preferences().site);
    let options =
        move || session.sites().into_iter().map(|site| (site.key, site.name)).collect::<Vec<_>>();
    let several = Memo::new(move |_| options().len() > 1);
    move || {
        several.get().then(|| {
            let label = say(|words| words.site);
            choice("site", label, options, move || chosen.get(), move |key| chosen.set(key))
        })
    }
}

fn language() -> impl IntoView {
    let chosen = preferences().language;
    let options = || Language::ALL.map(|each| (each.tag().into(), each.name().into())).to_vec();
    choice(
        "language",
        say(|words| words.language),
        options,
        move || chosen.get().tag().into(),
        move |tag| chosen.set(Language::of(&tag)),
    )
}

fn theme() -> impl IntoView {
    let preferences = preferences();
    let options = move || {
        let words = preferences.language.get().words();
        Theme::ALL.map(|each| (each.tag().into(), each.name(words).into())).to_vec()
    };
    choice(
        "theme",
        say(|words| words.theme),
        options,
        move || preferences.theme.get().tag().into(),
        move |tag| preferences.theme.set(Theme::of(&tag)),
    )
}

fn shortcuts(open: RwSignal<bool>) -> impl IntoView {
    html::button()
        .r#type("button")
        .class("quiet")
        .aria_label(say(|words| words.shortcuts))
        .on(ev::click, move |_| open.set(true))
        .child(html::kbd().child("?"))
}

fn leave() -> impl IntoView {
    let session = session();
    html::button()
        .r#type("button")
        .class("quiet")
        .on(ev::click, move |_| session.sign_out())
        .child(say(|words| words.sign_out))
}
