//! Ids: parsed once, valid ever after.

use alloc::string::String;
use core::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::SITE_KEY_BYTES_MAX;
use crate::wire::{Bytes, Reader, Wire};

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        ///
        /// Lower-case hexadecimal text where people read it (JSON), bare bytes on the wire.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl Wire for $name {
            fn write(&self, to: &mut Bytes) {
                to.extend_from_slice(&self.0);
            }

            fn read(from: &mut Reader<'_>) -> Self {
                Self(Wire::read(from))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if !from.is_human_readable() {
                    return Deserialize::deserialize(from).map(Self);
                }
                let text = String::deserialize(from)?;
                Self::parse(&text).ok_or_else(|| D::Error::custom("not a hexadecimal id"))
            }
        }

        impl $name {
            /// Reads the lower-case hexadecimal form that [`fmt::Display`] writes.
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.as_bytes();
                if text.len() != $bytes * 2 {
                    return None;
                }
                let mut bytes = [0; $bytes];
                for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
                    *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
                }
                Some(Self(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

random_id!(
    /// One page load of the agent; random, kept in memory only, so it says nothing about a person.
    RunId, 16
);
random_id!(
    /// One browser, as long as its storage lasts. Exists only with consent to personalise.
    VisitorId, 16
);
random_id!(
    /// One visit: ends after 30 minutes without activity. Exists only with consent to personalise.
    SessionId, 8
);

/// A site's public key, as it stands in the tag's `data-site`: 1 to 32 of `a-z`, `0-9`, `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SiteKey(String);

/// The text is not a site key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteKeyError;

impl SiteKey {
    /// Reads a site key.
    ///
    /// # Errors
    /// [`SiteKeyError`] when it is empty, too long, or has other characters.
    pub fn parse(text: &str) -> Result<Self, SiteKeyError> {
        let is_legal =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_key = (1..=SITE_KEY_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_legal);
        if is_key { Ok(Self(text.into())) } else { Err(SiteKeyError) }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Wire for SiteKey {
    fn write(&self, to: &mut Bytes) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        Self::parse(&String::read(from)).unwrap_or_else(|_| {
            from.refuse();
            Self(String::new())
        })
    }
}

impl TryFrom<String> for SiteKey {
    type Error = SiteKeyError;

    fn try_from(text: String) -> Result<Self, SiteKeyError> {
        Self::parse(&text)
    }
}

impl From<SiteKey> for String {
    fn from(key: SiteKey) -> Self {
        key.0
    }
}

impl fmt::Display for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SiteKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a site key is 1 to {SITE_KEY_BYTES_MAX} of a-z, 0-9 and -")
    }
}

impl core::error::Error for SiteKeyError {}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}
