//! Elements without markup text: a strict CSP and Trusted Types have nothing to refuse.

use core::cell::Cell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};

/// What calls into the page give; the error is whatever it threw.
pub(crate) type Drawn<T> = Result<T, JsValue>;

/// Makes elements. An error sticks: drawing goes on into the void and is asked once at the end
/// ([`Pen::is_broken`]), which halves the module against a `?` on every line.
pub(crate) struct Pen {
    document: Document,
    is_broken: Cell<bool>,
}

impl Pen {
    pub(crate) fn new(document: Document) -> Self {
        Self { document, is_broken: Cell::new(false) }
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// Whether anything failed since the last question: a page can patch `createElement`.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken.take()
    }

    /// An element with a class that stands nowhere yet.
    #[inline(never)]
    pub(crate) fn make(&self, tag: &str, class: &str) -> HtmlElement {
        let element = self.made(self.document.create_element(tag));
        self.set(&element, "class", class);
        element.unchecked_into()
    }

    /// An element with a class and a text, as the last child of `parent`.
    #[inline(never)]
    pub(crate) fn add(&self, parent: &Element, tag: &str, class: &str, text: &str) -> HtmlElement {
        let element = self.make(tag, class);
        self.keep(element.append_with_str_1(text));
        self.put(parent, &element);
        element
    }

    /// A button that does `deed` (read back by [`deed_at`]).
    #[inline(never)]
    pub(crate) fn button(&self, parent: &Element, class: &str, deed: &str, text: &str) -> Element {
        let button = self.add(parent, "button", class, text);
        self.set(&button, "type", "button");
        self.set(&button, DEED, deed);
        button.unchecked_into()
    }

    /// A button that shows an icon and is named for those who do not see it.
    #[inline(never)]
    pub(crate) fn icon_button(
        &self,
        parent: &Element,
        class: &str,
        deed: &str,
        name: &str,
        icon: &str,
    ) -> Element {
        let button = self.button(parent, class, deed, "");
        self.set(&button, "aria-label", name);
        self.icon(&button, icon);
        button
    }

    /// A line drawing of 24 by 24, in the colour of the text around it.
    #[inline(never)]
    pub(crate) fn icon(&self, parent: &Element, path: &str) {
        let [icon, line] =
            ["svg", "path"].map(|tag| self.made(self.document.create_element_ns(Some(SVG), tag)));
        self.set(&line, "d", path);
        self.set(&icon, "viewBox", "0 0 24 24");
        self.set(&icon, "aria-hidden", "true");
        self.put(&icon, &line);
        self.put(parent, &icon);
    }

    /// Sets an attribute.
    #[inline(never)]
    pub(crate) fn set(&self, element: &Element, name: &str, value: &str) {
        self.keep(element.set_attribute(name, value));
    }

    /// Sets or removes an attribute without a value.
    pub(crate) fn mark(&self, element: &Element, name: &str, is_on: bool) {
        if is_on {
            self.set(element, name, "");
        } else {
            self.keep(element.remove_attribute(name));
        }
    }

    /// Appends.
    #[inline(never)]
    pub(crate) fn put(&self, parent: &Element, child: &Element) {
        self.keep(parent.append_with_node_1(child));
    }

    /// Remembers that something failed.
    #[expect(clippy::needless_pass_by_value, reason = "a result is handed in where it is made")]
    pub(crate) fn keep(&self, done: Drawn<()>) {
        if done.is_err() {
            self.is_broken.set(true);
        }
    }

    /// The element, or a void that makes all that is done to it fail as well.
    fn made(&self, made: Drawn<Element>) -> Element {
        made.unwrap_or_else(|_| {
            self.is_broken.set(true);
            JsValue::UNDEFINED.unchecked_into()
        })
    }
}

/// What the button at or around this element does.
pub(crate) fn deed_at(element: &Element) -> Option<(String, Element)> {
    let button = element.closest("[data-do]").ok()??;
    Some((button.get_attribute(DEED)?, button))
}

const DEED: &str = "data-do";
const SVG: &str = "http://www.w3.org/2000/svg";

/// Icons: paths of round strokes.
pub(crate) mod icon {
    pub(crate) const CLOSE: &str = "M7 7l10 10M17 7L7 17";
    pub(crate) const CHAT: &str = "M4 5h16v11h-9l-4.5 4V16H4z";
    pub(crate) const SEND: &str = "M12 19V5M6 11l6-6 6 6";
    pub(crate) const ABOUT: &str = "M12 11v5M12 8v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z";
    pub(crate) const GO: &str = "M9 6l6 6-6 6";
}
