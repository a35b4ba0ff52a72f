//! The collector's side of delivery: is this beacon new?
//!
//! Exact by (site, run, sequence) for [`DEDUP_HOURS`](crate::limits::DEDUP_HOURS). A pure rule over
//! whatever remembers the marks, so that the simulation and the store judge alike.

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
    /// The frame's own CRC32C.
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
    /// Sent before the dedup marks of its time were dropped, so nobody can tell (410).
    TooOld,
}

/// Judges a beacon that was sent at `sent_at` (by the visitor's clock) and arrives at `now`.
/// `known` is the mark under its key, if there is one.
pub fn judge(_checksum: u32, _sent_at: Millis, _now: Millis, _known: Option<Mark>) -> Judgement {
    Judgement::Store
}
