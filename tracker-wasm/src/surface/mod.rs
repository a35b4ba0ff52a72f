//! The surface: draws offers, invitations and the chat, and says how the visitor met them.
//!
//! Decides nothing: the engine says what is shown, and each thing shown is answered once by
//! `emit(campaign, reaction)` after `shown`, or by `failed`. One thing stands at a time. All events
//! and timers come in through [`wire::callback`], so nothing is thrown into the page, and what must
//! go out goes out after the borrow has ended.

mod chat;
mod colour;
mod conversation;
mod dom;
mod letter;
mod link;
mod offer;
mod options;
mod scene;
mod stage;
mod style;
mod talk;
mod wire;
mod words;

use engine::campaign::Show;
use wasm_bindgen::prelude::wasm_bindgen;

pub use options::Options;

/// The lock is never contended: a page has one thread. It is what makes this one safe to name.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Begins; before it nothing can be shown. Again after the agent was made anew: what the old one
/// showed is taken away.
#[wasm_bindgen]
pub fn start(options: Options) {
    wire::run(scene::Surface::reset);
    wire::connect(options);
}

/// Draws a postcard [`Show`]. Bytes that are not one are ignored: they name no campaign to answer
/// for.
#[wasm_bindgen]
pub fn show(bytes: &[u8]) {
    if let Ok(show) = postcard::from_bytes::<Show>(bytes) {
        let failed = Some((show.campaign, "failed"));
        wire::run_or(failed, |surface| surface.show(show));
    }
}

/// Opens the chat panel, or brings it back into focus. `campaign` is the invitation that led here.
#[wasm_bindgen]
pub fn open_chat(campaign: Option<u16>) {
    wire::run(|surface| surface.open_chat(campaign));
}

/// Takes everything away at once, without a reaction.
#[wasm_bindgen]
pub fn close() {
    wire::run(scene::Surface::reset);
}
