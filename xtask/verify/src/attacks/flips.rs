//! Every truncation and every single flipped bit of a few hundred frames: none is taken for a beacon.

use std::panic::catch_unwind;

use anyhow::Result;
use beacon::frame::decode;

use super::Attack;
use crate::figures::Figures;
use crate::goldens;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::shares::in_shares;

pub(super) const ATTACK: Attack = Attack {
    name: "flips",
    what: "all truncations and all flipped bits of so many frames: no panic, none accepted",
    sizes: &[Size::new("golden", 60, 200, 1_000)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let frames = goldens::many(setting.count("golden"), &mut Random::new(setting.seed))?;
    let counts = in_shares(&frames, |frames| {
        let mut count = Count::default();
        for frame in frames {
            count.attack(frame);
        }
        count
    });
    let sum = |of: fn(&Count) -> usize| counts.iter().map(of).sum::<usize>();
    let mut figures = Figures::default();
    figures.zero("panics", sum(|count| count.panics));
    figures.zero("wrong_accepts", sum(|count| count.accepts));
    figures.equal("sound", sum(|count| count.sound), frames.len());
    figures.tell("inputs", sum(|count| count.inputs));
    Ok(figures)
}

#[derive(Default)]
struct Count {
    inputs: usize,
    panics: usize,
    accepts: usize,
    /// Frames that are read when nothing is done to them.
    sound: usize,
}

impl Count {
    fn attack(&mut self, frame: &[u8]) {
        self.sound += usize::from(decode(frame).is_ok());
        for length in 0..frame.len() {
            self.try_input(&frame[..length]);
        }
        let mut flipped = frame.to_vec();
        for bit in 0..frame.len() * 8 {
            flipped[bit / 8] ^= 1 << (bit % 8);
            self.try_input(&flipped);
            flipped[bit / 8] ^= 1 << (bit % 8);
        }
    }

    fn try_input(&mut self, bytes: &[u8]) {
        self.inputs += 1;
        match catch_unwind(|| decode(bytes).is_ok()) {
            Ok(is_read) => self.accepts += usize::from(is_read),
            Err(_) => self.panics += 1,
        }
    }
}
