//! The campaign as pages will draw it: by their own surface, in two frames that have no origin, as one types.
//! Nothing that happens in there is counted or sent.

use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::{ev, html, prelude::*};
use nunchi_api::publishing::{Preview, Previewed};
use wasm_bindgen::JsValue;

use super::edit::Edited;
use crate::api;
use crate::preferences::{language, preferences, say};
use crate::session::session;
use crate::text::{Language, Words, fill};
use crate::ui::question::Question;
use crate::ui::switch::{choice, segments};

/// What is looked at, and how.
#[derive(Clone, Copy)]
struct Look {
    edited: Edited,
    site: RwSignal<String>,
    /// Its name.
    shop: StoredValue<String>,
    tongue: RwSignal<Language>,
    is_dark: RwSignal<bool>,
    variant: RwSignal<usize>,
    drawn: Question<Previewed>,
}

/// Switches, and the two screens.
pub(super) fn preview(edited: Edited) -> impl IntoView {
    let look = Look {
        edited,
        site: preferences().site,
        shop: StoredValue::new(shop()),
        tongue: RwSignal::new(preferences().language.get_untracked()),
        is_dark: RwSignal::new(false),
        variant: RwSignal::new(0),
        drawn: Question::new(),
    };
    edited.when_left_alone(move || look.ask());
    Effect::new(move || {
        look.tongue.track();
        look.is_dark.track();
        look.ask();
    });
    let light = move |is_dark: bool| {
        let words = language().words();
        if is_dark { words.theme_dark } else { words.theme_light }
    };
    html::div().class("look").child((
        html::p().class("hint").child(say(|words| words.preview_lead)),
        html::div().class("row").child((
            segments(
                say(|words| words.preview_language),
                &Language::ALL,
                Language::name,
                look.tongue,
            ),
            segments(say(|words| words.theme), &[false, true], light, look.is_dark),
            move || (look.variants() > 1).then(|| variants(look)),
        )),
        html::div().class("screens").child((
            screen(look, "screen screen-desktop", |words| words.preview_desktop),
            screen(look, "screen screen-phone", |words| words.preview_phone),
        )),
    ))
}

fn variants(look: Look) -> impl IntoView {
    let named = |at: usize| fill(language().words().preview_variant, &[&(at + 1).to_string()]);
    choice(
        "",
        say(|words| words.preview_which),
        move || (0..look.variants()).map(|at| (at.to_string(), named(at))).collect(),
        move || look.variant.get().to_string(),
        move |to| look.variant.set(to.parse().unwrap_or_default()),
    )
}

impl Look {
    fn variants(self) -> usize {
        self.edited.shape.track();
        self.edited.get("/variants").as_array().map_or(0, Vec::len)
    }

    /// What cannot be read yet leaves what was drawn last.
    fn ask(self) {
        let Some(json) = self.edited.json.try_with_untracked(ToString::to_string) else { return };
        let preview = Preview {
            site: self.site.get_untracked(),
            json,
            language: self.tongue.get_untracked().tag().into(),
            is_dark: self.is_dark.get_untracked(),
        };
        self.drawn.ask(async move { api::post("/api/campaigns/preview", &preview).await });
    }

    /// For `www/preview/preview.js`; follows what is looked at. `None` where a variant has no words.
    fn letter(self) -> Option<JsValue> {
        let Previewed { variants, facts } = self.drawn.answer.get()?;
        let sketch = variants.get(self.variant.get())?.clone()?;
        let bytes = |it: &[u8]| JsValue::from(Uint8Array::from(it));
        let facts: Array = facts.iter().map(|it| bytes(it)).collect();
        let letter = Object::new();
        for (name, value) in [
            ("bytes", bytes(&sketch.bytes)),
            ("facts", facts.into()),
            ("slot", sketch.slot.map_or(JsValue::NULL, Into::into)),
            ("language", self.tongue.get_untracked().tag().into()),
            ("isDark", self.is_dark.get_untracked().into()),
            ("shop", self.shop.get_value().into()),
        ] {
            // A plain object takes any property.
            let _ = Reflect::set(&letter, &name.into(), &value);
        }
        Some(letter.into())
    }
}

/// The name of the site.
fn shop() -> String {
    let key = preferences().site.get_untracked();
    let sites = untrack(|| session().sites());
    sites.iter().find(|site| site.key == key).map(|site| site.name.clone()).unwrap_or_default()
}

/// A frame of some size. It takes no focus away from the form: only who points at it reaches into it.
fn screen(
    look: Look,
    class: &'static str,
    name: fn(&'static Words) -> &'static str,
) -> impl IntoView {
    let node = NodeRef::<html::Iframe>::new();
    let (is_pointed, is_ready, is_failed) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let handle = window_event_listener(ev::message, move |event| {
        let frame = node.get_untracked().and_then(|it| it.content_window()).map(JsValue::from);
        if frame.is_none() || event.source().map(JsValue::from) != frame {
            return;
        }
        match event.data().as_string().as_deref() {
            Some("ready") => is_ready.set(true),
            Some("shown") => is_failed.set(false),
            Some("failed" | "broken") => is_failed.set(true),
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
    Effect::new(move || {
        let Some(letter) = is_ready.get().then(|| look.letter()).flatten() else { return };
        if let Some(frame) = node.get_untracked().and_then(|it| it.content_window()) {
            // Who has no origin cannot be named; the frame is ours, and a draft is no secret to it.
            let _ = frame.post_message(&letter, "*");
        }
    });
    html::figure().child((
        html::div()
            .class(class)
            .on(ev::pointerenter, move |_| is_pointed.set(true))
            .on(ev::pointerleave, move |_| is_pointed.set(false))
            .child(
                html::iframe()
                    .node_ref(node)
                    .src("/console/preview.html")
                    .attr("sandbox", "allow-scripts")
                    .attr("inert", move || (!is_pointed.get()).then_some(""))
                    .title(say(name)),
            ),
        html::figcaption().child((say(name), move || {
            is_failed.get().then(|| {
                let told = html::span().role("status").class("finding");
                told.child(say(|words| words.preview_failed))
            })
        })),
    ))
}
