//! Why, and why not, as one sentence: in Korean and in English.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::leaves;
use super::names::{BANDS, DEVICES, Named, PAGES, VISITORS, said};
use super::score::because;
use crate::campaign::{Campaign, Happening, Quantity, Trigger};
use crate::decide::examine::{Condition, Examination, Pause, Standing};
use crate::decide::trigger::NOT_ONCE;
use crate::site::Audience;

/// The languages operators read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Korean.
    Ko,
}

/// One sentence on how a campaign stands: `"Exit offer" is not shown: cart value is 8000, 2000 short
/// of 10000.`
pub fn why(campaign: &Campaign, examination: &Examination, language: Language) -> String {
    let name = &campaign.name;
    let pick = |en: &str, ko: &str| String::from(if language == Language::En { en } else { ko });
    let shown = |because: &str| match language {
        Language::En => format!("“{name}” is shown: {because}."),
        Language::Ko => format!("‘{name}’ 표시됨: {because}."),
    };
    let hidden = |because: &str| match language {
        Language::En => format!("“{name}” is not shown: {because}."),
        Language::Ko => format!("‘{name}’ 표시 안 됨: {because}."),
    };
    let reasons = |holds| reasons(campaign, examination, holds, language);
    match &examination.standing {
        Standing::Fires => shown(&reasons(true)),
        Standing::Missed => hidden(&reasons(false)),
        Standing::HeldOut => hidden(&format!(
            "{} ({})",
            pick(
                "this visitor goes without, to measure its worth",
                "효과를 재기 위한 대조군 방문자예요"
            ),
            reasons(true)
        )),
        Standing::HeldOutOfAll => hidden(&format!(
            "{} ({})",
            pick(
                "this visitor goes without everything, to measure the worth of all",
                "전체 효과를 재기 위해 아무것도 보여 주지 않는 방문자예요"
            ),
            reasons(true)
        )),
        Standing::Shadowed => hidden(&format!(
            "{} ({})",
            pick("it is on trial and only noted", "시험 중이라 기록만 해요"),
            reasons(true)
        )),
        Standing::Paced(pause) => hidden(&paused(*pause, language)),
        Standing::SitePaced(pause) => hidden(&match language {
            Language::En => format!("all campaigns together: {}", paused(*pause, language)),
            Language::Ko => format!("모든 캠페인 합산: {}", paused(*pause, language)),
        }),
        Standing::Unstaffed => {
            hidden(&pick("nobody is free to answer", "지금 답할 수 있는 상담원이 없어요"))
        }
        Standing::Hushed => hidden(&pick(
            "the site wants quiet here",
            "사이트 설정에 따라 여기서는 아무것도 보여 주지 않아요",
        )),
        Standing::Occupied(by) => hidden(&match language {
            Language::En => format!("campaign {by} stands on screen"),
            Language::Ko => format!("캠페인 {by}이(가) 화면에 떠 있어요"),
        }),
        Standing::Outranked(by) => hidden(&match language {
            Language::En => format!("campaign {by} goes before it"),
            Language::Ko => format!("캠페인 {by}이(가) 우선이에요"),
        }),
        Standing::Quiet => hidden(&pick(
            "nothing is shown at the payment step",
            "결제 단계에서는 아무것도 보여 주지 않아요",
        )),
        Standing::Unconsented => hidden(&pick(
            "the visitor has not agreed to personal offers",
            "방문자가 맞춤 제안에 동의하지 않았어요",
        )),
        Standing::NoView => hidden(&pick("no page is open", "열린 페이지가 없어요")),
        Standing::OtherPack(version) => hidden(&match language {
            Language::En => format!("the page still has pack {version}"),
            Language::Ko => format!("페이지가 아직 팩 {version}을(를) 쓰고 있어요"),
        }),
        Standing::Wordless => hidden(&pick(
            "none of its variants has words to show",
            "보여 줄 문구가 있는 변형이 없어요",
        )),
    }
}

