//! The addresses of the server, and who answers there. What is mounted is also listed, so that a test
//! can hold the document of the API ([`crate::openapi`]) against it.

use actix_web::{FromRequest, Handler, Responder, Route, guard, web};

use crate::campaigns::{desk, plans, preview, publish};
use crate::chat::{KNOWLEDGE_BYTES_MAX, inbox, pages};
use crate::sites::routes as sites;
use crate::{
    assets, chat, error, ingest, live, metrics, offers, openapi, operators, packs, ready, stats,
    visits,
};

/// Mounts everything; returns what was mounted as `GET /api/sites`. What GET is listed for takes HEAD
/// as well.
pub fn mount(to: &mut web::ServiceConfig) -> Vec<String> {
    let mut mounted = Vec::new();
    let mut at = |path: &str, methods: Methods| {
        mounted.extend(methods.names.iter().map(|method| format!("{method} {path}")));
        to.service(methods.at(path));
    };
    at("/v1/b", post(ingest::beacon));
    at("/v1/hit", post(ingest::hit));
    at("/v1/pack/{site}", get(packs::pack));
    at("/v1/chat", post(chat::ask));
    at("/v1/chat/thread", post(chat::reopen));
    at("/v1/chat/sign", post(pages::sign));
    at("/v1/chat/events", stream(pages::events));
    at("/v1/coupon", post(offers::give));
    at("/v1/also/{site}", get(offers::also));
    at("/v1/erase", post(offers::erase));
    at("/api/coupons", get(offers::pools));
    at("/api/coupons/redeem", post(offers::redeem));
    people(&mut at);
    campaigns(&mut at);
    at("/api/sites", get(sites::list).or(post(sites::add)));
    at("/api/sites/{key}", post(sites::change));
    at("/api/sites/{key}/install", get(sites::install));
    at("/api/sites/{key}/identity", post(chat::make_secret));
    at("/api/ask", post(stats::ask));
    at("/api/stats/{question}", get(stats::get));
    at(
        "/api/knowledge",
        get(chat::list).or(post(chat::put)).or(delete(chat::remove)).up_to(KNOWLEDGE_BYTES_MAX),
    );
    at("/api/knowledge/import", post(chat::import_text).up_to(KNOWLEDGE_BYTES_MAX));
    at("/api/knowledge/gaps", get(chat::gaps));
    at("/api/knowledge/draft", post(chat::draft));
    conversations(&mut at);
    at("/api/visit", get(visits::show).or(delete(visits::erase)));
    at("/api/visits", get(visits::search));
    at("/api/facts", post(chat::put_facts).up_to(FACTS_BYTES_MAX));
    at("/api/live", get(live::now));
    at("/api/live/events", stream(live::events));
    at("/api/openapi.json", get(openapi::document));
    at("/api", get(openapi::page));
    at("/n.js", get(assets::loader));
    at("/a/{file}", get(assets::agent));
    at("/", get(assets::install));
    at("/site/{file}", get(assets::site));
    at("/console", get(assets::to_console));
    at("/console/{path:.*}", get(assets::console));
    at("/healthz", get(ready::healthz));
    at("/readyz", get(ready::readyz));
    at("/metrics", get(metrics::metrics));
    mounted
}

/// Who may do what.
fn people(at: &mut impl FnMut(&str, Methods)) {
    let session = get(operators::me).or(post(operators::log_in)).or(delete(operators::log_out));
    at("/api/session", session);
    at("/api/session/invite", post(operators::accept_invite));
    at("/api/session/password", post(operators::change_password));
    at("/api/setup", post(operators::set_up));
    at("/api/people", get(operators::list).or(post(operators::add)));
    at("/api/people/{id}", post(operators::change).or(delete(operators::remove)));
    at("/api/people/{id}/invite", post(operators::invite));
    at("/api/sessions", get(operators::list_sessions));
    at("/api/sessions/{id}", delete(operators::end_session));
    at("/api/tokens", get(operators::list_tokens).or(post(operators::make_token)));
    at("/api/tokens/{id}", delete(operators::revoke_token));
    at("/api/audit", get(operators::audit));
}

