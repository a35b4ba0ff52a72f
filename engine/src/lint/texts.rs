//! Whether what a campaign says can be read where it stands: words for everybody it is shown to, no
//! more of them than fit, under tags that name a language.

use super::said::both;
use super::{Find, Said, Severity};
use crate::campaign::{Action, Campaign, Content, Copy, Form, Trigger};
use crate::check::each_leaf;
use crate::form::CHOICES_MAX;

/// What two lines of a title hold in a card 376 px wide, in columns: a Korean letter takes two.
pub const TITLE_COLUMNS_MAX: usize = 40;

/// What four lines of a body hold.
pub const BODY_COLUMNS_MAX: usize = 120;

/// What both buttons hold in one row.
pub const BUTTONS_COLUMNS_MAX: usize = 32;

/// A dialog is a sixth wider, and stands in the middle of the page: half as much again can be read.
const DIALOG_BODY_COLUMNS_MAX: usize = BODY_COLUMNS_MAX * 3 / 2;

pub(super) fn texts(campaign: &Campaign, find: &mut Find<'_>) {
    let mut check_tag = |tag: &str| {
        if !is_language(tag) {
            let said = both!(
                "`{tag}` is no language: expected such as ko, en, pt-BR",
                "`{tag}`은(는) 언어가 아니에요. ko, en, pt-BR처럼 적으세요"
            );
            find(Severity::Error, "no_language", said);
        }
    };
    each_leaf(&campaign.trigger, &mut |leaf| {
        if let Trigger::Language(tags) = leaf {
            for tag in tags {
                check_tag(tag);
            }
        }
    });
    for variant in &campaign.variants {
        let (Action::Offer { copy, .. } | Action::Invite { copy }) = &variant.action;
        for tag in copy.keys() {
            check_tag(tag);
        }
    }
    for (place, variant) in campaign.variants.iter().enumerate() {
        let (Action::Offer { copy, .. } | Action::Invite { copy }) = &variant.action;
        for (tag, copy) in copy.iter() {
            let mut tell = |severity, code, Said { en, ko }| {
                find(
                    severity,
                    code,
                    both!("variant {place}, {tag}: {en}", "변형 {place}, {tag}: {ko}"),
                );
            };
            say_nothing(&variant.action, copy, &mut tell);
            say_too_much(&variant.action, copy, &mut tell);
        }
    }
}

type Tell<'a> = dyn FnMut(Severity, &'static str, Said) + 'a;

/// Where a word is missed. A button without one is left out when it is drawn.
fn say_nothing(action: &Action, copy: &Copy, tell: &mut Tell<'_>) {
    let mut miss = |text: &str, said: Said| {
        if text.trim().is_empty() {
            tell(Severity::Error, "empty_text", said);
        }
    };
    let title = both!(
        "no title, by which it is known to who cannot see it",
        "제목이 없어요. 화면을 볼 수 없는 사람은 제목으로 알아들어요"
    );
    miss(&copy.title, title);
    match action {
        Action::Invite { .. } => miss(
            &copy.accept,
            both!("no `accept`, which opens the chat", "채팅을 여는 버튼 문구가 없어요"),
        ),
        Action::Offer { link, .. } if !link.is_empty() => miss(
            &copy.accept,
            both!("no `accept`, which leads to its link", "링크로 가는 버튼 문구가 없어요"),
        ),
        Action::Offer { content: Content::Callback, .. } => miss(
            &copy.accept,
            both!(
                "no `accept`, which leads to booking a call",
                "전화 예약으로 가는 버튼 문구가 없어요"
            ),
        ),
        Action::Offer { content: Content::Progress { .. }, .. } => miss(
            &copy.body,
            both!(
                "no body, which is said once nothing is missing",
                "본문이 없어요. 금액을 다 채웠을 때 보이는 말이에요"
            ),
        ),
        Action::Offer { .. } => {}
    }
}

/// Where words are cut off, or push the buttons out of the window of a phone.
fn say_too_much(action: &Action, copy: &Copy, tell: &mut Tell<'_>) {
    let is_survey = matches!(action, Action::Offer { content: Content::Survey, .. });
    if is_survey && copy.body.lines().count() > CHOICES_MAX {
        let said = both!(
            "the body: a survey offers {CHOICES_MAX} choices, a line each",
            "본문: 설문의 보기는 한 줄에 하나씩 {CHOICES_MAX}개까지예요"
        );
        tell(Severity::Warning, "text_too_long", said);
    }
    let is_dialog = matches!(action, Action::Offer { form: Form::Dialog, .. });
    let body_max = if is_dialog { DIALOG_BODY_COLUMNS_MAX } else { BODY_COLUMNS_MAX };
    let buttons = columns(&copy.accept) + columns(&copy.decline);
    let (form, korean_form) =
        if is_dialog { ("dialog", "대화 상자") } else { ("card", "카드") };
    for (what, korean, found, limit) in [
        ("the title", "제목", columns(&copy.title), TITLE_COLUMNS_MAX),
        ("the body", "본문", columns(&copy.body), body_max),
        ("both buttons together", "두 버튼", buttons, BUTTONS_COLUMNS_MAX),
    ] {
        if found > limit {
            let said = both!(
                "{what}: {found} columns, a {form} holds {limit}",
                "{korean}: {found}칸, {korean_form}에는 {limit}칸까지 들어가요"
            );
            tell(Severity::Warning, "text_too_long", said);
        }
    }
}

/// Columns a text takes: letters of East Asia are as wide as two of others.
fn columns(text: &str) -> usize {
    let wide = |it: char| it > '\u{10ff}' && !matches!(it, '\u{2010}'..='\u{20bf}');
    text.chars().map(|it| if wide(it) { 2 } else { 1 }).sum()
}

/// A language and what follows it, as browsers write it (RFC 5646, without the tags that nobody
/// uses): two or three letters, then parts of up to eight letters and digits.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|it| it.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric())
        })
}
