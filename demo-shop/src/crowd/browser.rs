//! A shopper's browser: pages that load and are left, offers that are answered, and the clock.

mod steps;

use std::thread;
use std::time::Duration;

use beacon::item::{Answer, Began, Consent, Device, Reaction, VisitorKind};
use beacon::{Header, RunId, SessionId, SiteKey, VisitorId};
use engine::Input;
use engine::campaign::{Show, ShowKind};
use nunchi_api::chat::Ask;

use super::persona::Persona;
use super::random::Random;
use super::tab::{Storage, Tab};
use super::wire::Wire;
use super::{Pace, Plan, Tally};
use crate::cart::Cart;
use crate::language::Language;

pub(super) struct Browser<'a> {
    wire: &'a Wire,
    site: SiteKey,
    pub(super) random: Random,
    /// Ids come from here, so that behaviour does not depend on when the crowd came.
    ids: Random,
    now: u64,
    pace: Pace,
    pub(super) language: Language,
    pub(super) device: Device,
    kind: VisitorKind,
    consent: Consent,
    referrer: &'static str,
    person: Option<(VisitorId, SessionId)>,
    /// Decides holdouts: of the seed alone, so that a seed's verdicts can be told in advance.
    bucket: u64,
    is_spa: bool,
    tab: Option<Tab<'a>>,
    storage: Storage,
    path: String,
    pub(super) cart: Cart,
    order: String,
    /// What is still to be done about an offer, by time.
    reactions: Vec<(u64, Show, Reaction)>,
    warmth: u64,
    /// Offers taken, hundredths of a chance to buy gained by them.
    gained: u64,
    has_asked: bool,
    tally: Tally,
}

impl<'a> Browser<'a> {
    pub(super) fn new(
        wire: &'a Wire,
        plan: &Plan,
        index: u32,
        persona: Persona,
        mut random: Random,
        arrival: u64,
        pace: Pace,
    ) -> Self {
        let mut ids = Random::new(plan.seed ^ plan.now, u64::from(index));
        let bucket = random.next();
        let is_korean = random.percent(65);
        let device = match random.between(0, 100) {
            0..42 => Device::Phone,
            42..47 => Device::Tablet,
            _ => Device::Desktop,
        };
        // One in eight allows counting only, so nothing tells one page of theirs from another.
        let consent = if random.percent(12) { Consent::Measure } else { Consent::Personalise };
        let person = (VisitorId(ids.bytes()), SessionId(ids.bytes()));
        let referrers = ["", "", "www.google.com", "search.naver.com", "www.instagram.com"];
        Self {
            wire,
            site: plan.site.clone(),
            now: arrival,
            pace,
            language: if is_korean { Language::Ko } else { Language::En },
            device,
            kind: persona.kind(),
            consent,
            referrer: random.pick::<&'static str>(&referrers),
            person: (consent == Consent::Personalise).then_some(person),
            bucket,
            is_spa: random.percent(30),
            tab: None,
            storage: Storage::default(),
            path: String::new(),
            cart: Cart::default(),
            order: format!("CR-{}-{index}", plan.now),
            reactions: Vec::new(),
            warmth: persona.warmth(),
            gained: 0,
            has_asked: false,
            tally: Tally { shoppers: 1, ..Tally::default() },
            random,
            ids,
        }
    }

    /// Closes the tab.
    pub(super) fn close(mut self) -> Tally {
        self.unload();
        self.tally
    }

    fn load(&mut self) {
        self.unload();
        let pack = self.wire.pack();
        let began = Began {
            wall: beacon::Millis(self.now),
            utc_offset_min: 540,
            seed: self.bucket,
            visitor: self.kind,
            device: self.device,
            language: self.language.tag().into(),
            referrer: self.referrer.into(),
            pack: pack.version,
            consent: self.consent,
            resumed: Vec::new(),
        };
        let header = Header {
            site: self.site.clone(),
            run: RunId(self.ids.bytes()),
            sequence: 0,
            visitor: self.person.map(|(visitor, _)| visitor),
            session: self.person.map(|(_, session)| session),
            sent_at: beacon::Millis(self.now),
            agent: AGENT,
            pack: pack.version,
        };
        let storage = std::mem::take(&mut self.storage);
        let is_live = self.pace != Pace::Instant;
        self.tab = Some(Tab::open(self.wire, storage, header, began, is_live));
        // Only the first page of a visit has a referrer of another site.
        self.referrer = "";
        self.advance(80);
    }

