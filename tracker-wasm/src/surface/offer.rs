//! Offers and invitations: a card in the corner, a dialog, a bar along an edge, or in the page itself.

use engine::campaign::{Content, Form, Show, ShowKind};
use engine::look;

use super::dom::{attribute, draw, find, mark};
use super::inside;
use super::known::Known;
use super::page::{ByName, NOTHING, Thing};
use super::place::{is_over, place};
use super::words::Words;
use super::{buy, slot};

/// How long a card or bar stands untouched before it goes by itself, milliseconds. Reading title and
/// two sentences takes 10 to 15 s; twice that, and starting again after each touch, hurries nobody.
pub(crate) const STANDS_MS: i32 = 30_000;

/// How long an offer waits for the visitor to leave a text field, or for room, milliseconds; then it has
/// failed.
pub(crate) const WAITS_MS: i32 = 10_000;

/// An offer or invitation and its outer element.
pub(crate) struct Offer {
    pub(crate) show: Show,
    pub(crate) phase: Phase,
    pub(crate) known: Known,
    /// The coupon was copied, or the survey answered: closing now is no refusal.
    pub(crate) is_taken: bool,
    /// What the visitor said in a survey, 1 to 5; 0: nothing yet.
    pub(crate) score: u8,
    pub(crate) frame: Thing,
    corner: &'static str,
    /// The page's own element that it stands in.
    slot: Thing,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The visitor types where it would stand, or there is no room yet.
    Waiting,
    /// On the page, not painted yet.
    Painting,
    /// Seen.
    Standing,
}

impl Offer {
    /// Draws it, out of sight yet; `None` where a slot of its texts cannot be filled. `goods` are the
    /// products to show, if it shows some.
    pub(crate) fn draw(set: &Thing, show: Show, known: Known, goods: &Thing) -> Option<Self> {
        let words = Words::of(&show.language);
        let name = show.theme.shop.as_str();
        let is_start = show.theme.corner == engine::pack::Corner::Start;
        let (content, is_invitation) = match show.kind {
            ShowKind::Offer { content, .. } => (content, ""),
            ShowKind::Invite => (Content::Text, "yes"),
        };
        let is_talk = content == Content::Callback || !is_invitation.is_empty();
        let (title, body) = inside::headline(&show, &known)?;
        let accept = known.fill(&show.copy.accept)?;
        let decline = known.fill(&show.copy.decline)?;
        let only = |is_so: bool, text| if is_so { text } else { "" };
        let texts = [
            title.as_str(),
            &body,
            &accept,
            &decline,
            name,
            &known.coupon,
            only(!is_talk, initial(name)),
            only(is_talk, "yes"),
            words.reason(show.why),
            only(!leads_nowhere(&show), "yes"),
            look::word(&show.theme.accent, "logo"),
            only(matches!(content, Content::Progress { .. }), "yes"),
            only(content == Content::Survey, "yes"),
            only(content == Content::Products, "yes"),
        ];
        let form = match &show.kind {
            ShowKind::Offer { form, .. } => form,
            ShowKind::Invite => &Form::Card,
        };
        let (frame, sketch) = match form {
            Form::Card => (CARD, OFFER),
            Form::Dialog => (DIALOG, OFFER),
            Form::BarTop => (BAR_TOP, LINE),
            Form::BarBottom => (BAR_BOTTOM, LINE),
            Form::Slot(_) => (INLINE, OFFER),
        };
        let frame = draw(set, frame, words, &[]);
        let inside = frame.get("firstChild");
        draw(if inside.is_true() { &inside } else { &frame }, sketch, words, &texts);
        let slot = if let Form::Slot(name) = form { slot::find(name) } else { NOTHING.clone() };
        let corner = if is_start { "start" } else { "end" };
        let (phase, is_taken, score) = (Phase::Waiting, false, 0);
        let offer = Self { show, phase, known, is_taken, score, frame, corner, slot };
        inside::follow(&offer);
        inside::shelve(&offer, goods);
        Some(offer)
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
        matches!(self.form(), Some(Form::Dialog))
    }

    /// The name of the slot that it stands in.
    pub(crate) fn slot(&self) -> Option<&Thing> {
        matches!(self.form(), Some(Form::Slot(_))).then_some(&self.slot)
    }

    fn form(&self) -> Option<&Form> {
        match &self.show.kind {
            ShowKind::Offer { form, .. } => Some(form),
            ShowKind::Invite => None,
        }
    }

    /// What is in it besides its text.
    pub(crate) fn content(&self) -> Content {
        match self.show.kind {
            ShowKind::Offer { content, .. } => content,
            ShowKind::Invite => Content::Text,
        }
    }

    /// Whether its button opens the chat.
    pub(crate) fn leads_to_chat(&self) -> bool {
        self.show.kind == ShowKind::Invite || self.content() == Content::Callback
    }

