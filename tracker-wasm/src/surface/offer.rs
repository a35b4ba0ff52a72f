//! Offers and invitations: a card in the corner, or a dialog.

use engine::campaign::{Show, ShowKind};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::dom::{Pen, icon};
use super::words::Words;

/// How long a card stands untouched before it goes by itself, milliseconds. Reading title and two
/// sentences takes 10 to 15 s; twice that, and starting again after each touch, hurries nobody.
pub(crate) const STANDS_MS: i32 = 30_000;

/// How long an offer waits for the visitor to leave a text field, milliseconds; then it has failed.
pub(crate) const WAITS_MS: i32 = 10_000;

/// An offer or invitation and the elements it is made of.
pub(crate) struct Offer {
    pub(crate) show: Show,
    pub(crate) phase: Phase,
    /// The coupon was copied: closing now is no refusal.
    pub(crate) is_taken: bool,
    pub(crate) frame: HtmlElement,
    code: Option<HtmlInputElement>,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The visitor types where it would stand.
    Waiting,
    /// On the page, not painted yet.
    Painting,
    /// Seen.
    Standing,
}

impl Offer {
    /// Draws it, out of sight yet.
    pub(crate) fn draw(pen: &Pen, show: Show) -> Self {
        let words = Words::of(&show.language);
        let (frame, body) = frame(pen, &show);
        head(pen, &body, &show, words);
        let title = pen.add(&body, "h2", "title", &show.copy.title);
        pen.set(&title, "id", "title");
        pen.add(&body, "p", "body", &show.copy.body);
        let code = coupon(&show).map(|coupon| ticket(pen, &body, coupon, words));
        buttons(pen, &body, &show);
        why(pen, &body, &show, words);
        pen.mark(&frame, "aside", true);
        Self { show, phase: Phase::Waiting, is_taken: false, frame, code }
    }

    /// Lets it be seen.
    pub(crate) fn rise(&self, pen: &Pen) {
        self.step_aside(pen, false);
        if let Some(dialog) = self.dialog() {
            pen.keep(dialog.show_modal());
        }
    }

    /// Steps out of the way of a field, or comes back.
    pub(crate) fn step_aside(&self, pen: &Pen, is_aside: bool) {
        pen.mark(&self.frame, "aside", is_aside);
    }

    /// The dialog, if it is one.
    pub(crate) fn dialog(&self) -> Option<&HtmlDialogElement> {
        let is_dialog = matches!(self.show.kind, ShowKind::Dialog { .. });
        is_dialog.then(|| self.frame.unchecked_ref())
    }

    /// Whether it would stand between the visitor and the focused element: a dialog always, a card
    /// where it covers it; on a phone every card, because the keyboard leaves no room.
    pub(crate) fn is_in_the_way(&self, focused: &Element, is_phone: bool) -> bool {
        let is_field = focused.matches(FIELDS).unwrap_or(false);
        if is_field && (self.dialog().is_some() || is_phone) {
            return true;
        }
        // Reached by keyboard, it must stay in sight as well (WCAG 2.2, 2.4.11).
        let is_followed = is_field || focused.matches(":focus-visible").unwrap_or(false);
        is_followed && self.dialog().is_none() && is_over(&self.frame, focused)
    }

    /// Whether the page let it be painted: a style sheet of the page may have hidden all of it.
    pub(crate) fn is_painted(&self) -> bool {
        let place = self.frame.get_bounding_client_rect();
        place.width() > 1.0 && place.height() > 1.0
    }

    /// Selects the coupon code and gives it.
    pub(crate) fn select_code(&self) -> Option<String> {
        let code = self.code.as_ref()?;
        code.select();
        Some(code.value())
    }

    /// Where the button leads; empty when nowhere.
    pub(crate) fn link(&self) -> &str {
        match &self.show.kind {
            ShowKind::Card { link, .. } | ShowKind::Dialog { link, .. } => link,
            ShowKind::Invite => "",
        }
    }
}

