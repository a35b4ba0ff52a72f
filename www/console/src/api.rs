//! Requests to the collector. The session cookie goes along by itself: same origin.

use gloo_net::http::{Request, Response};
use nunchi_api::people::{Login, Me};
use nunchi_api::questions::{Answered, Ask};
use nunchi_api::{ErrorBody, Site};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::text::{Language, fill, refusals};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// No session, or it ended (401).
    SignedOut,
    /// The collector refused, with its reason.
    Refused(ErrorBody),
    /// No answer at all.
    Unreachable,
    /// An answer that is not what was asked for.
    Unreadable,
}

impl ApiError {
    /// For people.
    pub(crate) fn say(&self, language: Language) -> String {
        let words = language.words();
        match self {
            Self::SignedOut => words.sign_in_wrong.into(),
            Self::Refused(refusal) => {
                fill(words.error_refused, &[&refusals::told(refusal, language)])
            }
            Self::Unreachable => words.error_unreachable.into(),
            Self::Unreadable => words.error_unreadable.into(),
        }
    }
}

/// The sites that this session may see.
pub(crate) async fn sites() -> Result<Vec<Site>, ApiError> {
    get("/api/sites", &[]).await
}

/// Any question, with its span, filter and comparison: `POST /api/ask`.
pub(crate) async fn ask(question: &Ask) -> Result<Answered, ApiError> {
    post("/api/ask", question).await
}

/// One question of `/api/stats`, for the span `from..to`, milliseconds since 1970.
pub(crate) async fn stats<T: DeserializeOwned>(
    question: &str,
    site: &str,
    from: u64,
    to: u64,
) -> Result<T, ApiError> {
    let (from, to) = (from.to_string(), to.to_string());
    get(&format!("/api/stats/{question}"), &[("site", site), ("from", &from), ("to", &to)]).await
}

/// Who is signed in.
pub(crate) async fn me() -> Result<Me, ApiError> {
    get("/api/session", &[]).await
}

/// Trades a token, or address and password, for a cookie.
pub(crate) async fn sign_in(login: &Login) -> Result<(), ApiError> {
    tell("/api/session", login).await
}

/// Gives the cookie back.
pub(crate) async fn sign_out() -> Result<(), ApiError> {
    accept(Request::delete("/api/session").send().await).await.map(drop)
}

/// What stands at an address of the collector.
pub(crate) async fn get<T: DeserializeOwned>(
    path: &str,
    query: &[(&str, &str)],
) -> Result<T, ApiError> {
    let request = Request::get(path).query(query.iter().copied());
    read(accept(request.send().await).await?).await
}

/// What the collector answers to `body`.
pub(crate) async fn post<T: DeserializeOwned>(
    path: &str,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let request = Request::post(path).json(body).map_err(|_| ApiError::Unreadable)?;
    read(accept(request.send().await).await?).await
}

/// The same, where nothing is to be learnt from the answer.
pub(crate) async fn tell(path: &str, body: &impl Serialize) -> Result<(), ApiError> {
    let request = Request::post(path).json(body).map_err(|_| ApiError::Unreadable)?;
    accept(request.send().await).await.map(drop)
}

/// Takes away what stands at an address.
pub(crate) async fn delete(path: &str, query: &[(&str, &str)]) -> Result<(), ApiError> {
    accept(Request::delete(path).query(query.iter().copied()).send().await).await.map(drop)
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ApiError> {
    response.json().await.map_err(|_| ApiError::Unreadable)
}

/// Tells an answer from a refusal.
async fn accept(sent: Result<Response, gloo_net::Error>) -> Result<Response, ApiError> {
    let response = sent.map_err(|_| ApiError::Unreachable)?;
    match response.status() {
        200..300 => Ok(response),
        401 => Err(ApiError::SignedOut),
        status => {
            let body = response.json::<ErrorBody>().await;
            let bare =
                |_| ErrorBody { code: String::new(), message: status.to_string(), reference: None };
            Err(ApiError::Refused(body.unwrap_or_else(bare)))
        }
    }
}
