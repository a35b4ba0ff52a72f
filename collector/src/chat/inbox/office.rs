//! When people answer, by the shop's clock, and which page is about what. Pure.

use engine::schedule::Zone;
use nunchi_api::inbox::{
    CALL_DAYS_MAX, CALL_MINUTES, CALLS_AT_ONCE_MAX, NAME_BYTES_MAX, OPENINGS_MAX, Office, Opening,
};

use crate::chat::Language;

/// Whether the hours say that somebody answers now; always, where there are none.
pub(in crate::chat) fn is_open(office: &Office, zone: &Zone, now_ms: u64) -> bool {
    if office.openings.is_empty() {
        return true;
    }
    let local_min = local(zone, now_ms);
    let (day, minute) = (local_min.div_euclid(DAY_MIN), local_min.rem_euclid(DAY_MIN));
    if office.closed.iter().any(|date| *date == iso(day)) {
        return false;
    }
    office.openings.iter().any(|it| {
        i64::from(it.day) == weekday(day)
            && (i64::from(it.from_min)..i64::from(it.to_min)).contains(&minute)
    })
}

/// A time as the shop's clock shows it: `2026-12-22 09:30`.
pub(in crate::chat) fn clock_of(zone: &Zone, at_ms: u64) -> String {
    let local = local(zone, at_ms);
    let minute = local.rem_euclid(DAY_MIN);
    format!("{} {:02}:{:02}", iso(local.div_euclid(DAY_MIN)), minute / 60, minute % 60)
}

/// What a page is about, by the first pattern that its path begins with.
pub(in crate::chat) fn skill(office: &Office, path: &str) -> String {
    let found = office.pages.iter().find(|it| path.starts_with(it.path.as_str()));
    found.map(|it| it.skill.clone()).unwrap_or_default()
}

/// What is said to who wants a person out of hours.
pub(in crate::chat) fn offline(office: &Office, language: Language) -> String {
    let own = office.offline.get(language.tag()).filter(|it| !it.trim().is_empty());
    own.cloned().unwrap_or_else(|| {
        match language {
            Language::Ko => {
                "지금은 상담 시간이 아니에요. 남겨 주신 질문은 보관해 두었다가 직원이 여기에서 답해 드릴게요."
            }
            Language::En => {
                "Nobody answers at this hour. Your question is kept, and a person of the shop will answer it here."
            }
        }
        .into()
    })
}

/// What is wrong with it, if something is.
pub(super) fn check(office: &Office) -> Result<(), String> {
    let is_opening =
        |it: &Opening| it.day < 7 && it.from_min < it.to_min && i64::from(it.to_min) <= DAY_MIN;
    if office.openings.len() > OPENINGS_MAX || !office.openings.iter().all(is_opening) {
        return Err(format!(
            "`openings` are at most {OPENINGS_MAX}: day 0 (Monday) to 6, minutes 0 to 1440, the first before the second"
        ));
    }
    let is_length = office.call_min == 0 || CALL_MINUTES.contains(&office.call_min);
    if !is_length || office.calls_at_once > CALLS_AT_ONCE_MAX || office.call_days > CALL_DAYS_MAX {
        return Err(format!(
            "`call_min` is one of {CALL_MINUTES:?}, `calls_at_once` at most {CALLS_AT_ONCE_MAX}, `call_days` at most {CALL_DAYS_MAX}"
        ));
    }
    let is_date =
        |it: &String| it.len() == 10 && it.chars().all(|c| c.is_ascii_digit() || c == '-');
    if office.closed.len() > CLOSED_MAX || !office.closed.iter().all(is_date) {
        return Err(format!("`closed` are at most {CLOSED_MAX} days such as 2026-12-25"));
    }
    let is_short = |it: &String| it.chars().count() <= OFFLINE_CHARS_MAX;
    if office.offline.len() > LANGUAGES_MAX || !office.offline.values().all(is_short) {
        return Err(format!(
            "`offline` has at most {LANGUAGES_MAX} languages of {OFFLINE_CHARS_MAX} characters"
        ));
    }
    let is_page = |it: &nunchi_api::inbox::PageSkill| {
        it.path.starts_with('/')
            && it.path.len() <= PATH_BYTES_MAX
            && (1..=NAME_BYTES_MAX).contains(&it.skill.len())
    };
    if office.pages.len() > PAGES_MAX || !office.pages.iter().all(is_page) {
        return Err(format!("`pages` are at most {PAGES_MAX} paths, each with a skill"));
    }
    Ok(())
}

