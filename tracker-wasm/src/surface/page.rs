//! The page's own things, through few doors: the functions of `page.js`, where each is described.
//!
//! A binding for each of the browser's methods costs 30 bytes of module and glue, a name 5. None of
//! these throws: what failed gives nothing and is remembered until [`is_broken`] asks, which halves
//! the module against a `?` on every line.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Anything of the page's: an element, an event, a promise, a text.
pub(crate) type Thing = JsValue;

/// What is not there.
pub(crate) const NOTHING: &Thing = &JsValue::UNDEFINED;

/// What can be done with any [`Thing`].
pub(crate) trait ByName {
    /// A property; `undefined` where there is none to be had.
    fn get(&self, name: &str) -> Thing;
    /// An element of a list.
    fn at(&self, index: i32) -> Thing;
    /// Sets a property to a text. The page may refuse.
    fn set(&self, name: &str, text: &str);
    /// Sets a property to a thing.
    fn put(&self, name: &str, value: &Thing);
    /// Calls a method.
    fn call(&self, name: &str) -> Thing;
    /// Calls a method with things.
    fn call_with(&self, name: &str, a: &Thing, b: &Thing) -> Thing;
    /// Calls a method with a text and, where it takes one, a thing.
    fn call_text(&self, name: &str, text: &str, a: &Thing) -> Thing;
    /// Calls a method with two texts.
    fn call_texts(&self, name: &str, one: &str, other: &str) -> Thing;
    /// The text it is; empty for `undefined`.
    fn text(&self) -> String;
    /// Its bytes, if it is a `Uint8Array`; else none.
    fn bytes(&self) -> Vec<u8>;
    /// The number it is, or not a number.
    fn number(&self) -> f64;
    /// The whole number it is, or 0.
    fn count(&self) -> u32;
    /// Whether JavaScript takes it for true.
    fn is_true(&self) -> bool;
}

impl ByName for Thing {
    #[inline(never)]
    fn get(&self, name: &str) -> Thing {
        get(self, name)
    }

    fn at(&self, index: i32) -> Thing {
        at(self, index)
    }

    #[inline(never)]
    fn set(&self, name: &str, text: &str) {
        set_text(self, name, text);
    }

    #[inline(never)]
    fn put(&self, name: &str, value: &Thing) {
        set(self, name, value);
    }

    #[inline(never)]
    fn call(&self, name: &str) -> Thing {
        call(self, name)
    }

    #[inline(never)]
    fn call_with(&self, name: &str, a: &Thing, b: &Thing) -> Thing {
        call_with(self, name, a, b)
    }

    #[inline(never)]
    fn call_text(&self, name: &str, text: &str, a: &Thing) -> Thing {
        call_text(self, name, text, a)
    }

    #[inline(never)]
    fn call_texts(&self, name: &str, one: &str, other: &str) -> Thing {
        call_texts(self, name, one, other)
    }

    #[inline(never)]
    fn text(&self) -> String {
        text(self)
    }

    fn bytes(&self) -> Vec<u8> {
        bytes(self)
    }

    fn number(&self) -> f64 {
        to_number(self)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` is total")]
    fn count(&self) -> u32 {
        self.number() as u32
    }

    fn is_true(&self) -> bool {
        to_bool(self)
    }
}

/// One of the window's properties.
#[inline(never)]
pub(crate) fn global(name: &str) -> Thing {
    window().get(name)
}

#[wasm_bindgen(module = "/src/surface/page.js")]
extern "C" {
    pub(crate) fn connect(options: &Thing, module: &Thing);
    /// Whether something failed since the last question: a page can patch `createElement`.
    pub(crate) fn is_broken() -> bool;
    pub(crate) fn option(name: &str) -> Thing;
    pub(crate) fn path() -> Thing;
    pub(crate) fn random_id() -> String;

    pub(super) fn listen(target: &Thing, name: &str, step: i32);
    pub(super) fn after(promise: &Thing, step: i32, or: i32);
    pub(super) fn next_frame(step: i32);
    pub(super) fn wait(place: i32, ms: i32, step: i32);
    pub(super) fn forget(place: i32);
    pub(super) fn emit(campaign: i32, reaction: &str);
    pub(super) fn post(path: &str, letter: &Thing, ms: i32) -> Thing;
    pub(super) fn ask(path: &str, letter: &Thing, ms: i32) -> Thing;
    pub(super) fn money(minor: f64, digits: i32, currency: &str, language: &str) -> String;
    pub(super) fn kept_keys() -> String;
    pub(super) fn own_ids() -> String;
    pub(super) fn hear(path: &str, step: i32, or: i32);
    pub(super) fn hush();
    pub(super) fn save(name: &str, text: &str);
    pub(super) fn moment(ms: f64) -> String;

    pub(super) fn root(host: &Thing, css: &str) -> Thing;
    pub(super) fn hold(text: &str);
    pub(super) fn draw(parent: &Thing, sketch: &str, words: &str) -> Thing;

    fn get(of: &Thing, name: &str) -> Thing;
    #[wasm_bindgen(js_name = get)]
    fn at(of: &Thing, index: i32) -> Thing;
    fn set(of: &Thing, name: &str, value: &Thing);
    #[wasm_bindgen(js_name = set)]
    fn set_text(of: &Thing, name: &str, value: &str);
    fn call(of: &Thing, name: &str) -> Thing;
    #[wasm_bindgen(js_name = call)]
    fn call_with(of: &Thing, name: &str, a: &Thing, b: &Thing) -> Thing;
    #[wasm_bindgen(js_name = call)]
    fn call_text(of: &Thing, name: &str, text: &str, a: &Thing) -> Thing;
    #[wasm_bindgen(js_name = call)]
    fn call_texts(of: &Thing, name: &str, one: &str, other: &str) -> Thing;
    fn text(value: &Thing) -> String;
    fn bytes(value: &Thing) -> Vec<u8>;
}

#[wasm_bindgen]
extern "C" {
    /// An object gives itself; said of the window, that is the window.
    #[wasm_bindgen(js_namespace = window, js_name = valueOf)]
    pub(crate) fn window() -> Thing;

    /// A new object.
    #[wasm_bindgen(js_name = Object)]
    pub(crate) fn object() -> Thing;

    #[wasm_bindgen(js_name = Number)]
    pub(crate) fn number(value: u32) -> Thing;

    #[wasm_bindgen(js_name = String)]
    pub(crate) fn thing(text: &str) -> Thing;

    #[wasm_bindgen(js_name = Number)]
    fn to_number(value: &Thing) -> f64;

    #[wasm_bindgen(js_name = Boolean)]
    fn to_bool(value: &Thing) -> bool;
}
