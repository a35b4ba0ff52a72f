//! What was met lately: one small memory for all detectors that count how often something came back.

/// Things that are remembered; the one longest unmet goes first.
const MARKS: usize = 8;

/// The last things met, newest first.
#[derive(Clone, Debug)]
pub(super) struct Marks([Mark; MARKS]);

/// One thing: when it was last met, in whatever unit, and how often in a row of short gaps.
#[derive(Clone, Copy, Debug)]
struct Mark {
    of: u32,
    at: u64,
    times: u8,
}

impl Marks {
    /// Nothing met yet.
    pub(super) const NEW: Self = Self([Mark { of: 0, at: 0, times: 0 }; MARKS]);

    /// Meets a thing, and says how often that was now: from one again after more than `within`, no
    /// oftener at the same time.
    #[inline(never)]
    pub(super) fn meet(&mut self, of: u32, at: u64, within: u64) -> u8 {
        let known = self.0.iter().position(|it| it.of == of);
        let place = known.unwrap_or(MARKS - 1);
        let mut mark = self.0[place];
        if known.is_none() || !mark.is_within(at, within) {
            mark = Mark { of, at, times: 0 };
        }
        if mark.times == 0 || mark.at != at {
            mark.times = mark.times.saturating_add(1);
        }
        mark.at = at;
        self.0.copy_within(..place, 1);
        self.0[0] = mark;
        mark.times
    }

    /// What was met last; 0 when nothing was.
    pub(super) fn newest(&self) -> u32 {
        self.0[0].of
    }

    /// How many things were met within that time, and how often they came back; nothing when `of` is
    /// none of them.
    pub(super) fn around(&self, of: u32, at: u64, within: u64) -> Option<(u8, u8)> {
        let (mut things, mut returns, mut is_known) = (0, 0_u8, false);
        for mark in &self.0 {
            if mark.times > 0 && mark.is_within(at, within) {
                things += 1;
                returns = returns.saturating_add(mark.times - 1);
                is_known |= mark.of == of;
            }
        }
        is_known.then_some((things, returns))
    }
}

impl Mark {
    fn is_within(self, at: u64, within: u64) -> bool {
        at.saturating_sub(self.at) <= within
    }
}

/// FNV-1a: tells a few things apart; a collision costs one false signal.
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

beacon::wire!(struct Marks(marks));
beacon::wire!(struct Mark { of, at, times });
