//! The campaign tried on what happened: when it would have fired, for whom, and what would be other.

use leptos::{ev, html, prelude::*, svg, task::spawn_local};
use nunchi_api::campaigns::{Backtest, BacktestRow, DayCount, Diff, Share};
use nunchi_api::publishing::Try;

use super::edit::Edited;
use crate::api;
use crate::preferences::{language, preferences, say};
use crate::text::{Language, fill, format};
use crate::ui;
use crate::ui::form::Sending;
use crate::ui::switch::segments;

/// How far back.
const DAYS: &[u16] = &[1, 7, 30, 90];

/// The panel: days to choose, a button, and what came of it.
pub(super) fn trial(edited: Edited) -> impl IntoView {
    let days = RwSignal::new(7_u16);
    let (sending, answer, diff) =
        (Sending::new(), RwSignal::new(None::<Backtest>), RwSignal::new(None::<Diff>));
    let tried = move || {
        let (site, json) =
            (preferences().site.get_untracked(), edited.json.with_untracked(ToString::to_string));
        Try { site, json, days: days.get_untracked() }
    };
    let go = move |_| {
        diff.set(None);
        let (first, second) = (tried(), tried());
        let request = async move {
            let answer = api::post::<Backtest>("/api/campaigns/backtest", &first).await?;
            Ok((answer, api::post::<Diff>("/api/campaigns/diff", &second).await?))
        };
        sending.send(request, move |(tried, compared)| {
            answer.set(Some(tried));
            diff.set(Some(compared));
        });
    };
    let stop = move |_| {
        let site = preferences().site.get_untracked();
        // Nothing hangs on the answer: what was tried then ends with its own.
        spawn_local(async move {
            let _ = api::delete("/api/campaigns/backtest", &[("site", &site)]).await;
        });
    };
    let name = |days: u16| match (days, language()) {
        (1, Language::En) => "1 day",
        (7, Language::En) => "7 days",
        (30, Language::En) => "30 days",
        (_, Language::En) => "90 days",
        (1, Language::Ko) => "1일",
        (7, Language::Ko) => "7일",
        (30, Language::Ko) => "30일",
        (_, Language::Ko) => "90일",
    };
    let button = move || {
        if sending.is_busy.get() {
            html::button()
                .r#type("button")
                .class("button button-plain")
                .on(ev::click, stop)
                .child(say(|words| words.trial_stop))
                .into_any()
        } else {
            html::button()
                .r#type("button")
                .class("button")
                .on(ev::click, go)
                .child(say(|words| words.trial_go))
                .into_any()
        }
    };
    html::div().class("trial").child((
        html::p().class("hint").child(say(|words| words.trial_lead)),
        html::div()
            .class("row")
            .child((segments(say(|words| words.trial_span), DAYS, name, days), button)),
        sending.refusal(),
        move || {
            sending.is_busy.get().then(|| {
                html::div().class("skeleton").role("status").aria_label(say(|words| words.loading))
            })
        },
        move || {
            answer
                .get()
                .filter(|_| !sending.is_busy.get())
                .map(|answer| picture(&answer, days.get_untracked()))
        },
        move || diff.get().filter(|_| !sending.is_busy.get()).map(|diff| changes(&diff)),
    ))
}

fn picture(answer: &Backtest, days: u16) -> AnyView {
    let Some(row) = answer.rows.first() else { return ().into_any() };
    let visits = answer.over.sessions;
    let total = row.fired + row.shadowed;
    let told = {
        let row = row.clone();
        move || {
            let words = language().words();
            let [times, sessions, visits, bought] =
                [row.fired + row.shadowed, row.sessions, visits, row.bought_anyway]
                    .map(format::count);
            fill(words.trial_says, &[&times, &sessions, &visits, &bought])
        }
    };
    if total == 0 {
        let words = move || fill(language().words().trial_never, &[&format::count(visits)]);
        return html::p().class("says").role("status").child(words).into_any();
    }
    html::div()
        .child((
            html::p().class("says").role("status").child(told),
            chart(&row.days, days),
            html::div().class("shares").child((
                shares(say(|words| words.who), &row.visitors),
                shares(say(|words| words.device), &row.devices),
                shares(say(|words| words.page), &row.pages),
            )),
            ui::folded(say(|words| words.as_table), table(row)),
            ui::folded(
                say(|words| words.trial_caveats),
                html::ul().class("caveats").child(
                    answer.caveats.iter().map(|it| html::li().child(it.clone())).collect_view(),
                ),
            ),
        ))
        .into_any()
}

