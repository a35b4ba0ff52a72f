//! What the site says for all its campaigns together, as operators are told of it: why nothing was
//! shown, in words.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod notation;

use beacon::item::{Body, Fact};
use beacon::{Item, Millis};
use engine::check::Problem;
use engine::decide::Decider;
use engine::explain::{Language, why};
use engine::lint::lint;
use engine::pack::{Pack, Published};
use expect_test::{Expect, expect};
use notation::Tab;

const SEARCHED: &str = "campaign exit-offer id=5 holdout=0 per_view=0 per_session=9 per_day=0 \
    cooldown=0 trigger={\"count\":{\"of\":\"searched\",\"at_least\":1,\"within_s\":1}}";

/// Plays the lines, and tells how every campaign stands when a search comes 5 s after the first.
fn check(lines: &[&str], expected: &Expect) {
    let mut tab = Tab::new();
    for line in lines {
        tab.take(line);
    }
    let pack = tab.packs[0].clone();
    let published = Published::from(pack.clone());
    let mut decider = Decider::default();
    for item in &tab.reported {
        decider.take(item, &published);
    }
    let at = tab.reported.last().map_or(Millis(0), |it| it.at).plus(5_000);
    let item = Item { at, body: Body::Stated(Fact::Searched { results: Some(3) }) };
    let stands = decider.examine(&item, &pack, &pack.clone().into());
    let sentences = stands.iter().zip(&pack.campaigns).flat_map(|(it, campaign)| {
        [Language::En, Language::Ko].map(|language| why(campaign, it, language) + "\n")
    });
    expected.assert_eq(&sentences.collect::<String>());
}

const BEGAN: &str = "0ms began desktop ko new";

