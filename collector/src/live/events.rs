//! Server-sent events: how one is written, and a body made of them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use serde::Serialize;
use tokio::sync::mpsc::Receiver;

/// A body that ends when nobody will send any more.
pub(super) struct Events(pub(super) Receiver<Bytes>);

impl MessageBody for Events {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.get_mut().0.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// An event with JSON data, which never holds a line break.
pub(super) fn json_event(name: &str, data: &impl Serialize) -> Bytes {
    event(name, &serde_json::to_string(data).unwrap_or_default())
}

/// An event with a line of data.
pub(super) fn event(name: &str, data: &str) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}
