//! Connections: how many at once, and how long each may keep us waiting.
//!
//! actix limits the time of the first head on a connection and nothing after it: not a second head,
//! not a body that nobody reads, not an answer that nobody fetches. So each connection tells here what
//! it waits for, and once a second those that took too long are shut down. When all places are taken,
//! who has kept us waiting longest makes room.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::net::Shutdown;

use crate::clock::Clock;

/// All open connections of a server.
#[derive(Debug)]
pub struct Connections {
    clock: Clock,
    open: Mutex<Open>,
    /// Turned away at the door, and shut down because they kept us waiting, since the start.
    refused: AtomicU64,
    given_up: AtomicU64,
}

#[derive(Debug, Default)]
struct Open {
    last: u64,
    by_number: HashMap<u64, Arc<Watched>>,
    by_sender: HashMap<IpAddr, u32>,
}

/// What is known of one.
#[derive(Debug)]
struct Watched {
    /// A second handle to it; the one that is read and written is actix's.
    socket: OwnedFd,
    sender: Option<IpAddr>,
    /// Until when we wait for the sender, [`Clock::ticks`]; [`AT_WORK`] while he waits for us.
    until: AtomicU64,
}

/// How many there may be; 0 is no limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    pub(crate) in_all: u32,
    pub(crate) of_sender: u32,
}

impl Connections {
    pub(super) fn new(clock: Clock) -> Self {
        let (refused, given_up) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { clock, open: Mutex::default(), refused, given_up }
    }

    /// A new one: given a place, or shut down at once. `sender` is none where a proxy stands, whose
    /// connections are everybody's.
    pub(crate) fn open(
        self: &Arc<Self>,
        socket: OwnedFd,
        sender: Option<IpAddr>,
        most: Most,
    ) -> Option<Connection> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = sender.map(without_interface);
        let of_sender = sender.and_then(|it| open.by_sender.get(&it).copied()).unwrap_or(0);
        let is_too_much = most.of_sender > 0 && of_sender >= most.of_sender;
        let is_full = most.in_all > 0 && open.by_number.len() >= most.in_all as usize;
        if is_too_much || is_full && !self.make_room(&open) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            shut(&socket, Shutdown::Both);
            return None;
        }
        let until = AtomicU64::new(self.clock.ticks().plus(FIRST_HEAD_MS).0);
        let watched = Arc::new(Watched { socket, sender, until });
        open.last += 1;
        let number = open.last;
        open.by_number.insert(number, Arc::clone(&watched));
        if let Some(sender) = sender {
            *open.by_sender.entry(sender).or_default() += 1;
        }
        Some(Connection { connections: Arc::clone(self), watched, number })
    }

    /// Shuts down those that kept us waiting too long. To be called once a second.
    pub fn sweep(&self) {
        let now = self.clock.ticks().0;
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for watched in open.by_number.values() {
            if watched.until.load(Ordering::Relaxed) < now {
                self.give_up(watched);
            }
        }
    }

    /// Open now; turned away, and shut down for being slow, since the start.
    pub fn counted(&self) -> (usize, u64, u64) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).by_number.len();
        (open, self.refused.load(Ordering::Relaxed), self.given_up.load(Ordering::Relaxed))
    }

    /// Shuts down the one that we have waited for longest, if we wait for any.
    fn make_room(&self, open: &Open) -> bool {
        let until = |watched: &&Arc<Watched>| watched.until.load(Ordering::Relaxed);
        let waiting = open.by_number.values().filter(|it| until(it) < AT_WORK);
        let longest = waiting.min_by_key(until);
        longest.inspect(|watched| self.give_up(watched)).is_some()
    }

    fn give_up(&self, watched: &Watched) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
        // Once is enough: what follows from it is actix's work.
        watched.until.store(AT_WORK, Ordering::Relaxed);
        shut(&watched.socket, Shutdown::Both);
    }

    fn close(&self, number: u64, sender: Option<IpAddr>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.by_number.remove(&number);
        if let Some(sender) = sender
            && let Some(count) = open.by_sender.get_mut(&sender)
        {
            *count -= 1;
            if *count == 0 {
                open.by_sender.remove(&sender);
            }
        }
    }
}

/// The place of one connection; given back when dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    connections: Arc<Connections>,
    watched: Arc<Watched>,
    number: u64,
}

impl Connection {
    /// A request is there: the next move is ours.
    pub(crate) fn works(&self) {
        self.watched.until.store(AT_WORK, Ordering::Relaxed);
    }

    /// The answer is made. Fetching it may take as long as so many bytes need on a poor line, and the
    /// next request a moment more. `None`: it has no end, and whoever made it looks after it.
    pub(crate) fn waits(&self, answer_bytes: Option<u64>) {
        let Some(bytes) = answer_bytes else { return };
        let patience_ms = NEXT_HEAD_MS + bytes.saturating_mul(1_000) / ANSWER_BYTES_A_SECOND_MIN;
        let until = self.connections.clock.ticks().plus(patience_ms);
        self.watched.until.store(until.0, Ordering::Relaxed);
    }

