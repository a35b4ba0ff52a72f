//! Gives pages the pack of their site.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::assets::has;
use crate::error::ApiError;
use crate::outcome::Outcome;
use crate::sites::Sites;

/// `GET /v1/pack/{site}`: postcard. Public, because a pack holds nothing that pages do not show.
///
/// # Errors
/// 404 for a site that is not registered, 410 for one that is switched off.
pub async fn pack(
    request: HttpRequest,
    key: web::Path<String>,
    sites: web::Data<Sites>,
) -> HttpResponse {
    let response = match find(&sites, &key) {
        Err(error) => actix_web::ResponseError::error_response(&error),
        Ok(site) if has(request.headers(), &site.pack_etag) => {
            describe(HttpResponse::NotModified(), &site.pack_etag).finish()
        }
        Ok(site) => describe(HttpResponse::Ok(), &site.pack_etag)
            .content_type("application/octet-stream")
            .body(site.pack_bytes.clone()),
    };
    readable_by_all(response)
}

fn find(sites: &Sites, key: &str) -> Result<std::sync::Arc<crate::sites::Site>, ApiError> {
    let site = sites.find_text(key).ok_or_else(|| ApiError::unknown_site(key))?;
    if site.record.is_on {
        sites.evidence.asked_for_pack(site.record.id);
        Ok(site)
    } else {
        Err(ApiError::refusal(Outcome::SiteOff, "the site is switched off"))
    }
}

fn describe(
    mut response: actix_web::HttpResponseBuilder,
    etag: &str,
) -> actix_web::HttpResponseBuilder {
    response
        .insert_header(("ETag", etag.to_owned()))
        // Short: a change is in the pages within a minute, and at once where a beacon's answer
        // tells of it.
        .insert_header(("Cache-Control", "public, max-age=60, stale-while-revalidate=600"))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    response
}

pub(crate) fn readable_by_all(mut response: HttpResponse) -> HttpResponse {
    use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderName, HeaderValue};
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    response
}
