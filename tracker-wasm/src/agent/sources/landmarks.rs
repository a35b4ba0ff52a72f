//! What matters on a page, recognised without the merchant's help: prices, totals, shipping costs.
//!
//! Only looked up when the pointer rests. `data-nunchi="price|total|shipping|coupon"` is sure; markup
//! for search engines is nearly so; names of classes are a good guess.

use engine::observation::Landmark;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::agent::Agent;

/// Anything that may be a landmark; the innermost one counts.
const SELECTOR: &str = "[data-nunchi],[itemprop=price],[class*=price i],[class*=total i],\
    [class*=shipping i],[class*=delivery i],[id*=total i],[id*=shipping i]";

/// A wrapper of more text than this is a part of the page, not a price.
const TEXT_LENGTH_MAX: usize = 120;

impl Agent {
    /// What the pointer rests on.
    pub(super) fn landmark_under_pointer(&self) -> Landmark {
        // The browser knows the element; a sampled position may be 50 ms old.
        let hovered = self.page.document.query_selector_all(":hover").ok();
        let innermost = hovered.and_then(|list| list.get(list.length().checked_sub(1)?));
        innermost.and_then(|node| landmark(node.unchecked_ref())).unwrap_or(Landmark::Elsewhere)
    }
}

fn landmark(element: &Element) -> Option<Landmark> {
    let element = element.closest(SELECTOR).ok()??;
    let declared = element.get_attribute("data-nunchi");
    let is_small = || element.text_content().is_some_and(|text| text.len() <= TEXT_LENGTH_MAX);
    match declared {
        Some(name) => Some(named(&name)),
        None if is_small() => Some(guessed(&element)),
        None => None,
    }
}

fn named(name: &str) -> Landmark {
    match name {
        "price" => Landmark::Price,
        "total" => Landmark::Total,
        "shipping" => Landmark::Shipping,
        _ => Landmark::Elsewhere,
    }
}

fn guessed(element: &Element) -> Landmark {
    let name = [element.class_name(), element.id()].join(" ").to_ascii_lowercase();
    if name.contains("shipping") || name.contains("delivery") {
        Landmark::Shipping
    } else if name.contains("total") {
        Landmark::Total
    } else {
        Landmark::Price
    }
}
