//! Each request has an id: in its answer, and in every line of the log that is written for it.
//!
//! A request may bring its own as `X-Request-Id`, so that a proxy's log and ours tell of the same; it
//! is believed for no purpose but this. The id is kept beside the request's task, not in a span: the
//! beacon route pays for two header values and no more.

use std::fmt;
use std::future::Future;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::error::BlockingError;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
};
use actix_web::{Error, web};
use tracing::Level;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{DefaultFields, Writer};

tokio::task_local! {
    static CURRENT: HeaderValue;
}

/// Gives the request its id and the answer what all answers have.
pub fn follow<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let id = id_of(request.headers());
    let began = tracing::enabled!(Level::DEBUG).then(Instant::now);
    let answer = CURRENT.sync_scope(id.clone(), || service.call(request));
    CURRENT.scope(id.clone(), async move {
        let mut answer = answer.await?;
        if let Some(began) = began {
            tell(&answer, began);
        }
        let headers = answer.headers_mut();
        headers.insert(REQUEST_ID, id);
        headers.insert(NO_SNIFF.0, HeaderValue::from_static(NO_SNIFF.1));
        if answer.request().path().starts_with("/api") {
            close(answer.headers_mut());
        }
        Ok(answer)
    })
}

/// What operators are told is for our own page, is not framed, and nobody keeps it; unless the answer says
/// otherwise itself.
fn close(headers: &mut HeaderMap) {
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// As [`web::block`]: runs what blocks on a thread that may, which writes the log under the same id.
///
/// # Errors
/// When that thread broke off.
pub(crate) async fn block<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BlockingError> {
    match CURRENT.try_with(HeaderValue::clone) {
        Ok(id) => web::block(move || CURRENT.sync_scope(id, work)).await,
        Err(_) => web::block(work).await,
    }
}

/// The id of the request that is being answered, where one is.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(|id| id.to_str().unwrap_or_default().to_owned()).ok()
}

/// A line for each answer, on demand: the route and not the address, which a visitor may have typed.
fn tell<B>(answer: &ServiceResponse<B>, began: Instant) {
    let request = answer.request();
    let route = request.match_pattern().unwrap_or_default();
    let took_us = began.elapsed().as_micros();
    let status = answer.status().as_u16();
    tracing::debug!(method = %request.method(), route, status, took_us, "answered");
}

fn id_of(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get(&REQUEST_ID).filter(|id| is_plain(id.as_bytes()));
    given.cloned().unwrap_or_else(make)
}

/// Fit to stand in a line of a log.
fn is_plain(id: &[u8]) -> bool {
    let is_fit = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    (1..=ID_BYTES_MAX).contains(&id.len()) && id.iter().all(is_fit)
}

/// `5f3a9c1b-2a`: told apart from those of another start by chance, from each other by counting.
fn make() -> HeaderValue {
    static START: LazyLock<String> = LazyLock::new(|| {
        let mut bytes = [0; 4];
        // Without randomness ids of two starts look alike; nothing hangs on them.
        let _ = getrandom::fill(&mut bytes);
        crate::hex::hex(&bytes)
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    HeaderValue::from_str(&format!("{}-{count:x}", *START)).expect("hexadecimal digits")
}

/// Writes the fields of a line, and the id of the request that it is written for.
#[derive(Debug, Default)]
pub(crate) struct WithRequest(DefaultFields);

impl<'writer> FormatFields<'writer> for WithRequest {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        self.0.format_fields(writer.by_ref(), fields)?;
        match current() {
            Some(id) => write!(writer, " request.id={id}"),
            None => Ok(()),
        }
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const NO_SNIFF: (HeaderName, &str) = (HeaderName::from_static("x-content-type-options"), "nosniff");

/// Of an id that is taken over: those of proxies have 32 to 36.
const ID_BYTES_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_id_is_taken_over_and_any_other_replaced() {
        let taken = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(id.as_bytes()).unwrap());
            id_of(&headers) == id
        };
        for id in ["a", "0b7e-41.x_", "Root=1-67891233-abcdef012345678912345678", &"a".repeat(64)] {
            assert!(taken(id), "{id}");
        }
        for id in ["", " ", "a b", "a\tb", "\u{e9}", "a\"b", "a,b", &"a".repeat(65)] {
            assert!(!taken(id), "{id}");
        }
        assert_ne!(make(), make());
    }
}