/// Minutes since 1970-01-01 00:00, as the shop's clock shows them.
fn local(zone: &Zone, now_ms: u64) -> i64 {
    let seconds = now_ms / 1_000;
    let passed = zone.offsets.iter().rev().find(|(from, _)| u64::from(*from) <= seconds);
    let east_min = passed.map_or(0, |(_, offset)| i64::from(*offset));
    i64::try_from(seconds / 60).unwrap_or(i64::MAX / 2) + east_min
}

/// Monday is 0; 1970-01-01 was a Thursday.
fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// `2026-12-25` (Howard Hinnant, `civil_from_days`).
fn iso(day: i64) -> String {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let part = (5 * of_year + 2) / 153;
    let date = of_year - (153 * part + 2) / 5 + 1;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

const DAY_MIN: i64 = 1_440;

/// Days on which nobody answers.
const CLOSED_MAX: usize = 100;

/// Languages of the offline message, and its length.
const LANGUAGES_MAX: usize = 16;
const OFFLINE_CHARS_MAX: usize = 500;

/// Pages that are about something.
const PAGES_MAX: usize = 50;
const PATH_BYTES_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use nunchi_api::inbox::PageSkill;

    use super::*;

    /// Seoul, nine hours ahead.
    fn seoul() -> Zone {
        Zone { name: "Asia/Seoul".into(), offsets: vec![(0, 540)] }
    }

    fn office() -> Office {
        let openings = (0..5).map(|day| Opening { day, from_min: 540, to_min: 1_080 }).collect();
        Office { openings, closed: vec!["2026-12-25".into()], ..Office::default() }
    }

    /// Seconds since 1970 of 2026-12-21 00:00 UTC, a Monday.
    const MONDAY_S: u64 = 1_797_811_200;

    #[test]
    fn hours_are_the_shops_own() {
        let at = |day: u64, minute: u64| {
            is_open(&office(), &seoul(), (MONDAY_S + day * 86_400 + minute * 60) * 1_000)
        };
        assert!(at(0, 0), "nine in Seoul, midnight in London");
        assert!(!at(0, 540), "six in the evening");
        assert!(at(0, 539));
        assert!(!at(4, 60), "Christmas, a Friday");
        assert!(!at(5, 60), "Saturday");
        assert!(at(6, 1_440), "Monday again");
        assert!(is_open(&Office::default(), &seoul(), 0), "without hours always");
    }

    #[test]
    fn days_are_named_as_calendars_name_them() {
        let names = [0, 59, 789, 11_016, 20_809].map(iso);
        assert_eq!(names, ["1970-01-01", "1970-03-01", "1972-02-29", "2000-02-29", "2026-12-22"]);
        assert_eq!(weekday(0), 3);
    }

    #[test]
    fn a_page_says_what_it_is_about_and_wrong_hours_are_refused() {
        let page = |path: &str, skill: &str| PageSkill { path: path.into(), skill: skill.into() };
        let office =
            Office { pages: vec![page("/returns", "returns"), page("/", "sales")], ..office() };
        assert_eq!(skill(&office, "/returns/7"), "returns");
        assert_eq!(skill(&office, "/cart"), "sales");
        assert_eq!(check(&office), Ok(()));
        let wrong = |openings| check(&Office { openings, ..Office::default() }).is_err();
        assert!(wrong(vec![Opening { day: 7, from_min: 0, to_min: 60 }]));
        assert!(wrong(vec![Opening { day: 0, from_min: 60, to_min: 60 }]));
        assert!(wrong(vec![Opening { day: 0, from_min: 0, to_min: 1_441 }]));
        assert!(wrong(vec![Opening::default(); OPENINGS_MAX + 1]));
        assert!(check(&Office { call_min: 25, ..Office::default() }).is_err());
        assert!(check(&Office { call_min: 20, call_days: 31, ..Office::default() }).is_ok());
        assert!(check(&Office { call_days: 32, ..Office::default() }).is_err());
        assert!(check(&Office { closed: vec!["soon".into()], ..Office::default() }).is_err());
        assert!(check(&Office { pages: vec![page("x", "y")], ..Office::default() }).is_err());
    }
}
