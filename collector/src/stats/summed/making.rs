//! Goes through the visits of a day and notes what overview and series need to know of them.

use std::collections::{BTreeMap, HashMap};

use crate::stats::milestones::{Milestones, fills_cart};
use crate::stats::tally::count;
use crate::stats::views::Views;
use crate::store::rows::Kind;
use crate::store::scan::{Column, MISSING, Names, Row, Visit, Want};
use crate::store::summary::{
    Attended, CARTED, CHECKED_OUT, Draft, Dwell, End, NAMED, NAMED_BY_VIEW, Orphan, QUARTER_MS,
    QUARTERS, Revenue, Stay, Sum, VIEWED,
};

/// A draft that is being made.
#[derive(Debug)]
pub(super) struct Making {
    /// When the day begins.
    from: u64,
    draft: Draft,
    milestones: Milestones,
    /// Places of visitors, and one.
    visitors: HashMap<[u8; 16], u32>,
    revenue: BTreeMap<(u8, String), i64>,
    /// The latest view of each page load of the visit at hand.
    open: HashMap<u64, Open>,
}

/// What is known of the latest view of a page load.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// When it was viewed, if that was on this day.
    from: Option<u8>,
    /// Dwell so far, and when it was told.
    dwell: Option<(u32, u8)>,
}

impl Making {
    /// What has to be read: what overview reads, with the visitor that each row names.
    pub(super) const WANT: Want = Views::WANT
        .and(Milestones::CART)
        .and(Milestones::CHECKOUT)
        .kinds(&[Kind::Purchased])
        .columns(&[Column::Detail, Column::Value, Column::Currency, Column::Visitor]);

    /// Of a day, counted since 1970.
    pub(super) fn new(day: u32, names: &mut Names) -> Self {
        let sums = vec![Sum::default(); QUARTERS.into()];
        Self {
            from: u64::from(day) * QUARTER_MS * u64::from(QUARTERS),
            draft: Draft { sums, ..Draft::default() },
            milestones: Milestones::new(names),
            visitors: HashMap::new(),
            revenue: BTreeMap::new(),
            open: HashMap::new(),
        }
    }

    /// When the day begins and ends.
    pub(super) fn span(&self) -> (u64, u64) {
        (self.from, self.from + QUARTER_MS * u64::from(QUARTERS))
    }

    /// Takes in a visit with its rows of this day. Visits come in the order of their keys.
    pub(super) fn visit(&mut self, visit: &Visit<'_>, names: &Names) {
        let first = self.draft.stays.len();
        for row in visit.rows {
            let quarter = self.quarter(row);
            let flags = self.flags(row);
            match self.draft.stays[first..].last_mut() {
                Some(stay) if stay.quarter == quarter => stay.flags |= flags,
                _ => self.draft.stays.push(Stay { quarter, flags }),
            }
            match row.kind {
                Kind::Viewed => self.view(row, quarter),
                Kind::Dwell => self.dwell(row, quarter),
                Kind::Purchased => self.purchase(row, quarter, names),
                _ => {}
            }
        }
        let mut ids = visit.rows.iter().map(|row| row.visitor).filter(|id| id.is_some());
        let first_id = ids.next();
        // Of visits that name two only the rows know which one a span tells of.
        self.draft.is_unsure |= ids.any(|id| Some(id) != first_id);
        let visitor = visit.visitor.map_or(0, |id| self.visitor(id));
        let until = place(self.draft.stays.len());
        self.draft.visits.push(Attended { key: visit.key, visitor, until });
        self.leave();
    }

    /// The draft of the whole day.
    pub(super) fn end(mut self) -> Draft {
        for ((quarter, code), minor) in self.revenue {
            let currency = self.draft.currencies.iter().position(|known| *known == code);
            let currency = place(currency.unwrap_or_else(|| {
                self.draft.currencies.push(code);
                self.draft.currencies.len() - 1
            }));
            self.draft.revenue.push(Revenue { quarter, currency, minor });
        }
        self.draft.dwells.sort_unstable();
        self.draft.orphans.sort_unstable();
        self.draft.ends.sort_unstable();
        self.draft
    }

    fn flags(&self, row: &Row) -> u8 {
        let is_named = row.visitor.is_some();
        let is_of_view = matches!(row.kind, Kind::Viewed | Kind::Purchased);
        [
            (row.kind == Kind::Viewed, VIEWED),
            (fills_cart(row), CARTED),
            (self.milestones.begins_checkout(row), CHECKED_OUT),
            (is_named, NAMED),
            (is_named && is_of_view, NAMED_BY_VIEW),
        ]
        .into_iter()
        .fold(0, |flags, (is_so, flag)| if is_so { flags | flag } else { flags })
    }

    fn view(&mut self, row: &Row, quarter: u8) {
        let sum = &mut self.draft.sums[usize::from(quarter)];
        sum.views += 1;
        sum.loader_views += u64::from(row.detail == 1);
        let before = self.open.insert(row.run, Open { from: Some(quarter), dwell: None });
        self.draft.dwells.extend(before.and_then(|open| open.dwell_until(QUARTERS)));
    }

    fn dwell(&mut self, row: &Row, quarter: u8) {
        if row.number == MISSING {
            return;
        }
        let Ok(ms) = u32::try_from(count(row.number)) else {
            self.draft.is_unsure = true;
            return;
        };
        let open = self.open.entry(row.run).or_default();
        // The greatest of what was reported is what holds.
        if open.dwell.is_some_and(|(told, _)| told >= ms) {
            return;
        }
        if open.from.is_none() {
            let visit = place(self.draft.visits.len());
            self.draft.orphans.push(Orphan { visit, run: row.run, at: quarter, ms });
        } else if open.dwell.is_some_and(|(_, at)| at != quarter) {
            self.draft.dwells.extend(open.dwell_until(quarter));
        }
        open.dwell = Some((ms, quarter));
    }

    fn purchase(&mut self, row: &Row, quarter: u8, names: &Names) {
        self.draft.sums[usize::from(quarter)].purchases += 1;
        if !row.currency.is_some() || row.value == MISSING {
            return;
        }
        // Sums of greater ones may overflow: what comes of it depends on the order of the rows.
        self.draft.is_unsure |= row.value.unsigned_abs() > VALUE_MAX;
        let sum = self.revenue.entry((quarter, names.text(row.currency).into())).or_default();
        *sum = sum.saturating_add(row.value);
    }

    /// Closes the page loads of the visit that was added.
    fn leave(&mut self) {
        let visit = place(self.draft.visits.len() - 1);
        for (run, open) in self.open.drain() {
            let Some(from) = open.from else { continue };
            let ms = open.dwell.map(|(ms, _)| ms);
            self.draft.ends.push(End { visit, run, from, ms });
            self.draft.dwells.extend(open.dwell_until(QUARTERS));
        }
    }

    fn visitor(&mut self, id: [u8; 16]) -> u32 {
        let visitors = &mut self.draft.visitors;
        *self.visitors.entry(id).or_insert_with(|| {
            visitors.push(id);
            place(visitors.len())
        })
    }

    fn quarter(&self, row: &Row) -> u8 {
        let quarter = row.at.saturating_sub(self.from) / QUARTER_MS;
        u8::try_from(quarter).expect("rows are of this day")
    }
}

impl Open {
    fn dwell_until(self, until: u8) -> Option<Dwell> {
        let ((ms, at), from) = (self.dwell?, self.from?);
        Some(Dwell { ms, from, at, until })
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("a day has fewer rows")
}

/// The smallest unit of a currency. Some eight million purchases of it can be summed up.
const VALUE_MAX: u64 = 1 << 40;
