//! What the collector's codes are called. A code that came after this console is shown as it is.

use super::Language;

/// The name of a signal such as `exit_intent`.
pub(crate) fn signal(code: &str, language: Language) -> String {
    find(SIGNALS, code, language)
}

/// The name of a step of a visit, such as `added`; signals are called as by [`signal`].
pub(crate) fn step(code: &str, language: Language) -> String {
    let is_step = STEPS.iter().any(|(name, ..)| *name == code);
    if is_step { find(STEPS, code, language) } else { signal(code, language) }
}

/// The name of a standing of a campaign, such as `held_out`.
pub(crate) fn standing(code: &str, language: Language) -> String {
    find(STANDINGS, code, language)
}

/// The name of a cause of cart hesitation such as `coupon_empty`.
pub(crate) fn cause(code: &str, language: Language) -> String {
    find(CAUSES, code, language)
}

/// The name of a sort of page such as `category`.
pub(crate) fn page(code: &str, language: Language) -> String {
    find(PAGES, code, language)
}

/// Why somebody needs a person: `mood_annoyed`, `cart`.
pub(crate) fn need(code: &str, language: Language) -> String {
    find(NEEDS, code, language)
}

/// What a visitor did: `viewed`, `added`, a signal; what they did with an offer: `dismissed`.
pub(crate) fn deed(code: &str, language: Language) -> String {
    if DEEDS.iter().any(|(name, ..)| *name == code) {
        return find(DEEDS, code, language);
    }
    signal(code, language)
}

const NEEDS: Names = &[
    ("unanswered", "the bot did not know", "자동 상담이 답하지 못함"),
    ("mood_annoyed", "annoyed", "짜증 남"),
    ("mood_struggling", "struggling", "헤매는 중"),
    ("vip", "important customer", "중요 고객"),
    ("checkout", "at the till", "계산대 앞"),
    ("exit_intent", "about to leave", "떠나려는 참"),
    ("cart_hesitation", "hesitates", "망설임"),
    ("cart", "with a cart", "장바구니 있음"),
];

const DEEDS: Names = &[
    ("viewed", "saw", "봄:"),
    ("added", "put into the cart", "담음:"),
    ("removed", "took out of the cart", "뺌:"),
    ("searched", "searched, results:", "검색, 결과:"),
    ("checkout_began", "began checkout", "결제 시작"),
    ("purchased", "bought", "구매:"),
    ("goal", "reached a goal:", "목표 달성:"),
    ("logged_in", "logged in", "로그인"),
    ("shown", "seen", "봄"),
    ("accepted", "accepted", "받아들임"),
    ("dismissed", "sent away", "닫음"),
    ("expired", "ran out", "지나감"),
    ("failed", "could not be shown", "표시하지 못함"),
];

type Names = &'static [(&'static str, &'static str, &'static str)];

const SIGNALS: Names = &[
    ("exit_intent", "Exit intent", "이탈 조짐"),
    ("dwell", "Dwell", "체류"),
    ("product_dwell", "Dwell on a product", "상품 체류"),
    ("scroll_reach", "Scroll reach", "스크롤 도달"),
    ("cart_hesitation", "Cart hesitation", "장바구니 망설임"),
    ("rage_click", "Rage click", "분노 클릭"),
    ("tab_hidden", "Tab hidden", "탭 이탈"),
    ("tab_returned", "Tab returned", "탭 복귀"),
    ("scroll_exit", "Scroll exit", "스크롤 이탈 조짐"),
    ("dead_click", "Dead click", "반응 없는 클릭"),
    ("thrash", "Shaken pointer", "포인터 흔들기"),
    ("comparing", "Comparing products", "상품 비교"),
    ("form_trouble", "Trouble with a form", "입력 어려움"),
    ("search_miss", "Searches in vain", "거듭된 헛검색"),
    ("fading", "Fading activity", "활동 줄어듦"),
    ("waiting", "Waiting for an answer", "답변 대기"),
    ("bot_evidence", "Signs of a program", "봇 정황"),
    // What else tells of a mood or a place.
    ("purchased", "Bought", "구매함"),
    ("added", "Put into the cart", "장바구니에 담음"),
    ("accepted", "Took an offer", "제안을 받음"),
    ("dismissed", "Sent an offer away", "제안을 닫음"),
    ("chatting", "In a conversation", "대화 중"),
];

