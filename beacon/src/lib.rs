//! The wire between agent and collector: the only thing old agents and new servers must agree on.
//!
//! A beacon's way: the agent pushes [`Item`]s into an [`Outbox`](outbox::Outbox), which closes them
//! into a frame ([`frame::encode`]); the collector opens it ([`frame::decode`]) and asks
//! [`inbox::judge`] whether it is new. Nothing here sees a clock, a browser, a socket or a
//! file: time comes in as [`Millis`], what must happen goes out as effects.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod crc;
pub mod frame;
#[cfg(test)]
mod golden;
pub mod id;
pub mod inbox;
pub mod item;
pub mod limits;
pub mod money;
pub mod outbox;
pub mod reply;
pub mod time;
pub mod wire;

pub use crc::{crc32c, crc32c_more};
pub use frame::{Beacon, DecodeError, Header};
pub use id::{RunId, SessionId, SiteKey, VisitorId};
pub use item::{Body, Item};
pub use money::{Currency, Money};
pub use time::Millis;
