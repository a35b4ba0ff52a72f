//! Requests put together at random: methods, addresses, headers and bodies that may or may not fit.

use std::io;

use anyhow::Result;

use crate::http::Line;
use crate::random::Random;
use crate::server::Server;

#[derive(Debug, Default)]
pub(super) struct Noise {
    pub(super) sent: usize,
    pub(super) http5xx: usize,
    pub(super) hung: usize,
}

/// So many requests; some lines are kept, as a scanner would.
pub(super) fn send(server: &Server, random: &mut Random, count: usize) -> Result<Noise> {
    let mut noise = Noise::default();
    let mut line = Line::open(server.port)?;
    for _ in 0..count {
        let request = request(random);
        let answer = line.send(&request).and_then(|()| line.answer());
        noise.sent += 1;
        let is_kept = match answer {
            Ok(answer) => {
                // 503 with a reason: files that are not built into this binary.
                let is_fault = answer.status >= 500 && !answer.text().contains("not_built");
                noise.http5xx += usize::from(is_fault);
                answer.status < 300 && answer.header("connection") != Some("close")
            }
            Err(error) => {
                let is_slow =
                    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
                noise.hung += usize::from(is_slow);
                false
            }
        };
        if !is_kept {
            line = Line::open(server.port)?;
        }
    }
    Ok(noise)
}

fn request(random: &mut Random) -> Vec<u8> {
    let method = random.pick(METHODS);
    let mut path = String::new();
    for _ in 0..=random.below(4) {
        let part = random.pick(PARTS);
        path.push_str(part);
    }
    let mut headers = String::new();
    for _ in 0..random.below(6) {
        let header = random.pick(HEADERS);
        headers.push_str(header);
        headers.push_str("\r\n");
    }
    let body: Vec<u8> = (0..random.below(200)).map(|_| random.bytes::<1>()[0]).collect();
    let length = body.len();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    let mut bytes = [head.as_bytes(), &body].concat();
    // One in four gets a byte that does not belong there.
    if random.below(4) == 0 {
        let place = random.below(bytes.len() - length);
        bytes[place] = random.bytes::<1>()[0];
        // Whatever length it has now: the line ends here.
        bytes.extend_from_slice(b"\r\n\r\n\0");
    }
    bytes
}

const METHODS: &[&str] =
    &["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW", "get"];

const PARTS: &[&str] = &[
    "v1/",
    "b",
    "hit",
    "pack/",
    "chat",
    "thread",
    "api/",
    "stats/",
    "overview",
    "live",
    "events",
    "session",
    "sites",
    "a/",
    "n.js",
    "console/",
    "site/",
    "healthz",
    "readyz",
    "metrics",
    "..",
    "%2e%2e/",
    "%00",
    "/",
    "?",
    "site=demo",
    "&from=-1",
    "&to=99999999999999999999",
    "=&=",
    "%ff",
    "'",
    "\"",
    "<script>",
    "{}",
    "\u{202e}",
    "openapi.json",
    "demo",
    ".",
    "*",
    ";",
    "%25",
    "+",
];

const HEADERS: &[&str] = &[
    "Origin: http://127.0.0.1:8090",
    "Origin: null",
    "Content-Type: text/plain",
    "Content-Type: application/json",
    "Content-Encoding: gzip",
    "Accept-Encoding: br, gzip, *;q=0",
    "Accept-Encoding: ;;;q=q=q",
    "If-None-Match: *",
    "If-None-Match: \"x\", W/\"y\"",
    "Cookie: nunchi_session=x",
    "Cookie: =;=;;",
    "Authorization: Bearer x",
    "Authorization: Basic OjpA",
    "X-Forwarded-For: 1.2.3.4",
    "Sec-Fetch-Site: cross-site",
    "Range: bytes=0-0,1-1",
    "Last-Event-ID: -1",
    "Expect: 100-continue",
    "Connection: close",
    "User-Agent: ",
    "Accept: */*;q=nan",
];
