//! Beacons in a sealed file, byte for byte, with what was known of them: sorted by visit, beginning of
//! the run, run and sequence. What replays read, and what everything else could be made of again.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMillisecondType;
use arrow_array::{
    Array, ArrayRef, BinaryArray, Int32Array, Int64Array, RecordBatch, TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use beacon::{Millis, RunId};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowSelection};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use super::{Made, Opened, Writing, batch};
use crate::store::StoreError;
use crate::store::rows::VisitKey;

/// A stored beacon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Framed {
    pub(in crate::store) visit: VisitKey,
    /// Of the run.
    pub(in crate::store) visitor: Option<[u8; 16]>,
    /// Of the run.
    pub(in crate::store) began_at: Millis,
    pub(in crate::store) run: RunId,
    pub(in crate::store) sequence: u32,
    pub(in crate::store) accepted_at: Millis,
    /// [`Suspicion::number`](crate::suspicion::Suspicion::number); 0 is nothing.
    pub(in crate::store) quarantine: u8,
    pub(in crate::store) frame: Vec<u8>,
}

impl Framed {
    /// What all are sorted by.
    pub(in crate::store) fn place(&self) -> (VisitKey, Millis, RunId, u32) {
        (self.visit, self.began_at, self.run, self.sequence)
    }
}

/// Writes beacons, which are sorted, as a file that is on the disk when this returns.
pub(in crate::store) fn write(path: &Path, frames: &[&Framed]) -> Result<Made, StoreError> {
    let mut file = Writing::begin(path, Arc::clone(&SCHEMA), properties())?;
    for group in frames.chunks(GROUP_ROWS) {
        file.add(path, &columns(group))?;
    }
    file.end(path)
}

pub(super) fn properties() -> WriterPropertiesBuilder {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).expect("a level that zstd has");
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        // Nobody looks for frames by what is least and greatest.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_dictionary_enabled(ColumnPath::from("frame"), false)
        .set_column_data_page_size_limit(ColumnPath::from("frame"), PAGE_BYTES)
        // A page is looked at after so many rows only.
        .set_write_batch_size(256)
}

pub(super) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let needed = |name: &str, sort| Field::new(name, sort, false);
    let time = || DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        needed("visit", DataType::Binary),
        Field::new("visitor", DataType::Binary, true),
        needed("run", DataType::Binary),
        needed("sequence", DataType::Int64),
        needed("accepted_at", time()),
        needed("began_at", time()),
        needed("quarantine", DataType::Int32),
        needed("frame", DataType::Binary),
    ]))
});

fn columns(rows: &[&Framed]) -> RecordBatch {
    let time = |time: fn(&Framed) -> Millis| -> ArrayRef {
        let times = rows.iter().map(|it| i64::try_from(time(it).0).unwrap_or(i64::MAX));
        Arc::new(TimestampMillisecondArray::from_iter_values(times).with_timezone("UTC"))
    };
    let visitors: BinaryArray = rows.iter().map(|it| it.visitor).collect();
    let sequences = rows.iter().map(|it| i64::from(it.sequence));
    let quarantine = rows.iter().map(|it| i32::from(it.quarantine));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(BinaryArray::from_iter_values(rows.iter().map(|it| it.visit.as_bytes()))),
        Arc::new(visitors),
        Arc::new(BinaryArray::from_iter_values(rows.iter().map(|it| it.run.0))),
        Arc::new(Int64Array::from_iter_values(sequences)),
        time(|it| it.accepted_at),
        time(|it| it.began_at),
        Arc::new(Int32Array::from_iter_values(quarantine)),
        Arc::new(BinaryArray::from_iter_values(rows.iter().map(|it| &it.frame))),
    ];
    batch(&SCHEMA, columns)
}

/// Beacons of one visit that stand together in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Stretch {
    pub(in crate::store) visit: VisitKey,
    /// When the earliest of its runs began.
    pub(in crate::store) began_at: Millis,
    pub(in crate::store) runs: usize,
    pub(in crate::store) rows: Range<usize>,
}

impl Opened {
    /// All beacons of a file, in their order.
    pub(in crate::store) fn each_frame(
        &self,
        mut each: impl FnMut(Framed),
    ) -> Result<(), StoreError> {
        let rows = self.metadata.metadata().file_metadata().num_rows();
        let rows = 0..usize::try_from(rows).map_err(|_| self.damaged())?;
        self.read_frames(&[rows], &mut each)
    }

    /// The beacons in these rows, which are in their order and do not meet.
    pub(in crate::store) fn read_frames(
        &self,
        rows: &[Range<usize>],
        each: &mut impl FnMut(Framed),
    ) -> Result<(), StoreError> {
        for batch in self.batches(&[], rows)? {
            let batch = batch.map_err(|_| self.damaged())?;
            take(&batch, each).ok_or_else(|| self.damaged())?;
        }
        Ok(())
    }

    /// What beacons are found by, row by row.
    pub(in crate::store) fn each_key(&self, mut each: impl FnMut(Key)) -> Result<(), StoreError> {
        let columns = ["visit", "run", "sequence", "began_at", "quarantine"];
        for batch in self.batches(&columns, &[])? {
            let batch = batch.map_err(|_| self.damaged())?;
            let keys = Keys::of(&batch).ok_or_else(|| self.damaged())?;
            for place in 0..batch.num_rows() {
                each(keys.get(place).ok_or_else(|| self.damaged())?);
            }
        }
        Ok(())
    }

