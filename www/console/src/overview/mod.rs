//! The overview: what came of it, in numbers and pictures. Each picture has a sentence that says what
//! it shows and a table that says the same.

mod campaigns;
mod cards;
mod chart;
mod funnel;
mod pages;
mod period;
mod signals;

use gloo_timers::callback::Interval;
use leptos::{html, prelude::*};
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
    let has_answer = Memo::new(move |_| questions.overview.answer.with(Option::is_some));
    let error = questions.overview.error;
    html::div().class("overview").child((
        heading(period, questions),
        move || match (has_answer.get(), error.get()) {
            (true, _) => report(questions).into_any(),
            (false, None) => ui::loading().into_any(),
            (false, Some(error)) => ui::failed(error, move || {
                questions.ask(&preferences().site.get_untracked(), period.get_untracked());
            })
            .into_any(),
        },
    ))
}

impl Questions {
    fn new() -> Self {
        Self {
            overview: Question::new(),
            funnel: Question::new(),
            signals: Question::new(),
            campaigns: Question::new(),
            pages: Question::new(),
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
        // By the server's clock, which stamped what is counted; to the end of the running second.
        let to = live().now.get_untracked().max(browser_now()) + 1_000;
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

fn report(questions: Questions) -> impl IntoView {
    html::div().class("report").child((
        move || questions.overview.answer.get().map(|answer| cards::cards(&answer)),
        part("wide", |words| words.traffic, questions.overview, chart::traffic),
        part("", |words| words.funnel, questions.funnel, funnel::funnel),
        part("wide", |words| words.campaigns, questions.campaigns, campaigns::campaigns),
        part("", |words| words.signals, questions.signals, signals::signals),
        part("", |words| words.causes, questions.signals, signals::causes),
        part("wide", |words| words.pages, questions.pages, pages::pages),
    ))
}

/// One picture with its title, and its own state while the others are there already.
fn part<T: Clone + Send + Sync + 'static, V: IntoView + 'static>(
    class: &'static str,
    title: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    question: Question<T>,
    draw: fn(&T) -> V,
) -> impl IntoView {
    html::section()
        .class(format!("card {class}"))
        .child((html::h2().child(say(title)), move || {
            match (question.answer.get(), question.error.get()) {
                (Some(answer), _) => draw(&answer).into_any(),
                (None, Some(error)) => {
                    html::p().class("notice").role("alert").child(error.say(language())).into_any()
                }
                (None, None) => html::div().class("skeleton").into_any(),
            }
        }))
        .into_any()
}

const REFRESH_MS: u64 = 10_000;
const REFRESH_SOON_MS: u64 = 2_000;
