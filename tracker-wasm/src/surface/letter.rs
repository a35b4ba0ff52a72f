//! The chat's contract ([`nunchi_api::chat`]) as the page's own objects.
//!
//! Read and written by hand, held to the contract by the tests: serde-wasm-bindgen brings float
//! printing and a hash map with it, 18 kB of module after brotli.

use js_sys::{Array, JSON, Object, Reflect};
use nunchi_api::chat::{Link, Message, Thread};
use wasm_bindgen::{JsCast, JsValue};

use super::dom::Drawn;

/// Fields of an [`Ask`](nunchi_api::chat::Ask), in the order in which [`write`] takes them.
pub(crate) const ASK: [&str; 8] =
    ["site", "conversation", "number", "session", "path", "language", "campaign", "text"];

/// Fields of a [`Reopen`](nunchi_api::chat::Reopen).
pub(crate) const REOPEN: [&str; 2] = ["site", "conversation"];

/// Most messages read of a thread, the newest.
const MESSAGES_MAX: u32 = 500;

/// An object of these fields as JSON; undefined ones are left out.
pub(crate) fn write<const N: usize>(names: [&str; N], values: &[JsValue; N]) -> Drawn<JsValue> {
    let object = Object::new();
    for (name, value) in names.iter().zip(values) {
        Reflect::set(&object, &JsValue::from_str(name), value)?;
    }
    JSON::stringify(&object).map(JsValue::from)
}

/// A [`Thread`] out of parsed JSON. What is something else is empty.
pub(crate) fn read(body: &JsValue) -> Thread {
    let all = list(body, "messages");
    let mut thread = Thread::default();
    for at in all.length().saturating_sub(MESSAGES_MAX)..all.length() {
        thread.messages.push(message(&all.get(at)));
    }
    thread
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` is total")]
fn message(from: &JsValue) -> Message {
    let mut message = Message {
        number: get(from, "number").as_f64().unwrap_or_default() as u32,
        from: text(from, "from"),
        text: text(from, "text"),
        ..Message::default()
    };
    let links = list(from, "links");
    for at in 0..links.length() {
        let link = links.get(at);
        message.links.push(Link { title: text(&link, "title"), url: text(&link, "url") });
    }
    let suggestions = list(from, "suggestions");
    for at in 0..suggestions.length() {
        message.suggestions.extend(suggestions.get(at).as_string());
    }
    message
}

fn text(from: &JsValue, name: &str) -> String {
    get(from, name).as_string().unwrap_or_default()
}

fn list(from: &JsValue, name: &str) -> Array {
    let list = get(from, name);
    if Array::is_array(&list) { list.unchecked_into() } else { Array::new() }
}

#[inline(never)]
fn get(from: &JsValue, name: &str) -> JsValue {
    Reflect::get(from, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

#[cfg(test)]
mod tests {
    use nunchi_api::chat::{Ask, Reopen};
    use serde_json::{Map, Value};

    use super::{ASK, REOPEN};

    #[test]
    fn what_is_written_has_the_fields_of_the_contract() {
        let ask = Ask {
            site: String::new(),
            conversation: String::new(),
            number: 0,
            session: None,
            path: String::new(),
            language: String::new(),
            campaign: None,
            text: String::new(),
        };
        check(serde_json::to_value(ask).unwrap(), &ASK);
        let reopen = Reopen { site: String::new(), conversation: String::new() };
        check(serde_json::to_value(reopen).unwrap(), &REOPEN);
    }

    #[track_caller]
    fn check(contract: Value, written: &[&str]) {
        let contract: Map<String, Value> = serde_json::from_value(contract).unwrap();
        let mut written: Vec<_> = written.to_vec();
        written.sort_unstable();
        assert_eq!(contract.keys().collect::<Vec<_>>(), written);
    }
}
