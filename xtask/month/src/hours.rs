//! When people shop: more in the evening than at night, more on Sunday than on Friday.

use beacon::Millis;

/// The hours of the month by how much happens in them.
#[derive(Debug)]
pub(crate) struct Hours {
    from: u64,
    /// Weight of all hours up to and with each.
    sums: Vec<u64>,
}

impl Hours {
    pub(crate) fn new(from: Millis, days: u64) -> Self {
        let mut sum = 0;
        let weights = (0..days * 24).map(|hour| {
            // 1 January 1970 was a Thursday.
            let day = (from.0 / DAY_MS + hour / 24 + 3) % 7;
            sum += BY_HOUR[place(hour % 24)] * BY_DAY[place(day)];
            sum
        });
        Self { from: from.0, sums: weights.collect() }
    }

    /// The moment before which `part` of `whole` have happened.
    pub(crate) fn moment(&self, part: u64, whole: u64) -> u64 {
        let total = u128::from(*self.sums.last().expect("a month has hours"));
        let sought = u128::from(part) * total / u128::from(whole.max(1));
        let hour = self.sums.partition_point(|&sum| u128::from(sum) <= sought);
        let hour = hour.min(self.sums.len() - 1);
        let before = if hour == 0 { 0 } else { u128::from(self.sums[hour - 1]) };
        let weight = u128::from(self.sums[hour]) - before;
        let into = (sought - before).min(weight) * u128::from(HOUR_MS) / weight;
        self.from + hour as u64 * HOUR_MS + u64::try_from(into).expect("less than an hour")
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("less than 24")
}

/// By the hour of UTC, of three parts of the world together.
const BY_HOUR: [u64; 24] =
    [8, 8, 9, 10, 9, 9, 9, 8, 8, 9, 10, 12, 14, 14, 12, 9, 7, 6, 5, 5, 5, 5, 6, 7];

/// From Monday on.
const BY_DAY: [u64; 7] = [10, 10, 10, 9, 9, 11, 13];

pub(crate) const DAY_MS: u64 = 24 * HOUR_MS;

const HOUR_MS: u64 = 3_600_000;
