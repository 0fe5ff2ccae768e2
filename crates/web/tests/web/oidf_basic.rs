//! The modules of `oidcc-basic-certification-test-plan` of the OpenID Foundation's conformance suite, under their names, and the
//! one of `oidcc-config-certification-test-plan` (docs/openid-conformance.md).
//!
//! Each does what the module does and checks what it checks, on the real routes. Where the suite has a person photograph a page,
//! the page is looked at; where it lets a module pass by a specified refusal, the refusal is.

use accounts::Millis;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::oidf::{
    CALLBACK, MEMBER, SECOND, SUITE, ask, came_back, checked, error_page, flow, prove, ready, redeem,
    refused, sign_in, signed, tokens, told,
};
use crate::site::{CHALLENGE, Shows, VERIFIER, claims, post, text, userinfo};
use crate::support::{House, ORIGIN, escape, send};

/// OP-Response-code: the whole way, with every check of response, tokens and claims, by `client_secret_basic`.
#[tokio::test]
async fn oidcc_server() {
    let (house, mut browser) = ready().await;
    let tokens = flow(&house, &mut browser, &[]).await;
    told(&house, &tokens).await;
    house.close().await;
}

/// OP-Response-Missing: a request without `response_type` comes back with an error, or shows one.
#[tokio::test]
async fn oidcc_response_type_missing() {
    let (house, mut browser) = ready().await;
    let answer = browser.get(&ask(&[("response_type", "")])).await;
    assert_eq!(refused(&answer), "invalid_request");
    house.close().await;
}

/// OP-IDToken-Signature and OP-IDToken-kid: the ID token is signed by RS256 and names its key. A static client is configured so.
#[tokio::test]
async fn oidcc_idtoken_signature() {
    let (house, mut browser) = ready().await;
    let tokens = flow(&house, &mut browser, &[]).await;
    let (head, _) = signed(&house, &text(&tokens, "id_token")).await;
    assert_eq!(head["alg"], "RS256");
    assert!(text(&head, "kid").len() > 8, "{head}");
    house.close().await;
}

/// OP-IDToken-none: skipped by the suite where `none` is not offered. It is not, and no client can be configured so.
#[tokio::test]
async fn oidcc_idtoken_unsigned() {
    let (house, mut browser) = ready().await;
    let about = browser.get("/.well-known/openid-configuration").await.json();
    let offered = about["id_token_signing_alg_values_supported"].as_array().unwrap();
    assert!(!offered.contains(&json!("none")), "{offered:?}");
    assert!(engine::Algorithm::parse("none").is_none());
    house.close().await;
}

/// OP-UserInfo-Endpoint: GET with the token in the head; claims of the right types, the subject of the ID token.
#[tokio::test]
async fn oidcc_userinfo_get() {
    let (house, mut browser) = ready().await;
    let tokens = flow(&house, &mut browser, &[("scope", "openid profile email")]).await;
    let told = told(&house, &tokens).await;
    assert!(
        told["name"].is_string() && told["email"].is_string() && told["email_verified"].is_boolean()
    );
    house.close().await;
}

/// OP-UserInfo-Header: POST with the token in the head.
#[tokio::test]
async fn oidcc_userinfo_post_header() {
    let (house, mut browser) = ready().await;
    let tokens = flow(&house, &mut browser, &[]).await;
    let request = http::Request::builder().method("POST").uri("/oauth/userinfo");
    let request = request.header("authorization", format!("Bearer {}", text(&tokens, "access_token")));
    let answer = send(&house.router, request.body(String::new().into()).unwrap()).await;
    assert_eq!(answer.is(200).json()["sub"], claims(&text(&tokens, "id_token"))["sub"]);
    house.close().await;
}

