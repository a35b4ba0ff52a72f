//! Between the page and [`Surface`]: borrows, callbacks, timers, requests.

use core::cell::RefCell;

use super::page::{ByName, NOTHING, Thing, global, number, object, text, window};
use super::scene::Surface;

/// What the agent must be told, once the borrow has ended: a campaign and a reaction.
pub(crate) type Said = Option<(u16, &'static str)>;

/// What the page can call back for. Handed out as a number, bound to the module's own export
/// [`step`](super::step): that takes no closures, and a third of the glue with them.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Clicked,
    Pressed,
    Hushed,
    Held,
    Released,
    Cancelled,
    FocusMoved,
    Painting,
    Painted,
    Stood,
    GaveUp,
    Faded,
    Copied,
    Answered,
    Read,
    Failed,
    Ignored,
}

impl Step {
    /// The step of a number.
    pub(crate) fn of(number: u32) -> Self {
        ALL.get(number as usize).copied().unwrap_or(Self::Ignored)
    }

    /// A function for the page that takes this step, through the supervisor's guard.
    pub(crate) fn callback(self) -> Thing {
        let step = wasm_bindgen::exports().get("step");
        let bound = step.call_with("bind", NOTHING, &number(self as u32));
        options().call_with("guard", &bound, NOTHING)
    }

    /// Takes this step when a promise is kept, and `or` when it is broken.
    pub(crate) fn after(self, promise: &Thing, or: Self) {
        promise.call_with("then", &self.callback(), &or.callback());
    }
}

const ALL: [Step; 16] = [
    Step::Clicked,
    Step::Pressed,
    Step::Hushed,
    Step::Held,
    Step::Released,
    Step::Cancelled,
    Step::FocusMoved,
    Step::Painting,
    Step::Painted,
    Step::Stood,
    Step::GaveUp,
    Step::Faded,
    Step::Copied,
    Step::Answered,
    Step::Read,
    Step::Failed,
];

/// Sets whom to ask and tell.
///
/// That is `{host, site, language, session, path(), guard, signal, emit(campaign, reaction)}`, and if
/// the agent has one, `theme`: a [`Theme`](engine::pack::Theme)'s bytes for a chat that is opened
/// before anything was shown. `session` is absent unless consent allows storage; `signal` is aborted
/// when the agent is dropped. Properties are read when they are needed, so the agent may change them.
pub(crate) fn connect(options: Thing) {
    OPTIONS.0.replace(options);
}

/// One of the options; `undefined` before the start.
#[inline(never)]
pub(crate) fn option(name: &str) -> Thing {
    OPTIONS.0.borrow().get(name)
}

/// Whom to ask and tell.
pub(crate) fn options() -> Thing {
    OPTIONS.0.borrow().clone()
}

/// Runs a step, then tells the agent.
pub(crate) fn run(step: impl FnOnce(&mut Surface) -> Said) {
    run_or(None, step);
}

/// Like [`run`]; `busy` is said instead when a step is under way: then this is an echo of its own
/// doing (moving the focus calls the page, and the page may call back).
pub(crate) fn run_or(busy: Said, step: impl FnOnce(&mut Surface) -> Said) {
    let said = match SURFACE.0.try_borrow_mut() {
        Ok(mut surface) => step(&mut surface),
        Err(_) => busy,
    };
    if let Some((campaign, reaction)) = said {
        options().call_with("emit", &number(campaign.into()), &text(reaction));
    }
}

/// A timer that can be set again and is cleared with what it belongs to. Its id is handed back as it
/// is: pages replace timers by ones whose ids are objects, or numbers beyond 32 bits.
pub(crate) struct Timer(Thing);

impl Timer {
    pub(crate) const fn new() -> Self {
        Self(Thing::UNDEFINED)
    }

    /// Takes a step in `ms` milliseconds; an earlier wish is forgotten.
    pub(crate) fn set(&mut self, ms: u32, step: Step) {
        self.clear();
        self.0 = window().call_with("setTimeout", &step.callback(), &number(ms));
    }

    /// Forgets the wish.
    pub(crate) fn clear(&mut self) {
        window().call_with("clearTimeout", &self.0, NOTHING);
    }
}

/// Takes a step right before the next frame is painted; not while the tab is hidden.
pub(crate) fn next_frame(step: Step) {
    window().call_with("requestAnimationFrame", &step.callback(), NOTHING);
}

/// Posts JSON to the collector as `text/plain`, which needs no preflight. [`Step::Answered`] gets the
/// response, whatever its status; [`Step::Failed`] follows when there is none.
pub(crate) fn post(path: &str, letter: &Thing) {
    let init = object();
    init.set("method", "POST");
    init.set("credentials", "omit");
    let timeout = global("AbortSignal").call_with("timeout", &number(ANSWER_MS), NOTHING);
    init.put("signal", &timeout);
    init.put("body", &global("JSON").call_with("stringify", letter, NOTHING));
    let mut url = option("host").text();
    url.push_str(path);
    Step::Answered.after(&window().call_text("fetch", &url, &init, NOTHING), Step::Failed);
}

/// How long an answer may take, milliseconds: beyond it a visitor has given up.
const ANSWER_MS: u32 = 20_000;

/// What there is one of.
struct Only<T>(RefCell<T>);

#[expect(unsafe_code, reason = "a page's module has one thread: it is built without atomics")]
// SAFETY: nothing is shared between threads where there is only one.
unsafe impl<T> Sync for Only<T> {}

static OPTIONS: Only<Thing> = Only(RefCell::new(Thing::UNDEFINED));
static SURFACE: Only<Surface> = Only(RefCell::new(Surface::new()));
