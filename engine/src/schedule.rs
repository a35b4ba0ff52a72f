//! When, by the shop's clock: days of the week, hours, dates. And how far that clock is from UTC,
//! worked out before a pack is published: pages know no time zones.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::str::FromStr;

use beacon::wire::{self, Reader, Wire};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::config::NEVER;

/// Most entries of a zone: three years of the busiest zones have twelve.
pub const OFFSETS_MAX: usize = 64;

/// Times at which a trigger may hold, all of its parts together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// On these days; none: on all.
    pub days: Vec<Day>,
    /// From this time of the day on. Later than `to`: over midnight, and what follows midnight
    /// belongs to the day before.
    pub from: Minute,
    /// Until just before this one. The same as `from`: all day.
    pub to: Minute,
    /// From this day on.
    pub since: Option<Date>,
    /// Through this day.
    pub until: Option<Date>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// A time of the day, minutes since midnight: `09:30` in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute(pub u16);

/// A day, counted from 1970-01-01: `2026-11-27` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub u16);

/// The shop's time zone, as a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// As IANA has it: `Asia/Seoul`.
    pub name: String,
    /// From this second since 1970 on the clock is so many minutes east of UTC. Oldest first.
    pub offsets: Vec<(u32, i16)>,
}

/// The shop's clock at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Minutes since 1970-01-01 00:00, as it shows them.
    pub(crate) minutes: i32,
    /// Until it shows the next one, milliseconds.
    rest_ms: u64,
    /// Until it is set forward or back, milliseconds.
    change_ms: u64,
}

impl Zone {
    /// What the clock shows at this time, milliseconds since 1970.
    pub(crate) fn at(&self, now: u64) -> Clock {
        let (mut east, mut change_ms) = (0, NEVER);
        for &(from_s, offset) in &self.offsets {
            let from = u64::from(from_s) * 1_000;
            if from <= now {
                east = offset;
            } else {
                change_ms = change_ms.min(from - now);
            }
        }
        let minutes = i32::try_from(now / 60_000).unwrap_or(LAST).min(LAST);
        Clock { minutes: minutes + i32::from(east), rest_ms: 60_000 - now % 60_000, change_ms }
    }
}

impl Clock {
    pub(crate) const STOPPED: Self = Self { minutes: 0, rest_ms: 0, change_ms: NEVER };
}

/// A schedule in plain numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    /// Bits of days, Monday the lowest; 0: all.
    days: u8,
    from: i32,
    to: i32,
    since: i32,
    until: i32,
}

impl Hours {
    /// Reads the bytes of a [`Schedule`].
    pub(crate) fn read(from: &mut Reader<'_>) -> Self {
        let mut days = 0;
        from.each(&mut |from| days |= 1_u8.checked_shl(from.byte().into()).unwrap_or(0));
        let (opens, closes) = (u16::read(from).into(), u16::read(from).into());
        let [since, until] =
            [0, i32::MAX].map(|none| Option::<u16>::read(from).map_or(none, i32::from));
        Self { days, from: opens, to: closes, since, until }
    }

    /// Whether it is time when the shop's clock shows so many minutes since 1970.
    pub(crate) fn hold(&self, minutes: i32) -> bool {
        let (mut day, minute) = (minutes.div_euclid(DAY), minutes.rem_euclid(DAY));
        let (from, to) = (self.from, self.to);
        let is_open = match from.cmp(&to) {
            Ordering::Less => from <= minute && minute < to,
            Ordering::Equal => true,
            Ordering::Greater => {
                day -= i32::from(minute < to);
                from <= minute || minute < to
            }
        };
        // 1970-01-01 was a Thursday.
        let weekday = (day + 3).rem_euclid(7);
        let is_on = self.days == 0 || self.days >> weekday & 1 > 0;
        is_open && is_on && self.since <= day && day <= self.until
    }

