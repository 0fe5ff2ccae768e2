//! Which addresses of the public network may be asked. No test can ask them, so the question itself is tested.
//!
//! The integration tests' provider is on this machine, where other rules hold; what keeps Google's and Apple's
//! answers from leading elsewhere is here. Nothing here may need the network.

use std::sync::Arc;

use super::super::options::{APPLE, GOOGLE, Preset, ProviderOptions};
use super::*;

fn reach(preset: Preset, issuer: &str, development: bool) -> Reach {
    let mut options = ProviderOptions::new("x", preset, Arc::new(|| 0));
    options.issuer = issuer.to_owned();
    options.loopback_http = development;
    Reach::of(&options).unwrap()
}

fn allows(reach: &Reach, address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| reach.allows(&url))
}

#[test]
fn f15_google_and_apple_are_asked_at_their_own_hosts_alone() {
    let cases = [
        (Preset::Google, GOOGLE, "https://oauth2.googleapis.com/token"),
        (Preset::Google, GOOGLE, "https://www.googleapis.com/oauth2/v3/certs"),
        (Preset::Google, GOOGLE, "https://accounts.google.com/.well-known/risc-configuration"),
        (Preset::Google, GOOGLE, "https://openidconnect.googleapis.com/v1/userinfo"),
        (Preset::Apple, APPLE, "https://appleid.apple.com/auth/token"),
    ];
    for (preset, issuer, own) in cases {
        for development in [false, true] {
            let reach = reach(preset, issuer, development);
            assert!(allows(&reach, own), "{own}");
            for host in
                ["evil.example", "evil.googleapis.com", "appleid.apple.com.evil.example", "127.0.0.1"]
            {
                let mut url = Url::parse(own).unwrap();
                url.set_host(Some(host)).unwrap();
                assert!(!reach.allows(&url), "{url}");
            }
            assert!(!allows(&reach, &own.replace("https://", "http://")), "{own} without TLS");
            assert!(!allows(&reach, &own.replace("https://", "https://user@")), "{own} with a user");
            let url = own.replacen(".com/", ".com:8443/", 1);
            assert!(!allows(&reach, &url), "{url}");
        }
    }
    assert!(!allows(&reach(Preset::Apple, APPLE, false), "https://accounts.google.com/"));
}

#[test]
fn f15_another_provider_is_asked_at_public_names_and_at_its_issuers_host() {
    let public = reach(Preset::Other, "https://op.example/realm", false);
    for good in [
        "https://op.example/token",
        "https://keys.op-cdn.example/jwks",
        "https://op.example:8443/token",
    ] {
        assert!(allows(&public, good), "{good}");
    }
    let bad = [
        "http://op.example/token",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://a.localhost/",
        "https://metadata/",
        "https://u:p@op.example/",
        "https://op.example/#x",
        "file:///etc/passwd",
        "data:text/plain,x",
    ];
    for address in bad {
        assert!(!allows(&public, address), "{address}");
    }
    // Development does not open this machine to a provider that is elsewhere.
    assert!(!allows(&reach(Preset::Other, "https://op.example", true), "http://127.0.0.1/"));
    // An operator may run a provider within: the host they wrote themselves.
    let within = reach(Preset::Other, "https://10.0.0.7", false);
    assert!(allows(&within, "https://10.0.0.7/token") && !allows(&within, "https://10.0.0.8/token"));
}

#[test]
fn in_development_a_stand_in_leads_nowhere_but_to_this_machine() {
    for preset in [Preset::Google, Preset::Apple, Preset::Other] {
        let local = reach(preset, "http://127.0.0.1:7878", true);
        for good in ["http://127.0.0.1:7878/token", "http://localhost:1/", "http://[::1]:1/"] {
            assert!(allows(&local, good), "{good}");
        }
        for bad in ["https://accounts.google.com/", "http://127.0.0.2/", "https://op.example/"] {
            assert!(!allows(&local, bad), "{bad}");
        }
        assert!(!allows(&reach(preset, "http://127.0.0.1:7878", false), "http://127.0.0.1:7878/token"));
    }
}

#[test]
fn id_and_secret_are_encoded_before_they_are_joined() {
    assert_eq!(encoded("aZ9-._~").as_str(), "aZ9-._~");
    assert_eq!(encoded("a:b c%é+/").as_str(), "a%3Ab%20c%25%C3%A9%2B%2F");
}