fn paused(pause: Pause, language: Language) -> String {
    let (en, ko): (&str, &str) = match pause {
        Pause::View => ("it had its turns in this view", "이 화면에서 이미 보여 줬어요"),
        Pause::Session => ("it had its turns in this visit", "이번 방문에서 이미 보여 줬어요"),
        Pause::Day => ("it had its turns in 24 hours", "24시간 안에 이미 보여 줬어요"),
        Pause::Lifetime => {
            ("it had all its turns with this visitor", "이 방문자에게 정해진 횟수를 다 보여 줬어요")
        }
        Pause::Unremembered => (
            "nobody remembers how often this visitor had it",
            "이 방문자에게 몇 번 보여 줬는지 알 수 없어요",
        ),
        Pause::Stopped => {
            ("the visitor took or refused it before", "방문자가 이미 받거나 거절했어요")
        }
        Pause::Full => ("too many other campaigns had a turn", "다른 캠페인이 너무 많이 나갔어요"),
        Pause::Cooldown(seconds) => {
            return match language {
                Language::En => format!("it rests for {seconds} s more"),
                Language::Ko => format!("{seconds}초 더 쉬어야 해요"),
            };
        }
    };
    String::from(if language == Language::En { en } else { ko })
}

/// The leaves that made the trigger hold, or fail.
fn reasons(
    campaign: &Campaign,
    examination: &Examination,
    holds: bool,
    language: Language,
) -> String {
    let Some(condition) = &examination.condition else { return String::new() };
    let mut found = Vec::new();
    blame(&campaign.trigger, condition, holds, true, &mut |leaf, value, is_wanted| {
        if found.len() < REASONS_MAX {
            let phrase = phrase(leaf, value, is_wanted, language);
            found.push(match because(leaf, value, &examination.reasons, language) {
                Some(because) => format!("{phrase} [{because}]"),
                None => phrase,
            });
        }
    });
    if found.is_empty() {
        // A trigger of nots only: what did not happen is the reason.
        return String::from(match language {
            Language::En => "nothing speaks against it",
            Language::Ko => "막는 조건이 없어요",
        });
    }
    found.join(if language == Language::En { " and " } else { ", " })
}

/// Reasons in one sentence; more would not be read.
const REASONS_MAX: usize = 3;

/// Calls `tell` for each leaf that decided the outcome of this part: all parts of what must hold
/// together, the part that failed it; any part that made it hold, all parts that failed. With its value
/// and whether it is wanted: below a `not` it must not hold.
fn blame(
    trigger: &Trigger,
    condition: &Condition,
    holds: bool,
    is_wanted: bool,
    tell: &mut dyn FnMut(&Trigger, i32, bool),
) {
    if condition.holds != holds {
        return;
    }
    match trigger {
        Trigger::All(parts) | Trigger::Any(parts) => {
            for (part, condition) in parts.iter().zip(&condition.parts) {
                blame(part, condition, holds, is_wanted, tell);
            }
        }
        Trigger::Not(part) => {
            // That something did not happen, as it should not, is rarely a reason; else it always is.
            if let Some(condition) = condition.parts.first().filter(|_| holds != is_wanted) {
                blame(part, condition, !holds, !is_wanted, tell);
            }
        }
        Trigger::Audience(Audience { trigger: Some(part), .. }) => {
            tell(trigger, i32::from(holds), is_wanted);
            if let Some(condition) = condition.parts.first() {
                blame(part, condition, holds, is_wanted, tell);
            }
        }
        leaf => {
            if let Some(value) = condition.value {
                tell(leaf, value, is_wanted);
            }
        }
    }
}

/// How often it must have happened, or, where it is not wanted, may have.
pub(super) fn asked(at_least: u16, is_wanted: bool, language: Language) -> String {
    match (language, is_wanted, at_least) {
        (Language::En, true, _) => format!("needs {at_least}"),
        (Language::En, false, 1) => "must not have happened".into(),
        (Language::En, false, _) => format!("must be below {at_least}"),
        (Language::Ko, true, _) => format!("{at_least}번 필요"),
        (Language::Ko, false, 1) => "없어야 함".into(),
        (Language::Ko, false, _) => format!("{at_least}번 미만이어야 함"),
    }
}

