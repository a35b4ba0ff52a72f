//! What matters on a page, recognised without the merchant's help: prices, totals, shipping costs.
//!
//! Only looked up when the pointer rests. `data-nunchi="price|total|shipping|coupon"` is sure; markup
//! for search engines is nearly so; names of classes are a good guess.

use engine::observation::Landmark;

use crate::agent::border::{element, hovered, number, sort};

/// Anything that may be a landmark; the innermost one counts.
const SELECTOR: &str = "[data-nunchi],[itemprop=price],[class*=price i],[class*=total i],\
    [class*=shipping i],[class*=delivery i],[id*=total i],[id*=shipping i]";

/// What the pointer rests on. The browser knows; a sampled position may be 50 ms old.
pub(super) fn landmark_under_pointer() -> Landmark {
    let hovered = hovered(SELECTOR);
    let Some(element) = element(&hovered) else { return Landmark::Elsewhere };
    // A wrapper of much is a part of the page, not a price.
    let is_wrapper = || number(element, "childElementCount").is_some_and(|it| it > CHILDREN_MAX);
    match sort(element, SORTS) {
        2 => Landmark::Shipping,
        3 => Landmark::Total,
        1 if !is_wrapper() => Landmark::Price,
        _ => Landmark::Elsewhere,
    }
}

/// Anything, then shipping costs, totals, coupons.
const SORTS: &str = "*\n\
    [data-nunchi=shipping],[class*=shipping i],[class*=delivery i],[id*=shipping i]\n\
    [data-nunchi=total],[class*=total i],[id*=total i]\n\
    [data-nunchi=coupon]";

/// A price has a few parts: amount, unit, the old price struck out.
const CHILDREN_MAX: f64 = 4.0;
