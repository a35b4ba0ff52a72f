//! The least that a server of this framework can do: read a body, answer 204.

use std::io;

use actix_web::{App, HttpResponse, HttpServer, rt, web};

/// Serves on a free port until it is killed; says where as `nunchi serve` does.
pub(crate) fn serve(workers: usize) -> io::Result<()> {
    rt::System::new().block_on(async {
        let app = || App::new().route("/v1/b", web::post().to(answer));
        let server = HttpServer::new(app).workers(workers).bind(("127.0.0.1", 0))?;
        println!("ready http://{}", server.addrs()[0]);
        server.run().await
    })
}

async fn answer(_body: web::Bytes) -> HttpResponse {
    HttpResponse::NoContent().finish()
}
