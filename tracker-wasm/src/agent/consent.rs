//! What may be done: what the visitor said, under the ceiling that the browser sets.
//!
//! Sources, strongest first: `nunchi('consent', …)` and Consent Mode updates (the latest counts), the
//! tag's `data-consent`, the pack. Global Privacy Control and Do Not Track cap it at
//! [`Consent::Measure`]; who refused in "What is recorded?" is not recorded, whatever is said after.
//!
//! What the shop states before that is known waits in the page, as it was said, at most
//! [`HELD_MS_MAX`]. The view that is open needs no memory: the run begins with it.

use core::cell::Cell;

use beacon::item::Consent;
use engine::config::{HELD_MAX, HELD_MS_MAX};
use wasm_bindgen::JsValue;

use super::page::{Handler, Heard, Page, ear};
use super::{Agent, border};

/// What may be done now.
pub(super) struct Gate {
    said: Cell<Option<Consent>>,
    by_pack: Cell<Option<Consent>>,
    ceiling: Consent,
}

impl Gate {
    pub(super) fn new(page: &Page) -> Self {
        let is_asked = border::which(&page.hooks, "consent", "ask") == 0;
        let ceiling = match border::ceiling() {
            0 => Consent::Denied,
            2 => Consent::Measure,
            _ => Consent::Personalise,
        };
        Self {
            said: Cell::new(is_asked.then_some(Consent::Unknown)),
            by_pack: Cell::new(None),
            ceiling,
        }
    }

    /// What may be done. Nothing before the pack is there: it may say that visitors are asked first.
    pub(super) fn consent(&self) -> Consent {
        let Some(by_pack) = self.by_pack.get() else {
            return self.said.get().map_or(Consent::Unknown, |said| said.min(Consent::Unknown));
        };
        self.said.get().unwrap_or(by_pack).min(self.ceiling)
    }

    /// Whether it is not known yet what the site publishes.
    pub(super) fn is_waiting_for_pack(&self) -> bool {
        self.by_pack.get().is_none()
    }
}

impl Agent {
    /// The shop or its consent tool said so.
    pub(super) fn say_consent(&'static self, consent: Consent) {
        self.gate.said.set(Some(consent));
        self.settle();
    }

    /// The pack came, or will not come.
    pub(super) fn consent_by_pack(&'static self, consent: Consent) {
        self.gate.by_pack.set(Some(consent));
        self.settle();
    }

    /// Puts off what the shop states until consent is known; what the pointer did is not kept.
    /// Says whether it did: not while a run goes on.
    pub(super) fn hold(&self, handler: Handler, heard: &Heard<'_>) -> bool {
        if self.is_running() {
            return false;
        }
        if self.gate.consent() != Consent::Denied {
            border::hold(ear(handler), heard.value, HELD_MAX, HELD_MS);
        }
        true
    }

    /// Reads one Consent Mode entry: `['consent', 'default' | 'update', {…}]`.
    pub(super) fn hear_consent_mode(&'static self, is_update: bool, settings: &JsValue) {
        let is_granted = |name| border::which(settings, name, "granted") == 0;
        if border::text(settings, "analytics_storage").is_empty() {
            return;
        }
        let may_measure = is_granted("analytics_storage");
        let may_personalise =
            is_granted("functionality_storage") || is_granted("personalization_storage");
        self.say_consent(match (may_measure, is_update) {
            (true, _) if may_personalise => Consent::Personalise,
            (true, _) => Consent::Measure,
            (false, true) => Consent::Denied,
            (false, false) => Consent::Unknown,
        });
    }
}

/// Reads a level as `nunchi('consent', LEVEL)` has it.
pub(super) fn level(args: &JsValue) -> Option<Consent> {
    let words = "denied unknown measure personalise personalize";
    Some(match border::which(args, "1", words) {
        0 => Consent::Denied,
        1 => Consent::Unknown,
        2 => Consent::Measure,
        3 | 4 => Consent::Personalise,
        _ => return None,
    })
}

/// [`HELD_MS_MAX`] as the browser's clock counts.
#[expect(clippy::cast_precision_loss, reason = "a minute")]
pub(super) const HELD_MS: f64 = HELD_MS_MAX as f64;
