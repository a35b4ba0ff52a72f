//! The cart, and the forms that change it. All of it works without JavaScript.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde_json::Value;

use super::frame::{self, Page};
use crate::cart::{Cart, Coupon, CouponError, FREE_SHIPPING_FROM, Line, QUANTITY_MAX};
use crate::catalogue::{self, Choice};
use crate::events;
use crate::visit::{News, Visit};

type Form = web::Form<BTreeMap<String, String>>;

pub(crate) async fn cart(visit: Visit) -> HttpResponse {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let main = html! {
        div.heading { h1 { (t("장바구니", "Cart")) } (notice(&visit)) }
        @if visit.cart.is_empty() {
            div.empty {
                p { (t("아직 비어 있습니다.", "Still empty.")) }
                p { a.button href="/" { (t("둘러보기", "Look around")) } }
            }
        } @else {
            div.till {
                ul.lines { @for line in visit.cart.lines() { (row(&visit, line)) } }
                div.sum {
                    (sum(&visit, &visit.cart))
                    (coupon(&visit))
                    a.button.wide href="/checkout" { (t("주문하기", "Check out")) }
                    p.hint { (t("카드, 계좌이체, 간편결제", "Card, bank transfer, mobile pay")) }
                }
            }
        }
    };
    let mut events = changes(&visit);
    if !visit.cart.is_empty() {
        events.push(events::cart(language, "view_cart", &visit.cart));
    }
    let title = t("장바구니", "Cart").into();
    let description = t("담은 것과 합계", "What you chose, and its total").into();
    frame::answer(visit, 200, &Page { title, description, main, events, schema: None })
}

pub(crate) async fn add(visit: Visit, form: Form) -> HttpResponse {
    let field = |name: &str| form.get(name).map(String::as_str);
    let Some(product) = field("product").and_then(catalogue::find) else {
        return visit.redirect("/cart");
    };
    let choice = Choice::new(product, field("colour"), field("size"));
    let pieces: u32 = field("quantity").and_then(|text| text.parse().ok()).unwrap_or(1);
    let pieces = visit.cart.quantity(&choice) + pieces.clamp(1, QUANTITY_MAX);
    change(visit, choice, pieces)
}

pub(crate) async fn set(visit: Visit, form: Form) -> HttpResponse {
    let choice = form.get("line").and_then(|id| Choice::parse(id));
    let pieces = form.get("quantity").and_then(|text| text.parse().ok());
    if let Some((choice, pieces)) = choice.zip(pieces) {
        return change(visit, choice, pieces);
    }
    visit.redirect("/cart")
}

pub(crate) async fn apply_coupon(mut visit: Visit, form: Form) -> HttpResponse {
    let code = form.get("coupon").map_or("", String::as_str);
    let goods = visit.cart.total().goods;
    let taken = Coupon::parse(code).and_then(|coupon| coupon.discount(goods).map(|_| coupon));
    match taken {
        Ok(coupon) => visit.cart.coupon = Some(coupon),
        Err(error) => {
            visit.cart.coupon = None;
            visit.tell(&News::CouponRefused(reason(error).into()));
        }
    }
    visit.keep_cart();
    visit.redirect("/cart")
}

fn change(mut visit: Visit, choice: Choice, pieces: u32) -> HttpResponse {
    let changed = visit.cart.set(choice, pieces);
    if changed != 0 {
        visit.tell(&News::Changed { choice: choice.id(), pieces: changed });
    }
    visit.keep_cart();
    visit.redirect("/cart")
}

/// What the request before did to the cart, as events.
fn changes(visit: &Visit) -> Vec<Value> {
    let told = visit.news.iter().filter_map(|news| match news {
        News::Changed { choice, pieces } => {
            Some(events::changed(visit.language, &Choice::parse(choice)?, *pieces))
        }
        News::CouponRefused(_) | News::LoggedIn | News::AddressGiven | News::Ordered { .. } => None,
    });
    told.collect()
}

fn notice(visit: &Visit) -> Markup {
    let added = visit.news.iter().find_map(|news| match news {
        News::Changed { choice, pieces } if *pieces > 0 => Choice::parse(choice),
        _ => None,
    });
    html! {
        p role="status" {
            @if let Some(choice) = added {
                @let name = visit.language.of(choice.product.name);
                (visit.language.pick(format!("{name}, 담았습니다."), format!("{name} is in your cart.")))
            }
        }
    }
}

