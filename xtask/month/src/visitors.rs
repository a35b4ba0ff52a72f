//! Who visits: browsers that come back, as far as consent lets anybody know.

use beacon::VisitorId;
use beacon::item::VisitorKind;

use crate::random::Random;

/// A browser.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// Without consent to personalise there is none.
    pub(crate) id: Option<VisitorId>,
    pub(crate) seed: u64,
    pub(crate) visits: u16,
    /// Has an account and is logged in.
    pub(crate) is_known: bool,
    /// Day of the month of the last purchase.
    pub(crate) bought_on: Option<u64>,
}

impl Visitor {
    pub(crate) fn kind(&self) -> VisitorKind {
        match self.visits {
            _ if self.is_known => VisitorKind::Known,
            0 | 1 => VisitorKind::New,
            _ => VisitorKind::Returning,
        }
    }
}

/// The browsers of one shop that may come back: the last [`REMEMBERED`].
#[derive(Debug, Default)]
pub(crate) struct Visitors {
    last: Vec<Visitor>,
    met: usize,
}

impl Visitors {
    /// Whoever comes now; gives a place to [`keep`](Self::keep) him at afterwards.
    pub(crate) fn come(&mut self, random: &mut Random) -> (usize, Visitor) {
        let is_back = !self.last.is_empty() && random.chance(BACK_PERMILLE);
        let place = if is_back { self.earlier(random) } else { self.add(random) };
        let mut visitor = self.last[place].clone();
        // Who is not to be known looks new each time.
        visitor.visits = if visitor.id.is_some() { visitor.visits.saturating_add(1) } else { 1 };
        (place, visitor)
    }

    /// What he is after his visit.
    pub(crate) fn keep(&mut self, place: usize, visitor: Visitor) {
        self.last[place] = visitor;
    }

    /// The more lately somebody came, the likelier is he to come again.
    fn earlier(&self, random: &mut Random) -> usize {
        let ago = random.skewed(self.last.len());
        (self.met + self.last.len() - 1 - ago) % self.last.len()
    }

    fn add(&mut self, random: &mut Random) -> usize {
        let id = VisitorId(random.bytes());
        let has_consent = random.chance(CONSENT_PERMILLE);
        let visitor = Visitor {
            id: has_consent.then_some(id),
            seed: random.next(),
            visits: 0,
            is_known: has_consent && random.chance(KNOWN_PERMILLE),
            bought_on: None,
        };
        let place = self.met % REMEMBERED;
        self.met += 1;
        if place < self.last.len() {
            self.last[place] = visitor;
        } else {
            self.last.push(visitor);
        }
        place
    }
}

/// Some 10 MiB a shop.
const REMEMBERED: usize = 1 << 17;

const BACK_PERMILLE: u64 = 330;

const CONSENT_PERMILLE: u64 = 820;

const KNOWN_PERMILLE: u64 = 120;
