//! What all routes for pages have in common: how a body is read, who may read the answer.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, HeaderMap, HeaderValue, ORIGIN, RETRY_AFTER, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};
use beacon::limits::BODY_BYTES_MAX;
use futures_core::Stream as _;

use crate::fault::{self, Sabotage};
use crate::outcome::Outcome;

/// A refusal: how to count it, what to say.
pub(crate) type Refusal = (Outcome, String);

/// Where the page came from, as its browser says; nowhere if it says so twice.
pub(crate) fn origin(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(ORIGIN);
    let first = lines.next()?;
    lines.next().is_none().then(|| first.to_str().ok())?
}

/// The whole body of a request from a page: `text/plain`, which needs no preflight, not compressed,
/// at most [`BODY_BYTES_MAX`] bytes within [`BODY_TIME_MAX`].
pub(crate) async fn read_text(
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Vec<u8>, Refusal> {
    check_head(request.headers())?;
    let mut whole = pin!(gather(payload));
    match at_hand(whole.as_mut()).await {
        Some(read) => read,
        None => actix_web::rt::time::timeout(BODY_TIME_MAX, whole)
            .await
            .unwrap_or_else(|_| Err((Outcome::Slow, "the body did not come in time".into()))),
    }
}

/// A body in as much memory as it takes: actix would begin with 32 KiB, fresh from the system for each of hundreds of
/// bytes, and those that wait for a commit would hold it.
async fn gather(mut payload: web::Payload) -> Result<Vec<u8>, Refusal> {
    let mut whole = Vec::new();
    while let Some(bytes) = poll_fn(|context| Pin::new(&mut payload).poll_next(context)).await {
        let bytes = bytes.map_err(|_| (Outcome::Aborted, "the body broke off".to_owned()))?;
        if whole.len() + bytes.len() > bytes_max() {
            return Err(too_large());
        }
        whole.extend_from_slice(&bytes);
    }
    Ok(whole)
}

/// What a future gives at once, or at the second look: actix reads a body on after the first, and it mostly
/// came along with its head. So most requests need no timer.
async fn at_hand<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    let mut has_looked = false;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if has_looked => Poll::Ready(None),
        Poll::Pending => {
            has_looked = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}

/// What can be refused before a byte of the body is read.
fn check_head(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let essence = text(CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
    if !essence.trim().eq_ignore_ascii_case("text/plain") {
        return Err((Outcome::WrongType, "expected a body of text/plain".into()));
    }
    if !headers.get_all(CONTENT_ENCODING).all(|it| it.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err((Outcome::WrongType, "expected a body that is not compressed".into()));
    }
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > bytes_max() as u64) {
        return Err(too_large());
    }
    Ok(())
}

fn bytes_max() -> usize {
    if fault::is(Sabotage::SkipBodyLimit) { usize::MAX } else { BODY_BYTES_MAX }
}

fn too_large() -> Refusal {
    (Outcome::TooLarge, format!("a body has at most {BODY_BYTES_MAX} bytes"))
}

/// Lets the page's script read the answer: exactly its own origin, never with credentials. Refusals
/// too, also of a wrong origin: they say nothing that the sender may not know, and an agent that
/// can read a refusal stops sending.
pub(crate) fn readable_by_sender(headers: &HeaderMap, mut response: HttpResponse) -> HttpResponse {
    let answer = response.headers_mut();
    if let Some(origin) = headers.get(ORIGIN) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        if answer.contains_key(RETRY_AFTER) {
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
        }
    }
    answer.insert(VARY, HeaderValue::from_static("Origin"));
    response
}

/// For the whole body; actix itself has no such limit.
const BODY_TIME_MAX: Duration = Duration::from_secs(5);