/// What is published to pages.
fn campaigns(at: &mut impl FnMut(&str, Methods)) {
    at("/api/campaigns", get(desk::list));
    at("/api/campaigns/draft", post(desk::put_draft).or(delete(desk::drop_draft)));
    at("/api/campaigns/lint", post(desk::lint));
    at("/api/campaigns/preview", post(preview::preview));
    at("/api/campaigns/backtest", post(desk::try_out).or(delete(desk::call_off)));
    at("/api/campaigns/diff", post(desk::compare));
    at("/api/campaigns/plan", post(plans::plan));
    at("/api/campaigns/publish", post(publish::publish));
    at("/api/campaigns/withdraw", post(publish::withdraw));
    at("/api/campaigns/revert", post(publish::revert));
    at("/api/campaigns/history", get(publish::history));
}

/// From bot to person.
fn conversations(at: &mut impl FnMut(&str, Methods)) {
    at("/api/conversations", get(inbox::list));
    at("/api/conversations/events", stream(inbox::events));
    at("/api/conversations/presence", post(inbox::presence));
    at("/api/conversations/replies", get(inbox::replies).or(post(inbox::put_replies)));
    at("/api/conversations/office", get(inbox::get_office).or(post(inbox::put_office)));
    at("/api/conversations/{id}", get(inbox::open));
    at("/api/conversations/{id}/accept", post(inbox::accept));
    at("/api/conversations/{id}/say", post(inbox::say));
    at("/api/conversations/{id}/note", post(inbox::note));
    at("/api/conversations/{id}/transfer", post(inbox::transfer));
    at("/api/conversations/{id}/close", post(inbox::close));
    at("/api/conversations/{id}/read", post(inbox::read));
    at("/api/conversations/{id}/typing", post(inbox::typing));
}

/// For some hundred orders with their texts.
const FACTS_BYTES_MAX: usize = 2 << 20;

/// Which methods an address takes, and what answers them.
struct Methods {
    names: Vec<&'static str>,
    routes: Vec<Route>,
    /// For JSON; what holds for all addresses unless given.
    body_bytes_max: Option<usize>,
}

impl Methods {
    fn or(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.routes.extend(other.routes);
        self
    }

    /// Takes larger bodies than other addresses.
    fn up_to(self, bytes: usize) -> Self {
        Self { body_bytes_max: Some(bytes), ..self }
    }

    /// Other methods get a 405 with a body.
    fn at(self, path: &str) -> actix_web::Resource {
        let resource = web::resource(path).default_service(web::to(error::wrong_method));
        let resource = match self.body_bytes_max {
            Some(bytes) => resource.app_data(error::json_up_to(bytes)),
            None => resource,
        };
        self.routes.into_iter().fold(resource, actix_web::Resource::route)
    }
}

/// GET, and HEAD for those who only look: caches, monitors, checkers of links.
fn get<F: Handler<A, Output: Responder>, A: FromRequest + 'static>(handler: F) -> Methods {
    method("GET", web::route().guard(guard::Any(guard::Get()).or(guard::Head())), handler)
}

/// GET alone: a HEAD would take a place among those who listen.
fn stream<F: Handler<A, Output: Responder>, A: FromRequest + 'static>(handler: F) -> Methods {
    method("GET", web::get(), handler)
}

fn post<F: Handler<A, Output: Responder>, A: FromRequest + 'static>(handler: F) -> Methods {
    method("POST", web::post(), handler)
}

fn delete<F: Handler<A, Output: Responder>, A: FromRequest + 'static>(handler: F) -> Methods {
    method("DELETE", web::delete(), handler)
}

fn method<F, A>(name: &'static str, route: Route, handler: F) -> Methods
where
    F: Handler<A, Output: Responder>,
    A: FromRequest + 'static,
{
    Methods { names: vec![name], routes: vec![route.to(handler)], body_bytes_max: None }
}
