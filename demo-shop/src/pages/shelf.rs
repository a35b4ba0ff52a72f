//! Lists: a category, and what a search finds.

use actix_web::{HttpResponse, web};
use maud::{Markup, html};

use super::frame::{self, Page};
use super::texts;
use crate::catalogue::{self, Category, Product};
use crate::events;
use crate::language::{Both, Language, both};
use crate::visit::Visit;

/// How a list can be ordered: as in the address, for people.
const ORDERS: [(&str, Both); 4] = [
    ("", both("고른 순서", "Our order")),
    ("price-up", both("낮은 가격부터", "Price, low to high")),
    ("price-down", both("높은 가격부터", "Price, high to low")),
    ("name", both("이름순", "Name")),
];

pub(crate) async fn category(visit: Visit, id: web::Path<String>) -> HttpResponse {
    let Some(category) = Category::parse(&id) else { return texts::missing(visit).await };
    let language = visit.language;
    let products = arranged(&visit, category.products().collect());
    let main = html! {
        div.heading {
            h1 { (language.of(category.name())) }
            p { (language.of(category.motto())) }
        }
        (controls(&visit, products.len()))
        (grid(&visit, &products))
    };
    let page = Page {
        title: language.of(category.name()).into(),
        description: language.of(category.motto()).into(),
        main,
        events: vec![events::list(language, category.id(), &products)],
        schema: None,
    };
    frame::answer(visit, 200, &page)
}

pub(crate) async fn search(visit: Visit) -> HttpResponse {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let words = visit.asked("q").chars().take(80).collect::<String>();
    let products = arranged(&visit, catalogue::search(&words));
    let main = html! {
        div.heading {
            h1 { (t("찾기", "Search")) }
            form.search role="search" action="/search" {
                input type="search" name="q" value=(words) autocomplete="off" aria-label=(t("찾는 말", "Search words")) placeholder=(t("달항아리, 녹차, 한지…", "moon jar, green tea, hanji…"));
                button { (t("찾기", "Search")) }
            }
        }
        @if words.is_empty() {
            p.hint { (t("자주 찾는 말", "Often searched")) }
            ul.tags {
                @for word in language.pick(["달항아리", "녹차", "한지", "모시"], ["moon jar", "green tea", "hanji", "ramie"]) {
                    li { a href={ "/search?q=" (frame::encoded(word)) } { (word) } }
                }
            }
        } @else if products.is_empty() {
            div.empty {
                p { (language.pick(format!("‘{words}’에 맞는 물건이 없습니다."), format!("Nothing fits “{words}”."))) }
                p.hint { (t("다른 말로 찾거나 선반을 둘러보세요.", "Try another word, or walk along the shelves.")) }
                ul.tags {
                    @for category in Category::ALL {
                        li { a href={ "/c/" (category.id()) } { (language.of(category.name())) } }
                    }
                }
            }
        } @else {
            (controls(&visit, products.len()))
            (grid(&visit, &products))
        }
    };
    let mut events = Vec::new();
    if !words.is_empty() {
        events.push(events::search(&words, products.len()));
    }
    if !products.is_empty() {
        events.push(events::list(language, "search", &products));
    }
    let title = t("찾기", "Search").into();
    let description = t("온달에서 찾기", "Search at Ondal").into();
    frame::answer(visit, 200, &Page { title, description, main, events, schema: None })
}

/// Sorted and filtered as the address asks.
fn arranged(visit: &Visit, mut products: Vec<&'static Product>) -> Vec<&'static Product> {
    if visit.asked("stock") == "in" {
        products.retain(|product| product.stock > 0);
    }
    match visit.asked("sort") {
        "price-up" => products.sort_by_key(|product| product.price),
        "price-down" => products.sort_by_key(|product| std::cmp::Reverse(product.price)),
        "name" => products.sort_by_key(|product| visit.language.of(product.name)),
        _ => {}
    }
    products
}

fn controls(visit: &Visit, count: usize) -> Markup {
    let language = visit.language;
    let chosen = visit.asked("sort");
    html! {
        form.controls data-filter {
            p { (counted(language, count)) }
            @if !visit.asked("q").is_empty() { input type="hidden" name="q" value=(visit.asked("q")); }
            label.check {
                input type="checkbox" name="stock" value="in" checked[visit.asked("stock") == "in"];
                (language.pick("재고 있는 것만", "In stock only"))
            }
            label { span { (language.pick("순서", "Sort")) }
                select name="sort" {
                    @for (id, name) in ORDERS {
                        option value=(id) selected[chosen == id] { (language.of(name)) }
                    }
                }
            }
            button.quiet.plain-only { (language.pick("적용", "Apply")) }
        }
    }
}

fn counted(language: Language, count: usize) -> String {
    language.pick(
        format!("{count}개"),
        format!("{count} {}", if count == 1 { "thing" } else { "things" }),
    )
}

fn grid(visit: &Visit, products: &[&'static Product]) -> Markup {
    html! { ul.grid { @for product in products { (frame::card(visit, product)) } } }
}
