//! One picture as every topic makes it: title, sentence, drawing, table. Pure but for [`view()`].

use std::sync::Arc;

use charming::Chart;
use leptos::{html, prelude::*};

use crate::preferences::say;
use crate::ui::chart::{Palette, chart};
use crate::ui::pieces::tool;
use crate::ui::save::saver;
use crate::ui::sheet::Sheet;
use crate::ui::{self, icon};

/// Makes a drawing in these colours.
pub(super) type Draw = Arc<dyn Fn(&Palette) -> Chart + Send + Sync>;

/// A picture.
#[derive(Clone)]
pub(super) struct Picture {
    /// For files: `funnel`.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What it shows, in a sentence.
    pub(super) says: String,
    pub(super) draw: Option<Draw>,
    /// `echart-small`, `echart-tall`, or nothing.
    pub(super) size: &'static str,
    /// How many of six columns it takes.
    pub(super) span: &'static str,
    pub(super) sheet: Sheet,
}

impl Picture {
    /// One as wide as the view, without a drawing.
    pub(super) fn new(name: &'static str, title: &'static str, says: String, sheet: Sheet) -> Self {
        Self { name, title, says, draw: None, size: "", span: "", sheet }
    }

    /// With a drawing.
    pub(super) fn drawn(self, draw: impl Fn(&Palette) -> Chart + Send + Sync + 'static) -> Self {
        Self { draw: Some(Arc::new(draw)), ..self }
    }
}

/// Draws it: the table is open where there is nothing else.
pub(super) fn view(picture: Picture) -> AnyView {
    let Picture { name, title, says, draw, size, span, sheet } = picture;
    let saver = saver();
    let has_drawing = draw.is_some();
    let csv = sheet.csv();
    let save = tool(
        icon::DOWNLOAD,
        |_| "CSV",
        move || {
            saver.file(&format!("{name}.csv"), "text/csv;charset=utf-8", &csv);
        },
    );
    let drawing = draw
        .filter(|_| !sheet.is_empty())
        .map(|draw| chart(size, move |palette| Some(draw(palette))));
    let table = (!sheet.is_empty()).then(|| {
        if has_drawing {
            ui::folded(say(|words| words.as_table), sheet.view()).into_any()
        } else {
            ui::scroll(sheet.view()).into_any()
        }
    });
    html::section()
        .class(format!("card picture {span}"))
        .child((
            html::div().class("picture-head").child((html::h2().child(title), save)),
            html::p().class("says").child(says),
            drawing,
            table,
        ))
        .into_any()
}
