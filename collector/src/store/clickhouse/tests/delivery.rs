use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use beacon::{Millis, RunId};

use super::made_up;
use super::server::Server;
use crate::store::StoreError;
use crate::store::clickhouse::{ClickHouse, Frame, Shipment, Which};
use crate::store::rows::VisitKey;

/// A block over two days, with a few frames.
fn block(number: u64) -> Shipment {
    let items = made_up(300, number).into_iter().map(|row| ("shop".to_owned(), row)).collect();
    let frame = |sequence: u32| Frame {
        site: "shop".into(),
        visit: VisitKey::new(&number.to_be_bytes()),
        visitor: None,
        run: RunId([sequence.to_le_bytes()[0]; 16]),
        sequence,
        accepted_at: Millis(super::NOON),
        began_at: Millis(super::NOON + u64::from(sequence) * 3_600_000),
        quarantine: 0,
        bytes: vec![0xfe; 40],
    };
    let frames = (0..20).map(frame).collect();
    Shipment { collector: 9, block: number, is_doubtful: false, items, frames }
}

/// All of it is there, and once.
fn check_is_there_once(server: &Server, shipment: &Shipment) {
    let block = shipment.block;
    let count =
        |table| server.number(&format!("SELECT count() FROM {table} WHERE block = {block}"));
    assert_eq!(count("items"), shipment.items.len() as u64);
    assert_eq!(count("frames"), shipment.frames.len() as u64);
    let distinct = "SELECT uniqExact(visit, run, ordinal) FROM items WHERE block =";
    assert_eq!(server.number(&format!("{distinct} {block}")), shipment.items.len() as u64);
}

#[test]
fn a_block_sent_again_in_doubt_is_there_once() {
    let Some(server) = Server::start() else { return };
    let (clickhouse, first) = (server.open(), block(1));
    clickhouse.deliver(&first).unwrap();
    for _ in 0..3 {
        clickhouse.deliver(&Shipment { is_doubtful: true, ..first.clone() }).unwrap();
    }
    check_is_there_once(&server, &first);
}

#[test]
fn of_a_block_that_came_in_part_the_rest_is_sent() {
    let Some(server) = Server::start() else { return };
    let (clickhouse, whole) = (server.open(), block(2));
    let mut part = whole.clone();
    part.items.truncate(100);
    part.frames.truncate(3);
    clickhouse.deliver(&part).unwrap();
    clickhouse.deliver(&Shipment { is_doubtful: true, ..whole.clone() }).unwrap();
    check_is_there_once(&server, &whole);
}

#[test]
fn a_server_that_is_down_is_unreachable_and_takes_the_block_when_it_is_back() {
    let Some(mut server) = Server::start() else { return };
    let (clickhouse, block) = (server.open(), block(3));
    server.kill();
    let error = clickhouse.deliver(&block).unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
    server.resume();
    clickhouse.deliver(&Shipment { is_doubtful: true, ..block.clone() }).unwrap();
    check_is_there_once(&server, &block);
}

#[test]
fn connections_cut_anywhere_lose_nothing_and_double_nothing() {
    let Some(server) = Server::start() else { return };
    // In the head, in the middle of rows, and after all of them, with the answer kept back.
    for (number, bytes) in (10..).zip([0, 200, 5_000, 20_000, usize::MAX]) {
        let relay = Relay::cutting(server.port(), bytes);
        let clickhouse = ClickHouse { client: relay.client(), ..server.open() };
        let block = block(number);
        let error = clickhouse.deliver(&block).unwrap_err();
        assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
        relay.end();
        let again = Shipment { is_doubtful: true, ..block.clone() };
        while server.open().deliver(&again).is_err() {
            // The first attempt still runs over there.
            std::thread::yield_now();
        }
        check_is_there_once(&server, &block);
    }
}

