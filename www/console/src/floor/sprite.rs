//! People as small pictures, drawn once for each look and then only moved.

use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ImageBitmap, OffscreenCanvas, OffscreenCanvasRenderingContext2d, Path2d};

use super::figure::{Ink, Look, TALL, WIDE};

/// A picture of somebody.
#[derive(Debug)]
pub(super) struct Sprite {
    pub(super) image: ImageBitmap,
    /// CSS pixels.
    pub(super) width: f64,
}

impl Drop for Sprite {
    fn drop(&mut self) {
        // What is not closed lies about until the next garbage collection.
        self.image.close();
    }
}

/// What a picture depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    pub(super) look: Look,
    /// Width of the person, CSS pixels.
    pub(super) size: u16,
    /// Below them; empty: nothing.
    pub(super) label: String,
}

/// The pictures that are in use.
#[derive(Debug)]
pub(super) struct Sprites {
    known: BTreeMap<Wanted, Rc<Sprite>>,
    inks: Vec<String>,
    font: String,
    /// Device pixels for a CSS pixel.
    pub(super) density: f64,
}

impl Sprites {
    /// With the colours that the page has now.
    pub(super) fn new(density: f64) -> Self {
        let root = document().document_element();
        let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
        let token = |name: &str| {
            let value = style.as_ref().and_then(|style| style.get_property_value(name).ok());
            value.unwrap_or_default().trim().to_owned()
        };
        let inks = Ink::ALL.iter().map(|ink| token(ink.token())).collect();
        Self { known: BTreeMap::new(), inks, font: token("--font"), density }
    }

    /// A colour as canvases know it.
    pub(super) fn ink(&self, ink: Ink) -> &str {
        &self.inks[ink as usize]
    }

    /// Letters of so many pixels, as canvases know them.
    pub(super) fn font(&self, px: f64) -> String {
        format!("600 {px}px {}", self.font)
    }

    /// The picture; `None` where the browser has no canvas to draw it on.
    pub(super) fn get(&mut self, wanted: Wanted) -> Option<Rc<Sprite>> {
        if let Some(known) = self.known.get(&wanted) {
            return Some(Rc::clone(known));
        }
        if self.known.len() >= SPRITES_MAX {
            self.known.retain(|_, sprite| Rc::strong_count(sprite) > 1);
        }
        let sprite = Rc::new(self.draw(&wanted)?);
        self.known.insert(wanted, Rc::clone(&sprite));
        Some(sprite)
    }

    fn draw(&self, wanted: &Wanted) -> Option<Sprite> {
        let scale = f64::from(wanted.size) / WIDE;
        let below = if wanted.label.is_empty() { 0.0 } else { LABEL };
        let width = f64::from(wanted.size).max(if below > 0.0 { LABEL_WIDE } else { 0.0 }) + 2.0;
        let height = TALL * scale + below;
        let (canvas, ink) = canvas(width * self.density, height * self.density)?;
        ink.scale(self.density, self.density).ok()?;
        if below > 0.0 {
            self.label(&ink, wanted, width, height);
        }
        ink.translate((width - f64::from(wanted.size)) / 2.0 + 2.0 * scale, 0.0).ok()?;
        ink.scale(scale, scale).ok()?;
        if wanted.look.is_away() {
            ink.set_global_alpha(0.66);
        }
        self.person(&ink, &wanted.look)?;
        Some(Sprite { image: canvas.transfer_to_image_bitmap().ok()?, width })
    }

    fn person(&self, ink: &OffscreenCanvasRenderingContext2d, look: &Look) -> Option<()> {
        ink.set_line_cap("round");
        ink.set_line_join("round");
        for shape in look.shapes().iter().filter(|it| !MOVING.contains(&it.class)) {
            let path = Path2d::new_with_path_string(shape.path).ok()?;
            if let Some(fill) = shape.fill {
                ink.set_fill_style_str(self.ink(fill));
                ink.fill_with_path_2d(&path);
            }
            if let Some((line, width)) = shape.line {
                ink.set_stroke_style_str(self.ink(line));
                ink.set_line_width(width);
                ink.stroke_with_path(&path);
            }
        }
        ink.set_text_align("center");
        ink.set_fill_style_str(self.ink(Ink::Text));
        for letters in look.letters() {
            ink.set_font(&self.font(letters.size));
            ink.fill_text(&letters.text, letters.x, letters.y).ok()?;
        }
        Some(())
    }

    /// What the cart is worth, on a ground that lets it be read over anything.
    fn label(
        &self,
        ink: &OffscreenCanvasRenderingContext2d,
        wanted: &Wanted,
        width: f64,
        height: f64,
    ) {
        ink.set_font(&self.font(10.5));
        ink.set_text_align("center");
        ink.set_line_join("round");
        ink.set_line_width(4.0);
        ink.set_stroke_style_str(self.ink(Ink::Surface));
        ink.set_fill_style_str(self.ink(Ink::Text));
        // Drawing text fails nowhere that a person could be drawn.
        let _ =
            ink.stroke_text_with_max_width(&wanted.label, width / 2.0, height - 4.0, width - 4.0);
        let _ = ink.fill_text_with_max_width(&wanted.label, width / 2.0, height - 4.0, width - 4.0);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn canvas(width: f64, height: f64) -> Option<(OffscreenCanvas, OffscreenCanvasRenderingContext2d)> {
    let canvas = OffscreenCanvas::new(width.ceil() as u32, height.ceil() as u32).ok()?;
    let ink = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    Some((canvas, ink))
}

/// Shapes that the plan moves by itself, beside the picture.
const MOVING: [&str; 2] = ["puff", "heart"];

/// Pictures kept before those that nobody looks like are let go.
const SPRITES_MAX: usize = 1_500;

/// What the text below takes, CSS pixels.
const LABEL: f64 = 15.0;

const LABEL_WIDE: f64 = 50.0;
