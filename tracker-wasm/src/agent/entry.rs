//! The module's exports: the loader calls the first two, `page.js` the others.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use core::cell::{Cell, RefCell};

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::border::List;
use super::clock::{Clock, Timer};
use super::consent::Gate;
use super::page::{Hooks, Page};
use super::{Agent, Task, border, outbox};
use engine::Input;

/// Set once by `start`; the loader makes a fresh instance of the module for a second start.
struct Only(Cell<Option<&'static Agent>>);

#[expect(unsafe_code, reason = "a page's module has one thread: it is built without atomics")]
// SAFETY: nothing is shared between threads where there is only one.
unsafe impl Sync for Only {}

static AGENT: Only = Only(Cell::new(None));

/// Begins to watch the page. Called once by the loader, with the hooks of ARCHITECTURE.md.
#[wasm_bindgen]
pub fn start(hooks: Hooks) {
    border::connect(&hooks);
    let agent: &'static Agent = Box::leak(Box::new(Agent::new(Page::new(hooks))));
    AGENT.0.set(Some(agent));
    agent.start();
}

/// One call of `window.nunchi(name, …)`.
#[wasm_bindgen]
pub fn call(args: &List) {
    if let Some(agent) = AGENT.0.get() {
        agent.call(args);
    }
}

/// Something happened for which the agent lent its ear.
#[wasm_bindgen]
pub fn hear(ear: u32, value: &JsValue) {
    if let Some(agent) = AGENT.0.get() {
        agent.hear(ear, value);
    }
}

/// The collector's answer to a frame; status 0 when there was none. `seconds` of `Retry-After` are
/// not a number where it was not said.
#[wasm_bindgen]
pub fn answered(run: u32, sequence: u32, status: u16, seconds: f64, body: &[u8]) {
    if let Some(agent) = AGENT.0.get() {
        agent.answered(run, sequence, status, seconds, body);
    }
}

/// The answer to the wish for the pack; status 0 when there was none.
#[wasm_bindgen]
pub fn published(status: u16, body: &[u8]) {
    if let Some(agent) = AGENT.0.get() {
        agent.pack_answered(status, body);
    }
}

/// How the visitor met what the surface shows.
#[wasm_bindgen]
pub fn emit(campaign: u16, reaction: &str) {
    if let Some(agent) = AGENT.0.get() {
        agent.react(campaign, reaction);
    }
}

/// Path of the page, cleaned of what must not leave it.
#[wasm_bindgen]
pub fn path() -> String {
    AGENT.0.get().map(|agent| agent.clean(&border::address())).unwrap_or_default()
}

impl Agent {
    fn new(page: Page) -> Self {
        Self {
            clock: Clock::default(),
            storage: super::Storage::new(&page),
            gate: Gate::new(&page),
            pack: RefCell::default(),
            pack_bytes: RefCell::default(),
            run: RefCell::new(None),
            runs: Cell::new(0),
            tasks: RefCell::new(VecDeque::new()),
            is_working: Cell::new(false),
            engine_timer: Timer::new(|agent, _| {
                if agent.engine_timer.rang(agent) {
                    agent.tell(Task::Feed(Input::Woke));
                }
            }),
            outbox_timer: Timer::new(|agent, _| {
                if agent.outbox_timer.rang(agent) {
                    agent.tell(Task::Carry(outbox::Input::Woke));
                }
            }),
            ears: RefCell::default(),
            sources: super::Sources::default(),
            page,
        }
    }

    /// Everything said so far is heard before the pack is there, so that a refusal comes in time.
    fn start(&'static self) {
        self.listen();
        let queue = self.page.hooks.queue();
        for index in 0..queue.length() {
            self.call(queue.at(index).unchecked_ref());
        }
        self.fetch_pack(false);
    }
}
