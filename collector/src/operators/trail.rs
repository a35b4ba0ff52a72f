//! The record of who did what, over HTTP.

use actix_web::{HttpResponse, web};
use nunchi_api::people::Audit;
use serde::Deserialize;

use super::guard::{Allowed, Owner};
use super::tokens::answer;
use crate::error::{ApiError, internal};
use crate::requests;
use crate::store::Store;

/// From where on, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct From {
    /// Entries before this one; the newest unless given.
    before: Option<u64>,
}

/// `GET /api/audit`.
///
/// # Errors
/// What the store says.
pub(crate) async fn audit(
    _owner: Allowed<Owner>,
    from: web::Query<From>,
    store: web::Data<Store>,
) -> Result<HttpResponse, ApiError> {
    let before = from.before.unwrap_or(u64::MAX);
    let look = move || store.audit(before, ENTRIES_MAX);
    let (entries, total) = requests::block(look).await.map_err(|error| internal(&error))??;
    Ok(answer(&Audit { entries, total }))
}

/// A page full.
const ENTRIES_MAX: u32 = 100;
