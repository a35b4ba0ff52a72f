//! What the outbox does, told as a script: `TIME what | TIME what`, and beside it what follows.
//!
//! Inputs: `view`, `dwell`, `verdict`, `purchase`, `add` push an item; `big N` pushes a run's
//! beginning with a snapshot of N bytes; `hide`, `woke`, `online`, `stop`, `resume`, `lose ids` and
//! `may keep` speak for themselves; `204 0` answers frame 0, `503+20 0` with a `Retry-After`,
//! `fail 0` not at all; `restore 7` brings back the seventh frame of earlier pages; `watch 5s 60s`
//! asks for beacons each 5 s until 60 s. Times are seconds.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::fmt::Write as _;

use beacon::frame::decode;
use beacon::item::{
    Began, Consent, Device, Fact, Line, PageKind, Signal, Verdict, VerdictOutcome, View,
    VisitorKind,
};
use beacon::outbox::{Effect, Input, Outbox, Policy, RESTORED_FROM};
use beacon::{Body, Currency, Header, Item, Millis, Money, RunId, SiteKey};
use expect_test::{Expect, expect};

#[test]
fn the_first_view_goes_at_once_and_later_ones_gather_for_30_s() {
    check(
        "0 big 0 | 0 view | 0.1 204 0 | 5 view | 20 view | 35 woke",
        expect![[r"
            0 big 0: wake at 30
            0 view: send 0 (2 items) · wake at 60
            5 view: wake at 35
            35 woke: send 1 (2 items) · wake at 95
        "]],
    );
}

#[test]
fn verdicts_and_purchases_go_at_once_and_the_cart_waits() {
    check(
        "1 add | 2 verdict | 2.1 204 0 | 3 purchase | 3.1 204 1 | 4 add",
        expect![[r"
            1 add: wake at 31
            2 verdict: send 0 (2 items) · wake at 62
            3 purchase: send 1 (1 items) · wake at 63
            4 add: wake at 34
        "]],
    );
}

#[test]
fn while_an_answer_is_awaited_urgent_items_gather_and_leave_as_one_frame_behind_it() {
    check(
        "0 view | 0.1 verdict | 0.2 verdict | 0.3 204 0",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            0.3 204 0: send 1 (2 items) · wake at 60.3
        "]],
    );
}

#[test]
fn a_frame_is_closed_when_4_kb_have_gathered() {
    check(
        "1 big 2000 | 2 big 2000 | 3 big 2000 | 4 dwell",
        expect![[r"
            1 big 2000: wake at 31
            3 big 2000: send 0 (3 items) · wake at 63
        "]],
    );
}

#[test]
fn hiding_sends_everything_even_while_a_request_is_under_way() {
    check(
        "0 view | 1 dwell | 2 hide | 3 hide | 3 204 1 | 3 204 0",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            2 hide: send 0 (1 items), last chance · send 1 (1 items), last chance · wake at 62
        "]],
    );
}

#[test]
fn hiding_sends_no_more_than_browsers_let_a_dying_page() {
    check(
        "0 view | 1 big 2048 | 1 big 2048 | 2 big 2048 | 2 big 2048 | 3 big 2048 | 3 big 2048 \
         | 4 big 2048 | 4 big 2048 | 5 big 2048 | 6 big 2048 | 7 hide",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            7 hide: send 0 (1 items), last chance · send 1 (2 items), last chance · send 2 (2 items), last chance · send 3 (2 items), last chance · wake at 67
        "]],
    );
}

#[test]
fn failures_double_the_pause_and_resend_the_same_frame() {
    check(
        "0 view | 0 fail 0 | 1 woke | 1 fail 0 | 3 woke | 3 503 0 | 7 woke | 7 204 0",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            0 fail 0: wake at 1
            1 woke: send 0 (1 items) · wake at 61
            1 fail 0: wake at 3
            3 woke: send 0 (1 items) · wake at 63
            3 503 0: wake at 7
            7 woke: send 0 (1 items) · wake at 67
        "]],
    );
}

#[test]
fn each_run_shortens_its_pauses_by_a_chance_of_its_own() {
    let pause_of = |byte| {
        let header = Header { run: RunId([byte; 16]), ..header() };
        let mut outbox = Outbox::new(Policy::default(), header, false);
        outbox.handle(Millis(0), Input::Push(item(Millis(0), "view")));
        match outbox.handle(Millis(0), failed(0))[..] {
            [Effect::WakeAt(at)] => at.0,
            ref other => panic!("{other:?}"),
        }
    };
    assert_eq!([pause_of(0), pause_of(128), pause_of(255)], [1_000, 750, 502]);
}

#[test]
fn retry_after_is_honoured_by_hiding_and_coming_online_too() {
    check(
        "0 view | 0 503+20 0 | 5 online | 6 hide | 20 woke",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            0 503+20 0: wake at 20
            20 woke: send 0 (1 items) · wake at 80
        "]],
    );
}

#[test]
fn an_absurd_retry_after_holds_for_an_hour() {
    check(
        "0 view | 0 429+999999 0",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            0 429+999999 0: wake at 3600
        "]],
    );
}

#[test]
fn coming_online_ends_the_pause() {
    check(
        "0 view | 0 fail 0 | 0.5 online",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            0 fail 0: wake at 1
            0.5 online: send 0 (1 items) · wake at 60.5
        "]],
    );
}

#[test]
fn an_answer_that_never_comes_counts_as_none_after_a_minute() {
    check(
        "0 view | 60 woke | 61 woke | 62 204 0",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            60 woke: wake at 61
            61 woke: send 0 (1 items) · wake at 121
        "]],
    );
}

#[test]
fn what_the_collector_refuses_is_dropped_for_good_and_counted() {
    for status in [400, 403, 404, 409, 410, 413, 415, 422] {
        let script = format!("0 view | 1 {status} 0 | 2 fail 0");
        let told = tell(&script);
        assert!(told.ends_with(&format!("1 {status} 0: dropped 1\n")), "{told}");
    }
}

#[test]
fn what_may_pass_is_kept() {
    for status in [301, 401, 408, 418, 429, 500, 502, 503, 504] {
        let told = tell(&format!("0 view | 1 {status} 0 | 2 woke"));
        assert!(told.contains("2 woke: send 0"), "{told}");
    }
}

#[test]
fn with_consent_a_frame_is_kept_before_it_is_sent_and_forgotten_once_settled() {
    check(
        "0 may keep | 0 view | 1 204 0 | 2 verdict | 3 410 1",
        expect![[r"
            0 view: keep 0 · send 0 (1 items) · wake at 60
            1 204 0: forget 0
            2 verdict: keep 1 · send 1 (1 items) · wake at 62
            3 410 1: forget 1 · dropped 1
        "]],
    );
}

#[test]
fn consent_given_later_keeps_what_is_not_settled_yet() {
    check(
        "0 view | 1 may keep | 2 dwell | 3 204 0",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            2 dwell: keep 0
            3 204 0: forget 0 · wake at 32
        "]],
    );
}

#[test]
fn consent_taken_back_gives_up_frames_that_carry_ids() {
    check(
        "0 may keep | 0 view | 0 fail 0 | 0.5 lose ids | 0.6 dwell | 2 204 0",
        expect![[r"
            0 view: keep 0 · send 0 (1 items) · wake at 60
            0 fail 0: wake at 1
            0.6 dwell: forget 0 · wake at 30.6 · dropped 1
        "]],
    );
}

#[test]
fn frames_of_earlier_pages_are_sent_behind_those_of_this_run() {
    check(
        "0 may keep | 0 restore 1 | 0 restore 2 | 0 view | 1 204 r1 | 2 204 0 | 3 204 r2",
        expect![[r"
            0 restore 1: send r1 · wake at 60
            1 204 r1: forget r1 · keep 0 · send 0 (1 items) · wake at 61
            2 204 0: forget 0 · send r2 · wake at 62
            3 204 r2: forget r2
        "]],
    );
}

#[test]
fn restored_frames_without_room_stay_in_storage() {
    let mut outbox = Outbox::new(Policy::default(), header(), true);
    let bytes = vec![0; 40_000];
    let (first, second) = (RESTORED_FROM, RESTORED_FROM + 1);
    outbox.handle(Millis(0), Input::Push(item(Millis(0), "view")));
    let room = Input::Restored { sequence: first, bytes: bytes.clone() };
    assert_eq!(outbox.handle(Millis(0), room), []);
    let no_room = Input::Restored { sequence: second, bytes };
    assert_eq!(outbox.handle(Millis(0), no_room), []);
    let answered = |sequence| Input::Answered { sequence, status: 204, retry_after_s: 0 };
    assert!(outbox.handle(Millis(1), answered(0)).iter().any(|it| is_send(it, first)));
    assert!(!outbox.handle(Millis(2), answered(first)).iter().any(|it| is_send(it, second)));
}

#[test]
fn a_full_queue_drops_its_oldest_frame_and_counts_the_items() {
    let policy = Policy { waiting_bytes_max: 150, ..Policy::default() };
    let script = "0 view | 0 fail 0 | 0.1 verdict | 0.2 verdict | 0.3 verdict | 0.4 verdict";
    expect![[r"
        0 view: send 0 (1 items) · wake at 60
        0 fail 0: wake at 1
        0.3 verdict: dropped 1
        0.4 verdict: dropped 1
    "]]
    .assert_eq(&tell_with(policy, script));
}

#[test]
fn stopping_forgets_everything_until_resumed_and_numbers_go_on() {
    check(
        "0 may keep | 0 view | 1 dwell | 2 stop | 3 verdict | 3 hide | 4 204 0 | 5 resume | 6 verdict",
        expect![[r"
            0 view: keep 0 · send 0 (1 items) · wake at 60
            2 stop: forget 0
            6 verdict: keep 1 · send 1 (1 items) · wake at 66
        "]],
    );
}

#[test]
fn watched_items_go_at_once_but_not_more_often_than_asked() {
    check(
        "0 view | 0.1 204 0 | 1 watch 5s 60s | 10 view | 10.1 204 1 | 11 dwell | 12 dwell | 15 woke \
         | 15.1 204 2 | 61 dwell",
        expect![[r"
            0 view: send 0 (1 items) · wake at 60
            10 view: send 1 (1 items) · wake at 70
            11 dwell: wake at 15
            15 woke: send 2 (2 items) · wake at 75
            61 dwell: wake at 91
        "]],
    );
}

#[test]
fn a_dwell_that_says_more_does_not_replace_the_one_before() {
    check(
        "1 dwell | 2 dwell | 3 hide",
        expect![[r"
            1 dwell: wake at 31
            3 hide: send 0 (2 items), last chance · wake at 63
        "]],
    );
}

#[test]
fn an_item_that_breaks_a_limit_is_dropped_alone() {
    check(
        "1 big 4097 | 2 dwell | 3 hide",
        expect![[r"
            1 big 4097: dropped 1
            2 dwell: wake at 32
            3 hide: send 0 (1 items), last chance · wake at 63
        "]],
    );
}

#[test]
fn hiding_with_nothing_to_say_sends_nothing() {
    check("1 hide | 2 hide", expect![""]);
}

#[test]
fn sent_at_is_the_wall_clock_when_the_frame_was_closed() {
    let mut outbox = Outbox::new(Policy::default(), header(), false);
    let effects = outbox.handle(Millis(1_234), Input::Push(item(Millis(1_000), "verdict")));
    let [Effect::Send { sequence, .. }, _] = effects[..] else { panic!("{effects:?}") };
    let beacon = decode(&outbox.frame(sequence)).unwrap();
    assert_eq!(beacon.header.sent_at, header().sent_at.plus(1_234));
    assert_eq!(beacon.items, [item(Millis(1_000), "verdict")]);
}

#[expect(clippy::needless_pass_by_value, reason = "`check(script, expect![…])` reads best")]
fn check(script: &str, told: Expect) {
    told.assert_eq(&tell(script));
}

fn tell(script: &str) -> String {
    tell_with(Policy::default(), script)
}

/// Plays the script and tells what followed from each step that had consequences.
fn tell_with(policy: Policy, script: &str) -> String {
    let mut outbox = Outbox::new(policy, header(), false);
    let mut told = String::new();
    for step in script.split('|').map(str::trim) {
        let (time, what) = step.split_once(' ').expect("a step is a time and what happens");
        let at = millis(time);
        match what {
            "may keep" => outbox.identify(|_| {}, true),
            "lose ids" => outbox.identify(|_| {}, false),
            "resume" => outbox.resume(),
            _ => {
                let before = outbox.dropped();
                let effects = match what {
                    "stop" => outbox.stop(),
                    _ => outbox.handle(at, input(at, what)),
                };
                let mut words: Vec<_> = effects.iter().map(|it| in_words(it, &outbox)).collect();
                if outbox.dropped() > before {
                    words.push(format!("dropped {}", outbox.dropped() - before));
                }
                if !words.is_empty() {
                    let _ = writeln!(told, "{step}: {}", words.join(" · "));
                }
            }
        }
    }
    told
}

fn input(at: Millis, what: &str) -> Input {
    let words: Vec<_> = what.split(' ').collect();
    match words[..] {
        ["hide"] => Input::Hid,
        ["woke"] => Input::Woke,
        ["online"] => Input::Online,
        ["fail", frame] => failed(sequence(frame)),
        ["restore", number] => {
            let sequence = RESTORED_FROM + number.parse::<u32>().unwrap();
            Input::Restored { sequence, bytes: vec![0; 100] }
        }
        ["watch", every, until] => {
            let seconds = |text: &str| millis(text.trim_end_matches('s'));
            Input::Watched { every_ms: seconds(every).0, until: seconds(until) }
        }
        [status, frame] if status.starts_with(char::is_numeric) => {
            let (status, retry_after) = status.split_once('+').unwrap_or((status, ""));
            let (status, retry_after_s) =
                (status.parse().unwrap(), retry_after.parse().unwrap_or(0));
            Input::Answered { sequence: sequence(frame), status, retry_after_s }
        }
        _ => Input::Push(item(at, what)),
    }
}

fn failed(sequence: u32) -> Input {
    Input::Answered { sequence, status: 0, retry_after_s: 0 }
}

fn item(at: Millis, what: &str) -> Item {
    let value = Money { minor: 39_000, currency: Currency::parse("KRW").unwrap() };
    let body = match what {
        "view" => Body::Viewed(View { path: "/".into(), page: PageKind::Home }),
        "dwell" => Body::Noticed(Signal::Dwell { ms: 3_000 }),
        "add" => {
            Body::Stated(Fact::Added(Line { product: "mug".into(), quantity: 1, price: None }))
        }
        "purchase" => Body::Stated(Fact::Purchased { order: "1".into(), value, items: 1 }),
        "verdict" => Body::Decided(Verdict {
            campaign: 1,
            outcome: VerdictOutcome::Fired,
            variant: 0,
            buy_permille: 300,
            evidence: vec![],
        }),
        _ => {
            let size = what.strip_prefix("big ").expect(what).parse().unwrap();
            Body::Began(began(vec![0; size]))
        }
    };
    Item { at, body }
}

fn began(resumed: Vec<u8>) -> Began {
    Began {
        wall: Millis(0),
        utc_offset_min: 540,
        seed: 1,
        visitor: VisitorKind::New,
        device: Device::Desktop,
        language: "ko".into(),
        referrer: String::new(),
        pack: 1,
        consent: Consent::Measure,
        resumed,
    }
}

fn in_words(effect: &Effect, outbox: &Outbox) -> String {
    match effect {
        Effect::Send { sequence, is_last_chance } => {
            let items =
                decode(&outbox.frame(*sequence)).map(|it| format!(" ({} items)", it.items.len()));
            let chance = if *is_last_chance { ", last chance" } else { "" };
            format!("send {}{}{chance}", name(*sequence), items.unwrap_or_default())
        }
        Effect::Keep { sequence } => format!("keep {}", name(*sequence)),
        Effect::Forget { sequence } => format!("forget {}", name(*sequence)),
        Effect::WakeAt(at) => format!("wake at {}", seconds(*at)),
    }
}

fn is_send(effect: &Effect, number: u32) -> bool {
    matches!(effect, Effect::Send { sequence, .. } if *sequence == number)
}

/// `3` is a frame of this run, `r3` one of an earlier page.
fn sequence(name: &str) -> u32 {
    match name.strip_prefix('r') {
        Some(number) => RESTORED_FROM + number.parse::<u32>().unwrap(),
        None => name.parse().unwrap(),
    }
}

fn name(sequence: u32) -> String {
    match sequence.checked_sub(RESTORED_FROM) {
        Some(number) => format!("r{number}"),
        None => sequence.to_string(),
    }
}

/// Reads `1.5` as 1500 ms, without floats.
fn millis(seconds: &str) -> Millis {
    let (whole, tenths) = seconds.split_once('.').unwrap_or((seconds, "0"));
    Millis(whole.parse::<u64>().unwrap() * 1_000 + tenths.parse::<u64>().unwrap() * 100)
}

fn seconds(at: Millis) -> String {
    match (at.0 / 1_000, at.0 % 1_000) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{}", rest / 100),
    }
}

fn header() -> Header {
    Header {
        site: SiteKey::parse("demo").unwrap(),
        run: RunId([0; 16]),
        sequence: 0,
        visitor: None,
        session: None,
        sent_at: Millis(1_764_000_000_000),
        agent: 1_000,
        pack: 1,
    }
}
