//! What the surface itself says, in Korean and English. Campaigns bring their own copy.

use engine::campaign::Happening;

use super::dom::cut;

/// The texts of the interface in one language: a line each, in the order of [`Text`] and then of
/// [`Words::reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    is_korean: bool,
}

/// One text of the interface. Sketches name them by letters, `%A` for the first.
#[derive(Clone, Copy)]
#[expect(dead_code, reason = "some stand in sketches only")]
pub(crate) enum Text {
    /// A. Button: takes the thing away.
    Close,
    /// B. Button: opens the explanation.
    Why,
    /// C. Ends every explanation.
    OnDevice,
    /// D. Names the coupon code for screen readers.
    Coupon,
    /// E. Button: copies the code.
    Copy,
    /// F. The code was copied.
    Copied,
    /// G. The code is selected, copying is up to the visitor.
    Selected,
    /// H. Title of the chat where the shop has no name.
    Chat,
    /// I. Who answers.
    Assistant,
    /// J. A person of the shop.
    Agent,
    /// K. Names the visitor's messages for screen readers.
    You,
    /// L. Stands above the first message.
    Notice,
    /// M. First line of the assistant, where no invitation said something.
    Greeting,
    /// N. Names the text field.
    Ask,
    /// O. Button: sends.
    Send,
    /// P. An answer is on its way.
    Writing,
    /// Q. The message did not arrive.
    Unsent,
    /// R. The conversation so far did not arrive.
    Lost,
    /// S. Button: tries again.
    Retry,
    /// T. A number was covered before sending.
    Masked,
    /// U. Language tag of these texts.
    Tag,
    /// V. Button: opens what is recorded.
    Record,
    /// W. Says what 1 stands for in a survey.
    Least,
    /// X. Says what 5 stands for.
    Most,
    /// Y. Asks for the reason of an answer.
    Reason,
    /// Z. A survey is over.
    Thanks,
    /// `[`. Title of what is recorded.
    Recorded,
    /// `\`. Above what the browser keeps.
    Kept,
    /// `]`. Above what was told.
    Sent,
    /// `^`. What is recorded of nobody.
    Never,
    /// `_`. Button: refuses.
    Refuse,
    /// `` ` ``. Button: refuses and has it erased.
    Erase,
    /// a. It is refused.
    Refused,
    /// b. It is refused, and the shop was told to erase.
    Erased,
    /// c. It is refused, and the shop could not be told.
    NotErased,
    /// d. An empty list.
    Nothing,
    /// e. Button: takes a refusal back.
    Allow,
    /// f. It is taken back.
    Allowed,
    /// What is kept: the visitor's number.
    KeptVisitor,
    /// What outlives the visit.
    KeptMemory,
    /// The visit.
    KeptVisit,
    /// What has not arrived.
    KeptFrames,
    /// The way to the conversation.
    KeptChat,
    /// What was told: pages.
    SentViews,
    /// Signs.
    SentSigns,
    /// The shop's own words.
    SentFacts,
    /// How offers were met.
    SentAnswers,
    /// All else.
    SentOther,
    /// A person is waited for; the place stands for `#`.
    InLine,
    /// How long that took others, minutes.
    Estimate,
    /// A person answers; the name.
    With,
    /// The conversation was ended.
    Ended,
    /// Under the visitor's last message: it has arrived.
    Delivered,
    /// A person has read it.
    Seen,
    /// A person is wanted, and nobody is there.
    Unstaffed,
    /// x. Names the stars.
    Rate,
    /// y. Button: keeps the conversation as a file.
    Save,
}

/// Reasons follow the last of [`Text`].
const REASONS: u8 = Text::Save as u8 + 1;

impl Words {
    /// The texts for a language tag such as `ko-KR`: Korean, or else English.
    pub(crate) fn of(language: &str) -> Self {
        Self { is_korean: primary(language) == *b"ko" }
    }

