//! Each question over a small day.

use expect_test::{Expect, expect};
use nunchi_api::questions::{By, Question};
use nunchi_api::stats::Coupons;

use super::notation::{ask, ask_of, compare, history};
use crate::store::rows::VisitKey;

/// Ann comes on her phone from a search, looks at tea, takes two, hesitates, buys. Later she comes back
/// directly at her desk and looks around. Bob looks at tea and a cup, takes both, puts the cup back,
/// hesitates over the coupon and shipping, goes. `c` gave no consent to ids; `d` is a robot.
const SMALL: &str = "
    a/ann.1   0:00 began phone new ko search.example
    a/ann.1   0:00 remembered search.example source=naver
    a/ann.1   0:00 viewed /p/tea product
    a/ann.1   0:00 product_seen tea Green tea
    a/ann.1   0:10 dwell 10000
    a/ann.1   0:20 scroll_reach 60
    a/ann.1   0:30 dwell 30000
    a/ann.1   0:40 added tea 2
    a/ann.1   0:41 cart_stands 2 24000 KRW
    a/ann.2   1:00 began phone returning ko pay.example
    a/ann.2   1:00 remembered search.example source=naver
    a/ann.2   1:00 viewed /cart cart
    a/ann.2   1:20 dwell 20000
    a/ann.2   1:30 cart_hesitation 2 8
    a/ann.2   1:40 cart_hesitation 0 0
    a/ann.3   2:00 viewed /checkout checkout
    a/ann.3   2:30 purchased A-1 24000 KRW
    a/ann.3   2:31 viewed /thanks thanks
    a/ann.3   2:40 purchased_again A-1 24000 KRW
    e/ann     9:00 began desktop known ko
    e/ann     9:00 viewed / home
    e/ann     9:01 viewed / home
    e/ann     9:02 viewed /p/tea product
    e/ann     9:02 product_seen tea Tea, green
    b/bob     3:00 began desktop new en
    b/bob     3:00 viewed /p/tea product
    b/bob     3:00 product_seen tea Green tea
    b/bob     3:05 dwell 5000
    b/bob     3:10 added tea 1
    b/bob     3:20 viewed /p/cup product
    b/bob     3:20 product_seen cup Cup
    b/bob     3:30 added cup 1
    b/bob     3:31 cart_stands 2 20000 KRW
    b/bob     3:40 removed cup 1
    b/bob     3:41 cart_stands 1 12000 KRW
    b/bob     3:50 cart_hesitation 1 16
    b/bob     3:55 cart_hesitation 3 48
    b/bob     3:56 exit_intent 200
    c         4:00 viewed / home loader
    d         5:00 viewed /p/tea product !robot
    d         5:00 purchased X-1 999 KRW !robot
";

#[expect(clippy::needless_pass_by_value, reason = "reads better at the place of use")]
fn check(question: Question, filter: &[&str], expected: Expect) {
    expected.assert_eq(&ask(SMALL, question, filter));
}

