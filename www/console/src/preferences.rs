//! What the operator chose for this browser: language, theme, site. Remembered in local storage, or
//! only for now where the browser keeps nothing.

use gloo_storage::{LocalStorage, Storage};
use leptos::prelude::*;

use crate::text::{Language, Words};

/// The choices, as signals.
#[derive(Clone, Copy)]
pub(crate) struct Preferences {
    /// Language of the console.
    pub(crate) language: RwSignal<Language>,
    /// Light, dark or as the system says.
    pub(crate) theme: RwSignal<Theme>,
    /// Key of the site that is looked at; empty before the first choice.
    pub(crate) site: RwSignal<String>,
}

/// How bright the console is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system says.
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The theme of a tag; the system's for unknown ones.
    pub(crate) fn of(tag: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.tag() == tag).unwrap_or(Self::Auto)
    }

    /// For `<html data-theme>` and the remembered choice.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// For people.
    pub(crate) fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Auto => words.theme_auto,
            Self::Light => words.theme_light,
            Self::Dark => words.theme_dark,
        }
    }
}

impl Preferences {
    /// Reads what is remembered and keeps `<html>` and the storage in step with it.
    pub(crate) fn provide() -> Self {
        let preferences = Self {
            language: RwSignal::new(Language::of(&remembered("language").unwrap_or_else(spoken))),
            theme: RwSignal::new(Theme::of(&remembered("theme").unwrap_or_default())),
            site: RwSignal::new(remembered("site").unwrap_or_default()),
        };
        provide_context(preferences);
        Effect::new(move || {
            let tag = preferences.language.get().tag();
            set_root("lang", tag);
            remember("language", tag);
        });
        Effect::new(move || {
            let tag = preferences.theme.get().tag();
            set_root("data-theme", tag);
            remember("theme", tag);
        });
        Effect::new(move || preferences.site.with(|site| remember("site", site)));
        preferences
    }
}

/// The preferences, from any view.
pub(crate) fn preferences() -> Preferences {
    expect_context()
}

/// The language now, tracked: whoever asks is drawn again when it changes.
pub(crate) fn language() -> Language {
    preferences().language.get()
}

/// A sentence that follows the language: `say(|words| words.floor)`.
pub(crate) fn say(
    pick: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let signal = preferences().language;
    move || pick(signal.get().words())
}

/// What the browser says its user speaks.
fn spoken() -> String {
    window().navigator().language().unwrap_or_default()
}

fn set_root(attribute: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Both names are legal, so this cannot fail.
        let _ = root.set_attribute(attribute, value);
    }
}

fn remembered(name: &str) -> Option<String> {
    LocalStorage::get(key(name)).ok()
}

fn remember(name: &str, value: &str) {
    // Private windows refuse: the choice then lasts as long as the page.
    let _ = LocalStorage::set(key(name), value);
}

fn key(name: &str) -> String {
    format!("nunchi.console.{name}")
}
