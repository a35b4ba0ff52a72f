//! A month of shops that never were: visitors, visits, page loads and their beacons, as a collector
//! would accept them, one after the other. The same from the same seed, of any size, and never in
//! memory as a whole.
//!
//! Proportions are those of real shops where they are known (22 % of carts buy, 4 % of visits; 19 %
//! of offers are accepted); what must not be forgotten is there as well: visits without consent, and
//! with consent that comes late; beacons that come late, twice or never; orders that are told again,
//! some days later; visits over midnight and over the end of summer time; what is kept apart; views
//! that only the loader counted.

mod hours;
mod network;
mod random;
mod run;
mod shop;
mod visit;
mod visitors;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use beacon::item::View;
use beacon::{Beacon, Millis, RunId};

use hours::Hours;
use random::{Random, mix};
pub use shop::{SHOPS, Shop};
use visit::Visit;
use visitors::Visitors;

/// Something that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Place of its shop in [`SHOPS`].
    pub site: usize,
    /// When, on the collector's clock.
    pub accepted_at: Millis,
    /// What the door finds to speak against it: 1 to 4 as the collector numbers suspicions, 0 for
    /// nothing.
    pub quarantine: u8,
    /// What it is.
    pub what: What,
}

/// What arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A beacon; one in a hundred comes twice.
    Beacon(Beacon),
    /// The loader's own view of a page, where the agent cannot run; the same run and path may come
    /// twice.
    Hit {
        /// Its page load.
        run: RunId,
        /// What was viewed.
        view: View,
    },
}

/// A month, from its beginning: what arrives, in the order in which it does.
#[derive(Debug)]
pub struct Month {
    hours: Hours,
    random: Random,
    visitors: [Visitors; SHOPS.len()],
    visits: u64,
    /// Visits that began.
    begun: u64,
    under_way: BinaryHeap<Reverse<UnderWay>>,
    /// Counts what is under way, so that no two are alike.
    carried: u64,
}

impl Month {
    /// About so many items, from this seed.
    pub fn new(items: u64, seed: u64) -> Self {
        Self {
            hours: Hours::new(BEGINS_AT, DAYS),
            random: Random::new(mix(seed)),
            visitors: Default::default(),
            visits: items.div_ceil(ITEMS_A_VISIT),
            begun: 0,
            under_way: BinaryHeap::new(),
            carried: 0,
        }
    }

    /// When the next visit begins; `None` when there is none.
    fn next_begins_at(&self) -> Option<u64> {
        (self.begun < self.visits).then(|| self.hours.moment(self.begun, self.visits))
    }

    fn begin_visit(&mut self, earliest: u64) {
        let latest = self.hours.moment(self.begun + 1, self.visits);
        let begins_at = self.random.between(earliest, latest.max(earliest));
        let mut random = Random::new(self.random.next());
        let by_share: [(u64, usize); SHOPS.len()] =
            std::array::from_fn(|site| (SHOPS[site].share, site));
        let site = random.weighted(&by_share);
        let visitors = &mut self.visitors[site];
        let (place, visitor) = visitors.come(&mut random);
        let times = (BEGINS_AT.0, begins_at);
        let visit = Visit::new((site, &SHOPS[site]), self.begun, times, visitor, random);
        let (sent, visitor) = visit.walk();
        visitors.keep(place, visitor);
        self.begun += 1;
        for sent in sent {
            self.carried += 1;
            self.under_way.push(Reverse(UnderWay { number: self.carried, sent }));
        }
    }
}

impl Iterator for Month {
    type Item = Sent;

    fn next(&mut self) -> Option<Sent> {
        loop {
            let next = self.next_begins_at();
            // Nothing of a visit arrives before it begins.
            let is_due = |under_way: &Reverse<UnderWay>| {
                next.is_none_or(|next| under_way.0.sent.accepted_at.0 <= next)
            };
            if self.under_way.peek().is_some_and(is_due) {
                return self.under_way.pop().map(|it| it.0.sent);
            }
            self.begin_visit(next?);
        }
    }
}

/// On its way, and the how-manieth.
#[derive(Debug)]
struct UnderWay {
    number: u64,
    sent: Sent,
}

impl UnderWay {
    fn key(&self) -> (Millis, u64) {
        (self.sent.accepted_at, self.number)
    }
}

impl PartialEq for UnderWay {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for UnderWay {}

impl PartialOrd for UnderWay {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for UnderWay {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// 15 October 2026, 00:00 UTC: summer time ends on the 25th in Berlin and on 1 November in New York.
pub const BEGINS_AT: Millis = Millis(1_792_022_400_000);

/// Visits begin within so many days; what is late, and orders told again, come up to 4 days after.
pub const DAYS: u64 = 31;

/// As measured by the test below.
const ITEMS_A_VISIT: u64 = 68;

#[cfg(test)]
mod tests;
