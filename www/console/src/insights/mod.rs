//! Insights: what came of it, topic by topic. What is asked stands in the address; every picture has a
//! sentence that says what it shows, its table, and both as files.

mod filters;
mod picture;
mod scope;
mod topics;

use gloo_timers::callback::Interval;
use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;
use nunchi_api::questions::{Answered, Ask};

use crate::api::{self, ApiError};
use crate::live::{browser_now, live};
use crate::preferences::{language, preferences, say};
use crate::session::leave_when_signed_out;
use crate::text::{fill, format};
use crate::ui::address::Address;
use crate::ui::pieces::{heading, tabs, tool};
use crate::ui::question::Question;
use crate::ui::save::saver;
use crate::ui::{self, icon};
use topics::Topic;

/// The view.
pub(crate) fn view() -> impl IntoView {
    let params = use_params_map();
    let topic = Memo::new(move |_| {
        Topic::of(&params.with(|params| params.get("topic")).unwrap_or_default())
    });
    let (address, told) = (Address::here(), Question::<Told>::new());
    // Asked by timers and buttons as well, which find no context.
    let (site, server) = (preferences().site, live().now);
    let ask = move || {
        let (topic, site) = (topic.get(), site.get());
        let now = server.get_untracked().max(browser_now());
        let asks = scope::asks(topic, &site, now, &|name| address.get(name));
        if !site.is_empty() {
            told.ask(async move { Told::ask(topic, asks).await });
        }
    };
    Effect::new(move || {
        // Another topic has other pictures; other conditions change the same.
        if told.answer.with_untracked(|told| told.as_ref().map(|it| it.topic)) != Some(topic.get())
        {
            told.forget();
        }
        ask();
    });
    refresh(ask);
    leave_when_signed_out(told.error);
    html::div().class("insights").child((
        heading(|words| words.insights, |words| words.insights_lead, side(told)),
        move || links(topic.get(), address),
        filters::filters(address, topic),
        move || match (told.answer.get(), told.error.get()) {
            (_, Some(error)) if told.answer.with(Option::is_none) => {
                ui::failed(error, ask).into_any()
            }
            (None, _) => waiting().into_any(),
            (Some(told), _) => report(&told).into_any(),
        },
    ))
}

/// A topic's answers.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    topic: Topic,
    answers: Vec<Answered>,
}

impl Told {
    async fn ask(topic: Topic, asks: Vec<Ask>) -> Result<Self, ApiError> {
        let mut answers = Vec::new();
        for ask in &asks {
            answers.push(api::ask(ask).await?);
        }
        Ok(Self { topic, answers })
    }
}

/// Asks again while somebody looks.
fn refresh(ask: impl Fn() + 'static) {
    let timer = StoredValue::new_local(Interval::new(REFRESH_MS, move || {
        if !document().hidden() {
            untrack(&ask);
        }
    }));
    on_cleanup(move || timer.dispose());
}

fn side(told: Question<Told>) -> impl IntoView {
    let saver = saver();
    let json = move || {
        let text = told.answer.with_untracked(|told| {
            told.as_ref()
                .map(|told| (told.topic.path(), serde_json::to_string_pretty(&told.answers)))
        });
        if let Some((name, Ok(text))) = text {
            saver.file(&format!("{name}.json"), "application/json", &text);
        }
    };
    let link = move || {
        if let Ok(address) = window().location().href() {
            saver.clipboard(&address);
        }
    };
    (
        html::p().class("hint").child(move || freshness(told)),
        tool(icon::LINK, |words| words.copy_link, link),
        tool(icon::DOWNLOAD, |_| "JSON", json),
    )
}

/// How old the numbers are, and why if they could not be renewed.
fn freshness(told: Question<Told>) -> String {
    let (language, words) = (language(), language().words());
    let at = told.answered_at.get();
    live().now.track();
    let age = format::ago(browser_now().saturating_sub(at), language);
    match (at, told.error.get()) {
        (0, _) => String::new(),
        (_, None) => fill(words.updated, &[&age]),
        (_, Some(error)) => fill(words.not_updated, &[&age, &error.say(language)]),
    }
}

fn links(topic: Topic, address: Address) -> impl IntoView {
    let (words, query) = (language().words(), address.all());
    let to = |topic: Topic| format!("/console/insights/{}{query}", topic.path());
    let all = Topic::ALL.map(|it| (to(it), it.name(words))).to_vec();
    tabs(|words| words.insights, all, &to(topic))
}

/// As large as what comes, so that nothing jumps.
fn waiting() -> impl IntoView {
    html::div().class("report").role("status").child((
        html::span().class("sr").child(say(|words| words.loading)),
        html::div().class("card").child(html::div().class("skeleton skeleton-tall")),
    ))
}

fn report(told: &Told) -> impl IntoView + use<> {
    let language = language();
    let is_empty = told.answers.first().is_some_and(topics::is_empty);
    if is_empty {
        return ui::empty(say(|words| words.nothing_yet), say(|words| words.nothing_yet_lead))
            .into_any();
    }
    html::div().class("report").child(topics::view(told.topic, &told.answers, language)).into_any()
}

const REFRESH_MS: u32 = 15_000;
