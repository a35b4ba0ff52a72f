//! A server in this process, and beacons to send to it.

use std::pin::Pin;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody as _, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error};
use beacon::item::{
    Answer, Began, Consent, Device, Fact, Line, PageKind, Product, Reaction, Verdict,
    VerdictOutcome, View, VisitorKind,
};
use beacon::{
    Beacon, Body, Currency, Header, Item, Millis, Money, RunId, SessionId, SiteKey, VisitorId,
};
use collector::assets::Assets;
use collector::clock::Clock;
use collector::server::Services;
use collector::sites::default_pack;
use collector::store::{Rule, Store};
use serde_json::Value;

pub(crate) const NOW: u64 = 1_763_800_000_000;
pub(crate) const SHOP: &str = "http://127.0.0.1:8090";
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const MINUTE: u64 = 60_000;
pub(crate) const DAY: u64 = 86_400_000;

/// A server with the site `demo`.
pub(crate) struct Server<S> {
    pub(crate) app: S,
    pub(crate) services: Services,
    pub(crate) clock: Clock,
    folder: tempfile::TempDir,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// `204`, or `404 unknown_site`.
    pub(crate) fn line(&self) -> String {
        match self.json()["code"].as_str() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }
}

pub(crate) trait Http:
    Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = Error>
{
}
impl<S> Http for S where
    S: Service<actix_http::Request, Response = ServiceResponse<BoxBody>, Error = Error>
{
}

pub(crate) async fn start() -> Server<impl Http> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    start_over(store, folder).await
}

pub(crate) async fn start_over(store: Store, folder: tempfile::TempDir) -> Server<impl Http> {
    let pack = default_pack("Demo", Consent::Personalise).unwrap();
    store.put_site(&key("demo"), "Demo", &[SHOP.into()], pack, Millis(NOW)).unwrap();
    let www = folder.path().join("www");
    crate::assets::make_www(&www);
    let clock = Clock::fixed(Millis(NOW));
    let services = Services::new(store, Assets::Folder(www), TOKEN.into(), clock.clone()).unwrap();
    let app =
        init_service(App::new().wrap_fn(collector::requests::follow).configure(services.routes()))
            .await;
    Server { app, services, clock, folder }
}

impl<S> Server<S> {
    /// Makes files of all that was stored.
    pub(crate) fn seal(&self) {
        self.services.store.seal(self.clock.now(), Rule::ALL, &|| true).unwrap();
    }

