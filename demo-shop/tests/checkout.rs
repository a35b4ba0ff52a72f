//! From the first product to the thank-you page, without JavaScript.
#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod common;

use common::Browser;

const ADDRESS: [(&str, &str); 5] = [
    ("name", "김하늘"),
    ("email", "sky@example.com"),
    ("phone", "010-0000-0000"),
    ("postcode", "03060"),
    ("address", "서울시 종로구"),
];

fn with_cart(lines: &[(&str, &str)]) -> Browser {
    let mut browser = Browser::new();
    for (product, quantity) in lines {
        browser.post("/cart/add", &[("product", product), ("quantity", quantity)]);
    }
    browser
}

#[test]
fn a_purchase_is_told_step_by_step_and_only_once() {
    let mut browser = Browser::new();
    let page =
        browser.post("/cart/add", &[("product", "tea-bowl"), ("colour", "ink"), ("quantity", "2")]);
    assert_eq!(
        (page.path.as_str(), page.event_names()),
        ("/cart", vec!["add_to_cart".into(), "view_cart".into()])
    );
    let added = page.event("add_to_cart");
    assert_eq!(
        (&added["ecommerce"]["value"], &added["ecommerce"]["items"][0]["quantity"]),
        (&84_000.into(), &2.into())
    );
    assert_eq!(browser.get("/cart").event_names(), ["view_cart"], "a reload adds nothing");

    browser.post("/cart/coupon", &[("coupon", "moon10")]);
    assert_eq!(browser.get("/checkout").event("begin_checkout")["ecommerce"]["value"], 75_600);
    let page = browser.post("/checkout", &ADDRESS);
    assert_eq!(
        (page.path.as_str(), page.event_names()),
        ("/checkout/payment", vec!["add_shipping_info".into()])
    );

    let page = browser.post("/checkout/payment", &[("method", "card"), ("card", "")]);
    assert_eq!(page.path, "/checkout/thanks");
    assert_eq!(page.event_names(), ["add_payment_info", "purchase"]);
    let purchase = &page.event("purchase")["ecommerce"];
    assert_eq!(
        (&purchase["value"], &purchase["shipping"], &purchase["coupon"]),
        (&75_600.into(), &0.into(), &"MOON10".into())
    );
    let number = purchase["transaction_id"].as_str().unwrap();
    assert!(page.text.contains(number));

    let again = browser.get("/checkout/thanks");
    assert!(again.text.contains(number) && again.events().is_empty(), "a reload buys nothing");
    assert!(browser.get("/cart").events().is_empty(), "the cart is empty");
}

#[test]
fn two_orders_never_share_a_number() {
    let number = || {
        let mut browser = with_cart(&[("brush-pen", "1")]);
        let page = browser.post("/checkout/payment", &[]);
        page.event("purchase")["ecommerce"]["transaction_id"].as_str().unwrap().to_owned()
    };
    assert_ne!(number(), number());
}

#[test]
fn taking_out_is_told_as_well() {
    let mut browser = with_cart(&[("brush-pen", "3")]);
    let page = browser.post("/cart/set", &[("line", "brush-pen.ink."), ("quantity", "1")]);
    let removed = page.event("remove_from_cart");
    assert_eq!(
        (&removed["ecommerce"]["value"], &removed["ecommerce"]["items"][0]["quantity"]),
        (&18_000.into(), &2.into())
    );
    let page = browser.post("/cart/set", &[("line", "brush-pen.ink."), ("quantity", "0")]);
    assert_eq!(page.event_names(), ["remove_from_cart"]);
}

#[test]
fn a_refused_coupon_says_why_and_takes_nothing_off() {
    let mut browser = with_cart(&[("brush-pen", "1")]);
    browser.get("/?lang=en");
    for (code, reason) in [
        ("MOON11", "no such coupon"),
        ("CHUSEOK", "expired"),
        ("", "type a coupon"),
        ("BYEOL5000", "₩40,000"),
    ] {
        let page = browser.post("/cart/coupon", &[("coupon", code)]);
        assert!(page.text.contains(reason), "{code}: {reason}");
        assert_eq!(page.event("view_cart")["ecommerce"]["value"], 9_000);
    }
}

#[test]
fn nothing_is_sold_that_is_not_there() {
    let mut browser = with_cart(&[("small-onggi", "1"), ("no-such-thing", "1")]);
    assert!(browser.get("/cart").events().is_empty());
    let page = browser.post("/cart/add", &[("product", "soban"), ("quantity", "9")]);
    assert_eq!(
        page.event("view_cart")["ecommerce"]["items"][0]["quantity"],
        2,
        "only two are left"
    );
}

#[test]
fn an_empty_cart_cannot_check_out_and_an_address_is_wanted() {
    let mut browser = Browser::new();
    assert_eq!(browser.get("/checkout").path, "/cart");
    assert_eq!(browser.post("/checkout/payment", &[]).path, "/cart");
    assert_eq!(browser.get("/checkout/thanks").path, "/");
    let mut browser = with_cart(&[("brush-pen", "1")]);
    assert_eq!(browser.post("/checkout", &ADDRESS[..4]).path, "/checkout");
}

#[test]
fn login_is_told_once_and_knows_its_important_customers() {
    let mut browser = Browser::new();
    let page = browser.post("/login", &[("email", "vip@example.com"), ("password", "x")]);
    assert_eq!(page.event("login")["vip"], true);
    assert!(browser.get("/login").events().is_empty());
    browser.post("/logout", &[]);
    let page = browser.post("/login", &[("email", "sky@example.com")]);
    assert_eq!(page.event("login")["vip"], false);
}
