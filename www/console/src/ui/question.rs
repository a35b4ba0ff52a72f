//! A question to the collector and its answer, kept while the next one is on the way: numbers change
//! in place, nothing flickers, and a failed refresh leaves what was known, with its age.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

use crate::api::ApiError;
use crate::live::browser_now;

/// A question and what came of it.
#[derive(Debug)]
pub(crate) struct Question<T: Send + Sync + 'static> {
    /// The last good answer.
    pub(crate) answer: RwSignal<Option<T>>,
    /// Why the last try failed, if it did.
    pub(crate) error: RwSignal<Option<ApiError>>,
    /// When the last good answer came, milliseconds since 1970 on this browser's clock.
    pub(crate) answered_at: RwSignal<u64>,
    asked: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Question<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Question<T> {}

impl<T: Send + Sync + 'static> Question<T> {
    pub(crate) fn new() -> Self {
        Self {
            answer: RwSignal::new(None),
            error: RwSignal::new(None),
            answered_at: RwSignal::new(0),
            asked: StoredValue::new(0),
        }
    }

    /// Forgets the answer: the question is about something else now.
    pub(crate) fn forget(self) {
        self.answer.set(None);
        self.error.set(None);
    }

    /// Asks. Only the answer to the latest question counts.
    pub(crate) fn ask(self, request: impl Future<Output = Result<T, ApiError>> + 'static) {
        self.asked.update_value(|asked| *asked = asked.wrapping_add(1));
        let number = self.asked.get_value();
        spawn_local(async move {
            let result = request.await;
            // The view may be gone, or have asked anew.
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match result {
                Ok(answer) => {
                    self.answered_at.set(browser_now());
                    self.error.set(None);
                    self.answer.set(Some(answer));
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}
