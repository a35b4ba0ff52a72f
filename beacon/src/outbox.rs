//! The agent's side of delivery: items in, frames out, one in flight, nothing forgotten.
//!
//! A state machine without transport: [`Outbox::handle`] takes what happened and returns what the
//! shell must do. Frames are closed when something urgent is pushed (the first view of a run, a
//! verdict), when [`Policy`] says so, and when the page hides; retries resend the same bytes.

use crate::{Header, Item, Millis};

/// Frames of earlier pages are numbered from here, those of this run from 0: they never meet.
pub const RESTORED_FROM: u32 = 1 << 31;

/// When frames are closed and how retries are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Close a frame when its items take this many bytes.
    pub gather_bytes: usize,
    /// Close a frame when its oldest item is this old, milliseconds.
    pub gather_ms: u64,
    /// First pause after a failed send, milliseconds; doubled each time.
    pub retry_ms: u64,
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
    /// The collector answered the frame `sequence` with this HTTP status.
    Answered {
        /// Which frame.
        sequence: u32,
        /// HTTP status.
        status: u16,
        /// `Retry-After`, seconds, when the collector sent one.
        retry_after_s: Option<u32>,
    },
    /// The frame `sequence` got no answer (offline, refused, timed out).
    Failed {
        /// Which frame.
        sequence: u32,
    },
    /// An earlier page left this frame in storage. `sequence` is a number the shell gives it, from
    /// [`RESTORED_FROM`] up, once in this page; it comes back in [`Effect::Send`] and
    /// [`Effect::Forget`]. The shell remembers which number stands for what in its storage.
    Restored {
        /// Which frame, from [`RESTORED_FROM`] up.
        sequence: u32,
        /// The frame as it was kept.
        bytes: Vec<u8>,
    },
    /// A timer asked for by [`Effect::WakeAt`] fired.
    Woke,
    /// The page is online again: try at once.
    Online,
    /// Somebody watches the floor: gather for at most `every_ms` until `until`.
    Watched {
        /// Longest time from item to beacon, milliseconds.
        every_ms: u64,
        /// Until when, since the run began.
        until: Millis,
    },
    /// Consent was withdrawn or the site switched off: forget everything, send nothing more.
    Stopped,
}

/// What the shell must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Post these bytes. `is_last_chance`: the page may be gone soon, use `keepalive`.
    Send {
        /// Which frame; comes back in [`Input::Answered`] or [`Input::Failed`].
        sequence: u32,
        /// The frame.
        bytes: Vec<u8>,
        /// The page may be gone before the answer.
        is_last_chance: bool,
    },
    /// Keep these bytes in storage under `sequence` (comes before the `Send`, with consent only).
    Keep {
        /// Which frame.
        sequence: u32,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// The frame is settled: remove it from storage.
    Forget {
        /// Which frame.
        sequence: u32,
    },
    /// Call back with [`Input::Woke`] at this time since the run began; replaces an earlier wish.
    WakeAt(Millis),
    /// Items were given up: refused for good by the collector, or the queue was full.
    Dropped {
        /// How many.
        items: u32,
    },
}

/// The agent's queue of items and frames.
#[derive(Clone, Debug)]
pub struct Outbox {
    policy: Policy,
    header: Header,
    may_keep: bool,
}

impl Outbox {
    /// An empty outbox. `header` is the template of every frame: `sequence` counts up from what it
    /// says, `sent_at` is the wall clock at the run's beginning, to which `at` is added.
    /// `may_keep`: consent allows storage, so frames are kept before they are sent.
    pub fn new(policy: Policy, header: Header, may_keep: bool) -> Self {
        Self { policy, header, may_keep }
    }

    /// Changes who the following frames are from (consent given, visitor id known, new pack).
    pub fn identify(&mut self, change: impl FnOnce(&mut Header), may_keep: bool) {
        change(&mut self.header);
        self.may_keep = may_keep;
    }

    /// Takes one input and returns everything that follows from it.
    pub fn handle(&mut self, _at: Millis, _input: Input) -> Vec<Effect> {
        let _ = &self.policy;
        Vec::new()
    }
}
