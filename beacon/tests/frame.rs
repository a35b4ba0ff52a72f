//! Whatever can be said is read back as said; whatever is not a frame is refused, and how.
//!
//! A failing case is printed in its smallest form; a defect found this way gets a test of its own.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use beacon::frame::{checksum, decode, encode, reopen};
use beacon::item::{
    Answer, Began, Consent, Device, Fact, Line, PageKind, Product, Reaction, Remembered, Signal,
    Target, Trouble, Turns, Verdict, VerdictOutcome, View, VisitorKind,
};
use beacon::limits::{
    self, CART_LINES_MAX, EVIDENCE_MAX, FRAME_BYTES_MAX, ITEMS_MAX, LIFETIMES_MAX, NAME_BYTES_MAX,
    PRODUCT_ID_BYTES_MAX, SOURCE_BYTES_MAX,
};
use beacon::{
    Beacon, Body, Currency, DecodeError, Header, Item, Millis, Money, RunId, SessionId, SiteKey,
    VisitorId,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_is_read(beacon in beacons()) {
        let bytes = encode(&beacon);
        prop_assert_eq!(reopen(&bytes), Ok(beacon.clone()));
        prop_assert_eq!(decode(&bytes), Ok(beacon));
    }

    #[test]
    fn the_payload_is_postcards(beacon in beacons()) {
        let mut at = 0;
        let items: Vec<_> = beacon.items.iter().map(|item| {
            let delay = item.at.0 - at;
            at = item.at.0;
            (delay, &item.body)
        }).collect();
        let postcard = postcard::to_allocvec(&(&beacon.header, items)).unwrap();
        prop_assert_eq!(payload_of(&beacon), postcard);
    }

    #[test]
    fn any_bytes_give_an_answer_and_what_is_read_has_one_spelling(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(beacon) = decode(&bytes) {
            prop_assert_eq!(encode(&beacon), bytes);
        }
    }

    #[test]
    fn any_payload_in_a_sound_wrapping_gives_an_answer(payload in vec(any::<u8>(), 0..200)) {
        let bytes = wrap(&payload);
        if let Ok(beacon) = decode(&bytes) {
            prop_assert_eq!(encode(&beacon), bytes);
        }
    }

    #[test]
    fn a_payload_with_one_byte_changed_is_refused_or_has_one_spelling(
        beacon in beacons(), index in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut payload = payload_of(&beacon);
        let index = index.index(payload.len());
        payload[index] = byte;
        let bytes = wrap(&payload);
        if let Ok(beacon) = decode(&bytes) {
            prop_assert_eq!(encode(&beacon), bytes);
        }
    }

    #[test]
    fn clipped_text_is_a_beginning_and_keeps_to_its_limit(text in ".*", bytes_max in 0_usize..80) {
        let clipped = limits::clip(&text, bytes_max);
        prop_assert!(clipped.len() <= bytes_max && text.starts_with(&clipped));
        let next = text[clipped.len()..].chars().next();
        prop_assert!(next.is_none_or(|next| clipped.len() + next.len_utf8() > bytes_max));
    }
}

#[test]
fn an_empty_body_is_truncated() {
    assert_eq!(decode(&[]), Err(DecodeError::Truncated));
}

#[test]
fn a_later_version_is_named() {
    let mut bytes = encode(&beacon(vec![]));
    bytes[0] = 2;
    assert_eq!(decode(&bytes), Err(DecodeError::Version(2)));
}

#[test]
fn a_byte_behind_the_frame_is_refused() {
    let mut bytes = encode(&beacon(vec![]));
    bytes.push(0);
    assert_eq!(decode(&bytes), Err(DecodeError::Trailing));
}

#[test]
fn a_changed_byte_breaks_the_checksum() {
    let mut bytes = encode(&beacon(vec![]));
    bytes[10] ^= 1;
    assert_eq!(decode(&bytes), Err(DecodeError::Checksum));
}

