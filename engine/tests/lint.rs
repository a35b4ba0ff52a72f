//! What operators are told before they publish: a trigger in, findings out.

use beacon::Millis;
use engine::campaign::{Action, Campaign, Copy};
use engine::lint::{costs, lint};
use engine::model::schema::{SCHEMA, Slot, at};
use engine::model::{ALONE, Bands, Model, Term};
use engine::pack::Pack;
use expect_test::{Expect, expect};

/// 2026-11-30, a Monday, 12:00 UTC.
const NOW: Millis = Millis(1_796_040_000_000);

/// Campaigns by their triggers, with ids from 1 and falling priority.
fn pack(triggers: &[&str]) -> Pack {
    let campaigns = (1_u16..).zip(triggers).map(|(id, trigger)| {
        let json = format!(
            r#"{{"id": {id}, "name": "x", "priority": {}, "holdout_permille": 100, "shadow": false,
            "caps": {{"per_view": 1, "per_session": 1, "per_day": 1, "cooldown_s": 0}},
            "trigger": {trigger}, "variants": [{{"weight": 1, "action": {{"invite": {{"copy":
            {{"en": {{"title": "t", "body": "b", "accept": "a", "decline": "d"}}}}}}}}}}]}}"#,
            100 - id
        );
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json}"))
    });
    Pack { campaigns: campaigns.collect(), ..Pack::default() }
}

