//! What is shown: the form it takes, and what it says in both languages.

use leptos::{ev, html, prelude::*};
use serde_json::{Value, json};

use super::edit::{Edited, labelled_number, line, raw, tick, word};
use super::model;
use super::names::FORMS;
use crate::preferences::{language, say};
use crate::text::{Language, Words};
use crate::ui::pieces::field;

/// All variants; drawn anew when their shape changes.
pub(super) fn variants(edited: Edited) -> impl IntoView {
    move || {
        edited.shape.track();
        let count = edited.get("/variants").as_array().map_or(0, Vec::len);
        (0..count).map(|index| variant(edited, index)).collect_view()
    }
}

fn variant(edited: Edited, index: usize) -> impl IntoView {
    let action = format!("/variants/{index}/action");
    let kind = model::kind(&edited.get(&action));
    let inside = format!("{action}/{kind}");
    let is_known = ["offer", "invite"].contains(&kind.as_str());
    let is_offer = kind == "offer";
    let place = action.clone();
    let choose = move |event: web_sys::Event| {
        let to = event_target_value(&event);
        edited.reshape(|json| change_action(json, &place, &to));
    };
    let words = language().words();
    let options = [("offer", words.action_offer), ("invite", words.action_invite)];
    let option = |(code, name): (&'static str, &'static str)| {
        html::option().value(code).selected(code == kind).child(name)
    };
    let chooser = html::select().on(ev::change, choose).child(options.map(option).collect_view());
    let form = format!("{inside}/form");
    // A slot has a name of its own.
    let has_form = edited.get(&form).is_string();
    let copies = Language::ALL.map(|language| copy(edited, &inside, language)).collect_view();
    html::div().class("variant").child((
        is_known.then(|| field(|words| words.action, chooser, "")),
        (is_offer && has_form).then(|| {
            field(|words| words.form, word(edited, form.clone(), words.form.into(), FORMS), "")
        }),
        (is_offer && !has_form).then(|| raw(edited, form)),
        is_offer.then(|| {
            let link = line(edited, format!("{inside}/link"), words.offer_link.into());
            field(|words| words.offer_link, link, say(|words| words.offer_link_help))
        }),
        is_offer.then(|| {
            let coupon = line(edited, format!("{inside}/coupon"), words.offer_coupon.into());
            field(|words| words.offer_coupon, coupon, say(|words| words.offer_coupon_help))
        }),
        is_known.then(|| html::div().class("copies").child(copies)),
        (!is_known).then(|| raw(edited, action)),
    ))
}

/// What it says in one language.
fn copy(edited: Edited, inside: &str, tongue: Language) -> impl IntoView + use<> {
    let place = format!("{inside}/copy/{}", tongue.tag());
    let text = |name: &str, label: fn(&'static Words) -> &'static str| {
        let at = format!("{place}/{name}");
        let called = format!("{} ({})", label(language().words()), tongue.name());
        field(label, line(edited, at, called), "")
    };
    html::fieldset().class("copy").attr("lang", tongue.tag()).child((
        html::legend().child(tongue.name()),
        text("title", |words| words.copy_title),
        text("body", |words| words.copy_body),
        text("accept", |words| words.copy_accept),
        text("decline", |words| words.copy_decline),
    ))
}

/// Another sort of action keeps what it says.
fn change_action(campaign: &mut Value, place: &str, to: &str) {
    let Some(action) = campaign.pointer_mut(place) else { return };
    let from = model::kind(action);
    let copy = action[&from]["copy"].clone();
    *action = match to {
        "invite" => json!({"invite": {"copy": copy}}),
        _ => json!({"offer": {"form": "card", "link": "", "coupon": "", "copy": copy}}),
    };
}

/// How often, before whom, and who goes without.
pub(super) fn limits(edited: Edited) -> impl IntoView {
    html::div().class("limits").child((
        labelled_number(edited, "/caps/per_view", |words| words.cap_view),
        labelled_number(edited, "/caps/per_session", |words| words.cap_session),
        labelled_number(edited, "/caps/per_day", |words| words.cap_day),
        labelled_number(edited, "/caps/cooldown_s", |words| words.cap_cooldown),
        labelled_number(edited, "/priority", |words| words.priority),
        labelled_number(edited, "/holdout_permille", |words| words.holdout),
        tick(edited, "/shadow", |words| words.shadow),
        tick(edited, "/needs_agent", |words| words.needs_agent),
    ))
}
