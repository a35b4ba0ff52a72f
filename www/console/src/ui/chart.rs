//! Pictures drawn by `ECharts`, from the options that the crate `charming` makes.
//!
//! The script is fetched when the first picture is shown. It runs under the console's
//! Content-Security-Policy because it draws on a canvas, writes its tooltips there too, and because the
//! one place where it would clear its host by `innerHTML` meets a plain property instead: nothing is
//! in there. For screen readers and for the script's absence the table beside the picture says the same.

mod palette;
mod script;

use charming::Chart;
use leptos::{html, prelude::*};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

pub(crate) use palette::Palette;
pub(crate) use script::Charts;

use crate::preferences::say;
use script::Script;

/// A picture. `option` makes it for these colours, anew when what it looks at changes; `None` draws
/// nothing.
pub(crate) fn chart(
    class: &'static str,
    option: impl Fn(&Palette) -> Option<Chart> + Send + Sync + 'static,
) -> impl IntoView {
    let charts = Charts::needed();
    let node = NodeRef::<html::Div>::new();
    let drawn = StoredValue::new_local(None::<Drawn>);
    Effect::new(move || {
        let (Some(host), palette) = (node.get(), charts.palette.get()) else { return };
        if charts.script.get() != Script::Ready {
            return;
        }
        let Some(option) = option(&palette) else { return };
        drawn.update_value(|drawn| {
            if drawn.as_ref().is_none_or(|it| it.palette != palette) {
                // The old one lets go of the host before the new one takes it.
                drop(drawn.take());
                *drawn = Drawn::begin(&host, palette);
            }
            if let Some(drawn) = drawn {
                drawn.show(&option);
            }
        });
    });
    on_cleanup(move || {
        drawn.try_update_value(Option::take);
    });
    (html::div().class(format!("echart {class}")).node_ref(node).aria_hidden("true"), move || {
        let is_missing = charts.script.get() == Script::Failed;
        is_missing.then(|| html::p().class("hint").child(say(|words| words.chart_missing)))
    })
        .into_any()
}

#[wasm_bindgen]
extern "C" {
    /// A picture in its host, as the script has it.
    #[derive(Clone)]
    type Picture;

    #[wasm_bindgen(js_namespace = echarts, js_name = init, catch)]
    fn init(host: &JsValue, theme: &JsValue, options: &JsValue) -> Result<Picture, JsValue>;

    #[wasm_bindgen(method, js_name = setOption, catch)]
    fn set_option(this: &Picture, option: &JsValue, is_new: bool) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    fn resize(this: &Picture);

    #[wasm_bindgen(method)]
    fn dispose(this: &Picture);
}

/// What was drawn, until it is dropped.
struct Drawn {
    palette: Palette,
    picture: Picture,
    host: web_sys::Element,
    observer: Option<web_sys::ResizeObserver>,
    _on_resize: Closure<dyn Fn()>,
}

impl Drawn {
    /// `None` when the script refuses.
    fn begin(host: &web_sys::Element, palette: Palette) -> Option<Self> {
        let bare = js_object(&json!({ "value": "", "writable": true, "configurable": true }))?;
        js_sys::Reflect::define_property(host, &"innerHTML".into(), &bare).ok()?;
        let theme = js(&palette.theme())?;
        let options = js(&json!({ "renderer": "canvas" }))?;
        let picture = init(host, &theme, &options).ok()?;
        let resized = picture.clone();
        let on_resize = Closure::<dyn Fn()>::new(move || resized.resize());
        let observer = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(host);
        }
        Some(Self { palette, picture, host: host.clone(), observer, _on_resize: on_resize })
    }

    fn show(&self, option: &Chart) {
        let Ok(mut option) = serde_json::to_value(option) else { return };
        dress(&mut option, &self.palette, self.host.client_width());
        if let Some(option) = js(&option) {
            // What it cannot draw stays empty: the table is there.
            let _ = self.picture.set_option(&option, true);
        }
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
        self.picture.dispose();
        while let Some(child) = self.host.first_child() {
            if self.host.remove_child(&child).is_err() {
                break;
            }
        }
    }
}

/// What all pictures have in common and the types do not say. `width` is the room for it, CSS pixels.
fn dress(option: &mut Value, palette: &Palette, width: i32) {
    for name in ["xAxis", "yAxis"] {
        let Some(axis) = option.get_mut(name).filter(|it| it.is_object()) else { continue };
        let is_named = axis["type"] == "category";
        axis["axisLabel"]["hideOverlap"] = json!(true);
        if width < NARROW && is_named && name == "yAxis" {
            // Names must leave room for what they name.
            axis["axisLabel"]["width"] = json!(width / 3);
            axis["axisLabel"]["overflow"] = json!("truncate");
        } else if width < NARROW && !is_named {
            axis["splitNumber"] = json!(2);
        }
    }
    option["animation"] = json!(!palette.is_still);
    if let Some(tooltip) = option.get_mut("tooltip").filter(|it| it.is_object()) {
        // As text on the canvas: markup would be refused, and names come from strangers.
        tooltip["renderMode"] = json!("richText");
        tooltip["confine"] = json!(true);
    }
}

/// Narrower than this is a phone, CSS pixels.
const NARROW: i32 = 480;

/// By way of text: what a browser parses fastest.
fn js(value: &Value) -> Option<JsValue> {
    js_sys::JSON::parse(&value.to_string()).ok()
}

fn js_object(value: &Value) -> Option<js_sys::Object> {
    js(value)?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use charming::component::Title;
    use charming::element::Tooltip;

    use super::*;

    #[test]
    fn tooltips_are_text_on_the_canvas() {
        let chart = Chart::new().title(Title::new().text("<b>")).tooltip(Tooltip::new());
        let mut option = serde_json::to_value(&chart).unwrap();
        dress(&mut option, &Palette::default(), 900);
        assert_eq!(option["tooltip"]["renderMode"], "richText");
        assert_eq!(option["animation"], true);
    }

    #[test]
    fn on_a_phone_names_leave_room_for_bars() {
        let mut option = json!({ "xAxis": { "type": "value" }, "yAxis": { "type": "category" } });
        dress(&mut option, &Palette::default(), 330);
        assert_eq!(
            (&option["yAxis"]["axisLabel"]["width"], &option["xAxis"]["splitNumber"]),
            (&json!(110), &json!(2))
        );
    }
}
