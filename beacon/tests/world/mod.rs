//! One browser with one storage and its pages one after another, a bad network, and a collector
//! that keeps marks as [`mark_until`] says. Everything happens by a seed and on a clock of its own.

use std::collections::BTreeMap;

use beacon::frame::{checksum, decode};
use beacon::inbox::{Judgement, Key, Mark, mark_until};
use beacon::item::{PageKind, Signal, Verdict, VerdictOutcome, View};
use beacon::outbox::{Effect, Input, Outbox, Policy, RESTORED_FROM};
use beacon::{Beacon, Body, Header, Item, Millis, RunId, SiteKey};

pub(crate) use tally::Tally;

mod tally;

/// [`beacon::inbox::judge`], or something in its place that should be caught.
pub(crate) type Judge = fn(u32, Millis, Millis, Option<Mark>) -> Judgement;

pub(crate) struct World {
    chance: Chance,
    now: u64,
    /// What will happen, by time; what is due at one time in the order in which it was sent.
    coming: BTreeMap<(u64, u64), Event>,
    sent: u64,
    policy: Policy,
    has_storage: bool,
    has_long_nights: bool,
    /// Three requests in four are lost, so that frames pile up.
    is_offline_often: bool,
    storage: BTreeMap<u64, Vec<u8>>,
    /// How wrong the visitor's clock is.
    skew_ms: i64,
    page: Option<Page>,
    pages: u32,
    collector: Collector,
    tally: Tally,
}

struct Page {
    number: u32,
    outbox: Outbox,
    began: u64,
    /// Which of the outbox's numbers stands for what in storage.
    kept: BTreeMap<u32, u64>,
    wake_at: Option<u64>,
}

struct Collector {
    judge: Judge,
    marks: BTreeMap<Key, (Mark, Millis)>,
}

/// Each with the page that it is meant for: what comes for a dead one is lost.
#[derive(Clone, Debug)]
enum Event {
    Open,
    Input(u32, Input),
    Push(u32, Body),
    Wake(u32),
    Die(u32),
    Arrive { page: u32, sequence: u32, bytes: Vec<u8>, needs_page: bool },
}

impl World {
    pub(crate) fn new(seed: u64, judge: Judge) -> Self {
        let mut chance = Chance(seed);
        let is_tight = chance.one_in(5);
        let policy = Policy {
            gather_bytes: 120,
            waiting_bytes_max: if is_tight { 160 } else { 64 * 1024 },
            ..Policy::default()
        };
        let skew_h = chance.pick([0, 0, 0, 1, -1, -72, 50, 24 * 397]);
        Self {
            has_storage: !chance.one_in(3),
            is_offline_often: is_tight,
            has_long_nights: chance.one_in(4),
            skew_ms: skew_h * 3_600_000,
            tally: Tally::new(is_tight),
            collector: Collector { judge, marks: BTreeMap::new() },
            pages: 0,
            now: 0,
            coming: BTreeMap::from([((0, 0), Event::Open)]),
            sent: 0,
            storage: BTreeMap::new(),
            page: None,
            policy,
            chance,
        }
    }

    /// Lets everything happen that will, until nothing is on its way any more.
    pub(crate) fn live(mut self) -> Tally {
        loop {
            while let Some(((now, _), event)) = self.coming.pop_first() {
                self.now = now;
                self.happen(event);
                assert!(self.sent < EVENTS_MAX, "the world never comes to rest");
            }
            // What the last page passed over waits for the next one.
            if self.storage.is_empty() || self.pages > PAGES_MAX * 3 {
                return self.tally;
            }
            self.page = None;
            self.after(1, Event::Open);
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Open => self.open(),
            Event::Push(page, body) => {
                let Some(at) = self.at(page) else { return };
                self.tally.pushed(id(&body), page);
                self.feed(page, Input::Push(Item { at, body }));
            }
            Event::Input(page, input) => self.feed(page, input),
            Event::Wake(number) => {
                let now = self.now;
                let Some(page) = self.page.as_mut().filter(|it| it.number == number) else {
                    return;
                };
                if page.wake_at == Some(now) {
                    page.wake_at = None;
                    self.feed(number, Input::Woke);
                }
            }
            Event::Die(page) => self.die(page),
            Event::Arrive { page, sequence, bytes, needs_page } => {
                if !needs_page || self.at(page).is_some() {
                    self.arrive(page, sequence, &bytes);
                }
            }
        }
    }

