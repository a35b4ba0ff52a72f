//! How far the page was scrolled. Heard once, looked at when the scrolling had time to go on: reading
//! the page's height may cost a layout, so it is not done while the page moves.

use core::cell::Cell;

use engine::observation::Observation;

use crate::agent::{Agent, border};

/// Whether the next scroll is waited for.
#[derive(Default)]
pub(in crate::agent) struct Scroll {
    is_armed: Cell<bool>,
}

/// From the first scroll event to the look, milliseconds.
const LOOK_MS: f64 = 250.0;

impl Agent {
    /// Begins to follow the scrolling.
    pub(super) fn watch_scroll(&self) {
        if !self.sources.scroll.is_armed.replace(true) {
            self.listen_once("scroll", |agent, _| agent.scroll_began());
            self.listen_once("resize", |agent, _| agent.scroll_began());
        }
    }

    fn scroll_began(&'static self) {
        if self.sources.scroll.is_armed.replace(false) && self.is_running() {
            self.page_reacted();
            self.after(LOOK_MS, |agent, _| {
                agent.look_at_scroll();
                agent.watch_scroll();
            });
        }
    }

    /// Tells how much of the page is scrolled away.
    pub(super) fn look_at_scroll(&'static self) {
        let root = border::get(&self.page.document, "documentElement");
        if root.is_undefined() || !self.is_running() {
            return;
        }
        let window = &self.page.window;
        self.observe(Observation::Scrolled {
            top: whole(border::number(window, "scrollY")),
            height: whole(border::number(window, "innerHeight")),
            full: whole(border::number(&root, "scrollHeight")),
        });
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates at both ends"
)]
fn whole(px: Option<f64>) -> u32 {
    px.unwrap_or_default() as u32
}
