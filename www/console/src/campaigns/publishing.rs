//! The way to pages: now, or at a time; to whom; until when. And what is planned already.

use leptos::{ev, html, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use nunchi_api::publishing::{Plan, Planned, Publish, Published, Written};

use super::editor::{Desk, id_of, written};
use super::names::{SHARES, options};
use crate::api::{self, ApiError};
use crate::preferences::{language, preferences, say};
use crate::session::session;
use crate::text::fill;
use crate::ui::dialog::head;
use crate::ui::form::{Sending, select};
use crate::ui::pieces::field;
use crate::ui::toast::toasts;

/// To whom it goes, from when, until when.
pub(super) fn publish_dialog(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let share = RwSignal::new("100".to_owned());
    let (from, until) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let shadow = desk.kept.edited.get("/shadow").as_bool().unwrap_or_default();
    let go = use_navigate();
    let enter = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (id, go) = (id_of(desk.kept.edited), go.clone());
        let json = desk.kept.edited.json.get_untracked();
        let wish = Wish {
            written: written(desk),
            base: desk.base.get_untracked(),
            share_permille: share.get_untracked().parse().unwrap_or(1_000),
            from: from.get_untracked(),
            until: until.get_untracked(),
        };
        sending.send(wish.send(), move |pack| {
            open.set(false);
            desk.kept.saved(json);
            desk.turn.update(|turn| *turn += 1);
            let words = language().words();
            let told = pack.map(|pack| fill(words.published, &[&pack.to_string()]));
            toasts().say(told.unwrap_or_else(|| words.planned.into()));
            go(&format!("/console/campaigns/{id}"), NavigateOptions::default());
        });
    };
    let shares = || options(SHARES, language());
    let is_later = move || from.with(|from| !from.is_empty());
    (
        head(|words| words.publish, open),
        html::form().class("form").on(ev::submit, enter).child((
            html::p().class("lead").child(say(move |words| {
                if shadow { words.publish_shadow } else { words.publish_lead }
            })),
            field(
                |words| words.publish_to,
                select("share", shares, share),
                say(|words| words.publish_share_help),
            ),
            field(
                |words| words.plan_from,
                time("from", from),
                move || fill(language().words().plan_from_help, &[&zone()]),
            ),
            field(
                |words| words.plan_until,
                time("until", until),
                say(|words| words.plan_until_help),
            ),
            sending.foot(move |words| if is_later() { words.plan_it } else { words.publish }),
        )),
    )
}

fn time(name: &'static str, value: RwSignal<String>) -> impl IntoView {
    html::input()
        .r#type("datetime-local")
        .name(name)
        .prop("value", move || value.get())
        .on(ev::input, move |event| value.set(event_target_value(&event)))
}

/// The shop's time zone.
fn zone() -> String {
    let key = preferences().site.get();
    session()
        .sites()
        .iter()
        .find(|site| site.key == key)
        .map(|it| it.zone.clone())
        .unwrap_or_default()
}

/// What was filled in.
struct Wish {
    written: Written,
    base: u32,
    share_permille: u16,
    from: String,
    until: String,
}

impl Wish {
    /// Publishes now, which gives the version of the pack, or plans it. What is published now may still be
    /// planned to end.
    async fn send(self) -> Result<Option<u32>, ApiError> {
        let Self { written: Written { site, json }, base, share_permille, from, until } = self;
        let later = |text: String| Some(text).filter(|it| !it.is_empty());
        let (publish_at, stop_at) = (later(from), later(until));
        let mut pack = None;
        if publish_at.is_none() {
            let (site, json) = (site.clone(), json.clone());
            let publish = Publish { site, base, json, share_permille, force: false };
            pack = Some(api::post::<Published>("/api/campaigns/publish", &publish).await?.pack);
        }
        if publish_at.is_some() || stop_at.is_some() {
            let plan = Plan { site, json, share_permille, publish_at, stop_at };
            api::tell("/api/campaigns/plan", &plan).await?;
        }
        Ok(pack)
    }
}

/// What is planned for it, and the way to call it off.
pub(super) fn planned(desk: Desk, plan: &Planned) -> impl IntoView + use<> {
    let told = {
        let plan = plan.clone();
        move || tell(&plan)
    };
    let failed = plan.failed.clone();
    let is_failed = !failed.is_empty();
    let off = move |_| {
        let Written { site, json } = written(desk);
        let plan = Plan { site, json, share_permille: 1_000, publish_at: None, stop_at: None };
        let request = async move { api::tell("/api/campaigns/plan", &plan).await };
        desk.sending.send(request, move |()| desk.turn.update(|turn| *turn += 1));
    };
    html::div().class("notice kept").role("status").child((
        html::span().child((
            told,
            is_failed.then_some(move || fill(language().words().plan_failed_because, &[&failed])),
        )),
        html::button()
            .r#type("button")
            .class("quiet")
            .on(ev::click, off)
            .child(say(|words| words.plan_off)),
    ))
}

/// From when, until when, by whom.
fn tell(plan: &Planned) -> String {
    let words = language().words();
    let spaced = |time: &str| time.replace('T', " ");
    let part =
        |sentence: &str, time: &str| (!time.is_empty()).then(|| fill(sentence, &[&spaced(time)]));
    let parts = [
        part(words.plan_goes_up, &plan.publish_at),
        part(words.plan_goes_down, &plan.stop_at),
        Some(fill(words.plan_by, &[&zone(), &plan.who])),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