    fn open(&mut self) {
        self.pages += 1;
        let number = self.pages;
        let outbox = Outbox::new(self.policy, self.header(), self.has_storage);
        let (began, kept) = (self.now, BTreeMap::new());
        self.page = Some(Page { number, outbox, began, kept, wake_at: None });
        for (i, (name, bytes)) in (0..).zip(self.storage.clone()) {
            self.tally.frames_restored += 1;
            let sequence = RESTORED_FROM + i;
            self.page.as_mut().unwrap().kept.insert(sequence, name);
            self.feed(number, Input::Restored { sequence, bytes });
        }
        if !self.is_healed() {
            self.plan_a_visit(number);
        }
    }

    /// Views, signals and verdicts at any pace, tab switches, moments of being online; then leaves
    /// with or without a word. The last page stays.
    fn plan_a_visit(&mut self, page: u32) {
        let mut after = 0;
        for i in 0..self.chance.below(25) {
            let body = self.body(page * 1_000 + u32::try_from(i).unwrap());
            self.after(after, Event::Push(page, body));
            let pace_ms = self.chance.pick([10, 1_000, 20_000, 100_000]);
            after += self.chance.below(pace_ms);
            match self.chance.below(20) {
                0 => self.after(after, Event::Input(page, Input::Hid)),
                1 => self.after(after, Event::Input(page, Input::Online)),
                _ => {}
            }
        }
        if page < PAGES_MAX {
            if !self.chance.one_in(3) {
                self.after(after, Event::Input(page, Input::Hid));
                after += self.chance.below(500);
            }
            self.after(after, Event::Die(page));
        }
    }

    fn die(&mut self, page: u32) {
        self.tally.deaths += 1;
        let frames = self.storage.values().filter_map(|bytes| decode(bytes).ok());
        self.tally.died(page, &frames.flat_map(|beacon| ids(&beacon)).collect::<Vec<_>>());
        self.page = None;
        let night_ms = if self.has_long_nights { 60 * 3_600_000 } else { 600_000 };
        let pause = self.chance.below(night_ms);
        self.after(pause, Event::Open);
    }

    fn feed(&mut self, number: u32, input: Input) {
        let Some(at) = self.at(number) else { return };
        let page = self.page.as_mut().expect("it has a time, so it lives");
        let before = page.outbox.dropped();
        let effects = page.outbox.handle(at, input);
        self.tally.dropped_by(number, page.outbox.dropped() - before);
        for effect in effects {
            self.obey(number, effect);
        }
    }

    fn obey(&mut self, number: u32, effect: Effect) {
        let page = self.page.as_mut().expect("only a living page has effects");
        match effect {
            Effect::Send { sequence, is_last_chance } => {
                let bytes = page.outbox.frame(sequence);
                self.post(number, sequence, bytes, is_last_chance);
            }
            Effect::Keep { sequence } => {
                if self.chance.one_in(20) {
                    self.tally.writes_failed += 1;
                } else {
                    self.sent += 1;
                    page.kept.insert(sequence, self.sent);
                    self.storage.insert(self.sent, page.outbox.frame(sequence));
                }
            }
            Effect::Forget { sequence } => {
                if let Some(name) = page.kept.remove(&sequence) {
                    self.storage.remove(&name);
                }
            }
            Effect::WakeAt(at) => {
                let at = (page.began + at.0).max(self.now);
                page.wake_at = Some(at);
                self.after(at - self.now, Event::Wake(number));
            }
        }
    }

    /// The way to the collector.
    fn post(&mut self, page: u32, sequence: u32, bytes: Vec<u8>, is_last_chance: bool) {
        // Without `keepalive` some requests die with their page.
        let needs_page = !is_last_chance && self.chance.one_in(2);
        let arrive = Event::Arrive { page, sequence, bytes, needs_page };
        if self.is_bad(8) {
            self.tally.requests_doubled += 1;
            let late_ms = self.chance.pick([5_000, 100_000, 500 * 3_600_000]);
            let after = self.chance.below(late_ms);
            self.after(after, arrive.clone());
        }
        let after = self.delay();
        let is_offline = self.is_offline_often && !self.chance.one_in(4) && !self.is_healed();
        if is_offline || self.is_bad(6) {
            self.tally.requests_lost += 1;
            self.fail_or_stay_silent(after, page, sequence);
        } else {
            self.after(after, arrive);
        }
    }

