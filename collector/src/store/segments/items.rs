//! Rows of history in a sealed file: the columns of [`Record`], under the same names, sorted by visit,
//! time, run and ordinal. Anything that reads Parquet reads them as they are.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMillisecondType, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, DictionaryArray, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMillisecondArray, UInt64Array,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnPath;

use super::{Made, Opened, Writing, batch};
use crate::hex::hex;
use crate::store::StoreError;
use crate::store::filed::{Filed, Piece, Pieces};
#[cfg(doc)]
use crate::store::rows::Record;
use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{Column, MISSING, Name, Names, Row, TEXTS, Want};

/// Writes rows, which are sorted, as a file that is on the disk when this returns.
pub(in crate::store) fn write(
    path: &Path,
    rows: &[&Filed],
    names: &Names,
) -> Result<Made, StoreError> {
    let mut file = Writing::begin(path, Arc::clone(&SCHEMA), properties())?;
    for group in rows.chunks(GROUP_ROWS) {
        file.add(path, &columns(group, names))?;
    }
    file.end(path)
}

pub(super) fn properties() -> WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("a level that zstd has");
    let packed = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_offset_index_disabled(true);
    // Neighbours differ by little.
    ["at", "ordinal"].into_iter().fold(packed, |packed, name| {
        packed
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_encoding(ColumnPath::from(name), Encoding::DELTA_BINARY_PACKED)
    })
}

pub(super) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let dictionary = |values| DataType::Dictionary(Box::new(DataType::Int32), Box::new(values));
    let needed = |name: &str, sort| Field::new(name, sort, false);
    let optional = |name: &str, sort| Field::new(name, sort, true);
    let time = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let mut fields = vec![
        needed("at", time),
        needed("visit", dictionary(DataType::Binary)),
        optional("visitor", dictionary(DataType::Binary)),
        needed("run", DataType::UInt64),
        needed("ordinal", DataType::Int64),
        needed("kind", dictionary(DataType::Utf8)),
        needed("quarantine", DataType::Int32),
    ];
    fields.extend(TEXTS.map(|(_, name)| optional(name, dictionary(DataType::Utf8))));
    fields.extend(NUMBERS.map(|(_, name)| optional(name, DataType::Int64)));
    fields.extend(SMALL.map(|(_, name)| optional(name, DataType::Int32)));
    Arc::new(Schema::new(fields))
});

const NUMBERS: [(Column, &str); 3] =
    [(Column::Number, "number"), (Column::Detail, "detail"), (Column::Value, "value")];

const SMALL: [(Column, &str); 2] = [(Column::Campaign, "campaign"), (Column::Pack, "pack")];

fn columns(rows: &[&Filed], names: &Names) -> RecordBatch {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let at = rows.iter().map(|it| signed(it.row.at));
    let at = TimestampMillisecondArray::from_iter_values(at).with_timezone("UTC");
    let visits = rows.iter().map(|it| Some(it.visit));
    let visitors = rows.iter().map(|it| it.visitor.map(|id| VisitKey::new(&id)));
    let quarantine = rows.iter().map(|it| i32::from(it.row.quarantine));
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(at),
        ids(visits),
        ids(visitors),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|it| it.row.run))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|it| it.row.ordinal))),
        kinds(rows),
        Arc::new(Int32Array::from_iter_values(quarantine)),
    ];
    columns
        .extend(TEXTS.map(|(column, _)| texts(rows.iter().map(|it| it.row.text(column)), names)));
    columns.extend(NUMBERS.map(|(column, _)| {
        let numbers = rows.iter().map(|it| *it.row.clone().number(column));
        let present = numbers.map(|number| (number != MISSING).then_some(number));
        Arc::new(present.collect::<Int64Array>()) as ArrayRef
    }));
    // A number of 0 is one where the kind has the column at all.
    let campaigns =
        rows.iter().map(|it| it.row.kind.has_campaign().then_some(it.row.campaign.into()));
    let packs = rows.iter().map(|it| {
        let pack = i32::try_from(it.row.pack).unwrap_or(i32::MAX);
        it.row.kind.is_verdict().then_some(pack)
    });
    columns.push(Arc::new(campaigns.collect::<Int32Array>()));
    columns.push(Arc::new(packs.collect::<Int32Array>()));
    batch(&SCHEMA, columns)
}

