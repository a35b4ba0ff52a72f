//! Reads the public sets, as `../shared/data/README.md` lays them out, into the numbers that models
//! look at.

use std::path::{Path, PathBuf};

use beacon::item::PageKind;
use engine::campaign::Happening;
use engine::model::Features;
use engine::model::schema::{COMMUNITY, FEATURES, SCHEMA, Slot, log, schema_of};

use super::{LearnError, SESSIONS_MIN};

/// Predictions to be made: the numbers, and what came true.
#[derive(Clone, Debug)]
pub(super) struct Lot {
    /// Of which numbers.
    pub(super) schema: u32,
    /// How many.
    pub(super) width: usize,
    /// Row after row.
    pub(super) values: Vec<i16>,
    /// One a row.
    pub(super) cases: Vec<Case>,
}

/// What is known of a row beside its numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    /// Of which session, hashed: decides its fold.
    pub(super) session: u64,
    /// After how many steps.
    pub(super) step: u16,
    /// The session goes on: only then is there anything to decide.
    pub(super) is_alive: bool,
    /// Its sort of page, and the one before; as the data set numbers them.
    pub(super) kinds: [u8; 2],
    /// It ends in a purchase.
    pub(super) buys: bool,
}

impl Lot {
    fn new(schema: u32, width: usize) -> Self {
        Self { schema, width, values: Vec::new(), cases: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.cases.len()
    }

    pub(super) fn row(&self, at: usize) -> &[i16] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    /// The rows for which it holds.
    pub(super) fn only(&self, holds: impl Fn(&Case) -> bool) -> Self {
        let mut lot = Self::new(self.schema, self.width);
        for (at, case) in self.cases.iter().enumerate().filter(|it| holds(it.1)) {
            lot.values.extend(self.row(at));
            lot.cases.push(*case);
        }
        lot
    }

    /// The rows of one part of `parts`, and all others. Sessions stay whole.
    pub(super) fn split(&self, part: u64, parts: u64) -> (Self, Self) {
        (self.only(|it| it.session % parts != part), self.only(|it| it.session % parts == part))
    }
}

/// Prefixes of click sequences up to [`STEPS_MAX`] clicks, one a row.
pub(super) fn clickstream(place: &Path) -> Result<Lot, LearnError> {
    let table = Table::read(place, "clickstream-dmm")?;
    let columns = table.columns(["session", "purchase", "pages", "cum_s"])?;
    let mut lot = Lot::new(SCHEMA, FEATURES);
    for line in 0..table.lines.len() {
        let [session, purchase, pages, seconds] = columns.map(|at| table.cell(line, at));
        let expected = |expected, found: &str| table.malformed(line, expected, found);
        let buys = purchase == "1";
        let (mut features, mut before) = (Features::NEW, NOWHERE);
        let count = pages.split(' ').count();
        if seconds.split(' ').count() != count {
            return Err(expected("as many times as pages", seconds));
        }
        for (step, (page, second)) in (1..=STEPS_MAX).zip(pages.split(' ').zip(seconds.split(' ')))
        {
            let page: u8 = page.parse().map_err(|_| expected("a page type", page))?;
            let second: u32 = second.parse().map_err(|_| expected("whole seconds", second))?;
            let kind =
                *PAGES.get(usize::from(page)).ok_or_else(|| expected("0 to 6", "another"))?;
            features.count(Happening::View as u32);
            features.step(kind, second);
            lot.values.extend(features.values());
            let is_alive = usize::from(step) < count;
            let kinds = [page, before];
            lot.cases.push(Case { session: hash(session), step, is_alive, kinds, buys });
            before = page;
        }
    }
    enough(&lot)?;
    Ok(lot)
}

/// Predictions are asked for after at most as many clicks.
pub(super) const STEPS_MAX: u16 = 30;

/// No page before the first.
pub(super) const NOWHERE: u8 = 7;

/// Page types as the set's README infers them, in the order of their codes: home, account, list,
/// product, marketing, community, checkout.
const PAGES: [u8; 7] = [
    PageKind::Home as u8,
    PageKind::Account as u8,
    PageKind::Category as u8,
    PageKind::Product as u8,
    PageKind::Other as u8,
    COMMUNITY,
    PageKind::Checkout as u8,
];

/// What may be used of the shoppers' set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// What an agent in the page can see.
    Agent,
    /// Also the analytics columns `PageValues`, `BounceRates` and `ExitRates`. The first nearly
    /// tells the outcome.
    All,
}

