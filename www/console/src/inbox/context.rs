//! Beside the thread: who it is, what they did, what they were shown, what the bot was asked. So that
//! the visitor repeats nothing.

use leptos::{html, prelude::*};
use nunchi_api::inbox::{CartLine, Score, Shown, Step, Tried};

use super::desk::desk;
use super::thread::of_open;
use crate::live::live;
use crate::preferences::{language, say};
use crate::text::{Language, Words, fill, format, names};

/// The side.
pub(super) fn context() -> impl IntoView {
    html::aside().class("about").tabindex("0").aria_label(say(|words| words.inbox_context)).child((
        person(),
        part(|words| words.cart, |open| open.context.visit.cart.clone(), cart_line),
        score(),
        part(|words| words.inbox_journey, |open| newest_first(&open.context.visit.journey), step),
        part(|words| words.inbox_shown, |open| newest_first(&open.context.visit.shown), shown),
        part(|words| words.inbox_tried, |open| open.context.tried.clone(), tried),
    ))
}

fn newest_first<T: Clone>(list: &[T]) -> Vec<T> {
    list.iter().rev().cloned().collect()
}

/// A heading and a list; nothing where the list is empty.
fn part<T: Clone + PartialEq + Send + Sync + 'static>(
    title: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    pick: fn(&nunchi_api::inbox::Conversation) -> Vec<T>,
    line: fn(&T, Language) -> AnyView,
) -> impl IntoView {
    let list = Memo::new(move |_| of_open(pick).unwrap_or_default());
    move || {
        let (list, language) = (list.get(), language());
        (!list.is_empty()).then(|| {
            let items = list.iter().map(|it| html::li().child(line(it, language))).collect_view();
            html::section().child((html::h3().child(say(title)), html::ul().child(items)))
        })
    }
}

fn person() -> impl IntoView {
    let (desk, live) = (desk(), live());
    let open = Memo::new(move |_| {
        desk.open.answer.with(|it| it.as_ref().map(|it| (it.row.clone(), it.context.clone())))
    });
    move || {
        open.get().map(|(row, context)| {
            let (words, language) = (language().words(), language());
            let mut facts = vec![(words.language, row.language.clone()), (words.page, row.path)];
            if !row.customer.is_empty() {
                facts
                    .insert(0, (words.inbox_signed, fill(words.inbox_signed_by, &[&row.customer])));
            }
            if let Some(visitor) = &context.visitor {
                let kind = match visitor.kind.as_str() {
                    "known" => words.kind_known,
                    "returning" => words.kind_returning,
                    _ => words.kind_new,
                };
                let kind =
                    if visitor.is_vip { format!("{kind} · {}", words.vip) } else { kind.into() };
                let device = match visitor.device.as_str() {
                    "phone" => words.device_phone,
                    "tablet" => words.device_tablet,
                    _ => words.device_desktop,
                };
                facts.extend([(words.who, kind), (words.device, device.into())]);
                if !visitor.product.is_empty() {
                    facts.push((words.product, visitor.product.clone()));
                }
                let ago = live.now.get().saturating_sub(visitor.last_seen);
                facts.push((words.seen, format::ago(ago, language)));
            }
            if let Some(campaign) = &context.campaign {
                let name = if campaign.name.is_empty() {
                    format!("#{}", campaign.id)
                } else {
                    campaign.name.clone()
                };
                facts.push((words.inbox_invited, name));
            }
            let fact = |(name, value): (&'static str, String)| {
                html::div().child((html::dt().child(name), html::dd().child(value)))
            };
            (
                context
                    .visitor
                    .is_none()
                    .then(|| html::p().class("hint").child(words.inbox_unknown)),
                html::dl().class("known").child(facts.into_iter().map(fact).collect_view()),
            )
        })
    }
}

fn score() -> impl IntoView {
    let score = Memo::new(move |_| of_open(|open| open.context.visit.score.clone()).flatten());
    move || {
        score.get().map(|Score { buy_permille, leave_permille, terms }| {
            let language = language();
            let words = language.words();
            let term = |it: nunchi_api::inbox::Term| {
                let name = if language == Language::Ko { it.ko } else { it.en };
                let sign = if it.points < 0 { '\u{2212}' } else { '+' };
                let points = it.points.unsigned_abs();
                html::li().child(format!(
                    "{name} {sign}{}.{}",
                    points / 1_000,
                    points % 1_000 / 100
                ))
            };
            html::section().child((
                html::h3().child(words.inbox_score),
                html::p().child(format!(
                    "{} {} · {} {}",
                    words.inbox_buys,
                    format::share(buy_permille.into(), 1_000),
                    words.inbox_leaves,
                    format::share(leave_permille.into(), 1_000),
                )),
                html::ul().class("term-reasons").child(terms.into_iter().map(term).collect_view()),
            ))
        })
    }
}

fn cart_line(line: &CartLine, language: Language) -> AnyView {
    let price = line.price.as_ref().map(|it| format!(" · {}", format::money(it, language)));
    format!("{} × {}{}", line.product, line.quantity, price.unwrap_or_default()).into_any()
}

fn step(step: &Step, language: Language) -> AnyView {
    let what = names::deed(&step.what, language);
    let of = if step.of.is_empty() { String::new() } else { format!(" {}", step.of) };
    (time(step.at), format!("{what}{of}")).into_any()
}

fn shown(shown: &Shown, language: Language) -> AnyView {
    let words = language.words();
    let outcome = match shown.outcome.as_str() {
        "held_out" => words.outcome_held_out,
        "shadowed" => words.outcome_shadowed,
        _ => words.outcome_fired,
    };
    let name = if shown.campaign.name.is_empty() {
        format!("#{}", shown.campaign.id)
    } else {
        shown.campaign.name.clone()
    };
    let reaction = names::deed(&shown.reaction, language);
    let told = [name, outcome.into(), reaction].into_iter().filter(|it| !it.is_empty());
    let told = told.collect::<Vec<_>>().join(" · ");
    let why = shown.why.iter().map(|it| html::li().child(it.clone())).collect_view();
    (time(shown.at), told, html::ul().class("term-reasons").child(why)).into_any()
}

fn tried(tried: &Tried, language: Language) -> AnyView {
    let words = language.words();
    let known = if tried.is_answered { words.inbox_knew } else { words.inbox_did_not_know };
    (html::span().dir("auto").child(tried.question.clone()), format!(" · {known}")).into_any()
}

fn time(at: u64) -> impl IntoView {
    html::time().child(clock(at))
}

/// On this operator's clock.
pub(super) fn clock(at: u64) -> String {
    moment(at, false)
}

/// The same with the day.
pub(super) fn clock_with_day(at: u64) -> String {
    moment(at, true)
}

fn moment(at: u64, with_day: bool) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a time since 1970 fits")]
    let there = js_sys::Date::new(&(at as f64).into());
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let east_min = -(there.get_timezone_offset() as i32);
    format::moment(at, east_min, with_day, untrack(language))
}
