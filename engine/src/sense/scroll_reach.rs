//! How much of the page was on screen: the deepest share, per 10 %.

use beacon::item::Signal;

/// The deepest share of this view so far.
#[derive(Debug)]
pub(super) struct ScrollReach {
    percent: u8,
}

impl ScrollReach {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self { percent: 0 };

    /// The viewport shows `top .. top + height` of `full` pixels. A page that fits is read whole.
    pub(super) fn scrolled(&mut self, top: u32, height: u32, full: u32) -> Option<Signal> {
        let seen = u64::from(top) + u64::from(height);
        let tenths = (seen * 10).checked_div(u64::from(full))?.min(10);
        let percent = u8::try_from(tenths * 10).unwrap_or(100);
        if percent <= self.percent {
            return None;
        }
        self.percent = percent;
        Some(Signal::ScrollReach { percent })
    }
}
