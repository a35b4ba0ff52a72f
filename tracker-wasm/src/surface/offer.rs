//! Offers and invitations: a card in the corner, or a dialog.

use engine::campaign::{Show, ShowKind};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::dom::{Drawn, Pen, add, icon, mark, set};
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
    pub(crate) fn draw(pen: &Pen, show: Show) -> Drawn<Self> {
        let words = Words::of(&show.language);
        let (frame, body) = frame(pen, &show)?;
        let (code, ticket) = match &show.kind {
            ShowKind::Card { coupon, .. } | ShowKind::Dialog { coupon, .. }
                if !coupon.is_empty() =>
            {
                let (code, ticket) = ticket(pen, coupon, words)?;
                (Some(code), Some(ticket))
            }
            _ => (None, None),
        };
        add(&body, &[&head(pen, &show, words)?])?;
        add(&body, &[&title(pen, &show)?])?;
        add(&body, &[&pen.text("p", "body", &show.copy.body)?])?;
        if let Some(ticket) = ticket {
            add(&body, &[&ticket])?;
        }
        add(&body, &[&buttons(pen, &show)?])?;
        add(&body, &[&why(pen, &show, words)?])?;
        mark(&frame, "aside", true)?;
        Ok(Self { show, phase: Phase::Waiting, is_taken: false, frame, code })
    }

    /// Lets it be seen.
    pub(crate) fn rise(&self) -> Drawn<()> {
        mark(&self.frame, "aside", false)?;
        self.dialog().map_or(Ok(()), HtmlDialogElement::show_modal)
    }

    /// Steps out of the way of a field, or comes back.
    pub(crate) fn step_aside(&self, is_aside: bool) -> Drawn<()> {
        mark(&self.frame, "aside", is_aside)
    }

    /// The dialog, if it is one.
    pub(crate) fn dialog(&self) -> Option<&HtmlDialogElement> {
        self.frame.dyn_ref()
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

    /// Opens or closes the explanation.
    pub(crate) fn explain(&self, button: &Element) -> Drawn<()> {
        let is_open = button.get_attribute("aria-expanded").as_deref() == Some("true");
        button.set_attribute("aria-expanded", if is_open { "false" } else { "true" })?;
        button.next_element_sibling().map_or(Ok(()), |text| mark(&text, "hidden", is_open))
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

/// What takes text. A frame may hold a payment field and does not say.
const FIELDS: &str = "input:not([type=button],[type=submit],[type=reset],[type=checkbox],\
[type=radio],[type=range],[type=image],[type=file],[type=color]),textarea,select,iframe,\
[contenteditable]:not([contenteditable=false])";

/// The outer element and the box for the content.
fn frame(pen: &Pen, show: &Show) -> Drawn<(HtmlElement, HtmlElement)> {
    if let ShowKind::Dialog { .. } = show.kind {
        let dialog = pen.element("dialog", "dialog")?;
        let body = pen.element("div", "inside")?;
        set(&dialog, &[("aria-labelledby", "title"), ("aria-describedby", "body")])?;
        add(&dialog, &[&body])?;
        return Ok((dialog, body));
    }
    let card = pen.element("div", "card")?;
    set(&card, &[("role", "region"), ("aria-labelledby", "title")])?;
    Ok((card.clone(), card))
}

/// The shop's sign and name, and the way out.
fn head(pen: &Pen, show: &Show, words: &Words) -> Drawn<HtmlElement> {
    let head = pen.element("div", "head")?;
    if show.kind == ShowKind::Invite {
        let sign = pen.element("div", "sign")?;
        add(&sign, &[&pen.icon(icon::CHAT)?])?;
        add(&head, &[&sign])?;
    } else if let Some(initial) = show.theme.shop.chars().next() {
        let sign = pen.text("div", "sign", initial.encode_utf8(&mut [0; 4]))?;
        set(&sign, &[("aria-hidden", "true")])?;
        add(&head, &[&sign])?;
    }
    add(&head, &[&pen.text("div", "shop", &show.theme.shop)?])?;
    add(&head, &[&pen.icon_button("round", "close", words.close, icon::CLOSE)?])?;
    Ok(head)
}

fn title(pen: &Pen, show: &Show) -> Drawn<HtmlElement> {
    let title = pen.text("h2", "title", &show.copy.title)?;
    title.set_id("title");
    Ok(title)
}

/// The coupon: its code in a field, so that it can be selected where copying is refused.
fn ticket(pen: &Pen, coupon: &str, words: &Words) -> Drawn<(HtmlInputElement, HtmlElement)> {
    let code: HtmlInputElement = pen.element("input", "code")?.unchecked_into();
    code.set_value(coupon);
    code.set_read_only(true);
    set(&code, &[("aria-label", words.coupon)])?;
    let ticket = pen.element("div", "ticket")?;
    add(&ticket, &[&code, &pen.button("copy", "copy", words.copy)?])?;
    Ok((code, ticket))
}

fn buttons(pen: &Pen, show: &Show) -> Drawn<HtmlElement> {
    let row = pen.element("div", "row")?;
    for (text, class, deed) in
        [(&show.copy.accept, "primary", "accept"), (&show.copy.decline, "plain", "decline")]
    {
        if !text.is_empty() {
            add(&row, &[&pen.button(class, deed, text)?])?;
        }
    }
    Ok(row)
}

/// "Why am I seeing this?" and its answer.
fn why(pen: &Pen, show: &Show, words: &Words) -> Drawn<HtmlElement> {
    let foot = pen.element("div", "foot")?;
    set(&foot, &[("lang", words.tag), ("dir", "auto")])?;
    let button = pen.button("why", "why", "")?;
    set(&button, &[("aria-expanded", "false")])?;
    add(&button, &[&pen.icon(icon::ABOUT)?, &pen.text("span", "", words.why)?])?;
    let answer = pen.element("div", "because")?;
    mark(&answer, "hidden", true)?;
    add(&answer, &[&pen.text("p", "", words.reason(show.why))?])?;
    add(&answer, &[&pen.text("p", "", words.on_device)?])?;
    add(&foot, &[&button, &answer])?;
    Ok(foot)
}

fn is_over(one: &Element, other: &Element) -> bool {
    let (one, other) = (one.get_bounding_client_rect(), other.get_bounding_client_rect());
    one.left() < other.right()
        && other.left() < one.right()
        && one.top() < other.bottom()
        && other.top() < one.bottom()
}
