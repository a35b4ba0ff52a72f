//! What was said, with what colleagues noted between, and what can be done with it.

use leptos::{ev, html, prelude::*};
use nunchi_api::chat::Message;
use nunchi_api::inbox::{Conversation, Note, State};

use super::composer::composer;
use super::desk::desk;
use crate::preferences::{language, say};
use crate::text::Words;
use crate::ui::dialog::{self, confirm};
use crate::ui::pieces::{Tone, badge};

/// The thread of the conversation that is open.
pub(super) fn thread(id: u64) -> impl IntoView {
    html::section().class("thread").aria_label(say(|words| words.inbox_thread)).child((
        head(id),
        said(),
        composer(id),
    ))
}

/// Of the open conversation; `None` while there is none.
pub(super) fn of_open<T>(pick: impl FnOnce(&Conversation) -> T) -> Option<T> {
    desk().open.answer.with(|open| open.as_ref().map(pick))
}

fn head(id: u64) -> impl IntoView {
    let desk = desk();
    let state = Memo::new(move |_| {
        desk.open.answer.with(|it| it.as_ref().map(|it| (it.row.state, it.row.agent.clone())))
    });
    let transfer_open = RwSignal::new(false);
    let confirm = confirm();
    let ask_close = move || {
        let words = language_now().words();
        confirm.ask(words.inbox_close_ask.into(), words.inbox_close.into(), move || {
            desk.act("close", id);
        });
    };
    html::div().class("thread-head").child((
        html::h2().child(format!("#{id}")),
        move || {
            state.get().map(|(state, agent)| {
                let words = language().words();
                let text = if agent.is_empty() {
                    name(state, words).into()
                } else {
                    format!("{} · {agent}", name(state, words))
                };
                badge(tone(state), text)
            })
        },
        move || {
            let (state, agent) = state.get().unwrap_or_default();
            let is_mine = state == State::Open && agent == desk.me();
            html::span().class("thread-deeds").child((
                (!is_mine && state != State::Open).then(|| {
                    button("button", |words| words.inbox_accept, move || desk.act("accept", id))
                }),
                is_mine.then(|| {
                    (
                        button(
                            "button button-plain",
                            |words| words.inbox_transfer,
                            move || {
                                transfer_open.set(true);
                            },
                        ),
                        button("button button-plain", |words| words.inbox_close, ask_close),
                    )
                }),
            ))
        },
        transfer(id, transfer_open),
    ))
}

fn language_now() -> crate::text::Language {
    untrack(language)
}

fn button(
    class: &'static str,
    name: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> impl IntoView {
    html::button().r#type("button").class(class).on(ev::click, move |_| act()).child(say(name))
}

fn name(state: State, words: &Words) -> &'static str {
    match state {
        State::Bot => words.inbox_state_bot,
        State::Waiting => words.inbox_state_waiting,
        State::Open => words.inbox_state_open,
        State::Closed => words.inbox_state_closed,
    }
}

fn tone(state: State) -> Tone {
    match state {
        State::Bot | State::Closed => Tone::Plain,
        State::Waiting => Tone::Warn,
        State::Open => Tone::Good,
    }
}

/// Whom to hand it to: colleagues who are there first.
fn transfer(id: u64, open: RwSignal<bool>) -> impl IntoView {
    let desk = desk();
    let (agent, skill) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    dialog::dialog(
        "transfer",
        |words| words.inbox_transfer,
        open,
        move || {
            let me = desk.me();
            let mut agents = desk
                .inbox
                .with_untracked(|it| it.as_ref().map(|it| it.agents.clone()).unwrap_or_default());
            agents.retain(|it| it.name != me);
            agents.sort_by_key(|it| (!(it.is_there && it.is_available), it.talks));
            let words = untrack(language).words();
            let option = |it: nunchi_api::inbox::Agent| {
                let mark = if it.is_there && it.is_available { "●" } else { "○" };
                html::option()
                    .value(it.name.clone())
                    .child(format!("{mark} {} ({}/{})", it.name, it.talks, it.capacity))
            };
            (
                dialog::head(|words| words.inbox_transfer, open),
                html::label().class("field").child((
                    html::span().class("field-label").child(words.inbox_transfer_to),
                    html::select()
                        .on(ev::change, move |event| agent.set(event_target_value(&event)))
                        .child((
                            html::option().value("").child(words.inbox_anybody),
                            agents.into_iter().map(option).collect_view(),
                        )),
                )),
                html::label().class("field").child((
                    html::span().class("field-label").child(words.inbox_skill),
                    html::input()
                        .r#type("text")
                        .maxlength("64")
                        .on(ev::input, move |event| skill.set(event_target_value(&event))),
                )),
                html::div().class("dialog-foot").child(button(
                    "button",
                    |words| words.inbox_transfer,
                    move || {
                        desk.transfer(id, agent.get_untracked(), skill.get_untracked());
                        open.set(false);
                    },
                )),
            )
                .into_any()
        },
    )
}

