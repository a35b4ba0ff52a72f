//! A sentence for people, in the languages that operators read.

use alloc::string::String;

/// The same, said in English and in Korean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// Both sentences beside each other, with what is named in them filled in.
macro_rules! both {
    ($en:literal, $ko:literal $(,)?) => {
        $crate::lint::Said { en: alloc::format!($en), ko: alloc::format!($ko) }
    };
}
pub(super) use both;

impl Said {
    /// A name that both languages write alike.
    pub(super) fn alike(name: &str) -> Self {
        Self { en: name.into(), ko: name.into() }
    }

    /// Of what it is, and what is said of it.
    pub(super) fn and(&self, other: &Self) -> Self {
        let (en, ko) = (&self.en, &self.ko);
        let Self { en: says, ko: korean } = other;
        both!("{en} {says}", "{ko}: {korean}")
    }
}
