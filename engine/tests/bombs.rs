//! Campaigns made to hurt: deep, many, large, or hard to judge. Those that people write are refused
//! before they are published; bytes made by hand are refused by the page, or cost it little.
//! What little is, is counted by `cargo bench -p engine --bench cost`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use beacon::item::PageKind;
use beacon::limits::EVIDENCE_MAX;
use engine::campaign::{Campaign, Happening, TRIGGER_DEPTH_MAX, TRIGGER_NODES_MAX, Trigger};
use engine::check::Problem;
use engine::pack::{
    CAMPAIGNS_MAX, PACK_BYTES_MAX, PATTERN_BYTES_MAX, Pack, PackError, PageRule, Published,
};

fn pack(triggers: impl IntoIterator<Item = Trigger>) -> Pack {
    let mut like: Campaign =
        serde_json::from_str(include_str!("../campaigns/cart-help.json")).unwrap();
    like.name.clear();
    let text = r#"{"weight": 1, "action": {"invite": {"copy": {"ko": {
        "title": "", "body": "", "accept": "", "decline": ""}}}}}"#;
    like.variants = vec![serde_json::from_str(text).unwrap()];
    let with =
        |(at, trigger)| Campaign { id: u16::try_from(at).unwrap() + 1, trigger, ..like.clone() };
    let campaigns = triggers.into_iter().enumerate().map(with).collect();
    Pack { campaigns, ..Pack::default() }
}

fn leaf() -> Trigger {
    Trigger::Count { of: Happening::View, at_least: 1, within_s: 0 }
}

/// A leaf within so many nodes, each the only part of the one before.
fn nested(depth: usize) -> Trigger {
    (1..depth).fold(leaf(), |inner, level| match level % 3 {
        0 => Trigger::Not(Box::new(inner)),
        1 => Trigger::All(vec![inner]),
        _ => Trigger::Any(vec![inner]),
    })
}

/// What the page says to the bytes.
fn read(bytes: &[u8]) -> Result<(), PackError> {
    Published::decode(bytes).map(drop)
}

#[test]
fn a_trigger_may_be_so_deep_and_no_deeper() {
    let (fit, bomb) = (pack([nested(TRIGGER_DEPTH_MAX)]), pack([nested(TRIGGER_DEPTH_MAX + 1)]));
    assert_eq!(fit.check(), []);
    assert_eq!(bomb.check(), [Problem::TooDeep(1)]);
    assert_eq!(read(&fit.encode()), Ok(()));
    assert_eq!(read(&bomb.encode()), Err(PackError::Malformed));
}

#[test]
fn text_nested_without_end_is_refused_before_it_is_built() {
    for (open, close) in [("{\"not\":", "}"), ("{\"all\":[", "]}")] {
        let trigger = format!("{}{{\"page\":[]}}{}", open.repeat(50_000), close.repeat(50_000));
        assert!(serde_json::from_str::<Trigger>(&trigger).is_err());
    }
}

#[test]
fn bytes_nested_without_end_are_refused_by_both_readers() {
    // The trigger of the only campaign begins behind what stands before it in every pack.
    let bytes = pack([Trigger::Page(Vec::new())]).encode();
    let at = bytes.windows(3).rposition(|it| it == [1, 0, 8]).unwrap() + 2;
    for level in [[0, 1].as_slice(), &[1, 1], &[2], &[2, 0, 1]] {
        for levels in [TRIGGER_DEPTH_MAX, 20, 1_000, 30_000 / level.len()] {
            let bomb = [&bytes[..at], &level.repeat(levels), &bytes[at..]].concat();
            assert_eq!(read(&bomb), Err(PackError::Malformed), "{level:?} × {levels}");
            let built = Pack::decode(&bomb);
            assert!(built.is_err() || levels <= 20, "{level:?} × {levels}");
        }
    }
}

