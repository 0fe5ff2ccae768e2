//! security.md G3: an origin is ours by its whole text or not at all.

use verifiers::passkey::{
    Algorithm, Assertion, Creation, Known, Mediation, Refusal, RelyingParty, RelyingPartyFault,
    android_origin,
};

use crate::device::{Device, cose};
use crate::house::{CHALLENGE, HANDLE, Making, Showing, client_data, opened};

const FINGERPRINT: &str =
    "14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5";
const APP: &str = "android:apk-key-hash:FG3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROU";

/// What nobody may act from who is one of `https://example.jp`, `http://localhost:7878` and an app.
const FOREIGN: [&str; 44] = [
    "",
    "null",
    "example.jp",
    "http://example.jp",
    "https:example.jp",
    "https:/example.jp",
    "https://example.jp:443",
    "https://example.jp:8443",
    "https://example.jp:",
    "https://example.jp/",
    "https://example.jp/path",
    "https://example.jp?",
    "https://example.jp#",
    "https://example.jp.",
    "https://example.jp.evil.com",
    "https://evil-example.jp",
    "https://evilexample.jp",
    "https://example.jp.evil",
    "https://sub.example.jp",
    "https://www.example.jp",
    "https://.example.jp",
    "https://jp",
    "https://EXAMPLE.jp",
    "HTTPS://example.jp",
    "Https://example.jp",
    "https://user@example.jp",
    "https://example.jp@evil.com",
    "https://example.jp%2eevil.com",
    "https://example.jp\\u0000",
    "https://example.jp ",
    " https://example.jp",
    "https://еxample.jp",
    "https://ex\\u00adample.jp",
    "wss://example.jp",
    "file://example.jp",
    "https://example.jp\\\\@evil.com",
    "http://localhost",
    "http://localhost:7879",
    "https://localhost:7878",
    "http://localhost:7878/",
    "http://127.0.0.1:7878",
    "android:apk-key-hash:FG3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROV",
    "android:apk-key-hash:fg3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROU",
    "android:apk-key-hash-sha256:FG3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROU",
];

fn party() -> RelyingParty {
    let origins = ["https://example.jp", "http://localhost:7878", APP].map(str::to_owned).to_vec();
    RelyingParty::new("example.jp", origins).unwrap()
}

#[test]
fn g3_no_origin_but_ours_is_taken() {
    let device = Device::new(Algorithm::Es256);
    let key = cose(&device.key());
    let known = Known { key: &key, backup_eligible: true, user_handle: HANDLE };
    let refused = |origin: &str| {
        let client = client_data("webauthn.create", CHALLENGE, origin);
        let message = Making { client, ..Making::by(&device) }.message().to_string();
        let made = Creation::read(&message).unwrap().verify(&party(), &opened(), Mediation::Ordinary);
        let client = client_data("webauthn.get", CHALLENGE, origin);
        let message = Showing { client, ..Showing::new() }.message(&device).to_string();
        let shown = Assertion::read(&message).unwrap().verify(&party(), &opened(), &known);
        assert_eq!(made.as_ref().err(), shown.as_ref().err(), "{origin}");
        made.err()
    };
    for origin in FOREIGN {
        assert_eq!(refused(origin), Some(Refusal::Origin), "{origin}");
    }
    for origin in ["https://example.jp", "http://localhost:7878", APP] {
        assert_eq!(refused(origin), None, "{origin}");
    }
}

#[test]
fn g3_no_relying_party_has_an_origin_that_no_browser_writes() {
    for origin in FOREIGN.iter().chain(&[
        "http://example.jp:80",
        "https://example.jp:0443",
        "https://example.jp:+80",
        "https://example.jp:65536",
        "https://192.0.2.7",
        "https://-example.jp",
        "https://*.example.jp",
        "http://localhost:80",
        "http://localhost.example.jp",
    ]) {
        let odd = RelyingParty::new("example.jp", vec![(*origin).to_owned()]);
        let well_written = [
            "https://example.jp:8443",
            "https://example.jp.evil.com",
            "https://evil-example.jp",
            "https://evilexample.jp",
            "https://example.jp.evil",
            "https://sub.example.jp",
            "https://www.example.jp",
            "https://jp",
            "http://localhost",
            "http://localhost:7879",
            "https://localhost:7878",
            "android:apk-key-hash:fg3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROU",
        ];
        if well_written.contains(origin) {
            assert!(odd.is_ok(), "{origin}");
        } else {
            assert_eq!(odd.err(), Some(RelyingPartyFault::Origin((*origin).to_owned())), "{origin}");
        }
    }
    assert_eq!(RelyingParty::new("example.jp", Vec::new()).err(), Some(RelyingPartyFault::NoOrigin));
    for id in [
        "",
        ".",
        "example.jp.",
        "Example.jp",
        "https://example.jp",
        "example.jp:443",
        "127.0.0.1",
        "日本.jp",
    ] {
        let odd = RelyingParty::new(id, vec!["https://example.jp".to_owned()]);
        assert_eq!(odd.err(), Some(RelyingPartyFault::Id), "{id}");
    }
    assert_eq!(party().id(), "example.jp");
}

#[test]
fn an_apps_origin_is_made_of_its_fingerprint() {
    assert_eq!(android_origin(FINGERPRINT).as_deref(), Some(APP));
    assert_eq!(android_origin(&FINGERPRINT.to_lowercase()).as_deref(), Some(APP));
    for odd in [
        "",
        "14",
        &FINGERPRINT[3..],
        &format!("{FINGERPRINT}:00"),
        &FINGERPRINT.replace(':', ""),
        &FINGERPRINT.replace(':', "-"),
        &FINGERPRINT.replacen("14", "+4", 1),
        &FINGERPRINT.replacen("14", "1", 1),
        &FINGERPRINT.replacen("14", "1G", 1),
        &format!(" {FINGERPRINT}"),
    ] {
        assert_eq!(android_origin(odd), None, "{odd}");
    }
}
