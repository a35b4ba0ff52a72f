//! The vocabulary of a shopper: what one does in a shop, as observations and facts.

use beacon::item::{Device, Fact, Line, PageKind, Product, Target, View};
use beacon::{Currency, Money};
use engine::Input;
use engine::config::POINTER_SAMPLE_MS;
use engine::observation::{Field, Landmark, Observation};

use super::Browser;
use crate::cart::Cart;
use crate::catalogue::{self, Choice, Product as Ware, products};
use crate::money::{CURRENCY, Won};

impl Browser<'_> {
    /// Opens a page: a new run, or in shops with client-side routes a new view of the same run.
    pub(in crate::crowd) fn open(&mut self, path: &str) {
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
    pub(in crate::crowd) fn look_at(&mut self, ware: &'static Ware) {
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
    pub(in crate::crowd) fn add(&mut self, ware: &'static Ware) {
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
    pub(in crate::crowd) fn remove(&mut self, ware: &'static Ware) {
        let choice = Choice::new(ware, None, None);
        if self.cart.set(choice, 0) < 0 {
            self.press(Target::Button);
            self.state(Fact::Removed(line(&choice)));
            self.state_cart();
        }
    }

    /// Opens the cart.
    pub(in crate::crowd) fn open_cart(&mut self) {
        self.open("/cart");
        self.state_cart();
    }

    /// From the cart to the checkout.
    pub(in crate::crowd) fn check_out(&mut self) {
        self.press(Target::Button);
        self.open("/checkout");
        self.state(Fact::CheckoutBegan { value: self.cart_value() });
    }

    /// From the checkout through payment to the thank-you page.
    pub(in crate::crowd) fn pay(&mut self) {
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
    pub(in crate::crowd) fn may_buy(&mut self, chance: u64) -> bool {
        let would = !self.cart.is_empty() && self.random.percent(chance + self.gained);
        if would {
            self.check_out();
            self.pay();
        }
        would
    }

    /// Looks for something; the number of results is what the shop would find.
    pub(in crate::crowd) fn search(&mut self, words: &str) {
        let found = catalogue::search(words).len();
        self.open("/search");
        self.state(Fact::Searched { results: u32::try_from(found).ok() });
    }

    /// Logs in.
    pub(in crate::crowd) fn log_in(&mut self, vip: bool) {
        self.open("/login");
        self.fill_in(2);
        self.state(Fact::LoggedIn { vip });
    }

    /// Looks at the page for a while: moves, scrolls, rests.
    pub(in crate::crowd) fn read(&mut self, from_ms: u64, to_ms: u64) {
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
    pub(in crate::crowd) fn leave_by_top(&mut self) {
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
    pub(in crate::crowd) fn rest_on(&mut self, landmark: Landmark, ms: u64) {
        self.observe(Observation::RestedOn(landmark));
        self.wait(ms, ms + 1_500);
        self.observe(Observation::RestedOn(Landmark::Elsewhere));
    }

    /// Enters the coupon field and leaves it empty.
    pub(in crate::crowd) fn want_coupon(&mut self) {
        self.observe(Observation::FieldFocused { field: Field::Coupon, control: 1 });
        self.wait(2_000, 5_000);
        self.observe(Observation::FieldLeft { field: Field::Coupon, is_empty: true });
        self.wait(400, 1_200);
    }

    /// Changes a quantity, and changes it back.
    pub(in crate::crowd) fn waver(&mut self) {
        for value in [1, 2, 1] {
            self.observe(Observation::Chose { control: 7, value });
            self.wait(1_200, 3_000);
        }
        self.state(Fact::VariantChosen);
    }

    /// Goes to another tab and comes back.
    pub(in crate::crowd) fn switch_tab(&mut self, from_ms: u64, to_ms: u64) {
        self.observe(Observation::Hidden);
        self.wait(from_ms, to_ms);
        self.observe(Observation::Shown);
        self.wait(600, 1_500);
    }

    /// Presses one spot again and again; nothing answers.
    pub(in crate::crowd) fn rage(&mut self) {
        for _ in 0..self.random.between(3, 6) {
            self.observe(Observation::Pressed { x: 412, y: 388, target: Target::Image });
            self.advance(230);
        }
        self.wait(1_800, 3_000);
    }

    /// Whether an offer was taken.
    pub(in crate::crowd) fn is_won(&self) -> bool {
        self.gained > 0
    }

    /// Something that is in stock.
    pub(in crate::crowd) fn some_ware(&mut self) -> &'static Ware {
        loop {
            let ware = self.random.pick(products());
            if ware.stock > 0 {
                return ware;
            }
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

    fn cart_value(&self) -> Money {
        money(self.cart.total().value())
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
            self.observe(Observation::FieldFocused { field: Field::Other, control: 2 });
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
