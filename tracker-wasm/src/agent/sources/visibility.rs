//! Whether anybody looks: tab hidden and shown, window focus, the page put away and brought back.
//!
//! No `unload` and no `beforeunload` listener: both would keep the page out of the back-forward cache.

use core::cell::Cell;

use beacon::outbox;
use engine::observation::Observation;

use crate::agent::page::{At, Listened};
use crate::agent::{Agent, border};

/// Whether the page is hidden or left.
#[derive(Default)]
pub(in crate::agent) struct Visibility {
    is_hidden: Cell<bool>,
}

/// What is heard of it.
pub(super) const HEARD: &[Listened] = &[
    Listened(At::Document, "visibilitychange", "", |agent, _| agent.visibility_changed()),
    Listened(At::Window, "pagehide", "", |agent, _| agent.put_away()),
    Listened(At::Window, "pageshow", "", |agent, event| {
        if event.is_persisted() {
            agent.brought_back();
        }
    }),
    // At the window itself: fields gain and lose focus as well.
    Listened(At::WindowItself, "blur", "", |agent, _| agent.observe(Observation::Blurred)),
    Listened(At::WindowItself, "focus", "", |agent, _| agent.observe(Observation::Focused)),
    Listened(At::Window, "online", "", |agent, _| {
        agent.carry(agent.clock.now(), outbox::Input::Online);
    }),
];

impl Agent {
    pub(super) fn look_at_visibility(&self) {
        self.sources.visibility.is_hidden.set(self.is_hidden());
    }

    fn is_hidden(&self) -> bool {
        border::flag(&self.page.document, "hidden")
    }

    fn visibility_changed(&'static self) {
        if self.is_hidden() {
            self.put_away();
        } else {
            self.shown();
            self.renew();
        }
    }

    /// Hidden or left: `pagehide` and `visibilitychange` come in either order, or only one of them.
    fn put_away(&'static self) {
        if self.sources.visibility.is_hidden.replace(true) {
            return;
        }
        self.settle_route();
        self.observe(Observation::Hidden);
        self.carry(self.clock.now(), outbox::Input::Hid);
        self.save();
    }

    fn shown(&'static self) {
        if self.sources.visibility.is_hidden.replace(false) {
            self.observe(Observation::Shown);
        }
    }

    /// The page came back from the back-forward cache: one more view of the same run, or the first
    /// of a new one when the session had ended meanwhile.
    fn brought_back(&'static self) {
        self.shown();
        if !self.renew() {
            self.view();
        }
    }
}
