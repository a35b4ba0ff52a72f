//! The load: connections that are kept, each with one request under way, from one thread.

use std::cell::{Cell, RefCell};
use std::io::{Read as _, Write as _};
use std::net::TcpStream as PlainStream;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::server::ORIGIN;

/// What came of a load.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Requests answered with 200 or 204.
    pub(crate) acknowledged: u64,
    /// All others.
    pub(crate) refused: u64,
    pub(crate) took: Duration,
    /// Of each acknowledged request, µs.
    latencies_us: Vec<u32>,
}

impl Told {
    /// So many in a thousand waited no longer than this, ms.
    pub(crate) fn latency_ms(&mut self, permille: usize) -> f64 {
        self.latencies_us.sort_unstable();
        let last = self.latencies_us.len().saturating_sub(1);
        let at = self.latencies_us.get(last * permille / 1_000);
        f64::from(at.copied().unwrap_or_default()) / 1_000.0
    }
}

/// Sends the requests in their order over so many connections, for so long or until there are no
/// more.
pub(crate) fn load(
    port: u16,
    requests: Vec<Vec<u8>>,
    connections: usize,
    time: Duration,
) -> Result<Told> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let told = Rc::new(RefCell::new(Told::default()));
    // Each connection is a task of this one thread, which owns everything.
    let requests: Rc<[Vec<u8>]> = requests.into();
    let next = Rc::new(Cell::new(0));
    let tasks = LocalSet::new();
    let began = Instant::now();
    tasks.block_on(&runtime, async {
        let lines = (0..connections).map(|_| {
            let line = Line { requests: Rc::clone(&requests), next: Rc::clone(&next) };
            tokio::task::spawn_local(line.run(port, began + time, Rc::clone(&told)))
        });
        for line in lines.collect::<Vec<_>>() {
            line.await.context("a connection panicked")??;
        }
        anyhow::Ok(())
    })?;
    let mut told = told.take();
    told.took = began.elapsed();
    ensure!(told.acknowledged > 0, "nothing was acknowledged, {} refused", told.refused);
    Ok(told)
}

struct Line {
    requests: Rc<[Vec<u8>]>,
    next: Rc<Cell<usize>>,
}

impl Line {
    async fn run(self, port: u16, until: Instant, told: Rc<RefCell<Told>>) -> Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let mut buffer = [0; 4_096];
        while let Some(request) = self.requests.get(self.next.get()) {
            self.next.set(self.next.get() + 1);
            let asked = Instant::now();
            if asked >= until {
                return Ok(());
            }
            stream.write_all(request).await?;
            let status = answer(&mut stream, &mut buffer).await?;
            let took_us = u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX);
            let mut told = told.borrow_mut();
            if matches!(status, 200 | 204) {
                told.acknowledged += 1;
                told.latencies_us.push(took_us);
            } else {
                told.refused += 1;
            }
        }
        Ok(())
    }
}

/// Reads one answer to its end; gives its status.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<u16> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        ensure!(read > 0, "the server hung up");
        filled += read;
        let head = String::from_utf8_lossy(&buffer[..filled]);
        if let Some(end) = head.find("\r\n\r\n")
            && filled >= end + 4 + content_length(&head)
        {
            return Ok(head.split(' ').nth(1).context("no status")?.parse()?);
        }
    }
}

fn content_length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().and_then(|(_, length)| length.trim().parse().ok()).unwrap_or_default()
}

/// A frame as a page sends it.
pub(crate) fn post(frame: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /v1/b HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\nUser-Agent: Mozilla/5.0\r\n\
         Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
        frame.len()
    );
    [head.as_bytes(), frame].concat()
}

/// Asks once; gives the body of the answer, whatever its status. `headers` are whole lines.
pub(crate) fn ask(
    port: u16,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Result<String> {
    let mut stream = PlainStream::connect(("127.0.0.1", port))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\
         Content-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8(answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    ensure!(!head.to_ascii_lowercase().contains("transfer-encoding"), "an answer in chunks");
    Ok(body.into())
}
