//! Inputs that are bound to signals, and what a form does while its answer is on the way.

use std::future::Future;

use leptos::{ev, html, prelude::*, task::spawn_local};

use crate::api::ApiError;
use crate::preferences::{language, say};
use crate::text::Words;

/// What is typed into an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any line.
    Text,
    /// An address.
    Email,
    /// A secret; what browsers may fill in.
    Password(&'static str),
}

/// An input for one line, required.
pub(crate) fn input(kind: Kind, name: &'static str, value: RwSignal<String>) -> impl IntoView {
    let (kind, fill) = match kind {
        Kind::Text => ("text", "off"),
        Kind::Email => ("email", "username"),
        Kind::Password(fill) => ("password", fill),
    };
    html::input()
        .r#type(kind)
        .name(name)
        .autocomplete(fill)
        .required(true)
        .prop("value", move || value.get())
        .on(ev::input, move |event| value.set(event_target_value(&event)))
}

/// A drop-down of values and names.
pub(crate) fn select(
    name: &'static str,
    options: impl Fn() -> Vec<(String, String)> + Copy + Send + Sync + 'static,
    value: RwSignal<String>,
) -> impl IntoView {
    let option = move |(it, name): (String, String)| {
        let is_chosen = it == value.get_untracked();
        html::option().value(it).selected(is_chosen).child(name)
    };
    html::select()
        .name(name)
        .on(ev::change, move |event| value.set(event_target_value(&event)))
        .prop("value", move || value.get())
        .child(move || options().into_iter().map(option).collect_view())
}

/// Something that is sent, one at a time.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    /// The answer is on the way.
    pub(crate) is_busy: RwSignal<bool>,
    /// Why the last one was refused.
    pub(crate) error: RwSignal<Option<ApiError>>,
}

impl Sending {
    pub(crate) fn new() -> Self {
        Self { is_busy: RwSignal::new(false), error: RwSignal::new(None) }
    }

    /// Sends, unless something is on its way; `then` is told what a good answer says.
    pub(crate) fn send<T: 'static>(
        self,
        request: impl Future<Output = Result<T, ApiError>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        // What comes later finds toasts and preferences as what was pressed does.
        let owner = Owner::current().unwrap_or_default();
        spawn_local(async move {
            let result = request.await;
            // The view may be gone.
            if self.is_busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(answer) => {
                    self.error.set(None);
                    owner.with(|| then(answer));
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// The refusal, where there is one.
    pub(crate) fn refusal(self) -> impl IntoView {
        move || {
            let error = self.error.get()?;
            Some(html::p().class("notice").role("alert").child(move || error.say(language())))
        }
    }

    /// How a form ends: the refusal, and the button that sends it.
    pub(crate) fn foot(
        self,
        label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    ) -> impl IntoView {
        let button = html::button().r#type("submit").class("button");
        (self.refusal(), button.disabled(move || self.is_busy.get()).child(say(label)))
    }
}
