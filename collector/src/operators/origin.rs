//! Which page a request comes from, as its browser says.

use actix_web::http::header::{HOST, HeaderMap, ORIGIN};

use crate::http::origin;

/// Whether the browser says that the request comes from a page of this server, or no browser does.
/// `Sec-Fetch-Site` where it is sent (https and loopback), else `Origin` against `Host`.
pub(crate) fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return true };
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some() && host == text(HOST.as_str())
}

/// The origin of the page of this server that somebody signs in from. Browsers tell it with each POST.
pub(super) fn own_origin(headers: &HeaderMap) -> Option<&str> {
    let origin = origin(headers).filter(|origin| origin.contains("://"))?;
    is_own_page(headers).then_some(origin)
}

/// Whether a request that changes something comes from a page of exactly this origin.
pub(super) fn is_from(headers: &HeaderMap, own: &str) -> bool {
    is_own_page_or_silent(headers) && origin(headers) == Some(own)
}

/// Whether a request that only reads may come from such a page: browsers tell no origin with a GET.
pub(super) fn may_be_from(headers: &HeaderMap, own: &str) -> bool {
    match headers.get(ORIGIN) {
        Some(_) => is_from(headers, own),
        None => is_own_page_or_silent(headers),
    }
}

/// `Sec-Fetch-Site`, where there is one.
fn is_own_page_or_silent(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or_default());
    site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}
