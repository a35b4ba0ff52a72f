//! ClickHouse's format `Native`: blocks of columns, each with name and type. A block that was cut off
//! cannot be mistaken for a shorter one, so an insert of one block is taken whole or not at all.

use std::io::{BufRead, BufReader, Read};

use super::client::unreachable;
use crate::store::StoreError;
use crate::store::scan::MISSING;

/// One block on its way out.
pub(super) struct Block {
    bytes: Vec<u8>,
}

impl Block {
    /// A block of so many columns, which must follow, and rows.
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        let mut bytes = Vec::new();
        put_length(&mut bytes, columns);
        put_length(&mut bytes, rows);
        Self { bytes }
    }

    /// The next column; one cell a row.
    pub(super) fn column<C: Cell>(&mut self, name: &str, cells: impl Iterator<Item = C>) {
        self.begin(name, C::TYPE);
        cells.for_each(|cell| cell.put(&mut self.bytes));
    }

    /// The same, where cells may be missing.
    pub(super) fn optional(
        &mut self,
        name: &str,
        cells: impl Iterator<Item = Option<i64>> + Clone,
    ) {
        self.begin(name, "Nullable(Int64)");
        self.bytes.extend(cells.clone().map(|cell| u8::from(cell.is_none())));
        cells.for_each(|cell| cell.unwrap_or_default().put(&mut self.bytes));
    }

    /// The block.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn begin(&mut self, name: &str, kind: &str) {
        name.as_bytes().put(&mut self.bytes);
        kind.as_bytes().put(&mut self.bytes);
    }
}

/// A value of a column.
pub(super) trait Cell {
    /// Its type in ClickHouse.
    const TYPE: &'static str;

    /// Appends it.
    fn put(self, to: &mut Vec<u8>);
}

/// Little-endian numbers under ClickHouse's name of their type.
macro_rules! numbers {
    ($($rust:ty = $name:literal,)*) => {$(
        impl Cell for $rust {
            const TYPE: &'static str = $name;

            fn put(self, to: &mut Vec<u8>) {
                to.extend(self.to_le_bytes());
            }
        }
    )*};
}

numbers! { u8 = "UInt8", u16 = "UInt16", u32 = "UInt32", u64 = "UInt64", i64 = "Int64", }

/// Days since 1970.
pub(super) struct Day(pub(super) u16);

impl Cell for Day {
    const TYPE: &'static str = "Date";

    fn put(self, to: &mut Vec<u8>) {
        self.0.put(to);
    }
}

impl Cell for &[u8] {
    const TYPE: &'static str = "String";

    fn put(self, to: &mut Vec<u8>) {
        put_length(to, self.len());
        to.extend(self);
    }
}

fn put_length(to: &mut Vec<u8>, mut length: usize) {
    while length > 0x7f {
        to.push(length.to_le_bytes()[0] | 0x80);
        length >>= 7;
    }
    to.push(length.to_le_bytes()[0]);
}

/// A column as it was read. Statements cast to these three.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// `UInt8`.
    Bytes(Vec<u8>),
    /// `Int64`, and `UInt64` bit by bit.
    Numbers(Vec<i64>),
    /// `String`.
    Texts(Texts),
}

/// Texts of a column, end to end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    /// That of a row.
    pub(super) fn get(&self, row: usize) -> &[u8] {
        let from = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[from..self.ends[row]]
    }
}

impl Column {
    /// The byte of a row; 0 in columns of others.
    pub(super) fn byte(&self, row: usize) -> u8 {
        if let Self::Bytes(bytes) = self { bytes[row] } else { 0 }
    }

    /// The number of a row; [`MISSING`] in columns of others.
    pub(super) fn number(&self, row: usize) -> i64 {
        if let Self::Numbers(numbers) = self { numbers[row] } else { MISSING }
    }

    /// The text of a row; empty in columns of others.
    pub(super) fn text(&self, row: usize) -> &[u8] {
        if let Self::Texts(texts) = self { texts.get(row) } else { &[] }
    }
}

/// Blocks of an answer, as they come.
pub(super) struct Blocks<R> {
    from: BufReader<R>,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(answer: R) -> Self {
        Self { from: BufReader::with_capacity(READ_BYTES, answer) }
    }

    /// The next block's number of rows and its columns; `None` at the end of the answer.
    ///
    /// # Errors
    /// [`StoreError::ClickHouse`] when something else than a block of so many columns comes: what
    /// went wrong, mostly. [`StoreError::Unreachable`] when it breaks off.
    pub(super) fn next(
        &mut self,
        columns: usize,
    ) -> Result<Option<(usize, Vec<Column>)>, StoreError> {
        let next = self.from.fill_buf().map_err(|cause| unreachable(&cause))?;
        let Some(&first) = next.first() else { return Ok(None) };
        // In place of a block, text: how many columns there are is below any letter.
        if usize::from(first) != columns || next.starts_with(b"\r\n") {
            return Err(self.complaint());
        }
        self.length()?;
        let rows = self.length()?;
        if rows > ROWS_MAX {
            return Err(self.complaint());
        }
        let columns = (0..columns).map(|_| self.column(rows)).collect::<Result<_, _>>()?;
        Ok(Some((rows, columns)))
    }

