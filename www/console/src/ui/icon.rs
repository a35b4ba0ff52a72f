//! The few drawn signs: one pen, one size, the colour of the text beside them.

use leptos::{prelude::*, svg};

/// The mark of the product: an eye that notices.
pub(crate) fn eye() -> impl IntoView {
    svg::svg().attr("viewBox", "0 0 32 32").attr("class", "mark").aria_hidden("true").child((
        svg::rect().attr("width", "32").attr("height", "32").attr("rx", "9"),
        svg::path().attr("d", "M5 16q11-12 22 0-11 12-22 0z"),
        svg::circle().attr("cx", "16").attr("cy", "16").attr("r", "4.4"),
    ))
}

/// A sign of this shape. Says nothing to screen readers: its meaning stands beside it, or in a label.
pub(crate) fn icon(shape: Icon) -> impl IntoView {
    svg::svg()
        .attr("viewBox", "0 0 24 24")
        .attr("class", "icon")
        .aria_hidden("true")
        .child(svg::path().attr("d", shape.0))
}

/// A path in a field of 24 × 24, drawn with a pen of 1.8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Icon(pub(crate) &'static str);

/// A plan with rooms.
pub(crate) const FLOOR: Icon = Icon("M4 5h16v14H4zM4 12h7M11 5v5M11 14v5M15 12h5");
/// Two people.
pub(crate) const PEOPLE: Icon = Icon(
    "M9 11a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.4 19c0-3.2 2.4-5.2 5.6-5.2s5.6 2 5.6 5.2M15.6 \
     5a3 3 0 0 1 0 5.7M17.2 14.2c2.1.6 3.4 2.3 3.4 4.8",
);
/// Columns that rise.
pub(crate) const CHART: Icon = Icon("M4 20h16M6.5 16.5v-4M12 16.5v-8M17.5 16.5v-12");
/// A speech bubble.
pub(crate) const INBOX: Icon = Icon("M5 5h14v10.5h-7.5L8 19v-3.5H5z");
/// A megaphone.
pub(crate) const CAMPAIGN: Icon =
    Icon("M4 10v4h3l9 4.5v-13L7 10zM7 14l1.4 5h2.4M19 9.6a3.4 3.4 0 0 1 0 4.8");
/// Sliders.
pub(crate) const SETTINGS: Icon =
    Icon("M4 7h8M16 7h4M4 12h2M10 12h10M4 17h8M16 17h4M14 5v4M8 10v4M14 15v4");
/// A lens.
pub(crate) const SEARCH: Icon = Icon("M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM15.4 15.4 20 20");
/// Three lines.
pub(crate) const MENU: Icon = Icon("M4 7h16M4 12h16M4 17h16");
/// A cross.
pub(crate) const CLOSE: Icon = Icon("M6 6l12 12M18 6 6 18");
/// A clock.
pub(crate) const CLOCK: Icon = Icon("M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4l2.6 2");
/// An arrow back.
pub(crate) const BACK: Icon = Icon("M19 12H5M11 6l-6 6 6 6");
/// An arrow into a tray.
pub(crate) const DOWNLOAD: Icon = Icon("M12 4v10M8 10.5l4 4 4-4M5 19h14");
/// A chain's link.
pub(crate) const LINK: Icon = Icon(
    "M10 14a4 4 0 0 0 5.7 0l2.8-2.8a4 4 0 0 0-5.7-5.7L11.6 6.7M14 10a4 4 0 0 0-5.7 0l-2.8 2.8a4 4 0 0 0 5.7 5.7l1.2-1.2",
);
/// Two sheets.
pub(crate) const COPY: Icon = Icon("M9 9h10v10H9zM6 15H5V5h10v1");
