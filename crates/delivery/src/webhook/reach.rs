//! Which addresses may be connected to (security.md F15).
//!
//! The name of an endpoint is resolved here, for each connection anew, and only what is public is handed to the connector:
//! nothing resolves it a second time, so a name that leads elsewhere the next moment leads nowhere. A host that is written
//! as a number is never resolved, so it is looked at before. What must never be passed: a form of an IPv6 address that
//! means an IPv4 one.

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How a name is resolved.
pub type Lookup = Arc<dyn Fn(String) -> Looking + Send + Sync>;
/// The addresses of a name, when they are found.
type Looking = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// Every address of a name is one that may not be connected to.
#[derive(Debug)]
pub(super) struct Forbidden;

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every address of this name is of this machine or of a private network")
    }
}

impl std::error::Error for Forbidden {}

/// What stands between a name and a connection.
pub(super) struct Guard {
    may_be_private: bool,
    lookup: Lookup,
}

impl Guard {
    pub(super) fn new(may_be_private: bool, lookup: Option<Lookup>) -> Self {
        Self {
            may_be_private,
            lookup: lookup.unwrap_or_else(|| Arc::new(|name| Box::pin(system(name)))),
        }
    }

    /// Whether the host, where it is a number, may be connected to.
    pub(super) fn allows_literal(&self, url: &Url) -> bool {
        self.may_be_private || literal(url).is_none_or(is_public)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (looking, may_be_private) = ((self.lookup)(name.as_str().to_owned()), self.may_be_private);
        Box::pin(async move {
            let found = looking.await?;
            let may = found.into_iter().filter(|address| may_be_private || is_public(*address));
            let may = may.map(|address| SocketAddr::new(address, 0)).collect::<Vec<_>>();
            if may.is_empty() {
                return Err(Forbidden.into());
            }
            let addresses: Addrs = Box::new(may.into_iter());
            Ok(addresses)
        })
    }
}

async fn system(name: String) -> std::io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((name, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

/// Whether a host is this machine by its spelling.
pub(super) fn is_this_machine(url: &Url) -> bool {
    let loopback = |address: IpAddr| address.to_canonical().is_loopback();
    url.host_str() == Some("localhost") || literal(url).is_some_and(loopback)
}

/// The host where it is a number.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether an address is one of the public network (IANA's registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let low = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // IPv4 in the shape of IPv6: mapped, translated (RFC 6052), 6to4.
        [0, 0, 0, 0, 0, 0xffff, g, h] | [0x64, 0xff9b, 0, 0, 0, 0, g, h] => low(g, h),
        [0x2002, b, c, ..] => low(b, c),
        // Teredo, documentation, and what is set apart for protocols.
        [0x2001, b, ..] => b >= 0x200 && b != 0xdb8,
        [0x3fff, b, ..] => b >= 0x1000,
        // Only this eighth of the addresses is given out to anybody.
        [a, ..] => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f15_what_is_not_public_is_known_in_every_shape() {
        let closed = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "::ffff:169.254.169.254",
            "64:ff9b::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:0:53aa:64c::1",
            "2001:10::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "fd00:ec2::254",
        ];
        for text in closed {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        let open = [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "2400:cb00::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ];
        for text in open {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn f15_a_host_written_as_a_number_in_any_way_is_looked_at_as_a_number() {
        let guard = Guard::new(false, None);
        let bad = [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://10.0.0.7:8443/",
        ];
        for text in bad {
            assert!(!guard.allows_literal(&Url::parse(text).unwrap()), "{text}");
            assert!(Guard::new(true, None).allows_literal(&Url::parse(text).unwrap()), "{text}");
        }
        assert!(guard.allows_literal(&Url::parse("https://hooks.example.com/").unwrap()));
        assert!(guard.allows_literal(&Url::parse("https://8.8.8.8/").unwrap()));
    }
}
