//! How far back the overview looks.

use crate::text::Words;

/// A span that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    /// The last hour.
    Hour,
    /// The last 24 hours.
    Day,
    /// The last seven days.
    Week,
}

impl Period {
    /// Every period, in the order of the switch.
    pub(super) const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    /// Milliseconds.
    pub(super) fn ms(self) -> u64 {
        match self {
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
            Self::Week => 604_800_000,
        }
    }

    /// For people.
    pub(super) fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Hour => words.span_hour,
            Self::Day => words.span_day,
            Self::Week => words.span_week,
        }
    }
}
