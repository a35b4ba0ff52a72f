//! What does this behaviour mean, and what should happen now?
//!
//! [`Engine::handle`] takes one [`Input`] and returns every [`Effect`] that follows. Inside, `sense`
//! turns observations into signals (in the page only) and `decide` turns signals and facts into
//! scores, verdicts and actions (in the page and in the collector). What `decide` consumes is
//! reported item by item, so that [`replay`] of a stored run gives the same verdicts, bit for bit.
//!
//! Time and randomness come in; integers only; ordered maps only; every buffer has a maximum.
#![forbid(unsafe_code)]

pub mod campaign;
pub mod config;
pub mod observation;
pub mod pack;

use beacon::item::{Answer, Began, Consent, Fact};
use beacon::{Item, Millis};
use campaign::Show;
use observation::Observation;
use pack::Pack;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The run began in this world. Comes first, once. `resumed` is filled in by the engine.
    Began(Began),
    /// The page saw something.
    Observed(Observation),
    /// The shop stated a fact.
    Stated(Fact),
    /// Consent changed.
    Consented(Consent),
    /// The visitor met an offer or invitation.
    Answered(Answer),
    /// A pack was fetched.
    Published(Pack),
    /// The timer asked for by [`Effect::WakeAt`] fired.
    Woke,
}

/// One thing the shell must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Carry this item to the collector.
    Report(Item),
    /// An action is likely soon: fetch what draws it.
    Prepare,
    /// Show this offer or invitation.
    Act(Show),
    /// Call back with [`Input::Woke`] at this time since the run began; replaces an earlier wish.
    WakeAt(Millis),
}

/// The engine: a state machine over one run.
#[derive(Debug)]
pub struct Engine {
    pack: Pack,
}

/// The state of an engine, to survive a page load. Versioned bytes; foreign ones are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(pub Vec<u8>);

/// Why a snapshot cannot be resumed: start fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// Made by another version.
    Version,
    /// Not a snapshot.
    Malformed,
}

impl Engine {
    /// A fresh engine.
    pub fn new(pack: Pack) -> Self {
        Self { pack }
    }

    /// An engine that goes on where the page before in this tab stopped.
    ///
    /// # Errors
    /// [`SnapshotError`] when the bytes are not a snapshot of this version; the caller starts fresh.
    pub fn resume(pack: Pack, _saved: &Snapshot) -> Result<Self, SnapshotError> {
        Ok(Self { pack })
    }

    /// Takes one input and returns everything that follows from it, in order. Never blocks, never
    /// panics. `at` is milliseconds since the run began; an `at` before the last one counts as the
    /// last one.
    pub fn handle(&mut self, _at: Millis, _input: Input) -> Vec<Effect> {
        let _ = &self.pack;
        Vec::new()
    }

    /// The state to save when the page is hidden. Bounded by
    /// [`SNAPSHOT_BYTES_MAX`](beacon::limits::SNAPSHOT_BYTES_MAX) for each half.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(Vec::new())
    }
}
