//! The files that browsers, password managers and the systems of apps look for by convention.

use serde_json::json;
use web::{AndroidApp, Associations, WebOptions};

use crate::support::{Answer, House, Setup};

const ORIGIN: &str = "https://accounts.example.jp";
const FILES: [&str; 4] =
    ["webauthn", "passkey-endpoints", "apple-app-site-association", "assetlinks.json"];

fn options() -> WebOptions {
    let app = |package: &str, fingerprints: &[&str]| AndroidApp {
        package: package.to_owned(),
        fingerprints: fingerprints.iter().map(|one| (*one).to_owned()).collect(),
    };
    WebOptions {
        methods: vec!["email".to_owned(), "passkey".to_owned()],
        associations: Associations {
            related_origins: vec![
                "https://example.com".to_owned(),
                "https://www.example.fr".to_owned(),
            ],
            ios_apps: vec!["ABCDE12345.jp.example.app".to_owned()],
            android_apps: vec![
                app("jp.example.app", &["A1:B2", "C3:D4"]),
                app("jp.example.other", &["E5:F6"]),
            ],
        },
        ..WebOptions::at(ORIGIN)
    }
}

async fn house(web: WebOptions) -> House {
    House::with(Setup { web, ..Setup::default() }).await
}

async fn file(house: &House, name: &str) -> Answer {
    house.browser().get(&format!("/.well-known/{name}")).await
}

/// RFC 7517: the keys by which the service signs, for five minutes, and not again to whoever has them.
#[tokio::test]
async fn whoever_checks_signatures_finds_the_keys() {
    let house = house(WebOptions::at(ORIGIN)).await;
    let found = file(&house, "jwks.json").await;
    let set = found.is(200).json();
    let keys = set["keys"].as_array().unwrap();
    let mut names = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect::<Vec<_>>();
    names.sort_unstable();
    assert_eq!(names, ["ES256", "EdDSA"]);
    for key in keys {
        assert!(key.get("d").is_none() && key["use"] == "sig" && key["kid"].is_string(), "{key}");
    }
    assert_eq!(found.header("content-type"), Some("application/jwk-set+json"));
    assert_eq!(found.header("cache-control"), Some("public, max-age=300"));
    assert!(found.header("set-cookie").is_none());
    let tag = found.header("etag").unwrap().to_owned();
    let strong = tag.trim_start_matches("W/").to_owned();
    for (given, status) in [
        (tag.clone(), 304),
        (format!("\"other\", {strong}"), 304),
        ("*".to_owned(), 304),
        ("\"other\"".to_owned(), 200),
    ] {
        let mut browser = house.browser();
        browser.headers.push(("if-none-match".to_owned(), given));
        let again = browser.get("/.well-known/jwks.json").await;
        assert_eq!(again.is(status).header("etag"), Some(tag.as_str()));
        assert_eq!(again.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(again.body.is_empty(), status == 304);
    }
    house.close().await;
}

/// WebAuthn Level 3 section 5.11.
#[tokio::test]
async fn browsers_find_the_origins_that_may_use_the_passkeys_of_this_one() {
    let house = house(options()).await;
    let origins = ["https://accounts.example.jp", "https://example.com", "https://www.example.fr"];
    assert_eq!(file(&house, "webauthn").await.is(200).json(), json!({ "origins": origins }));
    house.close().await;
}

#[tokio::test]
async fn password_managers_find_where_passkeys_are_added_and_seen() {
    let house = house(options()).await;
    let found = file(&house, "passkey-endpoints").await.is(200).json();
    assert_eq!(found["enroll"], "https://accounts.example.jp/account/methods/passkeys/add");
    assert_eq!(found["manage"], "https://accounts.example.jp/account/methods");
    // Whoever comes there is led through the sign-in and back.
    house.browser().get("/account/methods").await.leads_to("/signin?return_to=/account/methods");
    house.close().await;
}

#[tokio::test]
async fn systems_find_the_apps_of_the_service() {
    let house = house(options()).await;
    let apple = file(&house, "apple-app-site-association").await.is(200).json();
    assert_eq!(apple, json!({ "webcredentials": { "apps": ["ABCDE12345.jp.example.app"] } }));
    let relation =
        ["delegate_permission/common.get_login_creds", "delegate_permission/common.handle_all_urls"];
    let android = file(&house, "assetlinks.json").await.is(200).json();
    let target = |package: &str, fingerprints: &[&str]| {
        json!({ "relation": relation, "target": {
            "namespace": "android_app", "package_name": package, "sha256_cert_fingerprints": fingerprints } })
    };
    let expected =
        json!([target("jp.example.app", &["A1:B2", "C3:D4"]), target("jp.example.other", &["E5:F6"])]);
    assert_eq!(android, expected);
    house.close().await;
}

/// No redirect, no cookie, an hour in caches, and the same for everybody: these are asked by other origins' browsers and by
/// systems, without a member.
#[tokio::test]
async fn the_files_are_json_for_everybody_and_nothing_depends_on_who_asks() {
    let house = house(options()).await;
    for name in FILES {
        let path = format!("/.well-known/{name}");
        let mut strangers = [house.browser(), house.browser()];
        strangers[1].set("origin", "https://www.example.fr");
        strangers[1].set("sec-fetch-site", "cross-site");
        strangers[1].set("accept-encoding", "gzip");
        strangers[1].set("accept-language", "ja");
        strangers[1].cookies.insert("__Host-genkan-session".to_owned(), "A".repeat(43));
        let mut bodies = Vec::new();
        for stranger in &mut strangers {
            let answer = stranger.get(&path).await;
            assert_eq!(answer.is(200).header("content-type"), Some("application/json"), "{name}");
            assert_eq!(answer.header("cache-control"), Some("public, max-age=3600"), "{name}");
            assert_eq!(answer.header("cross-origin-resource-policy"), Some("cross-origin"), "{name}");
            assert_eq!(answer.header("access-control-allow-origin"), None, "{name}");
            assert_eq!(answer.header("content-encoding"), None, "{name}");
            assert_eq!(answer.header("vary").filter(|vary| *vary != "accept-encoding"), None, "{name}");
            assert!(answer.set_cookies().is_empty(), "{name}");
            let head = stranger.head(&path).await;
            assert_eq!(head.is(200).header("content-type"), Some("application/json"), "{name}");
            assert_eq!(head.body, "", "{name}");
            bodies.push(answer.body);
        }
        assert_eq!(bodies[0], bodies[1], "{name}");
        house.browser().post(&path, &[]).await.is(405);
    }
    house.close().await;
}

#[tokio::test]
async fn a_file_with_nothing_to_say_is_not_there() {
    let nothing = house(WebOptions::at(ORIGIN)).await;
    for name in FILES {
        file(&nothing, name).await.is(404);
    }
    nothing.close().await;
    let passkeys = WebOptions { methods: vec!["passkey".to_owned()], ..WebOptions::at(ORIGIN) };
    let passkeys = house(passkeys).await;
    file(&passkeys, "passkey-endpoints").await.is(200);
    file(&passkeys, "webauthn").await.is(404);
    passkeys.close().await;
    // Apps share passwords with the service also where there are no passkeys.
    let apps = house(WebOptions { methods: vec!["email".to_owned()], ..options() }).await;
    file(&apps, "webauthn").await.is(404);
    file(&apps, "passkey-endpoints").await.is(404);
    file(&apps, "apple-app-site-association").await.is(200);
    file(&apps, "assetlinks.json").await.is(200);
    apps.close().await;
}
