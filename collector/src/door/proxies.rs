//! Who a request comes from, where proxies stand before the collector.
//!
//! `X-Forwarded-For` is believed as far as it was written by proxies that the operator named: read
//! from the right, the first address that is none of them is the client. What stands left of it the
//! client may have written itself. `Forwarded` (RFC 7239) and other headers are not read.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};
use serde::Deserialize;

/// A network: `10.0.0.0/8`, `::1`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn contains(self, other: IpAddr) -> bool {
        let differs_below = |a: u128, b: u128, width: u32| {
            let rest = width - u32::from(self.bits);
            (a ^ b).checked_shr(rest).unwrap_or(0) != 0
        };
        match (self.address, other) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                !differs_below(u32::from(a).into(), u32::from(b).into(), 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => !differs_below(a.into(), b.into(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("expected a network such as 10.0.0.0/8 or ::1, found `{text}`");
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| expected())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| expected())?;
        if bits > most { Err(expected()) } else { Ok(Self { address, bits }) }
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// Whether `address` belongs to a proxy that is believed.
pub(super) fn is_trusted(trusted: &[Network], address: IpAddr) -> bool {
    trusted.iter().any(|network| network.contains(address))
}

/// The right-most hop that no trusted proxy made: the peer itself unless it is a trusted proxy. What
/// is no address ends the search, and counts as its proxy's own.
pub(super) fn client(trusted: &[Network], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut client = peer.to_canonical();
    if !is_trusted(trusted, client) {
        return client;
    }
    let lines: Vec<&str> =
        headers.get_all(X_FORWARDED_FOR).map(|line| line.to_str().unwrap_or("?")).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = address(hop.trim()) else { break };
        client = address;
        if !is_trusted(trusted, client) {
            break;
        }
    }
    client
}

/// As proxies write it: `1.2.3.4`, `1.2.3.4:567`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:567`.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let parsed = bare.parse().ok();
    let parsed = parsed.or_else(|| hop.parse::<SocketAddr>().ok().map(|it| it.ip()));
    parsed.map(|it: IpAddr| it.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const TRUSTED: [&str; 3] = ["10.0.0.0/8", "192.0.2.7", "2001:db8:5::/48"];

    /// The client of `peer` and these lines of `X-Forwarded-For`, one a `|`.
    fn seen(trusted: &[&str], peer: &str, forwarded: &str) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|it| it.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded.split('|').filter(|line| !line.is_empty()) {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        client(&trusted, peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_client_is_the_rightmost_hop_that_no_trusted_proxy_made() {
        for (peer, forwarded, expected) in [
            // Nobody trusted stands there: whatever it says, it is the peer.
            ("203.0.113.9", "", "203.0.113.9"),
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
            ("203.0.113.9", "198.51.100.1, 10.0.0.1", "203.0.113.9"),
            ("203.0.113.9", "198.51.100.1|198.51.100.2", "203.0.113.9"),
            ("192.0.2.8", "198.51.100.1", "192.0.2.8"),
            ("11.0.0.1", "198.51.100.1", "11.0.0.1"),
            ("2001:db8:6::1", "198.51.100.1", "2001:db8:6::1"),
            ("::1", "198.51.100.1", "::1"),
            ("::ffff:203.0.113.9", "198.51.100.1", "203.0.113.9"),
            // One trusted proxy: the last entry is its own.
            ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
            ("::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"),
            ("192.0.2.7", "198.51.100.1", "198.51.100.1"),
            ("2001:db8:5::1", "198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "1.1.1.1|198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "1.1.1.1, 2.2.2.2|198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "  198.51.100.1  ", "198.51.100.1"),
            ("10.1.2.3", "1.1.1.1,198.51.100.1", "198.51.100.1"),
            ("10.1.2.3", "198.51.100.1:4711", "198.51.100.1"),
            ("10.1.2.3", "2001:db8::9", "2001:db8::9"),
            ("10.1.2.3", "[2001:db8::9]", "2001:db8::9"),
            ("10.1.2.3", "[2001:db8::9]:4711", "2001:db8::9"),
            ("10.1.2.3", "::ffff:198.51.100.1", "198.51.100.1"),
            // A row of trusted proxies.
            ("10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"),
            ("10.1.2.3", "198.51.100.1|10.9.9.9", "198.51.100.1"),
            ("10.1.2.3", "1.1.1.1, 198.51.100.1, 192.0.2.7, 10.9.9.9", "198.51.100.1"),
            ("10.1.2.3", "198.51.100.1, 2001:db8:5::9", "198.51.100.1"),
            ("10.1.2.3", "10.7.7.7, 10.9.9.9", "10.7.7.7"),
            // Nothing was forwarded, or nothing that is an address.
            ("10.1.2.3", "", "10.1.2.3"),
            ("10.1.2.3", ",", "10.1.2.3"),
            ("10.1.2.3", "unknown", "10.1.2.3"),
            ("10.1.2.3", "_hidden", "10.1.2.3"),
            ("10.1.2.3", "198.51.100.1, ", "10.1.2.3"),
            ("10.1.2.3", "198.51.100.1, garbage", "10.1.2.3"),
            ("10.1.2.3", "198.51.100.1, garbage, 10.9.9.9", "10.9.9.9"),
            ("10.1.2.3", "198.51.100.999", "10.1.2.3"),
            ("10.1.2.3", "198.51.100.1:99999", "10.1.2.3"),
            ("10.1.2.3", "fe80::1%eth0", "10.1.2.3"),
            ("10.1.2.3", "'; DROP TABLE site; --", "10.1.2.3"),
        ] {
            assert_eq!(seen(&TRUSTED, peer, forwarded), expected, "{peer} <- {forwarded}");
            // Nobody named: the peer, always.
            let bare = peer.parse::<IpAddr>().unwrap().to_canonical().to_string();
            assert_eq!(seen(&[], peer, forwarded), bare, "{peer} <- {forwarded}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_no_address() {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_static("198.51.100.1"));
        headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(b"\xff").unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client(&trusted, [10, 0, 0, 1].into(), &headers), IpAddr::from([10, 0, 0, 1]));
    }

    #[test]
    fn what_is_no_network_is_refused_with_what_was_expected() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "proxy.example"] {
            let error = text.parse::<Network>().unwrap_err();
            assert!(error.contains("10.0.0.0/8") && error.contains(text), "{error}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains([9, 9, 9, 9].into()));
        assert_eq!("::1".parse::<Network>().unwrap().to_string(), "::1/128");
    }
}
