//! The shop's colour, and the text colour that can be read on it.

/// `#rrggbb` as it stands in a theme; `None` for anything else, so that a theme cannot carry CSS.
pub(crate) fn parse(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

/// Black or white, whichever reads at 4.5 : 1 or more on this colour (WCAG 2.2, 1.4.3).
pub(crate) fn text_on(colour: [u8; 3]) -> &'static str {
    if luminance(colour) < WHITE_BELOW { "#fff" } else { "#000" }
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
fn luminance(colour: [u8; 3]) -> f32 {
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// sRGB to linear light by a cubic (largest error 0.0016): `powf` would cost 2 kB of module.
fn linear(channel: u8) -> f32 {
    let c = f32::from(channel) / 255.0;
    c * (c * (c * 0.305_306_01 + 0.682_171_1) + 0.012_522_878)
}

/// Both texts read at 4.5 : 1 between .175 and .1833; the middle leaves the cubic its error.
const WHITE_BELOW: f32 = 0.179;

#[cfg(test)]
mod tests {
    use super::{parse, text_on};

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        assert_eq!(parse("#3a5bd9"), Some([0x3a, 0x5b, 0xd9]));
        for other in ["3a5bd9", "#3a5bd", "#3a5bd9f", "#3a5b+9", "red", "", "#fff;} *{x:url(//e)"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

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
