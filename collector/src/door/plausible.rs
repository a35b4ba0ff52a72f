//! Whether what a beacon tells fits into its time. Only what cannot be, never what is merely rare:
//! these visits are kept apart from the numbers.

use beacon::item::{Fact, Signal};
use beacon::{Beacon, Body, Millis};

/// Whether a page and a person could have done this.
pub(super) fn is_possible(beacon: &Beacon) -> bool {
    !is_ahead_of_itself(beacon) && !is_too_much_at_once(beacon) && !dwells_longer_than_it_is(beacon)
}

/// Of a run whose beginning it tells: items later than the moment of sending. A clock set right on
/// the way explains [`CLOCK_STEP_MS`].
fn is_ahead_of_itself(beacon: &Beacon) -> bool {
    let began = beacon.items.first().and_then(|item| match &item.body {
        Body::Began(began) => Some(began.wall),
        _ => None,
    });
    let Some((began, last)) = began.zip(beacon.items.last()) else { return false };
    began.0.saturating_add(last.at.0) > beacon.header.sent_at.0.saturating_add(CLOCK_STEP_MS)
}

/// More pages, or more purchases, within a second than anybody can open and make.
fn is_too_much_at_once(beacon: &Beacon) -> bool {
    let at_once = |most: usize, is_it: fn(&Body) -> bool| {
        let times = beacon.items.iter().filter(|item| is_it(&item.body)).map(|item| item.at);
        times.clone().skip(most).zip(times).any(|(late, early)| late.since(early) < SECOND_MS)
    };
    at_once(VIEWS_A_SECOND, |body| matches!(body, Body::Viewed(_)))
        || at_once(PURCHASES_A_SECOND, |body| matches!(body, Body::Stated(Fact::Purchased { .. })))
}

/// Active on a view for longer than the run is old.
fn dwells_longer_than_it_is(beacon: &Beacon) -> bool {
    beacon.items.iter().any(|item| match &item.body {
        Body::Noticed(Signal::Dwell { ms }) => Millis((*ms).into()) > item.at.plus(SECOND_MS),
        _ => false,
    })
}

const SECOND_MS: u64 = 1_000;

/// Clocks are set right by hours (a traveller, a battery that was empty), hardly by more than a day.
const CLOCK_STEP_MS: u64 = 24 * 3_600_000;

/// Routes of an app that redirects itself some times still fit.
const VIEWS_A_SECOND: usize = 20;

/// One order may be reported by several tags.
const PURCHASES_A_SECOND: usize = 5;

#[cfg(test)]
mod tests {
    use beacon::item::{PageKind, View};
    use beacon::{Header, Item, RunId, SiteKey};

    use super::*;

    fn possible(items: &[(u64, Body)]) -> bool {
        let header = Header {
            site: SiteKey::parse("demo").unwrap(),
            run: RunId([1; 16]),
            sequence: 0,
            visitor: None,
            session: None,
            sent_at: Millis(1_763_800_000_000),
            agent: 1,
            pack: 1,
        };
        let items = items.iter().map(|(at, body)| Item { at: Millis(*at), body: body.clone() });
        is_possible(&Beacon { header, items: items.collect() })
    }

    fn viewed() -> Body {
        Body::Viewed(View { path: "/".into(), page: PageKind::Other })
    }

    #[test]
    fn twenty_pages_in_a_second_are_many_and_one_more_is_none_of_a_persons() {
        let views = |gap: u64| (0..=20).map(|place| (place * gap, viewed())).collect::<Vec<_>>();
        assert!(possible(&views(0)[1..]));
        assert!(!possible(&views(0)));
        assert!(!possible(&views(49)));
        assert!(possible(&views(50)), "a second apart, the first and the last");
    }

    #[test]
    fn nobody_dwells_longer_than_he_is_there() {
        let dwelt = |at, ms| possible(&[(at, Body::Noticed(Signal::Dwell { ms }))]);
        assert!(dwelt(10_000, 10_000));
        assert!(dwelt(10_000, 11_000), "clocks of pages are coarse");
        assert!(!dwelt(10_000, 11_001));
    }

    #[test]
    fn what_is_told_of_after_it_was_sent_did_not_happen() {
        let began = |wall| {
            Body::Began(beacon::item::Began {
                wall: Millis(wall),
                utc_offset_min: 0,
                seed: 0,
                visitor: beacon::item::VisitorKind::New,
                device: beacon::item::Device::Desktop,
                language: String::new(),
                referrer: String::new(),
                pack: 1,
                consent: beacon::item::Consent::Measure,
                resumed: vec![],
            })
        };
        let sent = 1_763_800_000_000;
        assert!(possible(&[(0, began(sent - 5_000)), (5_000, viewed())]));
        assert!(possible(&[(0, began(sent)), (CLOCK_STEP_MS, viewed())]));
        assert!(!possible(&[(0, began(sent)), (CLOCK_STEP_MS + 1, viewed())]));
    }
}
