//! Any inputs at any times: the tab and its oracle say what must hold.
#![no_main]

#[allow(dead_code)]
#[path = "../../tests/wild/mod.rs"]
mod wild;

use libfuzzer_sys::fuzz_target;
use wild::Tab;
use wild::dice::Dice;

fuzz_target!(|bytes: &[u8]| {
    let mut dice = Dice(bytes);
    let mut tab = Tab::new(&mut dice, || 0);
    while !dice.is_spent() {
        tab.take(&mut dice);
    }
    tab.check_replay();
});