/// Each id once.
fn ids(ids: impl Iterator<Item = Option<VisitKey>>) -> ArrayRef {
    let mut places = HashMap::<VisitKey, i32>::new();
    let mut values = Vec::new();
    let mut last = (None, 0);
    let keys = ids.map(|id| {
        let id = id?;
        if last.0 != Some(id) {
            let place = *places.entry(id).or_insert_with(|| {
                values.push(id);
                place(values.len() - 1)
            });
            last = (Some(id), place);
        }
        Some(last.1)
    });
    let keys = keys.collect::<Int32Array>();
    let values = BinaryArray::from_iter_values(values.iter().map(VisitKey::as_bytes));
    dictionary(keys, Arc::new(values))
}

fn kinds(rows: &[&Filed]) -> ArrayRef {
    let keys = Int32Array::from_iter_values(rows.iter().map(|it| i32::from(it.row.kind as u8)));
    let values = StringArray::from_iter_values(Kind::ALL.iter().map(|kind| kind.name()));
    dictionary(keys, Arc::new(values))
}

fn texts(texts: impl Iterator<Item = Name>, names: &Names) -> ArrayRef {
    let mut places = vec![-1; names.len() + 1];
    let mut values = Vec::new();
    let keys = texts.map(|name| {
        let key = &mut places[name.index()];
        if *key < 0 && name.is_some() {
            *key = place(values.len());
            values.push(name);
        }
        name.is_some().then_some(*key)
    });
    let keys = keys.collect::<Int32Array>();
    let values = StringArray::from_iter_values(values.iter().map(|name| names.text(*name)));
    dictionary(keys, Arc::new(values))
}

fn place(index: usize) -> i32 {
    i32::try_from(index).expect("a group has fewer rows")
}

fn dictionary(keys: Int32Array, values: ArrayRef) -> ArrayRef {
    Arc::new(DictionaryArray::new(keys, values))
}

/// The wanted rows of a file, a bit at a time.
pub(in crate::store) struct Reading {
    file: Opened,
    want: Want,
    span: (u64, u64),
    groups: VecDeque<usize>,
    batches: Option<ParquetRecordBatchReader>,
    /// Of each text column: the dictionary that was met last, and what its texts are called.
    known: HashMap<&'static str, (ArrayRef, Vec<Name>)>,
}

impl Reading {
    /// Of rows with `at` in the span (`from` included, `to` excluded).
    pub(in crate::store) fn new(file: Opened, want: Want, span: (u64, u64)) -> Self {
        let groups = file.metadata.metadata().row_groups().iter().enumerate();
        let groups = groups.filter(|(_, group)| {
            let times = group.column(0).statistics();
            let Some(Statistics::Int64(times)) = times else { return true };
            let (first, last) = (times.min_opt(), times.max_opt());
            let time = |at: Option<&i64>| at.and_then(|at| u64::try_from(*at).ok());
            time(first).is_none_or(|first| first < span.1)
                && time(last).is_none_or(|last| last >= span.0)
        });
        let groups = groups.map(|(place, _)| place).collect();
        Self { file, want, span, groups, batches: None, known: HashMap::new() }
    }

