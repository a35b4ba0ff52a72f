//! The team: who is in it, and what they may do.

use leptos::{ev, html, prelude::*};
use nunchi_api::people::{Invited, Person, PutPerson, Role};

use super::{asked, copyable, role_name, roles};
use crate::api;
use crate::live::browser_now;
use crate::preferences::{language, say};
use crate::session::session;
use crate::text::{fill, format};
use crate::ui::dialog::{confirm, dialog, head as dialog_head};
use crate::ui::form::{Kind, Sending, input, select};
use crate::ui::pieces::{Tone, badge, field};
use crate::ui::question::Question;
use crate::ui::{self, head, scroll};

/// What the parts of this view share.
#[derive(Clone, Copy)]
struct Team {
    question: Question<Vec<Person>>,
    /// The invitation that was made last, until it is put away.
    invited: RwSignal<Option<Invited>>,
    sending: Sending,
}

impl Team {
    async fn load() -> Result<Vec<Person>, api::ApiError> {
        api::get("/api/people", &[]).await
    }

    fn again(self) {
        self.question.ask(Self::load());
    }

    fn invite(self, id: i64) {
        let path = format!("/api/people/{id}/invite");
        self.sending.send(async move { api::post(&path, &()).await }, move |made| {
            self.invited.set(Some(made));
        });
    }

    fn remove(self, id: i64) {
        let path = format!("/api/people/{id}");
        self.sending.send(async move { api::delete(&path, &[]).await }, move |()| self.again());
    }
}

pub(super) fn view() -> AnyView {
    let team =
        Team { question: Question::new(), invited: RwSignal::new(None), sending: Sending::new() };
    let adding = RwSignal::new(false);
    let add = move || {
        session().may(Role::Owner).then(|| {
            html::button()
                .r#type("button")
                .class("button")
                .on(ev::click, move |_| adding.set(true))
                .child(say(|words| words.person_add))
        })
    };
    let content = move || {
        (dialog_head(|words| words.person_add, adding), form(team, None, adding)).into_any()
    };
    html::div()
        .class("stack")
        .child((
            invitation(team),
            team.sending.refusal(),
            html::section()
                .class("card")
                .child(asked(team.question, Team::load, move |people| list(team, people))),
            html::div().class("row").child(add),
            dialog("form-dialog", |words| words.person_add, adding, content),
        ))
        .into_any()
}

/// The link to hand over, seen this once.
fn invitation(team: Team) -> impl IntoView {
    move || {
        let invited = team.invited.get()?;
        let origin = window().location().origin().unwrap_or_default();
        let link = format!("{origin}/console/#invite={}", invited.invite);
        Some(
            html::section().class("card card-once").role("status").child((
                html::h2().child(say(|words| words.invite_made)),
                html::p().class("lead").child(say(|words| words.invite_lead)),
                copyable(link),
                html::button()
                    .r#type("button")
                    .class("button button-plain")
                    .on(ev::click, move |_| team.invited.set(None))
                    .child(say(|words| words.invite_done)),
            )),
        )
    }
}

fn list(team: Team, people: Vec<Person>) -> AnyView {
    if people.is_empty() {
        return ui::empty(say(|words| words.people_none), say(|words| words.people_none_lead))
            .into_any();
    }
    let columns = move || {
        let words = language().words();
        head(vec![
            (words.person, false),
            (words.role, false),
            (words.last_here, false),
            (words.actions, false),
        ])
    };
    let rows = people.into_iter().map(|it| row(team, it)).collect_view();
    scroll(html::table().child((columns, html::tbody().child(rows)))).into_any()
}

fn row(team: Team, person: Person) -> impl IntoView {
    let editing = RwSignal::new(false);
    let seen = person.seen_at;
    let here = move || match seen {
        Some(at) => format::ago(browser_now().saturating_sub(at), language()),
        None => language().words().not_here.into(),
    };
    let (id, role, name) = (person.id, person.role, person.name.clone());
    let waits = person.is_invited.then(|| badge(Tone::Warn, say(|words| words.person_invited)));
    let (known, asked_name) = (person.clone(), name.clone());
    let content = move || {
        let form = form(team, Some(known.clone()), editing);
        (dialog_head(|words| words.person_edit, editing), form).into_any()
    };
    let remove = move || {
        let words = language().words();
        let question = fill(words.person_remove_ask, &[&asked_name]);
        confirm().ask(question, words.person_remove.into(), move || team.remove(id));
    };
    let remove = StoredValue::new_local(remove);
    let tools = move || {
        session().may(Role::Owner).then(|| {
            (
                quiet(say(|words| words.person_edit), move || editing.set(true)),
                quiet(say(|words| words.person_invite), move || team.invite(id)),
                quiet(say(|words| words.person_remove), move || {
                    remove.with_value(|remove| remove());
                }),
            )
        })
    };
    html::tr().child((
        html::th().scope("row").child((
            html::div().child((name, " ", waits)),
            html::div().class("hint").child(person.email),
        )),
        html::td().child(move || role_name(role, language().words())),
        html::td().child(here),
        html::td()
            .class("cell-tools")
            .child((tools, dialog("form-dialog", |words| words.person_edit, editing, content))),
    ))
}

/// A quiet button with a word.
pub(super) fn quiet(
    name: impl Fn() -> &'static str + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> impl IntoView {
    html::button().r#type("button").class("quiet").on(ev::click, move |_| act()).child(name)
}

/// A new person, or a known one.
fn form(team: Team, known: Option<Person>, open: RwSignal<bool>) -> impl IntoView {
    let id = known.as_ref().map(|it| it.id);
    let person = known.unwrap_or_default();
    let sending = Sending::new();
    let (name, email) = (RwSignal::new(person.name), RwSignal::new(person.email));
    let role = RwSignal::new(person.role.name().to_owned());
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let put = PutPerson {
            name: name.get_untracked(),
            email: email.get_untracked(),
            role: Role::by_name(&role.get_untracked()).unwrap_or_default(),
        };
        let done = move || {
            open.set(false);
            team.again();
        };
        match id {
            Some(id) => {
                let path = format!("/api/people/{id}");
                sending.send(async move { api::tell(&path, &put).await }, move |()| done());
            }
            None => {
                sending.send(async move { api::post("/api/people", &put).await }, move |made| {
                    team.invited.set(Some(made));
                    done();
                });
            }
        }
    };
    html::form().class("form").on(ev::submit, enter).child((
        field(|words| words.name, input(Kind::Text, "name", name), say(|words| words.name_help)),
        field(|words| words.email, input(Kind::Email, "email", email), ""),
        field(|words| words.role, select("role", roles, role), ""),
        sending.foot(move |words| if id.is_some() { words.save } else { words.person_add_go }),
    ))
}
