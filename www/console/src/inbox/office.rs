//! When people answer, what is said at other times, and which pages are about what.

use std::collections::BTreeMap;

use leptos::{ev, html, prelude::*, task::spawn_local};
use nunchi_api::inbox::{
    CALL_DAYS_MAX, CALL_MINUTES, CALLS_AT_ONCE_MAX, Office, Opening, PageSkill,
};

use super::desk::desk;
use crate::api;
use crate::preferences::{language, preferences, say};
use crate::ui::dialog;
use crate::ui::pieces::{self, tool};
use crate::ui::{icon, toast::toasts};

/// The button and its dialog.
pub(super) fn office() -> impl IntoView {
    let site = preferences().site;
    let (known, is_open) = (RwSignal::new(None::<Office>), RwSignal::new(false));
    let (toasts, desk) = (toasts(), desk());
    let load = move || {
        let (site, language) = (site.get_untracked(), untrack(language));
        spawn_local(async move {
            match api::get("/api/conversations/office", &[("site", &site)]).await {
                Ok(office) => {
                    known.set(Some(office));
                    is_open.set(true);
                }
                Err(error) => toasts.say(error.say(language)),
            }
        });
    };
    (
        tool(icon::CLOCK, |words| words.office, load),
        dialog::dialog(
            "office",
            |words| words.office,
            is_open,
            move || {
                let office = known.get_untracked().unwrap_or_default();
                let (hours, closed) = (
                    RwSignal::new(hours(&office.openings)),
                    RwSignal::new(office.closed.join(", ")),
                );
                let pages = RwSignal::new(pages(&office.pages));
                let calls = RwSignal::new(calls(&office));
                let said =
                    |tag: &str| RwSignal::new(office.offline.get(tag).cloned().unwrap_or_default());
                let (ko, en) = (said("ko"), said("en"));
                let save = move |_| {
                    let Some(openings) = read_hours(&hours.get_untracked()) else {
                        toasts.say(untrack(language).words().office_unreadable);
                        return;
                    };
                    let calls = read_calls(&calls.get_untracked());
                    let Some([call_min, calls_at_once, call_days]) = calls else {
                        toasts.say(untrack(language).words().office_calls_unreadable);
                        return;
                    };
                    let offline = [("ko", ko), ("en", en)]
                        .map(|(tag, it)| (tag.to_owned(), it.get_untracked()));
                    desk.send(
                        "/api/conversations/office".into(),
                        Office {
                            site: site.get_untracked(),
                            openings,
                            closed: parted(&closed.get_untracked()),
                            offline: offline
                                .into_iter()
                                .filter(|it| !it.1.trim().is_empty())
                                .collect::<BTreeMap<_, _>>(),
                            pages: read_pages(&pages.get_untracked()),
                            call_min,
                            calls_at_once,
                            call_days,
                        },
                    );
                    is_open.set(false);
                };
                (
                    dialog::head(|words| words.office, is_open),
                    pieces::field(
                        |words| words.office_hours,
                        area(hours, 5),
                        say(|words| words.office_hours_help),
                    ),
                    pieces::field(
                        |words| words.office_closed,
                        line(closed),
                        say(|words| words.office_closed_help),
                    ),
                    pieces::field(
                        |words| words.office_calls,
                        line(calls),
                        say(|words| words.office_calls_help),
                    ),
                    pieces::field(|words| words.office_offline_ko, area(ko, 2), ()),
                    pieces::field(|words| words.office_offline_en, area(en, 2), ()),
                    pieces::field(
                        |words| words.office_pages,
                        area(pages, 3),
                        say(|words| words.office_pages_help),
                    ),
                    dialog::save(save),
                )
                    .into_any()
            },
        ),
    )
}

fn area(value: RwSignal<String>, rows: u32) -> impl IntoView {
    html::textarea()
        .rows(rows.to_string())
        .prop("value", value.get_untracked())
        .on(ev::input, move |event| value.set(event_target_value(&event)))
}

fn line(value: RwSignal<String>) -> impl IntoView {
    html::input()
        .r#type("text")
        .prop("value", value.get_untracked())
        .on(ev::input, move |event| value.set(event_target_value(&event)))
}

