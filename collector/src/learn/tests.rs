//! On sets made up here, small enough to see what must come out. The real ones are never needed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use engine::model::schema::{SCHEMA, Slot, at};
use engine::model::{MODEL_BYTES_MAX, Model};

use super::fit::{Head, Plan, round, weigh};
use super::metrics::figures;
use super::sets::{self, Lot, View};
use super::{LearnError, bench, boost, design, prior};

/// A folder with this file as its set.
fn folder(csv: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let place = folder.path().to_path_buf();
    std::fs::write(place.join("sessions.csv"), csv).expect("it can be written");
    (folder, place)
}

/// Visitors who come to the checkout (6) buy, most of them; others hardly ever.
fn clicks(sessions: u32) -> String {
    let mut csv = String::from("session,purchase,pages,cum_s\n");
    for at in 0..sessions {
        let goes = at % 3 == 0;
        let buys = if goes { at % 4 != 0 } else { at % 20 == 1 };
        let (page, turn) = (if goes { 6 } else { 2 }, at % 5);
        let buys = u8::from(buys);
        writeln!(
            csv,
            "{at:016x},{buys},0 2 3 {turn} {page} 3 3 2,0 3 9 20 21 40 80 {}",
            81 + at % 7
        )
        .expect("a string takes any text");
    }
    csv
}

const SHOPPERS: &str = "Administrative,Administrative_Duration,Informational,Informational_Duration,\
    ProductRelated,ProductRelated_Duration,BounceRates,ExitRates,PageValues,SpecialDay,Month,\
    OperatingSystems,Browser,Region,TrafficType,VisitorType,Weekend,Revenue\n";

/// Of those who look at many goods half buy.
fn shoppers(sessions: u32) -> String {
    let mut csv = String::from(SHOPPERS);
    for at in 0..sessions {
        let goods = 1 + at % 40;
        let buys = if goods > 20 && at % 2 == 0 { "TRUE" } else { "FALSE" };
        let spent = goods * 30 + at / 40;
        writeln!(
            csv,
            "{},{spent}.5,0,0.0,{goods},{spent},0.1,0.2,0.0,0.0,June,1,2,3,4,New_Visitor,TRUE,{buys}",
            at % 3
        )
        .expect("a string takes any text");
    }
    csv
}

fn model_of(lot: &Lot) -> (Model, f64) {
    let slots = [Slot::Steps, Slot::Checkout, Slot::LastDwell, Slot::Turns, Slot::Distinct];
    let design: Vec<_> =
        slots.iter().flat_map(|&it| design::bent(lot, at(it), &[0.3, 0.6])).collect();
    let plan = Plan { ridge: 10.0, parts: 3 };
    let heads = [Head::Buy, Head::Leave].map(|head| weigh(lot, &design, head, plan));
    let model = round(lot, &design, [&heads[0], &heads[1]]);
    let off = (0..lot.len()).map(|row| {
        let buy = f64::from(model.chances(lot.row(row)).buy) / 1_000_000.0;
        (buy - heads[0].chance(lot.row(row), &design)).abs()
    });
    let off = off.fold(0.0, f64::max);
    (model, off)
}

#[test]
fn whole_numbers_say_what_the_floats_said() {
    let (_folder, place) = folder(&clicks(600));
    let (model, off) = model_of(&sets::clickstream(&place).unwrap());
    assert!(off < 0.01, "{off}");
    assert_eq!(model.schema, SCHEMA);
    assert!(model.encode().len() <= 4_096);
}

#[test]
fn what_is_said_comes_true_as_often() {
    let (_folder, place) = folder(&clicks(600));
    let lot = sets::clickstream(&place).unwrap();
    let (model, _) = model_of(&lot);
    for step in [3, 6] {
        let rows = lot.cases.iter().enumerate().filter(|it| it.1.step == step);
        let said: Vec<(f64, bool)> = rows
            .map(|(row, case)| (f64::from(model.chances(lot.row(row)).buy) / 1e6, case.buys))
            .collect();
        let figures = figures(&said);
        let mean = said.iter().map(|it| it.0).sum::<f64>() / said.len() as f64;
        assert!((mean - figures.rate).abs() < 0.04, "{step}: {mean} for {}", figures.rate);
    }
}

#[test]
fn the_same_rows_give_the_same_model() {
    let (_folder, place) = folder(&clicks(300));
    let lot = sets::clickstream(&place).unwrap();
    assert_eq!(model_of(&lot).0.id(), model_of(&lot).0.id());
}

