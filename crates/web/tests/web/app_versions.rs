//! Versions of apps that are too old: refused in words for their user, by what they ask, before anything is looked at.

use accounts::Millis;
use axum::body::Body;
use http::{Method, Request};
use pages::PerLocale;
use serde_json::{Value, json};
use web::{AppMinimum, AppOptions, AppVersion, Capability};

use crate::support::{Answer, House, PASSWORD, Setup, send};

const ADDRESS: &str = "hanako@example.jp";

fn minimum(capability: Option<Capability>, version: &str) -> AppMinimum {
    AppMinimum {
        client: "Novel".to_owned(),
        platform: None,
        capability,
        version: AppVersion::parse(version).unwrap(),
        from: None,
        message: None,
        update_url: None,
    }
}

async fn house(minimum: Vec<AppMinimum>) -> House {
    asks(AppOptions { minimum, refuses_unknown: false }).await
}

async fn asks(apps: AppOptions) -> House {
    let mut setup = Setup::default();
    setup.web.apps = apps;
    House::with(setup).await
}

async fn call(
    house: &House,
    (method, path): (Method, &str),
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    send(&house.router, request.body(body).unwrap()).await
}

async fn signs_in(house: &House, app: &str, password: &str) -> Answer {
    let body = json!({ "email": ADDRESS, "password": password });
    let path = (Method::POST, "/api/v1/signin/password");
    call(house, path, &[("genkan-app", app), ("accept-language", "en")], Some(body)).await
}

/// R-APP-2: in Japanese and in English, with the version, before a guess is paid.
#[tokio::test]
async fn r_app_2_an_old_app_is_told_what_its_user_can_do_and_nothing_is_paid() {
    let mut one = minimum(Some(Capability::SignIn), "3.1.0");
    one.update_url = Some("https://example.jp/update".to_owned());
    let mut house = house(vec![one]).await;
    house.registered(ADDRESS).await;
    let before = house.seen(ADDRESS, None).await.address.map(|address| address.guesses);
    for (language, sentence) in [
        ("ja", "アプリを最新バージョンに更新してください。バージョン3.1.0以上が必要です。"),
        ("en", "Please update the app. Version 3.1.0 or newer is needed."),
    ] {
        let body = json!({ "email": ADDRESS, "password": "wrong" });
        let headers = [("genkan-app", "Novel/3.0.9 (iOS)"), ("accept-language", language)];
        let path = (Method::POST, "/api/v1/signin/password");
        let refused = call(&house, path, &headers, Some(body)).await;
        refused.problem(403, "app-update-required");
        let said = refused.json();
        assert_eq!(said["detail"], sentence);
        assert_eq!(said["minimum_version"], "3.1.0");
        assert_eq!(said["update_url"], "https://example.jp/update");
    }
    // Not even a body that cannot be read is looked at.
    let broken = [("genkan-app", "Novel/1")];
    let path = (Method::POST, "/api/v1/signin/password");
    call(&house, path, &broken, None).await.problem(403, "app-update-required");
    let after = house.seen(ADDRESS, None).await.address.map(|address| address.guesses);
    assert_eq!(format!("{before:?}"), format!("{after:?}"), "no guess was paid");
    for new in ["Novel/3.1", "Novel/3.1.0 (iOS)", "novel/3.10", "Other/1.0", "odd", "Novel/3.0.9-x"] {
        signs_in(&house, new, PASSWORD).await.is(200);
    }
    house.close().await;
}