#[test]
fn a_byte_behind_the_items_is_refused() {
    let mut payload = payload_of(&beacon(vec![Body::Woke]));
    payload.push(0);
    assert_eq!(decode(&wrap(&payload)), Err(DecodeError::Malformed));
}

#[test]
fn a_number_written_with_a_needless_byte_is_refused() {
    let mut payload = payload_of(&beacon(vec![]));
    assert_eq!(payload.pop(), Some(0), "the number of items");
    payload.extend([0x80, 0x00]);
    assert_eq!(decode(&wrap(&payload)), Err(DecodeError::Malformed));
}

#[test]
fn an_unknown_kind_of_item_is_refused() {
    let mut payload = payload_of(&beacon(vec![Body::Woke]));
    *payload.last_mut().unwrap() = 99;
    assert_eq!(decode(&wrap(&payload)), Err(DecodeError::Malformed));
}

#[test]
fn more_items_promised_than_bytes_could_hold_are_refused_before_any_room_is_made() {
    let mut payload = payload_of(&beacon(vec![]));
    payload.pop();
    payload.extend([0xff, 0x0f]);
    assert_eq!(decode(&wrap(&payload)), Err(DecodeError::Malformed));
}

#[test]
fn items_are_read_up_to_their_number_and_no_more() {
    let read = |items| decode(&encode(&beacon(vec![Body::Woke; items]))).map(|it| it.items.len());
    assert_eq!(read(ITEMS_MAX), Ok(ITEMS_MAX));
    assert_eq!(read(ITEMS_MAX + 1), Err(DecodeError::Limits));
}

#[test]
fn a_frame_is_read_up_to_its_size_and_no_more() {
    let frame_of = |bytes: usize| {
        let mut items = vec![goal(NAME_BYTES_MAX); 161];
        let rest = bytes - encode(&beacon(items.clone())).len();
        items.push(goal(rest - 5));
        encode(&beacon(items))
    };
    let largest = frame_of(FRAME_BYTES_MAX);
    assert_eq!(largest.len(), FRAME_BYTES_MAX);
    assert!(decode(&largest).is_ok());
    assert_eq!(decode(&frame_of(FRAME_BYTES_MAX + 1)), Err(DecodeError::TooLarge));
    assert_eq!(decode(&vec![1; 100_000]), Err(DecodeError::TooLarge));
}

#[test]
fn a_beacon_far_too_large_is_written_and_refused() {
    let bytes = encode(&beacon(vec![goal(NAME_BYTES_MAX); 2_000]));
    assert_eq!(decode(&bytes), Err(DecodeError::TooLarge));
}

#[test]
fn a_text_or_list_one_longer_than_its_limit_is_refused() {
    let read = |body| decode(&encode(&beacon(vec![body]))).map(|_| ());
    let evidence = |count| {
        let outcome = VerdictOutcome::Fired;
        let evidence = vec![0; count];
        Body::Decided(Verdict { campaign: 0, outcome, variant: 0, buy_permille: 0, evidence })
    };
    assert_eq!(read(goal(NAME_BYTES_MAX)), Ok(()));
    assert_eq!(read(goal(NAME_BYTES_MAX + 1)), Err(DecodeError::Limits));
    let held = |lines, bytes| {
        let line = Line { product: "x".repeat(bytes), quantity: 1, price: None };
        Body::Stated(Fact::CartHolds { lines: vec![line; lines] })
    };
    assert_eq!(read(held(CART_LINES_MAX, PRODUCT_ID_BYTES_MAX)), Ok(()));
    assert_eq!(read(held(CART_LINES_MAX + 1, 1)), Err(DecodeError::Limits));
    assert_eq!(read(held(1, PRODUCT_ID_BYTES_MAX + 1)), Err(DecodeError::Limits));
    let remembered = |bytes, turns| {
        let turns = vec![Turns { campaign: 1, times: 1 }; turns];
        let source = "s".repeat(bytes);
        Body::Remembered(Remembered { source, turns, ..Remembered::default() })
    };
    assert_eq!(read(remembered(SOURCE_BYTES_MAX, LIFETIMES_MAX)), Ok(()));
    assert_eq!(read(remembered(SOURCE_BYTES_MAX + 1, 0)), Err(DecodeError::Limits));
    assert_eq!(read(remembered(0, LIFETIMES_MAX + 1)), Err(DecodeError::Limits));
    assert_eq!(read(evidence(EVIDENCE_MAX)), Ok(()));
    assert_eq!(read(evidence(EVIDENCE_MAX + 1)), Err(DecodeError::Limits));
}

