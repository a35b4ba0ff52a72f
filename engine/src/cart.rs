//! The cart as the shop's facts tell it: how many pieces, what they are worth.

use beacon::item::{Fact, Line};

/// A cart, summed up. Added and removed lines count until the shop states the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    /// Pieces.
    pub items: u16,
    /// Minor units of the cart's currency; lines without a price count nothing.
    pub value: i64,
}

impl Cart {
    /// Whether anything lies in it.
    pub fn is_filled(self) -> bool {
        self.items > 0
    }

    /// What the cart is after `fact`.
    pub fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::Added(line) => {
                self.items = self.items.saturating_add(line.quantity);
                self.value = self.value.saturating_add(worth(line));
            }
            Fact::Removed(line) => {
                self.items = self.items.saturating_sub(line.quantity);
                self.value = self.value.saturating_sub(worth(line)).max(0);
            }
            Fact::CartStands { items, value } => {
                *self = Self { items: *items, value: value.minor.max(0) };
            }
            Fact::CheckoutBegan { value } => self.value = value.minor.max(0),
            Fact::Purchased { .. } => *self = Self::default(),
            _ => {}
        }
        if self.items == 0 {
            self.value = 0;
        }
    }
}

fn worth(line: &Line) -> i64 {
    // Prices are clipped, because to multiply 64 bits and see whether they still fit takes 128.
    line.price.map_or(0, |price| price.minor.clamp(0, i64::MAX >> 16) * i64::from(line.quantity))
}

beacon::wire!(struct Cart { items, value });
