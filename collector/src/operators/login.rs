//! Coming in and going out.

use std::sync::Arc;

use actix_web::http::header::{HeaderMap, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};
use nunchi_api::people::{AcceptInvite, ChangePassword, Login, Me, Role, SetUp};

use super::doors::{Doors, SESSION_S, set_cookie};
use super::guard::{Allowed, Operator, Owner};
use super::origin::own_origin;
use super::pace::{Limit, OF_ALL, OF_NETWORK, OF_PERSON};
use super::people::{read_email, read_name};
use super::secret::{hash, is_same, random_hex};
use super::{password, tokens};
use crate::door::{Door, Prefix};
use crate::error::ApiError;
use crate::store::{Did, PersonRecord, SessionRecord, TeamChange};

/// `GET /api/session`: who asks.
pub(crate) async fn me(operator: Operator, doors: web::Data<Arc<Doors>>) -> HttpResponse {
    let needs_setup = doors.team().people.is_empty();
    let Operator { name, role, person, session, .. } = operator;
    tokens::answer(&Me { name, role, person, session, needs_setup })
}

/// `POST /api/session`: trades token, or address and password, for a cookie.
///
/// # Errors
/// 401 for what is wrong, 403 from a foreign page, 429 after too many wrong ones.
pub(crate) async fn log_in(
    request: HttpRequest,
    login: web::Json<Login>,
    doors: web::Data<Arc<Doors>>,
    door: web::Data<Door>,
) -> Result<HttpResponse, ApiError> {
    let origin = page_of(request.headers())?;
    let network = network_of(&door, &request);
    match login.into_inner() {
        Login::Token { token } => {
            let keys = [(network.as_str(), OF_NETWORK)];
            try_in(&doors, &keys)?;
            if !doors.is_own_token(&token) {
                tracing::warn!("somebody tried to sign in with a wrong token");
                return Err(ApiError::new(401, "wrong_token", "this is not the access token"));
            }
            doors.was_good(&keys);
            begin(&doors, request.headers(), origin, None, "access token".into()).await
        }
        Login::Password { email, password } => {
            let email = email.trim().to_lowercase();
            let account = format!("person {email}");
            let keys =
                [(network.as_str(), OF_NETWORK), (account.as_str(), OF_PERSON), ("all", OF_ALL)];
            try_in(&doors, &keys)?;
            let (id, who) = known(&doors, &email, password).await?;
            doors.was_good(&keys);
            begin(&doors, request.headers(), origin, Some(id), who).await
        }
    }
}

/// Who has this address and password.
async fn known(doors: &Doors, email: &str, given: String) -> Result<(i64, String), ApiError> {
    let found = doors.team().people.iter().find(|it| it.1.email == email).map(|(id, person)| {
        (*id, format!("{} (person {id})", person.name), person.password.clone())
    });
    let kept = found.as_ref().and_then(|it| it.2.clone());
    let is_right = password::is_right(given, kept).await?;
    match found {
        Some((id, who, _)) if is_right => Ok((id, who)),
        _ => {
            tracing::warn!("somebody tried to sign in with a wrong address or password");
            let message = "nobody has this address and this password";
            Err(ApiError::new(401, "wrong_password", message))
        }
    }
}

/// `DELETE /api/session`: ends the session of this cookie.
///
/// # Errors
/// What the store says.
pub(crate) async fn log_out(
    operator: Operator,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    if let Some(id) = operator.session {
        let did = operator.did("sign_out", "", doors.clock.now());
        doors.change(|_| Ok((TeamChange::EndSession { id }, did))).await?;
    }
    let mut answer = HttpResponse::NoContent();
    for origin in ["http://", "https://"] {
        answer.append_header(("Set-Cookie", set_cookie("", origin, 0)));
    }
    Ok(answer.finish())
}

/// `POST /api/setup`: the first owner gets a name, and is in.
///
/// # Errors
/// 409 when there is somebody already, 422 for what cannot be.
pub(crate) async fn set_up(
    request: HttpRequest,
    operator: Allowed<Owner>,
    set_up: web::Json<SetUp>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let origin = page_of(request.headers())?;
    let SetUp { name, email, password } = set_up.into_inner();
    let (name, email) = (read_name(&name)?, read_email(&email)?);
    password::check(&password, &[&name, &email])?;
    let kept = password::keep(password).await?;
    let at = doors.clock.now();
    let did = operator.did("set_up", "", at);
    let who = name.clone();
    let id = doors.change(|team| {
        if !team.people.is_empty() {
            let message = "somebody is known here already: owners add others";
            return Err(ApiError::new(409, "set_up_already", message));
        }
        let (role, password) = (Role::Owner, Some(kept));
        let person = PersonRecord { name, email, role, password, invite: None };
        Ok((TeamChange::AddPerson { person, at }, did))
    });
    let id = id.await?;
    begin(&doors, request.headers(), origin, Some(id), format!("{who} (person {id})")).await
}

