//! Chance that can be had again: splitmix64 (Steele, Lea, Flood 2014), and what is drawn with it.

/// A source of numbers; the same from the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From 0 to less than `end`, which is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True so often in a thousand.
    pub(crate) fn chance(&mut self, permille: u64) -> bool {
        self.below(1_000) < permille
    }

    /// A place below `end`, the first ones far more often, as products are looked at.
    pub(crate) fn skewed(&mut self, end: usize) -> usize {
        let end = end as u64;
        place(self.below(end) * self.below(end) / end * self.below(end) / end)
    }

    /// One of them, each as likely.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[place(self.below(from.len() as u64))]
    }

    /// One of them, by its weight.
    pub(crate) fn weighted<T: Copy>(&mut self, from: &[(u64, T)]) -> T {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        for &(weight, it) in from {
            if left < weight {
                return it;
            }
            left -= weight;
        }
        from[0].1
    }

    /// Between neighbours of a list of quantiles: a distribution told by its shape.
    pub(crate) fn along(&mut self, quantiles: &[u64]) -> u64 {
        let at = place(self.below(quantiles.len() as u64 - 1));
        self.between(quantiles[at], quantiles[at + 1])
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        bytes
    }
}

/// Scatters a number: what is drawn for one place tells nothing of the next.
pub(crate) fn mix(number: u64) -> u64 {
    let mixed = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("less than the length of a list")
}
