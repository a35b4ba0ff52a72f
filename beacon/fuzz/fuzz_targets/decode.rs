//! Any bytes give a beacon or an error, and a beacon has one spelling.
//!
//! The input is tried as it is and as a payload in a sound wrapping, because nothing random gets
//! past a checksum.
#![no_main]

use beacon::frame::{decode, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    check(&wrap(bytes));
});

fn check(bytes: &[u8]) {
    if let Ok(beacon) = decode(bytes) {
        assert!(beacon.items.iter().all(|item| item.body.keeps_limits()));
        assert_eq!(encode(&beacon), bytes);
    }
}

fn wrap(payload: &[u8]) -> Vec<u8> {
    let payload = &payload[..payload.len().min(usize::from(u16::MAX))];
    let length = u16::try_from(payload.len()).expect("cut to fit");
    let mut bytes = vec![1];
    bytes.extend(length.to_le_bytes());
    bytes.extend(payload);
    bytes.extend(crc32c(&bytes).to_le_bytes());
    bytes
}

fn crc32c(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| (crc >> 1) ^ (0x82f6_3b78 * (crc & 1));
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| bit(crc)))
}
