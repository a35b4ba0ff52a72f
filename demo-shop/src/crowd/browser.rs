//! A shopper's browser: the vocabulary of steps, and the clock.

use std::thread;
use std::time::Duration;

use beacon::item::{
    Answer, Began, Consent, Device, Fact, Line, PageKind, Product, Reaction, Target, View,
    VisitorKind,
};
use beacon::{Currency, Header, Money, RunId, SessionId, SiteKey, VisitorId};
use engine::Input;
use engine::campaign::{Show, ShowKind};
use engine::config::POINTER_SAMPLE_MS;
use engine::observation::{Field, Landmark, Observation};
use nunchi_api::chat::Ask;

use super::persona::Persona;
use super::random::Random;
use super::tab::{Storage, Tab};
use super::wire::Wire;
use super::{Pace, Plan, Tally};
use crate::cart::Cart;
use crate::catalogue::{Choice, Product as Ware, products};
use crate::language::Language;
use crate::money::{CURRENCY, Won};

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

    /// Opens a page: a new run, or in shops with client-side routes a new view of the same run.
    pub(super) fn open(&mut self, path: &str) {
        path.clone_into(&mut self.path);
        if self.tab.is_none() || !self.is_spa {
            self.load();
        }
        let page = self.wire.pack().page_kind(path);
        self.observe(Observation::Viewed(View { path: path.into(), page }));
        self.observe(Observation::Scrolled { top: 0, height: 860, full: self.length(page) });
        self.wait(300, 900);
    }

    /// Opens a product's page, which says what it shows.
    pub(super) fn look_at(&mut self, ware: &'static Ware) {
        self.open(&format!("/p/{}", ware.id));
        let name = self.language.of(ware.name).to_owned();
        let product = Product {
            id: ware.id.into(),
            name,
            category: ware.category.id().into(),
            price: Some(money(ware.price)),
        };
        self.state(Fact::ProductSeen(product));
    }

    /// Puts what is on the page into the cart, which opens it.
    pub(super) fn add(&mut self, ware: &'static Ware) {
        let choice = Choice::new(ware, None, None);
        let quantity = self.cart.quantity(&choice) + 1;
        if self.cart.set(choice, quantity) <= 0 {
            return;
        }
        self.press(Target::Button);
        self.open("/cart");
        self.state(Fact::Added(line(&choice)));
        self.state_cart();
    }

    /// Takes a product out again.
    pub(super) fn remove(&mut self, ware: &'static Ware) {
        let choice = Choice::new(ware, None, None);
        if self.cart.set(choice, 0) < 0 {
            self.press(Target::Button);
            self.state(Fact::Removed(line(&choice)));
            self.state_cart();
        }
    }

    /// Opens the cart.
    pub(super) fn open_cart(&mut self) {
        self.open("/cart");
        self.state_cart();
    }

    /// From the cart to the checkout.
    pub(super) fn check_out(&mut self) {
        self.press(Target::Button);
        self.open("/checkout");
        self.state(Fact::CheckoutBegan { value: self.cart_value() });
    }

    /// From the checkout through payment to the thank-you page.
    pub(super) fn pay(&mut self) {
        self.fill_in(5);
        self.open("/checkout/payment");
        self.state(Fact::ShippingSeen);
        self.fill_in(2);
        self.open("/checkout/thanks");
        let items = u16::try_from(self.cart.pieces()).unwrap_or(u16::MAX);
        self.state(Fact::Purchased { order: self.order.clone(), value: self.cart_value(), items });
        self.tally.purchases += 1;
        self.cart = Cart::default();
        self.read(4_000, 9_000);
    }

    /// Buys, if this shopper is one who would: `chance` in a hundred, and what offers added to it.
    pub(super) fn may_buy(&mut self, chance: u64) -> bool {
        let would = !self.cart.is_empty() && self.random.percent(chance + self.gained);
        if would {
            self.check_out();
            self.pay();
        }
        would
    }

    /// Looks for something; the number of results is what the shop would find.
    pub(super) fn search(&mut self, words: &str) {
        let found = crate::catalogue::search(words).len();
        self.open("/search");
        self.state(Fact::Searched { results: u32::try_from(found).ok() });
    }

    /// Logs in.
    pub(super) fn log_in(&mut self, vip: bool) {
        self.open("/login");
        self.fill_in(2);
        self.state(Fact::LoggedIn { vip });
    }

    /// Looks at the page for a while: moves, scrolls, rests.
    pub(super) fn read(&mut self, from_ms: u64, to_ms: u64) {
        let until = self.now + self.random.between(from_ms, to_ms);
        let (mut top, full) = (0, self.length(self.wire.pack().page_kind(&self.path)));
        while self.now < until {
            if self.device == Device::Desktop && self.random.percent(60) {
                let x = self.random.between(200, 1_000);
                let y = self.random.between(220, 760);
                self.move_to(x, y);
            } else {
                top = (top + u32::try_from(self.random.between(80, 460)).unwrap_or(0))
                    .min(full - 860);
                self.observe(Observation::Scrolled { top, height: 860, full });
            }
            self.wait(500, 2_600);
        }
    }

    /// The pointer goes for the top of the window and leaves, then the shopper looks what happens.
    pub(super) fn leave_by_top(&mut self) {
        if self.device != Device::Desktop {
            return self.switch_tab(4_000, 20_000);
        }
        let x = self.random.between(300, 900);
        for y in [520, 470, 400, 310, 210, 110, 20] {
            self.move_to(x, y);
            self.advance(POINTER_SAMPLE_MS);
        }
        self.observe(Observation::PointerLeft { y: -6 });
        self.wait(5_000, 11_000);
        self.observe(Observation::PointerEntered);
        self.wait(800, 2_000);
    }

    /// The pointer rests on something.
    pub(super) fn rest_on(&mut self, landmark: Landmark, ms: u64) {
        self.observe(Observation::RestedOn(landmark));
        self.wait(ms, ms + 1_500);
        self.observe(Observation::RestedOn(Landmark::Elsewhere));
    }

    /// Enters the coupon field and leaves it empty.
    pub(super) fn want_coupon(&mut self) {
        self.observe(Observation::FieldFocused(Field::Coupon));
        self.wait(2_000, 5_000);
        self.observe(Observation::FieldLeft { field: Field::Coupon, is_empty: true });
        self.wait(400, 1_200);
    }

    /// Changes a quantity, and changes it back.
    pub(super) fn waver(&mut self) {
        for value in [1, 2, 1] {
            self.observe(Observation::Chose { control: 7, value });
            self.wait(1_200, 3_000);
        }
        self.state(Fact::VariantChosen);
    }

    /// Goes to another tab and comes back.
    pub(super) fn switch_tab(&mut self, from_ms: u64, to_ms: u64) {
        self.observe(Observation::Hidden);
        self.wait(from_ms, to_ms);
        self.observe(Observation::Shown);
        self.wait(600, 1_500);
    }

    /// Presses one spot again and again; nothing answers.
    pub(super) fn rage(&mut self) {
        for _ in 0..self.random.between(3, 6) {
            self.observe(Observation::Pressed { x: 412, y: 388, target: Target::Image });
            self.advance(230);
        }
        self.wait(1_800, 3_000);
    }

    /// Whether an offer was taken.
    pub(super) fn is_won(&self) -> bool {
        self.gained > 0
    }

    /// Something that is in stock.
    pub(super) fn some_ware(&mut self) -> &'static Ware {
        loop {
            let ware = self.random.pick(products());
            if ware.stock > 0 {
                return ware;
            }
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

    fn observe(&mut self, observation: Observation) {
        self.feed(Input::Observed(observation));
    }

    fn state(&mut self, fact: Fact) {
        self.feed(Input::Stated(fact));
    }

    fn state_cart(&mut self) {
        let items = u16::try_from(self.cart.pieces()).unwrap_or(u16::MAX);
        self.state(Fact::CartStands { items, value: self.cart_value() });
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
            campaign: Some(campaign),
            text,
        };
        // A collector that does not answer leaves the shopper waiting, and then walking on.
        let _ = self.wire.ask(&ask);
    }

    fn press(&mut self, target: Target) {
        let (x, y) = (self.random.between(600, 1_000), self.random.between(300, 700));
        self.move_to(x, y);
        let (x, y) = (pixels(x), pixels(y));
        self.observe(Observation::Pressed { x, y, target });
        self.observe(Observation::PageReacted);
        self.wait(200, 700);
    }

    fn fill_in(&mut self, fields: u32) {
        for _ in 0..fields {
            self.observe(Observation::FieldFocused(Field::Other));
            self.observe(Observation::KeyPressed);
            self.wait(1_500, 5_500);
            self.observe(Observation::FieldLeft { field: Field::Other, is_empty: false });
        }
        self.press(Target::Button);
    }

    fn move_to(&mut self, x: u64, y: u64) {
        if self.device == Device::Desktop {
            self.observe(Observation::Moved { x: pixels(x), y: pixels(y), is_held: false });
        }
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

    fn cart_value(&self) -> Money {
        money(self.cart.total().value())
    }

    /// Height of a page, CSS pixels.
    fn length(&self, page: PageKind) -> u32 {
        match (page, self.device) {
            (PageKind::Home, Device::Phone) => 3_600,
            (PageKind::Home, _) => 2_540,
            (PageKind::Product, Device::Phone) => 2_300,
            (_, Device::Phone) => 1_900,
            _ => 1_560,
        }
    }
}

fn line(choice: &Choice) -> Line {
    Line { product: choice.product.id.into(), quantity: 1, price: Some(money(choice.price())) }
}

fn money(price: Won) -> Money {
    Money { minor: price.0, currency: won() }
}

fn won() -> Currency {
    Currency::parse(CURRENCY).expect("three letters")
}

fn pixels(value: u64) -> i32 {
    i32::try_from(value).unwrap_or(0)
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
