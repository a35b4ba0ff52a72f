//! What stands around every view: brand, navigation, site, stream, language, theme.
//!
//! A new view adds its link to [`links`]; nothing is linked that is not there.

pub(crate) mod sign_in;
mod status;

use leptos::{ev, html, prelude::*};
use leptos_router::components::A;

use crate::preferences::{Theme, preferences, say};
use crate::session::session;
use crate::text::{Language, Words};
use crate::ui::{icon, switch::choice};
pub(crate) use status::stale;

/// The frame with a view in it.
pub(crate) fn frame(content: AnyView) -> impl IntoView {
    html::div().class("frame").child((
        html::a().class("skip").href("#content").child(say(|words| words.skip)),
        html::header().class("bar").child((brand(), links(), status::status(), settings())),
        html::main().id("content").tabindex("-1").child(content),
    ))
}

fn brand() -> impl IntoView {
    html::div().class("brand").child((icon::eye(), html::span().child("Nunchi")))
}

fn links() -> impl IntoView {
    html::nav().class("links").aria_label(say(|words| words.navigation)).child((
        link("/console/", |words| words.floor),
        link("/console/overview", |words| words.overview),
    ))
}

fn link(
    address: &'static str,
    name: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let name = say(name);
    view! { <A href=address exact=true>{name}</A> }
}

fn settings() -> impl IntoView {
    html::div().class("settings").child((site(), language(), theme(), leave()))
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

fn leave() -> impl IntoView {
    let session = session();
    html::button()
        .r#type("button")
        .class("quiet")
        .on(ev::click, move |_| session.sign_out())
        .child(say(|words| words.sign_out))
}
