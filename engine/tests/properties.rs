//! What holds for every session, however odd: nothing panics, replay equals live, limits and caps
//! are kept, and a page load in between changes nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod notation;

use std::collections::BTreeMap;

use beacon::item::{Body, Reaction, VerdictOutcome};
use beacon::limits::SNAPSHOT_BYTES_MAX;
use beacon::{Item, Millis};
use engine::decide::Decider;
use engine::pack::{Pack, Published};
use engine::{Effect, Engine, Input, Snapshot, SnapshotError};
use notation::Tab;
use proptest::prelude::*;

/// Two campaigns with caps that random sessions run into.
const CAMPAIGNS: [&str; 3] = [
    "exit-offer id=1 holdout=300 per_view=1 per_session=2 per_day=3 cooldown=5 weights=1/2 \
     trigger={\"any\":[{\"count\":{\"of\":\"exit_intent\",\"at_least\":1,\"within_s\":5}},\
     {\"is\":{\"what\":\"scroll_percent\",\"min\":30}}]}",
    "cart-help id=2 holdout=100 per_view=0 per_session=3 per_day=4 cooldown=2 \
     trigger={\"any\":[{\"is\":{\"what\":\"cart_items\",\"min\":1}},\
     {\"cart_has\":{\"category\":[\"kit*\"]}},{\"goal\":{\"name\":\"newsletter\"}},\
     {\"sequence\":{\"within_s\":60,\"steps\":[\"added\",\"view\"]}},\
     {\"since\":{\"of\":\"searched\",\"at_least_s\":7}}]}",
    "cart-help id=3 shadow per_view=2 per_session=0 per_day=0 cooldown=0 \
     trigger={\"not\":{\"count\":{\"of\":\"view\",\"at_least\":3,\"within_s\":20}}}",
];

/// One line of a session, without its time.
fn line() -> impl Strategy<Value = String> {
    let page = prop_oneof![
        Just("/"),
        Just("/product/1"),
        Just("/cart"),
        Just("/checkout"),
        Just("/payment"),
        Just("/thanks")
    ];
    let word = prop_oneof![
        Just("hide"),
        Just("show"),
        Just("blur"),
        Just("focus"),
        Just("enter"),
        Just("leave -3"),
        Just("leave 300"),
        Just("reacted"),
        Just("key"),
        Just("popup opens"),
        Just("popup closes"),
        Just("field coupon"),
        Just("left coupon empty"),
        Just("rest price"),
        Just("rest shipping"),
        Just("rest elsewhere"),
        Just("choose 9 1"),
        Just("choose 9 2"),
        Just("seen p1"),
        Just("seen p2"),
        Just("add p1 2 500"),
        Just("remove p1 1 500"),
        Just("cart 0 0"),
        Just("cart 3 9000"),
        Just("checkout 9000"),
        Just("buy o1 1 500"),
        Just("search 0"),
        Just("search 4"),
        Just("login vip"),
        Just("shipping"),
        Just("variant"),
        Just("seen p1 kitchen"),
        Just("holds 2×p1 1×p3"),
        Just("goal newsletter"),
        Just("wait"),
        Just("answer 1 shown"),
        Just("answer 1 dismissed"),
        Just("answer 1 expired"),
        Just("answer 2 accepted"),
        Just("answer 2 failed"),
        Just("answer 7 shown"),
        Just("consent measure"),
        Just("consent personalise"),
        Just("consent unknown"),
        Just("consent denied"),
        Just("publish 2 without 2"),
    ];
    prop_oneof![
        4 => word.prop_map(String::from),
        2 => page.prop_map(|page| format!("view {page}")),
        4 => (0..900_i32, any::<bool>()).prop_map(|(y, is_held)| {
            format!("{} 640,{y}", if is_held && y % 5 == 0 { "drag" } else { "move" })
        }),
        1 => (0..60_i32, prop_oneof![Just("button"), Just("plain"), Just("field")])
            .prop_map(|(x, target)| format!("press {x},9 {target}")),
        1 => (0..5_000_u32, 0..6_000_u32).prop_map(|(top, full)| format!("scroll {top} 800 {full}")),
    ]
}

/// Lines with gaps from nothing to more than a session.
fn session() -> impl Strategy<Value = Vec<(u64, String)>> {
    let gap = prop_oneof![
        6 => 0..120_u64, 3 => 0..4_000_u64, 1 => 0..40_000_u64, 1 => 0..7_200_000_u64
    ];
    prop::collection::vec((gap, line()), 1..120)
}

fn tab(seed: u64) -> Tab {
    let mut tab = Tab::new();
    for text in CAMPAIGNS {
        tab.take(&format!("campaign {text}"));
    }
    tab.world.seed = seed;
    tab.take("0ms began desktop ko new personalise");
    tab
}

