//! Two shops in one server, each with words that only it may hear: asked on every route, with and without credentials,
//! under each other's names, keys and conversations. No word crosses.

use anyhow::{Context, Result, ensure};
use beacon::item::{Fact, Line, PageKind, Product, View};
use beacon::{Body, Currency, Item, Millis, Money, SiteKey};

use super::Attack;
use crate::beacons::{SHOP, SITE, beacon, now};
use crate::figures::Figures;
use crate::http::{Answer, ask, request};
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, Server, panics};
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "tenants",
    what: "every route x every credential x two shops: neither hears a word of the other",
    sizes: &[Size::new("ids", 200, 2_000, 20_000)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let launch = Launch::new(setting, &data);
    launch.add_site("cups", CUPS)?;
    let server = launch.start()?;
    let mut probe = Probe { server: &server, leaks: Vec::new(), probes: 0, heard: 0 };
    furnish(&server)?;
    probe.strangers()?;
    probe.operators()?;
    probe.conversations()?;
    probe.random_ids(&mut Random::new(setting.seed), setting.size("ids"))?;
    let shared = shared_keys(setting, &server)?;
    let mut figures = Figures::default();
    figures.tell("probes", probe.probes);
    figures.zero("leaks", probe.leaks.len());
    // What is not heard by its owner is no proof that nobody else hears it.
    figures.at_least("heard_by_owners", probe.heard, 4);
    figures.zero("marks_shared", shared);
    figures.zero("panics", panics(&data));
    probe.leaks.into_iter().take(5).for_each(|leak| figures.wrong(leak));
    Ok(figures)
}

/// The second shop's origin.
const CUPS: &str = "https://cups.example";

/// Each shop with the word that stands in all its texts.
const SHOPS: [(&str, &str, &str); 2] = [(SITE, SHOP, "zebrafinch"), ("cups", CUPS, "walrusbone")];

/// More than any answer folds.
const VISITORS: u8 = 30;

/// The conversation that both shops have, under one id.
const CONVERSATION: &str = "0123456789abcdef0123456789abcdef";

/// Visits, orders under the same numbers, and a conversation in each shop.
fn furnish(server: &Server) -> Result<()> {
    for (site, origin, word) in SHOPS {
        for visitor in 0..VISITORS {
            let frame = visit(site, word, [visitor; 16])?;
            let answer = post(server, "/v1/b", origin, &frame)?;
            ensure!(matches!(answer.status, 200 | 204), "{site} is not let in: {}", answer.text());
        }
        let said = format!(
            r#"{{"site":"{site}","conversation":"{CONVERSATION}","number":1,"text":"I am {word}","language":"en","path":"/{word}"}}"#
        );
        let answer = post(server, "/v1/chat", origin, said.as_bytes())?;
        ensure!(answer.status == 200, "{site} does not talk: {}", answer.text());
    }
    Ok(())
}

fn visit(site: &str, word: &str, run: [u8; 16]) -> Result<Vec<u8>> {
    let mut visit = beacon((run, 0), now());
    visit.header.site = SiteKey::parse(site)?;
    let price = Money { minor: 1_000, currency: Currency::parse("KRW").context("a currency")? };
    let (id, name) = (format!("{word}-1"), format!("The {word}"));
    let product = Product { id: id.clone(), name, category: word.into(), price: Some(price) };
    let line = Line { product: id, quantity: 1, price: Some(price) };
    let bodies = [
        Body::Viewed(View { path: format!("/{word}"), page: PageKind::Product }),
        Body::Stated(Fact::ProductSeen(product)),
        Body::Stated(Fact::Added(line)),
        Body::Stated(Fact::Purchased {
            order: format!("order-{}", run[0]),
            value: price,
            items: 1,
        }),
    ];
    let at = (1..).map(|second| Millis(second * 1_000));
    visit.items.extend(at.zip(bodies).map(|(at, body)| Item { at, body }));
    Ok(beacon::frame::encode(&visit))
}

fn post(server: &Server, path: &str, origin: &str, body: &[u8]) -> Result<Answer> {
    let headers = format!("Origin: {origin}\r\nContent-Type: text/plain\r\n");
    Ok(ask(server.port, "POST", path, &headers, body)?)
}

struct Probe<'a> {
    server: &'a Server,
    leaks: Vec<String>,
    probes: usize,
    /// Answers in which an owner heard his own word.
    heard: usize,
}

