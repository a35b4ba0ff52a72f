//! One visit: the pages somebody walks through, and what is noticed on each.

mod cart;
mod look;
mod offer;

use beacon::item::{Began, Consent, Device, Fact, PageKind, Remembered};
use beacon::{Body, Header, Millis, RunId, SessionId, SiteKey};

use crate::hours::DAY_MS;
use crate::network::Network;
use crate::random::Random;
use crate::run::Run;
use crate::shop::{DEVICES, SOURCES, Shop};
use crate::visitors::Visitor;
use crate::{Sent, What};

/// Somebody who walks through a shop.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    shop: &'a Shop,
    random: Random,
    /// Of the month: makes order numbers.
    number: u64,
    visitor: Visitor,
    /// On the collector's clock, between page loads.
    now: u64,
    /// When the month began.
    month: u64,
    skew_ms: i64,
    device: Device,
    language: &'static str,
    source: (&'static str, &'static str),
    header: Header,
    run: Option<Run>,
    runs: u32,
    /// Place in the catalogue, of what is looked at.
    product: usize,
    cart: Vec<(usize, u16)>,
    /// Bits of campaigns that were judged.
    judged: u32,
    network: Network,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    Bounce,
    Browse,
    Cart,
    Buy,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(
        (site, shop): (usize, &'a Shop),
        number: u64,
        (month, now): (u64, u64),
        visitor: Visitor,
        mut random: Random,
    ) -> Self {
        let session = SessionId(random.bytes());
        let header = Header {
            site: SiteKey::parse(shop.key).expect("keys of shops are keys"),
            run: RunId([0; 16]),
            sequence: 0,
            visitor: visitor.id,
            session: visitor.id.map(|_| session),
            sent_at: Millis(0),
            agent: 2,
            pack: u32::try_from(1 + (now - month) / (11 * DAY_MS)).expect("a few packs"),
        };
        let quarantine = if random.chance(15) { random.pick(&[1, 2, 3, 3, 4]) } else { 0 };
        let ahead = random.weighted(&[(940, 1_500), (50, 150_000), (10, 9_000_000_u64)]);
        let skew_ms = i64::try_from(random.below(ahead)).expect("hours") - 700;
        Self {
            shop,
            number,
            visitor,
            now,
            month,
            skew_ms,
            device: random.weighted(DEVICES),
            language: random.weighted(shop.languages),
            source: random.weighted(SOURCES),
            header,
            run: None,
            runs: 0,
            product: random.skewed(shop.products),
            cart: Vec::new(),
            judged: 0,
            network: Network { site, quarantine, arrived: Vec::new() },
            random,
        }
    }

    /// From the first page to the last: what arrived of it, and the visitor afterwards.
    pub(crate) fn walk(mut self) -> (Vec<Sent>, Visitor) {
        if self.random.chance(4) {
            self.walk_without_agent();
            return (self.network.arrived, self.visitor);
        }
        // 22 % of carts buy, 4 % of visits.
        let goal = self.random.weighted(&[
            (380, Goal::Bounce),
            (438, Goal::Browse),
            (142, Goal::Cart),
            (40, Goal::Buy),
        ]);
        self.browse(goal);
        if goal >= Goal::Cart {
            self.weigh();
        }
        if goal == Goal::Buy {
            self.buy();
        } else if goal == Goal::Cart && self.random.chance(350) {
            self.open(PageKind::Checkout);
            self.begin_checkout();
            self.look(PageKind::Checkout);
        }
        self.leave();
        (self.network.arrived, self.visitor)
    }

    /// WebAssembly is refused here: the loader counts views by itself.
    fn walk_without_agent(&mut self) {
        for _ in 0..self.random.between(1, 4) {
            let page = self.random.pick(&[PageKind::Home, PageKind::Product, PageKind::Category]);
            let view = self.shop.view(page, self.product, &mut self.random);
            let run = RunId(self.random.bytes());
            self.now += self.random.between(2_000, 60_000);
            for _ in 0..=u64::from(self.random.chance(100)) {
                self.network.arrive(self.now, What::Hit { run, view: view.clone() });
            }
        }
    }

    fn browse(&mut self, goal: Goal) {
        let pages = match goal {
            Goal::Bounce => 1,
            Goal::Browse => self.random.along(&[2, 2, 3, 4, 6, 9, 14, 30]),
            Goal::Cart | Goal::Buy => self.random.along(&[2, 3, 4, 6, 8, 11, 16, 32]),
        };
        for place in 0..pages {
            let page = self.next_page(place);
            if self.random.chance(30) {
                self.end_run();
                self.now += self.random.between(300_000, 1_500_000);
            }
            self.open(page);
            self.look(page);
            let is_last = place + 1 == pages;
            let adds = goal >= Goal::Cart && (is_last || self.random.chance(160));
            if adds {
                self.add();
            }
        }
    }

    fn next_page(&mut self, place: u64) -> PageKind {
        if place == 0 {
            let first = [
                (36, PageKind::Home),
                (38, PageKind::Product),
                (18, PageKind::Category),
                (8, PageKind::Other),
            ];
            return self.random.weighted(&first);
        }
        if self.random.chance(700) {
            self.product = self.random.skewed(self.shop.products);
        }
        self.random.weighted(&[
            (6, PageKind::Home),
            (46, PageKind::Product),
            (27, PageKind::Category),
            (10, PageKind::Search),
            (4, PageKind::Cart),
            (4, PageKind::Account),
            (3, PageKind::Other),
        ])
    }

    /// The page is opened: by a page load, or as a route of the one that is there.
    fn open(&mut self, page: PageKind) {
        let is_route = self.run.is_some() && self.random.chance(550);
        if !is_route {
            self.begin_run();
        }
        let view = self.shop.view(page, self.product, &mut self.random);
        let soon = self.random.between(2, 60);
        self.say(soon, Body::Viewed(view));
        match page {
            PageKind::Product => {
                let product = self.shop.product(self.product);
                self.say(3, Body::Stated(Fact::ProductSeen(product)));
            }
            PageKind::Search => {
                let results = self.random.weighted(&[
                    (1, None),
                    (1, Some(0)),
                    (8, Some(0)),
                    (40, Some(14_u32)),
                    (30, Some(120)),
                ]);
                self.say(20, Body::Stated(Fact::Searched { results }));
            }
            PageKind::Cart if !self.cart.is_empty() => self.tell_cart(),
            _ => {}
        }
        if !is_route {
            self.post(false);
        }
    }

    fn begin_run(&mut self) {
        self.end_run();
        let has_consent = self.visitor.id.is_some();
        // Consent that is given while the first page is open: its first beacon names nobody.
        let is_late = has_consent && self.runs == 0 && self.random.chance(15);
        let is_first = self.runs == 0;
        let resumed = self.random.between(60, 220);
        let resumed = (0..resumed).map(|_| self.random.bytes::<1>()[0]).collect();
        let began = Began {
            wall: Millis(0),
            utc_offset_min: self.shop.utc_offset_min,
            seed: self.visitor.seed,
            visitor: self.visitor.kind(),
            device: self.device,
            language: self.language.into(),
            referrer: if is_first { self.source.0.into() } else { String::new() },
            pack: self.header.pack,
            consent: if has_consent && !is_late { Consent::Personalise } else { Consent::Measure },
            resumed: if is_first || !has_consent { Vec::new() } else { resumed },
        };
        let mut header = self.header.clone();
        if is_late {
            (header.visitor, header.session) = (None, None);
        }
        let run = Run::begin(header, self.now, self.skew_ms, began, &mut self.random);
        self.run = Some(run);
        self.runs += 1;
        if is_late {
            self.post(false);
            let run = self.run.as_mut().expect("it just began");
            run.consent(&self.header, &mut self.network, &mut self.random);
        }
        if has_consent {
            let remembered = self.remembered();
            self.say(1, Body::Remembered(remembered));
        }
    }

    fn remembered(&self) -> Remembered {
        let today = (self.now - self.month) / DAY_MS;
        let days = self.visitor.bought_on.map(|day| today.saturating_sub(day));
        Remembered {
            visits: self.visitor.visits,
            bought_days: days.and_then(|days| u16::try_from(days).ok()),
            source: self.source.1.into(),
            turns: Vec::new(),
        }
    }

    fn leave(&mut self) {
        self.end_run();
    }

    fn end_run(&mut self) {
        self.post(true);
        if let Some(run) = self.run.take() {
            self.now = run.now() + self.random.between(150, 1_200);
        }
    }

    fn say(&mut self, later_ms: u64, body: Body) {
        let run = self.run.as_mut().expect("a page is open");
        run.say(later_ms, body, &mut self.network, &mut self.random);
    }

    fn post(&mut self, is_last: bool) {
        if let Some(run) = &mut self.run {
            run.post(is_last, &mut self.network, &mut self.random);
        }
    }
}
