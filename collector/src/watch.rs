//! What every request is watched for, whoever answers it: its body comes in time or is read no
//! further, its answer goes out in pieces, and its connection is told whose move is next.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::os::fd::AsFd as _;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, Payload, Service, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::ConnectionType;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _};
use futures_core::Stream;

use crate::door::{Connection, Door};

/// Looks at a new connection before anything is read from it.
pub(crate) fn greet(door: &Door, socket: &dyn Any, kept: &mut Extensions) {
    let Some(stream) = socket.downcast_ref::<TcpStream>() else { return };
    // Without a second handle (no more files may be open) or a peer (gone again) it goes unwatched.
    let (Ok(handle), Ok(peer)) = (stream.as_fd().try_clone_to_owned(), stream.peer_addr()) else {
        return;
    };
    if let Some(connection) = door.connects(handle, peer.ip()) {
        kept.insert(connection);
    }
}

/// Watches over a request until it is answered.
pub(crate) fn follow<S>(
    mut request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse, Error>> + use<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    let watch = Watch::begin(&mut request);
    let answer = service.call(request);
    async move { Ok(watch.end(answer.await?)) }
}

/// A request that is not answered yet.
struct Watch {
    /// How far the body is; none if there is none.
    read: Option<Rc<Read>>,
}

/// What was read of a body.
#[derive(Default)]
struct Read {
    has_ended: Cell<bool>,
    bytes: Cell<usize>,
}

impl Watch {
    /// Begins with the head.
    fn begin(request: &mut ServiceRequest) -> Self {
        if let Some(connection) = request.conn_data::<Connection>() {
            connection.works();
        }
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return Self { read: None };
        }
        let read = Rc::new(Read::default());
        let body = Timed {
            payload,
            until: Instant::now() + BODY_TIME_MAX,
            has_looked: false,
            time: None,
            read: Rc::clone(&read),
        };
        request.set_payload(Payload::Stream { payload: Box::pin(body) });
        Self { read: Some(read) }
    }

    /// Ends with the answer.
    fn end(self, mut answer: ServiceResponse) -> ServiceResponse {
        let size = match answer.response().body().size() {
            BodySize::None => Some(0),
            BodySize::Sized(size) => Some(size),
            BodySize::Stream => None,
        };
        if let Some(connection) = answer.request().conn_data::<Connection>() {
            connection.waits(size);
            if self.read.as_ref().is_some_and(|it| !it.has_ended.get()) {
                // actix would read a chunked body to its end, were it a terabyte.
                connection.stops_reading();
            }
            let is_large = self.read.is_some_and(|it| it.bytes.get() > LARGE_BYTES);
            if is_large && connection.is_crowded() {
                answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            }
        }
        match size {
            Some(size) if size > PIECE_BYTES as u64 => {
                answer.map_body(|_, body| BoxBody::new(Pieces { body, size, rest: Bytes::new() }))
            }
            _ => answer,
        }
    }
}

/// A body that must have come within [`BODY_TIME_MAX`] of its head.
struct Timed {
    payload: Payload,
    until: Instant,
    /// It was not there at the first look: mostly it is at the second, and needs no timer.
    has_looked: bool,
    time: Option<Pin<Box<Sleep>>>,
    read: Rc<Read>,
}

impl Stream for Timed {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let next = Pin::new(&mut this.payload).poll_next(context);
        match &next {
            Poll::Ready(None) => this.read.has_ended.set(true),
            Poll::Ready(Some(Ok(bytes))) => this.read.bytes.update(|read| read + bytes.len()),
            Poll::Ready(Some(Err(_))) => {}
            Poll::Pending if !this.has_looked => {
                this.has_looked = true;
                context.waker().wake_by_ref();
            }
            Poll::Pending => {
                let until = this.until;
                let time = this.time.get_or_insert_with(|| Box::pin(sleep_until(until)));
                if time.as_mut().poll(context).is_ready() {
                    let slow = std::io::Error::from(std::io::ErrorKind::TimedOut);
                    return Poll::Ready(Some(Err(PayloadError::Io(slow))));
                }
            }
        }
        next
    }
}

/// An answer in pieces, so that who does not fetch it does not make us hold the whole of it once more.
struct Pieces {
    body: BoxBody,
    size: u64,
    rest: Bytes,
}

impl MessageBody for Pieces {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        while this.rest.is_empty() {
            match Pin::new(&mut this.body).poll_next(context) {
                Poll::Ready(Some(Ok(bytes))) => this.rest = bytes,
                other => return other,
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE_BYTES));
        Poll::Ready(Some(Ok(piece)))
    }
}

/// For the whole body, from its head on. Routes for pages answer a second before (`http.rs`), so that
/// who is slow hears why.
const BODY_TIME_MAX: Duration = Duration::from_secs(6);

/// Of a body that few beacons reach. The buffer that it was read into stays as large as long as the connection stays open:
/// thousands of them would be more memory than all else together.
const LARGE_BYTES: usize = 4 * 1_024;

/// What actix buffers before it writes.
const PIECE_BYTES: usize = 32 * 1_024;
