//! In the page's own element: only where nothing that the visitor sees is moved by it.

use engine::campaign::{Form, Show, ShowKind};

use super::dom::{attribute, document};
use super::page::{ByName, NOTHING, Thing, window};
use super::place::{pixels, place};

/// The name of the slot that something is shown in.
pub(crate) fn of(show: &Show) -> Option<&str> {
    match &show.kind {
        ShowKind::Offer { form: Form::Slot(name), .. } => Some(name),
        ShowKind::Offer { .. } | ShowKind::Invite => None,
    }
}

/// The page's element with `data-nunchi-slot` of this name, a name that [`engine::form::is_name`].
pub(crate) fn find(name: &str) -> Thing {
    let selector = ["[data-nunchi-slot=\"", name, "\"]"].concat();
    document().call_text("querySelector", &selector, NOTHING)
}

/// Makes what is drawn as wide as the slot, out of sight, so that its height is known.
pub(crate) fn measure(host: &Thing, set: &Thing, slot: &Thing) {
    attribute(host, "inline", "aside");
    let [left, right, ..] = place(slot);
    set.get("style").call_texts("setProperty", "inline-size", &pixels(right - left));
}

/// Whether it can come in now: the shop keeps room for it, or all that it moves lies below the window.
pub(crate) fn has_room(slot: &Thing, frame: &Thing) -> bool {
    let [_, _, top, bottom] = place(slot);
    let [_, _, its_top, its_bottom] = place(frame);
    let is_below = top >= window().get("innerHeight").number();
    is_below || bottom - top >= its_bottom - its_top
}

/// Lets it in.
pub(crate) fn enter(host: &Thing, set: &Thing) {
    attribute(host, "inline", "");
    set.get("style").call_text("removeProperty", "inline-size", NOTHING);
}
