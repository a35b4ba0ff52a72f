//! A model within JSON: its bytes in hexadecimal digits. Elsewhere they are bytes.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    if !to.is_human_readable() {
        return to.serialize_bytes(bytes);
    }
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    to.serialize_str(&digits.collect::<String>())
}

pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<u8>, D::Error> {
    if !from.is_human_readable() {
        return Vec::deserialize(from);
    }
    let text = String::deserialize(from)?;
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2));
    let digits = digits.ok_or_else(|| D::Error::custom("a model is written in pairs of 0 to f"))?;
    let byte = |pair: &[u32]| u8::try_from(pair[0] << 4 | pair[1]).map_err(D::Error::custom);
    digits.chunks(2).map(byte).collect()
}
