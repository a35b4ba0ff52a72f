//! Sealed files: Parquet, written once, read in part. What their columns are stands in [`items`] and
//! [`frames`].

pub(super) mod frames;
pub(super) mod items;
pub(super) mod merge;

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, PageIndexPolicy};
use parquet::file::properties::WriterPropertiesBuilder;
use parquet::file::reader::{ChunkReader, Length};

use super::StoreError;
use super::catalogue::Segment;
use crate::fault;

/// A file that is being written.
pub(super) struct Writing {
    writer: ArrowWriter<Summing<BufWriter<File>>>,
    rows: u64,
}

/// What became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) checksum: u32,
}

impl Writing {
    /// Begins a file with these columns. `properties` say how they are packed.
    pub(super) fn begin(
        path: &Path,
        schema: SchemaRef,
        properties: WriterPropertiesBuilder,
    ) -> Result<Self, StoreError> {
        let created = fault::at("file.create").and_then(|()| File::create(path));
        let file = created.map_err(|cause| unwritable(path, &cause))?;
        let file = Summing { file: BufWriter::new(file), bytes: 0, checksum: 0 };
        let format = KeyValue::new(FORMAT_KEY.into(), Some(FORMAT.into()));
        let properties = properties.set_key_value_metadata(Some(vec![format])).build();
        let writer = ArrowWriter::try_new(file, schema, Some(properties));
        Ok(Self { writer: writer.map_err(|error| failed(path, &error))?, rows: 0 })
    }

    /// Adds rows, as a row group of their own.
    pub(super) fn add(&mut self, path: &Path, batch: &RecordBatch) -> Result<(), StoreError> {
        self.rows += batch.num_rows() as u64;
        fault::at("file.write").map_err(|cause| unwritable(path, &cause))?;
        let written = self.writer.write(batch).and_then(|()| self.writer.flush());
        written.map_err(|error| failed(path, &error))
    }

    /// Ends the file; from then on it is on the disk.
    pub(super) fn end(self, path: &Path) -> Result<Made, StoreError> {
        let Summing { file, bytes, checksum } =
            self.writer.into_inner().map_err(|error| failed(path, &error))?;
        let file = file.into_inner().map_err(|error| unwritable(path, error.error()))?;
        let synced = fault::at("file.sync").and_then(|()| file.sync_all());
        synced.map_err(|cause| unwritable(path, &cause))?;
        Ok(Made { rows: self.rows, bytes, checksum })
    }
}

/// How many bytes a file has, and their CRC32C.
pub(super) fn sum_of(path: &Path) -> std::io::Result<(u64, u32)> {
    sum_of_open(&File::open(path)?)
}

/// The same from where the file stands.
fn sum_of_open(mut file: &File) -> std::io::Result<(u64, u32)> {
    let mut sum = Summing { file: std::io::sink(), bytes: 0, checksum: 0 };
    let mut bytes = vec![0; SUM_BYTES];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok((sum.bytes, sum.checksum)),
            read => sum.write_all(&bytes[..read])?,
        }
    }
}

