//! The chat's contract ([`nunchi_api::chat`]) as the page's own objects.
//!
//! Read and written by hand, held to the contract by the tests: serde-wasm-bindgen brings float
//! printing and a hash map with it, 18 kB of module after brotli.

use alloc::vec::Vec;

use nunchi_api::chat::{Link, Message, Standing};
use nunchi_api::inbox::State;

use super::page::{ByName, Thing, object};

/// Fields of an [`Ask`](nunchi_api::chat::Ask), in the order in which [`write`] takes them.
pub(crate) const ASK: &[&str] =
    &["site", "conversation", "token", "number", "session", "path", "language", "campaign", "text"];

/// Fields of a [`Reopen`](nunchi_api::chat::Reopen): the first of these.
pub(crate) const REOPEN: &[&str] = ASK.split_at(3).0;

/// Fields of a [`Wish`](nunchi_api::offers::Wish).
pub(crate) const WISH: &[&str] = &["site", "session", "campaign", "variant", "decided_s"];

/// Fields of an [`Erase`](nunchi_api::offers::Erase).
pub(crate) const ERASE: &[&str] = &["site", "visitor", "session"];

/// Fields of a [`Sign`](nunchi_api::chat::Sign).
pub(crate) const SIGN: &[&str] = &["site", "conversation", "what", "number"];

/// Most elements read of a list, the newest.
const ELEMENTS_MAX: u32 = 500;

/// An object of these fields; undefined ones are left out when it becomes JSON.
pub(crate) fn write(names: &[&str], values: &[Thing]) -> Thing {
    let object = object();
    for (name, value) in names.iter().zip(values) {
        object.put(name, value);
    }
    object
}

/// The messages of a [`Thread`](nunchi_api::chat::Thread) out of parsed JSON. What is something else is
/// empty.
pub(crate) fn messages(body: &Thing) -> Vec<Message> {
    let mut messages = Vec::new();
    each(&body.get("messages"), |from| messages.push(message(from)));
    messages
}

/// A [`Standing`] out of parsed JSON, if it is one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` is total")]
pub(crate) fn standing(from: &Thing) -> Option<Standing> {
    Some(Standing {
        at: from.get("at").number() as u64,
        state: State::of(&from.get("state").text())?,
        agent: from.get("agent").text(),
        place: from.get("place").count(),
        wait_s: from.get("wait_s").count(),
        read: from.get("read").count(),
        is_staffed: from.get("is_staffed").is_true(),
        rating: u8::try_from(from.get("rating").count()).unwrap_or_default(),
    })
}

/// A [`Message`] out of parsed JSON.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` is total")]
pub(crate) fn message(from: &Thing) -> Message {
    let mut message = Message {
        number: from.get("number").count(),
        from: from.get("from").text(),
        text: from.get("text").text(),
        at: from.get("at").number() as u64,
        by: from.get("by").text(),
        ..Message::default()
    };
    each(&from.get("links"), |link| {
        message.links.push(Link { title: link.get("title").text(), url: link.get("url").text() });
    });
    each(&from.get("suggestions"), |suggestion| message.suggestions.push(suggestion.text()));
    message
}

fn each(list: &Thing, mut f: impl FnMut(&Thing)) {
    let length = list.get("length").count();
    for at in length.saturating_sub(ELEMENTS_MAX)..length {
        f(&list.at(at.cast_signed()));
    }
}

#[cfg(test)]
mod tests {
    use nunchi_api::chat::{Ask, Reopen, Sign, SignKind};
    use nunchi_api::offers::{Erase, Wish};
    use serde_json::{Map, Value};

    use super::{ASK, ERASE, REOPEN, SIGN, WISH};

    #[test]
    fn what_is_written_has_the_fields_of_the_contract() {
        let ask = Ask {
            site: String::new(),
            conversation: String::new(),
            token: None,
            number: 0,
            session: None,
            path: String::new(),
            language: String::new(),
            campaign: None,
            text: String::new(),
        };
        check(serde_json::to_value(ask).unwrap(), ASK);
        let reopen = Reopen { site: String::new(), conversation: String::new(), token: None };
        check(serde_json::to_value(reopen).unwrap(), REOPEN);
        check(serde_json::to_value(Wish::default()).unwrap(), WISH);
        check(serde_json::to_value(Erase::default()).unwrap(), ERASE);
        let (what, number) = (SignKind::Typing, 0);
        let sign = Sign { site: String::new(), conversation: String::new(), what, number };
        check(serde_json::to_value(sign).unwrap(), SIGN);
    }

    #[track_caller]
    fn check(contract: Value, written: &[&str]) {
        let contract: Map<String, Value> = serde_json::from_value(contract).unwrap();
        let mut written: Vec<_> = written.to_vec();
        written.sort_unstable();
        assert_eq!(contract.keys().collect::<Vec<_>>(), written);
    }
}
