//! The place on the page: one element with a closed shadow root, there only while something stands.

use engine::pack::{Corner, Theme};

use super::dom::{append, attribute, document, draw, find, mark};
use super::page::{self, ByName, NOTHING, Thing, is_broken, window};
use super::wire::Step;
use super::words::{Words, is_right_to_left};
use super::{look, slot, style};

/// The element, its root, and the box all else stands in.
pub(crate) struct Stage {
    pub(crate) set: Thing,
    pub(crate) host: Thing,
    root: Thing,
}

impl Stage {
    /// Makes the stage; nothing is on the page yet. `None` where the browser has no constructable
    /// style sheets: then nothing is ever shown.
    pub(crate) fn new() -> Option<Self> {
        let host = document().call_text("createElement", "nunchi-surface", NOTHING);
        let root = page::root(&host, style::CSS);
        if is_broken() {
            return None;
        }
        let set = draw(&root, "div|set", Words::of(""), &[]);
        for (name, step) in &HEARD {
            page::listen(&root, name, *step as i32);
        }
        for name in ["focusin", "focusout"] {
            page::listen(&document(), name, Step::FocusMoved as i32);
        }
        for name in ["scroll", "resize"] {
            page::listen(&window(), name, Step::Moved as i32);
        }
        Some(Self { set, host, root })
    }

    /// Dresses for a shop and a language, and stands on the page, or in a slot of it, empty but for its
    /// live region.
    pub(crate) fn open(&self, theme: &Theme, language: &str, slot: Option<&Thing>) {
        look::dress(&self.set, &theme.accent);
        attribute(&self.set, "lang", language);
        attribute(&self.set, "dir", if is_right_to_left(language) { "rtl" } else { "ltr" });
        let is_start = theme.corner == Corner::Start;
        attribute(&self.set, "data-corner", if is_start { "start" } else { "end" });
        self.set.set("textContent", "");
        draw(&self.set, "div|unseen|role=status", Words::of(""), &[]);
        self.host.call_text("removeAttribute", "popover", NOTHING);
        if let Some(slot) = slot {
            append(slot, &self.host);
            return slot::measure(&self.host, &self.set, slot);
        }
        slot::enter(&self.host, &self.set);
        mark(&self.host, "inline", false);
        append(&document().get("documentElement"), &self.host);
        // In the top layer the page's transforms, filters and stacking orders do not reach it.
        if self.host.get("showPopover").is_true() {
            attribute(&self.host, "popover", "manual");
            self.host.call("showPopover");
        }
    }

    /// Says a text to those who hear the page, politely, once.
    pub(crate) fn say(&self, text: &str) {
        find(&self.set, "[role=status]").set("textContent", text);
    }

    /// Leaves the page as it was.
    pub(crate) fn leave(&self) {
        self.set.set("textContent", "");
        self.host.call("remove");
    }

    /// Whether the focus is in here.
    pub(crate) fn is_focused(&self) -> bool {
        self.root.get("activeElement").is_true()
    }

    /// Where the focus is on the page, if it is not in here.
    pub(crate) fn focused_outside(&self) -> Option<Thing> {
        let active = document().get("activeElement");
        (active.is_true() && active != self.host).then_some(active)
    }
}

/// What happens in here that matters.
const HEARD: [(&str, Step); 10] = [
    ("click", Step::Clicked),
    ("keydown", Step::Pressed),
    // The shop's shortcuts must not fire while somebody writes here.
    ("keyup", Step::Hushed),
    ("keypress", Step::Hushed),
    ("pointerover", Step::Held),
    ("focusin", Step::Held),
    ("pointerout", Step::Released),
    ("focusout", Step::Released),
    ("cancel", Step::Cancelled),
    // A logo that does not come, or that the shop's policy refuses.
    ("error", Step::Broken),
];
