//! What passkeys are made for, from settings as an operator writes them.

use std::net::SocketAddr;
use std::path::Path;

use super::*;
use crate::settings::Environment;

const FINGERPRINT: &str = "14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:\
                           16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5";

fn settings(base_url: &str, more: &[(&str, &str)]) -> Settings {
    let given =
        [("SERVICE__NAME", "{ ja = \"例\", en = \"Example\" }"), ("SERVICE__BASE_URL", base_url)];
    let all =
        given.iter().chain(more).map(|(name, value)| (format!("GENKAN_{name}"), (*value).to_owned()));
    let environment: Environment = all.collect();
    Settings::load(None, &environment).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn origins_of(settings: &Settings) -> Vec<String> {
    origins(settings, settings.passkey_domain().unwrap())
}

#[test]
fn passkeys_belong_to_the_host_and_come_from_its_pages() {
    let settings = settings("https://accounts.example.com", &[]);
    let made = passkeys(&settings).unwrap().unwrap();
    assert_eq!((made.party.id(), made.service.as_str()), ("accounts.example.com", "例"));
    assert_eq!(origins_of(&settings), ["https://accounts.example.com"]);
}

#[test]
fn every_origin_is_written_in_full_and_once() {
    let android = format!(
        "com.example.app {FINGERPRINT}, com.example.app {}, com.example.other {FINGERPRINT}",
        FINGERPRINT.replace("14:6D", "24:6D").to_ascii_lowercase()
    );
    let settings = settings(
        "https://accounts.example.com:8443",
        &[
            ("PASSKEY__RP_ID", "example.com"),
            ("PASSKEY__RELATED_ORIGINS", "https://www.example.com, https://example.co.jp"),
            ("APP__IOS", "ABCDE12345.com.example.app, ABCDE12345.com.example.other"),
            ("APP__ANDROID", &android),
        ],
    );
    let made = passkeys(&settings).unwrap().unwrap();
    assert_eq!(made.party.id(), "example.com");
    // The hashes as `openssl dgst -sha256 -binary | base64url` would write those digests.
    let expected = [
        "https://accounts.example.com:8443",
        "https://www.example.com",
        "https://example.co.jp",
        "https://example.com",
        "android:apk-key-hash:FG3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROU",
        "android:apk-key-hash:JG3pg8VzBlDY7rmVLzT8ZBagg0LmHb6oigSWsj_PROU",
    ];
    assert_eq!(origins_of(&settings), expected);
    let files = associations(&settings);
    assert_eq!(files.related_origins, ["https://www.example.com", "https://example.co.jp"]);
    let packages: Vec<_> = files.android_apps.iter().map(|app| app.package.as_str()).collect();
    assert_eq!(packages, ["com.example.app", "com.example.other"]);
    let again = FINGERPRINT.replace("14:6D", "24:6D");
    assert_eq!(files.android_apps[0].fingerprints, [FINGERPRINT, &again]);
    assert_eq!(files.android_apps[1].fingerprints, [FINGERPRINT]);
}

#[test]
fn where_browsers_keep_no_passkeys_there_are_none() {
    assert!(passkeys(&settings("http://127.0.0.1:7878", &[])).unwrap().is_none());
    let off = settings("https://accounts.example.com", &[("PASSKEY__ENABLED", "false")]);
    assert!(passkeys(&off).unwrap().is_none());
}

/// Development mode: nothing is set, and passkeys work at the address that it prints.
#[test]
fn development_has_passkeys_of_localhost() {
    let address: SocketAddr = "127.0.0.1:7979".parse().unwrap();
    let settings = Settings::development(
        address,
        Path::new("genkan-dev"),
        ("/dev/events/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    )
    .unwrap_or_else(|p| panic!("{p:?}"));
    assert_eq!(passkeys(&settings).unwrap().unwrap().party.id(), "localhost");
    assert_eq!(origins_of(&settings), ["http://localhost:7979"]);
    assert!(settings.methods().contains(&"passkey"));
}
