//! Reads a body: at most so much, at most so long, only of the type that needs no preflight.

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{HttpRequest, web};
use beacon::limits::BODY_BYTES_MAX;

use super::Refusal;
use crate::outcome::Outcome;

/// The whole body of a request from a page, at most [`BODY_BYTES_MAX`] bytes of `text/plain`.
pub(crate) async fn read(
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Vec<u8>, Refusal> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let content_type = header(CONTENT_TYPE).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("text/plain") {
        return Err((Outcome::WrongType, "expected a body of text/plain".into()));
    }
    if header(CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err((Outcome::WrongType, "expected a body that is not compressed".into()));
    }
    let length = header(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > BODY_BYTES_MAX as u64) {
        return Err(too_large());
    }
    let whole = payload.to_bytes_limited(BODY_BYTES_MAX);
    match actix_web::rt::time::timeout(BODY_TIME_MAX, whole).await {
        Err(_) => Err((Outcome::Slow, "the body did not come in time".into())),
        Ok(Err(_)) => Err(too_large()),
        Ok(Ok(Err(_))) => Err((Outcome::Aborted, "the body broke off".into())),
        Ok(Ok(Ok(bytes))) => Ok(bytes.into()),
    }
}

fn too_large() -> Refusal {
    (Outcome::TooLarge, format!("a body has at most {BODY_BYTES_MAX} bytes"))
}

/// For the whole body; actix itself has no such limit.
const BODY_TIME_MAX: Duration = Duration::from_secs(5);
