//! One campaign: the form, what is wrong with it, what it would have done, and the way to pages.

use leptos::{ev, html, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use nunchi_api::people::Role;
use nunchi_api::publishing::{CampaignList, CampaignState, Linted, Published, Withdraw, Written};
use serde_json::Value;

use super::edit::{Edited, line};
use super::kept::Kept;
use super::lint::{self, Part, beside};
use super::list::badges;
use super::publishing::{planned, publish_dialog};
use super::{model, preview, texts, trial, trigger};
use crate::api;
use crate::preferences::{language, preferences, say};
use crate::session::session;
use crate::settings::asked;
use crate::ui;
use crate::ui::dialog::{confirm, dialog};
use crate::ui::form::Sending;
use crate::ui::pieces::{Tone, badge, card};
use crate::ui::question::Question;
use crate::ui::toast::toasts;

/// What the parts of the view share.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) kept: Kept,
    linted: Question<Linted>,
    pub(super) sending: Sending,
    /// Version of the pack in force, as it was last seen here.
    pub(super) base: RwSignal<u32>,
    is_published: RwSignal<bool>,
    /// Counts what was published from here: what is in force is then asked for again.
    pub(super) turn: RwSignal<u32>,
}

/// The view.
pub(crate) fn view() -> impl IntoView {
    let question = Question::<CampaignList>::new();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let site = preferences().site;
    let turn = RwSignal::new(0);
    let ask = move || {
        id.track();
        turn.track();
        let site = site.get();
        async move { api::get("/api/campaigns", &[("site", &site)]).await }
    };
    html::div().class("desk").child(asked(question, ask, move |list| {
        match found(&list, &id.get()) {
            Some((state, json)) => {
                let kept = Kept::open(&id.get_untracked(), json);
                editor(&list, state.as_ref(), kept, turn).into_any()
            }
            None => ui::empty(say(|words| words.campaign_unknown), back()).into_any(),
        }
    }))
}

fn back() -> impl IntoView {
    html::a().href("/console/campaigns").child(say(|words| words.campaign_back))
}

/// The campaign with this id as it was written last, or a new one.
fn found(list: &CampaignList, id: &str) -> Option<(Option<CampaignState>, Value)> {
    if id == "new" {
        let taken: Vec<u16> = list.campaigns.iter().map(|it| it.id).collect();
        return Some((None, model::new_campaign(model::free_id(&taken))));
    }
    let state = list.campaigns.iter().find(|it| it.id.to_string() == id)?;
    let text = state.draft.as_ref().or(state.published.as_ref())?;
    Some((Some(state.clone()), serde_json::from_str(text).ok()?))
}

fn editor(
    list: &CampaignList,
    state: Option<&CampaignState>,
    kept: Kept,
    turn: RwSignal<u32>,
) -> impl IntoView + use<> {
    let edited = kept.edited;
    let desk = Desk {
        kept,
        linted: lint::watch(edited),
        sending: Sending::new(),
        base: RwSignal::new(list.pack),
        is_published: RwSignal::new(state.is_some_and(|it| it.published.is_some())),
        turn,
    };
    let may = move || session().may(Role::Editor);
    let name = move || {
        let name = edited.json.with(|json| json["name"].as_str().unwrap_or_default().to_owned());
        if name.is_empty() { language().words().campaign_new.to_owned() } else { name }
    };
    let publishing = RwSignal::new(false);
    let content = move || publish_dialog(desk, publishing).into_any();
    html::div().class("editor").child((
        html::div().class("heading").child((
            html::div().child((back(), html::h1().child(name), state.map(badges), move || {
                kept.is_changed().then(|| badge(Tone::Warn, say(|words| words.kept_open)))
            })),
            html::div()
                .class("heading-side")
                .child(move || may().then(|| buttons(desk, publishing))),
        )),
        desk.sending.refusal(),
        kept.notice(),
        state.and_then(|it| it.plan.as_ref()).map(|plan| planned(desk, plan)),
        html::fieldset().class("plain").disabled(move || !may()).child(move || {
            kept.reloads.track();
            untrack(|| form(desk).into_any())
        }),
        card("", |words| words.preview, preview::preview(edited)),
        card("", |words| words.trial, trial::trial(edited)),
        dialog("form-dialog", |words| words.publish, publishing, content),
    ))
}

/// The four questions that a campaign answers. Inputs read what is edited when they are made.
fn form(desk: Desk) -> impl IntoView {
    let Desk { kept: Kept { edited, .. }, linted, .. } = desk;
    let called = language().words().campaign_name.to_owned();
    (
        card("", |words| words.campaign_name, line(edited, "/name".into(), called)),
        card(
            "",
            |words| words.campaign_when,
            (trigger::tree(edited), beside(linted, Part::Trigger)),
        ),
        card(
            "",
            |words| words.campaign_what,
            (texts::variants(edited), beside(linted, Part::Texts)),
        ),
        card(
            "",
            |words| words.campaign_often,
            (texts::limits(edited), beside(linted, Part::Limits), lint::cost(linted)),
        ),
    )
}

fn buttons(desk: Desk, publishing: RwSignal<bool>) -> impl IntoView {
    let save = move |_| {
        let (written, json) = (written(desk), desk.kept.edited.json.get_untracked());
        let request = async move { api::tell("/api/campaigns/draft", &written).await };
        desk.sending.send(request, move |()| {
            desk.kept.saved(json.clone());
            toasts().say(language().words().saved);
        });
    };
    let go = use_navigate();
    let withdrawn = move || {
        let go = go.clone();
        let withdraw = Withdraw {
            site: preferences().site.get_untracked(),
            base: desk.base.get_untracked(),
            id: id_of(desk.kept.edited),
        };
        let request =
            async move { api::post::<Published>("/api/campaigns/withdraw", &withdraw).await };
        desk.sending.send(request, move |_| go("/console/campaigns", NavigateOptions::default()));
    };
    let withdraw = StoredValue::new_local(move || {
        let words = language().words();
        confirm().ask(words.withdraw_ask.into(), words.withdraw.into(), withdrawn.clone());
    });
    let is_fit = move || desk.linted.answer.with(|it| it.as_ref().is_some_and(lint::is_fit));
    (
        move || {
            desk.is_published.get().then(|| {
                html::button()
                    .r#type("button")
                    .class("quiet")
                    .on(ev::click, move |_| withdraw.with_value(|ask| ask()))
                    .child(say(|words| words.withdraw))
            })
        },
        html::button()
            .r#type("button")
            .class("button button-plain")
            .on(ev::click, save)
            .child(say(|words| words.save_draft)),
        html::button()
            .r#type("button")
            .class("button")
            .disabled(move || !is_fit())
            .on(ev::click, move |_| publishing.set(true))
            .child(say(|words| words.publish)),
    )
}

pub(super) fn written(desk: Desk) -> Written {
    let json = desk.kept.edited.json.with_untracked(ToString::to_string);
    Written { site: preferences().site.get_untracked(), json }
}

pub(super) fn id_of(edited: Edited) -> u16 {
    let id = edited.get("/id").as_u64().unwrap_or_default();
    u16::try_from(id).unwrap_or_default()
}
