//! The page's own things, through few doors: read, write and call by name.
//!
//! A binding for each of the browser's methods costs 30 bytes of module and glue, a name 5. What the
//! page throws ends here: reading gives `undefined`, and a call that failed is remembered until
//! [`is_broken`] asks, which halves the module against a `?` on every line.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

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
    fn at(&self, index: u32) -> Thing;
    /// Sets a property to a text. The page may refuse.
    fn set(&self, name: &str, text: &str);
    /// Sets a property to a thing.
    fn put(&self, name: &str, value: &Thing);
    /// Calls a method.
    fn call(&self, name: &str) -> Thing {
        self.call_with(name, NOTHING, NOTHING)
    }
    /// Calls a method with things.
    fn call_with(&self, name: &str, a: &Thing, b: &Thing) -> Thing;
    /// Calls a method with a text and, where it takes them, things.
    fn call_text(&self, name: &str, text: &str, a: &Thing, b: &Thing) -> Thing;
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
        read(self, name).unwrap_or(Thing::UNDEFINED)
    }

    fn at(&self, index: u32) -> Thing {
        read_at(self, index).unwrap_or(Thing::UNDEFINED)
    }

    #[inline(never)]
    fn set(&self, name: &str, text: &str) {
        let _ = write_text(self, name, text);
    }

    #[inline(never)]
    fn put(&self, name: &str, value: &Thing) {
        let _ = write(self, name, value);
    }

    #[inline(never)]
    fn call_with(&self, name: &str, a: &Thing, b: &Thing) -> Thing {
        done(call(&self.get(name), self, a, b))
    }

    #[inline(never)]
    fn call_text(&self, name: &str, text: &str, a: &Thing, b: &Thing) -> Thing {
        done(call_text(&self.get(name), self, text, a, b))
    }

    #[inline(never)]
    fn call_texts(&self, name: &str, one: &str, other: &str) -> Thing {
        done(call_texts(&self.get(name), self, one, other))
    }

    #[inline(never)]
    fn text(&self) -> String {
        let bytes = new("TextEncoder").call_with("encode", self, NOTHING).bytes();
        String::from_utf8(bytes).unwrap_or_default()
    }

    #[inline(never)]
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.get("length").count() as usize];
        let _ = copy(&mut bytes, self);
        bytes
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

/// An object of one of the browser's classes.
pub(crate) fn new(class: &str) -> Thing {
    done(construct(&global(class), &list(NOTHING)))
}

/// Whether a call failed since the last question: a page can patch `createElement`.
pub(crate) fn is_broken() -> bool {
    BROKEN.swap(false, Relaxed)
}

/// Random bytes, 16 of them.
pub(crate) fn random() -> Vec<u8> {
    // Any text of 16 bytes gives an array to be filled.
    let array = new("TextEncoder").call_text("encode", "0123456789abcdef", NOTHING, NOTHING);
    global("crypto").call_with("getRandomValues", &array, NOTHING);
    array.bytes()
}

#[inline(never)]
fn done(called: Result<Thing, JsValue>) -> Thing {
    called.unwrap_or_else(|_| {
        BROKEN.store(true, Relaxed);
        Thing::UNDEFINED
    })
}

static BROKEN: AtomicBool = AtomicBool::new(false);

#[wasm_bindgen]
extern "C" {
    /// An object gives itself; said of the window, that is the window.
    #[wasm_bindgen(js_namespace = window, js_name = valueOf)]
    pub(crate) fn window() -> Thing;

    /// A new object.
    #[wasm_bindgen(js_name = Object)]
    pub(crate) fn object() -> Thing;

    /// A list of one.
    #[wasm_bindgen(js_namespace = Array, js_name = of)]
    pub(crate) fn list(only: &Thing) -> Thing;

    #[wasm_bindgen(js_name = Number)]
    pub(crate) fn number(value: u32) -> Thing;

    #[wasm_bindgen(js_name = String)]
    pub(crate) fn text(value: &str) -> Thing;

    /// A text without white space around it.
    #[wasm_bindgen(js_namespace = ["String", "prototype", "trim"], js_name = call)]
    pub(crate) fn trimmed(text: &Thing) -> Thing;

    #[wasm_bindgen(js_name = Number)]
    fn to_number(value: &Thing) -> f64;

    #[wasm_bindgen(js_name = Boolean)]
    fn to_bool(value: &Thing) -> bool;

    #[wasm_bindgen(catch, js_namespace = ["Uint8Array", "prototype", "set"], js_name = call)]
    fn copy(to: &mut [u8], from: &Thing) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn read(of: &Thing, name: &str) -> Result<Thing, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn read_at(of: &Thing, index: u32) -> Result<Thing, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = set)]
    fn write(of: &Thing, name: &str, value: &Thing) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = set)]
    fn write_text(of: &Thing, name: &str, value: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["Function", "prototype", "call"], js_name = call)]
    fn call(f: &Thing, on: &Thing, a: &Thing, b: &Thing) -> Result<Thing, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["Function", "prototype", "call"], js_name = call)]
    fn call_text(f: &Thing, on: &Thing, t: &str, a: &Thing, b: &Thing) -> Result<Thing, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["Function", "prototype", "call"], js_name = call)]
    fn call_texts(f: &Thing, on: &Thing, one: &str, other: &str) -> Result<Thing, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect)]
    fn construct(class: &Thing, arguments: &Thing) -> Result<Thing, JsValue>;
}
