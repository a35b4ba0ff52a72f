//! What the surface itself says, in Korean and English. Campaigns bring their own copy.

use engine::campaign::Happening;

/// The texts of the interface in one language.
pub(crate) struct Words {
    /// Language tag of these texts.
    pub tag: &'static str,
    /// Button: takes the thing away.
    pub close: &'static str,
    /// Button: opens the explanation.
    pub why: &'static str,
    /// Ends every explanation.
    pub on_device: &'static str,
    /// Names the coupon code for screen readers.
    pub coupon: &'static str,
    /// Button: copies the code.
    pub copy: &'static str,
    /// The code was copied.
    pub copied: &'static str,
    /// The code is selected, copying is up to the visitor.
    pub selected: &'static str,
    /// Title of the chat where the shop has no name.
    pub chat: &'static str,
    /// Who answers.
    pub assistant: &'static str,
    /// A person of the shop.
    pub agent: &'static str,
    /// Names the visitor's messages for screen readers.
    pub you: &'static str,
    /// Stands above the first message.
    pub notice: &'static str,
    /// First line of the assistant, where no invitation said something.
    pub greeting: &'static str,
    /// Names the text field.
    pub ask: &'static str,
    /// Button: sends.
    pub send: &'static str,
    /// An answer is on its way.
    pub writing: &'static str,
    /// The message did not arrive.
    pub unsent: &'static str,
    /// The conversation so far did not arrive.
    pub lost: &'static str,
    /// Button: tries again.
    pub retry: &'static str,
    /// A number was covered before sending.
    pub masked: &'static str,
    reasons: [&'static str; 9],
}

impl Words {
    /// The texts for a language tag such as `ko-KR`: Korean, or else English.
    pub(crate) fn of(language: &str) -> &'static Self {
        if primary(language).eq_ignore_ascii_case("ko") { &KOREAN } else { &ENGLISH }
    }

    /// What decided, in words.
    pub(crate) fn reason(&self, why: Happening) -> &'static str {
        let [leaving, stuck, undecided, returned, looking, cart, bought, searching, other] =
            self.reasons;
        match why {
            Happening::ExitIntent => leaving,
            Happening::RageClick => stuck,
            Happening::CartHesitation | Happening::CheckoutBegan => undecided,
            Happening::TabHidden | Happening::TabReturned => returned,
            Happening::View | Happening::ProductView => looking,
            Happening::Added | Happening::Removed => cart,
            Happening::Purchased => bought,
            Happening::Searched | Happening::SearchMissed => searching,
            Happening::Dismissed => other,
        }
    }
}

/// Whether the language is written from right to left.
pub(crate) fn is_right_to_left(language: &str) -> bool {
    let primary = primary(language);
    RIGHT_TO_LEFT.iter().any(|tag| primary.eq_ignore_ascii_case(tag))
}

fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or_default()
}

const RIGHT_TO_LEFT: [&str; 9] = ["ar", "he", "fa", "ur", "ps", "ku", "ug", "yi", "dv"];

static ENGLISH: Words = Words {
    tag: "en",
    close: "Close",
    why: "Why am I seeing this?",
    on_device: "This was decided on your device. Your mouse movements never leave it.",
    coupon: "Coupon code",
    copy: "Copy",
    copied: "Copied",
    selected: "Selected",
    chat: "Chat",
    assistant: "Automatic assistant",
    agent: "Shop team",
    you: "You",
    notice: "An automatic assistant answers. What you write is stored so that the shop can help you.",
    greeting: "Hello! What would you like to know?",
    ask: "Write a question",
    send: "Send",
    writing: "Writing…",
    unsent: "This was not sent.",
    lost: "Your conversation could not be loaded.",
    retry: "Try again",
    masked: "Card and ID numbers were hidden before sending.",
    reasons: [
        "It looked as if you were about to leave.",
        "Something you clicked did not seem to respond.",
        "You seemed unsure about your order.",
        "You came back from another tab.",
        "You have been looking around for a while.",
        "You changed something in your cart.",
        "You have just placed an order.",
        "You were searching for something.",
        "It fits what you have been doing on this page.",
    ],
};

static KOREAN: Words = Words {
    tag: "ko",
    close: "닫기",
    why: "왜 보이나요?",
    on_device: "이 판단은 고객님의 기기 안에서 이루어졌고, 마우스 움직임은 밖으로 전송되지 않습니다.",
    coupon: "쿠폰 번호",
    copy: "복사",
    copied: "복사됨",
    selected: "선택됨",
    chat: "채팅 상담",
    assistant: "자동 상담",
    agent: "상담원",
    you: "나",
    notice: "자동 상담이 답변합니다. 작성하신 내용은 상담을 위해 저장됩니다.",
    greeting: "안녕하세요! 무엇을 도와드릴까요?",
    ask: "궁금한 점을 적어 주세요",
    send: "보내기",
    writing: "작성 중…",
    unsent: "전송되지 않았습니다.",
    lost: "대화를 불러오지 못했습니다.",
    retry: "다시 시도",
    masked: "카드 번호와 주민등록번호는 가린 뒤 전송했습니다.",
    reasons: [
        "페이지를 떠나려고 하시는 것 같았습니다.",
        "누르신 곳이 반응하지 않는 것 같았습니다.",
        "주문을 망설이시는 것 같았습니다.",
        "다른 탭에 다녀오셨습니다.",
        "한동안 상품을 둘러보셨습니다.",
        "장바구니를 변경하셨습니다.",
        "방금 주문을 마치셨습니다.",
        "원하는 상품을 찾고 계셨습니다.",
        "이 페이지에서 하신 일과 어울려 보여 드립니다.",
    ],
};

#[cfg(test)]
mod tests {
    use super::{ENGLISH, KOREAN, Words, is_right_to_left};

    #[test]
    fn every_text_is_there_in_its_own_script() {
        let is_hangul = |c: char| ('가'..='힣').contains(&c);
        for text in all(&KOREAN) {
            assert!(text.chars().any(is_hangul), "{text}");
        }
        for text in all(&ENGLISH) {
            assert!(!text.is_empty() && !text.chars().any(is_hangul), "{text}");
        }
    }

    #[test]
    fn the_page_language_chooses_and_english_stands_in() {
        let check = |language, tag| assert_eq!(Words::of(language).tag, tag, "{language}");
        check("ko", "ko");
        check("ko-KR", "ko");
        check("KO_kr", "ko");
        check("kok", "en");
        check("en-GB", "en");
        check("ar", "en");
        check("", "en");
    }

    #[test]
    fn arabic_and_hebrew_run_from_the_right() {
        assert!(is_right_to_left("ar-EG") && is_right_to_left("he") && is_right_to_left("FA"));
        assert!(!is_right_to_left("ko") && !is_right_to_left("arn") && !is_right_to_left(""));
    }

    fn all(words: &Words) -> Vec<&'static str> {
        // Taken apart whole, so that a new text cannot be forgotten here.
        let Words {
            tag: _,
            close,
            why,
            on_device,
            coupon,
            copy,
            copied,
            selected,
            chat,
            assistant,
            agent,
            you,
            notice,
            greeting,
            ask,
            send,
            writing,
            unsent,
            lost,
            retry,
            masked,
            reasons,
        } = *words;
        let mut texts = vec![
            close, why, on_device, coupon, copy, copied, selected, chat, assistant, agent, you,
            notice, greeting, ask, send, writing, unsent, lost, retry, masked,
        ];
        texts.extend(reasons);
        texts
    }
}
