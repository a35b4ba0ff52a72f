//! HTTP/1.1 as an attacker has it: sockets, and bytes that need not make sense.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Line {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Line {
    pub(crate) fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        Self::over(stream)
    }

    /// From this address of the loopback network.
    pub(crate) fn open_from(from: Ipv4Addr, port: u16) -> io::Result<Self> {
        Self::over(connect(from, port, None)?)
    }

    fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(ANSWER_WITHIN))?;
        stream.set_write_timeout(Some(ANSWER_WITHIN))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::new() })
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Reads one answer; the body by its length, its chunks or to the end.
    pub(crate) fn answer(&mut self) -> io::Result<Answer> {
        let end = loop {
            if let Some(end) = find(&self.read, b"\r\n\r\n") {
                break end;
            }
            self.more()?;
        };
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        self.read.drain(..end + 4);
        let mut answer = read_head(&head).ok_or(io::ErrorKind::InvalidData)?;
        // 100 is not the answer yet.
        if answer.status == 100 {
            return self.answer();
        }
        answer.body = self.body(&answer)?;
        Ok(answer)
    }

    fn body(&mut self, answer: &Answer) -> io::Result<Vec<u8>> {
        if matches!(answer.status, 204 | 304) {
            return Ok(Vec::new());
        }
        if let Some(length) = answer.header("content-length").and_then(|it| it.parse().ok()) {
            while self.read.len() < length {
                self.more()?;
            }
            return Ok(self.read.drain(..length).collect());
        }
        let is_chunked = answer.header("transfer-encoding").is_some();
        while !(is_chunked && self.read.ends_with(b"0\r\n\r\n")) {
            if self.more().is_err() {
                break;
            }
        }
        Ok(std::mem::take(&mut self.read))
    }

    fn more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4_096];
        match self.stream.read(&mut buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.read.extend_from_slice(&buffer[..read]);
                Ok(())
            }
        }
    }
}

/// A connection from this address, with a buffer of so many bytes for what comes back.
pub(crate) fn connect(from: Ipv4Addr, port: u16, buffer: Option<usize>) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if let Some(bytes) = buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    socket.bind(&SocketAddr::from((from, 0)).into())?;
    socket.connect(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    Ok(socket.into())
}

/// One request on a line of its own.
pub(crate) fn ask(
    port: u16,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
) -> io::Result<Answer> {
    let mut line = Line::open(port)?;
    line.send(&request(method, path, headers, body))?;
    line.answer()
}

/// `headers` are whole lines, each with its `\r\n`.
pub(crate) fn request(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn read_head(head: &str) -> Option<Answer> {
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Some(Answer { status, headers: headers.collect(), body: Vec::new() })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Longer than anything here may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
