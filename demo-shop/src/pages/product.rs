//! One product.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::frame::{self, Page};
use super::texts;
use crate::cart::QUANTITY_MAX;
use crate::catalogue::{self, Choice, Colour, Product};
use crate::drawing;
use crate::events;
use crate::money::CURRENCY;
use crate::visit::Visit;

pub(crate) async fn product(visit: Visit, id: web::Path<String>) -> HttpResponse {
    let Some(product) = catalogue::find(&id) else { return texts::missing(visit).await };
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let choice = Choice::new(product, visit.query.get("colour").map(String::as_str), None);
    let related = product.category.products().filter(|other| other.id != product.id).take(4);
    let category = product.category;
    let main = html! {
        nav.crumbs aria-label=(t("위치", "You are here")) {
            a href="/" { (t("처음", "Home")) } span aria-hidden="true" { "/" }
            a href={ "/c/" (category.id()) } { (language.of(category.name())) }
        }
        article.product {
            div.figure {
                img #picture src=(choice.picture()) alt=(language.of(product.name)) width="400" height="400";
            }
            div.facts {
                h1 { (language.of(product.name)) }
                p.line { (language.of(product.line)) }
                p.cost data-price-of=(product.id) {
                    span.price { (choice.price().display(language)) }
                    @if let Some(was) = product.was { " " s { (was.display(language)) } }
                }
                (form(&visit, &choice))
                p.story { (language.of(product.story)) }
                dl.details {
                    dt { (t("재료와 크기", "Material and size")) } dd { (language.of(product.details)) }
                    dt { (t("배송", "Shipping")) }
                    dd.shipping {
                        (t("3,000원, 5만 원부터 무료. 이틀이면 닿습니다.", "₩3,000, free from ₩50,000. It takes two days."))
                    }
                    dt { (t("반품", "Returns")) }
                    dd { a href="/help#returns" { (t("받은 날부터 서른 날", "Thirty days from arrival")) } }
                }
            }
        }
        section {
            div.title { h2 { (t("곁에 두기 좋은 것", "Goes well with")) } }
            ul.grid { @for other in related { (frame::card(&visit, other)) } }
        }
    };
    let page = Page {
        title: language.of(product.name).into(),
        description: language.of(product.line).into(),
        main,
        events: vec![events::product(language, &choice)],
        schema: Some(schema(&visit, &choice)),
    };
    frame::answer(visit, 200, &page)
}

fn form(visit: &Visit, choice: &Choice) -> Markup {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let Choice { product, colour, .. } = *choice;
    let most = product.stock.min(QUANTITY_MAX);
    html! {
        form.buy method="post" action="/cart/add" {
            input type="hidden" name="product" value=(product.id);
            @if !product.colours.is_empty() {
                fieldset.swatches {
                    legend {
                        (t("빛깔", "Colour"))
                        ": " output { (language.of(colour.unwrap_or(Colour::White).name())) }
                    }
                    @for each in product.colours { (swatch(visit, product, *each, colour == Some(*each))) }
                }
            }
            @if !product.sizes.is_empty() {
                label.field { span { (t("종류", "Kind")) }
                    select name="size" {
                        @for size in product.sizes {
                            @let price = (product.price + size.extra).display(language);
                            option value=(size.id) data-price=(price) { (language.of(size.name)) " · " (price) }
                        }
                    }
                }
            }
            div.row {
                div.stepper role="group" aria-label=(t("수량", "Quantity")) {
                    button type="button" data-step="-1" aria-label=(t("하나 빼기", "One less")) { "−" }
                    input type="number" name="quantity" value="1" min="1" max=(most.max(1)) inputmode="numeric" aria-label=(t("수량", "Quantity"));
                    button type="button" data-step="1" aria-label=(t("하나 더", "One more")) { "+" }
                }
                button.add disabled[product.stock == 0] {
                    @if product.stock == 0 { (t("품절", "Sold out")) } @else { (t("장바구니에 담기", "Add to cart")) }
                }
            }
            (stock(visit, product))
        }
    }
}

fn swatch(visit: &Visit, product: &Product, colour: Colour, is_chosen: bool) -> Markup {
    let name = visit.language.of(colour.name());
    let tone = drawing::tone(colour);
    html! {
        label title=(name) {
            input type="radio" name="colour" value=(colour.id()) checked[is_chosen] data-name=(name)
                data-picture=(catalogue::picture(product, Some(colour)));
            svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" {
                circle cx="16" cy="16" r="12" fill=(tone.main) {}
                path d="M16 4a12 12 0 0 1 0 24z" fill=(tone.shade) {}
            }
            span.visually-hidden { (name) }
        }
    }
}

fn stock(visit: &Visit, product: &Product) -> Markup {
    let left = product.stock;
    html! {
        @match left {
            0 => p.note { (visit.language.pick("다음 가마를 기다리는 중입니다.", "Waiting for the next firing.")) },
            1..=9 => p.note.few { (visit.language.pick(format!("{left}개 남았습니다"), format!("{left} left"))) },
            _ => p.note { (visit.language.pick("바로 보낼 수 있습니다", "Ready to send")) },
        }
    }
}

fn schema(visit: &Visit, choice: &Choice) -> Value {
    let Choice { product, .. } = choice;
    let language = visit.language;
    let stock = if product.stock == 0 { "OutOfStock" } else { "InStock" };
    json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "sku": product.id,
        "name": language.of(product.name),
        "description": language.of(product.story),
        "category": language.of(product.category.name()),
        "image": choice.picture(),
        "brand": {"@type": "Brand", "name": "Ondal"},
        "offers": {
            "@type": "Offer",
            "price": choice.price().0.to_string(),
            "priceCurrency": CURRENCY,
            "availability": format!("https://schema.org/{stock}"),
            "url": format!("/p/{}", product.id),
        },
    })
}