#[test]
fn a_time_before_the_item_ahead_is_written_as_its_time() {
    let mut beacon = beacon(vec![Body::Woke, Body::Woke, Body::Woke]);
    for (item, at) in beacon.items.iter_mut().zip([5, 3, 7]) {
        item.at = Millis(at);
    }
    let times: Vec<_> = decode(&encode(&beacon)).unwrap().items.iter().map(|it| it.at.0).collect();
    assert_eq!(times, [5, 5, 7]);
}

#[test]
fn the_checksum_is_that_of_the_frame() {
    let bytes = encode(&beacon(vec![]));
    assert_eq!(checksum(&bytes).to_le_bytes(), bytes[bytes.len() - 4..]);
    assert_eq!(checksum(&[1, 2, 3]), 0);
}

#[test]
fn ids_and_currencies_are_text_in_json_and_bytes_on_the_wire() {
    let run = RunId([0xab; 16]);
    let json = serde_json::to_string(&run).unwrap();
    assert_eq!(json, format!("\"{}\"", "ab".repeat(16)));
    assert_eq!(serde_json::from_str::<RunId>(&json).unwrap(), run);
    assert!(serde_json::from_str::<RunId>("\"AB\"").is_err());
    assert_eq!(postcard::to_allocvec(&run).unwrap(), [0xab; 16]);

    let won = Currency::parse("krw").unwrap();
    assert_eq!(serde_json::to_string(&won).unwrap(), "\"KRW\"");
    assert_eq!(serde_json::from_str::<Currency>("\"KRW\"").unwrap(), won);
    assert!(serde_json::from_str::<Currency>("\"W\"").is_err());
    assert_eq!(postcard::to_allocvec(&won).unwrap(), *b"KRW");
    assert!(postcard::from_bytes::<Currency>(b"krw").is_err());
}

fn beacon(bodies: Vec<Body>) -> Beacon {
    let header = Header {
        site: SiteKey::parse("demo").unwrap(),
        run: RunId([7; 16]),
        sequence: 0,
        visitor: None,
        session: None,
        sent_at: Millis(1_764_000_000_000),
        agent: 1_000,
        pack: 1,
    };
    let items = bodies.into_iter().map(|body| Item { at: Millis(0), body }).collect();
    Beacon { header, items }
}

/// Takes its name and five bytes more.
fn goal(name_bytes: usize) -> Body {
    Body::Stated(Fact::Goal { name: "g".repeat(name_bytes), value: None })
}

fn payload_of(beacon: &Beacon) -> Vec<u8> {
    let bytes = encode(beacon);
    bytes[3..bytes.len() - 4].to_vec()
}

/// Puts a sound frame around any payload: a forger can, so the payload must be judged by itself.
fn wrap(payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(u16::try_from(payload.len()).unwrap().to_le_bytes());
    bytes.extend(payload);
    bytes.extend(crc32c_by_the_book(&bytes).to_le_bytes());
    bytes
}

/// Bit by bit, as the polynomial is defined: an oracle for the table in the crate.
fn crc32c_by_the_book(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| (crc >> 1) ^ (0x82f6_3b78 * (crc & 1));
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| bit(crc)))
}

