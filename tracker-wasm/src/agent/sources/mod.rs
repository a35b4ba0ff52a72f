//! What the browser tells: one file for each of its interfaces. A source translates and nothing else;
//! thresholds live in `engine::config`.

pub(super) mod commerce;
pub(super) mod fields;
pub(super) mod json_ld;
pub(super) mod landmarks;
pub(super) mod navigation;
pub(super) mod pointer;
pub(super) mod presses;
pub(super) mod reaction;
pub(super) mod scroll;
pub(super) mod visibility;

use engine::observation::Observation;

use super::{Agent, border};

/// What the sources remember from one event to the next.
#[derive(Default)]
pub(super) struct Sources {
    commerce: commerce::Commerce,
    fields: fields::Fields,
    pub(super) navigation: navigation::Navigation,
    pointer: pointer::Pointer,
    presses: presses::Presses,
    reaction: reaction::Reaction,
    scroll: scroll::Scroll,
    visibility: visibility::Visibility,
}

impl Agent {
    /// Attaches what must be heard even before consent: consent itself, views, facts.
    pub(super) fn listen(&'static self) {
        self.find_data_layer();
        self.listen_to_navigation();
        self.view();
        self.look_at_visibility();
        for heard in [visibility::HEARD, presses::HEARD, fields::HEARD].into_iter().flatten() {
            self.listen_as(heard);
        }
    }

    /// Begins to watch: a run begins.
    pub(super) fn watch(&'static self) {
        self.watch_pointer();
        self.watch_scroll();
        if border::flag(&border::get(&self.page.window, "navigator"), "webdriver") {
            self.observe(Observation::Driven);
        }
    }
}
