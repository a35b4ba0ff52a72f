//! The pointer makes for the top edge and gets there: towards tabs, address bar, close button.
//!
//! Two conditions, because a header lies on the same way. *Aim*: moving up, and at its speed across
//! the edge within [`EXIT_ETA_MS_MAX`]. *Arrival*: before it slows down below that or turns, it
//! leaves through the top or comes within [`EXIT_EDGE_PX`] of it. Who only wants the menu brakes
//! and never arrives; who opens a select, drags, or has just come in never aims.
//!
//! Arrival cannot be heard where the browser never says that the pointer came or went and its way is
//! heard in steps of [`EXIT_CLOSE_MS`] and more (a remote screen, a throttled page; and all recordings
//! of real leaves there are). There the aim must do: at once when the edge is [`EXIT_SURE_MS`] away,
//! else when nothing more is heard for [`EXIT_SILENCE_MS`]; and within [`EXIT_REST_PX`] of the edge,
//! however it came there, nothing more for [`EXIT_REST_MS`]: it is out. One close step, or one word of
//! the browser, and arrival is asked for ever after.
//!
//! Text that is copied counts at once: after 19 of 20 recorded copies a leave followed within 4 s, after
//! five of them without an aim. Known false alarm: a code that is copied for later use in the shop itself.

use beacon::item::Signal;

use crate::config::{
    EXIT_AGAIN_MS, EXIT_CLOSE_MS, EXIT_EDGE_PX, EXIT_ENTERED_MS_MIN, EXIT_ETA_MS_MAX,
    EXIT_GAP_MS_MAX, EXIT_REST_MS, EXIT_REST_PX, EXIT_SILENCE_MS, EXIT_SPEED_MIN, EXIT_SURE_MS,
    EXIT_VIEW_MS_MIN, NEVER,
};

/// Remembers where the pointer was heard last and what it then aimed at.
#[derive(Debug)]
pub(super) struct ExitIntent {
    opened_at: u64,
    entered_at: u64,
    fired_at: u64,
    is_popup_open: bool,
    /// The way is heard, though in long steps: more often than the silence that is waited for.
    is_coarse: bool,
    /// Arrival will be heard.
    is_close: bool,
    /// When, and how far from the top edge.
    last: Option<(u64, i32)>,
    aim: Option<Aim>,
    /// When the aim counts, if nothing speaks against it before.
    due: u64,
}

/// What was measured when the stroke first aimed across the edge: the evidence.
#[derive(Debug)]
struct Aim {
    y: u64,
    speed: u64,
    eta_ms: u64,
}

impl ExitIntent {
    /// Nothing seen yet.
    pub(super) const NEW: Self = Self {
        opened_at: 0,
        entered_at: 0,
        fired_at: 0,
        is_popup_open: false,
        is_coarse: false,
        is_close: false,
        last: None,
        aim: None,
        due: 0,
    };

    /// A view was opened.
    pub(super) fn open(&mut self, now: u64) {
        self.opened_at = now;
        self.forget_stroke();
    }

    pub(super) fn entered(&mut self, now: u64) {
        self.is_close = true;
        self.entered_at = now;
        self.forget_stroke();
    }

    /// A window that is not the page's opened over it, or closed: what the pointer did meanwhile
    /// was meant for it.
    pub(super) fn popup(&mut self, is_open: bool) {
        self.is_popup_open = is_open;
        self.forget_stroke();
    }

    /// The visitor is gone: too late for what was aimed at.
    pub(super) fn stop_aiming(&mut self) {
        self.aim = None;
    }

    pub(super) fn moved(&mut self, now: u64, y: i32, is_held: bool) {
        if is_held || self.is_popup_open {
            return self.forget_stroke();
        }
        self.follow(now, y);
        if y <= EXIT_EDGE_PX {
            // At the edge is outside: who comes down from here has just entered, even where the
            // browser does not say so.
            self.entered_at = now;
        }
    }