    /// Whether it would stand between the visitor and the focused element: a dialog always, a card
    /// where it covers it; on a phone every card, because the keyboard leaves no room. What stands in
    /// the page stands in nobody's way.
    pub(crate) fn is_in_the_way(&self, focused: &Thing, is_phone: bool) -> bool {
        if self.slot().is_some() {
            return false;
        }
        let is_field = matches(focused, FIELDS);
        if is_field && (self.is_dialog() || is_phone) {
            return true;
        }
        // Reached by keyboard, it must stay in sight as well (WCAG 2.2, 2.4.11).
        let is_followed = is_field || matches(focused, ":focus-visible");
        is_followed && !self.is_dialog() && is_over(&self.frame, focused)
    }

    /// Moves off the shop's buy button; says whether it could.
    pub(crate) fn step_off(&self, set: &Thing) -> bool {
        self.is_dialog() || self.slot().is_some() || buy::step_off(set, &self.frame, self.corner)
    }

    /// Whether the page let it be painted, where it should be and as large: a style sheet of the page may
    /// have hidden, moved or enlarged all of it.
    pub(crate) fn is_painted(&self, host: &Thing) -> bool {
        let [left, right, top, bottom] = place(&self.frame);
        let zoom = host.get("currentCSSZoom").number();
        // Not a number where the browser does not say.
        let is_enlarged = (zoom - 1.0).abs() > 0.01;
        let [.., host_top, _] = place(host);
        let is_moved = self.slot().is_none() && host_top.abs() > 1.0;
        right - left > 1.0 && bottom - top > 1.0 && !is_enlarged && !is_moved
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
            ShowKind::Offer { link, .. } => link,
            ShowKind::Invite => "",
        }
    }
}

/// Whether all that can be done with it is to copy its coupon.
pub(crate) fn leads_nowhere(show: &Show) -> bool {
    match &show.kind {
        ShowKind::Offer { link, .. } => {
            link.is_empty() && has_coupon(show) && !show.copy.accept.is_empty()
        }
        ShowKind::Invite => false,
    }
}

/// Whether it has a coupon, for which the collector is asked.
pub(crate) fn has_coupon(show: &Show) -> bool {
    matches!(&show.kind, ShowKind::Offer { coupon, .. } if !coupon.is_empty())
}

/// Opens or closes the explanation.
pub(crate) fn explain(frame: &Thing, button: &Thing) {
    let answer = find(frame, ".because");
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

const BAR_TOP: &str = "div|bar top|role=region|aria-labelledby=title|aside=";

const BAR_BOTTOM: &str = "div|bar|role=region|aria-labelledby=title|aside=";

const INLINE: &str = "div|inline|role=region|aria-labelledby=title|aside=";

/// The shop's sign and name, and the way out; what is offered, the coupon in a field so that it can
/// be selected where copying is refused; and "Why am I seeing this?" with its answer.
///
/// Texts: a title, b body, c accept, d decline, e shop, f coupon, g initial, h something for what leads
/// to the chat, i the reason, j something for a coupon that has a button of its own, k the logo's
/// address, l something for a progress, m for a survey, n for products.
const OFFER: &str = "\
div|head
 ?hdiv|sign
  @M4 5h16v11h-9l-4.5 4V16H4z
 ?gdiv|sign|aria-hidden=true|=$g
  ?kimg|logo|src=$k|alt=
 div|shop|=$e
 button|round|aria-label=%A
  @M7 7l10 10M17 7L7 17
h2|title|id=title|tabindex=-1|=$a
?bp|body|=$b
?ldiv|meter|role=progressbar|aria-labelledby=title|aria-valuemin=0|aria-valuemax=100
 div|done
?mdiv|scores|role=group|aria-labelledby=title
 button|score|=1
 button|score|=2
 button|score|=3
 button|score|=4
 button|score|=5
?mdiv|ends|aria-hidden=true
 span||=%W
 span||=%X
?nul|goods|role=list
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
 button|record|=%V
 div|because|hidden=
  p||=$i
  p||=%C";

/// The same in one line.
const LINE: &str = "\
div|line
 ?gdiv|sign|aria-hidden=true|=$g
  ?kimg|logo|src=$k|alt=
 ?hdiv|sign
  @M4 5h16v11h-9l-4.5 4V16H4z
 div|words
  h2|title|id=title|tabindex=-1|=$a
  ?bp|body|=$b
  ?ldiv|meter|role=progressbar|aria-labelledby=title|aria-valuemin=0|aria-valuemax=100
   div|done
 ?mdiv|scores|role=group|aria-labelledby=title
  button|score|=1
  button|score|=2
  button|score|=3
  button|score|=4
  button|score|=5
 ?nul|goods|role=list
 ?fdiv|ticket
  input|code|value=$f|readonly=|aria-label=%D
  ?jbutton|copy|=%E
 ?cbutton|primary|=$c
 div|ways
  button|why|aria-expanded=false|aria-label=%B
   @M12 11v5M12 8v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z
  button|round|aria-label=%A
   @M7 7l10 10M17 7L7 17
div|foot|lang=%U|dir=auto
 div|because|hidden=
  p||=$i
  p||=%C
  button|record|=%V";

/// The first character.
fn initial(name: &str) -> &str {
    let mut rest = name.chars();
    rest.next();
    name.strip_suffix(rest.as_str()).unwrap_or_default()
}

fn matches(element: &Thing, selector: &str) -> bool {
    element.call_text("matches", selector, NOTHING).is_true()
}