/// OP-UserInfo-Body: POST with the token in the form (RFC 6750 2.2); not in both, and never in the address.
#[tokio::test]
async fn oidcc_userinfo_post_body() {
    let (house, mut browser) = ready().await;
    let tokens = flow(&house, &mut browser, &[]).await;
    let token = text(&tokens, "access_token");
    let answer = post(&house, Shows::Nothing, "/oauth/userinfo", &[("access_token", &token)]).await;
    assert_eq!(answer.is(200).json()["sub"], claims(&text(&tokens, "id_token"))["sub"]);
    let twice = post(&house, SUITE, "/oauth/userinfo", &[("access_token", &token)]).await;
    assert_eq!(twice.is(400).json()["error"], "invalid_request");
    browser.get(&format!("/oauth/userinfo?access_token={token}")).await.is(401);
    house.close().await;
}

/// OP-nonce-NoReq-code: in the code flow a request without a nonce succeeds, and the ID token has none.
#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let (house, mut browser) = ready().await;
    flow(&house, &mut browser, &[("nonce", "")]).await;
    house.close().await;
}

/// OP-scope-profile: what there is of the scope's claims comes from the userinfo endpoint.
#[tokio::test]
async fn oidcc_scope_profile() {
    let (house, mut browser) = ready().await;
    let tokens = flow(&house, &mut browser, &[("scope", "openid profile")]).await;
    let told = told(&house, &tokens).await;
    assert_eq!((&told["name"], &told["locale"]), (&json!("花子"), &json!("ja")));
    assert_eq!(told.get("email"), None, "what was not asked for is not told");
    house.close().await;
}

/// OP-scope-email: `email` and `email_verified` come from the userinfo endpoint.
#[tokio::test]
async fn oidcc_scope_email() {
    let (house, mut browser) = ready().await;
    let tokens = flow(&house, &mut browser, &[("scope", "openid email")]).await;
    let told = told(&house, &tokens).await;
    assert_eq!((&told["email"], &told["email_verified"]), (&json!(MEMBER), &json!(true)));
    assert_eq!(told.get("name"), None);
    house.close().await;
}

/// A scope that the discovery document does not offer: the suite skips the module. It is passed over, as is any that is not known.
async fn not_offered(scope: &str) {
    let (house, mut browser) = ready().await;
    let about = browser.get("/.well-known/openid-configuration").await.json();
    assert!(!about["scopes_supported"].as_array().unwrap().contains(&json!(scope)), "{about}");
    let tokens = flow(&house, &mut browser, &[("scope", &format!("openid {scope}"))]).await;
    assert_eq!(tokens["scope"], "openid", "what was given is told (RFC 6749 5.1)");
    let told = told(&house, &tokens).await;
    assert_eq!(told.as_object().unwrap().len(), 1, "{told}");
    house.close().await;
}

/// OP-scope-address: skipped by the suite where the scope is not offered.
#[tokio::test]
async fn oidcc_scope_address() {
    not_offered("address").await;
}

/// OP-scope-phone: skipped by the suite where the scope is not offered.
#[tokio::test]
async fn oidcc_scope_phone() {
    not_offered("phone").await;
}

/// OP-scope-All: all scopes at once; skipped by the suite where one is not offered. What is offered is given.
#[tokio::test]
async fn oidcc_scope_all() {
    let (house, mut browser) = ready().await;
    let all = "openid profile email address phone";
    let tokens = flow(&house, &mut browser, &[("scope", all)]).await;
    assert_eq!(tokens["scope"], "openid profile email");
    let told = told(&house, &tokens).await;
    assert_eq!((&told["name"], &told["email"]), (&json!("花子"), &json!(MEMBER)));
    house.close().await;
}

/// Parameters in another order, and the scope from its end: nothing depends on an order (RFC 6749 3.3).
#[tokio::test]
async fn oidcc_alternate_happy_flow() {
    let (house, mut browser) = ready().await;
    let callback = escape(CALLBACK);
    let path = format!(
        "/oauth/authorize?nonce=aQ5wN&scope=email%20openid&response_type=code&state=7xK2q&redirect_uri={callback}&client_id=suite"
    );
    let code = came_back(&browser.get(&path).await, "7xK2q");
    let tokens = tokens(&house, SUITE, (&code, "aQ5wN")).await;
    assert_eq!(told(&house, &tokens).await["email"], MEMBER);
    house.close().await;
}

