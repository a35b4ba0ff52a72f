use proptest::prelude::*;

use super::*;

fn ranking(entries: &[&[&str]]) -> Ranking {
    let owned: Vec<Vec<String>> =
        entries.iter().map(|texts| texts.iter().map(|&text| text.into()).collect()).collect();
    Ranking::new(owned.iter().map(Vec::as_slice))
}

fn order(ranking: &Ranking, text: &str) -> Vec<usize> {
    ranking.rank(text, usize::MAX).iter().map(|it| it.entry).collect()
}

const SHOP: [&[&str]; 4] = [
    &["How much is shipping?", "delivery fee"],
    &["How do I cancel my order?"],
    &["배송비가 얼마예요?", "택배비 있나요?"],
    &["쿠폰은 어디에 입력해요?", "할인 코드 어떻게 써요?"],
];

#[test]
fn other_endings_slips_and_spaces_lead_to_the_same_entry() {
    let ranking = ranking(&SHOP);
    for (text, entry) in [
        ("shipping costs how much", 0),
        ("canceling an order", 1),
        ("i want to cancell it", 1),
        ("배송비는 얼마인가요", 2),
        ("배 송 비 얼마", 2),
        ("쿠폰 어디에다 입력하나요", 3),
    ] {
        assert_eq!(order(&ranking, text).first(), Some(&entry), "{text}");
    }
}

#[test]
fn a_known_phrasing_is_as_alike_as_can_be_where_it_is_the_only_one() {
    let found = ranking(&SHOP).rank("how do i cancel my order", 1);
    assert!(found[0].likeness > 0.999, "{found:?}");
}

#[test]
fn what_has_nothing_in_common_is_not_found() {
    let ranking = ranking(&SHOP);
    for text in ["日本語", "", "?!"] {
        assert!(order(&ranking, text).is_empty(), "{text}");
    }
    assert!(order(&Ranking::default(), "shipping").is_empty());
}

#[test]
fn equals_come_in_the_order_of_entries_and_no_more_than_asked_for() {
    let ranking = ranking(&[&["tea"], &["tea"], &[], &["tea"]]);
    assert_eq!(order(&ranking, "tea"), [0, 1, 3]);
    let first = ranking.rank("tea", 2);
    assert_eq!(first.iter().map(|it| it.entry).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(ranking.rank("tea", 0), []);
}

#[test]
fn leaving_a_phrasing_out_is_as_if_it_were_not_there() {
    // Among many others, one phrasing more or less changes the rarities hardly.
    let others: Vec<String> =
        (0..200).map(|n| format!("return {n} and send {n} by parcel")).collect();
    let own = ["return a parcel", "send it back", "return the thing"].map(String::from);
    let all = Ranking::new([&own[..], &others].into_iter());
    let without = Ranking::new([&own[1..], &others].into_iter());
    let text = features(&own[0]);
    let [one, other] = [all.compare(&text, Some(0))[0], without.compare(&text, None)[0]];
    assert!((one.likeness - other.likeness).abs() < 0.02, "{one:?} {other:?}");
    assert!(one.likeness < all.compare(&text, None)[0].likeness - 0.2, "{one:?}");
}

#[test]
fn close_phrasings_make_the_bot_stricter_than_loose_ones() {
    let closely = |n: usize| format!("please cancel order number {n} of mine today");
    let loosely =
        |n: usize| format!("{} {}", ["alpha", "beta", "gamma", "delta"][n % 4], n * 7_919);
    let of = |text: &dyn Fn(usize) -> String| {
        let entries: Vec<Vec<String>> =
            (0..30).map(|entry| (0..10).map(|n| text(entry * 10 + n)).collect()).collect();
        Ranking::new(entries.iter().map(Vec::as_slice)).sure()
    };
    let (close, loose) = (of(&closely), of(&loosely));
    assert!(close > loose, "{close} {loose}");
    assert!((SURE_MIN..=SURE_MAX).contains(&close) && (SURE_MIN..=SURE_MAX).contains(&loose));
    assert!(
        (ranking(&SHOP).sure() - SURE_UNLESS_MEASURED).abs() < f32::EPSILON,
        "too few to measure"
    );
}

proptest! {
    #[test]
    fn any_text_is_ranked_against_any_entries(
        entries in prop::collection::vec(prop::collection::vec("\\PC{0,40}", 0..4), 0..6),
        text in "\\PC{0,80}",
        most in 0_usize..8,
    ) {
        let ranking = Ranking::new(entries.iter().map(Vec::as_slice));
        let ranked = ranking.rank(&text, most);
        prop_assert!(ranked.len() <= most);
        prop_assert!(ranked.iter().all(|it| (0.0..=1.0).contains(&it.likeness) && it.entry < entries.len()));
        prop_assert!(ranked.windows(2).all(|pair| pair[0].likeness >= pair[1].likeness));
        let all = ranking.rank(&text, usize::MAX);
        prop_assert_eq!(&all[..ranked.len()], &ranked[..], "the first of all");
        prop_assert_eq!(ranking.rank(&text, most), ranked, "the same again");
    }

    #[test]
    fn a_phrasing_finds_its_own_entry(
        entries in prop::collection::vec("[a-z가-힣]{2,8}( [a-z가-힣]{2,8}){1,4}", 1..6), at in any::<prop::sample::Index>(),
    ) {
        let texts: Vec<Vec<String>> = entries.iter().map(|text| vec![text.clone()]).collect();
        let ranking = Ranking::new(texts.iter().map(Vec::as_slice));
        let entry = at.index(entries.len());
        let best = ranking.rank(&entries[entry], 1)[0];
        prop_assert_eq!(&entries[best.entry], &entries[entry]);
        prop_assert!(best.likeness > 0.999);
    }
}
