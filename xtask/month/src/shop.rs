//! The shops of the month: where they are, what they sell, who comes from where.

use beacon::item::{Device, Line, PageKind, Product, View};
use beacon::{Currency, Money};

use crate::random::{Random, mix};

/// One shop.
#[derive(Debug)]
pub struct Shop {
    /// Site key.
    pub key: &'static str,
    /// Its time zone.
    pub zone: &'static str,
    /// The currency of its prices; a few orders are paid in US dollars all the same.
    pub currency: &'static str,
    /// Of a thousand visits, how many are here.
    pub(crate) share: u64,
    /// Minutes east of UTC of most of its visitors.
    pub(crate) utc_offset_min: i16,
    pub(crate) languages: &'static [(u64, &'static str)],
    pub(crate) products: usize,
}

/// A large shop without, and two smaller ones with summer time: it ends in the month in both.
pub const SHOPS: [Shop; 3] = [
    Shop {
        key: "seoul",
        zone: "Asia/Seoul",
        currency: "KRW",
        share: 700,
        utc_offset_min: 540,
        languages: &[(88, "ko"), (6, "en"), (3, "ja"), (2, "zh-CN"), (1, "")],
        products: 1_200,
    },
    Shop {
        key: "berlin",
        zone: "Europe/Berlin",
        currency: "EUR",
        share: 200,
        utc_offset_min: 120,
        languages: &[(80, "de"), (12, "en"), (4, "tr"), (2, "pl"), (2, "fr")],
        products: 500,
    },
    Shop {
        key: "new-york",
        zone: "America/New_York",
        currency: "USD",
        share: 100,
        utc_offset_min: -240,
        languages: &[(85, "en"), (12, "es"), (3, "pt-BR")],
        products: 300,
    },
];

/// Referrer's host, and what the address says of the campaign; nothing for who came directly.
pub(crate) const SOURCES: &[(u64, (&str, &str))] = &[
    (38, ("", "")),
    (18, ("www.google.com", "www.google.com")),
    (14, ("search.naver.com", "search.naver.com")),
    (9, ("www.google.com", "source=google medium=cpc campaign=autumn click=google")),
    (8, ("", "source=naver medium=cpc campaign=brand")),
    (6, ("l.instagram.com", "l.instagram.com source=instagram medium=social")),
    (4, ("", "source=newsletter medium=email campaign=week-43")),
    (2, ("m.kakao.com", "m.kakao.com")),
    (1, ("forum.example", "forum.example")),
];

pub(crate) const DEVICES: &[(u64, Device)] =
    &[(34, Device::Desktop), (60, Device::Phone), (6, Device::Tablet)];

impl Shop {
    /// A product by its place in the catalogue: the same each time.
    pub(crate) fn product(&self, place: usize) -> Product {
        let of_place = mix(place as u64 ^ self.share << 32);
        let words = (of_place % 8, of_place / 8 % 8);
        let name = match self.key {
            "seoul" => format!("{} {} {place}", KOREAN.0[at(words.0)], KOREAN.1[at(words.1)]),
            _ => format!("{} {} {place}", ENGLISH.0[at(words.0)], ENGLISH.1[at(words.1)]),
        };
        let category = format!("c{:02}", place % CATEGORIES);
        // One in forty tells no price.
        let price = (place % 40 != 39).then(|| self.money(self.price(place)));
        Product { id: self.id(place), name, category, price }
    }

    /// Pieces of a product, as a line of the cart.
    pub(crate) fn line(&self, place: usize, quantity: u16) -> Line {
        Line { product: self.id(place), quantity, price: Some(self.money(self.price(place))) }
    }

    /// Of one piece, in the smallest unit.
    pub(crate) fn price(&self, place: usize) -> i64 {
        let step = i64::try_from(mix(place as u64) % 90 + 5).expect("less than 95");
        if self.currency == "KRW" { step * 1_000 - 100 } else { step * 100 - 1 }
    }

    pub(crate) fn money(&self, minor: i64) -> Money {
        Money { minor, currency: currency(self.currency) }
    }

    /// A page of this sort; of a product where there is one.
    pub(crate) fn view(&self, page: PageKind, product: usize, random: &mut Random) -> View {
        let path = match page {
            PageKind::Home => "/".into(),
            PageKind::Category => format!("/c/{:02}", random.skewed(CATEGORIES)),
            PageKind::Product => format!("/p/{}", self.id(product)),
            PageKind::Search => "/search".into(),
            PageKind::Cart => "/cart".into(),
            PageKind::Checkout => random.pick(&["/checkout", "/checkout/address"]).into(),
            PageKind::Payment => "/checkout/payment".into(),
            PageKind::Thanks => "/thanks".into(),
            PageKind::Account => random.pick(&["/account", "/account/orders", "/login"]).into(),
            PageKind::Other => format!("/blog/{}", random.skewed(180)),
        };
        View { path, page }
    }

    fn id(&self, place: usize) -> String {
        format!("{}{place:04}", &self.key[..1])
    }
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("three letters")
}

fn at(number: u64) -> usize {
    usize::try_from(number).expect("less than 8")
}

const CATEGORIES: usize = 24;

type Words = ([&'static str; 8], [&'static str; 8]);

const KOREAN: Words = (
    ["달항아리", "여름", "작은", "검은", "하얀", "나무", "겨울", "푸른"],
    ["머그", "접시", "담요", "의자", "조명", "찻잔", "가방", "양말"],
);

const ENGLISH: Words = (
    ["Moon", "Summer", "Small", "Black", "White", "Oak", "Winter", "Blue"],
    ["mug", "plate", "blanket", "chair", "lamp", "cup", "bag", "socks"],
);
