//! Killed with -9 in the middle of a stream of beacons, again and again: nothing acknowledged is
//! missing, nothing is stored twice.
//!
//! `NUNCHI_KILL_BEACONS` (3,000 unless said otherwise) and `NUNCHI_KILLS` (4) set the size.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![expect(clippy::print_stderr, reason = "the figures are the test's result")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use beacon::item::{PageKind, View};
use beacon::{Beacon, Body, Header, Item, Millis, RunId, SiteKey};
use collector::store::Store;

const SENDERS: u8 = 8;
const SHOP: &str = "http://127.0.0.1:8090";

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_stored_twice() {
    let beacons = setting("NUNCHI_KILL_BEACONS", 3_000);
    let kills = setting("NUNCHI_KILLS", 4);
    let folder = tempfile::tempdir().unwrap();
    let place = Place::default();
    let mut server = start(folder.path(), &place);
    let mut retries_seen = 0;
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|run| {
                let place = &place;
                scope.spawn(move || send_all(run, beacons / u32::from(SENDERS), place))
            })
            .collect();
        for kill in 1..=kills {
            let due = beacons / (kills + 1) * kill;
            place.wait_for(due);
            server.kill().unwrap();
            server.wait().unwrap();
            server = start(folder.path(), &place);
        }
        for sender in senders {
            retries_seen += sender.join().unwrap();
        }
    });
    server.kill().unwrap();
    server.wait().unwrap();

    let mut stored = BTreeMap::<(RunId, u32), usize>::new();
    for (run, sequence, frame) in Store::open(folder.path()).unwrap().ledger().unwrap() {
        let expected = frame_of(run.0[0], sequence, place.began);
        assert_eq!(frame, expected, "{run} {sequence} was changed");
        *stored.entry((run, sequence)).or_default() += 1;
    }
    let acknowledged = place.acknowledged.load(Ordering::Relaxed);
    let doubled = stored.values().filter(|&&count| count > 1).count();
    let sent = beacons / u32::from(SENDERS) * u32::from(SENDERS);
    let lost = acknowledged as usize - stored.len().min(acknowledged as usize);
    eprintln!(
        "acked={acknowledged} lost={lost} duplicated={doubled} kills={kills} retries={retries_seen}"
    );
    assert_eq!((lost, doubled), (0, 0));
    assert_eq!((acknowledged, stored.len()), (sent, sent as usize));
    assert!(retries_seen > 0, "no kill hit a beacon under way: the test proved nothing");
}

/// Where the server is now, and what it acknowledged.
struct Place {
    port: AtomicU16,
    acknowledged: AtomicU32,
    began: Millis,
}

impl Default for Place {
    fn default() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        Self {
            port: AtomicU16::new(0),
            acknowledged: AtomicU32::new(0),
            began: Millis(u64::try_from(now).unwrap()),
        }
    }
}

impl Place {
    fn wait_for(&self, acknowledged: u32) {
        let until = Instant::now() + Duration::from_mins(5);
        while self.acknowledged.load(Ordering::Relaxed) < acknowledged {
            assert!(Instant::now() < until, "the senders are stuck");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn start(data: &Path, place: &Place) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nunchi"));
    command.args(["demo", "--port", "0", "--shop-origin", SHOP, "--data"]).arg(data);
    command.env("NUNCHI_LOG", "error").stdout(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let ready = lines.map(|line| line.unwrap()).find_map(|line| {
        line.strip_prefix("ready http://127.0.0.1:").map(|port| port.parse::<u16>().unwrap())
    });
    place.port.store(ready.expect("the server becomes ready"), Ordering::Relaxed);
    server
}

/// Sends one beacon after the other, each until it is acknowledged. Returns how often it had to try
/// again.
fn send_all(run: u8, count: u32, place: &Place) -> usize {
    let mut line: Option<TcpStream> = None;
    let mut retries = 0;
    for sequence in 0..count {
        let frame = frame_of(run, sequence, place.began);
        loop {
            match try_send(&mut line, place.port.load(Ordering::Relaxed), &frame) {
                Some(200 | 204) => break,
                Some(503) | None => retries += 1,
                Some(other) => panic!("run {run} beacon {sequence}: {other}"),
            }
            line = None;
            // Give the server's start the core; a page would wait a second.
            std::thread::sleep(Duration::from_millis(5));
        }
        place.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    retries
}

fn try_send(line: &mut Option<TcpStream>, port: u16, frame: &[u8]) -> Option<u16> {
    if line.is_none() {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        stream.set_nodelay(true).ok()?;
        *line = Some(stream);
    }
    let stream = line.as_mut()?;
    let head = format!(
        "POST /v1/b HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {SHOP}\r\n\
         Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
        frame.len()
    );
    stream.write_all(&[head.as_bytes(), frame].concat()).ok()?;
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        (stream.read(&mut byte).ok()? == 1).then(|| answer.push(byte[0]))?;
    }
    let text = String::from_utf8(answer).ok()?;
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    text.split(' ').nth(1)?.parse().ok()
}

fn frame_of(run: u8, sequence: u32, began: Millis) -> Vec<u8> {
    let header = Header {
        site: SiteKey::parse("demo").unwrap(),
        run: RunId([run; 16]),
        sequence,
        visitor: None,
        session: None,
        sent_at: began,
        agent: 1,
        pack: 1,
    };
    let view = |place: u64| Item {
        at: Millis(place),
        body: Body::Viewed(View {
            path: format!("/p/{sequence}/{place}"),
            page: PageKind::Product,
        }),
    };
    beacon::frame::encode(&Beacon { header, items: (0..3).map(view).collect() })
}

fn setting(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}
