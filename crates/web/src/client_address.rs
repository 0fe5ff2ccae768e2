//! The client's network address: of the socket, unless a proxy of our own says otherwise.
//!
//! Every limit per network counts by this address, so it must not be the client's to choose (security.md A7).
//! A forwarding header is read only when the peer is a configured proxy, only the configured one, and from its
//! end: each entry was written by the hop after it, so the right-most entry that is not a trusted proxy is the
//! client. What cannot be parsed ends the walk at the last address that could be trusted; it never skips a
//! check and never fails a request (A8).

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;

/// The header in which a trusted proxy tells the client's address. It must set or extend exactly this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For: client, proxy`.
    #[default]
    XForwardedFor,
    /// `Forwarded: for=client, for=proxy` (RFC 7239).
    Forwarded,
}

/// A network: an address and how many of its leading bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    base: IpAddr,
    bits: u8,
}

impl Cidr {
    /// Whether the address is in this network. IPv4-mapped addresses count as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                (u32::from(base) ^ u32::from(other)) & mask == 0
            }
            (IpAddr::V6(base), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                (u128::from(base) ^ u128::from(other)) & mask == 0
            }
            _ => false,
        }
    }
}

/// The text is not `address` or `address/bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCidr;

impl std::fmt::Display for NotCidr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a network such as 10.0.0.0/8 or 2001:db8::/32")
    }
}

impl std::error::Error for NotCidr {}

impl FromStr for Cidr {
    type Err = NotCidr;

    fn from_str(text: &str) -> Result<Self, NotCidr> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().map_err(|_| NotCidr)?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().ok().filter(|bits| *bits <= most).ok_or(NotCidr)?
            }
            Some(_) => return Err(NotCidr),
        };
        Ok(Self { base, bits })
    }
}

/// The most entries of a forwarding header that are looked at.
const MOST_HOPS: usize = 32;

/// The address that limits count by.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    proxies: &[Cidr],
    kind: ForwardedHeader,
) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    let mut client = peer.to_canonical();
    if !trusted(client) {
        return client;
    }
    let name = match kind {
        ForwardedHeader::XForwardedFor => "x-forwarded-for",
        ForwardedHeader::Forwarded => "forwarded",
    };
    let lines = headers.get_all(name).iter().rev();
    let entries = lines.flat_map(|line| {
        let text = line.to_str().unwrap_or("unreadable");
        text.rsplit(',').map(str::trim).collect::<Vec<_>>()
    });
    for entry in entries.take(MOST_HOPS) {
        let told = match kind {
            ForwardedHeader::XForwardedFor => parse_host(entry),
            ForwardedHeader::Forwarded => parse_element(entry),
        };
        let Some(told) = told else { return client };
        client = told;
        if !trusted(client) {
            return client;
        }
    }
    client
}

/// `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:5678`. No zones, no names.
fn parse_host(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    if text.contains('%') {
        return None;
    }
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip().to_canonical());
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.parse::<std::net::Ipv6Addr>().ok().map(|address| IpAddr::V6(address).to_canonical())
}

/// One element of `Forwarded`: its `for` parameter, quoted or not (RFC 7239 section 4).
fn parse_element(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in element.split(';') {
        let (name, value) = pair.trim().split_once('=')?;
        if !name.eq_ignore_ascii_case("for") {
            continue;
        }
        if found.is_some() {
            return None;
        }
        let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
        found = Some(parse_host(bare)?);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(peer: &str, header: &[&str], proxies: &[&str]) -> String {
        ask_in(ForwardedHeader::XForwardedFor, peer, header, proxies)
    }

    fn ask_in(kind: ForwardedHeader, peer: &str, header: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        let name = match kind {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        for line in header {
            headers.append(name, line.parse().expect("a header"));
        }
        let proxies: Vec<Cidr> = proxies.iter().map(|text| text.parse().expect("a network")).collect();
        client_address(peer.parse().expect("an address"), &headers, &proxies, kind).to_string()
    }

    #[test]
    fn a7_without_a_trusted_proxy_no_header_moves_the_address() {
        assert_eq!(ask("192.0.2.1", &["203.0.113.9"], &[]), "192.0.2.1");
        assert_eq!(ask("192.0.2.1", &["203.0.113.9"], &["10.0.0.0/8"]), "192.0.2.1");
        assert_eq!(ask("::ffff:192.0.2.1", &["203.0.113.9"], &[]), "192.0.2.1");
    }

    #[test]
    fn behind_a_proxy_the_rightmost_stranger_is_the_client() {
        let proxies = &["10.0.0.0/8", "::1"];
        assert_eq!(ask("10.0.0.1", &["203.0.113.9"], proxies), "203.0.113.9");
        assert_eq!(ask("10.0.0.1", &["6.6.6.6, 203.0.113.9, 10.9.9.9"], proxies), "203.0.113.9");
        assert_eq!(ask("10.0.0.1", &["6.6.6.6", "203.0.113.9"], proxies), "203.0.113.9");
        assert_eq!(ask("::1", &["[2001:db8::7]:443"], proxies), "2001:db8::7");
        assert_eq!(ask("10.0.0.1", &["::ffff:203.0.113.9"], proxies), "203.0.113.9");
        assert_eq!(ask("::ffff:10.0.0.1", &["203.0.113.9:5555"], proxies), "203.0.113.9");
    }

    #[test]
    fn a8_what_cannot_be_parsed_leaves_the_last_address_that_could_be_trusted() {
        let proxies = &["10.0.0.0/8"];
        for bad in ["a", "", "unknown", "::ffff:1.2.3.4%x", "1.2.3.4.5", "1.2.3", "[::1", "fe80::1%1"] {
            assert_eq!(ask("10.0.0.1", &[bad], proxies), "10.0.0.1", "{bad}");
            let behind = format!("{bad}, 10.0.0.2");
            assert_eq!(ask("10.0.0.1", &[&behind], proxies), "10.0.0.2", "{bad}");
        }
        let long = "6.6.6.6, ".repeat(50_000) + "203.0.113.9";
        assert_eq!(ask("10.0.0.1", &[&long], proxies), "203.0.113.9");
        assert_eq!(ask("10.0.0.1", &[], proxies), "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_by_its_own_grammar() {
        let read = |line| ask_in(ForwardedHeader::Forwarded, "10.0.0.1", &[line], &["10.0.0.0/8"]);
        assert_eq!(read("for=203.0.113.9"), "203.0.113.9");
        assert_eq!(
            read("for=6.6.6.6, For=\"[2001:db8::7]:47011\";proto=https;by=10.0.0.9"),
            "2001:db8::7"
        );
        assert_eq!(read("for=_hidden"), "10.0.0.1");
        assert_eq!(read("for=1.1.1.1;for=2.2.2.2"), "10.0.0.1");
        assert_eq!(read("203.0.113.9"), "10.0.0.1");
    }

    #[test]
    fn networks_are_read_strictly_and_count_their_bits() {
        for bad in ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "host/8", "10.0.0.0/8/8"] {
            assert_eq!(bad.parse::<Cidr>(), Err(NotCidr), "{bad}");
        }
        let all: Cidr = "0.0.0.0/0".parse().expect("a network");
        assert!(all.contains("203.0.113.9".parse().expect("an address")));
        assert!(!all.contains("2001:db8::1".parse().expect("an address")));
        let half: Cidr = "2001:db8::/33".parse().expect("a network");
        assert!(half.contains("2001:db8:7fff::1".parse().expect("an address")));
        assert!(!half.contains("2001:db8:8000::1".parse().expect("an address")));
    }
}
