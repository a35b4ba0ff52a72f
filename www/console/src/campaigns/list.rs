//! All campaigns of the site: how each stands, and what it is worth.

use leptos::{html, prelude::*};
use nunchi_api::people::Role;
use nunchi_api::publishing::{CampaignList, CampaignState};
use nunchi_api::stats::{CampaignRow, Campaigns};

use crate::api;
use crate::live::live;
use crate::preferences::{language, preferences, say};
use crate::session::session;
use crate::settings::asked;
use crate::text::{Language, Words, fill, format};
use crate::ui::pieces::{Tone, badge, heading};
use crate::ui::question::Question;
use crate::ui::{self, head, scroll};

/// The view.
pub(crate) fn view() -> impl IntoView {
    let (question, worth) = (Question::<CampaignList>::new(), Question::<Campaigns>::new());
    let site = preferences().site;
    Effect::new(move || {
        let (site, now) = (site.get(), live().now.get_untracked());
        worth.ask(async move {
            api::stats("campaigns", &site, now.saturating_sub(MONTH_MS), now + 60_000).await
        });
    });
    let ask = move || {
        let site = site.get();
        async move { api::get("/api/campaigns", &[("site", &site)]).await }
    };
    let new = move || {
        session().may(Role::Editor).then(|| {
            html::a()
                .class("button")
                .href("/console/campaigns/new")
                .child(say(|words| words.campaign_new))
        })
    };
    let history = move || {
        session().may(Role::Editor).then(|| {
            html::a()
                .class("quiet")
                .href("/console/campaigns/history")
                .child(say(|words| words.history))
        })
    };
    html::div().class("desk").child((
        heading(|words| words.campaigns, |words| words.campaigns_view_lead, (history, new)),
        asked(question, ask, move |list| table(&list, worth)),
    ))
}

fn table(list: &CampaignList, worth: Question<Campaigns>) -> AnyView {
    if list.campaigns.is_empty() {
        return ui::empty(
            say(|words| words.campaigns_empty),
            say(|words| words.campaigns_empty_lead),
        )
        .into_any();
    }
    let columns = move || {
        let words = language().words();
        head(vec![
            (words.campaign, false),
            (words.state, false),
            (words.shown, true),
            (words.clicked, true),
            (words.uplift, true),
        ])
    };
    let rows = list.campaigns.iter().map(|it| row(it, worth)).collect_view();
    html::section()
        .class("card")
        .child(scroll(
            html::table().class("campaign-list").child((columns, html::tbody().child(rows))),
        ))
        .into_any()
}

fn row(state: &CampaignState, worth: Question<Campaigns>) -> impl IntoView + use<> {
    let id = state.id;
    let found =
        move || worth.answer.with(|it| it.as_ref()?.rows.iter().find(|row| row.id == id).cloned());
    let count = move |of: fn(&CampaignRow) -> u64| {
        move || found().map_or_else(|| "–".into(), |row| format::count(of(&row)))
    };
    let uplift = move || found().map_or_else(|| "–".to_owned(), |row| effect(&row, language()));
    html::tr().child((
        html::th().scope("row").child((
            html::a().href(format!("/console/campaigns/{id}")).child(state.name.clone()),
            html::div().class("hint").child(format!("#{id}")),
        )),
        html::td().child(badges(state)),
        ui::number(count(|row| row.shown)),
        ui::number(count(|row| row.accepted)),
        ui::number(uplift),
    ))
}

/// A word in either language.
type Word = fn(&'static Words) -> &'static str;

/// How it stands, in words.
pub(super) fn badges(state: &CampaignState) -> impl IntoView + use<> {
    let mut all: Vec<(Tone, Word)> = Vec::new();
    match (state.published.is_some(), state.is_shadow) {
        (true, true) => all.push((Tone::Plain, |words| words.state_shadow)),
        (true, false) => all.push((Tone::Good, |words| words.state_live)),
        (false, _) => all.push((Tone::Plain, |words| words.state_draft)),
    }
    if state.is_changed && state.published.is_some() {
        all.push((Tone::Warn, |words| words.state_changed));
    }
    let share =
        (state.published.is_some() && state.share_permille < 1_000).then_some(state.share_permille);
    let staged = share.map(|share| {
        let text = move || {
            let percent = f64::from(share) / 10.0;
            fill(language().words().state_share, &[&percent.to_string()])
        };
        badge(Tone::Accent, text)
    });
    let plan = state.plan.clone().map(|plan| {
        let is_failed = !plan.failed.is_empty();
        let text = move || {
            let words = language().words();
            let at = |time: &str| time.replace('T', " ");
            match (is_failed, plan.publish_at.is_empty()) {
                (true, _) => words.plan_failed.to_owned(),
                (false, false) => fill(words.plan_goes_up, &[&at(&plan.publish_at)]),
                (false, true) => fill(words.plan_goes_down, &[&at(&plan.stop_at)]),
            }
        };
        badge(if is_failed { Tone::Bad } else { Tone::Accent }, text)
    });
    html::span().class("badges").child((
        all.into_iter().map(|(tone, word)| badge(tone, say(word))).collect_view(),
        staged,
        plan,
    ))
}

/// `+1.2 pp (0.3 to 2.1)`; too early to tell while an arm is empty.
fn effect(row: &CampaignRow, language: Language) -> String {
    let Some(uplift) = &row.uplift else { return "–".into() };
    let [points, low, high] =
        [uplift.points, uplift.low, uplift.high].map(|it| format::points(it, language));
    let between = if language == Language::En { " to " } else { "~" };
    format!("{points} ({low}{between}{high})")
}

/// Over which effects are told, milliseconds: 30 days.
const MONTH_MS: u64 = 30 * 86_400_000;
