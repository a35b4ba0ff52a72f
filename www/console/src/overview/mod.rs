//! The overview: what came of it, in numbers and pictures. Each picture has a sentence that says what
//! it shows and a table that says the same.
#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::large_types_passed_by_value,
        reason = "a handful of signal handles, smaller in the browser; handles are copied"
    )
)]

mod campaigns;
mod cards;
mod chart;
mod funnel;
mod pages;
mod period;
mod signals;

use gloo_timers::callback::Interval;
use leptos::{html, prelude::*};
use nunchi_api::questions::until_now;
use nunchi_api::stats::{Campaigns, Funnel, Overview, Pages, Signals};

use crate::api::{self, ApiError};
use crate::live::{browser_now, live};
use crate::preferences::{language, preferences, say};
use crate::session::session;
use crate::text::{Words, fill, format};
use crate::ui::{self, question::Question, switch::segments};
use period::Period;

/// The five questions of this view.
#[derive(Clone, Copy)]
struct Questions {
    overview: Question<Overview>,
    funnel: Question<Funnel>,
    signals: Question<Signals>,
    campaigns: Question<Campaigns>,
    pages: Question<Pages>,
    /// The server's clock.
    now: RwSignal<u64>,
}

/// The view.
pub(crate) fn view() -> impl IntoView {
    let period = RwSignal::new(Period::Day);
    let questions = Questions::new();
    Effect::new(move || {
        questions.forget();
        questions.ask(&preferences().site.get(), period.get());
    });
    refresh(questions, period);
    leave_when_signed_out(questions.overview.error);
    let stage = Memo::new(move |_| Stage::of(questions.overview));
    let site = preferences().site;
    let ask_again = move || questions.ask(&site.get_untracked(), period.get_untracked());
    html::div().class("overview").child((heading(period, questions), move || match stage.get() {
        Stage::Waiting => ui::loading().into_any(),
        Stage::Failed(error) => ui::failed(error, ask_again).into_any(),
        Stage::Nothing => nothing().into_any(),
        Stage::Report => report(questions).into_any(),
    }))
}

/// What the view shows as a whole; a failed refresh changes nothing in it.
#[derive(Clone, PartialEq)]
enum Stage {
    Waiting,
    Failed(ApiError),
    Nothing,
    Report,
}

impl Stage {
    fn of(overview: Question<Overview>) -> Self {
        let views = overview.answer.with(|answer| answer.as_ref().map(|answer| answer.views));
        match (views, overview.error.get()) {
            (None, None) => Self::Waiting,
            (None, Some(error)) => Self::Failed(error),
            (Some(0), _) => Self::Nothing,
            (Some(_), _) => Self::Report,
        }
    }
}

impl Questions {
    fn new() -> Self {
        Self {
            overview: Question::new(),
            funnel: Question::new(),
            signals: Question::new(),
            campaigns: Question::new(),
            pages: Question::new(),
            now: live().now,
        }
    }

    fn forget(self) {
        self.overview.forget();
        self.funnel.forget();
        self.signals.forget();
        self.campaigns.forget();
        self.pages.forget();
    }

    /// Asks all five for one and the same span.
    fn ask(self, site: &str, period: Period) {
        if site.is_empty() {
            return;
        }
        // By the server's clock, which stamped what is counted.
        let to = until_now(self.now.get_untracked().max(browser_now()));
        let from = to.saturating_sub(period.ms());
        let site = site.to_owned();
        macro_rules! ask {
            ($($name:ident)*) => {$(
                let key = site.clone();
                self.$name.ask(async move { api::stats(stringify!($name), &key, from, to).await });
            )*};
        }
        ask!(overview funnel signals campaigns pages);
    }
}

/// Asks again when something happened in the shop, at most each [`REFRESH_SOON_MS`], and in any case
/// each [`REFRESH_MS`]; not while nobody looks.
fn refresh(questions: Questions, period: RwSignal<Period>) {
    let (live, site) = (live(), preferences().site);
    let last = StoredValue::new((browser_now(), 0));
    let timer = StoredValue::new_local(Interval::new(500, move || {
        let (at, pulse) = last.get_value();
        let age = browser_now().saturating_sub(at);
        let is_news = live.pulse.get_untracked() != pulse;
        let is_due = age >= REFRESH_MS || (is_news && age >= REFRESH_SOON_MS);
        if is_due && !document().hidden() {
            last.set_value((browser_now(), live.pulse.get_untracked()));
            questions.ask(&site.get_untracked(), period.get_untracked());
        }
    }));
    on_cleanup(move || timer.dispose());
}

