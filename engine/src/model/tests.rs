use super::schema::{
    BEFORE, COUNT, FEATURES, FIRST, LAST, ONE, RECENT, SCHEMA, SHARE, SPENT, Slot, at, log, name,
};
use super::*;
use crate::campaign::Happening;

fn term(feature: u8, with: u8, knot: i16, weights: [i16; 2]) -> Term {
    Term { feature, with, knot, weights }
}

fn model(terms: Vec<Term>) -> Model {
    let bands = Bands { buys: 500, leaves: 500 };
    Model { schema: SCHEMA, rate: 400, shift: 10, bands, base: [-131_072, 0], terms }
}

/// The true probability of a logit in 65,536ths. Whole logits by repeated multiplication, because
/// the float functions are banned here.
fn truth(logit: i32) -> f64 {
    let x = f64::from(logit) / 65_536.0 / 64.0;
    // e^(x/64) by its series, then six times squared.
    let mut power = (1..12).rev().fold(1.0, |sum, n| 1.0 + x * sum / f64::from(n));
    (0..6).for_each(|_| power *= power);
    1_000_000.0 * power / (1.0 + power)
}

#[test]
fn the_logistic_function_is_within_a_millionth() {
    for logit in (-1_000_000..1_000_000).step_by(997) {
        let (value, truth) = (f64::from(millionths(logit)), truth(logit));
        assert!((value - truth).abs() <= 1.01, "{logit}: {value} for {truth}");
    }
    assert_eq!((millionths(i32::MIN), millionths(0), millionths(i32::MAX)), (1, 500_000, 999_999));
}

#[test]
fn the_logistic_function_never_falls() {
    let values: Vec<u32> = (-600_000..600_000).step_by(13).map(millionths).collect();
    assert!(values.is_sorted());
}

#[test]
fn the_logarithm_is_whole_at_powers_of_two_and_never_falls() {
    let one = u32::from(ONE.unsigned_abs());
    assert_eq!([log(0), log(1), log(3), log(1_023)], [0, one, 2 * one, 10 * one]);
    assert!((0..5_000).map(log).collect::<Vec<_>>().is_sorted());
    assert_eq!(log(u32::MAX), log(u32::MAX - 1));
}

#[test]
fn a_hinge_counts_from_its_knot_on() {
    let mut values = [0; FEATURES];
    let model = model(vec![term(3, ALONE, 256, [512, 0])]);
    let logit = |values: &[i16]| model.logits(values)[0] - model.base[0];
    assert_eq!(logit(&values), 0);
    values[3] = 256;
    assert_eq!(logit(&values), 0);
    // One unit above the knot at half a logit a unit.
    values[3] = 512;
    assert_eq!(logit(&values), 32_768);
}

#[test]
fn a_pair_counts_when_both_are_there() {
    let mut values = [0; FEATURES];
    let model = model(vec![term(3, 7, 0, [1_024, -1_024])]);
    values[3] = 512;
    assert_eq!(model.logits(&values), model.base);
    values[7] = 128;
    assert_eq!(model.logits(&values), [model.base[0] + 65_536, model.base[1] - 65_536]);
}

#[test]
fn the_largest_reasons_come_first_and_add_up() {
    let mut values = [0; FEATURES];
    (values[1], values[2], values[3]) = (256, 512, 256);
    let terms = vec![
        term(1, ALONE, 0, [100, 0]),
        term(2, ALONE, 0, [600, 0]),
        term(2, ALONE, 256, [-200, 512]),
        term(3, ALONE, 0, [-1_024, 0]),
    ];
    let model = model(terms);
    let [first, second] = model.reasons::<2>(&values);
    assert_eq!([first.feature, second.feature], [2, 3]);
    assert_eq!([first.buy, first.leave, second.buy], [975, 500, -1_000]);
    let all: i32 = model.reasons::<8>(&values).iter().map(|it| it.buy).sum();
    let logit = (model.logits(&values)[0] - model.base[0]) * 1_000 / 65_536;
    assert!((all - logit).abs() <= 3, "{all} for {logit}");
}

