//! What is kept in the browser, with consent to personalise only: visitor, session, the engine's
//! snapshot, frames on their way. Storage that throws, is full or is switched off reads as empty.
//!
//! Every key begins with `nunchi.SITE.`, so that [`Storage::erase`] finds all of it.

use alloc::string::String;
use alloc::vec::Vec;

use super::border::{self, List};
use super::page::Page;

/// Most frames kept; beyond it none is added (the outbox holds them in memory anyway).
const FRAMES_MAX: u32 = 16;

/// The two stores of the browser: one that all tabs of the shop share, and this tab's own.
pub(super) struct Storage {
    prefix: String,
}

/// Which of the two.
const SHARED: bool = false;
const TAB: bool = true;

/// The chat's own memory of this tab, which the surface keeps.
const CHAT: &str = "nunchi-chat";

impl Storage {
    pub(super) fn new(page: &Page) -> Self {
        Self { prefix: ["nunchi.", &page.hooks.site(), "."].concat() }
    }

    /// A text that all tabs share.
    pub(super) fn read(&self, name: &str) -> Option<String> {
        border::kept(SHARED, &self.key(name))
    }

    /// Keeps a text that all tabs share.
    pub(super) fn write(&self, name: &str, text: &str) {
        border::keep(SHARED, &self.key(name), Some(text));
    }

    /// What this tab kept of the page before.
    pub(super) fn read_tab(&self, name: &str) -> Option<Vec<u8>> {
        bytes(&border::kept(TAB, &self.key(name))?)
    }

    /// Keeps bytes for the next page in this tab.
    pub(super) fn write_tab(&self, name: &str, content: &[u8]) {
        border::keep(TAB, &self.key(name), Some(&text(content)));
    }

    /// Keeps a frame until it is settled.
    pub(super) fn keep_frame(&self, key: &str, frame: &[u8]) {
        if self.frames().length() < FRAMES_MAX {
            border::keep(SHARED, key, Some(&text(frame)));
        }
    }

    /// The frame is settled.
    pub(super) fn forget_frame(key: &str) {
        border::keep(SHARED, key, None);
    }

    /// The frame, if it still waits.
    pub(super) fn frame(key: &str) -> Option<Vec<u8>> {
        bytes(&border::kept(SHARED, key)?)
    }

    /// Keys of the frames that wait.
    pub(super) fn frames(&self) -> List {
        border::names(SHARED, &self.frame_key(""))
    }

    /// Under which key a frame of this name is kept.
    pub(super) fn frame_key(&self, name: &str) -> String {
        self.key(&["frame.", name].concat())
    }

    /// Removes all that this site's agent ever kept.
    pub(super) fn erase(&self) {
        border::erase(&self.prefix);
        border::keep(TAB, CHAT, None);
    }

    fn key(&self, name: &str) -> String {
        [&self.prefix, name].concat()
    }
}

/// Bytes as text, one character each: storage holds text only.
fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        text.push(char::from(*byte));
    }
    text
}

/// The bytes of such a text; nothing when somebody else wrote it.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for character in text.chars() {
        bytes.push(u8::try_from(u32::from(character)).ok()?);
    }
    Some(bytes)
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
