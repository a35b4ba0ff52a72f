//! What became of everything that arrived: each arrival ends in exactly one [`Outcome`].
//!
//! The conservation law `received = stored + duplicate + Σ refused` holds at rest; while requests
//! are under way, `received` is ahead by those in flight. `received` is counted at the door, the
//! outcomes at the end, so that the law can fail if a path forgets to count.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use nunchi_api::stats::{Health, RefusedRow};

/// How an arrival ended. The text of [`code`](Self::code) is the error code of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// New, and durable now.
    Stored,
    /// Durable already; acknowledged again.
    Duplicate,
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
    pub const ALL: [Self; 16] = [
        Self::Stored,
        Self::Duplicate,
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
    /// By site; what could not be told apart stands under the empty key. Bounded by the number of
    /// sites: a key enters only when it names one.
    by_site: RwLock<BTreeMap<String, Arc<[AtomicU64; Outcome::ALL.len()]>>>,
}

impl Counters {
    /// Counts an arrival. The ticket must be settled; dropped unsettled it counts as aborted.
    pub fn arrived(self: &Arc<Self>) -> Ticket {
        self.received.fetch_add(1, Ordering::Relaxed);
        Ticket { counters: Some(Arc::clone(self)), site: String::new() }
    }

    /// Arrivals in all.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Sites and their counts by outcome, for metrics.
    pub fn by_site(&self) -> Vec<(String, Vec<(Outcome, u64)>)> {
        let sites = self.by_site.read().unwrap_or_else(PoisonError::into_inner);
        sites.iter().map(|(site, counts)| (site.clone(), read(counts))).collect()
    }

    /// One site's part of a [`Health`] answer, with what could not be told apart.
    pub fn health(&self, site: &str) -> Health {
        let mut health = Health::default();
        let rows = self.by_site();
        let rows = rows.iter().filter(|(key, _)| key == site || key.is_empty());
        let mut refused = BTreeMap::<Outcome, u64>::new();
        for &(outcome, count) in rows.flat_map(|(_, counts)| counts) {
            health.received += count;
            match outcome {
                Outcome::Stored => health.stored += count,
                Outcome::Duplicate => health.duplicate += count,
                refusal => *refused.entry(refusal).or_default() += count,
            }
        }
        health.refused = refused
            .into_iter()
            .filter(|&(_, count)| count > 0)
            .map(|(outcome, count)| RefusedRow { outcome: outcome.code().into(), count })
            .collect();
        health
    }

    fn count(&self, site: &str, outcome: Outcome) {
        let sites = self.by_site.read().unwrap_or_else(PoisonError::into_inner);
        let counts = sites.get(site).cloned();
        drop(sites);
        let counts = counts.unwrap_or_else(|| {
            let mut sites = self.by_site.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(sites.entry(site.into()).or_default())
        });
        counts[outcome as usize].fetch_add(1, Ordering::Relaxed);
    }
}

fn read(counts: &[AtomicU64; Outcome::ALL.len()]) -> Vec<(Outcome, u64)> {
    let counts = counts.iter().map(|count| count.load(Ordering::Relaxed));
    Outcome::ALL.into_iter().zip(counts).collect()
}

/// An arrival that has no outcome yet.
#[derive(Debug)]
pub struct Ticket {
    counters: Option<Arc<Counters>>,
    site: String,
}

impl Ticket {
    /// The arrival turned out to be for this registered site.
    pub fn belongs_to(&mut self, site: &str) {
        self.site = site.into();
    }

    /// How it ended.
    pub fn settle(mut self, outcome: Outcome) {
        if let Some(counters) = self.counters.take() {
            counters.count(&self.site, outcome);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(counters) = self.counters.take() {
            counters.count(&self.site, Outcome::Aborted);
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
}
