//! A row of the journal: the lines that one commit took of one site, under one checksum.
//!
//! Layout, all numbers little-endian: CRC32C of the row's other columns and of all that follows; then line by line, as `write_line` has them.

use beacon::{Millis, RunId, crc32c_more};
use rusqlite::{Connection, Row, ffi, params};

use super::journal::{Entry, Held, Run};

/// Lines on their way into one row.
#[derive(Debug)]
pub(super) struct Sheaf {
    site: i64,
    first: i64,
    last: i64,
    lines: u32,
    accepted_at: Millis,
    /// With room for the checksum in front.
    body: Vec<u8>,
}

impl Sheaf {
    /// Begins with the line of this number. `body` is memory to write into: what is in it goes.
    pub(super) fn begin(site: i64, number: i64, accepted_at: Millis, mut body: Vec<u8>) -> Self {
        body.clear();
        body.resize(CHECKSUM_BYTES, 0);
        Self { site, first: number, last: number, lines: 0, accepted_at, body }
    }

    pub(super) fn site(&self) -> i64 {
        self.site
    }

    /// Whether another line should begin a new one.
    pub(super) fn is_full(&self) -> bool {
        self.body.len() >= BYTES_ENOUGH
    }

    /// Adds a line; numbers count up.
    pub(super) fn add(&mut self, number: i64, entry: &Entry, frame: &[u8]) {
        self.last = number;
        self.lines += 1;
        let offset = u32::try_from(number - self.first).expect("one commit has few lines");
        write_line(&mut self.body, offset, entry, frame);
    }

    /// Its memory, for another one.
    pub(super) fn into_body(self) -> Vec<u8> {
        self.body
    }

    fn place(&self) -> Place {
        let Self { site, first, last, lines, accepted_at, .. } = self;
        Place([*first, *site, *last, i64::from(*lines), accepted_at.0.cast_signed()])
    }

    /// Puts the row into the journal.
    pub(super) fn store(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let sum = self.place().checksum(&self.body[CHECKSUM_BYTES..]);
        self.body[..CHECKSUM_BYTES].copy_from_slice(&sum.to_le_bytes());
        let sql = "INSERT INTO journal (first, site, last, lines, accepted_at, body)
                   VALUES (?, ?, ?, ?, ?, ?)";
        let Self { site, first, last, lines, accepted_at, body } = &*self;
        let values = params![first, site, last, lines, accepted_at.0, body];
        db.prepare_cached(sql)?.execute(values).map(drop)
    }
}

/// The columns that [`read`] reads.
pub(super) const COLUMNS: &str = "first, site, last, lines, accepted_at, body";

/// The lines of a row.
///
/// # Errors
/// That the file is damaged, when the checksum says so.
pub(super) fn read(row: &Row) -> rusqlite::Result<Vec<Held>> {
    let place = Place([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]);
    parse(place, row.get_ref(5)?.as_blob()?).ok_or_else(|| {
        let first = place.0[0];
        tracing::error!(first, "a row of the journal is damaged: see `nunchi verify`");
        damaged()
    })
}

fn parse(place: Place, body: &[u8]) -> Option<Vec<Held>> {
    let (sum, mut rest) = body.split_first_chunk()?;
    if u32::from_le_bytes(*sum) != place.checksum(rest) {
        return None;
    }
    let Place([first, site, ..]) = place;
    let mut lines = Vec::new();
    while !rest.is_empty() {
        lines.push(read_line(first, site, &mut rest)?);
    }
    Some(lines)
}

/// Rewrites a row whose lines were changed.
pub(super) fn rewrite(db: &Connection, first: i64, lines: &[Held]) -> rusqlite::Result<()> {
    let Some(Held { entry, .. }) = lines.first() else { return Ok(()) };
    let mut sheaf = Sheaf::begin(entry.site, first, entry.accepted_at, Vec::new());
    for Held { number, entry, frame, .. } in lines {
        sheaf.add(*number, entry, frame);
    }
    db.prepare_cached("DELETE FROM journal WHERE first = ?")?.execute([first])?;
    sheaf.store(db)
}

fn damaged() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), None)
}

/// What stands beside the body: first number, site, last number, how many lines, when the first was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place([i64; 5]);

impl Place {
    fn checksum(self, lines: &[u8]) -> u32 {
        let place = self.0.iter().fold(0, |sum, it| crc32c_more(sum, &it.to_le_bytes()));
        crc32c_more(place, lines)
    }
}

