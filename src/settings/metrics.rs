//! Where the figures may be told: what a listener without a token must not be reachable from.
//!
//! Figures name no member, but they tell a stranger how a house fares and whether a flood hurts it. So they are told
//! on this machine and in private networks, and anywhere else only to who brings a token. What is in front of an
//! address (a firewall, a network of containers) cannot be known here; then the operator says so by setting the token.

use std::net::{IpAddr, SocketAddr};

use secrecy::ExposeSecret;

use super::typed::Listen;

/// The fewest characters of a token; `openssl rand -hex 16` gives 32.
const LEAST_TOKEN: usize = 24;

/// The setting that is wrong, what is wrong with it, and what to do.
pub(super) fn wrong(listen: &Listen) -> Option<(&'static str, String, &'static str)> {
    if let Some(token) = &listen.metrics_token {
        if listen.metrics_address.is_none() {
            let what = "is set, and listen.metrics_address is not".to_owned();
            return Some(("listen.metrics_token", what, "set both, or leave the token out"));
        }
        if token.expose_secret().len() < LEAST_TOKEN {
            let what = format!("is shorter than {LEAST_TOKEN} characters, so it can be guessed");
            return Some(("listen.metrics_token", what, "take what `openssl rand -hex 16` prints"));
        }
    }
    let address = listen.metrics_address?;
    if meets(address, listen.address) {
        let what = "is taken by listen.address, which strangers reach".to_owned();
        return Some(("listen.metrics_address", what, "choose another port"));
    }
    if listen.metrics_token.is_none() && !is_private(address.ip()) {
        let what = format!("lets whoever reaches {address} read the figures");
        let advice = "choose an address of this machine or of a private network (127.0.0.1:7879), or set \
                      listen.metrics_token and give it to Prometheus";
        return Some(("listen.metrics_address", what, advice));
    }
    None
}

/// Whether both would be the same door.
fn meets(one: SocketAddr, other: SocketAddr) -> bool {
    let any = one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && one.port() != 0 && (any || one.ip() == other.ip())
}

/// This machine, or networks that no route of the internet leads to (RFC 1918, 4193, 3927, 6598).
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::settings::ForwardedHeader;

    fn said(metrics: &str, token: Option<&str>) -> Option<String> {
        let listen = Listen {
            address: "127.0.0.1:7878".parse().expect("an address"),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::XForwardedFor,
            metrics_address: Some(metrics.parse().expect("an address")),
            metrics_token: token.map(SecretString::from),
        };
        wrong(&listen).map(|(key, what, advice)| format!("{key} {what}: {advice}"))
    }

    #[test]
    fn figures_are_told_to_nobody_far_away_without_a_token() {
        for near in [
            "127.0.0.1:7879",
            "[::1]:7879",
            "10.1.2.3:7879",
            "172.16.0.1:7879",
            "192.168.0.1:7879",
            "169.254.1.1:7879",
            "100.64.0.1:7879",
            "[fd00::1]:7879",
            "[fe80::1]:7879",
            "[::ffff:10.0.0.1]:7879",
        ] {
            assert_eq!(said(near, None), None, "{near}");
        }
        for far in [
            "0.0.0.0:7879",
            "[::]:7879",
            "203.0.113.7:7879",
            "172.32.0.1:7879",
            "100.128.0.1:7879",
            "[2001:db8::1]:7879",
            "[::ffff:203.0.113.7]:7879",
        ] {
            let told = said(far, None).expect("a refusal");
            assert!(
                told.contains("whoever reaches") && told.contains("listen.metrics_token"),
                "{told}"
            );
            assert_eq!(said(far, Some("0123456789abcdef01234567")), None, "{far}");
        }
    }

    #[test]
    fn a_token_that_can_be_guessed_and_the_door_of_members_are_refused() {
        assert!(said("0.0.0.0:7879", Some("short")).expect("a refusal").contains("guessed"));
        for same in ["127.0.0.1:7878", "0.0.0.0:7878"] {
            let told = said(same, Some("0123456789abcdef01234567")).expect("a refusal");
            assert!(told.contains("another port"), "{told}");
        }
    }
}
