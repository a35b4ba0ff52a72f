//! The chat's contract ([`nunchi_api::chat`]) as the page's own objects.
//!
//! Read and written by hand: serde-wasm-bindgen brings float printing and a hash map with it,
//! 21 kB of module after brotli where this takes one.

use js_sys::{Array, JSON, Object, Reflect};
use nunchi_api::chat::{Ask, Link, Message, Reopen, Thread};
use wasm_bindgen::{JsCast, JsValue};

use super::conversation::MESSAGES_MAX;
use super::dom::Drawn;

/// An [`Ask`] as JSON.
pub(crate) fn write_ask(ask: &Ask) -> Drawn<JsValue> {
    let Ask { site, conversation, number, session, path, language, campaign, text } = ask;
    write(&[
        ("site", site.into()),
        ("conversation", conversation.into()),
        ("number", (*number).into()),
        ("session", session.as_ref().into()),
        ("path", path.into()),
        ("language", language.into()),
        ("campaign", (*campaign).into()),
        ("text", text.into()),
    ])
}

/// A [`Reopen`] as JSON.
pub(crate) fn write_reopen(reopen: &Reopen) -> Drawn<JsValue> {
    let Reopen { site, conversation } = reopen;
    write(&[("site", site.into()), ("conversation", conversation.into())])
}

/// A [`Thread`] out of parsed JSON; `None` when it is something else.
pub(crate) fn read_thread(body: &JsValue) -> Option<Thread> {
    let messages = list(body, "messages")?;
    let surplus = messages.length().saturating_sub(u32::try_from(MESSAGES_MAX).ok()?);
    let messages = (surplus..messages.length()).map(|at| read_message(&messages.get(at)));
    Some(Thread { messages: messages.collect::<Option<_>>()? })
}

fn read_message(from: &JsValue) -> Option<Message> {
    let links = list(from, "links").into_iter().flat_map(|links| links.to_vec());
    let suggestions = list(from, "suggestions").into_iter().flat_map(|texts| texts.to_vec());
    Some(Message {
        number: number(from, "number")? as u32,
        from: text(from, "from")?,
        text: text(from, "text")?,
        at: number(from, "at")? as u64,
        links: links.filter_map(|link| read_link(&link)).collect(),
        suggestions: suggestions.filter_map(|text| text.as_string()).collect(),
    })
}

fn read_link(from: &JsValue) -> Option<Link> {
    Some(Link { title: text(from, "title")?, url: text(from, "url")? })
}

fn text(from: &JsValue, name: &str) -> Option<String> {
    get(from, name)?.as_string()
}

fn number(from: &JsValue, name: &str) -> Option<f64> {
    get(from, name)?.as_f64()
}

fn list(from: &JsValue, name: &str) -> Option<Array> {
    get(from, name)?.dyn_into().ok()
}

fn get(from: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(from, &name.into()).ok()
}

fn write(fields: &[(&str, JsValue)]) -> Drawn<JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    JSON::stringify(&object).map(JsValue::from)
}
