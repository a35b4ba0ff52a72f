//! What is kept in the browser, with consent to personalise only: visitor, session, the engine's
//! snapshot, frames on their way. Storage that throws, is full or is switched off reads as empty.
//!
//! Every key begins with `nunchi.SITE.`, so that [`Storage::erase`] finds all of it.

use web_sys::Storage as WebStorage;

use super::page::Page;

/// Most frames kept; beyond it none is added (the outbox holds them in memory anyway).
const FRAMES_MAX: usize = 16;

/// The two stores of the browser, as far as it gives them.
pub(super) struct Storage {
    /// Shared by all tabs of the shop.
    local: Option<WebStorage>,
    /// This tab's alone.
    tab: Option<WebStorage>,
    prefix: String,
}

impl Storage {
    pub(super) fn new(page: &Page) -> Self {
        Self {
            local: page.window.local_storage().ok().flatten(),
            tab: page.window.session_storage().ok().flatten(),
            prefix: ["nunchi.", &page.hooks.site(), "."].concat(),
        }
    }

    /// A text that all tabs share.
    pub(super) fn read(&self, name: &str) -> Option<String> {
        self.local.as_ref()?.get_item(&self.key(name)).ok()?
    }

    /// Keeps a text that all tabs share.
    pub(super) fn write(&self, name: &str, text: &str) {
        write(self.local.as_ref(), &self.key(name), text);
    }

    /// What this tab kept of the page before.
    pub(super) fn read_tab(&self, name: &str) -> Option<Vec<u8>> {
        bytes(&self.tab.as_ref()?.get_item(&self.key(name)).ok()??)
    }

    /// Keeps bytes for the next page in this tab.
    pub(super) fn write_tab(&self, name: &str, content: &[u8]) {
        write(self.tab.as_ref(), &self.key(name), &text(content));
    }

    /// Keeps a frame until it is settled.
    pub(super) fn keep_frame(&self, name: &str, frame: &[u8]) {
        if self.frames().len() < FRAMES_MAX {
            write(self.local.as_ref(), &self.frame_key(name), &text(frame));
        }
    }

    /// The frame is settled.
    pub(super) fn forget_frame(&self, name: &str) {
        if let Some(local) = &self.local {
            // Storage that throws kept nothing.
            let _ = local.remove_item(&self.frame_key(name));
        }
    }

    /// The frame, if it still waits.
    pub(super) fn frame(&self, name: &str) -> Option<Vec<u8>> {
        bytes(&self.local.as_ref()?.get_item(&self.frame_key(name)).ok()??)
    }

    /// Names of the frames that wait.
    pub(super) fn frames(&self) -> Vec<String> {
        let prefix = self.frame_key("");
        let keys = keys(self.local.as_ref(), &prefix);
        keys.iter().filter_map(|key| Some(key.strip_prefix(&*prefix)?.to_owned())).collect()
    }

    /// Removes all that this site's agent ever kept.
    pub(super) fn erase(&self) {
        for store in [self.local.as_ref(), self.tab.as_ref()] {
            for key in keys(store, &self.prefix) {
                let _ = store.map(|store| store.remove_item(&key));
            }
        }
    }

    fn key(&self, name: &str) -> String {
        [&self.prefix, name].concat()
    }

    fn frame_key(&self, name: &str) -> String {
        [&self.prefix, "frame.", name].concat()
    }
}

fn write(store: Option<&WebStorage>, key: &str, text: &str) {
    // Full or refused storage: the shop's own data goes first, we do without.
    let _ = store.map(|store| store.set_item(key, text));
}

fn keys(store: Option<&WebStorage>, prefix: &str) -> Vec<String> {
    let Some(store) = store else { return Vec::new() };
    let count = store.length().unwrap_or_default();
    let key = |index| store.key(index).ok().flatten();
    (0..count).filter_map(key).filter(|key| key.starts_with(prefix)).collect()
}

/// Bytes as text, one character each: storage holds text only.
fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The bytes of such a text; nothing when somebody else wrote it.
fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{bytes, text};

    #[test]
    fn every_byte_survives_storage() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(bytes(&text(&all)), Some(all));
    }

    #[test]
    fn what_somebody_else_wrote_reads_as_nothing() {
        assert_eq!(bytes("쿠폰"), None);
    }
}
