//! The operator's console: who is in the shop, and what came of it.
//!
//! Runs in the browser, served from the collector at `/console/`, and knows nothing of it but
//! [`nunchi_api`]. What can be decided without a browser (formats, zones, ranking, the crowd, pauses
//! between retries) stands in plain modules with tests; the views only draw it.
//!
//! Views are written with the builders of [`leptos::html`], not with `view!`: the macro turns literal
//! markup into `innerHTML`, which Trusted Types refuse. So every text is a text node, by construction.

mod api;
mod app;
mod campaigns;
mod floor;
mod frame;
mod inbox;
mod insights;
mod live;
mod preferences;
mod session;
mod settings;
mod setup;
mod text;
mod ui;
mod visitors;

use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the console into the page.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
    }));
    if let Some(boot) = leptos::prelude::document().get_element_by_id("boot") {
        boot.remove();
    }
    leptos::mount::mount_to_body(app::app);
}