    /// The collector's work, and the way back.
    fn arrive(&mut self, page: u32, sequence: u32, bytes: &[u8]) {
        let (status, retry_after_s) = if self.is_bad(8) {
            self.tally.refused_for_now += 1;
            let seconds = u32::try_from(self.chance.below(30)).unwrap();
            (503, if self.chance.one_in(2) { seconds } else { 0 })
        } else {
            (self.take_in(bytes), 0)
        };
        let after = self.delay();
        if self.is_bad(8) {
            self.tally.answers_lost += 1;
            self.fail_or_stay_silent(after, page, sequence);
        } else {
            let answer = Input::Answered { sequence, status, retry_after_s };
            self.after(after, Event::Input(page, answer));
        }
    }

    fn take_in(&mut self, bytes: &[u8]) -> u16 {
        let now = Millis(WALL + self.now);
        let beacon = decode(bytes).expect("the network does not change bytes");
        let Header { site, run, sequence, sent_at, .. } = beacon.header.clone();
        let key = Key { site, run, sequence };
        let Collector { judge, marks } = &mut self.collector;
        marks.retain(|_, (_, until)| now <= *until);
        let known = marks.get(&key).map(|(mark, _)| *mark);
        match judge(checksum(bytes), sent_at, now, known) {
            Judgement::Store => {
                let mark = Mark { checksum: checksum(bytes), accepted_at: now };
                marks.insert(key, (mark, mark_until(sent_at, now)));
                self.tally.stored(&ids(&beacon));
                204
            }
            Judgement::Duplicate => {
                self.tally.duplicates += 1;
                204
            }
            Judgement::Conflict => {
                self.tally.conflicts += 1;
                409
            }
            Judgement::TooOld => {
                self.tally.came_too_late(&ids(&beacon));
                410
            }
        }
    }

    fn fail_or_stay_silent(&mut self, after: u64, page: u32, sequence: u32) {
        if !self.chance.one_in(5) {
            let failed = Input::Answered { sequence, status: 0, retry_after_s: 0 };
            self.after(after, Event::Input(page, failed));
        }
    }

    fn after(&mut self, ms: u64, event: Event) {
        self.sent += 1;
        self.coming.insert((self.now + ms, self.sent), event);
    }

    /// Time since the page began, if it lives.
    fn at(&self, page: u32) -> Option<Millis> {
        let page = self.page.as_ref().filter(|it| it.number == page)?;
        Some(Millis(self.now - page.began))
    }

    /// Mostly soon, sometimes behind what was sent later.
    fn delay(&mut self) -> u64 {
        let slowest_ms = if self.chance.one_in(5) { 20_000 } else { 200 };
        self.chance.below(slowest_ms)
    }

    fn is_bad(&mut self, one_in: u64) -> bool {
        self.chance.one_in(one_in) && !self.is_healed()
    }

    /// Behind the last visit the network is sound, so that what can arrive does.
    fn is_healed(&self) -> bool {
        self.pages > PAGES_MAX
    }

    fn header(&mut self) -> Header {
        let random = u128::from(self.chance.next()) << 64 | u128::from(self.chance.next());
        Header {
            site: SiteKey::parse("demo").unwrap(),
            run: RunId(random.to_le_bytes()),
            sequence: 0,
            visitor: None,
            session: None,
            sent_at: Millis((WALL + self.now).saturating_add_signed(self.skew_ms)),
            agent: 1_000,
            pack: 1,
        }
    }

    fn body(&mut self, id: u32) -> Body {
        match self.chance.below(8) {
            0 => Body::Viewed(View { path: format!("/{id}"), page: PageKind::Other }),
            1 => Body::Decided(Verdict {
                campaign: 1,
                outcome: VerdictOutcome::Fired,
                variant: 0,
                buy_permille: 0,
                evidence: vec![id.cast_signed()],
            }),
            _ => Body::Noticed(Signal::Dwell { ms: id }),
        }
    }
}

/// The number that [`World::body`] wrote into an item.
fn id(body: &Body) -> u32 {
    match body {
        Body::Viewed(view) => view.path[1..].parse().unwrap(),
        Body::Decided(verdict) => verdict.evidence[0].cast_unsigned(),
        Body::Noticed(Signal::Dwell { ms }) => *ms,
        other => panic!("{other:?} was never pushed"),
    }
}

fn ids(beacon: &Beacon) -> Vec<u32> {
    beacon.items.iter().map(|item| id(&item.body)).collect()
}

/// `SplitMix64` (Steele, Lea, Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        choices[usize::try_from(self.below(N as u64)).unwrap()]
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// Pages with a visitor; those behind only bring home what is still in storage.
const PAGES_MAX: u32 = 5;

/// A world takes some hundreds of events; one that takes so many runs in circles.
const EVENTS_MAX: u64 = 50_000;

/// The collector's clock when the world begins.
const WALL: u64 = 1_764_000_000_000;
