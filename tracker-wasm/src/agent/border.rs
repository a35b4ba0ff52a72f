//! What the agent asks of the browser: the functions of `page.js`, where each is described.
//!
//! Few and wide ones, none of which throws: a function that crosses the border costs code on both
//! sides, and one that may throw costs more.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen(module = "/src/agent/page.js")]
extern "C" {
    /// An element of the page.
    pub(super) type Element;

    pub(super) fn connect(hooks: &JsValue);
    pub(super) fn stop(reason: &str);
    pub(super) fn listen(
        target: &JsValue,
        name: &str,
        ear: u32,
        once: bool,
        capture: bool,
        selectors: &str,
    );
    pub(super) fn later(ms: f64, ear: u32, value: &JsValue);
    pub(super) fn hold(ear: u32, value: &JsValue, most: usize, ms: f64);
    pub(super) fn release(is_wanted: bool);
    pub(super) fn tap(target: &JsValue, name: &str, ear: u32);
    pub(super) fn observe(ear: u32);
    pub(super) fn stop_observing();

    pub(super) fn get(value: &JsValue, names: &str) -> JsValue;
    pub(super) fn text(value: &JsValue, names: &str) -> String;
    pub(super) fn which(value: &JsValue, names: &str, words: &str) -> i32;
    #[wasm_bindgen(js_name = number)]
    fn number_or_nan(value: &JsValue, names: &str) -> f64;
    pub(super) fn list(value: &JsValue, names: &str) -> List;
    pub(super) fn marked_product() -> JsValue;

    pub(super) fn find(selector: &str) -> JsValue;
    pub(super) fn hovered(selector: &str) -> JsValue;
    pub(super) fn sort(element: &Element, selectors: &str) -> u32;
    pub(super) fn beside(element: &Element, around: &str, selector: &str) -> JsValue;
    pub(super) fn place(element: &Element) -> String;
    pub(super) fn attribute(element: &Element, name: &str) -> String;
    pub(super) fn looks_clickable(element: &Element) -> bool;
    pub(super) fn is_selecting() -> bool;

    pub(super) fn address() -> String;
    pub(super) fn tell_path(path: &str);
    pub(super) fn language() -> String;
    pub(super) fn referrer() -> String;
    pub(super) fn source(is_new: bool) -> String;
    pub(super) fn fits(query: &str) -> bool;
    pub(super) fn ceiling() -> u32;
    pub(super) fn east() -> i16;
    pub(super) fn random() -> u64;

    pub(super) fn kept(is_tab: bool, name: &str) -> Option<Vec<u8>>;
    pub(super) fn keep(is_tab: bool, name: &str, content: &[u8]);
    pub(super) fn erase();
    pub(super) fn find_frames(most: u32);
    pub(super) fn kept_frame(sequence: u32) -> Option<Vec<u8>>;
    pub(super) fn keep_frame(sequence: u32, frame: Option<&[u8]>);

    pub(super) fn post(run: u32, sequence: u32, frame: &[u8], is_last_chance: bool);
    pub(super) fn fetch_pack(is_newest: bool);

    pub(super) fn on(args: &JsValue);
    pub(super) fn announce_action(campaign: u16, variant: u8, kind: u8);
    pub(super) fn announce_item(item: &[u8]);

    pub(super) fn meet(args: &JsValue);
    pub(super) fn prepare(language: &str, session: u64, theme: &[u8]);
    pub(super) fn draw(campaign: u16, show: &[u8]);
    pub(super) fn open_chat();
    pub(super) fn close();
    pub(super) fn open_record();
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    pub(super) fn now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub(super) fn wall() -> f64;
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: JsValue;

    /// An array of the page, or what looks like one.
    pub type List;
    #[wasm_bindgen(method, getter)]
    pub(super) fn length(this: &List) -> u32;
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub(super) fn at(this: &List, index: u32) -> JsValue;
}

/// The store that all tabs of the shop share.
pub(super) const SHARED: bool = false;

/// This tab's own store.
pub(super) const TAB: bool = true;

/// The page's window.
pub(super) fn window() -> JsValue {
    WINDOW.with(Clone::clone)
}

/// Whether a property is there and counts as true.
pub(super) fn flag(value: &JsValue, name: &str) -> bool {
    get(value, name).is_truthy()
}

/// The first of these properties that is there, as a finite number.
pub(super) fn number(value: &JsValue, names: &str) -> Option<f64> {
    Some(number_or_nan(value, names)).filter(|number| number.is_finite())
}

/// An element, if there is one.
pub(super) fn element(found: &JsValue) -> Option<&Element> {
    (!found.is_undefined()).then(|| found.unchecked_ref())
}

/// Sixteen random bytes.
pub(super) fn random_id() -> [u8; 16] {
    (u128::from(random()) << 64 | u128::from(random())).to_le_bytes()
}
