//! The browser shell: translates the page into inputs of `engine` and obeys its effects.
//!
//! Built twice, each time with one feature: `agent` is what a page loads when it is idle, `surface`
//! draws offers and chat and is fetched on first need. Neither ever throws into the page: every
//! callback goes through the loader's guard (ARCHITECTURE.md, "The page").
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "the browser half is compiled on hosts only to be checked")
)]

extern crate alloc;

#[cfg(feature = "agent")]
pub mod agent;
#[cfg(feature = "surface")]
pub mod surface;

/// A panic ends the instance; the loader makes another. What it would say nobody could read.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
