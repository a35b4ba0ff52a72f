//! The frame: version · payload length · payload · CRC32C. Bytes in, [`Beacon`] out, and back.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | [`VERSION`] |
//! | 2 | length of the payload, little-endian |
//! | length | postcard: [`Header`], number of items, then per item its delay and its body |
//! | 4 | CRC32C of all bytes before, little-endian |
//!
//! The length is of fixed size because 16 KiB fit in two bytes and a length has one way to be
//! written then. The delay is since the item before (the first: since the run began), so most items
//! spend two bytes on time. Each beacon has exactly one frame: [`decode`] refuses any other spelling.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::crc::crc32c;
use crate::limits::{FRAME_BYTES_MAX, ITEMS_MAX};
use crate::wire::{Reader, Wire, write_number};
use crate::{Body, Item, Millis, RunId, SessionId, SiteKey, VisitorId};

/// Version of the frame this crate writes; it reads every version up to this one.
pub const VERSION: u8 = 1;

/// One batch of items from one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    /// Whose, and the how-manieth.
    pub header: Header,
    /// In the order in which they happened.
    pub items: Vec<Item>,
}

/// Who sends, what, when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The shop.
    pub site: SiteKey,
    /// The page load.
    pub run: RunId,
    /// Counts the beacons of a run from 0; (site, run, sequence) is the dedup key.
    pub sequence: u32,
    /// The browser, with consent to personalise.
    pub visitor: Option<VisitorId>,
    /// The visit, with consent to personalise.
    pub session: Option<SessionId>,
    /// The visitor's clock when the frame was closed, milliseconds since 1970.
    pub sent_at: Millis,
    /// Version of the agent: major · 1000 + minor.
    pub agent: u16,
    /// Version of the pack in use.
    pub pack: u32,
}

/// Why bytes are not a beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// More bytes than are read.
    TooLarge,
    /// Fewer bytes than the frame says.
    Truncated,
    /// Bytes left over behind the frame.
    Trailing,
    /// A version this crate does not know.
    Version(u8),
    /// The checksum differs: the bytes were changed on the way.
    Checksum,
    /// The payload is not items, or not written the one way in which they are.
    Malformed,
    /// The payload is items, but more than [`ITEMS_MAX`], or one of them breaks a limit.
    Limits,
}

/// Closes a beacon into bytes. The same beacon always gives the same bytes.
///
/// Keeps nobody from a beacon larger than [`FRAME_BYTES_MAX`]: that is [`Outbox`]'s work, and
/// [`decode`] refuses it. An item that says it happened before the one ahead of it is written as
/// having happened with it.
///
/// [`Outbox`]: crate::outbox::Outbox
pub fn encode(beacon: &Beacon) -> Vec<u8> {
    let mut items = Items::default();
    for item in &beacon.items {
        items.push(item);
    }
    close(&beacon.header, &items)
}

/// Opens a frame. Total: any bytes give a beacon or an error, and no more is allocated than the
/// bytes could hold.
///
/// # Errors
/// [`DecodeError`] names the first thing that is wrong.
pub fn decode(bytes: &[u8]) -> Result<Beacon, DecodeError> {
    let beacon = reopen(bytes)?;
    // Numbers with needless zero bytes are read as well. A second spelling of the same beacon would
    // have another checksum, so a beacon sent twice would look like a conflict.
    if payload(&beacon, bytes.len()) != bytes[LEAD..bytes.len() - CHECKSUM] {
        return Err(DecodeError::Malformed);
    }
    Ok(beacon)
}

/// What a frame wraps: about so many bytes.
fn payload(beacon: &Beacon, about: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(about);
    beacon.header.write(&mut bytes);
    write_number(beacon.items.len() as u64, &mut bytes);
    let mut last_at = Millis::default();
    for item in &beacon.items {
        last_at = write_item(item, last_at, &mut bytes);
    }
    bytes
}

/// After one that happened at `last_at`. Returns when this one did.
fn write_item(item: &Item, last_at: Millis, to: &mut Vec<u8>) -> Millis {
    let delay = item.at.since(last_at);
    write_number(delay, to);
    item.body.write(to);
    last_at.plus(delay)
}

/// Opens a frame that [`decode`] accepted before it was stored, in half the time: of how it is
/// spelled it was asked then.
///
/// # Errors
/// As [`decode`], but for a second spelling: it was damaged since.
pub fn reopen(bytes: &[u8]) -> Result<Beacon, DecodeError> {
    let payload = unwrap_payload(bytes)?;
    let mut from = Reader::new(payload);
    let header = Header::read(&mut from);
    let items = read_items(&mut from)?;
    Ok(Beacon { header, items })
}

