//! The wire of version 1, for ever: `tests/golden/v1/NAME.bin` with its meaning in `NAME.txt`.
//!
//! Lives inside the crate because only here the compiler demands that every variant has a sample.
//! A new variant is appended and gets a file of its own; a file once released is never rewritten.
//! `UPDATE_EXPECT=1 cargo test -p beacon golden` writes files that are missing, and only those.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::frame::{decode, encode};
use crate::item::{
    Answer, Began, BotTrait, Consent, Device, Fact, HesitationCause, Line, PageKind, Product,
    Reaction, Remembered, Signal, Target, Trouble, Turns, Verdict, VerdictOutcome, View,
    VisitorKind,
};
use crate::{
    Beacon, Body, Currency, DecodeError, Header, Item, Millis, Money, RunId, SessionId, SiteKey,
    VisitorId,
};

#[test]
fn every_released_frame_is_read_and_written_as_ever() {
    for (name, beacon) in beacons() {
        let bytes = released(name, "bin", &encode(&beacon));
        let text = released(name, "txt", in_words(&beacon).as_bytes());
        assert_eq!(encode(&beacon), bytes, "{name} is written differently");
        let read = decode(&bytes).expect(name);
        assert_eq!(in_words(&read).as_bytes(), text, "{name} is read differently");
        assert_eq!(read, beacon, "{name}");
    }
}

#[test]
fn every_variant_has_a_golden_frame() {
    let mut seen = [false; BODIES + SIGNALS + FACTS];
    let beacons = beacons();
    for item in beacons.iter().flat_map(|(_, beacon)| &beacon.items) {
        seen[number(&item.body)] = true;
    }
    assert_eq!(seen.iter().position(|is_seen| !is_seen), None);
}

#[test]
fn every_truncation_is_refused() {
    for (name, beacon) in beacons() {
        let bytes = encode(&beacon);
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Err(DecodeError::Truncated), "{name} {length}");
        }
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    for (name, beacon) in beacons() {
        let bytes = encode(&beacon);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&flipped).is_err(), "{name}, bit {bit}");
        }
    }
}

/// The file's bytes; `fresh` is written to it first when it is missing and that is asked for.
fn released(name: &str, kind: &str, fresh: &[u8]) -> Vec<u8> {
    let path = folder().join(format!("{name}.{kind}"));
    if !path.exists() && std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, fresh).expect("the folder can be written to");
    }
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1")
}

fn in_words(beacon: &Beacon) -> String {
    let Header { site, run, sequence, visitor, session, sent_at, agent, pack } = &beacon.header;
    let mut text = format!("site {site}\nrun {run}\nsequence {sequence}\nvisitor {visitor:?}\n");
    let _ =
        writeln!(text, "session {session:?}\nsent_at {}\nagent {agent}\npack {pack}", sent_at.0);
    for Item { at, body } in &beacon.items {
        let _ = writeln!(text, "{}ms {body:?}", at.0);
    }
    text
}

