//! The list at the side: who waits, for how long, and what they said last.

use leptos::{html, prelude::*};
use nunchi_api::inbox::Row;

use super::desk::desk;
use super::order::{Group, ids};
use crate::live::live;
use crate::preferences::{language, say};
use crate::text::{Language, Words, fill, format, names};
use crate::ui::pieces::{Tone, badge};

/// The list.
pub(super) fn queue() -> impl IntoView {
    let desk = desk();
    let is_empty =
        Memo::new(move |_| desk.inbox.with(|it| it.as_ref().is_none_or(|it| it.rows.is_empty())));
    html::nav().class("queue").aria_label(say(|words| words.inbox_talks)).child((
        Group::ALL.map(group).into_iter().collect_view(),
        move || {
            is_empty
                .get()
                .then(|| html::p().class("hint queue-empty").child(say(|words| words.inbox_none)))
        },
    ))
}

fn group(group: Group) -> impl IntoView {
    let (desk, live) = (desk(), live());
    // By the second, for the order; a row changes by itself.
    let rows = Memo::new(move |_| {
        let now = live.now.get();
        desk.inbox.with(|inbox| {
            inbox.as_ref().map(|it| ids(&it.rows, group, &it.me, now)).unwrap_or_default()
        })
    });
    let count = Memo::new(move |_| rows.with(Vec::len));
    move || {
        (count.get() > 0).then(|| {
            html::section().class("queue-group").child((
                html::h2().child((
                    move || title(group, language().words()),
                    html::span().class("queue-count").child(move || count.get()),
                )),
                html::ul().child(view! {
                    <For each=move || rows.get() key=|id| *id children=row />
                }),
            ))
        })
    }
}

fn title(group: Group, words: &'static Words) -> &'static str {
    match group {
        Group::Waiting => words.inbox_waiting,
        Group::Mine => words.inbox_mine,
        Group::Others => words.inbox_others,
        Group::Bot => words.inbox_bot,
        Group::Closed => words.inbox_closed,
    }
}

fn row(id: u64) -> impl IntoView {
    let (desk, live) = (desk(), live());
    let row = Memo::new(move |_| {
        desk.inbox.with(|inbox| {
            inbox.as_ref().and_then(|it| it.rows.iter().find(|row| row.id == id).cloned())
        })
    });
    let text = move |pick: fn(&Row, Language) -> String| {
        move || row.with(|row| row.as_ref().map(|row| pick(row, language())).unwrap_or_default())
    };
    let unread = move || {
        let unread = row.with(|row| row.as_ref().map_or(0, |row| row.unread));
        (unread > 0).then(|| badge(Tone::Accent, unread.to_string()))
    };
    let waits = move || {
        let since = row.with(|row| row.as_ref().map_or(0, |row| row.waiting_since));
        (since > 0).then(|| {
            let ms = live.now.get().saturating_sub(since);
            let tone = if ms >= LONG_MS { Tone::Bad } else { Tone::Warn };
            let text = fill(
                language().words().inbox_waits,
                &[&format::span(ms / 1_000 * 1_000, language())],
            );
            badge(tone, text)
        })
    };
    let for_me = move || {
        let is_mine = row.with(|row| {
            row.as_ref().is_some_and(|row| !row.offered.is_empty() && row.offered == desk.me())
        });
        is_mine.then(|| badge(Tone::Good, say(|words| words.inbox_for_you)))
    };
    let is_chosen = move || (desk.chosen.get() == Some(id)).then_some("page");
    html::li()
        .child(
            html::a()
                .class("queue-row")
                .href(format!("/console/inbox/{id}"))
                .attr("aria-current", is_chosen)
                .child((
                    html::span().class("queue-top").child((
                        html::span().class("queue-who").child(text(who)),
                        for_me,
                        unread,
                        waits,
                    )),
                    html::span()
                        .class("queue-last")
                        .dir("auto")
                        .child(text(|row, _| row.last_text.clone())),
                    html::span().class("queue-why").child(text(why)),
                )),
        )
        .into_any()
}

/// `#12 · ko · /cart`.
fn who(row: &Row, _: Language) -> String {
    let mut who = vec![format!("#{}", row.id), row.language.clone(), row.path.clone()];
    if !row.agent.is_empty() {
        who.push(row.agent.clone());
    }
    if row.callback_at > 0 {
        who.push(format!("☎ {}", super::context::clock_with_day(row.callback_at)));
    }
    if row.rating > 0 {
        who.push(format!("★{}", row.rating));
    }
    who.join(" · ")
}

/// Why they need a person, in words.
fn why(row: &Row, language: Language) -> String {
    let mut why: Vec<String> = row.reasons.iter().map(|it| names::need(it, language)).collect();
    if !row.skill.is_empty() {
        why.insert(0, row.skill.clone());
    }
    why.join(" · ")
}

/// From here on visitors leave: the third step of waiting (DESIGN: 30, 80, 180 s), milliseconds.
const LONG_MS: u64 = 180_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_who_where_and_why() {
        let row = Row {
            id: 12,
            language: "ko".into(),
            path: "/cart".into(),
            agent: "Kim".into(),
            skill: "returns".into(),
            reasons: vec!["mood_annoyed".into(), "cart".into()],
            rating: 4,
            ..Row::default()
        };
        assert_eq!(who(&row, Language::En), "#12 · ko · /cart · Kim · ★4");
        assert_eq!(why(&row, Language::En), "returns · annoyed · with a cart");
        assert_eq!(why(&row, Language::Ko), "returns · 짜증 남 · 장바구니 있음");
    }
}
