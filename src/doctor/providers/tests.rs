//! What the doctor says of providers, from settings read as an operator writes them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::settings::Environment;

/// What is said of each provider with this base URL: its part and its trouble.
fn said(base_url: &str) -> Vec<(String, Option<String>)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name =
        format!("genkan-doctor-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    let key = folder.join("key.p8");
    // 30 13, then the name of the curve and filling: a sequence of 19 bytes.
    let letters = "MBMGCCqGSM49AwEHAAAAAAAAAAAA";
    fs::write(&key, format!("-----BEGIN PRIVATE KEY-----\n{letters}\n-----END PRIVATE KEY-----\n"))
        .unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let environment = [
        ("SERVICE__NAME", "Example"),
        ("SERVICE__BASE_URL", base_url),
        ("PROVIDER__GOOGLE__CLIENT_ID", "1-x.apps.googleusercontent.com"),
        ("PROVIDER__GOOGLE__CLIENT_SECRET", "hush"),
        ("PROVIDER__APPLE__CLIENT_ID", "com.example.signin"),
        ("PROVIDER__APPLE__TEAM_ID", "ABCDE12345"),
        ("PROVIDER__APPLE__KEY_ID", "ABC123DEFG"),
        ("PROVIDER__APPLE__PRIVATE_KEY_FILE", key.to_str().unwrap()),
        ("PROVIDER__MY_IDP__LABEL", "Mine"),
        ("PROVIDER__MY_IDP__ISSUER", "https://id.example.org"),
        ("PROVIDER__MY_IDP__CLIENT_ID", "genkan"),
        ("PROVIDER__MY_IDP__CLIENT_SECRET", "hush"),
    ];
    let environment: Environment =
        environment.map(|(name, value)| (format!("GENKAN_{name}"), value.to_owned())).into();
    let settings = Settings::load(None, &environment).unwrap_or_else(|p| panic!("{p:?}"));
    let all =
        || by_settings(&settings).into_iter().map(|(p, said)| finding(p, &said)).collect::<Vec<_>>();
    let well = all();
    fs::remove_dir_all(&folder).unwrap();
    let without_key = all();
    assert!(without_key[1].trouble.as_ref().unwrap().contains("key.p8 cannot be read"), "told anew");
    well.into_iter().map(|finding| (finding.part, finding.trouble)).collect()
}

/// The names of those that are ill.
fn ill(base_url: &str) -> Vec<String> {
    said(base_url).into_iter().filter(|(_, trouble)| trouble.is_some()).map(|(part, _)| part).collect()
}

#[test]
fn each_provider_has_its_line_and_is_well_at_a_public_address() {
    let parts: Vec<_> = said("https://accounts.example.com").into_iter().collect();
    let well =
        ["provider google", "provider apple", "provider my-idp"].map(|part| (part.to_owned(), None));
    assert_eq!(parts, well);
    assert_eq!(ill("https://accounts.example.com:8443"), [""; 0]);
}

#[test]
fn an_address_that_a_provider_does_not_send_back_to_is_told() {
    let all = ["provider google", "provider apple", "provider my-idp"];
    assert_eq!(ill("http://accounts.example.com"), all);
    assert_eq!(ill("http://localhost:7878"), ["provider apple"]);
    assert_eq!(ill("http://127.0.0.1:7878"), ["provider apple"]);
    for base_url in
        ["https://192.0.2.1", "https://[2001:db8::1]", "https://accounts", "https://a.internal"]
    {
        assert_eq!(ill(base_url), ["provider google", "provider apple"], "{base_url}");
    }
    let (_, trouble) = &said("https://192.0.2.1")[1];
    assert!(trouble.as_ref().unwrap().contains("service.base_url is https://192.0.2.1"));
}
