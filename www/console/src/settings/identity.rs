//! The secret that a shop's server signs its customers' identity with: made, shown once.

use leptos::{ev, html, prelude::*};
use nunchi_api::sites::IdentitySecret;

use super::copyable;
use crate::api;
use crate::preferences::{language, say};
use crate::text::fill;
use crate::ui::dialog::confirm;
use crate::ui::form::Sending;

/// The button, which asks before; and below it the secret, once.
pub(super) fn identity(site: &str) -> impl IntoView + use<> {
    let (sending, made) = (Sending::new(), RwSignal::new(None::<IdentitySecret>));
    let key = site.to_owned();
    let go = move || {
        let path = format!("/api/sites/{key}/identity");
        let sent = async move { api::post::<IdentitySecret>(&path, &()).await };
        sending.send(sent, move |secret| made.set(Some(secret)));
    };
    let name = site.to_owned();
    let ask = move |_| {
        let words = language().words();
        let question = fill(words.identity_ask, &[&name]);
        confirm().ask(question, words.identity_make.into(), go.clone());
    };
    let once = move || {
        made.get().map(|made| {
            html::section().class("card-once").role("status").child((
                html::p().class("lead").child(say(|words| words.identity_once)),
                copyable(made.secret),
            ))
        })
    };
    (
        html::button()
            .r#type("button")
            .class("quiet")
            .on(ev::click, ask)
            .child(say(|words| words.identity_make)),
        sending.refusal(),
        once,
    )
}
