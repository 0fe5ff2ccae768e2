//! The stand-in for Google.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::house::{Answer, HOUSE, House, ORIGIN, START_S, encoded, form, s256};

const AUTHORIZE: &str = "/dev/google/authorize";
const CERTS: &str = "/dev/google/certs";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-standard-0123456789";

/// The query of a request, with some parameters replaced or (where empty) left out.
fn query(house: &House, changes: &[(&str, &str)]) -> String {
    let (callback, challenge) = (format!("{HOUSE}/callback/google"), s256(VERIFIER));
    let client_id = house.setup.google.client_id.clone();
    let usual = [
        ("client_id", client_id.as_str()),
        ("redirect_uri", &callback),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("state", "the state"),
        ("nonce", "the-nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    let kept = usual.into_iter().filter(|(name, _)| !changed(name));
    let added = changes.iter().copied().filter(|(_, value)| !value.is_empty());
    encoded(&kept.chain(added).collect::<Vec<_>>())
}

async fn choose(house: &House, person: &str, changes: &[(&str, &str)]) -> Answer {
    house.form(&format!("{AUTHORIZE}?{}", query(house, changes)), &[("person", person)]).await
}

async fn redeem(house: &House, code: &str, changes: &[(&str, &str)]) -> Answer {
    let callback = format!("{HOUSE}/callback/google");
    let client = house.setup.google.clone();
    let usual = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &callback),
        ("client_id", &client.client_id),
        ("client_secret", &client.client_secret),
        ("code_verifier", VERIFIER),
    ];
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    let kept = usual.into_iter().filter(|(name, _)| !changed(name));
    let added = changes.iter().copied().filter(|(_, value)| !value.is_empty());
    house.form("/dev/google/token", &kept.chain(added).collect::<Vec<_>>()).await
}

