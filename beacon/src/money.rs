//! Amounts in minor units, so that no float ever stands for money.

use alloc::string::String;
use core::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{Bytes, Reader, Wire};

/// An ISO 4217 code: three capital ASCII letters. Text in JSON, three bytes on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Not three ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyError;

impl Currency {
    /// Reads a code such as `KRW`; small letters are taken as capitals.
    ///
    /// # Errors
    /// [`CurrencyError`] when it is not three ASCII letters.
    pub fn parse(text: &str) -> Result<Self, CurrencyError> {
        let is_code = text.bytes().all(|byte| byte.is_ascii_alphabetic());
        match *text.as_bytes() {
            // The bit between small letters and capitals.
            [a, b, c] if is_code => Ok(Self([a & !0x20, b & !0x20, c & !0x20])),
            _ => Err(CurrencyError),
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters pass `try_from`, so this never takes the fallback.
        core::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Digits after the point in the currency's usual notation (ISO 4217): 0 for KRW and JPY,
    /// 3 for the dinars, else 2.
    pub fn minor_digits(self) -> u32 {
        let digits = |codes: &[u8]| codes.chunks_exact(3).any(|code| code == self.0);
        if digits(WHOLE) {
            0
        } else if digits(IN_THOUSANDS) {
            3
        } else {
            2
        }
    }
}

/// Currencies without a smaller unit.
const WHOLE: &[u8] = b"KRWJPYVNDCLPISKXAFXOFPYGUGX";

/// Currencies of a thousand smaller units.
const IN_THOUSANDS: &[u8] = b"KWDBHDJODOMRTNDIQDLYD";

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<[u8; 3]> for Currency {
    type Error = CurrencyError;

    fn try_from(bytes: [u8; 3]) -> Result<Self, CurrencyError> {
        if bytes.iter().all(u8::is_ascii_uppercase) { Ok(Self(bytes)) } else { Err(CurrencyError) }
    }
}

impl From<Currency> for [u8; 3] {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.serialize_str(self.as_str()) } else { self.0.serialize(to) }
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let currency = if from.is_human_readable() {
            Self::parse(&String::deserialize(from)?)
        } else {
            Self::try_from(<[u8; 3]>::deserialize(from)?)
        };
        currency.map_err(D::Error::custom)
    }
}

impl fmt::Display for CurrencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is three ASCII letters such as KRW")
    }
}

impl core::error::Error for CurrencyError {}

/// An amount: `minor` counts the smallest unit (won, cents).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In the smallest unit of the currency.
    pub minor: i64,
    /// Which currency.
    pub currency: Currency,
}

impl Wire for Currency {
    fn write(&self, to: &mut Bytes) {
        to.extend_from_slice(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        Self::try_from(<[u8; 3]>::read(from)).unwrap_or_else(|_| {
            from.refuse();
            Self(*b"XXX")
        })
    }
}

crate::wire!(struct Money { minor, currency });
