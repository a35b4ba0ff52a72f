//! Blocks of fixed content on their way into the tables. What a block has is decided once; sent
//! again, it says the same under the same id, and only what is not there yet is sent.

use std::collections::{BTreeMap, HashSet};

use super::ClickHouse;
use super::client::Client;
use super::frames::Frame;
use super::native::Blocks;
use super::schema::Dialect;
use super::tables::{BlockId, FRAMES, ITEMS, Table, frames_block, items_block};
use crate::store::StoreError;
use crate::store::rows::{Record, run_number};

/// A block with all that is in it.
#[derive(Clone, Debug)]
pub(crate) struct Shipment {
    /// Of the data folder it comes from; random.
    pub(crate) collector: u64,
    /// Random as well, so that a folder brought back from a copy never gives a number again.
    pub(crate) block: u64,
    /// It may have been sent before.
    pub(crate) is_doubtful: bool,
    /// Rows with the keys of their sites.
    pub(crate) items: Vec<(String, Record)>,
    pub(crate) frames: Vec<Frame>,
}

impl ClickHouse {
    /// Brings a block into the tables. When this returns without an error each of its rows is there,
    /// however often it was tried before.
    ///
    /// # Errors
    /// As it is not known whether it arrived: try again, as doubtful.
    pub(crate) fn deliver(&self, shipment: &Shipment) -> Result<(), StoreError> {
        let parcels = Parcels {
            client: &self.client,
            dialect: self.dialect()?,
            id: BlockId { collector: shipment.collector, block: shipment.block },
            is_doubtful: shipment.is_doubtful,
        };
        for (day, rows) in by_day(&shipment.items, |(_, record)| record.at) {
            let place = |(_, record): &&(String, Record)| (record.run, record.ordinal);
            parcels.send(&ITEMS, day, &rows, place, |rows| {
                let rows: Vec<_> = rows.iter().map(|(site, row)| (site.as_str(), row)).collect();
                items_block(&rows, day, parcels.id)
            })?;
        }
        for (day, rows) in by_day(&shipment.frames, |frame| frame.began_at.0) {
            let place = |frame: &&Frame| (run_number(frame.run), i64::from(frame.sequence));
            parcels.send(&FRAMES, day, &rows, place, |rows| frames_block(rows, day, parcels.id))?;
        }
        Ok(())
    }
}

/// One day of a block goes into one partition: whole, or not at all.
struct Parcels<'a> {
    client: &'a Client,
    dialect: Dialect,
    id: BlockId,
    is_doubtful: bool,
}

/// What tells the rows of a block apart.
type Place = (u64, i64);

impl Parcels<'_> {
    fn send<T: Copy>(
        &self,
        table: &Table,
        day: u16,
        rows: &[T],
        place: impl Fn(&T) -> Place,
        encode: impl Fn(&[T]) -> Vec<u8>,
    ) -> Result<(), StoreError> {
        if !self.is_doubtful {
            return self.insert(table, day, &encode(rows), rows.len());
        }
        let there = self.places(table, day)?;
        let missing: Vec<T> =
            rows.iter().copied().filter(|it| !there.contains(&place(it))).collect();
        if missing.is_empty() {
            return Ok(());
        }
        self.insert(table, day, &encode(&missing), missing.len())
    }

    /// The same name for the same rows. A server that knows tokens takes each once; every server
    /// refuses a second query of a name while the first still runs.
    fn insert(&self, table: &Table, day: u16, block: &[u8], rows: usize) -> Result<(), StoreError> {
        let BlockId { collector, block: number } = self.id;
        let name = format!("{collector:016x}-{number:016x}-{}-{day}-{rows}", table.name);
        let mut settings = vec![("query_id", name.as_str())];
        if self.dialect == Dialect::Modern {
            settings.push(("insert_deduplication_token", &name));
            // The answer means that it is stored, whatever the server's own settings say.
            settings.extend([("async_insert", "0"), ("insert_deduplicate", "1")]);
        }
        let columns: Vec<&str> = table.columns.iter().map(|(name, ..)| *name).collect();
        let into = format!("INSERT INTO {} ({}) FORMAT Native", table.name, columns.join(", "));
        self.client.insert(&into, &settings, block)
    }

    /// Which rows of the block are there.
    fn places(&self, table: &Table, day: u16) -> Result<HashSet<Place>, StoreError> {
        let BlockId { collector, block } = self.id;
        let run = match table.name {
            // Its first eight bytes, as a number.
            "frames" => "reinterpretAsUInt64(reverse(substring(run, 1, 8)))",
            _ => "run",
        };
        let sql = format!(
            "SELECT {run}, toInt64({}) FROM {} WHERE day = toDate({day}) AND collector = {collector}
             AND block = {block} FORMAT Native",
            table.place, table.name
        );
        let mut blocks = Blocks::new(self.client.ask(&sql, &[])?);
        let mut places = HashSet::new();
        while let Some((rows, columns)) = blocks.next(2)? {
            let of = |row| (columns[0].number(row).cast_unsigned(), columns[1].number(row));
            places.extend((0..rows).map(of));
        }
        Ok(places)
    }
}

/// Rows by UTC day, days since 1970, each day's in their order.
fn by_day<T>(rows: &[T], at: impl Fn(&T) -> u64) -> BTreeMap<u16, Vec<&T>> {
    let mut days: BTreeMap<u16, Vec<&T>> = BTreeMap::new();
    for row in rows {
        days.entry(day_of(at(row))).or_default().push(row);
    }
    days
}

/// The UTC day of a time; ClickHouse's `Date` ends in 2149.
pub(super) fn day_of(at: u64) -> u16 {
    u16::try_from(at / DAY_MS).unwrap_or(u16::MAX)
}

const DAY_MS: u64 = 86_400_000;