/// Opens or closes the explanation.
pub(crate) fn explain(pen: &Pen, button: &Element) {
    let is_open = button.get_attribute("aria-expanded").as_deref() == Some("true");
    pen.set(button, "aria-expanded", if is_open { "false" } else { "true" });
    if let Some(answer) = button.next_element_sibling() {
        pen.mark(&answer, "hidden", is_open);
    }
}

/// What takes text. A frame may hold a payment field and does not say.
const FIELDS: &str = "input:not([type=button],[type=submit],[type=reset],[type=checkbox],\
[type=radio],[type=range],[type=image],[type=file],[type=color]),textarea,select,iframe,\
[contenteditable]:not([contenteditable=false])";

/// The outer element and the box for the content.
fn frame(pen: &Pen, show: &Show) -> (HtmlElement, HtmlElement) {
    let (frame, body) = if let ShowKind::Dialog { .. } = show.kind {
        let dialog = pen.make("dialog", "dialog");
        let body = pen.add(&dialog, "div", "inside", "");
        (dialog, body)
    } else {
        let card = pen.make("div", "card");
        pen.set(&card, "role", "region");
        (card.clone(), card)
    };
    pen.set(&frame, "aria-labelledby", "title");
    (frame, body)
}

/// The shop's sign and name, and the way out.
fn head(pen: &Pen, body: &Element, show: &Show, words: &Words) {
    let head = pen.add(body, "div", "head", "");
    if show.kind == ShowKind::Invite {
        let sign = pen.add(&head, "div", "sign", "");
        pen.icon(&sign, icon::CHAT);
    } else if let Some(initial) = show.theme.shop.chars().next() {
        let sign = pen.add(&head, "div", "sign", initial.encode_utf8(&mut [0; 4]));
        pen.set(&sign, "aria-hidden", "true");
    }
    pen.add(&head, "div", "shop", &show.theme.shop);
    pen.icon_button(&head, "round", "close", words.close, icon::CLOSE);
}

fn coupon(show: &Show) -> Option<&str> {
    match &show.kind {
        ShowKind::Card { coupon, .. } | ShowKind::Dialog { coupon, .. } => {
            Some(coupon.as_str()).filter(|coupon| !coupon.is_empty())
        }
        ShowKind::Invite => None,
    }
}

/// The coupon: its code in a field, so that it can be selected where copying is refused.
fn ticket(pen: &Pen, body: &Element, coupon: &str, words: &Words) -> HtmlInputElement {
    let ticket = pen.add(body, "div", "ticket", "");
    let code = pen.add(&ticket, "input", "code", "");
    pen.set(&code, "value", coupon);
    pen.mark(&code, "readonly", true);
    pen.set(&code, "aria-label", words.coupon);
    pen.button(&ticket, "copy", "copy", words.copy);
    code.unchecked_into()
}

fn buttons(pen: &Pen, body: &Element, show: &Show) {
    let row = pen.add(body, "div", "row", "");
    for (text, class, deed) in
        [(&show.copy.accept, "primary", "accept"), (&show.copy.decline, "plain", "decline")]
    {
        if !text.is_empty() {
            pen.button(&row, class, deed, text);
        }
    }
}

/// "Why am I seeing this?" and its answer.
fn why(pen: &Pen, body: &Element, show: &Show, words: &Words) {
    let foot = pen.add(body, "div", "foot", "");
    pen.set(&foot, "lang", words.tag);
    pen.set(&foot, "dir", "auto");
    let button = pen.button(&foot, "why", "why", "");
    pen.set(&button, "aria-expanded", "false");
    pen.icon(&button, icon::ABOUT);
    pen.add(&button, "span", "", words.why);
    let answer = pen.add(&foot, "div", "because", "");
    pen.mark(&answer, "hidden", true);
    pen.add(&answer, "p", "", words.reason(show.why));
    pen.add(&answer, "p", "", words.on_device);
}

fn is_over(one: &Element, other: &Element) -> bool {
    let (one, other) = (one.get_bounding_client_rect(), other.get_bounding_client_rect());
    one.left() < other.right()
        && other.left() < one.right()
        && one.top() < other.bottom()
        && other.top() < one.bottom()
}
