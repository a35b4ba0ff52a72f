//! Tokens for programs: made, shown once, revoked.

use leptos::{ev, html, prelude::*};
use nunchi_api::people::{ApiToken, MadeToken, NewToken, Role};

use super::people::quiet;
use super::{asked, copyable, role_name, roles, utc_offset_min};
use crate::api;
use crate::preferences::{language, say};
use crate::text::{fill, format};
use crate::ui::dialog::confirm;
use crate::ui::form::{Kind, Sending, input, select};
use crate::ui::pieces::{card, field};
use crate::ui::question::Question;
use crate::ui::{head, scroll};

pub(super) fn view() -> AnyView {
    let question = Question::<Vec<ApiToken>>::new();
    let made = RwSignal::new(None::<MadeToken>);
    let sending = Sending::new();
    let revoke = move |id: i64, name: String| {
        let words = language().words();
        let go = move || {
            let path = format!("/api/tokens/{id}");
            sending
                .send(async move { api::delete(&path, &[]).await }, move |()| question.ask(load()));
        };
        confirm().ask(fill(words.token_revoke_ask, &[&name]), words.token_revoke.into(), go);
    };
    let list = move |tokens: Vec<ApiToken>| {
        if tokens.is_empty() {
            return html::p().class("lead").child(say(|words| words.tokens_none)).into_any();
        }
        let columns = move || {
            let words = language().words();
            head(vec![
                (words.token_for, false),
                (words.role, false),
                (words.made, false),
                (words.actions, false),
            ])
        };
        let rows = tokens.into_iter().map(|it| row(it, revoke)).collect_view();
        scroll(html::table().child((columns, html::tbody().child(rows)))).into_any()
    };
    let once = move || {
        let made = made.get()?;
        Some(html::section().class("card card-once").role("status").child((
            html::h2().child(say(|words| words.token_made)),
            html::p().class("lead").child(say(|words| words.token_once)),
            copyable(made.secret),
        )))
    };
    html::div()
        .class("stack")
        .child((
            once,
            sending.refusal(),
            card("", |words| words.tokens, asked(question, load, list)),
            card("", |words| words.token_add, form(question, made)),
        ))
        .into_any()
}

async fn load() -> Result<Vec<ApiToken>, api::ApiError> {
    api::get("/api/tokens", &[]).await
}

fn row(token: ApiToken, revoke: impl Fn(i64, String) + Copy + 'static) -> impl IntoView {
    let ApiToken { id, name, role, made_by, made_at } = token;
    let made = move || {
        let at = format::moment(made_at, utc_offset_min(), true, language());
        format!("{at}, {made_by}")
    };
    let called = name.clone();
    html::tr().child((
        html::th().scope("row").child(name),
        html::td().child(move || role_name(role, language().words())),
        html::td().child(made),
        html::td()
            .class("cell-tools")
            .child(quiet(say(|words| words.token_revoke), move || revoke(id, called.clone()))),
    ))
}

fn form(question: Question<Vec<ApiToken>>, made: RwSignal<Option<MadeToken>>) -> impl IntoView {
    let (name, role) =
        (RwSignal::new(String::new()), RwSignal::new(Role::Viewer.name().to_owned()));
    let sending = Sending::new();
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let role = Role::by_name(&role.get_untracked()).unwrap_or_default();
        let new = NewToken { name: name.get_untracked(), role };
        sending.send(async move { api::post("/api/tokens", &new).await }, move |token| {
            made.set(Some(token));
            name.set(String::new());
            question.ask(load());
        });
    };
    html::form().class("form form-narrow").on(ev::submit, enter).child((
        field(
            |words| words.token_for,
            input(Kind::Text, "name", name),
            say(|words| words.token_for_help),
        ),
        field(|words| words.role, select("role", roles, role), ""),
        sending.refusal(),
        html::button().r#type("submit").class("button").child(say(|words| words.token_add)),
    ))
}