/// The claims of the ID token that the whole flow gives.
async fn signed_in(house: &House, person: &str) -> Value {
    let code = choose(house, person, &[]).await.brought("code").unwrap();
    let answer = redeem(house, &code, &[]).await.json();
    house.claims(CERTS, answer["id_token"].as_str().unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_discovery_documents_are_complete_and_what_they_name_is_there() {
    let house = House::new();
    let found = house.look("/dev/google/.well-known/openid-configuration").await.json();
    assert_eq!(found["issuer"], "http://127.0.0.1:7878/dev/google");
    assert_eq!(found["authorization_response_iss_parameter_supported"], true);
    assert_eq!(found["id_token_signing_alg_values_supported"], json!(["RS256"]));
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(found["subject_types_supported"], json!(["public"]));
    assert_eq!(found["response_types_supported"], json!(["code"]));
    let ends = [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "revocation_endpoint",
        "jwks_uri",
    ];
    for end in ends {
        let path = found[end].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
        let status = house.look(&path).await.status;
        assert_ne!(status, StatusCode::NOT_FOUND, "{end}");
    }
    let risc = house.look("/dev/google/.well-known/risc-configuration").await.json();
    assert_eq!((&risc["issuer"], &risc["jwks_uri"]), (&found["issuer"], &found["jwks_uri"]));
}

#[tokio::test]
async fn a_code_and_its_verifier_give_an_id_token_that_the_published_key_signed() {
    let house = House::new();
    let page = house.look(&format!("{AUTHORIZE}?{}", query(&house, &[]))).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Stand-in for Google — nothing leaves this machine"));
    assert!(!page.header("content-security-policy").contains("form-action"));

    let back = choose(&house, "hanako", &[]).await;
    assert!(back.header("location").starts_with("http://localhost:7878/callback/google?"));
    assert_eq!(back.brought("state").as_deref(), Some("the state"));
    assert_eq!(back.brought("iss").as_deref(), Some("http://127.0.0.1:7878/dev/google"));
    let answer = redeem(&house, &back.brought("code").unwrap(), &[]).await.json();
    assert_eq!(answer["token_type"], "Bearer");
    let claims = house.claims(CERTS, answer["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(claims["iss"], "http://127.0.0.1:7878/dev/google");
    assert_eq!(claims["aud"], house.setup.google.client_id);
    assert_eq!(claims["azp"], claims["aud"]);
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(START_S), &json!(START_S + 3_600)));
    assert_eq!(claims["email"], "hanako.genkan@gmail.com");
    assert_eq!(claims["sub"].as_str().unwrap().len(), 21);
}

#[tokio::test]
async fn what_a_token_says_differs_by_person_and_scope() {
    let house = House::new();
    let workspace = signed_in(&house, "workspace").await;
    assert_eq!(
        (&workspace["hd"], &workspace["email_verified"]),
        (&json!("office.example"), &json!(true))
    );
    let foreign = signed_in(&house, "foreign").await;
    assert_eq!((foreign.get("hd"), &foreign["email_verified"]), (None, &json!(true)));
    assert_eq!(signed_in(&house, "unverified").await["email_verified"], json!(false));
    let code = choose(&house, "hanako", &[("scope", "openid")]).await.brought("code").unwrap();
    let answer = redeem(&house, &code, &[]).await.json();
    let claims = house.claims(CERTS, answer["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!((claims.get("email"), claims.get("name")), (None, None));
}

#[tokio::test]
async fn a_code_works_once_and_for_a_minute() {
    let house = House::new();
    let code = choose(&house, "hanako", &[]).await.brought("code").unwrap();
    house.advance(59);
    assert_eq!(redeem(&house, &code, &[]).await.status, StatusCode::OK);
    let twice = redeem(&house, &code, &[]).await;
    assert_eq!(
        (twice.status, &twice.json()["error"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_grant"))
    );
    let code = choose(&house, "hanako", &[]).await.brought("code").unwrap();
    house.advance(60);
    assert_eq!(redeem(&house, &code, &[]).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_client_without_its_secret_gets_nothing_and_spoils_no_code() {
    let house = House::new();
    let code = choose(&house, "hanako", &[]).await.brought("code").unwrap();
    for wrong in [[("client_secret", "wrong")], [("client_secret", "")], [("client_id", "another")]] {
        let refused = redeem(&house, &code, &wrong).await;
        let error = (refused.status, refused.json()["error"].clone());
        assert_eq!(error, (StatusCode::UNAUTHORIZED, json!("invalid_client")));
    }
    // The other way to show the secret.
    let client = &house.setup.google;
    let basic = STANDARD.encode(format!("{}:{}", client.client_id, client.client_secret));
    let callback = format!("{HOUSE}/callback/google");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &callback),
        ("code_verifier", VERIFIER),
    ];
    let mut request = form("/dev/google/token", &fields);
    request.headers_mut().insert("authorization", format!("Basic {basic}").parse().unwrap());
    assert_eq!(house.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_bound_to_its_verifier_and_its_return_address() {
    let house = House::new();
    let wrong: [(&str, &str); 4] = [
        ("code_verifier", "another-verifier-that-is-long-enough-0123456789-0123456789"),
        ("code_verifier", ""),
        ("redirect_uri", "http://localhost:7878/callback/apple"),
        ("redirect_uri", ""),
    ];
    for change in wrong {
        let code = choose(&house, "hanako", &[]).await.brought("code").unwrap();
        let refused = redeem(&house, &code, &[change]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{change:?}");
        assert_eq!(
            redeem(&house, &code, &[]).await.status,
            StatusCode::BAD_REQUEST,
            "the code is used up"
        );
    }
}

#[tokio::test]
async fn a_request_that_is_not_right_is_never_sent_back() {
    let house = House::new();
    let wrong = [
        ("client_id", "another", "invalid_client"),
        ("redirect_uri", "http://localhost:7878/callback/google/", "redirect_uri_mismatch"),
        ("redirect_uri", "http://localhost:7878/callback/google?a=b", "redirect_uri_mismatch"),
        ("redirect_uri", "", "redirect_uri_mismatch"),
        ("response_type", "token", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("scope", "", "invalid_request"),
    ];
    for (name, value, error) in wrong {
        for answer in [
            house.look(&format!("{AUTHORIZE}?{}", query(&house, &[(name, value)]))).await,
            choose(&house, "hanako", &[(name, value)]).await,
        ] {
            assert!(answer.status.is_client_error(), "{name}={value}");
            assert!(answer.text.contains(error), "{name}={value}: {}", answer.text);
            assert_eq!(answer.header("location"), "");
        }
    }
}

#[tokio::test]
async fn who_cancels_is_sent_back_with_access_denied() {
    let house = House::new();
    let address = format!("{AUTHORIZE}?{}", query(&house, &[]));
    let back = house.form(&address, &[("cancel", "yes")]).await;
    assert_eq!(back.brought("error").as_deref(), Some("access_denied"));
    assert_eq!(back.brought("state").as_deref(), Some("the state"));
    assert_eq!(back.brought("iss").as_deref(), Some("http://127.0.0.1:7878/dev/google"));
    assert_eq!(back.brought("code"), None);
    let silent = house.look(&format!("{AUTHORIZE}?{}", query(&house, &[("prompt", "none")]))).await;
    assert_eq!(silent.brought("error").as_deref(), Some("interaction_required"));
}

#[tokio::test]
async fn a_browser_inside_an_app_is_refused_and_a_real_one_is_not() {
    let house = House::new();
    let android = "Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) \
                   Version/4.0 Chrome/140.0 Mobile Safari/537.36";
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    let safari = format!("{phone} Version/18.5 Mobile/15E148 Safari/604.1");
    let apps =
        ["Line/15.1.0", "Instagram 380.0", "[FBAN/FBIOS;FBAV/500.0]", "Twitter for iPhone/11.0", ""];
    let apps = apps.map(|app| format!("{phone} Mobile/15E148 {app}"));
    for agent in apps.iter().map(String::as_str).chain([android]) {
        let request =
            Request::get(format!("{AUTHORIZE}?{}", query(&house, &[]))).header("user-agent", agent);
        let answer = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{agent}");
        assert!(answer.text.contains("disallowed_useragent"), "{agent}");
    }
    let real =
        Request::get(format!("{AUTHORIZE}?{}", query(&house, &[]))).header("user-agent", &safari);
    assert_eq!(house.send(real.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_time_of_signing_in_is_new_only_where_the_password_was_asked_for_again() {
    let house = House::new();
    let pass = async |changes: &[(&str, &str)], fields: &[(&str, &str)], cookie: &str| {
        let mut request = form(&format!("{AUTHORIZE}?{}", query(&house, changes)), fields);
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        house.send(request).await
    };
    let auth_time = async |answer: Answer| {
        let answer = redeem(&house, &answer.brought("code").unwrap(), &[]).await.json();
        let claims = house.claims(CERTS, answer["id_token"].as_str().unwrap()).await.unwrap();
        claims["auth_time"].as_i64()
    };
    let first = choose(&house, "hanako", &[]).await;
    let cookie = first.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(auth_time(first).await, Some(START_S));
    house.advance(1_000);
    let person = ("person", "hanako");
    let plain = pass(&[("prompt", "select_account")], &[person], &cookie).await;
    assert_eq!(auth_time(plain).await, Some(START_S), "choosing is not signing in");
    let young = pass(&[("max_age", "1000")], &[person], &cookie).await;
    assert_eq!(auth_time(young).await, Some(START_S));
    let mut expected = START_S;
    for ask in [("max_age", "0"), ("max_age", "999"), ("prompt", "login")] {
        house.advance(1_000);
        let page = pass(&[ask], &[person], &cookie).await;
        assert!(page.status == StatusCode::OK && page.text.contains("type=\"password\""), "{ask:?}");
        let proved = pass(&[ask], &[person, ("password", "x")], &cookie).await;
        let at_s = auth_time(proved).await.unwrap();
        assert!(at_s > expected, "{ask:?}");
        expected = at_s;
    }
    house.json("/dev/google/switches.json", json!({ "asks_again": false })).await;
    let ignored = pass(&[("max_age", "0")], &[person], &cookie).await;
    assert_eq!(auth_time(ignored).await, None, "an issuer that knows nothing of it");
}

#[tokio::test]
async fn an_address_can_change_and_the_subject_stays_also_over_a_restart() {
    let house = House::new();
    let before = signed_in(&house, "hanako").await;
    let change = json!({ "id": "hanako", "email": "new@mail.example.jp", "email_verified": false });
    assert_eq!(house.json("/dev/google/people.json", change).await.status, StatusCode::OK);
    let added = json!({ "email": "somebody@gmail.com", "given_name": "新" });
    let added = house.json("/dev/google/people.json", added).await.json();
    let house = house.again();
    let after = signed_in(&house, "hanako").await;
    assert_eq!(after["sub"], before["sub"]);
    assert_eq!(
        (&after["email"], &after["email_verified"]),
        (&json!("new@mail.example.jp"), &json!(false))
    );
    assert_eq!(after["name"], before["name"]);
    let somebody = signed_in(&house, added["id"].as_str().unwrap()).await;
    assert_eq!((&somebody["sub"], &somebody["email"]), (&added["sub"], &json!("somebody@gmail.com")));
    let nobody = house.json("/dev/google/people.json", json!({ "email": "nobody" })).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_is_somebody_else_after_the_first_restart() {
    let house = House::new();
    let people = house.look("/dev/google/people.json").await.json();
    assert_eq!(house.again().look("/dev/google/people.json").await.json(), people);
}

#[tokio::test]
async fn the_issuer_can_be_named_without_its_scheme() {
    let house = House::new();
    house.json("/dev/google/switches.json", json!({ "bare_issuer": true })).await;
    assert_eq!(signed_in(&house, "hanako").await["iss"], "127.0.0.1:7878/dev/google");
    let back = choose(&house, "hanako", &[]).await;
    assert_eq!(back.brought("iss").as_deref(), Some("http://127.0.0.1:7878/dev/google"));
}

#[tokio::test]
async fn an_old_key_stays_for_a_day_or_goes_at_once() {
    let house = House::new();
    let token = async || {
        let wanted = json!({ "person": "hanako", "client_id": "x" });
        let answer = house.json("/dev/google/native-token.json", wanted).await.json();
        answer["id_token"].as_str().unwrap().to_owned()
    };
    let (rotate, is_good) = (
        async |old: &str| {
            house.json("/dev/google/keys.json", json!({ "old": old })).await.json()["kid"].clone()
        },
        async |token: &str| house.claims(CERTS, token).await.is_some(),
    );
    let first = token().await;
    let kid = rotate("keep").await;
    let second = token().await;
    assert_eq!(crate::house::head(&second)["kid"], kid);
    assert!(is_good(&first).await && is_good(&second).await);
    house.advance(24 * 3_600);
    assert!(!is_good(&first).await && is_good(&second).await);
    rotate("withdraw").await;
    assert!(!is_good(&second).await && is_good(&token().await).await);
}

#[tokio::test]
async fn an_app_gets_a_token_as_from_the_sdk() {
    let house = House::new();
    let wanted =
        json!({ "person": "hanako", "client_id": "the-server", "nonce": "n", "azp": "the-app" });
    let answer = house.json("/dev/google/native-token.json", wanted).await.json();
    let claims = house.claims(CERTS, answer["id_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(
        (&claims["aud"], &claims["azp"], &claims["nonce"]),
        (&json!("the-server"), &json!("the-app"), &json!("n"))
    );
    assert_eq!(claims["email"], "hanako.genkan@gmail.com");
    let nobody = json!({ "person": "nobody", "client_id": "x" });
    let nobody = house.json("/dev/google/native-token.json", nobody).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_access_token_opens_the_userinfo_until_it_is_revoked() {
    let house = House::new();
    let code = choose(&house, "workspace", &[]).await.brought("code").unwrap();
    let answer = redeem(&house, &code, &[]).await.json();
    let access = answer["access_token"].as_str().unwrap();
    let userinfo = async || {
        let request =
            Request::get("/dev/google/userinfo").header("authorization", format!("Bearer {access}"));
        house.send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(userinfo().await.json()["hd"], "office.example");
    assert_eq!(house.form("/dev/google/revoke", &[("token", access)]).await.status, StatusCode::OK);
    assert_eq!(userinfo().await.status, StatusCode::UNAUTHORIZED);
    let twice = house.form("/dev/google/revoke", &[("token", access)]).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn from_another_site_a_browser_comes_to_sign_in_and_for_nothing_else() {
    let house = House::new();
    let sent = async |path: &str, mode: &str, dest: &str| {
        let request = Request::get(path)
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", dest);
        house.send(request.body(Body::empty()).unwrap()).await.status
    };
    let entrance = format!("{AUTHORIZE}?{}", query(&house, &[]));
    assert_eq!(sent(&entrance, "navigate", "document").await, StatusCode::OK);
    assert_eq!(sent(&entrance, "no-cors", "image").await, StatusCode::FORBIDDEN);
    assert_eq!(sent(&entrance, "navigate", "iframe").await, StatusCode::FORBIDDEN);
    assert_eq!(sent("/dev/google", "navigate", "document").await, StatusCode::FORBIDDEN);
    assert_eq!(sent("/dev/mailbox", "navigate", "document").await, StatusCode::FORBIDDEN);
    let mut pressed = form(&entrance, &[("person", "hanako")]);
    pressed.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    pressed.headers_mut().insert("sec-fetch-mode", "navigate".parse().unwrap());
    pressed.headers_mut().insert("sec-fetch-dest", "document".parse().unwrap());
    assert_eq!(house.send(pressed).await.status, StatusCode::FORBIDDEN);
}