#[test]
fn overview_counts_everything_once() {
    // Dwells: 30 s, 20 s, 5 s; the others reported none.
    check(
        Question::Overview {},
        &[],
        expect![[r"
            carts: 2
            checkouts: 1
            dwell_ms_median: 20000
            loader_views: 1
            purchases: 1
            revenue: 24000KRW
            sessions: 4
            views: 10
            visitors: 2
        "]],
    );
}

#[test]
fn overview_has_equal_slices_of_half_an_hour() {
    let history = history(SMALL);
    let asked = super::notation::asked(Question::Overview {}, &[]);
    let answer = crate::stats::answer(&history, &asked, 0, crate::stats::Present::default());
    let nunchi_api::questions::Answer::Overview(answer) = answer.unwrap() else { panic!() };
    let first = &answer.series[0];
    assert_eq!((answer.series.len(), first.sessions, first.views, first.purchases), (48, 4, 10, 1));
    assert!(answer.series[1..].iter().all(|slice| slice.sessions + slice.views == 0));
}

#[test]
fn conversations_are_those_of_visits_that_pass_the_filter() {
    let mut history = history(SMALL);
    history.conversations.total = 5;
    history.conversations.by_visit.insert(VisitKey::new(b"a\0\0\0\0\0\0\0"), 2);
    history.conversations.by_visit.insert(VisitKey::new(b"b\0\0\0\0\0\0\0"), 1);
    let ask = |filter: &[&str]| {
        let text = ask_of(&history, Question::Overview {}, filter, 0);
        text.lines().find(|line| line.starts_with("conversations")).map(str::to_owned)
    };
    assert_eq!(ask(&[]).as_deref(), Some("conversations: 5"));
    assert_eq!(ask(&["device=phone"]).as_deref(), Some("conversations: 2"));
    assert_eq!(ask(&["device=tablet"]), None);
}

#[test]
fn a_filter_goes_by_the_first_page_load_and_by_what_was_viewed() {
    let of = |filter: &[&str]| {
        let text = ask(SMALL, Question::Overview {}, filter);
        let figure = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.map_or("0", |it| it.trim_start_matches(": ")).to_owned()
        };
        format!("{} {}", figure("sessions"), figure("views"))
    };
    let check = |filter: &[&str], expected| assert_eq!(of(filter), expected, "{filter:?}");
    check(&["device=phone"], "1 4");
    check(&["device=desktop"], "2 5");
    check(&["device=unknown"], "1 1");
    // Ann's second page load calls her `returning`: the first one counts.
    check(&["visitor=new"], "2 6");
    check(&["visitor=returning"], "0 0");
    check(&["language=ko"], "2 7");
    check(&["source=search.example source=naver"], "1 4");
    // A payment page is a referrer, too, but not where the visit came from.
    check(&["source=pay.example"], "0 0");
    check(&["source=direct"], "3 6");
    check(&["page=home"], "2 4");
    check(&["path=/p/cup"], "1 2");
    check(&["page=product", "device=desktop", "language=ko"], "1 3");
}

#[test]
fn funnel_steps_follow_each_other() {
    let funnel = |steps: &[&str]| {
        let steps = steps.iter().map(|step| step.parse().unwrap()).collect();
        let text = ask(SMALL, Question::Funnel { steps }, &[]);
        text.lines().map(|line| line.replace("steps: name=", "")).collect::<Vec<_>>().join(", ")
    };
    let check = |steps: &[&str], expected| assert_eq!(funnel(steps), expected, "{steps:?}");
    check(
        &[],
        "view sessions=4, product sessions=3, cart sessions=2, checkout sessions=1, purchase sessions=1",
    );
    // A view may stand for the step behind it as well, but not for a second view.
    check(&["view", "page:home"], "view sessions=4, page:home sessions=2");
    check(&["view", "view", "page:home"], "view sessions=4, view sessions=3, page:home sessions=1");
    check(&["page:home", "view"], "page:home sessions=2, view sessions=1");
    check(&["cart", "path:/p/cup"], "cart sessions=2, path:/p/cup sessions=1");
    check(&["product:tea", "product:cup"], "product:tea sessions=3, product:cup sessions=1");
    check(&["purchase", "view"], "purchase sessions=1, view sessions=1");
    check(
        &["signal:cart_hesitation", "purchase"],
        "signal:cart_hesitation sessions=2, purchase sessions=1",
    );
    check(&["signal:exit_intent", "purchase"], "signal:exit_intent sessions=1, purchase");
}

#[test]
fn journeys_take_what_is_viewed_again_as_one_step() {
    check(
        Question::Journeys { by: By::Page, depth: 2 },
        &[],
        expect![[r"
            ends: page=product people=2 sessions=2
            ends: page=home people=1 sessions=1
            ends: bought=1 page=thanks people=1 sessions=1
            paths: ended=1 people=1 sessions=1 steps=home
            paths: ended=1 people=1 sessions=1 steps=home > product
            paths: ended=1 people=1 sessions=1 steps=product
            paths: bought=1 people=1 sessions=1 steps=product > cart
        "]],
    );
    check(
        Question::Journeys { by: By::Path, depth: 1 },
        &["device=desktop"],
        expect![[r"
            ends: page=/p/cup people=1 sessions=1
            ends: page=/p/tea people=1 sessions=1
            paths: people=1 sessions=1 steps=/
            paths: people=1 sessions=1 steps=/p/tea
        "]],
    );
}

#[test]
fn pages_are_ordered_by_dwell_then_views_then_path() {
    check(
        Question::Pages {},
        &[],
        expect![[r"
            rows: dwell_ms_median=5000 dwell_ms_total=35000 page=product path=/p/tea reach_percent=60 views=3
            rows: dwell_ms_median=20000 dwell_ms_total=20000 page=cart path=/cart views=1
            rows: page=home path=/ views=3
            rows: page=checkout path=/checkout views=1
            rows: page=product path=/p/cup views=1
            rows: page=thanks path=/thanks views=1
        "]],
    );
}

#[test]
fn what_was_reported_counts_for_the_view_before_it_in_its_own_page_load() {
    let day = "
        a.1 0:00 viewed /a other
        a.2 0:01 viewed /b other
        a.1 0:02 dwell 2000
        a.2 0:03 dwell 500
        a.1 0:04 viewed /c other
        a.1 0:05 dwell 1000
        a.3 0:06 dwell 9000
    ";
    expect![[r"
        rows: dwell_ms_median=2000 dwell_ms_total=2000 page=other path=/a views=1
        rows: dwell_ms_median=1000 dwell_ms_total=1000 page=other path=/c views=1
        rows: dwell_ms_median=500 dwell_ms_total=500 page=other path=/b views=1
    "]]
    .assert_eq(&ask(day, Question::Pages {}, &[]));
}

#[test]
fn signals_leave_out_hesitation_that_faded() {
    check(
        Question::Signals {},
        &[],
        expect![[r"
            causes: cause=step_back sessions=1
            causes: cause=coupon_empty sessions=1
            causes: cause=shipping_shock sessions=1
            rows: count=4 sessions=2 signal=dwell
            rows: count=3 sessions=2 signal=cart_hesitation
            rows: count=1 sessions=1 signal=exit_intent
            rows: count=1 sessions=1 signal=scroll_reach
        "]],
    );
}

#[test]
fn hesitations_tell_who_bought_nevertheless_and_what_was_lost() {
    check(
        Question::Hesitations {},
        &[],
        expect![[r"
            rows: bought=1 carts=24000KRW cause=step_back people=1 sessions=1
            rows: carts=12000KRW cause=coupon_empty lost=12000KRW people=1 sessions=1
            rows: carts=12000KRW cause=shipping_shock lost=12000KRW people=1 sessions=1
        "]],
    );
}

#[test]
fn products_are_bought_when_they_are_in_the_cart_at_a_purchase() {
    // Ann called tea by another name when she came back.
    check(
        Question::Products {},
        &[],
        expect![[r"
            rows: abandoned=1 bought=1 carted=2 id=tea name=Tea, green people=2 viewed=3
            rows: abandoned=1 carted=1 id=cup name=Cup people=1 viewed=1
        "]],
    );
    let day = "
        a 0:00 added tea 2
        a 0:01 added cup 1
        a 0:02 removed tea 1
        a 0:03 removed cup 1
        a 0:04 purchased 1 1 KRW
        a 0:05 added jar 1
        a 0:06 added cup 0
        b 0:00 removed jar 1
        b 0:01 added jar 1
        b 0:02 purchased 2 1 KRW
    ";
    expect![[r"
        rows: abandoned=2 carted=2 id=jar people=2
        rows: abandoned=1 carted=1 id=cup people=1
        rows: bought=1 carted=1 id=tea people=1
    "]]
    .assert_eq(&ask(day, Question::Products {}, &[]));
}

#[test]
fn audiences_and_sources_put_each_visit_into_one_row() {
    check(
        Question::Audiences {},
        &[],
        expect![[r"
            devices.rows: carts=1 name=desktop people=2 sessions=2 views=5
            devices.rows: bought=1 carts=1 name=phone people=1 purchases=1 revenue=24000KRW sessions=1 views=4
            devices.rows: name=unknown people=1 sessions=1 views=1
            languages.rows: bought=1 carts=1 name=ko people=1 purchases=1 revenue=24000KRW sessions=2 views=7
            languages.rows: carts=1 name=en people=1 sessions=1 views=2
            languages.rows: name=unknown people=1 sessions=1 views=1
            visitors.rows: bought=1 carts=2 name=new people=2 purchases=1 revenue=24000KRW sessions=2 views=6
            visitors.rows: name=known people=1 sessions=1 views=3
            visitors.rows: name=unknown people=1 sessions=1 views=1
        "]],
    );
    check(
        Question::Sources {},
        &[],
        expect![[r"
            rows: carts=1 name=direct people=3 sessions=3 views=6
            rows: bought=1 carts=1 name=search.example source=naver people=1 purchases=1 revenue=24000KRW sessions=1 views=4
        "]],
    );
}

#[test]
fn hours_are_of_the_zones_week_and_a_visit_counts_once_in_each() {
    // The first day of these stories is Sunday, 22 November, by UTC's clock.
    let day = "
        a 2026-11-22T00:00 began phone new ko
        a 2026-11-22T00:00 viewed /c cart
        a 2026-11-22T00:01 cart_hesitation 1 4
        a 2026-11-22T00:02 cart_hesitation 2 12
        a 2026-11-22T00:30 viewed /c cart
        a 2026-11-22T01:10 viewed /c cart
        a 2026-11-22T01:11 purchased 1 500 KRW
        b 2026-11-22T00:59 viewed / home
        b 2026-11-22T00:59 cart_hesitation 0 0
    ";
    expect![[r"
        rows: hesitated=1 sessions=2 weekday=6
        rows: hour=1 purchases=1 sessions=1 weekday=6
    "]]
    .assert_eq(&ask(day, Question::Hours {}, &[]));
}

#[test]
fn campaigns_count_what_persons_bought_within_seven_days_after_their_first_verdict() {
    // Ann's second visit, on another device, is hers all the same. Cleo bought before; Dan too late.
    let days = "
        a/ann 0:00 began phone new ko
        a/ann 0:10 fired 1
        a/ann 0:11 shown 1
        a/ann 0:12 dismissed 1
        a/ann 0:20 fired 1
        f/ann 6d0:00 began desktop known ko
        f/ann 6d0:00 purchased 1 500 KRW
        b/bob 0:05 held_out 1
        b/bob 0:05 purchased 2 700 KRW
        c/cleo 0:01 purchased 3 900 KRW
        c/cleo 0:02 held_out 1
        d/dan 0:30 held_out 1
        d/dan 7d0:30 purchased 4 100 KRW
        g/gus 0:40 shadowed 2
        h/hal 1d0:00 fired 1
    ";
    let text = ask(days, Question::Campaigns {}, &[]);
    let text = text.split(" evidence=").collect::<Vec<_>>().join("\n");
    let treated = "treated=(converted=1 revenue=500KRW visitors=1)";
    let holdout = "holdout=(converted=1 revenue=700KRW visitors=3)";
    assert!(text.contains(treated) && text.contains(holdout), "{text}");
    assert!(text.contains("dismissed=1") && text.contains("fired=2 held_out=3"), "{text}");
    assert!(text.contains("id=2 shadowed=1"), "{text}");
    // The newest five, newest first.
    assert_eq!(text.matches("outcome=").count(), 6, "{text}");
    let filtered = ask(days, Question::Campaigns {}, &["device=phone"]);
    assert!(filtered.contains(treated) && !filtered.contains("holdout="), "{filtered}");
}

#[test]
fn ratings_are_counted_by_score_and_by_reason_and_hidden_while_few_gave_one() {
    // Ann says why, too; Bob is asked twice; Cleo only refuses.
    let day = "
        a/ann 0:10 rated 7 2 0
        a/ann 0:12 rated 7 2 3
        b/bob 0:20 rated 7 5 0
        b/bob 0:40 rated 7 4 0
        c/cleo 0:50 dismissed 7
    ";
    let ratings = "ratings=(answers=3 mean_hundredths=366 people=2 reasons=1 satisfied_permille=666 scores=1 > 1 > 1)";
    let text = ask(day, Question::Campaigns {}, &[]);
    let told = ask_of(&history(day), Question::Campaigns {}, &[], 2);
    let hidden = ask_of(&history(day), Question::Campaigns {}, &[], 3);
    assert_eq!(text, told);
    assert!(told.contains(ratings), "{told}");
    assert!(hidden.contains("dismissed=1") && !hidden.contains("ratings"), "{hidden}");
}

#[test]
fn coupons_of_a_campaign_are_told_but_of_no_part_of_the_visits() {
    let mut day = history("a/ann 0:10 shown 9");
    day.coupons = [(9, Coupons { given: 7, redeemed: 2 })].into();
    let text = ask_of(&day, Question::Campaigns {}, &[], 0);
    assert!(text.contains("coupons=(given=7 redeemed=2)"), "{text}");
    let text = ask_of(&day, Question::Campaigns {}, &["device=phone"], 0);
    assert!(!text.contains("coupons"), "{text}");
}

#[test]
fn losses_are_gaps_in_the_numbers_of_page_loads_that_began_in_the_span() {
    // `a` lost 1; `b` lost nothing, though 1 came first and 2 is kept apart; `c` lost its first; `d`
    // began the day before; `e` goes on the day after; `f` is kept apart as a whole.
    let day = "
        a#0 0:00 viewed / home
        a#0 0:01 dwell 1
        a#2 0:02 dwell 2
        b#1 0:00 dwell 1
        b#0 0:00 viewed / home
        b#2 0:03 dwell 2 !run_rate
        c#1 1:00 dwell 1
        d#0 -1d1439:00 viewed / home
        d#2 0:10 dwell 1
        e#0 1439:00 viewed / home loader
        e#3 1d0:01 dwell 1
        f#5 0:00 viewed / home !robot
    ";
    expect![[r"
        loader_views: 1
        lost: 4
        lost_permille: 333
        runs: 4
        runs_with_loss: 3
        sent: 12
        stored: 8
        views: 3
    "]]
    .assert_eq(&ask(day, Question::Losses {}, &[]));
    expect![[r"
        lost: 4
        quarantined: events=1 reason=run_rate sessions=1
        quarantined: events=1 reason=robot sessions=1
        sent: 12
    "]]
    .assert_eq(&ask(day, Question::Health {}, &[]));
}

#[test]
fn the_day_before_is_told_for_comparison() {
    let days = "
        a 0:00 viewed / home
        b 1:00 viewed / home
        c -1d0:00 viewed / home
        d -2d1439:59 viewed / home
        e 1d0:00 viewed / home
    ";
    let (now, before) = compare(days, Question::Overview {});
    assert_eq!((&*now, &*before), ("sessions: 2\nviews: 2\n", "sessions: 1\nviews: 1\n"));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let questions = Question::ALL.into_iter();
    let mut backward = history(SMALL);
    backward.records.reverse();
    let forward = history(SMALL);
    for question in questions {
        let ask = |history| ask_of(history, question.clone(), &[], 0);
        assert_eq!(ask(&forward), ask(&backward), "{}", question.name());
    }
}
