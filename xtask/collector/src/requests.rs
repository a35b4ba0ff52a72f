//! The month's beacons as pages would send them now.

use std::time::{SystemTime, UNIX_EPOCH};

use beacon::{Beacon, Body, Millis};
use month::{BEGINS_AT, Month, What};

use crate::client::post;

/// Requests without end: each a beacon of its own.
#[derive(Debug)]
pub(crate) struct Requests {
    month: Month,
    /// A month is over: the next one is another.
    seed: u64,
    ahead_ms: u64,
}

impl Requests {
    pub(crate) fn new() -> Self {
        // What was sent in the first days must not be too old to be taken.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_millis()).unwrap_or_default();
        Self { month: Month::new(ITEMS, 1), seed: 1, ahead_ms: now - BEGINS_AT.0 }
    }

    /// The next so many.
    pub(crate) fn take(&mut self, count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|_| post(&beacon::frame::encode(&self.next()))).collect()
    }

    fn next(&mut self) -> Beacon {
        loop {
            match self.month.next() {
                None => {
                    self.seed += 1;
                    self.month = Month::new(ITEMS, self.seed);
                }
                // An order told twice is a beacon like others; one that comes twice is none.
                Some(sent) if sent.quarantine == 0 => {
                    if let What::Beacon(beacon) = sent.what {
                        return self.as_now(beacon);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// Moved to the present as a whole.
    fn as_now(&self, mut beacon: Beacon) -> Beacon {
        let moved = |at: Millis| at.plus(self.ahead_ms);
        beacon.header.sent_at = moved(beacon.header.sent_at);
        for item in &mut beacon.items {
            if let Body::Began(began) = &mut item.body {
                began.wall = moved(began.wall);
            }
        }
        beacon
    }
}

/// Of one month: enough that the beacons of a load lie within some days of it.
const ITEMS: u64 = 20_000_000;
