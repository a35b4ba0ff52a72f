//! Summaries say what rows say: of rows that nobody would send, and of a made-up month, wherever it lies.

mod loose;
mod stored;

use std::collections::BTreeMap;
use std::sync::Arc;

use nunchi_api::campaigns::Parity;
use nunchi_api::questions::{Answer, Question, Scope, Unit};
use nunchi_api::stats::Coupons;

use crate::stats::history::{Conversations, History};
use crate::stats::{Asked, Present, answer};
use crate::store::StoreError;
use crate::store::scan::{Names, Visit, Want};
use crate::store::summary::Merged;
use engine::pack::Pack;

/// A history without its summaries.
struct ByRows<'a>(&'a dyn History);

impl History for ByRows<'_> {
    fn visits(
        &self,
        from: u64,
        to: u64,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError> {
        self.0.visits(from, to, want, names, each)
    }

    fn days(&self, _: u64, _: u64) -> Result<Option<Arc<Merged>>, StoreError> {
        Ok(None)
    }

    fn conversations(&self, from: u64, to: u64) -> Result<Conversations, StoreError> {
        self.0.conversations(from, to)
    }

    fn coupons(&self, from: u64, to: u64) -> Result<BTreeMap<u16, Coupons>, StoreError> {
        self.0.coupons(from, to)
    }

    fn packs(&self) -> Result<Vec<Pack>, StoreError> {
        self.0.packs()
    }

    fn parity(&self, from: u64, to: u64) -> Result<Parity, StoreError> {
        self.0.parity(from, to)
    }
}

/// Asks for the overview and for series by each unit, both ways.
fn compare(history: &dyn History, zone: &str, from: u64, to: u64) {
    let series = [Unit::Hour, Unit::Day, Unit::Week, Unit::Month];
    let series = series.map(|unit| Question::Series { unit: Some(unit) });
    for question in [Question::Overview {}].into_iter().chain(series) {
        let scope = Scope { from: Some(from), to: Some(to), ..Scope::default() };
        let asked = Asked::new(&scope, question, 0, zone).unwrap();
        let told = |history: &dyn History| -> Answer {
            answer(history, &asked, 0, Present::default()).unwrap()
        };
        let (summed, counted) = (told(history), told(&ByRows(history)));
        let [one, other] = [&summed, &counted].map(|it| serde_json::to_string_pretty(it).unwrap());
        let differ = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        let name = asked.question.name();
        assert!(summed == counted, "{name} in {zone} from {from} to {to}: {differ:?}");
    }
}

const ZONES: [&str; 6] = [
    "UTC",
    "Asia/Seoul",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
];
