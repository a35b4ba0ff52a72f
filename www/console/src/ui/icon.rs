//! The few drawn signs.

use leptos::{prelude::*, svg};

/// The mark of the product: an eye that notices.
pub(crate) fn eye() -> impl IntoView {
    svg::svg().attr("viewBox", "0 0 32 32").attr("class", "mark").aria_hidden("true").child((
        svg::rect().attr("width", "32").attr("height", "32").attr("rx", "9"),
        svg::path().attr("d", "M5 16q11-12 22 0-11 12-22 0z"),
        svg::circle().attr("cx", "16").attr("cy", "16").attr("r", "4.4"),
    ))
}
