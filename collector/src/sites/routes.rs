//! Sites over HTTP.

use actix_web::{HttpResponse, web};
use nunchi_api::Site;

use super::Sites;
use crate::operators::Operator;

/// `GET /api/sites`.
pub(crate) async fn list(_operator: Operator, sites: web::Data<Sites>) -> HttpResponse {
    let list: Vec<Site> = sites
        .all()
        .iter()
        .map(|site| Site {
            key: site.record.key.to_string(),
            name: site.record.name.clone(),
            origins: site.record.origins.clone(),
            pack: site.record.pack.version,
        })
        .collect();
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(list)
}
