//! The agent: senses, decides and sends.
//!
//! One loop ([`Agent::tell`]): whatever the sources notice is queued as a [`Task`]; each task is fed
//! to the engine or the outbox, and the effects are obeyed. No borrow is held while JavaScript is
//! called, so the page may call back at any moment: what it says is queued and taken in turn.
//!
//! A [`run::Run`] exists only while consent allows something to be sent. Without it the sources are
//! mute; only views and facts wait in memory, for at most [`HELD_MS_MAX`](engine::config).

mod border;
mod calls;
mod clock;
mod consent;
mod entry;
mod ga4;
mod identity;
mod pack;
mod page;
mod perform;
mod run;
mod sources;
mod storage;
mod surface;
mod transport;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use beacon::item::Fact;
use beacon::outbox;
use engine::Input;
use engine::observation::Observation;
use engine::pack::Pack;

use clock::{Clock, Timer};
use consent::Gate;
use page::{Handler, Page};
use run::Run;
use sources::Sources;
use sources::navigation::Opened;
use storage::Storage;

pub use entry::{answered, call, emit, hear, path, published, start};

/// The lock is never contended: a page has one thread. It is what makes this one safe to name.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// One thing to be worked off by the loop.
enum Task {
    /// A page or route was opened. Its path is cleaned when a run takes it, by the pack of then.
    Open(Opened),
    /// For the engine.
    Feed(Input),
    /// For the outbox.
    Carry(outbox::Input),
    /// Bring the run in line with what consent now allows.
    Settle,
}

/// Everything there is in one page. Lives as long as the module's instance, so it is only ever
/// handed around as `&'static`.
struct Agent {
    page: Page,
    clock: Clock,
    storage: Storage,
    gate: Gate,
    /// The published pack, or the default one as long as none came.
    pack: RefCell<Pack>,
    pack_bytes: RefCell<Vec<u8>>,
    run: RefCell<Option<Run>>,
    /// Counts the runs of this page, from 1.
    runs: Cell<u32>,
    tasks: RefCell<VecDeque<Task>>,
    is_working: Cell<bool>,
    engine_timer: Timer,
    outbox_timer: Timer,
    /// What the page may call back, by number.
    ears: RefCell<Vec<Handler>>,
    sources: Sources,
}

/// Tasks that may wait while one is being worked off; more are let go. Only a page that calls back
/// from within our own calls can fill it.
const TASKS_MAX: usize = 256;

/// The element that the surface draws in: not a part of the page.
const SURFACE: &str = "nunchi-surface";

impl Agent {
    /// Takes one task and everything that follows from it.
    fn tell(&'static self, task: Task) {
        let mut tasks = self.tasks.borrow_mut();
        if tasks.len() < TASKS_MAX {
            tasks.push_back(task);
        }
        drop(tasks);
        if self.is_working.replace(true) {
            return;
        }
        while let Some(task) = self.next_task() {
            self.work(task);
        }
        self.is_working.set(false);
    }

    fn next_task(&self) -> Option<Task> {
        self.tasks.borrow_mut().pop_front()
    }

    fn work(&'static self, task: Task) {
        match task {
            Task::Open(_) | Task::Feed(_) if !self.is_running() => self.hold(task),
            Task::Open(opened) => self.open(self.clock.now(), &opened),
            Task::Feed(input) => self.feed(self.clock.now(), input),
            Task::Carry(input) => self.carry(self.clock.now(), input),
            Task::Settle => self.settle(),
        }
    }

    /// The page saw something.
    fn observe(&'static self, observation: Observation) {
        self.tell(Task::Feed(Input::Observed(observation)));
    }

    /// The shop stated something.
    fn state(&'static self, fact: Fact) {
        self.tell(Task::Feed(Input::Stated(fact)));
    }

    /// Whether consent allows a run; without one nothing is watched.
    fn is_running(&self) -> bool {
        self.run.borrow().is_some()
    }
}
