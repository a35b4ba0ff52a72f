//! The colours of `tokens.css` for what is drawn on a canvas, which no style sheet reaches.

use leptos::prelude::*;
use serde_json::{Value, json};

/// The colours as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(crate) text: String,
    pub(crate) text_2: String,
    pub(crate) line: String,
    pub(crate) surface: String,
    pub(crate) surface_2: String,
    pub(crate) accent: String,
    pub(crate) views: String,
    pub(crate) views_soft: String,
    pub(crate) good: String,
    pub(crate) warn: String,
    pub(crate) bad: String,
    pub(crate) new: String,
    pub(crate) returning: String,
    pub(crate) known: String,
    pub(crate) font: String,
    /// The operator wants nothing to move.
    pub(crate) is_still: bool,
}

impl Palette {
    /// Reads them from the page.
    pub(super) fn read() -> Self {
        let root = document().document_element();
        let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
        let token = |name: &str| {
            let value = style.as_ref().and_then(|style| style.get_property_value(name).ok());
            value.unwrap_or_default().trim().to_owned()
        };
        let still = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
        Self {
            text: token("--text"),
            text_2: token("--text-2"),
            line: token("--line"),
            surface: token("--surface"),
            surface_2: token("--surface-2"),
            accent: token("--accent"),
            views: token("--views"),
            views_soft: token("--views-soft"),
            good: token("--good"),
            warn: token("--warn"),
            bad: token("--bad"),
            new: token("--new"),
            returning: token("--returning"),
            known: token("--known"),
            font: token("--font"),
            is_still: still.is_some_and(|query| query.matches()),
        }
    }

    /// Colours that can be told apart, for parts of a whole.
    pub(crate) fn parts(&self) -> [&str; 8] {
        let Self { accent, new, returning, known, views, warn, bad, text_2, .. } = self;
        [accent, new, returning, known, views, warn, bad, text_2]
    }

    /// The theme of `ECharts`: axes, labels and tooltips in our colours.
    pub(super) fn theme(&self) -> Value {
        let Self { text, text_2, line, surface, font, .. } = self;
        let axis = json!({
            "axisLine": { "lineStyle": { "color": line } },
            "axisTick": { "show": false },
            "axisLabel": { "color": text_2, "fontSize": 12 },
            "nameTextStyle": { "color": text_2 },
            "splitLine": { "lineStyle": { "color": line } },
            "splitArea": { "show": false },
        });
        json!({
            "color": self.parts(),
            "backgroundColor": "transparent",
            "textStyle": { "fontFamily": font, "color": text_2 },
            "categoryAxis": axis,
            "valueAxis": axis,
            "timeAxis": axis,
            "legend": { "textStyle": { "color": text_2 }, "icon": "roundRect", "itemWidth": 12, "itemHeight": 8 },
            "tooltip": {
                "backgroundColor": surface,
                "borderColor": line,
                "textStyle": { "color": text, "fontFamily": font, "fontSize": 13 },
                "axisPointer": { "lineStyle": { "color": text_2 }, "crossStyle": { "color": text_2 } },
            },
            "sankey": { "label": { "color": text, "fontFamily": font } },
            "visualMap": { "textStyle": { "color": text_2 } },
        })
    }
}
