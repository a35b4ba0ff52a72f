//! Blocks of fixed content on their way into the tables. What a block has is decided once; sent
//! again, it says the same under the same id, and only what is not there yet is sent. But for what is told apart
//! from the rest, and which report of an order is the first: that may have changed since, and is put right.

use std::collections::{BTreeMap, HashMap};

use super::ClickHouse;
use super::client::{Client, quote};
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
            let of = |(_, it): &&(String, Record)| {
                ((it.run, it.ordinal), (it.quarantine, it.kind.name().to_owned()))
            };
            parcels.send(&ITEMS, day, &rows, of, |rows| {
                let rows: Vec<_> = rows.iter().map(|(site, row)| (site.as_str(), row)).collect();
                items_block(&rows, day, parcels.id)
            })?;
        }
        for (day, rows) in by_day(&shipment.frames, |frame| frame.began_at.0) {
            let of = |frame: &&Frame| {
                let place = (run_number(frame.run), i64::from(frame.sequence));
                (place, (frame.quarantine, String::new()))
            };
            parcels.send(&FRAMES, day, &rows, of, |rows| frames_block(rows, day, parcels.id))?;
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

/// What of a row may change while it is on its way: what speaks against it, and an item's kind.
type State = (u8, String);

impl Parcels<'_> {
    fn send<T: Copy>(
        &self,
        table: &Table,
        day: u16,
        rows: &[T],
        of: impl Fn(&T) -> (Place, State),
        encode: impl Fn(&[T]) -> Vec<u8>,
    ) -> Result<(), StoreError> {
        if !self.is_doubtful {
            return self.insert(table, day, &encode(rows), rows.len());
        }
        let there = self.places(table, day)?;
        let (mut missing, mut changed) = (Vec::new(), BTreeMap::<State, Vec<Place>>::new());
        for row in rows {
            let (place, state) = of(row);
            match there.get(&place) {
                None => missing.push(*row),
                Some(found) if *found != state => changed.entry(state).or_default().push(place),
                Some(_) => {}
            }
        }
        for (state, rows) in &changed {
            rows.chunks(PLACES_MAX).try_for_each(|some| self.correct(table, day, state, some))?;
        }
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

    /// Which rows of the block are there, and as what.
    fn places(&self, table: &Table, day: u16) -> Result<HashMap<Place, State>, StoreError> {
        let kind = if table.name == ITEMS.name { "CAST(kind AS String)" } else { "''" };
        let sql = format!(
            "SELECT {}, toInt64({}), quarantine, {kind} FROM {} WHERE {} FORMAT Native",
            run_of(table),
            table.place,
            table.name,
            self.of_block(day)
        );
        let mut blocks = Blocks::new(self.client.ask(&sql, &[])?);
        let mut places = HashMap::new();
        while let Some((rows, columns)) = blocks.next(4)? {
            for row in 0..rows {
                let place = (columns[0].number(row).cast_unsigned(), columns[1].number(row));
                let kind = String::from_utf8_lossy(columns[3].text(row)).into_owned();
                places.insert(place, (columns[2].byte(row), kind));
            }
        }
        Ok(places)
    }

    /// Puts rows right that are there. Done by the server a moment after it has answered; the same again
    /// changes nothing.
    fn correct(
        &self,
        table: &Table,
        day: u16,
        (quarantine, kind): &State,
        places: &[Place],
    ) -> Result<(), StoreError> {
        let kind =
            if kind.is_empty() { String::new() } else { format!(", kind = {}", quote(kind)) };
        let places: Vec<String> =
            places.iter().map(|(run, place)| format!("({run}, {place})")).collect();
        self.client.run(&format!(
            "ALTER TABLE {} UPDATE quarantine = toUInt8({quarantine}){kind}
             WHERE {} AND (toUInt64({}), toInt64({})) IN ({})",
            table.name,
            self.of_block(day),
            run_of(table),
            table.place,
            places.join(", ")
        ))
    }

    fn of_block(&self, day: u16) -> String {
        let BlockId { collector, block } = self.id;
        format!("day = toDate({day}) AND collector = {collector} AND block = {block}")
    }
}

/// The run of a row as a number: its first eight bytes.
fn run_of(table: &Table) -> &'static str {
    if table.name == ITEMS.name {
        "run"
    } else {
        "reinterpretAsUInt64(reverse(substring(run, 1, 8)))"
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

/// Rows put right by one statement: it has at most 256 KiB, some 30 bytes a row.
const PLACES_MAX: usize = 4_096;
