//! The operators' side: what the bot knows is read, written, imported; what it lacks is listed, and
//! becomes drafts.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::{HttpResponse, web};
use nunchi_api::knowledge::{Draft, Entry, Gaps, Import, Imported, Known, PutEntry};
use serde::Deserialize;

use super::gaps::{draft as draft_of, gaps as gaps_of};
use super::import::read;
use super::knowledge::{KnowledgeError, check};
use super::{Chat, Knowledge};
use crate::error::{ApiError, internal};
use crate::operators::{Agent, Allowed, Editor, Operator};
use crate::requests;
use crate::sites::DEFAULT_KNOWLEDGE;
use crate::store::{Change, SiteRecord, Store, StoreError};

/// Which site, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    site: String,
}

/// Which entry of which site, in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct OfEntry {
    site: String,
    id: String,
}

/// `GET /api/knowledge`.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn list(
    _operator: Operator,
    of: web::Query<Of>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let entries = blocking(&chat, &of.site, |store, site| store.knowledge(site.id)).await??;
    let is_own = entries.iter().any(|entry| !entry.is_draft);
    Ok(answer(&Known { is_own, entries }))
}

/// `POST /api/knowledge`.
///
/// # Errors
/// 404 for an unknown site, 422 for what is no entry.
pub(crate) async fn put(
    operator: Allowed<Editor>,
    put: web::Json<PutEntry>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let PutEntry { site, entry } = put.into_inner();
    let did =
        operator.did("write_answer", format!("site {site}, answer {}", entry.id), chat.clock.now());
    let done = blocking(&chat, &site, move |store, site| -> Result<(), Refused> {
        let (change, _) = merged(&store.knowledge(site.id)?, vec![entry], false)?;
        Ok(store.change_knowledge(&site.key, change)?)
    });
    done.await?.map_err(told)?;
    chat.store.note(did).await?;
    took_over(&chat).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /api/knowledge`: also of what is not there.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn remove(
    operator: Allowed<Editor>,
    of: web::Query<OfEntry>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let OfEntry { site, id } = of.into_inner();
    let did = operator.did("drop_answer", format!("site {site}, answer {id}"), chat.clock.now());
    let change = Change { removed: vec![id], ..Change::default() };
    blocking(&chat, &site, move |store, site| store.change_knowledge(&site.key, change)).await??;
    chat.store.note(did).await?;
    took_over(&chat).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/knowledge/import`.
///
/// # Errors
/// 404 for an unknown site, 422 for what cannot be read, with its line.
pub(crate) async fn import(
    operator: Allowed<Editor>,
    import: web::Json<Import>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let Import { site, format, text, replaces_all } = import.into_inner();
    let did = operator.did("import_answers", format!("site {site}"), chat.clock.now());
    let done = blocking(&chat, &site, move |store, site| -> Result<Imported, Refused> {
        let entries = read(format, &text).map_err(|error| Refused::Import(error.to_string()))?;
        let (change, imported) = merged(&store.knowledge(site.id)?, entries, replaces_all)?;
        store.change_knowledge(&site.key, change)?;
        Ok(imported)
    });
    let imported = done.await?.map_err(told)?;
    chat.store.note(did).await?;
    took_over(&chat).await?;
    Ok(answer(&imported))
}

/// `GET /api/knowledge/gaps`.
///
/// # Errors
/// 404 for an unknown site.
pub(crate) async fn gaps(
    _operator: Operator,
    of: web::Query<Of>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let found = blocking(&chat, &of.site, |store, site| find_gaps(store, site.id)).await?;
    Ok(answer(&found.map_err(told)?))
}

/// `POST /api/knowledge/draft`.
///
/// # Errors
/// 404 for an unknown site, and for a question that is in no gap.
pub(crate) async fn draft(
    operator: Allowed<Agent>,
    draft: web::Json<Draft>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let Draft { site, question } = draft.into_inner();
    let did = operator.did("draft_answer", format!("site {site}"), chat.clock.now());
    let made = blocking(&chat, &site, move |store, site| make_draft(store, site, &question));
    let Some(entry) = made.await?.map_err(told)? else {
        return Err(ApiError::new(404, "not_found", "no gap has this question"));
    };
    chat.store.note(did).await?;
    took_over(&chat).await?;
    Ok(answer(&entry))
}

/// What the site's visitors asked in vain.
///
/// # Errors
/// What the store says.
pub(crate) fn find_gaps(store: &Store, site: i64) -> Result<Gaps, Refused> {
    let entries = store.knowledge(site)?;
    let knowledge = Knowledge::of_site(entries.clone(), DEFAULT_KNOWLEDGE)?;
    Ok(gaps_of(&store.unanswered(site)?, &knowledge, &entries))
}

/// Keeps a draft of the gap that has the question; `None` when none has. One that was made before is
/// made anew.
///
/// # Errors
/// What the store says; when the site has all the entries it may have.
pub(crate) fn make_draft(
    store: &Store,
    site: &SiteRecord,
    question: &str,
) -> Result<Option<Entry>, Refused> {
    let Some(entry) = draft_of(&find_gaps(store, site.id)?, question) else { return Ok(None) };
    let (change, _) = merged(&store.knowledge(site.id)?, vec![entry.clone()], false)?;
    store.change_knowledge(&site.key, change)?;
    Ok(Some(entry))
}

/// What has to change so that the entries `put` come to those that are there, and what that is in
/// numbers.
///
/// # Errors
/// When the site would have what it may not have.
pub(crate) fn merged(
    present: &[Entry],
    put: Vec<Entry>,
    replaces_all: bool,
) -> Result<(Change, Imported), KnowledgeError> {
    let ids = |entries: &[Entry]| -> BTreeSet<String> {
        entries.iter().map(|entry| entry.id.clone()).collect()
    };
    let (before, coming) = (ids(present), ids(&put));
    let known = before.intersection(&coming).count();
    let stays = |it: &&Entry| !replaces_all && !coming.contains(&it.id);
    let all: Vec<Entry> = present.iter().filter(stays).chain(&put).cloned().collect();
    check(&all)?;
    let count = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let imported = Imported {
        added: count(put.len() - known),
        changed: count(known),
        entries: count(all.len()),
    };
    Ok((Change { clears: replaces_all, removed: Vec::new(), put }, imported))
}

/// Why knowledge stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What may not be.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// What cannot be read.
    #[error("{0}")]
    Import(String),
}

fn told(refused: Refused) -> ApiError {
    match refused {
        Refused::Store(error) => error.into(),
        Refused::Knowledge(_) | Refused::Import(_) => {
            ApiError::new(422, "bad_knowledge", refused.to_string())
        }
    }
}

/// Works on the store off the server's threads.
async fn blocking<T: Send + 'static>(
    chat: &Chat,
    key: &str,
    work: impl FnOnce(&Store, &SiteRecord) -> T + Send + 'static,
) -> Result<T, ApiError> {
    let site = chat.sites.find_text(key).ok_or_else(|| ApiError::unknown_site(key))?;
    let store = chat.store.clone();
    let done = requests::block(move || work(&store, &site.record)).await;
    done.map_err(|error| internal(&error))
}

/// The bot answers by it from now on.
async fn took_over(chat: &Chat) -> Result<(), ApiError> {
    let sites = Arc::clone(&chat.sites);
    let done = requests::block(move || sites.refresh()).await;
    done.map_err(|error| internal(&error))??;
    Ok(())
}

fn answer(it: &impl serde::Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(it)
}
