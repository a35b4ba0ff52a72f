//! The agent: senses, decides and sends.
//!
//! Whatever the sources notice is fed to the engine, or to the outbox, and the effects are obeyed
//! ([`perform`]). What the page says from within one of our own calls is put off until that is done
//! ([`Agent::hear`]), so that everything happens in turn.
//!
//! A run goes on only while consent allows something to be sent. Without one the engine takes
//! nothing, the sources are mute, and what the shop states waits in memory ([`consent`]).

mod border;
mod calls;
mod clock;
mod consent;
mod entry;
mod ga4;
mod identity;
mod memory;
mod own;
mod pack;
mod page;
mod perform;
mod run;
mod sources;
mod surface;
mod transport;

use core::cell::Cell;

use beacon::item::{Consent, Fact};
use beacon::outbox::Outbox;
use engine::observation::Observation;
use engine::{Engine, Input};

use clock::{Clock, Timer};
use consent::Gate;
use identity::Identity;
use own::Own;
use page::Page;
use sources::Sources;

pub use entry::{answered, call, emit, hear, path, published, start};

/// The lock is never contended: a page has one thread. It is what makes this one safe to name.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Everything there is in one page. Lives as long as the module's instance, so it is only ever
/// handed around as `&'static`.
struct Agent {
    page: Page,
    clock: Clock,
    gate: Gate,
    /// What the run that goes on may do; none goes on below [`Consent::Measure`].
    consent: Cell<Consent>,
    /// Who comes, with consent to personalise.
    identity: Cell<Option<Identity>>,
    /// Holds the pack as well: the default one as long as none came.
    engine: Own<Engine>,
    outbox: Own<Outbox>,
    /// Counts the runs of this page, from 1.
    runs: Cell<u32>,
    /// Whether frames of earlier pages are still to be sent again in this run.
    is_restoring: Cell<bool>,
    /// Whether one of our handlers is at work.
    is_busy: Cell<bool>,
    wake: Timer,
    sources: Sources,
}

impl Agent {
    /// The page saw something.
    fn observe(&'static self, observation: Observation) {
        self.feed(self.clock.now(), Input::Observed(observation));
    }

    /// The shop stated something.
    fn state(&'static self, fact: Fact) {
        self.feed(self.clock.now(), Input::Stated(fact));
    }

    /// Whether consent allows a run; without one nothing is watched.
    fn is_running(&self) -> bool {
        self.consent.get() >= Consent::Measure
    }
}
