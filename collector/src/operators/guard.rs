//! What handlers take: proof of who asks, and that they may.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use beacon::Millis;
use nunchi_api::people::Role;

use super::Doors;
use super::doors::Turned;
use crate::error::ApiError;
use crate::store::Did;

/// Who asks: handlers that take it are closed to strangers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Name for people, also for visitors.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Which person; none by the server's own token or a program's.
    pub person: Option<i64>,
    /// Which token of a program.
    pub(crate) token: Option<i64>,
    /// Which session; none where a token came along.
    pub(crate) session: Option<i64>,
}

impl Operator {
    /// As the record has them: `Kim (person 3)`.
    pub(crate) fn label(&self) -> String {
        match (self.person, self.token) {
            (Some(id), _) => format!("{} (person {id})", self.name),
            (None, Some(id)) => format!("{} (token {id})", self.name),
            (None, None) => "access token".into(),
        }
    }

    /// For the record: that they did `what`, as `publish`, to `about`, as `site demo`.
    pub(crate) fn did(&self, what: &'static str, about: impl Into<String>, at: Millis) -> Did {
        Did { who: self.label(), what, about: about.into(), at }
    }
}

impl FromRequest for Operator {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(known(request))
    }
}

fn known(request: &HttpRequest) -> Result<Operator, ApiError> {
    let doors = request.app_data::<web::Data<Arc<Doors>>>().ok_or(Turned::Unknown);
    let found = doors.and_then(|doors| doors.find(request.headers(), !request.method().is_safe()));
    found.map_err(|turned| match turned {
        Turned::Unknown => ApiError::new(401, "not_logged_in", "sign in first"),
        Turned::Foreign => {
            ApiError::new(403, "wrong_origin", "do this from the page that was signed in from")
        }
    })
}

/// An operator who has at least the role `R`: handlers that take it are closed to others.
#[derive(Clone, Debug)]
pub struct Allowed<R>(Operator, PhantomData<R>);

impl<R> Deref for Allowed<R> {
    type Target = Operator;

    fn deref(&self) -> &Operator {
        &self.0
    }
}

impl<R: Rank> FromRequest for Allowed<R> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(known(request).and_then(|operator| {
            if operator.role >= R::ROLE {
                return Ok(Self(operator, PhantomData));
            }
            let (needed, found) = (R::ROLE.name(), operator.role.name());
            let message = format!("this takes the role {needed}, yours is {found}");
            Err(ApiError::new(403, "not_allowed", message))
        }))
    }
}

/// A role as a type.
pub trait Rank {
    /// Which.
    const ROLE: Role;
}

/// Who talks with visitors.
#[derive(Clone, Copy, Debug)]
pub enum Agent {}

/// Who changes what visitors meet.
#[derive(Clone, Copy, Debug)]
pub enum Editor {}

/// Who changes who may do what.
#[derive(Clone, Copy, Debug)]
pub enum Owner {}

impl Rank for Agent {
    const ROLE: Role = Role::Agent;
}

impl Rank for Editor {
    const ROLE: Role = Role::Editor;
}

impl Rank for Owner {
    const ROLE: Role = Role::Owner;
}
