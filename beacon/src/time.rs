//! Time as the pure crates know it: a number that somebody else read from a clock.

use serde::{Deserialize, Serialize};

/// Whole milliseconds. Every use says since when: since the run began, or since 1970 (`wall`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Milliseconds that passed since `earlier`; zero when `earlier` is later (clocks jump).
    #[inline(never)]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment plus `ms` milliseconds.
    #[must_use]
    #[inline(never)]
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

crate::wire!(struct Millis(ms));
