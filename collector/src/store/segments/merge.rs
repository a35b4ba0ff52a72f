//! Several sealed files become one: every row as it is, in the common order. Knows of the columns only
//! what orders them, so that nothing can be lost on the way that it does not know.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMillisecondType, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_select::interleave::interleave_record_batch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use super::{Made, Opened, Writing, frames, items};
use crate::store::StoreError;
use crate::store::catalogue::Purpose;
use crate::store::rows::VisitKey;

/// What rows are sorted by: visit, time, run, number within the run.
type Place = (VisitKey, i64, [u8; 16], i64);

/// Merges files of one purpose, as long as `goes_on` says so; the new one is on the disk when this
/// returns. Holds some thousand rows of each in memory, and a row group of the new one.
pub(in crate::store) fn merge(
    path: &Path,
    purpose: Purpose,
    files: Vec<Opened>,
    goes_on: &dyn Fn() -> bool,
) -> Result<Made, StoreError> {
    let (schema, properties, group_rows) = match purpose {
        Purpose::Items => (Arc::clone(&items::SCHEMA), items::properties(), items::GROUP_ROWS),
        Purpose::Frames => (Arc::clone(&frames::SCHEMA), frames::properties(), frames::GROUP_ROWS),
    };
    let mut to = Writing::begin(path, schema, properties)?;
    let mut merging = Merging::default();
    for file in files {
        merging.add(Source::new(file, purpose))?;
    }
    while let Some(Reverse((_, source))) = merging.heap.pop() {
        merging.take(source)?;
        if merging.rows.len() == group_rows {
            to.add(path, &merging.flush()?)?;
            if !goes_on() {
                return Err(StoreError::Stopped);
            }
        }
    }
    if !merging.rows.is_empty() {
        to.add(path, &merging.flush()?)?;
    }
    to.end(path)
}

#[derive(Default)]
struct Merging {
    sources: Vec<Source>,
    /// The next row of each source.
    heap: BinaryHeap<Reverse<(Place, usize)>>,
    /// What rows are taken from.
    batches: Vec<RecordBatch>,
    /// Batch and row.
    rows: Vec<(usize, usize)>,
}

impl Merging {
    fn add(&mut self, source: Source) -> Result<(), StoreError> {
        self.sources.push(source);
        self.advance(self.sources.len() - 1)
    }

    /// Takes the next row of a source.
    fn take(&mut self, source: usize) -> Result<(), StoreError> {
        let from = &mut self.sources[source];
        self.rows.push((from.slot, from.row));
        from.row += 1;
        self.advance(source)
    }

    /// Makes the next row of a source known, if it has one.
    fn advance(&mut self, source: usize) -> Result<(), StoreError> {
        let from = &mut self.sources[source];
        while from.row == from.places.len() {
            let Some(batch) = from.next_batch()? else { return Ok(()) };
            from.slot = self.batches.len();
            self.batches.push(batch);
        }
        self.heap.push(Reverse((from.places[from.row], source)));
        Ok(())
    }

    /// The rows that were taken, as one batch.
    fn flush(&mut self) -> Result<RecordBatch, StoreError> {
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let rows = std::mem::take(&mut self.rows);
        let merged = interleave_record_batch(&batches, &rows)
            .map_err(|error| StoreError::Damaged(format!("{FOLDER} ({error})")))?;
        // Only what sources still take from stays.
        let old = std::mem::take(&mut self.batches);
        for source in &mut self.sources {
            if source.row < source.places.len() {
                self.batches.push(old[source.slot].clone());
                source.slot = self.batches.len() - 1;
            }
        }
        Ok(merged)
    }
}

/// Names what is damaged where no single file can be.
const FOLDER: &str = crate::store::catalogue::FOLDER;

/// A file that is read a batch at a time.
struct Source {
    file: Opened,
    purpose: Purpose,
    groups: Range<usize>,
    reader: Option<ParquetRecordBatchReader>,
    /// Of the rows of the batch at hand.
    places: Vec<Place>,
    /// The next of them.
    row: usize,
    /// Where its batch stands among those that rows are taken from.
    slot: usize,
}

impl Source {
    fn new(file: Opened, purpose: Purpose) -> Self {
        let groups = 0..file.metadata.metadata().num_row_groups();
        Self { file, purpose, groups, reader: None, places: Vec::new(), row: 0, slot: 0 }
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, StoreError> {
        loop {
            if let Some(batch) = self.reader.as_mut().and_then(Iterator::next) {
                let batch = batch.map_err(|_| self.file.damaged())?;
                self.places = places(&batch, self.purpose).ok_or_else(|| self.file.damaged())?;
                self.row = 0;
                return Ok(Some(batch));
            }
            // A group at a time: so each batch has the dictionaries of its group.
            let Some(group) = self.groups.next() else { return Ok(None) };
            let read = self.file.read().with_row_groups(vec![group]).with_batch_size(BATCH_ROWS);
            self.reader = Some(read.build().map_err(|_| self.file.damaged())?);
        }
    }
}

/// Where the rows of a batch stand; `None`: its columns are not those of its purpose.
fn places(batch: &RecordBatch, purpose: Purpose) -> Option<Vec<Place>> {
    let number = |name| Some(batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?.values());
    let time = |name| {
        let times = batch.column_by_name(name)?.as_primitive_opt::<TimestampMillisecondType>()?;
        Some(times.values())
    };
    let rows = 0..batch.num_rows();
    match purpose {
        Purpose::Items => {
            let visits = batch.column_by_name("visit")?.as_dictionary_opt::<Int32Type>()?;
            let (ids, keys) = (visits.values().as_binary_opt::<i32>()?, visits.keys().values());
            let runs = batch.column_by_name("run")?.as_primitive_opt::<UInt64Type>()?.values();
            let (at, ordinals) = (time("at")?, number("ordinal")?);
            rows.map(|row| {
                let key = usize::try_from(keys[row]).ok().filter(|key| *key < ids.len())?;
                let mut run = [0; 16];
                run[..8].copy_from_slice(&runs[row].to_be_bytes());
                Some((VisitKey::new(ids.value(key)), at[row], run, ordinals[row]))
            })
            .collect()
        }
        Purpose::Frames => {
            let visits = batch.column_by_name("visit")?.as_binary_opt::<i32>()?;
            let runs = batch.column_by_name("run")?.as_binary_opt::<i32>()?;
            let (began, sequences) = (time("began_at")?, number("sequence")?);
            rows.map(|row| {
                let run = runs.value(row).try_into().ok()?;
                Some((VisitKey::new(visits.value(row)), began[row], run, sequences[row]))
            })
            .collect()
        }
    }
}

/// Rows decoded at once, of each file.
const BATCH_ROWS: usize = 1_024;