/// A request to somebody who is not signed in shows the page of a sign-in and goes on from there.
async fn shown(changes: &[(&str, &str)]) -> String {
    let (house, _) = ready().await;
    let mut browser = house.browser();
    let asked = browser.get(&ask(changes)).await;
    let page = browser.get(asked.is(303).header("location").unwrap()).await;
    let code = came_back(&sign_in(&mut browser, &page).await, "7xK2q");
    tokens(&house, SUITE, (&code, "aQ5wN")).await;
    house.close().await;
    page.body
}

/// OP-display-page: `display=page` changes nothing of success; the sign-in is a page.
#[tokio::test]
async fn oidcc_display_page() {
    assert!(shown(&[("display", "page")]).await.contains("<h1"));
}

/// OP-display-popup: `display=popup` changes nothing of success.
#[tokio::test]
async fn oidcc_display_popup() {
    assert!(shown(&[("display", "popup")]).await.contains("<h1"));
}

/// OP-prompt-login: a second request with `prompt=login` has the person show a method again, and `auth_time` is later.
#[tokio::test]
async fn oidcc_prompt_login() {
    let (house, mut browser) = ready().await;
    let first = claims(&text(&flow(&house, &mut browser, &[]).await, "id_token"));
    house.clock.advance(Millis::seconds(2));
    let asked = browser.get(&ask(&[("prompt", "login")])).await;
    house.clock.advance(Millis::seconds(1));
    let code = came_back(&prove(&mut browser, &asked).await, "7xK2q");
    let second = tokens(&house, SUITE, (&code, "aQ5wN")).await;
    let second = checked(&house, &text(&second, "id_token")).await;
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64(), "{first} {second}");
    assert_eq!(second["sub"], first["sub"]);
    house.close().await;
}

/// OP-prompt-none-NotLoggedIn: where nobody is signed in, `prompt=none` comes back with an error and shows no page.
#[tokio::test]
async fn oidcc_prompt_none_not_logged_in() {
    let (house, _) = ready().await;
    let answer = house.browser().get(&ask(&[("prompt", "none")])).await;
    assert_eq!(refused(&answer), "login_required");
    house.close().await;
}

/// OP-prompt-none-LoggedIn: where somebody is, it comes back with a code; same subject, same `auth_time`.
#[tokio::test]
async fn oidcc_prompt_none_logged_in() {
    let (house, mut browser) = ready().await;
    let first = claims(&text(&flow(&house, &mut browser, &[]).await, "id_token"));
    house.clock.advance(Millis::seconds(2));
    let second = claims(&text(&flow(&house, &mut browser, &[("prompt", "none")]).await, "id_token"));
    assert_eq!((&first["sub"], &first["auth_time"]), (&second["sub"], &second["auth_time"]));
    house.close().await;
}

/// OP-Req-max_age=1: later than a second after it, the person shows a method again, and `auth_time` says so.
#[tokio::test]
async fn oidcc_max_age_1() {
    let (house, mut browser) = ready().await;
    let first = claims(&text(&flow(&house, &mut browser, &[]).await, "id_token"));
    house.clock.advance(Millis::seconds(3));
    let asked = browser.get(&ask(&[("max_age", "1")])).await;
    let code = came_back(&prove(&mut browser, &asked).await, "7xK2q");
    let second = tokens(&house, SUITE, (&code, "aQ5wN")).await;
    let second = checked(&house, &text(&second, "id_token")).await;
    assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64(), "{first} {second}");
    let now = house.clock.now().0.div_euclid(1_000);
    assert!(now - second["auth_time"].as_i64().unwrap() <= 1);
    house.close().await;
}

