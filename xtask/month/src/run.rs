//! One page load: what it says, and when it closes a beacon.

use beacon::item::{Began, Consent};
use beacon::{Beacon, Body, Header, Item, Millis, RunId};

use crate::network::Network;
use crate::random::Random;

/// A page load under way.
#[derive(Debug)]
pub(crate) struct Run {
    header: Header,
    /// When it began, on the collector's clock.
    began_at: u64,
    /// How far the visitor's clock is ahead.
    skew_ms: i64,
    /// Since it began.
    at: u64,
    posted_at: u64,
    items: Vec<Item>,
}

impl Run {
    /// Begins with its first item; `header` names visitor and session.
    pub(crate) fn begin(
        header: Header,
        began_at: u64,
        skew_ms: i64,
        began: Began,
        random: &mut Random,
    ) -> Self {
        let header = Header { run: RunId(random.bytes()), sequence: 0, ..header };
        let wall = Millis(began_at.saturating_add_signed(skew_ms));
        let first = Item { at: Millis(0), body: Body::Began(Began { wall, ..began }) };
        Self { header, began_at, skew_ms, at: 0, posted_at: 0, items: vec![first] }
    }

    /// Now, on the collector's clock.
    pub(crate) fn now(&self) -> u64 {
        self.began_at + self.at
    }

    /// Something happens so much later. What gathered for half a minute goes out before.
    pub(crate) fn say(&mut self, later_ms: u64, body: Body, to: &mut Network, random: &mut Random) {
        self.at += later_ms;
        if self.at - self.posted_at >= GATHERS_MS && self.items.len() >= GATHERED {
            self.post(false, to, random);
        }
        self.items.push(Item { at: Millis(self.at), body });
    }

    /// From now on it may name visitor and session.
    pub(crate) fn consent(&mut self, header: &Header, to: &mut Network, random: &mut Random) {
        self.say(900, Body::Consented(Consent::Personalise), to, random);
        (self.header.visitor, self.header.session) = (header.visitor, header.session);
    }

    /// Closes a beacon, if there is anything to tell.
    pub(crate) fn post(&mut self, is_last: bool, to: &mut Network, random: &mut Random) {
        if self.items.is_empty() {
            return;
        }
        self.posted_at = self.at;
        let sent_at = Millis(self.now().saturating_add_signed(self.skew_ms));
        let header = Header { sent_at, ..self.header.clone() };
        let beacon = Beacon { header, items: std::mem::take(&mut self.items) };
        self.header.sequence += 1;
        to.carry(beacon, self.now(), is_last, random);
    }
}

/// A page sends when it has gathered for so long.
const GATHERS_MS: u64 = 30_000;

/// A timer that finds less waits for more.
const GATHERED: usize = 12;
