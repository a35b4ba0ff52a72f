//! The door: who comes, how much he may send, and whether what he brings is to be believed.
//!
//! Three buckets look at each beacon. A run or a network that sends more than its kind does, a
//! sender that calls itself a program, and what cannot have happened so is kept *apart*
//! ([`Suspicion`]): stored and acknowledged, but in no headline number, so that nobody learns from
//! the answer what gave him away, and a mistake of ours costs no data. What such a run or network
//! sent within the minute before is not believed any more either. A site has one bucket for what
//! is believed and one for what is not; who finds it dry is asked to wait (429), and other sites do
//! not notice. Time is the monotonic clock: a wall clock that steps throttles nobody.

mod buckets;
mod connections;
mod plausible;
mod proxies;
mod recent;
mod robots;

use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::HttpRequest;
use actix_web::http::header::{USER_AGENT, X_FORWARDED_FOR};
use beacon::{Beacon, RunId};

use crate::clock::Clock;
use crate::fault::{self, Sabotage};
use crate::suspicion::Suspicion;

use buckets::{Buckets, Rate, Said};
use connections::Most;
use recent::Recent;

pub(crate) use connections::Connection;
pub use connections::Connections;
pub use proxies::Network;
pub use recent::Earlier;

/// How much is taken from whom. 0 is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Beacons of one page load a minute; beyond it they are kept apart.
    pub run_per_minute: u32,
    /// Beacons of one network (/24 of IPv4, /64 of IPv6) a minute; beyond it they are kept apart.
    pub address_per_minute: u32,
    /// Beacons of one site a minute; beyond it they have to wait.
    pub site_per_minute: u32,
    /// Beacons of one site a minute that are kept apart; beyond it they have to wait.
    pub quarantine_per_minute: u32,
    /// Robots and what cannot have happened so are kept apart.
    pub plausibility: bool,
    /// Connections at once, in all; beyond it the slowest makes room.
    pub connections: u32,
    /// Connections at once of one address (/64 of IPv6); beyond it they are closed.
    pub connections_per_address: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

/// What the door says to a beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Come in.
    Clean,
    /// Come in, and be kept apart.
    Apart(Suspicion),
    /// Too much for now.
    Wait,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// The first 24 bits of an IPv4 address.
    V4([u8; 3]),
    /// The first 64 bits of an IPv6 address.
    V6([u8; 8]),
}

impl From<IpAddr> for Prefix {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(it) => Self::V4(*it.octets().first_chunk().expect("3 of 4 octets")),
            IpAddr::V6(it) => Self::V6(*it.octets().first_chunk().expect("8 of 16 octets")),
        }
    }
}

/// The door of a server. All sites go through the same one.
#[derive(Debug)]
pub struct Door {
    limits: RwLock<Arc<Limits>>,
    runs: Buckets<RunId>,
    networks: Buckets<Prefix>,
    sites: Buckets<i64>,
    apart: Buckets<i64>,
    recent: Recent,
    connections: Arc<Connections>,
    clock: Clock,
}

impl Door {
    /// A door that lets everything in until it is told [`Limits`].
    pub fn new(clock: Clock) -> Self {
        Self {
            limits: RwLock::default(),
            runs: Buckets::new(PLACES),
            networks: Buckets::new(PLACES),
            sites: Buckets::new(PLACES),
            apart: Buckets::new(PLACES),
            recent: Recent::default(),
            connections: Arc::new(Connections::new(clock.clone())),
            clock,
        }
    }

    /// From now on these limits hold; what was counted stays counted.
    pub fn set_limits(&self, limits: Limits) {
        *self.limits.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(limits);
    }

