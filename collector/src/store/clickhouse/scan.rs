//! Goes through history in ClickHouse as `store::scan` wants it: visit by visit, each visit's rows in
//! their order, only the wanted ones. ClickHouse sorts; here is never more than a block of the answer
//! and one visit.

use std::collections::HashSet;

use super::ClickHouse;
use super::client::quote;
use super::native::{Blocks, Column as Cells};
use super::ship::day_of;
use super::tables::WANTED;
use crate::store::StoreError;
use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{Column, MISSING, Names, Row, Visit, Want};

impl ClickHouse {
    /// Hands each visit of a site with wanted rows in the span to `each`, by key. A row that several
    /// collectors were sent counts once; of reports of one order the first counts, of those of the
    /// [`ORDER_DAYS`] days before the end.
    ///
    /// # Errors
    /// What ClickHouse says; `each` may then have been called already.
    pub(crate) fn scan(
        &self,
        site: &str,
        from: u64,
        to: u64,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError> {
        let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|it| want.has_kind(*it)).collect();
        if kinds.is_empty() || from >= to {
            return Ok(());
        }
        self.prepare()?;
        let columns: Vec<(Column, &str)> =
            WANTED.into_iter().filter(|(column, _)| want.has_column(*column)).collect();
        let again = self.bought_again(site, from, to, want)?;
        let sql = select(site, from, to, want, &kinds, &columns);
        let mut blocks = Blocks::new(self.client.ask(&sql, &SETTINGS)?);
        let mut open = Open { want, again, ..Open::default() };
        while let Some((rows, cells)) = blocks.next(ALWAYS + columns.len())? {
            for row in 0..rows {
                open.take(&cells, row, &kinds, &columns, names, each);
            }
        }
        open.close(names, each);
        Ok(())
    }

    /// Later reports of orders that more than one collector took for the first.
    fn bought_again(
        &self,
        site: &str,
        from: u64,
        to: u64,
        want: Want,
    ) -> Result<HashSet<(u64, i64)>, StoreError> {
        if !want.has_kind(Kind::Purchased) && !want.has_kind(Kind::PurchasedAgain) {
            return Ok(HashSet::new());
        }
        let since = from.min(to.saturating_sub(ORDER_DAYS * 86_400_000));
        let span = span(site, since, to);
        let bought = format!("{span} AND kind = 'purchased' AND quarantine = 0 AND subject <> ''");
        let sql = format!(
            "SELECT CAST(subject AS String), run, ordinal FROM items WHERE {bought} AND subject IN
                 (SELECT subject FROM items WHERE {bought} GROUP BY subject HAVING count() > 1)
             ORDER BY subject, at, run, ordinal FORMAT Native"
        );
        let mut blocks = Blocks::new(self.client.ask(&sql, &SETTINGS)?);
        let (mut again, mut first) = (HashSet::new(), (Vec::new(), (0, 0)));
        while let Some((rows, cells)) = blocks.next(3)? {
            for row in 0..rows {
                let subject = cells[0].text(row);
                let place = (cells[1].number(row).cast_unsigned(), cells[2].number(row));
                if subject != first.0 {
                    first = (subject.to_vec(), place);
                } else if place != first.1 {
                    again.insert(place);
                }
            }
        }
        Ok(again)
    }
}

/// Rows of a site in a span. The day chooses partitions.
pub(super) fn span(site: &str, from: u64, to: u64) -> String {
    let (first, last) = (day_of(from), day_of(to.saturating_sub(1)));
    format!(
        "site = {} AND day BETWEEN toDate({first}) AND toDate({last}) AND at >= {from} AND at < {to}",
        quote(site)
    )
}

fn select(
    site: &str,
    from: u64,
    to: u64,
    want: Want,
    kinds: &[Kind],
    columns: &[(Column, &str)],
) -> String {
    let mut kinds: Vec<String> = kinds.iter().map(|kind| quote(kind.name())).collect();
    let list = kinds.join(", ");
    if want.has_kind(Kind::PurchasedAgain) && !want.has_kind(Kind::Purchased) {
        // Some of them turn out to be the other.
        kinds.push(quote(Kind::Purchased.name()));
    }
    let cells: Vec<String> = columns.iter().map(|(column, name)| cast(*column, name)).collect();
    let cells: String = cells.iter().flat_map(|cell| [", ", cell]).collect();
    let apart = if want.is_apart() { "<>" } else { "=" };
    format!(
        "SELECT visit, visitor, run, ordinal, at, toUInt8(indexOf([{list}], kind)), quarantine{cells}
         FROM items WHERE {} AND kind IN ({}) AND quarantine {apart} 0
         ORDER BY visit, at, run, ordinal FORMAT Native",
        span(site, from, to),
        kinds.join(", ")
    )
}

