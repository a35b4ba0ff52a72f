//! What an input costs: instructions, counted by valgrind, and nanoseconds.
//!
//! `cargo bench -p engine --bench cost`. Every case runs in a process of its own under
//! `valgrind --tool=callgrind`, once with more rounds and once with fewer: the difference is what
//! the rounds cost, and the same every time. Without valgrind only the time is told.
#![expect(clippy::print_stdout, reason = "printing is its work")]
#![expect(clippy::disallowed_types, reason = "time is what it measures")]
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use beacon::Millis;
use beacon::item::{Began, Consent, Device, Fact, Line, PageKind, Target, View, VisitorKind};
use engine::campaign::{Campaign, Happening, Trigger};
use engine::observation::Observation;
use engine::pack::{CAMPAIGNS_MAX, PACK_BYTES_MAX, Pack, Published};
use engine::{Effect, Engine, Input};

/// A name, rounds, and what is prepared for them.
type Case = (&'static str, u64, fn() -> Round);

/// One more of what is measured, at this time.
type Round = Box<dyn FnMut(u64)>;

const CASES: [Case; 8] = [
    ("a pointer move", 10_000, || moves(library())),
    ("a scroll", 10_000, || scrolls(library())),
    ("an item judged by two campaigns", 4_000, || items(two())),
    ("an item judged by the ten of the library", 2_000, || items(library())),
    ("an item judged by 200 campaigns of 32 nodes, 8 deep", 40, || items(crowd())),
    ("a bomb of campaigns: eight inputs, the last a page", 4, || ticks(&campaign_bomb())),
    ("a bomb of leaves: eight inputs, the last a page", 4, || ticks(&leaf_bomb())),
    ("a bomb of globs: eight inputs, the last a page", 4, || ticks(&glob_bomb())),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, case, rounds] = arguments.as_slice()
        && word == "run"
    {
        return run(&CASES[case.parse::<usize>().unwrap()], rounds.parse().unwrap());
    }
    println!("| what | instructions | ns |\n|---|---:|---:|");
    for (index, case) in CASES.iter().enumerate() {
        let (few, many) = (count(index, case.1), count(index, 2 * case.1));
        let instructions =
            few.zip(many).map_or("?".into(), |(few, many)| thousands((many - few) / case.1));
        println!("| {} | {instructions} | {} |", case.0, thousands(nanoseconds(case)));
    }
}

fn run(case: &Case, rounds: u64) {
    let mut round = case.2();
    (0..rounds).for_each(&mut round);
}

/// Instructions of this program with so many rounds; `None` without valgrind.
fn count(index: usize, rounds: u64) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["run", &index.to_string(), &rounds.to_string()])
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&output.stderr);
    told.lines().find_map(|line| line.split_once("Collected : ")?.1.parse().ok())
}

