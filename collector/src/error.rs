//! What a request gets that is not a success: a code for programs, a message for people. The cause
//! stays in the log, under the id of the request.

use actix_web::error::JsonPayloadError;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use nunchi_api::ErrorBody;

use crate::outcome::Outcome;
use crate::requests;
use crate::store::StoreError;

/// An answer that is not a success.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
    retry_after_s: Option<u32>,
}

impl ApiError {
    /// An answer with this status, code and message.
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = ErrorBody { code: code.into(), message: message.into(), reference: None };
        Self { status, body, retry_after_s: None }
    }

    /// Also says when to try again, seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// For programs.
    pub(crate) fn code(&self) -> &str {
        &self.body.code
    }

    /// For people.
    pub(crate) fn message(&self) -> &str {
        &self.body.message
    }

    /// It may go better later: the fault is ours.
    pub(crate) fn is_ours(&self) -> bool {
        self.status.is_server_error()
    }

    /// The answer to an arrival that ended in `outcome`, which is a refusal.
    pub fn refusal(outcome: Outcome, message: impl Into<String>) -> Self {
        let error = Self::new(status(outcome), outcome.code(), message);
        match outcome {
            Outcome::Throttled => error.retry_after(60),
            Outcome::Unavailable => error.retry_after(5),
            _ => error,
        }
    }

    /// The site is not registered.
    pub fn unknown_site(key: &str) -> Self {
        Self::refusal(Outcome::UnknownSite, format!("no site has the key `{}`", printable(key)))
    }
}

/// What a stranger sent, fit to be shown: short, and without control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn status(outcome: Outcome) -> u16 {
    match outcome {
        Outcome::Stored | Outcome::Duplicate | Outcome::Quarantined => 204,
        Outcome::Malformed | Outcome::Aborted => 400,
        Outcome::WrongOrigin | Outcome::Consent => 403,
        Outcome::UnknownSite => 404,
        Outcome::Slow => 408,
        Outcome::Conflict => 409,
        Outcome::TooOld | Outcome::SiteOff => 410,
        Outcome::TooLarge => 413,
        Outcome::WrongType => 415,
        Outcome::Limits => 422,
        Outcome::Throttled => 429,
        Outcome::Unavailable => 503,
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::refusal(Outcome::Unavailable, "busy, try again soon"),
            // The writer has told the log.
            StoreError::Full | StoreError::ReadOnly => {
                Self::refusal(Outcome::Unavailable, "nothing can be stored now")
            }
            StoreError::Unreachable(cause) => {
                tracing::warn!(%cause, "ClickHouse cannot be asked");
                Self::refusal(Outcome::Unavailable, "history cannot be read now")
            }
            StoreError::UnknownSite(key) => Self::unknown_site(&key),
            error @ StoreError::TooMuch(_) => Self::new(422, "too_much", error.to_string()),
            other => internal(&other),
        }
    }
}

/// Our own fault: details in the log, a reference to them in the answer.
pub fn internal(cause: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%cause, "request failed");
    let mut error = ApiError::new(500, "internal", "something went wrong here");
    error.body.reference = requests::current();
    error
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.body.code, self.body.message)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after_s {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        response.insert_header(("Cache-Control", "no-store")).json(&self.body)
    }
}

/// Reads JSON bodies of at most so many bytes.
pub fn json_up_to(bytes: usize) -> web::JsonConfig {
    web::JsonConfig::default().limit(bytes).error_handler(json_error)
}

/// A JSON body that is not what it should be.
#[expect(clippy::needless_pass_by_value, reason = "the shape that actix asks for")]
fn json_error(error: JsonPayloadError, _request: &HttpRequest) -> actix_web::Error {
    let status = error.status_code().as_u16();
    let code = match status {
        413 => "too_large",
        415 => "wrong_type",
        _ => "malformed",
    };
    ApiError::new(status, code, error.to_string()).into()
}

/// A query string that is not what it should be.
#[expect(clippy::needless_pass_by_value, reason = "the shape that actix asks for")]
pub fn query_error(
    error: actix_web::error::QueryPayloadError,
    _request: &HttpRequest,
) -> actix_web::Error {
    ApiError::new(400, "malformed", error.to_string()).into()
}

/// A part of a path that is not what it should be: nothing is there.
pub fn path_error(_error: actix_web::error::PathError, _request: &HttpRequest) -> actix_web::Error {
    ApiError::new(404, "not_found", "nothing is at this address").into()
}

/// No route has this path.
///
/// # Errors
/// Always: 404.
pub async fn not_found() -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(404, "not_found", "nothing is at this address"))
}

/// The path exists, the method does not.
///
/// # Errors
/// Always: 405.
pub async fn wrong_method() -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(405, "wrong_method", "this address does not take this method"))
}