fn beacons() -> [(&'static str, Beacon); 8] {
    [
        ("nothing", Beacon { header: anonymous(), items: vec![] }),
        ("visit", Beacon { header: personal(), items: spaced(visit()) }),
        ("every-value", Beacon { header: personal(), items: spaced(every_value()) }),
        ("extremes", Beacon { header: extreme(), items: extremes() }),
        ("touch-and-trouble", Beacon { header: personal(), items: spaced(touch_and_trouble()) }),
        ("remembered", Beacon { header: personal(), items: spaced(remembered()) }),
        ("doubts-and-waits", Beacon { header: personal(), items: spaced(doubts_and_waits()) }),
        ("rated", Beacon { header: personal(), items: spaced(rated()) }),
    ]
}

fn anonymous() -> Header {
    Header {
        site: SiteKey::parse("demo").unwrap(),
        run: RunId(core::array::from_fn(|i| u8::try_from(i).unwrap())),
        sequence: 0,
        visitor: None,
        session: None,
        sent_at: Millis(1_764_000_000_123),
        agent: 1_000,
        pack: 7,
    }
}

fn personal() -> Header {
    let visitor = Some(VisitorId([0xaa; 16]));
    Header { sequence: 3, visitor, session: Some(SessionId([0x55; 8])), ..anonymous() }
}

fn extreme() -> Header {
    Header {
        site: SiteKey::parse("a-shop-with-a-key-of-32-bytes-00").unwrap(),
        run: RunId([0xff; 16]),
        sequence: u32::MAX,
        visitor: Some(VisitorId([0xff; 16])),
        session: Some(SessionId([0xff; 8])),
        sent_at: Millis(u64::MAX),
        agent: u16::MAX,
        pack: u32::MAX,
    }
}

fn spaced(bodies: Vec<Body>) -> Vec<Item> {
    let times = (0..).map(|i| Millis(i * 217));
    times.zip(bodies).map(|(at, body)| Item { at, body }).collect()
}

/// One of each kind, as a Korean shopper might give them.
fn visit() -> Vec<Body> {
    let price = Some(won(39_000));
    let line = Line { product: "mug-01".into(), quantity: 2, price };
    let mut bodies = vec![
        Body::Began(Began {
            wall: Millis(1_764_000_000_000),
            utc_offset_min: 540,
            seed: 0x0123_4567_89ab_cdef,
            visitor: VisitorKind::Returning,
            device: Device::Phone,
            language: "ko".into(),
            referrer: "search.example".into(),
            pack: 7,
            consent: Consent::Personalise,
            resumed: vec![1, 2, 3],
        }),
        Body::Viewed(View { path: "/p/mug-01".into(), page: PageKind::Product }),
        Body::Consented(Consent::Measure),
        Body::Published(8),
        Body::Woke,
        Body::Answered(Answer { campaign: 12, reaction: Reaction::Shown }),
        Body::Decided(Verdict {
            campaign: 12,
            outcome: VerdictOutcome::Fired,
            variant: 1,
            buy_permille: 310,
            evidence: vec![3, -200, 70_000],
        }),
    ];
    bodies.extend(
        [
            Signal::ExitIntent { y: 120, speed: 900, eta_ms: 133 },
            Signal::Dwell { ms: 10_000 },
            Signal::ProductDwell { product: "mug-01".into(), ms: 12_000 },
            Signal::ScrollReach { percent: 60 },
            Signal::CartHesitation { level: 2, causes: 0b1_0001 },
            Signal::RageClick { presses: 3, target: Target::Button },
            Signal::TabHidden,
            Signal::TabReturned { away_ms: 45_000 },
        ]
        .map(Body::Noticed),
    );
    bodies.extend(
        [
            Fact::ProductSeen(Product {
                id: "mug-01".into(),
                name: "달항아리 머그".into(),
                category: "주방".into(),
                price,
            }),
            Fact::Added(line.clone()),
            Fact::Removed(line),
            Fact::CartStands { items: 2, value: won(78_000) },
            Fact::CheckoutBegan { value: won(78_000) },
            Fact::Purchased { order: "2025-0042".into(), value: won(78_000), items: 2 },
            Fact::Searched { results: Some(0) },
            Fact::LoggedIn { vip: true },
            Fact::Goal { name: "newsletter".into(), value: None },
            Fact::ShippingSeen,
            Fact::VariantChosen,
        ]
        .map(Body::Stated),
    );
    bodies
}

/// What a finger, dead controls and a shaken pointer say.
fn touch_and_trouble() -> Vec<Body> {
    let dead = [Target::Link, Target::Button].map(|target| Signal::DeadClick { target });
    let signals = [Signal::ScrollExit { px: 1_640 }, Signal::Thrash { turns: 5 }];
    signals.into_iter().chain(dead).map(Body::Noticed).collect()
}

/// What outlives a tab, who could answer, and a cart line by line.
fn remembered() -> Vec<Body> {
    let source = "search.example source=naver medium=cpc campaign=autumn click=google".into();
    let turns = vec![Turns { campaign: 7, times: 1 }, Turns { campaign: 300, times: u16::MAX }];
    let line = |product: &str, quantity, price| Line { product: product.into(), quantity, price };
    let lines = vec![line("mug-01", 2, Some(won(39_000))), line("", 0, None)];
    vec![
        Body::Remembered(Remembered { visits: 4, bought_days: Some(30), source, turns }),
        Body::Remembered(Remembered::default()),
        Body::Staffed { free: 0 },
        Body::Staffed { free: u16::MAX },
        Body::Stated(Fact::CartHolds { lines }),
        Body::Stated(Fact::CartHolds { lines: vec![] }),
    ]
}

/// What comparing, vain searches, forms, fading, waiting and programs say.
fn doubts_and_waits() -> Vec<Body> {
    let troubles = [Trouble::Invalid, Trouble::Refused, Trouble::Reentered];
    let troubles = troubles.map(|trouble| Signal::FormTrouble { trouble, times: 3 });
    let bots = BotTrait::ALL.map(|it| Signal::BotEvidence { traits: it.bit() });
    let signals = [
        Signal::Comparing { products: 3, returns: 2 },
        Signal::SearchMiss { searches: 2 },
        Signal::Fading { permille: 240 },
        Signal::Waiting { seconds: 80 },
    ];
    signals.into_iter().chain(troubles).chain(bots).map(Body::Noticed).collect()
}

/// How a survey was answered: a score alone, and then with a choice.
fn rated() -> Vec<Body> {
    let rated = |choice| Reaction::Rated { score: 4, choice };
    let answer = |choice| Answer { campaign: 12, reaction: rated(choice) };
    [0, 2].map(|choice| Body::Answered(answer(choice))).into()
}

/// Every value of the small enums that travel.
fn every_value() -> Vec<Body> {
    use PageKind::{Account, Cart, Category, Checkout, Home, Other, Payment, Search, Thanks};
    let pages = [Other, Home, Category, PageKind::Product, Search, Cart, Checkout, Payment, Thanks];
    let view = |page| Body::Viewed(View { path: "/".into(), page });
    let rage = |target| Body::Noticed(Signal::RageClick { presses: 4, target });
    let answer = |reaction| Body::Answered(Answer { campaign: 1, reaction });
    let began = |visitor, device, consent| {
        let (language, referrer) = ("en".into(), String::new());
        let (wall, seed, resumed) = (Millis(0), 0, vec![]);
        let (utc_offset_min, pack) = (-480, 0);
        let began = Began {
            wall,
            utc_offset_min,
            seed,
            visitor,
            device,
            language,
            referrer,
            pack,
            consent,
            resumed,
        };
        Body::Began(began)
    };
    let verdict = |outcome| {
        let evidence = vec![];
        Body::Decided(Verdict { campaign: 1, outcome, variant: 0, buy_permille: 0, evidence })
    };
    let mut bodies = vec![
        began(VisitorKind::New, Device::Desktop, Consent::Unknown),
        began(VisitorKind::Returning, Device::Phone, Consent::Measure),
        began(VisitorKind::Known, Device::Tablet, Consent::Personalise),
    ];
    bodies.extend(pages.map(view));
    bodies.push(view(Account));
    bodies.extend(
        [
            Target::Plain,
            Target::Link,
            Target::Button,
            Target::Image,
            Target::Field,
            Target::Stepper,
        ]
        .map(rage),
    );
    bodies.extend(
        HesitationCause::ALL
            .map(|cause| Body::Noticed(Signal::CartHesitation { level: 1, causes: cause.bit() })),
    );
    bodies.extend(
        [Consent::Denied, Consent::Unknown, Consent::Measure, Consent::Personalise]
            .map(Body::Consented),
    );
    bodies.extend(
        [
            Reaction::Shown,
            Reaction::Accepted,
            Reaction::Dismissed,
            Reaction::Expired,
            Reaction::Failed,
        ]
        .map(answer),
    );
    bodies.extend(
        [VerdictOutcome::Fired, VerdictOutcome::HeldOut, VerdictOutcome::Shadowed].map(verdict),
    );
    bodies
}

/// The largest numbers and two items at one time.
fn extremes() -> Vec<Item> {
    let least = Money { minor: i64::MIN, currency: Currency::parse("USD").unwrap() };
    let verdict = Verdict {
        campaign: u16::MAX,
        outcome: VerdictOutcome::Fired,
        variant: u8::MAX,
        buy_permille: u16::MAX,
        evidence: vec![i32::MIN, i32::MAX],
    };
    vec![
        Item { at: Millis(0), body: Body::Published(u32::MAX) },
        Item { at: Millis(0), body: Body::Stated(Fact::CheckoutBegan { value: least }) },
        Item { at: Millis(u64::MAX), body: Body::Decided(verdict) },
        Item { at: Millis(u64::MAX), body: Body::Woke },
    ]
}

fn won(minor: i64) -> Money {
    Money { minor, currency: Currency::parse("KRW").unwrap() }
}

/// Those without kinds of their own.
const BODIES: usize = 9;
const SIGNALS: usize = 17;
const FACTS: usize = 12;

/// A number for each variant. Without `_`, so that a new one does not compile until it is here and
/// in a golden frame.
fn number(body: &Body) -> usize {
    match body {
        Body::Began(_) => 0,
        Body::Viewed(_) => 1,
        Body::Consented(_) => 2,
        Body::Published(_) => 3,
        Body::Woke => 4,
        Body::Answered(_) => 5,
        Body::Decided(_) => 6,
        Body::Remembered(_) => 7,
        Body::Staffed { .. } => 8,
        Body::Noticed(signal) => BODIES + signal_number(signal),
        Body::Stated(fact) => BODIES + SIGNALS + fact_number(fact),
    }
}

fn signal_number(signal: &Signal) -> usize {
    match signal {
        Signal::ExitIntent { .. } => 0,
        Signal::Dwell { .. } => 1,
        Signal::ProductDwell { .. } => 2,
        Signal::ScrollReach { .. } => 3,
        Signal::CartHesitation { .. } => 4,
        Signal::RageClick { .. } => 5,
        Signal::TabHidden => 6,
        Signal::TabReturned { .. } => 7,
        Signal::ScrollExit { .. } => 8,
        Signal::DeadClick { .. } => 9,
        Signal::Thrash { .. } => 10,
        Signal::Comparing { .. } => 11,
        Signal::FormTrouble { .. } => 12,
        Signal::SearchMiss { .. } => 13,
        Signal::Fading { .. } => 14,
        Signal::Waiting { .. } => 15,
        Signal::BotEvidence { .. } => 16,
    }
}

fn fact_number(fact: &Fact) -> usize {
    match fact {
        Fact::ProductSeen(_) => 0,
        Fact::Added(_) => 1,
        Fact::Removed(_) => 2,
        Fact::CartStands { .. } => 3,
        Fact::CheckoutBegan { .. } => 4,
        Fact::Purchased { .. } => 5,
        Fact::Searched { .. } => 6,
        Fact::LoggedIn { .. } => 7,
        Fact::Goal { .. } => 8,
        Fact::ShippingSeen => 9,
        Fact::VariantChosen => 10,
        Fact::CartHolds { .. } => 11,
    }
}
