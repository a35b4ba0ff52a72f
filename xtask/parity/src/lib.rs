//! Runs a recorded session of `engine/tests/sessions` and gives everything that came of it as bytes: the effects as
//! text, then the frame in which a page would have sent the reported items.
//!
//! Built for the web, this crate is engine and beacon alone, so what it imports is what they would import: nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]
// `no_mangle` is the only thing here that counts as unsafe; no pointer crosses the border.
#![expect(unsafe_code, reason = "exports are found by their names")]

use std::cell::RefCell;

use beacon::frame::{self, Beacon, Header};
use beacon::{Item, Millis, RunId, SiteKey};
use engine::decide::Decider;
use engine::model::{PRIOR, Score};
use engine::pack::Published;

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
#[path = "../../../engine/tests/notation/mod.rs"]
mod notation;

/// Effects as text, a zero byte, the frame, and after each reported item what the shipped model makes of
/// it, and all that it looks at.
///
/// # Panics
/// When it is not a session, or does not keep what every session must keep (its replay gives the same verdicts).
pub fn answer(session: &str) -> Vec<u8> {
    let (lines, _) = session.split_once("\n---\n").unwrap_or((session, ""));
    let (text, items) = notation::run_and_report(lines);
    let header = Header {
        site: SiteKey::parse("parity").expect("it is a key"),
        run: RunId([7; 16]),
        sequence: 0,
        visitor: None,
        session: None,
        sent_at: Millis(0),
        agent: 0,
        pack: 1,
    };
    let chances = chances(&items);
    let frame = frame::encode(&Beacon { header, items });
    [text.as_bytes(), &[0], &frame, &chances].concat()
}

fn chances(items: &[Item]) -> Vec<u8> {
    let (mut decider, nothing) = (Decider::default(), Published::default());
    let mut bytes = Vec::new();
    for item in items {
        decider.take(item, &nothing);
        let score = Score::read(PRIOR, decider.features()).expect("the shipped model is one");
        bytes.extend(score.buy_permille.to_le_bytes());
        bytes.extend(score.leave_permille.to_le_bytes());
        bytes.extend(decider.features().values().iter().flat_map(|it| it.to_le_bytes()));
    }
    bytes
}

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Adds a byte to the session.
#[unsafe(no_mangle)]
pub extern "C" fn push(byte: u8) {
    INPUT.with_borrow_mut(|input| input.push(byte));
}

/// Runs the session that was pushed; gives the length of the answer.
///
/// # Panics
/// As [`answer`]; in a page that is a trap.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> usize {
    let session = String::from_utf8(INPUT.take()).unwrap();
    OUTPUT.set(answer(&session));
    OUTPUT.with_borrow(Vec::len)
}

/// A byte of the answer; 0 beyond its end.
#[unsafe(no_mangle)]
pub extern "C" fn pull(at: usize) -> u8 {
    OUTPUT.with_borrow(|output| output.get(at).copied().unwrap_or(0))
}
