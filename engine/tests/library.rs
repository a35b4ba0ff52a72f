//! The library is fit to be published, survives the wire, and each campaign does what it is for and
//! leaves alone whom it should; `sessions/library_*.txt` tells how.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod notation;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use beacon::{Millis, wire};
use engine::campaign::{Action, Campaign, Content, Copy, Form, Trigger};
use engine::check::Problem;
use engine::config::RECENT_MAX;
use engine::lint::lint;
use engine::pack::{CAMPAIGNS_MAX, FORMAT, PACK_BYTES_MAX, Pack, PackError};
use notation::read::LIBRARY;

fn library() -> Pack {
    let campaigns = LIBRARY.map(|(_, json)| serde_json::from_str(json).unwrap());
    Pack { version: 1, campaigns: campaigns.into(), ..Pack::default() }
}

#[test]
fn the_library_is_fit_and_survives_wire_and_json() {
    let pack = library();
    assert_eq!(pack.check(), []);
    assert!(pack.campaigns.iter().map(|it| it.id).eq(1..=10), "ids in the order of the files");
    assert!(pack.encode().len() < PACK_BYTES_MAX / 8, "{} bytes", pack.encode().len());
    assert_eq!(Pack::decode(&pack.encode()).as_ref(), Ok(&pack));
    let json = serde_json::to_string_pretty(&pack).unwrap();
    assert_eq!(serde_json::from_str::<Pack>(&json).unwrap(), pack);
}

#[test]
fn no_file_of_the_library_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let names = names.filter(|path| path.extension().is_some_and(|it| it == "json"));
    let names: BTreeSet<_> =
        names.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, LIBRARY.map(|(name, _)| name.to_owned()).into());
}

#[test]
fn the_library_speaks_korean_and_english_in_texts_that_fit_a_card() {
    let findings = lint(&library(), Millis(0)).into_iter();
    let said = findings.filter(|it| it.code.ends_with("_text") || it.code.starts_with("text_"));
    assert_eq!(said.collect::<Vec<_>>(), []);
    for campaign in library().campaigns {
        assert!((50..=100).contains(&campaign.holdout_permille), "{}", campaign.name);
        assert_eq!((campaign.caps.per_view, campaign.caps.per_session), (1, 1));
        for variant in campaign.variants {
            let (Action::Offer { copy, .. } | Action::Invite { copy }) = variant.action;
            assert_eq!(copy.keys().collect::<Vec<_>>(), ["en", "ko"]);
            for (language, Copy { body, accept, decline, .. }) in copy.iter() {
                let is_korean = accept.contains(|it| matches!(it, '가'..='힣'));
                assert_eq!(is_korean, language == "ko", "{accept}");
                assert!(!body.is_empty() && !decline.is_empty(), "{accept}");
            }
        }
    }
}

#[test]
fn each_campaign_fires_for_its_purpose_and_not_in_a_near_miss() {
    for (name, json) in LIBRARY {
        let Campaign { id, .. } = serde_json::from_str(json).unwrap();
        let file = format!("library_{}", name.replace('-', "_"));
        let out = notation::run(&session(&file));
        assert!(out.contains(&format!("decided {id}/0 fired")), "{file}:\n{out}");
        let out = notation::run(&session(&format!("{file}_not")));
        assert!(!out.contains(&format!("decided {id}/")), "{file}_not:\n{out}");
    }
}

/// What happened in a recorded session, with all its campaigns from the library as it is.
fn session(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions");
    let text = std::fs::read_to_string(folder.join(name).with_extension("txt")).unwrap();
    text.split_once("\n---\n").unwrap().0.to_owned()
}

/// Whatever comes first is answered; the rest of the session, nobody is asked again.
#[test]
fn there_is_one_chat_invitation_a_session_in_whatever_order_things_go_wrong() {
    // Each takes a minute and calls for an invitation: by itself it gets one.
    let troubles: [(u16, &[(u64, &str)]); 4] = [
        (2, &[(0, "view /cart"), (1, "left coupon empty"), (2, "hide"), (6, "show")]),
        (
            4,
            &[
                (0, "staffed 1"),
                (0, "press 9,9 button"),
                (0, "press 9,9 button"),
                (0, "press 9,9 button"),
                (2, "wait"),
            ],
        ),
        (7, &[(0, "search 0"), (5, "search 0")]),
        (
            8,
            &[
                (0, "checkout 9000"),
                (1, "view /checkout"),
                (2, "checkout 9000"),
                (20, "key"),
                (45, "key"),
                (70, "key"),
                (95, "key"),
            ],
        ),
    ];
    let all: String = LIBRARY.map(|(name, _)| format!("campaign {name} holdout=0\n")).concat();
    let orders = (0..256_usize).map(|it| [it % 4, it / 4 % 4, it / 16 % 4, it / 64]);
    for order in orders.filter(|it| BTreeSet::from(*it).len() == 4) {
        let mut lines =
            format!("{all}0ms began desktop ko new\n5ms view /product/1\n10ms add p1 1 9000\n");
        for (round, (_, steps)) in order.iter().map(|&it| troubles[it]).enumerate() {
            let begin = 10 + 200 * round as u64;
            for (after, what) in steps {
                let _ = writeln!(lines, "{}s {what}", begin + after);
            }
            for id in 1..=10 {
                let _ = writeln!(lines, "{}s answer {id} expired", begin + 150);
            }
        }
        let out = notation::run(&lines);
        let invited: Vec<&str> = out.lines().filter(|it| it.contains(" invite ")).collect();
        let first = format!(" act {}/0 invite", troubles[order[0]].0);
        assert!(matches!(invited[..], [it] if it.contains(&first)), "{order:?}\n{out}");
    }
}

