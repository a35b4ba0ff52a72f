//! What the console says, in the languages it speaks, and how each of them writes numbers.
//!
//! A sentence stands in [`words`] once, with its translation beside it; the compiler sees to it that
//! none is missing. [`mod@format`] writes amounts, spans and moments.

pub(crate) mod format;
pub(crate) mod names;
pub(crate) mod refusals;
pub(crate) mod words;

pub(crate) use words::Words;

/// A language of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// English.
    En,
    /// Korean.
    Ko,
}

impl Language {
    /// Every language, in the order of the switch.
    pub(crate) const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// For `<html lang>` and the remembered choice.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// Its own name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ko => "한국어",
        }
    }

    /// The language of a tag such as `ko-KR`; English for those we do not speak.
    pub(crate) fn of(tag: &str) -> Self {
        if tag.split('-').next() == Some("ko") { Self::Ko } else { Self::En }
    }

    /// Its sentences.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::En => &words::EN,
            Self::Ko => &words::KO,
        }
    }
}

/// Puts `values` into the places `{}` of a sentence, in order.
pub(crate) fn fill(sentence: &str, values: &[&str]) -> String {
    let mut parts = sentence.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        text.push_str(values.get(index).copied().unwrap_or_default());
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_tag_finds_its_language_and_others_are_answered_in_english() {
        use Language::{En, Ko};
        let found = ["ko", "ko-KR", "en-GB", "fr", "kok"].map(Language::of);
        assert_eq!(found, [Ko, Ko, En, En, En]);
    }

    #[test]
    fn values_go_into_their_places_in_order() {
        assert_eq!(fill("{} of {} left", &["2", "5"]), "2 of 5 left");
        assert_eq!(fill("nothing to fill", &["2"]), "nothing to fill");
        assert_eq!(fill("{} and {}", &["one"]), "one and ");
    }
}
