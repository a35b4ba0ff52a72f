//! How long to wait before the stream is tried again: 1 s, doubled each time, 30 s at most, spread by
//! a quarter so that the consoles of a restarted collector do not come back all at once.

/// The pause before attempt `attempt` (0 is the first retry), milliseconds.
///
/// `chance` is a random number of thousandths, 0 to 999.
pub(crate) fn pause_ms(attempt: u32, chance: u32) -> u32 {
    let whole = FIRST_MS.saturating_mul(1 << attempt.min(10)).min(LONGEST_MS);
    whole * 3 / 4 + whole / 2 * chance.min(999) / 1_000
}

const FIRST_MS: u32 = 1_000;
const LONGEST_MS: u32 = 30_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let middle = |attempt| pause_ms(attempt, 500);
        assert_eq!([0, 1, 2, 3].map(middle), [1_000, 2_000, 4_000, 8_000]);
        assert_eq!([5, 50, u32::MAX].map(middle), [30_000, 30_000, 30_000]);
    }

    #[test]
    fn chance_spreads_a_pause_by_a_quarter() {
        assert_eq!(pause_ms(1, 0), 1_500);
        assert!((2_400..2_500).contains(&pause_ms(1, 999)));
        assert_eq!(pause_ms(1, u32::MAX), pause_ms(1, 999));
    }
}
