//! Who may ask: operators, by the access token or by the cookie that it is traded for.
//!
//! The token stands in the data folder, readable by its owner only. A cookie is `HttpOnly` and
//! `SameSite=Strict` and counts only when the browser says that the request comes from our own
//! page.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::future::{Ready, ready};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, ORIGIN};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use nunchi_api::{Login, Site};

use crate::clock::Clock;
use crate::error::ApiError;
use crate::hex::hex;
use crate::sites::Sites;
use crate::store::{Store, StoreError};

/// Who asked for nothing in so long is not at their console, milliseconds.
const ONLINE_MS: u64 = 60_000;

/// Proof that the request comes from an operator: handlers that take it are closed to others.
#[derive(Debug)]
pub struct Operator;

/// Who is logged in, and what the token is.
#[derive(Debug)]
pub struct Doors {
    token: String,
    /// Session cookies and when they end.
    sessions: Mutex<BTreeMap<String, u64>>,
    /// When each was seen last.
    seen: Mutex<BTreeMap<String, u64>>,
    tries: Mutex<Tries>,
    store: Store,
    clock: Clock,
}

#[derive(Debug, Default)]
struct Tries {
    since: u64,
    failed: u32,
}

impl Doors {
    /// Opens the doors to who knows `token`, and to those who were logged in before.
    ///
    /// # Errors
    /// What the store says.
    pub fn new(token: String, store: Store, clock: Clock) -> Result<Self, StoreError> {
        let sessions = Mutex::new(store.logins(clock.now())?);
        Ok(Self { token, sessions, seen: Mutex::default(), tries: Mutex::default(), store, clock })
    }

    /// Whether these headers are an operator's.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(token) = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
            return is_same(token, &self.token);
        }
        let Some(id) = text(COOKIE).and_then(cookie) else { return false };
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now().0;
        let is_in = is_own_page(headers) && sessions.get(id).is_some_and(|&until| until > now);
        if is_in {
            let seen = self.clock.ticks().0;
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id.into(), seen);
        }
        is_in
    }

    /// How many operators were at their consoles within the last minute.
    pub fn online(&self) -> usize {
        let since = self.clock.ticks().0.saturating_sub(ONLINE_MS);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| *at >= since);
        seen.len()
    }

    /// At most ten wrong tokens a minute, whoever tries: guessing 256 bits is hopeless anyway, this
    /// keeps the log readable.
    fn may_try(&self) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        // A wall clock that steps back would shut the door for as long.
        let now = self.clock.ticks().0;
        if now.saturating_sub(tries.since) >= 60_000 {
            *tries = Tries { since: now, failed: 0 };
        }
        tries.failed < 10
    }
}

impl FromRequest for Operator {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let doors = request.app_data::<web::Data<Arc<Doors>>>();
        let is_known = doors.is_some_and(|doors| doors.admits(request.headers()));
        ready(if is_known {
            Ok(Self)
        } else {
            Err(ApiError::new(401, "not_logged_in", "log in with the access token first"))
        })
    }
}

/// `POST /api/session`: trades the token for a cookie.
///
/// # Errors
/// 401 for a wrong token, 403 from a foreign page, 429 after ten wrong ones in a minute.
pub async fn log_in(
    request: HttpRequest,
    login: web::Json<Login>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    if !is_own_page(request.headers()) {
        return Err(ApiError::new(403, "wrong_origin", "log in from the console's own page"));
    }
    if !doors.may_try() {
        return Err(ApiError::new(429, "throttled", "too many wrong tokens").retry_after(60));
    }
    if !is_same(&login.token, &doors.token) {
        doors.tries.lock().unwrap_or_else(PoisonError::into_inner).failed += 1;
        tracing::warn!("somebody tried to log in with a wrong token");
        return Err(ApiError::new(401, "wrong_token", "this is not the access token"));
    }
    let (id, until) = (random_hex()?, doors.clock.now().0 + SESSION_S * 1_000);
    doors.store.add_login(id.clone(), until, doors.clock.now()).await?;
    doors.sessions.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), until);
    Ok(HttpResponse::NoContent().insert_header(("Set-Cookie", set_cookie(&id, SESSION_S))).finish())
}

/// `DELETE /api/session`: ends the session of this cookie.
///
/// # Errors
/// What the store says.
pub async fn log_out(
    request: HttpRequest,
    _operator: Operator,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let cookies = request.headers().get(COOKIE).and_then(|value| value.to_str().ok());
    if let Some(id) = cookies.and_then(cookie).map(String::from) {
        doors.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        doors.store.drop_login(id).await?;
    }
    Ok(HttpResponse::NoContent().insert_header(("Set-Cookie", set_cookie("", 0))).finish())
}

/// `GET /api/sites`.
pub async fn list_sites(_operator: Operator, sites: web::Data<Sites>) -> HttpResponse {
    let list: Vec<Site> = sites
        .all()
        .iter()
        .map(|site| Site {
            key: site.record.key.to_string(),
            name: site.record.name.clone(),
            origins: site.record.origins.clone(),
            pack: site.record.pack.version,
        })
        .collect();
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(list)
}

/// The access token of a data folder; makes one at the first start. Says whether it is new.
///
/// # Errors
/// When the file can be neither read nor made.
pub fn token_of(folder: &Path) -> std::io::Result<(String, bool)> {
    let file = folder.join("token");
    match std::fs::read_to_string(&file) {
        Ok(token) if !token.trim().is_empty() => return Ok((token.trim().into(), false)),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let token = random_hex().map_err(|error| std::io::Error::other(error.to_string()))?;
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&file)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    Ok((token, true))
}

/// Whether the browser says that the request comes from a page of this server, or no browser does.
/// `Sec-Fetch-Site` where it is sent (https and loopback), else `Origin` against `Host`.
pub(crate) fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return true };
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some() && host == text(HOST.as_str())
}

fn cookie(header: &str) -> Option<&str> {
    header.split(';').find_map(|pair| pair.trim().strip_prefix(COOKIE_PREFIX))
}

fn set_cookie(id: &str, age_s: u64) -> String {
    format!("{COOKIE_PREFIX}{id}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_s}")
}

/// Compares without telling by its time where the two differ.
fn is_same(given: &str, known: &str) -> bool {
    let differing = given.bytes().zip(known.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == known.len() && std::hint::black_box(differing) == 0
}

/// 256 random bits.
fn random_hex() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| crate::error::internal(&error))?;
    Ok(hex(&bytes))
}

const COOKIE_PREFIX: &str = "nunchi_session=";

/// How long a login lasts: a working day.
const SESSION_S: u64 = 12 * 3_600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_made_once_and_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (token, is_new) = token_of(folder.path()).unwrap();
        assert!(is_new && token.len() == 64);
        assert_eq!(token_of(folder.path()).unwrap(), (token, false));
        let mode = folder.path().join("token").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn only_equal_tokens_are_the_same() {
        assert!(is_same("abc", "abc"));
        for other in ["", "ab", "abcd", "abd", "Abc"] {
            assert!(!is_same(other, "abc"), "{other}");
        }
    }
}