const STEPS: Names = &[
    ("product_seen", "Product seen", "상품 봄"),
    ("added", "Put into the cart", "장바구니에 담음"),
    ("removed", "Taken out of the cart", "장바구니에서 뺌"),
    ("checkout_began", "Checkout begun", "결제 시작"),
    ("purchased", "Bought", "구매함"),
    ("purchased_again", "Order reported again", "주문이 다시 보고됨"),
    ("searched", "Searched", "검색함"),
    ("logged_in", "Logged in", "로그인"),
    ("goal", "Goal reached", "목표 달성"),
    ("consented", "Consent given or taken back", "동의 변경"),
    ("shipping_seen", "Saw the shipping cost", "배송비 확인"),
    ("variant_chosen", "Chose a variant", "옵션 선택"),
    ("shown", "Offer shown", "제안 노출"),
    ("accepted", "Offer taken", "제안 수락"),
    ("dismissed", "Offer sent away", "제안 닫음"),
    ("expired", "Offer ran out", "제안 만료"),
    ("failed", "Offer could not be drawn", "제안 표시 실패"),
    ("talked", "Wrote in the chat", "채팅 작성"),
    ("fired", "Fired", "실행"),
    ("held_out", "Held out", "보류"),
    ("shadowed", "Shadowed", "그림자"),
];

const STANDINGS: Names = &[
    ("fires", "Fired", "실행"),
    ("held_out", "Held out", "보류"),
    ("held_out_of_all", "Held out of all", "전체 보류"),
    ("shadowed", "Shadowed", "그림자"),
    ("missed", "Conditions missed", "조건 불충족"),
    ("paced", "Had its turns", "횟수 제한"),
    ("site_paced", "Others had the turns", "사이트 횟수 제한"),
    ("unstaffed", "Nobody free", "상담원 없음"),
    ("hushed", "Quiet by the site", "사이트 규칙상 조용"),
    ("occupied", "Another was on screen", "다른 제안 표시 중"),
    ("outranked", "Another went first", "우선순위 밀림"),
    ("quiet", "Quiet zone", "조용한 구역"),
    ("unconsented", "No consent", "동의 없음"),
    ("no_view", "No page open", "열린 페이지 없음"),
    ("other_pack", "Other pack", "다른 팩"),
    ("wordless", "No words to show", "표시할 문구 없음"),
];

const CAUSES: Names = &[
    ("price_pause", "Paused on a price", "가격에서 멈춤"),
    ("idle_cart", "Idle with a cart", "장바구니를 두고 가만히 있음"),
    ("to_and_fro", "Changed quantity or variant to and fro", "수량이나 옵션을 오락가락함"),
    ("step_back", "Stepped back from checkout", "결제에서 되돌아옴"),
    ("coupon_empty", "Left the coupon field empty", "쿠폰 칸을 비워 둠"),
    ("shipping_shock", "Went still at the shipping cost", "배송비를 보고 멈춤"),
    ("tab_switch", "Switched tabs with a cart", "장바구니를 두고 다른 탭으로 감"),
    ("add_remove_add", "Added, removed, added", "담았다 빼고 다시 담음"),
];

const PAGES: Names = &[
    ("other", "Page", "일반"),
    ("home", "Home", "홈"),
    ("category", "Category", "카테고리"),
    ("product", "Product", "상품"),
    ("search", "Search", "검색"),
    ("cart", "Cart", "장바구니"),
    ("checkout", "Checkout", "결제"),
    ("payment", "Payment", "결제 승인"),
    ("thanks", "Thank-you", "주문 완료"),
    ("account", "Account", "계정"),
];

fn find(names: Names, code: &str, language: Language) -> String {
    let Some((_, en, ko)) = names.iter().find(|(name, ..)| *name == code) else {
        return code.replace('_', " ");
    };
    match language {
        Language::En => (*en).into(),
        Language::Ko => (*ko).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_name_in_both_languages() {
        assert_eq!(signal("exit_intent", Language::En), "Exit intent");
        assert_eq!(cause("coupon_empty", Language::Ko), "쿠폰 칸을 비워 둠");
    }

    #[test]
    fn a_code_of_a_newer_collector_is_shown_as_it_is() {
        assert_eq!(page("gift_desk", Language::Ko), "gift desk");
    }
}