fn beacons() -> impl Strategy<Value = Beacon> {
    (headers(), vec((0..100_000_u64, bodies()), 0..20)).prop_map(|(header, delays)| {
        let mut at = Millis(0);
        let items = delays.into_iter().map(|(delay, body)| {
            at = at.plus(delay);
            Item { at, body }
        });
        Beacon { header, items: items.collect() }
    })
}

fn headers() -> impl Strategy<Value = Header> {
    let ids = (any::<[u8; 16]>(), option::of(any::<[u8; 16]>()), option::of(any::<[u8; 8]>()));
    let numbers = (any::<u32>(), any::<u64>(), any::<u16>(), any::<u32>());
    ("[a-z0-9-]{1,32}", ids, numbers).prop_map(|(site, ids, (sequence, sent_at, agent, pack))| {
        Header {
            site: SiteKey::parse(&site).unwrap(),
            run: RunId(ids.0),
            sequence,
            visitor: ids.1.map(VisitorId),
            session: ids.2.map(SessionId),
            sent_at: Millis(sent_at),
            agent,
            pack,
        }
    })
}

fn bodies() -> impl Strategy<Value = Body> {
    let view = (text(), pages()).prop_map(|(path, page)| Body::Viewed(View { path, page }));
    prop_oneof![
        began().prop_map(Body::Began),
        view,
        signals().prop_map(Body::Noticed),
        facts().prop_map(Body::Stated),
        consents().prop_map(Body::Consented),
        any::<u32>().prop_map(Body::Published),
        Just(Body::Woke),
        (any::<u16>(), reactions())
            .prop_map(|(campaign, reaction)| Body::Answered(Answer { campaign, reaction })),
        verdicts().prop_map(Body::Decided),
        remembered().prop_map(Body::Remembered),
        any::<u16>().prop_map(|free| Body::Staffed { free }),
    ]
}

fn remembered() -> impl Strategy<Value = Remembered> {
    let turns = any::<(u16, u16)>().prop_map(|(campaign, times)| Turns { campaign, times });
    (any::<(u16, Option<u16>)>(), text(), vec(turns, 0..=LIFETIMES_MAX)).prop_map(
        |((visits, bought_days), source, turns)| Remembered { visits, bought_days, source, turns },
    )
}

fn began() -> impl Strategy<Value = Began> {
    let worlds = (any::<u64>(), any::<i16>(), any::<u64>(), any::<u32>());
    let kinds = (
        prop_oneof![Just(VisitorKind::New), Just(VisitorKind::Returning), Just(VisitorKind::Known)],
        prop_oneof![Just(Device::Desktop), Just(Device::Phone), Just(Device::Tablet)],
        consents(),
    );
    let texts = ("[a-zA-Z-]{0,12}", "[a-z.]{0,64}", vec(any::<u8>(), 0..100));
    (worlds, kinds, texts).prop_map(
        |((wall, utc_offset_min, seed, pack), (visitor, device, consent), texts)| Began {
            wall: Millis(wall),
            utc_offset_min,
            seed,
            visitor,
            device,
            language: texts.0,
            referrer: texts.1,
            pack,
            consent,
            resumed: texts.2,
        },
    )
}