    /// Where visits stand that have wanted beacons.
    pub(in crate::store) fn stretches(
        &self,
        is_wanted: impl Fn(&Key) -> bool,
    ) -> Result<Vec<Stretch>, StoreError> {
        let mut stretches = Stretches::default();
        self.each_key(|key| stretches.note(&key, is_wanted(&key)))?;
        Ok(stretches.list)
    }

    /// Of these columns, none being all, and these rows, none being all.
    fn batches(
        &self,
        columns: &[&str],
        rows: &[Range<usize>],
    ) -> Result<ParquetRecordBatchReader, StoreError> {
        let mut read = self.read().with_batch_size(BATCH_ROWS);
        if !columns.is_empty() {
            let wanted = ProjectionMask::columns(read.parquet_schema(), columns.iter().copied());
            read = read.with_projection(wanted);
        }
        if !rows.is_empty() {
            let all = self.metadata.metadata().file_metadata().num_rows();
            let all = usize::try_from(all).map_err(|_| self.damaged())?;
            let chosen = RowSelection::from_consecutive_ranges(rows.iter().cloned(), all);
            read = read.with_row_selection(chosen);
        }
        read.build().map_err(|_| self.damaged())
    }
}

/// What a beacon is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Key {
    pub(in crate::store) visit: VisitKey,
    pub(in crate::store) run: RunId,
    pub(in crate::store) sequence: u32,
    /// Of the run.
    pub(in crate::store) began_at: Millis,
    /// What speaks against it; 0 is nothing.
    pub(in crate::store) quarantine: u8,
}

impl From<&Framed> for Key {
    fn from(framed: &Framed) -> Self {
        let Framed { visit, run, sequence, began_at, quarantine, .. } = *framed;
        Self { visit, run, sequence, began_at, quarantine }
    }
}

/// Gathers stretches row by row.
#[derive(Debug, Default)]
pub(in crate::store) struct Stretches {
    pub(in crate::store) list: Vec<Stretch>,
    row: usize,
    last_run: Option<RunId>,
}

impl Stretches {
    /// Takes the next row in.
    pub(in crate::store) fn note(&mut self, key: &Key, is_wanted: bool) {
        let (row, is_next_run) = (self.row, self.last_run != Some(key.run));
        self.row += 1;
        if !is_wanted {
            return;
        }
        self.last_run = Some(key.run);
        match self.list.last_mut().filter(|last| last.visit == key.visit) {
            Some(last) => {
                last.runs += usize::from(is_next_run);
                last.began_at = last.began_at.min(key.began_at);
                last.rows.end = row + 1;
            }
            None => self.list.push(Stretch {
                visit: key.visit,
                began_at: key.began_at,
                runs: 1,
                rows: row..row + 1,
            }),
        }
    }
}

/// The columns by which beacons are found.
struct Keys<'a> {
    visits: &'a BinaryArray,
    runs: &'a BinaryArray,
    sequences: &'a Int64Array,
    began: &'a TimestampMillisecondArray,
    quarantine: &'a Int32Array,
}

impl<'a> Keys<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        Some(Self {
            visits: batch.column_by_name("visit")?.as_binary_opt()?,
            runs: batch.column_by_name("run")?.as_binary_opt()?,
            sequences: batch.column_by_name("sequence")?.as_primitive_opt()?,
            began: batch.column_by_name("began_at")?.as_primitive_opt()?,
            quarantine: batch.column_by_name("quarantine")?.as_primitive_opt()?,
        })
    }

    fn get(&self, place: usize) -> Option<Key> {
        Some(Key {
            visit: VisitKey::new(self.visits.value(place)),
            run: RunId(self.runs.value(place).try_into().ok()?),
            sequence: u32::try_from(self.sequences.value(place)).ok()?,
            began_at: millis(self.began, place),
            quarantine: u8::try_from(self.quarantine.value(place)).unwrap_or(u8::MAX),
        })
    }
}

fn millis(times: &TimestampMillisecondArray, place: usize) -> Millis {
    Millis(u64::try_from(times.value(place)).unwrap_or_default())
}

/// `None`: the columns are not those of [`SCHEMA`].
fn take(batch: &RecordBatch, each: &mut impl FnMut(Framed)) -> Option<()> {
    let keys = Keys::of(batch)?;
    let visitors = batch.column_by_name("visitor")?.as_binary_opt::<i32>()?;
    let accepted =
        batch.column_by_name("accepted_at")?.as_primitive_opt::<TimestampMillisecondType>()?;
    let frames = batch.column_by_name("frame")?.as_binary_opt::<i32>()?;
    for place in 0..batch.num_rows() {
        let Key { visit, run, sequence, began_at, quarantine } = keys.get(place)?;
        let visitor = visitors.is_valid(place).then(|| visitors.value(place));
        each(Framed {
            visit,
            visitor: visitor.and_then(|id| id.try_into().ok()),
            began_at,
            run,
            sequence,
            accepted_at: millis(accepted, place),
            quarantine,
            frame: frames.value(place).into(),
        });
    }
    Some(())
}

/// Beacons in a row group: some megabytes.
pub(super) const GROUP_ROWS: usize = 16 << 10;

/// Beacons decoded at once.
const BATCH_ROWS: usize = 1_024;

/// What must be unpacked to read one beacon.
const PAGE_BYTES: usize = 128 << 10;

/// As for items.
const ZSTD_LEVEL: i32 = 1;
