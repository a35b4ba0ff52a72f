//! Any bytes may be served as a pack: they are refused, or judged by without harm.
//!
//! The input is a length, so many bytes of a pack without its format, and what happens then.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/wild/mod.rs"]
mod wild;

use beacon::item::{Began, Body, Consent, Device, VisitorKind};
use beacon::{Item, Millis};
use engine::pack::{Pack, Published};
use libfuzzer_sys::fuzz_target;
use wild::dice::{Dice, Step};

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk() else { return };
    let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
    let (pack, rest) = rest.split_at(length);
    let bytes = [&[engine::pack::FORMAT], pack].concat();
    let built = Pack::decode(&bytes);
    let published = Published::decode(&bytes);
    if let Ok(pack) = &built {
        assert_eq!(Pack::decode(&pack.encode()).as_ref(), Ok(pack));
        assert!(published.is_ok() || !pack.check().is_empty(), "fit, and refused by pages");
    }
    if let Ok(pack) = published {
        assert_eq!(Published::decode(&pack.encode()).as_ref(), Ok(&pack));
        judge(&pack, &mut Dice(rest));
    }
});

/// A few things happen to a visitor of a shop with this pack.
fn judge(pack: &Published, dice: &mut Dice<'_>) {
    let mut decider = engine::decide::Decider::default();
    let began = Began {
        wall: Millis(1_800_000_000_000),
        utc_offset_min: 540,
        seed: 1,
        visitor: VisitorKind::New,
        device: Device::Desktop,
        language: "ko".into(),
        referrer: String::new(),
        pack: pack.version,
        consent: Consent::Personalise,
        resumed: Vec::new(),
    };
    let mut item = Item { at: Millis(0), body: Body::Began(began) };
    loop {
        for decision in decider.take(&item, pack) {
            assert!(Body::Decided(decision.verdict).keeps_limits());
        }
        if dice.is_spent() {
            break;
        }
        item.at = Millis(dice.time(item.at.0));
        item.body = match dice.step() {
            Step::Stated(fact) => Body::Stated(fact),
            Step::Answered(answer) => Body::Answered(answer),
            Step::Saw(engine::observation::Observation::Viewed(view)) => Body::Viewed(view),
            _ => Body::Woke,
        };
    }
}