/// Plays the lines into a tab, with a page load before every `load_every`th.
fn play(seed: u64, lines: &[(u64, String)], load_every: usize) -> Tab {
    let mut tab = tab(seed);
    let mut at = 0;
    for (index, (gap, line)) in lines.iter().enumerate() {
        if index % load_every == load_every - 1 {
            tab.take(&format!("load {gap}ms"));
            at = 0;
        }
        at += gap;
        // The second pack can be published once only.
        if line.starts_with("publish") && tab.packs.len() > 1 {
            continue;
        }
        tab.take(&format!("{at}ms {line}"));
    }
    tab
}

/// Wall time and verdict of everything decided in a chain of runs.
fn verdicts(items: &[Item]) -> Vec<(u64, &beacon::item::Verdict)> {
    let mut wall = 0;
    let mut verdicts = Vec::new();
    for item in items {
        match &item.body {
            Body::Began(began) => wall = began.wall.0,
            Body::Decided(verdict) => verdicts.push((wall + item.at.0, verdict)),
            _ => {}
        }
    }
    verdicts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replay_of_what_was_reported_gives_the_same_verdicts(
        seed: u64, lines in session(), load_every in 5..60_usize,
    ) {
        play(seed, &lines, load_every).check_replay();
    }

    #[test]
    fn a_beginning_of_a_run_gives_a_beginning_of_its_verdicts(
        seed: u64, lines in session(), keep in 1..100_usize,
    ) {
        let tab = play(seed, &lines, 1_000);
        let kept = &tab.reported[..keep.min(tab.reported.len())];
        let pack_of = |version| tab.packs.iter().find(|it| it.version == version).cloned();
        let inputs: Vec<Item> =
            kept.iter().filter(|it| !matches!(it.body, Body::Decided(_))).cloned().collect();
        let replayed = engine::replay(pack_of, &inputs).unwrap();
        prop_assert!(tab.decided().starts_with(&replayed));
    }

    #[test]
    fn caps_and_cool_downs_are_kept(seed: u64, lines in session(), load_every in 5..60_usize) {
        let tab = play(seed, &plain(lines), load_every);
        let mut turns: BTreeMap<u16, Vec<u64>> = BTreeMap::new();
        for (at, verdict) in verdicts(&tab.reported) {
            turns.entry(verdict.campaign).or_default().push(at);
        }
        for (campaign, per_day, cooldown_s) in [(1, 3, 5), (2, 4, 2)] {
            let turns = turns.remove(&campaign).unwrap_or_default();
            for (index, &at) in turns.iter().enumerate() {
                // Times are kept in whole seconds.
                let in_day = turns[..=index].iter().filter(|&&then| at - then < 86_399_000).count();
                prop_assert!(in_day <= per_day, "{campaign}: {turns:?}");
                let pause = index.checked_sub(1).map(|before| at - turns[before]);
                prop_assert!(pause.is_none_or(|ms| ms > (cooldown_s - 1) * 1_000), "{turns:?}");
            }
        }
    }

    #[test]
    fn one_visitor_is_in_one_arm_of_a_campaign_and_sees_one_variant(
        seed: u64, lines in session(), load_every in 5..60_usize,
    ) {
        let tab = play(seed, &lines, load_every);
        let mut arms = BTreeMap::new();
        for (_, verdict) in verdicts(&tab.reported) {
            let arm = (verdict.outcome, verdict.variant);
            prop_assert_eq!(*arms.entry(verdict.campaign).or_insert(arm), arm);
            prop_assert!(verdict.campaign != 3 || verdict.outcome == VerdictOutcome::Shadowed);
        }
    }

    #[test]
    fn a_page_load_before_a_view_changes_no_verdict(seed: u64, lines in session()) {
        let tab = play(seed, &plain(lines), 1_000);
        let Some(split) = split_point(&tab.reported) else { return Ok(()) };
        let (before, after) = tab.reported.split_at(split);
        let pack = &Published::from(tab.packs[0].clone());
        let mut decider = Decider::default();
        for item in before {
            decider.take(item, pack);
        }
        let resumed = decider.snapshot();
        prop_assert!(resumed.len() <= SNAPSHOT_BYTES_MAX);
        let began = beacon::item::Began { resumed, pack: pack.version, ..tab.world.clone() };
        let mut resumed = Decider::default();
        resumed.take(&Item { at: after[0].at, body: Body::Began(began) }, pack);
        for item in after {
            prop_assert_eq!(decider.take(item, pack), resumed.take(item, pack));
        }
    }

    #[test]
    fn foreign_bytes_are_no_snapshot_and_harm_nothing(bytes: Vec<u8>, seed: u64) {
        let pack = Published::default();
        match Engine::resume(pack.clone(), &Snapshot(bytes.clone())) {
            Err(SnapshotError::Version) => prop_assert!(bytes[0] != 2),
            Err(SnapshotError::Malformed) => {}
            Ok(mut engine) => drop(engine.handle(Millis(0), Input::Woke)),
        }
        let mut began = tab(seed).world;
        began.resumed = bytes;
        let began = Item { at: Millis(0), body: Body::Began(began) };
        prop_assert!(Decider::default().take(&began, &pack).is_empty());
    }

    #[test]
    fn a_damaged_snapshot_never_panics(
        seed: u64, lines in session(), at: prop::sample::Index, byte: u8, more in session(),
    ) {
        let mut tab = play(seed, &lines, 1_000);
        let mut saved = tab.engine.snapshot();
        if !saved.0.is_empty() {
            let at = at.index(saved.0.len());
            saved.0[at] ^= byte;
        }
        let pack = tab.packs[0].clone();
        tab.engine = Engine::resume(pack.clone(), &saved).unwrap_or_else(|_| Engine::new(pack));
        tab.packs.truncate(1);
        tab.take("load 0ms");
        let mut at = 0;
        for (gap, line) in more.iter().filter(|(_, line)| !line.starts_with("publish")) {
            at += gap;
            tab.take(&format!("{at}ms {line}"));
        }
    }

    #[test]
    fn foreign_bytes_are_no_pack(bytes: Vec<u8>) {
        prop_assert!(Pack::decode(&bytes).is_err());
        prop_assert!(Published::decode(&bytes).is_err());
    }
}

