//! A word that something was done: said aloud, seen for some seconds, in the way of nothing.

use std::time::Duration;

use leptos::{html, prelude::*};

/// What is said now.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    said: RwSignal<Vec<(u32, String)>>,
    count: StoredValue<u32>,
}

impl Toasts {
    /// Makes it known to all views.
    pub(crate) fn provide() -> Self {
        let toasts = Self { said: RwSignal::new(Vec::new()), count: StoredValue::new(0) };
        provide_context(toasts);
        toasts
    }

    /// Says something; the oldest goes when there are more than [`SAID_MAX`].
    pub(crate) fn say(self, text: impl Into<String>) {
        self.count.update_value(|count| *count = count.wrapping_add(1));
        let number = self.count.get_value();
        self.said.update(|said| {
            said.push((number, text.into()));
            let spare = said.len().saturating_sub(SAID_MAX);
            said.drain(..spare);
        });
        set_timeout(
            move || self.said.update(|said| said.retain(|(known, _)| *known != number)),
            SEEN,
        );
    }

    /// Where they are seen.
    pub(crate) fn view(self) -> impl IntoView {
        let line = |(_, text): (u32, String)| html::p().class("toast").child(text);
        html::div()
            .class("toasts")
            .role("status")
            .child(move || self.said.get().into_iter().map(line).collect_view())
    }
}

/// Says something, from any view.
pub(crate) fn toasts() -> Toasts {
    expect_context()
}

const SAID_MAX: usize = 3;

const SEEN: Duration = Duration::from_secs(5);
