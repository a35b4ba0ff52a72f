//! The surface: draws offers, invitations and the chat, and says how the visitor met them.
//!
//! Decides nothing: the engine says what is shown, and each thing shown is answered once by
//! `emit(campaign, reaction)` after `shown`, or by `failed`. One thing stands at a time. All events
//! and timers come in through [`wire::Step`], so nothing is thrown into the page, and what must
//! go out goes out after the borrow has ended.

mod buy;
mod chat;
mod conversation;
mod dom;
mod inside;
mod known;
mod letter;
mod link;
mod look;
mod news;
mod offer;
mod page;
mod person;
mod place;
mod record;
mod scene;
mod slot;
mod stage;
mod style;
mod talk;
mod wire;
mod words;

use engine::campaign::Show;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use page::ByName;

/// The lock is never contended: a page has one thread. It is what makes this one safe to name.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Begins; before it nothing can be shown. Again after the agent was made anew: what the old one
/// showed is taken away.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "borrowed things cost more glue")]
pub fn start(options: JsValue) {
    wire::run(scene::Surface::reset);
    wire::connect(&options);
}

/// Draws a [`Show`] from its bytes, a `Uint8Array`. Bytes that are not one are ignored: they name no
/// campaign to answer for.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "borrowed things cost more glue")]
pub fn show(bytes: JsValue) {
    if let Some(show) = beacon::wire::from_bytes::<Show>(&bytes.bytes()) {
        let failed = Some((show.campaign, "failed"));
        wire::run_or(failed, |surface| surface.show(show));
    }
}

/// Opens the chat panel, or brings it back into focus. `campaign` is the invitation that led here.
#[wasm_bindgen]
pub fn open_chat(campaign: Option<u16>) {
    wire::run(|surface| surface.open_chat(campaign));
}

/// Opens what is recorded about the visitor.
#[wasm_bindgen]
pub fn open_record() {
    wire::run(scene::Surface::open_record);
}

/// The shop stated one more thing: an item's bytes, a `Uint8Array`.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "borrowed things cost more glue")]
pub fn told(item: JsValue) {
    wire::run(|surface| surface.on_told(&item));
}

/// Takes everything away at once, without a reaction.
#[wasm_bindgen]
pub fn close() {
    wire::run(scene::Surface::reset);
}

/// Goes on when the page calls back; what for is bound to it as a number.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "borrowed things cost more glue")]
pub fn step(step: u32, value: JsValue) {
    wire::run(|surface| surface.take(wire::Step::of(step), &value));
}
