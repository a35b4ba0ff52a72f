//! The agent's side of delivery: items in, frames out, one in flight, nothing forgotten.
//!
//! A state machine without transport: [`Outbox::handle`] takes what happened and returns what the
//! shell must do. Effects name frames by number; [`Outbox::frame`] has their bytes.
//!
//! **When a frame is closed.** At once for what somebody waits for: the first view of a run, a
//! verdict, a purchase. Else when [`Policy`] says so, and when the page hides. While an answer is
//! awaited everything goes on gathering, so that it leaves as one frame behind it. Items in the cart
//! and a begun checkout wait with the rest: a request costs more than they gain by 30 s.
//!
//! **What is never done.** A later dwell or scroll reach says all that an earlier one said, yet does
//! not replace it: the deciding half consumed both, and a replay must see what it saw.
//!
//! **Delivery.** A frame is sent until it is answered for good; retries resend the same bytes. With
//! consent it is kept in storage first and forgotten once settled; what the page could not settle,
//! a later page restores. The collector's [`inbox`](crate::inbox) makes this at-least-once exact.

use alloc::vec::Vec;
use core::mem;

use crate::frame::{self, Items};
use crate::item::Fact;
use crate::limits::{FRAME_BYTES_MAX, ITEMS_MAX};
use crate::{Body, Header, Item, Millis};

/// Frames of earlier pages are numbered from here, those of this run from 0: they never meet.
pub const RESTORED_FROM: u32 = 1 << 31;

/// When frames are closed and how retries are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Close a frame when its items take this many bytes. Above 8 KiB, 8 KiB holds, so that the
    /// last item cannot make the frame larger than is read.
    pub gather_bytes: usize,
    /// Close a frame when its oldest item is this old, milliseconds.
    pub gather_ms: u64,
    /// First pause after a failed send, milliseconds; doubled each time.
    pub retry_ms: u32,
    /// Longest pause between retries, milliseconds.
    pub retry_ms_max: u64,
    /// Bytes of closed frames that may wait; beyond it the oldest unsent frame is dropped and
    /// counted.
    pub waiting_bytes_max: usize,
}

impl Default for Policy {
    /// 4 kB or 30 s (DESIGN: a request's headers cost about 620 bytes, so few requests matter more
    /// than tight bodies); retries from 1 s to 5 min; 64 KiB waiting.
    fn default() -> Self {
        Self {
            gather_bytes: 4_096,
            gather_ms: 30_000,
            retry_ms: 1_000,
            retry_ms_max: 300_000,
            waiting_bytes_max: 64 * 1024,
        }
    }
}

/// What happened. `at` is milliseconds since the run began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Something to carry.
    Push(Item),
    /// The page is being hidden or left: send what is gathered now, it may be the last chance.
    Hid,
    /// What became of sending the frame `sequence`.
    Answered {
        /// Which frame.
        sequence: u32,
        /// HTTP status; 0 when no answer came (offline, refused, timed out).
        status: u16,
        /// `Retry-After`, seconds; 0 when the collector sent none.
        retry_after_s: u32,
    },
    /// An earlier page left this frame in storage. `sequence` is a number the shell gives it, from
    /// [`RESTORED_FROM`] up, once in this page; it comes back in [`Effect::Send`] and
    /// [`Effect::Forget`]. The shell remembers which number stands for what in its storage. A frame
    /// for which there is no room is passed over and stays in storage for a later page.
    Restored {
        /// Which frame, from [`RESTORED_FROM`] up.
        sequence: u32,
        /// The frame as it was kept.
        bytes: Vec<u8>,
    },
    /// A timer asked for by [`Effect::WakeAt`] fired.
    Woke,
    /// The page is online again: try at once, unless the collector asked for a pause.
    Online,
    /// Somebody watches the floor: until `until`, send at each item, at most once in `every_ms`.
    Watched {
        /// Longest time from item to beacon, milliseconds.
        every_ms: u64,
        /// Until when, since the run began.
        until: Millis,
    },
}

/// What the shell must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Post this frame. `is_last_chance`: the page may be gone before the answer, use `keepalive`.
    Send {
        /// Which frame; comes back in [`Input::Answered`].
        sequence: u32,
        /// The page may be gone before the answer.
        is_last_chance: bool,
    },
    /// Keep this frame in storage (comes before the `Send`, with consent only).
    Keep {
        /// Which frame.
        sequence: u32,
    },
    /// The frame is settled: remove it from storage.
    Forget {
        /// Which frame.
        sequence: u32,
    },
    /// Call back with [`Input::Woke`] at this time since the run began; replaces an earlier wish.
    WakeAt(Millis),
}

