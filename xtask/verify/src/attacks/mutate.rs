//! Damaged beacons by the million: bytes changed, cut, repeated and spliced, half of them given a right length and
//! checksum again, so that they reach the reader of items.

use std::panic::catch_unwind;
use std::time::Instant;

use anyhow::Result;
use beacon::frame::{decode, encode};
use beacon::limits::{FRAME_BYTES_MAX, ITEMS_MAX};

use super::Attack;
use crate::crc::crc32c;
use crate::figures::Figures;
use crate::goldens;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::shares::{cores, in_shares};

pub(super) const ATTACK: Attack = Attack {
    name: "mutate",
    what: "random mutations of frames: no panic, nothing taken that `encode` would not write",
    sizes: &[Size::new("n", 300_000, 50_000_000, 1_000_000_000)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let frames = goldens::many(200, &mut Random::new(setting.seed))?;
    let seeds: Vec<u64> = (0..cores() as u64).map(|core| setting.seed ^ core << 32).collect();
    let each = setting.size("n").div_ceil(seeds.len() as u64);
    let (began, rss_kib) = (Instant::now(), own_rss_kib());
    let counts = in_shares(&seeds, |seeds| {
        let mut count = Count::default();
        for &seed in seeds {
            count.attack(&frames, &mut Random::new(seed), each);
        }
        count
    });
    let sum = |of: fn(&Count) -> usize| counts.iter().map(of).sum::<usize>();
    let mut figures = Figures::default();
    figures.zero("panics", sum(|count| count.panics));
    figures.zero("wrong_accepts", sum(|count| count.wrong));
    figures.tell("inputs", sum(|count| count.inputs));
    figures.tell("resealed", sum(|count| count.resealed));
    figures.at_least("still_beacons", sum(|count| count.accepts), 1);
    figures.tell("per_s", sum(|count| count.inputs) as u64 / began.elapsed().as_secs().max(1));
    figures.at_most("rss_growth_mb", own_rss_kib().saturating_sub(rss_kib) / 1_024, 8);
    Ok(figures)
}

#[derive(Default)]
struct Count {
    inputs: usize,
    resealed: usize,
    panics: usize,
    accepts: usize,
    wrong: usize,
}

impl Count {
    fn attack(&mut self, frames: &[Vec<u8>], random: &mut Random, times: u64) {
        let mut bytes = Vec::with_capacity(FRAME_BYTES_MAX);
        for _ in 0..times {
            bytes.clone_from(random.pick(frames));
            for _ in 0..=random.below(6) {
                mutate(&mut bytes, frames, random);
            }
            let is_resealed = random.below(2) == 0;
            if is_resealed {
                reseal(&mut bytes);
            }
            self.inputs += 1;
            self.resealed += usize::from(is_resealed);
            self.try_input(&bytes, is_resealed, frames);
        }
    }

    fn try_input(&mut self, bytes: &[u8], is_resealed: bool, frames: &[Vec<u8>]) {
        let Ok(read) = catch_unwind(|| decode(bytes)) else {
            self.panics += 1;
            return;
        };
        let Ok(beacon) = read else { return };
        self.accepts += 1;
        let is_possible = bytes.len() <= FRAME_BYTES_MAX && beacon.items.len() <= ITEMS_MAX;
        let is_itself = is_resealed || frames.iter().any(|frame| frame == bytes);
        self.wrong += usize::from(!is_possible || !is_itself || encode(&beacon) != bytes);
    }
}

/// One change, of the kinds that find most: a bit, a byte, a telling number, a cut, a repeat, a splice.
fn mutate(bytes: &mut Vec<u8>, frames: &[Vec<u8>], random: &mut Random) {
    let place = random.below(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
    if bytes.is_empty() || bytes.len() > FRAME_BYTES_MAX {
        bytes.clone_from(random.pick(frames));
        return;
    }
    match random.below(8) {
        0 | 1 => bytes[place] ^= 1 << random.below(8),
        2 => bytes[place] = random.bytes::<1>()[0],
        3 => bytes[place] = *random.pick(&[0, 1, 0x7f, 0x80, 0xff]),
        4 => bytes.truncate(place),
        5 => bytes.insert(place, *random.pick(&[0x80, 0xff, 0])),
        6 => {
            let end = (place + random.below(16)).min(bytes.len());
            bytes.extend_from_within(place..end);
        }
        _ => {
            let other = random.pick(frames);
            bytes.truncate(place);
            bytes.extend_from_slice(&other[random.below(other.len())..]);
        }
    }
}

/// Version, length and checksum as they must be; what is between stays damaged.
fn reseal(bytes: &mut Vec<u8>) {
    let length = bytes.len().saturating_sub(WRAPPING).min(usize::from(u16::MAX));
    bytes.resize(length + WRAPPING, 0);
    bytes[0] = beacon::frame::VERSION;
    bytes[1..3].copy_from_slice(&u16::try_from(length).expect("at most that").to_le_bytes());
    let end = bytes.len() - 4;
    let crc = crc32c(&bytes[..end]);
    bytes[end..].copy_from_slice(&crc.to_le_bytes());
}

fn own_rss_kib() -> u64 {
    crate::server::rss_kib_of("self").unwrap_or(0)
}

/// Version, length and checksum.
const WRAPPING: usize = 7;
