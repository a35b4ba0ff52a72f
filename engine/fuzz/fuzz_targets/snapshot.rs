//! Any bytes may be what the page before left: they are refused, or do no harm.
//!
//! The input is a length, so many bytes of a snapshot without its version, and what happens then.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/wild/mod.rs"]
mod wild;

use engine::Snapshot;
use libfuzzer_sys::fuzz_target;
use wild::Tab;
use wild::dice::Dice;

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk() else { return };
    let length = usize::from(u16::from_le_bytes(*length) % 0x1000).min(rest.len());
    let (saved, rest) = rest.split_at(length);
    let mut tab = Tab::new(&mut Dice(&[]), || 0);
    tab.resume_damaged(&Snapshot([&[1], saved].concat()));
    let mut dice = Dice(rest);
    while !dice.is_spent() {
        tab.take(&mut dice);
    }
    tab.check_replay();
});