/// The agent's queue of items and frames.
#[derive(Clone, Debug)]
pub struct Outbox {
    policy: Policy,
    header: Header,
    may_keep: bool,
    is_stopped: bool,
    gathering: Items,
    /// When what is gathered must leave; [`NEVER`] while there is nothing.
    due_at: Millis,
    /// Ordered by number: those of this run first, oldest first, then restored ones.
    frames: Vec<Frame>,
    pause: Pause,
    watched: (u64, Millis),
    closed_at: Millis,
    has_viewed: bool,
    /// When it asked to be woken; [`NEVER`] when it did not.
    wake_at: Millis,
    dropped: u32,
}

/// A closed frame, until it is settled.
#[derive(Clone, Debug)]
struct Frame {
    sequence: u32,
    bytes: Vec<u8>,
    items: u32,
    is_kept: bool,
    /// When it left; [`NEVER`] while it waits.
    sent_at: Millis,
    /// It left while the page was dying.
    is_last_chance: bool,
}

/// When the next try may be made.
#[derive(Clone, Copy, Debug, Default)]
struct Pause {
    /// Failures in a row.
    failures: u32,
    /// Our own back-off.
    until: Millis,
    /// What the collector asked for by `Retry-After`; neither hiding nor coming online shortens it.
    asked_until: Millis,
}

impl Outbox {
    /// An empty outbox. `header` is the template of every frame: `sequence` counts up from what it
    /// says, `sent_at` is the wall clock at the run's beginning, to which `at` is added.
    /// `may_keep`: consent allows storage, so frames are kept before they are sent.
    pub fn new(policy: Policy, header: Header, may_keep: bool) -> Self {
        Self {
            policy,
            header,
            may_keep,
            is_stopped: false,
            gathering: Items::default(),
            due_at: NEVER,
            frames: Vec::new(),
            pause: Pause::default(),
            watched: (0, Millis(0)),
            closed_at: Millis(0),
            has_viewed: false,
            wake_at: NEVER,
            dropped: 0,
        }
    }

    /// Changes who the following frames are from (consent given, visitor id known, new pack, the
    /// collector's clock learnt). Items gathered so far go with them.
    ///
    /// When `may_keep` is taken back, the next [`Outbox::handle`] gives up every frame that was kept:
    /// it carries ids, and the consent to send them is gone.
    pub fn identify(&mut self, change: impl FnOnce(&mut Header), may_keep: bool) {
        change(&mut self.header);
        self.may_keep = may_keep;
    }

    /// Takes one input and returns everything that follows from it.
    pub fn handle(&mut self, at: Millis, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.is_stopped {
            return effects;
        }
        let is_hiding = matches!(input, Input::Hid);
        self.take(at, input, &mut effects);
        self.stop_waiting_for_answers(at);
        if is_hiding || self.is_due(at) {
            self.close(at);
        }
        self.keep_or_give_up(&mut effects);
        self.send(at, is_hiding, &mut effects);
        self.make_room(&mut effects);
        self.ask_to_be_woken(&mut effects);
        effects
    }

    /// A copy of a frame that an effect named; no bytes when it is settled by now.
    pub fn frame(&self, sequence: u32) -> Vec<u8> {
        let index = self.index_of(sequence);
        index.map_or(Vec::new(), |index| self.frames[index].bytes.clone())
    }

    /// How many items were given up so far: refused for good by the collector, breaking a limit,
    /// pushed out of a full queue, or written under a consent that no longer holds. Those of an
    /// earlier page, which nobody opens here, are not counted.
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Consent was withdrawn or the site switched off: forget everything, take and send nothing
    /// more. The shell also clears from its storage what this outbox passed over as too much.
    pub fn stop(&mut self) -> Vec<Effect> {
        self.is_stopped = true;
        self.gathering = Items::default();
        self.due_at = NEVER;
        let mut effects = Vec::new();
        while !self.frames.is_empty() {
            self.remove(0, &mut effects);
        }
        effects
    }

    /// Consent was given again after [`Outbox::stop`]: take items again.
    pub fn resume(&mut self) {
        self.is_stopped = false;
    }

