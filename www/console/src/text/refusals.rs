//! What a refusal is called in Korean, by its code. In English the collector says it itself, with what was
//! expected and what was found.

use nunchi_api::ErrorBody;

use super::Language;

/// A refusal for people.
pub(crate) fn told(refusal: &ErrorBody, language: Language) -> String {
    let korean = KOREAN.iter().find(|(code, _)| *code == refusal.code).map(|it| it.1);
    match (language, korean) {
        (Language::Ko, Some(korean)) if DETAILED.contains(&refusal.code.as_str()) => {
            format!("{korean} ({})", refusal.message)
        }
        (Language::Ko, Some(korean)) => korean.into(),
        // One that came after this console is said as the collector does.
        (Language::Ko, None) | (Language::En, _) => refusal.message.clone(),
    }
}

/// Those whose message names what must be found: the sentence alone would not help.
const DETAILED: &[&str] = &["bad_campaign", "bad_knowledge", "bad_filter", "malformed", "bad_hook"];

const KOREAN: &[(&str, &str)] = &[
    ("bad_campaign", "캠페인을 읽을 수 없어요"),
    ("bad_consent", "동의 상태는 묻기 전, 측정, 맞춤 중 하나여야 해요"),
    ("bad_email", "이메일 주소가 아니에요"),
    ("bad_filter", "조건을 읽을 수 없어요"),
    ("bad_hook", "이 주소로는 웹훅을 보낼 수 없어요"),
    ("bad_key", "키는 영문 소문자, 숫자, -로 1~32자예요"),
    ("bad_knowledge", "답변을 읽을 수 없어요"),
    ("bad_name", "이름은 1~60자예요"),
    ("bad_origin", "주소는 https://shop.example처럼 스킴과 호스트만 적어요. 1~20개까지예요"),
    ("bad_password", "비밀번호는 10자 이상이어야 해요"),
    ("bad_share", "비율은 0.1%에서 100%까지예요"),
    ("bad_span", "기간이 너무 길거나 거꾸로예요"),
    ("bad_time", "지난 시각이거나 너무 먼 시각이에요"),
    ("bad_zone", "Asia/Seoul처럼 IANA 시간대 이름이어야 해요"),
    ("busy", "이 사이트의 다른 시험이 돌고 있어요. 기다리거나 중단하세요"),
    ("called_off", "중단했어요"),
    ("changed_meanwhile", "그사이 다른 사람이 게시했어요. 다시 확인하세요"),
    ("email_taken", "이미 쓰고 있는 이메일이에요"),
    ("internal", "서버에서 문제가 생겼어요. 로그에 원인이 있어요"),
    ("key_taken", "이미 있는 키예요"),
    ("last_owner", "마지막 소유자는 남아 있어야 해요"),
    ("malformed", "요청을 읽을 수 없어요"),
    ("must_be_mended", "먼저 고쳐야 할 것이 있어요. 아래에서 ‘고쳐야 함’을 확인하세요"),
    ("not_allowed", "이 일을 할 권한이 없어요"),
    ("not_built", "이 서버에는 화면 파일이 들어 있지 않아요"),
    ("not_found", "찾을 수 없어요. 이미 지워졌을 수 있어요"),
    ("not_open", "이미 끝났거나 다른 상담원이 맡은 대화예요"),
    ("set_up_already", "이미 설정을 마쳤어요"),
    ("site_off", "꺼져 있는 사이트예요"),
    ("taken", "다른 상담원이 맡았어요"),
    ("throttled", "너무 잦아요. 잠시 뒤 다시 해 보세요"),
    ("too_large", "너무 커요"),
    ("too_much", "더 둘 수 없어요. 먼저 몇 개를 지우세요"),
    ("unavailable", "서버가 바쁘거나 디스크가 찼어요. 잠시 뒤 다시 해 보세요"),
    ("unknown_site", "없는 사이트예요"),
    ("unknown_visit", "없는 방문이에요"),
    ("wrong_invite", "쓸 수 없는 초대예요. 만료되었거나 이미 썼어요"),
    ("wrong_origin", "다른 주소에서 온 요청이라 받지 않았어요"),
    ("wrong_password", "이메일이나 비밀번호가 맞지 않아요"),
    ("wrong_token", "알 수 없는 토큰이에요"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn say(code: &str, language: Language) -> String {
        let refusal =
            ErrorBody { code: code.into(), message: "what was found".into(), reference: None };
        told(&refusal, language)
    }

    #[test]
    fn a_refusal_is_told_in_korean_by_its_code_and_in_english_by_its_message() {
        assert_eq!(say("busy", Language::En), "what was found");
        assert!(say("busy", Language::Ko).contains("시험"));
        assert_eq!(say("bad_campaign", Language::Ko), "캠페인을 읽을 수 없어요 (what was found)");
        assert_eq!(say("something_new", Language::Ko), "what was found");
    }

    #[test]
    fn codes_are_in_order_and_there_once() {
        assert!(KOREAN.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(DETAILED.iter().all(|code| KOREAN.iter().any(|it| it.0 == *code)));
    }
}