#[test]
fn the_library_fires_in_the_language_of_the_page() {
    for language in ["ko", "en"] {
        let out = notation::run(&format!(
            "campaign exit-offer holdout=0\ncampaign cart-help holdout=0\n\
             0ms began desktop {language} new\n5ms view /product/1\n10ms seen p1\n\
             4000ms move 600,300\n4050ms move 600,150\n4100ms leave -2\n5s answer 1 expired\n\
             6s add p1 2 9000\n7s view /cart\n8s left coupon empty\n9s view /checkout\n10s view /cart"
        ));
        for act in [
            format!("4100ms act 1/0 card {language}"),
            format!("10000ms act 2/0 invite {language}"),
        ] {
            assert!(out.contains(&act), "{act} in\n{out}");
        }
    }
}

#[test]
fn an_unknown_key_in_a_file_is_refused() {
    let misspelt = LIBRARY[1].1.replace("\"cooldown_s\"", "\"cooldown\"");
    let error = serde_json::from_str::<Campaign>(&misspelt).unwrap_err().to_string();
    assert!(error.starts_with("unknown field `cooldown`"), "{error}");
}

#[test]
fn what_a_page_could_not_carry_is_refused_by_name() {
    let problems = |spoil: &dyn Fn(&mut Campaign)| {
        let mut pack = library();
        spoil(&mut pack.campaigns[0]);
        // Who publishes must ask: pages take what can be read.
        assert!(Pack::decode(&pack.encode()).is_ok_and(|it| it == pack));
        pack.check()
    };
    let leaf = || Trigger::Page(Vec::new());
    let nested = |depth| (1..depth).fold(leaf(), |inner, _| Trigger::Not(Box::new(inner)));
    let wide = |nodes: usize| Trigger::Any(vec![leaf(); nodes - 1]);
    let count = |at_least, within_s| Trigger::Count {
        of: engine::campaign::Happening::View,
        at_least,
        within_s,
    };
    let most = u16::try_from(RECENT_MAX).unwrap();
    assert_eq!(problems(&|it| it.id = 2), [Problem::SameId(2)]);
    assert_eq!(problems(&|it| it.trigger = nested(8)), []);
    assert_eq!(problems(&|it| it.trigger = nested(9)), [Problem::TooDeep(1)]);
    assert_eq!(problems(&|it| it.trigger = wide(32)), []);
    assert_eq!(problems(&|it| it.trigger = wide(33)), [Problem::TooManyNodes(1)]);
    assert_eq!(problems(&|it| it.trigger = count(most, 5)), []);
    assert_eq!(problems(&|it| it.trigger = count(most + 1, 5)), [Problem::CountTooHigh(1)]);
    assert_eq!(problems(&|it| it.trigger = count(most + 1, 0)), []);
    assert_eq!(problems(&|it| it.variants.clear()), [Problem::Variants(1)]);
    assert_eq!(problems(&|it| it.variants[0].weight = 0), [Problem::Variants(1)]);
    assert_eq!(problems(&|it| it.holdout_permille = 1_001), [Problem::Holdout(1)]);
    assert_eq!(problems(&|it| it.caps.per_day = 9), [Problem::PerDay(1)]);
    assert_eq!(
        problems(&|it| {
            it.caps = engine::campaign::Caps::default();
        }),
        [Problem::Unlimited(1)]
    );
    for (link, is_fine) in [
        ("", true),
        ("/sale", true),
        ("https://shop.example/sale", true),
        ("//evil.example", false),
        ("/\\evil.example", false),
        ("javascript:alert(1)", false),
        ("http://shop.example", false),
    ] {
        let found = problems(&|it| {
            if let Action::Offer { link: it, .. } = &mut it.variants[0].action {
                *it = link.into();
            }
        });
        assert_eq!(found.is_empty(), is_fine, "{link}");
    }
    let crowd = |size: usize| {
        let one = library().campaigns.remove(0);
        let ids = 1..=u16::try_from(size).unwrap();
        let campaigns = ids.map(|id| Campaign { id, ..one.clone() }).collect();
        Pack { campaigns, ..Pack::default() }.check()
    };
    assert_eq!(crowd(CAMPAIGNS_MAX), []);
    assert_eq!(crowd(CAMPAIGNS_MAX + 1), [Problem::TooManyCampaigns]);
}

