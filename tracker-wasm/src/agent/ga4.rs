//! GA4's ecommerce events as facts. Pure: what the page said comes in already read.
//!
//! Names and fields: developers.google.com/analytics/devguides/collection/ga4/reference/events.

use alloc::string::String;
use alloc::vec::Vec;

use beacon::item::{Fact, Line, PageKind, Product};
use beacon::{Currency, Money};

/// Lines of one event that are read; a cart of more is summed up by its value.
pub(super) const LINES_MAX: u32 = 50;

/// What the page says, by name: the first of these names, parted by blanks, that is there.
pub(super) trait Said: Sized {
    /// As text; else empty.
    fn text(&self, names: &str) -> String;
    /// Which of these words it is, counted from 0.
    fn which(&self, names: &str, words: &str) -> i32;
    /// As a finite number.
    fn number(&self, names: &str) -> Option<f64>;
    /// Whether it counts as true.
    fn flag(&self, name: &str) -> bool;
    /// One of its `items`; none from [`LINES_MAX`] up.
    fn item(&self, index: u32) -> Option<Self>;
}

/// An event as the page states it.
pub(super) struct Event<'a, S> {
    /// What has its name, and where.
    pub(super) entry: &'a S,
    pub(super) key: &'a str,
    /// What it says.
    pub(super) said: &'a S,
    pub(super) currency: Option<Currency>,
}

/// Whose word an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// `window.dataLayer`: full of other tools' events, so only known ones are taken.
    DataLayer,
    /// `nunchi('track', …)`: an unknown name is a goal.
    Call,
}

/// Hands on the facts that an event states.
pub(super) fn facts<S: Said>(event: &Event<'_, S>, source: Source, state: &mut dyn FnMut(Fact)) {
    let said = event.said;
    let total = || event.total();
    let fact = match event.entry.which(event.key, NAMES) {
        VIEW_ITEM => event.items().next().map(|item| Fact::ProductSeen(event.product(&item))),
        ADD_TO_CART => return event.lines().map(Fact::Added).for_each(state),
        REMOVE_FROM_CART => return event.lines().map(Fact::Removed).for_each(state),
        VIEW_CART => return event.cart(state),
        BEGIN_CHECKOUT => total().map(|value| Fact::CheckoutBegan { value }),
        ADD_SHIPPING_INFO => Some(Fact::ShippingSeen),
        ADD_PAYMENT_INFO => None,
        PURCHASE => total().map(|value| {
            let (order, items) = (said.text("transaction_id order_id id"), event.pieces());
            Fact::Purchased { order, value, items }
        }),
        SEARCH..=VIEW_SEARCH_RESULTS => Some(Fact::Searched {
            results: said
                .number("results search_results results_count number_of_results")
                .map(count),
        }),
        LOGIN => Some(Fact::LoggedIn { vip: said.flag("vip") }),
        name if name >= GOALS || source == Source::Call => {
            Some(Fact::Goal { value: event.value(), name: event.entry.text(event.key) })
        }
        _ => None,
    };
    if let Some(fact) = fact {
        state(fact);
    }
}

/// What sort of page says so as soon as it is opened, by its place in [`NAMES`].
pub(super) fn page_kind(name: i32) -> Option<PageKind> {
    Some(match name {
        VIEW_CART => PageKind::Cart,
        BEGIN_CHECKOUT..=ADD_SHIPPING_INFO => PageKind::Checkout,
        ADD_PAYMENT_INFO => PageKind::Payment,
        PURCHASE => PageKind::Thanks,
        _ => return None,
    })
}

/// The events that are known; the last ones are successes of their own.
pub(super) const NAMES: &str = "view_item add_to_cart remove_from_cart view_cart begin_checkout \
    add_shipping_info add_payment_info purchase search view_search_results login sign_up \
    generate_lead add_to_wishlist";

