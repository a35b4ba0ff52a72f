//! Rows as text, and answers as text.
//!
//! A line is `VISIT/VISITOR.RUN#BEACON WHEN KIND WORDS`, of which `/VISITOR`, `.RUN` and `#BEACON` may
//! be left out; `!robot` at the end keeps the row apart. WHEN is minutes and seconds of the day
//! (`0:30`), with days before it (`8d0:30`), or a moment in UTC (`2026-03-29T01:30`).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use engine::pack::Pack;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nunchi_api::campaigns::Parity;
use nunchi_api::questions::{Filter, Question, Scope};
use nunchi_api::stats::Coupons;
use serde_json::Value;

use crate::stats::history::{Conversations, History};
use crate::stats::{Answer, Asked, DAY_MS, Present, answer, answered};
use crate::store::StoreError;
use crate::store::rows::{Kind, Record, VisitKey};
use crate::store::scan::{Names, Visit, Want, scan_records};
use crate::store::summary::Merged;
use crate::suspicion::Suspicion;

/// Midnight in UTC of the day that tests are about: Sunday, 22 November 2026.
pub(super) const DAY: u64 = 1_795_305_600_000;

/// A history in memory.
#[derive(Default)]
pub(in crate::stats) struct Loose {
    pub(in crate::stats) records: Vec<Record>,
    pub(in crate::stats) conversations: Conversations,
    pub(in crate::stats) coupons: BTreeMap<u16, Coupons>,
    pub(in crate::stats) packs: Vec<Pack>,
    /// Their summaries; none: only the rows can tell.
    pub(in crate::stats) days: Option<Arc<Merged>>,
}

impl History for Loose {
    fn visits(
        &self,
        from: u64,
        to: u64,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError> {
        scan_records(&self.records, from, to, want, names, each);
        Ok(())
    }

    fn days(&self, _: u64, _: u64) -> Result<Option<Arc<Merged>>, StoreError> {
        Ok(self.days.clone())
    }

    fn conversations(&self, _: u64, _: u64) -> Result<Conversations, StoreError> {
        Ok(self.conversations.clone())
    }

    fn coupons(&self, _: u64, _: u64) -> Result<BTreeMap<u16, Coupons>, StoreError> {
        Ok(self.coupons.clone())
    }

    fn packs(&self) -> Result<Vec<Pack>, StoreError> {
        Ok(self.packs.clone())
    }

    fn parity(&self, _: u64, _: u64) -> Result<Parity, StoreError> {
        Ok(Parity::default())
    }
}

/// The history that these lines tell.
pub(super) fn history(lines: &str) -> Loose {
    let mut places = HashMap::new();
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let records = lines.map(|line| record(line, &mut places));
    Loose { records: records.collect(), ..Loose::default() }
}

/// Answers a question about the day; nothing is folded.
pub(super) fn ask(lines: &str, question: Question, filter: &[&str]) -> String {
    ask_of(&history(lines), question, filter, 0)
}

pub(super) fn ask_of(history: &Loose, question: Question, filter: &[&str], below: u64) -> String {
    let asked = asked(question, filter);
    text(&answer(history, &asked, below, Present::default()).unwrap())
}

/// The day and the one before.
pub(super) fn compare(lines: &str, question: Question) -> (String, String) {
    let scope = Scope { compare: true, from: Some(DAY), to: Some(DAY + DAY_MS), ..scope(&[]) };
    let asked = Asked::new(&scope, question, 0, "UTC").unwrap();
    let answered = answered(&history(lines), "shop", &asked, 0, Present::default()).unwrap();
    (text(&answered.answer), text(&answered.before.unwrap().answer))
}

pub(super) fn asked(question: Question, filter: &[&str]) -> Asked {
    Asked::new(&scope(filter), question, 0, "UTC").unwrap()
}

fn scope(conditions: &[&str]) -> Scope {
    let mut filter = Filter::default();
    for condition in conditions {
        filter.add(condition).unwrap();
    }
    Scope { from: Some(DAY), to: Some(DAY + DAY_MS), filter, ..Scope::default() }
}

/// One line a value or row; what is zero or empty is left out.
pub(super) fn text(answer: &Answer) -> String {
    let mut lines = Vec::new();
    tell("", &serde_json::to_value(answer).unwrap(), &mut lines);
    lines.concat()
}

fn tell(part: &str, answer: &Value, lines: &mut Vec<String>) {
    for (name, value) in answer.as_object().unwrap() {
        let name = format!("{part}{name}");
        match value {
            _ if ["name", "from", "to", "series"].contains(&name.as_str()) => {}
            Value::Array(rows) if rows.first().is_some_and(is_row) => {
                lines.extend(rows.iter().map(|row| format!("{name}:{}\n", cells(row))));
            }
            Value::Object(inner) if inner.contains_key("rows") => {
                tell(&format!("{name}."), value, lines);
            }
            Value::Object(_) => lines.push(format!("{name}:{}\n", cells(value))),
            _ => lines.extend(cell(value).map(|cell| format!("{name}: {cell}\n"))),
        }
    }
}

fn cells(row: &Value) -> String {
    let cells = row.as_object().unwrap().iter();
    let cells = cells.filter_map(|(name, value)| Some(format!(" {name}={}", cell(value)?)));
    cells.collect()
}

fn cell(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(cell).collect::<Vec<_>>().join(" > "),
        Value::Object(_) if is_row(value) => match cells(value).trim_start() {
            "" => String::new(),
            cells => format!("({cells})"),
        },
        Value::Object(amount) => {
            let currency = amount["currency"].as_str().unwrap_or_default();
            format!("{}{currency}", amount["minor"])
        }
        value => value.to_string(),
    };
    (!["", "0", "0.0", "false"].contains(&text.as_str())).then_some(text)
}

