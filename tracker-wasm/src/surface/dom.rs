//! Elements without markup text: a strict CSP and Trusted Types have nothing to refuse.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement};

/// What drawing gives; the error is whatever the page threw.
pub(crate) type Drawn<T> = Result<T, JsValue>;

/// Makes elements.
pub(crate) struct Pen {
    document: Document,
}

impl Pen {
    /// A pen for this page; fails outside of a window.
    pub(crate) fn new() -> Drawn<Self> {
        let document = web_sys::window().and_then(|window| window.document());
        document.map(|document| Self { document }).ok_or(JsValue::NULL)
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// An element with a class.
    pub(crate) fn element(&self, tag: &str, class: &str) -> Drawn<HtmlElement> {
        let element = self.document.create_element(tag)?;
        element.set_class_name(class);
        Ok(element.unchecked_into())
    }

    /// An element with a class and a text.
    pub(crate) fn text(&self, tag: &str, class: &str, text: &str) -> Drawn<HtmlElement> {
        let element = self.element(tag, class)?;
        element.set_text_content(Some(text));
        Ok(element)
    }

    /// A button that does `deed` (read back by [`deed_at`]).
    pub(crate) fn button(&self, class: &str, deed: &str, text: &str) -> Drawn<HtmlElement> {
        let button = self.text("button", class, text)?;
        set(&button, &[("type", "button"), (DEED, deed)])?;
        Ok(button)
    }

    /// A button that shows an icon and is named for those who do not see it.
    pub(crate) fn icon_button(
        &self,
        class: &str,
        deed: &str,
        name: &str,
        icon: &str,
    ) -> Drawn<HtmlElement> {
        let button = self.button(class, deed, "")?;
        set(&button, &[("aria-label", name)])?;
        add(&button, &[&self.icon(icon)?])?;
        Ok(button)
    }

    /// A line drawing of 24 by 24, in the colour of the text around it.
    pub(crate) fn icon(&self, path: &str) -> Drawn<Element> {
        let line = self.document.create_element_ns(Some(SVG), "path")?;
        line.set_attribute("d", path)?;
        let icon = self.document.create_element_ns(Some(SVG), "svg")?;
        set(&icon, &[("viewBox", "0 0 24 24"), ("aria-hidden", "true")])?;
        icon.append_child(&line)?;
        Ok(icon)
    }
}

/// Sets attributes.
pub(crate) fn set(element: &Element, attributes: &[(&str, &str)]) -> Drawn<()> {
    attributes.iter().try_for_each(|(name, value)| element.set_attribute(name, value))
}

/// Sets or removes an attribute without a value.
pub(crate) fn mark(element: &Element, name: &str, is_on: bool) -> Drawn<()> {
    if is_on { element.set_attribute(name, "") } else { element.remove_attribute(name) }
}

/// Appends children.
pub(crate) fn add(element: &Element, children: &[&dyn AsRef<Element>]) -> Drawn<()> {
    children.iter().try_for_each(|child| element.append_child((*child).as_ref()).map(drop))
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
    pub(crate) const CHAT: &str = "M5 6h14v10h-8l-4 3.5V16H5z";
    pub(crate) const SEND: &str = "M12 19V5M6 11l6-6 6 6";
    pub(crate) const ABOUT: &str = "M12 11v5M12 8v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z";
    pub(crate) const GO: &str = "M9 6l6 6-6 6";
}
