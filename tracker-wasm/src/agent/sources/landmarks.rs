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
    let is = |selector| element.matches(selector).unwrap_or_default();
    // A wrapper of much is a part of the page, not a price.
    let is_wrapper = element.child_element_count() > CHILDREN_MAX;
    Some(if is(SHIPPING) {
        Landmark::Shipping
    } else if is(TOTAL) {
        Landmark::Total
    } else if is("[data-nunchi=coupon]") || is_wrapper {
        Landmark::Elsewhere
    } else {
        Landmark::Price
    })
}

const SHIPPING: &str =
    "[data-nunchi=shipping],[class*=shipping i],[class*=delivery i],[id*=shipping i]";

const TOTAL: &str = "[data-nunchi=total],[class*=total i],[id*=total i]";

/// A price has a few parts: amount, unit, the old price struck out.
const CHILDREN_MAX: u32 = 4;
