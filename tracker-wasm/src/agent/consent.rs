//! What may be done: what the visitor said, under the ceiling that the browser sets.
//!
//! Sources, strongest first: `nunchi('consent', …)` and Consent Mode updates (the latest counts), the
//! tag's `data-consent`, the pack. Global Privacy Control and Do Not Track cap it at
//! [`Consent::Measure`].

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use beacon::item::Consent;
use engine::Input;
use engine::config::{HELD_MAX, HELD_MS_MAX};
use wasm_bindgen::JsValue;

use super::clock::Clock;
use super::page::Page;
use super::{Agent, Task, border};

/// What may be done now, and what waits for it.
pub(super) struct Gate {
    said: Cell<Option<Consent>>,
    by_pack: Cell<Option<Consent>>,
    ceiling: Consent,
    held: RefCell<Vec<(f64, Task)>>,
}

impl Gate {
    pub(super) fn new(page: &Page) -> Self {
        let is_asked = border::text(&page.hooks, "consent") == "ask";
        let ceiling = if border::is_private() { Consent::Measure } else { Consent::Personalise };
        Self {
            said: Cell::new(is_asked.then_some(Consent::Unknown)),
            by_pack: Cell::new(None),
            ceiling,
            held: RefCell::default(),
        }
    }

    /// What may be done. Nothing before the pack is there: it may say that visitors are asked first.
    pub(super) fn consent(&self) -> Consent {
        let Some(by_pack) = self.by_pack.get() else {
            return self.said.get().map_or(Consent::Unknown, |said| said.min(Consent::Unknown));
        };
        self.said.get().unwrap_or(by_pack).min(self.ceiling)
    }

    /// Takes what waits and is not too old; with its moment.
    pub(super) fn take_held(&self) -> Vec<(f64, Task)> {
        let mut held = self.held.take();
        let oldest = Clock::moment() - HELD_MS;
        held.retain(|(moment, _)| *moment > oldest);
        held
    }

    /// Whether it is not known yet what the site publishes.
    pub(super) fn is_waiting_for_pack(&self) -> bool {
        self.by_pack.get().is_none()
    }

    fn forget_old(&self) {
        let held = self.take_held();
        self.held.replace(held);
    }
}

impl Agent {
    /// The shop or its consent tool said so.
    pub(super) fn say_consent(&'static self, consent: Consent) {
        self.gate.said.set(Some(consent));
        self.tell(Task::Settle);
    }

    /// The pack came, or will not come.
    pub(super) fn consent_by_pack(&'static self, consent: Consent) {
        self.gate.by_pack.set(Some(consent));
        self.tell(Task::Settle);
    }

    /// Keeps a view or a fact until consent is known; what the pointer did is not kept.
    pub(super) fn hold(&'static self, task: Task) {
        let is_kept = matches!(task, Task::Open(_) | Task::Feed(Input::Stated(_)));
        if !is_kept || self.gate.consent() == Consent::Denied {
            return;
        }
        let mut held = self.gate.held.borrow_mut();
        if held.len() < HELD_MAX {
            held.push((Clock::moment(), task));
            drop(held);
            self.after(HELD_MS, |agent, _| agent.gate.forget_old());
        }
    }

    /// Reads one Consent Mode entry: `['consent', 'default' | 'update', {…}]`.
    pub(super) fn hear_consent_mode(&'static self, command: &str, settings: &JsValue) {
        let is_granted = |name| border::text(settings, name) == "granted";
        if border::text(settings, "analytics_storage").is_empty() {
            return;
        }
        let may_measure = is_granted("analytics_storage");
        let may_personalise =
            is_granted("functionality_storage") || is_granted("personalization_storage");
        self.say_consent(match (may_measure, command) {
            (true, _) if may_personalise => Consent::Personalise,
            (true, _) => Consent::Measure,
            (false, "update") => Consent::Denied,
            (false, _) => Consent::Unknown,
        });
    }
}

/// Reads a level as `nunchi('consent', LEVEL)` has it.
pub(super) fn level(name: &str) -> Option<Consent> {
    Some(match name {
        "denied" => Consent::Denied,
        "unknown" => Consent::Unknown,
        "measure" => Consent::Measure,
        "personalise" | "personalize" => Consent::Personalise,
        _ => return None,
    })
}

/// [`HELD_MS_MAX`] as the browser's clock counts.
#[expect(clippy::cast_precision_loss, reason = "a minute")]
const HELD_MS: f64 = HELD_MS_MAX as f64;
