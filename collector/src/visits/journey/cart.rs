//! What the cart held at the end of a visit.

use std::collections::BTreeMap;

use beacon::item::{Fact, Line};
use beacon::{Body, Item, Money};
use nunchi_api::stats::Amount;
use nunchi_api::visit::CartLine;

use crate::campaigns::Story;

/// Lines, pieces, and what it was worth by the shop's own word.
pub(super) fn at_the_end(story: &Story) -> (Vec<CartLine>, u64, Option<Amount>) {
    let mut cart = Cart::default();
    let mut items: Vec<(u64, &Item)> = Vec::new();
    for run in &story.runs {
        items.extend(run.items.iter().map(|item| (run.wall(item.at), item)));
    }
    items.sort_by_key(|(at, _)| *at);
    for (_, item) in items {
        cart.take(&item.body);
    }
    let (stands, value) = (cart.stands, cart.value);
    let lines: Vec<CartLine> = cart.lines.into_values().filter(|line| line.pieces > 0).collect();
    let counted = lines.iter().map(|line| line.pieces).sum();
    (lines, stands.unwrap_or(counted), value)
}

#[derive(Default)]
struct Cart {
    lines: BTreeMap<String, CartLine>,
    names: BTreeMap<String, String>,
    stands: Option<u64>,
    value: Option<Amount>,
}

impl Cart {
    fn take(&mut self, body: &Body) {
        let Body::Stated(fact) = body else { return };
        match fact {
            Fact::ProductSeen(product) => {
                self.names.insert(product.id.clone(), product.name.clone());
            }
            Fact::Added(line) => self.change(line, i64::from(line.quantity)),
            Fact::Removed(line) => self.change(line, -i64::from(line.quantity)),
            Fact::CartHolds { lines } => {
                self.lines.clear();
                for line in lines {
                    self.change(line, i64::from(line.quantity));
                }
            }
            Fact::CartStands { items, value } => {
                self.stands = Some(u64::from(*items));
                self.value = Some(amount(value));
            }
            // Bought: what was in it is gone.
            Fact::Purchased { .. } => {
                self.lines.clear();
                (self.stands, self.value) = (None, None);
            }
            _ => {}
        }
    }

    fn change(&mut self, line: &Line, by: i64) {
        let (id, names) = (&line.product, &self.names);
        let known = self.lines.entry(id.clone()).or_insert_with(|| CartLine {
            product: id.clone(),
            name: names.get(id).cloned().unwrap_or_default(),
            ..CartLine::default()
        });
        known.pieces = known.pieces.saturating_add_signed(by);
        known.price = line.price.as_ref().map(amount).or_else(|| known.price.take());
        // What was counted stands only until something is put in or taken out.
        self.stands = self.stands.map(|stands| stands.saturating_add_signed(by));
    }
}

fn amount(money: &Money) -> Amount {
    Amount { minor: money.minor, currency: money.currency.as_str().into() }
}
