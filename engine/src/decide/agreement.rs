//! What pages compare on a trigger's bytes and what operators are told on its tree agree.

use beacon::item::{Body, Device, Fact, Line, PageKind, Signal, Target, VisitorKind};
use beacon::wire::{self, Reader};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::trigger::Findings;
use super::{Scene, Session};
use crate::campaign::{Happening, Quantity, TRIGGER_DEPTH_MAX, Trigger};
use crate::explain::passes;
use crate::model::Band;
use crate::schedule::{Date, Day, Minute, Schedule, Zone};
use crate::site::Audience;

fn triggers() -> impl Strategy<Value = Trigger> {
    let of = || prop_oneof![Just(Happening::RageClick), Just(Happening::Searched)];
    let what = prop_oneof![
        Just(Quantity::CartValue),
        Just(Quantity::HesitationLevel),
        Just(Quantity::SessionSeconds),
        Just(Quantity::DaysSincePurchase)
    ];
    let bound = || option::of(prop_oneof![-1..4_i32, any::<i32>()]);
    let texts = || prop_oneof![Just("/p*"), Just("/cart"), Just("ko"), Just("en"), Just("*")];
    let list = || vec(texts().prop_map(String::from), 0..3);
    let leaf = prop_oneof![
        (of(), 0..4_u16, 0..20_u32).prop_map(|(of, at_least, within_s)| Trigger::Count {
            of,
            at_least,
            within_s
        }),
        (of(), 0..40_u32).prop_map(|(of, at_least_s)| Trigger::Since { of, at_least_s }),
        (what, bound(), bound()).prop_map(|(what, min, max)| Trigger::Is { what, min, max }),
        vec(prop_oneof![Just(VisitorKind::New), Just(VisitorKind::Known)], 0..3)
            .prop_map(Trigger::Visitor),
        vec(prop_oneof![Just(Device::Desktop), Just(Device::Tablet)], 0..3)
            .prop_map(Trigger::Device),
        vec(prop_oneof![Just(PageKind::Other), Just(PageKind::Cart)], 0..3).prop_map(Trigger::Page),
        vec(prop_oneof![Just(Band::Buys), Just(Band::Leaves)], 0..3).prop_map(Trigger::Band),
        list().prop_map(Trigger::Path),
        list().prop_map(Trigger::Language),
        list().prop_map(Trigger::Source),
        (
            vec(prop_oneof![Just(Day::Mon), Just(Day::Thu)], 0..3),
            0..1_440_u16,
            0..1_440_u16,
            0..3_u16
        )
            .prop_map(|(days, from, to, until)| {
                let (from, to, until) = (Minute(from), Minute(to), Some(Date(until)));
                Trigger::Schedule(Schedule { days, from, to, since: None, until })
            }),
        (0..20_u32, vec(of(), 0..4))
            .prop_map(|(within_s, steps)| Trigger::Sequence { within_s, steps }),
        (list(), list(), 0..4_u16).prop_map(|(product, category, at_least)| Trigger::CartHas {
            product,
            category,
            at_least
        }),
        (prop_oneof![Just("a"), Just("b")], 0..3_u16, 0..20_u32).prop_map(
            |(name, at_least, within_s)| Trigger::Goal { name: name.into(), at_least, within_s }
        ),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Trigger::All),
            vec(inner.clone(), 0..4).prop_map(Trigger::Any),
            inner.clone().prop_map(|part| Trigger::Not(Box::new(part))),
            inner.prop_map(|part| {
                let trigger = Some(Box::new(part));
                Trigger::Audience(Audience { name: "a".into(), trigger })
            }),
        ]
    })
}

/// A session in which now and then something happened.
fn sessions() -> impl Strategy<Value = Session> {
    vec((0..9_000_u64, 0..5_u8), 0..8).prop_map(|steps| {
        let (mut session, mut now) = (Session::new(0), 0);
        for (gap, which) in steps {
            now += gap;
            session.learn(
                now,
                &match which {
                    0 => Body::Stated(Fact::Searched { results: None }),
                    1 => Body::Stated(Fact::Goal { name: "a".into(), value: None }),
                    2 => {
                        let product = "/p".into();
                        Body::Stated(Fact::Added(Line { product, quantity: 2, price: None }))
                    }
                    _ => Body::Noticed(Signal::RageClick { presses: 3, target: Target::Button }),
                },
            );
        }
        session
    })
}

/// Whether the tree holds, leaf by leaf, by what was measured.
fn holds(trigger: &Trigger, evidence: &mut dyn Iterator<Item = i32>) -> bool {
    match trigger {
        // Every leaf has its measure, so none may be left out.
        Trigger::All(parts) => parts.iter().fold(true, |all, it| holds(it, evidence) & all),
        Trigger::Any(parts) => parts.iter().fold(false, |any, it| holds(it, evidence) | any),
        Trigger::Not(part) => !holds(part, evidence),
        Trigger::Audience(it) => holds(it.trigger.as_ref().expect("looked up"), evidence),
        leaf => passes(leaf, evidence.next().expect("a measure for every leaf")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_and_tree_are_judged_alike(
        trigger in triggers(),
        session in sessions(),
        kinds in [0..3_u8, 0..3, 0..10, 0..3],
        path in prop_oneof![Just("/p/1"), Just("/cart"), Just("/")],
        language in prop_oneof![Just(""), Just("/cart ko"), Just("ko-KR"), Just("en"), Just("*")],
        numbers in [-1..4_i64, -1..4, -1..4],
        value in option::of(any::<i64>()),
        now in 45_000..60_000_u32,
        clock in 0..300_000_000_u64,
    ) {
        let mut quantities = [0; Quantity::COUNT];
        quantities[Quantity::CartValue as usize] = value.unwrap_or(numbers[0]);
        quantities[Quantity::HesitationLevel as usize] = numbers[1];
        quantities[Quantity::SessionSeconds as usize] = numbers[2];
        quantities[Quantity::DaysSincePurchase as usize] = numbers[2];
        let (history, texts) = (Some(&session.history), [path, language]);
        let source = language;
        let clock = Zone::default().at(clock);
        let cart = &session.contents.0;
        let scene = Scene { history, cart, kinds, texts, source, quantities, now, clock };
        let bytes = wire::to_bytes(&trigger);
        let (mut from, mut findings) = (Reader::new(&bytes), Findings::new());
        let is_met = findings.examine(&mut from, &scene);
        prop_assert!(from.is_done(), "at most {TRIGGER_DEPTH_MAX} deep: {trigger:?}");
        let mut evidence = findings.evidence().iter().copied();
        prop_assert_eq!(holds(&trigger, &mut evidence), is_met, "{:?}", findings.evidence());
        prop_assert_eq!(evidence.next(), None, "a measure for nothing");
    }
}