fn signals() -> impl Strategy<Value = Signal> {
    let targets = prop_oneof![Just(Target::Plain), Just(Target::Field), Just(Target::Stepper)];
    prop_oneof![
        any::<(u16, u16, u16)>().prop_map(|(y, speed, eta_ms)| Signal::ExitIntent {
            y,
            speed,
            eta_ms
        }),
        any::<u32>().prop_map(|ms| Signal::Dwell { ms }),
        (text(), any::<u32>()).prop_map(|(product, ms)| Signal::ProductDwell { product, ms }),
        any::<u8>().prop_map(|percent| Signal::ScrollReach { percent }),
        any::<(u8, u16)>().prop_map(|(level, causes)| Signal::CartHesitation { level, causes }),
        (any::<u8>(), targets).prop_map(|(presses, target)| Signal::RageClick { presses, target }),
        Just(Signal::TabHidden),
        any::<u32>().prop_map(|away_ms| Signal::TabReturned { away_ms }),
        any::<u16>().prop_map(|px| Signal::ScrollExit { px }),
        Just(Signal::DeadClick { target: Target::Button }),
        any::<u8>().prop_map(|turns| Signal::Thrash { turns }),
        any::<(u8, u8)>().prop_map(|(products, returns)| Signal::Comparing { products, returns }),
        any::<u8>().prop_map(|times| Signal::FormTrouble { trouble: Trouble::Refused, times }),
        any::<u8>().prop_map(|searches| Signal::SearchMiss { searches }),
        any::<u16>().prop_map(|permille| Signal::Fading { permille }),
        any::<u16>().prop_map(|seconds| Signal::Waiting { seconds }),
        any::<u8>().prop_map(|traits| Signal::BotEvidence { traits }),
    ]
}

fn facts() -> impl Strategy<Value = Fact> {
    let product = (text(), text(), text(), option::of(money()))
        .prop_map(|(id, name, category, price)| Product { id, name, category, price });
    let line =
        || {
            (text(), any::<u16>(), option::of(money()))
                .prop_map(|(product, quantity, price)| Line { product, quantity, price })
        };
    prop_oneof![
        product.prop_map(Fact::ProductSeen),
        line().prop_map(Fact::Added),
        line().prop_map(Fact::Removed),
        (any::<u16>(), money()).prop_map(|(items, value)| Fact::CartStands { items, value }),
        money().prop_map(|value| Fact::CheckoutBegan { value }),
        (text(), money(), any::<u16>()).prop_map(|(order, value, items)| Fact::Purchased {
            order,
            value,
            items
        }),
        any::<Option<u32>>().prop_map(|results| Fact::Searched { results }),
        any::<bool>().prop_map(|vip| Fact::LoggedIn { vip }),
        (text(), option::of(money())).prop_map(|(name, value)| Fact::Goal { name, value }),
        Just(Fact::ShippingSeen),
        Just(Fact::VariantChosen),
        vec(line(), 0..=CART_LINES_MAX).prop_map(|lines| Fact::CartHolds { lines }),
    ]
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    let outcomes = prop_oneof![
        Just(VerdictOutcome::Fired),
        Just(VerdictOutcome::HeldOut),
        Just(VerdictOutcome::Shadowed)
    ];
    (any::<(u16, u8, u16)>(), outcomes, vec(any::<i32>(), 0..=EVIDENCE_MAX)).prop_map(
        |((campaign, variant, buy_permille), outcome, evidence)| Verdict {
            campaign,
            outcome,
            variant,
            buy_permille,
            evidence,
        },
    )
}

fn consents() -> impl Strategy<Value = Consent> {
    prop_oneof![
        Just(Consent::Denied),
        Just(Consent::Unknown),
        Just(Consent::Measure),
        Just(Consent::Personalise)
    ]
}

fn pages() -> impl Strategy<Value = PageKind> {
    prop_oneof![Just(PageKind::Other), Just(PageKind::Product), Just(PageKind::Account)]
}

fn reactions() -> impl Strategy<Value = Reaction> {
    prop_oneof![Just(Reaction::Shown), Just(Reaction::Dismissed), Just(Reaction::Failed)]
}

fn money() -> impl Strategy<Value = Money> {
    let currencies = "[A-Z]{3}".prop_map(|code| Currency::parse(&code).unwrap());
    (any::<i64>(), currencies).prop_map(|(minor, currency)| Money { minor, currency })
}

/// Short enough for every limit on text, in several scripts.
fn text() -> impl Strategy<Value = String> {
    "[a-z가-힣é/]{0,16}"
}
