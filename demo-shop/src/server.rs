//! The shop as a server: addresses, files, start and stop.

use std::io;
use std::net::TcpListener;

use actix_web::web::{self, ServiceConfig, get, post};
use actix_web::{
    App, HttpResponse, HttpServer, middleware::NormalizePath, middleware::TrailingSlash,
};

use crate::catalogue::{self, Colour};
use crate::drawing;
use crate::pages::{cart, checkout, home, lab, login, product, shelf, texts};
use crate::visit::Visit;

/// What the tag in the pages says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Origin of the collector.
    pub collector: String,
    /// Site key.
    pub site: String,
}

impl Default for Settings {
    /// The demo's collector and site.
    fn default() -> Self {
        Self { collector: "http://127.0.0.1:8080".into(), site: "demo".into() }
    }
}

/// Serves the shop on 127.0.0.1 until it is asked to stop (Ctrl-C, SIGTERM); pages being sent are
/// finished first. Port 0 takes a free one. `on_ready` is told the port.
///
/// # Errors
/// When the port is taken or cannot be listened on.
pub fn serve(settings: Settings, port: u16, on_ready: impl FnOnce(u16)) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let port = listener.local_addr()?.port();
    let settings = web::Data::new(settings);
    actix_web::rt::System::new().block_on(async move {
        let shop = move || {
            App::new()
                .app_data(settings.clone())
                .wrap(NormalizePath::new(TrailingSlash::Trim))
                .configure(routes)
        };
        let server = HttpServer::new(shop).workers(1).shutdown_timeout(1).listen(listener)?.run();
        on_ready(port);
        server.await
    })
}

/// Every address of the shop. Wants [`Settings`] as `app_data`; the demo's are taken without.
pub fn routes(shop: &mut ServiceConfig) {
    shop.route("/", get().to(home::home))
        .route("/c/{id}", get().to(shelf::category))
        .route("/p/{id}", get().to(product::product))
        .route("/search", get().to(shelf::search))
        .route("/cart", get().to(cart::cart))
        .route("/cart/add", post().to(cart::add))
        .route("/cart/set", post().to(cart::set))
        .route("/cart/coupon", post().to(cart::apply_coupon))
        .route("/checkout", get().to(checkout::address))
        .route("/checkout", post().to(checkout::give_address))
        .route("/checkout/payment", get().to(checkout::payment))
        .route("/checkout/payment", post().to(checkout::pay))
        .route("/checkout/thanks", get().to(checkout::thanks))
        .route("/login", get().to(login::login))
        .route("/login", post().to(login::log_in))
        .route("/logout", post().to(login::log_out))
        .route("/consent", post().to(login::consent))
        .route("/help", get().to(texts::help))
        .route("/lab", get().to(lab::lab))
        .route("/pictures/{file}.svg", get().to(picture))
        .route("/favicon.svg", get().to(async || file(SVG, include_str!("../assets/favicon.svg"))))
        .route("/shop.css", get().to(async || file(CSS, include_str!("../assets/shop.css"))))
        .route("/shop.js", get().to(async || file(JS, include_str!("../assets/shop.js"))))
        .route("/layer.js", get().to(async || file(JS, include_str!("../assets/layer.js"))))
        .default_service(web::to(texts::missing));
}

async fn picture(visit: Visit, name: web::Path<String>) -> HttpResponse {
    let whole = catalogue::find(&name).map(|product| (product, None));
    let coloured = || {
        let (id, colour) = name.rsplit_once('-')?;
        let product = catalogue::find(id)?;
        let colour = Colour::parse(colour).filter(|colour| product.colours.contains(colour))?;
        Some((product, Some(colour)))
    };
    match whole.or_else(coloured) {
        Some((product, colour)) => file(SVG, drawing::draw(product, colour)),
        None => texts::missing(visit).await,
    }
}

fn file(kind: &'static str, body: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Content-Type", kind))
        .insert_header(("Cache-Control", "public, max-age=60"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(body.into())
}

const SVG: &str = "image/svg+xml";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
