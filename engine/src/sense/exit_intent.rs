//! The pointer makes for the top edge and gets there: towards tabs, address bar, close button.
//!
//! Two conditions, because a header lies on the same way. *Aim*: moving up, and at its speed across
//! the edge within [`EXIT_ETA_MS_MAX`]. *Arrival*: before it slows down below that or turns, it
//! leaves through the top or comes within [`EXIT_EDGE_PX`] of it. Who only wants the menu brakes
//! and never arrives; who opens a select, drags, or has just come in never aims.

use beacon::item::Signal;

use crate::config::{
    EXIT_AGAIN_MS, EXIT_EDGE_PX, EXIT_ENTERED_MS_MIN, EXIT_ETA_MS_MAX, EXIT_GAP_MS_MAX,
    EXIT_SPEED_MIN, EXIT_VIEW_MS_MIN,
};

/// Remembers one stroke: its last sample and its last three speeds.
#[derive(Debug, Default)]
pub(super) struct ExitIntent {
    opened_at: u64,
    entered_at: Option<u64>,
    fired_at: Option<u64>,
    is_popup_open: bool,
    last: Option<Sample>,
    /// Upward, CSS pixels a second, oldest first; all the same after the first interval.
    speeds: Option<[u32; 3]>,
    aim: Option<Aim>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: u64,
    y: i32,
}

/// What was measured when the stroke first aimed across the edge: the evidence.
#[derive(Clone, Copy, Debug)]
struct Aim {
    y: i32,
    speed: u32,
    eta_ms: u64,
}

impl ExitIntent {
    /// A view was opened.
    pub(super) fn open(&mut self, now: u64) {
        self.opened_at = now;
        self.forget_stroke();
    }

    pub(super) fn entered(&mut self, now: u64) {
        self.entered_at = Some(now);
        self.forget_stroke();
    }

    /// A window that is not the page's opened over it, or closed: what the pointer did meanwhile
    /// was meant for it.
    pub(super) fn popup(&mut self, is_open: bool) {
        self.is_popup_open = is_open;
        self.forget_stroke();
    }

    pub(super) fn moved(&mut self, now: u64, y: i32, is_held: bool) -> Option<Signal> {
        if is_held || self.is_popup_open {
            self.forget_stroke();
            return None;
        }
        self.follow(Sample { at: now, y });
        if y > EXIT_EDGE_PX {
            return None;
        }
        let signal = self.arrive(now);
        // At the edge is outside: who comes down from here has just entered, even where the browser
        // does not say so.
        self.entered_at = Some(now);
        signal
    }

    pub(super) fn left(&mut self, now: u64, y: i32) -> Option<Signal> {
        // Leaving sideways or downwards, or from the middle of the page into a popup.
        let signal = if y <= EXIT_EDGE_PX { self.moved(now, y, false) } else { None };
        self.forget_stroke();
        signal
    }

    fn arrive(&mut self, now: u64) -> Option<Signal> {
        let aim = self.aim.take()?;
        let is_settled = now.saturating_sub(self.opened_at) >= EXIT_VIEW_MS_MIN;
        let is_inside = is_past(self.entered_at, now, EXIT_ENTERED_MS_MIN);
        let is_new = is_past(self.fired_at, now, EXIT_AGAIN_MS);
        if !(is_settled && is_inside && is_new) {
            return None;
        }
        self.fired_at = Some(now);
        Some(Signal::ExitIntent {
            y: u16::try_from(aim.y.max(0)).unwrap_or(u16::MAX),
            speed: u16::try_from(aim.speed).unwrap_or(u16::MAX),
            eta_ms: u16::try_from(aim.eta_ms).unwrap_or(u16::MAX),
        })
    }

    /// Takes the next sample of the stroke and aims anew.
    fn follow(&mut self, sample: Sample) {
        let before = self.last.replace(sample);
        let Some(before) = before.filter(|it| sample.at.saturating_sub(it.at) <= EXIT_GAP_MS_MAX)
        else {
            (self.speeds, self.aim) = (None, None);
            return;
        };
        let Ok(up @ 1..) = u32::try_from(i64::from(before.y) - i64::from(sample.y)) else {
            (self.speeds, self.aim) = (None, None);
            return;
        };
        let took_ms = sample.at.saturating_sub(before.at).max(1);
        let speed = u32::try_from(u64::from(up) * 1_000 / took_ms).unwrap_or(u32::MAX);
        let [_, b, c] = self.speeds.unwrap_or([speed; 3]);
        self.speeds = Some([b, c, speed]);
        // One jerky interval must not pass for a stroke, and braking must tell at once: the median,
        // but never more than the last.
        let steady = median(b, c, speed).min(speed);
        let way = u64::try_from(sample.y).unwrap_or(0);
        let eta_ms = way * 1_000 / u64::from(steady.max(1));
        if steady < EXIT_SPEED_MIN || eta_ms > EXIT_ETA_MS_MAX {
            // Who is there has arrived, however slow the last step was.
            if sample.y > EXIT_EDGE_PX {
                self.aim = None;
            }
        } else if self.aim.is_none() {
            self.aim = Some(Aim { y: sample.y, speed: steady, eta_ms });
        }
    }

    fn forget_stroke(&mut self) {
        (self.last, self.speeds, self.aim) = (None, None, None);
    }
}

/// Whether `least_ms` passed since `then`; something that never happened is long past.
fn is_past(then: Option<u64>, now: u64, least_ms: u64) -> bool {
    then.is_none_or(|then| now.saturating_sub(then) >= least_ms)
}

fn median(a: u32, b: u32, c: u32) -> u32 {
    a.min(b).max(a.max(b).min(c))
}