fn parted(text: &str) -> Vec<String> {
    text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// Minutes of a call back, calls at once, days ahead: `30, 2, 7`; empty where the site chose none.
fn calls(office: &Office) -> String {
    let Office { call_min, calls_at_once, call_days, .. } = office;
    if [call_min, calls_at_once, call_days] == [&0; 3] {
        return String::new();
    }
    format!("{call_min}, {calls_at_once}, {call_days}")
}

/// Reads them; `None` for what the collector would refuse.
fn read_calls(text: &str) -> Option<[u16; 3]> {
    if text.trim().is_empty() {
        return Some([0; 3]);
    }
    let numbers = text.split(',').map(|it| it.trim().parse()).collect::<Result<Vec<u16>, _>>();
    let read: [u16; 3] = numbers.ok()?.try_into().ok()?;
    let [minutes, at_once, days] = read;
    let is_fit = (minutes == 0 || CALL_MINUTES.contains(&minutes))
        && at_once <= CALLS_AT_ONCE_MAX
        && days <= CALL_DAYS_MAX;
    is_fit.then_some(read)
}

/// `Mon 09:00-18:00`, a line each.
fn hours(openings: &[Opening]) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let line = |it: &Opening| {
        let day = DAYS.get(usize::from(it.day)).copied().unwrap_or_default();
        format!("{day} {}-{}\n", clock(it.from_min), clock(it.to_min))
    };
    openings.iter().flat_map(|it| line(it).chars().collect::<Vec<_>>()).collect()
}

/// Reads them; several days may be named at once: `Mon-Fri 09:00-18:00`. `None` for what is no hours.
fn read_hours(text: &str) -> Option<Vec<Opening>> {
    let mut openings = Vec::new();
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (days, span) = line.split_once(' ')?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (from, to) = span.split_once('-')?;
        let (from_min, to_min) = (minute(from)?, minute(to)?);
        for day in day(first)?..=day(last)? {
            openings.push(Opening { day, from_min, to_min });
        }
    }
    Some(openings)
}

fn day(name: &str) -> Option<u8> {
    let found = DAYS.iter().position(|it| it.eq_ignore_ascii_case(name));
    let found = found.or_else(|| DAYS_KO.iter().position(|it| *it == name))?;
    u8::try_from(found).ok()
}

fn minute(clock: &str) -> Option<u16> {
    let (hour, minute) = clock.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}

fn pages(pages: &[PageSkill]) -> String {
    pages.iter().flat_map(|it| [&*it.path, ": ", &*it.skill, "\n"]).collect()
}

fn read_pages(text: &str) -> Vec<PageSkill> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let read = lines
        .map(|(path, skill)| PageSkill { path: path.trim().into(), skill: skill.trim().into() });
    read.filter(|it| !it.path.is_empty() && !it.skill.is_empty()).collect()
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAYS_KO: [&str; 7] = ["월", "화", "수", "목", "금", "토", "일"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_back_are_three_numbers_or_none() {
        assert_eq!(read_calls("30, 2,7"), Some([30, 2, 7]));
        assert_eq!(read_calls(" "), Some([0; 3]));
        for wrong in ["30", "25, 2, 7", "30, 51, 7", "30, 2, 32", "30, 2, x"] {
            assert_eq!(read_calls(wrong), None, "{wrong}");
        }
        let office = Office { call_min: 15, calls_at_once: 1, call_days: 3, ..Office::default() };
        assert_eq!(read_calls(&calls(&office)), Some([15, 1, 3]));
        assert_eq!(calls(&Office::default()), "");
    }

    #[test]
    fn hours_are_read_as_they_are_written_and_days_may_stand_together() {
        let openings = read_hours("Mon-Wed 09:00-18:00\n\nsat 10:00-24:00").unwrap();
        assert_eq!(
            hours(&openings),
            "Mon 09:00-18:00\nTue 09:00-18:00\nWed 09:00-18:00\nSat 10:00-24:00\n"
        );
        assert_eq!(read_hours(&hours(&openings)).as_ref(), Some(&openings));
        assert_eq!(read_hours("월-화 09:00-18:00").unwrap().len(), 2);
        for wrong in ["Mon", "Mon 9-18", "Someday 09:00-18:00", "Mon 25:00-26:00"] {
            assert_eq!(read_hours(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn pages_are_read_as_they_are_written() {
        let text = "/returns: returns\n/size: sizes\n";
        assert_eq!(pages(&read_pages(text)), text);
        assert!(read_pages("nothing\n: x\n").is_empty());
    }
}