fn said() -> impl IntoView {
    let desk = desk();
    let log = NodeRef::<html::Div>::new();
    let lines = Memo::new(move |_| of_open(lines).unwrap_or_default());
    let read_to = Memo::new(move |_| of_open(|it| it.read_to).flatten());
    Effect::new(move || {
        lines.track();
        desk.is_typing.track();
        let Some(log) = log.get() else { return };
        // When it has been laid out.
        request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
    });
    html::div().class("said").node_ref(log).tabindex("0").role("log").aria_label(say(|words| words.inbox_thread)).child((
        view! { <For each=move || lines.get() key=Line::key children=move |it| line(it, read_to) /> },
        move || {
            desk.is_typing.get().then(|| {
                html::div().class("line line-visitor line-typing").child(say(|words| words.inbox_typing))
            })
        },
    ))
}

/// One thing in the thread.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    Said(Message),
    Noted(usize, Note),
}

impl Line {
    fn at(&self) -> u64 {
        match self {
            Self::Said(message) => message.at,
            Self::Noted(_, note) => note.at,
        }
    }

    fn key(&self) -> (bool, usize) {
        match self {
            Self::Said(message) => (false, message.number as usize),
            Self::Noted(place, _) => (true, *place),
        }
    }
}

/// What was said and noted, by time; a note stands behind what was said at the same time.
fn lines(of: &Conversation) -> Vec<Line> {
    let mut lines: Vec<Line> = of.messages.iter().cloned().map(Line::Said).collect();
    lines
        .extend(of.notes.iter().cloned().enumerate().map(|(place, note)| Line::Noted(place, note)));
    lines.sort_by_key(Line::at);
    lines
}

fn line(line: Line, read_to: Memo<Option<u32>>) -> impl IntoView {
    let at = line.at();
    let (class, by, text, number) = match line {
        Line::Said(it) => {
            (format!("line line-{}", it.from), author(&it), it.text, Some((it.number, it.from)))
        }
        Line::Noted(_, it) => ("line line-note".into(), it.by, it.text, None),
    };
    let is_note = number.is_none();
    let is_read = move || {
        let is_mine = number.as_ref().is_some_and(|(_, from)| from == "agent");
        let number = number.as_ref().map(|(number, _)| *number);
        (is_mine && read_to.get() >= number)
            .then(|| html::span().class("line-read").child(say(|words| words.inbox_read)))
    };
    html::div()
        .class(class)
        .child((
            html::span().class("line-by").child((
                is_note.then(|| html::span().child(say(|words| words.inbox_note))),
                html::span().child(move || by_name(&by)),
                html::time().child(move || super::context::clock(at)),
                is_read,
            )),
            html::p().dir("auto").child(text),
        ))
        .into_any()
}

fn author(message: &Message) -> String {
    if message.by.is_empty() { message.from.clone() } else { message.by.clone() }
}

fn by_name(by: &str) -> String {
    let words = language().words();
    match by {
        "visitor" => words.who.into(),
        "bot" => words.inbox_the_bot.into(),
        name => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_stand_between_messages_where_they_were_written() {
        let message = |number, at| Message { number, at, ..Message::default() };
        let of = Conversation {
            messages: vec![message(0, 10), message(1, 20)],
            notes: vec![Note { at: 15, ..Note::default() }, Note { at: 20, ..Note::default() }],
            ..Conversation::default()
        };
        let keys: Vec<_> = lines(&of).iter().map(Line::key).collect();
        assert_eq!(keys, [(false, 0), (true, 0), (false, 1), (true, 1)]);
    }
}