    /// Who sent this request: its peer, or whom a trusted proxy names. `None` where there is no
    /// connection, in tests.
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        Some(proxies::client(&self.limits().trusted_proxies, peer, request.headers()))
    }

    /// Whether this address is a proxy whose headers are believed.
    pub fn is_proxy(&self, peer: IpAddr) -> bool {
        proxies::is_trusted(&self.limits().trusted_proxies, peer.to_canonical())
    }

    /// Whether it was asked from this machine, by nobody who stands between.
    pub fn is_local(&self, request: &HttpRequest) -> bool {
        !request.headers().contains_key(X_FORWARDED_FOR)
            && request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback())
    }

    /// A connection from `peer`: its place, or nothing if it was closed for lack of one.
    pub(crate) fn connects(&self, socket: OwnedFd, peer: IpAddr) -> Option<Connection> {
        let limits = self.limits();
        let is_proxy = proxies::is_trusted(&limits.trusted_proxies, peer.to_canonical());
        let (in_all, of_sender) = (limits.connections, limits.connections_per_address);
        self.connections.open(socket, (!is_proxy).then_some(peer), Most { in_all, of_sender })
    }

    /// Those that are open now.
    pub fn connections(&self) -> &Connections {
        &self.connections
    }

    /// Judges a beacon of a site; it is counted. The second are those that were believed before, and
    /// are not any more.
    pub fn admit(
        &self,
        request: &HttpRequest,
        site: i64,
        beacon: &Beacon,
    ) -> (Admission, Vec<Earlier>) {
        let limits = self.limits();
        let (now, network) = (self.clock.ticks(), self.client(request).map(Prefix::from));
        let (suspicion, earlier) = if fault::is(Sabotage::SkipQuarantine) {
            (None, Vec::new())
        } else {
            self.suspicion(&limits, request, network, beacon)
        };
        let admission = self.pass(&limits, site, suspicion);
        if admission == Admission::Clean {
            let (run, sequence) = (beacon.header.run, beacon.header.sequence);
            self.recent.note(network, Earlier { site, run, sequence }, now);
        }
        (admission, earlier)
    }

    fn pass(&self, limits: &Limits, site: i64, suspicion: Option<Suspicion>) -> Admission {
        let (bucket, per_minute) = match suspicion {
            None => (&self.sites, limits.site_per_minute),
            Some(_) => (&self.apart, limits.quarantine_per_minute),
        };
        let said = bucket.take(site, &Rate { per_minute, ..SITE }, self.clock.ticks());
        match (said.is_yes(), suspicion) {
            (false, _) => Admission::Wait,
            (true, None) => Admission::Clean,
            (true, Some(suspicion)) => Admission::Apart(suspicion),
        }
    }

    /// Whether this network may do one more thing that nobody needs to do often: ask, count a hit.
    pub fn admits_network(&self, request: &HttpRequest) -> bool {
        let per_minute = self.limits().address_per_minute;
        let rate = Rate { per_minute, ..NETWORK };
        self.client(request).is_none_or(|client| {
            self.networks.take(client.into(), &rate, self.clock.ticks()).is_yes()
        })
    }

    /// How many runs and networks have a bucket of their own now.
    pub fn known(&self) -> (usize, usize) {
        (self.runs.len(), self.networks.len())
    }

    /// What speaks against a beacon, and whom it makes unbelievable in hindsight.
    fn suspicion(
        &self,
        limits: &Limits,
        request: &HttpRequest,
        network: Option<Prefix>,
        beacon: &Beacon,
    ) -> (Option<Suspicion>, Vec<Earlier>) {
        let (run, now) = (beacon.header.run, self.clock.ticks());
        // Both count, whichever speaks.
        let rate = Rate { per_minute: limits.run_per_minute, ..RUN };
        let of_run = self.runs.take(run, &rate, now);
        let rate = Rate { per_minute: limits.address_per_minute, ..NETWORK };
        let of_network = network.map_or(Said::Yes, |it| self.networks.take(it, &rate, now));
        let mut earlier = Vec::new();
        if let (Said::NoMore, Some(network)) = (of_network, network) {
            earlier = self.recent.take_network(network);
        }
        if of_run == Said::NoMore {
            earlier.extend(self.recent.take_run(run));
        }
        let suspicion = if of_network.is_yes() && of_run.is_yes() {
            Self::implausible(limits, request, beacon)
        } else if of_network.is_yes() {
            Some(Suspicion::RunRate)
        } else {
            Some(Suspicion::AddressRate)
        };
        (suspicion, earlier)
    }

    fn implausible(limits: &Limits, request: &HttpRequest, beacon: &Beacon) -> Option<Suspicion> {
        if !limits.plausibility {
            return None;
        }
        let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        if agent.is_some_and(robots::is_robot) {
            return Some(Suspicion::Robot);
        }
        (!plausible::is_possible(beacon)).then_some(Suspicion::Timing)
    }

    fn limits(&self) -> Arc<Limits> {
        Arc::clone(&self.limits.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs, and networks, that are told apart at once: some 4 MiB each when all places are taken. A shop
/// with a hundred million items a day has half as many open pages.
const PLACES: usize = 65_536;

/// An agent that was offline sends all it kept at once.
const RUN: Rate = Rate { per_minute: 0, burst_s: 30, back_at_percent: 50 };

/// A mobile carrier's visitors come from few addresses, and a push message brings many at once.
const NETWORK: Rate = Rate { per_minute: 0, burst_s: 20, back_at_percent: 50 };

/// Who has to wait is let in again at once: these buckets measure what the server carries.
const SITE: Rate = Rate { per_minute: 0, burst_s: 10, back_at_percent: 0 };