/// A leaf with what was measured and what it asks for; or, where it is not wanted, what must not be.
fn phrase(leaf: &Trigger, value: i32, is_wanted: bool, language: Language) -> String {
    let is_en = language == Language::En;
    match leaf {
        Trigger::Count { of, at_least, within_s } => {
            let (of, asked) = (happening(*of, language), asked(*at_least, is_wanted, language));
            match (is_en, within_s) {
                (true, 0) => format!("{of}: {value} in this visit ({asked})"),
                (true, within_s) => format!("{of}: {value} in {within_s} s ({asked})"),
                (false, 0) => format!("이번 방문에서 {of} {value}번 ({asked})"),
                (false, within_s) => format!("{within_s}초 안에 {of} {value}번 ({asked})"),
            }
        }
        Trigger::Since { of, at_least_s } => {
            let of = happening(*of, language);
            match (is_en, value) {
                (true, NOT_ONCE) => format!("{of}: not once (needs {at_least_s} s since)"),
                (true, _) if is_wanted => format!("{of}: {value} s ago (needs {at_least_s} s)"),
                (true, _) => format!("{of}: {value} s ago (must be below {at_least_s} s)"),
                (false, NOT_ONCE) => format!("{of} 없음 (그 뒤 {at_least_s}초 필요)"),
                (false, _) if is_wanted => format!("{of} 후 {value}초 ({at_least_s}초 필요)"),
                (false, _) => format!("{of} 후 {value}초 ({at_least_s}초 미만이어야 함)"),
            }
        }
        Trigger::Is { what, min, max } => {
            let (what, range) = (quantity(*what, language), range(*min, *max, is_wanted, language));
            format!("{what} {value} ({range})")
        }
        Trigger::Visitor(wanted) => {
            kind(leaf_title(leaf, language), value, &VISITORS, (wanted, is_wanted), language)
        }
        Trigger::Device(wanted) => {
            kind(leaf_title(leaf, language), value, &DEVICES, (wanted, is_wanted), language)
        }
        Trigger::Page(wanted) => {
            kind(leaf_title(leaf, language), value, &PAGES, (wanted, is_wanted), language)
        }
        Trigger::Band(wanted) => {
            kind(leaf_title(leaf, language), value, &BANDS, (wanted, is_wanted), language)
        }
        Trigger::Path(wanted) | Trigger::Language(wanted) | Trigger::Source(wanted) => {
            let matched = usize::try_from(value - 1).ok().and_then(|at| wanted.get(at));
            let title = leaf_title(leaf, language);
            let all = wanted.join(", ");
            match (is_en, matched) {
                (true, Some(it)) if is_wanted => format!("{title} matches {it}"),
                (true, Some(it)) => format!("{title} matches {it} (must not match)"),
                (true, None) => format!("{title} is none of {all}"),
                (false, Some(it)) if is_wanted => format!("{title} {it} 일치"),
                (false, Some(it)) => format!("{title} {it} 일치 (일치하지 않아야 함)"),
                (false, None) => format!("{title} 불일치 ({all} 필요)"),
            }
        }
        Trigger::Sequence { .. }
        | Trigger::CartHas { .. }
        | Trigger::Goal { .. }
        | Trigger::Schedule(_) => leaves::phrase(leaf, value, is_wanted, language),
        Trigger::Audience(it) => match (is_en, value) {
            (true, 0) => format!("not of the audience {}", it.name),
            (true, _) if is_wanted => format!("of the audience {}", it.name),
            (true, _) => format!("of the audience {} (must not be)", it.name),
            (false, 0) => format!("고객군 {} 아님", it.name),
            (false, _) if is_wanted => format!("고객군 {}", it.name),
            (false, _) => format!("고객군 {} (아니어야 함)", it.name),
        },
        Trigger::All(_) | Trigger::Any(_) | Trigger::Not(_) => String::new(),
    }
}

/// What a number must be, or, where it is not wanted, must not.
fn range(min: Option<i32>, max: Option<i32>, is_wanted: bool, language: Language) -> String {
    let is_en = language == Language::En;
    match (is_wanted, min, max) {
        (true, Some(min), Some(max)) if is_en => format!("needs {min} to {max}"),
        (true, Some(min), None) if is_en => format!("needs at least {min}"),
        (true, None, Some(max)) if is_en => format!("needs at most {max}"),
        (true, Some(min), Some(max)) => format!("{min}~{max} 필요"),
        (true, Some(min), None) => format!("{min} 이상 필요"),
        (true, None, Some(max)) => format!("{max} 이하 필요"),
        (false, Some(min), Some(max)) if is_en => format!("must not be {min} to {max}"),
        (false, Some(min), None) if is_en => format!("must be below {min}"),
        (false, None, Some(max)) if is_en => format!("must be above {max}"),
        (false, Some(min), Some(max)) => format!("{min}~{max}이면 안 됨"),
        (false, Some(min), None) => format!("{min} 미만이어야 함"),
        (false, None, Some(max)) => format!("{max} 초과여야 함"),
        (_, None, None) => String::from(if is_en { "any" } else { "제한 없음" }),
    }
}

fn leaf_title(leaf: &Trigger, language: Language) -> &'static str {
    let (en, ko) = match leaf {
        Trigger::Visitor(_) | Trigger::Band(_) => ("visitor", "방문자"),
        Trigger::Device(_) => ("device", "기기"),
        Trigger::Page(_) => ("page", "페이지"),
        Trigger::Path(_) => ("path", "주소"),
        Trigger::Source(_) => ("source", "유입 경로"),
        _ => ("language", "언어"),
    };
    if language == Language::En { en } else { ko }
}

