//! What visitors asked and the bot could not answer, like questions together; each can become an entry.

use leptos::{ev, html, prelude::*, task::spawn_local};
use nunchi_api::knowledge::{Draft, Entry, Gap, Gaps, PutEntry};

use crate::api;
use crate::preferences::{language, preferences, say};
use crate::text::{fill, format};
use crate::ui::dialog;
use crate::ui::question::Question;
use crate::ui::toast::toasts;
use crate::ui::{self};

/// The list.
pub(super) fn gaps() -> impl IntoView {
    let site = preferences().site;
    let gaps = Question::<Gaps>::new();
    let load = move || {
        let site = site.get();
        gaps.ask(async move { api::get("/api/knowledge/gaps", &[("site", &site)]).await });
    };
    Effect::new(load);
    let draft = RwSignal::new(None::<Entry>);
    let is_open = RwSignal::new(false);
    html::div().class("gaps").child((
        move || match (gaps.answer.get(), gaps.error.get()) {
            (None, Some(error)) => ui::failed(error, load).into_any(),
            (None, None) => ui::loading().into_any(),
            (Some(found), _) if found.rows.is_empty() => {
                ui::empty(say(|words| words.gaps_none), say(|words| words.gaps_none_lead))
                    .into_any()
            }
            (Some(found), _) => list(found, draft, is_open).into_any(),
        },
        editor(draft, is_open, load),
    ))
}

fn list(found: Gaps, draft: RwSignal<Option<Entry>>, is_open: RwSignal<bool>) -> impl IntoView {
    let words = language().words();
    let counted = [found.looked_at.to_string(), found.answered_since.to_string()];
    let counted = fill(words.gaps_counted, &[&counted[0], &counted[1]]);
    html::section().class("card").child((
        html::p().class("lead").child(counted),
        html::ul()
            .class("gap-list")
            .child(found.rows.into_iter().map(|gap| row(gap, draft, is_open)).collect_view()),
    ))
}

fn row(gap: Gap, draft: RwSignal<Option<Entry>>, is_open: RwSignal<bool>) -> impl IntoView {
    let (words, toasts) = (language().words(), toasts());
    let site = preferences().site;
    let now = crate::live::live().now.get_untracked();
    let times = [gap.asked.to_string(), gap.conversations.to_string()];
    let times = fill(words.gaps_asked, &[&times[0], &times[1]]);
    let last = format::ago(now.saturating_sub(gap.last_at), language());
    let question = gap.question.clone();
    let current = untrack(language);
    let make = move |_| {
        let ask = Draft { site: site.get_untracked(), question: question.clone() };
        spawn_local(async move {
            match api::post::<Entry>("/api/knowledge/draft", &ask).await {
                Ok(entry) => {
                    draft.set(Some(entry));
                    is_open.set(true);
                }
                Err(error) => toasts.say(error.say(current)),
            }
        });
    };
    html::li().child((
        html::div().class("gap-asked").child((
            html::strong().dir("auto").child(gap.question),
            html::span().class("hint").child(format!("{} · {times} · {last}", gap.language)),
            html::span().class("hint").dir("auto").child(gap.others.join(" · ")),
        )),
        html::button()
            .r#type("button")
            .class("button button-plain")
            .on(ev::click, make)
            .child(if gap.draft.is_some() { words.gaps_go_on } else { words.gaps_make }),
    ))
}

/// The draft, to be answered and published.
fn editor(
    draft: RwSignal<Option<Entry>>,
    open: RwSignal<bool>,
    reload: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let site = preferences().site;
    dialog::dialog(
        "gap-editor",
        |words| words.gaps_make,
        open,
        move || {
            let Some(entry) = draft.get_untracked() else { return ().into_any() };
            let toasts = toasts();
            let answers = RwSignal::new(entry.texts.clone());
            let current = untrack(language);
            let field = move |(tag, text): (String, nunchi_api::knowledge::Text)| {
                let asked = text.questions.join("\n");
                let key = tag.clone();
                html::div().class("field").child((
                    html::span().class("field-label").child(tag.clone()),
                    html::pre().class("gap-questions").dir("auto").child(asked),
                    html::textarea()
                        .class("input")
                        .rows("4")
                        .maxlength("2000")
                        .dir("auto")
                        .aria_label(format!("{} ({tag})", current.words().gaps_answer))
                        .placeholder(current.words().gaps_answer)
                        .prop("value", text.answer)
                        .on(ev::input, move |event| {
                            answers.update(|answers| {
                                if let Some(text) = answers.get_mut(&key) {
                                    text.answer = event_target_value(&event);
                                }
                            });
                        }),
                ))
            };
            let publish = {
                let entry = entry.clone();
                move |_| {
                    let mut texts = answers.get_untracked();
                    texts.retain(|_, text| !text.answer.trim().is_empty());
                    let entry = Entry { texts, is_draft: false, ..entry.clone() };
                    let put = PutEntry { site: site.get_untracked(), entry };
                    spawn_local(async move {
                        match api::tell("/api/knowledge", &put).await {
                            Ok(()) => {
                                open.set(false);
                                toasts.say(current.words().gaps_published);
                                reload();
                            }
                            Err(error) => toasts.say(error.say(current)),
                        }
                    });
                }
            };
            (
                dialog::head(|words| words.gaps_make, open),
                entry.texts.into_iter().map(field).collect_view(),
                html::div().class("dialog-foot").child(
                    html::button()
                        .r#type("button")
                        .class("button")
                        .on(ev::click, publish)
                        .child(say(|words| words.gaps_publish)),
                ),
            )
                .into_any()
        },
    )
}
