//! The list of calls is whole, and headers are read as they are described.

use std::collections::BTreeSet;

use super::*;

/// R-APP-2: a call that is added without a capability fails here.
#[test]
fn r_app_2_every_call_of_the_api_has_its_capability() {
    let document = serde_json::to_value(crate::document()).expect("a description");
    let mut described = BTreeSet::new();
    for (path, calls) in document["paths"].as_object().expect("paths") {
        for verb in calls.as_object().expect("calls").keys() {
            let method = Method::from_bytes(verb.to_ascii_uppercase().as_bytes()).expect("a method");
            assert!(call(&method, path).is_some(), "{method} {path} has no capability in CALLS");
            described.insert(format!("{method} {path}"));
        }
    }
    let own = ["GET /api/v1/openapi.json".to_owned()];
    for (verb, path, _) in CALLS {
        let named = format!("{verb} {path}");
        assert!(described.contains(&named) || own.contains(&named), "{named} is no call");
    }
    assert_eq!(CALLS.len(), described.len() + own.len(), "none is there twice");
}

/// R-APP-2: what an owner defends the account with works in every version.
#[test]
fn r_app_2_defending_an_account_is_never_gated() {
    for path in [
        "/api/v1/reset",
        "/api/v1/reset/verify",
        "/api/v1/reset/password",
        "/api/v1/not-me",
        "/api/v1/undo",
        "/api/v1/provider-lost",
        "/api/v1/restore",
        "/api/v1/signout",
    ] {
        assert_eq!(call(&Method::POST, path), Some(Call::Free), "{path}");
        assert!(!gated().any(|(_, gated)| gated == path));
    }
    assert_eq!(call(&Method::DELETE, "/api/v1/account/sessions"), Some(Call::Free));
}

#[test]
fn an_app_says_its_client_version_and_platform() {
    let version = |text| AppVersion::parse(text).expect("a version");
    let app = |client: &str, text, platform: Option<&str>| {
        let platform = platform.map(str::to_owned);
        Some(App { client: client.to_owned(), version: version(text), platform })
    };
    assert_eq!(App::parse("Novel/3.1.0 (iOS)"), app("Novel", "3.1.0", Some("iOS")));
    assert_eq!(App::parse("Reader-iOS/3.1"), app("Reader-iOS", "3.1", None));
    assert_eq!(App::parse(" n_1.x/0  (iPad OS) "), app("n_1.x", "0", Some("iPad OS")));
    let long = format!("{}/1", "a".repeat(65));
    let longer = format!("a/1 ({})", "b".repeat(300));
    for odd in [
        "",
        "Novel",
        "Novel/",
        "/3.1",
        "Novel/3.1.0-beta",
        "Novel/v3",
        "Novel/3..1",
        "Novel/3.1.",
        "Novel/.3",
        "Novel/1.2.3.4.5",
        "Novel/1234567890",
        "Novel/-1",
        "Novel/+1",
        "Novel/3.1 iOS",
        "Novel/3.1 (iOS",
        "Novel/3.1 ()",
        "Novel/3.1 (iOS) x",
        "Novel/3.1(iOS)",
        "No vel/3.1",
        "Novel/３.１",
        "ノベル/3.1",
        &long,
        &longer,
    ] {
        assert_eq!(App::parse(odd), None, "{odd}");
    }
}

#[test]
fn versions_are_compared_number_by_number() {
    let version = |text: &str| AppVersion::parse(text).expect("a version");
    for (less, more) in
        [("3.9", "3.10"), ("3.1.9", "3.2"), ("2.99.99", "3"), ("0", "0.0.1"), ("9", "10")]
    {
        assert!(version(less) < version(more), "{less} {more}");
    }
    for (one, other) in [("3.1", "3.1.0"), ("3", "3.0.0.0"), ("03.1", "3.1"), ("0", "0.0")] {
        assert_eq!(version(one), version(other));
    }
    assert_eq!(version("3.1.0").to_string(), "3.1.0");
}