/// Whole sessions, one a row.
pub(super) fn shoppers(place: &Path, view: View) -> Result<Lot, LearnError> {
    let table = Table::read(place, "uci-online-shoppers")?;
    let columns = table.columns(SHOPPERS)?;
    let width = if view == View::All { COLUMNS } else { COLUMNS - ANALYTICS };
    let names = &NAMES[..if view == View::All { NAMES.len() } else { NAMES.len() - ANALYTICS }];
    let mut lot = Lot::new(schema_of(names), width);
    for line in 0..table.lines.len() {
        let cells = columns.map(|at| table.cell(line, at));
        lot.values.extend(&shopper(&table, line, &cells)?[..width]);
        let (session, buys) = (hash(&table.lines[line]), cells[17].eq_ignore_ascii_case("true"));
        lot.cases.push(Case { session, step: 1, is_alive: true, kinds: [0, NOWHERE], buys });
    }
    enough(&lot)?;
    Ok(lot)
}

/// The numbers of a line: amounts as logarithms, sorts one flag each.
fn shopper(table: &Table, line: usize, cells: &[&str; 18]) -> Result<[i16; COLUMNS], LearnError> {
    let number = |at: usize| -> Result<f64, LearnError> {
        cells[at].parse().map_err(|_| table.malformed(line, "a number", cells[at]))
    };
    let log = |value: f64| i16::try_from(log(value.round() as u32)).unwrap_or(i16::MAX);
    let mut values = [0; COLUMNS];
    let (mut views, mut seconds) = (0.0, 0.0);
    for pair in 0..3 {
        let (count, spent) = (number(2 * pair)?, number(2 * pair + 1)?);
        (views, seconds) = (views + count, seconds + spent);
        values[3 * pair] = log(count);
        values[3 * pair + 1] = log(spent);
        values[3 * pair + 2] = log(spent * 10.0 / count.max(1.0));
    }
    values[9] = log(views);
    values[10] = log(seconds);
    values[11] = (number(9)? * 256.0) as i16;
    values[12] = flag(cells[16].eq_ignore_ascii_case("true"));
    values[13] = flag(cells[15] == "New_Visitor");
    let month = MONTHS.iter().position(|it| cells[10].starts_with(it));
    let month = month.ok_or_else(|| table.malformed(line, "a month", cells[10]))?;
    values[14] = 256 * month as i16;
    values[15 + month] = 256;
    let mut first = 15 + MONTHS.len();
    for (column, sorts) in SORTS {
        let code = number(column)? as usize;
        if (1..=sorts).contains(&code) {
            values[first + code - 1] = 256;
        }
        first += sorts;
    }
    values[first] = log(number(8)? * 100.0);
    values[first + 1] = log(number(6)? * 10_000.0);
    values[first + 2] = log(number(7)? * 10_000.0);
    Ok(values)
}

