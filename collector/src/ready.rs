//! `GET /healthz` and `GET /readyz`: does the process live, and should it get traffic?

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpResponse, web};
use beacon::Millis;

use crate::store::{Room, Store, Usage};

/// What readiness hangs on.
#[derive(Debug)]
pub struct Readiness {
    store: Store,
    is_draining: AtomicBool,
    /// When the server started.
    pub(crate) started_at: Millis,
}

impl Readiness {
    /// Of a server that starts now.
    pub fn new(store: Store, started_at: Millis) -> Self {
        Self { store, is_draining: AtomicBool::new(false), started_at }
    }

    /// From now on no more traffic is wanted.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Why not; empty means ready.
    pub fn problems(&self) -> Vec<String> {
        let writer = self.store.writer_stats();
        let mut problems = Vec::new();
        if self.is_draining.load(Ordering::Relaxed) {
            problems.push("stopping: what was begun is finished, nothing new is taken".into());
        }
        if writer.is_failing {
            problems.push("the store cannot write; the log says why".into());
        }
        if writer.is_crowded() {
            problems.push(format!("{} writes wait, hardly more can", writer.queued));
        }
        match self.store.usage() {
            Ok(usage) if usage.is_full() => {
                problems.push("the data folder has as much as data_mib_max allows".into());
            }
            Ok(_) => {}
            Err(error) => problems.push(format!("cannot look at the data folder: {error}")),
        }
        match self.store.room() {
            Ok(room) if room.is_short() => {
                problems.push(format!("the data folder's disk has {} KiB left", room.free >> 10));
            }
            Ok(_) => {}
            Err(cause) => problems.push(format!("cannot look at the data folder: {cause}")),
        }
        problems
    }

    pub(crate) fn usage(&self) -> Option<Usage> {
        self.store.usage().ok()
    }

    pub(crate) fn free_bytes(&self) -> Option<u64> {
        self.store.room().ok().map(|Room { free, .. }| free)
    }
}

/// Alive: the process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// 200 when traffic is wanted, else 503 with the reasons, one a line.
pub(crate) async fn readyz(readiness: web::Data<Readiness>) -> HttpResponse {
    let problems = readiness.problems();
    let (mut response, text) = if problems.is_empty() {
        (HttpResponse::Ok(), "ready\n".to_owned())
    } else {
        (HttpResponse::ServiceUnavailable(), problems.join("\n") + "\n")
    };
    if !problems.is_empty() {
        response.insert_header(("Retry-After", "5"));
    }
    response.insert_header(("Cache-Control", "no-store")).content_type("text/plain").body(text)
}
