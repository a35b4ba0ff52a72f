//! What arrives tells whether a site's tag works: kept in memory since the start, a few numbers a site.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use beacon::item::Consent;
use beacon::{Beacon, Body, Millis};

/// What was seen, by the site's number. Bounded by the number of sites.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    by_site: Mutex<BTreeMap<i64, Seen>>,
}

/// What was seen of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) beacons: u64,
    /// Stored, but kept apart: something spoke against them.
    pub(crate) apart: u64,
    pub(crate) packs: u64,
    pub(crate) bare_views: u64,
    pub(crate) last_at: Option<Millis>,
    /// By version of the agent: how many beacons, and when the last.
    pub(crate) agents: BTreeMap<u16, (u64, Millis)>,
    pub(crate) refused_origins: BTreeMap<String, u64>,
    pub(crate) measured: u64,
    pub(crate) personalised: u64,
}

impl Evidence {
    /// A beacon was stored and believed.
    pub(crate) fn stored(&self, site: i64, beacon: &Beacon, now: Millis) {
        self.change(site, |seen| {
            seen.beacons += 1;
            seen.last_at = Some(now);
            let agent = beacon.header.agent;
            if seen.agents.len() < AGENTS_MAX || seen.agents.contains_key(&agent) {
                let (count, last) = seen.agents.entry(agent).or_default();
                (*count, *last) = (*count + 1, now);
            }
            match beacon.items.first().map(|item| &item.body) {
                Some(Body::Began(began)) if began.consent == Consent::Measure => seen.measured += 1,
                Some(Body::Began(began)) if began.consent == Consent::Personalise => {
                    seen.personalised += 1;
                }
                _ => {}
            }
        });
    }

    /// A beacon was stored, and is kept apart.
    pub(crate) fn kept_apart(&self, site: i64) {
        self.change(site, |seen| seen.apart += 1);
    }

    /// A page asked for the pack.
    pub(crate) fn asked_for_pack(&self, site: i64) {
        self.change(site, |seen| seen.packs += 1);
    }

    /// A view that only the loader counted.
    pub(crate) fn counted_bare(&self, site: i64, now: Millis) {
        self.change(site, |seen| {
            seen.bare_views += 1;
            seen.last_at = Some(now);
        });
    }

    /// Something came from an origin that the site does not list. Of very many only the first are told
    /// apart, for anybody can make them up.
    pub(crate) fn refused(&self, site: i64, origin: Option<&str>) {
        let plain = |c: &char| c.is_ascii_graphic();
        let origin: String =
            origin.unwrap_or_default().chars().filter(plain).take(ORIGIN_CHARS_MAX).collect();
        self.change(site, |seen| {
            let is_known = seen.refused_origins.contains_key(&origin);
            let is_room = seen.refused_origins.len() < ORIGINS_MAX;
            let name = if is_known || is_room { origin } else { OTHERS.into() };
            *seen.refused_origins.entry(name).or_default() += 1;
        });
    }

    /// What was seen of a site so far.
    pub(crate) fn of(&self, site: i64) -> Seen {
        let by_site = self.by_site.lock().unwrap_or_else(PoisonError::into_inner);
        by_site.get(&site).cloned().unwrap_or_default()
    }

    fn change(&self, site: i64, change: impl FnOnce(&mut Seen)) {
        let mut by_site = self.by_site.lock().unwrap_or_else(PoisonError::into_inner);
        change(by_site.entry(site).or_default());
    }
}

/// Versions of the agent of one site: pages keep an old one for some minutes.
const AGENTS_MAX: usize = 8;

/// Origins of one site that are told apart.
const ORIGINS_MAX: usize = 20;

const OTHERS: &str = "(others)";

const ORIGIN_CHARS_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_origins_takes_no_more_room_than_a_few() {
        let evidence = Evidence::default();
        for number in 0..1_000 {
            evidence.refused(1, Some(&format!("https://evil-{number}.example/\n\u{1b}[31m")));
        }
        evidence.refused(1, None);
        let seen = evidence.of(1);
        assert_eq!(seen.refused_origins.len(), ORIGINS_MAX + 1);
        assert_eq!(seen.refused_origins[OTHERS], 1_000 - ORIGINS_MAX as u64 + 1);
        assert!(seen.refused_origins.keys().all(|it| !it.contains('\n') && !it.contains('\u{1b}')));
        assert_eq!(evidence.of(2), Seen::default());
    }
}