impl Probe<'_> {
    fn ask(&mut self, method: &str, path: &str, headers: &str) -> Result<Answer> {
        self.probes += 1;
        // Streams never end: what comes at once is enough.
        let mut line = crate::http::Line::open(self.server.port)?;
        line.send(&request(method, path, &format!("Connection: close\r\n{headers}"), b""))?;
        if path.contains("/events") {
            line.stream().set_read_timeout(Some(std::time::Duration::from_millis(300)))?;
        }
        Ok(line.answer()?)
    }

    /// Nobody's words, and 401 where an operator is asked for.
    fn strangers(&mut self) -> Result<()> {
        let token = self.server.token()?;
        let almost = format!("{}0", &token[..token.len() - 1]);
        let credentials = [
            String::new(),
            "Authorization: Bearer \r\n".into(),
            format!("Authorization: Bearer {almost}x\r\n"),
            format!("Authorization: Basic {token}\r\n"),
            format!("Cookie: nunchi_session={token}\r\n"),
            format!("Cookie: nunchi_session=; Authorization={token}\r\n"),
            format!("X-Forwarded-For: 127.0.0.1\r\nOrigin: {SHOP}\r\n"),
        ];
        for (method, path) in self.routes()? {
            for headers in &credentials {
                // From elsewhere: on this machine the metrics are open.
                let headers = format!("{headers}X-Forwarded-For: 198.51.100.7\r\n");
                let answer = self.ask(&method, &path, &headers)?;
                let is_closed = matches!(answer.status, 401 | 403 | 404 | 405 | 422 | 400 | 415);
                self.hears(&answer, &format!("{method} {path} of a stranger"), None);
                if !is_closed {
                    self.leaks
                        .push(format!("{method} {path} answers a stranger {}", answer.status));
                }
            }
        }
        Ok(())
    }

    /// An operator asks for one shop and hears of that one only.
    fn operators(&mut self) -> Result<()> {
        let token = format!("Authorization: Bearer {}\r\n", self.server.token()?);
        for (site, _, _) in SHOPS {
            for (_, path) in self.routes()?.iter().filter(|(method, _)| method == "GET") {
                if !path.contains("site=") {
                    continue;
                }
                let path = path.replace("site=demo", &format!("site={site}"));
                let answer = self.ask("GET", &path, &token)?;
                self.hears(&answer, &path, Some(site));
            }
        }
        Ok(())
    }

    /// The id of one shop's conversation opens nothing in the other.
    fn conversations(&mut self) -> Result<()> {
        for (site, origin, _) in SHOPS {
            let body = format!(r#"{{"site":"{site}","conversation":"{CONVERSATION}"}}"#);
            let answer = post(self.server, "/v1/chat/thread", origin, body.as_bytes())?;
            self.probes += 1;
            self.hears(&answer, &format!("the conversation of {site}"), Some(site));
            let foreign = SHOPS.iter().map(|shop| shop.1).find(|it| *it != origin);
            let answer =
                post(self.server, "/v1/chat/thread", foreign.unwrap_or(""), body.as_bytes())?;
            self.probes += 1;
            self.hears(&answer, &format!("the conversation of {site} from elsewhere"), None);
        }
        Ok(())
    }

    /// Keys and conversations that somebody guesses.
    fn random_ids(&mut self, random: &mut Random, count: u64) -> Result<()> {
        let token = self.server.token()?;
        for _ in 0..count {
            let id = format!("{:032x}", u128::from_le_bytes(random.bytes()));
            let body = format!(r#"{{"site":"cups","conversation":"{id}"}}"#);
            let answer = post(self.server, "/v1/chat/thread", CUPS, body.as_bytes())?;
            self.hears(&answer, "a guessed conversation", None);
            let key = &id[..=random.below(20)];
            let path = format!("/api/stats/overview?site={key}");
            let answer = ask(
                self.server.port,
                "GET",
                &path,
                &format!("Authorization: Bearer {token}\r\n"),
                b"",
            )?;
            self.hears(&answer, "a guessed site", None);
            self.probes += 2;
            if answer.status != 404 {
                self.leaks.push(format!("the site {key} answers {}", answer.status));
            }
        }
        Ok(())
    }

    /// Operators' routes: those that the document of the API lists, if there is one, and those known here.
    fn routes(&self) -> Result<Vec<(String, String)>> {
        let mut routes: Vec<(String, String)> = QUESTIONS
            .iter()
            .map(|it| ("GET".into(), format!("/api/stats/{it}?site=demo")))
            .collect();
        for (method, path) in KNOWN {
            routes.push((method.to_string(), path.to_string()));
        }
        let document = self.server.get("/api/openapi.json")?;
        if document.status == 200 {
            for path in listed(&document.text()) {
                routes.push((
                    "GET".into(),
                    format!("{}?site=demo", path.replace("{question}", "overview")),
                ));
            }
        }
        Ok(routes)
    }

    /// Notes whose words are in this answer; `owner` may hear his own.
    fn hears(&mut self, answer: &Answer, what: &str, owner: Option<&str>) {
        let text = answer.text();
        for (site, _, word) in SHOPS {
            if !text.contains(word) {
                continue;
            }
            if owner == Some(site) {
                self.heard += 1;
            } else {
                self.leaks.push(format!("{what} tells {site}'s words"));
            }
        }
    }
}

/// Operators' addresses in the document of the API; those with a parameter of their own but the question are left out.
fn listed(document: &str) -> Vec<String> {
    let quoted = document.split('"').filter(|text| text.starts_with("/api/"));
    let known = quoted.filter(|path| !path.replace("{question}", "").contains('{'));
    known.filter(|path| *path != "/api/openapi.json").map(str::to_owned).collect()
}

/// The same run and number in both shops are two beacons, and so are the same order numbers.
fn shared_keys(setting: &Setting, server: &Server) -> Result<usize> {
    let stored = stored(setting, &server.data)?;
    let mut missing = 0;
    for (site, _, word) in SHOPS {
        for visitor in 0..VISITORS {
            let sent = beacon::frame::decode(&visit(site, word, [visitor; 16])?)?;
            missing += usize::from(stored.items_of(&sent.header) != sent.items.len());
        }
        let overview = server.get(&format!("/api/stats/overview?site={site}"))?.text();
        let bought = format!("\"purchases\":{VISITORS},");
        missing += usize::from(!overview.contains(&bought));
    }
    Ok(missing)
}

const QUESTIONS: &[&str] =
    &["overview", "funnel", "signals", "campaigns", "pages", "health", "parity"];

const KNOWN: &[(&str, &str)] = &[
    ("GET", "/api/sites"),
    ("GET", "/api/live?site=demo"),
    ("GET", "/api/live/events?site=demo"),
    ("GET", "/metrics"),
    ("DELETE", "/api/session"),
    ("POST", "/api/session"),
];
