//! The document of the API: `GET /api/openapi.json` for programs, `GET /api` for people.
//!
//! Open to all: it describes the program, the same in every installation, and holds nothing of a
//! shop or its settings; whoever writes against the API can read it before having a token. The
//! schemas are derived from the types of `nunchi_api`; what answers where is said in [`table`], and a
//! test holds both against the routes and against answers.

mod conversations;
mod entry;
mod page;
mod people;
mod publishing;
mod table;

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths};

use crate::assets;
use entry::Entry;

/// `GET /api/openapi.json`.
pub(crate) async fn document(request: HttpRequest) -> HttpResponse {
    assets::serve_made(&request, "openapi.json", &MADE.0)
}

/// `GET /api`.
pub(crate) async fn page(request: HttpRequest) -> HttpResponse {
    assets::serve_made(&request, "api.html", &MADE.1)
}

/// The document and the page, made at the first question.
static MADE: LazyLock<(String, String)> = LazyLock::new(|| {
    let document = describe();
    let json = document.to_pretty_json().expect("maps with text for keys are JSON");
    let page = page::render(&serde_json::to_value(&document).expect("as above"));
    (json, page)
});

fn describe() -> OpenApi {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new();
    for Entry { path, method, operation, schemas } in table::entries() {
        paths.add_path_operation(path, vec![method], operation);
        components = components.schemas_from_iter(schemas);
    }
    let components =
        components.security_scheme("token", bearer()).security_scheme("cookie", cookie());
    let tags = table::TAGS
        .map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Nunchi")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(table::ABOUT)),
        )
        .tags(Some(tags))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn bearer() -> SecurityScheme {
    let about =
        "A token for programs (`POST /api/tokens`), or the one of the data folder (`DIR/token`).";
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about));
    SecurityScheme::Http(bearer.build())
}

fn cookie() -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "nunchi_session",
        "From `POST /api/session`; counts only for requests of the server's own pages.",
    )))
}
