//! The demo shop: a small, believable shop on an origin of its own, to try the tag in.
//!
//! [`server`] is the shop: pages, cart, checkout, and the events that a shop pushes for its
//! analytics. It knows nothing of the collector but the address in the tag. [`crowd`] is its
//! customers: simulated people around the real engine, who reach the collector over HTTP alone.

pub mod cart;
pub mod catalogue;
pub mod crowd;
mod drawing;
mod events;
pub mod language;
pub mod money;
mod pages;
pub mod server;
mod switches;
mod visit;
