//! The shop's time zone, worked out for the pages: they know no zones, only a short table.

use beacon::Millis;
use engine::schedule::{OFFSETS_MAX, Zone};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// How far ahead changes of the clock are told, days: two years. A pack that is older than that goes
/// on with the last offset.
const AHEAD_DAYS: u64 = 731;

/// How far back they are told, days: stored visits are judged by the offset of their own time.
const BACK_DAYS: u64 = 366;

/// The zone with this IANA name, as it is around `now`.
///
/// # Errors
/// Says what is expected instead.
pub fn zone_of(name: &str, now: Millis) -> Result<Zone, String> {
    let zone = TimeZone::get(name)
        .map_err(|_| format!("`{name}` is no time zone: expected such as Asia/Seoul or UTC"))?;
    let seconds = |ms: u64| i64::try_from(ms / 1_000).unwrap_or(i64::MAX);
    let at = |ms| Timestamp::from_second(seconds(ms)).map_err(|error| error.to_string());
    let begin = at(now.0.saturating_sub(BACK_DAYS * DAY_MS))?;
    let end = at(now.plus(AHEAD_DAYS * DAY_MS).0)?;
    let mut offsets = vec![(0, minutes(zone.to_offset(begin)))];
    let changes = zone.following(begin).take_while(|it| it.timestamp() < end);
    for change in changes.take(OFFSETS_MAX - 1) {
        let offset = (second(change.timestamp()), minutes(change.offset()));
        // A change of the zone's name only.
        if offsets.last().is_none_or(|last| last.1 != offset.1) {
            offsets.push(offset);
        }
    }
    Ok(Zone { name: name.into(), offsets })
}

const DAY_MS: u64 = 24 * 3_600_000;

fn second(at: Timestamp) -> u32 {
    u32::try_from(at.as_second()).unwrap_or(u32::MAX)
}

fn minutes(offset: Offset) -> i16 {
    i16::try_from(offset.seconds() / 60).expect("an offset is less than a day and two hours")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22T09:00:00Z.
    const NOW: Millis = Millis(1_795_338_000_000);

    #[test]
    fn a_zone_with_summer_time_tells_its_changes_of_the_last_year_and_the_next_two() {
        let zone = zone_of("Europe/Berlin", NOW).unwrap();
        // The last Sundays of March and October, 01:00 UTC.
        let changes = [
            (0, 60),
            (1_774_746_000, 120),
            (1_792_890_000, 60),
            (1_806_195_600, 120),
            (1_824_944_400, 60),
            (1_837_645_200, 120),
            (1_856_394_000, 60),
        ];
        assert_eq!(zone.offsets, changes);
    }

    #[test]
    fn a_zone_without_has_one_offset() {
        assert_eq!(zone_of("Asia/Seoul", NOW).unwrap().offsets, [(0, 540)]);
        assert_eq!(zone_of("UTC", NOW).unwrap().offsets, [(0, 0)]);
        assert_eq!(zone_of("Asia/Kathmandu", NOW).unwrap().offsets, [(0, 345)]);
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        let error = zone_of("Asia/Soul", NOW).unwrap_err();
        assert_eq!(error, "`Asia/Soul` is no time zone: expected such as Asia/Seoul or UTC");
    }
}
