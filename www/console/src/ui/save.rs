//! Takes something out of the console: into a file, or into the clipboard.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::toast::{Toasts, toasts};
use crate::preferences::preferences;
use crate::text::{Language, Words};

/// Saves and copies; made where a view is made, used where a button is pressed.
#[derive(Clone, Copy)]
pub(crate) struct Saver {
    toasts: Toasts,
    language: RwSignal<Language>,
}

/// For the view that is being made.
pub(crate) fn saver() -> Saver {
    Saver { toasts: toasts(), language: preferences().language }
}

impl Saver {
    fn words(self) -> &'static Words {
        self.language.get_untracked().words()
    }

    /// Saves a text as a file of this name.
    pub(crate) fn file(self, name: &str, media_type: &str, text: &str) {
        if save(name, media_type, text).is_err() {
            self.toasts.say(self.words().save_failed);
        }
    }

    /// Puts a text into the clipboard and says so.
    pub(crate) fn clipboard(self, text: &str) {
        let copied = window().navigator().clipboard().write_text(text);
        spawn_local(async move {
            let is_done = JsFuture::from(copied).await.is_ok();
            self.toasts.say(if is_done { self.words().copied } else { self.words().copy_failed });
        });
    }
}

fn save(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let bag = web_sys::BlobPropertyBag::new();
    bag.set_type(media_type);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &bag)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken it over by then.
    let forget = move || {
        let _ = web_sys::Url::revoke_object_url(&url);
    };
    set_timeout(forget, std::time::Duration::from_secs(10));
    Ok(())
}