    /// Whether all of these hold at once at some minute, from this one of the shop's clock on. What is
    /// asked for comes again each week, so a week and a day of minutes tell.
    pub(crate) fn meet(all: &[Self], from: i32) -> bool {
        let begins = all.iter().map(|it| it.since.saturating_mul(DAY)).fold(from, i32::max);
        (begins..begins.saturating_add(8 * DAY)).any(|minute| all.iter().all(|it| it.hold(minute)))
    }

    /// Milliseconds until it may hold or end by time alone: when it opens or closes, when a day
    /// begins, when the clock is changed.
    pub(crate) fn wait_ms(&self, clock: &Clock) -> u64 {
        let mut wait = DAY;
        for minute in [self.from, self.to, 0] {
            wait = wait.min((minute - clock.minutes - 1).rem_euclid(DAY));
        }
        let minutes = u64::from(wait.unsigned_abs()) * 60_000;
        clock.change_ms.min(minutes + clock.rest_ms)
    }
}

impl From<&Schedule> for Hours {
    fn from(schedule: &Schedule) -> Self {
        Self::read(&mut Reader::new(&wire::to_bytes(schedule)))
    }
}

/// Where the clock stops, so that every offset and day can be told from every other.
const LAST: i32 = 1 << 30;

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// Day and time of the day, for minutes since 1970.
pub(crate) fn moment(minutes: i32) -> (Date, Minute) {
    let number = |it| u16::try_from(it).unwrap_or(u16::MAX);
    (Date(number(minutes.div_euclid(DAY))), Minute(number(minutes.rem_euclid(DAY))))
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".into(), offsets: Vec::new() }
    }
}

impl Date {
    /// Year, month and day of the month.
    fn civil(self) -> (i32, u32, u32) {
        // Howard Hinnant, chrono-Compatible Low-Level Date Algorithms: `civil_from_days`.
        let days = i32::from(self.0) + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let of_month = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year + i32::from(month <= 2);
        (year, month.unsigned_abs(), of_month.unsigned_abs())
    }

    /// The day of the week.
    pub(crate) fn day(self) -> usize {
        (usize::from(self.0) + 3) % 7
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // The same in the other direction: `days_from_civil`.
        let days = || {
            let mut parts = text.splitn(3, '-').map(|it| it.parse::<u16>().ok().map(i32::from));
            let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
            let year = year - i32::from(month <= 2);
            let month = if month > 2 { month - 3 } else { month + 9 };
            let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
            let of_year = (153 * month + 2) / 5 + day - 1;
            let of_era = year * 365 + year / 4 - year / 100 + of_year;
            u16::try_from(era * 146_097 + of_era - 719_468).ok()
        };
        let date = days().map(Self).filter(|it| format!("{it}") == text);
        date.ok_or("expected a day such as 2026-11-27, from 1970 to 2149")
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Minute {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let minutes = text.split_once(':').and_then(|(hours, minutes)| {
            let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
            (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
        });
        let minute = minutes.map(Self).filter(|it| format!("{it}") == text);
        minute.ok_or("expected a time of the day from 00:00 to 23:59")
    }
}

/// Text where people read, a number on the wire.
macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if from.is_human_readable() {
                    String::deserialize(from)?.parse().map_err(de::Error::custom)
                } else {
                    u16::deserialize(from).map(Self)
                }
            }
        }

        beacon::wire!(struct $name(number));
    )*};
}

as_text!(Minute, Date);

beacon::wire!(struct Schedule { days, from, to, since, until });
beacon::wire!(enum Day { 0 => Mon, 1 => Tue, 2 => Wed, 3 => Thu, 4 => Fri, 5 => Sat, 6 => Sun });
beacon::wire!(struct Zone { name, offsets });

#[cfg(test)]
mod tests {
    use super::*;

    /// Minutes since 1970 of a day and time.
    fn at(day: &str, time: &str) -> i32 {
        let (day, time): (Date, Minute) = (day.parse().unwrap(), time.parse().unwrap());
        i32::from(day.0) * DAY + i32::from(time.0)
    }

