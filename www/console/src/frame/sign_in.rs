//! The door: one field for the access token.

use leptos::{ev, html, prelude::*};

use crate::api::ApiError;
use crate::preferences::{language, say};
use crate::session::{SessionState, session};
use crate::ui::icon;

/// The sign-in page.
pub(crate) fn sign_in() -> impl IntoView {
    let session = session();
    let token = RwSignal::new(String::new());
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !token.with_untracked(String::is_empty) {
            session.sign_in(token.get_untracked());
        }
    };
    html::main().class("door").child(html::form().class("card").on(ev::submit, enter).child((
        html::div().class("brand").child((icon::eye(), html::span().child("Nunchi"))),
        html::h1().child(say(|words| words.sign_in_title)),
        html::p().class("lead").child(say(|words| words.sign_in_lead)),
        field(token),
        move || refusal(&session.state.get()),
        html::button().r#type("submit").class("button").child(say(|words| words.sign_in)),
        html::p().class("hint").child(say(|words| words.sign_in_hint)),
    )))
}

fn field(token: RwSignal<String>) -> impl IntoView {
    html::label().child((
        html::span().child(say(|words| words.token)),
        html::input()
            .r#type("password")
            .name("token")
            .autocomplete("current-password")
            .required(true)
            .autofocus(true)
            .on(ev::input, move |event| token.set(event_target_value(&event))),
    ))
}

fn refusal(state: &SessionState) -> Option<impl IntoView + use<>> {
    let SessionState::Out(Some(error)) = state else { return None };
    // Whatever the collector says of a wrong token, the operator needs one sentence.
    let error = match error {
        ApiError::Refused(_) => ApiError::SignedOut,
        other => other.clone(),
    };
    Some(html::p().class("notice").role("alert").child(move || error.say(language())))
}
