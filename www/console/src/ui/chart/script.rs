//! The script of `ECharts`: fetched once, when the first picture wants it. Its element stands in a
//! template of `index.html`, with the address that the build gave it: a script whose address is set by
//! a program is what Trusted Types refuse.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::Palette;
use crate::preferences::preferences;

/// How the script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Nobody asked for it.
    Unasked,
    /// On the way.
    Loading,
    /// There.
    Ready,
    /// It did not come.
    Failed,
}

/// What pictures have in common.
#[derive(Clone, Copy)]
pub(crate) struct Charts {
    pub(super) script: RwSignal<Script>,
    pub(super) palette: RwSignal<Palette>,
}

impl Charts {
    /// Makes it known to all views, and follows the theme.
    pub(crate) fn provide() -> Self {
        let charts = Self {
            script: RwSignal::new(Script::Unasked),
            palette: RwSignal::new(Palette::read()),
        };
        provide_context(charts);
        // The page takes a theme over with the next frame.
        let look = move || {
            request_animation_frame(move || {
                let now = Palette::read();
                if charts.palette.try_with_untracked(|palette| *palette != now) == Some(true) {
                    charts.palette.set(now);
                }
            });
        };
        Effect::new(move || {
            preferences().theme.track();
            look();
        });
        let hears = Closure::<dyn Fn()>::new(look);
        if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
            query.set_onchange(Some(hears.as_ref().unchecked_ref()));
            // Stands as long as somebody is signed in.
            let kept = StoredValue::new_local((query, hears));
            on_cleanup(move || {
                kept.try_with_value(|(query, _)| query.set_onchange(None));
            });
        }
        charts
    }

    /// The colours, for what is drawn without the script.
    pub(crate) fn palette(self) -> RwSignal<Palette> {
        self.palette
    }

    /// The same, with the script on its way.
    pub(super) fn needed() -> Self {
        let charts: Self = expect_context();
        if charts.script.get_untracked() == Script::Unasked {
            charts.script.set(Script::Loading);
            if charts.load().is_none() {
                charts.script.set(Script::Failed);
            }
        }
        charts
    }

    fn load(self) -> Option<()> {
        let template = document().get_element_by_id("charts")?;
        let template: web_sys::HtmlTemplateElement = template.dyn_into().ok()?;
        let script = template.content().first_element_child()?;
        let script: web_sys::Element =
            document().import_node_with_deep(&script, true).ok()?.dyn_into().ok()?;
        let hear = |event: &str, state: Script| {
            let closure = Closure::once_into_js(move || {
                self.script.try_set(state);
            });
            script.add_event_listener_with_callback(event, closure.unchecked_ref()).ok()
        };
        hear("load", Script::Ready)?;
        hear("error", Script::Failed)?;
        document().head()?.append_child(&script).ok()?;
        Some(())
    }
}
