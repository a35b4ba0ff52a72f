//! Who is signed in where; one's own password.

use leptos::{ev, html, prelude::*};
use nunchi_api::people::{ChangePassword, Session};

use super::asked;
use super::people::quiet;
use crate::api;
use crate::live::browser_now;
use crate::preferences::{language, say};
use crate::session::session;
use crate::text::format;
use crate::ui::form::{Kind, Sending, input};
use crate::ui::pieces::{Tone, badge, card, field};
use crate::ui::question::Question;
use crate::ui::toast::toasts;
use crate::ui::{head, scroll};

pub(super) fn view() -> AnyView {
    let question = Question::<Vec<Session>>::new();
    let sending = Sending::new();
    let end = move |id: i64| {
        let path = format!("/api/sessions/{id}");
        sending.send(async move { api::delete(&path, &[]).await }, move |()| question.ask(load()));
    };
    let list = move |sessions: Vec<Session>| {
        let columns = move || {
            let words = language().words();
            head(vec![
                (words.person, false),
                (words.browser, false),
                (words.last_here, false),
                (words.actions, false),
            ])
        };
        let rows = sessions.into_iter().map(|it| row(it, end)).collect_view();
        scroll(html::table().child((columns, html::tbody().child(rows)))).into_any()
    };
    html::div()
        .class("stack")
        .child((
            sending.refusal(),
            card("", |words| words.signed_in, asked(question, load, list)),
            move || session().me.with(|me| me.person.is_some()).then(password),
        ))
        .into_any()
}

async fn load() -> Result<Vec<Session>, api::ApiError> {
    api::get("/api/sessions", &[]).await
}

fn row(session: Session, end: impl Fn(i64) + Copy + 'static) -> impl IntoView {
    let Session { id, name, browser, seen_at, is_this, .. } = session;
    let name =
        move || if name.is_empty() { language().words().token.to_owned() } else { name.clone() };
    let seen = move || format::ago(browser_now().saturating_sub(seen_at), language());
    let last = if is_this {
        badge(Tone::Accent, say(|words| words.this_session)).into_any()
    } else {
        quiet(say(|words| words.session_end), move || end(id)).into_any()
    };
    html::tr().child((
        html::th().scope("row").child(name),
        html::td().class("cell-long").child(short(&browser)),
        html::td().child(seen),
        html::td().class("cell-tools").child(last),
    ))
}

/// What a browser says of itself, as people call it: `Chrome 140, Windows`.
fn short(agent: &str) -> String {
    let browsers = [
        ("Edg/", "Edge"),
        ("Whale/", "Whale"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let version = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
    let browser = browsers.iter().find_map(|(mark, name)| {
        agent.split_once(mark).map(|(_, rest)| format!("{name} {}", version(rest)))
    });
    let system = systems.iter().find(|(mark, _)| agent.contains(mark)).map(|it| it.1.to_owned());
    let parts: Vec<String> = browser.into_iter().chain(system).collect();
    if parts.is_empty() { agent.to_owned() } else { parts.join(", ") }
}

fn password() -> impl IntoView {
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let change = ChangePassword { old: old.get_untracked(), new: new.get_untracked() };
        let request = async move { api::tell("/api/session/password", &change).await };
        sending.send(request, move |()| {
            old.set(String::new());
            new.set(String::new());
            toasts().say(language().words().saved);
        });
    };
    let form = html::form().class("form form-narrow").on(ev::submit, enter).child((
        field(
            |words| words.password_old,
            input(Kind::Password("current-password"), "old", old),
            "",
        ),
        field(
            |words| words.password_new,
            input(Kind::Password("new-password"), "new", new),
            say(|words| words.password_help),
        ),
        sending.refusal(),
        html::button().r#type("submit").class("button").child(say(|words| words.save)),
    ));
    card("", |words| words.password_change, form)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
                "Chrome 140, Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/139.0",
                "Edge 139, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                "Safari 18, iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
                "Firefox 141, Linux",
            ),
            ("curl/8.5", "curl/8.5"),
        ] {
            assert_eq!(short(agent), expected);
        }
    }
}
