//! Whether what is shown can be read in the colours that the shop chose (WCAG 2.2, 1.4.3 and 1.4.11).

use alloc::vec::Vec;

use super::said::both;
use super::{Finding, Severity};
use crate::look::{self, Colour, SOFT_PERMILLE, colour, contrast, mix, word};
use crate::pack::Theme;
use crate::site::SITE;

/// What text needs on its ground.
const TEXT_MIN: f32 = 4.5;

/// What buttons and edges need.
const SHAPE_MIN: f32 = 3.0;

/// The papers that are ours: the style sheet's own, in the light and in the dark.
const PAPERS: [(&str, Colour); 2] = [("light", [0xff; 3]), ("dark", [0x1d, 0x1d, 0x22])];

pub(super) fn colours(theme: &Theme, findings: &mut Vec<Finding>) {
    let words = theme.accent.as_str();
    let Some(accent) = colour(look::accent(words)) else { return };
    let mut find = |severity, [what, korean]: [&str; 2], found: f32, least: f32| {
        if found < least {
            let said = both!(
                "theme: {what} {found:.1} : 1, {least} : 1 are needed",
                "테마: {korean} 대비가 {found:.1} : 1이에요. {least} : 1이 필요해요"
            );
            findings.push(Finding::new(SITE, severity, "low_contrast", said));
        }
    };
    if let (Some(paper), Some(ink)) = (colour(word(words, "paper")), colour(word(words, "ink"))) {
        let soft = mix(ink, paper, SOFT_PERMILLE);
        find(Severity::Error, INK, contrast(ink, paper), TEXT_MIN);
        find(Severity::Warning, SOFT, contrast(soft, paper), TEXT_MIN);
        find(Severity::Warning, BUTTONS, contrast(accent, paper), SHAPE_MIN);
        return;
    }
    let scheme = word(words, "scheme");
    // Who chose neither has a ring around buttons in the dark.
    let named = if scheme.is_empty() { "light" } else { scheme };
    for (_, paper) in PAPERS.into_iter().filter(|it| it.0 == named) {
        find(Severity::Warning, BUTTONS, contrast(accent, paper), SHAPE_MIN);
    }
}

const INK: [&str; 2] = ["ink on paper is", "바탕 위 글자의"];
const SOFT: [&str; 2] = ["softer text on paper is", "바탕 위 옅은 글자의"];
const BUTTONS: [&str; 2] = ["buttons on their ground are", "바탕 위 버튼의"];