    /// Its data folder, for a command beside it.
    pub(crate) fn data(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl<S: Http> Server<S> {
    pub(crate) async fn call(&self, request: TestRequest) -> Answered {
        let response = self.app.call(request.to_request()).await;
        let response = response.unwrap_or_else(|error| panic!("the service broke: {error}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap().to_vec();
        Answered { status, headers, body }
    }

    /// Posts text from a page of `origin`.
    pub(crate) async fn post(
        &self,
        path: &str,
        origin: &str,
        body: impl Into<Vec<u8>>,
    ) -> Answered {
        let request = TestRequest::post().uri(path).set_payload(body.into());
        let request = request.insert_header(("Content-Type", "text/plain;charset=UTF-8"));
        let request =
            if origin.is_empty() { request } else { request.insert_header(("Origin", origin)) };
        self.call(request).await
    }

    /// Posts a beacon from the shop.
    pub(crate) async fn send(&self, beacon: &Beacon) -> Answered {
        self.post("/v1/b", SHOP, beacon::frame::encode(beacon)).await
    }

    /// Asks as an operator.
    pub(crate) async fn ask(&self, path: &str) -> Value {
        let request = TestRequest::get().uri(path);
        let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
        let answer = self.call(request).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// Posts JSON as an operator; gives what is answered, which must be a success.
    pub(crate) async fn tell(&self, path: &str, body: &Value) -> Value {
        let answer = self.try_telling(path, body).await;
        let line = String::from_utf8_lossy(&answer.body);
        assert!(matches!(answer.status, 200 | 204), "{path}: {} {line}", answer.status);
        answer.json()
    }

    /// The same, whatever comes of it.
    pub(crate) async fn try_telling(&self, path: &str, body: &Value) -> Answered {
        let request = TestRequest::post().uri(path).set_json(body);
        let token = ("Authorization", format!("Bearer {TOKEN}"));
        self.call(request.insert_header(token)).await
    }

    /// The conservation law at rest.
    pub(crate) fn assert_conserved(&self) {
        let counters = &self.services.counters;
        let ended: u64 = counters.by_site().iter().flat_map(|row| &row.outcomes).map(|c| c.1).sum();
        let law = "received = stored + duplicate + quarantined + Σ refused";
        assert_eq!(counters.received(), ended, "{law}");
        for row in counters.by_site().iter().filter(|row| !row.site.is_empty()) {
            let ended: u64 = row.outcomes.iter().map(|c| c.1).sum();
            assert_eq!(row.received, ended, "{}: {law}", row.site);
        }
    }
}

pub(crate) fn key(text: &str) -> SiteKey {
    SiteKey::parse(text).unwrap()
}

/// A run of the site `demo`, by small numbers; `visitor` 0 gave no consent to ids.
pub(crate) fn beacon(
    run: u8,
    sequence: u32,
    visitor: u8,
    sent_at: u64,
    items: Vec<Item>,
) -> Beacon {
    let header = Header {
        site: key("demo"),
        run: RunId([run; 16]),
        sequence,
        visitor: (visitor > 0).then_some(VisitorId([visitor; 16])),
        session: (visitor > 0).then_some(SessionId([visitor; 8])),
        sent_at: Millis(sent_at),
        agent: 1,
        pack: 1,
    };
    Beacon { header, items }
}

pub(crate) fn at(ms: u64, body: Body) -> Item {
    Item { at: Millis(ms), body }
}

pub(crate) fn began(wall: u64) -> Body {
    Body::Began(Began {
        wall: Millis(wall),
        utc_offset_min: 540,
        seed: 7,
        visitor: VisitorKind::New,
        device: Device::Desktop,
        language: "ko".into(),
        referrer: "search.example".into(),
        pack: 1,
        consent: Consent::Personalise,
        resumed: vec![],
    })
}

pub(crate) fn viewed(path: &str, page: PageKind) -> Body {
    Body::Viewed(View { path: path.into(), page })
}

pub(crate) fn won(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("KRW").unwrap() }
}

pub(crate) fn seen(product: &str) -> Body {
    Body::Stated(Fact::ProductSeen(Product {
        id: product.into(),
        name: format!("The {product}"),
        category: "tea".into(),
        price: Some(won(12_000)),
    }))
}

pub(crate) fn added(product: &str, quantity: u16) -> Body {
    let price = Some(won(12_000));
    Body::Stated(Fact::Added(Line { product: product.into(), quantity, price }))
}

pub(crate) fn checkout(value: i64) -> Body {
    Body::Stated(Fact::CheckoutBegan { value: won(value) })
}

pub(crate) fn bought(order: &str, value: i64) -> Body {
    Body::Stated(Fact::Purchased { order: order.into(), value: won(value), items: 1 })
}

pub(crate) fn verdict(campaign: u16, outcome: VerdictOutcome) -> Body {
    let evidence = vec![1, 4, 2, 410, 0];
    Body::Decided(Verdict { campaign, outcome, variant: 0, buy_permille: 410, evidence })
}

pub(crate) fn answered(campaign: u16, reaction: Reaction) -> Body {
    Body::Answered(Answer { campaign, reaction })
}

/// Opens a stream as an operator.
pub(crate) async fn listen<S: Http>(server: &Server<S>, path: &str) -> BoxBody {
    let request = TestRequest::get().uri(path);
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    let response = server.app.call(request.to_request()).await.ok().unwrap();
    assert_eq!(response.headers().get("content-type").unwrap(), "text/event-stream");
    response.into_body()
}

/// The next event, or events that came together.
pub(crate) async fn next(events: &mut BoxBody) -> String {
    let event = std::future::poll_fn(|cx| Pin::new(&mut *events).poll_next(cx));
    let event = actix_web::rt::time::timeout(Duration::from_secs(5), event).await;
    let bytes = event.expect("an event within 5 s").expect("an open stream").ok().unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The next event of a name, whatever comes before it.
pub(crate) async fn next_of(events: &mut BoxBody, name: &str) -> Value {
    loop {
        let event = next(events).await;
        if let Some(data) = event.strip_prefix(&format!("event: {name}\n")) {
            let (_, data) = data.split_once("data: ").expect("an event has data");
            return serde_json::from_str(data.trim_end()).unwrap();
        }
    }
}
