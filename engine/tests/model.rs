//! The model's memory over sessions as they are reported, and over anything at all.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::fmt::Write as _;

use beacon::item::{
    Began, Body, Consent, Device, Fact, Line, PageKind, Product, Signal, View, VisitorKind,
};
use beacon::{Currency, Item, Millis, Money};
use engine::decide::Decider;
use engine::model::schema::{SCHEMA, Slot, name};
use engine::model::{
    ALONE, Bands, Chances, Features, Forest, Model, PRIOR, Score, Split, Term, Tree,
};
use engine::pack::Published;
use expect_test::expect;
use proptest::prelude::*;

/// A visit as the deciding half hears of it.
#[derive(Default)]
struct Visit(Decider);

impl Visit {
    fn take(&mut self, second: u32, body: Body) {
        let item = Item { at: Millis(u64::from(second) * 1_000), body };
        self.0.take(&item, &Published::default());
    }

    /// What is not zero, by name.
    fn told(&self) -> String {
        let met = (0..).zip(self.0.features().values()).filter(|it| it.1 != 0);
        met.fold(String::new(), |told, (at, value)| told + &format!("{}={value}\n", name(at)))
    }
}

fn began(wall: u64) -> Body {
    Body::Began(Began {
        wall: Millis(wall),
        utc_offset_min: 540,
        seed: 1,
        visitor: VisitorKind::Returning,
        device: Device::Phone,
        language: "ko".into(),
        referrer: String::new(),
        pack: 1,
        consent: Consent::Personalise,
        resumed: Vec::new(),
    })
}

fn viewed(page: PageKind) -> Body {
    Body::Viewed(View { path: "/".into(), page })
}

fn shoe() -> Line {
    let price = Money { minor: 12_900, currency: Currency::parse("EUR").unwrap() };
    Line { product: "shoe".into(), quantity: 2, price: Some(price) }
}

