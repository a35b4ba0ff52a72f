//! Offers and invitations: a card in the corner, or a dialog.

use engine::campaign::{Show, ShowKind};

use super::dom::{attribute, draw, find, mark};
use super::page::{ByName, NOTHING, Thing};
use super::words::Words;

/// How long a card stands untouched before it goes by itself, milliseconds. Reading title and two
/// sentences takes 10 to 15 s; twice that, and starting again after each touch, hurries nobody.
pub(crate) const STANDS_MS: i32 = 30_000;

/// How long an offer waits for the visitor to leave a text field, milliseconds; then it has failed.
pub(crate) const WAITS_MS: i32 = 10_000;

/// An offer or invitation and its outer element.
pub(crate) struct Offer {
    pub(crate) show: Show,
    pub(crate) phase: Phase,
    /// The coupon was copied: closing now is no refusal.
    pub(crate) is_taken: bool,
    pub(crate) frame: Thing,
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
    pub(crate) fn draw(set: &Thing, show: Show) -> Self {
        let words = Words::of(&show.language);
        let name = show.theme.shop.as_str();
        let (frame, is_invitation, coupon) = match &show.kind {
            ShowKind::Card { coupon, .. } => (CARD, "", coupon.as_str()),
            ShowKind::Dialog { coupon, .. } => (DIALOG, "", coupon.as_str()),
            ShowKind::Invite => (CARD, "yes", ""),
        };
        let initial = if is_invitation.is_empty() { initial(name) } else { "" };
        let copy = &show.copy;
        let is_copied = leads_nowhere(&show);
        let texts = [
            copy.title.as_str(),
            &copy.body,
            &copy.accept,
            &copy.decline,
            name,
            coupon,
            initial,
            is_invitation,
            words.reason(show.why),
            if is_copied { "" } else { "yes" },
        ];
        let frame = draw(set, frame, words, &[]);
        let inside = frame.get("firstChild");
        draw(if inside.is_true() { &inside } else { &frame }, OFFER, words, &texts);
        Self { show, phase: Phase::Waiting, is_taken: false, frame }
    }

    /// Lets it be seen.
    pub(crate) fn rise(&self) {
        self.step_aside(false);
        if self.is_dialog() {
            self.frame.call("showModal");
        }
    }

    /// Steps out of the way of a field, or comes back.
    pub(crate) fn step_aside(&self, is_aside: bool) {
        mark(&self.frame, "aside", is_aside);
    }

    /// Whether it is a dialog.
    pub(crate) fn is_dialog(&self) -> bool {
        matches!(self.show.kind, ShowKind::Dialog { .. })
    }

    /// Whether it would stand between the visitor and the focused element: a dialog always, a card
    /// where it covers it; on a phone every card, because the keyboard leaves no room.
    pub(crate) fn is_in_the_way(&self, focused: &Thing, is_phone: bool) -> bool {
        let is_field = matches(focused, FIELDS);
        if is_field && (self.is_dialog() || is_phone) {
            return true;
        }
        // Reached by keyboard, it must stay in sight as well (WCAG 2.2, 2.4.11).
        let is_followed = is_field || matches(focused, ":focus-visible");
        is_followed && !self.is_dialog() && is_over(&self.frame, focused)
    }

    /// Whether the page let it be painted: a style sheet of the page may have hidden all of it.
    pub(crate) fn is_painted(&self) -> bool {
        let [left, right, top, bottom] = place(&self.frame);
        right - left > 1.0 && bottom - top > 1.0
    }

    /// The button that copies the coupon: the offer's own where it leads nowhere, else one beside it.
    pub(crate) fn copier(&self) -> Thing {
        find(&self.frame, if leads_nowhere(&self.show) { ".primary" } else { ".copy" })
    }

    /// The coupon's field.
    pub(crate) fn code(&self) -> Thing {
        find(&self.frame, ".code")
    }

    /// Where the button leads; empty when nowhere.
    pub(crate) fn link(&self) -> &str {
        match &self.show.kind {
            ShowKind::Card { link, .. } | ShowKind::Dialog { link, .. } => link,
            ShowKind::Invite => "",
        }
    }
}

/// Whether all that can be done with it is to copy its coupon.
pub(crate) fn leads_nowhere(show: &Show) -> bool {
    match &show.kind {
        ShowKind::Card { link, coupon, .. } | ShowKind::Dialog { link, coupon, .. } => {
            link.is_empty() && !coupon.is_empty() && !show.copy.accept.is_empty()
        }
        ShowKind::Invite => false,
    }
}

/// Opens or closes the explanation.
pub(crate) fn explain(button: &Thing) {
    let answer = button.get("nextElementSibling");
    let is_closed = answer.get("hidden").is_true();
    attribute(button, "aria-expanded", if is_closed { "true" } else { "false" });
    mark(&answer, "hidden", !is_closed);
}

/// What takes text. A frame may hold a payment field and does not say.
const FIELDS: &str = "input:not([type=button],[type=submit],[type=reset],[type=checkbox],\
[type=radio],[type=range],[type=image],[type=file],[type=color]),textarea,select,iframe,\
[contenteditable]:not([contenteditable=false])";

const CARD: &str = "div|card|role=region|aria-labelledby=title|aside=";

const DIALOG: &str = "\
dialog|dialog|aria-labelledby=title|aside=
 div|inside";

/// The shop's sign and name, and the way out; what is offered, the coupon in a field so that it can
/// be selected where copying is refused; and "Why am I seeing this?" with its answer.
///
/// Texts: a title, b body, c accept, d decline, e shop, f coupon, g initial, h something for an
/// invitation, i the reason, j something for a coupon that has a button of its own.
const OFFER: &str = "\
div|head
 ?hdiv|sign
  @M4 5h16v11h-9l-4.5 4V16H4z
 ?gdiv|sign|aria-hidden=true|=$g
 div|shop|=$e
 button|round|aria-label=%A
  @M7 7l10 10M17 7L7 17
h2|title|id=title|=$a
p|body|=$b
?fdiv|ticket
 input|code|value=$f|readonly=|aria-label=%D
 ?jbutton|copy|=%E
div|row
 ?cbutton|primary|=$c
 ?dbutton|plain|=$d
div|foot|lang=%U|dir=auto
 button|why|aria-expanded=false
  @M12 11v5M12 8v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z
  span||=%B
 div|because|hidden=
  p||=$i
  p||=%C";

/// The first character.
fn initial(name: &str) -> &str {
    let mut rest = name.chars();
    rest.next();
    name.strip_suffix(rest.as_str()).unwrap_or_default()
}

fn matches(element: &Thing, selector: &str) -> bool {
    element.call_text("matches", selector, NOTHING).is_true()
}

fn is_over(one: &Thing, other: &Thing) -> bool {
    let [left, right, top, bottom] = place(one);
    let [its_left, its_right, its_top, its_bottom] = place(other);
    left < its_right && its_left < right && top < its_bottom && its_top < bottom
}

/// Its edges: left, right, top, bottom, in CSS pixels of the window.
fn place(element: &Thing) -> [f64; 4] {
    let place = element.call("getBoundingClientRect");
    ["left", "right", "top", "bottom"].map(|edge| place.get(edge).number())
}