#[test]
fn the_design_for_clicks_fits_in_a_page() {
    let (_folder, place) = folder(&clicks(150));
    let lot = sets::clickstream(&place).unwrap();
    let design = design::for_clicks(&lot);
    assert!(design.is_sorted_by_key(|it| it.feature));
    // A term takes at most eleven bytes.
    assert!((150..MODEL_BYTES_MAX / 11).contains(&design.len()), "{}", design.len());
}

#[test]
fn a_benchmark_of_shoppers_tells_its_figures() {
    let (_folder, place) = folder(&shoppers(160));
    let report = bench::uci(&place, Some(&place)).unwrap_err();
    assert_eq!(report.to_string(), TOO_FEW);
    let (_other, test) = folder(&shoppers(120).replace(",2,3,4,", ",1,3,4,"));
    let report = bench::uci(&place, Some(&test)).unwrap();
    assert_eq!(report.scored, "120 sessions, apart from the 160 sessions it was made from");
    let figures = report.models[0].at["all"];
    assert!(figures.roc_auc > 0.7, "{figures:?}");
    assert!(serde_json::to_string(&report).unwrap().contains("\"roc_auc\""));
}

const TOO_FEW: &str = "0 sessions are too few: at least 100, bought and not bought among them";

#[test]
fn trees_find_what_lines_find() {
    let (_folder, place) = folder(&shoppers(800));
    let lot = sets::shoppers(&place, View::Agent).unwrap();
    let forest = boost::grow(&lot, boost::GROWTH);
    let said: Vec<(f64, bool)> = (0..lot.len())
        .map(|row| (f64::from(forest.chance(lot.row(row))) / 1e6, lot.cases[row].buys))
        .collect();
    let figures = figures(&said);
    assert!(figures.roc_auc > 0.8, "{figures:?}");
    assert!(forest.encode().len() <= 4_096);
}

#[test]
fn the_shipped_sort_of_model_keeps_its_hand_set_terms() {
    let (_folder, place) = folder(&shoppers(800));
    let model = prior::make(&place).unwrap();
    let told = prior::told(&model);
    assert!(told.contains("cart_items above   0.00: buy +1.900, leave -0.400"), "{told}");
    assert!(model.encode().len() <= 1_024);
}

#[test]
fn a_shop_s_own_rate_moves_the_base_alone() {
    let (_folder, place) = folder(&shoppers(800));
    let model = prior::make(&place).unwrap();
    let shop = prior::at_rate(&model, 40, 1_000);
    assert_eq!((shop.rate, &shop.terms), (398, &model.terms));
    let logit = |permyriad: f64| (permyriad / (10_000.0 - permyriad)).ln() * 65_536.0;
    let moved = f64::from(shop.base[0] - model.base[0]);
    let meant = logit(f64::from(shop.rate)) - logit(f64::from(model.rate));
    assert!((moved - meant).abs() < 100.0, "{moved} for {meant}");
    assert_eq!(prior::at_rate(&model, 0, 1_000_000).rate, 1);
    // Nothing is known: one in 31.
    assert_eq!(prior::at_rate(&model, 0, 0).rate, 323);
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let absent = sets::clickstream(Path::new("nowhere")).unwrap_err();
    assert_eq!(
        absent.to_string(),
        "nowhere has neither sessions.csv nor clickstream-dmm/sessions.csv"
    );
    let (_folder, place) = folder("session,purchase,pages,cum_s\n1,0,0 9,0 1\n");
    let wrong = sets::clickstream(&place).unwrap_err().to_string();
    assert!(wrong.ends_with("line 2: expected 0 to 6, found `another`"), "{wrong}");
    let (_folder, place) = folder("session,purchase,pages,cum_s\n1,0,0 1,0\n");
    let wrong = sets::clickstream(&place).unwrap_err().to_string();
    assert!(wrong.ends_with("expected as many times as pages, found `0`"), "{wrong}");
    let (_folder, place) = folder("a,b\n");
    let wrong = sets::shoppers(&place, View::All).unwrap_err().to_string();
    assert!(wrong.contains("expected Administrative, found `a,b`"), "{wrong}");
    let (_folder, place) = folder(&clicks(20));
    assert!(matches!(sets::clickstream(&place), Err(LearnError::TooFew(_))));
}

#[test]
fn a_set_fills_the_numbers_it_knows() {
    let (_folder, place) = folder(&shoppers(200));
    let lot = sets::shoppers_as_visits(&place).unwrap();
    let weekend = usize::from(at(Slot::Weekend));
    assert!((0..lot.len()).all(|row| lot.row(row)[weekend] == 256));
}
