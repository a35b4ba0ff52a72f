//! `nunchi health`: asks `/readyz` of the server that these settings are of.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::Failure;
use crate::config::Given;

/// Prints what the server says.
pub(super) fn run(given: Given, file: Option<&Path>) -> Result<(), Failure> {
    let settings = given.settle(file)?;
    let address = SocketAddr::new(within(settings.bind), settings.port);
    let answer = ask(address).map_err(|error| format!("nobody answers at {address}: {error}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    print!("{body}");
    let status = head.split_ascii_whitespace().nth(1).unwrap_or("nothing");
    if status == "200" { Ok(()) } else { Err(format!("{address} answers {status}").into()) }
}

/// A server that listens everywhere listens here too.
fn within(bind: IpAddr) -> IpAddr {
    match bind {
        IpAddr::V4(it) if it.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(it) if it.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut line = TcpStream::connect_timeout(&address, PATIENCE)?;
    line.set_read_timeout(Some(PATIENCE))?;
    line.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    line.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
    Ok(answer)
}

/// Less than container engines wait for a check.
const PATIENCE: Duration = Duration::from_secs(2);

const ANSWER_BYTES_MAX: u64 = 16 * 1_024;
