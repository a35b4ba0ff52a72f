//! The last times at which something happened.

use alloc::vec::Vec;

/// Oldest first, in whatever unit and since whenever the owner says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times(Vec<u32>);

impl Times {
    /// Keeps one more, and of all the last `most`.
    #[inline(never)]
    pub(crate) fn note(&mut self, time: u32, most: usize) {
        if self.0.len() >= most {
            self.0.remove(0);
        }
        self.0.push(time);
    }

    /// See [`count`].
    pub(crate) fn count(&self, now: u32, span: u64) -> u16 {
        count(&self.0, now, span)
    }

    pub(crate) fn all(&self) -> &[u32] {
        &self.0
    }
}

/// How many lie no more than `span` before `now`.
#[inline(never)]
pub(crate) fn count(times: &[u32], now: u32, span: u64) -> u16 {
    let mut count = 0;
    for &then in times {
        count += u16::from(u64::from(now.saturating_sub(then)) <= span);
    }
    count
}

beacon::wire!(struct Times(times));
