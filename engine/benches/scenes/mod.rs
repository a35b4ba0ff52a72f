//! Engines in the middle of a visit, and packs that they are judged by: the library's, the largest
//! that may be published, and the worst made by hand that a page takes.

use beacon::item::{
    Began, Consent, Device, Fact, Line, PageKind, Product, Target, View, VisitorKind,
};
use beacon::{Currency, Item, Millis, Money};
use engine::campaign::{Campaign, Happening, Trigger};
use engine::observation::Observation;
use engine::pack::{CAMPAIGNS_MAX, PACK_BYTES_MAX, Pack, Published};
use engine::{Effect, Engine, Input};

/// Inputs of a [`tick`].
pub const TICKS: u32 = 8;

/// One of eight inputs, some with several items: the choice wavers, the pointer leaves, presses go
/// nowhere, another page opens.
pub fn tick(engine: &mut Engine, round: u64, input: u32) -> Vec<Effect> {
    let (after, observation) = match input {
        0 | 1 => (input, Observation::Chose { control: 1, value: input }),
        2 => (2, Observation::Moved { x: 1, y: 300, is_held: false }),
        3..=5 => (input, Observation::Pressed { x: 1, y: 1, target: Target::Button }),
        6 => (60, Observation::Moved { x: 1, y: 5, is_held: false }),
        _ => (9_000, Observation::Viewed(View { path: long_path(), page: PageKind::Cart })),
    };
    let at = Millis(10_000 + 200_000 * round + u64::from(after));
    let effects = engine.handle(at, Input::Observed(observation));
    let is_item = |it: &&Effect| matches!(it, Effect::Report(_));
    assert!(input < 7 || effects.iter().filter(is_item).count() >= 2, "{effects:?}");
    effects
}

fn long_path() -> String {
    "/".to_owned() + &"a".repeat(255)
}

/// A visitor in the middle of a session: a page, a product, something in the cart.
pub fn visit(pack: impl Into<Published>) -> Engine {
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
    let view = Observation::Viewed(View { path: long_path(), page: PageKind::Product });
    engine.handle(Millis(10), Input::Observed(view));
    let line = Line { product: "p1".into(), quantity: 1, price: None };
    for fact in [Fact::Added(line), Fact::Searched { results: Some(0) }] {
        engine.handle(Millis(20), Input::Stated(fact));
    }
    engine
}

/// A visitor who has met everything there is to be met, and everything that was reported of it.
pub fn busy(pack: impl Into<Published>) -> (Engine, Vec<Item>) {
    let (mut engine, mut items) = (visit(pack), Vec::new());
    let money = |minor| Money { minor, currency: Currency::parse("KRW").unwrap() };
    for turn in 0..12 {
        let pages = [PageKind::Category, PageKind::Product, PageKind::Search, PageKind::Cart];
        let page = pages[turn % pages.len()];
        let id = format!("p{turn}");
        let (name, category) = (format!("Thing {turn}"), "things".to_owned());
        let product = Product { id: id.clone(), name, category, price: Some(money(12_900)) };
        let line = Line { product: id, quantity: 1, price: Some(money(12_900)) };
        let top = u32::try_from(turn * 200).unwrap();
        let inputs = [
            Input::Observed(Observation::Viewed(View { path: format!("/{turn}"), page })),
            Input::Stated(Fact::ProductSeen(product)),
            Input::Observed(Observation::Scrolled { top, height: 800, full: 4_000 }),
            Input::Observed(Observation::Moved { x: 600, y: 300, is_held: false }),
            Input::Observed(Observation::Moved { x: 600, y: 20, is_held: false }),
            Input::Stated(Fact::Searched { results: Some(0) }),
            Input::Stated(Fact::Added(line.clone())),
            Input::Stated(Fact::Added(line.clone())),
            Input::Stated(Fact::Removed(line)),
            Input::Stated(Fact::LoggedIn { vip: true }),
            Input::Stated(Fact::CheckoutBegan { value: money(25_800) }),
            Input::Observed(Observation::Hidden),
            Input::Observed(Observation::Shown),
        ];
        for (after, input) in (0..).zip(inputs) {
            let at = 1_000 + 40_000 * turn as u64 + 100 * after;
            let effects = engine.handle(Millis(at), input);
            items.extend(effects.into_iter().filter_map(|it| match it {
                Effect::Report(item) => Some(item),
                _ => None,
            }));
        }
    }
    (engine, items)
}

/// The two campaigns there were first.
pub fn two() -> Pack {
    pack_from(&[
        include_str!("../../campaigns/exit-offer.json"),
        include_str!("../../campaigns/cart-help.json"),
    ])
}

pub fn library() -> Pack {
    pack_from(&[
        include_str!("../../campaigns/cart-help.json"),
        include_str!("../../campaigns/checkout-help.json"),
        include_str!("../../campaigns/compare-advice.json"),
        include_str!("../../campaigns/exit-offer.json"),
        include_str!("../../campaigns/free-shipping.json"),
        include_str!("../../campaigns/hesitation-coupon.json"),
        include_str!("../../campaigns/loyal-thanks.json"),
        include_str!("../../campaigns/rage-help.json"),
        include_str!("../../campaigns/search-help.json"),
        include_str!("../../campaigns/welcome-back.json"),
    ])
}

fn pack_from(campaigns: &[&str]) -> Pack {
    let campaigns = campaigns.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
    Pack { version: 1, campaigns, ..Pack::default() }
}

/// As many campaigns as may be published, each as large as it may be; none of them holds.
pub fn crowd() -> Pack {
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
        serde_json::from_str(include_str!("../../campaigns/cart-help.json")).unwrap();
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

pub fn campaign_bomb() -> Published {
    largest(|count| pack_of(count, &Trigger::Any(Vec::new())))
}

pub fn leaf_bomb() -> Published {
    let leaf = Trigger::Count { of: Happening::Searched, at_least: 9, within_s: 1 };
    largest(|count| {
        let leaves = vec![leaf.clone(); 31.min(count)];
        pack_of(count.div_ceil(31), &Trigger::Any(leaves))
    })
}

/// Globs that go on comparing until the end of the path, everywhere in it.
pub fn glob_bomb() -> Published {
    let glob = "*".to_owned() + &"a".repeat(60) + "b*";
    largest(|count| {
        let globs = vec![glob.clone(); count];
        pack_of(1, &Trigger::Path(globs))
    })
}

/// Sequences of which every step leads on: the visitor has met all of it often.
pub fn sequence_bomb() -> Published {
    let steps = [Happening::View, Happening::Searched, Happening::Added, Happening::View];
    let steps = steps.repeat(2);
    let leaf = Trigger::Sequence { within_s: 100_000, steps };
    largest(|count| {
        let leaves = vec![leaf.clone(); 31.min(count)];
        pack_of(count.div_ceil(31), &Trigger::Not(Box::new(Trigger::Any(leaves))))
    })
}

/// Globs that are compared with every line of a full cart.
pub fn cart_bomb() -> Published {
    let glob = "*".to_owned() + &"a".repeat(29) + "b*";
    largest(|count| {
        let leaf = Trigger::CartHas {
            product: vec![glob.clone(); count],
            category: Vec::new(),
            at_least: 1,
        };
        pack_of(1, &leaf)
    })
}

/// Puts as much into the cart as is remembered.
pub fn fill_cart(engine: &mut Engine) {
    let line =
        |at: u64| Line { product: format!("{}{at}", "a".repeat(60)), quantity: 1, price: None };
    let lines = (0..16).map(line).collect();
    engine.handle(Millis(590_000), Input::Stated(Fact::CartHolds { lines }));
}
