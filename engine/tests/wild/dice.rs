//! Any input at any time, chosen by bytes: what finds new ways through the engine is found by
//! changing them.

use beacon::item::{
    Answer, Began, Consent, Device, Fact, Line, PageKind, Product, Reaction, Target, View,
    VisitorKind,
};
use beacon::{Currency, Millis, Money};
use engine::observation::{Field, Landmark, Observation};

/// Bytes as choices. Where they end, every choice is the first.
pub struct Dice<'a>(pub &'a [u8]);

/// One thing that happens to a tab.
pub enum Step {
    Saw(Observation),
    Stated(Fact),
    Consented(Consent),
    Answered(Answer),
    /// One of the two packs is published.
    Published(u8),
    /// So many could answer.
    Staffed(u16),
    /// A timer fires that nobody asked for.
    Woke,
    /// The run begins once more, which shells never do.
    Began,
    /// The next page of the shop opens, this much later or earlier by the visitor's clock.
    Loaded(i64),
}

impl Dice<'_> {
    pub fn is_spent(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        byte
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    /// Small ones, large ones, and those at the end of their type.
    fn number(&mut self) -> u64 {
        match self.byte() {
            it @ 0..=159 => it.into(),
            it @ 160..=239 => u64::from(it - 160) << 8 | u64::from(self.byte()),
            240..=247 => (0..8).fold(0, |sum, _| sum << 8 | u64::from(self.byte())),
            248 => i32::MAX.unsigned_abs().into(),
            249 => 1 << 31,
            250 => u32::MAX.into(),
            251 => u16::MAX.into(),
            252 => i64::MAX.unsigned_abs(),
            253 => 1 << 63,
            254 => u64::MAX - 1,
            255 => u64::MAX,
        }
    }

    fn small(&mut self) -> u16 {
        u16::try_from(self.number() & 0xffff).expect("cut to fit")
    }

    fn medium(&mut self) -> u32 {
        u32::try_from(self.number() & 0xffff_ffff).expect("cut to fit")
    }

    /// Below zero as often as above.
    fn place(&mut self) -> i32 {
        self.medium().cast_signed()
    }

    /// Of any script and length, so that limits fall into the middle of characters.
    fn text(&mut self) -> String {
        let word = self.one_of(&["p", "상품", "Ünïcode", "👀", "\u{202e}\0", "/a?b#"]);
        match self.byte() {
            it @ 0..=199 => format!("{word}{}", it % 16),
            it => word.repeat(usize::from(it - 199) * 6),
        }
    }

    fn money(&mut self) -> Money {
        let currency = Currency::parse(self.one_of(&["KRW", "EUR", "KWD"])).expect("a code");
        Money { minor: self.number().cast_signed(), currency }
    }

    fn price(&mut self) -> Option<Money> {
        (!self.byte().is_multiple_of(4)).then(|| self.money())
    }

    fn line(&mut self) -> Line {
        Line { product: self.text(), quantity: self.small(), price: self.price() }
    }

    pub fn consent(&mut self) -> Consent {
        use Consent::{Denied, Measure, Personalise, Unknown};
        self.one_of(&[Personalise, Personalise, Measure, Personalise, Unknown, Denied])
    }

    /// The time of the next step after `at`: mostly soon, sometimes before, once in a while at the
    /// end of time.
    pub fn time(&mut self, at: u64) -> u64 {
        match self.byte() {
            it @ 0..=127 => at.saturating_add(u64::from(it) * 2),
            it @ 128..=199 => at.saturating_add(u64::from(it - 127) * 997),
            it @ 200..=239 => at.saturating_add(u64::from(it - 199) * 1_000_003),
            it @ 240..=249 => at.saturating_sub(u64::from(it - 239) * 4_001),
            250 | 251 => at,
            252 => at.saturating_add(1 << 32),
            253 => 0,
            _ if self.byte() == 255 => self.number(),
            _ => at,
        }
    }

    pub fn world(&mut self) -> Began {
        let wall = match self.byte() {
            0..=239 => 1_800_000_000_000,
            _ => self.number(),
        };
        Began {
            wall: Millis(wall),
            utc_offset_min: self.small().cast_signed(),
            seed: self.number(),
            visitor: self.one_of(&[VisitorKind::New, VisitorKind::Returning, VisitorKind::Known]),
            device: self.one_of(&[Device::Desktop, Device::Phone, Device::Tablet]),
            language: self.one_of(&["ko", "en-GB", "", "日本語日本語日本語"]).into(),
            referrer: self.text(),
            pack: 9,
            consent: self.consent(),
            resumed: Vec::new(),
        }
    }

    pub fn step(&mut self) -> Step {
        match self.byte() {
            0..=129 => Step::Saw(self.observation()),
            130..=199 => Step::Stated(self.fact()),
            200..=219 => {
                use Reaction::{Accepted, Dismissed, Expired, Failed, Shown};
                let campaign = u16::from(self.byte() % 32);
                let reaction = self.one_of(&[Shown, Expired, Dismissed, Accepted, Failed]);
                Step::Answered(Answer { campaign, reaction })
            }
            220..=227 => Step::Consented(self.consent()),
            228..=235 => Step::Published(self.byte() % 2),
            236..=238 => Step::Staffed(u16::from(self.byte() % 3)),
            239 => Step::Woke,
            240 => Step::Began,
            241..=251 => Step::Loaded(i64::from(self.byte()) * 37),
            252 => Step::Loaded(-i64::from(self.byte()) * 1_000),
            253 => Step::Loaded(i64::from(self.byte()) * 1_000_000),
            _ => Step::Loaded(self.number().cast_signed()),
        }
    }

    fn observation(&mut self) -> Observation {
        match self.byte() % 29 {
            0 | 1 => Observation::Viewed(View { path: self.text(), page: self.page() }),
            2..=5 => {
                Observation::Moved { x: self.place(), y: self.place(), is_held: self.byte() > 200 }
            }
            6 => Observation::PointerEntered,
            7 => Observation::PointerLeft { y: self.place() },
            8 | 9 => {
                use Target::{Button, Field, Image, Link, Plain, Stepper};
                let target = self.one_of(&[Plain, Link, Button, Image, Field, Stepper]);
                Observation::Pressed { x: self.place(), y: self.place(), target }
            }
            10 => Observation::PageReacted,
            11 | 12 => Observation::Scrolled {
                top: self.medium(),
                height: self.medium(),
                full: self.medium(),
            },
            13 => Observation::KeyPressed,
            14 => Observation::Hidden,
            15 => Observation::Shown,
            16 => Observation::Blurred,
            17 => Observation::Focused,
            18 => Observation::FieldFocused { field: self.field(), control: self.medium() % 4 },
            19 => Observation::FieldLeft { field: self.field(), is_empty: self.byte() < 128 },
            20 => Observation::PopupOpened,
            21 => Observation::PopupClosed,
            22 => {
                use Landmark::{Elsewhere, Price, Shipping, Total};
                Observation::RestedOn(self.one_of(&[Price, Total, Shipping, Elsewhere]))
            }
            23 => Observation::Refused { control: self.medium() % 4 },
            24 => Observation::Asked,
            25 => Observation::Replied,
            26 => Observation::Driven,
            27 => Observation::Copied,
            _ => Observation::Chose { control: self.medium() % 9, value: self.medium() % 3 },
        }
    }

    fn page(&mut self) -> PageKind {
        use PageKind::{Account, Cart, Category, Checkout, Home, Other, Payment, Search, Thanks};
        let all = [PageKind::Product, Cart, Checkout, Home, Category, Search, Payment, Other];
        if self.byte() < 240 { self.one_of(&all) } else { self.one_of(&[Thanks, Account]) }
    }

    fn field(&mut self) -> Field {
        self.one_of(&[Field::Coupon, Field::Search, Field::Other])
    }

    fn fact(&mut self) -> Fact {
        match self.byte() % 14 {
            0 | 1 => Fact::ProductSeen(Product {
                id: self.text(),
                name: self.text(),
                category: self.text(),
                price: self.price(),
            }),
            2 | 3 => Fact::Added(self.line()),
            4 => Fact::Removed(self.line()),
            5 => Fact::CartStands { items: self.small(), value: self.money() },
            6 => Fact::CheckoutBegan { value: self.money() },
            7 => Fact::Purchased { order: self.text(), items: self.small(), value: self.money() },
            8 => Fact::Searched { results: (self.byte() > 64).then(|| self.medium() % 3) },
            9 => Fact::LoggedIn { vip: self.byte() > 127 },
            10 => Fact::Goal { name: self.text(), value: self.price() },
            11 => Fact::CartHolds { lines: (0..self.byte() % 32).map(|_| self.line()).collect() },
            12 => Fact::Goal { name: format!("goal {}", self.byte() % 12), value: None },
            _ if self.byte() > 127 => Fact::VariantChosen,
            _ => Fact::ShippingSeen,
        }
    }
}
