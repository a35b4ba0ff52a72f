//! The collector's side of delivery: is this beacon new?
//!
//! Exact by (site, run, sequence). A pure rule over whatever remembers the marks, so that the
//! simulation and the store judge alike.
//!
//! # Why nothing is stored twice
//! Marks cannot be kept for ever, so a beacon without a mark is either new or older than the marks.
//! The collector cannot see which: it knows only when the copy at hand arrived. What all copies
//! share, because retries resend the same bytes, is `sent_at`. So both rules hang on it:
//!
//! - a beacon is let in until [`DEDUP_HOURS`] after its `sent_at`, then it is [`TooOld`];
//! - its mark is kept until then, and at least as long after it was accepted ([`mark_until`]).
//!
//! Whenever the mark is gone, every further copy is too old. That needs neither clock to be right,
//! nor the visitor to be honest: who writes another `sent_at` into a beacon has made another beacon,
//! which he could have made under a key of its own at the same price.
//!
//! # What wrong clocks cost
//! A clock that is *ahead* costs nothing but a mark that is kept as much longer, so it is let in up
//! to [`CLOCK_LEAD_DAYS`]. A clock *behind* is forgiven up to the whole of [`DEDUP_HOURS`]; further
//! behind, a fresh beacon looks exactly like a late copy and is refused, because of the two mistakes
//! storing twice is the one that nobody notices. Browsers make this rare: with a clock some weeks
//! off, the certificates of the shop itself are refused. A shell that learns the collector's time
//! (the `Date` of any answer) may correct the header's `sent_at` and loses nothing at all.
//!
//! [`TooOld`]: Judgement::TooOld

use crate::limits::{CLOCK_LEAD_DAYS, DEDUP_HOURS};
use crate::{Millis, RunId, SiteKey};

/// What identifies a beacon for ever.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The shop.
    pub site: SiteKey,
    /// The page load.
    pub run: RunId,
    /// The how-manieth beacon of it.
    pub sequence: u32,
}

/// What is remembered of an accepted beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The frame's own CRC32C ([`frame::checksum`](crate::frame::checksum)).
    pub checksum: u32,
    /// When it was accepted, milliseconds since 1970 on the collector's clock.
    pub accepted_at: Millis,
}

/// What to do with a beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// New: store it and its mark together.
    Store,
    /// Stored already, the same bytes: acknowledge again (204).
    Duplicate,
    /// The key was used for other bytes (409).
    Conflict,
    /// By its date, its mark may have been dropped already, so nobody can tell (410). Also a date
    /// further ahead than any mark is kept.
    TooOld,
}

/// Judges a beacon that was sent at `sent_at` (by the visitor's clock) and arrives at `now`.
/// `known` is the mark under its key, if there is one. What is known is recognised at any age.
pub fn judge(checksum: u32, sent_at: Millis, now: Millis, known: Option<Mark>) -> Judgement {
    match known {
        Some(mark) if mark.checksum == checksum => Judgement::Duplicate,
        Some(_) => Judgement::Conflict,
        None if now.since(sent_at) > DEDUP_MS => Judgement::TooOld,
        None if sent_at.since(now) > CLOCK_LEAD_MS => Judgement::TooOld,
        None => Judgement::Store,
    }
}

/// Until when the mark of a beacon must be kept, milliseconds since 1970 on the collector's clock.
/// For a visitor's clock that is right or behind this is [`DEDUP_HOURS`] after `accepted_at`.
pub fn mark_until(sent_at: Millis, accepted_at: Millis) -> Millis {
    sent_at.max(accepted_at).plus(DEDUP_MS)
}

const HOUR_MS: u64 = 3_600_000;
const DEDUP_MS: u64 = DEDUP_HOURS * HOUR_MS;
const CLOCK_LEAD_MS: u64 = CLOCK_LEAD_DAYS * 24 * HOUR_MS;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_764_000_000_000);
    const MARK: Mark = Mark { checksum: 7, accepted_at: NOW };

    fn before(ms: u64) -> Millis {
        Millis(NOW.0 - ms)
    }

    #[test]
    fn an_unknown_beacon_is_stored() {
        assert_eq!(judge(7, NOW, NOW, None), Judgement::Store);
    }

    #[test]
    fn the_same_bytes_again_are_a_duplicate_at_any_age() {
        assert_eq!(judge(7, NOW, NOW, Some(MARK)), Judgement::Duplicate);
        assert_eq!(judge(7, Millis(0), NOW, Some(MARK)), Judgement::Duplicate);
        assert_eq!(judge(7, Millis(u64::MAX), NOW, Some(MARK)), Judgement::Duplicate);
    }

    #[test]
    fn other_bytes_under_a_used_key_are_a_conflict() {
        assert_eq!(judge(8, NOW, NOW, Some(MARK)), Judgement::Conflict);
    }

    #[test]
    fn a_beacon_is_too_old_one_millisecond_after_its_mark_may_be_gone() {
        assert_eq!(judge(7, before(DEDUP_MS), NOW, None), Judgement::Store);
        assert_eq!(judge(7, before(DEDUP_MS + 1), NOW, None), Judgement::TooOld);
    }

    #[test]
    fn a_clock_ahead_loses_nothing() {
        assert_eq!(judge(7, NOW.plus(CLOCK_LEAD_MS), NOW, None), Judgement::Store);
        assert_eq!(judge(7, NOW.plus(CLOCK_LEAD_MS + 1), NOW, None), Judgement::TooOld);
    }

    #[test]
    fn once_a_mark_may_be_dropped_no_copy_is_let_in_whatever_the_clocks_say() {
        for skew_ms in [0, 1, HOUR_MS, DEDUP_MS, CLOCK_LEAD_MS] {
            for sent_at in [before(skew_ms.min(DEDUP_MS)), NOW.plus(skew_ms)] {
                assert_eq!(judge(7, sent_at, NOW, None), Judgement::Store);
                let dropped_at = mark_until(sent_at, NOW).plus(1);
                assert_eq!(judge(7, sent_at, dropped_at, None), Judgement::TooOld, "{skew_ms}");
            }
        }
    }
}