    /// A text.
    pub(crate) fn say(self, text: Text) -> &'static str {
        self.line(text as u8)
    }

    /// What decided, in words.
    pub(crate) fn reason(self, why: Happening) -> &'static str {
        let at = match why {
            Happening::ExitIntent => 0,
            Happening::RageClick | Happening::DeadClick => 1,
            Happening::CartHesitation | Happening::CheckoutBegan => 2,
            Happening::TabHidden | Happening::TabReturned => 3,
            Happening::View | Happening::ProductView | Happening::Comparing => 4,
            Happening::Added | Happening::Removed => 5,
            Happening::Purchased => 6,
            Happening::Searched | Happening::SearchMissed | Happening::SearchMiss => 7,
            Happening::Dismissed
            | Happening::Thrash
            | Happening::FormTrouble
            | Happening::Fading
            | Happening::Waiting
            | Happening::BotEvidence => 8,
        };
        self.line(REASONS + at)
    }

    /// All of them, a line each.
    pub(crate) fn all(self) -> &'static str {
        if self.is_korean { KOREAN } else { ENGLISH }
    }

    /// A text by its place, from 0.
    fn line(self, place: u8) -> &'static str {
        let mut rest = self.all();
        for _ in 0..place {
            cut(&mut rest, b'\n');
        }
        cut(&mut rest, b'\n')
    }
}

/// Whether the language is written from right to left.
pub(crate) fn is_right_to_left(language: &str) -> bool {
    RIGHT_TO_LEFT.chunks(2).any(|tag| tag == primary(language))
}

/// The language itself, without region or script: two letters, or zeros where it has more or less.
fn primary(language: &str) -> [u8; 2] {
    match *language.as_bytes() {
        [a, b] | [a, b, b'-' | b'_', ..] => [a.to_ascii_lowercase(), b.to_ascii_lowercase()],
        _ => [0; 2],
    }
}

/// Arabic, Hebrew, Persian, Urdu, Pashto, Kurdish, Uyghur, Yiddish, Dhivehi.
const RIGHT_TO_LEFT: &[u8] = b"arhefaurpskuugyidv";

const ENGLISH: &str = "\
Close
Why am I seeing this?
This was decided on your device. Your mouse movements never leave it.
Coupon code
Copy
Copied
Selected
Chat
Automatic assistant
Shop team
You
An automatic assistant answers. What you write is stored so that the shop can help you.
Hello! What would you like to know?
Write a question
Send
Writing…
This was not sent.
Your conversation could not be loaded.
Try again
Card and ID numbers were hidden before sending.
en
What is recorded?
Not at all
Very much
What was the main reason?
Thank you!
What is recorded about you
Kept in this browser
Told to the shop from this page
Never: what you type, how your mouse moves, or who you are.
Stop recording
Stop and erase
Nothing more is recorded in this browser.
Nothing more is recorded in this browser, and the shop was told to erase what it has.
Nothing more is recorded in this browser. The shop could not be reached to erase what it has; please try again later.
Nothing
Allow again
From the next page on the shop's own rules hold again.
A random number for this browser, and how often it came
Your visits, your last order and which offers you had
What happened in this visit, to decide on your device
Reports that have not arrived yet
The key to your conversation
Pages you opened
Signs such as leaving or hesitating
Products, cart and orders, as the shop's page tells them
What you did with offers
Settings and decisions
A person will answer. You are number # in line.
Usual wait: # min.
You are talking to #.
This conversation has ended.
Delivered
Read
Nobody is here to answer right now. Your question is kept; the answer will stand here.
How was it?
Save the conversation
It looked as if you were about to leave.
Something you clicked did not seem to respond.
You seemed unsure about your order.
You came back from another tab.
You have been looking around for a while.
You changed something in your cart.
You have just placed an order.
You were searching for something.
It fits what you have been doing on this page.";

