//! What the engine does in a page, case by case, for a browser to measure: `e2e/bench/engine.mjs` counts the time.
//!
//! Built for the web as pages are, this crate imports nothing.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]
// `no_mangle` is the only thing here that counts as unsafe; no pointer crosses the border.
#![expect(unsafe_code, reason = "exports are found by their names")]

use std::cell::RefCell;
use std::hint::black_box;

use beacon::item::Fact;
use beacon::{Item, Millis};
use engine::decide::Decider;
use engine::model::schema::SCHEMA;
use engine::model::{Bands, Features, MODEL_BYTES_MAX, Model, PRIOR, Score, Term};
use engine::pack::{Pack, Published};
use engine::{Effect, Input};

#[allow(dead_code, unreachable_pub, missing_docs, reason = "shared, each takes a part")]
#[path = "../../../engine/benches/scenes/mod.rs"]
mod scenes;

use scenes::{
    TICKS, busy, campaign_bomb, cart_bomb, crowd, fill_cart, glob_bomb, leaf_bomb, library,
    sequence_bomb, tick,
};

/// What is measured: of a round, the part of this number.
type Work = Box<dyn FnMut(u64, u32)>;

struct Case {
    name: &'static str,
    /// A round's parts, measured each for itself; told is the one that takes longest.
    parts: u32,
    /// Most microseconds; 0: there is no bar.
    bar_us: u32,
    prepare: fn() -> Work,
}

const CASES: [Case; 12] = [
    Case { name: "an empty call", parts: 1, bar_us: 0, prepare: || Box::new(|_, _| {}) },
    Case {
        name: "a score by the shipped model",
        parts: 1,
        bar_us: 20,
        prepare: || score(PRIOR.into()),
    },
    Case {
        name: "a score by the largest model a page takes",
        parts: 1,
        bar_us: 0,
        prepare: || score(largest()),
    },
    Case {
        name: "an item and nothing to judge it by",
        parts: 1,
        bar_us: 0,
        prepare: || judge(Pack::default()),
    },
    Case {
        name: "an item judged by the ten of the library",
        parts: 1,
        bar_us: 30,
        prepare: || judge(library()),
    },
    Case {
        name: "an item judged by 200 campaigns of 32 nodes, 8 deep",
        parts: 1,
        bar_us: 4_000,
        prepare: || judge(crowd()),
    },
    Case {
        name: "a tick with a bomb of campaigns",
        parts: TICKS,
        bar_us: 4_000,
        prepare: || ticks(campaign_bomb()),
    },
    Case {
        name: "a tick with a bomb of leaves",
        parts: TICKS,
        bar_us: 4_000,
        prepare: || ticks(leaf_bomb()),
    },
    Case {
        name: "a tick with a bomb of globs",
        parts: TICKS,
        bar_us: 4_000,
        prepare: || ticks(glob_bomb()),
    },
    Case {
        name: "a tick with a bomb of sequences",
        parts: TICKS,
        bar_us: 4_000,
        prepare: || ticks(sequence_bomb()),
    },
    Case {
        name: "a tick with a bomb of globs for the cart",
        parts: TICKS,
        bar_us: 4_000,
        prepare: || ticks(cart_bomb()),
    },
    Case {
        name: "a page begins with a bomb of leaves",
        parts: 1,
        bar_us: 0,
        prepare: || decode(&leaf_bomb()),
    },
];

/// A busy session scored over and over.
fn score(model: Vec<u8>) -> Work {
    let features = features();
    Box::new(move |_, _| {
        assert!(black_box(Score::read(black_box(&model), &features)).is_some());
    })
}

fn features() -> Features {
    let (mut decider, nothing) = (Decider::default(), Published::default());
    for item in busy(Pack::default()).1 {
        decider.take(&item, &nothing);
    }
    decider.features().clone()
}

/// As many terms as there is room for, all of them pairs.
fn largest() -> Vec<u8> {
    let bands = Bands { buys: 500, leaves: 500 };
    let model = |terms: u16| {
        let term =
            |at: u16| Term { feature: (at % 128) as u8, with: 40, knot: 7, weights: [1, -1] };
        let terms = (0..terms).map(term).collect();
        Model { schema: SCHEMA, rate: 323, shift: 10, bands, base: [0; 2], terms }.encode()
    };
    (0..1_000).rev().map(model).find(|it| it.len() <= MODEL_BYTES_MAX).unwrap()
}

/// An item judged in a busy session.
fn judge(pack: Pack) -> Work {
    let mut engine = busy(pack).0;
    Box::new(move |round, _| {
        let effects = engine.handle(Millis(600_000 + round), Input::Stated(Fact::VariantChosen));
        assert!(matches!(black_box(effects)[..], [Effect::Report(Item { .. }), ..]));
    })
}

fn ticks(pack: Published) -> Work {
    let mut engine = busy(pack).0;
    fill_cart(&mut engine);
    Box::new(move |round, part| drop(black_box(tick(&mut engine, 4 + round, part))))
}

/// A pack arrives.
fn decode(pack: &Published) -> Work {
    let bytes = pack.encode();
    Box::new(move |_, _| assert!(black_box(Published::decode(black_box(&bytes))).is_ok()))
}

thread_local! {
    static WORK: RefCell<Option<Work>> = const { RefCell::new(None) };
}

/// How many cases there are.
#[unsafe(no_mangle)]
pub extern "C" fn cases() -> usize {
    CASES.len()
}

/// A byte of a case's name; 0 beyond its end.
#[unsafe(no_mangle)]
pub extern "C" fn name(case: usize, at: usize) -> u8 {
    CASES[case].name.as_bytes().get(at).copied().unwrap_or(0)
}

/// In how many parts a round of a case is measured.
#[unsafe(no_mangle)]
pub extern "C" fn parts(case: usize) -> u32 {
    CASES[case].parts
}

/// Most microseconds that a case may take; 0: there is no bar.
#[unsafe(no_mangle)]
pub extern "C" fn bar(case: usize) -> u32 {
    CASES[case].bar_us
}

/// Makes a case ready.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(case: usize) {
    WORK.set(Some((CASES[case].prepare)()));
}

/// Does a part of so many rounds, from this one on.
///
/// # Panics
/// When nothing was made ready.
#[unsafe(no_mangle)]
pub extern "C" fn work(part: u32, from: u32, rounds: u32) {
    WORK.with_borrow_mut(|work| {
        let work = work.as_mut().unwrap();
        for round in from..from + rounds {
            work(round.into(), part);
        }
    });
}
