//! Many frames at once, each sent once, and what was answered.

use std::collections::BTreeMap;
use std::io;
use std::thread::scope;

use anyhow::{Context, Result};

use crate::beacons::post;
use crate::http::Line;

/// How many got which status.
pub(crate) type Answers = BTreeMap<u16, usize>;

/// Sends each frame on one of a few lines; a line that breaks is an error, for nothing is wrong with these requests.
pub(crate) fn volley(port: u16, frames: &[Vec<u8>]) -> Result<Answers> {
    let share = frames.len().div_ceil(LINES).max(1);
    let shares = scope(|scope| {
        let lines = frames.chunks(share);
        let threads: Vec<_> = lines.map(|share| scope.spawn(|| send_all(port, share))).collect();
        let results = threads.into_iter().map(|it| it.join().expect("sending does not panic"));
        results.collect::<io::Result<Vec<_>>>()
    });
    let mut answers = Answers::new();
    for share in shares.context("a line broke")? {
        for (status, times) in share {
            *answers.entry(status).or_default() += times;
        }
    }
    Ok(answers)
}

/// Of these statuses in all.
pub(crate) fn of(answers: &Answers, statuses: &[u16]) -> usize {
    statuses.iter().filter_map(|status| answers.get(status)).sum()
}

fn send_all(port: u16, frames: &[Vec<u8>]) -> io::Result<Answers> {
    let mut line = Line::open(port)?;
    let mut answers = Answers::new();
    for frame in frames {
        line.send(&post(frame))?;
        let answer = line.answer()?;
        if answer.header("connection") == Some("close") {
            line = Line::open(port)?;
        }
        *answers.entry(answer.status).or_default() += 1;
    }
    Ok(answers)
}

const LINES: usize = 32;
