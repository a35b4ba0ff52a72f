//! What the agent hands over at the start: the way to the collector, to the supervisor, and back.

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

#[wasm_bindgen]
extern "C" {
    /// `{host, site, language, session, path(), guard, signal, emit(campaign, reaction)}`, and if
    /// the agent has one, `theme`: a postcard [`Theme`](engine::pack::Theme) for a chat that is
    /// opened before anything was shown. Properties are read when they are needed, so the agent may
    /// change them.
    #[derive(Clone)]
    pub type Options;

    /// Origin of the collector, such as `https://n.example.com`.
    #[wasm_bindgen(method, getter)]
    pub fn host(this: &Options) -> String;

    /// Site key.
    #[wasm_bindgen(method, getter)]
    pub fn site(this: &Options) -> JsValue;

    /// Language of the page.
    #[wasm_bindgen(method, getter)]
    pub fn language(this: &Options) -> String;

    /// Session id; absent unless consent allows storage.
    #[wasm_bindgen(method, getter)]
    pub fn session(this: &Options) -> JsValue;

    /// How the chat looks, or absent.
    #[wasm_bindgen(method, getter)]
    pub fn theme(this: &Options) -> Option<Vec<u8>>;

    /// Path of the page, cleaned of what must not leave it.
    #[wasm_bindgen(method)]
    pub fn path(this: &Options) -> JsValue;

    /// Wraps a function: what it throws goes to the supervisor.
    #[wasm_bindgen(method)]
    pub fn guard(this: &Options, f: &Function) -> Function;

    /// Aborted when the agent is dropped.
    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &Options) -> AbortSignal;

    /// Tells the agent how the visitor met a campaign.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Options, campaign: u16, reaction: &str);
}
