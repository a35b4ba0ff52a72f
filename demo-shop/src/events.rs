//! What the shop tells its analytics: GA4 ecommerce events, as `dataLayer` takes them.
//!
//! Pages carry them as a JSON block that `shop.js` reads, because a strict Content-Security-Policy
//! allows no inline script.

use serde_json::{Value, json};

use crate::cart::{Cart, Line};
use crate::catalogue::{Choice, Product};
use crate::language::Language;
use crate::money::{CURRENCY, Won};

/// `view_item_list`.
pub(crate) fn list<'a>(
    language: Language,
    name: &str,
    products: impl IntoIterator<Item = &'a &'static Product>,
) -> Value {
    let items = products.into_iter().map(|product| Choice::new(product, None, None));
    let items: Vec<Value> = items.map(|choice| item(language, &choice, 1)).collect();
    json!({"event": "view_item_list", "ecommerce": {"item_list_name": name, "items": items}})
}

/// `view_item`.
pub(crate) fn product(language: Language, choice: &Choice) -> Value {
    ecommerce("view_item", choice.price(), &[item(language, choice, 1)])
}

/// `add_to_cart`, or `remove_from_cart` when pieces were taken out.
pub(crate) fn changed(language: Language, choice: &Choice, pieces: i64) -> Value {
    let name = if pieces < 0 { "remove_from_cart" } else { "add_to_cart" };
    let pieces = u32::try_from(pieces.unsigned_abs()).unwrap_or(u32::MAX);
    ecommerce(name, choice.price() * pieces, &[item(language, choice, pieces)])
}

/// `view_cart`, `begin_checkout`, `add_shipping_info`, `add_payment_info`: the cart as it stands.
pub(crate) fn cart(language: Language, name: &str, cart: &Cart) -> Value {
    let mut event = ecommerce(name, cart.total().value(), &items(language, cart.lines()));
    match name {
        "add_shipping_info" => event["ecommerce"]["shipping_tier"] = json!("standard"),
        "view_cart" => event["ecommerce"]["shipping"] = json!(cart.total().shipping.0),
        _ => {}
    }
    event
}

/// `purchase`.
pub(crate) fn purchase(language: Language, number: &str, cart: &Cart) -> Value {
    let total = cart.total();
    let mut event = ecommerce("purchase", total.value(), &items(language, cart.lines()));
    event["ecommerce"]["transaction_id"] = json!(number);
    event["ecommerce"]["shipping"] = json!(total.shipping.0);
    // Korean prices hold 10 % value added tax.
    event["ecommerce"]["tax"] = json!(total.value().0 / 11);
    if let Some(coupon) = cart.coupon {
        event["ecommerce"]["coupon"] = json!(coupon.code());
    }
    event
}

/// `view_search_results`, with the number of hits beside the words.
pub(crate) fn search(words: &str, results: usize) -> Value {
    json!({"event": "view_search_results", "search_term": words, "search_results": results})
}

/// `login`.
pub(crate) fn login(is_vip: bool) -> Value {
    json!({"event": "login", "method": "password", "vip": is_vip})
}

fn ecommerce(name: &str, value: Won, items: &[Value]) -> Value {
    json!({"event": name, "ecommerce": {"currency": CURRENCY, "value": value.0, "items": items}})
}

fn items(language: Language, lines: &[Line]) -> Vec<Value> {
    lines.iter().map(|line| item(language, &line.choice, line.quantity)).collect()
}

fn item(language: Language, choice: &Choice, quantity: u32) -> Value {
    json!({
        "item_id": choice.product.id,
        "item_name": language.of(choice.product.name),
        "item_category": choice.product.category.id(),
        "item_variant": choice.variant(language),
        "item_brand": "Ondal",
        "price": choice.price().0,
        "quantity": quantity,
    })
}