/// The columns before those that were asked for.
const ALWAYS: usize = 7;

fn cast(column: Column, name: &str) -> String {
    match column {
        Column::Number | Column::Detail | Column::Value => {
            format!("ifNull({name}, toInt64('{MISSING}'))")
        }
        Column::Campaign | Column::Pack => format!("toInt64({name})"),
        // Not `toString`: that of a `LowCardinality` is one as well.
        _ => format!("CAST({name} AS String)"),
    }
}

/// The visit whose rows come.
#[derive(Default)]
struct Open {
    want: Want,
    again: HashSet<(u64, i64)>,
    visit: Vec<u8>,
    visitor: Option<[u8; 16]>,
    rows: Vec<Row>,
    places: HashSet<(u64, i64)>,
}

impl Open {
    fn take(
        &mut self,
        cells: &[Cells],
        row: usize,
        kinds: &[Kind],
        columns: &[(Column, &str)],
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) {
        let visit = cells[0].text(row);
        if visit != self.visit {
            self.close(names, each);
            self.visit.extend(visit);
        }
        let mut read = read(cells, row, kinds);
        let place = (read.run, read.ordinal);
        if read.kind == Kind::Purchased && self.again.contains(&place) {
            read.kind = Kind::PurchasedAgain;
        }
        if !self.want.has_kind(read.kind) || !self.places.insert(place) {
            return;
        }
        for ((column, _), cells) in columns.iter().zip(&cells[ALWAYS..]) {
            fill(&mut read, *column, cells, row, names);
        }
        self.visitor = self.visitor.or_else(|| cells[1].text(row).try_into().ok());
        self.rows.push(read);
    }

    fn close(&mut self, names: &Names, each: &mut dyn FnMut(&Visit<'_>, &Names)) {
        if !self.rows.is_empty() {
            let key = VisitKey::new(&self.visit);
            each(&Visit { key, visitor: self.visitor, rows: &self.rows }, names);
        }
        self.visit.clear();
        self.visitor = None;
        self.rows.clear();
        self.places.clear();
    }
}

fn read(cells: &[Cells], row: usize, kinds: &[Kind]) -> Row {
    // From 1 on; what is in no list is a purchase that is to be looked at.
    let kind = usize::from(cells[5].byte(row)).checked_sub(1).and_then(|place| kinds.get(place));
    let kind = kind.copied().unwrap_or(Kind::Purchased);
    Row {
        at: cells[4].number(row).cast_unsigned(),
        quarantine: cells[6].byte(row),
        run: cells[2].number(row).cast_unsigned(),
        ordinal: cells[3].number(row),
        ..Row::of(kind)
    }
}

fn fill(to: &mut Row, column: Column, cells: &Cells, row: usize, names: &mut Names) {
    let number = cells.number(row);
    let mut text = || names.name(&String::from_utf8_lossy(cells.text(row)));
    match column {
        Column::Path => to.path = text(),
        Column::Page => to.page = text(),
        Column::Subject => to.subject = text(),
        Column::Name => to.name = text(),
        Column::Number => to.number = number,
        Column::Detail => to.detail = number,
        Column::Campaign => to.campaign = u16::try_from(number).unwrap_or_default(),
        Column::Pack => to.pack = u32::try_from(number).unwrap_or_default(),
        Column::Value => to.value = number,
        Column::Currency => to.currency = text(),
        Column::Evidence => to.evidence = text(),
        Column::Device => to.device = text(),
        Column::Audience => to.audience = text(),
        Column::Language => to.language = text(),
        Column::Source => to.source = text(),
        // Summaries alone want it, and there are none.
        Column::Visitor => {}
    }
}

/// A sort that outgrows memory goes to the disk, and blocks of the answer stay small.
const SETTINGS: [(&str, &str); 2] =
    [("max_bytes_before_external_sort", "1000000000"), ("max_block_size", "65536")];

/// How far back a first report of an order through another collector is looked for.
const ORDER_DAYS: u64 = 31;
