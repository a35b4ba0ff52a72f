//! The module's exports: the loader calls the first two, `page.js` the others.

use alloc::boxed::Box;
use core::cell::Cell;

use beacon::item::Consent;
use beacon::outbox;
use engine::pack::Published;
use engine::{Engine, Input};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::clock::{Clock, Timer};
use super::consent::Gate;
use super::own::Own;
use super::page::{Heard, Page, ear};
use super::sources::Sources;
use super::{Agent, border};

/// What there is once in a module.
pub(super) struct Only<T>(pub(super) T);

#[expect(unsafe_code, reason = "a page's module has one thread: it is built without atomics")]
// SAFETY: nothing is shared between threads where there is only one.
unsafe impl<T> Sync for Only<T> {}

/// Set once by `start`; the loader makes a fresh instance of the module for a second start.
static AGENT: Only<Cell<Option<&'static Agent>>> = Only(Cell::new(None));

/// Lets the agent do something; the page has to wait for its turn meanwhile.
fn within(f: impl FnOnce(&'static Agent)) {
    if let Some(agent) = AGENT.0.get() {
        agent.busily(f);
    }
}

/// Begins to watch the page. Called once by the loader, with the hooks of ARCHITECTURE.md.
#[wasm_bindgen]
pub fn start(hooks: JsValue) {
    border::connect(&hooks);
    AGENT.0.set(Some(Box::leak(Box::new(Agent::new(Page::new(hooks))))));
    within(Agent::start);
}

/// One call of `window.nunchi(name, …)`.
#[wasm_bindgen]
pub fn call(args: &JsValue) {
    if let Some(agent) = AGENT.0.get() {
        agent.hear(ear(Agent::call), &Heard::of(args));
    }
}

/// Something happened for which the agent lent its ear; what is not told of it is 0.
#[wasm_bindgen]
pub fn hear(ear: u32, value: &JsValue, x: i32, y: i32, flags: u32, sort: u32) {
    if let Some(agent) = AGENT.0.get() {
        agent.hear(ear, &Heard { value, x, y, flags, sort });
    }
}

/// The collector's answer to a frame; status 0 when there was none. `seconds` of `Retry-After` are
/// not a number where it was not said.
#[wasm_bindgen]
pub fn answered(run: u32, sequence: u32, status: u16, seconds: f64, body: &[u8]) {
    within(|agent| agent.answered(run, sequence, status, seconds, body));
}

/// The answer to the wish for the pack; status 0 when there was none.
#[wasm_bindgen]
pub fn published(status: u16, body: &[u8]) {
    within(|agent| agent.pack_answered(status, body));
}

/// How the visitor met what the surface shows, by its number in the list of `page.js`.
#[wasm_bindgen]
pub fn emit(campaign: u16, reaction: i32) {
    within(|agent| agent.react(campaign, reaction));
}

/// Has the page told its path, cleaned of what must not leave it.
#[wasm_bindgen]
pub fn path() {
    if let Some(agent) = AGENT.0.get() {
        border::tell_path(&agent.clean(&border::address()));
    }
}

impl Agent {
    fn new(page: Page) -> Self {
        Self {
            clock: Clock::default(),
            gate: Gate::new(&page),
            consent: Cell::new(Consent::Unknown),
            identity: Cell::new(None),
            engine: Own::new(Engine::new(Published::default())),
            outbox: Own::default(),
            runs: Cell::new(0),
            is_restoring: Cell::new(false),
            is_busy: Cell::new(false),
            wake: Timer::new(|agent, _| {
                if agent.wake.rang() {
                    agent.feed(agent.clock.now(), Input::Woke);
                    agent.carry(agent.clock.now(), outbox::Input::Woke);
                }
            }),
            sources: Sources::default(),
            page,
        }
    }

    /// Everything said so far is heard before the pack is there, so that a refusal comes in time.
    fn start(&'static self) {
        self.listen();
        let queue = border::list(&self.page.hooks, "queue");
        for index in 0..queue.length() {
            self.call(&Heard::of(&queue.at(index)));
        }
        border::fetch_pack(false);
    }
}