/// Without what makes the tab forget what it did, or judge by another pack.
fn plain(lines: Vec<(u64, String)>) -> Vec<(u64, String)> {
    let is_plain = |line: &str| !(line.starts_with("consent") || line.starts_with("publish"));
    lines.into_iter().filter(|(_, line)| is_plain(line)).collect()
}

/// The last view before which nothing stands on screen.
fn split_point(items: &[Item]) -> Option<usize> {
    let mut on_screen = None;
    let mut split = None;
    for (index, item) in items.iter().enumerate() {
        match &item.body {
            Body::Viewed(_) if on_screen.is_none() => split = Some(index),
            Body::Decided(it) if it.outcome == VerdictOutcome::Fired => {
                on_screen = Some(it.campaign);
            }
            Body::Answered(it)
                if on_screen == Some(it.campaign) && it.reaction != Reaction::Shown =>
            {
                on_screen = None;
            }
            _ => {}
        }
    }
    split
}

#[test]
fn an_engine_that_never_began_does_nothing() {
    let mut engine = Engine::new(Published::default());
    for input in [Input::Woke, Input::Published(Published { version: 3, ..Published::default() })] {
        assert_eq!(engine.handle(Millis(5), input), []);
    }
    assert_eq!(engine.snapshot(), Snapshot(Vec::new()));
}

#[test]
fn time_that_runs_backwards_stands_still() {
    let mut tab = tab(1);
    tab.take("9s view /");
    let effects = tab.engine.handle(Millis(2), Input::Stated(beacon::item::Fact::VariantChosen));
    let Some(Effect::Report(item)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(item.at, Millis(9_000));
}

#[test]
fn a_fuller_session_than_any_fits_the_snapshot() {
    let mut tab = Tab::new();
    for id in 1..=20 {
        tab.take(&format!(
            "campaign exit-offer id={id} holdout=1000 per_view=0 per_session=0 per_day=8 \
             cooldown=0 trigger={{\"count\":{{\"of\":\"view\",\"at_least\":1,\"within_s\":0}}}}"
        ));
    }
    tab.take("0ms began desktop ko new personalise");
    for index in 0..400_u64 {
        let (at, id) = (index * 97_000, "x".repeat(60));
        for line in [
            format!("view /product/{index}"),
            format!("seen {id}{}", index % 30),
            format!("add {index} 1 9000000"),
            format!("remove {index} 1 1"),
            format!("goal {id}{index}"),
            format!("holds 1×{}{} 2×{id}", "y".repeat(40), index % 20),
            "search 0".into(),
            "checkout 99999999".into(),
            format!("choose {index} 1"),
            "left coupon empty".into(),
            "answer 3 dismissed".into(),
            "hide".into(),
            "show".into(),
        ] {
            tab.take(&format!("{at}ms {line}"));
        }
    }
    let saved = tab.engine.snapshot();
    let Ok(engine) = Engine::resume(tab.packs[0].clone(), &saved) else { panic!("resumes") };
    drop(engine);
    tab.take("load 1s");
    let Some(Body::Began(began)) = tab.reported.iter().rev().find_map(|it| match &it.body {
        body @ Body::Began(_) => Some(body.clone()),
        _ => None,
    }) else {
        panic!("began")
    };
    assert!(!began.resumed.is_empty() && began.resumed.len() <= SNAPSHOT_BYTES_MAX);
    assert!(saved.0.len() - began.resumed.len() <= SNAPSHOT_BYTES_MAX, "{}", saved.0.len());
    tab.check_replay();
}
