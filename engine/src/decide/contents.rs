//! What lies in the cart, as far as it was told line by line: which products, of which category, how
//! many pieces. Pieces and value of the whole are the [`Cart`](crate::cart::Cart)'s.

use alloc::string::String;
use alloc::vec::Vec;

use beacon::item::Fact;
use beacon::limits::CART_LINES_MAX;

use crate::config::CART_TEXT_BYTES_MAX;

/// At most [`CART_LINES_MAX`] lines of [`CART_TEXT_BYTES_MAX`] in all; beyond it the oldest
/// go. The product seen last has a line without pieces, so that its category is
/// known when it is added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents(pub(crate) Vec<Held>);

/// A product and how many of it are in the cart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) product: String,
    pub(crate) category: String,
    pub(crate) pieces: u16,
}

impl Contents {
    pub(crate) const NEW: Self = Self(Vec::new());

    /// What the cart holds after `fact`.
    pub(crate) fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::ProductSeen(product) => {
                self.forget(usize::MAX);
                self.hold(&product.id, &product.category, 0);
            }
            Fact::Added(line) => self.hold(&line.product, "", line.quantity),
            Fact::Removed(line) => {
                if let Some(it) = self.0.iter_mut().find(|it| it.product == line.product) {
                    it.pieces = it.pieces.saturating_sub(line.quantity);
                }
            }
            Fact::CartHolds { lines } => {
                self.empty();
                for line in lines {
                    self.hold(&line.product, "", line.quantity);
                }
            }
            Fact::CartStands { items: 0, .. } | Fact::Purchased { .. } => self.empty(),
            _ => {}
        }
    }

    /// So many more pieces of a product, of this category if it is said.
    fn hold(&mut self, product: &str, category: &str, pieces: u16) {
        let at = self.0.iter().position(|it| it.product == product).unwrap_or_else(|| {
            self.0.push(Held { product: product.into(), ..Held::default() });
            self.0.len() - 1
        });
        let Some(it) = self.0.get_mut(at) else { return };
        it.pieces = it.pieces.saturating_add(pieces);
        if !category.is_empty() {
            it.category = category.into();
        }
        while !self.is_sound() {
            self.forget(0);
        }
    }

    /// Makes room: what lies no longer in the cart goes first, else what stands at this place.
    fn forget(&mut self, otherwise: usize) {
        let at = self.0.iter().position(|it| it.pieces == 0).unwrap_or(otherwise);
        if at < self.0.len() {
            self.0.remove(at);
        }
    }

    /// Nothing lies in it; what is known of the products stays for those that come again.
    fn empty(&mut self) {
        for it in &mut self.0 {
            it.pieces = 0;
        }
    }

    pub(crate) fn is_sound(&self) -> bool {
        let bytes: usize = self.0.iter().map(|it| it.product.len() + it.category.len()).sum();
        self.0.len() <= CART_LINES_MAX && bytes <= CART_TEXT_BYTES_MAX
    }
}

beacon::wire!(struct Contents(lines));
beacon::wire!(struct Held { product, category, pieces });

#[cfg(test)]
mod tests {
    use super::*;
    use beacon::item::{Line, Product};
    use beacon::{Currency, Money};

    fn line(product: &str, quantity: u16) -> Line {
        Line { product: product.into(), quantity, price: None }
    }

    fn seen(id: &str, category: &str) -> Fact {
        let (id, category) = (id.into(), category.into());
        Fact::ProductSeen(Product { id, name: String::new(), category, price: None })
    }

    fn told(facts: &[Fact]) -> Vec<String> {
        let mut contents = Contents::NEW;
        for fact in facts {
            contents.take(fact);
        }
        let filled = contents.0.iter().filter(|it| it.pieces > 0);
        filled.map(|it| format!("{}×{} {}", it.pieces, it.product, it.category)).collect()
    }

    #[test]
    fn what_was_seen_before_it_was_added_is_known_by_its_category() {
        let facts =
            [seen("mug", "kitchen"), Fact::Added(line("mug", 2)), Fact::Added(line("x", 1))];
        assert_eq!(told(&facts), ["2×mug kitchen", "1×x "]);
    }

    #[test]
    fn the_shops_list_replaces_what_was_counted_and_keeps_what_is_known() {
        let lines = vec![line("mug", 1), line("pan", 3), line("pan", 1)];
        let facts = [
            seen("mug", "kitchen"),
            Fact::Added(line("mug", 2)),
            Fact::Added(line("tea", 2)),
            Fact::CartHolds { lines },
        ];
        assert_eq!(told(&facts), ["1×mug kitchen", "4×pan "]);
    }

    #[test]
    fn what_was_removed_bought_or_emptied_is_gone() {
        let value = Money { minor: 0, currency: Currency::parse("KRW").unwrap() };
        let removed = [Fact::Added(line("mug", 2)), Fact::Removed(line("mug", 3))];
        assert_eq!(told(&removed), [""; 0]);
        let emptied = [Fact::Added(line("mug", 2)), Fact::CartStands { items: 0, value }];
        assert_eq!(told(&emptied), [""; 0]);
        let order = Fact::Purchased { order: "1".into(), value, items: 2 };
        assert_eq!(told(&[Fact::Added(line("mug", 2)), order]), [""; 0]);
    }

    #[test]
    fn lines_and_their_texts_have_a_most() {
        let many: Vec<Fact> = (0..40).map(|at| Fact::Added(line(&format!("p{at}"), 1))).collect();
        assert_eq!(told(&many).len(), CART_LINES_MAX);
        let long = |at: usize| Fact::Added(line(&format!("{at}{}", "x".repeat(60)), 1));
        assert_eq!(told(&(0..40).map(long).collect::<Vec<_>>()).len(), CART_TEXT_BYTES_MAX / 61);
    }
}
