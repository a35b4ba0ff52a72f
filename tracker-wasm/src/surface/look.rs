//! The shop's look on the stage: colours, corners, letters.

use alloc::string::String;

use engine::look::{
    Colour, FILL_PERMILLE, LINE_PERMILLE, SOFT_PERMILLE, accent, colour, luminance, mix, word,
};

use super::dom::{document, mark};
use super::page::{ByName, NOTHING, Thing, number, window};

/// Dresses the stage by a theme's words.
pub(crate) fn dress(set: &Thing, words: &str) {
    let style = set.get("style");
    let say = |name: &str, value: &str| drop(style.call_texts("setProperty", name, value));
    let chosen = colour(accent(words));
    say("--accent", if chosen.is_some() { accent(words) } else { ACCENT });
    say("--on-accent", chosen.map_or("#fff", text_on));
    let palette = Option::zip(colour(word(words, "paper")), colour(word(words, "ink")));
    for (name, permille) in PALETTE {
        let mixed = palette.map(|(paper, ink)| written(mix(ink, paper, permille)));
        say(name, &mixed.unwrap_or_default());
    }
    let scheme = word(words, "scheme");
    let is_dark = || {
        let query = window().call_text("matchMedia", "(prefers-color-scheme:dark)", NOTHING);
        scheme == "dark" || scheme.is_empty() && query.get("matches").is_true()
    };
    mark(set, "data-dark", palette.is_none() && is_dark());
    let radius = word(words, "radius");
    let pixels = [radius, "px"].concat();
    say("--round", if radius.is_empty() { "" } else { &pixels });
    say("--font", &font(word(words, "font")));
}

fn font(name: &str) -> String {
    match name {
        "inherit" => {
            let body = document().get("body");
            let style = window().call_with("getComputedStyle", &body, NOTHING);
            style.get("fontFamily").text()
        }
        "serif" => "Georgia,\"Noto Serif KR\",\"Noto Serif CJK KR\",Batang,serif".into(),
        "rounded" => "ui-rounded,\"SF Pro Rounded\",Nunito,\"Nanum Gothic\",sans-serif".into(),
        _ => String::new(),
    }
}

/// Black or white, whichever reads at 4.5 : 1 or more on this colour (WCAG 2.2, 1.4.3).
fn text_on(colour: Colour) -> &'static str {
    if luminance(colour) < WHITE_BELOW { "#fff" } else { "#000" }
}

fn written(colour: Colour) -> String {
    let [red, green, blue] = colour.map(u32::from);
    // One digit more, so that none is left out before it.
    let digits = number(1 << 24 | red << 16 | green << 8 | blue);
    let digits = digits.call_with("toString", &number(16), NOTHING).text();
    ["#", digits.get(1..).unwrap_or_default()].concat()
}

/// Names in the style sheet, and how much ink is in them.
const PALETTE: [(&str, u32); 5] = [
    ("--paper", 0),
    ("--ink", 1_000),
    ("--soft", SOFT_PERMILLE),
    ("--line", LINE_PERMILLE),
    ("--fill", FILL_PERMILLE),
];

/// Both texts read at 4.5 : 1 between .175 and .1833; the middle leaves the cubic its error.
const WHITE_BELOW: f32 = 0.179;

/// Where a theme's colour cannot be read.
const ACCENT: &str = "#3a5bd9";

#[cfg(test)]
mod tests {
    use super::text_on;

    #[test]
    fn text_on_every_colour_reads_at_four_and_a_half_to_one() {
        let steps = || (0..=255).step_by(3);
        for red in steps() {
            for green in steps() {
                for blue in steps() {
                    let colour = [red, green, blue];
                    let text = if text_on(colour) == "#fff" { [255; 3] } else { [0; 3] };
                    let ratio = contrast(colour, text);
                    assert!(ratio >= 4.5, "{colour:?} {ratio}");
                }
            }
        }
    }

    /// The definition of WCAG 2.2, with the exact transfer function.
    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let exact = |colour: [u8; 3]| {
            let [r, g, b] = colour.map(|channel| {
                let c = f64::from(channel) / 255.0;
                if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        let (one, other) = (exact(one), exact(other));
        one.max(other) / one.min(other)
    }
}
