//! Beacons as a page would send them, each different, each made again from its key.

use std::time::{SystemTime, UNIX_EPOCH};

use beacon::item::{
    Answer, Began, Consent, Device, Fact, PageKind, Product, Reaction, Signal, View, VisitorKind,
};
use beacon::{Beacon, Body, Currency, Header, Item, Millis, Money, RunId, SiteKey};

/// Where the demo shop would be; `nunchi demo` lists it for the site `demo`.
pub(crate) const SHOP: &str = "http://127.0.0.1:8090";

/// The site that `nunchi demo` makes.
pub(crate) const SITE: &str = "demo";

/// (run, sequence); the site is [`SITE`].
pub(crate) type Key = ([u8; 16], u32);

/// Milliseconds since 1970.
pub(crate) fn now() -> Millis {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(now.as_millis()).unwrap_or(u64::MAX))
}

/// The beacon with this key, about 220 bytes in ten items.
pub(crate) fn beacon((run, sequence): Key, sent_at: Millis) -> Beacon {
    let header = Header {
        site: SiteKey::parse(SITE).expect("a key"),
        run: RunId(run),
        sequence,
        visitor: None,
        session: None,
        sent_at,
        agent: 1,
        pack: 1,
    };
    let bodies = if sequence == 0 { first(run, sent_at) } else { later(sequence) };
    let at = (0..).map(|place| Millis(u64::from(sequence) * 4_000 + place * 390));
    let items = at.zip(bodies).map(|(at, body)| Item { at, body }).collect();
    Beacon { header, items }
}

/// The same as bytes.
pub(crate) fn frame(key: Key, sent_at: Millis) -> Vec<u8> {
    beacon::frame::encode(&beacon(key, sent_at))
}

/// A page load that says it began so many days ago: what it tells lies that far back in history, at most a week.
pub(crate) fn old_frame(key: Key, days: u64) -> Vec<u8> {
    let mut beacon = beacon(key, now());
    for item in &mut beacon.items {
        if let Body::Began(began) = &mut item.body {
            began.wall = Millis(began.wall.since(Millis(days * 86_400_000)));
        }
    }
    beacon::frame::encode(&beacon)
}

/// Items in the beacon with this sequence number.
pub(crate) fn items_of(sequence: u32) -> usize {
    beacon(([0; 16], sequence), Millis(0)).items.len()
}

/// As a request of the shop's page.
pub(crate) fn post(frame: &[u8]) -> Vec<u8> {
    let headers = format!("Origin: {SHOP}\r\nContent-Type: text/plain\r\n");
    crate::http::request("POST", "/v1/b", &headers, frame)
}

fn first(run: [u8; 16], wall: Millis) -> Vec<Body> {
    let began = Began {
        wall,
        utc_offset_min: 540,
        seed: u64::from(run[0]),
        visitor: VisitorKind::New,
        device: Device::Phone,
        language: "ko".into(),
        referrer: "search.example".into(),
        pack: 1,
        consent: Consent::Measure,
        resumed: vec![],
    };
    vec![Body::Began(began), viewed("/".into(), PageKind::Home)]
}

fn later(sequence: u32) -> Vec<Body> {
    let id = format!("mug-{:03}", sequence % 500);
    let price = Money { minor: 39_000, currency: Currency::parse("KRW").expect("a currency") };
    let product = Product {
        id: id.clone(),
        name: format!("Moon jar mug {sequence}"),
        category: "kitchen".into(),
        price: Some(price),
    };
    vec![
        viewed(format!("/p/{id}"), PageKind::Product),
        Body::Stated(Fact::ProductSeen(product)),
        Body::Noticed(Signal::Dwell { ms: 10_000 }),
        Body::Noticed(Signal::ProductDwell { product: id, ms: 12_000 }),
        Body::Noticed(Signal::ScrollReach { percent: 60 }),
        Body::Noticed(Signal::ExitIntent { y: 120, speed: 900, eta_ms: 133 }),
        Body::Stated(Fact::CartStands { items: 2, value: price }),
        Body::Answered(Answer { campaign: 12, reaction: Reaction::Shown }),
        Body::Noticed(Signal::TabHidden),
        Body::Noticed(Signal::TabReturned { away_ms: 45_000 }),
    ]
}

fn viewed(path: String, page: PageKind) -> Body {
    Body::Viewed(View { path, page })
}
