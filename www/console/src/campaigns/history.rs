//! What was in force and who did it; the way back to an earlier pack.

use leptos::{ev, html, prelude::*};
use nunchi_api::publishing::{History, PackVersion, Published, Revert};

use crate::api;
use crate::preferences::{language, preferences, say};
use crate::settings::{asked, audit_row, utc_offset_min};
use crate::text::{fill, format};
use crate::ui::dialog::confirm;
use crate::ui::form::Sending;
use crate::ui::pieces::{Tone, badge, card, heading};
use crate::ui::question::Question;
use crate::ui::{head, scroll};

/// The view.
pub(crate) fn view() -> impl IntoView {
    let (question, sending) = (Question::<History>::new(), Sending::new());
    let site = preferences().site;
    let ask = move || {
        let site = site.get();
        async move { api::get("/api/campaigns/history", &[("site", &site)]).await }
    };
    let revert = move |base: u32, version: u32| {
        let revert = Revert { site: site.get_untracked(), base, version, force: false };
        let request = async move { api::post::<Published>("/api/campaigns/revert", &revert).await };
        sending.send(request, move |_| question.ask(ask()));
    };
    let draw = move |history: History| {
        let base = history.versions.first().map_or(0, |it| it.version);
        let versions = history.versions.into_iter();
        let versions = versions.map(|it| version(it, base, revert)).collect_view();
        let columns = move || {
            let words = language().words();
            head(vec![
                (words.when, false),
                (words.person, false),
                (words.did, false),
                (words.to_what, false),
            ])
        };
        let entries = history.entries.into_iter().map(audit_row).collect_view();
        html::div()
            .class("stack")
            .child((
                sending.refusal(),
                card("", |words| words.versions, html::ol().class("versions").child(versions)),
                card(
                    "",
                    |words| words.audit,
                    scroll(html::table().child((columns, html::tbody().child(entries)))),
                ),
            ))
            .into_any()
    };
    let back =
        html::a().class("quiet").href("/console/campaigns").child(say(|words| words.campaign_back));
    html::div().class("desk").child((
        heading(|words| words.history, |words| words.history_lead, back),
        asked(question, ask, draw),
    ))
}

fn version(
    version: PackVersion,
    base: u32,
    revert: impl Fn(u32, u32) + Copy + 'static,
) -> impl IntoView {
    let PackVersion { version, published_at, campaigns } = version;
    let is_now = version == base;
    let ask = move |_| {
        let words = language().words();
        let question = fill(words.revert_ask, &[&version.to_string()]);
        confirm().ask(question, words.revert.into(), move || revert(base, version));
    };
    let name = move || fill(language().words().pack_version, &[&version.to_string()]);
    let when = move || format::moment(published_at, utc_offset_min(), true, language());
    let last = if is_now {
        badge(Tone::Good, say(|words| words.state_live)).into_any()
    } else {
        html::button()
            .r#type("button")
            .class("quiet")
            .on(ev::click, ask)
            .child(say(|words| words.revert))
            .into_any()
    };
    html::li().child((
        html::strong().child(name),
        html::span().class("hint").child(when),
        html::span().class("version-names").child(campaigns.join(" · ")),
        last,
    ))
}
