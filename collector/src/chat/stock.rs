//! Whether a product can be had, from what the shop told of it (`POST /api/facts`). What it did not tell,
//! or a while ago, is not known: the bot says so, and never guesses.

use beacon::Millis;
use nunchi_api::facts::{
    PRODUCT_ID_BYTES_MAX, PRODUCT_NAME_CHARS_MAX, PRODUCTS_MAX, Product, Stock,
};

use super::Chat;
use super::bot::{self, Saying};
use super::knowledge::Language;
use crate::error::{ApiError, internal};
use crate::requests;

/// Where the visitor is: what "it" means.
pub(super) struct Here<'a> {
    /// Path of the page.
    pub(super) path: &'a str,
    /// Name or id of the product in view, as far as the floor knows, or empty.
    pub(super) product: &'a str,
}

impl Chat {
    /// What the bot says of what there is; `None` where nobody asks for it, or the shop never tells.
    pub(super) async fn say_stock(
        &self,
        site: i64,
        (text, language): (&str, Language),
        here: Here<'_>,
    ) -> Result<Option<Saying>, ApiError> {
        if !is_asked(text) {
            return Ok(None);
        }
        let (store, since) = (self.store.clone(), Millis(self.clock.now().since(Millis(TOLD_MS))));
        let read = move || store.products(site, since);
        let products = requests::block(read).await.map_err(|error| internal(&error))??;
        if products.is_empty() {
            return Ok(None);
        }
        Ok(Some(match meant(&products, text, &here) {
            Some(product) => said(product, language),
            None => bot::leaves(unknown(language).into(), language),
        }))
    }
}

/// Whether a text asks what there is of something.
fn is_asked(text: &str) -> bool {
    let text = text.to_lowercase();
    let has = |all: &[&str]| all.iter().any(|it| text.contains(it));
    let is_korean = has(&["재고", "품절", "매진", "재입고", "입고"])
        || has(&["남았", "남아", "남은"]) && has(&["몇", "수량", "개"]);
    let counts = has(&["how many", "any "]) && has(&[" left", "available"]);
    is_korean || counts || has(&["in stock", "out of stock", "sold out", "still available"])
}

/// The product that a text names, the longest name first; else the one that the visitor looks at.
fn meant<'a>(products: &'a [Product], text: &str, here: &Here<'_>) -> Option<&'a Product> {
    let text = plain(text);
    let is_named = |it: &&Product| {
        let (id, name) = (plain(&it.id), plain(&it.name));
        [id, name].iter().any(|it| it.chars().count() >= NAMED_CHARS_MIN && text.contains(&**it))
    };
    let named = products.iter().filter(is_named).max_by_key(|it| it.name.chars().count());
    let is_here = |it: &&Product| {
        let is_path = !it.path.is_empty() && it.path == here.path;
        is_path
            || !here.product.is_empty() && [&it.id, &it.name].contains(&&here.product.to_owned())
    };
    named.or_else(|| products.iter().find(is_here))
}

/// Letters and digits alone, small: however it is spaced.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn said(product: &Product, language: Language) -> Saying {
    let name = &product.name;
    let text = match (language, product.stock) {
        (Language::Ko, Stock::In { left: Some(left) }) => {
            format!("{name}: 재고가 {left}개 있어요.")
        }
        (Language::Ko, Stock::In { left: None }) => format!("{name}: 재고가 있어요."),
        (Language::Ko, Stock::Out) => format!("{name}: 지금은 품절이에요."),
        (Language::Ko, Stock::Preorder) => format!("{name}: 예약 주문을 받고 있어요."),
        (Language::En, Stock::In { left: Some(left) }) => format!("{name}: in stock, {left} left."),
        (Language::En, Stock::In { left: None }) => format!("{name}: in stock."),
        (Language::En, Stock::Out) => format!("{name}: sold out at the moment."),
        (Language::En, Stock::Preorder) => format!("{name}: can be ordered ahead."),
    };
    let (links, suggestions) = (Vec::new(), Vec::new());
    Saying { text, links, suggestions, is_answered: true, wants_person: false }
}

