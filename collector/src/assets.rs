//! Serves what pages load and the console's files, from the binary or from a folder.
//!
//! Files are made by `cargo xtask build` and stand there thrice: bare, `.br`, `.gz`. Which one goes
//! out is decided by `Accept-Encoding`; nothing is compressed here.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};

use crate::error::ApiError;

/// Where the files come from.
#[derive(Debug, Clone)]
pub enum Assets {
    /// Out of the binary.
    Embedded(BTreeMap<&'static str, &'static [u8]>),
    /// From this folder, read anew each time: for work on the files.
    Folder(PathBuf),
}

impl Assets {
    /// The files in the binary.
    pub fn embedded() -> Self {
        Self::Embedded(FILES.iter().copied().collect())
    }

    /// Whether the agent is there; without it the server runs but no page can load it.
    pub fn are_built(&self) -> bool {
        self.read("n.js").is_some()
    }

    fn read(&self, name: &str) -> Option<Bytes> {
        match self {
            Self::Embedded(files) => files.get(name).map(|&bytes| Bytes::from_static(bytes)),
            Self::Folder(folder) => {
                let is_below =
                    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
                let bytes = is_below.then(|| std::fs::read(folder.join(name)).ok())?;
                bytes.map(Bytes::from)
            }
        }
    }
}

/// `GET /n.js`.
///
/// # Errors
/// 503 when the agent is not built.
pub async fn loader(request: HttpRequest, assets: web::Data<Assets>) -> Answer {
    serve(&request, &assets, "n.js", Audience::Pages)
}

/// `GET /a/{file}`.
///
/// # Errors
/// 404 when there is no such file, 503 when the agent is not built.
pub async fn agent(
    request: HttpRequest,
    file: web::Path<String>,
    assets: web::Data<Assets>,
) -> Answer {
    serve(&request, &assets, &format!("a/{file}"), Audience::Pages)
}

/// `GET /console/…`: the file, or the console's one page for a route of its own. `preview.html` is the
/// page that campaigns are looked at on: the console frames it, and it has no origin.
///
/// # Errors
/// 404 when there is no such file, 503 when the console is not built.
pub async fn console(
    request: HttpRequest,
    path: web::Path<String>,
    assets: web::Data<Assets>,
) -> Answer {
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let name = if is_file { path.as_str() } else { "index.html" };
    let audience = if name == "preview.html" { Audience::Frame } else { Audience::Operators };
    serve(&request, &assets, &format!("console/{name}"), audience)
}

/// `GET /`: the page that says how to install the tag.
///
/// # Errors
/// 503 when the page is not built.
pub async fn install(request: HttpRequest, assets: web::Data<Assets>) -> Answer {
    serve(&request, &assets, "site/index.html", Audience::Operators)
}

/// `GET /site/{file}`: what the install page consists of.
///
/// # Errors
/// 404 when there is no such file, 503 when the page is not built.
pub async fn site(
    request: HttpRequest,
    file: web::Path<String>,
    assets: web::Data<Assets>,
) -> Answer {
    serve(&request, &assets, &format!("site/{file}"), Audience::Operators)
}

/// `GET /console`: the console.
pub async fn to_console() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("Location", "/console/")).finish()
}

type Answer = Result<HttpResponse, ApiError>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// Any page of any shop.
    Pages,
    /// This server's own console.
    Operators,
    /// A frame of the console that must not reach it.
    Frame,
}

fn serve(request: &HttpRequest, assets: &Assets, name: &str, audience: Audience) -> Answer {
    let headers = request.headers();
    let Some(bare) = assets.read(name) else { return Err(missing(assets)) };
    let etag = etag(&bare);
    let mut response = HttpResponse::Ok();
    if has(headers, &etag) {
        response = HttpResponse::NotModified();
    }
    describe(&mut response, name, audience, &etag);
    if has(headers, &etag) {
        return Ok(response.finish());
    }
    for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(headers, coding)
            && let Some(packed) = assets.read(&format!("{name}.{ending}"))
        {
            return Ok(response.insert_header(("Content-Encoding", coding)).body(packed));
        }
    }
    Ok(response.body(bare))
}

