//! What the page's own facts tell, as far as campaigns' texts speak of it.

use alloc::string::String;

use beacon::item::{Fact, Product};
use beacon::wire::Reader;
use beacon::wire::Wire;
use beacon::{Currency, Money};
use engine::campaign::{Content, Show, ShowKind};
use engine::cart::Cart;
use engine::slots::{Piece, Slot, each};

use super::page::{self, ByName, Thing, option};

/// What is known now.
#[derive(Clone, Default)]
pub(crate) struct Known {
    cart: Cart,
    /// Of the last sum that was told; a progress knows its own.
    currency: Option<Currency>,
    product: Option<Product>,
    goal: Option<Money>,
    pub(crate) coupon: String,
    shop: String,
    language: String,
}

impl Known {
    /// What is known when a decision was made.
    pub(crate) fn of(show: &Show) -> Self {
        let mut known = Self {
            shop: show.theme.shop.clone(),
            language: show.language.clone(),
            ..Self::default()
        };
        let facts = option("facts");
        for at in 0..facts.get("length").count() {
            known.take(&facts.at(at.cast_signed()));
        }
        known.cart = show.cart;
        if let ShowKind::Offer { content: Content::Progress { goal }, .. } = show.kind {
            (known.goal, known.currency) = (Some(goal), Some(goal.currency));
        }
        known
    }

    /// The shop stated one more thing: an item's bytes.
    pub(crate) fn take(&mut self, item: &Thing) {
        let bytes = item.bytes();
        let Some((_, fact)) = bytes.split_first() else { return };
        let fact = Fact::read(&mut Reader::new(fact));
        self.cart.take(&fact);
        let money = match &fact {
            Fact::Added(line) | Fact::Removed(line) => line.price,
            Fact::CartStands { value, .. } | Fact::CheckoutBegan { value } => Some(*value),
            Fact::ProductSeen(product) => product.price,
            _ => None,
        };
        // A sum in another currency than the goal's cannot be held against it.
        if self.goal.is_none() {
            self.currency = money.map(|it| it.currency).or(self.currency);
        }
        if let Fact::ProductSeen(product) = fact {
            self.product = Some(product);
        }
    }

    /// The product on this page.
    pub(crate) fn product(&self) -> &str {
        self.product.as_ref().map_or("", |it| &it.id)
    }

    /// What is missing until the goal, if there is one: minor units, 0 once it is reached.
    pub(crate) fn missing(&self) -> Option<i64> {
        Some(self.goal?.minor.saturating_sub(self.cart.value).max(0))
    }

    /// How much of the goal is reached, percent.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "`as` is total"
    )]
    pub(crate) fn percent(&self) -> u32 {
        let goal = self.goal.map_or(1, |it| it.minor.max(1));
        // By floats, for to multiply 64 bits takes 128.
        ((self.cart.value as f64 * 100.0 / goal as f64) as u32).min(100)
    }

    /// A text with its slots filled; `None` where one of them can be filled by nothing.
    pub(crate) fn fill(&self, text: &str) -> Option<String> {
        let mut filled = Some(String::new());
        each(text, &mut |piece| {
            let said = match piece {
                Piece::Plain(text) => Some(text.into()),
                Piece::Named(slot, fallback) => {
                    self.value(slot).or_else(|| fallback.map(String::from))
                }
                Piece::Unknown(_) => None,
            };
            match (&mut filled, said) {
                (Some(filled), Some(said)) => filled.push_str(&said),
                _ => filled = None,
            }
        });
        filled
    }

    fn value(&self, slot: Slot) -> Option<String> {
        let money = |minor| self.currency.map(|it| self.money(minor, it));
        let text = |text: &str| Some(String::from(text));
        let value = match slot {
            Slot::ProductName => text(&self.product.as_ref()?.name),
            Slot::ProductPrice => {
                let price = self.product.as_ref()?.price?;
                Some(self.money(price.minor, price.currency))
            }
            Slot::CartTotal => money(self.cart.value),
            Slot::CartItems => text(&page::number(self.cart.items.into()).text()),
            Slot::CartMissing => money(self.missing()?),
            Slot::Coupon => text(&self.coupon),
            Slot::Shop => text(&self.shop),
        };
        value.filter(|it| !it.is_empty())
    }

    /// As people write it in the text's language.
    #[expect(clippy::cast_precision_loss, reason = "sums of a shop are exact far beyond")]
    pub(crate) fn money(&self, minor: i64, currency: Currency) -> String {
        let digits = currency.minor_digits().cast_signed();
        page::money(minor as f64, digits, currency.as_str(), &self.language)
    }
}