    fn take(&mut self, at: Millis, input: Input, effects: &mut Vec<Effect>) {
        match input {
            Input::Push(item) => self.gather(at, &item),
            Input::Answered { sequence, status, retry_after_s } => {
                let Some(index) = self.index_of(sequence) else { return };
                let class = class(status);
                if class == Class::Later {
                    self.frames[index].wait();
                    return self.retry_later(at, retry_after_s);
                }
                // The collector is there, whatever it thinks of the frame.
                self.pause = Pause::default();
                let items = self.remove(index, effects);
                if class == Class::Refused {
                    self.dropped += items;
                }
            }
            // If there is no room for it, `make_room` passes it over.
            Input::Restored { sequence, bytes } => self.insert(sequence, bytes, 0, true),
            Input::Woke => self.wake_at = NEVER,
            Input::Online => self.pause.until = at,
            Input::Watched { every_ms, until } => {
                self.watched = (every_ms, until);
                if self.due_at != NEVER {
                    self.hurry(at);
                }
            }
            Input::Hid => {}
        }
    }

    fn gather(&mut self, at: Millis, item: &Item) {
        // One item too long would have the whole frame refused.
        if !item.body.keeps_limits() {
            self.dropped += 1;
            return;
        }
        self.gathering.push(item);
        let is_urgent = match &item.body {
            Body::Viewed(_) => !mem::replace(&mut self.has_viewed, true),
            Body::Decided(_) | Body::Stated(Fact::Purchased { .. }) => true,
            _ => false,
        };
        let wait_ms = if is_urgent { 0 } else { self.policy.gather_ms };
        self.due_at = self.due_at.min(at.plus(wait_ms));
        self.hurry(at);
    }

    /// Who watches does not wait for what is gathered.
    fn hurry(&mut self, at: Millis) {
        let (every_ms, until) = self.watched;
        if at < until {
            self.due_at = self.due_at.min(self.closed_at.plus(every_ms));
        }
    }

    /// Whether what is gathered should become a frame now. As long as an answer is awaited it would
    /// only stand in line, so it goes on gathering until a frame is full.
    fn is_due(&self, at: Millis) -> bool {
        self.gathering.len() >= self.policy.gather_bytes.min(GATHER_BYTES_MAX)
            || self.gathering.count() as usize >= ITEMS_MAX
            || (at >= self.due_at && self.flight_since() == NEVER)
    }

    fn close(&mut self, at: Millis) {
        let items = mem::take(&mut self.gathering);
        if items.count() == 0 {
            return;
        }
        let began = self.header.sent_at;
        self.header.sent_at = began.plus(at.0);
        let bytes = frame::close(&self.header, &items);
        self.header.sent_at = began;
        self.insert(self.header.sequence, bytes, items.count(), false);
        self.header.sequence += 1;
        (self.closed_at, self.due_at) = (at, NEVER);
    }

    fn insert(&mut self, sequence: u32, bytes: Vec<u8>, items: u32, is_kept: bool) {
        let behind = self.frames.iter().position(|frame| frame.sequence > sequence);
        let (sent_at, is_last_chance) = (NEVER, false);
        let frame = Frame { sequence, bytes, items, is_kept, sent_at, is_last_chance };
        self.frames.insert(behind.unwrap_or(self.frames.len()), frame);
    }

    /// Takes a frame out, and out of storage. Says how many items it has.
    fn remove(&mut self, index: usize, effects: &mut Vec<Effect>) -> u32 {
        let Frame { sequence, items, is_kept, .. } = self.frames.remove(index);
        if is_kept {
            effects.push(Effect::Forget { sequence });
        }
        items
    }

    /// Brings storage in line with consent.
    fn keep_or_give_up(&mut self, effects: &mut Vec<Effect>) {
        for index in (0..self.frames.len()).rev() {
            let frame = &mut self.frames[index];
            if frame.is_kept == self.may_keep {
                continue;
            }
            if self.may_keep {
                frame.is_kept = true;
                effects.push(Effect::Keep { sequence: frame.sequence });
            } else {
                self.dropped += self.remove(index, effects);
            }
        }
    }

    /// Sends the next frame. At the last chance everything at once, as far as browsers let a dying
    /// page; a request under way is made again, because without `keepalive` it may die with the page.
    fn send(&mut self, at: Millis, is_last_chance: bool, effects: &mut Vec<Effect>) {
        let is_free = at >= self.pause.until && self.flight_since() == NEVER;
        if at < self.pause.asked_until || !(is_free || is_last_chance) {
            return;
        }
        let mut bytes = 0;
        for frame in &mut self.frames {
            bytes += frame.bytes.len();
            if is_last_chance && bytes > FRAME_BYTES_MAX {
                return;
            }
            if frame.is_last_chance {
                continue;
            }
            (frame.sent_at, frame.is_last_chance) = (at, is_last_chance);
            effects.push(Effect::Send { sequence: frame.sequence, is_last_chance });
            if !is_last_chance {
                return;
            }
        }
    }

