//! Campaigns tried on what was stored: the same engine as in the page, fed with the same items.
//!
//! [`story`] turns stored runs back into items, [`each`] goes through many of them, [`rehearsal`] lets a pack that was never published
//! judge them, [`backtest`] and [`diff`] add up what comes of it. [`lint`] finds what will not do
//! what was meant, [`why`] tells one visit, [`visit`] in short, and [`parity`] holds the page to what it reported. [`desk`], [`preview`] and [`publish`] answer editors over HTTP.

pub(crate) mod backtest;
pub(crate) mod desk;
pub(crate) mod diff;
pub(crate) mod each;
pub(crate) mod lint;
pub(crate) mod parity;
pub(crate) mod plans;
pub(crate) mod preview;
pub(crate) mod publish;
mod rehearsal;
pub(crate) mod running;
mod staged;
mod story;
pub(crate) mod visit;
pub(crate) mod why;

pub(crate) use rehearsal::{Performed, forgetful, rehearse, rehearsed};
pub(crate) use story::{Run, Story};