    /// Takes the next rows in; `false` at the end. What comes may hold no wanted row.
    pub(in crate::store) fn next(
        &mut self,
        names: &mut Names,
        to: &mut Pieces,
    ) -> Result<bool, StoreError> {
        loop {
            if let Some(batches) = &mut self.batches
                && let Some(batch) = batches.next()
            {
                let batch = batch.map_err(|_| self.file.damaged())?;
                self.take(&batch, names, to).ok_or_else(|| self.file.damaged())?;
                return Ok(true);
            }
            let Some(group) = self.groups.pop_front() else { return Ok(false) };
            // A group at a time: so each batch has the dictionaries of its group.
            let read = self.file.read().with_row_groups(vec![group]).with_batch_size(BATCH_ROWS);
            let wanted = ProjectionMask::columns(read.parquet_schema(), self.columns());
            let read = read.with_projection(wanted).build();
            self.batches = Some(read.map_err(|_| self.file.damaged())?);
        }
    }

    fn columns(&self) -> impl Iterator<Item = &'static str> {
        let more = TEXTS.into_iter().chain(NUMBERS).chain(SMALL);
        let more = more.filter(|(column, _)| self.want.has_column(*column)).map(|(_, name)| name);
        BASE.into_iter().chain(more)
    }

    /// `None`: the columns are not those of [`SCHEMA`].
    fn take(&mut self, batch: &RecordBatch, names: &mut Names, to: &mut Pieces) -> Option<()> {
        let at = batch.column_by_name("at")?.as_primitive_opt::<TimestampMillisecondType>()?;
        let kinds = batch.column_by_name("kind")?.as_dictionary_opt::<Int32Type>()?;
        let apart = batch.column_by_name("quarantine")?.as_primitive_opt::<Int32Type>()?;
        let texts = kinds.values().as_string_opt::<i32>()?;
        let known = texts.iter().map(|name| name.and_then(Kind::by_name).unwrap_or(Kind::Other));
        let known: Vec<(Kind, bool)> = known.map(|kind| (kind, self.want.has_kind(kind))).collect();
        let span = (signed(self.span.0), signed(self.span.1));
        let (at, apart, kinds) = (at.values(), apart.values(), kinds.keys().values());
        let is_wanted = |place: &usize| {
            known.get(index(kinds[*place])).is_some_and(|(_, is_wanted)| *is_wanted)
                && (span.0..span.1).contains(&at[*place])
                && (apart[*place] != 0) == self.want.is_apart()
        };
        let places: Vec<usize> = (0..batch.num_rows()).filter(is_wanted).collect();
        let run = batch.column_by_name("run")?.as_primitive_opt::<UInt64Type>()?.values();
        let ordinal = batch.column_by_name("ordinal")?.as_primitive_opt::<Int64Type>()?.values();
        to.clear();
        to.rows.extend(places.iter().map(|place| {
            let mut row = Row::of(known[index(kinds[*place])].0);
            row.at = at[*place].unsigned_abs();
            row.quarantine = u8::try_from(apart[*place]).unwrap_or(u8::MAX);
            (row.run, row.ordinal) = (run[*place], ordinal[*place]);
            row
        }));
        self.fill(batch, &places, names, &mut to.rows)?;
        divide(batch, &places, to)
    }

    /// Puts the wanted columns into rows that stand at `places` in the batch.
    fn fill(
        &mut self,
        batch: &RecordBatch,
        places: &[usize],
        names: &mut Names,
        rows: &mut [Row],
    ) -> Option<()> {
        let want = self.want;
        for (column, name) in TEXTS.into_iter().filter(|it| want.has_column(it.0)) {
            let texts = batch.column_by_name(name)?.as_dictionary_opt::<Int32Type>()?;
            let called = self.called(name, texts.values(), names)?;
            let keys = texts.keys();
            for (row, place) in rows.iter_mut().zip(places) {
                if keys.is_valid(*place) {
                    *row.text_mut(column) = *called.get(index(keys.value(*place)))?;
                }
            }
        }
        if want.has_column(Column::Visitor) {
            let visitors = batch.column_by_name("visitor")?.as_dictionary_opt::<Int32Type>()?;
            let called = self.called("visitor", visitors.values(), names)?;
            for (row, place) in rows.iter_mut().zip(places) {
                if visitors.keys().is_valid(*place) {
                    row.visitor = *called.get(index(visitors.keys().value(*place)))?;
                }
            }
        }
        for (column, name) in NUMBERS.into_iter().filter(|it| want.has_column(it.0)) {
            let numbers = batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
            for (row, place) in rows.iter_mut().zip(places) {
                if numbers.is_valid(*place) {
                    *row.number(column) = numbers.value(*place);
                }
            }
        }
        for (column, name) in SMALL.into_iter().filter(|it| want.has_column(it.0)) {
            let numbers = batch.column_by_name(name)?.as_primitive_opt::<Int32Type>()?;
            for (row, place) in rows.iter_mut().zip(places) {
                let number = if numbers.is_valid(*place) { numbers.value(*place) } else { 0 };
                match column {
                    Column::Campaign => row.campaign = u16::try_from(number).unwrap_or(u16::MAX),
                    _ => row.pack = u32::try_from(number).unwrap_or_default(),
                }
            }
        }
        Some(())
    }

    /// What the texts of a dictionary are called in this scan.
    fn called(
        &mut self,
        column: &'static str,
        values: &ArrayRef,
        names: &mut Names,
    ) -> Option<&[Name]> {
        let known = self.known.get(column).is_some_and(|(last, _)| Arc::ptr_eq(last, values));
        if !known {
            let called = if let Some(texts) = values.as_string_opt::<i32>() {
                texts.iter().map(|text| names.name(text.unwrap_or(""))).collect()
            } else {
                let ids = values.as_binary_opt::<i32>()?.iter();
                ids.map(|id| names.name(&hex(id.unwrap_or_default()))).collect()
            };
            self.known.insert(column, (Arc::clone(values), called));
        }
        self.known.get(column).map(|(_, called)| called.as_slice())
    }
}

