//! Rows of history in a sealed file: the columns of [`Record`], under the same names, sorted by visit,
//! time, run and ordinal. Anything that reads Parquet reads them as they are.

mod write;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMillisecondType, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::page::{Page, PageReader as _};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnPath;

use super::Opened;
use crate::hex::hex;
use crate::store::StoreError;
use crate::store::filed::{Piece, Pieces};
#[cfg(doc)]
use crate::store::rows::Record;
use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{Column, Name, Names, Row, TEXTS, Want};

pub(in crate::store) use write::write;

pub(super) fn properties() -> WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("a level that zstd has");
    let packed = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_offset_index_disabled(true)
        // Groups are left out by their times alone: least and greatest of the others, each row compared, would cost a
        // tenth of sealing.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(ColumnPath::from("at"), EnabledStatistics::Chunk);
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
        let groups = groups_of(&file, span).collect();
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

/// Gives each visit that has rows in a file to `each`, by row group, and reads no row for it: ids stand in the
/// dictionaries. Of the groups that hold something of the span.
pub(in crate::store) fn each_visit(
    file: &Opened,
    span: (u64, u64),
    mut each: impl FnMut(VisitKey),
) -> Result<(), StoreError> {
    for group in groups_of(file, span) {
        let group = file.metadata.metadata().row_group(group);
        let rows = usize::try_from(group.num_rows()).map_err(|_| file.damaged())?;
        let pages =
            SerializedPageReader::new(Arc::new(file.bytes()), group.column(VISIT), rows, None);
        let first = pages.and_then(|mut pages| pages.get_next_page());
        let Ok(Some(Page::DictionaryPage { buf, .. })) = first else { return Err(file.damaged()) };
        ids(&buf, &mut each).ok_or_else(|| file.damaged())?;
    }
    Ok(())
}

/// As they stand in a dictionary: each with its length before it.
fn ids(mut bytes: &[u8], each: &mut impl FnMut(VisitKey)) -> Option<()> {
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (id, rest) = rest.split_at_checked(length)?;
        each(VisitKey::new(id));
        bytes = rest;
    }
    bytes.is_empty().then_some(())
}

/// The row groups that hold something of a span.
fn groups_of(file: &Opened, span: (u64, u64)) -> impl Iterator<Item = usize> {
    let groups = file.metadata.metadata().row_groups().iter().enumerate();
    let groups = groups.filter(move |(_, group)| {
        let times = group.column(0).statistics();
        let Some(Statistics::Int64(times)) = times else { return true };
        let (first, last) = (times.min_opt(), times.max_opt());
        let time = |at: Option<&i64>| at.and_then(|at| u64::try_from(*at).ok());
        time(first).is_none_or(|first| first < span.1)
            && time(last).is_none_or(|last| last >= span.0)
    });
    groups.map(|(place, _)| place)
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

/// Place of `visit` among the columns.
const VISIT: usize = 1;

// Ids of visits always stand in a dictionary, if each row has another: [`each_visit`] looks nowhere else.
const _: () = assert!(GROUP_ROWS * (4 + 16) <= DICTIONARY_BYTES);

/// Half the time of Zstandard's own default; files are a twentieth larger.
const ZSTD_LEVEL: i32 = 1;
