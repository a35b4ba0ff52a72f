//! Fields: focused, left, chosen in; windows that the browser opens over the page (selects, dates,
//! input methods), where a pointer's way means nothing. Never what stands in a field, only whether
//! anything does; choices leave as hashes that are compared on the device.

use alloc::string::String;
use core::cell::Cell;

use beacon::item::{Fact, PageKind};
use engine::observation::{Field, Observation};

use crate::agent::Agent;
use crate::agent::border::{self, Element};
use crate::agent::page::{At, Heard, Listened};

/// What is open over the page.
#[derive(Default)]
pub(in crate::agent) struct Fields {
    is_popup_open: Cell<bool>,
}

/// Fields, then those whose press opens a window of the browser's own. Two steps, since most presses
/// are on none, and names are looked for faster than attributes.
const POPUP: &str = "select,input\n\
    select:not([multiple],[size]),[list],[type=date],[type=time],[type=month],[type=week],\
    [type=datetime-local],[type=color],[type=file]";

/// Fields in which one chooses a quantity or a variant.
const CHOICE: &str = "select,[type=number],[type=radio],[type=range]";

/// Where what is copied is not the shop's: what the visitor typed, what we draw.
const OWN_TEXT: &str = "input,textarea,[contenteditable],nunchi-surface";

/// What is heard of fields.
pub(super) const HEARD: &[Listened] = &[
    Listened(At::Document, "mousedown", POPUP, |agent, event| agent.set_popup(event.sort == 2)),
    Listened(At::Document, "focusin", TYPED, |agent, event| {
        if let Some(field) = field(event) {
            let control = control(event.element());
            agent.observe(Observation::FieldFocused { field, control });
        }
    }),
    Listened(At::Document, "focusout", TYPED, Agent::field_left),
    Listened(At::Document, "change", CHOICE, |agent, event| {
        agent.set_popup(false);
        if event.sort != 0 {
            agent.chose(event.element());
        }
    }),
    Listened(At::Document, "copy", OWN_TEXT, |agent, event| {
        if event.sort == 0 {
            agent.observe(Observation::Copied);
        }
    }),
    Listened(At::Document, "compositionstart", "", |agent, _| agent.set_popup(true)),
    Listened(At::Document, "compositionend", "", |agent, _| agent.set_popup(false)),
];

impl Agent {
    fn set_popup(&'static self, is_open: bool) {
        if self.sources.fields.is_popup_open.replace(is_open) != is_open {
            self.observe(if is_open { Observation::PopupOpened } else { Observation::PopupClosed });
        }
    }

    /// A select that is closed by Escape or by the option it had tells nothing. But then the pointer
    /// moves; browsers without `:open` find none, and wait for the next press.
    pub(super) fn look_at_popup(&'static self) {
        let is_open = self.sources.fields.is_popup_open.get();
        if is_open && !border::find("select:focus:not(:open)").is_undefined() {
            self.set_popup(false);
        }
    }

    fn field_left(&'static self, event: &Heard<'_>) {
        self.set_popup(false);
        if let Some(field) = field(event) {
            let is_empty = value(event.element()).is_empty();
            self.observe(Observation::FieldLeft { field, is_empty });
        }
    }

    fn chose(&'static self, element: &Element) {
        let (control, value) = (control(element), hash(&value(element)));
        self.observe(Observation::Chose { control, value });
        if self.is_on(PageKind::Product) {
            self.state(Fact::VariantChosen);
        }
    }

    /// A form that was to be sent: which field was found wrong, by the browser or by the page.
    pub(super) fn look_at_form(&'static self, button: &Heard<'_>) {
        // Browsers that do not know the one still look for the other.
        let wrong = ":is(:user-invalid,[aria-invalid=true])";
        let field = border::beside(button.element(), "form", wrong);
        if let Some(field) = border::element(&field) {
            self.observe(Observation::Refused { control: control(field) });
        }
    }

    /// A stepper's buttons change its number by script, which no event tells of.
    pub(super) fn look_at_stepper(&'static self, button: &Heard<'_>) {
        let around = "form,li,tr,[class*=qty i],[class*=quantity i]";
        let number = border::beside(button.element(), around, "[type=number]");
        if let Some(number) = border::element(&number) {
            self.chose(number);
        }
    }
}

/// What sort of field was hit, if it is one to type in.
fn field(event: &Heard<'_>) -> Option<Field> {
    Some(match event.sort {
        0 => return None,
        2 => Field::Coupon,
        3 => Field::Search,
        _ => Field::Other,
    })
}

/// Fields to type in; then those for coupons and for a search, by what they are called in the markup
/// or to the visitor. The browser matches faster and in less code than we would; `i` is without
/// regard to case.
const TYPED: &str = "textarea,input:not([type=button],[type=submit],[type=checkbox],[type=radio])\n\
    [data-nunchi=coupon],[name*=coupon i],[id*=coupon i],[class*=coupon i],\
    [name*=promo i],[id*=promo i],[name*=voucher i],[id*=voucher i],[name*=discount i],\
    [id*=discount i],[placeholder*=coupon i],[placeholder*=쿠폰],[placeholder*=할인],\
    [aria-label*=coupon i],[aria-label*=쿠폰]\n\
    [type=search],[role=searchbox],[name=q],[name*=search i],[id*=search i],[placeholder*=검색]";

/// Tells this control from others of the page.
fn control(element: &Element) -> u32 {
    hash(&border::place(element))
}

fn value(element: &Element) -> String {
    // Selects and text areas have `value` as well.
    border::text(element, "value")
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn hashes_are_fnv_1a() {
        assert_eq!(hash(""), 0x811c_9dc5);
        assert_eq!(hash("foobar"), 0xbf9c_f968);
    }
}
