//! What the words of campaign files are called.

use crate::text::Language;

/// Code, English, Korean.
pub(super) type Named = (&'static str, &'static str, &'static str);

/// A drop-down of these.
pub(super) fn options(names: &[Named], language: Language) -> Vec<(String, String)> {
    let name = |it: &Named| if language == Language::En { it.1 } else { it.2 };
    names.iter().map(|it| (it.0.into(), name(it).into())).collect()
}

/// Kinds of conditions that the form knows.
pub(super) const KINDS: &[Named] = &[
    ("all", "all of these hold", "모두 만족"),
    ("any", "one of these holds", "하나라도 만족"),
    ("not", "this does not hold", "만족하지 않음"),
    ("count", "something happened", "일어난 횟수"),
    ("since", "some time has passed since", "지난 시간"),
    ("is", "a number lies in a range", "값의 범위"),
    ("visitor", "the visitor is", "방문자 종류"),
    ("device", "the device is", "기기"),
    ("page", "the page is", "페이지 종류"),
    ("path", "the address is like", "페이지 경로"),
    ("band", "the model expects", "예측"),
    ("language", "the page's language is", "페이지 언어"),
    ("source", "the visit came from", "유입 경로"),
    ("cart_has", "the cart holds", "장바구니 내용"),
    ("goal", "a goal was reached", "목표 달성"),
    ("sequence", "one thing after the other", "순서대로 일어남"),
    ("audience", "an audience of the site", "사이트의 고객 집단"),
    ("schedule", "the shop's clock shows", "쇼핑몰 시각"),
];

pub(super) const DAYS: &[Named] = &[
    ("mon", "Mon", "월"),
    ("tue", "Tue", "화"),
    ("wed", "Wed", "수"),
    ("thu", "Thu", "목"),
    ("fri", "Fri", "금"),
    ("sat", "Sat", "토"),
    ("sun", "Sun", "일"),
];

pub(super) const HAPPENINGS: &[Named] = &[
    ("view", "a page viewed", "페이지 봄"),
    ("product_view", "a product viewed", "상품 봄"),
    ("added", "put into the cart", "장바구니에 담음"),
    ("removed", "taken out of the cart", "장바구니에서 뺌"),
    ("checkout_began", "checkout begun", "결제 시작"),
    ("purchased", "a purchase", "구매"),
    ("exit_intent", "about to leave", "이탈 조짐"),
    ("cart_hesitation", "hesitation at the cart", "장바구니 망설임"),
    ("rage_click", "angry clicks", "분노 클릭"),
    ("dead_click", "a click that nothing answered", "반응 없는 클릭"),
    ("thrash", "the pointer shaken", "포인터 흔들기"),
    ("comparing", "products compared", "상품 비교"),
    ("form_trouble", "trouble with a form", "입력 어려움"),
    ("searched", "a search", "검색"),
    ("search_missed", "a search without results", "결과 없는 검색"),
    ("search_miss", "searches in vain", "거듭된 헛검색"),
    ("fading", "activity fades", "활동 줄어듦"),
    ("waiting", "waits for an answer", "답변 대기"),
    ("tab_hidden", "the tab left", "탭 이탈"),
    ("tab_returned", "the tab back", "탭 복귀"),
    ("dismissed", "an offer refused", "제안을 닫음"),
    ("bot_evidence", "signs of a program", "봇 정황"),
];

pub(super) const QUANTITIES: &[Named] = &[
    ("cart_value", "value of the cart (minor units)", "장바구니 금액(최소 단위)"),
    ("cart_items", "pieces in the cart", "장바구니 수량"),
    ("hesitation_level", "level of hesitation, 0 to 3", "망설임 단계(0~3)"),
    ("dwell_seconds", "seconds on the page", "페이지 체류(초)"),
    ("product_dwell_seconds", "seconds with the product", "상품 체류(초)"),
    ("scroll_percent", "part of the page seen, %", "스크롤 도달(%)"),
    ("views", "pages in this visit", "이번 방문의 페이지 수"),
    ("session_seconds", "seconds since the visit began", "방문 시작 뒤(초)"),
    ("visits", "visits of this visitor", "방문 횟수"),
    ("days_since_purchase", "days since the last purchase", "마지막 구매 뒤(일)"),
    ("buy_permille", "how likely to buy, ‰", "구매 확률(‰)"),
    ("leave_permille", "how likely to leave, ‰", "이탈 확률(‰)"),
    ("vip", "important customer (1)", "VIP(1)"),
];

pub(super) const VISITORS: &[Named] =
    &[("new", "new", "처음"), ("returning", "returning", "재방문"), ("known", "logged in", "회원")];

pub(super) const DEVICES: &[Named] = &[
    ("desktop", "desktop", "데스크톱"),
    ("phone", "phone", "휴대폰"),
    ("tablet", "tablet", "태블릿"),
];

pub(super) const BANDS: &[Named] = &[
    ("buys", "buys anyway", "그냥 둬도 구매"),
    ("undecided", "undecided", "망설임"),
    ("leaves", "leaves", "이탈"),
];

pub(super) const PAGES: &[Named] = &[
    ("home", "home", "홈"),
    ("category", "category", "카테고리"),
    ("product", "product", "상품"),
    ("search", "search", "검색"),
    ("cart", "cart", "장바구니"),
    ("checkout", "checkout", "결제 준비"),
    ("account", "account", "내 정보"),
    ("other", "other", "기타"),
];

pub(super) const FORMS: &[Named] = &[
    ("card", "card in the corner", "구석 카드"),
    ("dialog", "dialog over the page", "화면 위 대화상자"),
    ("bar_top", "bar on top", "위쪽 막대"),
    ("bar_bottom", "bar at the bottom", "아래쪽 막대"),
];

/// Shares of visitors that something is published to, thousandths.
pub(super) const SHARES: &[Named] = &[
    ("10", "1 % of visitors", "방문자의 1 %"),
    ("100", "10 % of visitors", "방문자의 10 %"),
    ("1000", "all visitors", "모든 방문자"),
];