    /// There are so many connections that what each keeps adds up.
    pub(crate) fn is_crowded(&self) -> bool {
        self.connections.counted().0 > CROWD
    }

    /// Nothing more is read: what still comes belongs to a request that was answered without it.
    pub(crate) fn stops_reading(&self) {
        shut(&self.watched.socket, Shutdown::Read);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.connections.close(self.number, self.watched.sender);
    }
}

fn shut(socket: &OwnedFd, how: Shutdown) {
    // It is shut down already: just as well.
    let _ = rustix::net::shutdown(socket, how);
}

/// An IPv6 user has a network of addresses (/64) for himself.
fn without_interface(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() >> 64 << 64).into(),
        it @ IpAddr::V4(_) => it,
    }
}

/// Connections open at once beyond which they are a crowd.
const CROWD: usize = 1_000;

/// Nobody waits for the sender.
const AT_WORK: u64 = u64::MAX;

/// For the first head; actix gives up before, and says so (408).
const FIRST_HEAD_MS: u64 = 7_000;

/// From an answer to the next head; actix gives up an idle connection as soon.
const NEXT_HEAD_MS: u64 = 5_000;

/// The poorest line that an answer is made for: a tenth of what 3G was meant to be.
const ANSWER_BYTES_A_SECOND_MIN: u64 = 16 * 1_024;

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::net::UnixStream;

    use beacon::Millis;

    use super::*;

    const NO_LIMIT: Most = Most { in_all: 0, of_sender: 0 };

    struct Room {
        connections: Arc<Connections>,
        clock: Clock,
    }

    /// Both ends of a connection, ours as far as it was let in.
    struct Line(Option<Connection>, UnixStream);

    impl Room {
        fn new() -> Self {
            let clock = Clock::fixed(Millis(0));
            Self { connections: Arc::new(Connections::new(clock.clone())), clock }
        }

        fn open(&self, sender: &str, most: Most) -> Line {
            let (ours, theirs) = UnixStream::pair().unwrap();
            theirs.set_nonblocking(true).unwrap();
            let sender = (!sender.is_empty()).then(|| sender.parse().unwrap());
            Line(self.connections.open(ours.into(), sender, most), theirs)
        }

        fn sweep(&self, at: u64) {
            self.clock.set(Millis(at));
            self.connections.sweep();
        }
    }

    impl Line {
        fn is_shut(&mut self) -> bool {
            matches!(self.1.read(&mut [0]), Ok(0))
        }
    }

    #[test]
    fn who_sends_no_head_is_given_up() {
        let room = Room::new();
        let mut line = room.open("192.0.2.1", NO_LIMIT);
        room.sweep(FIRST_HEAD_MS);
        assert!(!line.is_shut());
        room.sweep(FIRST_HEAD_MS + 1);
        assert!(line.is_shut());
        room.sweep(FIRST_HEAD_MS + 2_000);
        assert_eq!(room.connections.counted(), (1, 0, 1), "once");
        drop(line);
        assert_eq!(room.connections.counted().0, 0);
    }

    #[test]
    fn who_waits_for_us_may_wait_and_a_large_answer_may_take_its_time() {
        let room = Room::new();
        let mut line = room.open("192.0.2.1", NO_LIMIT);
        let connection = line.0.take().unwrap();
        connection.works();
        room.sweep(3_600_000);
        assert!(!line.is_shut());
        connection.waits(Some(10 * ANSWER_BYTES_A_SECOND_MIN));
        room.sweep(3_600_000 + NEXT_HEAD_MS + 10_000);
        assert!(!line.is_shut());
        room.sweep(3_600_000 + NEXT_HEAD_MS + 10_001);
        assert!(line.is_shut());
    }

    #[test]
    fn one_sender_has_so_many_and_a_proxy_any_number() {
        let room = Room::new();
        let most = Most { in_all: 0, of_sender: 2 };
        let mut lines: Vec<_> = (0..3).map(|_| room.open("192.0.2.1", most)).collect();
        assert_eq!(lines.iter_mut().map(Line::is_shut).collect::<Vec<_>>(), [false, false, true]);
        assert!(!room.open("192.0.2.2", most).is_shut());
        assert!((0..9).map(|_| room.open("", most)).all(|mut line| !line.is_shut()));
        lines.pop();
        lines.pop();
        assert!(!room.open("192.0.2.1", most).is_shut(), "a place was given back");
        let mut network =
            ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(|it| room.open(it, most));
        assert!(network[2].is_shut(), "a /64 is one sender");
    }

    #[test]
    fn in_a_full_house_the_longest_wait_makes_room() {
        let room = Room::new();
        let most = Most { in_all: 2, of_sender: 0 };
        let mut slow = room.open("192.0.2.1", most);
        room.clock.set(Millis(1_000));
        let mut later = room.open("192.0.2.2", most);
        let mut new = room.open("192.0.2.3", most);
        assert_eq!((slow.is_shut(), later.is_shut(), new.is_shut()), (true, false, false));
        for line in [&slow, &later, &new] {
            line.0.as_ref().unwrap().works();
        }
        assert!(room.open("192.0.2.4", most).is_shut(), "all are served: nobody makes room");
    }
}
