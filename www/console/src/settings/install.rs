//! The tag to paste, and whether it works: asked every few seconds, as long as it is looked at.

use gloo_timers::callback::Interval;
use leptos::{html, prelude::*};
use nunchi_api::sites::{Install, InstallFinding};

use super::{asked, copyable};
use crate::api;
use crate::live::browser_now;
use crate::preferences::{language, say};
use crate::text::{Language, fill, format};
use crate::ui::pieces::{Tone, badge};
use crate::ui::question::Question;

/// The check of one site.
pub(crate) fn install(key: &str) -> impl IntoView + use<> {
    let question = Question::<Install>::new();
    let address = StoredValue::new(format!("/api/sites/{key}/install"));
    let ask = move || {
        let address = address.get_value();
        async move { api::get(&address, &[]).await }
    };
    let again = Interval::new(EVERY_MS, move || question.ask(ask()));
    let again = StoredValue::new_local(Some(again));
    on_cleanup(move || drop(again.try_update_value(Option::take)));
    asked(question, ask, |install| check(&install).into_any())
}

fn check(install: &Install) -> impl IntoView + use<> {
    let Install { tag, csp, findings, refused_origins, agents, consents, .. } = install.clone();
    html::div().class("install").child((
        state(install),
        findings.into_iter().map(finding).collect_view(),
        html::h3().child(say(|words| words.tag)),
        html::p().class("hint").child(say(|words| words.tag_lead)),
        copyable(tag),
        html::h3().child(say(|words| words.csp)),
        html::p().class("hint").child(say(|words| words.csp_lead)),
        copyable(csp.join(";\n")),
        html::dl().class("arrivals").child((
            fact(say(|words| words.beacons_seen), format::count(install.beacons)),
            fact(say(|words| words.apart_seen), format::count(install.apart)),
            fact(say(|words| words.packs_seen), format::count(install.packs)),
            fact(say(|words| words.bare_seen), format::count(install.bare_views)),
            agents
                .into_iter()
                .map(|it| {
                    let version = it.version;
                    let name = move || fill(language().words().agent_version, &[&version]);
                    fact(name, format::count(it.beacons))
                })
                .collect_view(),
            consents
                .into_iter()
                .map(|it| {
                    let name = move || consent_name(&it.outcome, language());
                    fact(name, format::count(it.count))
                })
                .collect_view(),
            refused_origins
                .into_iter()
                .map(|it| {
                    let origin = if it.origin.is_empty() { "–".into() } else { it.origin };
                    let name = move || fill(language().words().refused_from, &[&origin]);
                    fact(name, format::count(it.count))
                })
                .collect_view(),
        )),
    ))
}

/// One line: works, works not, or nothing was heard.
fn state(install: &Install) -> impl IntoView + use<> {
    let is_broken = install.findings.iter().any(|it| it.is_error);
    let last = install.last_beacon_at;
    let (tone, word): (Tone, fn(&'static crate::text::Words) -> &'static str) =
        match (is_broken, last) {
            (true, _) => (Tone::Bad, |words| words.tag_broken),
            (false, None) => (Tone::Plain, |words| words.tag_silent),
            (false, Some(_)) => (Tone::Good, |words| words.tag_works),
        };
    let heard = move || {
        let ago = format::ago(browser_now().saturating_sub(last?), language());
        Some(fill(language().words().last_beacon, &[&ago]))
    };
    html::p()
        .class("install-state")
        .role("status")
        .child((badge(tone, say(word)), html::span().class("lead").child(heard)))
}

/// What is wrong, in the operator's language; what this console does not know, as the collector says it.
fn finding(finding: InstallFinding) -> impl IntoView {
    let text = move || {
        let words = language().words();
        let known = match finding.code.as_str() {
            "site_off" => words.find_site_off,
            "nothing_arrives" => words.find_nothing_arrives,
            "refused_origins" => words.find_refused_origins,
            "only_packs" => words.find_only_packs,
            "kept_apart" => words.find_kept_apart,
            "no_wasm" => words.find_no_wasm,
            "silent" => words.find_silent,
            _ => return finding.message.clone(),
        };
        known.to_owned()
    };
    html::p().class("notice").child(text)
}

fn fact<T: IntoView + 'static>(
    name: impl Fn() -> T + Send + Sync + 'static,
    value: String,
) -> impl IntoView {
    html::div().child((html::dt().child(name), html::dd().child(value)))
}

/// What a consent is called.
pub(crate) fn consent_name(consent: &str, language: Language) -> String {
    let words = language.words();
    match consent {
        "unknown" => words.consent_unknown.into(),
        "measure" => words.consent_measure.into(),
        "personalise" => words.consent_personalise.into(),
        other => other.into(),
    }
}

/// Short enough to see the first beacon come in, milliseconds.
const EVERY_MS: u32 = 3_000;
