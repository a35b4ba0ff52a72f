//! The shop's own buy button: nothing of ours stands on it.

use super::dom::{attribute, document};
use super::page::{ByName, NOTHING, Thing, window};
use super::place::{is_over, pixels, place};

/// What shops call it: ours first, then forms that put into a cart, then the names that WooCommerce,
/// Shopify's themes, Cafe24 and others use.
const BUY: &str = "[data-nunchi=buy],form:is(.cart,[action*=cart i][action*=add i]) :is(button:not([type=button]),[type=submit]),\
[name=add-to-cart],[class*=add-to-cart i],[class*=add_to_cart i],[class*=addtocart i],\
[id*=add-to-cart i],[id*=addtocart i],[id*=btnbuy i],[class*=btnsubmit i]";

/// Most elements looked at: a list of products has one each.
const BUTTONS_MAX: u32 = 100;

/// Moves a card off every buy button that it would cover: to the other corner, or above the button.
/// Says whether that could be done.
pub(crate) fn step_off(set: &Thing, frame: &Thing, corner: &str) -> bool {
    let buttons = document().call_text("querySelectorAll", BUY, NOTHING);
    let other = if corner == "start" { "end" } else { "start" };
    for (corner, lift) in [(corner, false), (other, false), (corner, true)] {
        attribute(set, "data-corner", corner);
        let height = window().get("innerHeight").number();
        let lift = if lift { highest(&buttons).map_or(0.0, |top| height - top + GAP) } else { 0.0 };
        frame.get("style").call_texts("setProperty", "--lift", &pixels(lift));
        let fits = lift == 0.0 || place(frame)[2] > GAP;
        if fits && !covers(frame, &buttons) {
            return true;
        }
    }
    attribute(set, "data-corner", corner);
    false
}

fn covers(frame: &Thing, buttons: &Thing) -> bool {
    all(buttons).any(|button| is_over(frame, &button))
}

/// Upper edge of the highest one in the window's lower half: below that there is room for none.
fn highest(buttons: &Thing) -> Option<f64> {
    let height = window().get("innerHeight").number();
    let tops = all(buttons).map(|it| place(&it)[2]);
    tops.filter(|&top| top > height / 2.0 && top < height).reduce(f64::min)
}

fn all(buttons: &Thing) -> impl Iterator<Item = Thing> {
    let count = buttons.get("length").count().min(BUTTONS_MAX);
    (0..count).map(|at| buttons.at(at.cast_signed()))
}

const GAP: f64 = 12.0;
