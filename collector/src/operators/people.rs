//! The team: who is in it, and what they may do.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use nunchi_api::people::{Invited, Person, PutPerson, Role};

use super::doors::Doors;
use super::guard::{Agent, Allowed, Owner};
use super::secret::{hash, random_hex};
use super::tokens::answer;
use crate::error::ApiError;
use crate::store::{PersonRecord, Team, TeamChange};

/// `GET /api/people`.
pub(crate) async fn list(_who: Allowed<Agent>, doors: web::Data<Arc<Doors>>) -> HttpResponse {
    let team = doors.team();
    let seen_at = |id| {
        let sessions = team.sessions.iter().filter(|(_, it)| it.person == Some(id));
        sessions.map(|(key, session)| doors.seen_at(key, session)).max()
    };
    let people: Vec<Person> = team
        .people
        .iter()
        .map(|(&id, person)| Person {
            id,
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role,
            is_invited: person.password.is_none(),
            seen_at: seen_at(id),
        })
        .collect();
    answer(&people)
}

/// `POST /api/people`: somebody new, who chooses a password by the invitation.
///
/// # Errors
/// 422 for what cannot be, or when there are too many.
pub(crate) async fn add(
    operator: Allowed<Owner>,
    put: web::Json<PutPerson>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let (name, email, role) = read(&put)?;
    let (invite, at) = (random_hex()?, doors.clock.now());
    let until = at.0 + INVITE_MS;
    let did = operator.did("add_person", "", at);
    let person =
        PersonRecord { name, email, role, password: None, invite: Some((hash(&invite), until)) };
    let added = doors.change(|team| {
        if team.people.len() >= PEOPLE_MAX {
            let message = format!("at most {PEOPLE_MAX} people are in a team");
            return Err(ApiError::new(422, "too_much", message));
        }
        is_free(team, &person.email, None)?;
        Ok((TeamChange::AddPerson { person, at }, did))
    });
    Ok(answer(&Invited { person: added.await?, invite, until }))
}

/// `POST /api/people/{id}`: another name, address or role. Who has another role signs in again.
///
/// # Errors
/// 404 for nobody, 422 for what cannot be.
pub(crate) async fn change(
    operator: Allowed<Owner>,
    id: web::Path<i64>,
    put: web::Json<PutPerson>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let (id, (name, email, role)) = (id.into_inner(), read(&put)?);
    let did = operator.did("change_person", "", doors.clock.now());
    let changed = doors.change(|team| {
        let person = find(team, id)?;
        is_free(team, &email, Some(id))?;
        if role != Role::Owner {
            is_not_last(team, id)?;
        }
        let ends_sessions = person.role != role;
        Ok((TeamChange::ChangePerson { id, name, email, role, ends_sessions }, did))
    });
    changed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /api/people/{id}`: their sessions end with it.
///
/// # Errors
/// 404 for nobody, 422 for the last owner.
pub(crate) async fn remove(
    operator: Allowed<Owner>,
    id: web::Path<i64>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    let did = operator.did("remove_person", "", doors.clock.now());
    let removed = doors.change(|team| {
        find(team, id)?;
        is_not_last(team, id)?;
        Ok((TeamChange::RemovePerson { id }, did))
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/people/{id}/invite`: a new invitation, also for who forgot their password.
///
/// # Errors
/// 404 for nobody.
pub(crate) async fn invite(
    operator: Allowed<Owner>,
    id: web::Path<i64>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let (id, invite, now) = (id.into_inner(), random_hex()?, doors.clock.now());
    let until = now.0 + INVITE_MS;
    let did = operator.did("invite", "", now);
    let invited = doors.change(|team| {
        find(team, id)?;
        Ok((TeamChange::Invite { id, invite: hash(&invite), until }, did))
    });
    invited.await?;
    Ok(answer(&Invited { person: id, invite, until }))
}

fn read(put: &PutPerson) -> Result<(String, String, Role), ApiError> {
    Ok((read_name(&put.name)?, read_email(&put.email)?, put.role))
}

/// A name that people, tokens and sites may have.
pub(crate) fn read_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim();
    let chars = name.chars().count();
    if (1..=NAME_CHARS_MAX).contains(&chars) && !name.chars().any(char::is_control) {
        return Ok(name.into());
    }
    let message = format!("a name has 1 to {NAME_CHARS_MAX} characters, none of them for control");
    Err(ApiError::new(422, "bad_name", message))
}

/// An address, in lower case. Nothing is sent there: it only has to look like one.
pub(super) fn read_email(email: &str) -> Result<String, ApiError> {
    let email = email.trim().to_lowercase();
    let is_plain = !email.chars().any(|c| c.is_whitespace() || c.is_control());
    let has_parts =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if is_plain && has_parts && email.len() <= EMAIL_BYTES_MAX {
        return Ok(email);
    }
    Err(ApiError::new(422, "bad_email", "expected an address such as kim@shop.example"))
}

fn find(team: &Team, id: i64) -> Result<&PersonRecord, ApiError> {
    team.people.get(&id).ok_or_else(|| ApiError::new(404, "not_found", "nobody has this number"))
}

fn is_free(team: &Team, email: &str, but: Option<i64>) -> Result<(), ApiError> {
    if team.people.iter().any(|(id, person)| person.email == email && Some(*id) != but) {
        return Err(ApiError::new(422, "email_taken", "somebody has this address already"));
    }
    Ok(())
}

/// Somebody with a password must stay an owner, so that nobody has to look for the server's token.
fn is_not_last(team: &Team, id: i64) -> Result<(), ApiError> {
    let is_owner = |person: &PersonRecord| person.role == Role::Owner && person.password.is_some();
    let is_only = team.people.get(&id).is_some_and(is_owner)
        && !team.people.iter().any(|(other, person)| *other != id && is_owner(person));
    if is_only {
        let message = "the last owner who can sign in has to stay one";
        return Err(ApiError::new(422, "last_owner", message));
    }
    Ok(())
}

const NAME_CHARS_MAX: usize = 60;

const EMAIL_BYTES_MAX: usize = 200;

/// A shop with more needs a directory of its own.
const PEOPLE_MAX: usize = 200;

/// Three days: over a weekend.
const INVITE_MS: u64 = 3 * 24 * 3_600_000;