/// Divides the rows that stand at `places` in the batch into visits.
fn divide(batch: &RecordBatch, places: &[usize], to: &mut Pieces) -> Option<()> {
    let visits = batch.column_by_name("visit")?.as_dictionary_opt::<Int32Type>()?;
    let visitors = batch.column_by_name("visitor")?.as_dictionary_opt::<Int32Type>()?;
    let (ids, persons) = (visits.values().as_binary_opt::<i32>()?, visitors.values());
    let persons = persons.as_binary_opt::<i32>()?;
    let (keys, person_keys) = (visits.keys().values(), visitors.keys());
    let mut from = 0;
    for rows in places.chunk_by(|one, next| keys[*one] == keys[*next]) {
        let key = index(keys[rows[0]]);
        let visitor = rows.iter().zip(from..).find(|(place, _)| person_keys.is_valid(**place));
        let visitor = visitor.and_then(|(place, row)| {
            let person = index(person_keys.value(*place));
            let id = (person < persons.len()).then(|| persons.value(person))?;
            Some((to.rows[row].place(), id.try_into().ok()?))
        });
        let visit = VisitKey::new((key < ids.len()).then(|| ids.value(key))?);
        to.list.push_back(Piece { visit, visitor, rows: from..from + rows.len() });
        from += rows.len();
    }
    Some(())
}

/// Beyond every array where it is below zero.
fn index(key: i32) -> usize {
    usize::try_from(key).unwrap_or(usize::MAX)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What each row has.
const BASE: [&str; 7] = ["at", "visit", "visitor", "run", "ordinal", "kind", "quarantine"];

/// Rows in a row group: what is packed, and skipped, together.
pub(super) const GROUP_ROWS: usize = 128 << 10;

/// Rows decoded at once: they fit into a core's own memory.
const BATCH_ROWS: usize = 4_096;

/// Most bytes of the different values of a column in a row group; beyond it they stand in line.
const DICTIONARY_BYTES: usize = 4 << 20;

/// Zstandard's own default.
const ZSTD_LEVEL: i32 = 3;