fn unknown(language: Language) -> &'static str {
    match language {
        Language::Ko => {
            "그 상품의 재고는 제가 알 수 없어요. 상품 이름을 그대로 적어 주시거나, 직원에게 질문을 남겨 주세요."
        }
        Language::En => {
            "I do not know what there is of that. Write the product's name as the shop has it, or leave \
             your question for a person."
        }
    }
}

/// What is wrong with them, if something is.
pub(super) fn check(products: &[Product]) -> Result<(), String> {
    if products.len() > PRODUCTS_MAX {
        return Err(format!("at most {PRODUCTS_MAX} products at once, not {}", products.len()));
    }
    for Product { id, name, path, .. } in products {
        let is_text = |it: &str| !it.trim().is_empty() && !it.chars().any(char::is_control);
        if !is_text(id) || id.len() > PRODUCT_ID_BYTES_MAX {
            return Err(format!("`id` of a product has 1 to {PRODUCT_ID_BYTES_MAX} bytes"));
        }
        if !is_text(name) || name.chars().count() > PRODUCT_NAME_CHARS_MAX {
            return Err(format!(
                "product `{id}`: `name` has 1 to {PRODUCT_NAME_CHARS_MAX} characters"
            ));
        }
        if !(path.is_empty() || path.starts_with('/')) || path.len() > PATH_BYTES_MAX {
            return Err(format!(
                "product `{id}`: `path` begins with / and has at most {PATH_BYTES_MAX} bytes"
            ));
        }
    }
    Ok(())
}

/// What was told longer ago is not known any more, milliseconds: a shop whose stock matters tells at each
/// change, and of all of it once a day.
const TOLD_MS: u64 = 2 * 86_400_000;

/// A name, or an id, of fewer letters and digits stands in too many words.
const NAMED_CHARS_MIN: usize = 3;

/// Longest path of a product's page.
const PATH_BYTES_MAX: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_what_there_is_is_understood_and_others_are_left_alone() {
        for asks in [
            "Is it in stock?",
            "How many are left?",
            "is this sold out",
            "Are there any left?",
            "재고 있나요?",
            "몇 개 남았어요?",
            "이거 품절인가요",
            "언제 재입고 되나요?",
        ] {
            assert!(is_asked(asks), "{asks}");
        }
        for other in [
            "How long is delivery?",
            "I left my bag",
            "포인트가 남았어요?",
            "Where is my order?",
            "How many days do I have to return it?",
            "배송비가 얼마예요?",
        ] {
            assert!(!is_asked(other), "{other}");
        }
    }

    #[test]
    fn a_name_counts_before_the_page_and_the_longer_name_before_the_shorter() {
        let product = |id: &str, name: &str| Product {
            id: id.into(),
            name: name.into(),
            path: format!("/p/{id}"),
            stock: Stock::Out,
        };
        let all = [
            product("tea-1", "Green Tea"),
            product("tea-2", "Green Tea Deluxe"),
            product("x", "X"),
        ];
        let check = |text: &str, path: &str, seen: &str, expected: Option<&str>| {
            let found = meant(&all, text, &Here { path, product: seen });
            assert_eq!(found.map(|it| it.id.as_str()), expected, "{text} at {path}");
        };
        check("Is the green-tea deluxe in stock?", "/p/x", "", Some("tea-2"));
        check("Is green tea in stock?", "/", "", Some("tea-1"));
        check("tea-2 재고 있나요?", "/", "", Some("tea-2"));
        check("Is it in stock?", "/p/x", "", Some("x"));
        check("Is it in stock?", "/", "Green Tea", Some("tea-1"));
        check("Is it in stock?", "/", "", None);
    }

    #[test]
    fn what_is_no_product_is_refused() {
        let fit = Product { id: "a".into(), name: "A".into(), ..Product::default() };
        assert_eq!(check(std::slice::from_ref(&fit)), Ok(()));
        for wrong in [
            Product { id: " ".into(), ..fit.clone() },
            Product { id: "x".repeat(PRODUCT_ID_BYTES_MAX + 1), ..fit.clone() },
            Product { name: String::new(), ..fit.clone() },
            Product { path: "https://shop.example/a".into(), ..fit.clone() },
        ] {
            assert!(check(std::slice::from_ref(&wrong)).is_err(), "{wrong:?}");
        }
        assert!(check(&vec![fit; PRODUCTS_MAX + 1]).is_err());
    }
}
