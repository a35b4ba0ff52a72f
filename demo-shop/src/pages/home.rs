//! The front page.

use actix_web::HttpResponse;
use maud::html;

use super::frame::{self, Page};
use crate::catalogue::{Category, find, picture};
use crate::events;
use crate::visit::Visit;

const PICKS: [&str; 8] = [
    "hanji-lamp",
    "side-teapot",
    "hanji-notebook",
    "jakseol-green-tea",
    "bojagi",
    "pair-of-cups",
    "incense-set",
    "moon-calendar",
];

pub(crate) async fn home(visit: Visit) -> HttpResponse {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let picks: Vec<_> = PICKS.iter().filter_map(|id| find(id)).collect();
    let main = html! {
        section.hero {
            div {
                p.kicker { (t("겨울 들임", "Winter arrivals")) }
                h1 { (t("고요한 방을", "Things for")) br; (t("위한 물건들", "a quiet room")) }
                p {
                    (t(
                        "차와 그릇, 종이와 빛. 손으로 만든 것을 천천히 고릅니다.",
                        "Tea and bowls, paper and light. Made by hand, chosen slowly.",
                    ))
                }
                p.actions {
                    a.button href="/c/table" { (t("그릇 보기", "See the tableware")) }
                    a.more href="/p/moon-jar" { (t("달항아리 이야기", "The moon jar")) }
                }
            }
            a.figure href="/p/moon-jar" {
                img src="/pictures/moon-jar-white.svg" alt=(t("흰 달항아리", "A white moon jar")) width="400" height="400";
            }
        }
        section {
            h2.visually-hidden { (t("둘러보기", "Shelves")) }
            ul.shelves {
                @for category in Category::ALL {
                    li {
                        a href={ "/c/" (category.id()) } {
                            @if let Some(emblem) = find(category.emblem()) {
                                img src=(picture(emblem, emblem.colours.first().copied())) alt="" width="400" height="400";
                            }
                            span.name { (language.of(category.name())) }
                            span.line { (language.of(category.motto())) }
                        }
                    }
                }
            }
        }
        section {
            div.title {
                h2 { (t("이달의 고름", "This moon’s picks")) } a.more href="/search" { (t("모두 찾기", "Find more")) }
            }
            ul.grid { @for product in &picks { (frame::card(&visit, product)) } }
        }
        section.promises {
            div {
                h3 { (t("열일곱 공방", "Seventeen workshops")) }
                p { (t("만든 사람의 이름을 적어 보냅니다.", "Every parcel carries the maker’s name.")) }
            }
            div {
                h3 { (t("5만 원부터 무료 배송", "Free shipping from ₩50,000")) }
                p { (t("그 아래는 3,000원. 이틀이면 닿습니다.", "₩3,000 below. It takes two days.")) }
            }
            div {
                h3 { (t("서른 날의 여유", "Thirty days")) }
                p { (t("마음이 바뀌면 돌려보내세요.", "Send it back if you change your mind.")) }
            }
        }
    };
    let page = Page {
        title: t("고요한 방을 위한 물건들", "Things for a quiet room").into(),
        description: t(
            "차, 그릇, 종이, 방. 작은 공방의 물건을 고르는 온달.",
            "Tea, tableware, paper and room: the work of small workshops, chosen by Ondal.",
        )
        .into(),
        main,
        events: vec![events::list(language, "picks", &picks)],
        schema: None,
    };
    frame::answer(visit, 200, &page)
}
