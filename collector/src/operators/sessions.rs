//! Who is signed in where.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use nunchi_api::people::{Role, Session};

use super::doors::Doors;
use super::guard::Operator;
use super::tokens::answer;
use crate::error::ApiError;
use crate::store::TeamChange;

/// `GET /api/sessions`: one's own; an owner sees all.
pub(crate) async fn list(operator: Operator, doors: web::Data<Arc<Doors>>) -> HttpResponse {
    let team = doors.team();
    let is_mine = |person| {
        operator.role == Role::Owner || (operator.person.is_some() && person == operator.person)
    };
    let name = |person: Option<i64>| match person {
        Some(id) => team.people.get(&id).map(|person| person.name.clone()).unwrap_or_default(),
        None => String::new(),
    };
    let mut sessions: Vec<Session> = team
        .sessions
        .iter()
        .filter(|(_, session)| is_mine(session.person))
        .map(|(key, session)| Session {
            id: session.id,
            name: name(session.person),
            browser: session.browser.clone(),
            began_at: session.began_at,
            seen_at: doors.seen_at(key, session),
            ends_at: session.ends_at,
            is_this: Some(session.id) == operator.session,
        })
        .collect();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.seen_at));
    answer(&sessions)
}

/// `DELETE /api/sessions/{id}`: one's own; an owner ends any.
///
/// # Errors
/// 404 for what is not there, or another's.
pub(crate) async fn end(
    operator: Operator,
    id: web::Path<i64>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    let did = operator.did("end_session", "", doors.clock.now());
    let ended = doors.change(|team| {
        let session = team.sessions.values().find(|session| session.id == id);
        let is_mine = |person: Option<i64>| {
            operator.role == Role::Owner || (person.is_some() && person == operator.person)
        };
        match session.filter(|session| is_mine(session.person)) {
            Some(_) => Ok((TeamChange::EndSession { id }, did)),
            None => Err(ApiError::new(404, "not_found", "no session has this number")),
        }
    });
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}
