//! CRC32C (Castagnoli): finds every change within 32 neighbouring bits and every 3 changed bits
//! anywhere in the largest frame (5 up to 650 bytes; Koopman, 32-bit CRCs for internet applications).
//!
//! In pages sixteen table entries, two steps a byte: 64 bytes in the module, where the usual table
//! takes 1,024 and a crate with hardware instructions more. Elsewhere eight such tables, eight bytes a
//! step (slicing-by-8, Kounavis and Berry 2005): a collector reads every frame it ever took again.

/// The checksum of `bytes`: reflected, seeded with ones and inverted, as iSCSI (RFC 3720) does it.
pub fn crc32c(bytes: &[u8]) -> u32 {
    crc32c_more(0, bytes)
}

/// The checksum of what had the checksum `before`, with `bytes` after it.
pub fn crc32c_more(before: u32, bytes: &[u8]) -> u32 {
    !if cfg!(target_arch = "wasm32") { narrow(!before, bytes) } else { wide(!before, bytes) }
}

const fn narrow(mut crc: u32, bytes: &[u8]) -> u32 {
    let mut at = 0;
    while at < bytes.len() {
        crc ^= bytes[at] as u32;
        crc = (crc >> 4) ^ TABLE[(crc & 15) as usize];
        crc = (crc >> 4) ^ TABLE[(crc & 15) as usize];
        at += 1;
    }
    crc
}

fn wide(crc: u32, bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let step = |crc: u32, eight: &[u8; 8]| {
        let mixed = u64::from_le_bytes(*eight) ^ u64::from(crc);
        let slices = mixed.to_le_bytes().into_iter().zip(WIDE.iter().rev());
        slices.fold(0, |crc, (byte, table)| crc ^ table[usize::from(byte)])
    };
    narrow(eights.iter().fold(crc, step), rest)
}

const POLYNOMIAL_REFLECTED: u32 = 0x82f6_3b78;

const TABLE: [u32; 16] = table();

const fn table() -> [u32; 16] {
    let mut table = [0; 16];
    let mut nibble = 0;
    while nibble < 16 {
        let mut crc = nibble;
        let mut bit = 0;
        while bit < 4 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { POLYNOMIAL_REFLECTED } else { 0 };
            bit += 1;
        }
        table[nibble as usize] = crc;
        nibble += 1;
    }
    table
}

/// What each byte adds when so many bytes follow it in its eight.
static WIDE: [[u32; 256]; 8] = wide_tables();

const fn wide_tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0_u32;
    while byte < 256 {
        // Of a byte and as many zeros as follow it.
        let mut crc = narrow(byte, &[0]);
        let mut following = 0;
        while following < 8 {
            tables[following][byte as usize] = crc;
            crc = narrow(crc, &[0]);
            following += 1;
        }
        byte += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::{crc32c, crc32c_more, narrow};

    #[test]
    fn pages_and_collectors_sum_alike() {
        let bytes: Vec<u8> = (0..600_u32).map(|it| ((it * it) >> 3).to_le_bytes()[0]).collect();
        for from in 0..9 {
            for to in from..bytes.len() {
                assert_eq!(!narrow(!0, &bytes[from..to]), crc32c(&bytes[from..to]));
            }
        }
    }

    #[test]
    fn published_check_values_hold() {
        assert_eq!(crc32c(b""), 0);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c_more(crc32c(b"1234"), b"56789"), 0xe306_9283);
        // RFC 3720, B.4.
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(crc32c(&(0..32).collect::<Vec<u8>>()), 0x46dd_794e);
    }
}
