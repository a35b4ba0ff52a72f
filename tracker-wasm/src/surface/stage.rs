//! The place on the page: one element with a closed shadow root, there only while something stands.

use engine::pack::{Corner, Theme};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AddEventListenerOptions, CssStyleSheet, Element, EventTarget, HtmlElement, ShadowRoot,
    ShadowRootInit, ShadowRootMode,
};

use super::dom::{Drawn, Pen};
use super::options::Options;
use super::words::is_right_to_left;
use super::{colour, style};

/// The element, its root, and the box all else stands in.
pub(crate) struct Stage {
    pub(crate) pen: Pen,
    host: HtmlElement,
    root: ShadowRoot,
    set: HtmlElement,
    status: HtmlElement,
}

impl Stage {
    /// Makes the stage; nothing is on the page yet. Fails where the browser has no constructable
    /// style sheets: then nothing is ever shown.
    pub(crate) fn new(options: &Options, heard: &Function, moved: &Function) -> Drawn<Self> {
        let document = web_sys::window().and_then(|window| window.document());
        let pen = Pen::new(document.ok_or(JsValue::NULL)?);
        let host = pen.make("nunchi-surface", "");
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Closed))?;
        let sheet = CssStyleSheet::new()?;
        sheet.replace_sync(style::CSS)?;
        root.set_adopted_style_sheets(&Array::of1(&sheet));
        let set = pen.make("div", "set");
        let status = pen.make("div", "unseen");
        pen.set(&status, "role", "status");
        root.append_child(&set)?;
        listen(&root, &HEARD, heard, options)?;
        listen(pen.document(), &["focusin", "focusout"], moved, options)?;
        fall_with_agent(&host, options)?;
        Ok(Self { pen, host, root, set, status })
    }

    /// Dresses for a shop and a language, and stands on the page, empty but for its live region.
    pub(crate) fn open(&self, theme: &Theme, language: &str) {
        let known = colour::parse(&theme.accent);
        let accent = if known.is_some() { &theme.accent } else { ACCENT };
        let pen = &self.pen;
        let style = self.set.style();
        pen.keep(style.set_property("--accent", accent));
        pen.keep(style.set_property("--on-accent", known.map_or("#fff", colour::text_on)));
        pen.set(&self.set, "lang", language);
        pen.set(&self.set, "dir", if is_right_to_left(language) { "rtl" } else { "ltr" });
        let is_start = theme.corner == Corner::Start;
        pen.set(&self.set, "data-corner", if is_start { "start" } else { "end" });
        self.set.set_text_content(None);
        self.say("");
        self.put(&self.status);
        if let Some(page) = pen.document().document_element() {
            pen.put(&page, &self.host);
        }
    }

    /// Puts something up.
    pub(crate) fn put(&self, element: &Element) {
        self.pen.put(&self.set, element);
    }

    /// Says a text to those who hear the page, politely, once.
    pub(crate) fn say(&self, text: &str) {
        self.status.set_text_content(Some(text));
    }

    /// Leaves the page as it was.
    pub(crate) fn leave(&self) {
        self.set.set_text_content(None);
        self.host.remove();
    }

    /// Where the focus is in here.
    pub(crate) fn focused(&self) -> Option<Element> {
        self.root.active_element()
    }

    /// Where the focus is on the page, if it is not in here.
    pub(crate) fn focused_outside(&self) -> Option<HtmlElement> {
        let active = self.pen.document().active_element()?;
        let is_here = *active == **self.host;
        (!is_here).then(|| active.unchecked_into())
    }
}

/// Listens through the guard's wrapper, until the agent is dropped. In the capture phase, because
/// a dialog's `cancel` does not bubble.
fn listen(target: &EventTarget, types: &[&str], f: &Function, options: &Options) -> Drawn<()> {
    let until = AddEventListenerOptions::new();
    until.set_capture(true);
    until.set_signal(&options.signal());
    types.iter().try_for_each(|name| {
        target.add_event_listener_with_callback_and_add_event_listener_options(name, f, &until)
    })
}

/// Takes the stage away with the agent. Bound to the page's own `remove`, so that it works even
/// when this module trapped.
fn fall_with_agent(host: &HtmlElement, options: &Options) -> Drawn<()> {
    let remove: Function = Reflect::get(host, &"remove".into())?.dyn_into()?;
    options.signal().add_event_listener_with_callback("abort", &remove.bind0(host))
}

/// What happens in here that matters.
const HEARD: [&str; 10] = [
    "click",
    "keydown",
    "keyup",
    "keypress",
    "input",
    "pointerover",
    "pointerout",
    "focusin",
    "focusout",
    "cancel",
];

/// Where a theme's colour cannot be read.
const ACCENT: &str = "#3a5bd9";