    /// Who copies a name wants it elsewhere: the other way out that a page hears of.
    pub(super) fn copied(&mut self, now: u64) {
        if now >= self.ready_at() {
            (self.aim, self.due) = (Some(Aim { y: 0, speed: 0, eta_ms: 0 }), now);
        }
    }

    /// A press tells where the pointer is after a drag. It is heard at once, so it counts as heard a
    /// coarse step ago: it says nothing of how closely moves are heard.
    pub(super) fn pressed(&mut self, now: u64, y: i32) {
        self.last.get_or_insert((now.saturating_sub(EXIT_CLOSE_MS), y));
    }

    pub(super) fn left(&mut self, now: u64, y: i32) {
        self.is_close = true;
        // Not sideways or downwards, or from the middle of the page into a popup.
        self.moved(now, y, y > EXIT_EDGE_PX);
        self.last = None;
    }

    /// Concludes once an aim counts.
    pub(super) fn settle(&mut self, now: u64) -> Option<Signal> {
        if now < self.due() {
            return None;
        }
        let aim = self.aim.take()?;
        if now < self.fired_at + EXIT_AGAIN_MS {
            return None;
        }
        self.fired_at = now;
        let Aim { y, speed, eta_ms } = aim;
        Some(Signal::ExitIntent { y: short(y), speed: short(speed), eta_ms: short(eta_ms) })
    }

    pub(super) fn due(&self) -> u64 {
        if self.aim.is_some() { self.due } else { NEVER }
    }

    /// Takes the next step and aims anew.
    fn follow(&mut self, now: u64, y: i32) {
        let Some((then, from)) = self.last.replace((now, y)) else { return self.stop_aiming() };
        let gap_ms = now.saturating_sub(then);
        let is_stroke = gap_ms <= EXIT_GAP_MS_MAX;
        self.is_close |= gap_ms < EXIT_CLOSE_MS;
        self.is_coarse |= gap_ms <= EXIT_SILENCE_MS;
        // After a pause the pointer shows up where it has gone to meanwhile: that took one step, the
        // shortest that is heard coarsely.
        let is_heard = if self.is_close { is_stroke } else { self.is_coarse };
        let took_ms = if is_stroke { gap_ms.max(1) } else { EXIT_CLOSE_MS };
        let up = u64::try_from(i64::from(from) - i64::from(y)).unwrap_or(0);
        let way = u64::try_from(y).unwrap_or(0);
        let (speed, eta_ms) = (up * 1_000 / took_ms, way * took_ms / up.max(1));
        let is_there = self.is_close && y <= EXIT_EDGE_PX;
        let is_near = !self.is_close && self.is_coarse && y <= EXIT_REST_PX;
        let ready_at = self.ready_at();
        let is_coming = up > 0 && is_heard && !(is_there && now < ready_at);
        let is_aimed = is_coming && speed >= EXIT_SPEED_MIN && eta_ms <= EXIT_ETA_MS_MAX;
        if is_aimed || is_near {
            self.aim.get_or_insert(Aim { y: way, speed, eta_ms });
        } else if !(is_coming && is_there) {
            // Who is there has arrived, however slow the last step was.
            self.aim = None;
        }
        let silence_ms = match () {
            () if is_there || (is_aimed && is_stroke && eta_ms <= EXIT_SURE_MS) => 0,
            () if is_aimed => EXIT_SILENCE_MS,
            () => EXIT_REST_MS,
        };
        let is_enough = is_there || !self.is_close;
        self.due = if is_enough { ready_at.max(now + silence_ms) } else { NEVER };
    }

    /// Before this the visitor has only just come.
    fn ready_at(&self) -> u64 {
        let settled_at = self.opened_at + EXIT_VIEW_MS_MIN;
        settled_at.max(self.entered_at + EXIT_ENTERED_MS_MIN)
    }

    fn forget_stroke(&mut self) {
        (self.last, self.aim) = (None, None);
    }
}

fn short(number: u64) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