/// A column a day, up to the last one that something happened on.
fn chart(days: &[DayCount], span: u16) -> impl IntoView + use<> {
    let last = days.last().map_or(0, |it| it.day);
    let first =
        days.first().map_or(last, |it| it.day).min(last.saturating_sub(u32::from(span.max(7)) - 1));
    let count = |day: u32| days.iter().find(|it| it.day == day).map_or(0, |it| it.count);
    let most = days.iter().map(|it| it.count).max().unwrap_or(1).max(1);
    let wide = 100.0 / f64::from(last - first + 1);
    let bars = (first..=last).map(|day| {
        #[expect(clippy::cast_precision_loss, reason = "a picture")]
        let high = count(day) as f64 / most as f64 * 56.0;
        let left = f64::from(day - first) * wide;
        svg::rect()
            .attr("x", format!("{:.2}", left + wide * 0.12))
            .attr("width", format!("{:.2}", wide * 0.76))
            .attr("y", format!("{:.2}", 58.0 - high))
            .attr("height", format!("{high:.2}"))
            .child(svg::title().child(format!("{}: {}", day_name(day), count(day))))
    });
    html::div().class("day-chart").child((
        svg::svg()
            .attr("viewBox", "0 0 100 58")
            .attr("preserveAspectRatio", "none")
            .aria_hidden("true")
            .child(bars.collect_view()),
        html::div()
            .class("day-ends")
            .aria_hidden("true")
            .child((html::span().child(day_name(first)), html::span().child(day_name(last)))),
    ))
}

/// The day itself, without a clock.
fn day_name(day: u32) -> String {
    let name = format::moment(u64::from(day) * 86_400_000, 0, true, language());
    name.rsplit_once(' ').map_or(name.clone(), |(day, _)| day.into())
}

fn shares(title: impl Fn() -> &'static str + Send + Sync + 'static, shares: &[Share]) -> AnyView {
    let most = shares.iter().map(|it| it.count).max().unwrap_or_default();
    let line = |it: &Share| {
        html::li().child((
            html::span().child(it.name.clone()),
            ui::bar(it.count, most),
            html::span().class("number").child(format::count(it.count)),
        ))
    };
    html::div()
        .child((
            html::h3().child(title),
            html::ul().child(shares.iter().take(5).map(line).collect_view()),
        ))
        .into_any()
}

fn table(row: &BacktestRow) -> impl IntoView + use<> {
    let days = row.days.clone();
    move || {
        let words = language().words();
        let line = |it: &DayCount| {
            html::tr().child((
                html::th().scope("row").child(day_name(it.day)),
                ui::number(format::count(it.count)),
            ))
        };
        html::table().child((
            ui::head(vec![(words.when, false), (words.times, true)]),
            html::tbody().child(days.iter().map(line).collect_view()),
        ))
    }
}

/// What would be decided otherwise than by what is in force.
fn changes(diff: &Diff) -> AnyView {
    let (changed, visits) = (diff.changed, diff.over.sessions);
    let told = move || {
        fill(language().words().diff_says, &[&format::count(changed), &format::count(visits)])
    };
    let rows = diff.rows.iter().map(|it| {
        html::tr().child((
            html::th().scope("row").child(it.name.clone()),
            ui::number(format!("+{}", it.gained)),
            ui::number(format!("−{}", it.lost)),
        ))
    });
    let rows = rows.collect_view();
    let head = {
        let words = language().words();
        ui::head(vec![(words.campaign, false), (words.diff_gained, true), (words.diff_lost, true)])
    };
    html::div()
        .child((
            html::h3().child(say(|words| words.diff)),
            html::p().class("says").child(told),
            (changed > 0)
                .then(|| ui::scroll(html::table().child((head, html::tbody().child(rows))))),
        ))
        .into_any()
}
