//! Pages that send beacons at their pace, and how long each waited: what an attack must not change.

use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::beacons::{frame, now, post};
use crate::http::Line;
use crate::random::Random;

/// What honest pages met.
#[derive(Debug, Default)]
pub(crate) struct Honest {
    /// Microseconds, sorted.
    waits_us: Vec<u64>,
    pub(crate) sent: usize,
    /// Not acknowledged.
    pub(crate) failed: usize,
}

impl Honest {
    /// So many hundredths of the answers came within this time, milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let place = self.waits_us.len() * percent / 100;
        let wait_us = self.waits_us.get(place.min(self.waits_us.len().saturating_sub(1)));
        let wait_us = u32::try_from(wait_us.copied().unwrap_or_default()).unwrap_or(u32::MAX);
        f64::from(wait_us) / 1_000.0
    }
}

/// Lets so many pages send for a while, each from its own network, each a beacon after `pause`.
pub(crate) fn send_for(
    port: u16,
    random: &mut Random,
    pages: u8,
    pause: Duration,
    time: Duration,
) -> Honest {
    let all = Mutex::new(Honest::default());
    scope(|scope| {
        for page in 0..pages {
            let mut random = Random::new(random.next());
            let all = &all;
            scope.spawn(move || {
                let mine = page_sends(port, address(page), &mut random, pause, time);
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.waits_us.extend(mine.waits_us);
                all.sent += mine.sent;
                all.failed += mine.failed;
            });
        }
    });
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.waits_us.sort_unstable();
    all
}

/// Of the honest page with this number.
pub(crate) fn address(page: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 100, page, 1)
}

fn page_sends(
    port: u16,
    from: Ipv4Addr,
    random: &mut Random,
    pause: Duration,
    time: Duration,
) -> Honest {
    let (began, mut mine, mut line) = (Instant::now(), Honest::default(), None);
    let (mut run, mut sequence) = (random.bytes(), 0);
    while began.elapsed() < time {
        let request = post(&frame((run, sequence), now()));
        let sent_at = Instant::now();
        mine.sent += 1;
        let answer = once(from, port, &request, &mut line);
        let wait_us = u64::try_from(sent_at.elapsed().as_micros()).unwrap_or(u64::MAX);
        if matches!(answer, Some(200 | 204)) {
            mine.waits_us.push(wait_us);
        } else {
            mine.failed += 1;
            line = None;
        }
        sequence += 1;
        if sequence == BEACONS_A_RUN {
            (run, sequence) = (random.bytes(), 0);
        }
        sleep(pause);
    }
    mine
}

/// On the line that is kept, or on a new one if that was closed meanwhile, as idle ones are.
fn once(from: Ipv4Addr, port: u16, request: &[u8], line: &mut Option<Line>) -> Option<u16> {
    if let Some(kept) = line
        && kept.send(request).is_ok()
        && let Ok(answer) = kept.answer()
    {
        return Some(answer.status);
    }
    *line = Line::open_from(from, port).ok();
    let new = line.as_mut()?;
    new.send(request).ok()?;
    Some(new.answer().ok()?.status)
}

/// Few enough for the bucket of one page load.
const BEACONS_A_RUN: u32 = 20;
