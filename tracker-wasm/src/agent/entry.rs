//! The module's two exports.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;

use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;

use super::clock::{Clock, Timer};
use super::consent::Gate;
use super::page::{Hooks, Page};
use super::{Agent, Task, outbox};
use engine::Input;

thread_local! {
    // Set once by `start`; the loader makes a fresh instance of the module for a second start.
    static AGENT: Cell<Option<&'static Agent>> = const { Cell::new(None) };
}

/// Begins to watch the page. Called once by the loader, with the hooks of ARCHITECTURE.md.
#[wasm_bindgen]
pub fn start(hooks: Hooks) {
    let agent: &'static Agent = Box::leak(Box::new(Agent::new(Page::new(hooks))));
    AGENT.set(Some(agent));
    agent.start();
}

/// One call of `window.nunchi(name, …)`.
#[wasm_bindgen]
pub fn call(args: &Array) {
    if let Some(agent) = AGENT.get() {
        agent.call(args);
    }
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
            tasks: RefCell::new(VecDeque::new()),
            is_working: Cell::new(false),
            engine_timer: OnceCell::new(),
            outbox_timer: OnceCell::new(),
            surface: super::Surface::default(),
            sources: super::Sources::default(),
            listeners: super::calls::Listeners::default(),
            page,
        }
    }

    /// Everything said so far is heard before the pack is there, so that a refusal comes in time.
    fn start(&'static self) {
        let wake_engine = self.callback(|agent, _| {
            if agent.engine_timer.get().is_some_and(Timer::rang) {
                agent.tell(Task::Feed(Input::Woke));
            }
        });
        let wake_outbox = self.callback(|agent, _| {
            if agent.outbox_timer.get().is_some_and(Timer::rang) {
                agent.tell(Task::Carry(outbox::Input::Woke));
            }
        });
        drop(self.engine_timer.set(Timer::new(wake_engine)));
        drop(self.outbox_timer.set(Timer::new(wake_outbox)));
        self.listen();
        for args in self.page.hooks.queue().iter() {
            self.call(&Array::from(&args));
        }
        self.fetch_pack();
    }
}
