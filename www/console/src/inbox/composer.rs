//! Where an operator writes: an answer or a note, with canned replies beside it.

use leptos::{ev, html, prelude::*};
use nunchi_api::inbox::{Replies, Reply, State};

use super::desk::desk;
use super::slots::{SLOTS, filled};
use super::thread::of_open;
use crate::api;
use crate::preferences::{language, preferences, say};
use crate::text::fill;
use crate::ui::dialog;
use crate::ui::question::Question;

/// Below the thread. What is written here stays until it is kept.
pub(super) fn composer(id: u64) -> impl IntoView {
    let desk = desk();
    let text = RwSignal::new(String::new());
    let is_note = RwSignal::new(false);
    let may_say = Memo::new(move |_| {
        let me = desk.me();
        of_open(|it| it.row.state == State::Open && it.row.agent == me).unwrap_or_default()
    });
    // Without the conversation only colleagues can be written to.
    let notes = Memo::new(move |_| is_note.get() || !may_say.get());
    let send = move || {
        let written = text.get_untracked().trim().to_owned();
        if !written.is_empty() {
            let deed = if notes.get_untracked() { "note" } else { "say" };
            desk.say(deed, id, written, move || text.set(String::new()));
        }
    };
    let told_at = StoredValue::new(0_u64);
    let on_input = move |event| {
        text.set(event_target_value(&event));
        let now = crate::live::browser_now();
        if !notes.get_untracked() && now.saturating_sub(told_at.get_value()) > TOLD_EVERY_MS {
            told_at.set_value(now);
            desk.act("typing", id);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // Enter within an input method chooses a syllable.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let label = move || {
        let words = language().words();
        if notes.get() { words.inbox_write_note } else { words.inbox_write }
    };
    html::div().class("composer").class(("composer-note", move || notes.get())).child((
        html::textarea()
            .rows("3")
            .maxlength("2000")
            .dir("auto")
            .aria_label(label)
            .placeholder(label)
            .prop("value", move || text.get())
            .on(ev::input, on_input)
            .on(ev::keydown, on_key),
        html::div().class("composer-foot").child((
            html::label().child((
                html::input()
                    .r#type("checkbox")
                    .prop("checked", move || notes.get())
                    .prop("disabled", move || !may_say.get())
                    .on(ev::change, move |event| is_note.set(event_target_checked(&event))),
                html::span().child(say(|words| words.inbox_note)),
            )),
            canned(text),
            html::button()
                .r#type("button")
                .class("button")
                .on(ev::click, move |_| send())
                .child(say(|words| words.inbox_send)),
        )),
    ))
}

/// Replies that are often given, and where they are written.
fn canned(text: RwSignal<String>) -> impl IntoView {
    let desk = desk();
    let site = preferences().site;
    let replies = Question::<Replies>::new();
    Effect::new(move || {
        let site = site.get();
        replies
            .ask(async move { api::get("/api/conversations/replies", &[("site", &site)]).await });
    });
    let known = move || replies.answer.get().map(|it| it.replies).unwrap_or_default();
    let choose = move |event| {
        let place: Option<usize> = event_target_value(&event).parse().ok();
        let reply = place.and_then(|place| known().into_iter().nth(place));
        if let Some(reply) = reply {
            let me = desk.me();
            let reply = of_open(|open| filled(&reply.text, open, &me)).unwrap_or(reply.text);
            text.update(|text| {
                if !text.is_empty() && !text.ends_with([' ', '\n']) {
                    text.push(' ');
                }
                text.push_str(&reply);
            });
        }
    };
    let is_editing = RwSignal::new(false);
    let option =
        |(place, reply): (usize, Reply)| html::option().value(place.to_string()).child(reply.title);
    html::span().class("canned").child((
        html::select()
            .aria_label(say(|words| words.inbox_canned))
            .prop("value", "")
            .on(ev::change, choose)
            .child((html::option().value("").child(say(|words| words.inbox_canned)), move || {
                known().into_iter().enumerate().map(option).collect_view()
            })),
        html::button()
            .r#type("button")
            .class("quiet")
            .on(ev::click, move |_| is_editing.set(true))
            .child(say(|words| words.inbox_canned_edit)),
        editor(replies, is_editing),
    ))
}

/// All of them as one text: a title, a colon, the reply; one a line.
fn editor(replies: Question<Replies>, open: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    let site = preferences().site;
    dialog::dialog(
        "canned-editor",
        |words| words.inbox_canned,
        open,
        move || {
            let known = replies.answer.get_untracked().map(|it| it.replies).unwrap_or_default();
            let text = RwSignal::new(written(&known));
            let save = move |_| {
                let put =
                    Replies { site: site.get_untracked(), replies: read(&text.get_untracked()) };
                desk.send("/api/conversations/replies".into(), put.clone());
                replies.answer.set(Some(put));
                open.set(false);
            };
            let help = fill(untrack(language).words().inbox_canned_help, &[SLOTS]);
            (
                dialog::head(|words| words.inbox_canned, open),
                html::p().class("hint").child(help),
                html::textarea()
                    .class("input")
                    .rows("10")
                    .aria_label(say(|words| words.inbox_canned))
                    .prop("value", text.get_untracked())
                    .on(ev::input, move |event| text.set(event_target_value(&event))),
                dialog::save(save),
            )
                .into_any()
        },
    )
}

fn written(replies: &[Reply]) -> String {
    replies.iter().flat_map(|it| [&*it.title, ": ", &*it.text, "\n"]).collect()
}

fn read(text: &str) -> Vec<Reply> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let replies =
        lines.map(|(title, text)| Reply { title: title.trim().into(), text: text.trim().into() });
    replies.filter(|it| !it.title.is_empty() && !it.text.is_empty()).collect()
}

/// Between two signs that the operator writes, milliseconds: pages show one for six seconds.
const TOLD_EVERY_MS: u64 = 4_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_written_a_line_each_and_read_back() {
        let text = "Hello: Hello, I am {agent.name}.\n\nno colon\n: no title\nReturn: Within 14 days: yes.\n";
        let replies = read(text);
        assert_eq!(
            written(&replies),
            "Hello: Hello, I am {agent.name}.\nReturn: Within 14 days: yes.\n"
        );
        assert_eq!(read(&written(&replies)), replies);
    }
}
