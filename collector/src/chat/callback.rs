//! A call back: out of hours the bot offers times at which people are there, and asks for a number.
//!
//! All of it is said in the conversation, so the page needs nothing of its own: a time is a suggestion,
//! and choosing it is a message. The number stands in the thread, for whoever calls.

use beacon::Millis;
use nunchi_api::inbox::Office;

use super::Chat;
use super::bot::Saying;
use super::inbox::clock_of;
use super::inbox::is_open;
use super::knowledge::Language;
use crate::error::{ApiError, internal};
use crate::requests;
use crate::sites::Site;
use crate::store::StoreError;

/// What comes of a message: what the bot says, and the time that was chosen, if one was.
pub(super) struct Arranged {
    pub(super) saying: Saying,
    pub(super) at: u64,
}

impl Chat {
    /// Times that are free, soonest first.
    pub(super) async fn call_times(
        &self,
        site: &Site,
        office: &Office,
        now: Millis,
    ) -> Result<Vec<u64>, ApiError> {
        let times = times(office, &|at| is_open(office, &site.record.pack.zone, at), now.0);
        if times.is_empty() {
            return Ok(times);
        }
        let (store, id) = (self.store.clone(), site.record.id);
        let taken = requests::block(move || store.callbacks(id, now)).await;
        let taken = taken.map_err(|error| internal(&error))??;
        let at_once = usize::from(or(office.calls_at_once, CALLS_AT_ONCE));
        // Calls of another length, promised before it was changed, may reach into this one.
        let call_ms = call_ms(office);
        let overlaps = |at: u64, it: u64| it < at + call_ms && at < it + call_ms;
        let has_room = |at: &u64| taken.iter().filter(|it| overlaps(*at, **it)).count() < at_once;
        Ok(times.into_iter().filter(has_room).collect())
    }

    /// What the bot says to who chose a time, or gave a number after it; `None` where nobody did.
    pub(super) async fn arrange(
        &self,
        (site, office): (&Site, &Office),
        key: [u8; 16],
        (text, language): (&str, Language),
        now: Millis,
    ) -> Result<Option<Arranged>, ApiError> {
        let clock = |at| clock_of(&site.record.pack.zone, at);
        if let Some(chosen) = text.strip_prefix(prefix(language)) {
            let times = self.call_times(site, office, now).await?;
            let at = times.into_iter().find(|at| clock(*at) == chosen.trim());
            let text = if at.is_some() { asks_number(language) } else { taken(language) };
            let saying = saying(text.into());
            return Ok(Some(Arranged { saying, at: at.unwrap_or_default() }));
        }
        if !is_number(text) {
            return Ok(None);
        }
        let (store, id) = (self.store.clone(), site.record.id);
        let read = move || -> Result<_, StoreError> { store.talk_of(id, key) };
        let talk = requests::block(read).await.map_err(|error| internal(&error))??;
        let at = talk.map(|it| it.row.callback_at).filter(|at| *at > now.0);
        Ok(at.map(|at| Arranged { saying: saying(confirms(&clock(at), language)), at: 0 }))
    }
}

/// Suggestions for these times, in the words that choose them.
pub(super) fn suggestions(
    times: &[u64],
    language: Language,
    clock: impl Fn(u64) -> String,
) -> Vec<String> {
    let times = times.iter().take(OFFERED);
    times.map(|at| format!("{} {}", prefix(language), clock(*at))).collect()
}

/// Beginnings of calls within the days ahead, at which it is the shop's hours from begin to end.
fn times(office: &Office, is_open: &dyn Fn(u64) -> bool, now: u64) -> Vec<u64> {
    if office.openings.is_empty() {
        return Vec::new();
    }
    let call_ms = call_ms(office);
    let first = (now + SOONEST_MS).div_ceil(call_ms) * call_ms;
    let ahead_ms = u64::from(or(office.call_days, CALL_DAYS)) * DAY_MS;
    let all = (0..ahead_ms / call_ms).map(|place| first + place * call_ms);
    all.filter(|at| is_open(*at) && is_open(at + call_ms - 60_000)).collect()
}

