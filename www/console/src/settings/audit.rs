//! The record of who did what.

use leptos::{ev, html, prelude::*, task::spawn_local};
use nunchi_api::people::{Audit, AuditEntry, Chain};

use super::{asked, utc_offset_min};
use crate::api;
use crate::preferences::{language, say};
use crate::text::{Language, fill, format};
use crate::ui::pieces::{Tone, badge, card};
use crate::ui::question::Question;
use crate::ui::{head, scroll};

pub(super) fn view() -> AnyView {
    let question = Question::<Audit>::new();
    let older = RwSignal::new(Vec::<AuditEntry>::new());
    let list = move |audit: Audit| {
        let total = audit.total;
        let first = audit.entries.clone();
        let entries = move || first.iter().cloned().chain(older.get()).map(row).collect_view();
        let shown = audit.entries.len();
        let last = audit.entries.last().map_or(0, |it| it.number);
        let more = move || {
            let last = older.with(|older| older.last().map_or(last, |it| it.number));
            (last > 1).then(|| {
                html::button()
                    .r#type("button")
                    .class("button button-plain")
                    .on(ev::click, move |_| fetch(older, last))
                    .child(say(|words| words.older))
            })
        };
        let columns = move || {
            let words = language().words();
            head(vec![
                (words.when, false),
                (words.person, false),
                (words.did, false),
                (words.to_what, false),
            ])
        };
        let told = move || {
            let shown = shown + older.with(Vec::len);
            fill(language().words().audit_shown, &[&shown.to_string(), &total.to_string()])
        };
        html::div()
            .child((
                audit.chain.as_ref().map(chain),
                html::p().class("lead").child(told),
                scroll(html::table().child((columns, html::tbody().child(entries)))),
                html::div().class("row").child(more),
            ))
            .into_any()
    };
    card(
        "",
        |words| words.audit,
        (
            html::p().class("hint").child(say(|words| words.audit_lead)),
            asked(question, || async { api::get("/api/audit", &[]).await }, list),
        ),
    )
    .into_any()
}

/// Whether the record is whole, what is wrong with it, and where it ends.
fn chain(chain: &Chain) -> impl IntoView + use<> {
    let is_whole = chain.findings.is_empty();
    let state = if is_whole {
        badge(Tone::Good, say(|words| words.audit_whole)).into_any()
    } else {
        badge(Tone::Bad, say(|words| words.audit_broken)).into_any()
    };
    let end: String = chain.end.chars().take(24).collect();
    let found = chain.findings.iter().map(|it| html::p().class("notice").child(it.clone()));
    html::div().class("stack").child((
        html::p()
            .class("install-state")
            .role("status")
            .child((state, html::code().class("key").title(chain.end.clone()).child(end))),
        found.collect_view(),
    ))
}

fn fetch(older: RwSignal<Vec<AuditEntry>>, before: u64) {
    spawn_local(async move {
        let before = before.to_string();
        // Who is signed out by now learns it from the next thing they do.
        if let Ok(audit) = api::get::<Audit>("/api/audit", &[("before", &before)]).await {
            let _ = older.try_update(|older| older.extend(audit.entries));
        }
    });
}

/// One entry as a line of a table.
pub(crate) fn row(entry: AuditEntry) -> impl IntoView {
    let AuditEntry { at, who, what, about, hash, number } = entry;
    let short: String = hash.chars().take(12).collect();
    html::tr().title(format!("{number}: {short}…")).child((
        html::td()
            .class("cell-time")
            .child(move || format::moment(at, utc_offset_min(), true, language())),
        html::td().child(who),
        html::td().child(move || deed(&what, language())),
        html::td().class("cell-long").child(about),
    ))
}

/// What a deed is called. One that came after this console is shown as it is.
fn deed(what: &str, language: Language) -> String {
    let found = DEEDS.iter().find(|(code, ..)| *code == what);
    found.map_or(what, |(_, en, ko)| if language == Language::En { en } else { ko }).to_owned()
}

const DEEDS: &[(&str, &str, &str)] = &[
    ("sign_in", "signed in", "로그인"),
    ("sign_out", "signed out", "로그아웃"),
    ("set_up", "set up", "초기 설정"),
    ("add_person", "invited somebody", "사람 초대"),
    ("change_person", "changed somebody", "사람 정보 변경"),
    ("remove_person", "removed somebody", "사람 삭제"),
    ("invite", "invited again", "다시 초대"),
    ("accept_invite", "accepted the invitation", "초대 수락"),
    ("change_password", "changed their password", "비밀번호 변경"),
    ("end_session", "ended a session", "세션 종료"),
    ("add_token", "made a token", "토큰 생성"),
    ("make_identity_secret", "made a secret for signed identity", "고객 서명용 비밀 키 생성"),
    ("revoke_token", "revoked a token", "토큰 폐기"),
    ("erase_visit", "had a visit erased", "방문 삭제"),
    ("add_site", "added a site", "사이트 추가"),
    ("change_site", "changed a site", "사이트 변경"),
    ("write_campaign", "wrote a campaign", "캠페인 작성"),
    ("drop_draft", "dropped a draft", "초안 삭제"),
    ("publish", "published", "게시"),
    ("withdraw", "withdrew a campaign", "캠페인 내림"),
    ("plan", "planned a campaign", "캠페인 예약"),
    ("publish_planned", "published as planned", "예약대로 게시"),
    ("withdraw_planned", "withdrew as planned", "예약대로 내림"),
    ("plan_failed", "had planned what could not be done", "예약 실행 실패"),
    ("revert", "went back", "되돌림"),
    ("write_answer", "wrote an answer", "답변 작성"),
    ("drop_answer", "dropped an answer", "답변 삭제"),
    ("import_answers", "imported answers", "답변 가져오기"),
    ("draft_answer", "began an answer", "답변 초안"),
];
