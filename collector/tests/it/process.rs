//! The server as its own process, and the signals that it is sent.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use beacon::item::PageKind;
use beacon::{Beacon, Millis, RunId};
use collector::store::Store;

use crate::command::works;
use crate::support::{TOKEN, at, viewed};

/// A server that runs, and what it says.
struct Running {
    child: Child,
    address: String,
    log: Receiver<String>,
    _said: BufReader<ChildStdout>,
}

impl Running {
    fn start(data: &Path, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nunchi"));
        command
            .args(["serve", "--port", "0", "--token", TOKEN])
            .args(args)
            .env("NUNCHI_DATA", data);
        command.env_remove("NUNCHI_LOG").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = lines(child.stderr.take().unwrap());
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("ready http://") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended: {:?}", log.iter().last());
        }
        let address = line.trim().trim_start_matches("ready http://").to_owned();
        Self { child, address, log, _said: said }
    }

    fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// The next line of the log that contains `part`.
    fn hears(&self, part: &str) -> String {
        let patience = Duration::from_mins(1);
        loop {
            let line = self.log.recv_timeout(patience).unwrap_or_else(|_| panic!("{part} is said"));
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Whether it ended well.
    fn ends(mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(log: ChildStderr) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            // A test that has heard enough goes.
            let _ = send.send(line);
        }
    });
    receive
}

/// Sends a request and reads the answer to its end. `None` when the server hung up before it.
fn ask(address: &str, head: &str, body: &[u8]) -> Option<String> {
    let mut line = TcpStream::connect(address).ok()?;
    let length = body.len();
    let head =
        format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    line.write_all(&[head.as_bytes(), body].concat()).ok()?;
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).ok()?;
    (!answer.is_empty()).then(|| String::from_utf8_lossy(&answer).into_owned())
}

const POST: &str =
    "POST /v1/b HTTP/1.1\r\nContent-Type: text/plain\r\nOrigin: https://shop.example";

fn send(address: &str, run: u32, sequence: u32) -> Option<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let now = u64::try_from(now).unwrap();
    let items = vec![at(0, viewed("/", PageKind::Home))];
    let mut id = [0; 16];
    id[..4].copy_from_slice(&run.to_be_bytes());
    let mut beacon: Beacon = crate::support::beacon(1, sequence, 0, now, items);
    beacon.header.site = crate::support::key("shop");
    (beacon.header.run, beacon.header.sent_at) = (RunId(id), Millis(now));
    ask(address, POST, &beacon::frame::encode(&beacon))
}

fn add_site(data: &Path) {
    works(data, &["site", "add", "shop", "--name", "Shop", "--origin", "https://shop.example"]);
}

#[test]
fn a_server_that_is_told_to_stop_ends_streams_keeps_what_it_acknowledged_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    add_site(folder.path());
    let server = Running::start(folder.path(), &[]);
    let mut stream = BufReader::new(TcpStream::connect(&server.address).unwrap());
    let listen = format!(
        "GET /api/live/events?site=shop HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    );
    stream.get_mut().write_all(listen.as_bytes()).unwrap();
    let mut event = String::new();
    while !event.contains("event: floor") {
        assert!(stream.read_line(&mut event).unwrap() > 0, "{event}");
    }
    let (is_over, acknowledged) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for run in 0..4 {
            let (address, is_over, acknowledged) = (&server.address, &is_over, &acknowledged);
            scope.spawn(move || {
                for sequence in 0.. {
                    match send(address, run, sequence) {
                        // Somebody watches the floor: the answer says so.
                        Some(answer) if answer.starts_with("HTTP/1.1 20") => {
                            acknowledged.fetch_add(1, Ordering::SeqCst);
                        }
                        _ if is_over.load(Ordering::SeqCst) => return,
                        other => panic!("before the signal: {other:?}"),
                    }
                }
            });
        }
        while acknowledged.load(Ordering::SeqCst) < 100 {
            std::thread::yield_now();
        }
        is_over.store(true, Ordering::SeqCst);
        server.signal("-TERM");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.ends_with(b"0\r\n\r\n"), "the stream came to its end and was not cut");
    });
    server.hears("stopping");
    // Requests of the last moment are answered or hung up on; the process does not wait for ever.
    assert!(server.ends());
    let stored = Store::open(folder.path()).unwrap().ledger().unwrap().len();
    let acknowledged = usize::try_from(acknowledged.into_inner()).unwrap();
    assert!(stored >= acknowledged, "{stored} of {acknowledged}");
}

#[test]
fn a_server_that_is_told_to_reads_its_settings_again() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("nunchi.toml"));
    add_site(&data);
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    write("site_per_minute = 0\nlog = \"info\"\n");
    let server = Running::start(&data, &["--config", file.to_str().unwrap()]);
    server.hears("site_per_minute=0");
    assert!(send(&server.address, 1, 0).unwrap().starts_with("HTTP/1.1 204"));

    write("site_per_minute = 6\nlog = \"debug\"\nworkers = 7\n");
    server.signal("-HUP");
    let changed = server.hears("settings read again");
    assert!(changed.contains("log info -> debug, site_per_minute 0 -> 6"), "{changed}");
    assert!(server.hears("needs a restart").contains("-> 7"));
    assert!(send(&server.address, 1, 1).unwrap().starts_with("HTTP/1.1 204"), "a second's worth");
    assert!(send(&server.address, 1, 2).unwrap().starts_with("HTTP/1.1 429"));
    let answered = server.hears("answered");
    assert!(answered.contains("route=\"/v1/b\"") && answered.contains("request.id="), "{answered}");

    write("site_per_minute = 6\nsite_per_minute = 7\n");
    server.signal("-HUP");
    assert!(server.hears("settings stay as they are").contains("nunchi.toml"));
    assert!(ask(&server.address, "GET /healthz HTTP/1.1", b"").unwrap().contains("200 OK"));
    assert!(send(&server.address, 1, 3).unwrap().starts_with("HTTP/1.1 429"), "as before");
}

#[test]
fn a_container_can_ask_whether_its_server_wants_traffic() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path(), &[]);
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    assert_eq!(works(folder.path(), &["health", "--port", &port]), "ready\n");
    assert_eq!(works(folder.path(), &["health", "--bind", "0.0.0.0", "--port", &port]), "ready\n");
    server.signal("-TERM");
    assert!(server.ends());
    let nobody = crate::command::fails(folder.path(), &["health", "--port", &port]);
    assert!(nobody.contains("nobody answers at 127.0.0.1"), "{nobody}");
}
