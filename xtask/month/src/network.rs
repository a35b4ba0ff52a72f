//! What becomes of a beacon on its way: most arrive at once, some late, twice, or never.

use beacon::{Beacon, Millis};

use crate::random::Random;
use crate::{Sent, What};

/// The way from one visit's pages to the collector.
#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) site: usize,
    pub(crate) quarantine: u8,
    /// What arrived, in no order.
    pub(crate) arrived: Vec<Sent>,
}

impl Network {
    /// A beacon that was closed at this moment; the last of a page load is the likeliest to be kept
    /// back, for the page is left.
    pub(crate) fn carry(
        &mut self,
        beacon: Beacon,
        closed_at: u64,
        is_last: bool,
        random: &mut Random,
    ) {
        if random.chance(LOST_PERMILLE) {
            return;
        }
        let is_late = random.chance(if is_last { LAST_LATE_PERMILLE } else { LATE_PERMILLE });
        let takes = random.along(if is_late { LATE_MS } else { AT_ONCE_MS });
        if random.chance(TWICE_PERMILLE) {
            let again = closed_at + takes + random.between(900, 40_000);
            self.arrive(again, What::Beacon(beacon.clone()));
        }
        self.arrive(closed_at + takes, What::Beacon(beacon));
    }

    pub(crate) fn arrive(&mut self, at: u64, what: What) {
        let (site, quarantine) = (self.site, self.quarantine);
        self.arrived.push(Sent { site, accepted_at: Millis(at), quarantine, what });
    }
}

const LOST_PERMILLE: u64 = 12;

const LATE_PERMILLE: u64 = 4;

const LAST_LATE_PERMILLE: u64 = 25;

const TWICE_PERMILLE: u64 = 10;

const AT_ONCE_MS: &[u64] = &[18, 45, 80, 150, 900];

/// Up to 70 hours: with the worst clock still within the 73 that the collector allows.
const LATE_MS: &[u64] =
    &[2_000, 30_000, 240_000, 1_800_000, 14_000_000, 60_000_000, 160_000_000, 252_000_000];