fn kind<T: PartialEq>(
    title: &str,
    value: i32,
    names: &[Named<T>],
    (wanted, is_wanted): (&[T], bool),
    language: Language,
) -> String {
    let name = |it: &Named<T>| said(it, language);
    let is = usize::try_from(value).ok().and_then(|at| names.get(at)).map_or("?", name);
    let wanted = wanted.iter().filter_map(|it| names.iter().find(|(kind, ..)| kind == it));
    let wanted: Vec<&str> = wanted.map(name).collect();
    match (language, is_wanted) {
        (Language::En, true) => format!("{title} is {is} (needs {})", wanted.join(" or ")),
        (Language::En, false) => format!("{title} is {is} (must not be {})", wanted.join(" or ")),
        (Language::Ko, true) => format!("{title} {is} ({} 필요)", wanted.join(" 또는 ")),
        (Language::Ko, false) => format!("{title} {is} ({}이면 안 됨)", wanted.join(" 또는 ")),
    }
}

/// By its number; `None` for one that is no [`PageKind`](beacon::item::PageKind).
pub(super) fn sort_of_page(kind: u8, language: Language) -> Option<&'static str> {
    PAGES.get(usize::from(kind)).map(|it| said(it, language))
}

pub(crate) fn happening(what: Happening, language: Language) -> &'static str {
    let (en, ko) = match what {
        Happening::ExitIntent => ("exit intent", "이탈 조짐"),
        Happening::RageClick => ("rage click", "분노 클릭"),
        Happening::CartHesitation => ("cart hesitation", "장바구니 망설임"),
        Happening::TabHidden => ("tab hidden", "탭 숨김"),
        Happening::TabReturned => ("back to the tab", "탭 복귀"),
        Happening::View => ("page view", "페이지 보기"),
        Happening::ProductView => ("product view", "상품 보기"),
        Happening::Added => ("added to cart", "장바구니 담기"),
        Happening::Removed => ("removed from cart", "장바구니 빼기"),
        Happening::CheckoutBegan => ("checkout begun", "주문 시작"),
        Happening::Purchased => ("purchase", "구매"),
        Happening::Searched => ("search", "검색"),
        Happening::SearchMissed => ("search without results", "결과 없는 검색"),
        Happening::Dismissed => ("offer dismissed", "제안 닫음"),
        Happening::DeadClick => ("dead click", "반응 없는 클릭"),
        Happening::Thrash => ("shaken pointer", "포인터 흔들기"),
        Happening::Comparing => ("comparing products", "상품 비교"),
        Happening::FormTrouble => ("trouble with a form", "입력 어려움"),
        Happening::SearchMiss => ("searches in vain", "거듭된 헛검색"),
        Happening::Fading => ("fading activity", "활동 줄어듦"),
        Happening::Waiting => ("waiting for an answer", "답변 대기"),
        Happening::BotEvidence => ("signs of a program", "봇 정황"),
    };
    if language == Language::En { en } else { ko }
}

pub(crate) fn quantity(what: Quantity, language: Language) -> &'static str {
    let (en, ko) = match what {
        Quantity::CartValue => ("cart value", "장바구니 금액"),
        Quantity::CartItems => ("items in the cart", "장바구니 수량"),
        Quantity::BuyPermille => ("chance of purchase, ‰", "구매 가능성(‰)"),
        Quantity::LeavePermille => ("chance of leaving, ‰", "이탈 가능성(‰)"),
        Quantity::HesitationLevel => ("hesitation level", "망설임 단계"),
        Quantity::DwellSeconds => ("seconds on this page", "이 페이지에 머문 초"),
        Quantity::ProductDwellSeconds => ("seconds on this product", "이 상품에 머문 초"),
        Quantity::ScrollPercent => ("percent scrolled", "스크롤 퍼센트"),
        Quantity::Views => ("pages viewed", "본 페이지 수"),
        Quantity::SessionSeconds => ("seconds in this visit", "방문 시간(초)"),
        Quantity::Visits => ("visits", "방문 횟수"),
        Quantity::DaysSincePurchase => ("days since the last purchase", "마지막 구매 후 지난 날"),
        Quantity::Vip => ("important customer (1 or 0)", "우수 고객(1 또는 0)"),
    };
    if language == Language::En { en } else { ko }
}