#[test]
fn a_reported_session_becomes_numbers() {
    let mut visit = Visit::default();
    let product =
        Product { id: "shoe".into(), name: "Shoe".into(), category: String::new(), price: None };
    let items = [
        // 22:00 on a Friday in London is Saturday in Seoul.
        (0, began(1_700_258_400_000)),
        (0, viewed(PageKind::Home)),
        (5, viewed(PageKind::Product)),
        (5, Body::Stated(Fact::ProductSeen(product))),
        (15, Body::Noticed(Signal::Dwell { ms: 10_000 })),
        (16, Body::Noticed(Signal::ProductDwell { product: "shoe".into(), ms: 11_000 })),
        (17, Body::Noticed(Signal::ScrollReach { percent: 60 })),
        (18, Body::Stated(Fact::Added(shoe()))),
        (35, Body::Noticed(Signal::Dwell { ms: 30_000 })),
        (40, Body::Noticed(Signal::CartHesitation { level: 2, causes: 3 })),
        (41, Body::Noticed(Signal::ExitIntent { y: 9, speed: 800, eta_ms: 20 })),
    ];
    for (second, body) in items {
        visit.take(second, body);
    }
    expect![[r"
        cart_items=384
        returning=256
        phone=256
        weekend=256
        count.home=256
        count.product=256
        spent.home=640
        exits=256
        doubts=256
        steps=384
        products=256
        added=256
        elapsed=640
        distinct=384
        turns=256
        shelf=256
        info=256
        info_spent=640
        product_seconds=896
        active=1264
        active_here=1264
        exit_now=256
        share.home=128
        share.product=128
        recent.home=192
        recent.product=256
        first.home=256
        last.product=256
        before.home=256
        last_dwell=640
        max_dwell=640
        pace=640
        sum_dwell=640
        mean_dwell=640
        reach=153
        hesitation=512
        cart_value=3731
    "]]
    .assert_eq(&visit.told());
    // Ten seconds later the exit intent is no news.
    visit.take(51, Body::Woke);
    assert!(!visit.told().contains("exit_now"));
}

#[test]
fn a_purchase_empties_the_cart() {
    let mut visit = Visit::default();
    visit.take(0, began(0));
    visit.take(0, Body::Stated(Fact::Added(shoe())));
    let value = Money { minor: 25_800, currency: Currency::parse("EUR").unwrap() };
    visit.take(1, Body::Stated(Fact::Purchased { order: "1".into(), value, items: 2 }));
    expect![[r"
        returning=256
        phone=256
        added=256
        bought=256
    "]]
    .assert_eq(&visit.told());
}

#[test]
fn trees_answer_three_questions() {
    let splits = [(0, 10), (1, 20), (2, 30)].map(|(feature, mark)| Split { feature, mark });
    let tree = Tree { splits, leaves: [0, 1, 2, 3, 4, 5, 6, 7] };
    assert_eq!([tree.leaf(&[10, 20, 30]), tree.leaf(&[11, 20, 31]), tree.leaf(&[])], [0, 5, 0]);
    let forest = Forest { schema: 7, shift: 4, base: 65_536, trees: vec![tree; 2] };
    assert_eq!(forest.logit(&[11, 20, 31]), 65_536 + 2 * 5 * 4_096);
    assert_eq!(Forest::decode_for(7, &forest.encode()).as_ref(), Ok(&forest));
    assert!(Forest::decode_for(8, &forest.encode()).is_err());
}

fn any_term() -> impl Strategy<Value = Term> {
    (any::<u8>(), any::<u8>(), any::<i16>(), any::<[i16; 2]>())
        .prop_map(|(feature, with, knot, weights)| Term { feature, with, knot, weights })
}

fn any_model() -> impl Strategy<Value = Model> {
    let terms = prop::collection::vec(any_term(), 0..200);
    (any::<u16>(), 0_u8..=14, any::<[i32; 2]>(), terms).prop_map(|(rate, shift, base, terms)| {
        let bands = Bands { buys: 500, leaves: 500 };
        Model { schema: SCHEMA, rate, shift, bands, base, terms }
    })
}

fn any_body() -> impl Strategy<Value = Body> {
    prop_oneof![
        any::<u8>().prop_map(|it| {
            let pages = [PageKind::Home, PageKind::Product, PageKind::Checkout, PageKind::Account];
            viewed(pages[usize::from(it % 4)])
        }),
        any::<u32>().prop_map(|ms| Body::Noticed(Signal::Dwell { ms })),
        any::<u32>().prop_map(|away_ms| Body::Noticed(Signal::TabReturned { away_ms })),
        any::<u64>().prop_map(began),
        Just(Body::Stated(Fact::Added(shoe()))),
        Just(Body::Stated(Fact::Removed(shoe()))),
        Just(Body::Noticed(Signal::TabHidden)),
    ]
}

/// A visit through a shop, what the shipped model makes of it, and why. The same in every build:
/// `xtask/parity` compares the recorded sessions' chances in wasm, bit for bit.
#[test]
fn the_shipped_model_reads_a_visit() {
    let model = Model::decode(PRIOR).unwrap();
    let product = |id: &str| {
        let (name, category) = (String::new(), String::new());
        Body::Stated(Fact::ProductSeen(Product { id: id.into(), name, category, price: None }))
    };
    let dwell = |ms| Body::Noticed(Signal::ProductDwell { product: "shoe".into(), ms });
    let value = Money { minor: 25_800, currency: Currency::parse("EUR").unwrap() };
    let items = [
        ("begins", 0, began(1_700_258_400_000)),
        ("home", 0, viewed(PageKind::Home)),
        ("list", 8, viewed(PageKind::Category)),
        ("product", 30, viewed(PageKind::Product)),
        ("product seen", 30, product("shoe")),
        ("stays", 60, dwell(30_000)),
        ("another", 90, viewed(PageKind::Product)),
        ("back", 150, viewed(PageKind::Product)),
        ("adds", 240, Body::Stated(Fact::Added(shoe()))),
        ("cart", 260, viewed(PageKind::Cart)),
        ("wavers", 300, Body::Noticed(Signal::CartHesitation { level: 2, causes: 3 })),
        ("turns to go", 301, Body::Noticed(Signal::ExitIntent { y: 9, speed: 800, eta_ms: 20 })),
        ("stays after all", 320, viewed(PageKind::Checkout)),
        ("checkout", 321, Body::Stated(Fact::CheckoutBegan { value })),
        ("hides", 400, Body::Noticed(Signal::TabHidden)),
    ];
    let (mut visit, mut told) = (Visit::default(), String::new());
    for (what, second, body) in items {
        visit.take(second, body);
        let features = visit.0.features();
        let values = features.values();
        let chances = model.chances(&values);
        let reasons = model.reasons::<3>(&values).into_iter().filter(|it| it.buy != 0);
        let reasons: Vec<String> = reasons.map(|it| name(it.feature)).collect();
        let reasons = reasons.join(" ");
        let band = model.band(chances);
        let score = Score::read(PRIOR, features).unwrap();
        assert_eq!(
            [chances.buy / 1_000, chances.leave / 1_000],
            [score.buy_permille, score.leave_permille].map(u32::from)
        );
        assert_eq!(score.band, band);
        let Chances { buy, leave } = chances;
        writeln!(told, "{what}: buy {buy} leave {leave} {band:?} ({reasons})").unwrap();
    }
    expect![[r"
        begins: buy 20084 leave 123034 Undecided (returning weekend)
        home: buy 15993 leave 123034 Undecided (returning info weekend)
        list: buy 19891 leave 123034 Undecided (returning info_spent info)
        product: buy 17171 leave 123034 Undecided (returning info_spent info)
        product seen: buy 17171 leave 123034 Undecided (returning info_spent info)
        stays: buy 27995 leave 103022 Undecided (product_seconds returning info_spent)
        another: buy 27191 leave 103022 Undecided (product_seconds returning info_spent)
        back: buy 32161 leave 103022 Undecided (product_seconds returning shelf)
        adds: buy 181789 leave 71484 Undecided (cart_items product_seconds returning)
        cart: buy 220970 leave 71484 Undecided (cart_items product_seconds returning)
        wavers: buy 123470 leave 123033 Undecided (cart_items hesitation product_seconds)
        turns to go: buy 86274 leave 686968 Leaves (exit_now cart_items hesitation)
        stays after all: buy 94488 leave 140156 Undecided (cart_items hesitation product_seconds)
        checkout: buy 276883 leave 107739 Undecided (cart_items begun hesitation)
        hides: buy 257319 leave 619148 Leaves (away cart_items begun)
    "]]
    .assert_eq(&told);
}

/// What may be shipped: small, for these numbers, known by its hash.
#[test]
fn the_shipped_model_is_small_and_for_these_numbers() {
    let model = Model::decode(PRIOR).unwrap();
    assert!(PRIOR.len() <= 1_024);
    assert_eq!((model.schema, model.rate), (SCHEMA, 323));
    assert_eq!(model.encode(), PRIOR);
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let model = Model::decode(&bytes);
        prop_assert_eq!(Score::read(&bytes, &Features::NEW).is_some(), model.is_ok());
        if let Ok(model) = model {
            prop_assert_eq!(model.encode(), bytes.clone());
        }
        let _ = Forest::decode_for(SCHEMA, &bytes);
    }

    #[test]
    fn no_weights_are_too_large(model in any_model(), values in any::<[i16; 32]>()) {
        let chances = model.chances(&values);
        prop_assert!((1..1_000_000).contains(&chances.buy));
        prop_assert!((1..1_000_000).contains(&chances.leave));
        let reasons = model.reasons::<3>(&values);
        prop_assert!(reasons.iter().all(|it| it.feature == 0 || model.terms.iter().any(|term| term.feature == it.feature)));
        prop_assert_eq!(Model::decode(&model.encode()), Ok(model));
    }

    #[test]
    fn more_of_what_speaks_for_buying_never_lowers_its_chance(knot in 0..5_000_i16, weight in 0..i16::MAX, values in any::<[i16; 2]>()) {
        let terms = vec![Term { feature: 0, with: ALONE, knot, weights: [weight, 0] }];
        let bands = Bands { buys: 500, leaves: 500 };
        let model = Model { schema: SCHEMA, rate: 1, shift: 8, bands, base: [0; 2], terms };
        let [low, high] = { let mut it = values; it.sort_unstable(); it };
        prop_assert!(model.chances(&[low]).buy <= model.chances(&[high]).buy);
    }

    #[test]
    fn anything_may_happen_at_any_time(items in prop::collection::vec((any::<u32>(), any_body()), 0..200)) {
        let mut visit = Visit::default();
        for (second, body) in items {
            visit.take(second, body);
            prop_assert!(visit.0.features().values().iter().all(|&it| it >= 0));
            prop_assert!(Score::read(PRIOR, visit.0.features()).is_some());
        }
        prop_assert!(visit.0.features().get(Slot::Steps) <= 200);
    }

    /// Nothing that happens makes a model say more than it can.
    #[test]
    fn a_model_stays_within_its_reach(model in any_model(), items in prop::collection::vec((any::<u16>(), any_body()), 0..30)) {
        let reach = model.reach();
        let mut visit = Visit::default();
        for (second, body) in items {
            visit.take(second.into(), body);
            let score = Score::read(&model.encode(), visit.0.features()).unwrap();
            prop_assert!((reach.buy_permille[0]..=reach.buy_permille[1]).contains(&score.buy_permille));
            prop_assert!((reach.leave_permille[0]..=reach.leave_permille[1]).contains(&score.leave_permille));
            prop_assert!(reach.bands[score.band as usize]);
        }
    }

    /// Pages add up as they read; what they come to is what the model built from the bytes says.
    #[test]
    fn bytes_and_model_score_alike(model in any_model(), items in prop::collection::vec((any::<u16>(), any_body()), 0..20)) {
        let mut visit = Visit::default();
        for (second, body) in items {
            visit.take(second.into(), body);
        }
        let chances = model.chances(&visit.0.features().values());
        let score = Score::read(&model.encode(), visit.0.features()).unwrap();
        let permille = [score.buy_permille, score.leave_permille].map(u32::from);
        prop_assert_eq!(permille, [chances.buy / 1_000, chances.leave / 1_000]);
        prop_assert_eq!(score.band, model.band(chances));
    }
}