fn is_row(value: &Value) -> bool {
    value.as_object().is_some_and(|it| !it.contains_key("minor"))
}

/// One line as a row. `places` counts the rows of each beacon.
fn record(line: &str, places: &mut HashMap<(u64, u32), i64>) -> Record {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let apart = words.last().and_then(|word| word.strip_prefix('!')).map(|name| {
        let suspicion = Suspicion::ALL.into_iter().find(|it| it.name() == name);
        suspicion.unwrap_or_else(|| panic!("no suspicion is called {name}")).number()
    });
    words.truncate(words.len() - usize::from(apart.is_some()));
    let [who, when, kind, rest @ ..] = &words[..] else { panic!("too short: {line}") };
    let (who, beacon) = who.split_once('#').unwrap_or((who, "0"));
    let (who, run) = who.split_once('.').unwrap_or((who, "1"));
    let (visit, visitor) = who.split_once('/').map_or((who, None), |it| (it.0, Some(it.1)));
    let beacon: u32 = beacon.parse().expect("a number of a beacon");
    let run = u64::from_be_bytes(padded(&format!("{visit}.{run}")));
    let place = places.entry((run, beacon)).or_default();
    *place += 1;
    let kind = Kind::by_name(kind).unwrap_or_else(|| panic!("no kind is called {kind}"));
    let mut record = Record {
        visit: VisitKey::new(&padded::<8>(visit)),
        visitor: visitor.map(padded),
        run,
        ordinal: i64::from(beacon) << 12 | (*place - 1),
        at: moment(when),
        quarantine: apart.unwrap_or_default(),
        ..Record::of(kind)
    };
    fill(&mut record, rest);
    record
}

fn fill(record: &mut Record, words: &[&str]) {
    let word = |place: usize| words.get(place).copied().unwrap_or_else(|| panic!("{words:?}"));
    let owned = |place: usize| Some(word(place).to_owned());
    let number = |place: usize| Some(word(place).parse::<i64>().expect("a number"));
    match record.kind {
        Kind::Viewed => {
            (record.path, record.page) = (owned(0), owned(1));
            record.detail = words.get(2).map(|_| 1);
        }
        Kind::Began => {
            (record.device, record.audience) = (owned(0), owned(1));
            record.language = words.get(2).map(|it| (*it).into());
            record.source = words.get(3).map(|it| (*it).into());
        }
        Kind::Remembered => record.source = (!words.is_empty()).then(|| words.join(" ")),
        Kind::ProductSeen => {
            record.subject = owned(0);
            record.name = (words.len() > 1).then(|| words[1..].join(" "));
        }
        Kind::Added | Kind::Removed => (record.subject, record.number) = (owned(0), number(1)),
        Kind::CartStands => {
            (record.number, record.value, record.currency) = (number(0), number(1), owned(2));
        }
        Kind::Purchased | Kind::PurchasedAgain => {
            (record.subject, record.value, record.currency) = (owned(0), number(1), owned(2));
        }
        Kind::CartHesitation => (record.number, record.detail) = (number(0), number(1)),
        Kind::Goal => record.subject = owned(0),
        Kind::Fired | Kind::HeldOut | Kind::Shadowed => {
            record.campaign = word(0).parse().ok();
            (record.number, record.pack) = (Some(410), Some(1));
            record.evidence = Some("[1,4,2,410,0]".into());
        }
        Kind::Shown | Kind::Accepted | Kind::Dismissed => record.campaign = word(0).parse().ok(),
        Kind::Rated => {
            record.campaign = word(0).parse().ok();
            (record.number, record.detail) = (number(1), number(2));
        }
        _ => record.number = words.first().map(|it| it.parse().expect("a number")),
    }
}

fn moment(text: &str) -> u64 {
    if text.contains('T') {
        let at = text.parse::<DateTime>().unwrap().to_zoned(TimeZone::UTC).unwrap();
        return u64::try_from(at.timestamp().as_millisecond()).unwrap();
    }
    let (days, time) = text.split_once('d').unwrap_or(("0", text));
    let (minutes, seconds) = time.split_once(':').expect("minutes and seconds");
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let ms = number(days) * 86_400_000 + number(minutes) * 60_000 + number(seconds) * 1_000;
    DAY.checked_add_signed(ms).unwrap()
}

fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    bytes
}