fn write_line(to: &mut Vec<u8>, offset: u32, entry: &Entry, frame: &[u8]) {
    let Entry { id, sequence, accepted_at, marked_at, quarantine, run, .. } = entry;
    let Run { began_at, session, visitor } = run;
    let flags = u8::from(session.is_some()) | u8::from(visitor.is_some()) << 1;
    to.extend_from_slice(&offset.to_le_bytes());
    to.extend_from_slice(&id.0);
    to.extend_from_slice(&sequence.to_le_bytes());
    to.extend_from_slice(&accepted_at.0.to_le_bytes());
    to.extend_from_slice(&marked_at.0.to_le_bytes());
    to.extend_from_slice(&began_at.0.to_le_bytes());
    to.extend_from_slice(&[*quarantine, flags]);
    to.extend_from_slice(session.as_ref().map_or(&[], |id| &id[..]));
    to.extend_from_slice(visitor.as_ref().map_or(&[], |id| &id[..]));
    let bytes = u32::try_from(frame.len()).expect("a frame has at most 64 KiB");
    to.extend_from_slice(&bytes.to_le_bytes());
    to.extend_from_slice(frame);
}

fn read_line(first: i64, site: i64, rest: &mut &[u8]) -> Option<Held> {
    let number = first.checked_add(u32::from_le_bytes(take(rest)?).into())?;
    let id = RunId(take(rest)?);
    let sequence = i64::from_le_bytes(take(rest)?);
    let mut time = || take(rest).map(|bytes| Millis(u64::from_le_bytes(bytes)));
    let (accepted_at, marked_at, began_at) = (time()?, time()?, time()?);
    let [quarantine, flags] = take(rest)?;
    let session = if flags & 1 == 0 { None } else { Some(take(rest)?) };
    let visitor = if flags & 2 == 0 { None } else { Some(take(rest)?) };
    let bytes = usize::try_from(u32::from_le_bytes(take(rest)?)).ok()?;
    let (frame, after) = rest.split_at_checked(bytes)?;
    *rest = after;
    let run = Run { began_at, session, visitor };
    let entry = Entry { site, id, sequence, accepted_at, marked_at, quarantine, run };
    Some(Held { number, sheaf: first, entry, frame: frame.into() })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*taken)
}

const CHECKSUM_BYTES: usize = 4;

/// After so many bytes a row takes no more lines, so that what belongs to one row is little: to read,
/// and to lose by a bit that turns.
const BYTES_ENOUGH: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn held(number: i64, session: Option<[u8; 8]>, visitor: Option<[u8; 16]>) -> Held {
        let run = Run { began_at: Millis(3), session, visitor };
        let times = (Millis(5), Millis(7));
        let (accepted_at, marked_at) = times;
        let id = RunId([9; 16]);
        let entry = Entry { site: 4, id, sequence: -2, accepted_at, marked_at, quarantine: 1, run };
        Held { number, sheaf: 10, entry, frame: vec![1, 2, 3] }
    }

    fn journal() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE journal (first, site, last, lines, accepted_at, body)")
            .unwrap();
        db
    }

    const PLACE: Place = Place([10, 4, 14, 3, 5]);

    fn stored(lines: &[Held]) -> Vec<u8> {
        let db = journal();
        rewrite(&db, lines[0].number, lines).unwrap();
        db.query_row("SELECT body FROM journal", [], |row| row.get(0)).unwrap()
    }

    fn lines() -> Vec<Held> {
        vec![held(10, None, None), held(11, Some([1; 8]), None), held(14, None, Some([2; 16]))]
    }

    #[test]
    fn lines_come_out_as_they_went_in() {
        assert_eq!(parse(PLACE, &stored(&lines())).unwrap(), lines());
    }

    #[test]
    fn every_turned_bit_and_every_cut_is_noticed() {
        let body = stored(&lines());
        for bit in 0..body.len() * 8 {
            let mut turned = body.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(parse(PLACE, &turned), None, "bit {bit}");
        }
        assert!((0..body.len()).all(|bytes| parse(PLACE, &body[..bytes]).is_none()));
        for column in 0..5 {
            let mut other = PLACE;
            other.0[column] ^= 1;
            assert_eq!(parse(other, &body), None, "column {column}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_under_a_right_checksum_are_read_or_refused(rest in any::<Vec<u8>>()) {
            let body = [&PLACE.checksum(&rest).to_le_bytes()[..], &rest].concat();
            let _ = parse(PLACE, &body);
        }
    }
}
