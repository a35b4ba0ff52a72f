//! The first start: who you are, which shop, the tag, and then the first visitor walks in.

use gloo_timers::callback::Interval;
use leptos::{ev, html, prelude::*};
use nunchi_api::Site;
use nunchi_api::live::{Floor, Visitor};
use nunchi_api::people::SetUp;

use crate::api;
use crate::preferences::{language, preferences, say};
use crate::session::{Session, session};
use crate::settings::install::install;
use crate::settings::site_form::site_form;
use crate::text::{Words, fill, names};
use crate::ui::form::{Kind, Sending, input};
use crate::ui::icon;
use crate::ui::pieces::field;
use crate::ui::question::Question;

/// Where somebody stands in the set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A name for the first owner.
    You,
    /// The first site.
    Shop,
    /// The tag, until somebody walks in.
    Tag,
}

impl Step {
    const ALL: [Self; 3] = [Self::You, Self::Shop, Self::Tag];

    fn of(needs_setup: bool, sites: &[Site]) -> Self {
        match (needs_setup, sites) {
            (true, _) => Self::You,
            (false, []) => Self::Shop,
            (false, _) => Self::Tag,
        }
    }

    fn name(self, words: &'static Words) -> &'static str {
        match self {
            Self::You => words.setup_you,
            Self::Shop => words.setup_shop,
            Self::Tag => words.setup_tag,
        }
    }
}

/// The view.
pub(crate) fn view() -> impl IntoView {
    let session = session();
    // The last step stays when there is a site.
    session.is_setting_up.set(true);
    let step = Memo::new(move |_| Step::of(session.me.with(|me| me.needs_setup), &session.sites()));
    let content = move || match step.get() {
        Step::You => you(session).into_any(),
        Step::Shop => shop(session).into_any(),
        Step::Tag => tag(session).into_any(),
    };
    html::main().class("setup").child((
        html::div().class("brand").child((icon::eye(), html::span().child("Nunchi"))),
        move || steps(step.get()),
        content,
    ))
}

fn steps(now: Step) -> impl IntoView {
    let line = move |step: Step| {
        let number = (step as usize + 1).to_string();
        html::li()
            .class(if step < now { "is-done" } else { "" })
            .attr("aria-current", (step == now).then_some("step"))
            .child((
                html::span().class("dot").aria_hidden("true").child(number),
                html::span().class("step-name").child(move || step.name(language().words())),
            ))
    };
    html::ol().class("stages").child(Step::ALL.map(line).collect_view())
}

fn you(session: Session) -> impl IntoView {
    let sending = Sending::new();
    let (name, email, password) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let set_up = SetUp {
            name: name.get_untracked(),
            email: email.get_untracked(),
            password: password.get_untracked(),
        };
        let request = async move { api::tell("/api/setup", &set_up).await };
        sending.send(request, move |()| session.check());
    };
    html::form().class("card form").on(ev::submit, enter).child((
        html::h1().child(say(|words| words.setup_you_title)),
        html::p().class("lead").child(say(|words| words.setup_you_lead)),
        field(|words| words.name, input(Kind::Text, "name", name), say(|words| words.name_help)),
        field(|words| words.email, input(Kind::Email, "email", email), ""),
        field(
            |words| words.password,
            input(Kind::Password("new-password"), "password", password),
            say(|words| words.password_help),
        ),
        sending.foot(|words| words.next),
    ))
}

fn shop(session: Session) -> impl IntoView {
    let added = move |site: Site| {
        preferences().site.set(site.key);
        session.check();
    };
    html::section().class("card").child((
        html::h1().child(say(|words| words.setup_shop_title)),
        html::p().class("lead").child(say(|words| words.setup_shop_lead)),
        site_form(None, added),
    ))
}

fn tag(session: Session) -> impl IntoView {
    let key = preferences().site.get_untracked();
    let floor = Question::<Floor>::new();
    let asked = key.clone();
    let ask = move || {
        let site = asked.clone();
        floor.ask(async move { api::get("/api/live", &[("site", &site)]).await });
    };
    ask();
    let again = StoredValue::new_local(Some(Interval::new(LOOK_MS, ask)));
    on_cleanup(move || drop(again.try_update_value(Option::take)));
    let first = move || {
        let visitor =
            floor.answer.with(|it| it.as_ref().and_then(|it| it.visitors.first().cloned()));
        match visitor {
            Some(visitor) => walked_in(visitor).into_any(),
            None => html::div()
                .class("waiting-for")
                .role("status")
                .child((icon::eye(), html::span().child(say(|words| words.setup_waiting))))
                .into_any(),
        }
    };
    html::section().class("card").child((
        html::h1().child(say(|words| words.setup_tag_title)),
        html::p().class("lead").child(say(|words| words.setup_tag_lead)),
        first,
        install(&key),
        html::button()
            .r#type("button")
            .class("button")
            .on(ev::click, move |_| session.is_setting_up.set(false))
            .child(say(|words| words.to_floor)),
    ))
}

/// The first visitor, live.
fn walked_in(visitor: Visitor) -> impl IntoView {
    let page = visitor.page.clone();
    let where_ = move || {
        let name = names::page(&page, language());
        fill(language().words().setup_first_at, &[&name, &visitor.path])
    };
    html::div().class("first-visitor").role("status").child((
        icon::eye(),
        html::div().child((
            html::strong().child(say(|words| words.setup_first)),
            html::span().child(where_),
        )),
    ))
}

/// Short enough to see somebody walk in, milliseconds.
const LOOK_MS: u32 = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_leads_to_the_next() {
        let site = Site {
            key: "shop".into(),
            name: "Shop".into(),
            origins: vec![],
            pack: 1,
            is_on: true,
            consent: "unknown".into(),
            zone: "UTC".into(),
        };
        let sites = [site];
        assert_eq!(Step::of(true, &[]), Step::You);
        assert_eq!(Step::of(true, &sites), Step::You);
        assert_eq!(Step::of(false, &[]), Step::Shop);
        assert_eq!(Step::of(false, &sites), Step::Tag);
    }
}