// Their places in it: the page compares names in less code than we do.
const VIEW_ITEM: i32 = 0;
const ADD_TO_CART: i32 = 1;
const REMOVE_FROM_CART: i32 = 2;
const VIEW_CART: i32 = 3;
const BEGIN_CHECKOUT: i32 = 4;
const ADD_SHIPPING_INFO: i32 = 5;
const ADD_PAYMENT_INFO: i32 = 6;
const PURCHASE: i32 = 7;
const SEARCH: i32 = 8;
const VIEW_SEARCH_RESULTS: i32 = 9;
const LOGIN: i32 = 10;
const GOALS: i32 = 11;

/// Amount in the smallest unit, rounded half away from zero; nothing when it is beyond what any
/// shop sells for.
fn minor(amount: f64, currency: Currency) -> Option<i64> {
    let scaled = amount.abs() * [1.0, 10.0, 100.0, 1_000.0][currency.minor_digits() as usize & 3];
    // 1.005 is stored as 1.00499…: an error far below a thousandth of a unit is put right.
    let rounded = scaled + 0.5 + 1e-6;
    #[expect(clippy::cast_possible_truncation, reason = "within 2^53; cut off")]
    let minor = (rounded < AMOUNT_MAX).then_some(rounded as i64)?;
    Some(if amount < 0.0 { -minor } else { minor })
}

/// 2^53: beyond it a float cannot tell two amounts apart.
const AMOUNT_MAX: f64 = 9_007_199_254_740_992.0;

/// An amount of a currency.
pub(super) fn money(amount: f64, currency: Currency) -> Option<Money> {
    Some(Money { minor: minor(amount, currency)?, currency })
}

/// A product, by what it is called in events and in markup.
pub(super) fn product(said: &impl Said, id: String, price: Option<Money>) -> Product {
    let [name, category] = ["item_name name", "item_category category"].map(|it| said.text(it));
    Product { id, name, category, price }
}

impl<S: Said> Event<'_, S> {
    fn items(&self) -> impl Iterator<Item = S> {
        (0..LINES_MAX).map_while(|index| self.said.item(index))
    }

    fn product(&self, item: &S) -> Product {
        let price = self.price(item).or_else(|| self.value());
        product(item, id(item), price)
    }

    fn lines(&self) -> impl Iterator<Item = Line> {
        self.items().map(|item| Line {
            product: id(&item),
            quantity: pieces(&item),
            price: self.price(&item),
        })
    }

    /// The cart as a whole; what lies in it, if that is said.
    fn cart(&self, state: &mut dyn FnMut(Fact)) {
        let Some(value) = self.total() else { return };
        let mut lines = Vec::new();
        // Half the code of `collect`, which would know how many there are.
        self.lines().for_each(|line| lines.push(line));
        state(Fact::CartStands { items: self.pieces(), value });
        if !lines.is_empty() {
            state(Fact::CartHolds { lines });
        }
    }

    fn pieces(&self) -> u16 {
        self.items().fold(0, |sum, item| sum.saturating_add(pieces(&item)))
    }

    /// The stated value, else the sum of the lines.
    fn total(&self) -> Option<Money> {
        let price = |item: S| item.number(PRICE).unwrap_or(0.0) * f64::from(pieces(&item));
        let sum = || self.items().map(price).sum();
        self.money(self.said.number(VALUE).unwrap_or_else(sum))
    }

    fn value(&self) -> Option<Money> {
        self.money(self.said.number(VALUE)?)
    }

    fn price(&self, item: &S) -> Option<Money> {
        self.money(item.number(PRICE)?)
    }

    fn money(&self, amount: f64) -> Option<Money> {
        // `XXX` is ISO 4217's own code for "no currency": the shop did not say.
        money(amount, self.currency.or_else(|| Currency::parse("XXX").ok())?)
    }
}

const VALUE: &str = "value";
const PRICE: &str = "price";

fn id(item: &impl Said) -> String {
    item.text("item_id id sku")
}

