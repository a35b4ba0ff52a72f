//! The page's objects, and the one way of being called back: an ear.
//!
//! The page knows an ear by its number, so that nothing but numbers crosses the border: no closure
//! that JavaScript would have to free.

use core::cell::Cell;

use wasm_bindgen::{JsCast, JsValue};

use super::border::Element;
use super::entry::Only;
use super::{Agent, border};

/// The page and what the loader hands to the agent (ARCHITECTURE.md, "The page").
pub(super) struct Page {
    pub(super) hooks: JsValue,
    pub(super) window: JsValue,
    pub(super) document: JsValue,
}

impl Page {
    pub(super) fn new(hooks: JsValue) -> Self {
        let window = border::window();
        Self { document: border::get(&window, "document"), window, hooks }
    }
}

/// What an ear heard. Everything that most events are asked for comes with them: asking costs more.
pub(super) struct Heard<'a> {
    /// What an event hit; the arguments of a call; what a timer was given along.
    pub(super) value: &'a JsValue,
    /// Where in the window, CSS pixels.
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) flags: u32,
    /// As `sort` of `page.js` says, by the listener's selectors.
    pub(super) sort: u32,
}

impl<'a> Heard<'a> {
    /// No event: a value alone.
    pub(super) fn of(value: &'a JsValue) -> Self {
        Self { value, x: 0, y: 0, flags: 0, sort: 0 }
    }

    /// Whether a button of the mouse is held.
    pub(super) fn is_held(&self) -> bool {
        self.flags & 31 != 0
    }

    /// Whether it was the visitor, not a script.
    pub(super) fn is_trusted(&self) -> bool {
        self.flags & 32 != 0
    }

    /// Whether the page comes from the back-forward cache.
    pub(super) fn is_persisted(&self) -> bool {
        self.flags & 64 != 0
    }

    /// Whether the press is at least the second of a double click.
    pub(super) fn is_repeated(&self) -> bool {
        self.flags & 128 != 0
    }

    /// The element that was hit. Only to be asked for where `sort` says that there is one.
    pub(super) fn element(&self) -> &Element {
        self.value.unchecked_ref()
    }
}

/// What is called when something happens: no captured state, so that a number stands for it.
pub(super) type Handler = fn(&'static Agent, &Heard<'_>);

/// The handlers that were lent to the page so far, by their numbers.
static EARS: Only<[Cell<Option<Handler>>; EARS_MAX]> = Only([const { Cell::new(None) }; EARS_MAX]);

/// More than there are handlers in the sources.
const EARS_MAX: usize = 64;

/// The number under which the page calls this handler.
#[inline(never)]
pub(super) fn ear(handler: Handler) -> u32 {
    let mut number = 0;
    for slot in &EARS.0 {
        match slot.get() {
            Some(lent) if !core::ptr::fn_addr_eq(lent, handler) => number += 1,
            _ => {
                slot.set(Some(handler));
                break;
            }
        }
    }
    number
}

/// The handler of an ear.
fn handler(ear: u32) -> Option<Handler> {
    EARS.0.get(ear as usize)?.get()
}

/// Where an event is heard.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum At {
    Document,
    Window,
    /// Only what happens to the window, not to anything in it.
    WindowItself,
}

/// What is heard as long as this instance lives: where, which event, the selectors of sorts, by whom.
pub(super) struct Listened(
    pub(super) At,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) Handler,
);

impl Agent {
    /// Something happened for which this ear was lent.
    pub(super) fn hear(&'static self, ear: u32, heard: &Heard<'_>) {
        // The page speaks from within one of our own calls: in its turn. That is a call or
        // a change of focus by script, and has no place.
        if self.is_busy.get() {
            return border::later(0.0, ear, heard.value);
        }
        if let Some(handler) = handler(ear) {
            self.busily(|agent| handler(agent, heard));
        }
    }

    /// Does something during which the page has to wait for its turn.
    pub(super) fn busily(&'static self, f: impl FnOnce(&'static Self)) {
        self.is_busy.set(true);
        f(self);
        self.is_busy.set(false);
    }
}

#[expect(clippy::unused_self, reason = "whoever calls has an agent, and so a page to listen to")]
impl Agent {
    /// Listens for as long as this instance lives.
    pub(super) fn listen_to(&self, target: &JsValue, name: &str, handler: Handler) {
        border::listen(target, name, ear(handler), false, true, "");
    }

    /// The same, as a source's list says.
    pub(super) fn listen_as(&self, &Listened(at, name, selectors, handler): &Listened) {
        let Page { window, document, .. } = &self.page;
        let target = if at == At::Document { document } else { window };
        let capture = at != At::WindowItself;
        border::listen(target, name, ear(handler), false, capture, selectors);
    }

    /// Listens to what happens to the target itself: `mouseleave` of the document, not of each
    /// element in it.
    pub(super) fn listen_at(&self, target: &JsValue, name: &str, handler: Handler) {
        border::listen(target, name, ear(handler), false, false, "");
    }

    /// Hears the window's next event of this name, and no later one.
    pub(super) fn listen_once(&self, name: &str, handler: Handler) {
        border::listen(&self.page.window, name, ear(handler), true, true, "");
    }

    /// Hears the arguments of each later call of `target[name]`; the page's own function goes on.
    pub(super) fn tap(&self, target: &JsValue, name: &str, handler: Handler) {
        border::tap(target, name, ear(handler));
    }

    /// Calls back once, `ms` from now.
    pub(super) fn after(&self, ms: f64, handler: Handler) {
        self.after_with(ms, handler, &JsValue::UNDEFINED);
    }

    /// The same, with a value to be had then.
    pub(super) fn after_with(&self, ms: f64, handler: Handler, value: &JsValue) {
        border::later(ms, ear(handler), value);
    }
}
