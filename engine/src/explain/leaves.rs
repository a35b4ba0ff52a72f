//! The leaves that are told by a measure of their own: what was asked for, and how much of it there was.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::happening;
use super::why::{self, Language};
use crate::campaign::{Happening, Trigger};
use crate::schedule::{Hours, Schedule, moment};

/// Whether one of these leaves holds at this measure; others never do.
pub(super) fn passes(leaf: &Trigger, value: i32) -> bool {
    match leaf {
        Trigger::Sequence { steps, .. } => usize::try_from(value).is_ok_and(|it| it >= steps.len()),
        Trigger::CartHas { at_least, .. } | Trigger::Goal { at_least, .. } => {
            value >= i32::from(*at_least)
        }
        Trigger::Schedule(schedule) => Hours::from(schedule).hold(value),
        _ => false,
    }
}

/// By how much a number was missed.
pub(crate) fn missed_by(leaf: &Trigger, value: i32) -> Option<i64> {
    let least = match leaf {
        Trigger::Sequence { steps, .. } => i64::try_from(steps.len()).ok()?,
        Trigger::CartHas { at_least, .. } | Trigger::Goal { at_least, .. } => (*at_least).into(),
        _ => return None,
    };
    Some(least - i64::from(value))
}

/// `sequence added, product_view = 1 of 2 steps (within 60 s)`.
pub(super) fn sentence(leaf: &Trigger, value: i32) -> String {
    match leaf {
        Trigger::Sequence { within_s, steps } => {
            let (names, count) = (listed(steps, happening), steps.len());
            format!("sequence {names} = {value} of {count} steps (within {within_s} s)")
        }
        Trigger::CartHas { at_least, .. } => {
            format!("cart_has {} = {value} (min {at_least})", globs(leaf, "or"))
        }
        Trigger::Goal { name, at_least, within_s: 0 } => {
            format!("goal {name} = {value} (min {at_least})")
        }
        Trigger::Goal { name, at_least, within_s } => {
            format!("goal {name} = {value} in {within_s} s (min {at_least})")
        }
        Trigger::Schedule(it) => {
            format!("schedule = {} ({})", shown(value, &DAYS_EN), times(it, &DAYS_EN))
        }
        _ => String::new(),
    }
}

/// The same in a sentence for people; or, where the leaf is not wanted, what must not be.
pub(super) fn phrase(leaf: &Trigger, value: i32, is_wanted: bool, language: Language) -> String {
    let is_en = language == Language::En;
    match leaf {
        Trigger::Sequence { within_s, steps } => {
            let names = listed(steps, |it| why::happening(it, language));
            let count = steps.len();
            match (is_en, is_wanted) {
                (true, true) => {
                    format!("{names}: {value} of {count} steps, each within {within_s} s")
                }
                (true, false) => {
                    format!("{names}: each within {within_s} s (must not have happened)")
                }
                (false, true) => {
                    format!("{names} 순서로 각 {within_s}초 안에 {count}단계 중 {value}단계")
                }
                (false, false) => format!("{names} 순서로 각 {within_s}초 안에 일어남 (없어야 함)"),
            }
        }
        Trigger::CartHas { at_least, .. } => {
            let globs = globs(leaf, if is_en { "or" } else { "또는" });
            match (is_en, is_wanted) {
                (true, true) => {
                    format!("pieces of {globs} in the cart: {value} (needs {at_least})")
                }
                (true, false) => {
                    format!("pieces of {globs} in the cart: {value} (must be below {at_least})")
                }
                (false, true) => format!("장바구니에 {globs} {value}개 ({at_least}개 필요)"),
                (false, false) => {
                    format!("장바구니에 {globs} {value}개 ({at_least}개 미만이어야 함)")
                }
            }
        }
        Trigger::Goal { name, at_least, within_s } => {
            let asked = why::asked(*at_least, is_wanted, language);
            match (is_en, within_s) {
                (true, 0) => format!("goal {name}: {value} in this visit ({asked})"),
                (true, _) => format!("goal {name}: {value} in {within_s} s ({asked})"),
                (false, 0) => format!("이번 방문에서 목표 {name} {value}번 ({asked})"),
                (false, _) => format!("{within_s}초 안에 목표 {name} {value}번 ({asked})"),
            }
        }
        Trigger::Schedule(it) if is_en => {
            let (now, times) = (shown(value, &DAYS_EN), times(it, &DAYS_EN));
            let asked = if is_wanted { "asked for" } else { "must not be" };
            format!("the shop's clock shows {now} ({asked}: {times})")
        }
        Trigger::Schedule(it) => {
            let (now, times) = (shown(value, &DAYS_KO), times(it, &DAYS_KO));
            let asked = if is_wanted { "조건" } else { "제외" };
            format!("쇼핑몰 시각 {now} ({asked}: {times})")
        }
        _ => String::new(),
    }
}

type Days = [&'static str; 7];

const DAYS_EN: Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAYS_KO: Days = ["월", "화", "수", "목", "금", "토", "일"];

/// `Fri 2026-11-27 21:30`, for minutes since 1970.
fn shown(minutes: i32, names: &Days) -> String {
    let (date, minute) = moment(minutes);
    format!("{} {date} {minute}", names[date.day()])
}

/// `Fri, Sat, 22:00–06:00, 2026-11-27–2026-11-30`.
fn times(schedule: &Schedule, names: &Days) -> String {
    let Schedule { days, from, to, since, until } = schedule;
    let mut parts: Vec<String> = days.iter().map(|&it| names[it as usize].into()).collect();
    if from != to {
        parts.push(format!("{from}–{to}"));
    }
    match (since, until) {
        (Some(since), Some(until)) => parts.push(format!("{since}–{until}")),
        (Some(since), None) => parts.push(format!("{since}–")),
        (None, Some(until)) => parts.push(format!("–{until}")),
        (None, None) => {}
    }
    parts.join(", ")
}

fn listed(steps: &[Happening], name: impl Fn(Happening) -> &'static str) -> String {
    let names: Vec<&str> = steps.iter().map(|&it| name(it)).collect();
    names.join(", ")
}

/// What `cart_has` asks for.
fn globs(leaf: &Trigger, or: &str) -> String {
    let Trigger::CartHas { product, category, .. } = leaf else { return String::new() };
    let all: Vec<&str> = product.iter().chain(category).map(String::as_str).collect();
    all.join(&format!(" {or} "))
}
