//! What was written and not saved: this browser keeps it, one of each campaign, until it is saved or let go.
//! Who leaves is told.

use gloo_storage::{LocalStorage, Storage};
use leptos::{ev, html, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::edit::Edited;
use crate::preferences::{preferences, say};
use crate::ui::toast::toasts;

/// What this browser keeps of a campaign.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// As the collector had it when it was begun.
    from: Value,
    json: Value,
}

/// The campaign that is edited, against what the collector has.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) edited: Edited,
    saved: RwSignal<Value>,
    /// What was brought back, and whether the collector had another one by then.
    pub(super) is_back: RwSignal<Option<bool>>,
    /// Counts how often the form must be read anew.
    pub(super) reloads: RwSignal<u32>,
    place: StoredValue<String>,
}

impl Kept {
    /// Begins with what was kept, else with what the collector has.
    pub(super) fn open(id: &str, saved: Value) -> Self {
        let place = format!("nunchi.draft.{}.{id}", preferences().site.get_untracked());
        let stored: Option<Stored> = LocalStorage::get(&place).ok();
        let stored = stored.filter(|it| it.json != saved);
        let is_back = RwSignal::new(stored.as_ref().map(|it| it.from != saved));
        let json = stored.map_or_else(|| saved.clone(), |it| it.json);
        let (edited, saved) = (Edited::new(json), RwSignal::new(saved));
        let (reloads, place) = (RwSignal::new(0), StoredValue::new(place));
        let kept = Self { edited, saved, is_back, reloads, place };
        edited.when_left_alone(move || kept.keep());
        kept.warn();
        kept
    }

    /// Whether something is written that the collector does not have. Follows both.
    pub(super) fn is_changed(self) -> bool {
        self.edited.json.with(|json| self.saved.with(|saved| json != saved))
    }

    fn is_changed_now(self) -> bool {
        let differs = |json: &Value| self.saved.try_with_untracked(|saved| json != saved);
        self.edited.json.try_with_untracked(differs).flatten().unwrap_or_default()
    }

    /// The collector has what was written by then.
    pub(super) fn saved(self, json: Value) {
        self.saved.set(json);
        self.is_back.set(None);
        self.keep();
    }

    /// A browser that keeps nothing, or has no room, loses it on leaving, which it warns of.
    fn keep(self) {
        let Some(place) = self.place.try_get_value() else { return };
        if self.is_changed_now() {
            let (from, json) = (self.saved.get_untracked(), self.edited.json.get_untracked());
            let _ = LocalStorage::set(place, Stored { from, json });
        } else {
            LocalStorage::delete(place);
        }
    }

    fn warn(self) {
        let handle = window_event_listener(ev::beforeunload, move |event| {
            if self.is_changed_now() {
                event.prevent_default();
            }
        });
        let (toasts, language) = (toasts(), preferences().language);
        on_cleanup(move || {
            handle.remove();
            if self.is_changed_now() {
                self.keep();
                toasts.say(language.get_untracked().words().kept_left);
            }
        });
    }

    /// Says that something was brought back, with a way to let it go.
    pub(super) fn notice(self) -> impl IntoView {
        let drop = move |_| {
            self.is_back.set(None);
            let saved = self.saved.get_untracked();
            self.edited.reshape(|json| *json = saved);
            self.reloads.update(|count| *count += 1);
            self.keep();
        };
        move || {
            let has_rival = self.is_back.get()?;
            let told = say(move |words| if has_rival { words.kept_rival } else { words.kept_back });
            let button = html::button().r#type("button").class("quiet").on(ev::click, drop);
            let button = button.child(say(|words| words.kept_drop));
            Some(
                html::div()
                    .class("notice kept")
                    .role("status")
                    .child((html::span().child(told), button)),
            )
        }
    }
}
