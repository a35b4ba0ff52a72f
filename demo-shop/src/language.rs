//! Korean and English, side by side: whoever writes a text writes it twice, so neither can lack one.

/// Language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Korean.
    #[default]
    Ko,
    /// English.
    En,
}

/// One text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Both {
    /// Korean.
    pub ko: &'static str,
    /// English.
    pub en: &'static str,
}

/// Writes [`Both`] in one breath.
pub(crate) const fn both(ko: &'static str, en: &'static str) -> Both {
    Both { ko, en }
}

impl Language {
    /// Reads `ko` or `en`.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag {
            "ko" => Some(Self::Ko),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The first of the visitor's languages (`Accept-Language`) that the shop speaks.
    pub fn preferred(header: &str) -> Option<Self> {
        header.split(',').find_map(|part| {
            let tag = part.trim().split([';', '-']).next()?;
            Self::parse(&tag.to_ascii_lowercase())
        })
    }

    /// As in `<html lang>`.
    pub fn tag(self) -> &'static str {
        self.pick("ko", "en")
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Ko => Self::En,
            Self::En => Self::Ko,
        }
    }

    /// Chooses between two texts (or anything else).
    pub fn pick<T>(self, ko: T, en: T) -> T {
        match self {
            Self::Ko => ko,
            Self::En => en,
        }
    }

    /// The text in this language.
    pub fn of(self, both: Both) -> &'static str {
        self.pick(both.ko, both.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_known_language_is_taken() {
        assert_eq!(Language::preferred("fr-FR,en-GB;q=0.8,ko;q=0.5"), Some(Language::En));
        assert_eq!(Language::preferred("KO-kr"), Some(Language::Ko));
        assert_eq!(Language::preferred("*"), None);
    }
}
