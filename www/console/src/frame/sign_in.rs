//! The door: address and password, or the server's token; and for who was invited, a password of their own.

use leptos::{ev, html, prelude::*};
use nunchi_api::people::Login;

use crate::api::ApiError;
use crate::preferences::{language, say};
use crate::session::{SessionState, session};
use crate::ui::form::{Kind, input};
use crate::ui::icon;
use crate::ui::pieces::field;

/// The sign-in page.
pub(crate) fn sign_in() -> impl IntoView {
    let session = session();
    let by_token = RwSignal::new(false);
    let (email, password, token) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        session.sign_in(if by_token.get_untracked() {
            Login::Token { token: token.get_untracked().trim().into() }
        } else {
            Login::Password { email: email.get_untracked(), password: password.get_untracked() }
        });
    };
    let fields = move || {
        if by_token.get() {
            let control = input(Kind::Password("off"), "token", token);
            return field(|words| words.token, control, say(|words| words.sign_in_hint)).into_any();
        }
        (
            field(|words| words.email, input(Kind::Email, "email", email), ""),
            field(
                |words| words.password,
                input(Kind::Password("current-password"), "password", password),
                "",
            ),
        )
            .into_any()
    };
    let other = move || {
        let words = language().words();
        if by_token.get() { words.sign_in_by_password } else { words.sign_in_by_token }
    };
    html::main().class("door").child(
        html::form().class("card").on(ev::submit, enter).child((
            html::div().class("brand").child((icon::eye(), html::span().child("Nunchi"))),
            html::h1().child(say(|words| words.sign_in_title)),
            fields,
            move || refusal(&session.state.get(), by_token.get()),
            html::button().r#type("submit").class("button").child(say(|words| words.sign_in)),
            html::button()
                .r#type("button")
                .class("quiet")
                .on(ev::click, move |_| by_token.update(|it| *it = !*it))
                .child(other),
        )),
    )
}

fn refusal(state: &SessionState, by_token: bool) -> Option<impl IntoView + use<>> {
    let SessionState::Out(Some(error)) = state else { return None };
    let error = error.clone();
    let text = move || match &error {
        ApiError::SignedOut if !by_token => language().words().sign_in_wrong_password.to_owned(),
        error => error.say(language()),
    };
    Some(html::p().class("notice").role("alert").child(text))
}

/// Who was invited chooses a password.
pub(crate) fn invited(invite: String) -> impl IntoView {
    let session = session();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<ApiError>);
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        session.accept(invite.clone(), password.get_untracked(), error);
    };
    let refused = move || {
        let error = error.get()?;
        let text = move || match &error {
            ApiError::SignedOut => language().words().invite_over.to_owned(),
            error => error.say(language()),
        };
        Some(html::p().class("notice").role("alert").child(text))
    };
    html::main().class("door").child(html::form().class("card").on(ev::submit, enter).child((
        html::div().class("brand").child((icon::eye(), html::span().child("Nunchi"))),
        html::h1().child(say(|words| words.invited_title)),
        html::p().class("lead").child(say(|words| words.invited_lead)),
        field(
            |words| words.password,
            input(Kind::Password("new-password"), "password", password),
            say(|words| words.password_help),
        ),
        refused,
        html::button().r#type("submit").class("button").child(say(|words| words.invited_go)),
    )))
}