const KOREAN: &str = "\
닫기
왜 보이나요?
이 판단은 고객님의 기기 안에서 이루어졌고, 마우스 움직임은 밖으로 전송되지 않습니다.
쿠폰 번호
복사
복사됨
선택됨
채팅 상담
자동 상담
상담원
나
자동 상담이 답변합니다. 작성하신 내용은 상담을 위해 저장됩니다.
안녕하세요! 무엇을 도와드릴까요?
궁금한 점을 적어 주세요
보내기
작성 중…
전송되지 않았습니다.
대화를 불러오지 못했습니다.
다시 시도
카드 번호와 주민등록번호는 가린 뒤 전송했습니다.
ko
무엇이 기록되나요?
매우 불만족
매우 만족
가장 큰 이유는 무엇인가요?
감사합니다!
기록되는 정보
이 브라우저에 저장된 것
이 페이지에서 쇼핑몰로 전송된 것
입력하신 내용, 마우스 움직임, 고객님의 신원은 기록하지 않습니다.
기록 중지
중지하고 삭제
이 브라우저에서는 더 이상 기록하지 않습니다.
더 이상 기록하지 않으며, 쇼핑몰에 저장된 기록의 삭제를 요청했습니다.
더 이상 기록하지 않습니다. 쇼핑몰에 삭제를 요청하지 못했으니 나중에 다시 시도해 주세요.
없음
다시 허용
다음 페이지부터 쇼핑몰의 기본 설정이 적용됩니다.
이 브라우저를 나타내는 임의의 번호와 방문 횟수
방문 기록, 마지막 주문 시점, 받으신 제안
이번 방문에서 있었던 일 (기기 안에서 판단하는 데 사용)
아직 전송되지 않은 기록
상담 내용을 여는 열쇠
열어 본 페이지
이탈이나 망설임 같은 신호
쇼핑몰이 알려 준 상품, 장바구니, 주문
제안에 대한 반응
설정과 판단 결과
직원이 답해 드릴게요. 대기 순서는 #번째입니다.
보통 #분쯤 걸립니다.
#님이 상담하고 있습니다.
상담이 종료되었습니다.
전달됨
읽음
지금은 답할 직원이 없습니다. 질문은 보관되며, 답은 여기에 남습니다.
상담은 어떠셨나요?
대화 내용 저장
페이지를 떠나려고 하시는 것 같았습니다.
누르신 곳이 반응하지 않는 것 같았습니다.
주문을 망설이시는 것 같았습니다.
다른 탭에 다녀오셨습니다.
한동안 상품을 둘러보셨습니다.
장바구니를 변경하셨습니다.
방금 주문을 마치셨습니다.
원하는 상품을 찾고 계셨습니다.
이 페이지에서 하신 일과 어울려 보여 드립니다.";

#[cfg(test)]
mod tests {
    use super::{ENGLISH, KOREAN, Text, Words, is_right_to_left};

    #[test]
    fn every_text_is_there_in_its_own_script() {
        let is_hangul = |c: char| ('가'..='힣').contains(&c);
        assert_eq!(ENGLISH.lines().count(), usize::from(super::REASONS) + 9);
        assert_eq!(KOREAN.lines().count(), ENGLISH.lines().count());
        for text in KOREAN.lines().filter(|line| *line != "ko") {
            assert!(text.chars().any(is_hangul), "{text}");
        }
        for text in ENGLISH.lines() {
            assert!(!text.is_empty() && !text.chars().any(is_hangul), "{text}");
        }
    }

    #[test]
    fn a_text_stands_in_its_place() {
        let english = Words::of("en");
        assert_eq!(english.say(Text::Close), "Close");
        assert_eq!(english.say(Text::Masked), "Card and ID numbers were hidden before sending.");
        let why = english.reason(engine::campaign::Happening::Dismissed);
        assert_eq!(why, "It fits what you have been doing on this page.");
    }

    #[test]
    fn the_page_language_chooses_and_english_stands_in() {
        let check =
            |language, tag| assert_eq!(Words::of(language).say(Text::Tag), tag, "{language}");
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
}
