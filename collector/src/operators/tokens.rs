//! Tokens for programs: named, with a role, shown once, kept as a hash.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use nunchi_api::people::{ApiToken, MadeToken, NewToken};

use super::doors::Doors;
use super::guard::{Allowed, Owner};
use super::people::read_name;
use super::secret::{hash, random_hex};
use crate::error::ApiError;
use crate::store::{TeamChange, TokenRecord};

/// `GET /api/tokens`.
pub(crate) async fn list(_owner: Allowed<Owner>, doors: web::Data<Arc<Doors>>) -> HttpResponse {
    let mut tokens: Vec<ApiToken> = doors
        .team()
        .tokens
        .values()
        .cloned()
        .map(|TokenRecord { id, name, role, made_by, made_at }| ApiToken {
            id,
            name,
            role,
            made_by,
            made_at,
        })
        .collect();
    tokens.sort_by_key(|token| token.id);
    answer(&tokens)
}

/// `POST /api/tokens`.
///
/// # Errors
/// 422 for no name, or when there are too many.
pub(crate) async fn make(
    operator: Allowed<Owner>,
    new: web::Json<NewToken>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let NewToken { name, role } = new.into_inner();
    // A prefix tells scanners of source code, and people, what it is.
    let (name, secret, at) =
        (read_name(&name)?, format!("nunchi_{}", random_hex()?), doors.clock.now());
    let token = TokenRecord { id: 0, name, role, made_by: operator.label(), made_at: at.0 };
    let did = operator.did("add_token", "", at);
    let made = doors.change(|team| {
        if team.tokens.len() >= TOKENS_MAX {
            let message = format!("at most {TOKENS_MAX} tokens are good at once: revoke some");
            return Err(ApiError::new(422, "too_much", message));
        }
        Ok((TeamChange::AddToken { hash: hash(&secret), token }, did))
    });
    Ok(answer(&MadeToken { id: made.await?, secret }))
}

/// `DELETE /api/tokens/{id}`.
///
/// # Errors
/// 404 for what is not there.
pub(crate) async fn revoke(
    operator: Allowed<Owner>,
    id: web::Path<i64>,
    doors: web::Data<Arc<Doors>>,
) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    let did = operator.did("revoke_token", "", doors.clock.now());
    let revoked = doors.change(|team| {
        if team.tokens.values().any(|token| token.id == id) {
            return Ok((TeamChange::RemoveToken { id }, did));
        }
        Err(ApiError::new(404, "not_found", "no token has this number"))
    });
    revoked.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// JSON that nobody keeps.
pub(super) fn answer(value: &impl serde::Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(value)
}

const TOKENS_MAX: usize = 100;