/// OP-Req-max_age=10000: within it nothing is asked, and `auth_time` stays.
#[tokio::test]
async fn oidcc_max_age_10000() {
    let (house, mut browser) = ready().await;
    let first = claims(&text(&flow(&house, &mut browser, &[]).await, "id_token"));
    house.clock.advance(Millis::seconds(2));
    let second = claims(&text(&flow(&house, &mut browser, &[("max_age", "10000")]).await, "id_token"));
    assert_eq!(first["auth_time"], second["auth_time"]);
    house.close().await;
}

/// OP-Req-NotUnderstood: a parameter that nobody knows is passed over (RFC 6749 3.1).
#[tokio::test]
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    let (house, mut browser) = ready().await;
    flow(&house, &mut browser, &[("extra", "foobar")]).await;
    house.close().await;
}

/// OP-Req-id_token_hint: `prompt=none` with the ID token of the first answer gives the same member.
#[tokio::test]
async fn oidcc_id_token_hint() {
    let (house, mut browser) = ready().await;
    let hint = text(&flow(&house, &mut browser, &[]).await, "id_token");
    let second = flow(&house, &mut browser, &[("prompt", "none"), ("id_token_hint", &hint)]).await;
    assert_eq!(claims(&text(&second, "id_token"))["sub"], claims(&hint)["sub"]);
    house.close().await;
}

/// OP-Req-login_hint: the form has the address already, and a hint changes nothing of success.
#[tokio::test]
async fn oidcc_login_hint() {
    let page = shown(&[("login_hint", MEMBER)]).await;
    let link = page.split("href=\"").find(|link| link.starts_with("/signin/email?")).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let (house, _) = ready().await;
    let form = house.browser().get(&link).await;
    form.is(200).says(&format!("value=\"{MEMBER}\""));
    house.close().await;
}

/// OP-Req-ui_locales: the page of the sign-in is in the first of the wanted languages that there is; a photograph for the suite.
#[tokio::test]
async fn oidcc_ui_locales() {
    // The browser reads English.
    assert!(shown(&[]).await.contains("<html lang=\"en\""));
    assert!(shown(&[("ui_locales", "se ja-JP en")]).await.contains("<html lang=\"ja\""));
    assert!(shown(&[("ui_locales", "se")]).await.contains("<html lang=\"en\""), "none that there is");
    // Whoever has chosen reads what was chosen.
    let (house, _) = ready().await;
    let mut browser = house.browser();
    browser.post("/language", &[("locale", "en"), ("return_to", "/signin")]).await.is(303);
    let asked = browser.get(&ask(&[("ui_locales", "ja")])).await;
    browser.get(asked.header("location").unwrap()).await.says("<html lang=\"en\"");
    house.close().await;
}

/// OP-Req-claims_locales: a wish for languages of claims changes nothing of success.
#[tokio::test]
async fn oidcc_claims_locales() {
    let (house, mut browser) = ready().await;
    flow(&house, &mut browser, &[("claims_locales", "se")]).await;
    house.close().await;
}

/// OP-Req-acr_values: with a wish for an assurance that is offered the ID token says what it is.
#[tokio::test]
async fn oidcc_ensure_request_with_acr_values_succeeds() {
    let (house, mut browser) = ready().await;
    let about = browser.get("/.well-known/openid-configuration").await.json();
    let wish = about["acr_values_supported"].as_array().unwrap().iter().filter_map(Value::as_str);
    let wish = wish.collect::<Vec<_>>().join(" ");
    let tokens = flow(&house, &mut browser, &[("acr_values", &wish)]).await;
    let acr = text(&claims(&text(&tokens, "id_token")), "acr");
    assert!(wish.split(' ').any(|value| value == acr), "{acr} of {wish}");
    house.close().await;
}