/// What the program makes itself, under the rules of a file for operators that is named so.
pub(crate) fn serve_made(request: &HttpRequest, name: &str, text: &'static str) -> HttpResponse {
    let etag = etag(text.as_bytes());
    let is_known = has(request.headers(), &etag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    describe(&mut response, name, Audience::Operators, &etag);
    if is_known { response.finish() } else { response.body(text) }
}

fn missing(assets: &Assets) -> ApiError {
    if assets.are_built() {
        ApiError::new(404, "not_found", "nothing is at this address")
    } else {
        let message = "agent and console are not built into this binary: run `cargo xtask build`, \
                       then build the collector again";
        ApiError::new(503, "not_built", message)
    }
}

fn describe(response: &mut HttpResponseBuilder, name: &str, audience: Audience, etag: &str) {
    let cache = if is_hashed(name) {
        "public, max-age=31536000, immutable"
    } else if audience == Audience::Pages {
        // Short: a shop should have a new agent within minutes, without asking at each page.
        "public, max-age=300, stale-while-revalidate=86400"
    } else {
        "no-cache"
    };
    response
        .insert_header(("Content-Type", media_type(name)))
        .insert_header(("Cache-Control", cache))
        .insert_header(("ETag", etag.to_owned()))
        .insert_header(("Vary", "Accept-Encoding"))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    match audience {
        Audience::Pages => response
            .insert_header(("Access-Control-Allow-Origin", "*"))
            .insert_header(("Cross-Origin-Resource-Policy", "cross-origin")),
        Audience::Operators | Audience::Frame => response
            .insert_header((
                "Content-Security-Policy",
                if audience == Audience::Frame { FRAME_CSP } else { CONSOLE_CSP },
            ))
            .insert_header(("Cross-Origin-Opener-Policy", "same-origin"))
            .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
            .insert_header(("Referrer-Policy", "no-referrer")),
    };
}

/// `agent-1a2b3c4d.wasm`: the name changes with the content, so it may be kept for ever.
fn is_hashed(name: &str) -> bool {
    let stem = name.rsplit('/').next().and_then(|file| file.split('.').next());
    let hash = stem.and_then(|stem| stem.rsplit_once('-')).map(|(_, hash)| hash);
    hash.is_some_and(|hash| hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn media_type(name: &str) -> &'static str {
    match Path::new(name).extension().and_then(|ending| ending.to_str()) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Weak, because the compressed forms share it.
fn etag(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("W/\"{hash:016x}\"")
}

/// Whether the asker has this version already.
pub(crate) fn has(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let bare = etag.trim_start_matches("W/");
    known.is_some_and(|known| {
        known.split(',').any(|tag| tag.trim() == "*" || tag.trim().trim_start_matches("W/") == bare)
    })
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            let is_named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
            let is_refused =
                words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            is_named && !is_refused
        })
    })
}

/// The console runs its own script, style and module, frames its own preview and talks to its own server;
/// nothing else.
const CONSOLE_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// Script and module of pages, and nobody to talk to: `sandbox` takes the origin away, so that no cookie goes
/// along with what it fetches and nothing of the console is in its reach.
const FRAME_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'; sandbox allow-scripts; require-trusted-types-for 'script'; \
     trusted-types 'none'";

include!(concat!(env!("OUT_DIR"), "/www.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(is_hashed("a/agent-0123abcd.wasm"));
        assert!(is_hashed("console/console-89abcdef01234567.js"));
        for bare in ["n.js", "console/index.html", "a/agent.wasm", "a/agent-surface.js"] {
            assert!(!is_hashed(bare), "{bare}");
        }
    }

    #[test]
    fn a_folder_serves_nothing_outside_itself() {
        let assets = Assets::Folder("/".into());
        for name in ["../etc/passwd", "a/../../etc/passwd", "/etc/passwd", "a//../etc/passwd"] {
            assert!(assets.read(name).is_none(), "{name}");
        }
    }
}
