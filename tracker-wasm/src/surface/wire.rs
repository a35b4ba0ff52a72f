//! Between the page and [`Surface`]: borrows, callbacks, timers, requests.

use core::cell::RefCell;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestCredentials, RequestInit, Window};

use super::dom::Drawn;
use super::options::Options;
use super::scene::Surface;

/// What the agent must be told, once the borrow has ended: a campaign and a reaction.
pub(crate) type Said = Option<(u16, &'static str)>;

/// One step of the surface. A plain function pointer, so that all callbacks are one type of closure
/// and cost one adapter in the module.
pub(crate) type Step = fn(&mut Surface, JsValue) -> Said;

/// Sets whom to ask and tell.
pub(crate) fn connect(options: Options) {
    OPTIONS.set(Some(options));
}

/// Whom to ask and tell; `None` before the start.
pub(crate) fn options() -> Option<Options> {
    OPTIONS.with_borrow(Clone::clone)
}

/// Runs a step, then tells the agent.
pub(crate) fn run(step: impl FnOnce(&mut Surface) -> Said) {
    run_or(None, step);
}

/// Like [`run`]; `busy` is said instead when a step is under way: then this is an echo of its own
/// doing (moving the focus calls the page, and the page may call back).
pub(crate) fn run_or(busy: Said, step: impl FnOnce(&mut Surface) -> Said) {
    let said = SURFACE.with(|surface| match surface.try_borrow_mut() {
        Ok(mut surface) => step(&mut surface),
        Err(_) => busy,
    });
    if let (Some((campaign, reaction)), Some(options)) = (said, options()) {
        options.emit(campaign, reaction);
    }
}

/// A function for the page that runs a step, through the supervisor's guard. The engine's collector
/// of unreachable functions frees it.
pub(crate) fn callback(options: &Options, step: Step) -> Function {
    let call = Closure::<dyn Fn(JsValue)>::new(move |value| run(|surface| step(surface, value)));
    options.guard(call.into_js_value().unchecked_ref())
}

/// A timer that can be set again and is cleared with what it belongs to.
pub(crate) struct Timer(Option<JsValue>);

impl Timer {
    pub(crate) const fn new() -> Self {
        Self(None)
    }

    /// Runs `step` in `ms` milliseconds; an earlier wish is forgotten.
    pub(crate) fn set(&mut self, ms: i32, step: Step) {
        self.clear();
        if let Some(options) = options() {
            self.0 = Some(set_timeout(&callback(&options, step), ms));
        }
    }

    /// Forgets the wish.
    pub(crate) fn clear(&mut self) {
        if let Some(id) = self.0.take() {
            clear_timeout(&id);
        }
    }
}

/// Runs `step` right before the next frame is painted; not while the tab is hidden.
pub(crate) fn next_frame(step: Step) -> Drawn<()> {
    let (window, options) = both()?;
    window.request_animation_frame(&callback(&options, step)).map(drop)
}

/// Posts JSON to the collector as `text/plain`, which needs no preflight. `came` gets the response,
/// whatever its status; `failed` the reason why there is none.
pub(crate) fn post(path: &str, json: &JsValue, came: Step, failed: Step) -> Drawn<()> {
    let (window, options) = both()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_credentials(RequestCredentials::Omit);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(ANSWER_MS)));
    init.set_body(json);
    let mut url = options.host();
    url.push_str(path);
    then(&window.fetch_with_str_and_init(&url, &init), came, failed)
}

/// Goes on when a promise is settled.
pub(crate) fn then(promise: &Promise, kept: Step, broken: Step) -> Drawn<()> {
    let (_, options) = both()?;
    let promise: &Thenable = promise.unchecked_ref();
    promise.then(&callback(&options, kept), &callback(&options, broken));
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    /// A promise that takes functions as they come out of the guard.
    type Thenable;

    /// What it gives is handed back as it is: pages replace it by timers whose ids are objects, or
    /// numbers beyond 32 bits.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(f: &Function, ms: i32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);

    #[wasm_bindgen(method)]
    fn then(this: &Thenable, kept: &Function, broken: &Function) -> JsValue;
}

fn both() -> Drawn<(Window, Options)> {
    web_sys::window().zip(options()).ok_or(JsValue::NULL)
}

/// How long an answer may take, milliseconds: beyond it a visitor has given up.
const ANSWER_MS: u32 = 20_000;

thread_local! {
    static OPTIONS: RefCell<Option<Options>> = const { RefCell::new(None) };
    static SURFACE: RefCell<Surface> = const { RefCell::new(Surface::new()) };
}
