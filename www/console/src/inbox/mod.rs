//! The inbox: who waits, the thread, what is known of the visitor beside it. On a phone one at a time.
//!
//! Pure: `order` (who first, in which group), `slots` (places in canned replies). `desk` holds what is
//! known and `line` hears what changes; the rest draws.

mod composer;
mod context;
pub(crate) mod desk;
mod gaps;
mod line;
mod office;
mod order;
mod presence;
mod queue;
mod slots;
mod thread;

use leptos::{html, prelude::*};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::preferences::{language, say};
use crate::ui::pieces;
use crate::ui::{self, icon};
use desk::desk;

/// The view. What is open stands in the address, so that it can be shared and gone back to:
/// `/console/inbox`, `/console/inbox/12`, `/console/inbox/gaps`.
pub(crate) fn view() -> impl IntoView {
    let here = use_location().pathname;
    let part = Memo::new(move |_| here.with(|here| Part::of(here)));
    let desk = desk();
    Effect::new(move || {
        desk.chosen.set(match part.get() {
            Part::Talk(id) => Some(id),
            Part::List | Part::Gaps => None,
        });
    });
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(id) = desk.moved.get() {
            desk.moved.set(None);
            navigate(&format!("{LIST}/{id}"), NavigateOptions::default());
        }
    });
    on_cleanup(move || {
        desk.chosen.try_set(None);
    });
    html::div().class("inbox").child((
        pieces::heading(
            |words| words.inbox,
            |words| words.inbox_lead,
            (office::office(), presence::presence()),
        ),
        move || {
            let words = language().words();
            let tabs = vec![(LIST.into(), words.inbox_talks), (GAPS.into(), words.inbox_gaps)];
            let here = if part.get() == Part::Gaps { GAPS } else { LIST };
            pieces::tabs(|words| words.inbox, tabs, here)
        },
        move || match part.get() {
            Part::Gaps => gaps::gaps().into_any(),
            Part::List | Part::Talk(_) => talks(part).into_any(),
        },
    ))
}

/// Which part of the view an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    List,
    Talk(u64),
    Gaps,
}

impl Part {
    fn of(address: &str) -> Self {
        let rest = address.trim_end_matches('/').strip_prefix(LIST).unwrap_or_default();
        match rest.trim_start_matches('/') {
            "gaps" => Self::Gaps,
            rest => rest.parse().map_or(Self::List, Self::Talk),
        }
    }
}

fn talks(part: Memo<Part>) -> impl IntoView {
    let desk = desk();
    let is_known = Memo::new(move |_| desk.inbox.with(Option::is_some));
    move || {
        if !is_known.get() {
            return ui::loading().into_any();
        }
        let class = move || match part.get() {
            Part::Talk(_) => "talks talks-open",
            Part::List | Part::Gaps => "talks",
        };
        html::div()
            .class(class)
            .child((queue::queue(), html::div().class("talk card").child(move || talk(part.get()))))
            .into_any()
    }
}

fn talk(part: Part) -> AnyView {
    let desk = desk();
    if !matches!(part, Part::Talk(_)) {
        return ui::empty(say(|words| words.inbox_choose), say(|words| words.inbox_choose_lead))
            .into_any();
    }
    let id = Memo::new(move |_| desk.open.answer.with(|it| it.as_ref().map(|it| it.row.id)));
    (move || match (id.get(), desk.open.error.get()) {
        (None, Some(error)) => ui::failed(error, move || desk.refresh()).into_any(),
        (None, None) => ui::loading().into_any(),
        (Some(id), _) => (
            html::a()
                .class("talk-back")
                .href(LIST)
                .child((icon::icon(icon::BACK), html::span().child(say(|words| words.inbox_back)))),
            thread::thread(id),
            context::context(),
        )
            .into_any(),
    })
    .into_any()
}

const LIST: &str = "/console/inbox";
const GAPS: &str = "/console/inbox/gaps";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_open() {
        let parts = [
            "/console/inbox",
            "/console/inbox/",
            "/console/inbox/12",
            "/console/inbox/gaps/",
            "/console/inbox/x",
        ];
        assert_eq!(
            parts.map(Part::of),
            [Part::List, Part::List, Part::Talk(12), Part::Gaps, Part::List]
        );
    }
}