/// A code is shown a second time, after so long: `invalid_grant`, and what the first time gave is over.
async fn reused(after: Millis) {
    let (house, mut browser) = ready().await;
    let code = came_back(&browser.get(&ask(&[])).await, "7xK2q");
    let first = tokens(&house, SUITE, (&code, "aQ5wN")).await;
    told(&house, &first).await;
    house.clock.advance(after);
    assert_eq!(redeem(&house, SUITE, &code).await.is(400).json()["error"], "invalid_grant");
    userinfo(&house, &text(&first, "access_token")).await.is(401);
    house.close().await;
}

/// OP-OAuth-2nd: an authorization code is refused the second time.
#[tokio::test]
async fn oidcc_codereuse() {
    reused(Millis(0)).await;
}

/// OP-OAuth-2nd-30s and OP-OAuth-2nd-Revokes: also after 30 seconds, and the access token of the first time is revoked.
#[tokio::test]
async fn oidcc_codereuse_30seconds() {
    reused(Millis::seconds(30)).await;
}

/// OP-redirect_uri-NotReg: an address that is not registered shows an error page, and nothing is sent there.
#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    let (house, mut browser) = ready().await;
    let other = format!("{CALLBACK}/5fWq");
    error_page(&browser.get(&ask(&[("redirect_uri", &other)])).await);
    house.close().await;
}

/// Of the dynamic plan: a request without `redirect_uri` from a client with more than one shows an error page.
#[tokio::test]
async fn oidcc_ensure_redirect_uri_in_authorization_request() {
    let (house, mut browser) = ready().await;
    error_page(&browser.get(&ask(&[("redirect_uri", "")])).await);
    house.close().await;
}

/// The authorization endpoint takes a form as it takes a query (OpenID Connect Core 3.1.2.1).
#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    let (house, mut browser) = ready().await;
    let query = ask(&[]);
    let form = query.split_once('?').unwrap().1.to_owned();
    let request = http::Request::builder().method("POST").uri("/oauth/authorize");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let posted = send(&house.router, request.body(form.into()).unwrap()).await;
    let answer = browser.get(posted.is(303).header("location").unwrap()).await;
    let code = came_back(&answer, "7xK2q");
    tokens(&house, SUITE, (&code, "aQ5wN")).await;
    house.close().await;
}

/// OP-ClientAuth-SecretPost: the whole way with the secret in the form.
#[tokio::test]
async fn oidcc_server_client_secret_post() {
    let (house, mut browser) = ready().await;
    let Shows::Basic(id, secret) = SUITE else { panic!("a secret") };
    let code = came_back(&browser.get(&ask(&[])).await, "7xK2q");
    let tokens = tokens(&house, Shows::InBody(id, secret), (&code, "aQ5wN")).await;
    told(&house, &tokens).await;
    house.close().await;
}

/// OP-request_uri-Unsigned: not offered, and refused as specified (OpenID Connect Core 3.1.2.6).
#[tokio::test]
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    let (house, mut browser) = ready().await;
    let about = browser.get("/.well-known/openid-configuration").await.json();
    assert_eq!(about["request_uri_parameter_supported"], false, "absent would mean yes");
    let answer = browser.get(&ask(&[("request_uri", "https://suite.example/request.jwt")])).await;
    assert_eq!(refused(&answer), "request_uri_not_supported");
    house.close().await;
}

/// A request object without a signature.
fn object(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))
}

/// OP-request-Unsigned: not offered, and refused as specified.
#[tokio::test]
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    let (house, mut browser) = ready().await;
    let about = browser.get("/.well-known/openid-configuration").await.json();
    assert_eq!(about["request_parameter_supported"], false);
    let request = object(&json!({ "client_id": "suite", "nonce": "other" }));
    assert_eq!(refused(&browser.get(&ask(&[("request", &request)])).await), "request_not_supported");
    house.close().await;
}

/// OP-claims-essential: a claim that is asked for by itself as essential comes from the userinfo endpoint.
#[tokio::test]
async fn oidcc_claims_essential() {
    let (house, mut browser) = ready().await;
    let wish = json!({ "userinfo": { "name": { "essential": true } } }).to_string();
    let tokens = flow(&house, &mut browser, &[("claims", &wish)]).await;
    assert_eq!(told(&house, &tokens).await["name"], "花子");
    house.close().await;
}

