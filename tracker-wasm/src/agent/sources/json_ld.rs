//! schema.org `Product` in the page's JSON-LD: what a product page is about, without merchant code.

use beacon::item::Product;
use beacon::{Currency, Money};
use js_sys::JSON;
use wasm_bindgen::JsValue;

use super::commerce::text;
use crate::agent::Agent;
use crate::agent::ga4::minor;
use crate::agent::read;

/// Scripts of a page and nodes of a script that are looked at.
const SCRIPTS_MAX: u32 = 8;
const NODES_MAX: u32 = 32;

impl Agent {
    /// The product this page is about; none on a page that lists several.
    pub(super) fn read_product(&self) -> Option<Product> {
        let selector = "script[type='application/ld+json']";
        let scripts = self.page.document.query_selector_all(selector).ok()?;
        let mut found = Vec::new();
        for index in 0..scripts.length().min(SCRIPTS_MAX) {
            let content = scripts.get(index)?.text_content().unwrap_or_default();
            // Broken JSON-LD is common; it says nothing.
            if let Ok(document) = JSON::parse(&content) {
                find_products(document, &mut found);
            }
        }
        let [product] = found.as_slice() else { return None };
        read_product(product)
    }
}

/// Products at the top, in a list, or in `@graph`.
fn find_products(document: JsValue, found: &mut Vec<JsValue>) {
    for node in read::list(document).iter().take(NODES_MAX as usize) {
        if let Some(graph) = read::get(&node, "@graph") {
            let nodes = read::list(graph);
            found.extend(nodes.iter().take(NODES_MAX as usize).filter(is_product));
        }
        if is_product(&node) {
            found.push(node);
        }
    }
}

fn is_product(node: &JsValue) -> bool {
    let kinds = read::get(node, "@type").map(read::list).unwrap_or_default();
    kinds.iter().any(|kind| matches!(kind.as_string().as_deref(), Some("Product" | "ProductGroup")))
}

fn read_product(node: &JsValue) -> Option<Product> {
    let id = text(node, &["sku", "productID", "productGroupID", "mpn", "@id"]);
    let name = text(node, &["name"]);
    if id.is_empty() && name.is_empty() {
        return None;
    }
    Some(Product {
        id: if id.is_empty() { name.clone() } else { id },
        name,
        category: text(node, &["category"]),
        price: read::get(node, "offers").and_then(|offers| read_price(&read::list(offers).get(0))),
    })
}

/// Price of an `Offer`, or the lowest one of an `AggregateOffer`.
fn read_price(offer: &JsValue) -> Option<Money> {
    let details = read::get(offer, "priceSpecification").map(|list| read::list(list).get(0));
    let offer = details.as_ref().filter(|_| read::get(offer, "price").is_none()).unwrap_or(offer);
    let currency = Currency::parse(&text(offer, &["priceCurrency"])).ok()?;
    let amount = read::number(&read::first(offer, &["price", "lowPrice"])?)?;
    Some(Money { minor: minor(amount, currency)?, currency })
}
