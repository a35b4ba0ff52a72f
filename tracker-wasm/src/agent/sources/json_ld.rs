//! schema.org `Product` in the page's JSON-LD: what a product page is about, without merchant code.

use beacon::item::Product;
use beacon::{Currency, Money};
use wasm_bindgen::JsValue;

use crate::agent::border::{get, linked, list, number, text};
use crate::agent::ga4::{money, product};

/// The product this page is about; none on a page that lists several.
pub(super) fn product_of_page() -> Option<Product> {
    let nodes = linked("Product ProductGroup");
    (nodes.length() == 1).then(|| read_product(&nodes.at(0)))?
}

fn read_product(node: &JsValue) -> Option<Product> {
    let mut id = text(node, "sku productID productGroupID mpn @id");
    if id.is_empty() {
        id = text(node, "name");
    }
    let price = || read_price(&list(node, "offers").at(0));
    (!id.is_empty()).then(|| product(node, id, price()))
}

/// Price of an `Offer`, or the lowest one of an `AggregateOffer`.
fn read_price(offer: &JsValue) -> Option<Money> {
    let details = list(offer, "priceSpecification").at(0);
    let is_plain = details.is_undefined() || !get(offer, "price").is_undefined();
    let offer = if is_plain { offer } else { &details };
    let currency = Currency::parse(&text(offer, "priceCurrency")).ok()?;
    money(number(offer, "price lowPrice")?, currency)
}
