//! Between the page and [`Surface`]: borrows, callbacks, timers, requests.

use core::cell::RefCell;

use super::page::{self, Thing};
use super::scene::Surface;

/// What the agent must be told, once the borrow has ended: a campaign and a reaction; of the chat (0)
/// that the visitor `asked`, or that somebody `replied`.
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
    Given,
    Broken,
    Moved,
    Erased,
    NotErased,
    Heard,
    Broke,
    Polling,
    Polled,
    Followed,
    Missed,
    Typed,
    Rested,
    Stopped,
    Ignored,
}

impl Step {
    /// The step of a number.
    pub(crate) fn of(number: u32) -> Self {
        ALL.get(number as usize).copied().unwrap_or(Self::Ignored)
    }

    /// Takes this step when a promise is kept, and `or` when it is broken.
    pub(crate) fn after(self, promise: &Thing, or: Self) {
        page::after(promise, self as i32, or as i32);
    }
}

const ALL: [Step; 30] = [
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
    Step::Given,
    Step::Broken,
    Step::Moved,
    Step::Erased,
    Step::NotErased,
    Step::Heard,
    Step::Broke,
    Step::Polling,
    Step::Polled,
    Step::Followed,
    Step::Missed,
    Step::Typed,
    Step::Rested,
    Step::Stopped,
];

/// Sets whom to ask and tell.
///
/// That is `{host, site, language, session, path(), guard, signal, emit(campaign, reaction)}`, and if
/// the agent has one, `theme`: a [`Theme`](engine::pack::Theme)'s bytes for a chat that is opened
/// before anything was shown; and `token`, by which the shop's server signed who the visitor is, or
/// nothing. `session` is absent unless consent allows storage; `signal` is aborted
/// when the agent is dropped. Properties are read when they are needed, so the agent may change them.
pub(crate) fn connect(options: &Thing) {
    page::connect(options, &wasm_bindgen::exports());
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
        page::emit(campaign.into(), reaction);
    }
}

/// A timer that can be set again and is cleared with what it belongs to.
#[derive(Clone, Copy)]
pub(crate) enum Timer {
    /// Ends what stands.
    Standing,
    /// Takes away what fades.
    Leaving,
    /// Looks again whether it may be shown.
    Arriving,
    /// Asks what was said, where no stream tells.
    Polling,
    /// Lets it be told again that the visitor writes.
    Resting,
    /// Forgets that somebody writes who does not say so any more.
    Typing,
}

impl Timer {
    /// Takes a step in `ms` milliseconds; an earlier wish is forgotten.
    pub(crate) fn set(self, ms: i32, step: Step) {
        page::wait(self as i32, ms, step as i32);
    }

    /// Forgets the wish.
    pub(crate) fn clear(self) {
        page::forget(self as i32);
    }
}

/// Takes a step right before the next frame is painted; not while the tab is hidden.
pub(crate) fn next_frame(step: Step) {
    page::next_frame(step as i32);
}

/// Posts JSON to the collector. [`Step::Answered`] gets the response, whatever its status;
/// [`Step::Failed`] follows when there is none.
pub(crate) fn post(path: &str, letter: &Thing) {
    Step::Answered.after(&page::post(path, letter, ANSWER_MS), Step::Failed);
}

/// How long an answer may take, milliseconds: beyond it a visitor has given up.
const ANSWER_MS: i32 = 20_000;

/// What there is one of.
struct Only<T>(RefCell<T>);

#[expect(unsafe_code, reason = "a page's module has one thread: it is built without atomics")]
// SAFETY: nothing is shared between threads where there is only one.
unsafe impl<T> Sync for Only<T> {}

static SURFACE: Only<Surface> = Only(RefCell::new(Surface::new()));
