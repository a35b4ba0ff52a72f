//! How what is shown looks: the shop's colours, corners, font, logo, and whether it can be read.
//!
//! A theme's `accent` on the wire is a list of words: the shop's colour, then what else differs from our
//! own, such as `radius=8`. Pages that know fewer words leave the rest out.

use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::pack::{Corner, Theme};

/// A theme as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    /// The shop's own colour, `#rrggbb`.
    accent: String,
    corner: Corner,
    shop: String,
    /// What it stands on, `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paper: Option<String>,
    /// What is written on it, `#rrggbb`. Paper and ink stand in the light and in the dark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ink: Option<String>,
    /// Of the corners, CSS pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    radius: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    font: Option<Font>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scheme: Option<Scheme>,
    /// Address of the shop's sign: a path of the shop or an https address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
}

/// Which letters. Left out: those of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Font {
    /// The page's own.
    Inherit,
    /// With feet.
    Serif,
    /// Round ones.
    Rounded,
}

/// Light or dark. Left out: as the browser is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scheme {
    Light,
    Dark,
}

impl From<Written> for Theme {
    fn from(written: Written) -> Self {
        let Written { mut accent, corner, shop, paper, ink, radius, font, scheme, logo } = written;
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let value = value.replace(' ', "%20");
                accent.extend([" ", name, "=", &value]);
            }
        };
        add("paper", paper);
        add("ink", ink);
        add("radius", radius.map(|it| format!("{it}")));
        add("font", font.map(|it| font_name(it).into()));
        add("scheme", scheme.map(|it| scheme_name(it).into()));
        add("logo", logo);
        Self { accent, corner, shop }
    }
}

impl From<Theme> for Written {
    fn from(theme: Theme) -> Self {
        let said = |name| Some(word(&theme.accent, name)).filter(|it| !it.is_empty());
        let fonts = [Font::Inherit, Font::Serif, Font::Rounded];
        let schemes = [Scheme::Light, Scheme::Dark];
        Self {
            accent: accent(&theme.accent).into(),
            paper: said("paper").map(String::from),
            ink: said("ink").map(String::from),
            radius: said("radius").and_then(|it| it.parse().ok()),
            font: fonts.into_iter().find(|&it| said("font") == Some(font_name(it))),
            scheme: schemes.into_iter().find(|&it| said("scheme") == Some(scheme_name(it))),
            logo: said("logo").map(String::from),
            corner: theme.corner,
            shop: theme.shop,
        }
    }
}

fn font_name(font: Font) -> &'static str {
    match font {
        Font::Inherit => "inherit",
        Font::Serif => "serif",
        Font::Rounded => "rounded",
    }
}

fn scheme_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Light => "light",
        Scheme::Dark => "dark",
    }
}

/// The shop's colour, the first of the words.
pub fn accent(words: &str) -> &str {
    split(words).0
}

/// What a word says, such as `8` of `radius=8`; empty where it is not said.
pub fn word<'a>(words: &'a str, name: &str) -> &'a str {
    let mut rest = words;
    while !rest.is_empty() {
        let (word, behind) = split(rest);
        if let Some(value) = word.strip_prefix(name).and_then(|it| it.strip_prefix('=')) {
            return value;
        }
        rest = behind;
    }
    ""
}

/// By bytes: to search for characters takes a kilobyte of code.
fn split(words: &str) -> (&str, &str) {
    let at = words.bytes().position(|byte| byte == b' ').unwrap_or(words.len());
    (words.get(..at).unwrap_or(words), words.get(at + 1..).unwrap_or_default())
}

/// Largest radius, CSS pixels: half of a button.
pub const RADIUS_MAX: u8 = 28;

/// A colour: red, green, blue.
pub type Colour = [u8; 3];

/// `#rrggbb`; `None` for anything else, so that a theme cannot carry CSS.
pub fn colour(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

/// So much of `ink`, in thousandths, mixed into `paper`.
pub fn mix(ink: Colour, paper: Colour, permille: u32) -> Colour {
    let mut mixed = paper;
    for (at, channel) in mixed.iter_mut().enumerate() {
        let (ink, paper) = (u32::from(ink[at]), u32::from(*channel));
        let sum = ink * permille + paper * 1_000_u32.saturating_sub(permille);
        *channel = u8::try_from(sum / 1_000).unwrap_or(u8::MAX);
    }
    mixed
}

/// How much of the ink is in what is said softly, in lines and in filled grounds, thousandths.
pub const SOFT_PERMILLE: u32 = 720;
/// Of a line.
pub const LINE_PERMILLE: u32 = 120;
/// Of a ground.
pub const FILL_PERMILLE: u32 = 60;

/// How well one colour reads on another, 1 to 21 (WCAG 2.2), to about a hundredth of itself.
pub fn contrast(one: Colour, other: Colour) -> f32 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    if one > other { one / other } else { other / one }
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
pub fn luminance(colour: Colour) -> f32 {
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// sRGB to linear light by a cubic (largest error 0.0016): `powf` would cost 2 kB of module.
fn linear(channel: u8) -> f32 {
    let c = f32::from(channel) / 255.0;
    c * (c * (c * 0.305_306_01 + 0.682_171_1) + 0.012_522_878)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_written_and_read_alike_and_as_words_between() {
        let json = concat!(
            r##"{"accent":"#112233","corner":"start","shop":"Shop","paper":"#ffffff","ink":"#101010","##,
            r#""radius":8,"font":"inherit","scheme":"dark","logo":"/sign.svg"}"#
        );
        let theme: Theme = serde_json::from_str(json).unwrap();
        let words =
            "#112233 paper=#ffffff ink=#101010 radius=8 font=inherit scheme=dark logo=/sign.svg";
        assert_eq!(theme.accent, words);
        assert_eq!(serde_json::to_string(&theme).unwrap(), json);
        assert_eq!(
            (accent(words), word(words, "radius"), word(words, "rad")),
            ("#112233", "8", "")
        );
    }

    #[test]
    fn a_plain_theme_is_as_it_always_was() {
        let json = r##"{"accent":"#112233","corner":"end","shop":""}"##;
        let theme: Theme = serde_json::from_str(json).unwrap();
        assert_eq!(theme.accent, "#112233");
        assert_eq!(serde_json::to_string(&theme).unwrap(), json);
        assert!(
            serde_json::from_str::<Theme>(&json.replace("end\"", "end\",\"css\":\"x\"")).is_err()
        );
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let at = |one: &str, other: &str| contrast(colour(one).unwrap(), colour(other).unwrap());
        for (one, other, expected) in [
            ("#000000", "#ffffff", 21.0),
            ("#767676", "#ffffff", 4.54),
            ("#ff0000", "#ffffff", 4.0),
        ] {
            assert!((at(one, other) / expected - 1.0).abs() < 0.02, "{one} {}", at(one, other));
        }
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        assert_eq!(colour("#3a5bd9"), Some([0x3a, 0x5b, 0xd9]));
        for other in ["3a5bd9", "#3a5bd", "#3a5bd9f", "#3a5b+9", "red", "", "#fff;} *{x:url(//e)"] {
            assert_eq!(colour(other), None, "{other}");
        }
    }
}
