//! The record of who did what, over HTTP.

use actix_web::{HttpResponse, web};
use nunchi_api::people::{Audit, Chain};
use serde::Deserialize;

use super::guard::{Allowed, Owner};
use super::tokens::answer;
use crate::error::{ApiError, internal};
use crate::requests;
use crate::store::{Store, StoreError};

/// From where on, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct From {
    /// Entries before this one; the newest unless given.
    before: Option<u64>,
}

/// `GET /api/audit`: the newest come with a look at the whole chain.
///
/// # Errors
/// What the store says.
pub(crate) async fn audit(
    _owner: Allowed<Owner>,
    from: web::Query<From>,
    store: web::Data<Store>,
) -> Result<HttpResponse, ApiError> {
    let look = move || -> Result<Audit, StoreError> {
        let (entries, total) = store.audit(from.before.unwrap_or(u64::MAX), ENTRIES_MAX)?;
        let whole = from.before.is_none().then(|| store.check_audit(None)).transpose()?;
        let chain = whole.map(|it| Chain { end: it.end, findings: it.findings });
        Ok(Audit { entries, total, chain })
    };
    let audit = requests::block(look).await.map_err(|error| internal(&error))??;
    Ok(answer(&audit))
}

/// A page full.
const ENTRIES_MAX: u32 = 100;