#[test]
fn bytes_come_back_as_they_went() {
    let model = model(vec![term(1, ALONE, -5, [i16::MIN, i16::MAX]), term(2, 9, 300, [7, -7])]);
    let bytes = model.encode();
    assert_eq!(Model::decode(&bytes).as_ref(), Ok(&model));
    assert_eq!(Model::decode(&bytes).map(|it| it.id()), Ok(model.id()));
    assert_eq!(Model::decode(&bytes[..bytes.len() - 1]), Err(ModelError::Malformed));
    assert_eq!(Model::decode(&[]), Err(ModelError::Malformed));
    assert_eq!(Model::decode(&[1, 0]), Err(ModelError::Format));
    assert_eq!(Model::decode(&[1; MODEL_BYTES_MAX + 1]), Err(ModelError::TooLarge));
}

#[test]
fn a_model_for_other_numbers_is_refused() {
    let other = Model { schema: SCHEMA ^ 1, ..model(Vec::new()) };
    assert_eq!(Model::decode(&other.encode()), Err(ModelError::Schema));
    assert_eq!(Model::decode_for(SCHEMA ^ 1, &other.encode()), Ok(other));
}

#[test]
fn every_value_has_its_own_name() {
    let names: std::collections::BTreeSet<_> = (0..FEATURES).map(|it| name(it as u8)).collect();
    assert_eq!(names.len(), FEATURES);
    assert_eq!(name(COUNT + 3), "count.product");
    assert_eq!(name(BEFORE + 10), "before.community");
    assert_eq!(name(at(Slot::LastDwell)), "last_dwell");
    assert_eq!(name(at(Slot::Steps)), "steps");
    assert_eq!(name(at(Slot::CartItems)), "cart_items");
    assert_eq!(name(at(Slot::Treated)), "treated");
    assert_eq!(name(u8::MAX), "");
}

#[test]
fn the_memory_counts_steps_and_their_time() {
    let mut features = Features::NEW;
    let (home, product, checkout) = (1, 3, 6);
    for (kind, second) in [(home, 0), (product, 3), (home, 10), (product, 11), (checkout, 4_000)] {
        features.count(Happening::View as u32);
        features.step(kind, second);
    }
    let value = |at: u8| u32::from(features.value(at).unsigned_abs());
    assert_eq!(value(COUNT + product), log(2));
    assert_eq!(value(SHARE + home), 2 * 256 / 5);
    assert_eq!(
        [value(RECENT + checkout), value(RECENT + product)],
        [256, (192 * 3 / 4 + 256) * 3 / 4]
    );
    // 7 s, and half an hour at most for the second.
    assert_eq!(value(SPENT + product), log(7 + 1_800));
    assert_eq!([value(FIRST + home), value(LAST + checkout)], [256, 256]);
    assert_eq!(value(BEFORE + product), 256);
    assert_eq!(value(at(Slot::Steps)), log(5));
    assert_eq!(value(at(Slot::Distinct)), log(3));
    assert_eq!(value(at(Slot::ToAndFro)), log(2));
    assert_eq!(value(at(Slot::Checkout)), 8 * 256);
    assert_eq!(value(at(Slot::Elapsed)), log(3 + 7 + 1 + 1_800));
    assert_eq!([value(at(Slot::Shelf)), value(at(Slot::Till))], [log(2), log(1)]);
}

#[test]
fn what_is_counted_stands_where_its_happening_does() {
    let mut features = Features::NEW;
    for (what, slot) in [
        (Happening::ExitIntent, Slot::Exits),
        (Happening::View, Slot::Steps),
        (Happening::SearchMissed, Slot::Missed),
        (Happening::Dismissed, Slot::Dismissed),
        (Happening::FormTrouble, Slot::FormTrouble),
        (Happening::BotEvidence, Slot::Bot),
    ] {
        features.count(what as u32);
        assert_eq!(features.get(slot), 1, "{what:?}");
    }
}

#[test]
fn another_session_keeps_the_cart_and_who_it_is() {
    let mut features = Features::NEW;
    for slot in [Slot::Known, Slot::CartItems, Slot::CartValue, Slot::Steps, Slot::Hesitation] {
        features.set(slot, 7);
    }
    features.open_session();
    let left = (0..FEATURES as u8).filter(|&it| features.value(it) > 0);
    let left: Vec<u8> = left.collect();
    assert_eq!(left, [at(Slot::CartItems), at(Slot::Known), at(Slot::CartValue)]);
}
