//! What the page saw. Stays on the device: only what `sense` concludes from it leaves.

use beacon::item::{Target, View};

/// One thing the page saw. Positions are CSS pixels in the viewport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// A page or SPA route was opened.
    Viewed(View),
    /// The pointer moved (sampled every [`POINTER_SAMPLE_MS`](crate::config::POINTER_SAMPLE_MS)).
    Moved {
        /// From the left edge.
        x: i32,
        /// From the top edge.
        y: i32,
        /// A button is held: a drag.
        is_held: bool,
    },
    /// The pointer came into the page.
    PointerEntered,
    /// The pointer left the page at this height.
    PointerLeft {
        /// From the top edge; negative above it.
        y: i32,
    },
    /// A press (pointer down and up, or a key on a control) on the page.
    Pressed {
        /// From the left edge.
        x: i32,
        /// From the top edge.
        y: i32,
        /// What was hit.
        target: Target,
    },
    /// The page answered: its DOM changed, it navigated, text was selected, a dialog opened.
    PageReacted,
    /// The page was scrolled, or its size changed.
    Scrolled {
        /// Scrolled-away height above the viewport.
        top: u32,
        /// Height of the viewport.
        height: u32,
        /// Height of the whole page.
        full: u32,
    },
    /// A key was pressed somewhere; never which.
    KeyPressed,
    /// The tab was hidden or the page is being left.
    Hidden,
    /// The tab is visible again.
    Shown,
    /// The window lost focus.
    Blurred,
    /// The window has focus again.
    Focused,
    /// A field was focused.
    FieldFocused {
        /// Which.
        field: Field,
        /// A hash of its place in the page, to tell it from others.
        control: u32,
    },
    /// A field was left.
    FieldLeft {
        /// Which.
        field: Field,
        /// Nothing stands in it.
        is_empty: bool,
    },
    /// A native select, an autofill list or an input method opened its own window over the page.
    PopupOpened,
    /// It closed.
    PopupClosed,
    /// The pointer rests on something that matters.
    RestedOn(Landmark),
    /// A form was not sent, because this field (a hash of its place in the page) was found wrong.
    Refused {
        /// Which.
        control: u32,
    },
    /// Text of the page was copied, other than from a field or from what we draw; never which.
    Copied,
    /// The visitor's message in the chat is on its way.
    Asked,
    /// Somebody, or something, answered it.
    Replied,
    /// The browser says that a program drives it.
    Driven,
    /// The quantity of something in the cart, or a variant, was changed to this value (a hash of it
    /// for variants), so that to-and-fro shows.
    Chose {
        /// Which control (a hash of its place in the page).
        control: u32,
        /// Its new value (a hash, or the number itself).
        value: u32,
    },
}

/// A field, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A coupon or voucher code.
    Coupon,
    /// The search box.
    Search,
    /// Any other.
    Other,
}

/// Something on the page whose sight matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmark {
    /// A price.
    Price,
    /// The total of the cart.
    Total,
    /// The shipping cost.
    Shipping,
    /// None of these.
    Elsewhere,
}