/// Counts and sums up what is written.
struct Summing<W> {
    file: W,
    bytes: u64,
    checksum: u32,
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        self.checksum = crc32c::crc32c_append(self.checksum, &bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Files that this process has gone through and found as they were written. Only those are answered
/// from: most of a file that rots would still be readable, and wrong.
///
/// What rots later, on the disk or in the system's memory, is noticed by the next process, by
/// `nunchi verify`, and before the file is merged. At most [`SEEN_MAX`], then they are gone through anew.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashSet<PathBuf>>);

impl Seen {
    fn has(&self, path: &Path) -> bool {
        self.0.lock().expect("nothing panics under this lock").contains(path)
    }

    fn add(&self, path: PathBuf) {
        let mut seen = self.0.lock().expect("nothing panics under this lock");
        if seen.len() >= SEEN_MAX {
            seen.clear();
        }
        seen.insert(path);
    }
}

/// A sealed file that is open: it stays readable when it is removed meanwhile. Cheap to clone; what
/// one reads does not move another.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    file: Arc<File>,
    length: u64,
    metadata: ArrowReaderMetadata,
    name: Arc<str>,
    day: Arc<str>,
}

impl Opened {
    /// Opens a file of the catalogue, goes through all its bytes if nobody did before, and reads what
    /// it says of itself.
    pub(super) fn open(folder: &Path, segment: &Segment, seen: &Seen) -> Result<Self, StoreError> {
        let path = segment.path();
        let name: Arc<str> = path.display().to_string().into();
        let file = File::open(folder.join(&path)).map_err(|cause| missing(&name, &cause))?;
        let length = file.metadata().map_err(|cause| missing(&name, &cause))?.len();
        if !seen.has(&path) {
            let sum = sum_of_open(&file).map_err(|cause| missing(&name, &cause))?;
            if sum != (segment.bytes, segment.checksum) {
                return Err(StoreError::Damaged(name.to_string()));
            }
            seen.add(path);
        }
        let pread = Pread { file: Arc::new(file), length };
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&pread, options)
            .map_err(|_| StoreError::Damaged(name.to_string()))?;
        let known = metadata.metadata().file_metadata().key_value_metadata();
        let format = known.into_iter().flatten().find(|pair| pair.key == FORMAT_KEY);
        if format.and_then(|pair| pair.value.as_deref()) != Some(FORMAT) {
            return Err(StoreError::Damaged(name.to_string()));
        }
        Ok(Self { file: pread.file, length, metadata, name, day: segment.day.as_str().into() })
    }

    /// How many rows it says it has.
    pub(super) fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or_default()
    }

    /// The day of most of its rows: `2026-11-30`, UTC.
    pub(super) fn day(&self) -> &str {
        &self.day
    }

    fn bytes(&self) -> Pread {
        Pread { file: Arc::clone(&self.file), length: self.length }
    }

    fn read(&self) -> ParquetRecordBatchReaderBuilder<Pread> {
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.bytes(), self.metadata.clone())
    }

    fn damaged(&self) -> StoreError {
        StoreError::Damaged(self.name.to_string())
    }
}

/// Reads at a place without moving a shared one, so that threads may share the file.
struct Pread {
    file: Arc<File>,
    length: u64,
}

impl Length for Pread {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Pread {
    type T = From;

    fn get_read(&self, start: u64) -> Result<From, ParquetError> {
        Ok(From { file: Arc::clone(&self.file), at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.length);
        // A damaged file must not make us ask for more memory than it has bytes.
        end.ok_or_else(|| ParquetError::EOF("the file ends before".into()))?;
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

/// From a place on.
struct From {
    file: Arc<File>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read_at(to, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

fn batch(schema: &Arc<Schema>, columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(Arc::clone(schema), columns).expect("the columns are those of the schema")
}

fn failed(path: &Path, error: &ParquetError) -> StoreError {
    match error {
        ParquetError::External(cause) => match cause.downcast_ref::<std::io::Error>() {
            Some(cause) => unwritable(path, cause),
            None => StoreError::Unwritable { path: path.into(), cause: error.to_string() },
        },
        _ => StoreError::Unwritable { path: path.into(), cause: error.to_string() },
    }
}

pub(super) fn unwritable(path: &Path, cause: &std::io::Error) -> StoreError {
    match cause.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::Unwritable { path: path.into(), cause: cause.to_string() },
    }
}

fn missing(name: &str, cause: &std::io::Error) -> StoreError {
    match cause.kind() {
        std::io::ErrorKind::NotFound => StoreError::Missing(name.into()),
        _ => StoreError::Damaged(format!("{name} ({cause})")),
    }
}

/// Files that are remembered as whole: 100 bytes each.
const SEEN_MAX: usize = 16_384;

/// Bytes read at once to sum up a file.
const SUM_BYTES: usize = 128 << 10;

/// Names the layout of columns in a file's metadata.
const FORMAT_KEY: &str = "nunchi.format";

/// The layout that this program writes and reads.
const FORMAT: &str = "1";
