//! Pages of text: service, and the page that is not there.

use actix_web::HttpResponse;
use maud::html;

use super::frame::{self, Page};
use crate::language::{Both, both};
use crate::visit::Visit;

/// Anchor, question, answer.
const ANSWERS: [(&str, Both, Both); 6] = [
    (
        "shipping",
        both("배송", "Shipping"),
        both(
            "3,000원이고 5만 원부터 무료입니다. 오후 두 시 전에 주문하면 그날 보내고, 보통 이틀이면 닿습니다. 해외 배송은 아직 하지 않습니다.",
            "₩3,000, and free from ₩50,000. Orders before two in the afternoon leave the same day and take two days. We do not ship abroad yet.",
        ),
    ),
    (
        "returns",
        both("교환과 반품", "Returns"),
        both(
            "받은 날부터 서른 날 안에 돌려보낼 수 있습니다. 차와 먹거리는 열지 않은 것만 됩니다. 깨져서 왔다면 사진 한 장이면 됩니다.",
            "Send it back within thirty days of arrival; tea and food only unopened. If it arrived broken, one photograph is enough.",
        ),
    ),
    (
        "payment",
        both("결제", "Payment"),
        both(
            "카드, 계좌이체, 간편결제를 받습니다. 카드는 물건이 나갈 때 청구합니다.",
            "Card, bank transfer and mobile pay. Cards are charged when the parcel leaves.",
        ),
    ),
    (
        "gifts",
        both("선물", "Gifts"),
        both(
            "모든 주문을 광목 보자기로 쌉니다. 전할 말에 적어 주시면 손으로 쓴 카드를 넣어 드립니다.",
            "Every order is wrapped in a cotton cloth. Leave a note at checkout and we add a card written by hand.",
        ),
    ),
    (
        "care",
        both("쓰고 돌보기", "Care"),
        both(
            "새 그릇은 쌀뜨물에 한 번 끓여 쓰면 잔금에 물이 덜 듭니다. 옻칠은 마른 천으로, 모시는 찬물에 손빨래가 좋습니다.",
            "Boil a new bowl once in rice water and its crackle stains less. Lacquer likes a dry cloth; ramie likes cold water and your hands.",
        ),
    ),
    (
        "contact",
        both("문의", "Contact"),
        both(
            "평일 열 시부터 여섯 시까지. 시연용 가게라 전화는 울리지 않습니다.",
            "Weekdays from ten to six. As this is a demonstration, the telephone does not ring.",
        ),
    ),
];

pub(crate) async fn help(visit: Visit) -> HttpResponse {
    let language = visit.language;
    let t = |ko: &'static str, en: &'static str| language.pick(ko, en);
    let main = html! {
        div.heading { h1 { (t("안내", "Service")) } }
        div.answers {
            @for (id, question, answer) in ANSWERS {
                section id=(id) { h2 { (language.of(question)) } p { (language.of(answer)) } }
            }
        }
    };
    let title = t("안내", "Service").into();
    let description =
        t("배송, 교환과 반품, 결제, 선물", "Shipping, returns, payment, gifts").into();
    frame::answer(visit, 200, &Page { title, description, main, events: Vec::new(), schema: None })
}

pub(crate) async fn missing(visit: Visit) -> HttpResponse {
    let t = |ko: &'static str, en: &'static str| visit.language.pick(ko, en);
    let main = html! {
        div.empty {
            h1 { (t("이 자리는 비어 있습니다", "Nothing stands here")) }
            p { a.button href="/" { (t("처음으로", "To the front page")) } }
        }
    };
    let title = t("없는 쪽", "Not found").into();
    let description = t("없는 쪽입니다", "There is no such page").into();
    frame::answer(visit, 404, &Page { title, description, main, events: Vec::new(), schema: None })
}
