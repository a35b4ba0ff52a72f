//! The pictures: one flat drawing for each product, as SVG text of 400 × 400 units.
//!
//! All share a frame (the ground of the shelf, a moon, a shadow) so that they look like one hand's
//! work. Dark mode changes the frame alone; the things keep their colours.

mod home;
mod paper;
mod sketch;
mod table;
mod tea;

use crate::catalogue::{Category, Colour, Product};
use sketch::{Sketch, Tone};

/// The picture of a product, in one of its colours.
pub(crate) fn draw(product: &Product, colour: Option<Colour>) -> String {
    let colour = colour.or(product.colours.first().copied());
    let tone = tone(colour.unwrap_or(Colour::White));
    let sketch = match product.id {
        "jakseol-green-tea" => tea::tin(),
        "hwangcha" => tea::pouch(),
        "buckwheat-tea" => tea::grains(),
        "mulberry-leaf-tea" => tea::bags(),
        "chrysanthemum-tea" => tea::flowers(),
        "quince-syrup" => tea::syrup(),
        "moon-jar" => table::moon_jar(tone),
        "tea-bowl" => table::bowl(tone),
        "side-teapot" => table::teapot(tone),
        "pair-of-cups" => table::cups(tone),
        "leaf-plate" => table::plate(tone),
        "small-onggi" => table::onggi(),
        "hanji-notebook" => paper::notebook(tone),
        "brush-pen" => paper::brush(tone),
        "letter-set" => paper::letters(),
        "inkstone" => paper::inkstone(),
        "brass-bookmark" => paper::bookmark(tone),
        "moon-calendar" => paper::calendar(tone),
        "hanji-lamp" => home::lamp(tone),
        "bojagi" => home::bojagi(tone),
        "incense-set" => home::incense(tone),
        "soban" => home::soban(),
        "floor-cushion" => home::cushion(tone),
        _ => home::chime(),
    };
    framed(product.category, &sketch)
}

fn framed(category: Category, sketch: &Sketch) -> String {
    let (ground, night) = match category {
        Category::Tea => ("#e6ebdd", "#262b23"),
        Category::Table => ("#e0d9cc", "#2a2825"),
        Category::Paper => ("#f0e7d6", "#2e2a22"),
        Category::Home => ("#e5e4e8", "#27272c"),
    };
    let body = sketch.as_str();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\">\
         <style>.g{{fill:{ground}}}.m{{fill:#fff;opacity:.36}}\
         @media(prefers-color-scheme:dark){{.g{{fill:{night}}}.m{{opacity:.06}}}}</style>\
         <rect class=\"g\" width=\"400\" height=\"400\"/>\
         <circle class=\"m\" cx=\"200\" cy=\"196\" r=\"142\"/>{body}</svg>"
    )
}

/// Swatch and pigment of a colour.
pub(crate) fn tone(colour: Colour) -> Tone {
    match colour {
        Colour::White => Tone { main: "#fbf8f2", shade: "#d9d0c0", deep: "#a89c88" },
        Colour::Celadon => Tone { main: "#a9c1ae", shade: "#86a28d", deep: "#587562" },
        Colour::Ash => Tone { main: "#b3aca2", shade: "#918a80", deep: "#655f57" },
        Colour::Indigo => Tone { main: "#4c648c", shade: "#364a6c", deep: "#22304a" },
        Colour::Persimmon => Tone { main: "#cf7b4f", shade: "#ad5f37", deep: "#7d3f20" },
        Colour::Ink => Tone { main: "#4b4743", shade: "#353230", deep: "#1f1d1c" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::products;
    use std::collections::BTreeSet;

    #[test]
    fn every_product_has_a_picture_of_its_own_in_every_colour() {
        let mut seen = BTreeSet::new();
        for product in products() {
            let colours = product.colours.iter().copied().map(Some);
            let colours: Vec<_> =
                if product.colours.is_empty() { vec![None] } else { colours.collect() };
            for colour in colours {
                let svg = draw(product, colour);
                assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
                assert!(seen.insert(svg), "{} {colour:?} looks like another", product.id);
            }
        }
    }
}
