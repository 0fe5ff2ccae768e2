//! What the doctor says of passkeys, with a domain on this machine that answers as a test wants it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use serde_json::json;

use super::*;
use crate::settings::Environment;

const FINGERPRINT: &str = "14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:\
                           16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5";

fn settings(base_url: &str, more: &[(&str, &str)]) -> Settings {
    let given = [("SERVICE__NAME", "Example"), ("SERVICE__BASE_URL", base_url)];
    let all =
        given.iter().chain(more).map(|(name, value)| (format!("GENKAN_{name}"), (*value).to_owned()));
    let environment: Environment = all.collect();
    Settings::load(None, &environment).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// A domain with these documents; everything else is not found. It lives as long as the test's process.
fn domain_with(documents: Vec<(&'static str, Value)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut reader = BufReader::new(&stream);
            reader.read_line(&mut line).unwrap();
            let mut header = String::new();
            while reader.read_line(&mut header).unwrap() > 2 {}
            let path = line.split(' ').nth(1).unwrap();
            let found = documents.iter().find(|(name, _)| path == format!("/.well-known/{name}"));
            let (status, body) =
                found.map_or((404, "{}".to_owned()), |(_, document)| (200, document.to_string()));
            let length = body.len();
            let head = "content-type: application/json\r\nconnection: close";
            write!(stream, "HTTP/1.1 {status} X\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}")
                .unwrap();
        }
    });
    home
}

fn apps(fingerprints: &[&str]) -> Value {
    json!([{ "relation": ["delegate_permission/common.get_login_creds"], "target": {
        "namespace": "android_app", "package_name": "com.example.app",
        "sha256_cert_fingerprints": fingerprints } }])
}

fn whole() -> Settings {
    settings(
        "https://accounts.example.com",
        &[
            ("PASSKEY__RP_ID", "example.com"),
            ("PASSKEY__RELATED_ORIGINS", "https://example.co.jp, https://example.net"),
            ("APP__IOS", "ABCDE12345.com.example.app"),
            ("APP__ANDROID", &format!("com.example.app {FINGERPRINT}")),
        ],
    )
}

fn right() -> Vec<(&'static str, Value)> {
    let origins = ["https://accounts.example.com", "https://example.co.jp", "https://example.net"];
    vec![
        ("webauthn", json!({ "origins": origins })),
        (
            "apple-app-site-association",
            json!({ "webcredentials": { "apps": ["ABCDE12345.com.example.app"] } }),
        ),
        ("assetlinks.json", apps(&["00", &FINGERPRINT.to_ascii_lowercase()])),
    ]
}

/// What is said with one of the documents in another way.
async fn said(name: &'static str, document: Value) -> Vec<String> {
    let mut documents = right();
    documents.retain(|(other, _)| *other != name);
    documents.push((name, document));
    sentences(&whole(), &domain_with(documents)).await
}

#[tokio::test]
async fn a_domain_that_says_what_was_configured_is_well() {
    assert_eq!(sentences(&whole(), &domain_with(right())).await, [""; 0]);
    // Nothing is asked where there is nothing to find.
    let alone = settings("https://accounts.example.com", &[]);
    assert_eq!(sentences(&alone, "http://127.0.0.1:1").await, [""; 0]);
    let development = settings("http://localhost:7878", &[("APP__IOS", "ABCDE12345.com.example.app")]);
    assert_eq!(sentences(&development, "http://127.0.0.1:1").await, [""; 0]);
}

#[tokio::test]
async fn plain_http_and_numbers_are_told() {
    for base_url in ["http://accounts.example.com", "http://127.0.0.1:7878", "https://192.0.2.1"] {
        let told = sentences(&settings(base_url, &[]), "http://127.0.0.1:1").await;
        assert_eq!(told.len(), 1, "{base_url}");
        assert!(
            told[0].starts_with(&format!("service.base_url is {base_url}, and browsers")),
            "{}",
            told[0]
        );
        let off = settings(base_url, &[("PASSKEY__ENABLED", "false")]);
        assert_eq!(sentences(&off, "http://127.0.0.1:1").await, [""; 0], "{base_url}");
    }
}

#[tokio::test]
async fn a_document_that_is_not_there_is_told_with_what_to_do() {
    let home = domain_with(Vec::new());
    let told = sentences(&whole(), &home).await;
    assert_eq!(told.len(), 3, "{told:?}");
    let names = ["webauthn", "apple-app-site-association", "assetlinks.json"];
    for (sentence, name) in told.iter().zip(names) {
        let begin = format!("{home}/.well-known/{name} answers with status 404");
        assert!(sentence.starts_with(&begin), "{sentence}");
        let end = format!("let it answer as https://accounts.example.com/.well-known/{name} does");
        assert!(sentence.ends_with(&end), "{sentence}");
    }
    let told = sentences(&whole(), "http://127.0.0.1:1").await;
    assert!(told.iter().all(|sentence| sentence.contains("cannot be reached")), "{told:?}");
}

#[tokio::test]
async fn an_origin_that_browsers_do_not_find_is_told() {
    let list = |origins: &[&str]| said("webauthn", json!({ "origins": origins }));
    let told = list(&["https://example.co.jp", "https://example.net/"]).await;
    assert!(told[0].contains("does not name https://example.net;"), "{told:?}");
    let told = list(&[
        "https://a.com",
        "https://b.com",
        "https://c.com",
        "https://d.com",
        "https://e.com",
        "https://example.co.jp",
        "https://example.net",
    ])
    .await;
    assert!(told[0].contains("more different names than browsers read"), "{told:?}");
    for unread in
        [json!({ "origins": "https://example.net" }), json!({ "origins": [1] }), json!([]), json!({})]
    {
        let told = said("webauthn", unread).await;
        assert!(told[0].contains("must be a list of texts"), "{told:?}");
    }
}

#[tokio::test]
async fn an_app_that_systems_do_not_find_is_told() {
    let told = said("apple-app-site-association", json!({ "applinks": {} })).await;
    assert!(told[0].contains("does not name ABCDE12345.com.example.app;"), "{told:?}");
    let other = FINGERPRINT.replace("14:6D", "24:6D");
    let mut links_alone = apps(&[FINGERPRINT]);
    links_alone[0]["relation"] = json!(["delegate_permission/common.handle_all_urls"]);
    let mut web = apps(&[FINGERPRINT]);
    web[0]["target"]["namespace"] = json!("web");
    let mut other_package = apps(&[FINGERPRINT]);
    other_package[0]["target"]["package_name"] = json!("com.example.other");
    for wrong in [apps(&[&other]), links_alone, web, other_package, json!({}), json!([])] {
        let told = said("assetlinks.json", wrong).await;
        assert!(told[0].contains(&format!("does not name com.example.app {FINGERPRINT};")), "{told:?}");
    }
}