/// The median of 15 measurements, each after a first half that warms up.
fn nanoseconds(case: &Case) -> u64 {
    let mut times: Vec<u64> = (0..15)
        .map(|_| {
            let mut round = case.2();
            (0..case.1).for_each(&mut round);
            let began = Instant::now();
            (case.1..2 * case.1).for_each(&mut round);
            u64::try_from(began.elapsed().as_nanos()).unwrap() / case.1
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|it| str::from_utf8(it).unwrap()).collect();
    groups.join(",")
}

fn moves(pack: Pack) -> Round {
    let mut engine = visit(pack);
    Box::new(move |round| {
        let (x, y) = (place(round * 37 % 1_200), place(200 + round * 53 % 500));
        let input = Input::Observed(Observation::Moved { x, y, is_held: false });
        black_box(engine.handle(Millis(1_000 + 50 * round), input));
    })
}

fn scrolls(pack: Pack) -> Round {
    let mut engine = visit(pack);
    Box::new(move |round| {
        let top = u32::try_from(round * 120 % 2_000).unwrap();
        let input = Input::Observed(Observation::Scrolled { top, height: 800, full: 4_000 });
        black_box(engine.handle(Millis(1_000 + 50 * round), input));
    })
}

fn items(pack: Pack) -> Round {
    let mut engine = visit(pack);
    Box::new(move |round| {
        let effects = engine.handle(Millis(1_000 + round), Input::Stated(Fact::VariantChosen));
        assert!(matches!(black_box(effects)[..], [Effect::Report(_), ..]));
    })
}

/// Eight inputs, some with several items: the choice wavers, the pointer leaves, presses go nowhere,
/// another page opens. All of them are one round, so that a tick costs less than is said.
fn ticks(pack: &Published) -> Round {
    let mut engine = visit(pack.clone());
    Box::new(move |round| {
        let at = 10_000 + 200_000 * round;
        let mut tell =
            |after, observation| engine.handle(Millis(at + after), Input::Observed(observation));
        tell(0, Observation::Chose { control: 1, value: 1 });
        tell(1, Observation::Chose { control: 1, value: 2 });
        tell(2, Observation::Moved { x: 1, y: 300, is_held: false });
        for ms in 0..3 {
            tell(3 + ms, Observation::Pressed { x: 1, y: 1, target: Target::Button });
        }
        tell(60, Observation::Moved { x: 1, y: 5, is_held: false });
        let path = "/".to_owned() + &"a".repeat(255);
        let effects = tell(9_000, Observation::Viewed(View { path, page: PageKind::Cart }));
        let is_item = |it: &&Effect| matches!(it, Effect::Report(_));
        assert!(black_box(&effects).iter().filter(is_item).count() >= 2, "{effects:?}");
    })
}

/// A visitor in the middle of a session: a page, a product, something in the cart.
fn visit(pack: impl Into<Published>) -> Engine {
    let mut engine = Engine::new(pack);
    let began = Began {
        wall: Millis(1_800_000_000_000),
        utc_offset_min: 540,
        seed: 7,
        visitor: VisitorKind::Returning,
        device: Device::Desktop,
        language: "ko".into(),
        referrer: String::new(),
        pack: 0,
        consent: Consent::Personalise,
        resumed: Vec::new(),
    };
    engine.handle(Millis(0), Input::Began(began));
    let path = "/".to_owned() + &"a".repeat(255);
    let view = Observation::Viewed(View { path, page: PageKind::Product });
    engine.handle(Millis(10), Input::Observed(view));
    let line = Line { product: "p1".into(), quantity: 1, price: None };
    for fact in [Fact::Added(line), Fact::Searched { results: Some(0) }] {
        engine.handle(Millis(20), Input::Stated(fact));
    }
    engine
}

/// The two campaigns there were first.
fn two() -> Pack {
    pack_from(&[
        include_str!("../campaigns/exit-offer.json"),
        include_str!("../campaigns/cart-help.json"),
    ])
}

fn library() -> Pack {
    pack_from(&[
        include_str!("../campaigns/cart-help.json"),
        include_str!("../campaigns/checkout-help.json"),
        include_str!("../campaigns/compare-advice.json"),
        include_str!("../campaigns/exit-offer.json"),
        include_str!("../campaigns/free-shipping.json"),
        include_str!("../campaigns/hesitation-coupon.json"),
        include_str!("../campaigns/loyal-thanks.json"),
        include_str!("../campaigns/rage-help.json"),
        include_str!("../campaigns/search-help.json"),
        include_str!("../campaigns/welcome-back.json"),
    ])
}

fn pack_from(campaigns: &[&str]) -> Pack {
    let campaigns = campaigns.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
    Pack { version: 1, campaigns, ..Pack::default() }
}

/// As many campaigns as may be published, each as large as it may be; none of them holds.
fn crowd() -> Pack {
    let leaf = || Trigger::Count { of: Happening::Searched, at_least: 8, within_s: 3_600 };
    // Five groups of two leaves and the next group, and 15 leaves in the last.
    let inmost = Trigger::Any((0..15).map(|_| leaf()).collect());
    let trigger = (0..5).fold(inmost, |inner, _| Trigger::All(vec![leaf(), leaf(), inner]));
    let trigger = Trigger::Not(Box::new(trigger));
    let pack = pack_of(CAMPAIGNS_MAX, &trigger);
    assert_eq!(pack.check(), [], "fit to be published");
    pack
}

/// So many campaigns with as few words as possible.
fn pack_of(count: usize, trigger: &Trigger) -> Pack {
    let mut campaign: Campaign =
        serde_json::from_str(include_str!("../campaigns/cart-help.json")).unwrap();
    campaign.name.clear();
    campaign.trigger = trigger.clone();
    let text = r#"{"weight": 1, "action": {"invite": {"copy": {"ko": {
        "title": "", "body": "", "accept": "", "decline": ""}}}}}"#;
    campaign.variants = vec![serde_json::from_str(text).unwrap()];
    let with_id = |id| Campaign { id, ..campaign.clone() };
    let campaigns = (1..=u16::try_from(count).unwrap()).rev().map(with_id).collect();
    Pack { version: 1, campaigns, ..Pack::default() }
}

/// The largest of such packs, nobody's caps, that a page takes.
fn largest(pack: impl Fn(usize) -> Pack) -> Published {
    let read = |size| {
        let bytes = pack(size).encode();
        (bytes.len() <= PACK_BYTES_MAX).then(|| Published::decode(&bytes).ok())?
    };
    let (mut fits, mut step) = (1, 1 << 14);
    while step > 0 {
        if read(fits + step).is_some() {
            fits += step;
        }
        step /= 2;
    }
    read(fits).unwrap()
}

fn campaign_bomb() -> Published {
    largest(|count| pack_of(count, &Trigger::Any(Vec::new())))
}

fn leaf_bomb() -> Published {
    let leaf = Trigger::Count { of: Happening::Searched, at_least: 9, within_s: 1 };
    largest(|count| {
        let leaves = vec![leaf.clone(); 31.min(count)];
        pack_of(count.div_ceil(31), &Trigger::Any(leaves))
    })
}

/// Globs that go on comparing until the end of the path, everywhere in it.
fn glob_bomb() -> Published {
    let glob = "*".to_owned() + &"a".repeat(60) + "b";
    largest(|count| {
        let globs = vec![glob.clone(); count];
        pack_of(1, &Trigger::Path(globs))
    })
}

fn place(at: u64) -> i32 {
    i32::try_from(at).unwrap()
}