fn check(pack: &Pack, expected: &Expect) {
    let lines = lint(pack, NOW)
        .into_iter()
        .map(|it| format!("{:?} {} {}: {}\n", it.severity, it.campaign, it.code, it.message));
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn what_cannot_hold_is_found_with_its_reason() {
    let pack = pack(&[
        r#"{"all": [{"is": {"what": "cart_value", "min": 10000}},
                    {"is": {"what": "cart_value", "max": 5000}}]}"#,
        r#"{"is": {"what": "buy_permille", "min": 1001}}"#,
        r#"{"is": {"what": "hesitation_level", "min": 3, "max": 2}}"#,
        r#"{"all": [{"count": {"of": "exit_intent", "at_least": 1, "within_s": 5}},
                    {"not": {"count": {"of": "exit_intent", "at_least": 1, "within_s": 0}}}]}"#,
        r#"{"page": ["payment", "thanks"]}"#,
        r#"{"all": [{"device": ["phone"]}, {"not": {"device": ["phone", "tablet"]}}]}"#,
        r#"{"all": [{"path": ["/a*"]}, {"not": {"path": ["/a*"]}}]}"#,
        r#"{"any": []}"#,
        r#"{"any": [{"path": []}, {"is": {"what": "scroll_percent", "min": 101}}]}"#,
    ]);
    check(
        &pack,
        &expect![[r"
            Error 1 never_fires: it can never fire: cart_value must be at least 10000 and at most 5000
            Error 2 never_fires: it can never fire: buy_permille cannot be 1001 or more then
            Error 3 never_fires: it can never fire: hesitation_level must be at least 3 and at most 2
            Error 4 never_fires: it can never fire: exit_intent cannot be 0 or less then
            Error 5 never_fires: it can never fire: page is none on which something may be shown (payment and thanks are quiet)
            Error 6 never_fires: it can never fire: device can be none of what is asked for
            Error 7 never_fires: it can never fire: path /a* must match and must not
            Error 8 never_fires: it can never fire: no part of `any`
            Error 9 never_fires: it can never fire: path  has no pattern to match
        "]],
    );
}

#[test]
fn what_the_model_never_says_is_found() {
    // One term: exit intent makes leaving likelier, and nothing tells who buys.
    let terms = vec![Term { feature: at(Slot::ExitNow), with: ALONE, knot: 0, weights: [0, 512] }];
    let bands = Bands { buys: 500, leaves: 900 };
    let base = [-131_072, -65_536];
    let model = Model { schema: SCHEMA, rate: 400, shift: 8, bands, base, terms };
    let pack = pack(&[
        r#"{"band": ["buys", "leaves"]}"#,
        r#"{"not": {"band": ["undecided"]}}"#,
        r#"{"is": {"what": "buy_permille", "min": 200}}"#,
        r#"{"is": {"what": "leave_permille", "max": 200}}"#,
        r#"{"any": [{"band": ["buys"]}, {"band": ["undecided"]}]}"#,
        r#"{"is": {"what": "leave_permille", "min": 700}}"#,
    ]);
    check(
        &Pack { model: model.encode(), ..pack.clone() },
        &expect![[r"
        Error 1 never_fires: it can never fire: by the pack's model band is undecided, never else
        Error 2 never_fires: it can never fire: by the pack's model band is undecided, never else
        Error 3 never_fires: it can never fire: by the pack's model buy_permille is 119 to 119, never else
        Error 4 never_fires: it can never fire: by the pack's model leave_permille is 268 to 731, never else
        Warning 2 after_another: campaign 1 goes before it and holds whenever it does: it gets its turn only when that one had all of its own
    "]],
    );
    // The shipped one may say all of that.
    check(
        &pack,
        &expect![[r"
        Warning 2 after_another: campaign 1 goes before it and holds whenever it does: it gets its turn only when that one had all of its own
    "]],
    );
}

#[test]
fn what_comes_no_more_is_found() {
    let mut pack = pack(&[
        r#"{"schedule": {"until": "2026-11-29"}}"#,
        r#"{"schedule": {"since": "2026-12-02", "until": "2026-12-01"}}"#,
        r#"{"schedule": {"days": ["sat"], "since": "2026-11-30", "until": "2026-12-04"}}"#,
        r#"{"all": [{"schedule": {"days": ["mon"]}},
                    {"any": [{"schedule": {"days": ["tue"]}},
                             {"schedule": {"from": "09:00", "to": "18:00", "until": "2026-11-29"}}]}]}"#,
        r#"{"schedule": {"until": "2026-11-30", "from": "09:00", "to": "11:00"}}"#,
        r#"{"is": {"what": "session_seconds", "min": 86401}}"#,
        r#"{"since": {"of": "added", "at_least_s": 90000}}"#,
        r#"{"all": [{"visitor": ["new"]}, {"is": {"what": "visits", "min": 2}}]}"#,
        r#"{"all": [{"not": {"visitor": ["returning", "known"]}}, {"is": {"what": "visits", "min": 2}}]}"#,
    ]);
    check(
        &pack,
        &expect![[r"
        Error 1 never_fires: it can never fire: schedule (–2026-11-29) does not come any more
        Error 2 never_fires: it can never fire: schedule (2026-12-02–2026-12-01) does not come any more
        Error 3 never_fires: it can never fire: schedule (Sat, 2026-11-30–2026-12-04) does not come any more
        Error 4 never_fires: it can never fire: schedule (Mon) and schedule (Tue) does not come any more
        Error 5 never_fires: it can never fire: schedule (09:00–11:00, –2026-11-30) does not come any more
        Error 6 never_fires: it can never fire: session_seconds cannot be 86401 or more then
        Error 7 never_fires: it can never fire: since added cannot be 90000 or more then
        Error 8 never_fires: it can never fire: visits cannot be 2 or more then
        Error 9 never_fires: it can never fire: visits cannot be 2 or more then
    "]],
    );
    // By the shop's clock it is nine hours earlier: the morning is still to come.
    pack.zone.offsets = vec![(0, -540)];
    pack.campaigns.retain(|it| it.id == 5);
    check(&pack, &expect![[""]]);
}

#[test]
fn what_may_still_come_is_left_alone() {
    let pack = pack(&[
        r#"{"schedule": {"until": "2026-11-30", "from": "09:00", "to": "13:00"}}"#,
        r#"{"schedule": {"days": ["sun"], "from": "22:00", "to": "06:00", "until": "2026-12-06"}}"#,
        r#"{"all": [{"schedule": {"days": ["mon"], "from": "22:00", "to": "06:00"}},
                    {"schedule": {"from": "05:00", "to": "07:00", "since": "2027-05-01"}}]}"#,
        r#"{"not": {"schedule": {"until": "2026-11-29"}}}"#,
        r#"{"all": [{"visitor": ["new", "known"]}, {"is": {"what": "visits", "min": 2}}]}"#,
        r#"{"is": {"what": "session_seconds", "min": 86400}}"#,
    ]);
    check(&pack, &expect![[""]]);
}

#[test]
fn what_is_always_quiet_where_it_holds_is_found() {
    let mut pack = pack(&[
        r#"{"all": [{"page": ["cart"]}, {"is": {"what": "cart_items", "min": 2}}]}"#,
        r#"{"page": ["cart", "product"]}"#,
    ]);
    pack.site.quiet = serde_json::from_str(
        r#"{"any": [{"page": ["cart", "checkout"]}, {"device": ["tablet"]}]}"#,
    )
    .unwrap();
    check(
        &pack,
        &expect![[r"
        Error 1 never_shown: whenever it holds, the site's `quiet` does as well
    "]],
    );
}

#[test]
fn texts_that_are_missing_or_too_long_or_in_no_language_are_found() {
    let mut pack = pack(&[r#"{"language": ["ko", "english", "zh-Hant-TW", "e"]}"#, VIEWS, VIEWS]);
    let texts = |at: usize, pack: &mut Pack, json: &str| {
        pack.campaigns[at].variants[0].action = serde_json::from_str::<Action>(json).unwrap();
    };
    let long = Copy {
        title: "스물 한 글자가 넘는 제목은 두 줄에 못 들어가요".into(),
        body: "x".repeat(121),
        accept: "Yes, take me there now".into(),
        decline: "No, thank you".into(),
    };
    let long = serde_json::to_string(&long).unwrap();
    texts(
        0,
        &mut pack,
        r#"{"offer": {"form": "card", "link": "/sale", "copy": {"korean": {"title": " ", "body": "",
            "accept": "", "decline": ""}}}}"#,
    );
    texts(
        1,
        &mut pack,
        &format!(r#"{{"offer": {{"form": "card", "copy": {{"ko-KR": {long}}}}}}}"#),
    );
    texts(2, &mut pack, &format!(r#"{{"offer": {{"form": "dialog", "copy": {{"ko": {long}}}}}}}"#));
    pack.campaigns.iter_mut().for_each(|it| it.shadow = true);
    check(
        &pack,
        &expect![[r"
        Error 1 empty_text: variant 0, korean: no title, by which it is known to who cannot see it
        Error 1 empty_text: variant 0, korean: no `accept`, which leads to its link
        Error 1 no_language: `english` is no language: expected such as ko, en, pt-BR
        Error 1 no_language: `e` is no language: expected such as ko, en, pt-BR
        Error 1 no_language: `korean` is no language: expected such as ko, en, pt-BR
        Warning 2 text_too_long: variant 0, ko-KR: the title: 46 columns, a card holds 40
        Warning 2 text_too_long: variant 0, ko-KR: the body: 121 columns, a card holds 120
        Warning 2 text_too_long: variant 0, ko-KR: both buttons together: 35 columns, a card holds 32
        Warning 3 text_too_long: variant 0, ko: the title: 46 columns, a dialog holds 40
        Warning 3 text_too_long: variant 0, ko: both buttons together: 35 columns, a dialog holds 32
    "]],
    );
}

const VIEWS: &str = r#"{"is": {"what": "views", "min": 2}}"#;

#[test]
fn what_holds_is_left_alone() {
    let pack = pack(&[
        r#"{"all": [{"count": {"of": "added", "at_least": 1, "within_s": 0}},
                    {"not": {"count": {"of": "added", "at_least": 1, "within_s": 60}}}]}"#,
        r#"{"any": [{"page": ["payment", "cart"]}, {"is": {"what": "views", "min": 3}}]}"#,
        r#"{"not": {"all": [{"visitor": ["new"]}, {"device": ["phone"]}]}}"#,
        r#"{"all": [{"since": {"of": "added", "at_least_s": 30}},
                    {"not": {"since": {"of": "added", "at_least_s": 90}}}]}"#,
    ]);
    check(&pack, &expect![[""]]);
}

#[test]
fn a_campaign_behind_a_wider_one_is_found() {
    let pack = pack(&[
        r#"{"any": [{"is": {"what": "cart_items", "min": 1}}, {"visitor": ["known"]}]}"#,
        r#"{"all": [{"is": {"what": "cart_items", "min": 2}}, {"device": ["desktop"]}]}"#,
        r#"{"is": {"what": "views", "min": 2}}"#,
        r#"{"count": {"of": "rage_click", "at_least": 2, "within_s": 10}}"#,
        r#"{"count": {"of": "rage_click", "at_least": 2, "within_s": 5}}"#,
    ]);
    check(
        &pack,
        &expect![[r"
        Warning 2 after_another: campaign 1 goes before it and holds whenever it does: it gets its turn only when that one had all of its own
        Warning 5 after_another: campaign 4 goes before it and holds whenever it does: it gets its turn only when that one had all of its own
    "]],
    );
    let mut shadowed = pack;
    shadowed.campaigns.iter_mut().for_each(|it| it.shadow = true);
    check(&shadowed, &expect![[""]]);
}

#[test]
fn caps_variants_and_holdouts_that_do_not_mean_what_they_say_are_found() {
    let mut pack = pack(&[r#"{"is": {"what": "views", "min": 2}}"#, r#"{"all": []}"#]);
    let campaign = &mut pack.campaigns[0];
    campaign.caps.per_view = 3;
    campaign.caps.per_session = 2;
    campaign.caps.cooldown_s = 24 * 3_600;
    let mut other: Campaign = campaign.clone();
    campaign.variants.append(&mut other.variants);
    let json = r#"{"weight": 0, "action": {"invite": {"copy":
        {"ko": {"title": "t", "body": "b", "accept": "a", "decline": "d"}}}}}"#;
    campaign.variants.push(serde_json::from_str(json).unwrap());
    pack.campaigns[1].holdout_permille = 1_000;
    check(
        &pack,
        &expect![[r"
        Error 2 never_shown: everybody is in the holdout: nobody will ever see it
        Warning 1 cap_never_reached: per_view is 3, but per_session stops it at 2
        Warning 1 cap_never_reached: per_view is 3, but per_day stops it at 1
        Warning 1 cap_never_reached: per_session is 2, but per_day stops it at 1
        Warning 1 cap_never_reached: per_view is 3, but the cool-down is longer than a session
        Warning 1 cap_never_reached: per_session is 2, but the cool-down is longer than a session
        Warning 1 missing_language: variant 0 has no text in ko
        Warning 1 missing_language: variant 1 has no text in ko
        Warning 1 missing_language: variant 2 has no text in en
        Warning 2 says_nothing: it holds whatever happens: its caps alone decide
        Hint 1 unused_variant: variant 2 has weight 0: it is never chosen
    "]],
    );
}

#[test]
fn a_trigger_too_wide_to_be_written_out_is_not_judged() {
    let pair = r#"{"any": [{"visitor": ["new"]}, {"device": ["phone"]}]}"#;
    let trigger = format!(r#"{{"all": [{}]}}"#, [pair; 10].join(", "));
    check(&pack(&[&trigger]), &expect![[""]]);
}

#[test]
fn costs_are_bytes_and_conditions() {
    let pack = pack(&[r#"{"all": [{"visitor": ["new"]}, {"not": {"path": ["/a*"]}}]}"#]);
    let text = format!("{:?}", costs(&pack));
    expect!["[Cost { campaign: 1, bytes: 39, conditions: 2 }]"].assert_eq(&text);
}

/// A pack of one offer, as JSON, and a theme beside.
fn offer(offer: &str, theme: &str) -> Pack {
    let mut pack = pack(&[r#"{"page": ["cart"]}"#]);
    pack.campaigns[0].variants[0].action =
        serde_json::from_str(&format!(r#"{{"offer": {offer}}}"#)).expect("an offer");
    pack.theme = serde_json::from_str(theme).expect("a theme");
    pack
}

const THEME: &str = r##"{"accent": "#3a5bd9", "corner": "end", "shop": ""}"##;

#[test]
fn a_slot_that_is_none_or_is_never_filled_is_found() {
    let copy = |title: &str| {
        format!(
            r#"{{"form": "card", "copy": {{"en": {{"title": "{title}", "body": "b", "accept": "", "decline": ""}}}}}}"#
        )
    };
    for (title, expected) in [
        ("{product.name|This} costs {cart.total}", expect![""]),
        (
            "{product.nmae}",
            expect![[r"
                Error 1 unknown_slot: variant 0, en: `{product.nmae}` is no slot: there are product.name, product.price, cart.total, cart.items, cart.missing, coupon, shop
            "]],
        ),
        (
            "{cart.missing} and {coupon}",
            expect![[r"
                Error 1 slot_never_filled: variant 0, en: nothing ever fills `{cart.missing}` here
                Error 1 slot_never_filled: variant 0, en: nothing ever fills `{coupon}` here
            "]],
        ),
        (
            "{product.price}",
            expect![[r"
                Hint 1 slot_may_be_empty: variant 0, en: where the page tells no product it is not shown; write `{product.price|…}` with what to say then
            "]],
        ),
    ] {
        check(&offer(&copy(title), THEME), &expected);
    }
}

#[test]
fn colours_that_cannot_be_read_are_found() {
    let plain = r#"{"form": "card", "copy": {"en": {"title": "t", "body": "b", "accept": "", "decline": ""}}}"#;
    let theme = |more: &str| THEME.replace("\"corner\"", &format!("{more}, \"corner\""));
    check(
        &offer(plain, &theme(r##""paper": "#fffaf0", "ink": "#2a1f14", "radius": 4"##)),
        &expect![""],
    );
    check(
        &offer(plain, &theme(r##""paper": "#ffffff", "ink": "#9a9a9a""##)),
        &expect![[r"
            Error 0 low_contrast: theme: ink on paper is 2.8 : 1, 4.5 : 1 are needed
            Warning 0 low_contrast: theme: softer text on paper is 2.0 : 1, 4.5 : 1 are needed
        "]],
    );
    let pale = THEME.replace("#3a5bd9", "#ffe08a");
    check(
        &offer(plain, &pale),
        &expect![[r"
            Warning 0 low_contrast: theme: buttons on their ground are 1.3 : 1, 3 : 1 are needed
        "]],
    );
}