/// R-APP-2, R-APP-1: each capability by itself; adding a login method apart from signing in.
#[tokio::test]
async fn r_app_2_each_capability_demands_its_own_version() {
    let capabilities = [
        (Capability::SignIn, "2.0"),
        (Capability::Register, "3.0"),
        (Capability::AddMethod, "4.0"),
        (Capability::Manage, "5.0"),
    ];
    let demands = capabilities.map(|(capability, version)| minimum(Some(capability), version));
    let mut house = house(demands.to_vec()).await;
    house.registered(ADDRESS).await;
    signs_in(&house, "Novel/1.9", PASSWORD).await.problem(403, "app-update-required");
    let signed = signs_in(&house, "Novel/2.0", PASSWORD).await;
    let bearer = format!("Bearer {}", signed.is(200).json()["token"].as_str().unwrap());
    let email = json!({ "email": "other@example.jp" });
    let link = json!({ "intent": "link" });
    let post = |path| (Method::POST, path);
    for (call_to, body, needed) in [
        (post("/api/v1/register/email"), Some(email.clone()), "3.0"),
        (post("/api/v1/account/methods/email"), Some(email), "4.0"),
        (post("/api/v1/account/methods/passkey/options"), None, "4.0"),
        (post("/api/v1/signin/google/options"), Some(link), "4.0"),
        (post("/api/v1/signin/google"), Some(json!({})), "4.0"),
        (post("/api/v1/signin/google/options"), Some(json!({ "intent": "proof" })), "5.0"),
        (post("/api/v1/proof/password"), Some(json!({})), "5.0"),
        ((Method::GET, "/api/v1/account"), None, "5.0"),
        ((Method::HEAD, "/api/v1/account"), None, "5.0"),
        ((Method::DELETE, "/api/v1/account/methods/email"), None, "5.0"),
    ] {
        let head = call_to.0 == Method::HEAD;
        let headers = |app| [("genkan-app", app), ("authorization", bearer.as_str())];
        let old = call(&house, call_to.clone(), &headers("Novel/2.9"), body.clone()).await;
        assert_eq!(old.status.as_u16(), 403, "{call_to:?} {}", old.body);
        assert!(head || old.json()["minimum_version"] == needed, "{call_to:?} {}", old.body);
        let new = call(&house, call_to.clone(), &headers("Novel/5"), body).await;
        assert!(!new.body.contains("app-update-required"), "{call_to:?} {}", new.body);
    }
    // A sign-in by a provider is a sign-in, from its beginning to its end.
    let brought = post("/api/v1/signin/google");
    let old = call(&house, brought.clone(), &[("genkan-app", "Novel/1.9")], Some(json!({}))).await;
    assert_eq!(old.problem(403, "app-update-required").json()["minimum_version"], "2.0");
    let new = call(&house, brought, &[("genkan-app", "Novel/2.0")], Some(json!({}))).await;
    assert!(!new.body.contains("app-update-required"), "{}", new.body);
    let signin = Some(json!({ "intent": "signin" }));
    let options = post("/api/v1/signin/google/options");
    let asked = |app| [("genkan-app", app)];
    let answer = call(&house, options.clone(), &asked("Novel/2.0"), signin.clone()).await;
    assert!(!answer.body.contains("app-update-required"), "{}", answer.body);
    call(&house, options, &asked("Novel/1.0"), signin).await.problem(403, "app-update-required");
    house.close().await;
}

/// R-APP-2, R-RESET-1, R-NOTICE: an owner can defend the account with any version, and sign out.
#[tokio::test]
async fn r_app_2_an_owner_defends_the_account_with_any_version() {
    let mut house = asks(AppOptions { minimum: vec![minimum(None, "9")], refuses_unknown: true }).await;
    let browser = house.registered(ADDRESS).await;
    drop(browser);
    let headers = [("genkan-app", "Novel/1.0")];
    let post = |path| (Method::POST, path);
    let reset = call(&house, post("/api/v1/reset"), &headers, Some(json!({ "email": ADDRESS }))).await;
    let flow = reset.is(200).json()["flow"].as_str().unwrap().to_owned();
    let code = house.digits(ADDRESS, "One-time code").await;
    let body = json!({ "flow": flow, "code": code });
    call(&house, post("/api/v1/reset/verify"), &headers, Some(body)).await.is(200);
    for path in ["/api/v1/not-me", "/api/v1/undo", "/api/v1/provider-lost", "/api/v1/restore"] {
        let answer = call(&house, post(path), &headers, Some(json!({}))).await;
        assert!(!answer.body.contains("app-update-required"), "{path}");
    }
    for (method, path) in [
        (Method::POST, "/api/v1/signout"),
        (Method::GET, "/api/v1/session"),
        (Method::GET, "/api/v1/account/sessions"),
        (Method::DELETE, "/api/v1/account/sessions"),
    ] {
        call(&house, (method, path), &headers, None).await.problem(401, "unauthenticated");
    }
    call(&house, (Method::GET, "/api/v1/openapi.json"), &headers, None).await.is(200);
    // Pages are no apps.
    house.browser().get("/signin").await.is(200);
    house.close().await;
}

