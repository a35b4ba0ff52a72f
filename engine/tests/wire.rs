//! A pack is read as it was written, whatever its triggers; its bytes are postcard's.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use beacon::item::{Device, PageKind, VisitorKind};
use beacon::wire;
use engine::campaign::{Caps, Happening, Quantity, Trigger};
use engine::pack::{FORMAT, Pack, Published};
use engine::schedule::{Date, Day, Minute, Schedule, Zone};
use engine::site::Site;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const EXIT_OFFER: &str = include_str!("../campaigns/exit-offer.json");

fn triggers() -> impl Strategy<Value = Trigger> {
    let happening = || prop_oneof![Just(Happening::ExitIntent), Just(Happening::Dismissed)];
    let quantity = prop_oneof![Just(Quantity::CartValue), Just(Quantity::SessionSeconds)];
    let leaf = prop_oneof![
        (happening(), any::<u16>()).prop_map(|(of, at_least)| Trigger::Count {
            of,
            at_least,
            within_s: 0
        }),
        (happening(), any::<u32>()).prop_map(|(of, at_least_s)| Trigger::Since { of, at_least_s }),
        (quantity, option::of(any::<i32>()), option::of(any::<i32>()))
            .prop_map(|(what, min, max)| Trigger::Is { what, min, max }),
        vec(prop_oneof![Just(VisitorKind::New), Just(VisitorKind::Known)], 0..3)
            .prop_map(Trigger::Visitor),
        vec(prop_oneof![Just(Device::Desktop), Just(Device::Tablet)], 0..3)
            .prop_map(Trigger::Device),
        vec(prop_oneof![Just(PageKind::Other), Just(PageKind::Account)], 0..3)
            .prop_map(Trigger::Page),
        vec(".{0,9}", 0..3).prop_map(Trigger::Path),
        vec("[a-z]{2}", 0..3).prop_map(Trigger::Language),
        vec("[a-z ]{2}", 0..3).prop_map(Trigger::Source),
        (any::<u32>(), vec(happening(), 0..3))
            .prop_map(|(within_s, steps)| Trigger::Sequence { within_s, steps }),
        (vec(".{0,9}", 0..3), vec(".{0,9}", 0..3), any::<u16>()).prop_map(
            |(product, category, at_least)| Trigger::CartHas { product, category, at_least }
        ),
        (
            vec(prop_oneof![Just(Day::Mon), Just(Day::Sun)], 0..3),
            any::<[u16; 2]>(),
            any::<[Option<u16>; 2]>()
        )
            .prop_map(|(days, [from, to], [since, until])| {
                let (since, until) = (since.map(Date), until.map(Date));
                Trigger::Schedule(Schedule {
                    days,
                    from: Minute(from),
                    to: Minute(to),
                    since,
                    until,
                })
            }),
        (".{0,9}", any::<u16>(), any::<u32>())
            .prop_map(|(name, at_least, within_s)| Trigger::Goal { name, at_least, within_s }),
    ];
    leaf.prop_recursive(7, 24, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Trigger::All),
            vec(inner.clone(), 0..3).prop_map(Trigger::Any),
            inner.prop_map(|part| Trigger::Not(Box::new(part))),
        ]
    })
}

fn pack(trigger: Trigger) -> Pack {
    let mut campaign: engine::campaign::Campaign = serde_json::from_str(EXIT_OFFER).unwrap();
    campaign.trigger = trigger;
    let zone = Zone { name: "Asia/Seoul".into(), offsets: vec![(0, 540), (1_800_000_000, -60)] };
    let quiet = Trigger::Any(vec![campaign.trigger.clone(), Trigger::Page(vec![PageKind::Home])]);
    let caps = Caps { per_session: 4, lifetime: 300, ..Caps::default() };
    let site = Site { quiet, caps, holdout_permille: 50, ..Site::default() };
    Pack { version: 7, campaigns: vec![campaign], zone, site, ..Pack::default() }
}

/// The oracle. What the site has for itself comes last, and pages have it as a campaign.
fn by_postcard(pack: &Pack) -> Vec<u8> {
    let mut bytes = postcard::to_allocvec(&(FORMAT, pack)).unwrap();
    let site = postcard::to_allocvec(&pack.site).unwrap();
    bytes.truncate(bytes.len() - site.len());
    bytes.extend(postcard::to_allocvec(&vec![pack.site.as_campaign()]).unwrap());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pack_is_read_as_it_was_written(trigger in triggers()) {
        let pack = pack(trigger);
        let bytes = pack.encode();
        prop_assert_eq!(&bytes, &by_postcard(&pack));
        prop_assert_eq!(wire::from_bytes(&bytes[1..]), Some(pack.clone()));
        prop_assert_eq!(Pack::decode(&bytes), Ok(pack.clone()));
        if pack.check().is_empty() {
            prop_assert_eq!(Published::decode(&bytes), Ok(pack.into()));
        }
    }

    #[test]
    fn a_pack_cut_short_or_with_a_byte_behind_is_refused(trigger in triggers(), byte: u8) {
        let mut bytes = pack(trigger).encode();
        for end in 0..bytes.len() {
            prop_assert!(Pack::decode(&bytes[..end]).is_err());
            prop_assert!(Published::decode(&bytes[..end]).is_err());
        }
        bytes.push(byte);
        prop_assert!(Pack::decode(&bytes).is_err());
        prop_assert!(Published::decode(&bytes).is_err());
    }

    #[test]
    fn numbers_are_read_as_written(a: u16, b: i16, c: u32, d: i32, e: u64, f: i64) {
        let value = ((a, b), ((c, d), (e, f)));
        let bytes = wire::to_bytes(&value);
        prop_assert_eq!(&bytes, &postcard::to_allocvec(&value).unwrap());
        prop_assert_eq!(wire::from_bytes(&bytes), Some(value));
    }

    #[test]
    fn bytes_changed_anywhere_give_an_answer(trigger in triggers(), at: prop::sample::Index, byte: u8) {
        let mut bytes = pack(trigger).encode();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let read = Published::decode(&bytes);
        if let Ok(pack) = Pack::decode(&bytes) {
            prop_assert_eq!(Pack::decode(&pack.encode()), Ok(pack.clone()));
            prop_assert!(read.is_ok() || !pack.check().is_empty());
        }
        if let Ok(pack) = read {
            prop_assert_eq!(Published::decode(&pack.encode()), Ok(pack));
        }
    }
}

#[test]
fn a_number_beyond_its_type_is_refused() {
    assert_eq!(wire::from_bytes::<u16>(&[0xff, 0xff, 0x03]), Some(u16::MAX));
    assert_eq!(wire::from_bytes::<u16>(&[0x80, 0x80, 0x04]), None);
    assert_eq!(wire::from_bytes::<u64>(&[[0xff; 9].as_slice(), &[1]].concat()), Some(u64::MAX));
    assert_eq!(wire::from_bytes::<u64>(&[[0xff; 9].as_slice(), &[2]].concat()), None);
    assert_eq!(wire::from_bytes::<u64>(&[0x80; 11]), None);
    assert_eq!(wire::from_bytes::<bool>(&[2]), None);
    assert_eq!(wire::from_bytes::<String>(&[1, 0xff]), None);
}
