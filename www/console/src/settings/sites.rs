//! The sites: what holds for each, whether its tag works.

use leptos::{ev, html, prelude::*};
use nunchi_api::Site;
use nunchi_api::people::Role;
use nunchi_api::sites::ChangeSite;

use super::identity::identity;
use super::install::{consent_name, install};
use super::site_form::site_form;
use crate::api;
use crate::preferences::{language, preferences, say};
use crate::session::session;
use crate::text::fill;
use crate::ui::dialog::{confirm, dialog, head};
use crate::ui::form::Sending;
use crate::ui::icon;
use crate::ui::pieces::{Tone, badge, tool};
use crate::ui::toast::toasts;

pub(super) fn view() -> AnyView {
    let session = session();
    let adding = RwSignal::new(false);
    let add = move || {
        session.may(Role::Owner).then(|| {
            html::button()
                .r#type("button")
                .class("button")
                .on(ev::click, move |_| adding.set(true))
                .child(say(|words| words.site_add))
        })
    };
    let added = move |site: Site| {
        adding.set(false);
        preferences().site.set(site.key);
        session.check();
    };
    let content = move || {
        let form = site_form(None, added);
        (head(|words| words.site_add, adding), form).into_any()
    };
    html::div()
        .class("stack")
        .child((
            move || session.sites().iter().map(site).collect_view(),
            html::div().class("row").child(add),
            dialog("form-dialog", |words| words.site_add, adding, content),
        ))
        .into_any()
}

fn site(site: &Site) -> impl IntoView + use<> {
    let session = session();
    let (editing, checking) = (RwSignal::new(false), RwSignal::new(false));
    let (tone, state): (Tone, fn(&'static crate::text::Words) -> &'static str) = if site.is_on {
        (Tone::Good, |words| words.site_on)
    } else {
        (Tone::Bad, |words| words.site_off)
    };
    let shown = site.clone();
    let facts = move || {
        let (language, words) = (language(), language().words());
        let consent = consent_name(&shown.consent, language);
        let pack = fill(words.pack_version, &[&shown.pack.to_string()]);
        format!("{consent} · {} · {pack}", shown.zone)
    };
    let known = site.clone();
    let content = move || {
        let saved = move |_: Site| {
            editing.set(false);
            toasts().say(language().words().saved);
            session.check();
        };
        (head(|words| words.site_edit, editing), site_form(Some(known.clone()), saved)).into_any()
    };
    let (key, signed, switched) = (site.key.clone(), site.key.clone(), site.clone());
    html::section().class("card").child((
        html::div().class("card-head").child((
            html::h2().child(site.name.clone()),
            html::code().class("key").child(site.key.clone()),
            badge(tone, say(state)),
            html::div().class("tools").child((
                tool(
                    icon::LINK,
                    |words| words.site_check,
                    move || checking.update(|it| *it = !*it),
                ),
                move || {
                    let switched = switched.clone();
                    session.may(Role::Owner).then(|| {
                        let off = switch(&switched);
                        (
                            tool(
                                icon::SETTINGS,
                                |words| words.site_edit,
                                move || editing.set(true),
                            ),
                            off,
                        )
                    })
                },
            )),
        )),
        html::p().class("lead").child(facts),
        html::ul()
            .class("origins")
            .child(site.origins.iter().map(|it| html::li().child(it.clone())).collect_view()),
        move || session.may(Role::Owner).then(|| identity(&signed)),
        move || checking.get().then(|| install(&key)),
        dialog("form-dialog", |words| words.site_edit, editing, content),
    ))
}

/// Switches a site off, which is asked before, or on.
fn switch(site: &Site) -> impl IntoView + use<> {
    let (session, sending) = (session(), Sending::new());
    let (path, is_on) = (format!("/api/sites/{}", site.key), site.is_on);
    let name = site.name.clone();
    let go = move || {
        let path = path.clone();
        let change = ChangeSite { is_on: Some(!is_on), ..ChangeSite::default() };
        sending
            .send(async move { api::post::<Site>(&path, &change).await }, move |_| session.check());
    };
    let ask = move |_| {
        if is_on {
            let words = language().words();
            let question = fill(words.site_off_ask, &[&name]);
            confirm().ask(question, words.site_switch_off.into(), go.clone());
        } else {
            go();
        }
    };
    html::button().r#type("button").class("quiet").on(ev::click, ask).child(move || {
        let words = language().words();
        if is_on { words.site_switch_off } else { words.site_switch_on }
    })
}
