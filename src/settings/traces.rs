//! Where traces may be told: to a collector whose address says no more than where it is, and with a secret only where nobody
//! on the way can read it.
//!
//! Spans name no member, so they may go over http in the operator's own network; what lets genkan in at the collector may not.

use std::net::IpAddr;

use super::typed::Traces;

/// The setting that is wrong, what is wrong with it, and what to do.
pub(super) fn wrong(traces: &Traces) -> Option<(&'static str, String, &'static str)> {
    let Some(url) = &traces.url else {
        let stray = traces.authorization.is_some();
        let what = || "is set, and traces.url is not".to_owned();
        return stray.then(|| ("traces.authorization", what(), "set both, or leave it out"));
    };
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.contains('@') {
        let what = "holds a user or password, which stand in logs".to_owned();
        return Some(("traces.url", what, "put them into traces.authorization"));
    }
    if path.is_empty() {
        let what = "has no path, and a collector takes traces at one".to_owned();
        return Some(("traces.url", what, "add /v1/traces, or what the collector's manual says"));
    }
    if traces.authorization.is_some() && !url.starts_with("https://") && !is_here(host) {
        let what = "would send traces.authorization where others on the way can read it".to_owned();
        return Some(("traces.url", what, "use https, or a collector on this machine"));
    }
    None
}

/// Whether a host, perhaps with a port, is this machine.
fn is_here(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn said(url: Option<&str>, authorization: Option<&str>) -> Option<String> {
        let traces = Traces {
            url: url.map(str::to_owned),
            authorization: authorization.map(SecretString::from),
            per_thousand: 10,
        };
        wrong(&traces).map(|(key, what, advice)| format!("{key} {what}: {advice}"))
    }

    #[test]
    fn a_collector_is_told_by_its_whole_address_and_trusted_over_https_or_at_home() {
        for (url, authorization) in [
            ("http://127.0.0.1:4318/v1/traces", None),
            ("http://collector:4318/v1/traces", None),
            ("https://otlp.example.com/v1/traces", Some("Bearer x")),
            ("http://localhost:4318/v1/traces", Some("Bearer x")),
            ("http://[::1]:4318/v1/traces", Some("Bearer x")),
        ] {
            assert_eq!(said(Some(url), authorization), None, "{url}");
        }
        assert_eq!(said(None, None), None);
        for (url, authorization, words) in [
            (None, Some("Bearer x"), "traces.url is not"),
            (Some("http://127.0.0.1:4318"), None, "no path"),
            (Some("http://127.0.0.1:4318/"), None, "no path"),
            (Some("https://user:secret@otlp.example.com/v1/traces"), None, "user or password"),
            (Some("http://collector:4318/v1/traces"), Some("Bearer x"), "can read it"),
            (Some("http://127.0.0.1.example.com/v1/traces"), Some("Bearer x"), "can read it"),
        ] {
            let told = said(url, authorization).expect("a refusal");
            assert!(told.contains(words) && !told.contains("Bearer x"), "{told}");
        }
    }
}
