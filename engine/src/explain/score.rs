//! Why a score is what it is: the values that weigh most, in words.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::why::{Language, sort_of_page};
use crate::campaign::{Quantity, Trigger};
use crate::model::schema::{BEFORE, COUNT, FIRST, KINDS, LAST, RECENT, SHARE, SPENT, Slot, name};
use crate::model::{Band, Reason};

/// What speaks for a leaf's score and what against it, largest first; `None` for a leaf that asks
/// for no score, or when nothing was seen yet.
pub(super) fn because(
    leaf: &Trigger,
    value: i32,
    reasons: &[Reason],
    language: Language,
) -> Option<String> {
    let is_leaving = match leaf {
        Trigger::Is { what: Quantity::BuyPermille, .. } => false,
        Trigger::Is { what: Quantity::LeavePermille, .. } => true,
        Trigger::Band(_) => value == Band::Leaves as i32,
        _ => return None,
    };
    let told: Vec<String> = reasons
        .iter()
        .map(|it| (it.feature, if is_leaving { it.leave } else { it.buy }))
        .filter(|(_, part)| part.abs() >= PART_MIN)
        .map(|(feature, part)| format!("{} {}", word(feature, language), signed(part)))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// Less of a logit says nothing, thousandths: a probability of a half moves by a hundredth.
const PART_MIN: i32 = 50;

/// Thousandths as tenths: `+1.9`.
fn signed(part: i32) -> String {
    let tenths = (part.unsigned_abs() + 50) / 100;
    format!("{}{}.{}", if part < 0 { '−' } else { '+' }, tenths / 10, tenths % 10)
}

/// A value of the model, in words.
pub fn word(feature: u8, language: Language) -> String {
    let is_en = language == Language::En;
    if let Some((_, en, ko)) = WORDS.iter().find(|it| it.0 as u8 == feature) {
        return String::from(if is_en { *en } else { *ko });
    }
    for (first, en, ko) in BLOCKS {
        if let Some(kind) = feature.checked_sub(first).filter(|kind| *kind < KINDS) {
            let of =
                sort_of_page(kind, language).unwrap_or(if is_en { "reviews" } else { "후기" });
            return if is_en { format!("{en} ({of})") } else { format!("{ko}({of})") };
        }
    }
    name(feature)
}

const BLOCKS: [(u8, &str, &str); 7] = [
    (COUNT, "pages viewed", "페이지 수"),
    (SPENT, "time on pages", "머문 시간"),
    (SHARE, "share of pages", "페이지 비중"),
    (RECENT, "pages of late", "최근 페이지"),
    (FIRST, "first page", "첫 페이지"),
    (LAST, "this page", "지금 페이지"),
    (BEFORE, "the page before", "직전 페이지"),
];

const WORDS: [(Slot, &str, &str); 59] = [
    (Slot::CartItems, "items in the cart", "장바구니 수량"),
    (Slot::CartValue, "cart value", "장바구니 금액"),
    (Slot::Returning, "been here before", "재방문"),
    (Slot::Known, "logged in", "로그인"),
    (Slot::Vip, "important customer", "우수 고객"),
    (Slot::Phone, "on a phone", "휴대전화"),
    (Slot::Tablet, "on a tablet", "태블릿"),
    (Slot::Weekend, "weekend", "주말"),
    (Slot::Exits, "exit intents", "이탈 조짐 횟수"),
    (Slot::Rage, "rage clicks", "분노 클릭"),
    (Slot::Doubts, "hesitation rose", "망설임 증가"),
    (Slot::Hidden, "tab hidden", "탭 숨김"),
    (Slot::Returns, "back to the tab", "탭 복귀"),
    (Slot::Steps, "pages viewed", "본 페이지 수"),
    (Slot::Products, "products viewed", "본 상품 수"),
    (Slot::Added, "added to cart", "장바구니 담기"),
    (Slot::Removed, "removed from cart", "장바구니 빼기"),
    (Slot::Begun, "checkout begun", "주문 시작"),
    (Slot::Bought, "already bought", "이미 구매함"),
    (Slot::Searches, "searches", "검색"),
    (Slot::Missed, "searches without results", "결과 없는 검색"),
    (Slot::Dismissed, "offers dismissed", "제안 닫음"),
    (Slot::DeadClicks, "dead clicks", "반응 없는 클릭"),
    (Slot::Thrashes, "pointer shaken", "마우스 흔들기"),
    (Slot::Comparing, "comparing", "상품 비교"),
    (Slot::FormTrouble, "trouble with a form", "입력 어려움"),
    (Slot::SearchMisses, "vain searches", "허탕 검색"),
    (Slot::Fading, "interest fading", "관심 식음"),
    (Slot::Waiting, "kept waiting", "오래 기다림"),
    (Slot::Bot, "signs of a program", "자동화 흔적"),
    (Slot::Elapsed, "time in this visit", "방문 시간"),
    (Slot::ToAndFro, "going to and fro", "오가며 보기"),
    (Slot::Distinct, "sorts of pages", "페이지 종류 수"),
    (Slot::Streak, "same sort in a row", "같은 종류 연속"),
    (Slot::Turns, "turns to other pages", "페이지 전환"),
    (Slot::Shelf, "goods viewed", "상품·목록 조회"),
    (Slot::AccountViews, "account pages", "계정 페이지"),
    (Slot::Info, "pages that inform", "안내 페이지"),
    (Slot::Till, "cart and checkout pages", "장바구니·주문 페이지"),
    (Slot::ShelfSpent, "time among the goods", "상품·목록에 머문 시간"),
    (Slot::AccountSpent, "time in the account", "계정에 머문 시간"),
    (Slot::InfoSpent, "time on what informs", "안내에 머문 시간"),
    (Slot::TillSpent, "time in cart and checkout", "장바구니·주문에 머문 시간"),
    (Slot::ProductSeconds, "time on one product", "한 상품에 머문 시간"),
    (Slot::Active, "active time", "활동 시간"),
    (Slot::ActiveHere, "active time here", "이 페이지 활동 시간"),
    (Slot::ExitNow, "about to leave", "방금 나가려 함"),
    (Slot::Away, "in another tab", "다른 탭에 있음"),
    (Slot::AwaySpent, "time in other tabs", "다른 탭에 있던 시간"),
    (Slot::Treated, "offer was shown", "제안을 봄"),
    (Slot::LastDwell, "time on the page before", "직전 페이지에 머문 시간"),
    (Slot::MaxDwell, "longest time on a page", "가장 오래 머문 시간"),
    (Slot::Pace, "pace", "속도"),
    (Slot::Unrest, "change of pace", "속도 변화"),
    (Slot::SumDwell, "time on all pages", "전체 머문 시간"),
    (Slot::MeanDwell, "mean time on a page", "평균 머문 시간"),
    (Slot::Checkout, "checkout not long ago", "최근 주문서 방문"),
    (Slot::Reach, "scrolled", "스크롤 깊이"),
    (Slot::Hesitation, "hesitation", "망설임"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::schema::FEATURES;

    #[test]
    fn every_value_has_words_of_its_own_in_both_languages() {
        for language in [Language::En, Language::Ko] {
            let words: std::collections::BTreeSet<String> =
                (0..FEATURES).map(|it| word(u8::try_from(it).unwrap(), language)).collect();
            assert_eq!(words.len(), FEATURES);
        }
        assert_eq!(word(COUNT + 5, Language::En), "pages viewed (cart)");
        assert_eq!(word(LAST + 10, Language::Ko), "지금 페이지(후기)");
    }

    #[test]
    fn a_score_is_told_by_what_weighs_most() {
        let reason = |slot: Slot, buy, leave| Reason { feature: slot as u8, buy, leave };
        let reasons = [
            reason(Slot::CartItems, 1_900, -400),
            reason(Slot::Hesitation, -700, 600),
            reason(Slot::Weekend, 40, 0),
        ];
        let band = Trigger::Band(Vec::new());
        let told = |value, language| because(&band, value, &reasons, language).unwrap();
        assert_eq!(told(1, Language::En), "items in the cart +1.9, hesitation −0.7");
        assert_eq!(told(2, Language::Ko), "장바구니 수량 −0.4, 망설임 +0.6");
        assert_eq!(because(&band, 1, &[], Language::En), None);
        assert_eq!(because(&Trigger::Page(Vec::new()), 1, &reasons, Language::En), None);
    }
}
