//! What became of everything that arrived: each arrival ends in exactly one [`Outcome`].
//!
//! The conservation law `received = stored + duplicate + quarantined + Σ refused` holds at rest, in
//! all and for each site; while requests are under way, `received` is ahead by those in flight.
//! `received` is counted at the door, the outcomes at the end, so that the law can fail if a path
//! forgets to count.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use nunchi_api::stats::{Health, RefusedRow};

use crate::suspicion::Suspicion;

/// How an arrival ended. The text of [`code`](Self::code) is the error code of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// New, and durable now.
    Stored,
    /// Durable already; acknowledged again.
    Duplicate,
    /// New and durable, but kept apart: something speaks against it.
    Quarantined,
    /// Not a beacon, or of a version to come (400).
    Malformed,
    /// From a page of another origin than the site lists, or from no page (403).
    WrongOrigin,
    /// The site does not allow to count before the visitor was asked (403).
    Consent,
    /// No such site (404).
    UnknownSite,
    /// The body did not come in time (408).
    Slow,
    /// Other bytes under a key that was used (409).
    Conflict,
    /// Sent before the dedup marks of its time were dropped (410).
    TooOld,
    /// The site is switched off (410).
    SiteOff,
    /// More bytes than are read (413).
    TooLarge,
    /// Not `text/plain`, or compressed (415).
    WrongType,
    /// More or longer items than are read (422).
    Limits,
    /// More than this conversation or site may send in a while (429).
    Throttled,
    /// The store cannot take it now (503).
    Unavailable,
    /// The sender hung up before the body was there.
    Aborted,
}

impl Outcome {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 17] = [
        Self::Stored,
        Self::Duplicate,
        Self::Quarantined,
        Self::Malformed,
        Self::WrongOrigin,
        Self::Consent,
        Self::UnknownSite,
        Self::Slow,
        Self::Conflict,
        Self::TooOld,
        Self::SiteOff,
        Self::TooLarge,
        Self::WrongType,
        Self::Limits,
        Self::Throttled,
        Self::Unavailable,
        Self::Aborted,
    ];

    /// Stable name, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Quarantined => "quarantined",
            Self::Malformed => "malformed",
            Self::WrongOrigin => "wrong_origin",
            Self::Consent => "consent",
            Self::UnknownSite => "unknown_site",
            Self::Slow => "slow",
            Self::Conflict => "conflict",
            Self::TooOld => "too_old",
            Self::SiteOff => "site_off",
            Self::TooLarge => "too_large",
            Self::WrongType => "wrong_type",
            Self::Limits => "limits",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Aborted => "aborted",
        }
    }
}

/// Counts arrivals and their outcomes since the server started.
#[derive(Debug, Default)]
pub struct Counters {
    received: AtomicU64,
    /// What could not be told apart.
    nowhere: Arc<Counts>,
    /// Bounded by the number of sites: a key enters only when it names one.
    by_site: RwLock<BTreeMap<String, Arc<Counts>>>,
}

#[derive(Debug, Default)]
struct Counts {
    received: AtomicU64,
    outcomes: [AtomicU64; Outcome::ALL.len()],
    suspicions: [AtomicU64; Suspicion::ALL.len()],
}

/// What was counted for one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteCounts {
    /// Its key; empty for what belongs to no site, or to none that could be told.
    pub site: String,
    /// Arrivals that turned out to be its own; 0 for those of no site.
    pub received: u64,
    /// How arrivals ended.
    pub outcomes: Vec<(Outcome, u64)>,
    /// Why the quarantined ones are kept apart.
    pub suspicions: Vec<(Suspicion, u64)>,
}

impl Counters {
    /// Counts an arrival. The ticket must be settled; dropped unsettled it counts as aborted.
    pub fn arrived(self: &Arc<Self>) -> Ticket {
        self.received.fetch_add(1, Ordering::Relaxed);
        Ticket { counts: Some(Arc::clone(&self.nowhere)), counters: Arc::clone(self) }
    }

    /// Arrivals in all.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// What was counted for each site, first what belongs to none.
    pub fn by_site(&self) -> Vec<SiteCounts> {
        let sites = self.by_site.read().unwrap_or_else(PoisonError::into_inner);
        let nowhere = std::iter::once(self.nowhere.read(""));
        nowhere.chain(sites.iter().map(|(site, counts)| counts.read(site))).collect()
    }