fn leave_when_signed_out(error: RwSignal<Option<ApiError>>) {
    let session = session();
    Effect::new(move || {
        if error.with(|error| *error == Some(ApiError::SignedOut)) {
            session.ended();
        }
    });
}

fn heading(period: RwSignal<Period>, questions: Questions) -> impl IntoView {
    html::div().class("heading").child((
        html::div().child((
            html::h1().child(say(|words| words.overview)),
            html::p().class("lead").child(say(|words| words.overview_lead)),
        )),
        html::div().class("heading-side").child((
            html::p().class("hint").child(move || freshness(questions)),
            segments(
                say(|words| words.span),
                &Period::ALL,
                |period| period.name(language().words()),
                period,
            ),
        )),
    ))
}

/// How old the numbers are, and why if they could not be renewed.
fn freshness(questions: Questions) -> String {
    let (language, words) = (language(), language().words());
    let at = questions.overview.answered_at.get();
    live().now.track();
    let age = format::ago(browser_now().saturating_sub(at), language);
    match (at, questions.overview.error.get()) {
        (0, _) => String::new(),
        (_, None) => fill(words.updated, &[&age]),
        (_, Some(error)) => fill(words.not_updated, &[&age, &error.say(language)]),
    }
}

fn nothing() -> impl IntoView {
    ui::empty(say(|words| words.nothing_yet), say(|words| words.nothing_yet_lead))
}

fn report(questions: Questions) -> impl IntoView {
    let table = || say(|words| words.as_table);
    html::div().class("report").child((
        move || questions.overview.answer.get().map(|answer| cards::cards(&answer)),
        part(
            "span-4",
            |words| words.traffic,
            questions.overview,
            chart::picture,
            folded(table(), questions.overview, chart::table),
        ),
        part(
            "span-2",
            |words| words.funnel,
            questions.funnel,
            funnel::picture,
            folded(table(), questions.funnel, funnel::table),
        ),
        part(
            "span-6",
            |words| words.campaigns,
            questions.campaigns,
            campaigns::picture,
            folded(say(|words| words.evidence), questions.campaigns, campaigns::evidence),
        ),
        part(
            "span-3",
            |words| words.signals,
            questions.signals,
            signals::signals,
            folded(table(), questions.signals, signals::signals_table),
        ),
        part(
            "span-3",
            |words| words.causes,
            questions.signals,
            signals::causes,
            folded(table(), questions.signals, signals::causes_table),
        ),
        part("span-6", |words| words.pages, questions.pages, pages::pages, ()),
    ))
}

/// One picture with its title, and its own state while the others are there already.
fn part<T: Clone + Send + Sync + 'static>(
    class: &'static str,
    title: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    question: Question<T>,
    draw: fn(&T) -> AnyView,
    below: impl IntoView + 'static,
) -> impl IntoView {
    html::section()
        .class(format!("card {class}"))
        .child((
            html::h2().child(say(title)),
            move || match (question.answer.get(), question.error.get()) {
                (Some(answer), _) => draw(&answer),
                (None, Some(error)) => {
                    html::p().class("notice").role("alert").child(error.say(language())).into_any()
                }
                (None, None) => html::div().class("skeleton").into_any(),
            },
            below,
        ))
        .into_any()
}

/// More about a picture. Stands outside of what is drawn anew with each answer, so that it stays open
/// and keeps the focus.
fn folded<T: Clone + Send + Sync + 'static>(
    title: impl Fn() -> &'static str + Copy + Send + Sync + 'static,
    question: Question<T>,
    draw: fn(&T) -> AnyView,
) -> impl IntoView {
    ui::folded(title, move || question.answer.get().map(|answer| draw(&answer)))
}

const REFRESH_MS: u64 = 10_000;
const REFRESH_SOON_MS: u64 = 2_000;