/// How many pieces a line is.
fn pieces(item: &impl Said) -> u16 {
    item.number("quantity").map_or(1, |quantity| count(quantity).try_into().unwrap_or(u16::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates at both ends"
)]
fn count(number: f64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event or an item as text: `name=value` parted by `;`, and its items.
    #[derive(Clone, Default)]
    struct Page(&'static str, Vec<Self>);

    impl Said for Page {
        fn text(&self, names: &str) -> String {
            let found = names.split(' ').find_map(|name| {
                self.0.split(';').find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
            });
            found.unwrap_or_default().into()
        }

        fn which(&self, names: &str, words: &str) -> i32 {
            let place = words.split(' ').position(|word| word == self.text(names));
            place.map_or(-1, |place| place.try_into().unwrap())
        }

        fn number(&self, names: &str) -> Option<f64> {
            self.text(names).parse().ok()
        }

        fn flag(&self, name: &str) -> bool {
            !self.text(name).is_empty()
        }

        fn item(&self, index: u32) -> Option<Self> {
            self.1.get(index as usize).cloned()
        }
    }

    fn check(name: &'static str, source: Source, expected: &str) {
        let mug = "item_id=mug-1;item_name=Mug;item_category=Kitchen;price=12900;quantity=2";
        let items = vec![Page(mug, vec![]), Page("id=bowl", vec![])];
        let said = Page("transaction_id=A-17;results=0", items);
        let entry = Page(name, vec![]);
        let currency = Currency::parse("krw").ok();
        let event = Event { entry: &entry, key: "event", said: &said, currency };
        let mut actual = Vec::new();
        facts(&event, source, &mut |fact| actual.push(format!("{fact:?}")));
        assert_eq!(actual.join("\n"), expected);
    }

    #[test]
    fn a_viewed_item_is_a_product() {
        check(
            "event=view_item",
            Source::DataLayer,
            r#"ProductSeen(Product { id: "mug-1", name: "Mug", category: "Kitchen", price: Some(Money { minor: 12900, currency: KRW }) })"#,
        );
    }

    #[test]
    fn every_line_added_is_a_fact_and_one_piece_unless_said() {
        check(
            "event=add_to_cart",
            Source::DataLayer,
            "Added(Line { product: \"mug-1\", quantity: 2, price: Some(Money { minor: 12900, currency: KRW }) })\n\
             Added(Line { product: \"bowl\", quantity: 1, price: None })",
        );
    }

    #[test]
    fn a_cart_without_value_is_worth_its_lines() {
        check(
            "event=view_cart",
            Source::DataLayer,
            "CartStands { items: 3, value: Money { minor: 25800, currency: KRW } }\n\
             CartHolds { lines: [\
             Line { product: \"mug-1\", quantity: 2, price: Some(Money { minor: 12900, currency: KRW }) }, \
             Line { product: \"bowl\", quantity: 1, price: None }] }",
        );
    }

    #[test]
    fn a_purchase_has_its_order_number() {
        check(
            "event=purchase",
            Source::DataLayer,
            "Purchased { order: \"A-17\", value: Money { minor: 25800, currency: KRW }, items: 3 }",
        );
    }

    #[test]
    fn a_search_tells_how_much_was_found_and_never_the_words() {
        check("event=view_search_results", Source::Call, "Searched { results: Some(0) }");
    }

    #[test]
    fn unknown_names_are_goals_only_when_the_shop_tells_us_itself() {
        check("event=gtm.scrollDepth", Source::DataLayer, "");
        check("event=newsletter", Source::Call, "Goal { name: \"newsletter\", value: None }");
        check("event=sign_up", Source::DataLayer, "Goal { name: \"sign_up\", value: None }");
    }

    #[test]
    fn amounts_are_rounded_to_the_smallest_unit() {
        let minor = |amount, code| minor(amount, Currency::parse(code).unwrap());
        assert_eq!(minor(19.99, "EUR"), Some(1_999));
        assert_eq!(minor(1.005, "EUR"), Some(101));
        assert_eq!(minor(0.1 + 0.2, "USD"), Some(30));
        assert_eq!(minor(-4.35, "USD"), Some(-435));
        assert_eq!(minor(12_900.0, "KRW"), Some(12_900));
        assert_eq!(minor(1.2345, "KWD"), Some(1_235));
        assert_eq!(minor(1e300, "KRW"), None);
        assert_eq!(minor(f64::NAN, "KRW"), None);
    }
}