#[test]
fn a_trigger_may_have_so_many_nodes_and_no_more() {
    let wide = |nodes: usize| pack([Trigger::Any(vec![leaf(); nodes - 1])]);
    assert_eq!(wide(TRIGGER_NODES_MAX).check(), []);
    assert_eq!(wide(TRIGGER_NODES_MAX + 1).check(), [Problem::TooManyNodes(1)]);
    // A page counts what it says of each: the leaves.
    assert_eq!(read(&wide(EVIDENCE_MAX + 1).encode()), Ok(()));
    assert_eq!(read(&wide(EVIDENCE_MAX + 2).encode()), Err(PackError::Malformed));
    let wider = pack([Trigger::All(vec![Trigger::Any(vec![leaf(); 20]); 20])]);
    assert_eq!(read(&wider.encode()), Err(PackError::Malformed));
}

#[test]
fn a_pack_may_have_so_many_campaigns_and_no_more() {
    let of = |count| pack(vec![Trigger::Any(vec![leaf(); TRIGGER_NODES_MAX - 1]); count]);
    assert_eq!(of(CAMPAIGNS_MAX).check(), []);
    assert_eq!(read(&of(CAMPAIGNS_MAX).encode()), Ok(()));
    assert_eq!(of(CAMPAIGNS_MAX + 1).check(), [Problem::TooManyCampaigns]);
    assert_eq!(read(&of(CAMPAIGNS_MAX + 1).encode()), Err(PackError::Malformed));
}

#[test]
fn a_pack_may_be_so_large_and_no_larger() {
    let mut pack = pack([leaf()]);
    let length = pack.encode().len();
    // Two bytes more for the longer length before it.
    pack.campaigns[0].name = "x".repeat(PACK_BYTES_MAX - length - 2);
    assert_eq!(pack.encode().len(), PACK_BYTES_MAX);
    assert_eq!(read(&pack.encode()), Ok(()));
    pack.campaigns[0].name.push('x');
    assert_eq!(read(&pack.encode()), Err(PackError::TooLarge));
    assert_eq!(Pack::decode(&pack.encode()), Err(PackError::TooLarge));
}

#[test]
fn patterns_may_be_so_long_altogether_and_no_longer() {
    let of = |bytes: usize| {
        let glob = "*".to_owned() + &"a".repeat(62) + "b";
        let globs = vec![glob; bytes / 64];
        let (here, there) = globs.split_at(globs.len() / 2);
        pack([Trigger::Path(here.into()), Trigger::Not(Box::new(Trigger::Path(there.into())))])
    };
    assert_eq!(of(PATTERN_BYTES_MAX).check(), []);
    assert_eq!(read(&of(PATTERN_BYTES_MAX).encode()), Ok(()));
    assert_eq!(of(PATTERN_BYTES_MAX + 64).check(), [Problem::TooManyPatterns]);
    assert_eq!(read(&of(PATTERN_BYTES_MAX + 64).encode()), Err(PackError::Malformed));
}

#[test]
fn sequences_may_have_so_many_steps_altogether_and_no_more() {
    let of = |steps: usize| {
        let sequence = Trigger::Sequence { within_s: 9, steps: vec![Happening::View; 8] };
        pack(vec![Trigger::All(vec![sequence; 16]); steps / 128])
    };
    assert_eq!(of(PATTERN_BYTES_MAX).check(), []);
    assert_eq!(read(&of(PATTERN_BYTES_MAX).encode()), Ok(()));
    assert_eq!(of(PATTERN_BYTES_MAX + 128).check(), [Problem::TooManyPatterns]);
    assert_eq!(read(&of(PATTERN_BYTES_MAX + 128).encode()), Err(PackError::Malformed));
}

#[test]
fn patterns_of_pages_may_be_as_long() {
    let rule = |glob: &str| PageRule { glob: glob.into(), page: PageKind::Product };
    let of = |globs: usize| Pack { pages: vec![rule("/s/*/abc"); globs], ..Pack::default() };
    assert_eq!(of(PATTERN_BYTES_MAX / 8).check(), []);
    assert_eq!(read(&of(PATTERN_BYTES_MAX / 8).encode()), Ok(()));
    assert_eq!(of(PATTERN_BYTES_MAX / 8 + 1).check(), [Problem::TooManyPatterns]);
    assert_eq!(read(&of(PATTERN_BYTES_MAX / 8 + 1).encode()), Err(PackError::Malformed));
}