    /// One site's part of a [`Health`] answer, with what could not be told apart.
    pub fn health(&self, site: &str) -> Health {
        let mut health = Health::default();
        let mut refused = BTreeMap::<Outcome, u64>::new();
        for row in self.by_site().iter().filter(|row| row.site == site || row.site.is_empty()) {
            for &(outcome, count) in &row.outcomes {
                health.received += count;
                match outcome {
                    Outcome::Stored => health.stored += count,
                    Outcome::Duplicate => health.duplicate += count,
                    Outcome::Quarantined => health.apart += count,
                    refusal => *refused.entry(refusal).or_default() += count,
                }
            }
            for (suspicion, count) in row.suspicions.iter().filter(|(_, count)| *count > 0) {
                let outcome = suspicion.name().into();
                health.suspicions.push(RefusedRow { outcome, count: *count });
            }
        }
        health.refused = refused
            .into_iter()
            .filter(|&(_, count)| count > 0)
            .map(|(outcome, count)| RefusedRow { outcome: outcome.code().into(), count })
            .collect();
        health
    }

    fn counts(&self, site: &str) -> Arc<Counts> {
        let known = self.by_site.read().unwrap_or_else(PoisonError::into_inner).get(site).cloned();
        known.unwrap_or_else(|| {
            let mut sites = self.by_site.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(sites.entry(site.into()).or_default())
        })
    }
}

impl Counts {
    fn read(&self, site: &str) -> SiteCounts {
        // Outcomes before arrivals: what is under way never counts as less than nothing.
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let outcomes = Outcome::ALL.into_iter().zip(self.outcomes.iter().map(read)).collect();
        let suspicions = Suspicion::ALL.into_iter().zip(self.suspicions.iter().map(read)).collect();
        SiteCounts { site: site.into(), received: read(&self.received), outcomes, suspicions }
    }

    fn count(&self, outcome: Outcome) {
        self.outcomes[outcome as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// An arrival that has no outcome yet.
#[derive(Debug)]
pub struct Ticket {
    counters: Arc<Counters>,
    counts: Option<Arc<Counts>>,
}

impl Ticket {
    /// The arrival turned out to be for this registered site.
    pub fn belongs_to(&mut self, site: &str) {
        let counts = self.counters.counts(site);
        counts.received.fetch_add(1, Ordering::Relaxed);
        self.counts = Some(counts);
    }

    /// How it ended.
    pub fn settle(mut self, outcome: Outcome) {
        if let Some(counts) = self.counts.take() {
            counts.count(outcome);
        }
    }

    /// It is stored, and kept apart for this reason.
    pub fn settle_apart(mut self, suspicion: Suspicion) {
        if let Some(counts) = self.counts.take() {
            counts.suspicions[usize::from(suspicion.number()) - 1].fetch_add(1, Ordering::Relaxed);
            counts.count(Outcome::Quarantined);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(counts) = self.counts.take() {
            counts.count(Outcome::Aborted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_listed_in_the_order_of_their_counters() {
        for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, place, "{}", outcome.code());
        }
    }

    #[test]
    fn a_ticket_nobody_settles_is_an_aborted_arrival() {
        let counters = Arc::new(Counters::default());
        drop(counters.arrived());
        let mut ticket = counters.arrived();
        ticket.belongs_to("demo");
        ticket.settle(Outcome::Stored);
        let health = counters.health("demo");
        assert_eq!((health.received, health.stored, counters.received()), (2, 1, 2));
        assert_eq!(health.refused[0].outcome, "aborted");
    }

    #[test]
    fn what_is_kept_apart_is_counted_once_and_by_reason() {
        let counters = Arc::new(Counters::default());
        for suspicion in [Suspicion::Robot, Suspicion::Robot, Suspicion::Timing] {
            let mut ticket = counters.arrived();
            ticket.belongs_to("demo");
            ticket.settle_apart(suspicion);
        }
        let health = counters.health("demo");
        assert_eq!((health.received, health.stored, health.apart), (3, 0, 3));
        let reasons: Vec<_> =
            health.suspicions.iter().map(|it| (it.outcome.as_str(), it.count)).collect();
        assert_eq!(reasons, [("robot", 2), ("timing", 1)]);
        assert_eq!(counters.by_site()[1].received, 3);
    }
}