fn call_ms(office: &Office) -> u64 {
    u64::from(or(office.call_min, CALL_MIN)) * 60_000
}

/// What the site chose, else the program's own.
fn or(chosen: u16, own: u16) -> u16 {
    if chosen == 0 { own } else { chosen }
}

fn saying(text: String) -> Saying {
    let (links, suggestions) = (Vec::new(), Vec::new());
    Saying { text, links, suggestions, is_answered: true, wants_person: true }
}

/// A telephone number and little else: 7 to 15 digits (E.164).
fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text.chars().filter(|c| !c.is_ascii_digit() && !" -+().".contains(*c)).count();
    (7..=15).contains(&digits) && others <= 12
}

fn prefix(language: Language) -> &'static str {
    match language {
        Language::Ko => "전화 주세요:",
        Language::En => "Call me:",
    }
}

fn asks_number(language: Language) -> &'static str {
    match language {
        Language::Ko => "전화받으실 번호를 적어 주세요. 상담하는 직원만 봅니다.",
        Language::En => {
            "Write the telephone number to call. Only the person who calls you sees it."
        }
    }
}

fn taken(language: Language) -> &'static str {
    match language {
        Language::Ko => "그 시간은 더 이상 비어 있지 않아요. 다른 시간을 골라 주세요.",
        Language::En => "That time is no longer free. Please choose another one.",
    }
}

fn confirms(clock: &str, language: Language) -> String {
    match language {
        Language::Ko => format!("{clock}에 전화드릴게요(쇼핑몰 시각)."),
        Language::En => format!("We will call you at {clock}, by the shop's clock."),
    }
}

/// A call takes so long, minutes, and begins at whole ones.
const CALL_MIN: u16 = 30;

/// Until the first call that can be promised.
const SOONEST_MS: u64 = 15 * 60_000;

/// For so many days ahead.
const CALL_DAYS: u16 = 7;

const DAY_MS: u64 = 86_400_000;

/// Calls at the same time.
const CALLS_AT_ONCE: u16 = 2;

/// Times that are offered.
const OFFERED: usize = 4;

#[cfg(test)]
mod tests {
    use nunchi_api::inbox::Opening;

    use super::*;

    #[test]
    fn calls_are_within_hours_from_begin_to_end_and_not_at_once() {
        let office = Office { openings: vec![Opening::default()], ..Office::default() };
        // Open from 09:10 to 10:50, every day.
        let is_open = |at: u64| (550..650).contains(&(at / 60_000 % 1_440));
        let of_day = |at: &u64| at / 60_000 % 1_440;
        let found: Vec<u64> = times(&office, &is_open, 540 * 60_000).iter().map(of_day).collect();
        assert_eq!(found[..3], [570, 600, 570], "09:30, 10:00; 10:30 would not end in time");
        assert_eq!(found.len(), 14);
        let short = Office { call_min: 10, call_days: 1, ..office.clone() };
        let found: Vec<u64> = times(&short, &is_open, 540 * 60_000).iter().map(of_day).collect();
        assert_eq!(
            found,
            [560, 570, 580, 590, 600, 610, 620, 630, 640, 550],
            "from 15 minutes ahead on, for a day"
        );
        let late = times(&office, &is_open, 556 * 60_000);
        assert_eq!(of_day(&late[0]), 600, "09:30 is too soon at 09:16");
        assert!(
            times(&Office::default(), &|_| true, 0).is_empty(),
            "without hours nobody promises"
        );
    }

    #[test]
    fn a_number_is_digits_and_little_else() {
        for text in ["010-1234-5678", "+49 30 1234567", "(02) 123 4567", "Call 030 1234567"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["tomorrow", "12", "I have 3 items and 2 questions", "1234567890123456"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