    fn hours(json: &str) -> Hours {
        Hours::from(&serde_json::from_str::<Schedule>(json).unwrap())
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        for days in 0..=u16::MAX {
            assert_eq!(format!("{}", Date(days)).parse(), Ok(Date(days)));
        }
        for (day, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-22", 20_779)] {
            assert_eq!(day.parse(), Ok(Date(days)));
        }
        assert_eq!(Date(20_779).day(), Day::Sun as usize);
        for wrong in ["", "2026-1-1", "2026-02-29", "2026-13-01", "1969-12-31", "2150-01-01", "x"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        for wrong in ["24:00", "9:00", "09:60", "0900", ""] {
            assert!(wrong.parse::<Minute>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let night = hours(r#"{"days": ["fri", "sat"], "from": "22:00", "to": "06:00"}"#);
        // 2026-11-27 is a Friday.
        for (day, time, is_open) in [
            ("2026-11-26", "23:00", false),
            ("2026-11-27", "05:59", false),
            ("2026-11-27", "21:59", false),
            ("2026-11-27", "22:00", true),
            ("2026-11-28", "05:59", true),
            ("2026-11-28", "06:00", false),
            ("2026-11-29", "00:00", true),
            ("2026-11-29", "22:00", false),
        ] {
            assert_eq!(night.hold(at(day, time)), is_open, "{day} {time}");
        }
    }

    #[test]
    fn a_span_of_days_has_both_its_ends() {
        let sale = hours(r#"{"since": "2026-11-27", "until": "2026-11-30"}"#);
        assert!(!sale.hold(at("2026-11-26", "23:59")) && sale.hold(at("2026-11-27", "00:00")));
        assert!(sale.hold(at("2026-11-30", "23:59")) && !sale.hold(at("2026-12-01", "00:00")));
        assert!(hours("{}").hold(at("1970-01-01", "00:00")));
    }

    /// Berlin in 2026: 02:00 becomes 03:00 on March 29, 03:00 becomes 02:00 on October 25.
    fn berlin() -> Zone {
        let offsets = vec![(0, 60), (1_774_746_000, 120), (1_792_890_000, 60)];
        Zone { name: "Europe/Berlin".into(), offsets }
    }

    #[test]
    fn the_clock_is_set_forward_and_back() {
        let shows = |second: u64| {
            let (date, minute) = moment(berlin().at(second * 1_000).minutes);
            format!("{date} {minute}")
        };
        assert_eq!(shows(1_774_745_999), "2026-03-29 01:59");
        assert_eq!(shows(1_774_746_000), "2026-03-29 03:00");
        assert_eq!(shows(1_792_889_999), "2026-10-25 02:59");
        assert_eq!(shows(1_792_890_000), "2026-10-25 02:00");
    }

    /// From any moment, waking whenever it is said, no change of the schedule is slept through.
    #[test]
    fn no_change_is_slept_through() {
        let zone = berlin();
        for json in [
            r#"{"from": "01:30", "to": "02:30"}"#,
            r#"{"days": ["sun"], "from": "22:00", "to": "03:15"}"#,
            r#"{"days": ["sun"]}"#,
            r#"{"since": "2026-03-29", "until": "2026-10-25", "from": "03:00", "to": "02:30"}"#,
        ] {
            let hours = hours(json);
            for change in [1_774_746_000_u64, 1_792_890_000] {
                let (mut now, end) = ((change - 90_000) * 1_000 + 17, (change + 90_000) * 1_000);
                while now < end {
                    let clock = zone.at(now);
                    let (holds, wait) = (hours.hold(clock.minutes), hours.wait_ms(&clock));
                    assert!(wait > 0, "{json}");
                    for step in (0..wait.min(end - now)).step_by(10_000) {
                        assert_eq!(hours.hold(zone.at(now + step).minutes), holds, "{json} {now}");
                    }
                    now += wait;
                }
            }
        }
    }
}
