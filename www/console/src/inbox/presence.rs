//! The switch: available or away, and how one wants to be found.

use leptos::{ev, html, prelude::*};
use nunchi_api::inbox::{Agent, CAPACITY_MAX, Presence};

use super::desk::desk;
use crate::preferences::{language, say};
use crate::ui::pieces::{self, Tone, badge};
use crate::ui::{dialog, icon};

/// At the right of the heading.
pub(super) fn presence() -> impl IntoView {
    let desk = desk();
    let me = Memo::new(move |_| desk.my_presence());
    let is_open = RwSignal::new(false);
    let toggle = move |_| {
        let me = me.get_untracked();
        desk.be(Presence { is_available: !me.is_available, ..as_presence(&me) });
    };
    (
        move || (!desk.is_live.get()).then(|| badge(Tone::Bad, say(|words| words.inbox_offline))),
        html::button()
            .r#type("button")
            .class("button presence")
            .class(("button-plain", move || !me.get().is_available))
            .attr("role", "switch")
            .attr("aria-checked", move || if me.get().is_available { "true" } else { "false" })
            .on(ev::click, toggle)
            .child(move || {
                let words = language().words();
                if me.get().is_available { words.inbox_available } else { words.inbox_away }
            }),
        pieces::tool(icon::SETTINGS, |words| words.inbox_presence, move || is_open.set(true)),
        settings(is_open),
    )
}

fn as_presence(agent: &Agent) -> Presence {
    Presence {
        is_available: agent.is_available,
        capacity: agent.capacity.clamp(1, CAPACITY_MAX),
        languages: agent.languages.clone(),
        skills: agent.skills.clone(),
        public_name: agent.public_name.clone(),
    }
}

fn settings(open: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    dialog::dialog(
        "presence-settings",
        |words| words.inbox_presence,
        open,
        move || {
            let me = untrack(|| desk.my_presence());
            let capacity = RwSignal::new(me.capacity.to_string());
            let languages = RwSignal::new(me.languages.join(", "));
            let skills = RwSignal::new(me.skills.join(", "));
            let public_name = RwSignal::new(me.public_name.clone());
            let save = move |_| {
                let me = untrack(|| desk.my_presence());
                let capacity = capacity.get_untracked().parse().unwrap_or(me.capacity);
                desk.be(Presence {
                    is_available: me.is_available,
                    capacity: u16::clamp(capacity, 1, CAPACITY_MAX),
                    languages: names(&languages.get_untracked()),
                    skills: names(&skills.get_untracked()),
                    public_name: public_name.get_untracked().trim().to_owned(),
                });
                open.set(false);
            };
            (
                dialog::head(|words| words.inbox_presence, open),
                pieces::field(
                    |words| words.inbox_public_name,
                    text(public_name),
                    say(|words| words.inbox_public_name_help),
                ),
                pieces::field(
                    |words| words.inbox_capacity,
                    html::input()
                        .r#type("number")
                        .attr("min", "1")
                        .attr("max", CAPACITY_MAX.to_string())
                        .prop("value", capacity.get_untracked())
                        .on(ev::input, move |event| capacity.set(event_target_value(&event))),
                    (),
                ),
                pieces::field(
                    |words| words.inbox_languages,
                    text(languages),
                    say(|words| words.inbox_languages_help),
                ),
                pieces::field(
                    |words| words.inbox_skills,
                    text(skills),
                    say(|words| words.inbox_skills_help),
                ),
                dialog::save(save),
            )
                .into_any()
        },
    )
}

fn text(value: RwSignal<String>) -> impl IntoView {
    html::input()
        .r#type("text")
        .prop("value", value.get_untracked())
        .on(ev::input, move |event| value.set(event_target_value(&event)))
}

/// Names parted by commas.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_parted_by_commas() {
        assert_eq!(super::names(" ko, en ,, "), ["ko", "en"]);
    }
}