    fn unload(&mut self) {
        self.reactions.clear();
        if let Some(tab) = self.tab.take() {
            let (storage, tally) = tab.leave(self.now);
            self.storage = storage;
            self.tally.add(tally);
        }
    }

    fn feed(&mut self, input: Input) {
        if let Some(tab) = &mut self.tab {
            tab.feed(self.now, input);
        }
        self.notice_offers();
    }

    /// Whatever the engine wants shown is seen at once and answered after a thought.
    fn notice_offers(&mut self) {
        let shown = self.tab.as_mut().map(|tab| std::mem::take(&mut tab.shown));
        for show in shown.unwrap_or_default() {
            self.tally.offers += 1;
            let seen_at = self.now + 120;
            let thought = self.random.between(1_800, 5_000);
            let reaction = match self.random.between(0, 100) {
                it if it < self.warmth => Reaction::Accepted,
                it if it < 85 => Reaction::Dismissed,
                _ => Reaction::Expired,
            };
            self.reactions.push((seen_at, show.clone(), Reaction::Shown));
            self.reactions.push((seen_at + thought, show, reaction));
        }
    }

    fn react(&mut self, show: &Show, reaction: Reaction) {
        if let Some(tab) = &mut self.tab {
            tab.answer(self.now, Answer { campaign: show.campaign, reaction });
        }
        if reaction == Reaction::Accepted {
            self.tally.accepted += 1;
            self.gained = GAINED_BY_OFFER;
            if show.kind == ShowKind::Invite {
                self.ask(show.campaign);
            }
        }
    }

    /// Asks in the chat, as somebody does who was invited to.
    fn ask(&mut self, campaign: u16) {
        if std::mem::replace(&mut self.has_asked, true) {
            return;
        }
        let questions = self.language.pick(QUESTIONS_KO, QUESTIONS_EN);
        let text = (*self.random.pick(&questions)).to_owned();
        let conversation = RunId(self.ids.bytes()).to_string();
        let ask = Ask {
            site: self.wire.site().to_owned(),
            conversation,
            number: 0,
            session: self.person.map(|(_, session)| session.to_string()),
            path: self.path.clone(),
            language: self.language.tag().into(),
            token: None,
            campaign: Some(campaign),
            text,
        };
        // A collector that does not answer leaves the shopper waiting, and then walking on.
        let _ = self.wire.ask(&ask);
    }

    fn wait(&mut self, from_ms: u64, to_ms: u64) {
        let ms = self.random.between(from_ms, to_ms);
        self.advance(ms);
    }

    /// Lets time pass, and on the way everything happen that is due.
    fn advance(&mut self, ms: u64) {
        let until = self.now + ms;
        loop {
            let wakes = self.tab.as_ref().and_then(Tab::due);
            let reacts = self.reactions.iter().map(|(at, ..)| *at).min();
            let due = wakes.into_iter().chain(reacts).min().filter(|due| *due <= until);
            let Some(due) = due else { break };
            self.sleep_until(due.max(self.now));
            if let Some(index) = self.reactions.iter().position(|(at, ..)| *at <= self.now) {
                let (_, show, reaction) = self.reactions.remove(index);
                self.react(&show, reaction);
            } else if let Some(tab) = &mut self.tab {
                tab.wake(self.now);
            }
            self.notice_offers();
        }
        self.sleep_until(until);
    }

    fn sleep_until(&mut self, wall: u64) {
        if let Pace::Live(pace) = self.pace {
            thread::sleep(Duration::from_millis(wall - self.now).div_f64(pace));
        }
        self.now = wall;
    }
}

/// The agent's version that the crowd claims to be: 0.1.
const AGENT: u16 = 1;

/// By how many points an offer taken raises the chance to buy. Far more than in life, so that a
/// small crowd shows a difference.
const GAINED_BY_OFFER: u64 = 45;

const QUESTIONS_KO: [&str; 4] = [
    "배송비가 얼마예요?",
    "교환이나 반품 되나요?",
    "선물 포장 가능한가요?",
    "쿠폰은 어디에 입력해요?",
];
const QUESTIONS_EN: [&str; 4] = [
    "How much is shipping?",
    "Can I return it?",
    "Do you wrap gifts?",
    "Where do I enter a coupon?",
];
