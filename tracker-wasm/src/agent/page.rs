//! The page's objects, and the two ways of being called back: listeners and promises. Every callback
//! goes through the loader's guard.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{AbortSignal, AddEventListenerOptions, Document, EventTarget, Window};

use super::Agent;

#[wasm_bindgen]
extern "C" {
    /// What the loader hands to the agent (ARCHITECTURE.md, "The page").
    pub type Hooks;
    #[wasm_bindgen(method, getter)]
    pub(super) fn site(this: &Hooks) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn host(this: &Hooks) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn consent(this: &Hooks) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn queue(this: &Hooks) -> Array;
    #[wasm_bindgen(method, getter)]
    pub(super) fn signal(this: &Hooks) -> AbortSignal;
    #[wasm_bindgen(method)]
    fn guard(this: &Hooks, f: JsValue) -> Function;
    #[wasm_bindgen(method)]
    fn tap(this: &Hooks, target: &JsValue, name: &str, f: JsValue);
    #[wasm_bindgen(method)]
    pub(super) fn surface(this: &Hooks) -> Promised;
    #[wasm_bindgen(method)]
    pub(super) fn stop(this: &Hooks, reason: &str);

    /// A promise of anything. Called by its own name: `js_sys::Promise` takes closures that live no
    /// longer than the call.
    pub(super) type Promised;
    #[wasm_bindgen(method)]
    fn then(this: &Promised, kept: &Function, broken: &Function);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(f: &Function, ms: i32) -> JsValue;
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: Window;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Document;
}

/// The page and the hooks.
pub(super) struct Page {
    pub(super) hooks: Hooks,
    pub(super) window: Window,
    pub(super) document: Document,
    always: AddEventListenerOptions,
    once: AddEventListenerOptions,
    at_target: AddEventListenerOptions,
}

impl Page {
    pub(super) fn new(hooks: Hooks) -> Self {
        let options = |is_once, is_capture| {
            let options = AddEventListenerOptions::new();
            options.set_passive(true);
            options.set_capture(is_capture);
            options.set_once(is_once);
            options.set_signal(&hooks.signal());
            options
        };
        Self {
            always: options(false, true),
            once: options(true, true),
            at_target: options(false, false),
            window: WINDOW.with(Clone::clone),
            document: DOCUMENT.with(Clone::clone),
            hooks,
        }
    }

    /// Lets `f` hear the next event of this name, and no later one.
    pub(super) fn listen_once(&self, target: &EventTarget, name: &str, f: &Function) {
        add(target, name, f, &self.once);
    }

    /// Calls `kept` or `broken` when the promise settles.
    pub(super) fn settle(
        &self,
        promise: &Promised,
        kept: impl FnOnce(JsValue) + 'static,
        broken: impl FnOnce(JsValue) + 'static,
    ) {
        promise.then(&self.one_shot(kept), &self.one_shot(broken));
    }

    fn one_shot(&self, f: impl FnOnce(JsValue) + 'static) -> Function {
        let f: Box<dyn FnOnce(JsValue)> = Box::new(f);
        self.hooks.guard(Closure::once_into_js(f))
    }

    /// Calls `f` once, `ms` from now.
    pub(super) fn after(&self, ms: u64, f: impl FnOnce() + 'static) {
        Self::call_later(ms, &self.one_shot(move |_| f()));
    }

    /// Calls a guarded function `ms` from now.
    pub(super) fn call_later(ms: u64, f: &Function) {
        // Browsers take timers of less than 2^31 ms.
        set_timeout(f, i32::try_from(ms).unwrap_or(i32::MAX));
    }

    /// The page's path with its query, as the address bar has it.
    pub(super) fn address(&self) -> String {
        let location = self.window.location();
        let mut address = location.pathname().unwrap_or_default();
        address.push_str(&location.search().unwrap_or_default());
        address
    }

    /// Language of the page, else of the browser.
    pub(super) fn language(&self) -> String {
        let declared = self.document.document_element().and_then(|root| root.get_attribute("lang"));
        let language = declared.filter(|tag| !tag.is_empty());
        language.or_else(|| self.window.navigator().language()).unwrap_or_default()
    }
}

/// What is called when something happens: no captured state, so that one closure serves for all.
pub(super) type Handler = fn(&'static Agent, JsValue);

impl Agent {
    /// A function for the page to call; guarded.
    pub(super) fn callback(&'static self, handler: Handler) -> Function {
        self.page.hooks.guard(self.closure(handler))
    }

    /// Listens for as long as this instance lives.
    pub(super) fn listen_to(&'static self, target: &EventTarget, name: &str, handler: Handler) {
        add(target, name, &self.callback(handler), &self.page.always);
    }

    /// Listens to what happens to the target itself: `mouseleave` of the document, not of each
    /// element in it.
    pub(super) fn listen_at(&'static self, target: &EventTarget, name: &str, handler: Handler) {
        add(target, name, &self.callback(handler), &self.page.at_target);
    }

    /// Hears the arguments of each later call of `target[name]`; the page's own function goes on.
    pub(super) fn tap(&'static self, target: &JsValue, name: &str, handler: Handler) {
        self.page.hooks.tap(target, name, self.closure(handler));
    }

    fn closure(&'static self, handler: Handler) -> JsValue {
        let f: Box<dyn Fn(JsValue)> = Box::new(move |event| handler(self, event));
        Closure::wrap(f).into_js_value()
    }
}

fn add(target: &EventTarget, name: &str, f: &Function, how: &AddEventListenerOptions) {
    // It cannot fail: the arguments have the right types.
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(name, f, how);
}

/// An object of these properties.
pub(super) fn object(properties: &[(&str, &JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        // It cannot fail: a fresh object takes any property.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}