/// R-APP-2: it is told before it is demanded, and demanded from that instant on.
#[tokio::test]
async fn r_app_2_a_demand_is_announced_before_it_comes_into_force() {
    let setup = House::open().await;
    let from = setup.clock.now().plus(Millis::days(10));
    setup.close().await;
    let mut coming = minimum(Some(Capability::SignIn), "3.1.0");
    coming.from = Some(from);
    let mut later = minimum(None, "4");
    later.from = Some(from.plus(Millis::days(30)));
    let mut house = house(vec![later, coming]).await;
    house.registered(ADDRESS).await;
    let told = signs_in(&house, "Novel/3.0", PASSWORD).await;
    let line = told.is(200).header("genkan-app-minimum").unwrap().to_owned();
    assert!(line.starts_with("3.1.0; from=20") && line.ends_with('Z'), "{line}");
    // On every call, also on the one that is answered from memory elsewhere.
    let bearer = format!("Bearer {}", told.json()["token"].as_str().unwrap());
    let headers = [("genkan-app", "Novel/3.0"), ("authorization", bearer.as_str())];
    let asked = |headers: &[(&str, &str)]| {
        let request = Request::builder().uri("/api/v1/session");
        let all = headers.iter().fold(request, |asked, (name, value)| asked.header(*name, *value));
        all.body(Body::empty()).unwrap()
    };
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while house.glance.answer(&asked(&headers[1..])).is_none() {
        let who = call(&house, (Method::GET, "/api/v1/session"), &headers, None).await;
        assert_eq!(who.is(200).header("genkan-app-minimum"), Some(line.as_str()));
        assert!(std::time::Instant::now() < limit, "it is not remembered");
    }
    assert!(house.glance.answer(&asked(&headers)).is_none(), "it would not be told");
    let next = signs_in(&house, "Novel/3.1.0", PASSWORD).await;
    assert!(next.is(200).header("genkan-app-minimum").is_some_and(|line| line.starts_with("4; ")));
    for app in ["Novel/4", "Other/1", "odd"] {
        assert!(signs_in(&house, app, PASSWORD).await.is(200).header("genkan-app-minimum").is_none());
    }
    house.clock.advance(Millis(Millis::days(10).0 + 60_000));
    signs_in(&house, "Novel/3.0", PASSWORD).await.problem(403, "app-update-required");
    signs_in(&house, "Novel/3.1.0", PASSWORD).await.is(200);
    house.close().await;
}

/// R-APP-2: by platform, in the operator's words, and of several demands the highest.
#[tokio::test]
async fn r_app_2_demands_may_be_for_a_platform_and_in_the_operators_words() {
    let mut ios = minimum(Some(Capability::SignIn), "3.0");
    ios.platform = Some("iOS".to_owned());
    ios.message = Some(PerLocale::new("更新をお願いします。", "An update, please."));
    let mut both = ios.clone();
    both.version = AppVersion::parse("3.5").unwrap();
    let mut house = house(vec![ios, both, minimum(Some(Capability::SignIn), "2.0")]).await;
    house.registered(ADDRESS).await;
    let refused = signs_in(&house, "Novel/2.5 (ios)", PASSWORD).await;
    assert_eq!(refused.problem(403, "app-update-required").json()["detail"], "An update, please.");
    assert_eq!(refused.json()["minimum_version"], "3.5");
    assert!(refused.json().get("update_url").is_none());
    signs_in(&house, "Novel/2.5 (Android)", PASSWORD).await.is(200);
    signs_in(&house, "Novel/2.5", PASSWORD).await.is(200);
    signs_in(&house, "Novel/1.9 (Android)", PASSWORD).await.problem(403, "app-update-required");
    house.close().await;
}

/// R-APP-2: who does not say what it is passes, unless the operator wants it otherwise.
#[tokio::test]
async fn r_app_2_who_says_nothing_passes_unless_the_operator_wants_it_otherwise() {
    for refuses_unknown in [false, true] {
        let minimum = vec![minimum(Some(Capability::SignIn), "3.1.0")];
        let mut house = asks(AppOptions { minimum, refuses_unknown }).await;
        house.registered(ADDRESS).await;
        for odd in ["", "Novel", "Novel/3.1.0-beta", "Novel/3.1.0 iOS", "Mozilla/5.0 (iPhone; CPU) x"] {
            let answer = signs_in(&house, odd, PASSWORD).await;
            if refuses_unknown {
                answer.problem(403, "app-update-required");
            } else {
                answer.is(200);
            }
        }
        signs_in(&house, "Other/0.1", PASSWORD).await.is(200);
        signs_in(&house, "Novel/3.1.0", PASSWORD).await.is(200);
        let body = Some(json!({ "email": ADDRESS, "password": PASSWORD }));
        let twice = [("genkan-app", "Novel/9"), ("genkan-app", "Novel/9")];
        let path = (Method::POST, "/api/v1/signin/password");
        let answer = call(&house, path, &twice, body).await;
        assert_eq!(answer.status.as_u16(), if refuses_unknown { 403 } else { 200 });
        house.close().await;
    }
}
