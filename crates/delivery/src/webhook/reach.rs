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
mod tests;
