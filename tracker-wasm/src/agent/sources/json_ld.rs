//! schema.org `Product` in the page's JSON-LD: what a product page is about, without merchant code.

use beacon::Currency;
use beacon::item::Product;

use crate::agent::border::{marked_product, number, text};
use crate::agent::ga4::{money, product};

/// The product this page is about; none on a page that lists several.
pub(super) fn product_of_page() -> Option<Product> {
    let said = marked_product();
    let id = text(&said, "item_id");
    let currency = || Currency::parse(&text(&said, "currency")).ok();
    let price = || money(number(&said, "price")?, currency()?);
    (!id.is_empty()).then(|| product(&said, id, price()))
}