/// The CRC32C a frame ends with: what tells a repeated frame from another under the same key
/// ([`inbox::Mark`](crate::inbox::Mark)). Worth asking of frames that [`decode`] accepted only;
/// 0 for bytes too few to end with one.
pub fn checksum(frame: &[u8]) -> u32 {
    frame.last_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Items on their way into a frame, written already, so that their size is known exactly.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items {
    bytes: Vec<u8>,
    count: u32,
    last_at: Millis,
}

impl Items {
    pub(crate) fn push(&mut self, item: &Item) {
        self.last_at = write_item(item, self.last_at, &mut self.bytes);
        self.count += 1;
    }

    /// Size on the wire, without header.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }
}

/// Writes header and items as a frame.
pub(crate) fn close(header: &Header, items: &Items) -> Vec<u8> {
    let mut frame = vec![VERSION, 0, 0];
    header.write(&mut frame);
    items.count.write(&mut frame);
    frame.extend_from_slice(&items.bytes);
    // Beyond what two bytes hold the frame is far beyond what is read, whatever they say.
    let length = u16::try_from(frame.len() - LEAD).unwrap_or(u16::MAX);
    frame[1..LEAD].copy_from_slice(&length.to_le_bytes());
    let crc = crc32c(&frame);
    frame.extend_from_slice(&crc.to_le_bytes());
    frame
}

/// Checks all that can be known without reading the payload.
fn unwrap_payload(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    if bytes.len() > FRAME_BYTES_MAX {
        return Err(DecodeError::TooLarge);
    }
    match bytes.first() {
        None => return Err(DecodeError::Truncated),
        Some(&VERSION) => {}
        Some(&other) => return Err(DecodeError::Version(other)),
    }
    let Some(said) = bytes.get(1..LEAD) else { return Err(DecodeError::Truncated) };
    let length = usize::from(u16::from_le_bytes([said[0], said[1]]));
    match bytes.len().cmp(&(length + WRAPPING)) {
        core::cmp::Ordering::Less => return Err(DecodeError::Truncated),
        core::cmp::Ordering::Greater => return Err(DecodeError::Trailing),
        core::cmp::Ordering::Equal => {}
    }
    let (covered, _) = bytes.split_at(LEAD + length);
    if crc32c(covered) != checksum(bytes) {
        return Err(DecodeError::Checksum);
    }
    Ok(&covered[LEAD..])
}

fn read_items(from: &mut Reader<'_>) -> Result<Vec<Item>, DecodeError> {
    let count = usize::try_from(u32::read(from)).map_err(|_| DecodeError::Limits)?;
    if count > ITEMS_MAX {
        return Err(DecodeError::Limits);
    }
    if count > from.left() / ITEM_BYTES_MIN {
        return Err(DecodeError::Malformed);
    }
    let mut items = Vec::with_capacity(count);
    let mut at = 0_u64;
    for _ in 0..count {
        let (delay, body) = <(u64, Body)>::read(from);
        if from.is_broken() {
            break;
        }
        if !body.keeps_limits() {
            return Err(DecodeError::Limits);
        }
        at = at.checked_add(delay).ok_or(DecodeError::Malformed)?;
        items.push(Item { at: Millis(at), body });
    }
    if from.is_done() { Ok(items) } else { Err(DecodeError::Malformed) }
}

crate::wire!(struct Header { site, run, sequence, visitor, session, sent_at, agent, pack });

/// Version and length.
const LEAD: usize = 3;

/// At the end.
const CHECKSUM: usize = 4;

/// Version, length and checksum.
const WRAPPING: usize = LEAD + CHECKSUM;

/// A delay and the number of a body that says nothing more.
const ITEM_BYTES_MIN: usize = 2;

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the frame is larger than is read"),
            Self::Truncated => f.write_str("the frame ends before it should"),
            Self::Trailing => f.write_str("bytes follow the frame"),
            Self::Version(version) => write!(f, "frame version {version} is not known"),
            Self::Checksum => f.write_str("the checksum does not match"),
            Self::Malformed => f.write_str("the payload is not a list of items"),
            Self::Limits => f.write_str("the items are more or longer than is read"),
        }
    }
}

impl core::error::Error for DecodeError {}
