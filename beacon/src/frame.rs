//! The frame: version · payload length · payload · CRC32C. Bytes in, [`Beacon`] out, and back.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Item, Millis, RunId, SessionId, SiteKey, VisitorId};

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
    /// The payload is not items, or one of them breaks a limit.
    Malformed,
}

/// Closes a beacon into bytes. The same beacon always gives the same bytes.
pub fn encode(_beacon: &Beacon) -> Vec<u8> {
    Vec::new()
}

/// Opens a frame. Total: any bytes give a beacon or an error, and no more is allocated than the
/// bytes could hold.
///
/// # Errors
/// [`DecodeError`] names the first thing that is wrong.
pub fn decode(_bytes: &[u8]) -> Result<Beacon, DecodeError> {
    Err(DecodeError::Truncated)
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the frame is larger than is read"),
            Self::Truncated => f.write_str("the frame ends before it should"),
            Self::Trailing => f.write_str("bytes follow the frame"),
            Self::Version(version) => write!(f, "frame version {version} is not known"),
            Self::Checksum => f.write_str("the checksum does not match"),
            Self::Malformed => f.write_str("the payload is not a list of items"),
        }
    }
}

impl core::error::Error for DecodeError {}