fn flag(is: bool) -> i16 {
    if is { 256 } else { 0 }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Operating system, browser, region and source of traffic: which column, and how many sorts are
/// told apart.
const SORTS: [(usize, usize); 4] = [(11, 8), (12, 13), (13, 9), (14, 20)];
const ANALYTICS: usize = 3;
const COLUMNS: usize = 15 + 12 + (8 + 13 + 9 + 20) + ANALYTICS;

const SHOPPERS: [&str; 18] = [
    "Administrative",
    "Administrative_Duration",
    "Informational",
    "Informational_Duration",
    "ProductRelated",
    "ProductRelated_Duration",
    "BounceRates",
    "ExitRates",
    "PageValues",
    "SpecialDay",
    "Month",
    "OperatingSystems",
    "Browser",
    "Region",
    "TrafficType",
    "VisitorType",
    "Weekend",
    "Revenue",
];

/// What the values are, for the schema's hash and for reasons; sorts are counted from 1.
const NAMES: [&str; 22] = [
    "administrative",
    "administrative_seconds",
    "administrative_pace",
    "informational",
    "informational_seconds",
    "informational_pace",
    "goods",
    "goods_seconds",
    "goods_pace",
    "views",
    "seconds",
    "special_day",
    "weekend",
    "new_visitor",
    "month",
    "month.*",
    "system.*,browser.*",
    "region.*",
    "traffic.*",
    "page_values",
    "bounce_rates",
    "exit_rates",
];

/// The shoppers' set in the numbers that an agent has: how many pages of the account, of
/// information and of goods, the time on them, met before, weekend. Nothing else is known of them.
pub(super) fn shoppers_as_visits(place: &Path) -> Result<Lot, LearnError> {
    let table = Table::read(place, "uci-online-shoppers")?;
    let columns = table.columns(SHOPPERS)?;
    let mut lot = Lot::new(SCHEMA, FEATURES);
    for line in 0..table.lines.len() {
        let cells = columns.map(|at| table.cell(line, at));
        let whole = |at: usize| -> Result<u32, LearnError> {
            let number: Result<f64, _> = cells[at].parse();
            Ok(number.map_err(|_| table.malformed(line, "a number", cells[at]))?.round() as u32)
        };
        let totals = [whole(0)?, whole(1)?, whole(2)?, whole(3)?, whole(4)?, whole(5)?];
        let views = totals[0] + totals[2] + totals[4];
        let (session, buys) = (hash(&table.lines[line]), cells[17].eq_ignore_ascii_case("true"));
        for (step, seen) in (1..).zip(SEEN).filter(|it| it.1 <= views.max(1)) {
            let mut features = Features::NEW;
            for (slot, total) in GROUPS.into_iter().zip(totals) {
                // The time of the page that is open counts when it is left.
                let is_time =
                    matches!(slot, Slot::AccountSpent | Slot::InfoSpent | Slot::ShelfSpent);
                let open = u32::from(is_time);
                let (part, all) = (seen - open, views.saturating_sub(open).max(1));
                features.set(slot, (total * part + all / 2) / all);
            }
            features.set(Slot::Returning, u32::from(cells[15] != "New_Visitor"));
            features.set(Slot::Weekend, u32::from(cells[16].eq_ignore_ascii_case("true")));
            lot.values.extend(features.values());
            let is_alive = true;
            lot.cases.push(Case { session, step, is_alive, kinds: [0, NOWHERE], buys });
        }
    }
    enough(&lot)?;
    Ok(lot)
}

/// After how many views a whole session is also looked at.
const SEEN: [u32; 8] = [1, 2, 4, 7, 12, 20, 35, 60];

/// What the set counts, in the order of its columns.
const GROUPS: [Slot; 6] = [
    Slot::AccountViews,
    Slot::AccountSpent,
    Slot::Info,
    Slot::InfoSpent,
    Slot::Shelf,
    Slot::ShelfSpent,
];

/// Whether there is enough to learn from.
pub(super) fn enough(lot: &Lot) -> Result<(), LearnError> {
    // Every session has a first step.
    let sessions = || lot.cases.iter().filter(|it| it.step == 1);
    let (count, bought) = (sessions().count(), sessions().filter(|it| it.buys).count());
    let is_enough = count >= SESSIONS_MIN && (1..count).contains(&bought);
    if is_enough { Ok(()) } else { Err(LearnError::TooFew(count)) }
}

/// FNV-1a of 64 bits: the same fold on every machine.
fn hash(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, it| {
        (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 29)
}

/// A file of lines with commas between their cells, and names in the first line.
struct Table {
    file: PathBuf,
    head: Vec<String>,
    lines: Vec<String>,
}

impl Table {
    /// Reads `sessions.csv` in the folder, or in the set's folder there; or the file itself.
    fn read(place: &Path, set: &str) -> Result<Self, LearnError> {
        let places =
            [place.join("sessions.csv"), place.join(set).join("sessions.csv"), place.into()];
        let file = places.into_iter().find(|it| it.is_file());
        let absent = || LearnError::Absent { place: place.into(), set: set.into() };
        let file = file.ok_or_else(absent)?;
        let text = std::fs::read_to_string(&file)
            .map_err(|cause| LearnError::Unreadable { file: file.clone(), cause })?;
        let mut lines = text.lines().map(|line| line.trim_end_matches('\r').to_owned());
        let head = lines.next().unwrap_or_default().split(',').map(str::to_owned).collect();
        Ok(Self { file, head, lines: lines.filter(|line| !line.is_empty()).collect() })
    }

    fn columns<const N: usize>(&self, names: [&'static str; N]) -> Result<[usize; N], LearnError> {
        let mut columns = [0; N];
        for (column, name) in columns.iter_mut().zip(names) {
            *column = self.head.iter().position(|it| it == name).ok_or_else(|| {
                LearnError::Malformed {
                    file: self.file.clone(),
                    line: 1,
                    expected: name,
                    found: self.head.join(","),
                }
            })?;
        }
        Ok(columns)
    }

    fn cell(&self, line: usize, column: usize) -> &str {
        self.lines[line].split(',').nth(column).unwrap_or_default()
    }

    fn malformed(&self, line: usize, expected: &'static str, found: &str) -> LearnError {
        let (file, found) = (self.file.clone(), found.chars().take(40).collect());
        LearnError::Malformed { file, line: line + 2, expected, found }
    }
}