fn row(visit: &Visit, line: &Line) -> Markup {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let Line { choice, quantity } = *line;
    let name = language.of(choice.product.name);
    let most = choice.product.stock.min(QUANTITY_MAX);
    html! {
        li {
            a.picture href={ "/p/" (choice.product.id) } {
                img src=(choice.picture()) alt=(name) width="400" height="400";
            }
            div {
                a.name href={ "/p/" (choice.product.id) } { (name) }
                p.line { (choice.variant(language)) }
                form.stepper method="post" action="/cart/set" data-inline {
                    input type="hidden" name="line" value=(choice.id());
                    button name="quantity" value=(quantity - 1) data-key={ "less " (choice.id()) } aria-label={ (name) ", " (t("하나 빼기", "one less")) } {
                        "−"
                    }
                    output aria-label=(t("수량", "Quantity")) { (quantity) }
                    button name="quantity" value=(quantity + 1) disabled[quantity >= most] data-key={ "more " (choice.id()) } aria-label={ (name) ", " (t("하나 더", "one more")) } {
                        "+"
                    }
                    button.remove name="quantity" value="0" aria-label={ (name) ", " (t("빼기", "remove")) } {
                        (t("빼기", "Remove"))
                    }
                }
            }
            p.price { (line.value().display(language)) }
        }
    }
}

/// The sum, part by part; also beside the checkout.
pub(crate) fn sum(visit: &Visit, cart: &Cart) -> Markup {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let total = cart.total();
    html! {
        dl.totals {
            dt { (t("상품", "Goods")) } dd.price { (total.goods.display(language)) }
            @if total.discount.0 > 0 {
                dt { (t("쿠폰", "Coupon")) } dd.discount { "−" (total.discount.display(language)) }
            }
            dt.shipping { (t("배송비", "Shipping")) }
            dd.shipping {
                @if total.shipping.0 == 0 { (t("무료", "Free")) } @else { (total.shipping.display(language)) }
            }
            dt.total { (t("합계", "Total")) } dd.total { (total.to_pay().display(language)) }
        }
        @if total.until_free.0 > 0 {
            p.until-free {
                @let lacking = total.until_free.display(language);
                (language.pick(format!("{lacking} 더 담으면 무료 배송"), format!("{lacking} more for free shipping")))
                progress max=(FREE_SHIPPING_FROM.0) value=(total.value().0) aria-hidden="true" {}
            }
        }
    }
}

fn coupon(visit: &Visit) -> Markup {
    let t = |ko: &'static str, en: &'static str| visit.language.pick(ko, en);
    let taken = visit.cart.coupon.map_or("", Coupon::code);
    let refusal = visit.news.iter().find_map(|news| match news {
        News::CouponRefused(reason) => error(reason),
        _ => None,
    });
    html! {
        form.coupon method="post" action="/cart/coupon" data-inline {
            label.field { span { (t("쿠폰 코드", "Coupon code")) }
                span.together {
                    input name="coupon" value=(taken) maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false"
                        aria-invalid=[refusal.map(|_| "true")] aria-describedby="coupon-note";
                    button.quiet data-key="coupon" { (t("적용", "Apply")) }
                }
            }
            p #coupon-note .note.few[refusal.is_some()] role="status" {
                @if let Some(refusal) = refusal { (visit.language.of(refusal.message())) }
                @else if !taken.is_empty() { (t("쿠폰이 적용되었습니다.", "The coupon holds.")) }
            }
        }
    }
}

const REASONS: [(CouponError, &str); 4] = [
    (CouponError::Empty, "empty"),
    (CouponError::Unknown, "unknown"),
    (CouponError::Expired, "expired"),
    (CouponError::TooLittle, "too-little"),
];

fn reason(error: CouponError) -> &'static str {
    REASONS.iter().find(|(known, _)| *known == error).map_or("unknown", |(_, reason)| reason)
}

fn error(reason: &str) -> Option<CouponError> {
    REASONS.iter().find(|(_, known)| *known == reason).map(|(error, _)| *error)
}
