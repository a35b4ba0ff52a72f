//! What an owner sets: sites and whether their tags work, the team, who is signed in where, tokens for
//! programs, and the record of who did what. Each part has an address of its own.

mod audit;
mod identity;
pub(crate) mod install;
mod people;
mod sessions;
pub(crate) mod site_form;
mod sites;
mod tokens;

pub(crate) use audit::row as audit_row;

use std::future::Future;

use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;
use nunchi_api::people::Role;

use crate::api::ApiError;
use crate::preferences::{language, say};
use crate::session::session;
use crate::text::Words;
use crate::ui::{self, pieces, question::Question};

/// A part of the settings, and the least role that sees it.
struct Part {
    path: &'static str,
    name: fn(&'static Words) -> &'static str,
    least: Role,
    view: fn() -> AnyView,
}

const PARTS: &[Part] = &[
    Part { path: "sites", name: |words| words.sites, least: Role::Viewer, view: sites::view },
    Part { path: "people", name: |words| words.people, least: Role::Agent, view: people::view },
    Part {
        path: "sessions",
        name: |words| words.signed_in,
        least: Role::Viewer,
        view: sessions::view,
    },
    Part { path: "tokens", name: |words| words.tokens, least: Role::Owner, view: tokens::view },
    Part { path: "audit", name: |words| words.audit, least: Role::Owner, view: audit::view },
];

/// The view.
pub(crate) fn view() -> impl IntoView {
    let params = use_params_map();
    let path = Memo::new(move |_| params.with(|params| params.get("part").unwrap_or_default()));
    let part = move || PARTS.iter().find(|part| part.path == path.get()).unwrap_or(&PARTS[0]);
    let address = |part: &Part| format!("/console/settings/{}", part.path);
    let tabs = move || {
        let words = language().words();
        let seen = PARTS.iter().filter(|part| session().may(part.least));
        let tabs = seen.map(|part| (address(part), (part.name)(words))).collect();
        pieces::tabs(|words| words.settings, tabs, &address(part()))
    };
    let content = move || {
        let part = part();
        if session().may(part.least) {
            return (part.view)();
        }
        ui::empty(say(|words| words.not_allowed), say(|words| words.not_allowed_lead)).into_any()
    };
    html::div().class("desk").child((
        pieces::heading(|words| words.settings, |words| words.settings_lead, set_up_first()),
        tabs,
        content,
    ))
}

/// As long as nobody has a name here: the way to the set-up.
fn set_up_first() -> impl IntoView {
    let session = session();
    let begin = move || session.is_setting_up.set(true);
    move || {
        let needs = session.me.with(|me| me.needs_setup && me.role == Role::Owner);
        needs.then(|| {
            html::button()
                .r#type("button")
                .class("button")
                .on(leptos::ev::click, move |_| begin())
                .child(say(|words| words.setup_begin))
        })
    }
}

/// Asks now, and draws what comes: waiting, no answer, or the answer. Who is signed out by now leaves.
pub(crate) fn asked<T, F>(
    question: Question<T>,
    ask: impl Fn() -> F + Copy + Send + Sync + 'static,
    draw: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    let session = session();
    Effect::new(move || question.ask(ask()));
    Effect::new(move || {
        if question.error.get() == Some(ApiError::SignedOut) {
            session.ended();
        }
    });
    // The same answer again draws nothing anew, and takes no focus away.
    let answer = Memo::new(move |_| question.answer.get());
    let error = Memo::new(move |_| question.error.get().filter(|_| answer.with(Option::is_none)));
    move || match (answer.get(), error.get()) {
        (Some(answer), _) => draw(answer),
        (None, Some(error)) => ui::failed(error, move || question.ask(ask())).into_any(),
        (None, None) => ui::loading().into_any(),
    }
}

/// The name of a role.
pub(crate) fn role_name(role: Role, words: &'static Words) -> &'static str {
    match role {
        Role::Viewer => words.role_viewer,
        Role::Agent => words.role_agent,
        Role::Editor => words.role_editor,
        Role::Owner => words.role_owner,
    }
}

/// All roles, for a drop-down.
fn roles() -> Vec<(String, String)> {
    let words = language().words();
    let told = |role: Role| {
        let what = match role {
            Role::Viewer => words.role_viewer_may,
            Role::Agent => words.role_agent_may,
            Role::Editor => words.role_editor_may,
            Role::Owner => words.role_owner_may,
        };
        (role.name().to_owned(), format!("{}: {what}", role_name(role, words)))
    };
    Role::ALL.map(told).into()
}

/// Something to be taken elsewhere: whole to see, and a button that copies it.
pub(crate) fn copyable(text: String) -> impl IntoView {
    let kept = text.clone();
    let copy = move || {
        // Browsers let a page do this only where it came over TLS, or from this machine.
        if window().is_secure_context() {
            let _ = window().navigator().clipboard().write_text(&kept);
            ui::toast::toasts().say(language().words().copied);
        }
    };
    html::div().class("copyable").child((
        html::pre().tabindex("0").child(html::code().child(text)),
        pieces::tool(ui::icon::COPY, |words| words.copy, copy),
    ))
}

/// Minutes that this browser's clock is east of UTC.
pub(crate) fn utc_offset_min() -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "at most a day")]
    let west = js_sys::Date::new_0().get_timezone_offset() as i32;
    -west
}