#[test]
fn bytes_that_are_no_pack_are_refused() {
    let bytes = library().encode();
    assert_eq!(Pack::decode(&[]), Err(PackError::Malformed));
    assert_eq!(Pack::decode(&[FORMAT + 1]), Err(PackError::Format(FORMAT + 1)));
    assert_eq!(Pack::decode(&bytes[..bytes.len() - 1]), Err(PackError::Malformed));
    assert_eq!(Pack::decode(&[bytes, vec![0]].concat()), Err(PackError::Malformed));
    assert_eq!(Pack::decode(&vec![FORMAT; PACK_BYTES_MAX + 1]), Err(PackError::TooLarge));
}

#[test]
fn endless_nesting_is_refused_before_the_stack_ends() {
    let nested = |depth| {
        let leaf = Trigger::Page(Vec::new());
        (0..depth).fold(leaf, |inner, _| Trigger::Not(Box::new(inner)))
    };
    let mut pack = library();
    pack.campaigns[0].trigger = nested(100);
    assert_eq!(Pack::decode(&pack.encode()), Err(PackError::Malformed));
    // And where nobody takes back what was begun.
    let [not, ..] = wire::to_bytes(&nested(1))[..] else { panic!("has a first byte") };
    assert_eq!(wire::from_bytes::<Trigger>(&vec![not; PACK_BYTES_MAX]), None);
    let json = format!("{}{{\"all\": []}}{}", r#"{"not": "#.repeat(1_000), "}".repeat(1_000));
    let error = serde_json::from_str::<Trigger>(&json).unwrap_err().to_string();
    assert!(error.starts_with("recursion limit exceeded"), "{error}");
}

#[test]
fn the_bytes_are_those_of_postcard() {
    let mut pack = library();
    // Forms that came later are bytes in bytes, which no derive makes.
    let is_early = |it: &Action| match it {
        Action::Offer { form, content, .. } => {
            matches!(form, Form::Card | Form::Dialog) && *content == Content::Text
        }
        Action::Invite { .. } => true,
    };
    pack.campaigns.retain(|it| it.variants.iter().all(|it| is_early(&it.action)));
    let bytes = pack.encode();
    // What the site has for itself comes last, and pages have it as a campaign.
    let mut by_postcard = postcard::to_allocvec(&(FORMAT, &pack)).unwrap();
    let site = postcard::to_allocvec(&pack.site).unwrap();
    by_postcard.truncate(by_postcard.len() - site.len());
    by_postcard.extend(postcard::to_allocvec(&vec![pack.site.as_campaign()]).unwrap());
    assert_eq!(bytes, by_postcard);
    for end in 0..bytes.len() {
        assert!(Pack::decode(&bytes[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_path_keeps_only_the_query_that_is_allowed() {
    let query_keys = vec!["q".into(), "page".into()];
    let pack: Pack = Pack { query_keys, ..Pack::default() };
    for (raw, clean) in [
        ("/search?q=tea&email=a@b.c&page=2#top", "/search?q=tea&page=2"),
        ("/a?token=secret", "/a"),
        ("/a#q=1?q=2", "/a"),
        ("/?", "/"),
        ("/?page&page=3", "/?page&page=3"),
    ] {
        assert_eq!(pack.clean_path(raw), clean);
    }
    let long = pack.clean_path(&format!("/{}", "한".repeat(200)));
    assert_eq!(long.len(), 1 + 85 * 3, "cut at a whole character within 256 bytes");
}

#[test]
fn the_usual_paths_are_known_by_their_sort() {
    use beacon::item::PageKind;
    let pack = Pack::default();
    for (path, page) in [
        ("/", PageKind::Home),
        ("/?page=2", PageKind::Home),
        ("/product/detail.html?product_no=7", PageKind::Product),
        ("/checkout/payment", PageKind::Payment),
        ("/checkout", PageKind::Checkout),
        ("/about", PageKind::Other),
    ] {
        assert_eq!(pack.page_kind(path), page, "{path}");
    }
}
