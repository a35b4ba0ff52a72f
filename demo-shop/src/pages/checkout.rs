//! Address → payment → thanks. Nothing typed here is kept: a demo has no use for an address.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::{HttpResponse, web};
use maud::{Markup, html};

use super::cart::sum;
use super::frame::{self, Page};
use crate::events;
use crate::language::{Both, both};
use crate::visit::{News, Visit};

type Form = web::Form<BTreeMap<String, String>>;

pub(crate) async fn address(visit: Visit) -> HttpResponse {
    if visit.cart.is_empty() {
        return visit.redirect("/cart");
    }
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let field = |name: &str, label: &str, kind: &str, autocomplete: &str| {
        html! {
            label.field {
                span { (label) }
                input name=(name) type=(kind) autocomplete=(autocomplete) required maxlength="80";
            }
        }
    };
    let main = html! {
        (steps(&visit, 0))
        div.till {
            form.paper method="post" action="/checkout" {
                h2 { (t("받는 분", "Who receives it")) }
                (field("name", t("이름", "Name"), "text", "name"))
                (field("email", t("전자우편", "E-mail"), "email", "email"))
                (field("phone", t("전화", "Telephone"), "tel", "tel"))
                h2 { (t("보낼 곳", "Where it goes")) }
                (field("postcode", t("우편번호", "Postcode"), "text", "postal-code"))
                (field("address", t("주소", "Address"), "text", "street-address"))
                label.field { span { (t("전할 말 (선택)", "Note (optional)")) } input name="note" maxlength="80"; }
                div.row {
                    a.more href="/cart" { (t("장바구니로", "Back to the cart")) }
                    button { (t("결제로", "On to payment")) }
                }
            }
            aside.sum { (lines(&visit)) (sum(&visit, &visit.cart)) }
        }
    };
    let events = vec![events::cart(language, "begin_checkout", &visit.cart)];
    let title = t("주문하기", "Checkout").into();
    let description = t("받는 분과 보낼 곳", "Who receives it, and where").into();
    frame::answer(visit, 200, &Page { title, description, main, events, schema: None })
}

pub(crate) async fn give_address(mut visit: Visit, form: Form) -> HttpResponse {
    let is_given = |name: &&str| form.get(*name).is_some_and(|text| !text.trim().is_empty());
    if !["name", "email", "phone", "postcode", "address"].iter().all(is_given) {
        return visit.redirect("/checkout");
    }
    visit.tell(&News::AddressGiven);
    visit.redirect("/checkout/payment")
}

const METHODS: [(&str, Both); 3] = [
    ("card", both("신용·체크카드", "Card")),
    ("transfer", both("계좌이체", "Bank transfer")),
    ("mobile", both("간편결제", "Mobile pay")),
];

pub(crate) async fn payment(visit: Visit) -> HttpResponse {
    if visit.cart.is_empty() {
        return visit.redirect("/cart");
    }
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let to_pay = visit.cart.total().to_pay().display(language);
    let main = html! {
        (steps(&visit, 1))
        div.till {
            form.paper method="post" action="/checkout/payment" {
                fieldset.methods {
                    legend { (t("결제 방법", "How to pay")) }
                    @for (id, name) in METHODS {
                        label.check {
                            input type="radio" name="method" value=(id) checked[id == "card"];
                            (language.of(name))
                        }
                    }
                }
                label.field {
                    span { (t("카드 번호", "Card number")) }
                    input name="card" inputmode="numeric" autocomplete="off" placeholder="0000 0000 0000 0000" maxlength="19";
                }
                p.hint {
                    (t(
                        "시연이므로 아무 숫자나 좋고, 비워도 됩니다. 보관하지 않습니다.",
                        "A demonstration: any digits will do, or none. They are not kept.",
                    ))
                }
                div.row {
                    a.more href="/checkout" { (t("주소로", "Back to the address")) }
                    button { (language.pick(format!("{to_pay} 결제하기"), format!("Pay {to_pay}"))) }
                }
            }
            aside.sum { (lines(&visit)) (sum(&visit, &visit.cart)) }
        }
    };
    let mut events = Vec::new();
    if visit.news.contains(&News::AddressGiven) {
        events.push(events::cart(language, "add_shipping_info", &visit.cart));
    }
    let title = t("결제", "Payment").into();
    let description = t("결제 방법", "How to pay").into();
    frame::answer(visit, 200, &Page { title, description, main, events, schema: None })
}

pub(crate) async fn pay(mut visit: Visit, form: Form) -> HttpResponse {
    if visit.cart.is_empty() {
        return visit.redirect("/cart");
    }
    let method = form.get("method").map_or("", String::as_str);
    let (method, _) = METHODS.into_iter().find(|(id, _)| *id == method).unwrap_or(METHODS[0]);
    visit.keep_order(&order_number());
    visit.tell(&News::Ordered { method: method.into() });
    visit.redirect("/checkout/thanks")
}

pub(crate) async fn thanks(visit: Visit) -> HttpResponse {
    let Some((number, order)) = visit.order.clone() else { return visit.redirect("/") };
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let main = html! {
        div.thanks {
            p.kicker { (t("주문 번호", "Order")) " " span.order { (number) } }
            h1 { (t("고맙습니다", "Thank you")) }
            p {
                (t(
                    "공방에 알렸습니다. 이틀 안에 닿도록 천으로 싸서 보냅니다.",
                    "The workshop knows. Wrapped in cloth, it will be with you in two days.",
                ))
            }
            ul.bought {
                @for line in order.lines() {
                    li {
                        img src=(line.choice.picture()) alt=(language.of(line.choice.product.name)) width="400" height="400";
                    }
                }
            }
            div.sum { (sum(&visit, &order)) }
            p { a.button href="/" { (t("더 둘러보기", "Look around some more")) } }
        }
    };
    // Told once: a reload shows the page again, but nothing was bought again.
    let is_new = visit.news.iter().any(|news| matches!(news, News::Ordered { .. }));
    let mut events = Vec::new();
    if is_new {
        events.push(events::cart(language, "add_payment_info", &order));
        events.push(events::purchase(language, &number, &order));
    }
    let title = t("고맙습니다", "Thank you").into();
    let description = t("주문이 끝났습니다", "The order is placed").into();
    frame::answer(visit, 200, &Page { title, description, main, events, schema: None })
}

fn steps(visit: &Visit, now: usize) -> Markup {
    let steps = visit.language.pick(["주소", "결제", "끝"], ["Address", "Payment", "Done"]);
    html! {
        div.heading {
            h1 { (visit.language.pick("주문하기", "Checkout")) }
            ol.steps {
                @for (index, step) in steps.iter().enumerate() {
                    li aria-current=[(index == now).then_some("step")] { (step) }
                }
            }
        }
    }
}

fn lines(visit: &Visit) -> Markup {
    let language = visit.language;
    html! {
        ul.brief {
            @for line in visit.cart.lines() {
                li {
                    img src=(line.choice.picture()) alt="" width="400" height="400";
                    span { (language.of(line.choice.product.name)) " × " (line.quantity) }
                    span.price { (line.value().display(language)) }
                }
            }
        }
    }
}

/// Unique across restarts: the second of the day's clock, and a counter for orders within it.
fn order_number() -> String {
    static ORDERS: AtomicU32 = AtomicU32::new(0);
    let count = ORDERS.fetch_add(1, Ordering::Relaxed) % 1_000;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    format!("OD-{seconds}-{count:03}")
}