    fn retry_later(&mut self, at: Millis, retry_after_s: u32) {
        self.back_off(at);
        let asked_until = at.plus(u64::from(retry_after_s.min(RETRY_AFTER_S_MAX)) * 1_000);
        self.pause.asked_until = self.pause.asked_until.max(asked_until);
    }

    /// Doubles the pause, shortened by up to half by a byte of the run's random id: agents that lost
    /// the collector together do not come back together.
    fn back_off(&mut self, at: Millis) {
        // The frames of one last chance fail together and count once.
        if at < self.pause.until {
            return;
        }
        let Policy { retry_ms, retry_ms_max, .. } = self.policy;
        let failures = self.pause.failures;
        let pause_ms = (u64::from(retry_ms) << failures.min(DOUBLINGS_MAX)).min(retry_ms_max);
        let chance = u64::from(self.header.run.0[failures as usize % 16]);
        self.pause.until = at.plus(pause_ms - pause_ms / 2 * chance / 256);
        self.pause.failures = failures.saturating_add(1);
    }

    /// A shell may lose an answer (a page frozen in the back/forward cache); we must not wait on.
    fn stop_waiting_for_answers(&mut self, at: Millis) {
        // What never left has been away for no time.
        if at.since(self.flight_since()) < ANSWER_MS_MAX {
            return;
        }
        for frame in &mut self.frames {
            frame.wait();
        }
        self.back_off(at);
    }

    /// Restored frames go first, newest first: they are safe in storage. Then the oldest of this run.
    fn make_room(&mut self, effects: &mut Vec<Effect>) {
        loop {
            let (mut bytes, mut spare) = (0, 0);
            for (index, frame) in self.frames.iter().enumerate().filter(|(_, it)| it.is_waiting()) {
                if bytes == 0 || frame.sequence >= RESTORED_FROM {
                    spare = index;
                }
                bytes += frame.bytes.len();
            }
            if bytes <= self.policy.waiting_bytes_max {
                return;
            }
            let frame = &mut self.frames[spare];
            frame.is_kept &= frame.sequence < RESTORED_FROM;
            self.dropped += self.remove(spare, effects);
        }
    }

    fn ask_to_be_woken(&mut self, effects: &mut Vec<Effect>) {
        let since = self.flight_since();
        let wish = if since != NEVER {
            since.plus(ANSWER_MS_MAX)
        } else if self.frames.is_empty() {
            self.due_at
        } else {
            self.due_at.min(self.pause.until.max(self.pause.asked_until))
        };
        if wish != NEVER && wish != self.wake_at {
            self.wake_at = wish;
            effects.push(Effect::WakeAt(wish));
        }
    }

    /// Since when an answer is awaited; [`NEVER`]: none is.
    fn flight_since(&self) -> Millis {
        self.frames.iter().fold(NEVER, |since, frame| since.min(frame.sent_at))
    }

    fn index_of(&self, sequence: u32) -> Option<usize> {
        self.frames.iter().position(|frame| frame.sequence == sequence)
    }
}

impl Frame {
    fn is_waiting(&self) -> bool {
        self.sent_at == NEVER
    }

    fn wait(&mut self) {
        (self.sent_at, self.is_last_chance) = (NEVER, false);
    }
}

/// What an HTTP status means for a frame.
#[derive(PartialEq)]
enum Class {
    Taken,
    Refused,
    Later,
}

/// DESIGN, "Acknowledgement". What is not named there comes from something between us and the
/// collector and may pass.
fn class(status: u16) -> Class {
    match status {
        200..=299 => Class::Taken,
        400 | 403 | 404 | 409 | 410 | 413 | 415 | 422 => Class::Refused,
        _ => Class::Later,
    }
}

/// A time that does not come. Not an `Option`: the minimum of numbers is a third of the code.
const NEVER: Millis = Millis(u64::MAX);

/// The largest item is a [`Body::Began`] of about 4.2 kB, so a frame closed at this size stays well
/// within [`FRAME_BYTES_MAX`].
const GATHER_BYTES_MAX: usize = 8 * 1024;

/// An answer that took a minute will not come: browsers' own limits lie above, the collector's far
/// below.
const ANSWER_MS_MAX: u64 = 60_000;

/// A longer `Retry-After` is taken for a mistake: an hour.
const RETRY_AFTER_S_MAX: u32 = 3_600;

/// Doublings of the pause before only the policy's maximum counts; keeps the shift in range.
const DOUBLINGS_MAX: u32 = 20;
