//! Server-sent events: how one is written, and a body made of them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use serde::Serialize;
use tokio::sync::mpsc::Receiver;

/// A body that ends when nobody will send any more.
pub(crate) struct Events {
    /// What it begins with.
    first: Option<Bytes>,
    rest: Receiver<Bytes>,
}

impl Events {
    /// `first` before all that comes.
    pub(crate) fn begun_with(first: Bytes, rest: Receiver<Bytes>) -> Self {
        Self { first: Some(first), rest }
    }
}

impl From<Receiver<Bytes>> for Events {
    fn from(rest: Receiver<Bytes>) -> Self {
        Self { first: None, rest }
    }
}

impl MessageBody for Events {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let this = self.get_mut();
        match this.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => this.rest.poll_recv(context).map(|event| event.map(Ok)),
        }
    }
}

/// An event with JSON data, which never holds a line break.
pub(crate) fn json_event(name: &str, data: &impl Serialize) -> Bytes {
    event(name, &serde_json::to_string(data).unwrap_or_default())
}

/// The same with an id, from which a stream that broke off goes on.
pub(crate) fn numbered_event(name: &str, id: u32, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("event: {name}\nid: {id}\ndata: {data}\n\n").into()
}

/// An event with a line of data.
pub(crate) fn event(name: &str, data: &str) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}
