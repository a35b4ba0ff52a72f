//! Every page of the shop, in both languages, over HTTP.
#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod common;

use std::collections::BTreeSet;

use common::{Browser, COLLECTOR, between};
use demo_shop::catalogue::{Category, products};

/// Every page that needs no cart.
fn paths() -> Vec<String> {
    let mut paths: Vec<String> =
        ["/", "/search", "/search?q=tea", "/search?q=bicycle", "/cart", "/login", "/help", "/lab"]
            .map(str::to_owned)
            .into();
    paths.extend(Category::ALL.map(|category| format!("/c/{}", category.id())));
    paths.extend(products().iter().map(|product| format!("/p/{}", product.id)));
    paths
}

fn with(path: &str, query: &str) -> String {
    format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' })
}

#[test]
fn every_page_answers_in_the_language_asked_for() {
    for path in paths() {
        let mut browser = Browser::new();
        let korean = browser.get(&with(&path, "lang=ko"));
        let english = browser.get(&with(&path, "lang=en"));
        assert_eq!((korean.status, english.status), (200, 200), "{path}");
        assert!(korean.text.contains("<html lang=\"ko\""), "{path}");
        assert!(english.text.contains("<html lang=\"en\""), "{path}");
        let rest = english.text.replace("한국어", "");
        assert!(
            !rest.chars().any(|letter| ('가'..='힣').contains(&letter)),
            "Korean left on {path}"
        );
        assert_eq!(browser.get(&path).headers["content-language"], "en", "the choice is kept");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut browser = Browser::new();
    browser.post("/cart/add", &[("product", "moon-jar")]);
    let (mut seen, mut open) = (BTreeSet::new(), vec!["/".to_owned(), "/checkout".to_owned()]);
    while let Some(path) = open.pop() {
        let path = path.split('#').next().unwrap().to_owned();
        if !path.starts_with('/') || !seen.insert(path.clone()) {
            continue;
        }
        let is_form_target =
            ["/cart/", "/consent", "/logout"].iter().any(|form| path.starts_with(form));
        if is_form_target {
            continue;
        }
        let page = browser.get(&path);
        assert_eq!(page.status, 200, "{path}");
        if page.headers["content-type"].starts_with("text/html") {
            open.extend(page.addresses());
        }
    }
    assert!(seen.len() > 90, "the crawler came through the whole shop: {}", seen.len());
    assert_eq!(browser.get("/p/no-such-thing").status, 404);
    assert_eq!(browser.get("/pictures/moon-jar-indigo.svg").status, 404);
}

#[test]
fn json_ld_states_the_price_that_the_page_shows() {
    for product in products() {
        let page = Browser::new().get(&format!("/p/{}?lang=en", product.id));
        let schema = page.schema().expect("a product page has JSON-LD");
        assert_eq!(schema["@type"], "Product");
        assert_eq!(schema["sku"], product.id);
        assert_eq!(schema["offers"]["price"], product.price.0.to_string());
        assert_eq!(schema["offers"]["priceCurrency"], "KRW");
        let stock = if product.stock == 0 { "OutOfStock" } else { "InStock" };
        assert_eq!(schema["offers"]["availability"], format!("https://schema.org/{stock}"));
        let shown = between(&page.text, "<span class=\"price\">", "</span>").unwrap();
        assert_eq!(shown.replace(['₩', ','], ""), product.price.0.to_string());
    }
}

#[test]
fn a_product_page_tells_of_its_view() {
    let event = Browser::new().get("/p/hanji-lamp?lang=en").event("view_item");
    let item = &event["ecommerce"]["items"][0];
    assert_eq!(event["ecommerce"]["currency"], "KRW");
    assert_eq!(event["ecommerce"]["value"], 98_000);
    assert_eq!(
        (&item["item_id"], &item["item_name"]),
        (&"hanji-lamp".into(), &"Hanji lamp".into())
    );
    assert_eq!((&item["item_category"], &item["price"]), (&"home".into(), &98_000.into()));
}

#[test]
fn search_tells_how_much_it_found_and_survives_markup() {
    let mut browser = Browser::new();
    for (words, found) in [("%EC%B0%BB%EC%9E%94", 1), ("tea", 8), ("bicycle", 0)] {
        let event = browser.get(&format!("/search?q={words}")).event("view_search_results");
        assert_eq!(event["search_results"], found, "{words}");
    }
    let page = browser.get("/search?q=%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert_eq!(
        page.event("view_search_results")["search_term"],
        "</script><script>alert(1)</script>"
    );
    assert!(!page.text.contains("<script>alert"));
}

#[test]
fn lists_are_sorted_and_filtered_as_asked() {
    let mut browser = Browser::new();
    let page = browser.get("/c/table?sort=price-up&stock=in");
    let items = page.event("view_item_list")["ecommerce"]["items"].clone();
    let prices: Vec<i64> =
        items.as_array().unwrap().iter().map(|it| it["price"].as_i64().unwrap()).collect();
    assert_eq!(prices, [26_000, 38_000, 42_000, 86_000, 180_000]);
}

#[test]
fn the_tag_is_the_only_trace_and_stands_as_often_as_asked() {
    let mut browser = Browser::new();
    let tag = format!("<script async src=\"{COLLECTOR}/n.js\" data-site=\"demo\"></script>");
    for (query, times) in [("", 1), ("?tag=twice", 2), ("", 2), ("?tag=off", 0), ("?reset", 1)] {
        let text = browser.get(&format!("/{query}")).text;
        assert_eq!(text.matches(&tag).count(), times, "{query}");
        assert!(!text.replace(&tag, "").to_lowercase().contains("nunchi"));
    }
}

#[test]
fn strict_policies_are_sent_while_their_switch_is_on() {
    let mut browser = Browser::new();
    assert!(!browser.get("/").headers.contains_key("content-security-policy"));
    let strict = browser.get("/?csp=strict").headers["content-security-policy"].clone();
    assert!(strict.contains(&format!("script-src 'self' {COLLECTOR};")), "{strict}");
    assert!(strict.contains(&format!("connect-src 'self' {COLLECTOR};")), "{strict}");
    assert!(strict.contains("style-src 'self';") && !strict.contains("unsafe"), "{strict}");
    assert_eq!(browser.get("/p/soban").headers["content-security-policy"], strict, "it is sticky");
    let wasm = browser.get("/?csp=wasm").headers["content-security-policy"].clone();
    assert!(wasm.contains("'wasm-unsafe-eval'"), "{wasm}");
    assert!(wasm.contains("require-trusted-types-for 'script'"), "{wasm}");
}

#[test]
fn no_page_needs_inline_code_or_leaves_the_back_forward_cache() {
    for path in paths() {
        let page = Browser::new().get(&path);
        assert!(!page.headers["cache-control"].contains("no-store"), "{path}");
        assert!(!page.text.contains(" style=\"") && !page.text.contains("<style"), "{path}");
        for script in page.text.split("<script").skip(1) {
            let opening = script.split('>').next().unwrap();
            assert!(
                opening.contains("src=") || opening.contains("json"),
                "inline script on {path}"
            );
        }
        for handler in [" onclick=", " onload=", " onsubmit=", "javascript:"] {
            assert!(!page.text.contains(handler), "{handler} on {path}");
        }
    }
}

#[test]
fn consent_is_asked_once_and_remembered() {
    let mut browser = Browser::new();
    assert!(!browser.get("/").text.contains("data-consent"));
    let page = browser.get("/?consent=ask");
    assert!(
        page.text.contains("data-consent=\"ask\"") && page.text.contains("action=\"/consent\"")
    );
    let page = browser.post("/consent", &[("choice", "statistics"), ("back", "/c/tea")]);
    assert_eq!(page.path, "/c/tea");
    assert!(
        page.text.contains("data-consent=\"statistics\"")
            && !page.text.contains("action=\"/consent\"")
    );
    let page = browser.post("/consent", &[("choice", "all"), ("back", "//evil.example/")]);
    assert_eq!(page.path, "/");
}
