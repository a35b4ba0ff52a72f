//! What stands around every page: head, header, footer, banner, and the one tag.

use actix_web::HttpResponse;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use crate::catalogue::{Category, Choice, Product};
use crate::language::both;
use crate::switches::Tag;
use crate::visit::{Customer, Visit};

/// A page before its frame.
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) main: Markup,
    /// For `dataLayer`, in this order.
    pub(crate) events: Vec<Value>,
    /// schema.org JSON-LD.
    pub(crate) schema: Option<Value>,
}

/// The finished answer.
pub(crate) fn answer(visit: Visit, status: u16, page: &Page) -> HttpResponse {
    let html = whole(&visit, page).into_string();
    visit.page(status, html)
}

fn whole(visit: &Visit, page: &Page) -> Markup {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let consent = visit.switches.asks_consent.then_some(visit.consent.unwrap_or("ask"));
    html! {
        (DOCTYPE)
        html lang=(language.tag()) data-spa[visit.switches.spa] data-consent=[consent] {
            head {
                meta charset="utf-8";
                title { (page.title) " · " (t("온달", "Ondal")) }
                meta name="description" content=(page.description);
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbf9f5";
                meta name="theme-color" media="(prefers-color-scheme: dark)" content="#161512";
                link rel="icon" type="image/svg+xml" href="/favicon.svg";
                link rel="stylesheet" href="/shop.css";
                link rel="alternate" hreflang=(language.other().tag()) href=(in_other_language(visit));
                script src="/layer.js" {}
                (tag(visit))
                script defer src="/shop.js" {}
            }
            body {
                a.skip href="#main" { (t("본문으로", "Skip to content")) }
                (header(visit))
                main #main tabindex="-1" {
                    (page.main)
                    script #events type="application/json" { (block(&Value::from(page.events.clone()))) }
                    @if let Some(schema) = &page.schema {
                        script type="application/ld+json" { (block(schema)) }
                    }
                }
                (footer(visit))
                @if consent == Some("ask") { (banner(visit)) }
            }
        }
    }
}

/// The only trace of the collector in the shop.
fn tag(visit: &Visit) -> Markup {
    let times = match visit.switches.tag {
        Tag::Once => 1,
        Tag::Off => 0,
        Tag::Twice => 2,
    };
    let address = format!("{}/n.js", visit.settings.collector);
    html! {
        @for _ in 0..times { script async src=(address) data-site=(visit.settings.site) {} }
    }
}

fn header(visit: &Visit) -> Markup {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let pieces = visit.cart.pieces();
    html! {
        header.top {
            div.bar {
                a.brand href="/" { (moon()) span { (t("온달", "Ondal")) } }
                nav aria-label=(t("상품", "Shelves")) {
                    @for category in Category::ALL {
                        @let address = format!("/c/{}", category.id());
                        a href=(address) aria-current=[(visit.path == address).then_some("page")] {
                            (language.of(category.name()))
                        }
                    }
                }
                form.find role="search" action="/search" {
                    (icon("M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20"))
                    input type="search" name="q" value=(visit.asked("q")) autocomplete="off"
                        aria-label=(t("상품 찾기", "Search the shop")) placeholder=(t("찾기", "Search"));
                }
                div.tools {
                    a.search-link href="/search" aria-label=(t("찾기", "Search")) {
                        (icon("M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20"))
                    }
                    a.language href=(in_other_language(visit)) hreflang=(language.other().tag()) lang=(language.other().tag()) data-load {
                        (t("English", "한국어"))
                    }
                    a href="/login" aria-label=(t("내 계정", "Account")) {
                        (icon("M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20c.8-4 3.6-6 7.5-6s6.7 2 7.5 6"))
                        @if visit.customer == Some(Customer::Vip) { span.dot title="VIP" {} }
                    }
                    a.bag href="/cart" aria-label=(bag_label(visit)) {
                        (icon("M5 8h14l1 12H4zM8.5 8V7a3.5 3.5 0 0 1 7 0v1"))
                        span.count { @if pieces > 0 { (pieces) } }
                    }
                }
            }
        }
    }
}

fn bag_label(visit: &Visit) -> String {
    let pieces = visit.cart.pieces();
    visit.language.pick(format!("장바구니, {pieces}개"), format!("Cart, {pieces} items"))
}

