//! What is wrong with it, as one types: asked a moment after the last key.

use leptos::{html, prelude::*};
use nunchi_api::publishing::{Finding, Linted, Written};

use super::edit::Edited;
use crate::api;
use crate::preferences::{language, preferences, say};
use crate::text::{Language, fill, format};
use crate::ui::pieces::{Tone, badge};
use crate::ui::question::Question;

/// Asks whenever the campaign was changed and then left alone for a moment.
pub(super) fn watch(edited: Edited) -> Question<Linted> {
    let question = Question::<Linted>::new();
    let site = preferences().site;
    edited.when_left_alone(move || ask(edited, question, site));
    question
}

fn ask(edited: Edited, question: Question<Linted>, site: RwSignal<String>) {
    let Some(json) = edited.json.try_with_untracked(ToString::to_string) else { return };
    let site = site.get_untracked();
    question.ask(async move { api::post("/api/campaigns/lint", &Written { site, json }).await });
}

/// Findings that belong beside one part of the form.
pub(super) fn beside(question: Question<Linted>, part: Part) -> impl IntoView {
    move || {
        let linted = question.answer.get()?;
        let error = linted.error.filter(|_| part == Part::Trigger);
        let found = linted.findings.into_iter().filter(|it| Part::of(&it.code) == part);
        Some(html::div().class("findings").attr("aria-live", "polite").child((
            error.map(|error| html::p().class("notice").child(error)),
            found.map(finding).collect_view(),
        )))
    }
}

/// What it costs every page.
pub(super) fn cost(question: Question<Linted>) -> impl IntoView {
    move || {
        let linted = question.answer.get().filter(|it| it.error.is_none())?;
        let (bytes, all) = (format::count(linted.bytes), format::count(linted.pack_bytes));
        Some(html::p().class("hint").child(fill(language().words().campaign_cost, &[&bytes, &all])))
    }
}

/// Whether it can be published as it is.
pub(super) fn is_fit(linted: &Linted) -> bool {
    linted.error.is_none() && linted.findings.iter().all(|it| it.severity != "error")
}

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Trigger,
    Texts,
    Limits,
}

impl Part {
    fn of(code: &str) -> Self {
        let is_text = ["text", "language", "says", "variant", "slot", "contrast"];
        if is_text.iter().any(|it| code.contains(it)) {
            Self::Texts
        } else if code.starts_with("cap_") || code.starts_with("cooldown") {
            Self::Limits
        } else {
            Self::Trigger
        }
    }
}

fn finding(finding: Finding) -> impl IntoView {
    let (tone, name): (Tone, fn(&'static crate::text::Words) -> &'static str) =
        match finding.severity.as_str() {
            "error" => (Tone::Bad, |words| words.lint_error),
            "warning" => (Tone::Warn, |words| words.lint_warning),
            _ => (Tone::Plain, |words| words.lint_hint),
        };
    let message = move || match language() {
        Language::Ko if !finding.korean.is_empty() => finding.korean.clone(),
        Language::Ko | Language::En => finding.message.clone(),
    };
    html::p().class("finding").child((badge(tone, say(name)), " ", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_stands_beside_what_it_is_about() {
        for (code, part) in [
            ("never_fires", Part::Trigger),
            ("text_too_long", Part::Texts),
            ("missing_language", Part::Texts),
            ("unused_variant", Part::Texts),
            ("cap_never_reached", Part::Limits),
            ("cooldown_forgotten", Part::Limits),
            ("something_new", Part::Trigger),
        ] {
            assert_eq!(Part::of(code), part, "{code}");
        }
    }
}
