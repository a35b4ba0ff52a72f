//! How far the page was scrolled. Heard once, looked at when the scrolling had time to go on: reading
//! the page's height may cost a layout, so it is not done while the page moves.

use std::cell::{Cell, OnceCell};

use engine::observation::Observation;
use js_sys::Function;

use crate::agent::Agent;
use crate::agent::page::Page;

/// The listener for the next scroll.
#[derive(Default)]
pub(in crate::agent) struct Scroll {
    scrolled: OnceCell<Function>,
    look: OnceCell<Function>,
    is_armed: Cell<bool>,
}

/// From the first scroll event to the look, milliseconds.
const LOOK_MS: u64 = 250;

impl Agent {
    /// Begins to follow the scrolling.
    pub(super) fn watch_scroll(&'static self) {
        let scroll = &self.sources.scroll;
        scroll.scrolled.get_or_init(|| self.callback(|agent, _| agent.scroll_began()));
        scroll.look.get_or_init(|| {
            self.callback(|agent, _| {
                agent.look_at_scroll();
                agent.arm_scroll();
            })
        });
        self.arm_scroll();
    }

    fn arm_scroll(&'static self) {
        let scroll = &self.sources.scroll;
        if let Some(scrolled) = scroll.scrolled.get().filter(|_| !scroll.is_armed.replace(true)) {
            self.page.listen_once(&self.page.window, "scroll", scrolled);
            self.page.listen_once(&self.page.window, "resize", scrolled);
        }
    }

    fn scroll_began(&'static self) {
        let scroll = &self.sources.scroll;
        if !scroll.is_armed.replace(false) || !self.is_running() {
            return;
        }
        self.page_reacted();
        if let Some(look) = scroll.look.get() {
            Page::call_later(LOOK_MS, look);
        }
    }

    /// Tells how much of the page is scrolled away.
    pub(super) fn look_at_scroll(&'static self) {
        let window = &self.page.window;
        let Some(root) = self.page.document.document_element().filter(|_| self.is_running()) else {
            return;
        };
        let height = window.inner_height().ok().and_then(|height| height.as_f64());
        self.observe(Observation::Scrolled {
            top: whole(window.scroll_y().unwrap_or_default()),
            height: whole(height.unwrap_or_default()),
            full: root.scroll_height().unsigned_abs(),
        });
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates at both ends"
)]
fn whole(px: f64) -> u32 {
    px as u32
}
