//! Fields: focused, left, chosen in; windows that the browser opens over the page (selects, dates,
//! input methods), where a pointer's way means nothing. Never what stands in a field, only whether
//! anything does; choices leave as hashes that are compared on the device.

use std::cell::Cell;

use beacon::item::{Fact, PageKind};
use engine::observation::{Field, Observation};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::presses::element;
use crate::agent::Agent;

/// What is open over the page.
#[derive(Default)]
pub(in crate::agent) struct Fields {
    is_popup_open: Cell<bool>,
}

/// Fields whose press opens a window of the browser's own.
const POPUP: &str = "select:not([multiple],[size]),[list],[type=date],[type=time],[type=month],\
    [type=week],[type=datetime-local],[type=color],[type=file]";

/// Fields in which one chooses a quantity or a variant.
const CHOICE: &str = "select,[type=number],[type=radio],[type=range]";

/// From a press on a stepper to the look at its number, milliseconds: the page's script comes first.
const STEPPER_MS: u64 = 100;

impl Agent {
    pub(super) fn listen_to_fields(&'static self) {
        let (page, document) = (&self.page, &self.page.document);
        let on = |name: &str, f: fn(&'static Self, Element)| {
            page.listen(document, name, move |event: Event| {
                if let Some(element) = element(&event).filter(|_| self.is_running()) {
                    f(self, element);
                }
            });
        };
        on("mousedown", |agent, element| {
            agent.set_popup(element.matches(POPUP).unwrap_or_default());
        });
        on("focusin", |agent, element| {
            if let Some(field) = field(&element) {
                agent.observe(Observation::FieldFocused(field));
            }
        });
        on("focusout", Self::field_left);
        on("change", |agent, element| {
            agent.set_popup(false);
            agent.chose(&element);
        });
        on("compositionstart", |agent, _| agent.set_popup(true));
        on("compositionend", |agent, _| agent.set_popup(false));
    }

    fn set_popup(&'static self, is_open: bool) {
        if self.sources.fields.is_popup_open.replace(is_open) != is_open {
            self.observe(if is_open { Observation::PopupOpened } else { Observation::PopupClosed });
        }
    }

    fn field_left(&'static self, element: Element) {
        self.set_popup(false);
        if let Some(field) = field(&element) {
            let is_empty = value(&element).is_empty();
            self.observe(Observation::FieldLeft { field, is_empty });
        }
    }

    fn chose(&'static self, element: &Element) {
        if !element.matches(CHOICE).unwrap_or_default() {
            return;
        }
        let value = value(element);
        let value = value.parse().unwrap_or_else(|_| hash(&[&value]));
        self.observe(Observation::Chose { control: control(element), value });
        if self.is_on(PageKind::Product) {
            self.state(Fact::VariantChosen);
        }
    }

    /// A stepper's buttons change its number by script, which no event tells of.
    pub(super) fn look_at_stepper(&'static self, element: Element) {
        self.page.after(STEPPER_MS, move || {
            let container = element.closest("form,li,tr,[class*=qty i],[class*=quantity i]");
            let container = container.ok().flatten();
            let number = container.and_then(|it| it.query_selector("[type=number]").ok().flatten());
            if let Some(number) = number {
                self.chose(&number);
            }
        });
    }
}

/// What sort of field an element is, if it is one to type in.
fn field(element: &Element) -> Option<Field> {
    let typed = "input:not([type=button],[type=submit],[type=checkbox],[type=radio]),textarea";
    if !element.matches(typed).unwrap_or_default() {
        return None;
    }
    let attribute = |name| element.get_attribute(name).unwrap_or_default();
    let names = ["data-nunchi", "name", "id", "class", "type", "role", "placeholder", "aria-label"];
    let said = names.map(attribute).join(" ").to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    Some(if says(&["coupon", "promo", "voucher", "discount", "쿠폰", "할인"]) {
        Field::Coupon
    } else if says(&["search", "검색"]) || attribute("name") == "q" {
        Field::Search
    } else {
        Field::Other
    })
}

fn value(element: &Element) -> String {
    // Selects and text areas have `value` as well.
    element.unchecked_ref::<HtmlInputElement>().value()
}

/// Which control it is: the same one gives the same number as long as the page stands.
fn control(element: &Element) -> u32 {
    let of = |element: &Element, name| element.get_attribute(name).unwrap_or_default();
    let container = element.closest("form,li,tr").ok().flatten();
    let place = container.map(|it| [of(&it, "id"), of(&it, "action"), of(&it, "data-id")].concat());
    hash(&[&of(element, "name"), &of(element, "id"), &place.unwrap_or_default()])
}

/// FNV-1a.
fn hash(texts: &[&str]) -> u32 {
    let bytes = texts.iter().flat_map(|text| text.bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn hashes_are_fnv_1a() {
        assert_eq!(hash(&[""]), 0x811c_9dc5);
        assert_eq!(hash(&["foo", "bar"]), 0xbf9c_f968);
    }
}