    fn column(&mut self, rows: usize) -> Result<Column, StoreError> {
        self.text()?;
        let kind = self.text()?;
        match kind.as_slice() {
            b"UInt8" => Ok(Column::Bytes(self.exactly(rows)?)),
            b"Int64" | b"UInt64" => Ok(Column::Numbers(self.numbers(rows)?)),
            b"String" => Ok(Column::Texts(self.texts(rows)?)),
            _ => Err(self.complaint()),
        }
    }

    fn numbers(&mut self, rows: usize) -> Result<Vec<i64>, StoreError> {
        let bytes = self.exactly(rows * size_of::<i64>())?;
        let (numbers, _) = bytes.as_chunks();
        Ok(numbers.iter().copied().map(i64::from_le_bytes).collect())
    }

    fn texts(&mut self, rows: usize) -> Result<Texts, StoreError> {
        let mut texts = Texts::default();
        for _ in 0..rows {
            let length = self.length()?;
            self.take(length, &mut texts.bytes)?;
            texts.ends.push(texts.bytes.len());
        }
        Ok(texts)
    }

    fn text(&mut self) -> Result<Vec<u8>, StoreError> {
        let length = self.length()?;
        self.exactly(length)
    }

    fn exactly(&mut self, length: usize) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        self.take(length, &mut bytes)?;
        Ok(bytes)
    }

    /// Appends so many bytes. Grows with what really comes, not with what was promised.
    fn take(&mut self, length: usize, to: &mut Vec<u8>) -> Result<(), StoreError> {
        let got = self.from.by_ref().take(length as u64).read_to_end(to);
        match got.map_err(|cause| unreachable(&cause))? {
            got if got == length => Ok(()),
            _ => Err(unreachable(&"the answer ended too early")),
        }
    }

    fn length(&mut self) -> Result<usize, StoreError> {
        let mut length = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let mut byte = [0];
            self.from.read_exact(&mut byte).map_err(|cause| unreachable(&cause))?;
            length |= usize::from(byte[0] & 0x7f) << shift;
            if byte[0] & 0x80 == 0 {
                return Ok(length);
            }
        }
        Err(self.complaint())
    }

    /// What stands where rows should.
    fn complaint(&mut self) -> StoreError {
        let mut bytes = Vec::new();
        // Whatever of it can still be read.
        let _ = self.from.by_ref().take(COMPLAINT_BYTES_MAX).read_to_end(&mut bytes);
        StoreError::ClickHouse(format!("no rows: {}", String::from_utf8_lossy(&bytes).trim()))
    }
}

/// Read at once.
const READ_BYTES: usize = 256 << 10;

/// Of one block: more than any server is asked for (`max_block_size`).
const ROWS_MAX: usize = 1 << 20;

const COMPLAINT_BYTES_MAX: u64 = 1 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Vec<u8> {
        let mut block = Block::new(3, 2);
        block.column("a", [7_u8, 8].into_iter());
        block.column("b", [-1_i64, 300].into_iter());
        block.column("c", ["", "눈치"].into_iter().map(str::as_bytes));
        block.into_bytes()
    }

    #[test]
    fn what_goes_out_comes_in() {
        let bytes = [block(), block()].concat();
        let mut blocks = Blocks::new(bytes.as_slice());
        for _ in 0..2 {
            let (rows, columns) = blocks.next(3).unwrap().unwrap();
            assert_eq!((rows, columns[0].byte(1), columns[1].number(0)), (2, 8, -1));
            assert_eq!((columns[2].text(0), columns[2].text(1)), (&b""[..], "눈치".as_bytes()));
        }
        assert!(blocks.next(3).unwrap().is_none());
    }

    #[test]
    fn an_answer_that_breaks_off_anywhere_is_an_error() {
        let bytes = block();
        for end in 1..bytes.len() {
            assert!(Blocks::new(&bytes[..end]).next(3).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn an_exception_after_a_block_is_told() {
        for text in
            ["Code: 241, e.displayText() = DB::Exception: no memory", "\r\n__exception__\r\n"]
        {
            let bytes = [&block(), text.as_bytes()].concat();
            let mut blocks = Blocks::new(bytes.as_slice());
            assert!(blocks.next(3).unwrap().is_some());
            let error = blocks.next(3).unwrap_err().to_string();
            assert!(error.contains(text.trim()), "{error}");
        }
    }
}
