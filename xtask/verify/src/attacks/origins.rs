//! Pages of other origins, and what is no page: only the exact origins that a site lists may send.

use anyhow::Result;
use beacon::SiteKey;

use super::Attack;
use crate::beacons::{SHOP, SITE, beacon, now};
use crate::figures::Figures;
use crate::http::Line;
use crate::http::{ask, request};
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics};

pub(super) const ATTACK: Attack = Attack {
    name: "origins",
    what: "origins that look like the listed one: none passes",
    sizes: &[Size::new("rounds", 1, 1, 10)],
    notices: &["skip_origin"],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let launch = Launch::new(setting, &data);
    launch.add_site("cups", CUPS)?;
    let server = launch.start()?;
    let mut random = Random::new(setting.seed);
    let mut send = |site: &str, origin: Option<&[u8]>| -> Result<u16> {
        let mut beacon = beacon((random.bytes(), 1), now());
        beacon.header.site = SiteKey::parse(site)?;
        let line = origin.map(|origin| [b"Origin: ", origin, b"\r\n"].concat()).unwrap_or_default();
        let rest = request(
            "POST",
            "/v1/b",
            "Content-Type: text/plain\r\n",
            &beacon::frame::encode(&beacon),
        );
        // Behind the request line: an origin need not be text.
        let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(0) + 1;
        let mut to = Line::open(server.port)?;
        to.send(&[&rest[..end], &line, &rest[end..]].concat())?;
        Ok(to.answer()?.status)
    };
    let (mut shapes, mut passed, mut strange) = (0, 0, 0);
    for _ in 0..setting.size("rounds") {
        for (site, list) in [(SITE, AGAINST_DEMO), ("cups", AGAINST_CUPS)] {
            for origin in
                list.iter().map(|it| Some(it.as_bytes())).chain([None, Some(&b"\xff"[..])])
            {
                let status = send(site, origin)?;
                shapes += 1;
                passed += usize::from(status < 300);
                strange += usize::from(!matches!(status, 200 | 204 | 400 | 403));
            }
        }
    }
    let listed = [(SITE, SHOP), ("cups", CUPS)];
    let mut let_in = 0;
    for (site, origin) in listed {
        let_in += usize::from(send(site, Some(origin.as_bytes()))? < 300);
    }
    let mut figures = Figures::default();
    figures.zero("passed", passed);
    figures.equal("listed_passed", let_in, listed.len());
    figures.at_least("shapes", shapes, 30);
    figures.zero("strange", strange);
    figures.equal("alive", ask(server.port, "GET", "/healthz", "", b"")?.status, 200);
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// The second site's origin.
const CUPS: &str = "https://cups.example";

/// The demo site lists [`SHOP`], an address with a port.
const AGAINST_DEMO: &[&str] = &[
    "null",
    "",
    "https://127.0.0.1:8090",
    "http://127.0.0.1",
    "http://127.0.0.1:80",
    "http://127.0.0.1:8091",
    "http://127.0.0.1:80900",
    "http://127.0.0.1:08090",
    "http://127.0.0.1:8090/",
    "http://127.0.0.1:8090/shop",
    "http://127.0.0.1:8090.evil.example",
    "http://127.0.0.1.:8090",
    "http://user@127.0.0.1:8090",
    "http://127.0.0.1:8090@evil.example",
    "http://evil.example/http://127.0.0.1:8090",
    "http://localhost:8090",
    "http://[::1]:8090",
    "http://2130706433:8090",
    "http://0x7f.0.0.1:8090",
    "http://127.1:8090",
    "file://",
    "blob:http://127.0.0.1:8090",
    "http://127.0.0.1:8090 http://evil.example",
    "http://127.0.0.1:8090,http://evil.example",
];

const AGAINST_CUPS: &[&str] = &[
    "null",
    "http://cups.example",
    "https://cups.example:444",
    "https://cups.example.",
    "https://cups.example.evil.example",
    "https://evil-cups.example",
    "https://evilcups.example",
    "https://www.cups.example",
    "https://cups.example@evil.example",
    "https://cups.examp1e",
    "https://cups.example%00.evil.example",
    "https://cups%2eexample",
    "https://cups。example",
    "https://xn--cups-8h0a.example",
    "*",
    "https://*",
    "chrome-extension://cups.example",
    "http://127.0.0.1:8090",
];
