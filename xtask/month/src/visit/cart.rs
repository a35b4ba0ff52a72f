//! The cart: filled, hesitated over, bought.

use beacon::item::{Fact, HesitationCause, PageKind, Signal};
use beacon::{Body, Money, SessionId};

use super::Visit;
use crate::hours::DAY_MS;
use crate::shop::currency;

impl Visit<'_> {
    pub(super) fn add(&mut self) {
        let quantity = self.random.weighted(&[(80, 1), (15, 2), (5, 3_u16)]);
        let line = self.shop.line(self.product, quantity);
        if self.random.chance(300) {
            self.say(700, Body::Stated(Fact::VariantChosen));
        }
        self.say(400, Body::Stated(Fact::Added(line)));
        self.cart.push((self.product, quantity));
        if self.random.chance(40) {
            // By mistake: out again.
            let line = self.shop.line(self.product, quantity);
            self.say(5_000, Body::Stated(Fact::Removed(line)));
            self.cart.pop();
        }
        self.tell_cart();
    }

    pub(super) fn tell_cart(&mut self) {
        let items = self.cart.iter().map(|(_, quantity)| quantity).sum();
        let value = self.worth();
        self.say(10, Body::Stated(Fact::CartStands { items, value }));
        let lines = self.cart.iter().take(16);
        let lines = lines.map(|&(product, quantity)| self.shop.line(product, quantity)).collect();
        self.say(0, Body::Stated(Fact::CartHolds { lines }));
    }

    pub(super) fn worth(&self) -> Money {
        let of =
            |&(product, quantity): &(usize, u16)| self.shop.price(product) * i64::from(quantity);
        self.shop.money(self.cart.iter().map(of).sum())
    }

    /// The cart is looked at, and hesitated over.
    pub(super) fn weigh(&mut self) {
        self.open(PageKind::Cart);
        self.look(PageKind::Cart);
        if self.random.chance(200) && self.cart.len() > 1 {
            let (product, quantity) = self.cart.remove(0);
            self.say(1_200, Body::Stated(Fact::Removed(self.shop.line(product, quantity))));
            self.tell_cart();
        }
        if !self.random.chance(420) {
            return;
        }
        let mut causes = 0;
        for level in 1..=u8::try_from(self.random.between(1, 3)).expect("small") {
            causes |= self.random.pick(&HesitationCause::ALL).bit();
            let after = self.random.between(3_000, 25_000);
            self.say(after, Body::Noticed(Signal::CartHesitation { level, causes }));
        }
        self.judge(2);
        if self.random.chance(300) {
            let decayed = Signal::CartHesitation { level: 0, causes: 0 };
            self.say(30_000, Body::Noticed(decayed));
        }
        if self.random.chance(200) {
            self.judge(3);
        }
    }

    pub(super) fn begin_checkout(&mut self) {
        let value = self.worth();
        self.say(80, Body::Stated(Fact::CheckoutBegan { value }));
        if self.random.chance(800) {
            self.say(900, Body::Stated(Fact::ShippingSeen));
        }
        self.judge(4);
    }

    pub(super) fn buy(&mut self) {
        if self.cart.is_empty() {
            self.add();
        }
        self.open(PageKind::Checkout);
        self.begin_checkout();
        self.look(PageKind::Checkout);
        self.open(PageKind::Payment);
        self.look(PageKind::Payment);
        self.open(PageKind::Thanks);
        let has_number = !self.random.chance(40);
        let order = if has_number { format!("2026-{:07}", self.number) } else { String::new() };
        let mut value = self.worth();
        if self.random.chance(20) {
            value.currency = currency("USD");
        }
        let items = self.cart.iter().map(|(_, quantity)| quantity).sum();
        let purchase = Body::Stated(Fact::Purchased { order, value, items });
        self.say(50, purchase.clone());
        self.visitor.bought_on = Some((self.now - self.month) / DAY_MS);
        self.cart.clear();
        self.look(PageKind::Thanks);
        if self.random.chance(70) {
            // The page is loaded once more.
            self.open(PageKind::Thanks);
            self.say(50, purchase.clone());
        }
        if has_number && self.random.chance(25) {
            self.come_again(purchase);
        }
    }

    /// Days later the page of the order is looked up, in a session of its own, and tells of it again.
    fn come_again(&mut self, purchase: Body) {
        self.end_run();
        self.now += self.random.between(DAY_MS, 4 * DAY_MS);
        let session = SessionId(self.random.bytes());
        self.header.session = self.header.session.map(|_| session);
        self.open(PageKind::Thanks);
        self.say(50, purchase);
        self.look(PageKind::Thanks);
    }
}
