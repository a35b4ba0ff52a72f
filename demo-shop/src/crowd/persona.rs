//! Who comes: eight kinds of shoppers, each a short walk through the shop.

use beacon::item::VisitorKind;
use engine::observation::Landmark;

use super::browser::Browser;
use super::random::Random;
use crate::catalogue::{Category, find};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Persona {
    /// Looks, enjoys, leaves.
    Window,
    /// Knows what they want.
    Decided,
    /// Fills a cart and cannot bring themselves to pay.
    Hesitant,
    /// Nothing works, nothing is found.
    Struggling,
    /// Two things, to and fro.
    Comparer,
    /// Was here before.
    Returning,
    /// Logs in; the shop knows why.
    Vip,
    /// One page from a search engine, and gone.
    Bouncing,
}

impl Persona {
    pub(super) fn draw(random: &mut Random) -> Self {
        match random.between(0, 100) {
            0..30 => Self::Window,
            30..36 => Self::Decided,
            36..55 => Self::Hesitant,
            55..63 => Self::Struggling,
            63..74 => Self::Comparer,
            74..81 => Self::Returning,
            81..84 => Self::Vip,
            _ => Self::Bouncing,
        }
    }

    pub(super) fn kind(self) -> VisitorKind {
        match self {
            Self::Returning | Self::Vip => VisitorKind::Returning,
            Self::Window
            | Self::Decided
            | Self::Hesitant
            | Self::Struggling
            | Self::Comparer
            | Self::Bouncing => VisitorKind::New,
        }
    }

    /// How many offers in a hundred are taken.
    pub(super) fn warmth(self) -> u64 {
        match self {
            Self::Window => 28,
            Self::Decided => 35,
            Self::Hesitant => 62,
            Self::Struggling => 55,
            Self::Comparer => 48,
            Self::Returning => 40,
            Self::Vip => 30,
            Self::Bouncing => 5,
        }
    }

    pub(super) fn visit(self, shop: &mut Browser) {
        match self {
            Self::Window => window(shop),
            Self::Decided => decided(shop),
            Self::Hesitant => hesitant(shop),
            Self::Struggling => struggling(shop),
            Self::Comparer => comparer(shop),
            Self::Returning => returning(shop),
            Self::Vip => vip(shop),
            Self::Bouncing => bouncing(shop),
        }
    }
}

fn window(shop: &mut Browser) {
    shop.open("/");
    shop.read(4_000, 15_000);
    open_shelf(shop);
    shop.read(3_000, 12_000);
    let mut ware = shop.some_ware();
    for _ in 0..shop.random.between(1, 4) {
        ware = shop.some_ware();
        shop.look_at(ware);
        shop.read(5_000, 22_000);
    }
    shop.leave_by_top();
    if shop.is_won() {
        shop.add(ware);
        shop.read(3_000, 9_000);
        shop.may_buy(2);
    }
}

fn decided(shop: &mut Browser) {
    let ware = shop.some_ware();
    if shop.random.percent(50) {
        shop.search(ware.name.en);
        shop.read(2_000, 5_000);
    } else {
        shop.open("/");
        shop.read(2_000, 6_000);
    }
    shop.look_at(ware);
    shop.read(6_000, 20_000);
    shop.add(ware);
    shop.read(2_000, 7_000);
    shop.may_buy(60);
}

fn hesitant(shop: &mut Browser) {
    shop.open("/");
    shop.read(4_000, 12_000);
    for _ in 0..2 {
        open_shelf(shop);
        shop.read(2_000, 7_000);
        let ware = shop.some_ware();
        shop.look_at(ware);
        shop.read(6_000, 25_000);
        shop.add(ware);
        shop.read(2_000, 6_000);
    }
    shop.rest_on(Landmark::Total, 4_000);
    if shop.random.percent(75) {
        shop.want_coupon();
    }
    if shop.random.percent(60) {
        shop.check_out();
        shop.read(5_000, 14_000);
        shop.open_cart();
    } else {
        shop.waver();
    }
    shop.read(6_000, 12_000);
    if !shop.may_buy(10) {
        shop.leave_by_top();
        shop.may_buy(4);
    }
}

fn struggling(shop: &mut Browser) {
    shop.open("/");
    shop.read(3_000, 9_000);
    shop.search("자전거");
    shop.read(2_000, 5_000);
    shop.search("gift box");
    shop.read(2_000, 6_000);
    let ware = shop.some_ware();
    shop.look_at(ware);
    shop.read(3_000, 9_000);
    shop.rage();
    if shop.random.percent(50) {
        shop.add(ware);
        shop.read(4_000, 10_000);
        shop.want_coupon();
        shop.switch_tab(4_000, 30_000);
        shop.read(3_000, 9_000);
        shop.may_buy(8);
    } else {
        shop.leave_by_top();
    }
}

fn comparer(shop: &mut Browser) {
    let (one, other) = (shop.some_ware(), shop.some_ware());
    open_shelf(shop);
    shop.read(3_000, 9_000);
    for ware in [one, other, one, other, one] {
        shop.look_at(ware);
        shop.rest_on(Landmark::Price, 2_000);
        shop.read(4_000, 14_000);
    }
    shop.switch_tab(6_000, 45_000);
    shop.add(one);
    shop.read(3_000, 8_000);
    if shop.random.percent(40) {
        shop.remove(one);
        shop.read(1_500, 4_000);
        shop.look_at(one);
        shop.add(one);
        shop.rest_on(Landmark::Total, 3_500);
    }
    if !shop.may_buy(14) {
        shop.leave_by_top();
        shop.may_buy(4);
    }
}

fn returning(shop: &mut Browser) {
    let ware = shop.some_ware();
    shop.look_at(ware);
    shop.read(8_000, 26_000);
    if shop.random.percent(30) {
        shop.leave_by_top();
    }
    shop.add(ware);
    shop.read(3_000, 8_000);
    shop.may_buy(32);
}

fn vip(shop: &mut Browser) {
    shop.log_in(true);
    open_shelf(shop);
    shop.read(4_000, 10_000);
    for id in ["moon-jar", "soban"] {
        if let Some(ware) = find(id) {
            shop.look_at(ware);
            shop.read(10_000, 30_000);
            shop.add(ware);
            shop.read(2_000, 5_000);
        }
    }
    shop.may_buy(55);
}

fn bouncing(shop: &mut Browser) {
    let ware = shop.some_ware();
    shop.look_at(ware);
    shop.read(1_000, 6_000);
    if shop.random.percent(35) {
        shop.leave_by_top();
    }
}

fn open_shelf(shop: &mut Browser) {
    let shelf = shop.random.pick(&Category::ALL);
    shop.open(&format!("/c/{}", shelf.id()));
}