#[test]
fn the_sites_own_holdout_is_told_from_the_campaigns() {
    check(
        &[r#"site {"holdout_permille": 1000}"#, SEARCHED, BEGAN, "5ms view /"],
        &expect![[r"
            “Exit offer for the undecided” is not shown: this visitor goes without everything, to measure the worth of all (search: 1 in 1 s (needs 1)).
            ‘Exit offer for the undecided’ 표시 안 됨: 전체 효과를 재기 위해 아무것도 보여 주지 않는 방문자예요 (1초 안에 검색 1번 (1번 필요)).
        "]],
    );
}

#[test]
fn caps_of_all_together_are_told_from_the_campaigns() {
    check(
        &[
            r#"site {"caps": {"per_view": 0, "per_session": 1, "per_day": 0, "cooldown_s": 0}}"#,
            SEARCHED,
            BEGAN,
            "5ms view /",
            "1s search 3",
            "2s answer 5 expired",
        ],
        &expect![[r"
            “Exit offer for the undecided” is not shown: all campaigns together: it had its turns in this visit.
            ‘Exit offer for the undecided’ 표시 안 됨: 모든 캠페인 합산: 이번 방문에서 이미 보여 줬어요.
        "]],
    );
}

#[test]
fn where_the_site_wants_quiet_is_told() {
    let quiet = r#"site {"quiet": {"path": ["/b2b/*"]}}"#;
    check(
        &[quiet, SEARCHED, BEGAN, "5ms view /b2b/x"],
        &expect![[r"
        “Exit offer for the undecided” is not shown: the site wants quiet here.
        ‘Exit offer for the undecided’ 표시 안 됨: 사이트 설정에 따라 여기서는 아무것도 보여 주지 않아요.
    "]],
    );
}

#[test]
fn an_invitation_without_anybody_to_answer_is_told() {
    let invitation = SEARCHED.replace("exit-offer id=5", "cart-help id=5 needs_agent");
    check(
        &[&invitation, BEGAN, "5ms view /"],
        &expect![[r"
        “Help at a wavering cart” is not shown: nobody is free to answer.
        ‘Help at a wavering cart’ 표시 안 됨: 지금 답할 수 있는 상담원이 없어요.
    "]],
    );
}

#[test]
fn a_lifetime_is_told() {
    let capped = SEARCHED.replace("holdout=0", "holdout=0 lifetime=2");
    let had = ["remember visits=3 turns=5×2", BEGAN, "5ms view /"];
    check(
        &[[capped.as_str()].as_slice(), &had].concat(),
        &expect![[r"
        “Exit offer for the undecided” is not shown: it had all its turns with this visitor.
        ‘Exit offer for the undecided’ 표시 안 됨: 이 방문자에게 정해진 횟수를 다 보여 줬어요.
    "]],
    );
    check(
        &[&capped, BEGAN, "5ms view /"],
        &expect![[r"
        “Exit offer for the undecided” is not shown: nobody remembers how often this visitor had it.
        ‘Exit offer for the undecided’ 표시 안 됨: 이 방문자에게 몇 번 보여 줬는지 알 수 없어요.
    "]],
    );
}

#[test]
fn an_audience_is_told_by_its_name() {
    let trigger = r#"{"all":[{"audience":{"name":"loyal","trigger":{"is":{"what":"visits",
        "min":5}}}},{"schedule":{"days":["sat"]}}]}"#
        .replace("\n        ", "");
    let offer = format!("{} trigger={trigger}", SEARCHED.split(" trigger").next().unwrap());
    check(
        &[&offer, "remember visits=3", BEGAN, "5ms view /"],
        &expect![[r"
        “Exit offer for the undecided” is not shown: not of the audience loyal and visits 3 (needs at least 5) and the shop's clock shows Fri 2027-01-15 08:00 (asked for: Sat).
        ‘Exit offer for the undecided’ 표시 안 됨: 고객군 loyal 아님, 방문 횟수 3 (5 이상 필요), 쇼핑몰 시각 금 2027-01-15 08:00 (조건: 토).
    "]],
    );
}

/// An offer at the third search, but not where `unwanted` holds.
fn but_not(unwanted: &str, expected: &Expect) {
    let trigger = format!(
        r#"{{"all":[{{"count":{{"of":"searched","at_least":3,"within_s":9}}}},{{"not":{unwanted}}}]}}"#
    );
    let offer = format!("{} trigger={trigger}", SEARCHED.split(" trigger").next().unwrap());
    let lines = ["remember visits=3", BEGAN, "5ms view /", "1s search 0", "2s search 0"];
    check(&[[offer.as_str()].as_slice(), &lines].concat(), expected);
}

#[test]
fn what_happened_and_must_not_have_is_told_as_such() {
    but_not(
        r#"{"any":[{"count":{"of":"search_missed","at_least":1,"within_s":60}},{"count":{"of":"view","at_least":2,"within_s":0}},{"count":{"of":"search_missed","at_least":2,"within_s":0}}]}"#,
        &expect![[r"
            “Exit offer for the undecided” is not shown: search without results: 2 in 60 s (must not have happened) and search without results: 2 in this visit (must be below 2).
            ‘Exit offer for the undecided’ 표시 안 됨: 60초 안에 결과 없는 검색 2번 (없어야 함), 이번 방문에서 결과 없는 검색 2번 (2번 미만이어야 함).
        "]],
    );
    but_not(
        r#"{"all":[{"since":{"of":"view","at_least_s":3}},{"is":{"what":"visits","min":3}},{"device":["desktop","tablet"]}]}"#,
        &expect![[r"
            “Exit offer for the undecided” is not shown: page view: 6 s ago (must be below 3 s) and visits 3 (must be below 3) and device is desktop (must not be desktop or tablet).
            ‘Exit offer for the undecided’ 표시 안 됨: 페이지 보기 후 6초 (3초 미만이어야 함), 방문 횟수 3 (3 미만이어야 함), 기기 컴퓨터 (컴퓨터 또는 태블릿이면 안 됨).
        "]],
    );
    but_not(
        r#"{"any":[{"is":{"what":"visits","max":3}},{"is":{"what":"visits","min":1,"max":4}},{"path":["/b2b","/"]}]}"#,
        &expect![[r"
            “Exit offer for the undecided” is not shown: visits 3 (must be above 3) and visits 3 (must not be 1 to 4) and path matches / (must not match).
            ‘Exit offer for the undecided’ 표시 안 됨: 방문 횟수 3 (3 초과여야 함), 방문 횟수 3 (1~4이면 안 됨), 주소 / 일치 (일치하지 않아야 함).
        "]],
    );
    but_not(
        r#"{"all":[{"audience":{"name":"loyal","trigger":{"language":["ko"]}}},{"schedule":{"days":["fri"]}}]}"#,
        &expect![[r"
            “Exit offer for the undecided” is not shown: of the audience loyal (must not be) and language matches ko (must not match) and the shop's clock shows Fri 2027-01-15 08:00 (must not be: Fri).
            ‘Exit offer for the undecided’ 표시 안 됨: 고객군 loyal (아니어야 함), 언어 ko 일치 (일치하지 않아야 함), 쇼핑몰 시각 금 2027-01-15 08:00 (제외: 금).
        "]],
    );
    but_not(
        r#"{"any":[{"sequence":{"within_s":9,"steps":["view","search_missed"]}}]}"#,
        &expect![[r"
            “Exit offer for the undecided” is not shown: page view, search without results: each within 9 s (must not have happened).
            ‘Exit offer for the undecided’ 표시 안 됨: 페이지 보기, 결과 없는 검색 순서로 각 9초 안에 일어남 (없어야 함).
        "]],
    );
}

#[test]
fn what_is_missing_below_two_nots_is_wanted() {
    but_not(
        r#"{"not":{"count":{"of":"added","at_least":1,"within_s":0}}}"#,
        &expect![[r"
        “Exit offer for the undecided” is not shown: added to cart: 0 in this visit (needs 1).
        ‘Exit offer for the undecided’ 표시 안 됨: 이번 방문에서 장바구니 담기 0번 (1번 필요).
    "]],
    );
}

#[test]
fn a_turn_that_nobody_could_keep_count_of_is_not_said_to_be_taken() {
    let mut tab = Tab::new();
    for id in 1..=18 {
        let of =
            ["added", "checkout_began", "searched"][usize::from(id > 1) + usize::from(id > 16)];
        tab.take(&format!(
            "campaign exit-offer id={id} shadow per_view=9 per_session=9 per_day=8 cooldown=0 \
             trigger={{\"count\":{{\"of\":\"{of}\",\"at_least\":1,\"within_s\":1}}}}"
        ));
    }
    // Of the sixteen that had a turn one is forgotten after a day: there is room for one more.
    for line in [BEGAN, "5ms view /", "1s add p 1 1", "25h view /", "90001s checkout 1"] {
        tab.take(line);
    }
    let published = Published::from(tab.packs[0].clone());
    let mut decider = Decider::default();
    for item in &tab.reported {
        decider.take(item, &published);
    }
    let item =
        Item { at: Millis(90_009_000), body: Body::Stated(Fact::Searched { results: None }) };
    let told = decider.examine(&item, &tab.packs[0], &tab.packs[0].clone().into());
    let told = told[16..].iter().map(|it| format!("{} {:?}", it.campaign, it.standing));
    assert_eq!(told.collect::<Vec<_>>(), ["17 Shadowed", "18 Paced(Full)"]);
    let taken = decider.take(&item, &published);
    assert_eq!(taken.iter().map(|it| it.verdict.campaign).collect::<Vec<_>>(), [17]);
}

#[test]
fn what_cannot_be_published_for_a_site_is_refused_and_what_says_nothing_is_found() {
    let pack = |site: &str, campaign: &str| {
        let campaigns = vec![notation::read::campaign(campaign)];
        Pack { site: serde_json::from_str(site).unwrap(), campaigns, ..Pack::default() }
    };
    let problems = |site: &str, campaign: &str| pack(site, campaign).check();
    assert_eq!(problems(r#"{"holdout_permille": 1001}"#, "exit-offer"), [Problem::Holdout(0)]);
    let caps = r#"{"caps": {"per_view": 0, "per_session": 0, "per_day": 9, "cooldown_s": 0, "lifetime": 1}}"#;
    assert_eq!(problems(caps, "exit-offer"), [Problem::PerDay(0), Problem::SiteLifetime]);
    assert_eq!(problems("{}", "exit-offer id=0"), [Problem::Id]);
    assert_eq!(problems("{}", "exit-offer needs_agent"), [Problem::NeedsAgent(1)]);
    let named = r#"exit-offer trigger={"audience":"x"}"#;
    assert_eq!(problems("{}", named), [Problem::Audience(1)]);
    let never = lint(&pack(r#"{"quiet": {"not": {"any": []}}}"#, "exit-offer"), Millis(0));
    let told = never.iter().map(|it| format!("{} {}\n", it.campaign, it.message));
    expect![[r"
        0 it is always quiet: nothing is ever shown
    "]]
    .assert_eq(&told.collect::<String>());
}