fn footer(visit: &Visit) -> Markup {
    let t = |ko: &'static str, en: &'static str| visit.language.pick(ko, en);
    let trying = visit.switches.encode();
    html! {
        footer.end {
            div.columns {
                div {
                    p.brand { (moon()) span { (t("온달", "Ondal")) } }
                    p {
                        (t(
                            "온달은 꽉 찬 달입니다. 작은 공방 열일곱 곳의 물건을 모읍니다.",
                            "Ondal is the full moon. We gather the work of seventeen small workshops.",
                        ))
                    }
                }
                div {
                    h2 { (t("안내", "Service")) }
                    a href="/help#shipping" { (t("배송", "Shipping")) }
                    a href="/help#returns" { (t("교환과 반품", "Returns")) }
                    a href="/help#care" { (t("쓰고 돌보기", "Care")) }
                    a href="/help#contact" { (t("문의", "Contact")) }
                }
                div {
                    h2 { (t("둘러보기", "Shelves")) }
                    @for category in Category::ALL {
                        a href={ "/c/" (category.id()) } { (visit.language.of(category.name())) }
                    }
                }
                div {
                    h2 { (t("이 가게", "This shop")) }
                    a href="/login" { (t("로그인", "Log in")) }
                    a href="/cart" { (t("장바구니", "Cart")) }
                    a href="/lab" { (t("실험실", "Lab")) }
                }
            }
            p.small {
                (t("시연용 가게입니다. 실제로 팔거나 보내지 않습니다.", "A demonstration. Nothing is sold or sent."))
                @if !trying.is_empty() {
                    " " span.trying {
                        (t("실험 중: ", "Trying: "))
                        code { (trying) }
                        " " a href="/lab?reset" data-load { (t("끄기", "reset")) }
                    }
                }
            }
        }
    }
}

fn banner(visit: &Visit) -> Markup {
    let t = |ko: &'static str, en: &'static str| visit.language.pick(ko, en);
    html! {
        section.banner aria-label=(t("쿠키 동의", "Cookie consent")) {
            form method="post" action="/consent" data-consent-form {
                p {
                    b { (t("쿠키를 써도 될까요?", "May we use cookies?")) } " "
                    (t("가게를 고치는 데 쓰는 통계와, 맞춤 안내에 쓰는 쿠키입니다. 거절해도 모든 것을 살 수 있습니다.",
                        "Some count visits so that we can mend the shop, others make offers that fit. Refuse, and you can still buy everything."))
                }
                input type="hidden" name="back" value=(visit.path);
                div.choices {
                    button.quiet name="choice" value="refuse" { (t("거절", "Refuse")) }
                    button.quiet name="choice" value="statistics" { (t("통계만", "Only statistics")) }
                    button name="choice" value="all" { (t("모두 허용", "Accept all")) }
                }
            }
        }
    }
}

/// A product in a grid.
pub(crate) fn card(visit: &Visit, product: &'static Product) -> Markup {
    let language = visit.language;
    let choice = Choice::new(product, None, None);
    html! {
        li.card {
            a href={ "/p/" (product.id) } {
                span.picture { img src=(choice.picture()) alt="" width="400" height="400" loading="lazy"; }
                span.name { (language.of(product.name)) }
                span.line { (language.of(product.line)) }
                (price(visit, product))
            }
        }
    }
}

/// Price, what it was before, and whether there is any left.
pub(crate) fn price(visit: &Visit, product: &Product) -> Markup {
    let language = visit.language;
    html! {
        span.cost {
            span.price { (product.price.display(language)) }
            @if let Some(was) = product.was { " " s { (was.display(language)) } }
            @if product.stock == 0 { " " span.note { (language.of(both("품절", "Sold out"))) } }
        }
    }
}

fn in_other_language(visit: &Visit) -> String {
    let other = visit.language.other().tag();
    // Only the search words stay: switches are sticky already, and must not be switched back.
    match visit.asked("q") {
        "" => format!("{}?lang={other}", visit.path),
        words => format!("{}?lang={other}&q={}", visit.path, encoded(words)),
    }
}

/// Percent-encodes a query value.
pub(super) fn encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes()
        .map(
            |byte| {
                if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

/// JSON that cannot end its own script element.
fn block(value: &Value) -> PreEscaped<String> {
    PreEscaped(value.to_string().replace('<', "\\u003c"))
}

fn moon() -> Markup {
    html! {
        svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" {
            circle cx="12" cy="12" r="10.5" fill="none" stroke="currentColor" stroke-width="1.5" {}
            circle cx="13.5" cy="11" r="6.5" fill="currentColor" {}
        }
    }
}

fn icon(d: &str) -> Markup {
    html! {
        svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" {
            path d=(d) fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}
