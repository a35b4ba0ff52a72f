//! The cart and what it costs. Lives in a cookie, so the server forgets nothing when it restarts and
//! knows nobody; prices are looked up, never believed.

use crate::catalogue::Choice;
use crate::language::{Both, both};
use crate::money::Won;

/// Most different lines in a cart; more are not taken. Keeps the cookie under 1 kB.
pub const LINES_MAX: usize = 20;

/// Most pieces of one line.
pub const QUANTITY_MAX: u32 = 9;

/// What a parcel costs.
pub const SHIPPING: Won = Won(3_000);

/// From this value of goods (after the coupon) a parcel costs nothing.
pub const FREE_SHIPPING_FROM: Won = Won(50_000);

/// What somebody wants to buy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    lines: Vec<Line>,
    /// The coupon that was taken; checked again at every change.
    pub coupon: Option<Coupon>,
}

/// One kind of thing in the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub choice: Choice,
    /// Pieces, 1 to [`QUANTITY_MAX`] and never more than there are.
    pub quantity: u32,
}

impl Line {
    /// Price of all its pieces.
    pub fn value(&self) -> Won {
        self.choice.price() * self.quantity
    }
}

/// The sum, part by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// All lines.
    pub goods: Won,
    /// What the coupon takes off.
    pub discount: Won,
    /// The parcel.
    pub shipping: Won,
    /// What is still lacking for a free parcel; 0 when it is free.
    pub until_free: Won,
}

impl Total {
    /// Goods after the coupon: the value that a purchase is worth.
    pub fn value(&self) -> Won {
        self.goods - self.discount
    }

    /// What is paid.
    pub fn to_pay(&self) -> Won {
        self.value() + self.shipping
    }
}

impl Cart {
    /// Its lines, oldest first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Nothing in it.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All pieces.
    pub fn pieces(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// Pieces of this choice.
    pub fn quantity(&self, choice: &Choice) -> u32 {
        self.lines.iter().find(|line| line.choice == *choice).map_or(0, |line| line.quantity)
    }

    /// Sets how many pieces of a choice lie in the cart, as far as stock and limits allow; 0 takes
    /// the line out. Returns the change in pieces.
    pub fn set(&mut self, choice: Choice, quantity: u32) -> i64 {
        let before = self.quantity(&choice);
        let after = quantity.min(QUANTITY_MAX).min(choice.product.stock);
        match self.lines.iter().position(|line| line.choice == choice) {
            Some(index) if after == 0 => _ = self.lines.remove(index),
            Some(index) => self.lines[index].quantity = after,
            None if after == 0 || self.lines.len() == LINES_MAX => return 0,
            None => self.lines.push(Line { choice, quantity: after }),
        }
        i64::from(after) - i64::from(before)
    }

    /// What it costs now. A coupon that no longer holds takes nothing off.
    pub fn total(&self) -> Total {
        let goods: Won = self.lines.iter().map(Line::value).sum();
        let discount =
            self.coupon.map_or(Won(0), |coupon| coupon.discount(goods).unwrap_or_default());
        let value = goods - discount;
        let is_free = self.is_empty() || value >= FREE_SHIPPING_FROM;
        let shipping = if is_free { Won(0) } else { SHIPPING };
        let until_free = if is_free { Won(0) } else { FREE_SHIPPING_FROM - value };
        Total { goods, discount, shipping, until_free }
    }

    /// For the cookie: `moon-jar.white.m*2!tea-bowl.celadon.*1`.
    pub fn encode(&self) -> String {
        let lines = self.lines.iter().map(|line| format!("{}*{}", line.choice.id(), line.quantity));
        lines.collect::<Vec<_>>().join("!")
    }

    /// Reads the cookie; whatever is not a line of the catalogue is left out.
    pub fn decode(text: &str, coupon: &str) -> Self {
        let mut cart = Self { lines: Vec::new(), coupon: Coupon::parse(coupon).ok() };
        let lines = text.split('!').take(LINES_MAX);
        for (choice, quantity) in lines.filter_map(|line| line.split_once('*')) {
            if let (Some(choice), Ok(quantity)) = (Choice::parse(choice), quantity.parse()) {
                cart.set(choice, quantity);
            }
        }
        cart
    }
}

/// A code that takes something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coupon {
    /// `MOON10`: 10 % off everything.
    Moon10,
    /// `WELCOME10`: the same; the collector's demo offer gives it away.
    Welcome10,
    /// `BYEOL5000`: 5,000 won off from 40,000 won.
    Byeol5000,
}

/// Why a code takes nothing off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouponError {
    /// Nothing was typed.
    Empty,
    /// No such code.
    Unknown,
    /// It was good once (`CHUSEOK`).
    Expired,
    /// The goods are worth less than it asks for.
    TooLittle,
}

/// From which value of goods `BYEOL5000` holds.
pub const BYEOL_FROM: Won = Won(40_000);

impl Coupon {
    /// Reads a code, in whatever case it was typed.
    ///
    /// # Errors
    /// [`CouponError`] when it is empty, unknown or expired.
    pub fn parse(code: &str) -> Result<Self, CouponError> {
        match code.trim().to_uppercase().as_str() {
            "" => Err(CouponError::Empty),
            "MOON10" => Ok(Self::Moon10),
            "WELCOME10" => Ok(Self::Welcome10),
            "BYEOL5000" => Ok(Self::Byeol5000),
            "CHUSEOK" => Err(CouponError::Expired),
            _ => Err(CouponError::Unknown),
        }
    }

    /// As it is typed.
    pub fn code(self) -> &'static str {
        match self {
            Self::Moon10 => "MOON10",
            Self::Welcome10 => "WELCOME10",
            Self::Byeol5000 => "BYEOL5000",
        }
    }

    /// What it takes off goods of this value.
    ///
    /// # Errors
    /// [`CouponError::TooLittle`] when the goods are worth less than it asks for.
    pub fn discount(self, goods: Won) -> Result<Won, CouponError> {
        match self {
            Self::Moon10 | Self::Welcome10 => Ok(goods.percent(10)),
            Self::Byeol5000 if goods >= BYEOL_FROM => Ok(Won(5_000)),
            Self::Byeol5000 => Err(CouponError::TooLittle),
        }
    }
}

impl CouponError {
    /// For whoever typed it.
    pub fn message(self) -> Both {
        match self {
            Self::Empty => both("쿠폰 코드를 입력해 주세요.", "Please type a coupon code."),
            Self::Unknown => both(
                "없는 쿠폰입니다. 철자를 확인해 주세요.",
                "There is no such coupon. Please check the spelling.",
            ),
            Self::Expired => both("기간이 끝난 쿠폰입니다.", "This coupon has expired."),
            Self::TooLittle => both(
                "상품 금액이 40,000원 이상일 때 쓸 수 있습니다.",
                "This coupon holds for goods of ₩40,000 or more.",
            ),
        }
    }
}