/// A request object with another `redirect_uri` than the query's: an object is refused, and an address that is not registered in the
/// query shows an error page whatever the object says.
#[tokio::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    let (house, mut browser) = ready().await;
    let request = object(&json!({ "client_id": "suite", "redirect_uri": CALLBACK }));
    let other = format!("{CALLBACK}/5fWq");
    let asked = ask(&[("request", &request), ("redirect_uri", &other)]);
    error_page(&browser.get(&asked).await);
    house.close().await;
}

async fn refreshed(house: &House, shows: Shows<'_>, token: &str) -> crate::support::Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    post(house, shows, "/oauth/token", &fields).await
}

/// Refresh tokens: one gives tokens with an ID token of the same member, time and audience; another client can do nothing with it.
#[tokio::test]
async fn oidcc_refresh_token() {
    let (house, mut browser) = ready().await;
    let wish = [("scope", "openid offline_access"), ("prompt", "consent")];
    let first = flow(&house, &mut browser, &wish).await;
    house.clock.advance(Millis::seconds(1));
    let second = refreshed(&house, SUITE, &text(&first, "refresh_token")).await.is(200).json();
    assert_ne!(first["access_token"], second["access_token"]);
    let (before, after) =
        (claims(&text(&first, "id_token")), checked(&house, &text(&second, "id_token")).await);
    for same in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[same], after[same], "OpenID Connect Core 12.2: {same}");
    }
    assert!(after["iat"].as_i64() > before["iat"].as_i64(), "12.2: of the time of the new one");
    told(&house, &second).await;
    // The second client's own, and the first one's in its hands.
    let code = came_back(&browser.get(&ask(&[("client_id", "suite-two")])).await, "7xK2q");
    redeem(&house, SECOND, &code).await.is(200);
    let token = text(&second, "refresh_token");
    assert_eq!(refreshed(&house, SECOND, &token).await.is(400).json()["error"], "invalid_grant");
    refreshed(&house, SUITE, &token).await.is(200);
    house.close().await;
}

/// PKCE with S256: the whole way with a challenge, and not without its verifier.
#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    let (house, mut browser) = ready().await;
    let wish = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = came_back(&browser.get(&ask(&wish)).await, "7xK2q");
    assert_eq!(redeem(&house, SUITE, &code).await.is(400).json()["error"], "invalid_grant");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    post(&house, SUITE, "/oauth/token", &fields).await.is(200);
    house.close().await;
}

/// Config OP: the discovery document is whole, true in its addresses, and says what the profile asks for; the keys are sound.
#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    let (house, mut browser) = ready().await;
    let answer = browser.get("/.well-known/openid-configuration").await;
    assert_eq!(answer.is(200).header("content-type"), Some("application/json"));
    let about = answer.json();
    assert_eq!(about["issuer"], ORIGIN);
    let addresses = [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
    ];
    assert!(addresses.iter().all(|name| text(&about, name).starts_with(ORIGIN)), "{about}");
    for (name, wanted) in [
        ("response_types_supported", "code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
        ("grant_types_supported", "authorization_code"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
    ] {
        let offered = about[name].as_array().unwrap_or_else(|| panic!("{name} is no list: {about}"));
        assert!(offered.contains(&json!(wanted)), "{name}: {offered:?}");
        assert!(offered.iter().all(Value::is_string));
    }
    for name in
        ["claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported"]
    {
        assert!(about[name].is_boolean(), "{name}");
    }
    let keys = browser.get("/.well-known/jwks.json").await.is(200).json();
    let keys = keys["keys"].as_array().unwrap();
    assert!(!keys.is_empty());
    for key in keys {
        assert_eq!(key["use"], "sig");
        assert!(key["kid"].is_string() && key["kty"].is_string());
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(key.get(private), None, "a private part is published");
        }
    }
    house.close().await;
}