#[test]
fn kills_in_the_middle_of_inserts_leave_every_block_whole_after_the_next_try() {
    let Some(mut server) = Server::start() else { return };
    let mut next = 20;
    for kept in 1..4 {
        let (tell, told) = std::sync::mpsc::channel();
        let clickhouse = server.open();
        let sending = std::thread::spawn(move || {
            let mut number = next;
            while clickhouse.deliver(&block(number)).is_ok() {
                number += 1;
                tell.send(()).unwrap();
            }
            number
        });
        // The next one is on its way by then.
        assert_eq!(told.iter().take(kept).count(), kept);
        server.kill();
        let broken = sending.join().unwrap();
        server.resume();
        let again = Shipment { is_doubtful: true, ..block(broken) };
        server.open().deliver(&again).unwrap();
        (next..=broken).for_each(|number| check_is_there_once(&server, &block(number)));
        next = broken + 1;
    }
}

#[test]
fn frames_are_read_once_by_span_visit_run_and_age() {
    let Some(server) = Server::start() else { return };
    let clickhouse = server.open();
    for (number, collector) in [(1, 1), (1, 2), (2, 1)] {
        let items = Vec::new();
        clickhouse.deliver(&Shipment { collector, items, ..block(number) }).unwrap();
    }
    clickhouse.deliver(&Shipment { frames: of_another_site(), ..block(3) }).unwrap();
    let read = |which: Which<'_>| {
        let mut found = Vec::new();
        clickhouse.frames("shop", which, |frame| found.push(frame)).unwrap();
        found
    };
    let hours = |from: u64, to: u64| Which::Began {
        from: super::NOON + from * 3_600_000,
        to: super::NOON + to * 3_600_000,
    };
    assert_eq!(read(hours(0, 24)), [block(1).frames, block(2).frames].concat());
    let sequences: Vec<u32> = read(hours(3, 5)).iter().map(|frame| frame.sequence).collect();
    assert_eq!(sequences, [3, 4, 3, 4]);
    let visit = VisitKey::new(&2_u64.to_be_bytes());
    assert_eq!(read(Which::Visit(visit)), block(2).frames);
    let runs = [RunId([7; 16]), RunId([8; 16])];
    assert_eq!(read(Which::Runs { runs: &runs, since: Millis(super::NOON) }).len(), 4);
    assert_eq!(read(Which::Runs { runs: &[], since: Millis(super::NOON) }), []);
    assert_eq!(read(Which::Accepted { since: Millis(super::NOON) }).len(), 40);
    assert_eq!(read(Which::Accepted { since: Millis(super::NOON + 1) }), []);
}

fn of_another_site() -> Vec<Frame> {
    let named = |frame: Frame| Frame { site: "another".into(), ..frame };
    block(3).frames.into_iter().map(named).collect()
}

/// Stands between collector and ClickHouse, passes one request's first bytes on, and hangs up.
struct Relay {
    port: u16,
    thread: JoinHandle<()>,
}

impl Relay {
    fn cutting(to: u16, bytes: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            let (mut near, _) = listener.accept().unwrap();
            let mut far = TcpStream::connect(("127.0.0.1", to)).unwrap();
            pass_on(&mut near, &mut far, bytes);
        });
        Self { port, thread }
    }

    fn client(&self) -> super::super::client::Client {
        super::super::client::Client::new(&Server::address_at(self.port))
    }

    /// Waits until it has hung up.
    fn end(self) {
        self.thread.join().unwrap();
    }
}

/// Until so many bytes are over, or the whole request is: then its answer is awaited, and kept back.
fn pass_on(near: &mut TcpStream, far: &mut TcpStream, bytes: usize) {
    let (mut request, mut buffer, mut passed) = (Vec::new(), [0; 4_096], 0);
    while passed < bytes && length_of(&request).is_none_or(|length| request.len() < length) {
        let got = near.read(&mut buffer).unwrap();
        let some = got.min(bytes - passed);
        far.write_all(&buffer[..some]).unwrap();
        request.extend(&buffer[..got]);
        passed += some;
    }
    if passed < bytes {
        assert_ne!(far.read(&mut buffer).unwrap(), 0, "it answers");
    }
}

/// Of a request, once its head is there.
fn length_of(request: &[u8]) -> Option<usize> {
    let head = request.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let length = text.split("content-length: ").nth(1)?;
    Some(head + length.split('\r').next()?.parse::<usize>().ok()?)
}
