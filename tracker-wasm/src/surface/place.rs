//! Where things stand in the window.

use alloc::string::String;

use super::page::{ByName, Thing, number};

/// Edges: left, right, top, bottom, in CSS pixels of the window.
pub(crate) fn place(element: &Thing) -> [f64; 4] {
    let place = element.call("getBoundingClientRect");
    ["left", "right", "top", "bottom"].map(|edge| place.get(edge).number())
}

/// Whether one covers some of the other.
pub(crate) fn is_over(one: &Thing, other: &Thing) -> bool {
    let [left, right, top, bottom] = place(one);
    let [its_left, its_right, its_top, its_bottom] = place(other);
    left < its_right && its_left < right && top < its_bottom && its_top < bottom
}

/// A length for a style.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` is total")]
pub(crate) fn pixels(length: f64) -> String {
    [number(length as u32).text().as_str(), "px"].concat()
}