/// `POST /api/session/invite`: who was invited chooses a password, and is in.
///
/// # Errors
/// 401 for what is no invitation, or one no more; 403 from a foreign page; 422 for no password.
pub(crate) async fn accept_invite(
    request: HttpRequest,
    accept: web::Json<AcceptInvite>,
    doors: web::Data<Arc<Doors>>,
    door: web::Data<Door>,
) -> Result<HttpResponse, ApiError> {
    let origin = page_of(request.headers())?;
    let network = network_of(&door, &request);
    let keys = [(network.as_str(), OF_NETWORK), ("all", OF_ALL)];
    try_in(&doors, &keys)?;
    let AcceptInvite { invite, password } = accept.into_inner();
    let invited = |team: &crate::store::Team| {
        let (key, now) = (hash(&invite), doors.clock.now().0);
        let is_it = |person: &PersonRecord| {
            person.invite.is_some_and(|(known, until)| is_same(&known, &key) && until > now)
        };
        let found = team.people.iter().find(|(_, person)| is_it(person));
        found.map(|(id, person)| (*id, person.clone())).ok_or_else(|| {
            ApiError::new(401, "wrong_invite", "this invitation is no longer good: ask for another")
        })
    };
    let (id, person) = invited(&doors.team())?;
    password::check(&password, &[&person.name, &person.email])?;
    let password = password::keep(password).await?;
    let who = format!("{} (person {id})", person.name);
    let what = Did {
        who: who.clone(),
        what: "accept_invite",
        about: String::new(),
        at: doors.clock.now(),
    };
    // Once: whoever was quicker has it.
    doors
        .change(|team| Ok((TeamChange::SetPassword { id: invited(team)?.0, password }, what)))
        .await?;
    doors.was_good(&keys);
    begin(&doors, request.headers(), origin, Some(id), who).await
}

/// `POST /api/session/password`: all other sessions of the person end.
///
/// # Errors
/// 401 for a wrong old password, 422 for what is no password, or who is no person.
pub(crate) async fn change_password(
    request: HttpRequest,
    operator: Operator,
    change: web::Json<ChangePassword>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let origin = page_of(request.headers())?;
    let (Some(id), Some(_)) = (operator.person, operator.session) else {
        return Err(ApiError::new(
            422,
            "no_person",
            "only who signed in as a person has a password",
        ));
    };
    let person = doors.team().people.get(&id).cloned();
    let person = person.ok_or_else(|| ApiError::new(401, "not_logged_in", "sign in first"))?;
    let account = format!("person {}", person.email);
    let keys = [(account.as_str(), OF_PERSON), ("all", OF_ALL)];
    try_in(&doors, &keys)?;
    let ChangePassword { old, new } = change.into_inner();
    if !password::is_right(old, person.password).await? {
        return Err(ApiError::new(401, "wrong_password", "this is not the password in force"));
    }
    doors.was_good(&keys);
    password::check(&new, &[&person.name, &person.email])?;
    let password = password::keep(new).await?;
    let did = operator.did("change_password", "", doors.clock.now());
    doors.change(|_| Ok((TeamChange::SetPassword { id, password }, did))).await?;
    begin(&doors, request.headers(), origin, Some(id), operator.label()).await
}

/// A new session, in place of the one that the browser had: whoever knows its old cookie is out.
async fn begin(
    doors: &Doors,
    headers: &HeaderMap,
    origin: &str,
    person: Option<i64>,
    who: String,
) -> Result<HttpResponse, ApiError> {
    let (id, now) = (random_hex()?, doors.clock.now());
    let browser = headers.get(USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let session = SessionRecord {
        id: 0,
        person,
        origin: origin.into(),
        browser: browser.chars().filter(|c| !c.is_control()).take(BROWSER_CHARS_MAX).collect(),
        began_at: now.0,
        seen_at: now.0,
        ends_at: now.0 + SESSION_S * 1_000,
    };
    let instead_of = doors.session(headers).map(|(key, _)| key);
    let begin = TeamChange::BeginSession { hash: hash(&id), session, instead_of };
    let did = Did { who, what: "sign_in", about: String::new(), at: now };
    doors.change(|_| Ok((begin, did))).await?;
    let cookie = set_cookie(&id, origin, SESSION_S);
    Ok(HttpResponse::NoContent().insert_header(("Set-Cookie", cookie)).finish())
}

/// The origin of the page, if it is one of ours.
fn page_of(headers: &HeaderMap) -> Result<&str, ApiError> {
    own_origin(headers)
        .ok_or_else(|| ApiError::new(403, "wrong_origin", "do this from the console's own page"))
}

fn try_in(doors: &Doors, keys: &[(&str, Limit)]) -> Result<(), ApiError> {
    if doors.may_try(keys) {
        return Ok(());
    }
    Err(ApiError::new(429, "throttled", "too many wrong ones, try again later").retry_after(60))
}

/// Whose tries count together: a /24, a /64.
fn network_of(door: &Door, request: &HttpRequest) -> String {
    door.client(request).map_or("here".into(), |address| format!("{:?}", Prefix::from(address)))
}

/// What browsers say of themselves is longer than anybody reads.
const BROWSER_CHARS_MAX: usize = 160;
